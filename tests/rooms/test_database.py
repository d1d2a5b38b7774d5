"""Does the database keep its promises: one writer at a time, one number each, nothing lost, nothing half done?"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col, select

from app.web_app import create_app
from exports import call_list
from exports.events import ListExported
from foundation import db
from foundation.audit import AuditEvent, record
from foundation.clock import COPENHAGEN, FixedClock
from foundation.db import (
    audits,
    begin_reading,
    begin_writing,
    commits,
    current_session,
    end_reading,
    make_engine,
    sqlite_module,
    transaction,
)
from foundation.identity.actions import open_session
from foundation.identity.models import Organisation, Person
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from foundation.permissions import open_to_all
from foundation.settings import Settings
from intake import actions as intake_actions
from intake.models import Call, Proposal, ProposalVersion
from intake.rules.lifecycle import State
from tests.builders import BASE_URL, World, csrf_token
from tests.conftest import NOON


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Do all at the same moment, each in a thread of its own; what each returned or raised, in order."""
    barrier, answers = threading.Barrier(len(acts)), dict[int, object]()

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[number] = act()
        except Exception as fault:
            answers[number] = fault

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(acts))]


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """A real file, as a server has it."""
    engine = make_engine(f"sqlite:///{tmp_path / 'real.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (1, 0)"))
    yield engine
    engine.dispose()


def _count_up(engine: Engine, times: int) -> int:
    for _ in range(times):
        with transaction(lambda: Session(engine)) as session:
            value = session.execute(text("SELECT value FROM counter")).scalar_one()
            session.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})
    return times


# ---- SQLite ---------------------------------------------------------------------------------------------------------


def test_writers_that_read_first_all_commit(sqlite_engine: Engine) -> None:
    """4 threads × 50 transactions; with a deferred BEGIN most of them would fail as locked."""
    assert at_once([lambda: _count_up(sqlite_engine, 50)] * 4) == [50] * 4
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("SELECT value FROM counter")).scalar_one() == 200


def test_writers_of_an_older_sqlite_take_turns(
    tmp_path: Path, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two engines, as the web server and the worker inside it have: never two writers between BEGIN and COMMIT."""
    monkeypatch.setattr(db, "SAFE_SQLITE", (99, 0, 0))
    engines = [make_engine(f"sqlite:///{tmp_path / 'real.sqlite'}") for _ in range(2)]
    writing, most = list[int](), list[int]()
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", lambda *given: _watch(given[2], writing, most))
        sa.event.listen(engine, "commit", lambda _connection: writing.clear())

    assert at_once([lambda: _count_up(engines[0], 25), lambda: _count_up(engines[1], 25)] * 2) == [25] * 4

    assert max(most) == 1
    assert not db._only_writer.locked()
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("SELECT value FROM counter")).scalar_one() == 100
    for engine in engines:
        engine.dispose()


def _watch(statement: str, writing: list[int], most: list[int]) -> None:
    if statement == "BEGIN IMMEDIATE":
        writing.append(1)
        most.append(len(writing))


def test_turn_is_given_back_after_every_end(
    tmp_path: Path, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rolled back, closed without an end, refused by another process: the next writer gets its turn."""
    monkeypatch.setattr(db, "SAFE_SQLITE", (99, 0, 0))
    monkeypatch.setattr(db, "LONGEST_WAIT_SECONDS", 0)
    older = make_engine(f"sqlite:///{tmp_path / 'real.sqlite'}")
    with Session(older) as session:
        begin_writing(session)
        assert db._only_writer.locked()
        session.rollback()
    assert not db._only_writer.locked()
    with Session(older) as session:
        begin_writing(session)
    assert not db._only_writer.locked()
    with Session(sqlite_engine) as other_process:
        begin_writing(other_process)
        with Session(older) as session, pytest.raises(OperationalError, match="locked"):
            begin_writing(session)
        assert not db._only_writer.locked()
    with Session(older) as session:  # Readers never take a turn.
        session.execute(text("SELECT 1"))
        assert not db._only_writer.locked()
    assert _count_up(older, 1) == 1
    older.dispose()


def test_second_writer_of_an_older_sqlite_waits_no_longer_than_a_page_may(
    tmp_path: Path, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "SAFE_SQLITE", (99, 0, 0))
    monkeypatch.setattr(db, "LONGEST_WAIT_SECONDS", 0)
    older = make_engine(f"sqlite:///{tmp_path / 'real.sqlite'}")
    with Session(older) as first, Session(older) as second:
        begin_writing(first)
        with pytest.raises(OperationalError, match="another writer"):
            begin_writing(second)
        first.commit()
        begin_writing(second)
    older.dispose()


def test_pragmas_are_those_that_lose_nothing(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as one, sqlite_engine.connect() as two:
        for connection in (one, two):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_sqlite_is_new_enough_or_writers_take_turns(sqlite_engine: Engine) -> None:
    is_safe = sqlite_module().sqlite_version_info >= (3, 51, 3)
    with Session(sqlite_engine) as session:
        begin_writing(session)
        assert db._only_writer.locked() is not is_safe


def test_reader_goes_on_while_another_writes(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as writer, Session(sqlite_engine) as reader:
        begin_writing(writer)
        writer.execute(text("UPDATE counter SET value = 7"))
        assert reader.execute(text("SELECT value FROM counter")).scalar_one() == 0


# ---- both databases -------------------------------------------------------------------------------------------------


def test_child_without_parent_is_refused(committed: Engine) -> None:
    nobody = uuid4()
    with Session(committed) as session:
        session.add(ProposalVersion(proposal_id=nobody, number=1, received_at=NOON, sent_by=nobody, content={}))
        with pytest.raises(sa.exc.IntegrityError):
            session.commit()


def test_error_of_the_database_does_not_repeat_what_was_typed(committed: Engine) -> None:
    one = Organisation(name="Hemmelig tekst", created_at=NOON)
    with Session(committed) as session:
        session.add_all([one, Organisation(id=one.id, name="Hemmelig tekst", created_at=NOON)])
        with pytest.raises(sa.exc.IntegrityError) as refused:
            session.commit()
    assert "Hemmelig tekst" not in str(refused.value)


def _write_half(engine: Engine) -> None:
    with transaction(lambda: Session(engine)) as session:
        session.add(Organisation(name="Halvt", created_at=NOON))
        session.flush()
        raise RuntimeError


def test_transaction_that_fails_leaves_nothing(committed: Engine) -> None:
    with pytest.raises(RuntimeError):
        _write_half(committed)
    with Session(committed) as session:
        assert session.exec(select(Organisation)).all() == []


def test_danish_letters_in_json_are_found_again(session: Session, world: World) -> None:
    proposal = world.draft(title="Æblehaven på Øen", problem="Ældre på øen er ene.")
    answers = col(Proposal.answers)
    found = session.exec(select(Proposal.id).where(answers["problem"].as_string() == "Ældre på øen er ene.")).all()
    assert found == [proposal.id]
    parts = session.exec(select(Proposal.id).where(sa.cast(answers, sa.Text).like("%på øen%"))).all()
    assert parts == [proposal.id]


def test_naive_moment_is_refused(session: Session) -> None:
    session.add(Organisation(name="x", created_at=NOON.replace(tzinfo=None)))
    with pytest.raises(sa.exc.StatementError, match="timezone"):
        session.flush()


def test_moment_comes_back_in_utc(session: Session) -> None:
    organisation = Organisation(name="x", created_at=NOON.astimezone(COPENHAGEN))
    session.add(organisation)
    session.commit()
    session.expire_all()
    assert repr(organisation.created_at.utcoffset()) == repr(timedelta(0))
    assert organisation.created_at == NOON


# ---- reading ---------------------------------------------------------------------------------------------------------


def test_nothing_is_written_by_who_promised_to_read(committed: Engine) -> None:
    with Session(committed) as session:
        begin_reading(session)
        session.add(Organisation(name="Skrevet af en læser", created_at=NOON))
        if committed.dialect.name == "postgresql":
            with pytest.raises(sa.exc.InternalError, match="read-only"):
                session.flush()
            session.rollback()
        else:
            session.flush()
        session.add(Organisation(name="Skrevet senere af en læser", created_at=NOON))
        end_reading(session)
        session.commit()

        begin_writing(session)
        session.add(Organisation(name="Skrevet", created_at=NOON))
        session.commit()
        assert session.exec(select(Organisation.name)).all() == ["Skrevet"]


def test_page_that_writes_leaves_nothing(committed: Engine, live: Flask, town: World) -> None:
    @live.get("/read-and-write")
    @open_to_all
    def read() -> str:
        session = current_session()
        session.execute(sa.insert(Organisation).values(id=uuid4(), name="Skrevet af en side", created_at=NOON))
        return "read"

    status = live.test_client().get("/read-and-write").status_code
    assert status == (500 if committed.dialect.name == "postgresql" else 200)
    with Session(committed) as session:
        assert session.exec(select(Organisation).where(Organisation.name == "Skrevet af en side")).all() == []


@pytest.mark.parametrize("committed_engine", ["postgres"], indirect=True)
def test_page_that_was_made_is_given_although_the_connection_is_lost_then(
    committed: Engine, live: Flask, town: World
) -> None:
    @live.get("/read-and-lose")
    @open_to_all
    def read() -> str:
        mine = current_session().execute(text("SELECT pg_backend_pid()")).scalar_one()
        with committed.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:mine, 5000)"), {"mine": mine})
        return "read"

    browser = live.test_client()
    assert [browser.get("/read-and-lose").status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("committed_engine", ["postgres"], indirect=True)
def test_questions_of_a_page_stay_prepared_from_request_to_request(committed: Engine, live: Flask, town: World) -> None:
    """PostgreSQL plans a question of ours for longer than it answers it."""
    browser = _browser(live, committed, town.people["SE"])
    for _ in range(8):  # psycopg prepares what it has met five times on a connection.
        assert browser.get("/my-tasks").status_code == 200
    with committed.connect() as connection:
        prepared = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert [one for one in prepared if "waits_for" in one]


# ---- an export that reads for long ---------------------------------------------------------------------------------


def test_others_save_while_an_export_is_made_and_both_are_kept(
    committed: Engine, live: Flask, town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite there is one writer's place, and who has read cannot take it once somebody else has written."""
    browser = _browser(live, committed, town.people["SE"])
    write_lists = call_list.write_lists

    def save_meanwhile(*asked: Any) -> call_list.Written:
        with Session(committed) as other:
            begin_writing(other)
            other.add(Organisation(name="Gemt imens", created_at=NOON))
            other.commit()
        return write_lists(*asked)

    monkeypatch.setattr("desk.list_export.write_lists", save_meanwhile)
    assert browser.get(f"/calls/{town.call.slug}/proposals.xlsx").status_code == 200
    with Session(committed) as session:
        assert session.exec(select(Organisation.name).where(Organisation.name == "Gemt imens")).all() == ["Gemt imens"]
        assert session.exec(select(AuditEvent.kind).where(AuditEvent.kind == "list_exported")).all() == [
            "list_exported"
        ]


def test_export_that_reads_on_after_its_note_keeps_the_note(committed: Engine, live: Flask, town: World) -> None:
    """What is asked of the database in between does not send the note ahead, where it would be taken back."""

    @live.get("/export-and-read-on")
    @audits
    @commits
    @open_to_all
    def export() -> str:
        session = current_session()
        record(session, ListExported("", 0, 0), subject_type="call", subject_id=town.call.id, actor=None, at=NOON)
        return str(len(session.exec(select(Organisation)).all()))

    assert live.test_client().get("/export-and-read-on").status_code == 200
    with Session(committed) as session:
        assert len(session.exec(select(AuditEvent).where(AuditEvent.kind == "list_exported")).all()) == 1


def test_view_that_audits_changes_no_row(committed: Engine, live: Flask, town: World) -> None:
    (draft,) = _drafts(committed, town, 1)

    @live.get("/export-and-edit")
    @audits
    @commits
    @open_to_all
    def edit() -> str:
        current_session().get_one(Proposal, draft.id).title = "Min"
        return "read"

    assert live.test_client().get("/export-and-edit").status_code == 500
    with Session(committed) as session:
        assert session.get_one(Proposal, draft.id).title == draft.title


# ---- many at once ---------------------------------------------------------------------------------------------------


@pytest.fixture
def town(committed: Engine) -> World:
    """The world, committed."""
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        session.commit()
        return world


@pytest.fixture
def live(committed: Engine, settings: Settings, clock: FixedClock, town: World) -> Flask:
    """The application with a connection for each request."""
    return create_app(settings, clock=clock, sessions=lambda: Session(committed, expire_on_commit=False))


def _browser(app: Flask, engine: Engine, actor: Actor) -> FlaskClient:
    with Session(engine) as session:
        token = open_session(session, session.get_one(Person, actor.person_id), (actor.role, actor.department), at=NOON)
        session.commit()
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sid"] = token
    return browser


def _drafts(engine: Engine, town: World, count: int) -> list[Proposal]:
    with Session(engine, expire_on_commit=False) as session:
        town.session = session
        return [town.draft(title=f"Forslag {number}") for number in range(count)]


def _sender(browser: FlaskClient, draft: Proposal) -> Callable[[], object]:
    path, data = f"/drafts/{draft.id}/submit", {"csrf_token": csrf_token(browser)}
    return lambda: browser.post(path, data=data).status_code


def test_proposals_sent_at_once_get_numbers_without_gap_or_repeat(committed: Engine, live: Flask, town: World) -> None:
    drafts = _drafts(committed, town, 20)
    senders = [_sender(_browser(live, committed, town.people["AO"]), draft) for draft in drafts]

    assert at_once(senders) == [303] * 20

    expected = [f"2027-01-{number:03}" for number in range(1, 21)]
    with Session(committed) as session:
        assert sorted(session.exec(select(Proposal.reference)).all()) == expected  # type: ignore[type-var]
        assert session.exec(select(Call.last_number)).one() == 20
        receipts = session.exec(select(OutgoingMail.subject).order_by(OutgoingMail.subject)).all()
        assert receipts == [f"Vi har modtaget jeres forslag {reference}" for reference in expected]


def test_refused_proposal_uses_no_number(committed: Engine, live: Flask, town: World) -> None:
    first, second = _drafts(committed, town, 2)
    browser = _browser(live, committed, town.people["AO"])
    with Session(committed) as session:
        broken = session.get_one(Proposal, first.id)
        broken.answers = {}
        session.commit()
    data = {"csrf_token": csrf_token(browser)}
    assert browser.post(f"/drafts/{first.id}/submit", data=data).status_code == 409
    assert browser.post(f"/drafts/{second.id}/submit", data=data).status_code == 303
    with Session(committed) as session:
        assert session.get_one(Proposal, second.id).reference == "2027-01-001"


def test_draft_sent_twice_at_once_is_one_proposal_with_one_receipt(committed: Engine, live: Flask, town: World) -> None:
    drafts = _drafts(committed, town, 6)
    for draft in drafts:
        senders = [_sender(_browser(live, committed, town.people["AO"]), draft) for _ in range(3)]
        statuses = at_once(senders)
        assert sorted(map(str, statuses)) == ["303", "409", "409"]
    with Session(committed) as session:
        assert session.exec(select(Call.last_number)).one() == 6
        assert len(session.exec(select(OutgoingMail)).all()) == 6
        assert len(session.exec(select(ProposalVersion)).all()) == 6
        assert set(session.exec(select(Proposal.state)).all()) == {State.SUBMITTED}


def test_submission_that_races_in_the_action_itself_is_refused_whole(committed: Engine, town: World) -> None:
    """Two have read the draft before either sends it: the version column lets one through."""
    (draft,) = _drafts(committed, town, 1)
    with Session(committed, expire_on_commit=False) as one, Session(committed, expire_on_commit=False) as two:
        hands = [(each, each.get_one(Proposal, draft.id), each.get_one(Call, town.call.id)) for each in (one, two)]
        for each in (one, two):
            each.commit()  # The reads are over; what was read stays in hand.

        def send(session: Session, proposal: Proposal, call: Call) -> None:
            intake_actions.submit_proposal(session, proposal, call, actor=town.people["AO"], at=NOON, base_url=BASE_URL)
            session.commit()

        send(*hands[0])
        with pytest.raises((StaleDataError, sa.exc.IntegrityError)):
            send(*hands[1])
    with Session(committed) as session:
        assert session.exec(select(Call.last_number)).one() == 1
        assert len(session.exec(select(OutgoingMail)).all()) == 1
        assert len(session.exec(select(ProposalVersion)).all()) == 1


def test_editor_whose_row_has_changed_underneath_is_told_so(committed: Engine, live: Flask, town: World) -> None:
    """The form's version was right when it was checked; the row itself refuses the later writer."""
    (draft,) = _drafts(committed, town, 1)

    @live.post("/edit")
    @commits
    @open_to_all
    def edit() -> str:
        session = current_session()
        mine = session.get_one(Proposal, draft.id)
        session.execute(text("UPDATE proposal SET version = version + 1"))
        mine.title = "Min"
        return "saved"

    browser = live.test_client()
    answer = browser.post("/edit", data={"csrf_token": csrf_token(browser)})

    assert answer.status_code == 409
    assert "En anden har gemt imens" in answer.get_data(as_text=True)
    with Session(committed) as session:
        assert session.get_one(Proposal, draft.id).title == draft.title
