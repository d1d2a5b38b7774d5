"""In which order do the sorted proposals of a call stand for somebody, and what is there to give?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.errors import Refused
from foundation.identity.roles import Actor, Role
from intake.models import Call, Proposal
from intake.queries import visible_to
from intake.queries.visibility import declared_free, opened_by, works_on
from intake.rules.agreement import Agreement
from intake.rules.lifecycle import LETTERS, State
from intake.rules.rights import Relation, states_for
from intake.rules.track import FUNDED_TRACKS, Track
from portfolio.models import DecisionMemo, ReleasedMemo
from portfolio.shortlist_queries import RANKED_STATES
from scoring.models import FundFiguresRow, SortingRun
from scoring.queries import fund_figures
from scoring.rules.dimensions import Dimension
from scoring.rules.ranking import INVESTMENTS, Entrant, Ranked, Room, rank

GRANTED_STATES = frozenset(LETTERS[letter] for letter in "mnopq")
"""Granted by the council: taken from the call's frame and number; the fund's figures are already less of it."""


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A line of the page: the proposal, its place, and whether the amount is the one that the memo recommends."""

    proposal_id: UUID
    ranked: Ranked
    title: str
    organisation: str
    sought_ore: int
    is_reduced: bool

    @property
    def per_100_000(self) -> Decimal:
        """Citizens for every 100.000 kroner, with one decimal."""
        reached = self.ranked.entrant.citizens_per_krone * 100_000
        exact = Decimal(reached.numerator) / Decimal(reached.denominator)
        return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class CallRanking:
    """The ranking of a call as one person may see it.

    `granted_ore` is what the council has already given, of all cases; `waiting` the number of cases that are not in the
    lists before the reader has answered the question about conflicts of interest.
    """

    investments: list[RankingRow]
    donations: list[RankingRow]
    others: list[tuple[Track, list[RankingRow]]]
    room: Room
    fund: FundFiguresRow
    granted_ore: int
    granted_projects: int
    waiting: int

    @property
    def funded(self) -> list[RankingRow]:
        """Those that money can be given to now."""
        return [*self.investments, *self.donations]


_COLUMNS: tuple[Any, ...] = (
    Proposal.id,
    Proposal.reference,
    Proposal.title,
    Proposal.organisation_name,
    Proposal.state,
    Proposal.track,
    Proposal.maturity_e4,
    Proposal.agreement,
    Proposal.participants,
    Proposal.amount_sought_ore,
    DecisionMemo.amount_ore,
    DecisionMemo.outcome_fund_max_ore,
    ReleasedMemo.amount_ore,
    # A text, since a number of øre can be larger than what the databases take for a whole number in JSON.
    col(ReleasedMemo.content)["facts"]["outcome_fund_max_ore"].as_string(),
)
"""The columns of a FoundCase, in its order."""


@dataclass(frozen=True, slots=True)
class FoundCase:
    """The columns of one sorted proposal that ranking, comparison and map are made of."""

    id: UUID
    reference: str
    title: str
    organisation: str
    state: State
    track: Track
    maturity_e4: int | None
    agreement: Agreement | None
    participants: int | None
    sought_ore: int | None
    memo_ore: int | None
    memo_outcome_ore: int | None
    released_ore: int | None
    released_outcome: str | None

    @property
    def amount_ore(self) -> int:
        """What the memo recommends, or while it says nothing else, what is sought."""
        said = self.memo_ore if self.state is State.SORTED else self.released_ore
        return (self.sought_ore or 0) if said is None else said

    @property
    def outcome_ore(self) -> int | None:
        """What the memo says that the outcome fund pays at most; None while it says nothing."""
        if self.state is State.SORTED:
            return self.memo_outcome_ore
        return int(self.released_outcome) if self.released_outcome else None


def call_ranking(session: Session, actor: Actor, call: Call, *, on: date) -> CallRanking:
    """The ranking of what the actor may see; as many queries whatever the number of proposals.

    A case that is closed to the actor is neither in the lists nor in the running totals; in what the council has given
    it counts. Raises Refused without figures of the fund.
    """
    fund = fund_figures(session, on=on)
    if fund is None:
        raise Refused("Fondens tal mangler. De skal være skrevet ind, før forslagene kan stilles i rækkefølge.")
    found = found_cases(session, actor, call.id)
    inputs = _newest_inputs(session, [one.id for one in found])
    granted_ore, projects = _granted(session, call.id)
    room = _room(call, fund, granted_ore=granted_ore, projects=projects)
    ranking = rank([_entrant(one, inputs.get(one.id, {})) for one in found], room)
    by_reference = {one.reference: one for one in found}
    others = _rows(ranking.others, by_reference)
    return CallRanking(
        investments=_rows(ranking.investments, by_reference),
        donations=_rows(ranking.donations, by_reference),
        others=[(track, rows) for track in Track if (rows := [row for row in others if _track(row) is track])],
        room=room,
        fund=fund,
        granted_ore=granted_ore,
        granted_projects=projects,
        waiting=_waiting(session, actor, call.id),
    )


def _track(row: RankingRow) -> Track:
    return row.ranked.entrant.track


def _room(call: Call, fund: FundFiguresRow, *, granted_ore: int, projects: int) -> Room:
    return Room(
        frame_ore=max(0, call.frame_ore - granted_ore),
        per_project_cap_ore=call.per_project_cap_ore,
        projects=max(0, call.max_projects - projects),
        free_capital_ore=fund.free_capital_ore,
        outcome_fund_ore=fund.outcome_fund_balance_ore,
        donation_pool_ore=fund.donation_pool_left_ore,
    )


def found_cases(
    session: Session,
    actor: Actor,
    call_id: UUID,
    *,
    states: frozenset[State] = RANKED_STATES,
    references: Sequence[str] | None = None,
) -> list[FoundCase]:
    """The sorted cases of a call whose sorting the actor may see, in these states; of `references` those that are."""
    named = () if references is None else (col(Proposal.reference).in_(references),)
    rows = session.execute(
        sa.select(*_COLUMNS)
        .join(DecisionMemo, col(DecisionMemo.proposal_id) == col(Proposal.id), isouter=True)
        .join(ReleasedMemo, _is_counting_memo(), isouter=True)
        .where(
            col(Proposal.call_id) == call_id,
            col(Proposal.state).in_(sorted(states)),
            col(Proposal.track).is_not(None),
            *sorting_open_to(actor),
            *named,
        )
    )
    return [FoundCase(*row) for row in rows]


def sorting_open_to(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """`sorting.view` of the secretariat and the audit, told to the database; which states it holds in is asked apart.

    Whoever scores a case stands to it as an assessor, who sees the sorting later than the secretariat.
    """
    as_assessor = states_for("sorting.view", Relation.ASSIGNED)
    told = sa.or_(col(Proposal.state).in_(sorted(as_assessor)), ~works_on(actor.person_id))
    return (visible_to(actor), told, *opened_by(actor))


def _is_counting_memo() -> sa.ColumnElement[bool]:
    """A draft that is written in after the release changes no place: the council reads what was released."""
    return sa.and_(col(ReleasedMemo.proposal_id) == col(Proposal.id), col(ReleasedMemo.sent_back_at).is_(None))


def _waiting(session: Session, actor: Actor, call_id: UUID) -> int:
    """How many sorted cases wait for the actor's answer about conflicts of interest."""
    if actor.role is not Role.SECRETARIAT:
        return 0
    found: int = session.execute(
        sa.select(sa.func.count())
        .select_from(Proposal)
        .where(
            col(Proposal.call_id) == call_id,
            visible_to(actor),
            col(Proposal.state).in_(sorted(RANKED_STATES)),
            ~works_on(actor.person_id),
            ~declared_free(actor.person_id),
        )
    ).scalar_one()
    return found


def _granted(session: Session, call_id: UUID) -> tuple[int, int]:
    """The sum and the number of investments that the council has given the call: of all cases, also of those that are
    closed to the reader, since what is left is the same for everybody."""
    amount = sa.func.coalesce(ReleasedMemo.amount_ore, DecisionMemo.amount_ore, Proposal.amount_sought_ore, 0)
    is_investment = sa.case((col(Proposal.track).in_(sorted(INVESTMENTS)), 1), else_=0)
    total, projects = session.execute(
        sa.select(sa.func.sum(amount), sa.func.sum(is_investment))
        .select_from(Proposal)
        .join(DecisionMemo, col(DecisionMemo.proposal_id) == col(Proposal.id), isouter=True)
        .join(ReleasedMemo, _is_counting_memo(), isouter=True)
        .where(
            col(Proposal.call_id) == call_id,
            col(Proposal.state).in_(sorted(GRANTED_STATES)),
            col(Proposal.track).in_(sorted(FUNDED_TRACKS)),
        )
    ).one()
    return int(total or 0), int(projects or 0)


def _newest_inputs(session: Session, keys: Iterable[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """What the newest sorting of each case rested on."""
    rows = session.exec(
        select(SortingRun.proposal_id, SortingRun.inputs)
        .where(col(SortingRun.proposal_id).in_(list(keys)))
        .order_by(col(SortingRun.run_at))
    )
    return {key: inputs["facts"] for key, inputs in rows}


def _entrant(found: FoundCase, facts: Mapping[str, Any]) -> Entrant:
    return Entrant(
        reference=found.reference,
        track=found.track,
        maturity_e4=found.maturity_e4,
        need_and_evidence=_need_and_evidence(facts),
        participants=found.participants or 0,
        amount_ore=found.amount_ore,
        outcome_ore=_outcome_ore(found, facts),
    )


def _need_and_evidence(facts: Mapping[str, Any]) -> int | None:
    scores = facts.get("scores", {})
    given = [scores.get(dimension.value) for dimension in (Dimension.NEED, Dimension.EVIDENCE)]
    return None if None in given else sum(given)


def _outcome_ore(found: FoundCase, facts: Mapping[str, Any]) -> int:
    """What the outcome fund pays: what the memo says, else its share of the amount."""
    if found.track is not Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND:
        return 0
    if found.outcome_ore is not None:
        return found.outcome_ore
    share = Decimal(str(facts.get("outcome_fund_share") or 0))
    return int((found.amount_ore * share / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _rows(ranked: Iterable[Ranked], found: Mapping[str, FoundCase]) -> list[RankingRow]:
    return [_row(one, found[one.entrant.reference]) for one in ranked]


def _row(ranked: Ranked, found: FoundCase) -> RankingRow:
    sought = found.sought_ore or 0
    return RankingRow(found.id, ranked, found.title, found.organisation, sought, is_reduced=found.amount_ore != sought)
