"""Is the log searched by case, person, kind and period, page by page, and is a copy of it told of in the log itself?"""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import lxml.html
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from desk.log import LogFilter, Part, read_log
from desk.log_wording import ADMINISTRATORS_KINDS, KIND_WORDS
from foundation.audit import AuditEvent, event_kinds
from foundation.audit_search import Search, search
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from tests.builders import World
from tests.conftest import NOON
from tests.rights.stage import statements

BrowserOf = Callable[[Actor], FlaskClient]
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def kinds(session: Session, actor: Actor, **asked: Any) -> list[str]:
    return [row.act.kind for row in read_log(session, actor, LogFilter(**asked))]


def test_every_kind_has_words_and_what_an_administrator_reads_is_known() -> None:
    assert set(event_kinds()) - set(KIND_WORDS) == set()
    assert set(KIND_WORDS) >= ADMINISTRATORS_KINDS
    assert len(set(KIND_WORDS.values())) == len(KIND_WORDS)


def test_log_is_found_by_case_person_kind_and_period(session: Session, world: World) -> None:
    case, other = world.returned(), world.checked()
    auditor = world.people["AU"]
    all_acts = session.exec(select(AuditEvent.kind).where(AuditEvent.subject_id == case.id)).all()

    assert kinds(session, auditor, case=case.reference) == list(reversed(all_acts))
    by_case_worker = kinds(session, auditor, case=case.reference, person="medarbejder se")
    assert by_case_worker == ["proposal_returned", "formal_items_recorded", "case_worker_assigned"]
    assert kinds(session, auditor, person="ra@x", part=Part.ABOUT) == ["person_added"]
    assert kinds(session, auditor, case=case.reference, person="ra@x", part=Part.ABOUT) == []
    assert kinds(session, auditor, person="ingen hedder sådan") == []
    assert kinds(session, auditor, kind="formal_check_recorded") == ["formal_check_recorded"]
    assert kinds(session, auditor, case=other.reference, kind="proposal_returned") == []
    day = NOON.date()
    assert kinds(session, auditor, case=case.reference, since=day, until=day) == list(reversed(all_acts))
    assert kinds(session, auditor, until=day - timedelta(days=1)) == []
    assert kinds(session, auditor, since=day + timedelta(days=1)) == []


def test_drafts_and_what_was_deleted_are_nobodys_to_read(session: Session, world: World) -> None:
    draft = world.draft()
    auditor = world.people["AU"]
    assert "proposal_started" not in kinds(session, auditor)
    world.submitted()
    assert kinds(session, auditor).count("proposal_started") == 1
    for row in session.exec(select(AuditEvent).where(AuditEvent.subject_id == draft.id)):
        row.subject_id = uuid4()  # As if the draft had been deleted.
    session.commit()
    assert kinds(session, auditor).count("proposal_started") == 1


def test_administrator_reads_access_and_settings_alone(session: Session, world: World) -> None:
    case = world.returned()
    found = read_log(session, world.people["AD"], LogFilter())
    assert {row.act.kind for row in found} <= ADMINISTRATORS_KINDS
    assert found
    for asked in (LogFilter(kind="proposal_returned"), LogFilter(case=case.reference or "")):
        assert read_log(session, world.people["AD"], asked) == []


def test_pages_follow_each_other_without_a_gap_at_equal_moments(session: Session, world: World) -> None:
    person = world.people["SE"].person_id
    for number in range(120):
        at = NOON + timedelta(seconds=number // 40)
        row = {"happened_at": at, "person_id": person, "role": "secretariat", "subject_type": "person"}
        session.execute(
            sa.insert(AuditEvent).values(**row, subject_id=person, kind="person_signed_out", facts={})  # type: ignore[arg-type]
        )
    session.commit()
    asked, seen, before = LogFilter(kind="person_signed_out"), [], None
    while rows := read_log(session, world.people["AU"], asked, before=before, most=50):
        seen += [row.act.sequence for row in rows]
        before = rows[-1].act.cursor
    assert len(seen) == 120
    assert seen == sorted(seen, reverse=True)


MANY_ACTS = """
INSERT INTO audit_event (happened_at, subject_type, subject_id, kind, facts)
SELECT TIMESTAMPTZ '2026-01-01' + n * INTERVAL '1 hour', 'proposal', gen_random_uuid(), 'person_signed_out', '{}'
FROM generate_series(1, 3000) AS n
"""


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (Search(), "ix_audit_event_happened_at_sequence"),
        (Search(since=NOON, until=NOON), "ix_audit_event_happened_at_sequence"),
        (Search(by=(uuid4(),)), "ix_audit_event_person_id_happened_at"),
        (Search(kinds=("person_signed_in",)), "ix_audit_event_kind_happened_at"),
        (Search(about=(uuid4(),)), "ix_audit_event_subject_id_happened_at"),
    ],
)
def test_each_search_has_an_index(asked: Search, index: str, session: Session, connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))  # So small a table is read whole otherwise.
        connection.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        connection.execute(sa.text(MANY_ACTS))  # Of an empty table one index is as good as another.
        connection.execute(sa.text("ANALYZE audit_event"))
    plans: list[str] = []

    def explain(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if "FROM audit_event" in statement and not statement.startswith("EXPLAIN"):
            plan = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
            plans.extend(str(row) for row in conn.exec_driver_sql(plan + statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", explain)
    search(session, asked, may_see=(), before=(NOON, 7), most=51)
    sa.event.remove(connection, "before_cursor_execute", explain)
    assert index in " ".join(plans), plans


@ONE_DATABASE
def test_page_asks_as_often_for_one_row_as_for_fifty(
    world: World, browser_of: BrowserOf, connection: sa.Connection
) -> None:
    world.returned()
    browser, counted = browser_of(world.people["AU"]), []
    for _ in range(2):
        with statements(connection) as heard:
            assert browser.get("/audit").status_code == 200
        counted.append(len(heard.queries))
        for _ in range(3):
            world.returned()
    assert counted[0] == counted[1] <= 12


@ONE_DATABASE
def test_search_stays_in_the_address_and_a_wrong_day_is_told(world: World, browser_of: BrowserOf) -> None:
    world.returned()
    browser = browser_of(world.people["AU"])
    wrong = browser.get("/audit?since=31.2.2027&person=SE")
    assert wrong.status_code == 200
    said = wrong.get_data(as_text=True)
    assert "Den dato findes ikke" in said
    assert 'value="31.2.2027"' in said
    world.session.add_all([Person(name="Ens", email=f"p{n}@z.example", created_at=NOON) for n in range(51)])
    world.session.commit()
    assert "Mere end 50 personer passer" in browser.get("/audit?person=ens").get_data(as_text=True)
    assert browser.get("/audit/export?person=ens").status_code == 409
    page = lxml.html.fromstring(browser.get("/audit?person=%22Medarbejder&kind=%3Cscript%3E&before=x~y").data)
    assert page.xpath("string(//input[@name='person']/@value)") == '"Medarbejder'


@ONE_DATABASE
def test_copy_holds_what_was_found_and_leaves_one_row(world: World, browser_of: BrowserOf, session: Session) -> None:
    case = world.returned()
    browser = browser_of(world.people["AU"])
    answer = browser.get(f"/audit/export?case={case.reference}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=log.csv"
    table = list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    acts = session.exec(select(AuditEvent.kind).where(AuditEvent.subject_id == case.id)).all()
    assert [row[5] for row in table[1:]] == list(reversed([kind for kind in acts if kind != "audit_exported"]))
    assert {row[7] for row in table[1:]} == {case.reference}

    row = session.exec(select(AuditEvent).where(AuditEvent.kind == "audit_exported")).one()
    assert (row.subject_id, row.facts) == (case.id, {"asked": f"sag: {case.reference}", "rows": len(table) - 1})
    assert browser.get("/audit/export?since=x").status_code == 409
    assert len(session.exec(select(AuditEvent).where(col(AuditEvent.kind) == "audit_exported")).all()) == 1


@ONE_DATABASE
def test_text_of_a_person_is_never_a_formula_in_the_copy(world: World, browser_of: BrowserOf, session: Session) -> None:
    world.submitted()
    row = session.exec(select(AuditEvent).where(AuditEvent.kind == "proposal_submitted")).one()
    session.get_one(Person, row.person_id).name = '=HYPERLINK("http://x")'
    session.commit()
    answer = browser_of(world.people["AU"]).get("/audit/export?kind=proposal_submitted")
    table = list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert table[1][2] == '\'=HYPERLINK("http://x")'
