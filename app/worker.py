"""What does the worker do: send the mails that wait, again and again, until it is told to stop?"""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from foundation.db import SessionMaker
from foundation.mail import Attachment, Transport, anything_waiting, make_transport, send_waiting
from foundation.settings import Settings

log = logging.getLogger("raadslag.worker")

PAUSE_SECONDS = 1.0


def _now() -> datetime:
    return datetime.now(UTC)


def work_once(
    sessions: SessionMaker, transport: Transport, settings: Settings, *, now: Callable[[], datetime] = _now
) -> int:
    """One round: everything that is due; returns how many mails left."""
    if not anything_waiting(sessions, at=now()):
        return 0

    def attach(key: str) -> Attachment:
        from exports.mailed import attachment  # Few letters carry a file; a worker begins without the rooms above.

        return attachment(sessions, settings, key)

    return send_waiting(sessions, transport, sender=settings.mail_from, host=settings.host, now=now, attach=attach)


def work(settings: Settings, sessions: SessionMaker, stop: threading.Event) -> None:
    """Rounds until `stop` is set. A database that is away is waited for, not crashed on."""
    transport = make_transport(settings)
    while not stop.is_set():
        try:
            work_once(sessions, transport, settings)
        except SQLAlchemyError as fault:
            log.warning("database away: %s", type(fault).__name__)
        except Exception as fault:  # Whatever one round met, the mails after it must still leave.
            where = "".join(traceback.format_tb(fault.__traceback__))
            log.error("unexpected %s\n%s", type(fault).__name__, where)
        stop.wait(PAUSE_SECONDS)
