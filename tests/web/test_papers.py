"""Is each paper given to those who may have it, of the version they ask for, and noted in the history?"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from exports.register import DOCX, PAPERS
from foundation.audit import AuditEvent
from foundation.identity.roles import Actor
from intake.models import Proposal, ProposalVersion
from intake.queries import newest_version
from intake.rules.lifecycle import State
from tests.builders import World

BrowserOf = Callable[[Actor], FlaskClient]


@pytest.fixture
def twice(world: World, session: Session) -> Proposal:
    """A proposal that was sent two times, first under another title."""
    proposal = world.submitted(title="Første titel")
    first = newest_version(session, proposal.id)
    assert first is not None
    session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=2,
            received_at=first.received_at + timedelta(hours=1),
            sent_by=first.sent_by,
            content={**first.content, "answers": {**first.content["answers"], "title": "Anden titel"}},
        )
    )
    session.commit()
    return proposal


def noted(session: Session) -> list[tuple[str, object]]:
    rows = session.exec(
        select(AuditEvent).where(AuditEvent.kind == "paper_exported").order_by(col(AuditEvent.sequence))
    )
    return [(row.facts["paper"], row.person_id) for row in rows]


def title_of(word: bytes) -> str:
    return Document(BytesIO(word)).paragraphs[0].text


@pytest.mark.parametrize("who", ["AO", "SE", "AU"])
@pytest.mark.parametrize(
    ("query", "title", "name"),
    [
        ("", "Anden titel", "forslag-2027-01-001.docx"),
        ("?version=2", "Anden titel", "forslag-2027-01-001-udgave-2.docx"),
        ("?version=1", "Første titel", "forslag-2027-01-001.docx"),
        ("?version=01", "Første titel", "forslag-2027-01-001.docx"),
        ("?other=1", "Anden titel", "forslag-2027-01-001.docx"),
    ],
)
def test_copy_is_of_the_version_asked_for(
    twice: Proposal, world: World, session: Session, browser_of: BrowserOf, who: str, query: str, title: str, name: str
) -> None:
    answer = browser_of(world.people[who]).get(f"/exports/proposal-copy/{twice.reference}{query}")
    assert (answer.status_code, answer.mimetype) == (200, DOCX)
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert title_of(answer.data) == title
    assert noted(session) == [("proposal-copy", world.people[who].person_id)]


@pytest.mark.parametrize("version", ["0", "3", "999999", "1000000", "9" * 30, "-1", "", "x", "1.0", "²", "١", "1 "])
def test_version_that_is_not_there_is_not_found_and_not_noted(
    twice: Proposal, world: World, session: Session, browser_of: BrowserOf, version: str
) -> None:
    browser = browser_of(world.people["SE"])
    answer = browser.get(f"/exports/proposal-copy/{twice.reference}", query_string={"version": version})
    assert answer.status_code == 404
    assert noted(session) == []


@pytest.mark.parametrize("who", ["RA", "CM", "MA", "AD"])
def test_copy_is_not_for_those_who_hold_only_another_right(world: World, browser_of: BrowserOf, who: str) -> None:
    proposal = world.in_state(State.RUNNING)
    browser = browser_of(world.people[who])
    assert browser.get(f"/exports/proposal-copy/{proposal.reference}").status_code == 403
    memo = browser.get(f"/exports/decision-memo/{proposal.reference}")
    assert memo.status_code == (200 if who in {"CM", "MA"} else 403)


def test_memo_is_of_the_case_and_asks_for_no_version(world: World, browser_of: BrowserOf) -> None:
    proposal = world.sorted()
    answer = browser_of(world.people["SE"]).get(f"/exports/decision-memo/{proposal.reference}?version=x")
    assert answer.status_code == 200
    assert "filename=decision-memo-2027-01-001.docx" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("who", [None, "AO", "SE", "AD"])
def test_paper_that_nobody_registered_is_not_found(
    app: Flask, world: World, browser_of: BrowserOf, who: str | None
) -> None:
    proposal = world.submitted()
    browser = browser_of(world.people[who]) if who else app.test_client()
    for slug in ("no-such-paper", "proposal_copy", "Proposal-Copy", "proposal-copy%2F.."):
        assert browser.get(f"/exports/{slug}/{proposal.reference}").status_code == 404


@pytest.mark.parametrize(
    ("who", "slugs"), [("SE", ["decision-memo", "proposal-copy"]), ("AU", [*PAPERS]), ("CM", ["decision-memo"])]
)
def test_page_of_papers_offers_what_each_may_have(
    world: World, browser_of: BrowserOf, who: str, slugs: list[str]
) -> None:
    proposal = world.in_state(State.AT_COUNCIL)
    page = browser_of(world.people[who]).get(f"/proposals/{proposal.reference}/papers").get_data(as_text=True)
    assert [slug for slug in PAPERS if f'href="/exports/{slug}/{proposal.reference}"' in page] == slugs


@pytest.mark.parametrize("slug", PAPERS)
def test_each_paper_is_guarded_by_its_own_word(app: Flask, slug: str) -> None:
    view = app.view_functions[f"exports.{PAPERS[slug].endpoint}"]
    assert (view.permission, view.audits, view.on_case) == (PAPERS[slug].action, True, True)  # type: ignore[attr-defined]
