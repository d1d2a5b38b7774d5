"""What can happen to a decision memo, to a shortlist and on an agenda?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("memo_edited")
@dataclass(frozen=True, slots=True)
class MemoEdited(Event):
    """`changed` holds the Danish labels of what was written."""

    changed: tuple[str, ...]


@event("memo_released")
@dataclass(frozen=True, slots=True)
class MemoReleased(Event):
    """`number` counts the released memos of the case."""

    number: int


@event("memo_sent_back")
@dataclass(frozen=True, slots=True)
class MemoSentBack(Event):
    number: int
    reason: str


@event("meeting_planned")
@dataclass(frozen=True, slots=True)
class MeetingPlanned(Event):
    """`held_on` is the day as an ISO text."""

    held_on: str


@event("meeting_cancelled")
@dataclass(frozen=True, slots=True)
class MeetingCancelled(Event):
    """A meeting without an agenda was planned by mistake; `held_on` is the day as an ISO text."""

    held_on: str


@event("agenda_ordered")
@dataclass(frozen=True, slots=True)
class AgendaOrdered(Event):
    """Positions alone, and no case: whoever reads a meeting's history may be shut out of it."""

    old: int
    new: int


@event("agenda_placed")
@dataclass(frozen=True, slots=True)
class AgendaPlaced(Event):
    """`held_on` is the meeting's day as an ISO text; `reason` says why members get the memo late, else it is empty."""

    held_on: str
    position: int
    reason: str


@event("agenda_removed")
@dataclass(frozen=True, slots=True)
class AgendaRemoved(Event):
    held_on: str
    reason: str


@event("shortlist_saved")
@dataclass(frozen=True, slots=True)
class ShortlistSaved(Event):
    """The number of the call's list alone: whoever reads a call's history may be shut out of a case on it."""

    number: int


@event("shortlist_moved")
@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistMoved(Event):
    """A case stands on a saved shortlist elsewhere than the rule puts it; the two standings as they are stored."""

    number: int
    place: int
    by_rule: str
    chosen: str
    reason: str
