"""What waits for whom, and what may a person read of a case's history?"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation.audit import Happened, history
from foundation.identity.roles import Actor, Role
from foundation.plain_rows import plain_rows
from intake.access import Case
from intake.models import Proposal, ReviewerAssignment
from intake.queries import (
    QueueRow,
    department_requests,
    find_assignment,
    is_done,
    review_queue,
    reviewers_of,
    shut_out_of,
    waiting_cases,
)
from intake.queries.handover import left_by_assessor, without_case_worker
from intake.queries.mails import failed_mails
from intake.queries.secretariat import (
    SecretariatCase,
    WaitsFor,
    cases_waiting,
    secretariat_queue,
    unreviewed_conflicts,
)
from intake.rules.lifecycle import State
from intake.rules.rights import Relation
from portfolio.queries import hinders_placing, placing_hindrance
from scoring.commitment_queries import DepartmentCommitment, commitments
from scoring.queries import (
    AskedDepartment,
    asked_departments,
    hearings_to_close,
    hearings_to_open,
    sees_scores,
)
from scoring.rules.commitment import is_commitment_asked

_SCORING_KINDS = frozenset(
    {
        "assessment_finalised",
        "assessment_reopened",
        "consensus_recorded",
        "case_facts_recorded",
        "sorting_confirmed",
        "sorting_overridden",
        "sorting_renewed",
        "memo_edited",
        "memo_released",
        "memo_sent_back",
        "shortlist_moved",
        "agenda_placed",
        "agenda_removed",
        "conflict_declared",
        "conflict_reviewed",
        "assignment_declined",
    }
)
_SCORE_KINDS = frozenset(
    {"consensus_recorded", "sorting_confirmed", "sorting_overridden", "sorting_renewed", "shortlist_moved"}
)
"""The acts that tell a number of what the assessors gave, or what follows from it."""
_APPLICANT_KINDS = frozenset(
    {
        "proposal_started",
        "proposal_submitted",
        "proposal_imported",
        "proposal_reopened",
        "proposal_restored",
        "proposal_withdrawn",
        "hearing_opened",
        "hearing_answered",
        "hearing_closed",
        "file_attached",
        "file_removed",
    }
)


def readable_history(session: Session, case: Case) -> list[Happened]:
    """The history that this person may read: applicants their own acts, others what their role may know by now."""
    acts = history(session, case.proposal.id)
    if case.relation is Relation.OWN_APPLICANT:
        return [act for act in acts if act.event.kind in _APPLICANT_KINDS]
    if case.relation is Relation.SECRETARIAT or case.may("sorting.view"):
        shown = sees_scores(session, case.actor, case.relation, case.proposal.id)
        return acts if shown else [act for act in acts if act.event.kind not in _SCORE_KINDS]
    return [act for act in acts if act.event.kind not in _SCORING_KINDS]


@dataclass(frozen=True, slots=True)
class Task:
    """One case that waits for the actor, with the act that is next."""

    reference: str
    title: str
    organisation: str
    what: str
    endpoint: str
    due_on: date | None = None


_SECRETARIAT_TASKS: dict[WaitsFor, tuple[str, str]] = {
    WaitsFor.LEFT_BY_CASE_WORKER: ("Vælg en ny sagsbehandler", "intake.case_worker"),
    WaitsFor.LEFT_BY_ASSESSOR: ("Giv sagen til en anden", "intake.assignments"),
    WaitsFor.CONFLICT_REVIEW: ("Gennemse habilitet", "intake.conflicts"),
    WaitsFor.HEARING: ("Afslut partshøringen", "scoring.hearing"),
    WaitsFor.HEARING_TO_OPEN: ("Hør ansøgeren", "scoring.hearing"),
    WaitsFor.FORMAL_CHECK: ("Tjek formalia", "intake.formal_check"),
    WaitsFor.ROUTING: ("Send til forvaltning", "intake.route"),
    WaitsFor.OVERDUE_RETURN: ("Fristen for at svare er udløbet", "intake.reject"),
    WaitsFor.OWN_ASSESSOR: ("Vælg sekretariatets vurderer", "intake.assignments"),
    WaitsFor.OVERDUE_DEPARTMENT: ("Forvaltningens frist er udløbet", "desk.case"),
    WaitsFor.CONSENSUS: ("Afstem vurderingerne", "scoring.consensus"),
    WaitsFor.SORTING: ("Sorter", "scoring.sorting"),
    WaitsFor.MORE_ASSESSORS: ("Vælg en vurderer mere", "intake.assignments"),
    WaitsFor.LATE_ASSESSOR: ("En vurderer er forsinket", "desk.case"),
    WaitsFor.SHUT_ASSESSOR: ("En vurderer kan ikke åbne sagen", "intake.assignments"),
    WaitsFor.MEMO: ("Skriv indstillingen", "memo.sheet"),
    WaitsFor.AGENDA: ("Sæt på dagsorden", "portfolio.place"),
    WaitsFor.NEW_RELEASE: ("Klarmeld indstillingen igen efter høringen", "memo.send_back"),
    WaitsFor.CONFLICTED_RELEASE: ("Lad en anden gennemgå indstillingen", "memo.send_back"),
    WaitsFor.FAILED_MAIL: ("En mail kunne ikke sendes", "intake.letters"),
}


@dataclass(frozen=True, slots=True)
class SecretariatTask:
    """One thing that the secretariat has to do; `case_worker` is empty where nobody has taken the case."""

    reference: str
    title: str
    organisation: str
    case_worker: str
    what: str
    endpoint: str


def secretariat_tasks(session: Session, actor: Actor, *, on: date) -> list[SecretariatTask]:
    """What waits for the secretariat: what closes a case to somebody first, then the oldest case first."""
    queue = _not_to_be_placed(session, secretariat_queue(session, actor, on=on))
    waiting = [*cases_waiting(session, actor, _found_by_key, on=on), *queue]
    return [
        SecretariatTask(one.reference, one.title, one.organisation, one.case_worker, *_SECRETARIAT_TASKS[one.waits_for])
        for one in waiting
    ]


def _found_by_key(actor: Actor, on: date) -> dict[WaitsFor, Any]:
    """What waits in a few cases alone, each as a select of their keys."""
    return {
        WaitsFor.CONFLICT_REVIEW: unreviewed_conflicts(actor),
        WaitsFor.LEFT_BY_CASE_WORKER: without_case_worker(),
        WaitsFor.LEFT_BY_ASSESSOR: left_by_assessor(),
        WaitsFor.FAILED_MAIL: failed_mails(),
        WaitsFor.HEARING: hearings_to_close(on),
        WaitsFor.HEARING_TO_OPEN: hearings_to_open(),
    }


def _not_to_be_placed(session: Session, waiting: list[SecretariatCase]) -> list[SecretariatCase]:
    """What no agenda takes (`placing_hindrance`) waits for something else: to be released anew, or for a hearing."""
    asked = [one.reference for one in waiting if one.waits_for is WaitsFor.AGENDA]
    if not asked:
        return waiting
    held = plain_rows(session, _held(), {"asked": asked})
    instead = {reference: _instead(session, *found) for reference, *found in held}
    return [
        replace(one, waits_for=what)
        for one in waiting
        if (what := instead.get(one.reference, one.waits_for)) is not None
    ]


@functools.cache
def _held() -> Any:
    pending, heard, touched = hinders_placing()
    asked = sa.bindparam("asked", type_=sa.String(), expanding=True)
    return sa.select(col(Proposal.reference), col(Proposal.id), pending, heard).where(
        col(Proposal.reference).in_(asked), sa.or_(pending, heard, touched)
    )


def _instead(session: Session, proposal_id: UUID, is_pending: bool, is_heard: bool) -> WaitsFor | None:
    """What a released case waits for instead of an agenda; None where another task of the case says it."""
    if is_pending:
        return None
    if is_heard:
        return WaitsFor.NEW_RELEASE
    return WaitsFor.AGENDA if placing_hindrance(session, proposal_id) is None else WaitsFor.CONFLICTED_RELEASE


@dataclass(frozen=True, slots=True)
class DueCase:
    """One case on the desk of somebody who was given it, with what is still asked of the person."""

    row: QueueRow
    owes_answer: bool
    owes_assessment: bool

    @property
    def is_done(self) -> bool:
        return not (self.owes_answer or self.owes_assessment)


def reviewer_desk(session: Session, actor: Actor) -> list[DueCase]:
    """The cases that a person was given, what is due first on top, with what is missing."""
    rows = review_queue(session, actor)
    return [
        DueCase(
            row,
            owes_answer=row.owes_answer and row.department == actor.department,
            owes_assessment=row.scores and not row.is_finished,
        )
        for row in rows
    ]


def done_by_reviewer(session: Session, case: Case) -> frozenset[str]:
    """What an assigned reviewer has finished on a case, or is not to do: the department's answer, the own sheet."""
    asked, done = department_requests(session, case.proposal.id), set()
    if not any(one.department_code == case.actor.department and not is_done(one) for one in asked):
        done.add("department.answer")
    assignment = find_assignment(session, case.actor.person_id, case.proposal.id)
    if assignment is None or not assignment.scores or assignment.finished_at is not None:
        done.add("assessment.edit")
    return frozenset(done)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a department or an assessor has come, in words; `tone` is that of a badge."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class DepartmentStanding:
    """A department that is asked about a case, who works on it there, and how far it has come."""

    code: str
    task: str
    due_on: date
    people: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class AssessorStanding:
    """A person who scores a case, and how far they have come."""

    name: str
    department: str
    due_on: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class CaseWork:
    """Who is asked, who scores, and whether every department has answered: the gate to the assessment."""

    departments: list[DepartmentStanding]
    assessors: list[AssessorStanding]
    done: int
    somebody_is_exempt: bool

    @property
    def everyone_answered(self) -> bool:
        return bool(self.departments) and self.done == len(self.departments)


def case_work(session: Session, proposal_id: UUID, *, on: date) -> CaseWork:
    """What the departments and the assessors of a case have done and have still to do; not who cannot open it."""
    asked = asked_departments(session, proposal_id)
    shut = shut_out_of(session, proposal_id)
    people = [(row, name) for row, name in reviewers_of(session, proposal_id) if row.person_id not in shut]
    departments = [
        DepartmentStanding(
            one.request.department_code,
            "Leder vurderingen" if one.request.is_lead else "Giver udtalelse",
            one.request.due_on,
            ", ".join(name for row, name in people if row.department_code == one.request.department_code),
            _department_standing(one, on=on, has_people=_has_people(people, one.request.department_code)),
        )
        for one in asked
    ]
    assessors = [
        AssessorStanding(name, row.department_code or "", row.due_on, _assessor_standing(row, on=on))
        for row, name in people
        if row.scores
    ]
    done = sum(one.standing.tone in _DONE for one in departments)
    is_exempt = any(one.request.exempt_at is not None and one.request.answered_at is None for one in asked)
    return CaseWork(departments, assessors, done, is_exempt)


_DONE = frozenset({"success", "info"})


def _has_people(people: Sequence[tuple[ReviewerAssignment, str]], code: str) -> bool:
    return any(row.department_code == code for row, _ in people)


def _department_standing(one: AskedDepartment, *, on: date, has_people: bool) -> Standing:
    if one.request.answered_at is not None:
        return Standing("Har svaret", "success")
    if one.request.exempt_at is not None:
        return Standing("Fritaget", "info")
    if one.request.due_on < on:
        return Standing("Fristen er udløbet", "error")
    return Standing("Venter på svar" if has_people else "Mangler en, der svarer", "warning")


def _assessor_standing(row: ReviewerAssignment, *, on: date) -> Standing:
    if row.finished_at is not None:
        return Standing("Har afsluttet sin vurdering", "success")
    if row.due_on < on:
        return Standing("Fristen er udløbet", "error")
    return Standing("Vurderer" if row.accepted_at else "Har ikke sagt ja endnu", "warning")


def promised_for(session: Session, case: Case) -> tuple[DepartmentCommitment, ...]:
    """What the departments have promised to pay, where an investment may come of the case and the reader may know."""
    if not case.may("assessment.view") or not is_commitment_asked(case.proposal.wish):
        return ()
    return commitments(session, case.proposal.id)


def readable_cases(session: Session, actor: Actor, *, of_history: bool = False) -> list[Task]:
    """For roles that read and decide later: the cases they may see, of before Rådslag or since, without a task."""
    if actor.role is Role.ADMINISTRATOR:
        return []
    rows = waiting_cases(session, actor, frozenset(State) - {State.DRAFT}, of_history=of_history)
    return [Task(row.reference, row.title, row.organisation, "Læs sagen", "desk.case") for row in rows]
