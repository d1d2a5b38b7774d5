"""How do tests get a database of each kind, an application on it, and a browser session for anybody?

Every test that takes `session` or `app` runs on SQLite and on PostgreSQL, inside a transaction that is rolled back;
the exceptions name themselves (`database_url`) or stand in tests/web/conftest.py.
The application is made once for a test process; each test has its own settings, clock and connection under it.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, make_url
from sqlmodel import Session, SQLModel

from app.migrate import upgrade
from app.web_app import create_app
from foundation.clock import FixedClock
from foundation.db import make_engine
from foundation.identity.actions import open_session
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from foundation.settings import Settings
from foundation.storage import Storage
from tests.builders import World
from tools.postgres import OWN_POSTGRES, new_database, start_server

# How long one example takes is measured nowhere: on a busy machine it would be a fault now and then.
hypothesis.settings.register_profile("raadslag", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("raadslag")

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
"""12.00 in Copenhagen, on the day that every test lives in unless it moves the clock."""


def missing(what: str, why: str) -> NoReturn:
    """Red when a part is missing, unless RAADSLAG_TEST_ALLOW_MISSING names it (contract section 3)."""
    if what in os.environ.get("RAADSLAG_TEST_ALLOW_MISSING", ""):
        pytest.skip(f"{what} is missing and allowed to be: {why}")
    pytest.fail(f"{what} is missing: {why}")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a PostgreSQL server: one's own, or the one from PyPI, shared by all test processes."""
    given = os.environ.get(OWN_POSTGRES)
    if given:
        return given
    base = tmp_path_factory.getbasetemp()
    try:
        server = start_server(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)
    except ImportError as fault:
        missing("postgres", str(fault))
    address: str = server.get_uri()
    return address


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated file, to be copied: to migrate takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """The name of an empty, migrated database, to be copied."""
    url = new_database(postgres_server, f"empty_{worker()}")
    upgrade(url)
    return str(make_url(url).database)


def worker() -> str:
    """The name of this test process among those that run side by side."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def empty_database(request: pytest.FixtureRequest, folder: Path, name: str) -> str:
    """The address of an empty, migrated database of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copyfile(request.getfixturevalue('migrated_sqlite'), folder / 'test.sqlite')}"
    template = request.getfixturevalue("migrated_postgres")
    return new_database(request.getfixturevalue("postgres_server"), name, template=template)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty, migrated database of each kind, one for each test process."""
    return empty_database(request, tmp_path_factory.mktemp("database"), worker())


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One connection in one transaction that never commits."""
    with engine.connect() as opened:
        outer = opened.begin()
        yield opened
        outer.rollback()


def session_on(connection: Connection) -> Session:
    """A session that commits into the test's transaction and no further."""
    return Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """The test's own session, beside those of the application."""
    with session_on(connection) as opened:
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def settings_in(folder: Path) -> Settings:
    """What the environment would say of an installation that keeps its mail and files in the folder."""
    return Settings(
        env="test",
        database_url="given by the test",
        secret_key="only-for-tests-0123456789-abcdefghij",
        base_url="http://localhost",
        mail_url=f"file:{folder / 'mail'}",
        mail_from="raadslag@kommune.example",
        storage_folder=folder / "storage",
    )


@pytest.fixture(scope="session")
def standing_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The real application without a database: to make it takes longer than most tests."""
    return create_app(settings_in(tmp_path_factory.mktemp("nowhere")), clock=FixedClock(NOON), sessions=no_session)


def no_session() -> NoReturn:
    """Whoever still holds the application when its test is over reaches no database."""
    raise AssertionError("the test that this application belonged to is over")


@pytest.fixture
def app(standing_app: Flask, connection: Connection, settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """The real application on the test's connection; forms are protected as in production."""
    kept = [(of_app, dict(of_app)) for of_app in (standing_app.config, standing_app.extensions)]
    standing_app.extensions.update(
        {
            "raadslag.settings": settings,
            "raadslag.clock": clock,
            "raadslag.storage": Storage(settings.attachments_folder),
            "raadslag.sessions": lambda: session_on(connection),
        }
    )
    yield standing_app
    for of_app, before in kept:
        of_app.clear()
        of_app.update(before)


@pytest.fixture
def new_app(connection: Connection, settings: Settings, clock: FixedClock) -> Flask:
    """An application of the test's own, for one that adds to it or starts it differently."""
    return create_app(settings, clock=clock, sessions=lambda: session_on(connection))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in on."""
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask, session: Session, clock: FixedClock) -> Callable[[Actor], FlaskClient]:
    """A browser in which the person is signed in, in the role of the actor."""

    def sign_in(actor: Actor) -> FlaskClient:
        person = session.get_one(Person, actor.person_id)
        token = open_session(session, person, (actor.role, actor.department), at=clock.now())
        session.commit()
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["sid"] = token
        return browser

    return sign_in


@pytest.fixture
def world(session: Session, clock: FixedClock) -> World:
    """People of every role, an open call, and a way to make a proposal in any state."""
    return World.build(session, at=clock.now())


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def committed_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A second database of each kind, in which commits are real."""
    made = make_engine(empty_database(request, tmp_path_factory.mktemp("committed"), f"committed_{worker()}"))
    yield made
    made.dispose()


@pytest.fixture
def committed(committed_engine: Engine) -> Engine:
    """An empty database for threads with connections of their own: what is committed stays until the next test."""
    with committed_engine.begin() as connection:
        connection.execution_options(sqlite_begin="IMMEDIATE")
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
    return committed_engine
