"""Is a business case sent as a workbook by those who may, kept as it was sent, and read by nobody else?"""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from foundation.charts import Chart
from foundation.identity.roles import Actor
from intake.models import Attachment, Proposal
from scoring.business_case_queries import business_cases
from scoring.forms.business_case_layout import layout_workbook
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.charts import business_case_drawings
from tests.builders import World, csrf_token
from tests.conftest import NOON
from tests.fingerprint import fingerprint
from tests.rules.test_business_case_workbook import DRAFT, cell, filled, with_case, with_som

BrowserOf = Callable[[Actor], FlaskClient]


def path(proposal: Proposal, page: str = "") -> str:
    return f"/proposals/{proposal.reference}/business-case{page}"


def send(
    browser: FlaskClient, proposal: Proposal, content: bytes | None, *, name: str = "tal.xlsx", version: int = 0
) -> Any:
    sent: dict[str, Any] = {"csrf_token": csrf_token(browser, "/my-tasks"), "version": str(version)}
    if content is not None:
        sent["files"] = (BytesIO(content), name)
    return browser.post(path(proposal, "/upload"), data=sent, content_type="multipart/form-data")


def cells(answer: Any) -> list[str]:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return [" ".join(row.text_content().split()) for row in page.xpath("//main//tbody/tr")]


def test_workbook_is_saved_with_its_file_and_got_back_as_it_was(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, content = world.assessed(), filled(with_case, with_som)
    browser = browser_of(world.people["RA"])
    assert send(browser, proposal, content).status_code == 303
    saved = business_cases(session, proposal, on=NOON.date())
    department, som = saved.by_origin[BusinessCaseOrigin.DEPARTMENT], saved.by_origin[BusinessCaseOrigin.SOM]
    assert (department.draft, department.source, saved.version) == (DRAFT, "Enhedspriser", 2)
    assert som.som is not None
    assert som.som.npv_ore == -25_000_000
    page = lxml.html.fromstring(browser.get(path(proposal)).get_data(as_text=True))
    (address,) = page.xpath("//a[starts-with(text(), 'tal.xlsx')]/@href")
    got = browser.get(address)
    assert got.data == content
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert browser_of(world.people["AO"]).get(address).status_code in (403, 404)
    letter = session.get_one(Attachment, UUID(address.rpartition("/")[2]))
    letter = Attachment(**{**letter.model_dump(), "id": uuid4(), "stored_name": "b" * 32})
    session.add(letter)
    session.commit()
    assert browser.get(path(proposal, f"/files/{letter.id}")).status_code == 404
    other = world.assessed()
    assert browser.get(address.replace(proposal.reference or "", other.reference or "")).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "wanted"),
    [
        (None, "", ["Filen Vælg den fil, der skal læses."]),
        (b"Tal", "tal.xlsx", None),
        (layout_workbook(), "tal.xlsx", ["Filen Skemaet er tomt."]),
        (
            filled(with_case, cell("Udgifter C2", "=1+1"), cell("Indtag B2", "tres")),
            "tal.xlsx",
            ["Indtag B2 Det kan ikke læses", "Udgifter C2 Cellen er en formel."],
        ),
    ],
)
def test_workbook_with_faults_saves_nothing_and_tells_all(
    world: World, session: Session, browser_of: BrowserOf, content: bytes | None, name: str, wanted: list[str] | None
) -> None:
    proposal = world.assessed()
    browser, before = browser_of(world.people["SE"]), fingerprint(session)
    answer = send(browser, proposal, content, name=name)
    assert answer.status_code == 422
    shown = cells(answer)
    assert len(shown) == len(wanted or ["one"])
    assert all(row.startswith(text) for row, text in zip(shown, wanted or ["Filen "], strict=True)), shown
    assert fingerprint(session) == before


def test_workbook_is_not_saved_over_figures_that_came_meanwhile(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, content = world.assessed(), filled(with_case)
    browser = browser_of(world.people["SE"])
    assert send(browser, proposal, content).status_code == 303
    before = fingerprint(session)
    assert send(browser, proposal, content).status_code == 409
    assert fingerprint(session) == before
    assert send(browser, proposal, content, version=1).status_code == 303


def test_layout_is_for_those_who_may_save_figures(world: World, browser_of: BrowserOf) -> None:
    assert browser_of(world.people["RA"]).get("/business-case/layout.xlsx").data == layout_workbook()
    assert browser_of(world.people["AO"]).get("/business-case/layout.xlsx").status_code == 403


def test_page_shows_the_charts_as_far_as_they_are_drawn_and_the_tables_all_the_time(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.assessed()
    browser = browser_of(world.people["SE"])
    send(browser, proposal, filled(with_case))
    result = business_cases(session, proposal, on=NOON.date()).by_origin[BusinessCaseOrigin.DEPARTMENT].result
    assert result is not None
    drawings = business_case_drawings(result)

    def shown() -> list[tuple[str, int]]:
        page = lxml.html.fromstring(browser.get(path(proposal)).get_data(as_text=True))
        assert len(page.xpath("//caption[text()='Følsomhed']")) == 1
        figures = page.xpath("//figure[@class='chart']")
        return [(" ".join(one.text_content().split()), len(one.xpath(".//svg"))) for one in figures]

    on_its_way = "Diagrammet er på vej. Tabellen viser de samme tal."
    assert shown() == [(f"{drawing.title}{on_its_way}", 0) for drawing in drawings]
    first, second = (session.get_one(Chart, drawing.content_hash) for drawing in drawings)
    first.svg, first.drawn_at, first.due_at = "<svg><rect/></svg>", NOON, None
    second.due_at = None
    session.commit()
    given_up = "Diagrammet kunne ikke tegnes. Tabellen viser de samme tal."
    assert shown() == [(f"{drawings[0].title}Se tallene i tabellen", 1), (f"{drawings[1].title}{given_up}", 0)]
