"""What does the worker do again and again, until it is told to stop: mail, deadlines, reminders, files, charts?"""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from app.chart_jobs import ChartJobs
from foundation.db import SessionMaker, transaction
from foundation.identity.admin_actions import end_roles_run_out, roles_run_out
from foundation.mail import Attachment, Transport, anything_waiting, make_transport, send_waiting
from foundation.mail_hold import held_since
from foundation.settings import Settings
from foundation.storage import Storage
from intake.actions import answer_reminders_due, restore_after_deadline, send_answer_reminders
from intake.actions.search import note_missing_searches, without_words
from intake.queries import reopened_past_deadline, stored_names
from scoring.actions import assessment_reminders_due, send_assessment_reminders

log = logging.getLogger("raadslag.worker")

PAUSE_SECONDS = 1.0
GRACE = timedelta(minutes=1)
"""After a deadline: a request that arrived in time may still wait for its lock, and must find its draft as it was."""
BETWEEN_SWEEPS = timedelta(hours=1)
BETWEEN_REMINDERS = timedelta(minutes=10)


def _now() -> datetime:
    return datetime.now(UTC)


def work_once(
    sessions: SessionMaker, transport: Transport, settings: Settings, *, now: Callable[[], datetime] = _now
) -> int:
    """One round: everything that is due; returns how many mails left."""
    if not anything_waiting(sessions, at=now()):
        return 0

    def attach(key: str) -> Attachment:
        from exports.mailed import attachment  # Read when the first letter with a file leaves.

        return attachment(sessions, settings, key)

    return send_waiting(sessions, transport, sender=settings.mail_from, host=settings.host, now=now, attach=attach)


def keep_deadlines(sessions: SessionMaker, *, at: datetime) -> int:
    """Let what was sent count for proposals that were opened and not sent again in time; returns how many."""
    with sessions() as reading:
        if not reopened_past_deadline(reading, before=at - GRACE):
            return 0  # A read alone, so that an idle worker never holds the writer's lock.
    with transaction(sessions) as session:
        return restore_after_deadline(session, before=at - GRACE, at=at)


def end_roles(sessions: SessionMaker, *, at: datetime) -> int:
    """End the roles whose last day has passed; returns how many."""
    with sessions() as reading:
        if not roles_run_out(reading, at=at):
            return 0  # A read alone, so that an idle worker never holds the writer's lock.
    with transaction(sessions) as session:
        return end_roles_run_out(session, at=at)


def remind(sessions: SessionMaker, settings: Settings, *, at: datetime) -> int:
    """Remind those who owe an answer or an assessment, once before the deadline and once after; returns of how many."""
    with sessions() as reading:
        if not (answer_reminders_due(reading, at=at) or assessment_reminders_due(reading, at=at)):
            return 0  # A read alone, so that an idle worker never holds the writer's lock.
    with transaction(sessions) as session:
        answers = send_answer_reminders(session, at=at, base_url=settings.base_url)
        return answers + send_assessment_reminders(session, at=at, base_url=settings.base_url)


def note_searches(sessions: SessionMaker) -> int:
    """Give proposals of an older release the words that they are found by, some at a time; returns of how many."""
    with sessions() as reading:
        if not without_words(reading):
            return 0  # A read alone, so that an idle worker never holds the writer's lock.
    with transaction(sessions) as session:
        return note_missing_searches(session)


def sweep_files(sessions: SessionMaker, settings: Settings, *, at: datetime) -> int:
    """Remove the files that no row knows of, a day after they came; returns how many."""
    with sessions() as session:
        known = stored_names(session)
    return Storage(settings.attachments_folder).sweep(known.__contains__, at=at)


def work_and_draw(settings: Settings, sessions: SessionMaker, stop: threading.Event) -> None:
    """The whole worker: its rounds, and beside them the threads that have charts drawn."""
    charts = ChartJobs(sessions, now=_now, attempt=_attempt)
    charts.start()
    try:
        work(settings, sessions, stop, also=charts.poke)
    finally:
        charts.stop()


def work(
    settings: Settings, sessions: SessionMaker, stop: threading.Event, *, also: Callable[[], object] = lambda: None
) -> None:
    """Rounds until `stop` is set, each with `also`. A database that is away is waited for, not crashed on."""
    transport = make_transport(settings)
    _attempt(lambda: _say_if_held(sessions))
    sweep_at = remind_at = _now()
    all_found = False
    while not stop.is_set():
        at = _now()
        all_found = all_found or _attempt(lambda: note_searches(sessions)) == 0
        _attempt(lambda: work_once(sessions, transport, settings))
        _attempt(also)
        _attempt(lambda: keep_deadlines(sessions, at=at))  # noqa: B023 - called at once
        if at >= remind_at:
            remind_at = at + BETWEEN_REMINDERS
            _attempt(lambda: end_roles(sessions, at=at))  # noqa: B023 - called at once
            _attempt(lambda: remind(sessions, settings, at=at))  # noqa: B023 - called at once
        if at >= sweep_at:
            sweep_at = at + BETWEEN_SWEEPS
            _attempt(lambda: sweep_files(sessions, settings, at=at))  # noqa: B023 - called at once
        stop.wait(PAUSE_SECONDS)


def _say_if_held(sessions: SessionMaker) -> None:
    with sessions() as session:
        since = held_since(session)
    if since is not None:
        log.warning("letters are held since a copy was restored at %s: raadslag db release-mail", since.isoformat())


def _attempt(job: Callable[[], object]) -> object:
    """Do one job of a round; whatever it met, the others and the rounds after it must still be done."""
    try:
        return job()
    except SQLAlchemyError as fault:
        log.warning("database away: %s", type(fault).__name__)
    except Exception as fault:
        where = "".join(traceback.format_tb(fault.__traceback__))
        log.error("unexpected %s\n%s", type(fault).__name__, where)
    return None
