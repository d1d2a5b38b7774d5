"""Which proposals stand on a page of a list, of one call or of all, in the order and the choice that was asked for?

The questions are put together once for each form that they can have, and then only asked: putting one together costs
more than its answer.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation.clock import today
from foundation.identity.models import Department, Person
from foundation.identity.roles import Actor, Role
from foundation.plain_rows import plain_rows
from intake.models import (
    AGREEMENT_RANK,
    DEPARTMENTS_WAITING,
    STATE_RANK,
    TRACK_RANK,
    Call,
    DepartmentRequest,
    Proposal,
    ReviewerAssignment,
)
from intake.queries.lists import PAGE_ROWS, StateSum
from intake.queries.search import FEW, holds, keys_with_words
from intake.queries.secretariat import is_still_to_score
from intake.queries.visibility import (
    STAFF_RELATION,
    closed_keys,
    given_to,
    in_states,
    is_learned_of_later,
    learns_later,
    somebody,
    valid_on,
    values_of_reader,
    visible_to,
)
from intake.rules.agreement import Agreement
from intake.rules.call import FocusArea
from intake.rules.lifecycle import State
from intake.rules.search import Sought, asked_words
from intake.rules.track import Track


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """What a list shows of one proposal: columns alone, no row object behind it.

    `is_scored` says that the reader scores the case for the secretariat, and learns of its sorting later. `call` is the
    title of the call, empty on the list of one call.
    """

    id: UUID
    reference: str | None
    title: str
    organisation: str
    amount_ore: int | None
    participants: int | None
    state: State
    asked: int
    answered: int
    maturity_e4: int | None
    agreement: Agreement | None
    track: Track | None
    received_at: datetime | None
    is_history: bool
    case_worker: str | None
    call: str
    is_scored: bool


_ROW_COLUMNS: Final[tuple[Any, ...]] = (
    Proposal.id,
    Proposal.reference,
    Proposal.title,
    Proposal.organisation_name,
    Proposal.amount_sought_ore,
    Proposal.participants,
    Proposal.state,
    Proposal.departments_asked,
    Proposal.departments_answered,
    Proposal.maturity_e4,
    Proposal.agreement,
    Proposal.track,
    Proposal.received_at,
    Proposal.is_history,
    Person.name,
)
"""The columns of a ProposalRow, in its order, but for the last two."""


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list: by an expression, which stands with its highest value on top where it `falls`."""

    by: Any
    falls: bool = False


ORDERS: Final[dict[str, Order]] = {
    "sag": Order(None),
    "titel": Order(col(Proposal.title_key)),
    "belob": Order(sa.literal_column("coalesce(proposal.amount_sought_ore, -1)"), falls=True),
    "borgere": Order(sa.literal_column("coalesce(proposal.participants, -1)"), falls=True),
    "forvaltninger": Order(sa.literal_column(f"({DEPARTMENTS_WAITING})"), falls=True),
    "modenhed": Order(sa.literal_column("coalesce(proposal.maturity_e4, -1)"), falls=True),
    "enighed": Order(sa.literal_column(AGREEMENT_RANK)),
    "spor": Order(sa.literal_column(TRACK_RANK)),
    "status": Order(sa.literal_column(STATE_RANK)),
    "sagsbehandler": Order(sa.func.coalesce(col(Person.name), "")),
    "call": Order(col(Call.opens_at), falls=True),
    "modtaget": Order(col(Proposal.received_at), falls=True),
}
"""What a list can be sorted by. The expressions are those of the indexes, letter for letter.

Within the same value the number of the case decides. The other way round is the same list upside down, so that one
index serves both. What is missing stands last, as long as nothing else is asked for.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants a list of: one call's or all, narrowed down, and in which order.

    `states` is None for every state. `case_worker_id` is a person; `nobody` asks for the cases that nobody has. What is
    `reversed` is the same list upside down.
    """

    call_id: UUID | None = None
    sort: str = "sag"
    reversed: bool = False
    states: frozenset[State] | None = None
    focus_area: FocusArea | None = None
    department: str | None = None
    track: Track | None = None
    case_worker_id: UUID | None = None
    nobody: bool = False
    sought: Sought = field(default_factory=Sought)

    @property
    def is_narrowed(self) -> bool:
        """Is there more to it than a call?"""
        return bool(set(self.values) - {"call"}) or not self.sought.is_open

    @property
    def values(self) -> dict[str, Any]:
        """The values of the conditions, by the names that they have in the questions."""
        given = {
            "call": self.call_id,
            "states": None if self.states is None else sorted(self.states),
            "focus_area": self.focus_area,
            "department": self.department,
            "track": self.track,
            "case_worker": self.case_worker_id,
            "nobody": self.nobody or None,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Counted:
    """What must be known before the rows are asked for.

    `sums` are those of the whole list and `total` how many of it were asked for. `found` are the keys of what holds the
    words that are looked for, within the list or not. `still_scores` says that the reader has a case in it to score,
    and `learns_later` that there is one of whose sorting the reader learns later.
    """

    sums: Mapping[State, StateSum]
    total: int
    found: Sequence[UUID]
    departments: Sequence[str]
    still_scores: bool
    learns_later: bool


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One page of a list, and how many rows all pages have."""

    rows: tuple[ProposalRow, ...]
    total: int
    page: int

    @property
    def is_cut(self) -> bool:
        """Were there so many that they were not counted to the end?"""
        return self.total == FEW + 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_ROWS))


# ---- the rows -----------------------------------------------------------------------------------------------------


def proposals_asked_for(session: Session, actor: Actor, asked: Asked, known: Counted, *, page: int) -> ProposalPage:
    """One page of what the actor may see of what was asked for; a page behind the last is the last."""
    page = max(1, min(page, -(-known.total // PAGE_ROWS) or 1))
    query = _page_query(actor.role, asked.sort, asked.reversed, frozenset(asked.values))
    values = values_of(actor, asked) | {"skipped": (page - 1) * PAGE_ROWS}
    rows = plain_rows(session, _that_hold(session, query, asked, known), values)
    return ProposalPage(tuple(ProposalRow(*row) for row in rows), known.total, page)


def rows_query(session: Session, actor: Actor, asked: Asked, known: Counted) -> Any:
    """The rows of what was asked for in their order, without an end; `values_of` belong to it."""
    query = _rows_query(actor.role, asked.sort, asked.reversed, frozenset(asked.values))
    return _that_hold(session, query, asked, known)


def _that_hold(session: Session, query: Any, asked: Asked, known: Counted) -> Any:
    return query if asked.sought.is_open else query.where(*holds(session, asked.sought, known.found))


def values_of(actor: Actor, asked: Asked) -> dict[str, Any]:
    """Who asks and for what, by the names in the questions."""
    return values_of_reader(actor) | asked.values


@functools.lru_cache(maxsize=256)
def _rows_query(role: Role, sort: str, is_reversed: bool, narrowed_by: frozenset[str]) -> Any:
    actor, of_one_call = somebody(role), "call" in narrowed_by
    query = (
        sa.select(*_ROW_COLUMNS, sa.literal("") if of_one_call else col(Call.title), learns_later(actor))
        .select_from(Proposal)
        .join(Person, col(Person.id) == col(Proposal.case_worker_id), isouter=True)
        .where(*_seen(actor), *_conditions(narrowed_by))
        .order_by(*_order(role, sort, is_reversed=is_reversed, of_one_call=of_one_call))
    )
    # An outer join, though every proposal has a call: the proposals are read first, in the order of their index.
    return query if of_one_call else query.join(Call, col(Call.id) == col(Proposal.call_id), isouter=True)


@functools.lru_cache(maxsize=256)
def _page_query(role: Role, sort: str, is_reversed: bool, narrowed_by: frozenset[str]) -> Any:
    skipped = sa.bindparam("skipped", type_=sa.Integer())
    return _rows_query(role, sort, is_reversed, narrowed_by).limit(PAGE_ROWS).offset(skipped)


def _order(role: Role, sort: str, *, is_reversed: bool, of_one_call: bool) -> list[Any]:
    """What decides within the same value: the number, else what makes the reference, as numbers and not as text."""
    order = ORDERS[sort]
    if sort == "modtaget":
        # Applicants alone see drafts, which have not been received: they stand where they were begun.
        by = col(Proposal.created_at) if role is Role.APPLICANT else order.by
        return [one.asc() if is_reversed else one.desc() for one in (by, col(Proposal.reference), col(Proposal.id))]
    parts = [col(Proposal.number)] if of_one_call else [col(Call.year), col(Call.number), col(Proposal.number)]
    last = [one.desc() if is_reversed else one.asc() for one in (*parts, *([] if of_one_call else [col(Proposal.id)]))]
    if order.by is None:
        return last
    return [order.by.desc() if order.falls != is_reversed else order.by.asc(), *last]


def _seen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """What the actor may see; a reviewer's few cases are found from the assignments, and not looked for among all."""
    if actor.role is not Role.REVIEWER:
        return [visible_to(actor)]
    return [visible_to(actor), col(Proposal.id).in_(given_to(actor.person_id))]


def _conditions(names: frozenset[str]) -> list[sa.ColumnElement[bool]]:
    return [_CONDITIONS[name] for name in sorted(names)]


def _given(name: str, kind: Any) -> Any:
    return sa.bindparam(name, type_=kind)


_CONDITIONS: Final[dict[str, sa.ColumnElement[bool]]] = {
    "call": col(Proposal.call_id) == _given("call", sa.Uuid()),
    "states": col(Proposal.state).in_(sa.bindparam("states", expanding=True)),
    "focus_area": col(Proposal.focus_area) == _given("focus_area", None),
    "track": col(Proposal.track) == _given("track", None),
    "case_worker": col(Proposal.case_worker_id) == _given("case_worker", sa.Uuid()),
    "nobody": col(Proposal.case_worker_id).is_(None),
    "department": sa.exists().where(
        col(DepartmentRequest.proposal_id) == col(Proposal.id),
        col(DepartmentRequest.department_code) == _given("department", sa.String()),
        col(DepartmentRequest.withdrawn_at).is_(None),
    ),
}
"""What narrows a list down, by the names of `Asked.values`."""


# ---- the counts ---------------------------------------------------------------------------------------------------

MANY: Final = 5_000
FRESH: Final = timedelta(minutes=1)
_sums_of_many: dict[tuple[Role, UUID | None], tuple[datetime, dict[State, StateSum]]] = {}
"""The sums of a list of more than MANY rows, which may be as old as FRESH: to count them costs more than to show 50."""


def counted(session: Session, actor: Actor, asked: Asked, *, at: datetime) -> Counted:
    """The sums and counts of a list, in two questions to the database whatever is asked for."""
    told, known = _told(session, actor, asked, at), _known_sums(actor.role, asked.call_id, at)
    values = values_of(actor, asked) | {"closed": told["closed"]}
    sums: dict[str, dict[State, StateSum]] = {"all": known or {}, "closed": {}, "found": {}, "closed_found": {}}
    for what, state, count, ore in plain_rows(session, _sums_query(session, actor, asked, told, known is None), values):
        sums[what][State(state)] = StateSum(count, int(ore))
    _keep_sums_of_many(actor.role, asked.call_id, sums["all"], at)
    seen, found = _less(sums["all"], sums["closed"]), _less(sums["found"], sums["closed_found"])
    return Counted(
        sums=seen,
        total=sum(one.count for one in (found if asked.is_narrowed else seen).values()),
        found=told["found"],
        departments=sorted(told["department"]),
        still_scores=bool(told["still_scores"]),
        learns_later=bool(told["learns_later"]),
    )


def _told(session: Session, actor: Actor, asked: Asked, at: datetime) -> dict[str, list[Any]]:
    """What a page must know of its reader, and the keys of what holds the words that are looked for."""
    query = _told_query(actor.role, "call" in asked.values)
    if asked_words(asked.sought) and not asked.sought.finds_nothing:
        keys = keys_with_words(session, asked.sought).limit(FEW + 1).subquery()
        found = sa.select(sa.literal("found"), sa.cast(keys.c.proposal_id, sa.String))
        query = sa.union_all(*_told_parts(actor.role, "call" in asked.values), found)
    told: dict[str, list[Any]] = {name: [] for name in _TOLD}
    for what, word in plain_rows(session, query, values_of(actor, asked) | {"on": today(at)}):
        told[what].append(UUID(word) if what in {"closed", "found"} else word)
    return told


_TOLD: Final = ("closed", "department", "found", "learns_later", "still_scores")


@functools.lru_cache(maxsize=32)
def _told_query(role: Role, of_one_call: bool) -> Any:
    return sa.union_all(*_told_parts(role, of_one_call))


@functools.lru_cache(maxsize=32)
def _told_parts(role: Role, of_one_call: bool) -> list[Any]:
    """Rows of (what, word)."""
    actor, within = somebody(role), [_CONDITIONS["call"]] if of_one_call else []
    nothing: Any = sa.literal("")
    told = [sa.select(sa.literal("nothing"), nothing).where(sa.false())]
    if role in STAFF_RELATION:
        closed = closed_keys(actor).subquery()
        told.append(sa.select(sa.literal("closed"), sa.cast(next(iter(closed.c)), sa.String)))
        valid = valid_on(Department, _given("on", sa.Date()))
        told.append(sa.select(sa.literal("department"), col(Department.code)).where(*valid))
    if role is Role.SECRETARIAT:
        given = sa.select(nothing).where(col(ReviewerAssignment.person_id) == actor.person_id)
        case = sa.exists().where(col(Proposal.id) == col(ReviewerAssignment.proposal_id), *within)
        for what, condition in (("still_scores", is_still_to_score()), ("learns_later", is_learned_of_later())):
            # The few assignments of one person first: asked of a join, the database reads a whole call instead.
            found = case.where(condition).correlate(ReviewerAssignment)
            told.append(given.with_only_columns(sa.literal(what), nothing).where(found))
    return told


def _known_sums(role: Role, call_id: UUID | None, at: datetime) -> dict[State, StateSum] | None:
    taken_at, sums = _sums_of_many.get((role, call_id), (None, None))
    return dict(sums) if sums is not None and taken_at is not None and taken_at <= at < taken_at + FRESH else None


def _keep_sums_of_many(role: Role, call_id: UUID | None, sums: dict[State, StateSum], at: datetime) -> None:
    is_large = role in STAFF_RELATION and sum(one.count for one in sums.values()) > MANY
    if is_large and _known_sums(role, call_id, at) is None:
        _sums_of_many[role, call_id] = (at, dict(sums))


def _sums_query(session: Session, actor: Actor, asked: Asked, told: Mapping[str, Any], with_all: bool) -> Any:
    """Rows of (what, state, count, øre); a question with words is put together anew, any other is known."""
    names, has_closed = frozenset(asked.values), bool(told["closed"])
    if asked.sought.is_open:
        return _known_sums_query(actor.role, names, with_all, has_closed)
    within = _sums_of_all(actor.role, names, with_all, has_closed)
    where = holds(session, asked.sought, told["found"])
    if len(told["found"]) > FEW:
        return sa.union_all(*within, *_found_of_many(somebody(actor.role), names, where))
    return sa.union_all(*within, *_found(actor.role, names, where, has_closed))


@functools.lru_cache(maxsize=256)
def _known_sums_query(role: Role, names: frozenset[str], with_all: bool, has_closed: bool) -> Any:
    found = _found(role, names, [], has_closed) if names - {"call"} else []
    return sa.union_all(*_sums_of_all(role, names, with_all, has_closed), *found)


def _sums_of_all(role: Role, names: frozenset[str], with_all: bool, has_closed: bool) -> list[Any]:
    actor, within = somebody(role), _conditions(names & {"call"})
    none: list[sa.ColumnElement[bool]] = [] if with_all else [sa.false()]
    sums = [_grouped("all", *_counted_as_seen(actor), *within, *none)]
    return sums + [_grouped("closed", *_counted_as_seen(actor), _is_closed(), *within)] * has_closed


def _found(role: Role, names: frozenset[str], where: list[sa.ColumnElement[bool]], has_closed: bool) -> list[Any]:
    actor, narrowed = somebody(role), [*_conditions(names), *where]
    found = [_grouped("found", *_counted_as_seen(actor), *narrowed)]
    return found + [_grouped("closed_found", *_counted_as_seen(actor), _is_closed(), *narrowed)] * has_closed


def _found_of_many(actor: Actor, names: frozenset[str], where: list[sa.ColumnElement[bool]]) -> list[Any]:
    """Words that very many proposals hold: no more of them are counted than anybody leafs through."""
    some: Any = sa.select(col(Proposal.state).label("state")).where(*_seen(actor), *_conditions(names), *where)
    found = some.limit(FEW + 1).subquery()
    state = sa.type_coerce(found.c.state, sa.String)
    return [sa.select(sa.literal("found"), state, sa.func.count(), sa.literal(0)).group_by(found.c.state)]


def _is_closed() -> sa.ColumnElement[bool]:
    return col(Proposal.id).in_(sa.bindparam("closed", type_=sa.Uuid(), expanding=True))


def _counted_as_seen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Of staff what an index alone can count: the cases that are closed to the reader are counted apart."""
    relation = STAFF_RELATION.get(actor.role)
    return _seen(actor) if relation is None else [in_states(relation)]


def _grouped(what: str, *where: sa.ColumnElement[bool]) -> Any:
    state, sought = sa.type_coerce(col(Proposal.state), sa.String), sa.func.sum(Proposal.amount_sought_ore)
    columns = (sa.literal(what), state, sa.func.count(), sa.func.coalesce(sought, 0))
    return sa.select(*columns).select_from(Proposal).where(*where).group_by(col(Proposal.state))


def _less(sums: Mapping[State, StateSum], closed: Mapping[State, StateSum]) -> dict[State, StateSum]:
    nothing = StateSum(0, 0)
    return {
        state: StateSum(
            max(0, one.count - closed.get(state, nothing).count),
            max(0, one.sought_ore - closed.get(state, nothing).sought_ore),
        )
        for state, one in sums.items()
    }
