"""Do lists, queues and counts show exactly the cases that a person may open, at the same price for one and fifty?

Two cases stand in each of the 19 states: a free one, and one in which everybody on the staff has declared a conflict.
What may be seen is read from tests/rights/cases.csv.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Connection
from sqlmodel import Session

from foundation.clock import today
from foundation.identity.roles import Actor
from intake.models import ConflictDeclaration, Proposal, ProposalSearch, ReviewerAssignment
from intake.queries.proposal_list import ORDERS
from intake.rules.lifecycle import State
from intake.rules.search import search_words
from tests.builders import World
from tests.conftest import NOON
from tests.rights.matrix import STATES, case_rights
from tests.rights.stage import Stage, statements

BrowserOf = Callable[[Actor], FlaskClient]
CASES = case_rights()
REFERENCE = re.compile(r"/proposals/(\d{4}-\d\d-\d{3,})(?=[\"/])")
DRAFT = re.compile(r"/drafts/([0-9a-f-]{36})\"")
MOST_QUERIES = 8
MOST_OF_A_LIST = 6


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"), NOON)


@pytest.fixture
def pages(stage: Stage, connection: Connection, session: Session) -> Iterator[Callable[[Actor], FlaskClient]]:
    stage.connection = connection
    yield lambda actor: stage.browser_of(session, actor)
    stage.connection = None


@dataclass
class Shelf:
    """All cases of the world: by state a free one, and one that is closed for everybody with a conflict."""

    world: World
    free: dict[State, Proposal]
    closed: dict[State, Proposal]

    def references(self, states: set[State] | frozenset[State]) -> set[str]:
        return {self.free[state].reference or "" for state in states}

    def of(self, *actions_and_views: tuple[str, str]) -> set[str]:
        """The free cases in the states that the data file gives to any of these actions."""
        return self.references(
            {state for action, view in actions_and_views for state in CASES[action].cells[view]} - {State.DRAFT}
        )


@pytest.fixture
def shelf(world: World) -> Shelf:
    free = {state: _case(world, state, f"Fri {letter}", 2 * ord(letter)) for letter, state in STATES.items()}
    closed = {state: _case(world, state, f"Lukket {letter}", 2 * ord(letter) + 1) for letter, state in STATES.items()}
    world.session.flush()
    for proposal in (*free.values(), *closed.values()):
        _assign(world, proposal, "RA")
        _assign(world, proposal, "RU")
    for proposal in free.values():
        for view in ("RA", "SE", "S2"):
            _declare(world, proposal, view, has_conflict=False)
    for proposal in closed.values():
        for view in ("RA", "SE", "CM", "MA", "AU"):
            _declare(world, proposal, view, has_conflict=True)
    for proposal in (*free.values(), *closed.values()):
        _note_words(world, proposal)
    world.session.commit()
    return Shelf(world, free, closed)


def _case(world: World, state: State, title: str, number: int) -> Proposal:
    """A row straight into the table: lists read columns, and how they came there is another test's matter."""
    proposal = Proposal(
        call_id=world.call.id,
        organisation_id=world.organisations["AO"].id,
        created_by=world.people["AO"].person_id,
        state=state,
        number=None if state is State.DRAFT else number,
        reference=None if state is State.DRAFT else f"2027-01-{number:03}",
        organisation_name="Byhavens Venner",
        title=title,
        created_at=world.at,
        saved_at=world.at,
        received_at=None if state is State.DRAFT else world.at,
    )
    world.session.add(proposal)
    return proposal


def _note_words(world: World, proposal: Proposal) -> None:
    """What the actions store beside the row."""
    words = search_words((proposal.reference or "", proposal.organisation_name, proposal.title))
    world.session.add(ProposalSearch(proposal_id=proposal.id, words=words))


def _assign(world: World, proposal: Proposal, view: str) -> None:
    world.session.add(
        ReviewerAssignment(
            proposal_id=proposal.id,
            person_id=world.people[view].person_id,
            department_code="MSB",
            due_on=today(world.at) + timedelta(days=9),
            assigned_by=world.people["SE"].person_id,
            assigned_at=world.at,
        )
    )


def _declare(world: World, proposal: Proposal, view: str, *, has_conflict: bool) -> None:
    world.session.add(
        ConflictDeclaration(
            proposal_id=proposal.id,
            person_id=world.people[view].person_id,
            has_conflict=has_conflict,
            ground="Bror i bestyrelsen" if has_conflict else "",
            declared_at=world.at,
        )
    )


def _said(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


# ---- the same set -------------------------------------------------------------------------------------------------


def test_my_tasks_shows_the_cases_of_the_role_and_no_other(shelf: Shelf, pages: BrowserOf) -> None:
    people = shelf.world.people
    undeclared = {
        one.reference
        for state in CASES["conflict.declare"].cells["RU"]
        for one in (shelf.free[state], shelf.closed[state])
    }
    expected = {
        "AO": {one.reference for one in (*shelf.free.values(), *shelf.closed.values()) if one.reference},
        "AX": set(),
        "RA": shelf.of(("assessment.edit", "RA"), ("department.answer", "RA")),
        "RU": undeclared,
        "RO": set(),
        "SE": shelf.of(
            *(("formalcheck.record", "SE"), ("department.route", "SE"), ("sorting.confirm", "SE")),
            *(("memo.release", "SE"), ("agenda.place", "SE")),
        ),
        "CM": shelf.of(("proposal.view", "CM")),
        "MA": shelf.of(("proposal.view", "MA")),
        "AD": set(),
        "AU": shelf.of(("proposal.view", "AU")),
    }

    shown = {view: set(REFERENCE.findall(_said(pages(people[view]), "/my-tasks"))) for view in expected}

    assert shown == expected


def test_my_tasks_names_no_case_that_it_does_not_show(shelf: Shelf, pages: BrowserOf) -> None:
    """Titles as well as links: a closed case is not there under any name."""
    for view in ("RA", "SE", "CM", "MA", "AU"):
        said = _said(pages(shelf.world.people[view]), "/my-tasks")
        assert re.findall(r"Lukket [a-s]", said) == [], view
        assert re.findall(r"Fri [a-d]\b", said) == [] or view in {"SE", "AU"}, view


def test_drafts_are_shown_to_their_own_organisation_alone(shelf: Shelf, pages: BrowserOf) -> None:
    drafts = {str(shelf.free[State.DRAFT].id), str(shelf.closed[State.DRAFT].id)}

    shown = {view: set(DRAFT.findall(_said(pages(actor), "/my-tasks"))) for view, actor in shelf.world.people.items()}

    assert shown == {view: drafts if view in {"AO", "AO2"} else set() for view in shelf.world.people}


@pytest.mark.parametrize("view", ["SE", "AU"])
def test_the_list_of_a_call_is_what_may_be_opened(view: str, shelf: Shelf, pages: BrowserOf) -> None:
    may_open, browser = shelf.of(("proposal.view", view)), pages(shelf.world.people[view])

    for sort in (*ORDERS, "no-such-order"):
        said = _said(browser, f"/calls/{shelf.world.call.slug}/proposals?sort={sort}")
        assert set(REFERENCE.findall(said)) == may_open, sort
        assert f"<caption>{len(may_open)} forslag</caption>" in said, sort
        assert "Lukket" not in re.findall(r"(Lukket|Fri) [a-s]", said), sort


def test_somebody_with_no_conflict_sees_the_closed_cases_too(shelf: Shelf, pages: BrowserOf) -> None:
    """The closed cases are there to be found: they are hidden from those with a conflict, and only from them."""
    other = shelf.world.add_staff("SE2", shelf.world.people["SE"].role)
    shelf.world.session.commit()

    said = _said(pages(other), f"/calls/{shelf.world.call.slug}/proposals")

    sent = [one for one in (*shelf.free.values(), *shelf.closed.values()) if one.state is not State.DRAFT]
    assert set(REFERENCE.findall(said)) == {one.reference for one in sent}
    assert f"<caption>{len(sent)} forslag</caption>" in said


@pytest.mark.parametrize("view", ["SE", "AU"])
def test_counts_and_filters_agree_with_the_rows(view: str, shelf: Shelf, pages: BrowserOf) -> None:
    browser, path = pages(shelf.world.people[view]), f"/calls/{shelf.world.call.slug}/proposals"
    visible = CASES["proposal.view"].cells[view] - {State.DRAFT}

    counted = re.findall(r'<a class="figure-value" href="[^"]*status=([a-z_]+)[^"]*">(\d+)</a>', _said(browser, path))
    assert dict(counted) == {state.value: "1" for state in visible}
    for state in STATES.values():
        said = _said(browser, f"{path}?status={state.value}")
        rows = shelf.references({state}) if state in visible else set()
        assert set(REFERENCE.findall(said)) == rows, state
        assert ("<caption>1 forslag med status: " in said) is bool(rows), state


SEARCHES = ("", "?q=fri", "?q=lukket", "?q=venner", "?q=sag:2027-01", "?q=by&sort=titel&order=reversed")


@pytest.mark.parametrize("view", ["RA", "RO", "RU", "SE", "CM", "MA", "AU", "AO", "AX"])
def test_a_search_finds_what_may_be_opened(view: str, shelf: Shelf, pages: BrowserOf) -> None:
    browser, own = pages(shelf.world.people[view]), view == "AO"
    may_open = shelf.of(("proposal.view", view)) if view in CASES["proposal.view"].cells else set()
    closed = {one.reference for one in shelf.closed.values() if one.reference}

    shown = {query: set(REFERENCE.findall(_said(browser, f"/proposals{query}"))) for query in SEARCHES}

    assert shown == {
        query: (closed if own else set())
        if "lukket" in query
        else may_open | (closed if own and "fri" not in query else set())
        for query in SEARCHES
    }
    # Drafts too, to those who write them.
    drafts = {str(one[State.DRAFT].id) for one in (shelf.free, shelf.closed)}
    assert set(DRAFT.findall(_said(browser, "/proposals?q=venner"))) == (drafts if own else set())


@pytest.mark.parametrize("view", ["SE", "AU"])
def test_the_workbook_holds_what_the_list_shows(view: str, shelf: Shelf, pages: BrowserOf) -> None:
    browser, path = pages(shelf.world.people[view]), f"/calls/{shelf.world.call.slug}/proposals"
    may_open = shelf.of(("proposal.view", view))

    for query, expected in (("", may_open), ("?q=lukket", set()), ("?status=sorted", shelf.references({State.SORTED}))):
        book = load_workbook(BytesIO(browser.get(f"{path}.xlsx{query}").data))
        rows = list(book["Forslag"].iter_rows(min_row=2, max_col=1, values_only=True))
        assert {row[0] for row in rows if row[0]} == expected, query


def test_every_listed_case_opens_and_no_unlisted_one_does(shelf: Shelf, pages: BrowserOf) -> None:
    sent = [one for one in (*shelf.free.values(), *shelf.closed.values()) if one.reference]
    for view in ("SE", "AU", "CM", "MA"):
        browser = pages(shelf.world.people[view])
        opened = {one.reference for one in sent if browser.get(f"/proposals/{one.reference}").status_code == 200}
        assert opened == shelf.of(("proposal.view", view)), view


# ---- the same price -----------------------------------------------------------------------------------------------


def _fill(world: World, count: int, state: State) -> None:
    made = [_case(world, state, f"Forslag {number}", number) for number in range(1, count + 1)]
    world.session.flush()
    for proposal in made:
        _assign(world, proposal, "RA")
        for view in ("RA", "SE", "S2"):
            _declare(world, proposal, view, has_conflict=False)
        _note_words(world, proposal)
    world.session.commit()


def _empty(world: World) -> None:
    for table in (ConflictDeclaration, ReviewerAssignment, ProposalSearch, Proposal):
        world.session.execute(sa.delete(table))
    world.session.commit()


LISTS: tuple[tuple[str, State, str], ...] = (
    ("AO", State.SUBMITTED, "/my-tasks"),
    ("RA", State.WITH_DEPARTMENTS, "/my-tasks"),
    ("SE", State.SUBMITTED, "/my-tasks"),
    ("CM", State.MEMO_READY, "/my-tasks"),
    ("AU", State.SUBMITTED, "/my-tasks"),
    ("SE", State.SUBMITTED, "/calls/nye-veje/proposals"),
    ("AU", State.SUBMITTED, "/calls/nye-veje/proposals?sort=belob"),
    ("SE", State.SUBMITTED, "/calls/nye-veje/proposals?q=forslag&worker=nobody&sort=titel"),
    ("SE", State.SUBMITTED, "/proposals"),
    ("RA", State.WITH_DEPARTMENTS, "/proposals?q=forslag"),
    ("AO", State.SUBMITTED, "/proposals?q=forslag"),
)


@pytest.mark.parametrize(("view", "state", "path"), LISTS)
def test_a_list_asks_the_database_as_often_for_one_row_as_for_fifty(
    view: str, state: State, path: str, world: World, pages: BrowserOf, connection: Connection
) -> None:
    browser = pages(world.people[view])
    asked: dict[int, list[str]] = {}
    for rows in (1, 3, 50):
        _fill(world, rows, state)
        with statements(connection) as heard:
            said = _said(browser, path)
        assert len(set(REFERENCE.findall(said))) == rows
        asked[rows] = heard.queries
        assert heard.writes == []
        _empty(world)

    counts: dict[int, Any] = {rows: len(queries) for rows, queries in asked.items()}
    most = MOST_OF_A_LIST if "proposals" in path else MOST_QUERIES
    assert counts[1] == counts[3] == counts[50] <= most, counts


def test_the_fifty_first_row_stands_on_the_second_page(world: World, pages: BrowserOf) -> None:
    _fill(world, 51, State.SUBMITTED)
    browser, path = pages(world.people["SE"]), f"/calls/{world.call.slug}/proposals"

    first, second = (set(REFERENCE.findall(_said(browser, f"{path}?page={page}"))) for page in (1, 2))

    assert (len(first), second) == (50, {"2027-01-051"})
    assert "<caption>51 forslag</caption>" in _said(browser, path)
