"""Which charts were asked for, which are drawn, and which are to be drawn now?

A chart is a row named by its content: it is asked for in the transaction that makes its numbers, drawn once by the
worker, and shown wherever the same numbers stand. The row holds nothing that its numbers could not make again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from markupsafe import Markup
from sqlmodel import Field, Session, SQLModel, col, select

from foundation.db import SessionMaker, transaction
from foundation.drawings import Drawing
from foundation.tables import json_type
from foundation.text import clean_line

MOST_TRIES: Final = 3
LEASE: Final = timedelta(minutes=2)
"""Longer than a drawing may take: until then no other worker draws the same one."""


class Chart(SQLModel, table=True):
    """A chart by its content. `due_at` is when it is drawn next: None when it is drawn, or was given up."""

    __tablename__ = "chart"
    __table_args__ = (
        sa.CheckConstraint("tries >= 0", name="tries_not_negative"),
        sa.CheckConstraint(
            "(drawn_at IS NULL) = (svg = '') AND (drawn_at IS NULL OR due_at IS NULL)", name="drawn_whole"
        ),
    )

    content_hash: str = Field(max_length=64, primary_key=True)
    spec: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]
    description: str
    svg: str = ""
    png: bytes = b""
    asked_at: datetime
    due_at: datetime | None = Field(default=None, index=True)
    drawn_at: datetime | None = None
    tries: int = 0
    last_error: str = Field(default="", max_length=200)


class ChartState(StrEnum):
    """How far a chart is; one that nobody asked for yet is on its way, since the worker finds it."""

    DRAWN = "drawn"
    ON_ITS_WAY = "on_its_way"
    GIVEN_UP = "given_up"


_NOTHING: Final = Markup()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as a page meets it; `svg` is empty until it is drawn, and was checked before it was kept."""

    title: str
    state: ChartState
    svg: Markup = _NOTHING


@dataclass(frozen=True, slots=True)
class Asked:
    """A chart that this worker is to draw now."""

    content_hash: str
    spec: Mapping[str, Any]
    description: str
    tries: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as it was drawn, for a page and for Word."""

    svg: str
    png: bytes


def ask(session: Session, drawings: Iterable[Drawing], *, at: datetime) -> None:
    """Have the worker draw what is not drawn yet. A chart that was given up gets its three tries again."""
    given_up = sa.and_(col(Chart.drawn_at).is_(None), col(Chart.due_at).is_(None))
    again = {"due_at": at, "tries": 0, "last_error": ""}
    insert = _insert(session)
    for drawing in drawings:
        row = {**_EMPTY, **again, "asked_at": at, "content_hash": drawing.content_hash}
        row |= {"spec": dict(drawing.spec), "description": drawing.description}
        # Two who save the same numbers at once both ask: neither may fail because the other was first.
        adding = insert(Chart).values(row)
        session.execute(adding.on_conflict_do_update(index_elements=["content_hash"], set_=again, where=given_up))


_EMPTY: Final = {"svg": "", "png": b""}


def _insert(session: Session) -> Any:
    """The database's own INSERT, which knows what to do about a row that is there."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as on_postgres  # A server on SQLite never loads it.

        return on_postgres
    from sqlalchemy.dialects.sqlite import insert as on_sqlite

    return on_sqlite


def not_asked_for(session: Session, drawings: Collection[Drawing]) -> list[Drawing]:
    """Those of the drawings that no row knows of."""
    names = [drawing.content_hash for drawing in drawings]
    known = set(session.exec(select(Chart.content_hash).where(col(Chart.content_hash).in_(names))))
    return [drawing for drawing in drawings if drawing.content_hash not in known]


def charts_for(session: Session, drawings: Collection[Drawing]) -> dict[str, Picture]:
    """Every drawing as a page shows it now, by its content hash; one query."""
    names = [drawing.content_hash for drawing in drawings]
    columns = select(Chart.content_hash, Chart.svg, Chart.due_at).where(col(Chart.content_hash).in_(names))
    found = {name: (svg, due_at) for name, svg, due_at in session.exec(columns)}
    return {one.content_hash: _picture(one.title, *found.get(one.content_hash, ("", one))) for one in drawings}


def picture_for(session: Session, drawing: Drawing) -> Picture:
    """One drawing as a page shows it now."""
    return charts_for(session, [drawing])[drawing.content_hash]


def _picture(title: str, svg: str, waits: object) -> Picture:
    if svg:
        return Picture(title, ChartState.DRAWN, Markup(svg))  # noqa: S704 - only shapes and text: see foundation.svg
    return Picture(title, ChartState.GIVEN_UP if waits is None else ChartState.ON_ITS_WAY)


def png_of(session: Session, drawing: Drawing) -> bytes | None:
    """The chart for Word, 2 pixels a point; None while it is not drawn."""
    found = session.exec(select(Chart.png).where(col(Chart.content_hash) == drawing.content_hash)).first()
    return found or None


# --- what the worker does -------------------------------------------------------------------------------------


def any_waiting(sessions: SessionMaker, *, at: datetime) -> bool:
    """Is there a chart to draw now? A read alone, so that an idle worker never holds the writer's lock."""
    with sessions() as session:
        return session.exec(select(Chart.content_hash).where(col(Chart.due_at) <= at).limit(1)).first() is not None


def claim(sessions: SessionMaker, *, at: datetime) -> Asked | None:
    """The chart that has waited longest; until the lease ends, no other worker is given it."""
    with transaction(sessions) as session:
        waiting = select(Chart).where(col(Chart.due_at) <= at).order_by(col(Chart.due_at), col(Chart.content_hash))
        chart = session.exec(waiting.limit(1).with_for_update(skip_locked=True)).first()
        if chart is None:
            return None
        chart.tries += 1
        # A worker that dies on its last try leaves it given up, not to be tried for ever.
        chart.due_at = at + LEASE if chart.tries < MOST_TRIES else None
        return Asked(chart.content_hash, chart.spec, chart.description, chart.tries)


def keep_drawn(sessions: SessionMaker, asked: Asked, drawn: Drawn, *, at: datetime) -> None:
    """Keep the picture; the same content drawn by a second worker is the same picture."""
    _write(sessions, asked, svg=drawn.svg, png=drawn.png, drawn_at=at, due_at=None, last_error="")


def put_back(sessions: SessionMaker, asked: Asked, fault: Exception, *, at: datetime) -> None:
    """Try again later, each time twice as long, or give up after the third try."""
    due_at = at + timedelta(minutes=2**asked.tries) if asked.tries < MOST_TRIES else None
    _write(sessions, asked, due_at=due_at, last_error=clean_line(f"{type(fault).__name__}: {fault}")[:200])


def _write(sessions: SessionMaker, asked: Asked, **values: object) -> None:
    with transaction(sessions) as session:
        undrawn = sa.and_(col(Chart.content_hash) == asked.content_hash, col(Chart.drawn_at).is_(None))
        session.execute(sa.update(Chart).where(undrawn).values(**values))
