"""How many pages does a memo fill on paper, and what stands on the first one?"""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from exports.decision_memo import render
from exports.memo_content import BudgetRow, CofundingRow, DecisionMemoFacts, GoalRow, OwnAnswer, PartnerRow
from exports.memo_values import placed_values
from tests.rules.memo_cases import GARDEN, HOUSING
from tests.rules.test_memo_hostile import hostile

pytestmark = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="LibreOffice and pdftotext lay out the pages",
)

SENTENCE = "Denne sætning er skrevet for at fylde en side i indstillingen. "
LONG_TEXTS = (
    *("summary", "problem", "supplement", "intervention", "target_group", "theory_of_change", "evidence"),
    *("result_goals", "learning", "partners", "capacity", "continuation", "budget", "risk"),
)
LONG = dict.fromkeys(LONG_TEXTS, SENTENCE * 30)
CELL = "Ord i en celle af skemaet, som er så lange, som ansøgeren kan skrive dem. " * 3
FEW = replace(
    GARDEN,
    budget="",
    partners="",
    result_goals="",
    sought_ore=9_500_000,
    smaller_reason="Foreningens egne frivillige laver evalueringen.",
    goals=(
        GoalRow(
            indicator="Har nogen at ringe til", baseline="6 af 30", target="20 af 30", measuring_points="Ved start"
        ),
        GoalRow(indicator="Kommer mindst otte gange", baseline="0", target="24", measuring_points="Hver måned"),
    ),
    budget_rows=(
        BudgetRow(year=2027, kind="Opstart", text="Højbede og redskaber", amount_ore=3_800_000),
        BudgetRow(year=2027, kind="Drift", text="Koordinator, 8 timer om ugen", amount_ore=4_700_000),
        BudgetRow(year=2028, kind="Evaluering", text="Spørgeskema", amount_ore=1_000_000),
    ),
    cofunding=(CofundingRow(funder="Boligforeningen", status="Aftalt", amount_ore=2_000_000),),
    partner_rows=(PartnerRow(name="Boligforeningen Ny Hjemmevej", cvr="99999926", role="Jord og vand"),),
)
MOST = {
    "goals": (
        GoalRow(
            indicator=CELL,
            baseline=CELL,
            target=CELL,
            measuring_points=CELL,
            data_source=CELL,
            success_share="80 %",
            deadweight="10 %",
            payer=CELL,
        ),
    )
    * 6,
    "budget_rows": tuple(
        BudgetRow(year=2027, kind=kind, text=CELL, amount_ore=100_000)
        for kind in ("Opstart", "Drift", "Evaluering", "Administration")
    )
    * 10,
    "cofunding": (CofundingRow(funder=CELL, status="Nej, vi har søgt eller vil søge", amount_ore=100_000),) * 10,
    "partner_rows": (PartnerRow(name=CELL, cvr="99999926", role=CELL),) * 10,
    "own_questions": (OwnAnswer(label="Spørgsmål", text=SENTENCE * 30),) * 5,
}  # fmt: skip
HOSTILE = [replace(hostile(number)[0], override=None) for number in (0, 1, 2)]
CASES: dict[str, tuple[DecisionMemoFacts, int]] = {
    "donation": (GARDEN, 2),
    "donation-long": (replace(GARDEN, **LONG), 2),
    "short-long": (replace(GARDEN, kind="short", **LONG), 2),
    "donation-rows": (FEW, 2),
    "donation-most": (replace(FEW, **LONG, **MOST), 2),
    "short-most": (replace(FEW, kind="short", **LONG, **MOST), 2),
    "investment-rows": (replace(FEW, kind="investment", is_draft=True), 4),
    "investment-most": (replace(FEW, kind="investment", **LONG, **MOST), 4),
    "investment": (HOUSING, 4),
    "investment-long": (replace(HOUSING, **LONG), 4),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The text of every page of every case, laid out in one run of LibreOffice."""
    folder = tmp_path_factory.mktemp("memos")
    every = {name: facts for name, (facts, _) in CASES.items()} | {facts.kind + "-hostile": facts for facts in HOSTILE}
    for name, facts in every.items():
        (folder / f"{name}.docx").write_bytes(render(facts))
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--convert-to", "pdf"]
    files = sorted(str(file) for file in folder.glob("*.docx"))
    subprocess.run([*command, "--outdir", str(folder), *files], check=True, capture_output=True, timeout=180)
    return {name: _page_texts(folder / f"{name}.pdf") for name in every}


def _page_texts(file: Path) -> list[str]:
    out = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, timeout=60)
    return out.stdout.decode().split("\f")[:-1]


@pytest.mark.parametrize("name", CASES)
def test_memo_ends_before_its_last_allowed_page_and_annexes_follow(name: str, pages: dict[str, list[str]]) -> None:
    starts = {text: [n for n, page in enumerate(pages[name], 1) if re.search(f"^{text}", page, re.MULTILINE)]
              for text in ("Sagsoplysninger", "Bilag 1. Modenhedsskema")}  # fmt: skip
    (memo_end,), (annex,) = starts.values()
    assert memo_end <= CASES[name][1]
    assert annex == memo_end + 1


@pytest.mark.parametrize("name", CASES)
def test_page_one_holds_resume_and_decision_points(name: str, pages: dict[str, list[str]]) -> None:
    first, wanted = pages[name][0], ("1. Resume", "Sorteret til", "Det indstilles:", "3. Baggrund")
    assert [text for text in wanted if text not in first] == []
    assert f"side 1 af {len(pages[name])}" in first


@pytest.mark.parametrize("facts", HOSTILE, ids=lambda facts: facts.kind)
def test_word_processor_shows_every_text_of_a_hostile_memo(
    facts: DecisionMemoFacts, pages: dict[str, list[str]]
) -> None:
    """Blanks and line ends are the word processor's own; the names of the texts are ours."""
    shown = re.sub(r"\s", "", "".join(pages[facts.kind + "-hostile"]))
    names = {name for value in placed_values(facts) for name in re.findall("«[a-z]+[a-z0-9_]*»", value.text)}
    assert len(names) > 100
    assert [name for name in sorted(names) if name not in shown] == []


@pytest.mark.parametrize("name", ["donation-rows", "short-most", "investment-rows"])
def test_reader_of_page_one_knows_what_for_how_much_from_where_and_why(name: str, pages: dict[str, list[str]]) -> None:
    first, facts = " ".join(pages[name][0].split()), CASES[name][0]
    amount = "95.000 kr." if facts.kind == "short" else "85.000 kr."
    pot = "" if facts.kind == "short" else "Årets donationspulje"
    asked = (facts.title, facts.organisation, amount, pot, "Donation (SORT7)", "Hvorfor dette spor: Indsatsen er ny")
    assert [words for words in asked if words not in first] == []
    assert ("UDKAST" in first) == facts.is_draft


def test_every_page_of_a_draft_says_that_it_is_one(pages: dict[str, list[str]]) -> None:
    assert [page for page in pages["investment-rows"] if "UDKAST – " not in page] == []
