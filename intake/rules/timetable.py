"""What happens when after a call's deadline?"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.workdays import add_workdays
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS

FORMAL_CHECK_WORKDAYS: Final = 10
COUNCIL_WORKDAYS: Final = 90
MAYOR_WORKDAYS: Final = 10
"""Source: domain.md DL1. All of them are targets, so the page says "cirka"."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step on the way to a decision, and the day when it should be done at the latest."""

    title: str
    text: str
    on: date


def timetable(closes_on: date) -> tuple[Milestone, ...]:
    """The steps that follow a deadline on that day, in order."""
    checked = add_workdays(closes_on, FORMAL_CHECK_WORKDAYS)
    council = add_workdays(closes_on, COUNCIL_WORKDAYS)
    return (
        Milestone("Formalia", "Sekretariatet ser, om de formelle krav er opfyldt.", checked),
        Milestone(
            "Forvaltningerne",
            "De forvaltninger, som forslaget handler om, vurderer det.",
            add_workdays(checked, ANSWER_WITHIN_WORKDAYS),
        ),
        Milestone("Rådet", "Rådet for Sociale Investeringer beslutter.", council),
        Milestone(
            "Borgmesteren", "Siger Rådet ja, skal borgmesteren også godkende.", add_workdays(council, MAYOR_WORKDAYS)
        ),
    )
