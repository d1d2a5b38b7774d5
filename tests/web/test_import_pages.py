"""Can the secretariat look a file through before anything is stored, and are cases of the past shown as such?"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from intake.actions.imports import import_history
from intake.forms.imports import columns_for, read_file
from intake.import_file import look_through
from intake.models import Call, CallFocusArea, CaseNote, Proposal
from intake.queries import focus_areas, questions_of
from intake.rules.call import FocusArea
from tests.builders import World, csrf_token
from tests.conftest import NOON
from tests.import_files import json_file, proposal_row, sheet_file

BrowserOf = Callable[[Actor], FlaskClient]


@pytest.fixture
def officer(world: World, browser_of: BrowserOf) -> FlaskClient:
    return browser_of(world.people["SE"])


def preview(browser: FlaskClient, content: bytes, name: str = "forslag.xlsx") -> tuple[int, str]:
    answer = browser.post(
        "/calls/nye-veje/import/preview",
        data={"csrf_token": csrf_token(browser), "file": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    return answer.status_code, " ".join(answer.get_data(as_text=True).split())


def carried(page: str) -> str:
    found = re.search(r'name="content" value="([^"]+)"', page)
    assert found
    return found[1]


def enter(browser: FlaskClient, content: str) -> tuple[int, str]:
    answer = browser.post("/calls/nye-veje/import", data={"csrf_token": csrf_token(browser), "content": content})
    return answer.status_code, " ".join(answer.get_data(as_text=True).split())


def stored(session: Session) -> tuple[int, int]:
    return len(session.exec(select(Proposal)).all()), len(session.exec(select(OutgoingMail)).all())


def test_file_is_shown_before_it_is_entered(officer: FlaskClient, world: World) -> None:
    status, page = preview(officer, sheet_file(proposal_row(), proposal_row(title="<b>Nummer to</b>")))
    assert (status, stored(world.session)) == (200, (0, 0))
    assert "2 forslag er klar til at blive indlæst. Intet er gemt endnu." in page
    assert "&lt;b&gt;Nummer to&lt;/b&gt;" in page

    status, _ = enter(officer, carried(page))
    assert (status, stored(world.session)) == (303, (2, 2))
    assert "2 forslag er indlæst." in officer.get("/calls/nye-veje/proposals").get_data(as_text=True)


def test_faults_stand_with_row_and_column_and_nothing_can_be_entered(officer: FlaskClient, world: World) -> None:
    status, page = preview(officer, sheet_file(proposal_row(), proposal_row(title="Nyt", amount_sought="1.234,5")))
    assert (status, stored(world.session)) == (422, (0, 0))
    assert "Ret én ting, før forslagene kan indlæses" in page
    assert "Række 3" in page
    assert "(amount_sought, »" in page
    assert 'name="content"' not in page


def test_file_is_looked_through_again_when_it_is_entered(officer: FlaskClient, world: World) -> None:
    content = carried(preview(officer, json_file(proposal_row()), "forslag.json")[1])
    assert enter(officer, content)[0] == 303
    status, page = enter(officer, content)
    assert (status, stored(world.session)) == (422, (1, 1))
    assert "Organisationen har sendt et forslag med den titel: sag 2027-01-001." in page


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "", "Vælg den fil, der skal indlæses."),
        (json_file(*[{}] * 201), "mange.json", "Filen har 201 forslag. Her kan der indlæses 200 ad gangen."),
    ],
)
def test_file_that_is_missing_or_too_large_is_refused(
    officer: FlaskClient, content: bytes, name: str, told: str
) -> None:
    status, page = preview(officer, content, name)
    assert status == 422
    assert told in page


def test_faulty_file_that_was_never_shown_is_not_entered(officer: FlaskClient, world: World) -> None:
    content = urlsafe_b64encode(json_file(proposal_row(), proposal_row(title="Nyt", participants=0))).decode()
    status, page = enter(officer, content)
    assert (status, stored(world.session)) == (422, (0, 0))
    assert "Forslag 2" in page


def test_file_of_more_than_a_megabyte_is_refused(officer: FlaskClient) -> None:
    for size, told in ((1024 * 1024, "Filen er ikke gyldig JSON"), (1024 * 1024 + 1, "Filen fylder mere end 1 MB.")):
        status, page = enter(officer, urlsafe_b64encode(b"x" * size).decode())
        assert (status, told in page) == (422, True)


def test_file_that_was_broken_on_its_way_is_refused(officer: FlaskClient) -> None:
    status, page = enter(officer, "ikke æ base64")
    assert status == 409
    assert "Filen kom ikke helt frem." in page


def test_template_has_a_column_for_all_that_the_call_asks(officer: FlaskClient, world: World) -> None:
    answer = officer.get("/calls/nye-veje/import/template.xlsx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=forslag-nye-veje.xlsx"
    columns = columns_for(questions_of(world.session, world.call), focus_areas(world.session, world.call.id))
    assert [fault.text for fault in read_file(answer.data, columns).faults] == [
        "Der står ingen forslag under overskrifterne. Skriv ét forslag på hver række."
    ]


# ---- history ------------------------------------------------------------------------------------------------------


@pytest.fixture
def past(world: World) -> Proposal:
    """A case of before Rådslag, beside one of today, both where the council reads."""
    world.on_agenda()
    row = {"title": "Gammel sag", "organisation.name": "Forening", "history.state": "approved", "history.score.need": 3}
    call = Call(**{**world.call.model_dump(exclude={"id"}), "slug": "gammelt", "number": 2, "is_history": True})
    world.session.add(call)
    world.session.flush()
    world.session.add(CallFocusArea(call_id=call.id, focus_area=FocusArea.MENTAL_ILLNESS))
    drafts = look_through(world.session, call, json_file(row), at=NOON, dimensions={"need": "Behov"}).drafts
    (made,) = import_history(world.session, call, drafts, actor=world.people["SE"], at=NOON)
    world.session.commit()
    return made


@pytest.mark.parametrize("who", ["SE", "CM", "AU"])
def test_case_of_the_past_is_marked_and_waits_for_nobody(
    world: World, past: Proposal, browser_of: BrowserOf, who: str
) -> None:
    browser = browser_of(world.people[who])
    page = " ".join(browser.get(f"/proposals/{past.reference}").get_data(as_text=True).split())
    assert "Historisk sag fra før Rådslag: Godkendt. Der skal ikke gøres noget." in page
    assert "Modenhed (eksempel)" in page
    assert "Skift" not in page
    assert past.title not in browser.get("/my-tasks").get_data(as_text=True)


def test_case_of_the_past_takes_no_act_of_the_secretariat(world: World, officer: FlaskClient, past: Proposal) -> None:
    answer = officer.post(
        f"/proposals/{past.reference}/notes",
        data={"csrf_token": csrf_token(officer), "text": "Et notat", "happened_on": "1.3.2027"},
    )
    assert answer.status_code == 409
    assert "Sagen er historisk" in answer.get_data(as_text=True)
    assert world.session.exec(select(CaseNote)).all() == []


def test_call_of_the_past_is_marked_and_takes_no_new_proposals(officer: FlaskClient, past: Proposal) -> None:
    for path in ("/calls/gammelt/manage", "/calls/gammelt/proposals", "/my-tasks"):
        assert ">Historisk<" in officer.get(path).get_data(as_text=True), path
    assert officer.get("/calls/gammelt/import").status_code == 409
    assert "Aflys callet" not in officer.get("/calls/gammelt/manage").get_data(as_text=True)
