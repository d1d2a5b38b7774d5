"""Who has answered that they can and will pay, and who has not answered what (domain.md GATE5)?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from foundation.formats import day
from scoring.rules.commitment import Promise
from scoring.rules.payer import CanPay


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentSays:
    """What a department that was asked has said; `can_pay` None: it has not answered.

    `promise` is None where the answer holds no promise in full.
    """

    department: str
    is_lead: bool
    is_exempt: bool
    can_pay: CanPay | None
    answered_on: date | None
    promise: Promise | None

    @property
    def source(self) -> str:
        """Where a fact is taken from that rests on this answer."""
        answered = f", {day(self.answered_on)}" if self.answered_on else ""
        return f"Forvaltningens svar, {self.department}{answered}"


def payer_notes(said: Iterable[DepartmentSays]) -> Iterator[str]:
    """A Danish sentence for each department: what it has answered about paying, and what is still missing."""
    for one in said:
        yield _note(one)


def _note(one: DepartmentSays) -> str:
    if one.can_pay is None:
        return f"{one.department} {'er fritaget for at svare' if one.is_exempt else 'har ikke svaret endnu'}."
    answered = _ANSWERED[one.can_pay].format(one.department)
    if one.can_pay is CanPay.NO:
        return answered + _why(one)
    if one.promise is None or not one.promise.amounts:
        return f"{answered} Svaret siger ikke, hvor meget der kan betales hvert år."
    return f"{answered} Beløbene er fordelt på {one.promise.span}.{_why(one)}"


_ANSWERED = {
    CanPay.YES: "{} svarer ja: der er et budget, der kan og vil betale.",
    CanPay.PARTLY: "{} svarer, at budgettet kun kan betale en del.",
    CanPay.NO: "{} svarer nej: der er ikke et budget, der kan og vil betale.",
}


def _why(one: DepartmentSays) -> str:
    reason = one.promise.reason if one.promise else ""
    return f" Begrundelse: {reason}" if reason else ""
