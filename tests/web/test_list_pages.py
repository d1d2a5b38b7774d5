"""Do the pages of the lists show the view that their address asks for, and tell nobody what is kept back?"""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlmodel import col, select

from desk.list_address import TELLING
from foundation.audit import AuditEvent
from foundation.identity.roles import Actor, Role
from intake.rules.track import Track
from tests.builders import World

BrowserOf = Callable[[Actor], FlaskClient]
LIST = "/calls/nye-veje/proposals"


def page_of(browser: FlaskClient, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return lxml.html.fromstring(answer.data)


def titles(page: Any) -> list[str]:
    return [str(one.text_content()) for one in page.xpath("//tbody//th/a")]


def book_of(browser: FlaskClient, query: str = "") -> Any:
    return load_workbook(BytesIO(browser.get(f"{LIST}.xlsx{query}").data))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows if row[0]]


@pytest.mark.parametrize(("who", "word"), [("AO", "Sendt tilbage til jer"), ("SE", "Sendt retur")])
def test_each_reads_and_finds_a_state_by_own_words(world: World, browser_of: BrowserOf, who: str, word: str) -> None:
    world.returned(title="Mangler et budget")
    world.submitted(title="Mangler intet")
    sought = quote(f'status:"{word}"')
    page = page_of(browser_of(world.people[who]), f"/proposals?q={sought}")
    assert titles(page) == ["Mangler et budget"]
    assert page.xpath("//td[@data-title='Status']/text()") == [word]
    assert word in page.xpath("//select[@name='status']/option/text()")


def test_the_address_alone_makes_the_view_and_its_links_keep_it(world: World, browser_of: BrowserOf) -> None:
    for title in ("Mågesang i nord", "Mågesang i syd", "Cykler"):
        world.checked(title=title)
    world.submitted(title="Mågesang i vest")
    se, other = browser_of(world.people["SE"]), browser_of(world.add_staff("SE2", Role.SECRETARIAT))
    address = f"{LIST}?q=mågesang&sort=titel&order=reversed&status=formal_check"

    page = page_of(se, address)

    assert titles(page) == titles(page_of(other, address)) == ["Mågesang i syd", "Mågesang i nord"]
    assert page.xpath("//input[@name='q']/@value") == ["mågesang"]
    assert page.xpath("//select[@name='status']/option[@selected]/@value") == ["formal_check"]
    links = {
        str(one.text_content()).split(" ")[0]: one.get("href") for one in page.xpath("//nav[@class='sort-links']//a")
    }
    assert links["Titel"] == f"{LIST}?q={quote('mågesang')}&sort=titel&status=formal_check"
    assert titles(page_of(se, links["Titel"])) == ["Mågesang i nord", "Mågesang i syd"]
    assert titles(page_of(se, links["Beløb"])) == ["Mågesang i nord", "Mågesang i syd"]
    assert links["Beløb"] == f"{LIST}?q={quote('mågesang')}&sort=belob&status=formal_check"


def test_every_order_offered_is_a_page(world: World, browser_of: BrowserOf) -> None:
    world.sorted(title="Have")
    for key, base in (
        ("SE", LIST),
        ("SE", "/proposals"),
        ("AU", "/proposals"),
        ("RA", "/proposals"),
        ("AO", "/proposals"),
    ):
        browser = browser_of(world.people[key])
        for link in page_of(browser, base).xpath("//nav[@class='sort-links']//a/@href"):
            assert titles(page_of(browser, link)) == ["Have"], (key, link)


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=999999999999",
        "page=2",
        "sort=;drop",
        "status=x&group=y&area=z&track=q&worker=00&department=!",
        "order=x",
        "q=" + quote("' OR 1=1 --"),
    ],
)
def test_what_there_is_not_is_left_out_of_the_address(query: str, world: World, browser_of: BrowserOf) -> None:
    world.submitted(title="Have")
    browser = browser_of(world.people["SE"])
    for base in (LIST, "/proposals"):
        assert titles(page_of(browser, f"{base}?{query}")) == ([] if "q=" in query.split("&")[0] else ["Have"])


def test_any_text_is_searched_for_at_once(world: World, browser_of: BrowserOf) -> None:
    world.submitted(title="Have")
    browser = browser_of(world.people["SE"])
    page_of(browser, f"{LIST}?q=have")
    for typed in ("a" * 3_000, '"' * 601, "%_" * 300, "AND OR NOT ( ) * : ^ -", "status:nonsens <b>"):
        began = time.process_time()
        page = page_of(browser, f"{LIST}?q={quote(typed)}")
        assert time.process_time() - began < 0.3
        assert titles(page) == []
    assert "Vi kan ikke søge på status:nonsens" in page.text_content()


def test_who_still_scores_neither_sorts_nor_filters_by_what_is_kept_back(world: World, browser_of: BrowserOf) -> None:
    world.sorted(title="Sorteret sag")
    waiting = world.answered(title="Venter på S2")
    browser = browser_of(world.people["S2"])
    plain = titles(page_of(browser, LIST))
    assert len(plain) == 2

    for base in (LIST, "/proposals"):
        page = page_of(browser, base)
        assert not {f"sort={one}" in link for one in TELLING for link in page.xpath("//a/@href")} - {False}
        assert page.xpath("//select[@name='track']") == []
        for sort in TELLING:
            for order in ("", "&order=reversed"):
                assert sorted(titles(page_of(browser, f"{base}?sort={sort}{order}"))) == sorted(plain)
        for track in Track:
            assert len(titles(page_of(browser, f"{base}?track={track.value}"))) == 2
    rows = rows_of(book_of(browser)["Forslag"])
    assert {(row["Modenhed"], row["Spor (kode)"]) for row in rows} == {("Vises senere", None)}
    assert waiting.reference in {row["Sag"] for row in rows}


def test_the_workbook_tells_what_the_case_tells_and_its_reader_is_written_down(
    world: World, browser_of: BrowserOf
) -> None:
    proposal = world.sorted(title="=1+1")
    newcomer = world.add_staff("SE2", Role.SECRETARIAT)
    browser = browser_of(world.people["SE"])

    book = book_of(browser, "?q=sag:2027&sort=titel")

    row = rows_of(book["Forslag"])[0]
    assert book.sheetnames == ["Forslag", "Vurderinger", "Om udtrækket"]
    assert (row["Sag"], row["Titel"], row["Status (kode)"]) == (proposal.reference, "=1+1", "sorted")
    assert (row["Beløb søgt"], row["Spor (kode)"]) == ((proposal.amount_sought_ore or 0) / 100, proposal.track)
    given = rows_of(book["Vurderinger"])
    assert [(one["Sag"], one["Vurderer"]) for one in given] == [
        (proposal.reference, "Medarbejder RA"),
        (proposal.reference, "Medarbejder S2"),
    ]
    assert isinstance(given[0]["Økonomi" if "Økonomi" in given[0] else "Skala (kode)"], int | str)
    # Whoever has not answered the question about conflicts of interest reads no assessments, as on the case's page.
    assert rows_of(book_of(browser_of(newcomer))["Vurderinger"]) == []
    assert len(rows_of(book_of(browser_of(world.people["AU"]))["Vurderinger"])) == 2
    noted = world.session.exec(
        select(AuditEvent).where(AuditEvent.kind == "list_exported").order_by(col(AuditEvent.sequence))
    ).all()
    assert [(one.subject_type, one.subject_id, one.facts) for one in noted[:1]] == [
        ("call", world.call.id, {"asked_for": "q=sag:2027&sort=titel", "proposals": 1, "assessments": 2})
    ]
    assert len(noted) == 3
