"""Can a proposal be walked from the open call to a Word memo in a real browser, as its users would?"""

import io
import re

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, follow, picture, sign_in

TITLE = "Skakbrættet på biblioteket"
LONG = "Vi skriver, hvad vi ved, og hvad vi vil gøre. Der er tal og kilder i vores eget notat."


TEXTS = {
    "idea": ("summary", "problem", "supplement"),
    "target_group": ("target_group", "inclusion"),
    "intervention": ("intervention", "theory_of_change", "evidence"),
    "results": tuple(f"result_goals-0-{column}" for column in ("indicator", "baseline", "target", "measuring_points")),
    "organisation": ("capacity", "continuation"),
}
"""The controls of each section that take the same text; what else a section asks is filled in beside them."""


def _fill(page: Page, section: str, **others: str) -> None:
    page.wait_for_url(f"**/sections/{section}*")
    for control in TEXTS.get(section, ()):
        page.locator(f"#{control}").fill(LONG)
    for control, text in others.items():
        page.locator(f"#{control}").fill(text)


def _next(page: Page) -> None:
    follow(page.get_by_role("button", name="Gem og fortsæt"))


def _fill_draft(page: Page, site: Site) -> None:
    _fill(page, "idea", title=TITLE)
    page.get_by_label("Flere i udsatte boligområder skal i uddannelse, job og være aktive medborgere").check()
    page.get_by_label("Donation").check()
    follow(page.get_by_role("button", name="Gem kladde"))
    expect(page.get_by_text("Kladden er gemt.")).to_be_visible()
    picture(page, site, "10-draft-saved")
    _next(page)
    _fill(page, "target_group", participants="mange")
    _next(page)
    expect(page.get_by_role("alert")).to_contain_text("Ret")
    expect(page.get_by_label("Hvem er indsatsen for?")).to_have_value(LONG)
    picture(page, site, "11-draft-fault")
    page.locator("#participants").fill("40")
    _next(page)
    _fill(page, "intervention", starts_on="1.8.2027", ends_on="31.7.2028")
    _next(page)
    _fill(page, "results", **{"result_goals-0-data_source": "Vi spørger deltagerne selv."})
    _next(page)
    _fill(
        page, "money", **{"budget-0-year": "2027", "budget-0-text": "Skakbræt og værter", "budget-0-amount": "90.000"}
    )
    page.locator("#budget-0-kind").select_option("delivery")
    page.locator("#amount_sought").fill("90.000")
    _next(page)
    _fill(page, "organisation")
    _next(page)
    page.wait_for_url("**/sections/declarations")
    for question in ("in_aarhus", "beyond_duty", "public_benefit", "one_off", "accepts_rules"):
        page.locator(f"input[name={question}][value=yes]").check()
    for question in ("already_started", "profit_aim", "economic_activity", "ties"):
        page.locator(f"input[name={question}][value=no]").check()
    _next(page)
    follow(page.get_by_role("link", name="Fortsæt"))


def _apply(page: Page, site: Site) -> str:
    """The volunteer: from the front page to a receipt; returns the reference."""
    page.goto(site.address)
    picture(page, site, "01-front")
    follow(page.get_by_role("link", name="Nye veje til job, bolig og fællesskab"))
    picture(page, site, "02-call")
    follow(page.get_by_role("link", name="Start et forslag").first)
    picture(page, site, "03-sign-in")
    follow(page.get_by_role("button", name="Frivillig i Byhavens Venner"))
    picture(page, site, "04-apply")
    follow(page.get_by_role("button", name=re.compile("Byhavens Venner")))
    _fill_draft(page, site)
    expect(page.get_by_text(TITLE).first).to_be_visible()
    picture(page, site, "12-check")
    follow(page.get_by_role("button", name="Send forslaget"))
    picture(page, site, "13-receipt")
    reference = re.search(r"\d{4}-\d\d-\d{3}", page.get_by_role("main").inner_text())
    assert reference is not None
    return reference.group()


def _check_and_route(page: Page, site: Site, reference: str) -> None:
    sign_in(page, site, "Sagsbehandler i sekretariatet")
    picture(page, site, "20-secretariat")
    page.goto(f"{site.address}/proposals/{reference}/formal-check")
    page.wait_for_url("**/conflict")
    _declare(page)
    page.goto(f"{site.address}/proposals/{reference}/formal-check")
    picture(page, site, "21-formal-check")
    for number in range(1, 18):
        if page.locator(f"input[name='EL{number}_outcome']:checked").count() == 0:
            page.locator(f"input[name='EL{number}_outcome'][value='ok']").check()
            page.locator(f"[id='EL{number}_note']").fill("Set efter i forslaget.")
    follow(page.get_by_role("button", name="Formalia er i orden"))
    page.wait_for_url("**/route")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_label("Hvem skal vurdere modenheden i forvaltningen?").select_option(
        label="Konsulent i Sociale Forhold og Beskæftigelse (MSB)"
    )
    page.get_by_label("Hvem skal vurdere modenheden i sekretariatet?").select_option(label="Fuldmægtig i sekretariatet")
    picture(page, site, "22-route")
    follow(page.get_by_role("button", name=re.compile("Send")))
    expect(page.get_by_text("Forslaget er sendt til forvaltningen.")).to_be_visible()


def _answer_and_assess(page: Page, site: Site, reference: str) -> None:
    sign_in(page, site, "Konsulent i Sociale Forhold og Beskæftigelse")
    picture(page, site, "30-reviewer")
    page.goto(f"{site.address}/proposals/{reference}")
    page.wait_for_url("**/conflict")
    assert LONG not in page.content()
    picture(page, site, "31-conflict")
    _declare(page)
    page.goto(f"{site.address}/proposals/{reference}/answer")
    page.get_by_label("Hvad siger forvaltningen om forslaget?").fill("Vi ser gerne idéen prøvet.")
    page.locator("input[name='can_pay'][value='no']").check()
    page.locator("input[name='has_adverse_facts'][value='no']").check()
    picture(page, site, "32-answer")
    follow(page.get_by_role("main").get_by_role("button").first)
    expect(page.get_by_text("Forvaltningens svar er sendt.")).to_be_visible()
    _assess(page, site, reference)


def _declare(page: Page) -> None:
    page.get_by_label("Nej, jeg er ikke inhabil").check()
    follow(page.get_by_role("main").get_by_role("button").first)


def _assess(page: Page, site: Site, reference: str) -> None:
    page.goto(f"{site.address}/proposals/{reference}/assessment")
    picture(page, site, "33-assessment")
    assert page.locator("input[type=radio]:checked").count() == 0, "no level may be chosen beforehand"
    for name, score in zip(
        ("target_group", "need", "theory_of_change", "evidence", "result_goals", "economy", "payer", "capacity"),
        (1, 2, 2, 1, 2, 1, 1, 2),
        strict=True,
    ):
        page.locator(f"input[name={name}_score][value='{score}']").check()
        page.locator(f"[name={name}_reason]").fill(f"Grunden til {name} står i forslaget.")
        page.locator(f"[name={name}_evidence]").fill("Forslagets eget afsnit")
        if name != "capacity":
            page.get_by_role("button", name="Næste").click()
    follow(page.get_by_role("button", name="Afslut vurderingen"))
    expect(page.get_by_text("Din vurdering er afsluttet. Tak.")).to_be_visible()


def _agree(page: Page, site: Site, reference: str) -> None:
    """The second assessor scores the same, and the secretariat records that they agree."""
    sign_in(page, site, "Fuldmægtig i sekretariatet")
    page.goto(f"{site.address}/proposals/{reference}")
    page.wait_for_url("**/conflict")
    _declare(page)
    _assess(page, site, reference)
    sign_in(page, site, "Sagsbehandler i sekretariatet")
    page.goto(f"{site.address}/proposals/{reference}/consensus")
    picture(page, site, "39-consensus")
    follow(page.get_by_role("button", name="Registrér konsensus"))
    expect(page.get_by_text("Konsensus er registreret.")).to_be_visible()


def _sort(page: Page, site: Site, reference: str) -> None:
    page.goto(f"{site.address}/proposals/{reference}/case-facts")
    answers = {
        "stop": "no",
        "municipal": "no",
        "small_organisation": "yes",
        "innovative": "yes",
        "needs_fund": "yes",
        "assessment_written": "yes",
        "learning_purpose": "yes",
        "economic_activity": "no",
    }
    for name, value in answers.items():
        page.locator(f"input[name={name}][value='{value}']").check()
        page.locator(f"[name={name}_source]").fill("Forslaget og samtalen med ansøgeren")
        page.locator(f"[name={name}_reason]").fill("Det står i forslaget.")
    picture(page, site, "40-case-facts")
    follow(page.get_by_role("main").get_by_role("button", name=re.compile("Gem")).first)
    page.wait_for_url("**/sorting")
    expect(page.get_by_role("main")).to_contain_text("SORT7")
    picture(page, site, "41-sorting")
    follow(page.get_by_role("button", name=re.compile("^Bekræft")))
    expect(page.get_by_text("Sorteringen er bekræftet.")).to_be_visible()


def _release(page: Page, site: Site, reference: str) -> None:
    """The officer rewrites one text, takes over the proposed dates, and releases the memo."""
    page.goto(f"{site.address}/proposals/{reference}/memo")
    picture(page, site, "42-memo-sheet")
    expect(page.get_by_role("button", name="Klarmeld", exact=True)).to_have_count(0)  # No day for the report yet.
    page.goto(f"{site.address}/proposals/{reference}/memo/sections/background")
    page.locator("#problem").fill("Mange sidder alene i området. Det viser boligforeningens undersøgelse.")
    picture(page, site, "43-memo-section")
    follow(page.get_by_role("button", name="Gem afsnit", exact=True))
    expect(page.get_by_role("main")).to_contain_text("Rettet af Sagsbehandler i sekretariatet")
    page.goto(f"{site.address}/proposals/{reference}/memo/sections/frame")
    page.locator("#case_number").fill("26/000123-4")
    page.locator("#amount").fill("80.000")
    follow(page.get_by_role("button", name="Gem afsnit", exact=True))
    expect(page.get_by_role("alert")).to_be_visible()  # A smaller amount has its reasons.
    page.locator("#smaller_reason").fill("Værterne er frivillige, så der er ikke brug for løn til dem.")
    picture(page, site, "44-memo-frame")
    follow(page.get_by_role("button", name="Gem afsnit", exact=True))
    follow(page.get_by_role("button", name="Klarmeld", exact=True))
    expect(page.get_by_text("Indstillingen er klarmeldt.").first).to_be_visible()


def _place(page: Page, site: Site, reference: str) -> None:
    """A meeting is planned, and the case comes on the council's table."""
    page.goto(f"{site.address}/proposals/{reference}/agenda")
    picture(page, site, "45-place")
    page.locator("#meeting").select_option(index=1)
    follow(page.get_by_role("main").get_by_role("button", name="Sæt på dagsordenen"))
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    picture(page, site, "46-agenda")
    page.goto(f"{site.address}/proposals/{reference}")
    expect(page.get_by_role("main")).to_contain_text("Tag af dagsordenen")


def _memo(page: Page, site: Site, reference: str) -> str:
    page.goto(f"{site.address}/proposals/{reference}/papers")
    picture(page, site, "50-papers")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Hent")).first.click()
    path = waiting.value.path()
    document = docx.Document(io.BytesIO(path.read_bytes()))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_proposal_walks_from_call_to_the_councils_table(page: Page, site: Site) -> None:
    reference = _apply(page, site)
    site.deliver_mail()
    page.goto(f"{site.address}/mailbox")
    expect(page.get_by_text(f"Vi har modtaget jeres forslag {reference}").first).to_be_visible()
    picture(page, site, "14-mailbox")
    _check_and_route(page, site, reference)
    _answer_and_assess(page, site, reference)
    _agree(page, site, reference)
    _sort(page, site, reference)
    _release(page, site, reference)
    _place(page, site, reference)
    memo = _memo(page, site, reference)
    assert memo.count("Det indstilles:") == 1
    assert "80.000\u00a0kr." in memo
    assert "UDKAST" not in memo
    page.goto(f"{site.address}/proposals/{reference}/history")
    for said in (
        "sendte forslaget",
        "tjekkede formalia",
        "blev afsluttet",
        "bekræftede sorteringen",
        "klarmeldt",
        "kom på dagsordenen",
    ):
        expect(page.get_by_role("main")).to_contain_text(re.compile(said, re.IGNORECASE))
    picture(page, site, "60-history")


def test_the_walk_to_a_receipt_works_without_javascript(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{site.address}/calls/nye-veje")
    follow(page.get_by_role("link", name="Start et forslag").first)
    follow(page.get_by_role("button", name="Frivillig i Byhavens Venner"))
    follow(page.get_by_role("button", name=re.compile("Byhavens Venner")))
    page.get_by_label("Hvad hedder jeres forslag?").fill(TITLE)
    follow(page.get_by_role("button", name="Gem kladde"))
    expect(page.get_by_text("Kladden er gemt.")).to_be_visible()
    expect(page.get_by_label("Hvad hedder jeres forslag?")).to_have_value(TITLE)
    context.close()
