"""Which saved business cases could a page show charts of, whether or not anybody asked for them yet?

Whoever saves a business case asks for its charts. What was saved by an older release, or is to be drawn anew by a newer
one, is found here, some at a time.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from foundation.drawings import Drawing
from scoring.models import BusinessCaseChoice, BusinessCaseRow
from scoring.rules.business_case import calculate
from scoring.rules.business_case_drafts import business_case_of, gaps_of_case
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import draft_from_json
from scoring.rules.charts import business_case_drawings
from scoring.rules.discounting import get_rates

MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Place:
    """How far the rows have been looked through; they are only added, so what lies before it stays looked at."""

    saved_at: datetime
    row_id: UUID


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The drawings of the next rows, and where the ones after them begin; None when there were none."""

    drawings: tuple[Drawing, ...]
    place: Place | None


def drawings_after(session: Session, place: Place | None) -> LookedAt:
    """The drawings of the next business cases that a page shows: the newest of their origin, and chosen ones."""
    shown = select(BusinessCaseRow).where(_is_shown(), _comes_after(place))
    rows = session.exec(shown.order_by(*_ORDER).limit(MOST_AT_ONCE)).all()
    drawings = tuple(drawing for row in rows for drawing in _drawings_of(row))
    return LookedAt(drawings, Place(rows[-1].saved_at, rows[-1].id) if rows else None)


_ORDER = (col(BusinessCaseRow.saved_at), col(BusinessCaseRow.id))


def _comes_after(place: Place | None) -> sa.ColumnElement[bool]:
    if place is None:
        return sa.true()
    later = col(BusinessCaseRow.saved_at) > place.saved_at
    same_moment = sa.and_(col(BusinessCaseRow.saved_at) == place.saved_at, col(BusinessCaseRow.id) > place.row_id)
    return sa.or_(later, same_moment)


def _is_shown() -> sa.ColumnElement[bool]:
    newer = aliased(BusinessCaseRow)
    is_replaced = sa.exists().where(
        col(newer.proposal_id) == BusinessCaseRow.proposal_id,
        col(newer.origin) == BusinessCaseRow.origin,
        col(newer.saved_at) > BusinessCaseRow.saved_at,
    )
    is_chosen = sa.exists().where(col(BusinessCaseChoice.business_case_id) == BusinessCaseRow.id)
    is_calculated = col(BusinessCaseRow.origin) != BusinessCaseOrigin.SOM
    return sa.and_(is_calculated, sa.or_(~is_replaced, is_chosen))


def _drawings_of(row: BusinessCaseRow) -> tuple[Drawing, ...]:
    draft = draft_from_json(row.content)
    if gaps_of_case(draft):
        return ()
    return business_case_drawings(calculate(business_case_of(draft), get_rates(row.rates_id)))
