"""Does the public self-check answer without keeping anything, and say plainly what is wrong with an answer?"""

import logging
from datetime import timedelta

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from foundation.clock import FixedClock
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint

PATH = "/self-check"
YOUNG = {
    **{"applicant": "small", "purpose": "needs_money", "tried": "new", "described": "numbers", "planned": "budget"},
    **{"municipality": "nobody", "participants": "4711", "amount": "85.000"},
}


def text_of(page: str) -> str:
    return " ".join(" ".join(map(str, lxml.html.fromstring(page).itertext())).split())


def answered(client: FlaskClient, **changed: str) -> tuple[int, str]:
    answer = client.post(PATH, data={"csrf_token": csrf_token(client, PATH), **YOUNG, **changed})
    return answer.status_code, text_of(answer.get_data(as_text=True))


def test_a_young_idea_hears_its_track_what_is_missing_and_that_it_is_no_decision(
    world: World, client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    before = fingerprint(session)
    caplog.set_level(logging.DEBUG)

    status, page = answered(client)

    assert status == 200
    assert "Idéen kan passe til en donation" in page
    assert "I reglerne hedder det Donation ." in page
    assert "Få en forvaltning i kommunen med, som kan og vil betale, når det virker." in page
    assert "Svaret er ikke en afgørelse. I må gerne sende idéen ind, uanset hvad der står her." in page
    assert fingerprint(session) == before
    assert "4711" not in caplog.text


def test_answers_are_taken_as_typed_and_the_call_sets_the_limit(
    world: World, client: FlaskClient, clock: FixedClock
) -> None:
    mature = {
        **{"tried": "compared", "described": "whole_chain", "planned": "business_case", "municipality": "pays"},
        **{"amount": "2.000.000"},
    }
    assert "passe til en social investering" in answered(client, **mature)[1]
    world.call.per_project_cap_ore = 1_999_999_00
    world.session.commit()
    assert "Et projekt kan højst få 1.999.999 kr." in answered(client, **mature)[1]
    clock.move(clock.now() + timedelta(days=60))  # The call has closed, and the usual limit counts.
    assert "passe til en social investering" in answered(client, **mature)[1]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"applicant": ""}, "Spørgsmål 1: Vælg det, der passer bedst."),
        ({"tried": "maybe"}, "Vælg"),
        ({"participants": "0"}, "mindst 1"),
        ({"participants": "mange"}, "tal"),
        ({"amount": ""}, "Skriv et beløb i kroner."),
        ({"amount": "1e9"}, "Skriv"),
    ],
)
def test_a_fault_is_said_and_the_rest_stays(
    world: World, client: FlaskClient, changed: dict[str, str], says: str
) -> None:
    answer = client.post(PATH, data={"csrf_token": csrf_token(client, PATH), **YOUNG, **changed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in text_of(page)
    assert "Svaret er ikke en afgørelse." not in page
    assert lxml.html.fromstring(page).xpath("//input[@name='municipality'][@checked]/@value") == ["nobody"]


def test_front_page_and_an_open_call_show_the_way_and_a_closed_one_does_not(
    world: World, client: FlaskClient, clock: FixedClock
) -> None:
    assert f'href="{PATH}"' in client.get("/").get_data(as_text=True)
    assert f'href="{PATH}"' in client.get(f"/calls/{world.call.slug}").get_data(as_text=True)
    clock.move(clock.now() + timedelta(days=60))
    assert f'href="{PATH}"' not in client.get(f"/calls/{world.call.slug}").get_data(as_text=True)
