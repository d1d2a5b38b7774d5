"""How are charts drawn beside everything else that the worker does, so that no letter waits for a picture?

The queue holds no work, only the word that there is some: what to draw stands in the table, so a word that is lost
costs a minute at most (docs/decisions, "Charts are drawn once, beside the worker").
"""

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from app.chart_press import NotDrawn, Press, press
from foundation.charts import any_waiting, ask, claim, keep_drawn, not_asked_for, put_back
from foundation.db import SessionMaker, transaction
from scoring.chart_queries import Place, drawings_after

log = logging.getLogger("raadslag.charts")

Now = Callable[[], datetime]
Attempt = Callable[[Callable[[], object]], object]
"""Does one job and lets no fault out, since the next minute must come."""

_LONGEST_PAUSE: Final = 1.0
"""Seconds between two looks into the queue."""


def draw_waiting(sessions: SessionMaker, *, now: Now) -> int:
    """Draw every chart that is due, then let the renderer go; returns how many were drawn."""
    if not any_waiting(sessions, at=now()):
        return 0
    with press() as opened:
        return draw_all(sessions, opened, now=now)


def draw_all(sessions: SessionMaker, opened: Press, *, now: Now) -> int:
    """Draw on this press until nothing is due. What could not be drawn is put back, and the next one is drawn."""
    count = 0
    while (asked := claim(sessions, at=now())) is not None:
        try:
            drawn = opened.draw(asked.spec, asked.description)
        except NotDrawn as fault:
            log.warning("chart %s not drawn, try %s: %s", asked.content_hash[:12], asked.tries, fault)
            put_back(sessions, asked, fault, at=now())
        else:
            keep_drawn(sessions, asked, drawn, at=now())
            count += 1
    return count


def ask_for_missing(sessions: SessionMaker, place: Place | None, *, at: datetime) -> Place | None:
    """Ask for the charts that the next business cases lack; returns how far the rows have been looked through."""
    with sessions() as reading:
        looked = drawings_after(reading, place)
        missing = not_asked_for(reading, looked.drawings)
    if missing:
        with transaction(sessions) as session:
            ask(session, missing, at=at)
    return looked.place or place


class ChartJobs:
    """One thread that draws and one that keeps the minute, from `start` to `stop`."""

    def __init__(self, sessions: SessionMaker, *, now: Now, attempt: Attempt) -> None:
        self._sessions = sessions
        self._now = now
        self._attempt = attempt
        self._place: Place | None = None
        huey = _huey()
        self.queue = huey.MemoryHuey("charts", results=False)
        self._draw = self.queue.task(name="draw")(self._draw_waiting)
        self.queue.periodic_task(huey.crontab(minute="*"), name="sweep")(self._sweep)
        self._consumer = self.queue.create_consumer(
            workers=1, max_delay=_LONGEST_PAUSE, check_worker_health=False, shutdown_timeout=0
        )
        # The signals belong to the server or the worker that these threads are part of.
        self._consumer._set_signal_handlers = lambda: None

    def start(self) -> None:
        self._consumer.start()

    def stop(self) -> None:
        """Begin nothing more. A chart that is being drawn is drawn again by the next worker."""
        self._consumer.stop()

    def poke(self) -> None:
        """Say that there may be something to draw; one word in the queue is enough."""
        if self.queue.pending_count() == 0 and any_waiting(self._sessions, at=self._now()):
            self._draw()

    def _draw_waiting(self) -> None:
        self._attempt(lambda: draw_waiting(self._sessions, now=self._now))

    def _sweep(self) -> None:
        self._attempt(self._look_further)
        self._draw_waiting()

    def _look_further(self) -> None:
        self._place = ask_for_missing(self._sessions, self._place, at=self._now())


def _huey() -> Any:
    """huey, without the PostgreSQL driver that it looks for: 8 MB that a server on SQLite never uses."""
    if "psycopg" in sys.modules:
        import huey
    else:
        sys.modules["psycopg"] = None  # type: ignore[assignment]
        try:
            import huey
        finally:
            del sys.modules["psycopg"]
    return huey
