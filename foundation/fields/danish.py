"""What do WTForms and Flask-WTF say in Danish?

WTForms brings no Danish of its own, and silently speaks English where a language is missing.
"""

import re
from collections.abc import Mapping
from typing import Final

from foundation.money import format_number

UNKNOWN_MESSAGE: Final = "Svaret kan ikke bruges. Ret det, og prøv igen."
CSRF_MESSAGE: Final = (
    "Siden har stået åben for længe, eller du har logget ind igen imens. Dine svar er her stadig. Send dem igen."
)
REQUIRED_MESSAGE: Final = "Feltet skal udfyldes. Skriv eller vælg et svar."
_NOT_A_NUMBER: Final = "Skriv et helt tal med cifre, for eksempel 25."

MESSAGES: Final[Mapping[str, str]] = {
    "Invalid field name '%s'.": "Feltet »%s« findes ikke.",
    "Field must be equal to %(other_name)s.": "Svaret skal være det samme som i feltet »%(other_label)s«.",
    "Field must be between %(min)d and %(max)d characters long.": (
        "Skriv mindst %(min)d og højst %(max)d tegn. Svaret er på %(length)d."
    ),
    "Number must be at least %(min)s.": "Skriv et tal, der er mindst %(min)s.",
    "Number must be at most %(max)s.": "Skriv et tal, der er højst %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Skriv et tal fra %(min)s til %(max)s.",
    "Date must be at least %(min)s.": "Skriv en dato, der er %(min)s eller senere.",
    "Date must be at most %(max)s.": "Skriv en dato, der er %(max)s eller tidligere.",
    "Date must be between %(min)s and %(max)s.": "Skriv en dato fra %(min)s til %(max)s.",
    "This field is required.": REQUIRED_MESSAGE,
    "Invalid input.": "Svaret er ikke skrevet på den rigtige måde. Ret det, og prøv igen.",
    "Invalid email address.": "Skriv en mailadresse, for eksempel navn@forening.dk.",
    "Invalid IP address.": "Skriv en IP-adresse, for eksempel 192.0.2.1.",
    "Invalid Mac address.": "Skriv en MAC-adresse, for eksempel 00:00:5e:00:53:01.",
    "Invalid URL.": "Skriv en webadresse, der begynder med https://.",
    "Invalid UUID.": "Linket er ikke helt. Kopiér hele linket, og prøv igen.",
    "Invalid value, must be one of: %(values)s.": "Brug et af disse svar: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Brug et andet svar end: %(values)s.",
    "This field cannot be edited.": "Feltet kan ikke ændres. Lad det stå, som det var.",
    "This field is disabled and cannot have a value.": "Feltet er lukket. Lad det være tomt.",
    "Invalid Choice: could not coerce.": "Vælg et af svarene på listen.",
    "Not a valid choice.": "Vælg et af svarene på listen.",
    "Choices cannot be None.": "Feltet mangler sine valgmuligheder.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Vælg blandt svarene på listen.",
    "Not a valid datetime value.": "Skriv dato og klokkeslæt, for eksempel 1.3.2027 12.00.",
    "Not a valid date value.": "Skriv en dato som dag.måned.år, for eksempel 1.3.2027.",
    "Not a valid time value.": "Skriv et klokkeslæt, for eksempel 12.00.",
    "Not a valid week value.": "Skriv år og uge, for eksempel 2027-W09.",
    "Not a valid integer value.": _NOT_A_NUMBER,
    "Not a valid decimal value.": "Skriv et tal med cifre, for eksempel 2,5.",
    "Not a valid float value.": "Skriv et tal med cifre, for eksempel 2,5.",
    "Invalid CSRF Token.": CSRF_MESSAGE,
    "CSRF token missing.": CSRF_MESSAGE,
    "CSRF failed.": CSRF_MESSAGE,
    "CSRF token expired.": CSRF_MESSAGE,
    "File does not have an approved extension: {extensions}": (
        "Filen har en type, som vi ikke kan tage imod. Brug en af disse: {extensions}."
    ),
    "File does not have an approved extension.": ("Filen har en type, som vi ikke kan tage imod. Vælg en anden fil."),
}
"""What WTForms 3.3 and Flask-WTF 1.3 say, by the text they say it with."""

COUNTED_MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    "Field must be at least %(min)d character long.": (
        "Skriv mindst %(min)d tegn. Svaret er på %(length)d.",
        "Skriv mindst %(min)d tegn. Svaret er på %(length)d.",
    ),
    "Field cannot be longer than %(max)d character.": (
        "Skriv højst %(max)d tegn. Svaret er på %(length)d.",
        "Skriv højst %(max)d tegn. Svaret er på %(length)d.",
    ),
    "Field must be exactly %(max)d character long.": (
        "Skriv præcis %(max)d tegn. Svaret er på %(length)d.",
        "Skriv præcis %(max)d tegn. Svaret er på %(length)d.",
    ),
    "'%(value)s' is not a valid choice for this field.": (
        "»%(value)s« er ikke et af svarene på listen. Vælg et af dem.",
        "»%(value)s« er ikke blandt svarene på listen. Vælg blandt dem.",
    ),
}
"""The messages that have a singular and a plural, by their singular."""

_FILE_SIZE = re.compile(r"File must be between (\d+) and (\d+) bytes\.")


class DanishTranslations:
    """The `Translations` that WTForms asks. What has no words here is still said in Danish."""

    def gettext(self, message: object) -> str:
        text = str(message)
        if found := _FILE_SIZE.fullmatch(text):
            least, most = (format_number(int(size)) for size in found.groups())
            return f"Vælg en fil, der fylder fra {least} til {most} byte."
        return MESSAGES.get(text, UNKNOWN_MESSAGE)

    def ngettext(self, singular: str, plural: str, count: int) -> str:  # noqa: ARG002 - the call is WTForms'
        one, many = COUNTED_MESSAGES.get(singular, (UNKNOWN_MESSAGE, UNKNOWN_MESSAGE))
        return one if count == 1 else many
