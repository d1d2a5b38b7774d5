"""Can a volunteer fill in and send a proposal in a real browser, and is no word lost on the way?"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect
from sqlalchemy import update
from sqlmodel import col, select

from foundation.clock import SystemClock
from foundation.identity.models import Organisation, Person, WebSession
from foundation.identity.roles import Actor, Role
from foundation.money import format_number
from foundation.text import word_count
from intake import actions
from intake.models import Attachment, Call, Proposal
from intake.rules.proposal import ProposalDraft
from intake.rules.questions import NEWEST_SET, Kind, Question
from tests.builders import ANSWERS, a_pdf
from tests.journeys.conftest import Site, follow, keep_picture, picture, sign_in

VOLUNTEER, TREASURER = "Frivillig i Byhavens Venner", "Kasserer i Byhavens Venner"
ONE_DATABASE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
"""What a browser shows is the same on both; where two write at once, or a clock decides, both are asked."""

ORGANISATION = "Byhavens Venner"
PHONE = {"width": 360, "height": 800}
VOLUNTARY = "(frivilligt)"
FILE_NAME = "Støtteerklæring æøå.pdf"

HARD = (
    "Første linje: æøå ÆØÅ é, »dansk«, \"lige\" og 'enkelte'.\n\n  Indrykket <b>fed</b> & &amp; </textarea>\n"
    "\tTabulator, {{7*7}}, ${7*7}, %s, \\n og 100 % 👩‍👧 🇩🇰.\nSidste linje"
)
"""What must stand letter for letter wherever it is shown and stored."""


@contextmanager
def opened(chromium: Browser, **options: Any) -> Iterator[Page]:
    """A window of its own, which fails on script errors and refused content as the fixture `page` does."""
    context = chromium.new_context(locale="da-DK", **{"viewport": PHONE, **options})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and "status of 4" not in said.text else None,
    )
    yield page
    context.close()
    assert faults == []


def start(site: Site, **answers: Any) -> UUID:
    """A draft of Byhavens Venner with every question answered, made by the real actions."""
    at = SystemClock().now()
    with site.session() as session:
        person = session.exec(select(Person).where(Person.name == VOLUNTEER)).one()
        organisation = session.exec(select(Organisation).where(Organisation.name == ORGANISATION)).one()
        call = session.exec(select(Call).where(Call.slug == "nye-veje")).one()
        ids = frozenset({organisation.id})
        actor = Actor(person.id, person.name, person.email, Role.APPLICANT, None, ids, uuid4())
        draft = actions.start_proposal(session, call, organisation, actor=actor, at=at)
        actions.save_draft(session, draft, ProposalDraft({**ANSWERS, **answers}), at=at)
        session.commit()
        return draft.id


def stored(site: Site, draft: UUID) -> dict[str, Any]:
    with site.session() as session:
        return dict(session.get_one(Proposal, draft).answers)


def section_address(site: Site, draft: UUID, key: str) -> str:
    return f"{site.address}/drafts/{draft}/sections/{key}"


def save(page: Page, button: str = "Gem kladde") -> None:
    follow(page.get_by_role("main").get_by_role("button", name=button, exact=True).last)


def is_saved(page: Page) -> None:
    expect(page.get_by_text("Kladden er gemt.")).to_be_visible()


# ---- from nothing to a receipt --------------------------------------------------------------------------------------


@dataclass
class Effort:
    """What sending a proposal asks of a person: controls answered, and buttons and links pressed."""

    page: Page
    fields: list[str] = field(default_factory=list)
    clicks: list[str] = field(default_factory=list)

    def press(self, role: Any, name: str | re.Pattern[str]) -> None:
        self.clicks.append(str(name))
        follow(self.page.get_by_role("main").get_by_role(role, name=name).first)

    def answer(self, asked: Question, name: str, value: Any) -> None:
        self.fields.append(name)
        if asked.kind in (Kind.YES_NO, Kind.WISH, Kind.FOCUS_AREA):
            self.page.locator(f"input[name='{name}'][value='{value}']").check()
        elif asked.kind is Kind.CHOICE:
            self.page.locator(f"[id='{name}']").select_option(value)
        else:
            self.page.locator(f"[id='{name}']").fill(_as_typed(asked, value))


def _as_typed(asked: Question, value: Any) -> str:
    if asked.kind is Kind.KRONER:
        return format_number(value // 100)
    if asked.kind is Kind.DATE:
        on = date.fromisoformat(value)
        return f"{on.day}.{on.month}.{on.year}"
    return str(value)


def _must_be_answered(page: Page, name: str) -> bool:
    """As the page says it: whatever is voluntary is marked in its label."""
    words: Locator = page.locator(f"label[for='{name}'], legend[id='{name}-legend'], [id='{name}-rows-heading']")
    return VOLUNTARY not in words.first.inner_text()


def _fill_in(effort: Effort, questions: tuple[Question, ...], values: Mapping[str, Any], prefix: str = "") -> None:
    for asked in questions:
        name = f"{prefix}{asked.key}"
        if not _must_be_answered(effort.page, name):
            continue
        if asked.kind is Kind.ROWS:
            _fill_in(effort, asked.columns, values[asked.key][0], f"{asked.key}-0-")
        else:
            effort.answer(asked, name, values[asked.key])


def looked_at(page: Page, site: Site, name: str) -> None:
    """No page scrolls sideways on a phone; one set of pictures is kept."""
    assert page.viewport_size == PHONE
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], f"{name} scrolls sideways"
    if site.kind == "sqlite":
        keep_picture(page, f"{name}-360")


def also_wide(page: Page, site: Site, name: str) -> None:
    picture(page, site, name)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


@ONE_DATABASE
def test_donation_is_applied_for_on_a_phone_with_what_is_required_alone(chromium: Browser, site: Site) -> None:
    budget = [{"year": 2027, "kind": "delivery", "text": "Koordinator", "amount": 85_000_00}]
    values = {**ANSWERS, "title": "Skakbræt på torvet", "wish": "donation", "budget": budget}
    with opened(chromium) as page:
        effort = Effort(page)
        sign_in(page, site, VOLUNTEER)
        effort.clicks.append(VOLUNTEER)
        looked_at(page, site, "70-my-tasks")
        effort.press("link", "Se, hvad I kan søge til")
        looked_at(page, site, "71-call")
        effort.press("link", "Start et forslag")
        looked_at(page, site, "72-apply")
        effort.press("button", f"Start et forslag for {ORGANISATION}")
        for number, section in enumerate(NEWEST_SET.sections, start=73):
            expect(page.get_by_role("heading", level=1)).to_have_text(section.title)
            looked_at(page, site, f"{number}-{section.key}-empty")
            _fill_in(effort, section.questions, values)
            looked_at(page, site, f"{number}-{section.key}")
            effort.press("button", "Gem og fortsæt")
        looked_at(page, site, "80-files-empty")
        page.locator("#files").set_input_files(FilePayload(name=FILE_NAME, mimeType="application/pdf", buffer=a_pdf()))
        effort.press("button", "Læg filerne ved")
        expect(page.get_by_role("link", name=FILE_NAME)).to_be_visible()
        looked_at(page, site, "81-files")
        also_wide(page, site, "81-files")
        effort.press("link", "Fortsæt")
        expect(page.get_by_role("heading", name="Det mangler, før I kan sende forslaget")).to_have_count(0)
        looked_at(page, site, "82-check")
        also_wide(page, site, "82-check")
        effort.press("button", "Send forslaget")
        expect(page.get_by_role("heading", level=1)).to_have_text("Vi har modtaget jeres forslag")
        looked_at(page, site, "83-receipt")
        also_wide(page, site, "83-receipt")
        reference = re.search(r"\d{4}-\d\d-\d{3,}", page.get_by_role("main").inner_text())

    assert reference is not None
    _is_as_it_was_typed(site, reference.group(), values, effort)
    assert (len(effort.fields), len(effort.clicks)) == (FIELDS, CLICKS)


FIELDS, CLICKS = 35, 14
"""Of a donation without anything voluntary: controls that are answered, and buttons and links that are pressed."""


def _is_as_it_was_typed(site: Site, reference: str, values: Mapping[str, Any], effort: Effort) -> None:
    with site.session() as session:
        sent = session.exec(select(Proposal).where(Proposal.reference == reference)).one()
        files = session.exec(select(Attachment.file_name).where(Attachment.proposal_id == sent.id)).all()
    cells = [name.split("-") for name in effort.fields]
    found = {"-".join(cell): _cell(sent.answers, cell) for cell in cells}
    assert found == {"-".join(cell): _cell(values, cell) for cell in cells}
    assert set(sent.answers) == {cell[0] for cell in cells}
    assert list(files) == [FILE_NAME]


def _cell(answers: Mapping[str, Any], cell: list[str]) -> Any:
    if len(cell) == 1:
        return answers[cell[0]]
    key, number, column = cell
    return answers[key][int(number)][column]


# ---- two people, two browsers ---------------------------------------------------------------------------------------


def test_two_who_write_at_once_choose_between_both_texts(chromium: Browser, site: Site) -> None:
    draft = start(site)
    theirs = {"summary": f"{HARD} hos kassereren", "problem": f"Kassererens problem.\n{HARD}"}
    mine = {"summary": f"{HARD} hos den frivillige", "problem": f"Den frivilliges problem.\n{HARD}"}
    address = section_address(site, draft, "idea")
    with opened(chromium) as volunteer, opened(chromium) as treasurer:
        for page, name in ((volunteer, VOLUNTEER), (treasurer, TREASURER)):
            sign_in(page, site, name)
            page.goto(address)
        for page, texts in ((treasurer, theirs), (volunteer, mine)):
            for key, text in texts.items():
                page.locator(f"#{key}").fill(text)
            save(page)
        is_saved(treasurer)

        expect(volunteer.get_by_text(f"{TREASURER} har gemt denne tekst imens:")).to_have_count(2)
        looked_at(volunteer, site, "84-two-texts")
        also_wide(volunteer, site, "84-two-texts")
        assert [box.text_content() for box in volunteer.locator(".disputed-text").all()] == list(theirs.values())
        assert {key: volunteer.locator(f"#{key}").input_value() for key in mine} == mine
        assert {key: stored(site, draft)[key] for key in theirs} == theirs

        save(volunteer)
        expect(volunteer.get_by_role("heading", name="Vælg, hvilken tekst der gælder")).to_be_visible()
        assert {key: volunteer.locator(f"#{key}").input_value() for key in mine} == mine
        volunteer.locator("#summary").fill(f"{mine['summary']}\nog rettet bagefter")
        volunteer.locator("#keep-summary-mine").check()
        volunteer.locator("#keep-problem-saved").check()
        save(volunteer)
        is_saved(volunteer)
        kept = {"summary": f"{mine['summary']}\nog rettet bagefter", "problem": theirs["problem"]}
        assert {key: volunteer.locator(f"#{key}").input_value() for key in kept} == kept
    assert stored(site, draft) == {**ANSWERS, **kept}


@ONE_DATABASE
def test_text_begun_on_one_browser_is_continued_on_another(chromium: Browser, site: Site) -> None:
    draft = start(site, title="", summary="")
    with opened(chromium) as phone:
        sign_in(phone, site, VOLUNTEER)
        phone.goto(section_address(site, draft, "idea"))
        phone.locator("#title").fill("Begyndt på telefonen <i>")
        phone.locator("#summary").fill(HARD)
        save(phone)
        is_saved(phone)
    with opened(chromium, viewport={"width": 1280, "height": 900}) as desk:
        sign_in(desk, site, VOLUNTEER)
        follow(desk.get_by_role("link", name="Begyndt på telefonen <i>"))
        expect(desk.locator("#title")).to_have_value("Begyndt på telefonen <i>")
        assert desk.locator("#summary").input_value() == HARD
        desk.locator("#summary").fill(f"{HARD}\nSkrevet videre ved skrivebordet")
        save(desk)
        is_saved(desk)
    written = {"title": "Begyndt på telefonen <i>", "summary": f"{HARD}\nSkrevet videre ved skrivebordet"}
    assert stored(site, draft) == {**ANSWERS, **written}


@ONE_DATABASE
def test_session_that_ends_while_somebody_writes_loses_no_letter(chromium: Browser, site: Site) -> None:
    draft = start(site)
    with opened(chromium) as page:
        sign_in(page, site, VOLUNTEER)
        page.goto(section_address(site, draft, "idea"))
        page.locator("#problem").fill(HARD)
        page.locator("#supplement").fill(f"{HARD} igen")
        _end_sessions(site, VOLUNTEER)
        save(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Log ind for at fortsætte")
        kept = [box.input_value() for box in page.locator("textarea[readonly]").all()]
        assert {HARD, f"{HARD} igen"} <= set(kept)
        assert page.get_by_label("Hvilket problem vil I løse, og hvem har det?").input_value() == HARD
        looked_at(page, site, "85-session-ended")
        assert stored(site, draft) == ANSWERS

        with page.context.expect_page() as waiting:
            page.get_by_role("link", name="Log ind i et nyt vindue").click()
        other = waiting.value
        follow(other.get_by_role("button", name=VOLUNTEER))
        other.wait_for_url("**/my-tasks")
        assert _send_again(page) == 2
        is_saved(page)
        assert page.locator("#problem").input_value() == HARD
    assert stored(site, draft) == {**ANSWERS, "problem": HARD, "supplement": f"{HARD} igen"}


def _send_again(page: Page) -> int:
    """How many times the button had to be pressed: its token may be of the session that ended."""
    for times in (1, 2, 3):
        with page.expect_navigation():
            follow(page.get_by_role("button", name="Send igen"))
        if page.get_by_role("button", name="Send igen").count() == 0:
            return times
    return 4


def _end_sessions(site: Site, name: str) -> None:
    with site.session() as session:
        person = session.exec(select(Person.id).where(Person.name == name)).one()
        now = SystemClock().now()
        session.execute(update(WebSession).where(col(WebSession.person_id) == person).values(expires_at=now))
        session.commit()


# ---- without JavaScript ---------------------------------------------------------------------------------------------


@ONE_DATABASE
def test_rows_and_files_need_no_javascript(chromium: Browser, site: Site) -> None:
    draft = start(site)
    with opened(chromium, java_script_enabled=False) as page:
        sign_in(page, site, VOLUNTEER)
        page.goto(section_address(site, draft, "results"))
        follow(page.get_by_role("button", name="Tilføj mål"))
        expect(page.get_by_role("group", name="Mål 2")).to_be_visible()
        page.locator("#result_goals-1-indicator").fill("Et mål til: æøå <b>")
        follow(page.get_by_role("button", name="Tilføj mål"))
        page.locator("#result_goals-2-indicator").fill("Det tredje mål")
        follow(page.get_by_role("button", name="Fjern mål 2", exact=True))
        is_saved(page)
        assert page.locator("#result_goals-1-indicator").input_value() == "Det tredje mål"
        goals = stored(site, draft)["result_goals"]
        assert goals == [*ANSWERS["result_goals"], {"indicator": "Det tredje mål"}]

        follow(page.get_by_role("button", name="Fjern mål 2", exact=True))
        is_saved(page)
        follow(page.get_by_role("main").get_by_role("button", name="Gem kladde", exact=True).last)
        is_saved(page)
        assert stored(site, draft) == ANSWERS
        page.goto(f"{site.address}/drafts/{draft}/files")
        page.locator("#files").set_input_files(FilePayload(name=FILE_NAME, mimeType="application/pdf", buffer=a_pdf()))
        follow(page.get_by_role("button", name="Læg filerne ved"))
        expect(page.get_by_text("Filen er lagt ved.")).to_be_visible()
        expect(page.get_by_role("link", name=FILE_NAME)).to_be_visible()


# ---- counting words -------------------------------------------------------------------------------------------------

COUNTED = (
    *("", " ", "ord", "to ord", "  to   ord  ", "en\nto\ntre", "en\r\nto", "en\rto", "en\tto", "en\u00a0to\u202ftre"),
    *("en\u2028to\u2029tre", "en\x85to", "en\x0bto\x0ctre", "\u200b", "\ufeff \u200b", "en \u200b to", "\u3164 \u3164"),
    *("en \u3164 to", "\u2800", "by\u00adhave", "\u00ad", "en \u00ad to", "\u202e", "en \u202e to\u202c tre"),
    *("- \u2013 \u2014", "en - to", "👩\u200d👩\u200d👧 👍🏽 🇩🇰", "\u200d", "\u0301", "a\u0301 \u0301", "e\u0301n"),
    *("\u2003en\u2007to\u3000tre", "\u180e", "en\u180eto", "\x01 \x1b", "en\x1cto\x1ftre", "\ufff9 \ufdd0 en"),
    *(
        "\U000e0041 en",
        "\u061c \u200f",
        "العربية שלום",
        "a\u2060b \u2064",
        "\uffff en",
        "\U0001fffe \U0010ffff en",
        "𝔅𝔶 𠜎",
    ),
    *(
        "{{7*7}} <b>to ord</b>",
        "ord " * 79,
        "ord " * 80,
        "ord " * 81,
        "ord\n" * 401,
        "x" * 5_000,
        "\x7f",
        "\x00",
        "a\x00 b",
    ),
)
"""Whatever may make two programs disagree about what a word is."""

COUNT = """texts => [...document.querySelectorAll("[data-words-of]")].map(shown => {
  const field = document.getElementById(shown.dataset.wordsOf);
  return [field.id, texts.map(text => {
    field.value = text;
    field.dispatchEvent(new Event("input", {bubbles: true}));
    return shown.hidden ? "hidden" : shown.textContent;
  })];
})"""


@ONE_DATABASE
def test_browser_and_server_count_the_same_words(chromium: Browser, site: Site) -> None:
    draft = start(site)
    limits = {one.key: one.most_words for one in NEWEST_SET.questions if one.most_words}
    counted: dict[str, list[str]] = {}
    with opened(chromium) as page:
        sign_in(page, site, VOLUNTEER)
        for section in NEWEST_SET.sections:
            page.goto(section_address(site, draft, section.key))
            counted |= dict(page.evaluate(COUNT, list(COUNTED)))
    assert set(counted) == set(limits)
    wrong = [
        (key, text[:40], shown, _words_told(text, limits[key]))
        for key, told in counted.items()
        for text, shown in zip(COUNTED, told, strict=True)
        if shown != _words_told(text, limits[key])
    ]
    assert wrong == []


def _words_told(text: str, most: int) -> str:
    count = word_count(text)
    if count > most:
        return f"{format_number(count)} ord. Det er {format_number(count - most)} for meget."
    return f"{format_number(count)} af {format_number(most)} ord"


# ---- too late -------------------------------------------------------------------------------------------------------


@contextmanager
def closed_call(site: Site) -> Iterator[None]:
    """The deadline passes, and is what it was again afterwards."""
    with site.session() as session:
        deadline = session.exec(select(Call.closes_at).where(Call.slug == "nye-veje")).one()
    _move_deadline(site, SystemClock().now() - timedelta(seconds=1))
    try:
        yield
    finally:
        _move_deadline(site, deadline)


def _move_deadline(site: Site, to: datetime) -> None:
    with site.session() as session:
        session.execute(update(Call).where(col(Call.slug) == "nye-veje").values(closes_at=to))
        session.commit()


def test_deadline_that_passes_while_the_draft_is_open_loses_nothing(chromium: Browser, site: Site) -> None:
    draft = start(site, budget=[{"year": 2027, "kind": "delivery", "text": "Koordinator", "amount": 95_000_00}])
    check = f"{site.address}/drafts/{draft}/check"
    with opened(chromium) as page, opened(chromium) as sending:
        for one in (page, sending):
            sign_in(one, site, VOLUNTEER)
        page.goto(f"{site.address}/drafts/{draft}/files")
        page.locator("#files").set_input_files(FilePayload(name=FILE_NAME, mimeType="application/pdf", buffer=a_pdf()))
        follow(page.get_by_role("button", name="Læg filerne ved"))
        expect(page.get_by_text("Filen er lagt ved.")).to_be_visible()
        page.goto(section_address(site, draft, "idea"))
        sending.goto(check)
        expect(sending.get_by_role("button", name="Send forslaget")).to_be_visible()
        with closed_call(site):
            page.locator("#problem").fill(HARD)
            save(page)
            is_saved(page)
            follow(sending.get_by_role("button", name="Send forslaget"))
            expect(sending.get_by_role("main")).to_contain_text("Fristen er udløbet, så forslaget kan ikke sendes.")
            looked_at(sending, site, "86-too-late")
            sending.goto(check)
            expect(sending.get_by_role("heading", name="Forslaget kan ikke sendes nu")).to_be_visible()
            expect(sending.get_by_role("button", name="Send forslaget")).to_have_count(0)
            expect(sending.get_by_role("link", name=FILE_NAME)).to_be_visible()
            looked_at(sending, site, "87-check-too-late")
            also_wide(sending, site, "87-check-too-late")
    with site.session() as session:
        late = session.get_one(Proposal, draft)
        assert (late.reference, late.received_at, late.answers["problem"]) == (None, None, HARD)
