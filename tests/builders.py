"""What do tests build their cases of? People of every role, a call, and proposals brought there by the real actions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import pikepdf
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from sqlmodel import Session, SQLModel

from app.demo.facts import fact_drafts
from app.demo.people import DEPARTMENTS, add_default_departments
from app.demo.promises import promise_for
from app.demo.stories import FUNDABLE_DONATION
from exports.decision_memo_facts import sorted_run
from exports.memo_release import frame_limits, release
from foundation.clock import copenhagen_moment, today
from foundation.identity.actions import add_person
from foundation.identity.models import Department, Organisation
from foundation.identity.organisation_actions import add_member, found_organisation
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.identity.roles import Actor, Role
from foundation.workdays import add_workdays
from intake import actions as intake_actions
from intake.models import (
    Call,
    CallFocusArea,
    ConflictDeclaration,
    DepartmentCoordinator,
    Proposal,
    ReviewerAssignment,
)
from intake.queries import find_assignment
from intake.rules.call import FocusArea
from intake.rules.formal_check import DEMANDS, CheckOutcome, ItemDraft
from intake.rules.formal_return import ReturnDraft
from intake.rules.lifecycle import State
from intake.rules.proposal import ProposalDraft
from intake.rules.questions import NEWEST_SET
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS
from portfolio import actions as portfolio_actions
from portfolio.models import CouncilMeeting
from portfolio.queries import meeting_on
from portfolio.rules.drafts import FrameDraft
from portfolio.rules.memo_dates import FollowUpDraft
from scoring import actions as scoring_actions
from scoring.models import Assessment, FundFiguresRow
from scoring.queries import own_assessment
from scoring.rules.dimensions import Dimension
from scoring.rules.drafts import AgreedDraft, AnswerDraft, ScoreDraft
from scoring.rules.payer import CanPay
from scoring.rules.policies import get_scale

ANSWERS: dict[str, Any] = {
    "title": "Byhaven på torvet",
    "focus_area": "deprived_areas",
    "wish": "donation",
    "summary": "En have på torvet giver 30 ældre et fællesskab.",
    "problem": "Mange ældre i området er alene.",
    "supplement": "Kommunen har ikke et fast fællesskab på torvet.",
    "target_group": "Ældre, som bor alene i området.",
    "inclusion": "Man er fyldt 65 år og bor alene.",
    "exclusion": "Ældre, som har brug for pleje hele tiden.",
    "recruitment": "Viceværterne fortæller om haven.",
    "participants": 30,
    "intervention": "Vi dyrker en have sammen hver uge.",
    "starts_on": "2027-08-01",
    "ends_on": "2028-07-31",
    "theory_of_change": "Fælles arbejde giver bekendtskaber.",
    "evidence": "Vi har prøvet det med tolv deltagere.",
    "references": [{"source": "Egen opgørelse", "place": "Hos formanden"}],
    "result_goals": [
        {
            "indicator": "Ældre, som har to at ringe til",
            "baseline": "6 af 30",
            "target": "20 af 30",
            "measuring_points": "Efter et år",
            "data_source": "Vi spørger dem selv",
            "success_share": 65,
            "deadweight": 20,
            "payer": "Sundhed og Omsorg",
        }
    ],
    "payer": "Ingen har lovet at betale.",
    "budget": [
        {"year": 2027, "kind": "delivery", "text": "Koordinator", "amount": 60_000_00},
        {"year": 2027, "kind": "setup", "text": "Materialer", "amount": 35_000_00},
    ],
    "cofunding": [{"funder": "Medlemmerne", "status": "own", "amount": 10_000_00}],
    "amount_sought": 85_000_00,
    "capacity": "Otte frivillige og en kasserer.",
    "partners": [{"name": "Boligforeningen", "cvr": "99999942", "role": "Jord og vand"}],
    "risks": "Tørke. Så vander vi selv.",
    "continuation": "De frivillige fortsætter.",
    "in_aarhus": "yes",
    "beyond_duty": "yes",
    "already_started": "no",
    "public_benefit": "yes",
    "profit_aim": "no",
    "economic_activity": "no",
    "one_off": "yes",
    "ties": "no",
    "accepts_rules": "yes",
}
"""Every question of core-2027, with a budget that balances."""

DONATION_FACTS: dict[str, Any] = FUNDABLE_DONATION
INVESTMENT_FACTS: dict[str, Any] = {
    **FUNDABLE_DONATION,
    "payers_confirmed": True,
    "legal_checked": True,
    "risk_assessed": True,
}

YOUNG = dict(zip(Dimension, (1, 2, 2, 1, 2, 1, 1, 2), strict=True))
MATURE = dict.fromkeys(Dimension, 3)

BASE_URL = "http://localhost"
COUNCIL_DAY = date(2027, 4, 14)
"""A Wednesday some weeks after the day on which every test lives."""

ORGANISATIONS: dict[str, OrganisationDraft] = {
    "AO": OrganisationDraft(
        name="Byhavens Venner",
        kind=OrganisationKind.ASSOCIATION,
        cvr="99999926",
        staff_years=0,
        turnover_ore=240_000_00,
        address="Havevej 1, 8220 Brabrand",
        contact_name="Formanden",
        contact_email="formand@byhaven.example",
        contact_phone="12 34 56 78",
    ),
    "AX": OrganisationDraft(
        name="Jobvejen",
        kind=OrganisationKind.SELF_GOVERNING,
        cvr="99999934",
        staff_years=14,
        turnover_ore=9_600_000_00,
        contact_name="Lederen",
        contact_email="leder@jobvejen.example",
        contact_phone="87 65 43 21",
    ),
}
"""What each applicant's organisation is: enough that its proposals can be sent."""


def balanced(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers with a budget that comes to the amount sought, unless the budget is the test's own."""
    if answers["budget"] is not ANSWERS["budget"]:
        return answers
    cost = answers["amount_sought"] + 10_000_00
    return {**answers, "budget": [{"year": 2027, "kind": "delivery", "text": "Koordinator", "amount": cost}]}


Made = TypeVar("Made", Proposal, CouncilMeeting)


def remembered(maker: Callable[..., Made]) -> Callable[..., Made]:
    """A way to make a case or a meeting that tests ask for again and again in a world of which every row is known.

    The first time it is made and kept, from then on put back row by row: the real actions take some hundred
    statements, and every test that begins behind them would run them anew.
    """

    @functools.wraps(maker)
    def made(world: World, *given: Any, **named: Any) -> Made:
        kept = world.kept_here()
        if kept is None:
            return maker(world, *given, **named)
        before = world.known or ()
        asked = (*before, (maker.__name__, repr(given), repr(sorted(named.items()))))
        if asked in kept.later:
            return cast(Made, kept.put_forward(world, asked))
        if world.is_making:
            return maker(world, *given, **named)
        world.is_making = True
        row = maker(world, *given, **named)
        world.is_making = False
        if world.built is kept:
            kept.keep(world, before, asked, row)
        return row

    return made


@dataclass
class World:
    """Everybody there is, by the letters of the rights matrix where it has any."""

    session: Session
    at: datetime
    call: Call
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    is_making: bool = False
    built: BuiltWorld | None = None
    """What this world was put back from; None once something was taken back in it."""
    known: Asked | None = ()
    """What was made in it one after the other; None once something else was written."""

    @classmethod
    def build(cls, session: Session, *, at: datetime) -> World:
        """The same people, organisations and call in every test: made once a process, later put back row by row."""
        if at in _BUILT:
            return _BUILT[at].put_back(session)
        was_empty = not any(stored_rows(session).values())
        world = cls._made(session, at)
        if was_empty:
            _BUILT[at] = BuiltWorld(world, stored_rows(session))
        return world

    def kept_here(self) -> BuiltWorld | None:
        """What is kept of this world, as long as every row in it is known."""
        same = self.built is not None and self.built.at == self.at and self.known is not None
        return self.built if same and not (self.session.new or self.session.dirty) else None

    @classmethod
    def _made(cls, session: Session, at: datetime) -> World:
        for code, name in DEPARTMENTS.items():
            session.add(Department(code=code, name=name, valid_from=date(2018, 1, 1)))
        add_default_departments(session)
        world = cls(session, at, _call(session, at))
        for key, organisation in (("AO", "AO"), ("AO2", "AO"), ("AX", "AX")):
            world._add_member(key, organisation)
        for key, role, department in (
            ("RA", Role.REVIEWER, "MSB"),
            ("RO", Role.REVIEWER, "MBU"),
            ("RU", Role.REVIEWER, "MSB"),
            ("IH", Role.SECRETARIAT, None),
            ("RC", Role.REVIEWER, "MSB"),
            ("SE", Role.SECRETARIAT, None),
            ("S2", Role.SECRETARIAT, None),
            ("CM", Role.COUNCIL_MEMBER, None),
            ("MA", Role.MAYOR_APPROVER, None),
            ("AD", Role.ADMINISTRATOR, None),
            ("AU", Role.AUDITOR, None),
        ):
            world.people[key] = world.add_staff(key, role, department)
        session.add(
            DepartmentCoordinator(
                department_code="MSB", person_id=world.people["RC"].person_id, valid_from=date(2018, 1, 1)
            )
        )
        session.add(
            FundFiguresRow(
                as_of=today(at),
                free_capital_ore=21_000_000_00,
                outcome_fund_balance_ore=1_000_000_00,
                donation_pool_left_ore=200_000_00,
                source="Tal til test",
                entered_at=at,
            )
        )
        session.commit()
        return world

    def add_applicant(self, key: str) -> Actor:
        """An applicant who belongs to no organisation yet."""
        person = add_person(
            self.session,
            email=f"{key.lower()}@x.example",
            name=f"Ansøger {key}",
            role=Role.APPLICANT,
            actor=None,
            at=self.at,
        )
        self.people[key] = Actor(person.id, person.name, person.email, Role.APPLICANT, None, frozenset(), uuid4())
        return self.people[key]

    def _add_member(self, key: str, organisation: str) -> None:
        """An applicant of the organisation; the first one founds it."""
        actor = self.add_applicant(key)
        if organisation in self.organisations:
            add_member(self.session, actor.person_id, self.organisations[organisation].id, at=self.at)
        else:
            draft = ORGANISATIONS[organisation]
            self.organisations[organisation] = found_organisation(self.session, draft, founder=actor, at=self.at)
        self.people[key] = replace(actor, organisation_ids=frozenset({self.organisations[organisation].id}))

    def add_staff(self, key: str, role: Role, department: str | None = None) -> Actor:
        person = add_person(
            self.session,
            email=f"{key.lower()}@x.example",
            name=f"Medarbejder {key}",
            role=role,
            department=department,
            actor=None,
            at=self.at,
        )
        return Actor(person.id, person.name, person.email, role, department, frozenset(), uuid4())

    @remembered
    def draft(self, **answers: Any) -> Proposal:
        """A draft of AO with every question answered; keywords replace single answers."""
        proposal = intake_actions.start_proposal(
            self.session, self.call, self.organisations["AO"], actor=self.people["AO"], at=self.at
        )
        full = ProposalDraft(answers=balanced({**ANSWERS, **answers}))
        intake_actions.save_draft(self.session, proposal, full, at=self.at)
        self.session.commit()
        return proposal

    @remembered
    def submitted(self, **answers: Any) -> Proposal:
        proposal = self.draft(**answers)
        intake_actions.submit_proposal(
            self.session, proposal, self.call, actor=self.people["AO"], at=self.at, base_url=BASE_URL
        )
        self.free_of_conflict("SE", proposal)
        self.session.commit()
        return proposal

    def free_of_conflict(self, key: str, proposal: Proposal) -> None:
        """The person has said before that there is no conflict of interest; the history does not tell of it here."""
        self.session.add(
            ConflictDeclaration(
                proposal_id=proposal.id,
                person_id=self.people[key].person_id,
                has_conflict=False,
                declared_at=self.at,
            )
        )

    @remembered
    def checked(self, **answers: Any) -> Proposal:
        proposal = self.submitted(**answers)
        self.verified(proposal)
        intake_actions.pass_formal_check(
            self.session, proposal, self.call, note="", actor=self.people["SE"], at=self.at
        )
        self.session.commit()
        return proposal

    def verified(self, proposal: Proposal, **found: ItemDraft) -> None:
        """SE has verified every demand and finds it in order; keywords (EL10=…) replace single findings."""
        items = {rule: ItemDraft(CheckOutcome.OK, "Set efter.") for rule in DEMANDS} | found
        intake_actions.record_items(
            self.session,
            proposal,
            self.call,
            items,
            version=proposal.version,
            actor=self.people["SE"],
            at=self.at,
        )
        self.session.commit()

    @remembered
    def returned(self, sections: tuple[str, ...] = ("idea", "money", "files"), **answers: Any) -> Proposal:
        """Sent back to AO, because the budget must be told better, with ten working days to answer."""
        proposal = self.submitted(**answers)
        self.verified(proposal, EL10=ItemDraft(CheckOutcome.MISSING, "Skriv, hvad koordinatoren skal lave."))
        draft = ReturnDraft(
            due_on=add_workdays(today(self.at), 10),
            sections=sections,
            asked_for=("Skriv, hvad koordinatoren skal lave.",),
            letter="",
        )
        _, letter = intake_actions.return_letter(
            self.session, proposal, self.call, draft, at=self.at, base_url=BASE_URL
        )
        intake_actions.return_proposal(
            self.session,
            proposal,
            self.call,
            replace(draft, letter=letter),
            version=proposal.version,
            actor=self.people["SE"],
            at=self.at,
            base_url=BASE_URL,
        )
        self.session.commit()
        return proposal

    @remembered
    def routed(self, **answers: Any) -> Proposal:
        """With the departments: RA's leads, and RA and S2, who are to score, have not declared yet."""
        proposal = self.checked(**answers)
        routing = intake_actions.Routing(
            lead="MSB",
            others=(),
            reviewer_id=self.people["RA"].person_id,
            due_on=add_workdays(today(self.at), ANSWER_WITHIN_WORKDAYS),
            secretariat_assessor_id=self.people["S2"].person_id,
        )
        intake_actions.route_proposal(
            self.session, proposal, routing, actor=self.people["SE"], at=self.at, base_url=BASE_URL
        )
        self.session.commit()
        return proposal

    @remembered
    def declared(self, **answers: Any) -> Proposal:
        """Routed, and RA and S2 have said that there is no conflict of interest."""
        proposal = self.routed(**answers)
        for key in ("RA", "S2"):
            intake_actions.declare_conflict(
                self.session, proposal, has_conflict=False, ground="", actor=self.people[key], at=self.at
            )
        self.session.commit()
        return proposal

    @remembered
    def answered(self, can_pay: CanPay = CanPay.NO, **answers: Any) -> Proposal:
        """With RA's answer; S2 is to score for the secretariat."""
        proposal = self.declared(**answers)
        if find_assignment(self.session, self.people["S2"].person_id, proposal.id) is None:
            self.assigned("S2", proposal)
        pays = can_pay is not CanPay.NO
        scoring_actions.answer_for_department(
            self.session,
            proposal,
            AnswerDraft(
                statement="Forvaltningen ser gerne idéen prøvet.",
                confirms_gap=True,
                can_pay=can_pay,
                budget_line="Forsørgelse" if pays else "",
                backed_by="Afdelingschef",
                amount_ore=240_000_00 if pays else None,
                years=3 if pays else None,
                promise=promise_for(proposal, can_pay, "Forsørgelse", 80_000_00),
            ),
            version=0,
            actor=self.people["RA"],
            at=self.at,
        )
        self.session.commit()
        return proposal

    @remembered
    def assessed(self, scores: dict[Dimension, int] = YOUNG, **answers: Any) -> Proposal:
        """With the finished sheets of RA and of S2, who gave the same scores."""
        proposal = self.answered(**answers)
        for key in ("RA", "S2"):
            self.score(key, proposal, scores)
        return proposal

    def assigned(self, key: str, proposal: Proposal, *, scores: bool = True) -> None:
        """One more person works on the case, without a conflict of interest; the history does not tell of it here."""
        person = self.people[key]
        self.session.add(
            ReviewerAssignment(
                proposal_id=proposal.id,
                person_id=person.person_id,
                department_code=person.department,
                scores=scores,
                due_on=today(self.at) + timedelta(days=28),
                assigned_by=self.people["SE"].person_id,
                assigned_at=self.at,
            )
        )
        self.free_of_conflict(key, proposal)
        self.session.commit()

    def score(
        self, key: str, proposal: Proposal, scores: dict[Dimension, int] = YOUNG, *, finalise: bool = True
    ) -> Assessment:
        """The person's own sheet, finished unless the test says otherwise."""
        drafts = {
            dimension: ScoreDraft(score, f"Grund for {dimension.value}", "Afsnit 2")
            for dimension, score in scores.items()
        }
        actor, known = self.people[key], own_assessment(self.session, proposal.id, self.people[key].person_id)
        sheet = scoring_actions.save_assessment(
            self.session,
            proposal,
            drafts,
            scale=get_scale("2026"),
            version=known.version if known else 0,
            actor=actor,
            at=self.at,
        )
        if finalise:
            scoring_actions.finalise_assessment(self.session, proposal, sheet, actor=actor, at=self.at)
        self.session.commit()
        return sheet

    @remembered
    def agreed(self, scores: dict[Dimension, int] = YOUNG, **answers: Any) -> Proposal:
        """Assessed, and SE has recorded that the two assessors agree."""
        proposal = self.assessed(scores, **answers)
        self.agree(proposal, scores)
        return proposal

    def agree(self, proposal: Proposal, scores: dict[Dimension, int] = YOUNG, note: str = "") -> None:
        """SE records a consensus."""
        drafts = {dimension: AgreedDraft(score, note) for dimension, score in scores.items()}
        scoring_actions.record_consensus(
            self.session, proposal, drafts, version=proposal.version, actor=self.people["SE"], at=self.at
        )
        self.session.commit()

    @remembered
    def ready_to_sort(
        self, scores: dict[Dimension, int] = YOUNG, facts: dict[str, Any] = DONATION_FACTS, **answers: Any
    ) -> Proposal:
        proposal = self.agreed(scores, **answers)
        scoring_actions.record_case_facts(
            self.session,
            proposal,
            fact_drafts(proposal, facts),
            version=proposal.version,
            actor=self.people["SE"],
            at=self.at,
        )
        self.session.commit()
        return proposal

    @remembered
    def sorted(
        self, scores: dict[Dimension, int] = YOUNG, facts: dict[str, Any] = DONATION_FACTS, **answers: Any
    ) -> Proposal:
        proposal = self.ready_to_sort(scores, facts, **answers)
        scoring_actions.confirm_sorting(self.session, proposal, self.call, actor=self.people["SE"], at=self.at)
        self.session.commit()
        return proposal

    @remembered
    def memo_ready(self, **sorted_as: Any) -> Proposal:
        """Sorted, and the memo is as it must be to be released; not released yet."""
        proposal = self.sorted(**sorted_as)
        limits = frame_limits(self.session, proposal, sorted_run(self.session, proposal))
        frame = FrameDraft(
            report_on=date(2028, 10, 31),
            follow_ups=(FollowUpDraft(date(2028, 8, 1), "Status"),),
            outcome_fund_max_ore=None if limits.outcome_fund_ore is None else 10_000_00,
        )
        portfolio_actions.write_frame(
            self.session, proposal, frame, limits, version=0, actor=self.people["SE"], at=self.at
        )
        self.session.commit()
        return proposal

    @remembered
    def memo_released(self, **sorted_as: Any) -> Proposal:
        """The memo is released, and the case waits for an agenda."""
        proposal = self.memo_ready(**sorted_as)
        release(self.session, proposal, version=1, actor=self.people["SE"], at=self.at)
        self.session.commit()
        return proposal

    @remembered
    def meeting(self, held_on: date = COUNCIL_DAY) -> CouncilMeeting:
        """A meeting of the council, planned by SE; the one that is there where it was planned before."""
        found = meeting_on(self.session, held_on)
        if found is None:
            found = portfolio_actions.plan_meeting(self.session, held_on, actor=self.people["SE"], at=self.at)
            self.session.commit()
        return found

    @remembered
    def on_agenda(self, meeting: CouncilMeeting | None = None, **sorted_as: Any) -> Proposal:
        """At the council: the last case on the agenda of a meeting."""
        proposal = self.memo_released(**sorted_as)
        portfolio_actions.place_on_agenda(
            self.session, proposal, meeting or self.meeting(), reason="", actor=self.people["SE"], at=self.at
        )
        self.session.commit()
        return proposal

    def in_state(self, state: State) -> Proposal:
        """A proposal in any state: by the real actions as far as they reach, then by setting the state."""
        makers: dict[State, Callable[[], Proposal]] = {
            State.DRAFT: self.draft,
            State.SUBMITTED: self.submitted,
            State.FORMAL_CHECK: self.checked,
            State.RETURNED: self.returned,
            State.WITHDRAWN: self.checked,
            State.FORMALLY_REJECTED: self.checked,
            State.WITH_DEPARTMENTS: self.declared,
            State.MATURITY_ASSESSMENT: self.ready_to_sort,
            State.SORTED: self.sorted,
            State.MEMO_READY: self.memo_released,
        }
        proposal = makers.get(state, self.on_agenda)()
        proposal.state = state
        self.session.add(proposal)
        self.session.commit()
        return proposal


def stored_rows(session: Session) -> Rows:
    """Every row that is not a migration's own, without the numbers that the database itself counts up."""
    return {
        table: [
            {name: value for name, value in row.items() if name != getattr(_counted(table), "name", None)}
            for row in session.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in SQLModel.metadata.sorted_tables
        if table.name not in ENTERED_BY_MIGRATIONS
    }


ENTERED_BY_MIGRATIONS = frozenset({"legal_figure"})
"""Their rows have other keys in each database, and nothing here writes any."""


def _counted(table: sa.Table) -> sa.Column[Any] | None:
    return table.autoincrement_column


Rows = dict[sa.Table, list[dict[str, Any]]]
Asked = tuple[tuple[str, str, str], ...]
"""The names of makers with what they were given, in the order in which they were asked."""


@dataclass
class Later:
    """The row that was made, the rows that making it adds, those that it changes, and all that there are then."""

    table: type[Proposal | CouncilMeeting]
    key: UUID
    new: Rows = field(default_factory=dict)
    changed: Rows = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)


class BuiltWorld:
    """A world as it was before anything happened in it, to be put into another empty database."""

    def __init__(self, world: World, rows: Rows) -> None:
        self.at, self.people = world.at, dict(world.people)
        self.call_id = world.call.id
        self.organisation_ids = {key: organisation.id for key, organisation in world.organisations.items()}
        self.rows = {table: found for table, found in rows.items() if found}
        self.later: dict[Asked, Later] = {}

    def put_back(self, session: Session) -> World:
        for table, found in self.rows.items():
            session.execute(sa.insert(table), found)
        organisations = {key: session.get_one(Organisation, one) for key, one in self.organisation_ids.items()}
        world = World(session, self.at, session.get_one(Call, self.call_id), organisations, dict(self.people))
        session.commit()
        connection = session.get_bind()
        if isinstance(connection, sa.Connection):
            world.built = self
            sa.event.listen(connection, "before_cursor_execute", functools.partial(_note_written, world))
            for name in ("rollback", "rollback_savepoint"):
                sa.event.listen(connection, name, functools.partial(_note_taken_back, world))
        return world

    def keep(self, world: World, before: Asked, asked: Asked, row: Proposal | CouncilMeeting) -> None:
        """Keep what is new and what has changed since the makers before this one were done."""
        known = self.later[before].rows if before else self.rows
        self.later[asked] = later = Later(type(row), row.id)
        for table, rows in stored_rows(world.session).items():
            if _counted(table) is not None:
                there = known.get(table, [])
                later.new[table] = rows[len(there) :]
                later.rows[table] = there + later.new[table]
                continue
            same = {_key(table, one): one for one in known.get(table, ())}
            later.new[table] = [one for one in rows if _key(table, one) not in same]
            later.changed[table] = [one for one in rows if same.get(_key(table, one), one) != one]
            # A row that is as it was is held once, however many states of the world it stands in.
            later.rows[table] = [same[key] if same.get(key := _key(table, one)) == one else one for one in rows]
        world.known = asked

    def put_forward(self, world: World, asked: Asked) -> Proposal | CouncilMeeting:
        """The world as it was when the row was made."""
        later, session = self.later[asked], world.session
        for table, rows in later.new.items():
            if rows:
                session.execute(sa.insert(table), rows)
        for table, rows in later.changed.items():
            for row in rows:
                same = [column == row[column.name] for column in table.primary_key]
                session.execute(sa.update(table).where(*same).values(row))
        session.expire_all()
        for known in (world.call, *world.organisations.values()):
            session.refresh(known)
        row = session.get_one(later.table, later.key)
        session.commit()  # Last: a savepoint that stays open here would be lost under a test that rolls back.
        world.known = asked
        return row


def _key(table: sa.Table, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(column.name) for column in table.primary_key)


def _note_written(world: World, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if world.known is not None and statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
        world.known = None


def _note_taken_back(world: World, *_more: Any) -> None:
    world.built = None


_BUILT: dict[datetime, BuiltWorld] = {}
"""By the moment they were built at; people, call and organisations keep their keys for the whole process."""


def _call(session: Session, at: datetime) -> Call:
    call = Call(
        slug="nye-veje",
        year=2027,
        number=1,
        title="Nye veje",
        purpose="Rådet søger nye indsatser.",
        who_can_apply="Foreninger med CVR-nummer.",
        opens_at=copenhagen_moment(today(at) - timedelta(days=10), time(9)),
        closes_at=copenhagen_moment(today(at) + timedelta(days=10), time(12)),
        frame_ore=9_000_000_00,
        per_project_cap_ore=3_000_000_00,
        max_projects=3,
        policy_id="2026",
        question_set_id=NEWEST_SET.id,
        contact_name="Sekretariatet",
        contact_email="sekretariat@raadslag.example",
        published_at=at - timedelta(days=20),
    )
    session.add(call)
    session.flush()
    for area in FocusArea:
        session.add(CallFocusArea(call_id=call.id, focus_area=area))
    session.flush()
    return call


@functools.cache
def a_pdf() -> bytes:
    """A PDF with one empty page."""
    written = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(written)
    return written.getvalue()


@functools.cache
def a_png() -> bytes:
    """A picture of one dot: read without a process of its own, where a test is not about the file."""
    written = BytesIO()
    Image.new("RGB", (1, 1)).save(written, "PNG")
    return written.getvalue()


def csrf_token(browser: FlaskClient, path: str = "/sign-in") -> str:
    """A token of this browser's session, read from a page as a person's browser reads it."""
    page = browser.get(path).get_data(as_text=True)
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
