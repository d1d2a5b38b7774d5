"""What waits for whom, and what may a person read of a case's history?"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from foundation.audit import Happened, history
from foundation.identity.roles import Actor, Role
from intake.access import Case
from intake.models import DepartmentRequest, Proposal
from intake.queries import QueueRow, review_queue, waiting_cases
from intake.rules.lifecycle import State
from intake.rules.rights import Relation
from scoring.models import Assessment
from scoring.queries import asked_departments, own_assessment

_SCORING_KINDS = frozenset(
    {
        "assessment_finalised",
        "case_facts_recorded",
        "sorting_confirmed",
        "sorting_overridden",
        "conflict_declared",
    }
)
_APPLICANT_KINDS = frozenset(
    {
        "proposal_started",
        "proposal_submitted",
        "proposal_reopened",
        "proposal_restored",
        "proposal_withdrawn",
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
        return acts
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


_SECRETARIAT_TASKS = {
    State.SUBMITTED: ("Tjek formalia", "intake.formal_check"),
    State.FORMAL_CHECK: ("Send til forvaltning", "intake.route"),
    State.MATURITY_ASSESSMENT: ("Sorter", "scoring.sorting"),
}


def secretariat_tasks(session: Session, actor: Actor) -> list[Task]:
    """The cases that wait for the secretariat, the oldest first."""
    waiting = waiting_cases(session, actor, frozenset(_SECRETARIAT_TASKS))
    return [Task(row.reference, row.title, row.organisation, *_SECRETARIAT_TASKS[row.state]) for row in waiting]


@dataclass(frozen=True, slots=True)
class DueCase:
    """One case on a reviewer's desk with what is still to do."""

    row: QueueRow
    answered: bool
    finalised: bool


def reviewer_desk(session: Session, actor: Actor) -> list[DueCase]:
    """A reviewer's cases, what is due first on top, with what is missing."""
    rows = review_queue(session, actor)
    references = [row.reference for row in rows]
    answered = set(
        session.exec(
            select(Proposal.reference)
            .join(DepartmentRequest, col(DepartmentRequest.proposal_id) == col(Proposal.id))
            .where(
                col(Proposal.reference).in_(references),
                DepartmentRequest.department_code == actor.department,
                col(DepartmentRequest.answered_at).is_not(None),
            )
        )
    )
    finalised = set(
        session.exec(
            select(Proposal.reference)
            .join(Assessment, col(Assessment.proposal_id) == col(Proposal.id))
            .where(
                col(Proposal.reference).in_(references),
                Assessment.assessor_id == actor.person_id,
                col(Assessment.finalised_at).is_not(None),
            )
        )
    )
    return [DueCase(row, row.reference in answered, row.reference in finalised) for row in rows]


def done_by_reviewer(session: Session, case: Case) -> frozenset[str]:
    """What an assigned reviewer has finished on a case: the department's answer, the own score sheet."""
    done = set()
    if any(
        one.answer is not None and one.request.department_code == case.actor.department
        for one in asked_departments(session, case.proposal.id)
    ):
        done.add("department.answer")
    sheet = own_assessment(session, case.proposal.id, case.actor.person_id)
    if sheet is not None and sheet.finalised_at is not None:
        done.add("assessment.edit")
    return frozenset(done)


def readable_cases(session: Session, actor: Actor) -> list[Task]:
    """For roles that read and decide later: the cases they may see, without a task of this release."""
    if actor.role is Role.ADMINISTRATOR:
        return []
    rows = waiting_cases(session, actor, frozenset(State) - {State.DRAFT})
    return [Task(row.reference, row.title, row.organisation, "Læs sagen", "desk.case") for row in rows]
