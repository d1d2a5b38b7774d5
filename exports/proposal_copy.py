"""How does a sent proposal look on paper, question by question, as its sender and the office file it?

There is no template: every text is set into the document itself, so that nothing a person typed is read as a code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import Final

from exports.starter_paper import TEXT_WIDTH, Sheet, bare, name_file
from foundation.formats import file_size, kroner, moment
from foundation.text import clean_line, clean_prose

NOT_STATED: Final = "Ikke oplyst"
MOST_COLUMNS: Final = 4
"""Rows with more columns than this are written one below the other, since their texts would stand too narrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAnswer:
    """A question that is answered on one line, and its answer in Danish words; empty where none was given."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LongAnswer:
    """A question that is answered in prose."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an answer in rows; `sum_ore` is what its amounts come to, None where there is nothing to add."""

    label: str
    is_figure: bool = False
    sum_ore: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAnswer:
    """A question that is answered in rows, each cell in Danish words; `row_name` is the name of one row ("Mål")."""

    label: str
    row_name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Answer = ShortAnswer | LongAnswer | RowsAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedSection:
    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedFile:
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCopyFacts:
    """All that the copy of one sent version says; `applicant` is what was told of the organisation."""

    reference: str
    title: str
    call_title: str
    received_at: datetime
    version: int
    organisation: str
    applicant: tuple[ShortAnswer, ...]
    sections: tuple[CopiedSection, ...]
    files: tuple[CopiedFile, ...]


def render(facts: ProposalCopyFacts) -> bytes:
    """The copy as a Word file: the same facts give the same document."""
    from docx import Document

    sheet = Sheet(bare(Document()))
    _head(sheet, facts)
    sheet.text("Ansøger", "RaadAfsnit")
    sheet.labels(_pairs(facts.applicant), "Ansøger")
    for section in facts.sections:
        _section(sheet, section)
    _files(sheet, facts.files)
    name_file(
        sheet.document,
        title=f"Forslag {clean_line(facts.reference)}: {_line(facts.title)}",
        author=_line(facts.organisation),
        at=facts.received_at,
        reference=facts.reference,
    )
    file = BytesIO()
    sheet.document.save(file)
    return file.getvalue()


def _line(text: str) -> str:
    return clean_line(text) or NOT_STATED


def _said(text: str) -> str:
    """The text letter for letter, after the one rule of `foundation.text`."""
    return clean_prose(text) or NOT_STATED


def _head(sheet: Sheet, facts: ProposalCopyFacts) -> None:
    sheet.running_head(f"Kopi af forslag {_line(facts.reference)}, udgave {facts.version}")
    sheet.text(_line(facts.title), "RaadTitel")
    sheet.labels(
        (
            ("Sagsnummer", _line(facts.reference)),
            ("Modtaget", f"{moment(facts.received_at)} (udgave {facts.version})"),
            ("Call", _line(facts.call_title)),
        ),
        "Sagsnummer, modtagelse og call",
    )
    sheet.text("Forslaget, som det blev sendt. Det, der er rettet eller sendt senere, står ikke her.")


# --- the answers ------------------------------------------------------------------------------------------------


def _section(sheet: Sheet, section: CopiedSection) -> None:
    """Short answers that follow each other stand in one table, each beside its question."""
    sheet.text(_line(section.title), "RaadAfsnit")
    for is_short, answers in groupby(section.answers, _is_short):
        if is_short:
            sheet.labels(_pairs(answers), section.title, label_width=_QUESTION_WIDTH)
        else:
            for answer in answers:
                _long(sheet, answer)


def _is_short(answer: Answer) -> bool:
    """Is there one line to print? What nobody answered is as short as an answer can be."""
    if isinstance(answer, RowsAnswer):
        return not answer.rows
    return isinstance(answer, ShortAnswer) or not clean_prose(answer.text)


def _pairs(answers: Iterable[Answer]) -> list[tuple[str, str]]:
    return [(_line(one.label), _said("" if isinstance(one, RowsAnswer) else one.text)) for one in answers]


def _long(sheet: Sheet, answer: Answer) -> None:
    if not isinstance(answer, RowsAnswer):
        sheet.text(_line(answer.label), "RaadMellemrubrik")
        sheet.text(_said(answer.text))
    elif len(answer.columns) > MOST_COLUMNS:
        _one_below_the_other(sheet, answer)
    else:
        _table(sheet, answer)


def _one_below_the_other(sheet: Sheet, answer: RowsAnswer) -> None:
    sheet.text(_line(answer.label), "RaadMellemrubrik")
    for number, row in enumerate(answer.rows, start=1):
        name = f"{_line(answer.row_name)} {number}"
        sheet.text(name, "RaadCelleHoved")
        rows = [(_line(column.label), _said(text)) for column, text in zip(answer.columns, row, strict=True)]
        sheet.labels(rows, name, label_width=_QUESTION_WIDTH)


def _table(sheet: Sheet, answer: RowsAnswer) -> None:
    rows = [tuple(_said(text) for text in row) for row in answer.rows]
    total = _total(answer.columns)
    columns = [_line(column.label) for column in answer.columns]
    widths = _widths([columns, *rows, *([total] if total else [])])
    sheet.table(
        _line(answer.label),
        list(zip(columns, widths, strict=True)),
        [[(text,) for text in row] for row in rows],
        figures=[place for place, column in enumerate(answer.columns) if column.is_figure],
        row_head="RaadTal" if answer.columns[0].is_figure else "RaadCelle",
        total=[(text,) for text in total],
    )


def _total(columns: Sequence[Column]) -> list[str]:
    """The last row: "I alt", and under each column of amounts what they come to; none where nothing is added."""
    if all(column.sum_ore is None for column in columns):
        return []
    sums = ["" if column.sum_ore is None else kroner(column.sum_ore) for column in columns]
    return [sums[0] or "I alt", *sums[1:]]


def _files(sheet: Sheet, files: Sequence[CopiedFile]) -> None:
    sheet.text("Filer", "RaadAfsnit")
    if not files:
        sheet.text("Der er ikke sendt filer med.")
        return
    rows = [(_line(file.name), file_size(file.size_bytes)) for file in files]
    columns = ["Filnavn", "Størrelse"]
    sheet.table(
        "Filer",
        list(zip(columns, _widths([columns, *rows]), strict=True)),
        [[(text,) for text in row] for row in rows],
        figures=(1,),
        titled=False,
        row_head="RaadCelle",
    )


# --- widths -----------------------------------------------------------------------------------------------------

_LETTER: Final = 125
"""How wide the letters of a short word in bold are on the average, in twentieths of a point."""
_PADDING: Final = 190
_KEPT_WHOLE: Final = 16
"""So many letters fit on one line of a cell, in each of the most columns that a table has; an amount is no longer."""
_NO_WIDER: Final = 60
_QUESTION_WIDTH: Final = TEXT_WIDTH // 2


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Each column gets what a short text needs on one line; the rest goes to those that have longer ones."""
    longest = [max(len(text) for text in column) for column in zip(*rows, strict=True)]
    needed = [_PADDING + _LETTER * min(length, _KEPT_WHOLE) for length in longest]
    wanted = [min(length, _NO_WIDER) - min(length, _KEPT_WHOLE) for length in longest]
    if not any(wanted):
        wanted = [1] * len(longest)
    rest = TEXT_WIDTH - sum(needed)
    return [least + rest * more // sum(wanted) for least, more in zip(needed, wanted, strict=True)]
