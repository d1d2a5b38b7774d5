"""Where is a case, who has it, and what happens next and when, in words that fit the reader?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from foundation.formats import day, moment
from intake.rules.lifecycle import State
from intake.wording import APPLICANT_STATUS, HEARING_STATUS, REOPENED_STATUS, STAFF_STATUS

NOTHING_TO_DO: Final = "I skal ikke gøre noget nu."


@dataclass(frozen=True, slots=True)
class Heard:
    """The hearing that is open: until when the applicant can answer, and whether it did."""

    due_on: date
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """Those who still owe something, and the day by which the last of them should have it done."""

    who: tuple[str, ...]
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What a status is told of. Whoever gathers it leaves out what the reader may not know.

    `closes_at` is the deadline of the call while it can still be met; `is_through` says that the formalities are in
    order, `has_sheets` that enough assessments are finished, `has_consensus` that the assessors agree on one result.
    `hindrance` is what keeps a released memo from an agenda, in Danish.
    """

    state: State
    on: date
    case_worker: str = ""
    is_reopened: bool = False
    closes_at: datetime | None = None
    return_due_on: date | None = None
    is_through: bool = False
    hearing: Heard | None = None
    departments: Pending | None = None
    assessors: Pending | None = None
    has_sheets: bool = False
    has_consensus: bool = False
    is_sent_back: bool = False
    hindrance: str = ""
    meeting_on: date | None = None

    @property
    def secretariat(self) -> str:
        """Who of the secretariat has the case, as the subject of a sentence."""
        return self.case_worker or "Sekretariatet"


def in_a_row(names: Sequence[str]) -> str:
    """Names as a sentence has them: "A", "A og B", "A, B og C"."""
    *first, last = names
    return f"{', '.join(first)} og {last}" if first else last


# ---- for the applicant: never a name -------------------------------------------------------------------------------


def for_applicant(case: Whereabouts) -> str:
    """The sentence that an applicant reads; it names nobody of the municipality."""
    if case.hearing is not None:
        return _own_hearing(case.hearing)
    told = _TO_APPLICANT.get(case.state)
    return told(case) if told else APPLICANT_STATUS[case.state]


def _own_hearing(hearing: Heard) -> str:
    if hearing.is_answered:
        return "Vi har fået jeres svar på høringen. Sekretariatet læser det, før sagen går videre. " + NOTHING_TO_DO
    return f"{HEARING_STATUS} Fristen er {day(hearing.due_on)}."


def _own_draft(case: Whereabouts) -> str:
    if case.is_reopened:
        return REOPENED_STATUS if case.closes_at is None else f"{REOPENED_STATUS} Fristen er {moment(case.closes_at)}."
    if case.closes_at is None:
        return "Forslaget er en kladde. Callet tager ikke imod forslag nu, så kladden kan ikke sendes."
    return f"Forslaget er en kladde. Kun I kan se den. Send den senest {moment(case.closes_at)}."


def _own_received(case: Whereabouts) -> str:
    change = f" I kan rette i det indtil {moment(case.closes_at)}." if case.closes_at else ""
    return (
        "Vi har modtaget jeres forslag. Sekretariatet ser, om formalia er i orden, og skriver til jer, hvis der "
        f"mangler noget. I skal ikke gøre noget.{change}"
    )


def _own_return(case: Whereabouts) -> str:
    if case.return_due_on is None:
        return APPLICANT_STATUS[State.RETURNED]
    if case.return_due_on < case.on:
        return (
            f"Der mangler noget i jeres forslag, og fristen for at svare var {day(case.return_due_on)}. "
            "Svar med det samme. Ellers kan forslaget blive afvist."
        )
    return (
        "Der mangler noget i jeres forslag. Se, hvad vi beder om, og send det igen "
        f"senest {day(case.return_due_on)}. Derefter ser sekretariatet på det igen."
    )


def _own_departments(case: Whereabouts) -> str:
    if case.departments is None:
        return f"{APPLICANT_STATUS[State.WITH_DEPARTMENTS]}"
    until = day(case.departments.due_on)
    if case.departments.due_on < case.on:
        return (
            f"Jeres forslag er hos forvaltningerne. De skulle have svaret {until}, og sekretariatet følger op. "
            + NOTHING_TO_DO
        )
    return f"Jeres forslag er hos forvaltningerne. De svarer senest {until}. {NOTHING_TO_DO}"


def _own_assessment(case: Whereabouts) -> str:
    if case.has_sheets:
        return "Forslaget er vurderet. Sekretariatet gør det klar til Rådet. " + NOTHING_TO_DO
    return (
        "Forvaltningerne har svaret. Nu vurderes det, hvor moden idéen er. Derefter gør sekretariatet forslaget "
        f"klar til Rådet. {NOTHING_TO_DO}"
    )


def _own_memo(_case: Whereabouts) -> str:
    return f"{APPLICANT_STATUS[State.MEMO_READY]} {NOTHING_TO_DO}"


def _own_council(case: Whereabouts) -> str:
    if case.meeting_on is None:
        return f"{APPLICANT_STATUS[State.AT_COUNCIL]} {NOTHING_TO_DO}"
    if case.meeting_on < case.on:
        return (
            f"Jeres forslag var på dagsordenen til Rådets møde {day(case.meeting_on)}. "
            f"I får besked, når afgørelsen er klar. {NOTHING_TO_DO}"
        )
    return f"Rådet behandler jeres forslag den {day(case.meeting_on)}. I skal ikke gøre noget."


_TO_APPLICANT: dict[State, Callable[[Whereabouts], str]] = {
    State.DRAFT: _own_draft,
    State.SUBMITTED: _own_received,
    State.RETURNED: _own_return,
    State.WITH_DEPARTMENTS: _own_departments,
    State.MATURITY_ASSESSMENT: _own_assessment,
    State.MEMO_READY: _own_memo,
    State.AT_COUNCIL: _own_council,
}


# ---- for everybody else --------------------------------------------------------------------------------------------


def for_staff(case: Whereabouts) -> str:
    """The sentence that staff, council and auditor read, with a hearing that is open behind it."""
    told = _TO_STAFF.get(case.state)
    said = told(case) if told else STAFF_STATUS[case.state]
    return f"{said} {_hearing(case)}" if case.hearing is not None else said


def _hearing(case: Whereabouts) -> str:
    if case.hearing is None:
        return ""
    if case.hearing.is_answered:
        return f"Ansøgeren har svaret på høringen. {case.secretariat} skal afslutte den."
    if case.hearing.due_on < case.on:
        until = day(case.hearing.due_on)
        return f"Ansøgerens frist for at svare på høringen var {until}. {case.secretariat} skal afslutte den."
    return f"Ansøgeren høres og kan svare til og med {day(case.hearing.due_on)}."


def _received(case: Whereabouts) -> str:
    nobody = "" if case.case_worker else " Ingen har taget sagen endnu."
    return f"{case.secretariat} skal tjekke formalia. Derefter spørges forvaltningerne.{nobody}"


def _formal_check(case: Whereabouts) -> str:
    if case.is_through:
        return f"Formalia er i orden. {case.secretariat} skal sende forslaget til en forvaltning."
    return f"{case.secretariat} skal gøre formalitjekket færdigt. Derefter spørges forvaltningerne."


def _returned(case: Whereabouts) -> str:
    if case.return_due_on is None:
        return STAFF_STATUS[State.RETURNED]
    if case.return_due_on < case.on:
        return (
            f"Ansøgeren skulle have sendt det, der mangler, senest {day(case.return_due_on)}. "
            f"{case.secretariat} kan nu afvise forslaget."
        )
    return f"Ansøgeren skal sende det, der mangler, senest {day(case.return_due_on)}. Derefter tjekkes formalia igen."


def _with_departments(case: Whereabouts) -> str:
    if case.departments is None:
        return STAFF_STATUS[State.WITH_DEPARTMENTS]
    who, until = in_a_row(case.departments.who), day(case.departments.due_on)
    if case.departments.due_on < case.on:
        return f"{who} skulle have svaret senest {until}. {case.secretariat} skal følge op."
    return f"{who} skal svare senest {until}. Derefter vurderes modenheden."


def _assessed(case: Whereabouts) -> str:
    if case.assessors is not None:
        return _scored_by(case, case.assessors)
    if case.has_consensus:
        return f"Vurdererne er nået frem til et fælles resultat. {case.secretariat} skal sortere forslaget."
    if case.has_sheets:
        return f"Vurdererne er færdige. {case.secretariat} skal finde konsensus og derefter sortere forslaget."
    return f"Alle forvaltninger har svaret, men der mangler en, der vurderer. {case.secretariat} skal vælge en."


def _scored_by(case: Whereabouts, assessors: Pending) -> str:
    who, until = in_a_row(assessors.who), day(assessors.due_on)
    if assessors.due_on < case.on:
        return f"{who} skulle have vurderet modenheden senest {until}. {case.secretariat} skal følge op."
    return f"{who} skal vurdere modenheden senest {until}. Derefter finder sekretariatet konsensus."


def _sorted(case: Whereabouts) -> str:
    if case.is_sent_back:
        return f"Indstillingen er sendt tilbage. {case.secretariat} skal rette den og klarmelde den igen."
    return f"{case.secretariat} skal skrive indstillingen og klarmelde den. Derefter kommer sagen på en dagsorden."


def _memo_ready(case: Whereabouts) -> str:
    if case.hindrance:
        return f"Indstillingen er klar, men sagen kan ikke komme på en dagsorden endnu. {case.hindrance}"
    return f"Indstillingen er klar. {case.secretariat} skal sætte sagen på en dagsorden."


def _at_council(case: Whereabouts) -> str:
    if case.meeting_on is None:
        return STAFF_STATUS[State.AT_COUNCIL]
    if case.meeting_on < case.on:
        return f"Sagen var på dagsordenen til rådsmødet {day(case.meeting_on)}. Beslutningen er ikke skrevet ind endnu."
    return f"Rådet skal beslutte på mødet {day(case.meeting_on)}."


_TO_STAFF: dict[State, Callable[[Whereabouts], str]] = {
    State.SUBMITTED: _received,
    State.FORMAL_CHECK: _formal_check,
    State.RETURNED: _returned,
    State.WITH_DEPARTMENTS: _with_departments,
    State.MATURITY_ASSESSMENT: _assessed,
    State.SORTED: _sorted,
    State.MEMO_READY: _memo_ready,
    State.AT_COUNCIL: _at_council,
}
