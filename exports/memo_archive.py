"""Which memos of a call go into one file, in which order, and what is each of them called?

A case is in it when its memo is released and the reader could fetch that memo alone.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Final

from sqlmodel import Session, col, select

from exports.memo_content import DecisionMemoFacts
from exports.memo_fit import cut
from exports.memo_pictures import memo_pictures
from exports.memo_snapshot import from_content
from exports.register import memo_in_word
from foundation.errors import RaadslagError, Refused
from foundation.formats import day, kroner
from foundation.identity.roles import Actor
from foundation.settings import Settings
from foundation.text import clean_line, safe_file_name
from intake.access import DeclareFirst, check_case
from intake.models import Call, Proposal
from intake.queries import visible_to
from portfolio.models import AgendaItem, CouncilMeeting, ReleasedMemo

MEMOS_LIMIT: Final = 300
"""More memos than this take longer than anybody waits for a page."""
TITLE_LETTERS: Final = 60
INDEX_NAME: Final = "00 Oversigt.txt"


@dataclass(frozen=True, slots=True)
class ArchivedMemo:
    """A released memo with its place at the council's table; without one it is not on an agenda yet."""

    proposal: Proposal
    facts: DecisionMemoFacts
    held_on: date | None
    position: int | None


@dataclass(frozen=True, slots=True)
class Archive:
    """The memos in their order, and the numbers of the cases that wait for a word about conflicts of interest."""

    memos: tuple[ArchivedMemo, ...]
    undeclared: tuple[str, ...]


def archive_of(session: Session, actor: Actor, call: Call, *, on: date) -> Archive:
    """The call's released memos: the agendas by day and position, and then those without a place by reference.

    Raises Refused when there are none, or more than `MEMOS_LIMIT`.
    """
    memos, undeclared = list[ArchivedMemo](), list[str]()
    for proposal, released, held_on, position in _released(session, actor, call):
        try:
            check_case(session, actor, "memo.export", proposal, on=on)
        except DeclareFirst:
            undeclared.append(proposal.reference or "")
        except RaadslagError:
            continue
        else:
            memos.append(ArchivedMemo(proposal, from_content(released.content), held_on, position))
    _require_some(memos, undeclared)
    return Archive(tuple(memos), tuple(undeclared))


def _released(
    session: Session, actor: Actor, call: Call
) -> Sequence[tuple[Proposal, ReleasedMemo, date | None, int | None]]:
    """SQLite and PostgreSQL disagree on where an empty place is sorted, so that is asked first."""
    return session.exec(
        select(Proposal, ReleasedMemo, col(CouncilMeeting.held_on), col(AgendaItem.position))
        .join(ReleasedMemo, col(ReleasedMemo.proposal_id) == col(Proposal.id))
        .outerjoin(
            AgendaItem,
            (col(AgendaItem.proposal_id) == col(Proposal.id)) & col(AgendaItem.removed_at).is_(None),
        )
        .outerjoin(CouncilMeeting, col(CouncilMeeting.id) == col(AgendaItem.meeting_id))
        .where(visible_to(actor), Proposal.call_id == call.id, col(ReleasedMemo.sent_back_at).is_(None))
        .order_by(
            col(CouncilMeeting.held_on).is_(None),
            col(CouncilMeeting.held_on),
            col(AgendaItem.position),
            col(Proposal.reference),
        )
    ).all()


def _require_some(memos: Sequence[ArchivedMemo], undeclared: Sequence[str]) -> None:
    if not memos and undeclared:
        raise Refused(f"Svar først på, om du er inhabil i {', '.join(undeclared)}. Så kan du hente indstillingerne.")
    if not memos:
        raise Refused("Der er ingen klarmeldte indstillinger i callet, som du kan hente endnu.")
    if len(memos) > MEMOS_LIMIT:
        raise Refused(
            f"Callet har {len(memos)} klarmeldte indstillinger, og der kan højst hentes {MEMOS_LIMIT} ad gangen. "
            "Hent dem enkeltvis fra sagerne."
        )


def write_archive(file: IO[bytes], archive: Archive, call: Call, settings: Settings, *, session: Session) -> None:
    """One memo at a time: only the packed ones lie in the file together."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_entry(INDEX_NAME, archive.memos[0]), _index(archive, call))
        for place, memo in enumerate(archive.memos, 1):
            word = memo_in_word(memo.facts, settings, memo_pictures(session, memo.facts))
            packed.writestr(_entry(_name(place, memo), memo), word)


def _entry(name: str, memo: ArchivedMemo) -> zipfile.ZipInfo:
    """Dated by the memo and not by the day of the download, so that the same memos give the same file."""
    on = memo.facts.released_on or memo.facts.dated_on
    entry = zipfile.ZipInfo(name, (max(on.year, 1980), on.month, on.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _name(place: int, memo: ArchivedMemo) -> str:
    """ "01 2026-02-007 Byhaven.docx": a name that Windows and macOS both take, and that sorts like the agenda."""
    title = clean_line(memo.facts.title).translate({ord("/"): "-", ord("\\"): "-"})
    short = title if len(title) <= TITLE_LETTERS else cut(title, TITLE_LETTERS)
    return safe_file_name(f"{place:02} {memo.facts.reference} {short}.docx")


def _index(archive: Archive, call: Call) -> bytes:
    """A plain text for whoever opens the file: its lines end as every editor on Windows reads them."""
    lines = [f"Indstillinger i callet {clean_line(call.title)}", ""]
    for place, memo in enumerate(archive.memos, 1):
        facts = memo.facts
        amount = "" if facts.amount_ore is None else f", {kroner(facts.amount_ore)}"
        lines.append(f"{place:02} {facts.reference} {clean_line(facts.title)}, {clean_line(facts.organisation)}")
        lines.append(f"   {clean_line(facts.track)}{amount}; {_place_words(memo)}")
    if archive.undeclared:
        lines += ["", f"Ikke med, fordi du først skal svare på, om du er inhabil: {', '.join(archive.undeclared)}"]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _place_words(memo: ArchivedMemo) -> str:
    if memo.held_on is None:
        return "ikke på en dagsorden endnu"
    return f"Rådets møde {day(memo.held_on)}, punkt {memo.position}"
