"""Does `raadslag policy run` keep its promises about output, faults and exit codes?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.policy import policy

FILE = '{"proposals": [{"id": "Å", "amount": 3000000, "participants": 60, "eligible": false}]}'
ROOT = Path(__file__).parents[2]


def run(*arguments: str, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(policy, ["run", *arguments], input=text)


def test_a_file_is_sorted_and_only_json_is_printed(tmp_path):
    file = tmp_path / "forslag.json"
    file.write_text(FILE, encoding="utf-8")

    result = run(str(file))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("}\n")
    assert [(r["id"], r["track"]) for r in json.loads(result.stdout)["results"]] == [("Å", "ineligible")]


def test_standard_input_and_a_named_policy_give_the_same_answer(tmp_path):
    file = tmp_path / "forslag.json"
    file.write_text(FILE, encoding="utf-8")

    assert run("-", "--policy", "2026", text=FILE).stdout_bytes == run(str(file)).stdout_bytes


def test_every_fault_is_a_line_on_standard_error_and_the_code_is_2():
    result = run("-", "--policy", "2031", text='{"proposals": [{"id": "a"}]}')

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "Politikken '2031' findes ikke. Vælg en af disse: 2026.",
        "Forslag 1 (a), participants: mangler.",
        "Forslag 1 (a), amount: mangler.",
    ]


def test_an_unknown_policy_alone_is_a_fault():
    result = run("-", "--policy", "", text=FILE)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Politikken '' findes ikke. Vælg en af disse: 2026.\n"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("findes-ikke.json", "Filen findes ikke."), (".", "Det er en mappe. Skriv navnet på en fil.")],
)
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path, name, reason):
    file = str(tmp_path / name)

    result = run(file)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{file}: {reason}\n")


@pytest.mark.parametrize("text", [b"", b"\xff", b"[" * 200_000, b"{"], ids=["empty", "latin1", "deep", "cut"])
def test_what_is_no_json_is_one_line(text):
    result = run("-", text=text)

    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


def test_help_is_in_plain_words():
    result = run("--help")

    assert result.exit_code == 0
    assert "Sortér forslagene i en JSON-fil." in result.stdout
    assert "kode 2" in result.stdout


def test_as_a_program_it_writes_utf8_in_any_locale_and_loads_neither_web_nor_database():
    program = (
        "import sys\n"
        "from app.commands.policy import policy\n"
        "heavy = {'flask', 'sqlmodel', 'sqlalchemy', 'wtforms', 'docx'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "policy()\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "run", "-"],
        input=FILE.encode(),
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["results"][0]["id"] == "Å"
