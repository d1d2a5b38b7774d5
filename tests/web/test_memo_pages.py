"""Does the secretariat write, release and send back a memo in the browser, and does nobody else?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from exports.decision_memo_facts import gather
from exports.memo_release import seen_memo
from foundation.clock import today
from foundation.identity.roles import Actor
from intake.actions import declare_conflict
from intake.models import Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from portfolio.models import DecisionMemo, DecisionMemoText, ReleasedMemo
from scoring.actions import override_sorting
from tests.builders import INVESTMENT_FACTS, MATURE, World, csrf_token
from tests.conftest import NOON

BrowserOf = Callable[[Actor], FlaskClient]
INVESTMENT: dict[str, Any] = {"scores": MATURE, "facts": INVESTMENT_FACTS, "wish": "social_investment"}
HOSTILE = "{{ 7*7 }} <script>alert(1)</script> ]]> 🧪 =SUM(A1)\n\n  to linjer «æøå»"


def path(proposal: Proposal, page: str = "") -> str:
    return f"/proposals/{proposal.reference}/memo{page}"


def post(browser: FlaskClient, where: str, data: dict[str, Any]) -> Any:
    return browser.post(where, data={"csrf_token": csrf_token(browser, "/privacy"), **data})


def fields(browser: FlaskClient, where: str) -> dict[str, Any]:
    """What the page's form holds, as it would be sent."""
    page = lxml.html.fromstring(browser.get(where).data)
    form = page.xpath("//main//form[.//input[@name='version']]")[0]
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        if name != "csrf_token":
            sent[name] = (value or "").removeprefix("\n") if name not in sent else [sent[name], value]
    return sent


def text_of(browser: FlaskClient, where: str) -> str:
    page = lxml.html.fromstring(browser.get(where).data)
    return " ".join(page.xpath("string(//main)").split())


def test_the_sheet_shows_every_part_with_its_source(world: World, browser_of: BrowserOf) -> None:
    proposal = world.sorted()
    said = text_of(browser_of(world.people["SE"]), path(proposal))
    for words in (
        "1. Resume",
        "7. Ressourcer",
        "Juridisk ramme",
        "Kilde: Forslaget, udgave 1",
        "Kilde: Kommunens standardtekst",
        "Kilde: Sagsgrundlag, 1. marts 2027, Medarbejder SE",
        "Skriv, hvornår ansøgeren skal aflevere sin rapport.",
    ):
        assert words in said, words
    assert "2. Beslutningspunkter" not in said, "a donation has no text to write there"


def test_a_part_is_written_on_its_own_page_and_kept_letter_for_letter(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    form = fields(browser, path(proposal, "/sections/background"))
    assert {key: text for key, text in form.items() if key != "seen"} == {
        "version": "0",
        "problem": "Mange ældre i området er alene.",
        "supplement": "Kommunen har ikke et fast fællesskab på torvet.",
    }
    sent = post(browser, path(proposal, "/sections/background"), {**form, "problem": HOSTILE, "action": "save"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{path(proposal)}#background")

    assert [(row.key, row.text) for row in session.exec(select(DecisionMemoText))] == [("problem", HOSTILE)]
    assert fields(browser, path(proposal, "/sections/background"))["problem"] == HOSTILE
    shown = browser.get(path(proposal)).get_data(as_text=True)
    assert "<script>alert" not in shown
    assert "Rettet af Medarbejder SE" in shown
    assert "Se den oprindelige tekst" in shown
    assert "Mange ældre i området er alene." in shown


def test_the_original_text_comes_back_and_the_others_are_kept(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    where = path(proposal, "/sections/background")
    post(browser, where, {**fields(browser, where), "problem": "Rettet.", "action": "save"})
    again = {**fields(browser, where), "supplement": "Også rettet.", "action": "original:problem"}
    assert post(browser, where, again).status_code == 303
    assert [(row.key, row.text) for row in session.exec(select(DecisionMemoText))] == [("supplement", "Også rettet.")]


def test_a_changed_case_is_marked_until_somebody_looks(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    where = path(proposal, "/sections/background")
    post(browser, where, {**fields(browser, where), "problem": "Rettet.", "action": "save"})
    assert "Behold teksten" not in text_of(browser, where)
    proposal.answers = {**proposal.answers, "problem": "Nyt i sagen."}
    session.commit()
    assert "Sagens egen tekst er ændret" in text_of(browser, path(proposal))
    assert post(browser, where, {**fields(browser, where), "action": "keep:problem"}).status_code == 303
    assert "Sagens egen tekst er ændret" not in text_of(browser, path(proposal))


def test_the_later_of_two_writers_keeps_the_typed_text(world: World, browser_of: BrowserOf) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    where = path(proposal, "/sections/background")
    first, second = fields(browser, where), fields(browser, where)
    assert post(browser, where, {**first, "problem": "Den første.", "action": "save"}).status_code == 303
    late = post(browser, where, {**second, "problem": "Den anden.", "action": "save"})
    assert late.status_code == 409
    assert "Den anden." in late.get_data(as_text=True)
    assert "Problemet" in late.get_data(as_text=True)


def test_the_frame_proposes_days_and_stores_them_when_it_is_saved(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.sorted(**INVESTMENT), browser_of(world.people["SE"])
    where = path(proposal, "/sections/frame")
    form = fields(browser, where)
    assert (form["report_on"], form["amount"], form["follow_ups-0-on"]) == ("31.10.2028", "85.000", "1.8.2028")
    assert session.exec(select(DecisionMemo)).all() == []

    filled = {**form, "case_number": "26/001234-7", "conditions": "Kun til haven.\n\nBilag gemmes."}
    assert post(browser, where, filled).status_code == 303

    stored = session.exec(select(DecisionMemo)).one()
    assert (stored.case_number, stored.conditions) == ("26/001234-7", ["Kun til haven.", "Bilag gemmes."])
    assert (stored.report_on.isoformat(), stored.amount_ore) == ("2028-10-31", None)  # type: ignore[union-attr]
    assert stored.follow_ups == [{"on": "2028-08-01", "text": "Status på deltagere, mål og økonomi"}]
    assert stored.annexes == ["proposal", "statements"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "85.001"}, "større beløb"),
        ({"amount": "60.000"}, "mindre beløb"),
        ({"amount": "mange"}, "Skriv beløbet"),
        ({"report_on": "1.1.2027"}, "efter at indsatsen er begyndt"),
        ({"follow_ups-0-on": "1.1.2027"}, "Opfølgning 1: Datoen skal ligge"),
        ({"follow_ups-0-text": ""}, "Opfølgning 1: Skriv, hvad der ses på."),
    ],
)
def test_a_frame_at_fault_comes_back_with_what_was_typed(
    world: World, session: Session, browser_of: BrowserOf, change: dict[str, str], words: str
) -> None:
    proposal, browser = world.sorted(**INVESTMENT), browser_of(world.people["SE"])
    where = path(proposal, "/sections/frame")
    answer = post(browser, where, {**fields(browser, where), "case_number": "26/001234-7", **change})
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in said
    assert "26/001234-7" in said
    assert session.exec(select(DecisionMemo)).all() == []


def test_a_memo_is_released_read_and_sent_back(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.memo_ready(), browser_of(world.people["SE"])
    council = browser_of(world.people["CM"])
    assert "Skriv indstillingen" in text_of(browser, "/my-tasks")
    assert council.get(f"/proposals/{proposal.reference}").status_code == 403
    assert post(browser, path(proposal, "/release"), fields(browser, path(proposal))).status_code == 303

    session.expire_all()
    assert session.get_one(Proposal, proposal.id).state is State.MEMO_READY
    assert "Retter du i den nu, er det klarmeldte papir uændret" in text_of(browser, path(proposal))
    tasks = text_of(browser, "/my-tasks")
    assert ("Sæt på dagsorden" in tasks, "Skriv indstillingen" in tasks) == (True, False)
    assert council.get(f"/proposals/{proposal.reference}").status_code == 200

    empty = post(browser, path(proposal, "/send-back"), {"reason": " "})
    assert empty.status_code == 422
    assert post(browser, path(proposal, "/send-back"), {"reason": HOSTILE}).status_code == 303
    assert session.exec(select(ReleasedMemo.sent_back_reason)).one() == HOSTILE
    for page in (path(proposal), f"/proposals/{proposal.reference}"):
        assert "to linjer «æøå»" in text_of(browser, page), page
    assert council.get(f"/proposals/{proposal.reference}").status_code == 403


def test_a_memo_with_gaps_is_not_released(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    seen = seen_memo(session, proposal, gather(session, proposal, on=today(NOON)))
    answer = post(browser, path(proposal, "/release"), {"version": "0", "seen": seen})
    assert answer.status_code == 409
    assert "Skriv, hvornår ansøgeren skal aflevere sin rapport." in answer.get_data(as_text=True)
    assert session.exec(select(ReleasedMemo)).all() == []


def test_a_release_without_or_with_an_old_version_is_refused(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.memo_ready(), browser_of(world.people["SE"])
    page = fields(browser, path(proposal))
    for sent in ({}, {"version": "0"}, {"version": page["version"]}, {**page, "version": "0"}):
        assert post(browser, path(proposal, "/release"), sent).status_code == 409, sent
    assert session.exec(select(ReleasedMemo)).all() == []


@pytest.mark.parametrize(
    ("key", "status"), [("AO", 403), ("AX", 404), ("RA", 403), ("CM", 403), ("MA", 403), ("AU", 403), ("IH", 403)]
)
def test_nobody_else_opens_the_sheet(world: World, browser_of: BrowserOf, key: str, status: int) -> None:
    proposal = world.memo_ready()
    declare_conflict(world.session, proposal, has_conflict=True, ground="Gift", actor=world.people["IH"], at=world.at)
    world.session.commit()
    browser = browser_of(world.people[key])
    for page in ("", "/sections/frame", "/sections/background"):
        assert browser.get(path(proposal, page)).status_code == status, page
    assert post(browser, path(proposal, "/sections/background"), {"version": "1"}).status_code == status
    assert post(browser, path(proposal, "/release"), {"version": "1"}).status_code == status


def test_history_of_the_memo_is_not_for_applicant_and_reviewer(world: World, browser_of: BrowserOf) -> None:
    proposal = world.memo_released()
    words = "klarmeldt"
    told = text_of(browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/history")
    assert words in told
    for key in ("AO", "RA"):
        assert words not in text_of(browser_of(world.people[key]), f"/proposals/{proposal.reference}/history"), key


def test_a_memo_is_released_as_it_was_read(world: World, session: Session, browser_of: BrowserOf) -> None:
    """Not one that the case has changed since, and not one that was sent back since."""
    proposal, browser = world.memo_ready(), browser_of(world.people["SE"])
    first = fields(browser, path(proposal))
    proposal.answers = {**proposal.answers, "problem": "Nyt i sagen."}
    session.commit()
    assert post(browser, path(proposal, "/release"), first).status_code == 409
    second = fields(browser, path(proposal))
    assert post(browser, path(proposal, "/release"), second).status_code == 303
    assert post(browser, path(proposal, "/send-back"), {"reason": "Uddyb."}).status_code == 303
    assert post(browser, path(proposal, "/release"), second).status_code == 409
    assert post(browser, path(proposal, "/release"), fields(browser, path(proposal))).status_code == 303


def test_a_part_of_an_old_page_blanks_and_freezes_nothing(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    where = path(proposal, "/sections/background")
    old = {**fields(browser, where), "supplement": "Rettet.", "action": "save"}
    proposal.answers = {**proposal.answers, "problem": "Nyt i sagen."}
    session.commit()
    late = post(browser, where, old)
    assert (late.status_code, "Rettet." in late.get_data(as_text=True)) == (409, True)
    assert session.exec(select(DecisionMemoText)).all() == []
    half = {**fields(browser, where), "supplement": "Rettet.", "action": "save"}
    del half["problem"]
    assert post(browser, where, half).status_code == 303
    assert [(row.key, row.text) for row in session.exec(select(DecisionMemoText))] == [("supplement", "Rettet.")]


def test_a_part_opened_before_the_case_was_sorted_otherwise_is_not_saved(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    old = {**fields(browser, path(proposal, "/sections/resume")), "action": "save"}
    frame = fields(browser, path(proposal, "/sections/frame"))
    actor, at = world.people["SE"], NOON + timedelta(minutes=1)
    override_sorting(session, proposal, world.call, track=Track.SOCIAL_INVESTMENT, reason="Fordi.", actor=actor, at=at)
    session.commit()
    assert post(browser, path(proposal, "/sections/resume"), old).status_code == 409
    assert session.exec(select(DecisionMemoText)).all() == []
    assert post(browser, path(proposal, "/sections/frame"), frame).status_code == 409
    assert session.exec(select(DecisionMemo)).all() == []


def test_keeping_one_text_saves_the_others_on_the_page(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    where = path(proposal, "/sections/background")
    post(browser, where, {**fields(browser, where), "problem": "Rettet.", "action": "save"})
    proposal.answers = {**proposal.answers, "problem": "Nyt i sagen."}
    session.commit()
    kept = {**fields(browser, where), "supplement": "Også rettet.", "action": "keep:problem"}
    assert post(browser, where, kept).status_code == 303
    texts = {row.key: (row.text, row.replaced) for row in session.exec(select(DecisionMemoText))}
    assert texts["problem"] == ("Rettet.", "Nyt i sagen.")
    assert texts["supplement"][0] == "Også rettet."
    assert session.exec(select(DecisionMemo)).one().version == 2


def test_an_unknown_part_is_not_found(world: World, browser_of: BrowserOf) -> None:
    proposal, browser = world.sorted(), browser_of(world.people["SE"])
    for page in ("/sections/decisions", "/sections/nothing", "/sections/FRAME"):
        assert browser.get(path(proposal, page)).status_code == 404, page
