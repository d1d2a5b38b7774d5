"""How does a request meet the database: one session, one commit, one writer at a time on SQLite?"""

import contextlib
import functools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, Protocol, cast

from flask import Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from foundation.errors import ChangedMeanwhile

P = ParamSpec("P")

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset fault (contract 8.2)."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""What a browser may ask again at any time: nothing changes by it."""

LONGEST_WAIT_SECONDS = 5
"""How long a writer waits for another before the page says that nothing could be saved."""


class SessionMaker(Protocol):
    """Gives a new session; in tests it is bound to one connection that is rolled back."""

    def __call__(self) -> Session: ...


def _to_json(value: object) -> str:
    # The default writer turns æ into an escape that JSON look-ups on SQLite do not find again.
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def sqlite_module() -> Any:
    """The newest SQLite at hand: the one from PyPI where it has a wheel, else Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3 as dbapi2
    return dbapi2


def make_engine(url: str, *, foreign_keys: str = "ON") -> Engine:
    """An engine for SQLite or PostgreSQL with the settings that `reliability.md` asks for.

    `foreign_keys="OFF"` is for migrations alone: a batch migration drops the old table, and with the pragma on
    that would empty its child tables.
    """
    if url.startswith("sqlite"):
        return _sqlite_engine(url, foreign_keys)
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        json_serializer=_to_json,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=3,
        pool_use_lifo=True,  # The connection used last has the most questions prepared.
        connect_args={"options": "-c statement_timeout=5000 -c lock_timeout=5000 -c timezone=UTC"},
    )
    event.listen(engine, "begin", _hold_to_reading)
    return engine


def _hold_to_reading(connection: Connection) -> None:
    """PostgreSQL refuses to write where the session promised to read (`begin_reading`)."""
    driver: Any = connection.connection.dbapi_connection
    driver.read_only = True if _is_held_to_reading(connection) else None


def _sqlite_engine(url: str, foreign_keys: str) -> Engine:
    module = sqlite_module()
    engine = create_engine(
        url,
        module=module,
        json_serializer=_to_json,
        hide_parameters=True,  # An error's text reaches the log; what people typed must not.
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is sent below, so that a writer can ask for the lock at once.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "cache_size=-500",  # In kB for each connection; the machine itself keeps what is read of the file.
            f"foreign_keys={foreign_keys}",
            f"busy_timeout={LONGEST_WAIT_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    if module.sqlite_version_info < SAFE_SQLITE:
        _serialise_writers(engine)
    else:
        event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {_kind_of_begin(connection)}")


def _kind_of_begin(connection: Connection) -> str:
    kind: str = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    return kind


_only_writer = threading.Lock()
"""Process-wide, since the web server and the worker inside it have an engine each."""


def _serialise_writers(engine: Engine) -> None:
    """One process-wide lock from BEGIN IMMEDIATE to the end of COMMIT, for an SQLite with the WAL-reset fault."""

    @event.listens_for(engine, "begin")
    def _take(connection: Connection) -> None:
        if _kind_of_begin(connection) == "IMMEDIATE":
            if not _only_writer.acquire(timeout=LONGEST_WAIT_SECONDS):
                raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("another writer is at work"))
            connection.info["is_only_writer"] = True
        try:
            _begin(connection)
        except BaseException:
            _let_go(connection.info)
            raise

    event.listen(engine, "commit", lambda connection: _act_and_let_go(connection, "commit"))
    event.listen(engine, "rollback", lambda connection: _act_and_let_go(connection, "rollback"))
    event.listen(engine, "reset", lambda _connection, record, _state: _let_go(record.info))


def _act_and_let_go(connection: Connection, what: str) -> None:
    # SQLAlchemy speaks before the driver acts; the driver's own call is idempotent, so act first, then let go.
    getattr(connection.connection.dbapi_connection, what)()
    _let_go(connection.info)


def _let_go(info: dict[Any, Any]) -> None:
    if info.pop("is_only_writer", False):
        _only_writer.release()


def begin_writing(session: Session) -> None:
    """Take the writer's place before anything is read (SQLite: BEGIN IMMEDIATE; PostgreSQL: nothing to do)."""
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})


def begin_reading(session: Session) -> None:
    """Promise to write nothing before `end_reading` (PostgreSQL: a write is refused; SQLite: it is taken back)."""
    if isinstance(session.bind, Engine):  # In tests it is one connection, in a transaction of its own.
        session.info["bind"] = session.bind
        session.bind = session.bind.execution_options(only_reads=True)


def end_reading(session: Session) -> None:
    """End what `begin_reading` began, and let go of what was read; nothing that was added meanwhile is written.

    PostgreSQL ends it with COMMIT: at a ROLLBACK psycopg forgets what is prepared on the connection, and each question
    of the next page would be planned anew.
    """
    session.expunge_all()
    if session.is_active and session.in_transaction() and _is_held_to_reading(session.connection()):
        session.commit()
    session.rollback()
    session.bind = session.info.pop("bind", session.bind)


def _is_held_to_reading(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql" and "only_reads" in connection.get_execution_options()


def current_session() -> Session:
    """The request's session, opened at first use and closed when the request ends."""
    if "session" not in g:
        g.session = cast(SessionMaker, current_app.extensions["raadslag.sessions"])()
    return cast(Session, g.session)


def close_session(_error: BaseException | None = None) -> None:
    """Give the connection back; whatever was not committed is gone."""
    session: Session | None = g.pop("session", None)
    if session is not None:
        with contextlib.suppress(DBAPIError):  # The page is made: a connection that is lost now is no fault of it.
            end_reading(session)
        session.close()


def commits(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Mark a view that writes: a POST commits once when its answer is good, and not at all otherwise.

    A GET of the same view never commits. The one exception is an export, marked by `audits`.
    """

    @functools.wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        session = current_session()
        if not (writes_now(wrapped) or audits_now(wrapped)):
            return response
        if response.status_code >= 400:
            session.rollback()
            return response
        try:
            if audits_now(wrapped):
                _read_no_more(session)
            session.commit()
        except Exception as fault:
            response.close()  # It may hold an open file that nobody will send now.
            if isinstance(fault, StaleDataError):
                raise ChangedMeanwhile from fault
            raise
        for call in g.pop("after_commit", []):
            call()
        return response

    wrapped.commits = True  # type: ignore[attr-defined]
    return wrapped


def audits(view: Callable[P, Response]) -> Callable[P, Response]:
    """Mark a committing view whose GET adds its own audit rows and nothing else (exports, downloads).

    It reads as any page does and takes the writer's place only when the file is made: a workbook of a large call takes
    seconds, and on SQLite nobody else could save meanwhile.
    """
    view.audits = True  # type: ignore[attr-defined]
    return view


def _read_no_more(session: Session) -> None:
    """End the reading and begin to write what was added: who has read cannot become a writer if others wrote since."""
    if session.dirty or session.deleted:
        raise RuntimeError("a view that audits changes a row")
    added = list(session.new)
    end_reading(session)
    begin_writing(session)
    session.add_all(added)


def only_asks(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark a view whose POST writes nothing: what is asked stands in the body, so that no log of addresses holds it."""
    view.only_asks = True  # type: ignore[attr-defined]
    return view


def writes_now(view: Callable[..., object]) -> bool:
    """Does this request change something: a POST to a committing view?"""
    return request.method not in SAFE_METHODS and getattr(view, "commits", False)


def audits_now(view: Callable[..., object]) -> bool:
    """Does this request read, and note in the log that it did?"""
    return request.method in SAFE_METHODS and getattr(view, "audits", False)


@contextmanager
def transaction(sessions: SessionMaker) -> Iterator[Session]:
    """One committed transaction outside a request: command line, worker, demo."""
    with sessions() as session:
        begin_writing(session)
        yield session
        session.commit()
