"""How are amounts and numbers read from a form, and written, the Danish way?

What people type is never guessed at: a text that can be read in two ways is refused with a suggestion
(contract 8.4; reliability B25-B29). Only the ASCII digits count as digits.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

NO_BREAK_SPACE: Final = "\u00a0"
ORE_PER_KRONE: Final = 100
KRONER_LIMIT: Final = 10**12
"""Amounts and numbers stay below this: far above any budget, far below what a database column holds."""

_SPACES = " \u00a0\u202f"
_WHOLE = rf"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:\.[0-9]{{3}})+|[1-9][0-9]{{0,2}}(?:[{_SPACES}][0-9]{{3}})+)"
_PLAIN_OR_GROUPED = re.compile(_WHOLE)
_WITH_DECIMALS = re.compile(rf"(?P<whole>{_WHOLE}),(?P<decimals>[0-9]+)")
_NO_ORE = re.compile(r",(?:00|[-–])$")
_UNIT_BEFORE = re.compile(rf"^(?:kr\.?|dkk)[{_SPACES}]*", re.IGNORECASE | re.ASCII)
_UNIT_AFTER = re.compile(rf"(?<=[0-9{_SPACES}–-])(?:kroner|kr\.?|dkk)$", re.IGNORECASE | re.ASCII)
_MINUS = re.compile(r"[-−–]")
_POINT_DECIMALS = re.compile(rf"(?P<whole>[0-9]+(?:[.,{_SPACES}][0-9]{{3}})*)(?P<mark>[.,])(?P<decimals>[0-9]{{1,2}})")
_LONGEST = 100
_ONLY_SEPARATORS = re.compile(rf"[0-9.,{_SPACES}]*[0-9][0-9.,{_SPACES}]*")


class NotANumber(ValueError):
    """The text is no number that we dare to read.

    `message` is Danish and says what to do; `suggestion` is how the number may have been meant, written
    the way we read it, or None.
    """

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


class NotAnAmount(NotANumber):
    """The text is no amount in whole kroner that we dare to read."""


@dataclass(frozen=True)
class _Kind:
    """The words in which one kind of number is asked for again."""

    refusal: type[NotANumber]
    ask: str
    unit: str
    places: int = 0

    def refuse(self, why: str, meant: Fraction | None = None) -> NotANumber:
        """An error that says why, and suggests `meant` where that is a number we would take."""
        rounded = self._rounded(meant)
        if not 0 < rounded < KRONER_LIMIT:
            return self.refusal(f"{why} {self.ask}".strip())
        suggestion = format_number(rounded)
        return self.refusal(f"{why} {self.ask} Mente du {suggestion}{self.unit}?", suggestion)

    def _rounded(self, meant: Fraction | None) -> Fraction:
        exact = meant or Fraction(0)
        return exact if self.places else Fraction(int(exact + Fraction(1, 2)))

    def limited(self, bound: str, amount: int) -> NotANumber:
        return self.refusal(f"{bound} {format_number(amount)}{self.unit.rstrip('.')}.")

    def bare(self, text: str) -> str:
        """The text without white space around it. A very long one is refused before any pattern reads it."""
        typed = text.strip(_SPACES + "\t\r\n")
        if len(typed) > _LONGEST:
            raise self.too_large()
        return typed

    def too_large(self) -> NotANumber:
        return self.limited("Tallet er for stort. Det skal være under", KRONER_LIMIT)


_KRONER = _Kind(NotAnAmount, "Skriv beløbet i hele kroner, for eksempel 100.000.", " kr.")
_COUNT = _Kind(NotANumber, "Skriv et helt tal med cifre, for eksempel 25.", "")


def kroner_from_text(text: str, *, least: int = 1, most: int = KRONER_LIMIT - 1) -> int:
    """Whole kroner as people type them, given back in øre.

    `least` and `most` are whole kroner; zero is taken only where `least` is 0. Raises NotAnAmount.
    """
    typed = _UNIT_AFTER.sub("", _UNIT_BEFORE.sub("", _KRONER.bare(text))).strip(_SPACES)
    kroner = _whole_number(_NO_ORE.sub("", typed), typed, _KRONER)
    return _within(kroner, least, most, _KRONER) * ORE_PER_KRONE


def whole_number_from_text(text: str, *, least: int = 0, most: int = KRONER_LIMIT - 1) -> int:
    """A whole number as people type it. Raises NotANumber."""
    typed = _COUNT.bare(text)
    return _within(_whole_number(typed, typed, _COUNT), least, most, _COUNT)


def decimal_from_text(text: str, *, places: int = 2, least: int = 0, most: int = KRONER_LIMIT - 1) -> Decimal:
    """A number with at most `places` decimals after a comma, exact. Raises NotANumber."""
    kind = _Kind(NotANumber, f"Skriv et tal med højst {places} decimaler, for eksempel 2,5.", "", places)
    typed = kind.bare(text)
    found = _WITH_DECIMALS.fullmatch(typed)
    if found and len(found["decimals"]) > places:
        raise kind.refuse("Tallet har for mange decimaler.")
    decimals = found["decimals"] if found else ""
    whole = _whole_number(found["whole"] if found else typed, typed, kind)
    number = Decimal(f"{whole}.{decimals}") if decimals else Decimal(whole)
    if number < least:
        raise kind.limited("Tallet skal være mindst", least)
    if number > most:
        raise kind.limited("Tallet må højst være", most)
    return number


def format_kroner(ore: int) -> str:
    """Øre written as kroner, "100.000 kr." with a NO-BREAK SPACE; øre are shown only when there are any."""
    if type(ore) is not int:
        raise TypeError("an amount is a whole number of øre")
    sign = "-" if ore < 0 else ""
    kroner, rest = divmod(abs(ore), ORE_PER_KRONE)
    decimals = f",{rest:02}" if rest else ""
    return f"{sign}{_grouped(kroner)}{decimals}{NO_BREAK_SPACE}kr."


def format_number(number: int | Fraction | Decimal, decimals: int | None = None) -> str:
    """A number written the Danish way, "1.234,5".

    Exactly `decimals` decimals; without it at most two, and no zeros at the end. Rounded exactly, a half away
    from zero. Floats, booleans, NaN and infinity are refused.
    """
    if isinstance(number, bool) or not isinstance(number, int | Fraction | Decimal):
        raise TypeError("only int, Fraction and Decimal are shown: a float has already lost what was typed")
    if isinstance(number, int) and not decimals:
        return f"{'-' if number < 0 else ''}{_grouped(abs(number))}"  # Lists show hundreds of these.
    places = 2 if decimals is None else decimals
    exact = _fraction(number)
    scaled = int(abs(exact) * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    shown = f"{rest:0{places}}" if places else ""
    if decimals is None:
        shown = shown.rstrip("0")
    sign = "-" if exact < 0 and scaled else ""
    return f"{sign}{_grouped(whole)}{',' if shown else ''}{shown}"


def _fraction(number: int | Fraction | Decimal) -> Fraction:
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueError("only a finite number can be shown")
    return Fraction(number)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _whole_number(number: str, typed: str, kind: _Kind) -> int:
    """`number` is what should be whole; `typed` is all of it, for the explanation where it is not."""
    if not _PLAIN_OR_GROUPED.fullmatch(number):
        raise _explained(typed, kind)
    digits = _digits(number)
    if len(digits) >= len(str(KRONER_LIMIT)):
        # Said before the digits become a number: Python refuses to convert thousands of them.
        raise kind.too_large()
    return int(digits)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text).lstrip("0") or "0"


def _within(number: int, least: int, most: int, kind: _Kind) -> int:
    what = "Beløbet" if kind is _KRONER else "Tallet"
    if number < least:
        raise kind.limited(f"{what} skal være mindst", least)
    if number > most:
        raise kind.limited(f"{what} må højst være", most)
    return number


def _explained(typed: str, kind: _Kind) -> NotANumber:
    """Why the text was refused, with how it may have been meant."""
    if not typed:
        return kind.refuse("")
    if _MINUS.match(typed):
        return kind.refuse("Tallet må ikke være negativt.")
    if not _ONLY_SEPARATORS.fullmatch(typed):
        return kind.refuse("Det kan ikke læses som et tal.")
    if found := _WITH_DECIMALS.fullmatch(typed):
        return _about_decimals(found["whole"], found["decimals"], kind)
    if found := _POINT_DECIMALS.fullmatch(typed):
        why = "Punktum deler tusinder, ikke decimaler." if found["mark"] == "." else "Tallet kan læses på flere måder."
        return kind.refuse(why, _meant(found["whole"], found["decimals"]))
    return kind.refuse("Tallet kan læses på flere måder.", None if typed.startswith("0") else _meant(typed))


def _about_decimals(whole: str, decimals: str, kind: _Kind) -> NotANumber:
    if len(decimals) <= 2:
        return kind.refuse("Der må ikke være decimaler.", _meant(whole, decimals))
    if len(decimals) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        return kind.refuse("Komma deler decimaler, ikke tusinder.", _meant(whole + decimals))
    return kind.refuse("Der må ikke være decimaler.")


def _meant(whole: str, decimals: str = "") -> Fraction:
    """How the text may have been meant; it is short (see _Kind.bare), so the digits are few."""
    return Fraction(int(_digits(whole) + decimals), 10 ** len(decimals))
