"""How does a test stand a marked case before every point of view, and see what a request changed?"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from app.web_app import create_app
from foundation.clock import FixedClock, today
from foundation.file_types import FileType
from foundation.identity.actions import open_session
from foundation.identity.models import Person
from foundation.identity.roles import Actor, Role
from foundation.settings import Settings
from foundation.storage import Storage
from intake.models import Attachment, ConflictDeclaration, Proposal, ProposalVersion, ReviewerAssignment
from intake.queries import has_declared
from intake.rules.lifecycle import State
from intake.rules.proposal import texts_of
from intake.rules.questions import NEWEST_SET, Kind, Question
from tests.builders import ANSWERS, World, csrf_token
from tests.fingerprint import fingerprint
from tests.rights.matrix import VIEWS


def _marked(questions: Sequence[Question], answers: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The answers with every text told from all others: "kq7problem tekst", in rows "kq7budget_text tekst"."""
    marked = dict(answers)
    for question in questions:
        if question.kind in (Kind.LINE, Kind.PROSE):
            marked[question.key] = f"kq7{prefix}{question.key} tekst"
        elif question.kind is Kind.ROWS:
            rows = [_marked(question.columns, row, f"{question.key}_") for row in answers[question.key]]
            marked[question.key] = rows
    return marked


MARKED: dict[str, Any] = _marked(NEWEST_SET.questions, {**ANSWERS, "participants": 31_457, "amount_sought": 86_421_00})
MARKED["budget"][0]["amount"] = 61_421_00  # With 35.000 for materials and 10.000 from the members it balances.
"""Answers that stand nowhere else: whoever finds one in an answer has found the case."""

FILE_NAME = "kq7fil.pdf"
MARKS: dict[str, str] = {
    **{found: f"kq7{found}" for text in texts_of(MARKED) for found in re.findall(r"^kq7(\w+) tekst$", text)},
    "file": "kq7fil",
    "participants": "31.457",
    "amount_sought": "86.421",
    "organisation": "Byhavens Venner",
    "cvr": "99999926",
    "department's statement": "Forvaltningen ser gerne",
    "reason of a score": "Grund for ",
}
ASKS = re.compile(r"\s*(SELECT|WITH \w+ AS\s*\(\s*SELECT(?!.*\b(INSERT|UPDATE|DELETE)\b))\b", re.IGNORECASE | re.DOTALL)
READS = re.compile(rf"{ASKS.pattern}|\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|PRAGMA|SHOW)\b", ASKS.flags)


class Stage:
    """The real application, made once for many tests; each test puts its own connection under it."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self.mail_folder = folder / "mail"
        self.settings = Settings(
            env="test",
            database_url="given by the test",
            secret_key="only-for-tests-0123456789-abcdefghij",
            base_url="http://localhost",
            mail_url=f"file:{self.mail_folder}",
            mail_from="raadslag@kommune.example",
            storage_folder=folder / "storage",
        )
        self.clock = FixedClock(at)
        self.connection: Connection | None = None
        self.app: Flask = create_app(self.settings, clock=self.clock, sessions=self._session)

    def _session(self) -> Session:
        assert self.connection is not None
        return Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def browser_of(self, session: Session, actor: Actor) -> FlaskClient:
        """A browser in which the actor is signed in."""
        person = session.get_one(Person, actor.person_id)
        token = open_session(session, person, (actor.role, actor.department), at=self.clock.now())
        session.commit()
        browser = self.app.test_client()
        with browser.session_transaction() as cookie:
            cookie["sid"] = token
        return browser


@dataclass
class Viewer:
    """One point of view: a browser with its token, and who is signed in there."""

    view: str
    browser: FlaskClient
    token: str
    actor: Actor | None

    def send(self, method: str, path: str, form: Mapping[str, Any] | None = None) -> TestResponse:
        """The request as this person's browser would send it, with its own valid token."""
        if method in {"GET", "HEAD", "OPTIONS"}:
            return self.browser.open(path, method=method)
        return self.browser.open(path, method=method, data={**(form or {}), "csrf_token": self.token})


def everyone(stage: Stage, world: World, proposal: Proposal | None = None) -> dict[str, Viewer]:
    """All fourteen points of view; with a proposal, also as the letters say they stand to it."""
    leaver = world.add_staff("DX", Role.SECRETARIAT)
    if proposal is not None:
        relate(world, proposal)
    people: dict[str, Actor | None] = {"AN": None, **{view: world.people[view] for view in VIEWS[1:-1]}, "DX": leaver}
    viewers = {}
    for view, actor in people.items():
        browser = stage.app.test_client() if actor is None else stage.browser_of(world.session, actor)
        viewers[view] = Viewer(view, browser, csrf_token(browser), actor)
    world.session.get_one(Person, leaver.person_id).closed_at = world.at
    world.session.commit()
    return viewers


def relate(world: World, proposal: Proposal) -> None:
    """RA assigned and declared, RU assigned and silent, IH with a recorded conflict: in every state alike."""
    session, people = world.session, world.people
    assigned = set(
        session.execute(
            sa.select(ReviewerAssignment.person_id).where(ReviewerAssignment.proposal_id == proposal.id)  # type: ignore[call-overload]
        ).scalars()
    )
    for view in ("RA", "RU"):
        if people[view].person_id not in assigned:
            session.add(
                ReviewerAssignment(
                    proposal_id=proposal.id,
                    person_id=people[view].person_id,
                    department_code="MSB",
                    due_on=today(world.at),
                    assigned_by=people["SE"].person_id,
                    assigned_at=world.at,
                )
            )
    if people["RA"].person_id not in assigned:
        world.free_of_conflict("RA", proposal)
    if proposal.state is not State.DRAFT and not has_declared(session, people["SE"].person_id, proposal.id):
        world.free_of_conflict("SE", proposal)
    session.add(
        ConflictDeclaration(
            proposal_id=proposal.id,
            person_id=people["IH"].person_id,
            has_conflict=True,
            ground="Søster i bestyrelsen",
            declared_at=world.at,
        )
    )
    session.commit()


def marked_case(world: World, state: State) -> Proposal:
    """A case in any state whose every text can be told from all others."""
    early: Mapping[State, Callable[..., Proposal]] = {
        State.DRAFT: world.draft,
        State.SUBMITTED: world.submitted,
        State.FORMAL_CHECK: world.checked,
        State.RETURNED: world.returned,
        State.WITHDRAWN: world.checked,
        State.FORMALLY_REJECTED: world.checked,
        State.WITH_DEPARTMENTS: world.declared,
        State.MATURITY_ASSESSMENT: world.ready_to_sort,
        State.SORTED: world.sorted,
        State.MEMO_READY: world.memo_released,
    }
    bring: Callable[..., Proposal] = early.get(state, world.on_agenda)
    proposal = bring(**MARKED)
    proposal.state = state
    world.session.add(proposal)
    world.session.commit()
    return proposal


def add_file(stage: Stage, world: World, proposal: Proposal) -> Attachment:
    """A stored file with a name of its own on the case."""
    stored = Storage(stage.settings.attachments_folder).keep(BytesIO(b"Indhold"))
    attachment = Attachment(
        proposal_id=proposal.id,
        file_name=FILE_NAME,
        file_type=FileType.PDF,
        stored_name=stored.name,
        size_bytes=stored.size,
        sha256=stored.sha256,
        uploaded_by=world.people["AO"].person_id,
        uploaded_at=world.at,
    )
    world.session.add(attachment)
    _send_along(world, proposal, attachment)
    world.session.commit()
    return attachment


def _send_along(world: World, proposal: Proposal, attachment: Attachment) -> None:
    """The file is part of everything that was sent: staff read what was sent."""
    sent = {"id": str(attachment.id), "file_name": FILE_NAME, "size_bytes": attachment.size_bytes}
    for version in world.session.exec(select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)):
        version.content = {**version.content, "files": [{**sent, "sha256": attachment.sha256}]}
        world.session.add(version)


# ---- what changed ---------------------------------------------------------------------------------------------------


def rows_of(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table as the connection's transaction sees it."""
    with Session(connection, join_transaction_mode="create_savepoint") as reading:
        return fingerprint(reading)


@dataclass
class Statements:
    """The SQL of one stretch of work: everything sent, and what was not a mere read."""

    sent: list[str] = field(default_factory=list)

    @property
    def writes(self) -> list[str]:
        return [statement for statement in self.sent if not READS.match(statement)]

    @property
    def queries(self) -> list[str]:
        return [statement for statement in self.sent if ASKS.match(statement)]


@contextmanager
def statements(connection: Connection) -> Iterator[Statements]:
    """Listen to what is sent to the database meanwhile."""
    heard = Statements()

    def listen(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.sent.append(statement)

    event.listen(connection, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(connection, "before_cursor_execute", listen)


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Whatever is written meanwhile is taken back afterwards."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
