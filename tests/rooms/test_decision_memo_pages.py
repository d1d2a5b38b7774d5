"""How many pages does a memo fill on paper, and what stands on the first one?"""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from exports.decision_memo import DecisionMemoFacts, render
from tests.rules.memo_cases import GARDEN, HOUSING

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
CASES: dict[str, tuple[DecisionMemoFacts, int]] = {
    "donation": (GARDEN, 2),
    "donation-long": (replace(GARDEN, **LONG), 2),
    "short-long": (replace(GARDEN, kind="short", **LONG), 2),
    "investment": (HOUSING, 4),
    "investment-long": (replace(HOUSING, **LONG), 4),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The text of every page of every case, laid out in one run of LibreOffice."""
    folder = tmp_path_factory.mktemp("memos")
    for name, (facts, _) in CASES.items():
        (folder / f"{name}.docx").write_bytes(render(facts))
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--convert-to", "pdf"]
    files = sorted(str(file) for file in folder.glob("*.docx"))
    subprocess.run([*command, "--outdir", str(folder), *files], check=True, capture_output=True, timeout=180)
    return {name: _page_texts(folder / f"{name}.pdf") for name in CASES}


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
