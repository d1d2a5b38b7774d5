"""What do a workbook and a memo cost where the writer alone makes them, with the same rows and the same values?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from sqlmodel import Session, col, select

from intake.models import Call, Proposal
from tools.bench.filling import RELEASED


@dataclass(frozen=True, slots=True)
class Bare:
    """The same papers as ours, each made by its writer alone."""

    workbook: Callable[[], None]
    memo: Callable[[], None]


def bare_papers(session: Session, call_slug: str, *, whole_call: bool) -> Bare:
    """Read what goes into the papers, so that writing is all that is left to do."""
    call = session.exec(select(Call).where(Call.slug == call_slug)).one()
    sheets = _sheets(session, call) if whole_call else []
    template, context = _memo_parts(session, call)
    return Bare(lambda: _write(sheets), lambda: _fill(template, context))


def seconds(act: Callable[[], None]) -> float:
    """How long the act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _sheets(session: Session, call: Call) -> list[tuple[Any, list[Sequence[Any]]]]:
    from datetime import UTC, datetime

    from exports.call_list_facts import everything_of

    return [(sheet, list(sheet.rows)) for sheet in everything_of(session, call, at=datetime.now(UTC))]


def _write(sheets: list[tuple[Any, list[Sequence[Any]]]]) -> None:
    from xlsxwriter import Workbook

    book = Workbook(BytesIO(), {"constant_memory": True, "default_date_format": "dd-mm-yyyy"})
    for sheet, rows in sheets:
        page = book.add_worksheet(sheet.name)
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column.heading)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write_cell(page, number, place, value)
    book.close()


def _write_cell(page: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, str):
        page.write_string(row, place, value)
    elif isinstance(value, date):
        page.write_datetime(row, place, value)
    elif value is not None:
        page.write_number(row, place, value)


def _memo_parts(session: Session, call: Call) -> tuple[bytes, Any]:
    from datetime import UTC, datetime

    from exports import starter_templates
    from exports.decision_memo_facts import gather
    from exports.memo_values import printed_values

    case = session.exec(select(Proposal).where(col(Proposal.call_id) == call.id, Proposal.number == RELEASED)).one()
    facts = gather(session, case, on=datetime.now(UTC).date())
    return starter_templates.build(facts.kind), printed_values(facts)


def _fill(template: bytes, context: Any) -> None:
    from docxtpl import DocxTemplate

    word = DocxTemplate(BytesIO(template))
    word.render(dict(context), autoescape=True)
    word.save(BytesIO())
