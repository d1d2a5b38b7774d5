"""Which Danish words does a person read for the enum members of scoring?"""

from enum import StrEnum
from typing import Final

from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.grounds import Section
from scoring.rules.maturity import Level
from scoring.rules.payer import CanPay

WORDS: Final[dict[type[StrEnum], dict[StrEnum, str]]] = {
    Level: {
        Level.IDEA: "Idé",
        Level.MATURING: "Under modning",
        Level.NEARLY_MATURE: "Næsten moden",
        Level.MATURE: "Moden",
    },
    Section: {
        Section.FORMAL: "Formalia",
        Section.STOP: "Stop",
        Section.READY: "Klar til sortering",
        Section.OWN_DRIFT: "Kan forvaltningen selv?",
        Section.INVESTMENT: "Social investering",
        Section.AMOUNT: "Beløb og puljer",
        Section.DONATION: "Donation",
        Section.DIALOGUE: "Modningsdialog",
    },
    CanPay: {
        CanPay.YES: "Ja, der er et budget, der kan og vil betale",
        CanPay.PARTLY: "Delvist",
        CanPay.NO: "Nej",
    },
    Dimension: {criterion.dimension: criterion.name for criterion in SCALE_2026.criteria},
}
"""By type first: members of two enums with one value are the same dictionary key."""


def words(member: StrEnum) -> str:
    """The Danish words of an enum member of this room. Raises KeyError for one that has none."""
    return WORDS[type(member)][member]
