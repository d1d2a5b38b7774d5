"""Do two assessors and the secretariat bring a case from departments to sorting, each in a browser of their own?"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from scoring.rules.dimensions import Dimension
from scoring.rules.policies import get_scale
from tests.journeys.conftest import Site, follow, keep_picture, sign_in

OFFICER = "Sagsbehandler i sekretariatet"
SECOND = "Fuldmægtig i sekretariatet"
REVIEWER = "Konsulent i Sociale Forhold og Beskæftigelse"
VOLUNTEER = "Frivillig i Byhavens Venner"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 800}
NEWS = "Kommunen åbner selv et lignende tilbud i området til sommer."


@contextmanager
def window(chromium: Browser, site: Site, name: str, size: Mapping[str, int]) -> Iterator[Page]:
    """Somebody's own browser, signed in; it fails on any script error."""
    context = chromium.new_context(viewport=size, locale="da-DK")  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, site, name)
    yield page
    context.close()
    assert faults == []


def looked_at(page: Page, name: str) -> None:
    """No page is wider than the window; one set of pictures is kept."""
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width}"
    keep_picture(page, f"{name}-{width}")


def press(page: Page, name: str) -> None:
    follow(page.get_by_role("main").get_by_role("button", name=name, exact=True).first)


def says_no_conflict(page: Page, site: Site, reference: str, name: str) -> None:
    page.goto(f"{site.address}/proposals/{reference}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Er du inhabil?")
    looked_at(page, name)
    page.get_by_label("Nej, jeg er ikke inhabil").check()
    press(page, "Gem mit svar")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Er du inhabil?")


def scores(page: Page, given: Mapping[Dimension, int]) -> None:
    """One dimension at a time, as the page shows them, with the count beside it."""
    criteria = get_scale("2026").criteria
    for place, criterion in enumerate(criteria, start=1):
        name = criterion.dimension.value
        shown = page.locator("[data-dimension]:visible")
        expect(shown).to_have_attribute("data-dimension", name)
        expect(shown.locator("input[type=radio]:checked")).to_have_count(0)
        shown.locator(f"input[name='{name}_score'][value='{given[criterion.dimension]}']").check()
        shown.locator(f"[id='{name}_reason']").fill(f"Set i forslaget under {criterion.name.lower()}.")
        shown.locator(f"[id='{name}_evidence']").fill("Forslagets eget afsnit")
        expect(page.locator("[data-live-score]")).to_contain_text(
            f"{place} af {len(criteria)} dimensioner har et niveau"
        )
        if place < len(criteria):
            page.get_by_role("button", name="Næste").click()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_two_assessors_and_the_secretariat_bring_a_case_to_its_sorting(chromium: Browser, site: Site) -> None:
    lower = dict.fromkeys(Dimension, 2)
    higher = lower | {Dimension.NEED: 3, Dimension.EVIDENCE: 4}
    with (
        window(chromium, site, OFFICER, DESK) as officer,
        window(chromium, site, REVIEWER, PHONE) as reviewer,
        window(chromium, site, SECOND, DESK) as second,
        window(chromium, site, VOLUNTEER, PHONE) as volunteer,
    ):
        reference = sends_to_departments(officer, site)
        says_no_conflict(reviewer, site, reference, "81-conflict-on-phone")
        answers_for_the_department(reviewer, site, reference)

        reviewer.goto(f"{site.address}/proposals/{reference}/assessment")
        scores(reviewer, lower)
        looked_at(reviewer, "83-score-sheet-on-phone")
        press(reviewer, "Afslut vurderingen")

        says_no_conflict(second, site, reference, "84-conflict-of-second")
        second.goto(f"{site.address}/proposals/{reference}/assessments")
        expect(second.get_by_role("main")).not_to_contain_text("Set i forslaget under")
        second.goto(f"{site.address}/proposals/{reference}/assessment")
        scores(second, higher)
        looked_at(second, "85-score-sheet")
        press(second, "Afslut vurderingen")
        second.goto(f"{site.address}/proposals/{reference}/assessments")
        expect(second.get_by_role("main")).to_contain_text("Set i forslaget under")

        finds_consensus(officer, site, reference)
        hears_the_applicant(officer, volunteer, site, reference)
        sorts(officer, site, reference)


def sends_to_departments(officer: Page, site: Site) -> str:
    """The officer opens what is checked and sends it to one department, with two assessors."""
    link = officer.get_by_role("link", name=re.compile("^Send til forvaltning")).first
    reference = str(link.get_attribute("href")).split("/")[2]
    follow(link)
    officer.get_by_label("Hvilken forvaltning skal have hovedansvaret?").select_option("MSB")
    for box in officer.get_by_role("checkbox").all():
        box.uncheck()
    officer.get_by_label("Hvem skal vurdere modenheden i forvaltningen?").select_option(label=f"{REVIEWER} (MSB)")
    officer.get_by_label("Hvem skal vurdere modenheden i sekretariatet?").select_option(label=SECOND)
    looked_at(officer, "80-route")
    press(officer, "Send til forvaltningen")
    expect(officer.get_by_role("main")).to_contain_text("0 af 1 forvaltning har svaret")
    looked_at(officer, "80-case-with-departments")
    return reference


def answers_for_the_department(reviewer: Page, site: Site, reference: str) -> None:
    reviewer.goto(f"{site.address}/proposals/{reference}/answer")
    reviewer.get_by_label("Hvad siger forvaltningen om forslaget?").fill("Vi ser gerne idéen prøvet.")
    reviewer.locator("input[name='confirms_gap'][value='yes']").check()
    reviewer.locator("input[name='can_pay'][value='no']").check()
    reviewer.locator("input[name='has_adverse_facts'][value='yes']").check()
    press(reviewer, "Send forvaltningens svar")
    expect(reviewer.get_by_role("alert")).to_be_visible()  # What is new must be told.
    reviewer.locator("[id='adverse_facts']").fill(NEWS)
    looked_at(reviewer, "82-answer-on-phone")
    press(reviewer, "Send forvaltningens svar")
    expect(reviewer.get_by_role("main")).to_contain_text("Forvaltningens svar er sendt.")


def finds_consensus(officer: Page, site: Site, reference: str) -> None:
    """Evidence is two apart: nothing is proposed, and the note is asked for; the rest has the lower median."""
    officer.goto(f"{site.address}/proposals/{reference}/consensus")
    expect(officer.get_by_role("main")).to_contain_text("Samlet er vurdererne uenig")
    expect(officer.locator("[id='need_score']")).to_have_value("2")
    expect(officer.locator("[id='evidence_score']")).to_have_value("")
    looked_at(officer, "86-consensus")
    press(officer, "Registrér konsensus")
    expect(officer.get_by_role("alert")).to_be_visible()
    officer.locator("[id='evidence_score']").select_option("3")
    officer.locator("[id='evidence_note']").fill("Undersøgelsen er fra en anden by, men gruppen er den samme.")
    press(officer, "Registrér konsensus")
    expect(officer.get_by_role("main")).to_contain_text("Konsensus er registreret.")
    looked_at(officer, "87-consensus-recorded")


def hears_the_applicant(officer: Page, volunteer: Page, site: Site, reference: str) -> None:
    """The department's news stops the sorting until the applicant has answered and the secretariat has closed it."""
    officer.goto(f"{site.address}/proposals/{reference}/case-facts")
    officer.locator("input[name='stop'][value='no']").check()
    officer.locator("[name='stop_source']").fill("Forslaget")
    press(officer, "Gem sagsgrundlaget")
    expect(officer.get_by_role("main")).to_contain_text("Endnu ikke afgjort")
    expect(officer.get_by_role("button", name=re.compile("^Bekræft"))).to_have_count(0)
    officer.goto(f"{site.address}/proposals/{reference}/hearing")
    expect(officer.locator("[id='facts']")).to_have_value(NEWS)
    press(officer, "Lav udkast til brevet")
    looked_at(officer, "88-hearing-draft")
    press(officer, "Send høringen")
    looked_at(officer, "89-hearing-sent")

    volunteer.goto(f"{site.address}/my-tasks")
    looked_at(volunteer, "90-applicant-with-hearing")
    volunteer.goto(f"{site.address}/proposals/{reference}/hearing-answer")
    expect(volunteer.get_by_role("main")).to_contain_text(NEWS)
    volunteer.locator("[id='answer']").fill("Tilbuddet er for børn. Vores er for voksne.")
    looked_at(volunteer, "91-hearing-answer")
    press(volunteer, "Send svaret")

    officer.goto(f"{site.address}/proposals/{reference}/hearing")
    expect(officer.get_by_role("main")).to_contain_text("Vores er for voksne.")
    officer.locator("[id='note']").fill("Tilbuddene har ikke samme målgruppe.")
    looked_at(officer, "92-hearing-answered")
    press(officer, "Luk høringen")


def sorts(officer: Page, site: Site, reference: str) -> None:
    """What counts is the consensus: evidence 3, everything else 2."""
    officer.goto(f"{site.address}/proposals/{reference}/sorting")
    expect(officer.get_by_role("main")).to_contain_text("Modenhed: 2,17 af 4,00")
    looked_at(officer, "93-sorting-after-hearing")
    press(officer, "Bekræft: Modningsdialog")
    expect(officer.get_by_role("main")).to_contain_text("Sorteringen er bekræftet.")
