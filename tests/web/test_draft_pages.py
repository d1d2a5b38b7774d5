"""Do the pages of a draft keep every text, whoever writes at the same time, and lead to what is missing?"""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from foundation.settings import Settings
from foundation.storage import Storage
from intake import actions
from intake.models import Attachment, Proposal, SavedSection
from intake.rules.lifecycle import State
from tests.builders import BASE_URL, World, a_pdf, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]

MINE = 'Min tekst & "mere" <b>om</b> {{ 7*7 }},\nmed to linjer.'
THEIRS = "Kassererens tekst,\nogså med to linjer."


class Writer:
    """One person at one draft."""

    def __init__(self, browser: FlaskClient, draft: Proposal) -> None:
        self.browser, self.base = browser, f"/drafts/{draft.id}"
        self.token = csrf_token(browser, "/privacy")

    def save(self, key: str, revision: int, **typed: Any) -> TestResponse:
        data = {"csrf_token": self.token, "revision": str(revision), "action": "stay", **typed}
        return self.browser.post(f"{self.base}/sections/{key}", data=data)

    def read(self, page: str) -> str:
        answer = self.browser.get(f"{self.base}/{page}")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def upload(self, *files: tuple[str, bytes]) -> TestResponse:
        sent = [(BytesIO(content), name) for name, content in files]
        answer = self.browser.post(f"{self.base}/files/add", data={"csrf_token": self.token, "files": sent})
        answer.request.environ["wsgi.input"].close()  # A large body lies in a file of the test client's own.
        return answer


@pytest.fixture
def draft(world: World) -> Proposal:
    return world.draft()


@pytest.fixture
def one(world: World, draft: Proposal, browser_of: BrowserOf) -> Writer:
    return Writer(browser_of(world.people["AO"]), draft)


@pytest.fixture
def two(world: World, draft: Proposal, browser_of: BrowserOf) -> Writer:
    return Writer(browser_of(world.people["AO2"]), draft)


def idea(draft: Proposal, **typed: str) -> dict[str, str]:
    """The section as its page sends it, with some answers changed."""
    keys = ("title", "wish", "focus_area", "summary", "problem", "supplement")
    return {**{key: str(draft.answers[key]) for key in keys}, **typed}


def stored(session: Session, draft: Proposal) -> dict[str, Any]:
    session.expire_all()
    return dict(session.get_one(Proposal, draft.id).answers)


# ---- two at once ---------------------------------------------------------------------------------------------------


def test_the_later_of_two_gets_both_texts_and_nothing_is_written(
    session: Session, draft: Proposal, one: Writer, two: Writer
) -> None:
    assert two.save("idea", 0, **idea(draft, problem=THEIRS)).status_code == 303
    before = fingerprint(session)

    late = one.save("idea", 0, **idea(draft, problem=MINE))

    assert late.status_code == 409
    page = html.unescape(late.get_data(as_text=True)).replace("\r\n", "\n")
    assert THEIRS in page
    assert MINE in page
    assert "Ansøger AO2 har gemt denne tekst imens" in page
    assert 'name="revision" type="hidden" value="1"' in page
    assert re.findall(r'name="disputed" value="(\w+)"', page) == ["problem"]
    assert fingerprint(session) == before


@pytest.mark.parametrize(("keep", "text"), [("mine", MINE), ("saved", THEIRS)])
def test_the_one_who_chooses_decides(
    session: Session, draft: Proposal, one: Writer, two: Writer, keep: str, text: str
) -> None:
    two.save("idea", 0, **idea(draft, problem=THEIRS))
    chosen = {"disputed": "problem", "keep-problem": keep}
    assert one.save("idea", 1, **idea(draft, problem=MINE, title="Nyt navn"), **chosen).status_code == 303
    answers = stored(session, draft)
    assert (answers["problem"], answers["title"]) == (text, "Nyt navn")
    row = session.exec(select(SavedSection)).one()
    assert row.revision == 2


def test_without_a_choice_both_texts_are_shown_again(
    session: Session, draft: Proposal, one: Writer, two: Writer
) -> None:
    two.save("idea", 0, **idea(draft, problem=THEIRS))
    answer = one.save("idea", 1, **idea(draft, problem=MINE), disputed="problem")
    assert answer.status_code == 409
    page = html.unescape(answer.get_data(as_text=True)).replace("\r\n", "\n")
    assert "Vælg, hvilken tekst der gælder" in page
    assert THEIRS in page
    assert MINE in page
    assert stored(session, draft)["problem"] == THEIRS


def test_a_third_text_meanwhile_is_asked_about_again(
    session: Session, draft: Proposal, one: Writer, two: Writer
) -> None:
    two.save("idea", 0, **idea(draft, problem=THEIRS))
    two.save("idea", 1, **idea(draft, problem="En tredje tekst."))
    chosen = {"disputed": "problem", "keep-problem": "mine"}
    answer = one.save("idea", 1, **idea(draft, problem=MINE), **chosen)
    assert answer.status_code == 409
    assert "En tredje tekst." in answer.get_data(as_text=True)
    assert stored(session, draft)["problem"] == "En tredje tekst."


def test_two_who_wrote_the_same_or_in_two_sections_are_not_disturbed(
    session: Session, draft: Proposal, one: Writer, two: Writer
) -> None:
    two.save("idea", 0, **idea(draft, problem=THEIRS))
    assert one.save("idea", 0, **idea(draft, problem=THEIRS)).status_code == 303
    sent = {"capacity": "Ni frivillige.", "risks": "Tørke.", "continuation": "Vi fortsætter."}
    assert one.save("organisation", 0, **sent).status_code == 303
    answers = stored(session, draft)
    assert (answers["problem"], answers["capacity"]) == (THEIRS, "Ni frivillige.")


def test_rows_are_disputed_as_a_whole(session: Session, draft: Proposal, one: Writer, two: Writer) -> None:
    two.save("organisation", 0, **{"partners-0-name": "Biblioteket", "partners-0-role": "Lokaler"})
    late = one.save("organisation", 0, **{"partners-0-name": "Skolen", "partners-0-role": "Børn"})
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "Biblioteket · Lokaler" in page
    assert 'value="Skolen"' in page
    kept = {"disputed": "partners", "keep-partners": "saved", "partners-0-name": "Skolen", "partners-0-role": "Børn"}
    one.save("organisation", 1, **kept)
    assert stored(session, draft)["partners"] == [{"name": "Biblioteket", "role": "Lokaler"}]


# ---- rows ----------------------------------------------------------------------------------------------------------


def test_rows_are_added_and_taken_away_without_losing_the_others(
    session: Session, draft: Proposal, one: Writer
) -> None:
    partners = {
        "partners-0-name": "Biblioteket",
        "partners-0-role": "Lokaler",
        "partners-1-name": "Skolen",
        "partners-1-role": "Børn",
    }
    added = one.save("organisation", 0, **partners, action="add:partners")
    assert added.headers["Location"].endswith("/sections/organisation?add=partners#partners-2-name")
    assert 'id="partners-2-name"' in one.read("sections/organisation?add=partners")
    assert 'id="partners-2-name"' not in one.read("sections/organisation")

    removed = one.save("organisation", 1, **partners, action="remove:partners:0")
    assert removed.status_code == 303
    assert stored(session, draft)["partners"] == [{"name": "Skolen", "role": "Børn"}]

    one.save("organisation", 2, **{"partners-0-name": " ", "partners-0-role": ""})
    assert "partners" not in stored(session, draft)


def test_no_row_is_offered_where_there_is_no_more_room(session: Session, draft: Proposal, one: Writer) -> None:
    goals = {f"result_goals-{number}-indicator": f"Mål {number}" for number in range(8)}
    assert one.save("results", 0, **goals).status_code == 303
    assert len(stored(session, draft)["result_goals"]) == 6
    page = one.read("sections/results?add=result_goals")
    assert "Tilføj mål" not in page
    assert 'id="result_goals-6-indicator"' not in page


# ---- the last look -------------------------------------------------------------------------------------------------


def test_every_gap_leads_to_its_own_control(world: World, one: Writer, draft: Proposal) -> None:
    empty = dict.fromkeys(("title", "summary", "problem", "supplement"), "")
    one.save("idea", 0, **empty)
    one.save("declarations", 0)
    one.save("results", 0, **{"result_goals-0-indicator": "Flere venner"})
    one.save("money", 0)
    page = one.read("check")
    links = re.findall(rf'href="({re.escape(one.base)}/sections/[^"]+)">([^<]+)</a></li>', html.unescape(page))
    assert len(links) > 15
    assert "Send forslaget" not in page.split("<h1", 1)[1]
    for address, text in links:
        path, _, anchor = address.partition("#")
        shown = one.browser.get(path).get_data(as_text=True)
        assert f'id="{anchor}"' in shown, f"{text} leads to {address}"


def test_the_sums_of_the_budget_are_shown_and_a_difference_stops_the_proposal(
    world: World, one: Writer, draft: Proposal
) -> None:
    row = {"budget-0-year": "2027", "budget-0-kind": "setup", "budget-0-text": "Alt"}
    one.save("money", 0, **row, **{"budget-0-amount": "90.000", "amount_sought": "85.000"})
    said = one.read("sections/money").replace("\u00a0", " ")
    assert '<dt>Mangler</dt><dd><span class="amount">5.000 kr.</span></dd>' in said
    assert "Der mangler 5.000 kr." in one.read("check").replace("\u00a0", " ")
    answer = one.browser.post(f"{one.base}/submit", data={"csrf_token": one.token})
    assert answer.status_code == 409
    assert "Budgettet går ikke op" in answer.get_data(as_text=True)


def test_a_donation_above_the_cap_is_told_and_not_stopped(world: World, browser_of: BrowserOf) -> None:
    writer = Writer(browser_of(world.people["AO"]), world.draft(amount_sought=140_000_00))
    page = writer.read("check").replace("\u00a0", " ")
    assert "I søger 140.000 kr. En donation kan højst være 100.000 kr." in page
    assert "Send forslaget" in page


def test_what_an_investment_must_answer_is_voluntary_for_a_donation(world: World, one: Writer, draft: Proposal) -> None:
    voluntary = 'Hvor mange procent når målet?<span class="weight-normal"> (frivilligt)</span>'
    assert voluntary in one.read("sections/results")
    one.save("idea", 0, **idea(draft, wish="social_investment"))
    assert voluntary not in one.read("sections/results")


# ---- opened again, withdrawn, deleted ------------------------------------------------------------------------------


def test_a_sent_proposal_is_opened_changed_and_sent_again_in_the_browser(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.submitted()
    writer = Writer(browser_of(world.people["AO"]), proposal)
    case = f"/proposals/{proposal.reference}"
    assert "Ret i forslaget" in writer.browser.get(case).get_data(as_text=True)

    opened = writer.browser.post(f"{case}/reopen", data={"csrf_token": writer.token})
    assert opened.headers["Location"] == f"{writer.base}/check"
    page = writer.read("check")
    assert "I har sendt forslaget før" in page
    assert "Slet kladden" not in page
    assert "Skriv videre" in writer.browser.get(case).get_data(as_text=True)
    writer.save("idea", 0, **idea(proposal, title="Byhaven, udgave to"))
    sent = writer.browser.post(f"{writer.base}/submit", data={"csrf_token": writer.token})
    assert sent.headers["Location"] == f"{case}/receipt"
    assert "udgave 2" in writer.browser.get(f"{case}/receipt").get_data(as_text=True)

    for number, title in ((1, "Byhaven på torvet"), (2, "Byhaven, udgave to")):
        shown = writer.browser.get(f"{case}/versions?version={number}").get_data(as_text=True)
        assert f'<span class="keeps-lines" dir="auto">{title}</span>' in shown
    assert writer.browser.get(f"{case}/versions?version=3").status_code == 404


def test_after_the_deadline_a_sent_proposal_is_not_opened_and_says_why(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.submitted()
    clock.move(world.call.closes_at + timedelta(microseconds=1))
    writer = Writer(browser_of(world.people["AO"]), proposal)
    case = f"/proposals/{proposal.reference}"
    assert "Ret i forslaget" not in writer.browser.get(case).get_data(as_text=True)
    answer = writer.browser.post(f"{case}/reopen", data={"csrf_token": writer.token})
    assert answer.status_code == 409
    assert "Fristen er udløbet" in answer.get_data(as_text=True)
    session.expire_all()
    assert proposal.state is State.SUBMITTED


def test_withdrawing_needs_a_reason_and_keeps_what_was_typed(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.declared()
    writer = Writer(browser_of(world.people["AO"]), proposal)
    path = f"/proposals/{proposal.reference}/withdraw"
    before = fingerprint(session)
    empty = writer.browser.post(path, data={"csrf_token": writer.token, "reason": " "})
    assert empty.status_code == 422
    assert "Skriv kort, hvorfor I trækker forslaget tilbage." in empty.get_data(as_text=True)
    named = writer.browser.post(path, data={"csrf_token": writer.token, "reason": "Ring til 010203-1234"})
    assert named.status_code == 422
    assert "Ring til 010203-1234" in named.get_data(as_text=True)
    assert fingerprint(session) == before
    assert writer.browser.post(path, data={"csrf_token": writer.token, "reason": "Penge"}).status_code == 303
    session.expire_all()
    assert proposal.state is State.WITHDRAWN


# ---- files ---------------------------------------------------------------------------------------------------------


def test_a_file_comes_back_as_a_download_under_its_own_danish_name(
    world: World, session: Session, draft: Proposal, one: Writer, two: Writer
) -> None:
    assert one.upload(("Støtteerklæring æøå (2).pdf", a_pdf())).status_code == 303
    file = session.exec(select(Attachment)).one()
    assert file.file_name == "Støtteerklæring æøå (2).pdf"
    assert re.fullmatch("[0-9a-f]{32}", file.stored_name)

    answer = two.browser.get(f"{two.base}/files/{file.id}")

    assert answer.data == a_pdf()
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert (
        "filename*=UTF-8''St%C3%B8tteerkl%C3%A6ring%20%C3%A6%C3%B8%C3%A5%20%282%29.pdf"
        in answer.headers["Content-Disposition"]
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("C:Budget.pdf", "CBudget.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("a\u202egnp.pdf", "agnp.pdf"),
        ("a;b.pdf", "ab.pdf"),
        ("n" * 300 + ".pdf", "n" * 196 + ".pdf"),
        ("🌱.PDF", "🌱.PDF"),
    ],
)
def test_a_hostile_name_is_shown_safely_and_never_used_as_a_place(
    world: World, session: Session, one: Writer, settings: Settings, name: str, shown: str
) -> None:
    assert one.upload((name, a_pdf())).status_code == 303
    file = session.exec(select(Attachment)).one()
    assert file.file_name == shown
    places = [
        place.relative_to(settings.attachments_folder).as_posix()
        for place in settings.attachments_folder.rglob("*")
        if place.is_file()
    ]
    assert places == [f"{file.stored_name[:2]}/{file.stored_name}"]
    answer = one.browser.get(f"{one.base}/files/{file.id}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tom.pdf", b"", "Vælg"),
        ("program.exe", b"MZ", "program.exe: "),
        ("a.pdf.exe", a_pdf(), "a.pdf.exe: "),
        ("side.docx", b"<html><script>alert(1)</script>", "side.docx: "),
        ("uden-endelse", a_pdf(), "uden-endelse: "),
        ("010203-1234.pdf", a_pdf(), "CPR-nummer"),
        ("stor.pdf", a_pdf() + b" " * 10 * 1024 * 1024, "10 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_named_with_the_reason(
    world: World, session: Session, one: Writer, name: str, content: bytes, said: str
) -> None:
    before = fingerprint(session)
    answer = one.upload(("god.pdf", a_pdf()), (name, content))
    assert answer.status_code == 422
    assert said in html.unescape(answer.get_data(as_text=True))
    assert fingerprint(session) == before


def test_no_file_at_all_and_too_many_at_once_are_told(session: Session, one: Writer) -> None:
    assert "Vælg mindst én fil." in one.upload().get_data(as_text=True)
    many = one.upload(*((f"{number}.pdf", a_pdf()) for number in range(11)))
    assert many.status_code == 422
    assert "10.pdf: Der kan sendes højst 10 filer ad gangen." in many.get_data(as_text=True)
    assert session.exec(select(Attachment)).all() == []


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(one: Writer) -> None:
    answer = one.browser.post(
        f"{one.base}/files/add",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(65 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "send færre filer ad gangen" in answer.get_data(as_text=True)


def test_the_same_file_twice_is_kept_twice(session: Session, one: Writer) -> None:
    for _ in range(2):
        one.upload(("budget.pdf", a_pdf()))
    files = session.exec(select(Attachment)).all()
    assert len({file.stored_name for file in files}) == 2
    assert len({file.sha256 for file in files}) == 1


def test_a_changed_or_lost_file_is_never_served(session: Session, one: Writer, settings: Settings) -> None:
    one.upload(("budget.pdf", a_pdf()))
    file = session.exec(select(Attachment)).one()
    place = settings.attachments_folder / file.stored_name[:2] / file.stored_name
    place.write_bytes(a_pdf().replace(b"%PDF", b"%FDP"))
    changed = one.browser.get(f"{one.base}/files/{file.id}")
    assert (changed.status_code, b"%FDP" in changed.data) == (410, False)
    assert "beskadiget" in changed.get_data(as_text=True)
    place.unlink()
    assert one.browser.get(f"{one.base}/files/{file.id}").status_code == 410


def test_a_file_of_another_proposal_is_not_there(world: World, session: Session, one: Writer) -> None:
    one.upload(("budget.pdf", a_pdf()))
    file = session.exec(select(Attachment)).one()
    other = world.draft()
    assert one.browser.get(f"/drafts/{other.id}/files/{file.id}").status_code == 404
    removed = one.browser.post(f"/drafts/{other.id}/files/{file.id}/remove", data={"csrf_token": one.token})
    assert removed.status_code == 404
    assert session.exec(select(Attachment.removed_at)).one() is None


def test_nobody_elses_files_are_looked_at_or_kept(
    world: World, session: Session, draft: Proposal, browser_of: BrowserOf, settings: Settings, client: FlaskClient
) -> None:
    """Whoever is not signed in has no file checked; what another applicant sends finds no draft and is swept."""
    anonymous = client.post(
        f"/drafts/{draft.id}/files/add",
        data={"csrf_token": csrf_token(client), "files": [(BytesIO(a_pdf()), "a.pdf")]},
    )
    assert anonymous.status_code == 401
    assert list(Storage(settings.attachments_folder).names()) == []
    other = Writer(browser_of(world.people["AX"]), draft)
    assert other.upload(("a.pdf", a_pdf())).status_code == 404
    assert session.exec(select(Attachment)).all() == []


def test_late_files_and_text_are_kept_as_a_draft(
    world: World, session: Session, draft: Proposal, browser_of: BrowserOf, clock: FixedClock
) -> None:
    clock.move(world.call.closes_at + timedelta(milliseconds=1))
    late = Writer(browser_of(world.people["AO"]), draft)
    assert late.upload(("budget.pdf", a_pdf())).status_code == 303
    assert late.save("idea", 0, **idea(draft, problem=MINE)).status_code == 303
    assert "Jeres tekst og filer er gemt som kladde" in late.read("check")
    answer = late.browser.post(f"{late.base}/submit", data={"csrf_token": late.token})
    assert answer.status_code == 409
    assert "Jeres tekst og filer er gemt som kladde" in answer.get_data(as_text=True)
    assert stored(session, draft)["problem"] == MINE
    assert len(session.exec(select(Attachment)).all()) == 1


def test_files_are_checked_before_the_writer_is_asked_for(
    world: World, one: Writer, connection: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite a checked file would otherwise keep every other writer waiting."""
    order: list[str] = []
    monkeypatch.setattr("foundation.web.begin_writing", lambda _session: order.append("lock"))
    keep = Storage.keep
    monkeypatch.setattr(Storage, "keep", lambda self, stream: (order.append("file"), keep(self, stream))[1])
    assert one.upload(("budget.pdf", a_pdf())).status_code == 303
    assert order == ["file", "lock"]


# ---- a call's own questions, and an older set ----------------------------------------------------------------------


def test_a_proposal_of_the_first_question_set_is_still_shown_and_sent(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    from intake.rules.proposal import ProposalDraft
    from intake.rules.questions import Kind, question_set

    world.call.question_set_id = "core-2026"
    session.add(world.call)
    session.commit()
    typed: dict[str, Any] = {
        question.key: f"Svar på {question.key}"
        for question in question_set("core-2026").questions
        if question.kind in (Kind.LINE, Kind.PROSE)
    }
    typed |= {"focus_area": "deprived_areas", "wish": "donation", "participants": 30, "amount_sought": 85_000_00}
    draft = world.draft()
    actions.save_draft(session, draft, ProposalDraft(typed), at=world.at)
    actions.submit_proposal(session, draft, world.call, actor=world.people["AO"], at=world.at, base_url=BASE_URL)
    session.commit()
    browser = browser_of(world.people["AO"])
    for page in ("proposal", "versions", "receipt"):
        assert browser.get(f"/proposals/{draft.reference}/{page}").status_code == 200
    assert "Svar på budget" in browser.get(f"/proposals/{draft.reference}/proposal").get_data(as_text=True)
