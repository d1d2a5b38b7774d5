"""Does every action answer as the data files say: for every point of view, in every state, by every method?

Reads tests/rights/cases.csv and site.csv and sends a real request, with a valid token, for each cell. A refusal
changes no row and no file, and holds no field of the case.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlmodel import Session, col, select
from werkzeug.routing import Rule
from werkzeug.test import Cookie, TestResponse

from desk.ranking import call_ranking
from desk.shortlist_choices import choices
from exports.decision_memo_facts import gather
from exports.memo_release import frame_limits, seen_limits, seen_memo
from foundation.audit import AuditEvent
from foundation.clock import today
from foundation.identity.models import Invitation, Membership, RoleGrant, WebSession
from foundation.identity.roles import Role
from foundation.mail import OutgoingMail
from intake import actions as intake_actions
from intake.models import (
    Attachment,
    Call,
    CallQuestion,
    ConflictDeclaration,
    DepartmentCoordinator,
    DepartmentFocus,
    DepartmentRequest,
    FormalCheckItem,
    FormalReturn,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
)
from intake.rules.call import ExtraKind, FocusArea
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import PROPOSAL_MOVES, State
from intake.rules.rights import RIGHTS, Relation, may
from portfolio.models import AgendaItem, CouncilMeeting, DecisionMemo
from scoring import actions as scoring_actions
from scoring.actions.policies import adopt_policy, draft_policy
from scoring.models import Assessment, BusinessCaseRow, Commitment, DepartmentAnswer, FundFiguresRow, Hearing
from scoring.queries import latest_run
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import SomResult, som_to_json
from scoring.rules.dimensions import Dimension
from scoring.rules.hearing import mark_of
from scoring.rules.payer import CanPay
from scoring.rules.policies import get_policy
from scoring.rules.policies.draft import PolicyDraft
from scoring.rules.policies.numbers import numbers_of
from tests.builders import COUNCIL_DAY, World, a_png, csrf_token
from tests.conftest import NOON
from tests.policy_forms import typed_policy
from tests.rights.matrix import STATES, VIEWS, CaseRight, SiteRight, case_rights, site_rights
from tests.rights.stage import (
    MARKS,
    Stage,
    Viewer,
    add_file,
    everyone,
    marked_case,
    relate,
    rows_of,
    statements,
    undone,
)
from tests.rules.test_business_case_workbook import filled, with_case

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Which methods a page knows, and that HEAD is GET without its body, no database decides."""

CASES = case_rights()
SITE = site_rights()
CELLS = 54 * 14 * 19
"""Actions × points of view × states. Whoever adds an action raises this; nobody lowers it unseen."""

SHEET = {
    f"{dimension.value}_{part}": value
    for dimension in Dimension
    for part, value in (("score", "2"), ("reason", "Set i forslaget"), ("evidence", "Afsnit 1"))
}
NEVER_GIVEN = "2027-01-999"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"), NOON)


@pytest.fixture
def on_stage(stage: Stage, connection: Connection) -> Iterator[Stage]:
    stage.connection = connection
    stage.clock.move(NOON + timedelta(minutes=1))
    yield stage
    stage.connection = None


# ---- which requests carry an action -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """One request that takes an action: how it is sent, and which acts it leaves in the history."""

    endpoint: str
    path: str
    method: str = "GET"
    form: Callable[["Trial"], Mapping[str, Any]] | None = None
    acts: tuple[str, ...] = ()
    acts_in: Mapping[State, tuple[str, ...]] = field(default_factory=dict)
    acts_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prepare: Callable[["Trial"], None] | None = None
    lands: int = 200

    def acts_after(self, state: State, view: str) -> tuple[str, ...]:
        return self.acts_of.get(view) or self.acts_in.get(state, self.acts)


def _typed(**fields: str) -> Callable[["Trial"], Mapping[str, Any]]:
    return lambda _trial: fields


def _draft_answers(trial: "Trial") -> Mapping[str, Any]:
    return {"title": "Nyt navn", "problem": "Nyt problem", "revision": "0"}


def _new_file(_trial: "Trial") -> Mapping[str, Any]:
    return {"files": (BytesIO(a_png()), "budget.png")}


def _with_nobody_on_it(trial: "Trial") -> None:
    """Nobody is assigned to a draft or has declared anything about it; here they stand on every case alike."""
    for table in (ReviewerAssignment, ConflictDeclaration):
        trial.connection.execute(sa.delete(table).where(col(table.proposal_id) == trial.proposal.id))


def _sent_before(trial: "Trial") -> None:
    """The draft is one that was sent and opened again."""
    trial.connection.execute(
        sa.update(Proposal).where(col(Proposal.id) == trial.proposal.id).values(reference="2027-01-998", number=998)
    )
    trial.connection.execute(
        sa.insert(ProposalVersion).values(
            id=uuid4(),
            proposal_id=trial.proposal.id,
            number=1,
            received_at=NOON,
            sent_by=trial.world.people["AO"].person_id,
            content={"organisation": {}, "answers": dict(trial.proposal.answers), "files": []},
        )
    )


def _routing(trial: "Trial") -> Mapping[str, Any]:
    if trial.state is State.WITH_DEPARTMENTS:
        dates = dict.fromkeys(("due_MSB", "due_MBU", "due_MSO", "due_MTM", "due_MKB", "due_BA"), "14.4.2027")
        asked = {"lead": "MSB", "asked": ["MSB", "MBU"], "reason": "Unge bor der også"}
        return {**asked, **dates, "version": str(trial.proposal.version)}
    return {"lead": "MBU", "reviewer": str(trial.world.people["RO"].person_id), "due_on": "14.4.2027"}


def _versioned(**fields: Any) -> Callable[["Trial"], Mapping[str, Any]]:
    return lambda trial: {**fields, "version": str(trial.proposal.version)}


def _everything_opened(trial: "Trial") -> None:
    """A returned proposal may be mended where the secretariat opened it: here everywhere."""
    trial.connection.execute(
        sa.update(FormalReturn)
        .where(col(FormalReturn.proposal_id) == trial.proposal.id)
        .values(sections=["idea", "money", "files"])
    )


def _found(trial: "Trial", outcome: CheckOutcome) -> None:
    trial.connection.execute(
        sa.update(FormalCheckItem)
        .where(col(FormalCheckItem.proposal_id) == trial.proposal.id, col(FormalCheckItem.rule) == "EL10")
        .values(outcome=outcome)
    )


def _found_missing(trial: "Trial") -> None:
    """One demand is found to be missing, as it is before a return."""
    _found(trial, CheckOutcome.MISSING)


def _found_unmet(trial: "Trial") -> None:
    """One demand is found not to be met, and nobody waits for the applicant any more."""
    _found(trial, CheckOutcome.NOT_ELIGIBLE)
    trial.connection.execute(
        sa.update(FormalReturn)
        .where(col(FormalReturn.proposal_id) == trial.proposal.id)
        .values(due_on=today(NOON) - timedelta(days=1))
    )


def _to_colleague(trial: "Trial") -> Mapping[str, Any]:
    return {"colleague": str(trial.world.people["RC"].person_id), "reason": "Hun kender området"}


def _new_person(trial: "Trial") -> Mapping[str, Any]:
    return {"person": f"MSB:{trial.world.people['RC'].person_id}"}


def _ended_person(trial: "Trial") -> Mapping[str, Any]:
    return {"person": str(trial.world.people["RU"].person_id), "reason": "Ferie"}


def _asked_department(trial: "Trial") -> None:
    """The department that leads has not answered yet."""
    trial.connection.execute(
        sa.update(DepartmentRequest)
        .where(col(DepartmentRequest.proposal_id) == trial.proposal.id)
        .values(answered_at=None)
    )


def _declared_by_ih(trial: "Trial") -> Mapping[str, Any]:
    found = trial.connection.execute(
        sa.select(ConflictDeclaration.id).where(  # type: ignore[call-overload]
            col(ConflictDeclaration.proposal_id) == trial.proposal.id,
            col(ConflictDeclaration.person_id) == trial.world.people["IH"].person_id,
        )
    )
    version = str(trial.proposal.version)
    return {"declaration": str(found.scalar_one()), "outcome": "upheld", "note": "Nær familie", "version": version}


def _sheet_finished(trial: "Trial") -> None:
    """There is a finished sheet, also before the departments have all answered."""
    found = sa.select(Assessment.id).where(col(Assessment.id) == trial.sheet_id)  # type: ignore[call-overload]
    if trial.connection.execute(found).first() is None:
        trial.connection.execute(
            sa.insert(Assessment).values(
                id=trial.sheet_id,
                proposal_id=trial.proposal.id,
                assessor_id=trial.world.people["RA"].person_id,
                department_code="MSB",
                scale_id="2026",
                proposal_version=1,
                saved_at=NOON,
                finalised_at=NOON,
                version=1,
            )
        )
    _note_finished(trial, NOON)


def _letter_sent(trial: "Trial") -> None:
    """The file of the case is the letter that came with the department's answer."""
    for asked in trial.connection.execute(
        sa.select(DepartmentRequest.id).where(col(DepartmentRequest.proposal_id) == trial.proposal.id)  # type: ignore[call-overload]
    ).scalars():
        known = sa.select(DepartmentAnswer.id).where(col(DepartmentAnswer.request_id) == asked)  # type: ignore[call-overload]
        answer_id = trial.connection.execute(known).scalar()
        if answer_id is None:
            answer_id = uuid4()
            said = {"statement": "Nej.", "can_pay": CanPay.NO, "budget_line": "", "backed_by": "", "adverse_facts": ""}
            trial.connection.execute(
                sa.insert(DepartmentAnswer).values(
                    id=answer_id,
                    request_id=asked,
                    proposal_id=trial.proposal.id,
                    has_adverse_facts=False,
                    answered_by=trial.world.people["RA"].person_id,
                    answered_at=NOON,
                    version=1,
                    **said,
                )
            )
        trial.connection.execute(
            sa.insert(Commitment).values(answer_id=answer_id, reason="Nej.", gain_reason="", letter_id=trial.file_id)
        )
    internal = sa.update(Attachment).where(col(Attachment.id) == trial.file_id).values(is_internal=True)
    trial.connection.execute(internal)


def _note_finished(trial: "Trial", at: datetime | None) -> None:
    trial.connection.execute(
        sa.update(ReviewerAssignment)
        .where(
            col(ReviewerAssignment.proposal_id) == trial.proposal.id,
            col(ReviewerAssignment.person_id) == trial.world.people["RA"].person_id,
        )
        .values(finished_at=at)
    )


def _finished_by_both(trial: "Trial") -> None:
    """RU's assignment has ended; the sheets of those who score are final."""
    trial.connection.execute(
        sa.update(ReviewerAssignment)
        .where(
            col(ReviewerAssignment.proposal_id) == trial.proposal.id,
            col(ReviewerAssignment.person_id) == trial.world.people["RU"].person_id,
        )
        .values(ended_at=NOON)
    )


def _hearing_sent(trial: "Trial") -> None:
    trial.connection.execute(
        sa.insert(Hearing).values(
            id=uuid4(),
            proposal_id=trial.proposal.id,
            facts="Der er et lignende tilbud",
            due_on=today(NOON) - timedelta(days=1),
            waived=False,
            opened_by=trial.world.people["SE"].person_id,
            opened_at=NOON,
            answer="",
            closing_note="",
        )
    )


def _heard(trial: "Trial") -> Mapping[str, Any]:
    rows = sa.select(Hearing.id, Hearing.answered_at).where(col(Hearing.proposal_id) == trial.proposal.id)  # type: ignore[call-overload]
    found = trial.connection.execute(rows).first()
    return {"answer": "Tilbuddet er lukket", "version": mark_of(*found) if found else "none"}


AGREED = {f"{dimension.value}_score": "2" for dimension in Dimension} | {
    f"{dimension.value}_note": "Enige om det" for dimension in Dimension
}


def _sheet(trial: "Trial") -> Mapping[str, Any]:
    return {**SHEET, "version": trial.version_of(Assessment)}


def _answer(trial: "Trial") -> Mapping[str, Any]:
    version = trial.version_of(DepartmentAnswer)
    return {
        "statement": "Vi ser gerne idéen prøvet",
        "confirms_gap": "yes",
        "can_pay": "no",
        "has_adverse_facts": "no",
        "version": version,
    }


def _finished_sheet(trial: "Trial") -> Mapping[str, Any]:
    return {**_sheet(trial), "action": "finalise"}


def _facts(trial: "Trial") -> Mapping[str, Any]:
    return {"stop": "no", "stop_source": "Notat", "version": str(trial.proposal.version)}


def _business_case(_trial: "Trial") -> Mapping[str, Any]:
    return {
        "version": "0",
        "origin": "department",
        "first_year": "2027",
        "intakes-0-year": "0",
        "intakes-0-participants": "30",
        "costs-0-year": "0",
        "costs-0-kind": "delivery",
        "costs-0-amount": "95.000",
        "goals-0-name": "Et nyt mål",
        "goals-0-success": "65",
        "goals-0-deadweight": "20",
        "savings-0-payer": "Forvaltningen",
        "savings-0-sector": "municipality",
        "savings-0-per_success": "10.000",
        "savings-0-starts_after": "1",
        "savings-0-years": "3",
        "savings-0-drop_off": "0",
        "source": "Enhedspriser",
        "action": "save",
    }


def _som_result(_trial: "Trial") -> Mapping[str, Any]:
    amounts = {"npv": "1", "cost": "2", "saving": "3", "model_version": "SØM 3.1", "calculated_on": "1.3.2027"}
    return {**amounts, "source": "Beregning", "version": "0"}


_SOM = UUID(int=7)


def _workbook(_trial: "Trial") -> Mapping[str, Any]:
    return {"version": "0", "files": (BytesIO(_SENT_WORKBOOK), "tal.xlsx")}


_SENT_WORKBOOK = filled(with_case)


def _workbook_sent(trial: "Trial") -> None:
    """SØM's result was read from the file, which no applicant's hand has put there."""
    _som_saved(trial)
    internal = sa.update(Attachment).where(col(Attachment.id) == trial.file_id).values(is_internal=True)
    trial.connection.execute(internal)
    trial.connection.execute(sa.update(BusinessCaseRow).values(attachment_id=trial.file_id))


def _som_saved(trial: "Trial") -> None:
    """SØM's result is there to be chosen."""
    trial.connection.execute(
        sa.insert(BusinessCaseRow).values(
            id=_SOM,
            proposal_id=trial.proposal.id,
            origin=BusinessCaseOrigin.SOM,
            content=som_to_json(
                SomResult(
                    npv_ore=1_00,
                    cost_ore=2_00,
                    saving_ore=3_00,
                    payback_year=None,
                    model_version="SØM 3.1",
                    calculated_on=today(NOON),
                )
            ),
            rates_id="2021",
            source="Beregning",
            reason="",
            proposal_version=1,
            saved_by=trial.world.people["SE"].person_id,
            saved_at=NOON,
        )
    )


def _choice_of_business_case(_trial: "Trial") -> Mapping[str, Any]:
    return {"version": "1", "business_case": str(_SOM), "reason": "Tallene er de bedste"}


def _seen(**fields: str) -> Callable[["Trial"], Mapping[str, Any]]:
    """A decision about the sorting carries what its page showed."""

    def form(trial: "Trial") -> Mapping[str, Any]:
        with Session(trial.connection, join_transaction_mode="create_savepoint") as session:
            proposal, call = session.get_one(Proposal, trial.proposal.id), session.get_one(Call, trial.world.call.id)
            inputs, _ = scoring_actions.run_sorting(session, proposal, call, at=NOON)
            seen = scoring_actions.seen_now(inputs, latest_run(session, proposal.id))
        return {**fields, "version": seen.to_text()}

    return form


def _other_figures(trial: "Trial") -> None:
    """The fund has other figures than those that the case was sorted by."""
    trial.connection.execute(
        sa.insert(FundFiguresRow).values(
            id=uuid4(),
            as_of=today(NOON),
            free_capital_ore=20_000_000_00,
            outcome_fund_balance_ore=1_000_000_00,
            donation_pool_left_ore=150_000_00,
            source="Nyt udtræk",
            entered_at=NOON + timedelta(minutes=1),
        )
    )


def _memo_written(trial: "Trial") -> None:
    """The memo is as it must be to be released."""
    known = sa.select(DecisionMemo.proposal_id).where(col(DecisionMemo.proposal_id) == trial.proposal.id)  # type: ignore[call-overload]
    if trial.connection.execute(known).first() is None:
        trial.connection.execute(
            sa.insert(DecisionMemo).values(
                proposal_id=trial.proposal.id,
                case_number="",
                smaller_reason="",
                conditions=[],
                report_on=COUNCIL_DAY.replace(year=2028),
                follow_ups=[],
                annexes=[],
                saved_by=trial.world.people["SE"].person_id,
                saved_at=NOON,
                version=1,
            )
        )


def _memo_seen(trial: "Trial") -> Mapping[str, Any]:
    """A release carries what its page showed."""
    with Session(trial.connection, join_transaction_mode="create_savepoint") as session:
        proposal = session.get_one(Proposal, trial.proposal.id)
        if latest_run(session, proposal.id) is None:
            return {"version": "0", "seen": ""}
        seen = seen_memo(session, proposal, gather(session, proposal, on=today(NOON)))
    return {"version": trial.version_of(DecisionMemo), "seen": seen}


def _frame_seen(trial: "Trial") -> Mapping[str, Any]:
    """The amount and the dates carry the sorting that their page showed."""
    with Session(trial.connection, join_transaction_mode="create_savepoint") as session:
        proposal = session.get_one(Proposal, trial.proposal.id)
        run = latest_run(session, proposal.id)
        seen = seen_limits(run, frame_limits(session, proposal, run)) if run else ""
    return {"case_number": "26/000001-1", "version": trial.version_of(DecisionMemo), "seen": seen}


def _meeting_planned(trial: "Trial") -> None:
    known = sa.select(CouncilMeeting.id).where(col(CouncilMeeting.held_on) == COUNCIL_DAY)  # type: ignore[call-overload]
    if trial.connection.execute(known).first() is None:
        planned_by = trial.world.people["SE"].person_id
        row = {"id": uuid4(), "held_on": COUNCIL_DAY, "planned_by": planned_by, "planned_at": NOON, "version": 1}
        trial.connection.execute(sa.insert(CouncilMeeting).values(row))


def _reopened(trial: "Trial") -> None:
    """Open the assessor's own sheet again, so that there is one to write on although another step needed it final."""
    trial.connection.execute(
        sa.update(Assessment).where(col(Assessment.proposal_id) == trial.proposal.id).values(finalised_at=None)
    )
    _note_finished(trial, None)


ASKS: dict[str, tuple[Ask, ...]] = {
    "proposal.view": (
        Ask("intake.draft", "/drafts/{draft}", lands=302),
        Ask("desk.case", "/proposals/{reference}"),
        Ask("desk.proposal", "/proposals/{reference}/proposal"),
    ),
    "proposal.reopen": (Ask("intake.reopen", "/proposals/{reference}/reopen", "POST", acts=("proposal_reopened",)),),
    "proposal.restore": (
        Ask(
            "intake.restore",
            "/drafts/{draft}/restore",
            "POST",
            acts=("proposal_restored",),
            prepare=_sent_before,
        ),
    ),
    "proposal.withdraw": (
        Ask("intake.withdraw", "/proposals/{reference}/withdraw"),
        Ask(
            "intake.withdraw",
            "/proposals/{reference}/withdraw",
            "POST",
            _typed(reason="Vi har fået pengene et andet sted"),
            acts=("proposal_withdrawn",),
        ),
    ),
    "draft.delete": (
        Ask("intake.delete_draft", "/drafts/{draft}/delete"),
        Ask(
            "intake.delete_draft", "/drafts/{draft}/delete", "POST", acts=("draft_deleted",), prepare=_with_nobody_on_it
        ),
    ),
    "attachment.upload": (
        Ask("intake.add_files", "/drafts/{draft}/files/add", "POST", _new_file, acts=("file_attached",)),
    ),
    "attachment.download": (
        Ask("intake.draft_file", "/drafts/{draft}/files/{file}", acts=("file_downloaded",)),
        Ask("intake.file", "/proposals/{reference}/files/{file}", acts=("file_downloaded",)),
    ),
    "attachment.delete": (
        Ask("intake.remove_file", "/drafts/{draft}/files/{file}/remove", "POST", acts=("file_removed",)),
    ),
    "revision.list": (Ask("intake.versions", "/proposals/{reference}/versions"),),
    "receipt.view": (Ask("intake.receipt", "/proposals/{reference}/receipt"),),
    "history.own": (Ask("desk.history", "/proposals/{reference}/history"),),
    "proposal.edit": (
        Ask("intake.draft_section", "/drafts/{draft}/sections/idea"),
        Ask(
            "intake.draft_section", "/drafts/{draft}/sections/idea", "POST", _draft_answers, prepare=_everything_opened
        ),
        Ask("intake.files", "/drafts/{draft}/files"),
        Ask("intake.check", "/drafts/{draft}/check"),
    ),
    "proposal.submit": (Ask("intake.submit", "/drafts/{draft}/submit", "POST", acts=("proposal_submitted",)),),
    "formalcheck.view": (Ask("intake.formalities", "/proposals/{reference}/formalities"),),
    "formalcheck.record": (
        Ask("intake.formal_check", "/proposals/{reference}/formal-check"),
        Ask(
            "intake.formal_check",
            "/proposals/{reference}/formal-check",
            "POST",
            _versioned(EL5_outcome="needs_human", EL5_note="Spørg i telefonen", action="save"),
            acts=("formal_items_recorded",),
            acts_in={
                State.SUBMITTED: ("case_worker_assigned", "formal_items_recorded"),
                State.FORMAL_CHECK: ("formal_items_recorded", "formal_check_recorded"),
            },
        ),
    ),
    "formalcheck.reject": (
        Ask("intake.reject", "/proposals/{reference}/reject"),
        Ask(
            "intake.reject",
            "/proposals/{reference}/reject",
            "POST",
            _versioned(rules="EL10", considerations="Egen husleje", letter="Egen husleje", action="send"),
            acts=("proposal_formally_rejected",),
            prepare=_found_unmet,
        ),
    ),
    "proposal.return": (
        Ask("intake.return_proposal", "/proposals/{reference}/return"),
        Ask(
            "intake.return_proposal",
            "/proposals/{reference}/return",
            "POST",
            _versioned(
                asked_for="Skriv budgettet",
                sections="money",
                due_on="15.3.2027",
                letter="Skriv budgettet senest 15. marts 2027",
                action="send",
            ),
            acts=("proposal_returned",),
            prepare=_found_missing,
        ),
    ),
    "caseworker.assign": (
        Ask("intake.case_worker", "/proposals/{reference}/case-worker"),
        Ask(
            "intake.case_worker",
            "/proposals/{reference}/case-worker",
            "POST",
            lambda trial: {"case_worker": str(trial.free_secretary), "version": str(trial.proposal.version)},
            acts=("case_worker_assigned",),
        ),
    ),
    "letter.view": (Ask("intake.letters", "/proposals/{reference}/letters"),),
    "note.view": (Ask("intake.notes", "/proposals/{reference}/notes"),),
    "note.write": (
        Ask(
            "intake.write_note",
            "/proposals/{reference}/notes",
            "POST",
            _typed(text="Talt med formanden", happened_on="1.3.2027"),
            acts=("note_written",),
        ),
    ),
    "department.route": (
        Ask("intake.route", "/proposals/{reference}/route"),
        Ask(
            "intake.route",
            "/proposals/{reference}/route",
            "POST",
            _routing,
            acts=("proposal_routed",),
            acts_in={State.WITH_DEPARTMENTS: ("proposal_rerouted",)},
        ),
    ),
    "department.exempt": (
        Ask("intake.exempt", "/proposals/{reference}/exempt"),
        Ask(
            "intake.exempt",
            "/proposals/{reference}/exempt",
            "POST",
            _versioned(department="MSB", reason="Har ikke området mere"),
            acts=("department_exempted", "departments_all_answered"),
        ),
    ),
    "reviewer.assign": (
        Ask("intake.assignments", "/proposals/{reference}/assignments"),
        Ask(
            "intake.assignments",
            "/proposals/{reference}/assignments",
            "POST",
            _new_person,
            acts=("reviewer_assigned",),
        ),
        Ask("intake.end_assignment", "/proposals/{reference}/assignments/end"),
        Ask(
            "intake.end_assignment",
            "/proposals/{reference}/assignments/end",
            "POST",
            _ended_person,
            acts=("assignment_ended",),
        ),
    ),
    "assignment.decline": (
        Ask("intake.decline", "/proposals/{reference}/decline"),
        Ask(
            "intake.decline",
            "/proposals/{reference}/decline",
            "POST",
            _typed(reason="no_capacity", text=""),
            acts=("assignment_declined",),
            prepare=_reopened,
        ),
    ),
    "assignment.pass_on": (
        Ask("intake.pass_on", "/proposals/{reference}/pass-on"),
        Ask(
            "intake.pass_on",
            "/proposals/{reference}/pass-on",
            "POST",
            _to_colleague,
            acts=("assignment_passed_on",),
            prepare=_reopened,
        ),
    ),
    "department.answer": (
        Ask("scoring.answer", "/proposals/{reference}/answer"),
        Ask(
            "scoring.answer",
            "/proposals/{reference}/answer",
            "POST",
            _answer,
            acts=("department_answered",),
            acts_in={State.WITH_DEPARTMENTS: ("department_answered", "departments_all_answered")},
        ),
    ),
    "conflict.declare": (
        Ask("intake.conflict", "/proposals/{reference}/conflict"),
        Ask(
            "intake.conflict",
            "/proposals/{reference}/conflict",
            "POST",
            _typed(has_conflict="no"),
            acts=("conflict_declared",),
            acts_of={"RU": ("conflict_declared", "assignment_accepted")},
        ),
        Ask(
            "intake.conflict",
            "/proposals/{reference}/conflict",
            "POST",
            _typed(has_conflict="yes", ground="Bror i bestyrelsen"),
            acts=("conflict_declared",),
        ),
    ),
    "conflict.review": (
        Ask("intake.conflicts", "/proposals/{reference}/conflicts"),
        Ask(
            "intake.conflicts",
            "/proposals/{reference}/conflicts",
            "POST",
            _declared_by_ih,
            acts=("conflict_reviewed",),
        ),
    ),
    "assessment.view": (
        Ask("scoring.assessments", "/proposals/{reference}/assessments"),
        Ask(
            "scoring.letter",
            "/proposals/{reference}/answer-letters/{file}",
            acts=("letter_downloaded",),
            prepare=_letter_sent,
        ),
    ),
    "assessment.edit": (
        Ask("scoring.assessment", "/proposals/{reference}/assessment"),
        Ask("scoring.assessment", "/proposals/{reference}/assessment", "POST", _sheet, prepare=_reopened),
    ),
    "assessment.finalise": (
        Ask(
            "scoring.assessment",
            "/proposals/{reference}/assessment",
            "POST",
            _finished_sheet,
            acts=("assessment_finalised",),
            prepare=_reopened,
        ),
    ),
    "assessment.reopen": (
        Ask("scoring.reopen", "/proposals/{reference}/assessments/{sheet}/reopen", prepare=_sheet_finished),
        Ask(
            "scoring.reopen",
            "/proposals/{reference}/assessments/{sheet}/reopen",
            "POST",
            _typed(reason="En fejl i niveauet"),
            acts=("assessment_reopened",),
            prepare=_sheet_finished,
        ),
    ),
    "consensus.record": (
        Ask("scoring.consensus", "/proposals/{reference}/consensus", prepare=_finished_by_both),
        Ask(
            "scoring.consensus",
            "/proposals/{reference}/consensus",
            "POST",
            _versioned(**AGREED),
            acts=("consensus_recorded",),
            prepare=_finished_by_both,
        ),
    ),
    "hearing.view": (Ask("scoring.hearing", "/proposals/{reference}/hearing"),),
    "hearing.follow": (Ask("scoring.own_hearing", "/proposals/{reference}/hearing-answer", prepare=_hearing_sent),),
    "hearing.open": (
        Ask(
            "scoring.send_hearing",
            "/proposals/{reference}/hearing",
            "POST",
            _versioned(
                facts="Der er et lignende tilbud",
                due_on="15.3.2027",
                letter="Svar senest 15. marts 2027",
                action="send",
            ),
            acts=("hearing_opened",),
        ),
        Ask("scoring.waive_hearing", "/proposals/{reference}/hearing/waive"),
        Ask(
            "scoring.waive_hearing",
            "/proposals/{reference}/hearing/waive",
            "POST",
            _versioned(reason="Ansøgeren har selv skrevet det"),
            acts=("hearing_waived",),
        ),
    ),
    "hearing.answer": (
        Ask(
            "scoring.answer_hearing",
            "/proposals/{reference}/hearing-answer",
            "POST",
            _heard,
            acts=("hearing_answered",),
            prepare=_hearing_sent,
        ),
    ),
    "hearing.close": (
        Ask(
            "scoring.close_hearing",
            "/proposals/{reference}/hearing/close",
            "POST",
            _versioned(note="Svaret ændrer ikke vurderingen"),
            acts=("hearing_closed",),
            prepare=_hearing_sent,
        ),
    ),
    "business_case.view": (
        Ask("scoring.business_case", "/proposals/{reference}/business-case"),
        Ask(
            "scoring.business_case_file",
            "/proposals/{reference}/business-case/files/{file}",
            acts=("business_case_file_downloaded",),
            prepare=_workbook_sent,
        ),
    ),
    "business_case.save": (
        Ask("scoring.edit_business_case", "/proposals/{reference}/business-case/edit"),
        Ask(
            "scoring.edit_business_case",
            "/proposals/{reference}/business-case/edit",
            "POST",
            _business_case,
            acts=("business_case_saved",),
        ),
        Ask("scoring.upload_business_case", "/proposals/{reference}/business-case/upload"),
        Ask(
            "scoring.upload_business_case",
            "/proposals/{reference}/business-case/upload",
            "POST",
            _workbook,
            acts=("business_case_saved",),
        ),
        Ask("scoring.enter_som_result", "/proposals/{reference}/business-case/som"),
        Ask(
            "scoring.enter_som_result",
            "/proposals/{reference}/business-case/som",
            "POST",
            _som_result,
            acts=("business_case_saved",),
        ),
    ),
    "business_case.choose": (
        Ask("scoring.choose_business_case", "/proposals/{reference}/business-case/choose"),
        Ask(
            "scoring.choose_business_case",
            "/proposals/{reference}/business-case/choose",
            "POST",
            _choice_of_business_case,
            acts=("business_case_chosen",),
            prepare=_som_saved,
        ),
    ),
    "casefacts.edit": (
        Ask("scoring.case_facts", "/proposals/{reference}/case-facts"),
        Ask("scoring.case_facts", "/proposals/{reference}/case-facts", "POST", _facts, acts=("case_facts_recorded",)),
    ),
    "sorting.view": (Ask("scoring.sorting", "/proposals/{reference}/sorting"),),
    "sorting.confirm": (
        Ask(
            "scoring.confirm",
            "/proposals/{reference}/sorting/confirm",
            "POST",
            _seen(),
            acts=("sorting_confirmed",),
            prepare=_finished_by_both,
        ),
    ),
    "sorting.override": (
        Ask(
            "scoring.override",
            "/proposals/{reference}/sorting/override",
            "POST",
            _seen(track="maturing_dialogue", reason="Foreningen vil selv vente"),
            acts=("sorting_overridden",),
            prepare=_finished_by_both,
        ),
    ),
    "sorting.renew": (
        Ask(
            "scoring.renew",
            "/proposals/{reference}/sorting/renew",
            "POST",
            _seen(),
            acts=("sorting_renewed",),
            prepare=_other_figures,
        ),
    ),
    "memo.compose": (
        Ask("memo.sheet", "/proposals/{reference}/memo"),
        Ask("memo.part", "/proposals/{reference}/memo/sections/frame"),
        Ask(
            "memo.part",
            "/proposals/{reference}/memo/sections/frame",
            "POST",
            _frame_seen,
            acts=("memo_edited",),
        ),
    ),
    "memo.release": (
        Ask(
            "memo.release_memo",
            "/proposals/{reference}/memo/release",
            "POST",
            _memo_seen,
            acts=("memo_released",),
            prepare=_memo_written,
        ),
    ),
    "memo.send_back": (
        Ask("memo.send_back", "/proposals/{reference}/memo/send-back"),
        Ask(
            "memo.send_back",
            "/proposals/{reference}/memo/send-back",
            "POST",
            _typed(reason="Målene mangler tal"),
            acts=("memo_sent_back",),
        ),
    ),
    "agenda.place": (
        Ask("portfolio.place", "/proposals/{reference}/agenda"),
        Ask(
            "portfolio.place",
            "/proposals/{reference}/agenda",
            "POST",
            _typed(meeting=COUNCIL_DAY.isoformat()),
            acts=("agenda_placed",),
            prepare=_meeting_planned,
        ),
    ),
    "agenda.remove": (
        Ask("portfolio.remove", "/proposals/{reference}/agenda/remove"),
        Ask(
            "portfolio.remove",
            "/proposals/{reference}/agenda/remove",
            "POST",
            _typed(reason="Formanden vil se den igen"),
            acts=("agenda_removed",),
        ),
    ),
    "copy.export": (Ask("exports.proposal_copy", "/exports/proposal-copy/{reference}", acts=("paper_exported",)),),
    "memo.export": (
        Ask("exports.decision_memo", "/exports/decision-memo/{reference}", acts=("paper_exported",)),
        Ask("desk.papers", "/proposals/{reference}/papers"),
    ),
}

WITHIN = {
    "history.own": "proposal.view",
    "assessment.finalise": "assessment.edit",
}
"""Actions that have no page of their own: they are taken on the page of another."""

SHOWN_ONLY_WITH = {
    "assessment.view": ("Forvaltningen ser gerne", "Grund for "),
    "sorting.view": ("SORT7", ">1,42<", "Modenhed</"),
}
"""Texts on the pages of a case that belong to a right of their own, wherever they stand but on one's own sheet."""


# ---- what is expected ---------------------------------------------------------------------------------------------


def refusal(right: CaseRight, view: str, state: State, method: str) -> int:
    """The answer to somebody who may not, as section 3 of the rules gives it."""
    safe = method in {"GET", "HEAD"}
    if view == "AN":
        return 302 if safe else 401
    if view == "DX":
        return 401
    if CASES["proposal.view"].allows(view, state):
        return 409 if right.cells[view] else 403
    if view == "AX":
        return 404
    asks_to_see = right.action in {"proposal.view", "history.own"}
    opens = asks_to_see or right.allows("RA", state)
    if view == "RU" and opens and safe and CASES["conflict.declare"].allows(view, state):
        return 302  # Sent on to the question about conflicts of interest.
    return 403


@dataclass
class Trial:
    """One case in one state before everyone, and everything that was wrong about the answers."""

    connection: Connection
    world: World
    proposal: Proposal
    viewers: dict[str, Viewer]
    before: dict[str, list[str]]
    file_id: UUID | None = None
    sheet_id: UUID | None = None
    free_secretary: UUID | None = None
    forms: dict[tuple[int, State], Mapping[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    cells: int = 0

    @property
    def state(self) -> State:
        return self.proposal.state

    def moved_to(self, state: State) -> None:
        """The same case in another state of its kind."""
        if self.proposal.state is not state:
            self.proposal.state = state
            self.world.session.add(self.proposal)
            self.world.session.commit()
            self.before = rows_of(self.connection)

    def version_of(self, table: Any) -> str:
        """The version that a person has on the screen who opens the form of this case now."""
        found = self.connection.execute(sa.select(table.version).where(table.proposal_id == self.proposal.id))
        return str(found.scalar() or 0)

    def path(self, ask: Ask) -> str:
        reference = self.proposal.reference or NEVER_GIVEN
        return ask.path.format(draft=self.proposal.id, reference=reference, file=self.file_id, sheet=self.sheet_id)

    def try_cell(self, right: CaseRight, view: str) -> None:
        self.cells += 1
        allowed = right.allows(view, self.state)
        for ask in ASKS[right.action] if allowed else asks_refused(right, view, self.state):
            if self.proposal.reference is None and "{reference}" in ask.path:
                self.refuse(right, view, ask, {403, 404})  # A draft that was never sent has no such address.
            elif allowed:
                self.allow(right, view, ask)
            else:
                self.refuse(right, view, ask, set())

    def refuse(self, right: CaseRight, view: str, ask: Ask, also: set[int]) -> None:
        path = self.path(ask)
        with statements(self.connection) as heard:
            answer = self.viewers[view].send(ask.method, path, self.form_seen(ask))
        self.requests += 1
        where = f"{right.action} {view} {self.state.value}: {ask.method} {path}"
        wanted = {refusal(right, view, self.state, ask.method)} | (also if view not in {"AN", "DX"} else set())
        if answer.status_code not in wanted:
            self.faults.append(f"{where} gave {answer.status_code}, not {sorted(wanted)}")
        self.faults += [f"{where} {fault}" for fault in self.left_alone(wrote=bool(heard.writes))]
        self.faults += [f"{where} {fault}" for fault in self.leaks(answer, view, path)]

    def form_seen(self, ask: Ask) -> Mapping[str, Any]:
        """What would be sent, read once in each state: a refusal changes nothing. A file is read anew each time."""
        if (kept := self.forms.get((id(ask), self.state))) is not None:
            return kept
        form = ask.form(self) if ask.form else {}
        if all(isinstance(value, str) for value in form.values()):
            self.forms[id(ask), self.state] = form
        return form

    def left_alone(self, *, wrote: bool) -> list[str]:
        """Nothing that is stored is another. Rows are compared only where something else than a read was sent."""
        if not wrote:
            return []
        after = rows_of(self.connection)
        return [f"changed the table {name}" for name in after if after[name] != self.before[name]]

    def leaks(self, answer: TestResponse, view: str, path: str) -> list[str]:
        said = answer.get_data(as_text=True) + unquote(str(answer.headers))
        found = [f"leaks the {name}" for name, mark in MARKS.items() if mark in said]
        reference = self.proposal.reference
        if reference and reference not in path and reference in said:
            known = [CASES[action].allows(view, self.state) for action in ("proposal.view", "conflict.declare")]
            if not any(known):
                found.append("leaks the reference")
        return found

    def allow(self, right: CaseRight, view: str, ask: Ask) -> None:
        path, viewer = self.path(ask), self.viewers[view]
        where = f"{right.action} {view} {self.state.value}: {ask.method} {path}"
        with undone(self.connection):
            if ask.prepare:
                ask.prepare(self)
            last = self.last_act()
            form = ask.form(self) if ask.form else {}
            with statements(self.connection) as heard:
                answer = viewer.send(ask.method, path, form)
            self.requests += 1
            status = ask.lands if ask.method == "GET" else 303
            if answer.status_code != status:
                self.faults.append(f"{where} gave {answer.status_code}, not {status}")
                return
            if ask.method == "GET" and not ask.acts and heard.writes:
                self.faults.append(f"{where} wrote: {heard.writes}")
            self.faults += [f"{where} {fault}" for fault in self.wrong_acts(ask, viewer, last)]
        if answer.mimetype == "text/html" and answer.status_code == 200:
            self.faults += [f"{where} {fault}" for fault in self.shows_too_much(view, ask, answer)]

    def last_act(self) -> int:
        return self.connection.execute(sa.select(sa.func.max(AuditEvent.sequence))).scalar() or 0

    def wrong_acts(self, ask: Ask, viewer: Viewer, last: int) -> list[str]:
        """The history has got exactly the acts of this request, each by this person on this case."""
        rows = self.connection.execute(
            sa.select(AuditEvent.kind, AuditEvent.subject_id, AuditEvent.person_id, AuditEvent.role)  # type: ignore[call-overload]
            .where(col(AuditEvent.sequence) > last)
            .order_by(col(AuditEvent.sequence))
        ).all()
        assert viewer.actor is not None
        by = (viewer.actor.person_id, viewer.actor.role)
        wanted = [
            (kind, self.proposal.id, *((None, None) if kind == "departments_all_answered" else by))
            for kind in ask.acts_after(self.state, viewer.view)
        ]
        found = [tuple(row) for row in rows]
        return [] if found == wanted else [f"left {found} in the history, not {wanted}"]

    def shows_too_much(self, view: str, ask: Ask, answer: TestResponse) -> list[str]:
        said = answer.get_data(as_text=True)
        faults = [
            f"shows {text!r}, which needs {action}"
            for action, texts in SHOWN_ONLY_WITH.items()
            for text in texts
            if text in said and not CASES[action].allows(view, self.state) and ask.endpoint != "scoring.assessment"
        ]
        if ask.endpoint == "desk.proposal":
            kept = {"cvr", "department's statement", "reason of a score"}
            faults += [f"lacks the {name}" for name, mark in MARKS.items() if name not in kept and mark not in said]
        if view == "RU":
            may_know = {"organisation", "partners_name", "title"}
            faults += [f"shows the {name}" for name, mark in MARKS.items() if name not in may_know and mark in said]
        if view == "AO" and "Medarbejder" in said:
            faults.append("shows the applicant who works on the case")
        return faults


def trial_of(stage: Stage, connection: Connection, world: World, state: State) -> Trial:
    proposal = marked_case(world, state)
    file = add_file(stage, world, proposal)
    viewers = everyone(stage, world, proposal)
    free = world.add_staff("S3", Role.SECRETARIAT)
    world.session.commit()
    sheet = connection.execute(sa.select(Assessment.id).where(col(Assessment.proposal_id) == proposal.id)).scalar()  # type: ignore[call-overload]
    return Trial(connection, world, proposal, viewers, rows_of(connection), file.id, sheet or uuid4(), free.person_id)


@functools.cache
def kinds_of_state() -> list[tuple[State, ...]]:
    """The states in which every view may do the same, together: most of what follows the council is one kind."""
    kinds: dict[tuple[bool, ...], tuple[State, ...]] = {}
    for state in STATES.values():
        allowed = tuple(right.allows(view, state) for right in CASES.values() for view in VIEWS)
        kinds[allowed] = (*kinds.get(allowed, ()), state)
    return list(kinds.values())


def asks_refused(right: CaseRight, view: str, state: State) -> Sequence[Ask]:
    """The requests by which a view that may not is refused: all of an action, spread over the states that refuse it.

    That all pages of an action are guarded by its word is read off the application (test below).
    """
    asks = ASKS[right.action]
    refusing = [kind for kind in kinds_of_state() if not right.allows(view, kind[0])]
    if len(refusing) < len(asks):
        return asks
    place = next(place for place, kind in enumerate(refusing) if state in kind)
    return asks[place % len(asks) :][:1]


@pytest.mark.parametrize("kind", kinds_of_state(), ids="-".join)
def test_every_action_answers_every_view_as_the_data_says(
    kind: tuple[State, ...], on_stage: Stage, connection: Connection, world: World
) -> None:
    """Every cell of a kind's first state on SQLite, and on PostgreSQL, which is asked by the same statements, all that
    is allowed and, of the refusals, those that the database decides (another's case, a conflict). Of the kind's other
    states, which the application's table treats alike (test below), each action by one who may.
    """
    trial = trial_of(on_stage, connection, world, kind[0])
    on_sqlite = connection.dialect.name == "sqlite"

    for state in kind if on_sqlite else kind[:1]:
        trial.moved_to(state)
        cells = list(cells_of(state, whole=on_sqlite) if state is kind[0] else one_who_may(state))
        trial.cells = 0
        for right, view in cells:
            trial.try_cell(right, view)
        assert rows_of(connection) == trial.before
        assert trial.cells == (CELLS // len(STATES) if on_sqlite and state is kind[0] else len(cells)) > 0

    assert not trial.faults, "\n".join(trial.faults)
    assert trial.requests >= trial.cells
    assert not on_stage.mail_folder.exists()


def cells_of(state: State, *, whole: bool) -> Iterator[tuple[CaseRight, str]]:
    """All cells of a state, or those that are allowed or whose refusal hangs on what is stored."""
    for right in CASES.values():
        for view in VIEWS:
            if whole or right.allows(view, state) or view in {"AX", "IH"}:
                yield right, view


def one_who_may(state: State) -> Iterator[tuple[CaseRight, str]]:
    """Each action that anybody may in the state, with the first who may."""
    for right in CASES.values():
        yield from [(right, view) for view in VIEWS if right.allows(view, state)][:1]


@pytest.mark.parametrize("kind", [kind for kind in kinds_of_state() if len(kind) > 1], ids="-".join)
def test_states_of_one_kind_are_one_to_the_application(kind: tuple[State, ...]) -> None:
    """For every action and every relation to a case, also those that no point of view of the matrix stands in."""

    def allowed(state: State) -> set[tuple[str, Relation]]:
        return {(action, relation) for action in RIGHTS for relation in Relation if may(action, relation, state)}

    assert [allowed(state) for state in kind] == [allowed(kind[0])] * len(kind)
    assert allowed(kind[0])


@ONE_DATABASE
@pytest.mark.parametrize("state", [State.WITH_DEPARTMENTS], ids=str)
def test_no_other_method_gets_in(state: State, on_stage: Stage, connection: Connection, world: World) -> None:
    """Which methods a page has hangs neither on the state nor on who asks: one state stands for all, the secretariat
    asks every page, and everybody asks one page that opens to many and one that opens to few.
    """
    trial = trial_of(on_stage, connection, world, state)
    known: dict[str, set[str]] = {}
    for asks in ASKS.values():
        for ask in asks:
            known.setdefault(trial.path(ask), set()).add(ask.method)

    with statements(connection) as heard:
        for path, own in known.items():
            by_all = path.endswith(("/conflict", "/sorting/confirm"))
            for viewer in trial.viewers.values() if by_all else [trial.viewers["SE"]]:
                for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - own:
                    answer = viewer.send(method, path, {"outcome": "ok", "has_conflict": "yes"})
                    assert answer.status_code == 405, f"{viewer.view} {method} {path}"
                    assert trial.leaks(answer, viewer.view, path) == [], f"{viewer.view} {method} {path}"
    assert heard.writes == []


@ONE_DATABASE
@pytest.mark.parametrize("state", [State.SORTED], ids=str)
def test_head_tells_no_more_than_get(state: State, on_stage: Stage, connection: Connection, world: World) -> None:
    """Every page, as those ask for it who stand to a case in ways of their own; HEAD is answered by the page's GET."""
    trial = trial_of(on_stage, connection, world, state)
    pages = {trial.path(ask) for asks in ASKS.values() for ask in asks if ask.method == "GET"}

    for path in pages:
        for viewer in (trial.viewers[view] for view in ("AN", "AO", "AX", "RA", "RU", "IH", "SE")):
            with undone(connection):
                shown, head = viewer.send("GET", path), viewer.send("HEAD", path)
            assert (head.status_code, head.data) == (shown.status_code, b""), f"{viewer.view} {path}"
            if head.status_code >= 300:
                assert trial.leaks(head, viewer.view, path) == [], f"{viewer.view} {path}"
    assert rows_of(connection) == trial.before


# ---- the data and the routes tell of the same things --------------------------------------------------------------


def test_every_page_of_a_case_stands_in_the_data(stage: Stage) -> None:
    rules = [rule for rule in stage.app.url_map.iter_rules() if _on_case(stage, rule)]
    declared = {
        (_word(stage, rule), rule.endpoint, method)
        for rule in rules
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    asked = {(WITHIN.get(action, action), ask.endpoint, ask.method) for action, asks in ASKS.items() for ask in asks}

    assert declared == asked
    assert set(ASKS) == set(CASES)


def _on_case(stage: Stage, rule: Rule) -> bool:
    return getattr(stage.app.view_functions[rule.endpoint], "on_case", False)


def _word(stage: Stage, rule: Rule) -> str:
    return getattr(stage.app.view_functions[rule.endpoint], "permission", "")


def test_every_asked_path_leads_to_its_page(stage: Stage) -> None:
    router = stage.app.url_map.bind("localhost")
    for asks in ASKS.values():
        for ask in asks:
            path = ask.path.format(draft=uuid4(), reference=NEVER_GIVEN, file=uuid4(), sheet=uuid4())
            assert router.match(path, ask.method)[0] == ask.endpoint


def test_every_cell_is_counted() -> None:
    assert len(CASES) * len(VIEWS) * sum(map(len, kinds_of_state())) == CELLS
    assert len(kinds_of_state()) == 14
    assert [state.value for state in STATES.values()] == [state.value for state in State]


def test_what_waits_for_a_later_release_cannot_be_reached_yet() -> None:
    """The day a move is opened, its letter goes over from `later` to the cell."""
    for action, right in CASES.items():
        for state in right.later:
            assert action not in PROPOSAL_MOVES.open_actions(state), f"{action} in {state.value}"
            assert not any(state in cell for cell in right.cells.values()), f"{action} in {state.value}"


# ---- pages without a case -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SiteAsk:
    """One request that needs no case."""

    endpoint: str
    path: str
    method: str = "GET"
    form: Mapping[str, str] = field(default_factory=dict)
    lands: int = 200
    audits: bool = False


NEW_ORGANISATION = {"name": "Ny forening", "kind": "association", "cvr": "99999942"}
NEW_CALL = {
    **{"title": "Nyt call", "opens_on": "1.4.2027", "opens_time": "9.00"},
    **{"closes_on": "1.5.2027", "closes_time": "12.00"},
}
READ = {"version": "{version}"}
NEW_FIGURES = {
    **{"as_of": "28.2.2027", "capital": "21.000.000", "reserved": "1.000.000", "outcome_fund": "1.000.000"},
    **{"donation_pool": "200.000", "source": "Udtræk af økonomisystemet"},
}
SELF_CHECK = {
    **{"applicant": "small", "purpose": "needs_money", "tried": "new", "described": "numbers", "planned": "budget"},
    **{"municipality": "nobody", "participants": "12", "amount": "85.000"},
}
NEW_LIMIT = {
    **{"figure": "light_regime_kroner", "value": "5600000", "valid_from": "1.4.2027"},
    **{"source": "Bekendtgørelsen om beløbsgrænser"},
}
NEW_QUESTION = {"label": "Hvor mange er I?", "kind": "number", **READ}
NEW_ROLE = {"role": "auditor", "reason": "Ny kollega"}
NEW_PERSON = {**NEW_ROLE, "name": "Ny medarbejder", "email": "ny@x.example"}
OTHER_ADDRESS = {"name": "Ansøger AX", "email": "ny@x.example", "version": "1"}
LEAVES = {"reason": "Er holdt op", "version": "1"}
SITE_ASKS: dict[str, tuple[SiteAsk, ...]] = {
    "health.view": (SiteAsk("health.alive", "/healthz"), SiteAsk("health.ready", "/readyz")),
    "session.open": (
        SiteAsk("identity.sign_in", "/sign-in"),
        SiteAsk("identity.sign_in", "/sign-in", "POST", {"email": "nogen@x.example"}),
    ),
    "session.own": (SiteAsk("identity.sign_out", "/sign-out", "POST", lands=303),),
    "session.revoke": (
        SiteAsk("identity.sessions", "/sessions"),
        SiteAsk("identity.end_session", "/sessions/{session_of_ax}/end", "POST", lands=303),
        SiteAsk("administration.end_all_sessions", "/admin/people/{ax}/sessions/end", "POST", lands=303),
    ),
    "user.view": (
        SiteAsk("administration.people", "/admin"),
        SiteAsk("administration.person", "/admin/people/{ax}"),
    ),
    "user.create": (
        SiteAsk("administration.add_person", "/admin/people/new"),
        SiteAsk("administration.add_person", "/admin/people/new", "POST", NEW_PERSON, lands=303),
    ),
    "user.edit": (
        SiteAsk("administration.correct_person", "/admin/people/{ax}/edit"),
        SiteAsk("administration.correct_person", "/admin/people/{ax}/edit", "POST", OTHER_ADDRESS, lands=303),
    ),
    "user.close": (
        SiteAsk("administration.close_account", "/admin/people/{ax}/close"),
        SiteAsk("administration.close_account", "/admin/people/{ax}/close", "POST", LEAVES, lands=303),
        SiteAsk("administration.reopen_account", "/admin/people/{ax}/reopen"),
        # The account is open: whoever may is told so.
        SiteAsk("administration.reopen_account", "/admin/people/{ax}/reopen", "POST", LEAVES, lands=409),
    ),
    "role.grant": (
        SiteAsk("administration.grant_role", "/admin/people/{ax}/roles/new"),
        SiteAsk("administration.grant_role", "/admin/people/{ax}/roles/new", "POST", NEW_ROLE, lands=303),
    ),
    "role.revoke": (
        SiteAsk("administration.revoke_role", "/admin/people/{ax}/roles/{ax_role}/revoke"),
        SiteAsk("administration.revoke_role", "/admin/people/{ax}/roles/{ax_role}/revoke", "POST", LEAVES, lands=303),
    ),
    "outbox.view": (SiteAsk("mail_desk.outbox", "/admin/outbox"),),
    "outbox.retry": (
        SiteAsk("mail_desk.retry", "/admin/outbox/{failed_mail}/retry", "POST", lands=303),
        SiteAsk("mail_desk.retry_all", "/admin/outbox/retry", "POST", lands=303),
    ),
    "audit.view": (SiteAsk("log_desk.log", "/audit"),),
    "audit.export": (SiteAsk("log_desk.export", "/audit/export", audits=True),),
    "tasks.view": (SiteAsk("desk.my_tasks", "/my-tasks"),),
    "department.view": (SiteAsk("intake.departments", "/departments"),),
    "department.edit": (
        SiteAsk("intake.add_department", "/departments/new"),
        SiteAsk(
            "intake.add_department",
            "/departments/new",
            "POST",
            {"code": "MNY", "name": "Ny forvaltning", "valid_from": "1.4.2027"},
            lands=303,
            audits=True,
        ),
        SiteAsk("intake.rename_department", "/departments/name"),
        SiteAsk(
            "intake.rename_department",
            "/departments/name",
            "POST",
            {"department": "MSB", "name": "Sociale Forhold", "valid_from": "1.4.2027"},
            lands=303,
            audits=True,
        ),
        SiteAsk("intake.add_coordinator", "/departments/coordinators"),
        SiteAsk(
            "intake.add_coordinator",
            "/departments/coordinators",
            "POST",
            {"person": "MBU:{ro}", "valid_from": "1.4.2027"},
            lands=303,
            audits=True,
        ),
        SiteAsk("intake.end_coordinator", "/departments/coordinators/end"),
        SiteAsk(
            "intake.end_coordinator",
            "/departments/coordinators/end",
            "POST",
            {"coordinator": "{coordinator}", "valid_to": "1.4.2027"},
            lands=303,
            audits=True,
        ),
        SiteAsk(
            "intake.withdraw_department_name",
            "/departments/names/{coming_name}/withdraw",
            "POST",
            lands=303,
            audits=True,
        ),
        SiteAsk(
            "intake.withdraw_coordinator",
            "/departments/coordinators/{coming_coordinator}/withdraw",
            "POST",
            lands=303,
            audits=True,
        ),
        SiteAsk(
            "intake.withdraw_default_departments",
            "/departments/focus-areas/{coming_focus}/withdraw",
            "POST",
            lands=303,
            audits=True,
        ),
        SiteAsk("intake.route_focus_area", "/departments/focus-areas"),
        SiteAsk(
            "intake.route_focus_area",
            "/departments/focus-areas",
            "POST",
            {"focus_area": "homelessness", "valid_from": "1.4.2027", "lead": "MSB", "ground": "Har indsatsen"},
            lands=303,
            audits=True,
        ),
    ),
    "ranking.view": (
        SiteAsk("rankings.ranking", "/calls/{slug}/ranking"),
        SiteAsk("comparisons.side_by_side", "/calls/{slug}/compare"),
        SiteAsk("comparisons.overview", "/calls/{slug}/map"),
    ),
    "shortlist.save": (
        SiteAsk("rankings.save_shortlist", "/calls/{slug}/shortlist"),
        SiteAsk(
            "rankings.save_shortlist",
            "/calls/{slug}/shortlist",
            "POST",
            {"version": "0", "seen": "{shortlist_seen}"},
            lands=303,
            audits=True,
        ),
    ),
    "call.figures": (SiteAsk("figures.call", "/calls/{slug}/figures"),),
    "business_case.layout": (SiteAsk("scoring.business_case_layout", "/business-case/layout.xlsx"),),
    "fund.view": (SiteAsk("scoring.fund_figures", "/fund-figures"),),
    "fund.edit": (
        SiteAsk("scoring.enter_fund_figures", "/fund-figures/new"),
        SiteAsk("scoring.enter_fund_figures", "/fund-figures/new", "POST", NEW_FIGURES, lands=303, audits=True),
    ),
    "policy.view": (SiteAsk("scoring.policies", "/policies"), SiteAsk("scoring.policy", "/policies/{drafted_policy}")),
    "policy.draft": (
        SiteAsk("scoring.draft_policy", "/policies/new?based_on=2026"),
        SiteAsk("scoring.draft_policy", "/policies/new?based_on=2026", "POST", typed_policy(), lands=303, audits=True),
        SiteAsk("scoring.edit_policy", "/policies/{drafted_policy}/edit"),
        SiteAsk(
            "scoring.edit_policy",
            "/policies/{drafted_policy}/edit",
            "POST",
            typed_policy(donation_cap="90000"),
            lands=303,
            audits=True,
        ),
        SiteAsk("scoring.discard_policy", "/policies/{drafted_policy}/discard"),
        SiteAsk(
            "scoring.discard_policy",
            "/policies/{drafted_policy}/discard",
            "POST",
            {"version": "1", "reason": "Det blev ikke til noget"},
            lands=303,
            audits=True,
        ),
    ),
    "policy.adopt": (
        SiteAsk("scoring.adopt_policy", "/policies/{drafted_policy}/adopt"),
        SiteAsk(
            "scoring.adopt_policy",
            "/policies/{drafted_policy}/adopt",
            "POST",
            {"version": "1", "reason": "Rådet har besluttet det"},
            lands=303,
            audits=True,
        ),
        SiteAsk("scoring.withdraw_policy", "/policies/{adopted_policy}/withdraw"),
        SiteAsk(
            "scoring.withdraw_policy",
            "/policies/{adopted_policy}/withdraw",
            "POST",
            {"version": "2", "reason": "Den var for streng"},
            lands=303,
            audits=True,
        ),
    ),
    "policy.trial": (
        SiteAsk("scoring.try_policy_on_call", "/policies/{drafted_policy}/trial"),
        SiteAsk("scoring.try_policy_on_call", "/policies/2026/trial?call=nye-veje"),
    ),
    "selfcheck.view": (
        SiteAsk("scoring.self_check", "/self-check"),
        SiteAsk("scoring.self_check", "/self-check", "POST", SELF_CHECK),
    ),
    "legalfigure.view": (SiteAsk("scoring.legal_figures", "/legal-figures"),),
    "legalfigure.edit": (
        SiteAsk("scoring.enter_legal_figure", "/legal-figures/new"),
        SiteAsk("scoring.enter_legal_figure", "/legal-figures/new", "POST", NEW_LIMIT, lands=303, audits=True),
    ),
    "agenda.view": (
        SiteAsk("portfolio.meetings", "/meetings"),
        SiteAsk("portfolio.meeting", "/meetings/{held_on}"),
    ),
    "meeting.plan": (
        SiteAsk("portfolio.plan_meeting", "/meetings", "POST", {"held_on": "28.4.2027"}, lands=303, audits=True),
        SiteAsk(
            "portfolio.order_agenda",
            "/meetings/{held_on}/order",
            "POST",
            {"item": "{item}", "direction": "down", "version": "{meeting_version}"},
            lands=303,
            audits=True,
        ),
        SiteAsk("portfolio.cancel_meeting", "/meetings/{unused_day}/cancel", "POST", lands=303, audits=True),
    ),
    "memos.export": (SiteAsk("exports.call_memos", "/exports/calls/{slug}/decision-memos", audits=True),),
    "privacy.view": (SiteAsk("personal_data.privacy", "/privacy"),),
    "own.export": (
        SiteAsk("personal_data.mine", "/my-data"),
        SiteAsk("personal_data.download", "/my-data/download", audits=True),
    ),
    "organisation.edit": (
        SiteAsk("organisations.organisation", "/organisations/{organisation}"),
        SiteAsk(
            "organisations.organisation",
            "/organisations/{organisation}",
            "POST",
            {"version": "1", "name": "Nyt navn"},
            lands=303,
        ),
        SiteAsk("organisations.members", "/organisations/{organisation}/members"),
        SiteAsk(
            "organisations.members",
            "/organisations/{organisation}/members",
            "POST",
            {"email": "ny@x.example"},
            lands=303,
        ),
        SiteAsk(
            "organisations.remove_member",
            "/organisations/{organisation}/members/{membership}/remove",
            "POST",
            lands=303,
        ),
        SiteAsk(
            "organisations.withdraw_invitation",
            "/organisations/{organisation}/invitations/{invitation}/withdraw",
            "POST",
            lands=303,
        ),
    ),
    "invitation.answer": (
        SiteAsk("organisations.accept_invitation", "/invitations/{invitation}/accept", "POST", lands=303),
        SiteAsk("organisations.decline_invitation", "/invitations/{invitation}/decline", "POST", lands=303),
    ),
    "call.list_public": (SiteAsk("intake.front", "/"),),
    "call.view": (SiteAsk("intake.call", "/calls/{slug}"),),
    "proposal.create": (
        SiteAsk("intake.apply", "/calls/{slug}/apply"),
        SiteAsk("intake.apply", "/calls/{slug}/apply", "POST", NEW_ORGANISATION, lands=303),
    ),
    "proposal.list": (SiteAsk("desk.proposals", "/calls/{slug}/proposals"),),
    "search": (SiteAsk("desk.all_proposals", "/proposals"), SiteAsk("desk.all_proposals", "/proposals?q=byhave")),
    "list.export_xlsx": (SiteAsk("desk.export_list", "/calls/{slug}/proposals.xlsx", audits=True),),
    # Without a file there is nothing to enter: whoever may is told so.
    "proposal.import": (
        SiteAsk("intake.import_file", "/calls/{slug}/import"),
        SiteAsk("intake.import_template", "/calls/{slug}/import/template.xlsx"),
        SiteAsk("intake.preview_import", "/calls/{slug}/import/preview", "POST", lands=422),
        SiteAsk("intake.enter_import", "/calls/{slug}/import", "POST", lands=422),
    ),
    "call.create": (
        SiteAsk("intake.new_call", "/calls/new"),
        SiteAsk("intake.new_call", "/calls/new", "POST", NEW_CALL, lands=303),
    ),
    "call.manage": (SiteAsk("intake.manage_call", "/calls/{slug}/manage"),),
    "call.edit": (
        SiteAsk("intake.edit_call", "/calls/{slug}/edit"),
        SiteAsk("intake.edit_call", "/calls/{slug}/edit", "POST", {**NEW_CALL, **READ}, lands=303),
        SiteAsk("intake.preview_call", "/calls/{slug}/preview"),
        SiteAsk("intake.call_questions", "/calls/{slug}/questions"),
        SiteAsk("intake.call_questions", "/calls/{slug}/questions", "POST", NEW_QUESTION, lands=303),
        SiteAsk("intake.call_question", "/calls/{slug}/questions/{question}"),
        SiteAsk("intake.call_question", "/calls/{slug}/questions/{question}", "POST", NEW_QUESTION, lands=303),
        SiteAsk("intake.move_call_question", "/calls/{slug}/questions/{question}/move", "POST", READ, lands=303),
        SiteAsk("intake.remove_call_question", "/calls/{slug}/questions/{question}/remove", "POST", READ, lands=303),
    ),
    "call.edit_contact": (
        SiteAsk("intake.call_contact", "/calls/{slug}/contact"),
        SiteAsk(
            "intake.call_contact",
            "/calls/{slug}/contact",
            "POST",
            {"contact_name": "Ny kontakt", "contact_email": "ny@x.example", **READ},
            lands=303,
        ),
    ),
    "call.publish": (
        SiteAsk("intake.publish_call", "/calls/{slug}/publish"),
        SiteAsk("intake.publish_call", "/calls/{slug}/publish", "POST", READ, lands=303),
    ),
    "call.extend_deadline": (
        SiteAsk("intake.extend_deadline", "/calls/{slug}/extend"),
        SiteAsk(
            "intake.extend_deadline",
            "/calls/{slug}/extend",
            "POST",
            {"closes_on": "1.4.2027", "closes_time": "12.00", "reason": "Ferie", **READ},
            lands=303,
        ),
    ),
    "call.cancel": (
        SiteAsk("intake.cancel_call", "/calls/{slug}/cancel"),
        SiteAsk("intake.cancel_call", "/calls/{slug}/cancel", "POST", {"reason": "Ingen penge", **READ}, lands=303),
    ),
}
SITE_WORDS = {
    "health.view": "open",
    "session.open": "open",
    "privacy.view": "open",
    "selfcheck.view": "open",
    "call.list_public": "open",
    "call.view": "open",
}
OTHER_WORDS = {
    "invitation.answer": "organisation.edit",
    "call.manage": "call.edit",
    "call.edit_contact": "call.edit",
}
"""Actions that a view declares under another action's word."""
OF_AN_ORGANISATION = {"organisation.edit", "invitation.answer"}
"""What belongs to one organisation or one address: for all other applicants it is not there."""
OF_A_DRAFT_CALL = {
    "call.manage",
    "call.edit",
    "call.edit_contact",
    "call.publish",
    "call.extend_deadline",
    "call.cancel",
    "proposal.import",
}
"""The secretariat's own pages: there, a call that is not published is one in another state."""
ELSEWHERE = {("identity.use_link", "GET"), ("identity.use_link", "POST"), ("identity.demo_sign_in", "POST")}
"""Pages that a secret in the address guards, or that only the demo has."""

COOKIE = "raadslag"
DECIDED_BY_ROWS = {"AO", "AX", "IH", "DX"}
"""Whose refusals hang on what is stored; those of the others, which the role alone decides, are asked on SQLite."""

CALL_STATES: dict[str, dict[str, Any]] = {
    "d": {
        "published_at": None,
        "opens_at": NOON + timedelta(days=1),
        "closes_at": NOON + timedelta(days=20),
    },
    "s": {"opens_at": NOON + timedelta(days=1), "closes_at": NOON + timedelta(days=20)},
    "o": {},
    "c": {"opens_at": NOON - timedelta(days=20), "closes_at": NOON - timedelta(microseconds=1)},
    "x": {"cancelled_at": NOON - timedelta(days=1)},
}


def site_refusal(right: SiteRight, view: str, method: str, call: str) -> int:
    if view == "AN" and right.action not in SITE_WORDS:
        return 302 if method in {"GET", "HEAD"} else 401
    if view == "DX" and right.action not in SITE_WORDS:
        return 401
    if view in {"AO", "AX"} and right.action in OF_AN_ORGANISATION:
        return 404
    if right.cells[view] or right.action in SITE_WORDS:
        is_hidden = call == "d" and right.action not in OF_A_DRAFT_CALL
        return 404 if is_hidden else 409  # A call that is not published is not there.
    return 403


def keys_of_master_rows(world: World) -> dict[str, str]:
    """A coordinator of today, and one row of each kind that has not begun."""
    now = str(world.session.exec(select(DepartmentCoordinator.id)).one())
    begins, acts = today(NOON) + timedelta(days=60), {"actor": world.people["AD"], "at": NOON}
    name = intake_actions.rename_department(world.session, "MKB", "Kultur", begins, **acts)
    coordinator = intake_actions.add_coordinator(world.session, "MSB", world.people["RA"].person_id, begins, **acts)
    focus = DepartmentFocus(
        focus_area=FocusArea.MENTAL_ILLNESS,
        department_code="MSB",
        is_lead=True,
        ground="Har indsatsen",
        valid_from=begins,
    )
    world.session.add(focus)
    world.session.commit()
    return {
        "coordinator": now,
        "coming_name": str(name.id),
        "coming_coordinator": str(coordinator.id),
        "coming_focus": str(focus.id),
    }


def keys_of_policies(world: World) -> dict[str, str]:
    """A policy in draft, and one that is adopted."""
    stricter, at = replace(numbers_of(get_policy("2026")), donation_cap=80_000), NOON
    drafted, adopted = (
        draft_policy(world.session, PolicyDraft("P", day, stricter), based_on="2026", actor=world.people["SE"], at=at)
        for day in (date(2028, 1, 1), date(2028, 2, 1))
    )
    adopt_policy(world.session, adopted, reason="Ja", version=adopted.version, actor=world.people["AD"], at=at)
    world.session.commit()
    return {"drafted_policy": drafted.slug, "adopted_policy": adopted.slug}


def keys_of_access(world: World) -> dict[str, str]:
    """AX, the role that AX has, and a letter that did not leave."""
    person = world.people["AX"].person_id
    role = world.session.exec(select(RoleGrant.id).where(RoleGrant.person_id == person)).one()
    letter = OutgoingMail(
        dedup_key="receipt:kq7",
        to_address="ao@x.example",
        subject="Vi har modtaget jeres forslag",
        body="Tak",
        queued_at=NOON,
        due_at=NOON,
        tries=10,
        failed_at=NOON,
        last_error="SMTPRecipientsRefused: nej",
    )
    world.session.add(letter)
    world.session.commit()
    return {"ax": str(person), "ax_role": str(role), "failed_mail": str(letter.id)}


def keys_of_agenda(world: World) -> dict[str, str]:
    """A meeting with two cases, of which the first can be moved down; the second has gone on to the mayor.

    IH has answered the question about conflicts of interest for the first, and has none.
    """
    free, decided = world.on_agenda(), world.on_agenda()
    intake_actions.declare_conflict(
        world.session, free, has_conflict=False, ground="", actor=world.people["IH"], at=NOON
    )
    decided.state = State.AWAITING_MAYOR
    world.session.add(decided)
    world.session.commit()
    meeting = world.meeting()
    first = world.session.exec(select(AgendaItem.id).where(AgendaItem.position == 1)).one()
    unused = world.meeting(COUNCIL_DAY + timedelta(days=7))
    return {
        "held_on": COUNCIL_DAY.isoformat(),
        "item": str(first),
        "meeting_version": str(meeting.version),
        "unused_day": unused.held_on.isoformat(),
    }


@pytest.mark.parametrize(
    ("database_url", "call"),
    [*(("sqlite", call) for call in CALL_STATES), ("postgres", "o")],
    indirect=["database_url"],
)
def test_every_page_without_a_case_answers_as_the_data_says(
    call: str, on_stage: Stage, connection: Connection, world: World
) -> None:
    agenda, proposal = keys_of_agenda(world), marked_case(world, State.SUBMITTED)
    for name, value in CALL_STATES[call].items():
        setattr(world.call, name, value)
    world.session.add(world.call)
    world.session.commit()
    viewers = everyone(on_stage, world, proposal)
    signed_in = world.session.exec(
        select(WebSession.id).where(WebSession.person_id == world.people["AX"].person_id)
    ).one()
    keys = {"slug": world.call.slug, "session_of_ax": signed_in, **keys_of_ao(world), **keys_of_call(world)}
    keys["ro"] = str(world.people["RO"].person_id)
    keys |= keys_of_master_rows(world) | agenda | keys_of_access(world) | keys_of_policies(world)
    keys["shortlist_seen"] = choices(
        call_ranking(world.session, world.people["SE"], world.call, on=today(NOON)), {}
    ).mark
    trial = Trial(connection, world, proposal, viewers, rows_of(connection))
    on_sqlite = connection.dialect.name == "sqlite"
    # A page without a call is the same whatever the call.
    rights = [right for right in SITE.values() if call == "o" or set("".join(right.cells.values())) - {"y"}]

    for right in rights:
        for asked in SITE_ASKS[right.action]:
            path = asked.path.format(**keys)
            ask = replace(asked, form={name: text.format(**keys) for name, text in asked.form.items()})
            for view in VIEWS:
                if on_sqlite or view in DECIDED_BY_ROWS or set(right.cells[view]) & {"y", call}:
                    trial.faults += site_faults(trial, right, ask, view, path, call)

    assert not trial.faults, "\n".join(trial.faults)
    assert len(rights) == (51 if call == "o" else 16)
    assert rows_of(connection) == trial.before


def keys_of_call(world: World) -> dict[str, str]:
    """The first of two questions that the call asks of its own, and the version that stands on its pages."""
    first, second = (
        CallQuestion(call_id=world.call.id, position=place, kind=ExtraKind.SHORT_TEXT, label=f"Spørgsmål {place}")
        for place in (1, 2)
    )
    world.session.add_all([first, second])
    world.session.commit()
    return {"question": str(first.id), "version": str(world.call.version)}


def keys_of_ao(world: World) -> dict[str, UUID]:
    """AO's organisation, its other member, and its invitation, which AX may answer and AO may take back."""
    organisation = world.organisations["AO"].id
    other = world.session.exec(select(Membership.id).where(Membership.person_id == world.people["AO2"].person_id)).one()
    invitation = Invitation(
        organisation_id=organisation,
        email=world.people["AX"].email,
        invited_by=world.people["AO"].person_id,
        invited_at=world.at,
    )
    world.session.add(invitation)
    world.session.commit()
    return {"organisation": organisation, "membership": other, "invitation": invitation.id}


def site_faults(trial: Trial, right: SiteRight, ask: SiteAsk, view: str, path: str, call: str) -> list[str]:
    """What is wrong about one answer of a page without a case; everything it changed is taken back."""
    allowed, viewer = bool(set(right.cells[view]) & {"y", call}), trial.viewers[view]
    kept = viewer.browser.get_cookie(COOKIE)
    with undone(trial.connection), statements(trial.connection) as heard:
        answer = viewer.send(ask.method, path, ask.form)
        is_only_asked = not allowed or (ask.method == "GET" and not ask.audits)
        changed = is_only_asked and trial.left_alone(wrote=bool(heard.writes)) != []
    _put_back(viewer, kept)
    wanted = ask.lands if allowed else site_refusal(right, view, ask.method, call)
    faults = []
    if answer.status_code != wanted:
        faults.append(f"gave {answer.status_code}, not {wanted}")
    if changed:
        faults.append("changed something")
    if not allowed:
        faults += trial.leaks(answer, view, path)
    return [f"{right.action} {view} call {call}: {ask.method} {path} {fault}" for fault in faults]


def _put_back(viewer: Viewer, kept: Cookie | None) -> None:
    """The cookie as it was: a sign-out that was undone in the database is undone in the browser too."""
    if kept is None:
        viewer.browser.delete_cookie(COOKIE)
    else:
        viewer.browser.set_cookie(COOKIE, kept.value)


def test_every_page_without_a_case_stands_in_the_data(stage: Stage) -> None:
    declared = {
        (_word(stage, rule), rule.endpoint, method)
        for rule in stage.app.url_map.iter_rules()
        if not _on_case(stage, rule) and rule.endpoint != "static"
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    asked = {
        ({**SITE_WORDS, **OTHER_WORDS}.get(action, action), ask.endpoint, ask.method)
        for action, asks in SITE_ASKS.items()
        for ask in asks
    }

    assert {one for one in declared if one[1:] not in ELSEWHERE} == asked
    assert set(SITE_ASKS) == set(SITE)


# ---- rights that end ----------------------------------------------------------------------------------------------


def test_a_draft_for_somebody_elses_organisation_is_refused(
    on_stage: Stage, connection: Connection, world: World
) -> None:
    viewers = everyone(on_stage, world)
    before = rows_of(connection)

    answer = viewers["AX"].send(
        "POST", f"/calls/{world.call.slug}/apply", {"organisation": str(world.organisations["AO"].id)}
    )

    assert answer.status_code == 404
    assert "Byhavens Venner" not in answer.get_data(as_text=True)
    assert rows_of(connection) == before


@pytest.mark.parametrize(("view", "status"), [("SE", 401), ("RA", 401)])
def test_a_role_that_ended_closes_the_live_session(view: str, status: int, on_stage: Stage, world: World) -> None:
    proposal = marked_case(world, State.WITH_DEPARTMENTS)
    viewer = everyone(on_stage, world, proposal)[view]
    path = f"/proposals/{proposal.reference}"
    assert viewer.send("GET", path).status_code == 200

    _end(world, RoleGrant, _person(viewer))

    answer = viewer.send("GET", path)
    assert answer.status_code == status
    assert not any(mark in answer.get_data(as_text=True) for mark in MARKS.values())


def test_a_membership_that_ended_hides_the_case(on_stage: Stage, world: World) -> None:
    proposal = marked_case(world, State.SUBMITTED)
    viewer = everyone(on_stage, world, proposal)["AO"]
    path = f"/proposals/{proposal.reference}"
    assert viewer.send("GET", path).status_code == 200

    _end(world, Membership, _person(viewer))

    assert viewer.send("GET", path).status_code == 404


def test_an_assignment_that_ended_closes_the_case(on_stage: Stage, world: World) -> None:
    proposal = marked_case(world, State.WITH_DEPARTMENTS)
    viewers = everyone(on_stage, world, proposal)
    path = f"/proposals/{proposal.reference}"
    assert viewers["RA"].send("GET", path).status_code == 200

    _end(world, ReviewerAssignment, _person(viewers["RA"]))
    _end(world, ReviewerAssignment, _person(viewers["RU"]))

    for view in ("RA", "RU"):
        assert viewers[view].send("GET", path).status_code == 403
        desk = viewers[view].send("GET", "/my-tasks").get_data(as_text=True)
        assert path not in desk  # The department still has to answer, so its queue names the case and leads nowhere.


def test_a_conflict_closes_the_case_at_once(on_stage: Stage, world: World) -> None:
    """The same person, a moment before and a moment after the declaration, in each role that may declare."""
    for view, state in (("RA", State.WITH_DEPARTMENTS), ("SE", State.SUBMITTED), ("CM", State.MEMO_READY)):
        proposal = marked_case(world, state)
        viewer = everyone_again(on_stage, world, proposal)[view]
        path = f"/proposals/{proposal.reference}"
        assert viewer.send("GET", path).status_code == 200, view

        said = viewer.send("POST", f"{path}/conflict", {"has_conflict": "yes", "ground": "Bror i bestyrelsen"})

        assert said.status_code == 303, view
        assert viewer.send("GET", path).status_code == 403, view
        assert viewer.send("POST", f"{path}/conflict", {"has_conflict": "no"}).status_code == 403, view
        assert str(proposal.reference) not in viewer.send("GET", "/my-tasks").get_data(as_text=True), view


def everyone_again(stage: Stage, world: World, proposal: Proposal) -> dict[str, Viewer]:
    """RA and the staff for one more case of the same world; RA has to declare for each."""
    relate(world, proposal)
    viewers = {}
    for view in ("RA", "SE", "CM"):
        browser = stage.browser_of(world.session, world.people[view])
        viewers[view] = Viewer(view, browser, csrf_token(browser), world.people[view])
    return viewers


def _person(viewer: Viewer) -> UUID:
    assert viewer.actor is not None
    return viewer.actor.person_id


def _end(world: World, table: Any, person_id: UUID) -> None:
    world.session.execute(sa.update(table).where(table.person_id == person_id).values(ended_at=world.at))
    world.session.commit()
