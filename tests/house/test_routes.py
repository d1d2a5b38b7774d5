"""Does every route declare who may use it, and does every page, for every role, keep the agreements of a page?"""

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session, col, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.demo.year import load_demo
from foundation.clock import FixedClock
from foundation.identity.models import Organisation, Person, RoleGrant, WebSession
from foundation.identity.roles import Actor, Role
from foundation.permissions import PERMISSIONS
from intake.models import Attachment, Call, CallQuestion, Proposal
from intake.rules.questions import question_set
from intake.rules.rights import RIGHTS, Relation
from portfolio.models import CouncilMeeting
from scoring.models import Assessment
from tests.conftest import NOON
from tests.fingerprint import fingerprint
from tests.rights.matrix import case_rights
from tests.rights.stage import Stage, undone

BrowserOf = Callable[[Actor], FlaskClient]
SAFE = {"GET", "HEAD", "OPTIONS"}
OF_A_CASE = {"reference", "draft_id"}

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Whole pages are the same on both databases; the rights matrix asks each of them on both."""

WITHIN = {"assessment.finalise": "assessment.edit"}
"""Rights that are used on the page of another: a sheet is closed where it is written."""

READING_KINDS = ("paper_exported", "list_exported", "own_data_exported", "audit_exported")
"""What a GET may write in the log: that somebody took a copy."""

ROLES_OF = {
    Relation.OWN_APPLICANT: Role.APPLICANT,
    Relation.OTHER_APPLICANT: Role.APPLICANT,
    Relation.ASSIGNED: Role.REVIEWER,
    Relation.UNDECLARED: Role.REVIEWER,
    Relation.UNASSIGNED: Role.REVIEWER,
    Relation.COORDINATOR: Role.REVIEWER,
    Relation.SECRETARIAT: Role.SECRETARIAT,
    Relation.COUNCIL: Role.COUNCIL_MEMBER,
    Relation.MAYOR: Role.MAYOR_APPROVER,
    Relation.ADMINISTRATOR: Role.ADMINISTRATOR,
    Relation.AUDITOR: Role.AUDITOR,
}
VIEWS_OF = {
    "AO": Relation.OWN_APPLICANT,
    "AX": Relation.OTHER_APPLICANT,
    "RA": Relation.ASSIGNED,
    "RU": Relation.UNDECLARED,
    "RO": Relation.UNASSIGNED,
    "RC": Relation.COORDINATOR,
    "IH": Relation.CONFLICTED,
    "SE": Relation.SECRETARIAT,
    "CM": Relation.COUNCIL,
    "MA": Relation.MAYOR,
    "AD": Relation.ADMINISTRATOR,
    "AU": Relation.AUDITOR,
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The application without a database: what its routes declare needs none."""
    return Stage(tmp_path_factory.mktemp("stage"), NOON)


@pytest.fixture(scope="module")
def routes(stage: Stage) -> list[tuple[Rule, Any]]:
    return [
        (rule, stage.app.view_functions[rule.endpoint])
        for rule in stage.app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]


# ---- what routes declare ------------------------------------------------------------------------------------------


def test_every_route_declares_a_right(routes: list[tuple[Rule, Any]]) -> None:
    undeclared = [rule.rule for rule, view in routes if getattr(view, "permission", None) not in {*PERMISSIONS, "open"}]
    assert undeclared == []


def test_a_route_about_a_case_is_guarded_by_the_case(routes: list[tuple[Rule, Any]]) -> None:
    for rule, view in routes:
        assert getattr(view, "on_case", False) == bool(rule.arguments & OF_A_CASE), rule.rule


def test_a_draft_is_addressed_by_a_key_that_cannot_be_guessed(routes: list[tuple[Rule, Any]]) -> None:
    for rule, _view in routes:
        if "draft_id" in rule.arguments:
            assert "<uuid:draft_id>" in rule.rule


def test_a_route_that_changes_things_commits_and_no_other_does(routes: list[tuple[Rule, Any]]) -> None:
    for rule, view in routes:
        changes = bool((rule.methods or set()) - SAFE) and not getattr(view, "only_asks", False)
        audits = getattr(view, "audits", False)
        assert getattr(view, "commits", False) == (changes or audits), rule.rule
        assert not (changes and audits), rule.rule


def test_every_word_stands_on_a_page(routes: list[tuple[Rule, Any]]) -> None:
    used = {view.permission for _rule, view in routes} - {"open"}
    assert {*PERMISSIONS, *RIGHTS} - set(WITHIN) == used
    assert {view.permission for _rule, view in routes if getattr(view, "on_case", False)} == set(RIGHTS) - set(WITHIN)


def test_a_right_within_another_page_is_no_wider_than_the_page() -> None:
    for inner, outer in WITHIN.items():
        assert PERMISSIONS[inner] <= PERMISSIONS[outer]
        for relation, states in RIGHTS[inner].items():
            assert states <= RIGHTS[outer][relation], inner


def test_no_case_right_is_wider_than_its_permission() -> None:
    for action, cells in RIGHTS.items():
        wide = {ROLES_OF[relation] for relation, states in cells.items() if states} - PERMISSIONS[action]
        assert wide == set(), action


def test_the_table_of_rights_is_the_data_file() -> None:
    """Two transcriptions of the same rules. The matrix test sends requests; this one names the cell at once."""
    rows = case_rights()
    for action, cells in RIGHTS.items():
        states = {view: cells.get(relation, frozenset()) for view, relation in VIEWS_OF.items()}
        assert states == {view: rows[action].cells[view] for view in VIEWS_OF}, action
    assert set(rows) - set(RIGHTS) == {"history.own"}


# ---- every page for every role ------------------------------------------------------------------------------------


@pytest.fixture
def demo(session: Session, clock: FixedClock) -> Session:
    """The demo year: one call, and proposals in the states that this release reaches."""
    assert load_demo(session, base_url="http://localhost", at=clock.now())
    session.commit()
    return session


def one_of_each_role(session: Session, browser_of: BrowserOf) -> Iterator[tuple[str, FlaskClient]]:
    """A browser for each role, and one in which nobody is signed in."""
    for role in Role:
        person, grant = session.exec(
            select(Person, RoleGrant)
            .join(RoleGrant, col(RoleGrant.person_id) == Person.id)
            .where(RoleGrant.role == role)
            .order_by(Person.email)
        ).first() or (None, None)
        assert person is not None
        assert grant is not None
        actor = Actor(person.id, person.name, person.email, role, grant.department_code, frozenset(), grant.id)
        yield role.value, browser_of(actor)


def addresses(app: Flask, session: Session) -> list[tuple[str, str]]:
    """Every page, by the word of its right, under one case of each state, and under every section and call."""
    calls = session.exec(select(Call)).all()
    proposals = {one.state: one for one in session.exec(select(Proposal))}.values()
    sections = [one.key for call in calls for one in question_set(call.question_set_id).sections]
    values: dict[str, list[Any]] = {
        "reference": [one.reference for one in proposals if one.reference],
        "draft_id": [one.id for one in proposals],
        "key": [*sections, "no-such-section"],
        "policy_id": ["2026"],
        "session_id": [session.exec(select(WebSession.id)).first()],
        "person_id": list(session.exec(select(Person.id).order_by(Person.email).limit(3))),
        "grant_id": [session.exec(select(RoleGrant.id)).first()],
        "token": ["not-a-token"],
        "organisation_id": list(session.exec(select(Organisation.id))),
        "slug": [one.slug for one in calls],
        "file_id": [session.exec(select(Attachment.id)).first() or session.exec(select(Proposal.id)).first()],
        "question_id": [session.exec(select(CallQuestion.id)).first()],
        "assessment_id": [session.exec(select(Assessment.id)).first()],
        "held_on": [*(one.isoformat() for one in session.exec(select(CouncilMeeting.held_on))), "2027-02-30"],
    }
    found = []
    with app.test_request_context("http://localhost/"):
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static" or "GET" not in (rule.methods or set()):
                continue
            word = getattr(app.view_functions[rule.endpoint], "permission", "open")
            found += [(url_for(rule.endpoint, **one), word) for one in _filled(rule, values)]
    return sorted(found)


def pages_for(role: str, pages: list[tuple[str, str]]) -> list[str]:
    """All addresses of what a role may have to do with, and one of what its role alone forbids, whatever the case."""
    first = {word: path for path, word in reversed(pages)}
    return [path for path, word in pages if _concerns(role, word) or first[word] == path]


def _concerns(role: str, word: str) -> bool:
    return word not in PERMISSIONS or role in {one.value for one in PERMISSIONS[word]}


def _filled(rule: Rule, values: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Every value of every part of an address at least once; not each with each, which are thousands of pages."""
    columns = {name: values[name] for name in rule.arguments}
    longest = max((len(column) for column in columns.values()), default=1)
    return [{name: column[turn % len(column)] for name, column in columns.items()} for turn in range(longest)]


def faults_of_page(said: str) -> list[str]:
    """A page has one title and one heading of the first level, both with words in them."""
    titles, headings = re.findall(r"<title>(.*?)</title>", said, re.S), re.findall(r"<h1[^>]*>(.*?)</h1>", said, re.S)
    faults = []
    if len(titles) != 1 or not titles[0].partition("–")[0].strip():
        faults.append(f"titles: {titles}")
    if len(headings) != 1 or not headings[0].strip():
        faults.append(f"headings: {headings}")
    return faults


def papers_in(answer: TestResponse) -> int:
    """How many papers a download holds: those of a zip without its index, or one."""
    if answer.mimetype != "application/zip":
        return 1
    with zipfile.ZipFile(BytesIO(answer.data)) as packed:
        return sum(name.endswith(".docx") for name in packed.namelist())


def test_the_check_of_a_page_can_see() -> None:
    assert faults_of_page("<title>Sag – Rådslag</title><h1>Sag</h1>") == []
    assert len(faults_of_page("<title> – Rådslag</title><h1></h1>")) == 2
    assert len(faults_of_page("<title>Sag – Rådslag</title><h1>En</h1><h1>To</h1>")) == 1


@ONE_DATABASE
def test_every_page_is_whole_and_reading_changes_nothing(app: Flask, demo: Session, browser_of: BrowserOf) -> None:
    """Every page, allowed or not, as every role: no fault of ours, a title, a heading, and nothing written."""
    browsers = [("nobody", app.test_client()), *one_of_each_role(demo, browser_of)]
    pages = addresses(app, demo)
    before, faults, downloads = fingerprint(demo), [], 0

    for role, browser in browsers:
        for path in pages_for(role, pages):
            answer = browser.get(path)
            where = f"{role} {path}: {answer.status_code}"
            if answer.status_code not in {200, 302, 401, 403, 404, 409}:
                faults.append(where)
            if answer.mimetype == "text/html" and answer.status_code != 302:
                faults += [f"{where} {fault}" for fault in faults_of_page(answer.get_data(as_text=True))]
            audited = path.startswith(("/exports/", "/my-data/download", "/audit/export"))
            if (audited or path.endswith("/proposals.xlsx")) and answer.status_code == 200:
                downloads += papers_in(answer)

    after = fingerprint(demo)
    log_before, log_after = before.pop("audit_event"), after.pop("audit_event")
    new = [row for row in log_after if row not in log_before]
    assert not faults, "\n".join(faults)
    assert after == before
    assert downloads > 0
    assert len(new) == len(log_after) - len(log_before) == downloads
    assert all(any(f"'{kind}'" in row for kind in READING_KINDS) for row in new)


@ONE_DATABASE
def test_no_page_offers_what_it_then_refuses(
    app: Flask, demo: Session, browser_of: BrowserOf, connection: Connection
) -> None:
    """Follow every link as each role from its first page: none leads to a refusal."""
    for role, browser in [("nobody", app.test_client()), *one_of_each_role(demo, browser_of)]:
        waiting, seen, refused = ["/" if role == "nobody" else "/my-tasks"], set(), []
        while waiting:
            path = waiting.pop()
            if _asked(path) in seen:
                continue
            seen.add(_asked(path))
            with undone(connection):
                answer = browser.get(path)
            if answer.status_code not in {200, 302}:
                refused.append(f"{path}: {answer.status_code}")
            elif answer.mimetype == "text/html":
                waiting += _links(answer.get_data(as_text=True), answer.headers.get("Location", ""))
        assert refused == [], role
        assert len(seen) > 2, role


def _asked(path: str) -> str:
    """The address with what it asks for and not how: a list that is sorted by one column stands for all of them."""
    parts = urlsplit(path)
    return f"{parts.path}?{'&'.join(sorted(dict(parse_qsl(parts.query))))}"


def _links(said: str, location: str) -> list[str]:
    found = re.findall(r'<a\b[^>]*\shref="(/[^"#]*)', said) + ([location] if location.startswith("/") else [])
    return [one.replace("&amp;", "&") for one in found if not one.startswith("/static/")]
