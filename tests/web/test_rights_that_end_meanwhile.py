"""Does whoever takes a right away wait for a request that is using it? (SQLite has one writer at a time anyway.)"""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from sqlmodel import Session, select

from foundation.identity.models import WebSession
from foundation.identity.roles import Actor
from tests.builders import World, csrf_token

POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
BrowserOf = Callable[[Actor], FlaskClient]


@POSTGRES
def test_a_request_that_writes_holds_its_session_before_it_reads_its_rights(
    world: World, session: Session, connection: Connection, browser_of: BrowserOf
) -> None:
    proposal = world.draft()
    browser = browser_of(world.people["AO"])
    token = csrf_token(browser, "/privacy")
    said: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *words: said.append(" ".join(words[2].split())))

    browser.get(f"/drafts/{proposal.id}/check")
    assert [words for words in said if "FOR UPDATE" in words] == []
    said.clear()

    assert browser.post(f"/drafts/{proposal.id}/submit", data={"csrf_token": token}).status_code == 303
    about_rights = [words for words in said if "FROM web_session" in words or "FROM role_grant" in words]
    assert about_rights[0].startswith("SELECT web_session.id FROM web_session WHERE")
    assert about_rights[0].endswith("FOR UPDATE")
    assert len(about_rights) == 2
    assert "role_grant" in about_rights[1]
    assert session.exec(select(WebSession.ended_at)).all() == [None]
