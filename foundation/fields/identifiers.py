"""How are numbers of organisations and mail addresses read?"""

import re
from typing import Any, Final

import email_validator
from stdnum.dk import cvr
from wtforms.widgets import EmailInput

from foundation.fields.answers import ReadField, keep_one_text

_EIGHT_DIGITS = re.compile(r"[0-9]{8}")
_TEN_DIGITS = re.compile(r"[0-9]{10}")


class CvrField(ReadField[str]):
    """A CVR number as 8 digits; spaces and DK in front are allowed.

    A right check digit does not say that the number is registered. Source: domain.md L21 (weights and digit).
    """

    def read(self, text: str) -> str:
        digits = re.sub(r"^dk", "", text.replace(" ", ""), flags=re.IGNORECASE)
        if not _EIGHT_DIGITS.fullmatch(digits):
            raise ValueError("Et CVR-nummer har 8 cifre. Skriv det for eksempel som 55133018.")
        if not cvr.is_valid(digits):
            raise ValueError("CVR-nummeret er ikke skrevet rigtigt. Se efter, om et ciffer er forkert.")
        return digits


class ProductionUnitField(ReadField[str]):
    """A P-number as 10 digits, by its length alone; the one field where ten digits are no CPR number."""

    def read(self, text: str) -> str:
        digits = text.replace(" ", "")
        if not _TEN_DIGITS.fullmatch(digits):
            raise ValueError("Et P-nummer har 10 cifre. Skriv det for eksempel som 1003388394.")
        return digits


LONGEST_ADDRESS: Final = 254
LONGEST_LOCAL_PART: Final = 64
_ASK_ADDRESS = "Skriv én mailadresse, for eksempel navn@forening.dk."


class EmailField(ReadField[str]):
    """One plain mail address; the domain comes out in lower case and as punycode (reliability B10, B37)."""

    widget = EmailInput()

    def read(self, text: str) -> str:
        if len(text) > LONGEST_ADDRESS:
            raise ValueError(f"En mailadresse er højst {LONGEST_ADDRESS} tegn. {_ASK_ADDRESS}")
        try:
            # The address must not be quoted, be a bare IP address, or carry a name: mail programs disagree
            # about those. The local part is ASCII, since not every mail server takes other letters.
            found = email_validator.validate_email(
                text,
                allow_smtputf8=False,
                allow_quoted_local=False,
                allow_domain_literal=False,
                allow_display_name=False,
                check_deliverability=False,
            )
        except email_validator.EmailNotValidError as error:
            raise ValueError(_ASK_ADDRESS) from error
        # "=?" would be read as an encoded word in a header, and stand for any other address.
        if len(found.local_part) > LONGEST_LOCAL_PART or "=?" in found.local_part:
            raise ValueError(_ASK_ADDRESS)
        return f"{found.local_part}@{found.ascii_domain}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = keep_one_text(self, valuelist)
        # A line break would be made a space by cleaning; here it is a sign of a forged header.
        if re.search(r"[\r\n\v\f\x00\x85\u2028\u2029]", text.strip()):
            self.data = None
            raise ValueError(_ASK_ADDRESS)
        super().process_formdata([text])
