"""Which rows does the workbook of a list have: one a proposal, and one a finished assessment?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from exports.call_list import MOST_ROWS, Column, Kind, Sheet, Value
from foundation.clock import COPENHAGEN
from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor, Role
from foundation.text import clean_prose
from intake.models import Call, Proposal
from intake.queries.proposal_list import Asked, Counted, ProposalRow, counted, rows_query, values_of
from intake.queries.visibility import STAFF_RELATION, opened_by, works_on
from intake.rules.rights import states_for
from intake.wording import WORDS
from scoring.models import Assessment, AssessmentScore
from scoring.rules.dimensions import Dimension
from scoring.wording import words as scoring_words

AT_A_TIME: Final = 500
"""Rows that are read together."""

PROPOSAL_COLUMNS: Final = (
    Column("Sag", width=13),
    Column("Call", width=30),
    Column("Titel", width=45),
    Column("Organisation", width=30),
    Column("CVR", width=10),
    Column("Hovedområde", width=40),
    Column("Hovedområde (kode)", width=22),
    Column("Ønske (kode)", width=18),
    Column("Beløb søgt", Kind.KRONER, 18),
    Column("Borgere", Kind.WHOLE, 10),
    Column("Forvaltninger spurgt", Kind.WHOLE, 12),
    Column("Forvaltninger svaret", Kind.WHOLE, 12),
    Column("Modenhed", Kind.DECIMAL, 11),
    Column("Enighed", width=12),
    Column("Enighed (kode)", width=12),
    Column("Spor", width=26),
    Column("Spor (kode)", width=26),
    Column("Status", width=24),
    Column("Status (kode)", width=22),
    Column("Modtaget", Kind.MOMENT, 17),
    Column("Hvem har den", width=24),
)
ASSESSMENT_COLUMNS: Final = (
    Column("Sag", width=13),
    Column("Titel", width=45),
    Column("Forvaltning", width=12),
    Column("Vurderer", width=24),
    Column("Afsluttet", Kind.MOMENT, 17),
    Column("Skala (kode)", width=12),
    *(
        column
        for dimension in Dimension
        for column in (
            Column(scoring_words(dimension), Kind.WHOLE, 12),
            Column(f"{scoring_words(dimension)}: begrundelse", width=40),
            Column(f"{scoring_words(dimension)}: kilde", width=30),
        )
    ),
)


def gather(
    session: Session, actor: Actor, asked: Asked, known: Counted, shows: Callable[[ProposalRow], bool], call_title: str
) -> list[Sheet]:
    """Both sheets, whose rows are read from the database while they are written.

    `shows` says of a row whether its sorting may be told. Raises Refused for a list that no sheet can hold.
    """
    if known.total > MOST_ROWS:
        raise Refused("Listen er længere, end et regneark kan rumme. Vælg færre forslag, og hent den igen.")
    return [
        Sheet("Forslag", PROPOSAL_COLUMNS, _proposals(session, actor, asked, known, shows, call_title)),
        Sheet("Vurderinger", ASSESSMENT_COLUMNS, _assessments(session, actor, asked, known)),
    ]


def everything_of(session: Session, call: Call, *, at: datetime) -> list[Sheet]:
    """Both sheets of a whole call, as somebody reads who audits and has no conflict of interest."""
    nobody = uuid4()
    auditor = Actor(nobody, "", "", Role.AUDITOR, None, frozenset(), nobody)
    asked = Asked(call.id)
    return gather(session, auditor, asked, counted(session, auditor, asked, at=at), lambda _: True, call.title)


def _read(session: Session, query: Any, values: Mapping[str, Any]) -> Iterator[Any]:
    yield from session.execute(query, values, execution_options={"yield_per": AT_A_TIME})


def _proposals(
    session: Session, actor: Actor, asked: Asked, known: Counted, shows: Callable[[ProposalRow], bool], call_title: str
) -> Iterator[Sequence[Value]]:
    more = (Proposal.organisation_cvr, Proposal.focus_area, Proposal.wish)
    query = rows_query(session, actor, asked, known).add_columns(*more)
    for *columns, cvr, area, wish in _read(session, query, values_of(actor, asked)):
        row = ProposalRow(*columns)
        told = shows(row)
        yield (
            row.reference,
            row.call or call_title,
            clean_prose(row.title),
            clean_prose(row.organisation),
            cvr,
            *_word_and_code(area),
            wish.value if wish else None,
            None if row.amount_ore is None else Decimal(row.amount_ore) / 100,
            row.participants,
            row.asked,
            row.answered,
            _maturity(row) if told else _LATER,
            *(_word_and_code(row.agreement) if told else (_LATER, None)),
            *(_word_and_code(row.track) if told or row.track is None else (_LATER, None)),
            *_word_and_code(row.state),
            _on_the_wall(row.received_at),
            row.case_worker,
        )


_LATER: Final = "Vises senere"


def _maturity(row: ProposalRow) -> Decimal | None:
    return None if row.maturity_e4 is None else Decimal(row.maturity_e4) / 10_000


def _word_and_code(member: StrEnum | None) -> tuple[str | None, str | None]:
    return (None, None) if member is None else (WORDS[type(member)][member], member.value)


def _on_the_wall(at: datetime | None) -> datetime | None:
    """The moment as a Danish clock showed it, without a zone: spreadsheets know none."""
    return None if at is None else at.astimezone(COPENHAGEN).replace(tzinfo=None)


def _assessments(session: Session, actor: Actor, asked: Asked, known: Counted) -> Iterator[Sequence[Value]]:
    """The finished sheets of the cases whose assessments the actor may open, with who gave them."""
    giver = aliased(Person)  # The list has a person of its own: who has the case.
    columns = (Assessment.id, giver.name, Assessment.department_code, Assessment.finalised_at, Assessment.scale_id)
    query = (
        rows_query(session, actor, asked, known)
        .with_only_columns(Proposal.reference, Proposal.title, *columns)
        .join(Assessment, col(Assessment.proposal_id) == col(Proposal.id))
        .join(giver, col(giver.id) == col(Assessment.assessor_id))
        .where(col(Assessment.finalised_at).is_not(None), *_opens_assessments(actor))
        .order_by(col(giver.name), col(Assessment.id))
    )
    found = session.execute(query, values_of(actor, asked), execution_options={"yield_per": AT_A_TIME})
    for some in found.partitions():
        scores = _scores(session, [row[2] for row in some])
        for reference, title, key, name, department, finalised_at, scale in some:
            given = scores.get(key, {})
            cells = [cell for dimension in Dimension for cell in given.get(dimension, (None, None, None))]
            yield (reference, clean_prose(title), department, name, _on_the_wall(finalised_at), scale, *cells)


def _opens_assessments(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Where `assessment.view` opens, and no score is kept from a reader who scores or has begun to."""
    states = states_for("assessment.view", STAFF_RELATION[actor.role])
    own = aliased(Assessment)
    has_begun = sa.exists().where(
        col(own.proposal_id) == col(Proposal.id),
        col(own.assessor_id) == actor.person_id,
        col(own.finalised_at).is_(None),
    )
    return [col(Proposal.state).in_(sorted(states)), ~works_on(actor.person_id), ~has_begun, *opened_by(actor)]


def _scores(session: Session, keys: Sequence[UUID]) -> dict[UUID, dict[Dimension, tuple[int | None, str, str]]]:
    found: dict[UUID, dict[Dimension, tuple[int | None, str, str]]] = {}
    columns = (AssessmentScore.assessment_id, AssessmentScore.dimension, AssessmentScore.score)
    texts = (AssessmentScore.reason, AssessmentScore.evidence)
    rows = session.execute(sa.select(*columns, *texts).where(col(AssessmentScore.assessment_id).in_(keys)))  # type: ignore[call-overload]
    for key, dimension, score, reason, evidence in rows:
        found.setdefault(key, {})[dimension] = (score, clean_prose(reason), clean_prose(evidence))
    return found
