"""Can a department promise in full in the browser, lose nothing typed, and keep its letter to those who may read it?"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from foundation.identity.roles import Actor
from intake.models import Attachment, Proposal
from intake.rules.lifecycle import State
from scoring.commitment_queries import commitments
from scoring.models import Commitment, CommittedAmount, DepartmentAnswer
from scoring.queries import goal_payers
from scoring.rules.commitment import Promise
from scoring.rules.goal_payers import GoalPayer, PayerKind
from scoring.rules.payer import CanPay
from tests.builders import MATURE, World, a_pdf, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]

GOAL = "Ældre, som har to at ringe til"
WHOLE = {
    "statement": "Vi ser gerne idéen prøvet.",
    "confirms_gap": "yes",
    "can_pay": "yes",
    "reason": "",
    "amounts-0-year": "2027",
    "amounts-0-budget_line": "Forsørgelse",
    "amounts-0-amount": "300.000",
    "amounts-1-year": "2028",
    "amounts-1-budget_line": "Forsørgelse",
    "amounts-1-amount": "200000",
    "co_payers-0-payer": "outcome_fund",
    "co_payers-0-name": "",
    "co_payers-0-amount": "42.500",
    "co_payers-0-confirmed": "yes",
    "shares-0-goal": "0",
    "shares-0-payer": "department",
    "shares-0-name": "",
    "shares-0-percent": "66,67",
    "shares-1-goal": "0",
    "shares-1-payer": "outcome_fund",
    "shares-1-name": "",
    "shares-1-percent": "33,33",
    "gain_kind": "long_term",
    "gain_percent": "25",
    "gain_reason": "",
    "backed_by": "Afdelingschef",
    "has_adverse_facts": "no",
    "adverse_facts": "",
}


def path(proposal: Proposal) -> str:
    return f"/proposals/{proposal.reference}/answer"


def send(browser: FlaskClient, proposal: Proposal, *files: tuple[str, bytes], **changes: str) -> Any:
    sent: dict[str, Any] = {"version": "0", **WHOLE, **changes, "csrf_token": csrf_token(browser, "/my-tasks")}
    sent["files"] = [(BytesIO(content), name) for name, content in files]
    return browser.post(path(proposal), data=sent, content_type="multipart/form-data")


def held(answer: Any) -> dict[str, str]:
    """What the page's form would send; a text area's first line break is the page's own."""
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    form = page.xpath("//main//form[.//input[@name='version']]")[0]
    return {name: (value or "").removeprefix("\n") for name, value in form.form_values()}


def faults(answer: Any) -> list[str]:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return [link.get("href").removeprefix("#") for link in page.xpath("//*[@data-module='error-summary']//a")]


@pytest.fixture
def investment(world: World) -> Proposal:
    return world.declared(wish="social_investment")


@pytest.fixture
def reviewer(world: World, browser_of: BrowserOf) -> FlaskClient:
    return browser_of(world.people["RA"])


def test_a_promise_is_sent_with_its_letter_read_by_staff_and_taken_over_in_the_facts(
    world: World, session: Session, browser_of: BrowserOf, investment: Proposal, reviewer: FlaskClient
) -> None:
    answer = send(reviewer, investment, ("Brev æøå.pdf", a_pdf()))

    assert answer.status_code == 303
    session.expire_all()
    assert investment.state is State.MATURITY_ASSESSMENT
    (said,) = commitments(session, investment.id)
    assert (said.amount_ore, said.years, said.budget_line) == (500_000_00, 2, "Forsørgelse")
    assert said.letter is not None
    own = browser_of(world.people["SE"])
    page = own.get(f"/proposals/{investment.reference}/assessments").get_data(as_text=True)
    assert all(words in page for words in ("300.000", "66,67 %", "Brev æøå.pdf", "42.500", "25 %"))
    mine = reviewer.get("/my-data/download").get_data(as_text=True)
    assert all(words in mine for words in ("66.67", "Brev æøå.pdf"))
    letter = f"/proposals/{investment.reference}/answer-letters/{said.letter.id}"
    fetched = own.get(letter)
    assert (fetched.status_code, fetched.data) == (200, a_pdf())
    assert fetched.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"

    facts = f"/proposals/{investment.reference}/case-facts"
    shown = held(own.get(facts))
    for key in ("goal_payers", "outcome_fund_share"):
        sent = {**shown, "action": f"take:{key}", "csrf_token": csrf_token(own, "/my-tasks")}
        shown = held(own.post(facts, data=sent))
    assert own.post(facts, data={**shown, "csrf_token": csrf_token(own, "/my-tasks")}).status_code == 303
    assert goal_payers(session, investment) == (
        GoalPayer(
            GOAL,
            PayerKind.DEPARTMENT,
            "Sociale Forhold og Beskæftigelse 66,67 %, Resultatbetalingspuljen 33,33 %",
            True,
        ),
    )


@pytest.mark.parametrize("view", ["AO", "AX", "RO", "RU", "IH", "AD"])
def test_the_letter_is_none_of_the_applicants_and_of_nobody_without_the_case(
    world: World, session: Session, browser_of: BrowserOf, investment: Proposal, reviewer: FlaskClient, view: str
) -> None:
    send(reviewer, investment, ("Brev.pdf", a_pdf()))
    letter = session.exec(select(Attachment)).one()
    browser = browser_of(world.people[view])

    for where in ("answer-letters", "files"):
        assert browser.get(f"/proposals/{investment.reference}/{where}/{letter.id}").status_code in (302, 403, 404)
    if view == "AO":
        own = browser.get("/my-data/download")
        assert (own.status_code, "Brev.pdf" in own.get_data(as_text=True)) == (200, False)
        assert "Brev.pdf" not in browser.get(f"/proposals/{investment.reference}/proposal").get_data(as_text=True)


def test_staff_who_may_read_the_case_find_no_letter_among_the_applicants_files(
    world: World, session: Session, browser_of: BrowserOf, investment: Proposal, reviewer: FlaskClient
) -> None:
    send(reviewer, investment, ("Brev.pdf", a_pdf()))
    letter = session.exec(select(Attachment)).one()
    other = world.declared(title="Skakbræt på torvet")
    browser = browser_of(world.people["SE"])

    assert browser.get(f"/proposals/{investment.reference}/files/{letter.id}").status_code == 404
    assert browser.get(f"/proposals/{other.reference}/answer-letters/{letter.id}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"can_pay": "no"}, ["reason"]),
        ({"can_pay": "partly"}, ["reason"]),
        ({"shares-1-percent": "33,32"}, ["shares-1-percent"]),
        ({"shares-1-percent": "101"}, ["shares-1-percent"]),
        ({"shares-1-percent": "NaN"}, ["shares-1-percent"]),
        ({"shares-1-payer": "other"}, ["shares-1-name"]),
        ({"shares-1-goal": "7"}, ["shares-1-goal"]),
        ({"amounts-1-year": "1999"}, ["amounts-1-year"]),
        ({"amounts-1-year": ""}, ["amounts-1-year"]),
        ({"amounts-1-amount": "-5"}, ["amounts-1-amount"]),
        ({"amounts-1-amount": "1.000.000.000.000"}, ["amounts-1-amount"]),
        ({"amounts-1-year": "2027"}, ["amounts-1-budget_line"]),
        ({"co_payers-0-confirmed": ""}, ["co_payers-0-confirmed"]),
        ({"gain_percent": "30"}, ["gain_reason"]),
        ({"gain_percent": "100,01"}, ["gain_percent"]),
        ({"gain_kind": ""}, ["gain_kind-0"]),
        ({"backed_by": ""}, ["backed_by"]),
        # A fault elsewhere on the page hides nothing of the promise.
        ({"has_adverse_facts": "", "shares-1-percent": "33,32"}, ["shares-1-percent", "has_adverse_facts-0"]),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    session: Session, investment: Proposal, reviewer: FlaskClient, changes: dict[str, str], at: list[str]
) -> None:
    before = fingerprint(session)

    answer = send(reviewer, investment, ("Brev.pdf", a_pdf()), **changes)

    assert (answer.status_code, faults(answer)) == (422, at)
    shown = held(answer)
    typed = {**WHOLE, **changes}
    unchosen = {"amounts-1-amount", "gain_kind", "shares-1-goal", "gain_reason"}
    assert {key: shown.get(key, "") for key in typed if key not in unchosen} == {
        key: value for key, value in typed.items() if key not in unchosen
    }
    assert "Filen er ikke gemt. Vælg den igen" in answer.get_data(as_text=True)
    assert fingerprint(session) == before


def test_a_goal_that_nobody_pays_for_gets_a_row_to_fill_in(investment: Proposal, reviewer: FlaskClient) -> None:
    none = {key: "" for key in WHOLE if key.startswith("shares-")}

    answer = send(reviewer, investment, **none)

    assert (answer.status_code, faults(answer)) == (422, ["shares-0-percent"])
    shown = held(answer)
    assert {key: shown[key] for key in shown if key.startswith("shares-")} == {
        "shares-0-goal": "0",
        "shares-0-payer": "department",
        "shares-0-name": "",
        "shares-0-percent": "",
    }


def test_rows_come_and_go_without_a_script_and_nothing_is_stored(
    session: Session, investment: Proposal, reviewer: FlaskClient
) -> None:
    first = held(reviewer.get(path(investment)))
    assert {key: value for key, value in first.items() if key.startswith(("amounts", "shares"))} == {
        "amounts-0-year": "",
        "amounts-0-budget_line": "",
        "amounts-0-amount": "",
        "shares-0-goal": "0",
        "shares-0-payer": "department",
        "shares-0-name": "",
        "shares-0-percent": "100",
    }
    before = fingerprint(session)

    more = send(reviewer, investment, action="add:amounts")
    assert more.status_code == 200
    assert (held(more)["amounts-2-year"], held(more)["amounts-1-amount"]) == ("", "200000")
    assert "500.000" in more.get_data(as_text=True)
    fewer = held(send(reviewer, investment, action="remove:amounts:0"))
    assert [fewer[key] for key in fewer if key.startswith("amounts")] == ["2028", "Forsørgelse", "200000"]
    for action in ("remove:amounts:x", "add:statement", "add:nothing", "remove::"):
        assert send(reviewer, investment, action=action).status_code == 200
    assert fingerprint(session) == before


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((("Brev.pdf", b"<html>"),), "Brev.pdf"),
        ((("050590-1234.pdf", a_pdf()),), "CPR-nummer"),
        ((("A.pdf", a_pdf()), ("B.pdf", a_pdf())), "Læg ét brev ved."),
    ],
    ids=["another kind", "a CPR number", "two letters"],
)
def test_a_letter_that_cannot_be_kept_stops_the_answer(
    session: Session, investment: Proposal, reviewer: FlaskClient, files: tuple[tuple[str, bytes], ...], words: str
) -> None:
    answer = send(reviewer, investment, *files)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert held(answer)["statement"] == WHOLE["statement"]
    assert session.exec(select(DepartmentAnswer)).all() == []


def test_a_correction_replaces_the_rows_and_keeps_the_letter_until_another_comes(
    session: Session, investment: Proposal, reviewer: FlaskClient
) -> None:
    send(reviewer, investment, ("Brev.pdf", a_pdf()))
    shown = held(reviewer.get(path(investment)))
    assert {key: shown[key] for key in WHOLE} == {**WHOLE, "amounts-1-amount": "200.000"}

    assert send(reviewer, investment, version="0").status_code == 409
    fewer = {key: "" for key in WHOLE if key.startswith(("amounts-1", "co_payers"))}
    assert send(reviewer, investment, version="1", **fewer).status_code == 303
    (row,) = session.exec(select(CommittedAmount))
    assert (row.year, row.amount_ore) == (2027, 300_000_00)
    assert session.exec(select(Commitment.letter_id)).one() is not None

    no = {"can_pay": "no", "reason": "Bundet."}
    assert send(reviewer, investment, ("Nyt.pdf", a_pdf()), version="2", **fewer, **no).status_code == 303
    files = session.exec(select(Attachment.file_name, col(Attachment.removed_at).is_not(None))).all()
    assert sorted(files) == [("Brev.pdf", True), ("Nyt.pdf", False)]
    earlier = session.exec(select(Attachment.id).where(Attachment.file_name == "Brev.pdf")).one()
    replaced = f"/proposals/{investment.reference}/answer-letters/{earlier}"
    assert reviewer.get(replaced).status_code == 404
    (said,) = commitments(session, investment.id)
    assert (said.can_pay, said.promise) == (CanPay.NO, Promise(reason="Bundet."))


def test_an_answer_of_before_waits_for_its_year_and_loses_no_amount(
    session: Session, investment: Proposal, reviewer: FlaskClient
) -> None:
    send(reviewer, investment)
    for row in session.exec(select(Commitment)):
        session.delete(row)
    session.commit()

    shown = held(reviewer.get(path(investment)))

    assert {key: shown[key] for key in shown if key.startswith("amounts")} == {
        "amounts-0-year": "",
        "amounts-0-budget_line": "Forsørgelse",
        "amounts-0-amount": "500.000",
    }
    (said,) = commitments(session, investment.id)
    assert (said.promise, said.amount_ore, said.years_in_words) == (None, 500_000_00, "2 år")


def test_a_donation_is_answered_as_before(world: World, session: Session, reviewer: FlaskClient) -> None:
    proposal = world.declared()
    assert "amounts-rows" not in reviewer.get(path(proposal)).get_data(as_text=True)

    no = {"version": "0", "can_pay": "no", "statement": "Fint.", "confirms_gap": "yes", "has_adverse_facts": "no"}
    sent = reviewer.post(path(proposal), data={**no, "csrf_token": csrf_token(reviewer, "/my-tasks")})

    assert sent.status_code == 303
    assert session.exec(select(Commitment)).all() == []


def test_the_sorting_page_says_who_has_not_promised_and_how_sure_the_answer_is(
    world: World, browser_of: BrowserOf
) -> None:
    proposal = world.sorted(MATURE, {"stop": False}, wish="social_investment", amount_sought=300_000_00)
    page = browser_of(world.people["SE"]).get(f"/proposals/{proposal.reference}/sorting").get_data(as_text=True)

    assert "Sociale Forhold og Beskæftigelse svarer nej: der er ikke et budget" in page
    assert "Hvor sikkert er svaret?" in page
    overview = browser_of(world.people["SE"]).get(f"/proposals/{proposal.reference}").get_data(as_text=True)
    assert ("Sikker" in overview) is not ("På vippen" in overview)
