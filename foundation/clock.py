"""What time is it, and which moment is a Copenhagen date and time?

Views, workers and commands ask one Clock; rules and actions are handed the moment (`at`). All moments are
aware and in UTC; a day belongs to Copenhagen.
"""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final, Protocol
from zoneinfo import ZoneInfo

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and for loading the demo."""

    def __init__(self, at: datetime) -> None:
        self._at = in_utc(at)

    def now(self) -> datetime:
        return self._at

    def move(self, to: datetime) -> None:
        self._at = in_utc(to)


class Turn(StrEnum):
    """Which of the two equal hours is meant on the night when summer time ends."""

    SUMMER_TIME = "summer_time"
    WINTER_TIME = "winter_time"


class NoSuchMoment(ValueError):
    """The hour was left out on the night when summer time began. The text is Danish and says what to do."""


class TwoSuchMoments(ValueError):
    """The hour came twice on the night when summer time ended. The text is Danish and says what to do."""


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def today(at: datetime) -> date:
    """The date in Copenhagen at that moment."""
    return in_utc(at).astimezone(COPENHAGEN).date()


def copenhagen_moment(on: date, at: time, turn: Turn | None = None) -> datetime:
    """The moment, in UTC, of a date and time of day in Copenhagen.

    `turn` is only needed, and only heeded, in the hour that comes twice. Raises NoSuchMoment for the hour
    that was left out, and TwoSuchMoments for the double hour without `turn`.
    """
    if at.tzinfo is not None:
        raise ValueError("a time of day in Copenhagen has no time zone of its own")
    first = _in_copenhagen(on, at, fold=0)
    second = _in_copenhagen(on, at, fold=1)
    if first == second:
        return first
    shown = f"Klokken {at:%H.%M} den {on.day}.{on.month}.{on.year}"
    if first > second:
        # Python gives a later moment for fold 0 only where the clock was turned forward past that time.
        raise NoSuchMoment(
            f"{shown} findes ikke, fordi uret stilles frem til sommertid. Vælg et tidspunkt før eller efter den time."
        )
    if turn is None:
        raise TwoSuchMoments(
            f"{shown} findes to gange, fordi uret stilles tilbage til vintertid. "
            "Vælg sommertid eller vintertid, eller et andet tidspunkt."
        )
    return first if turn is Turn.SUMMER_TIME else second


def turn_of(moment: datetime) -> Turn | None:
    """Which of the two equal hours a moment lies in; None on all other moments."""
    local = in_utc(moment).astimezone(COPENHAGEN)
    try:
        copenhagen_moment(local.date(), local.time())
    except TwoSuchMoments:
        return Turn.WINTER_TIME if local.fold else Turn.SUMMER_TIME
    return None


def _in_copenhagen(on: date, at: time, *, fold: int) -> datetime:
    local = datetime.combine(on, at, tzinfo=COPENHAGEN).replace(fold=fold)
    return local.astimezone(UTC)
