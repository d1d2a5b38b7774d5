"""What would come into a call from this file, and what is wrong with it?

The page and the command look through a file in the same way; neither writes before all of it is right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from intake.actions.imports import import_faults
from intake.forms.imports import columns_for, draft_of, past_columns_for, read_file
from intake.models import Call
from intake.queries import focus_areas, questions_of
from intake.rules.import_columns import Column
from intake.rules.import_rows import ImportDraft, ImportFault


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """The proposals of a file; only without faults may they be entered."""

    drafts: tuple[ImportDraft, ...]
    faults: tuple[ImportFault, ...]


def columns_of_call(session: Session, call: Call, dimensions: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """The columns of a file for this call; `dimensions`, in Danish by what is stored, only for a historical one."""
    questions, areas = questions_of(session, call), focus_areas(session, call.id)
    if call.is_history:
        return past_columns_for(questions, areas, dimensions or {})
    return columns_for(questions, areas)


def look_through(
    session: Session,
    call: Call,
    content: bytes,
    *,
    at: datetime,
    most: int | None = None,
    dimensions: Mapping[str, str] | None = None,
) -> LookedThrough:
    """Read the file, and hold it against the call's form, the call, and what was sent already.

    More than `most` proposals are refused before their answers are read.
    """
    columns = columns_of_call(session, call, dimensions)
    reading = read_file(content, columns)
    if most is not None and len(reading.rows) > most:
        text = f"Filen har {len(reading.rows)} forslag. Her kan der indlæses {most} ad gangen. Del den i flere filer."
        return LookedThrough((), (ImportFault("Filen", "", text),))
    questions, areas = questions_of(session, call), tuple(focus_areas(session, call.id))
    faults = list(reading.faults)
    drafts = []
    for row in reading.rows:
        draft, found = draft_of(row, columns, questions, areas)
        drafts.append(draft)
        known = {(one.row, one.column) for one in faults}
        faults += [one for one in found if (one.row, one.column) not in known]
    faults += import_faults(session, call, drafts, at=at)
    return LookedThrough(tuple(drafts), tuple(faults))
