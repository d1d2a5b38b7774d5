"""May these proposals be entered in a call, and which of them are the same as another?"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from foundation.formats import moment
from intake.rules.import_columns import RECEIVED
from intake.rules.import_rows import ImportDraft, ImportFault
from intake.rules.lifecycle import State

PAST_STATES: Final = {
    State.REFUSED: "history.refuse",
    State.REFERRED: "history.refer",
    State.MATURING_DIALOGUE: "history.dialogue",
    State.APPROVED: "history.approve",
    State.CLOSED: "history.close",
}
"""How a case of before Rådslag may have ended, and the move that says so."""


def received_faults(
    drafts: Iterable[ImportDraft], *, opens_at: datetime, closes_at: datetime, at: datetime
) -> tuple[ImportFault, ...]:
    """A proposal that came by mail is held to the same deadline as one that is sent here (domain.md EL1)."""
    return tuple(
        draft.row.fault(RECEIVED, text)
        for draft in drafts
        if draft.received_at is not None
        for text in (_received_fault(draft.received_at, opens_at=opens_at, closes_at=closes_at, at=at),)
        if text
    )


def _received_fault(received_at: datetime, *, opens_at: datetime, closes_at: datetime, at: datetime) -> str:
    if received_at > at:
        return "Tidspunktet ligger i fremtiden. Skriv, hvornår forslaget kom."
    if received_at < opens_at:
        return f"Callet åbnede først {moment(opens_at)}. Se efter, om tidspunktet og callet er rigtige."
    if received_at > closes_at:
        return f"Fristen var {moment(closes_at)}. Et forslag, der kom for sent, kan ikke indlæses: svar afsenderen."
    return ""


def doubles(drafts: Iterable[ImportDraft]) -> tuple[ImportFault, ...]:
    """Every draft that an earlier one of the same file is the same as."""
    first: dict[tuple[str, str], str] = {}
    faults = []
    for draft in drafts:
        if not draft.title:
            continue
        earlier = first.setdefault(draft.same_as, draft.row.place)
        if earlier != draft.row.place:
            text = f"Samme organisation og titel står også i {earlier.lower()}. Slet den ene."
            faults.append(draft.row.fault("title", text))
    return tuple(faults)
