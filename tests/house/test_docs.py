"""Do the written pages still tell the truth: links, commands, paths, settings, terms and examples?"""

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app.cli import raadslag
from app.web_app import create_app, wording
from foundation.audit import event_kinds
from foundation.identity.roles import ROLE_WORDS, Role
from foundation.permissions import PERMISSIONS
from foundation.settings import PROJECT, Settings, SettingsFault
from intake.rules.agreement import Agreement
from intake.rules.assignment import DeclineReason
from intake.rules.call import CallState, ExtraKind, FocusArea
from intake.rules.formal_check import CheckOutcome
from intake.rules.letter import LetterKind
from intake.rules.lifecycle import LETTERS, State
from intake.rules.proposal import Wish
from intake.rules.track import Track
from scoring.rules.case_facts import FactGroup, RiskLevel
from scoring.rules.dimensions import Dimension
from scoring.rules.gain_share import GainKind
from scoring.rules.goal_payers import PayerKind
from scoring.rules.legal import DataProtection, ProcurementRegime, ProcurementRoute
from scoring.rules.legal_figures import LegalFigureKind
from scoring.rules.maturity import Level
from scoring.rules.payer import CanPay
from scoring.rules.ranking import Standing
from scoring.rules.stability import Verdict

DOCS = PROJECT / "docs"
PAGES = sorted([*PROJECT.glob("*.md"), *DOCS.rglob("*.md"), *(PROJECT / "tests").rglob("*.md")])
PAGE = {page.relative_to(PROJECT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))

ENDINGS = ("py", "md", "html", "toml", "csv", "txt", "json", "sh", "css", "js", "svg", "png", "cjs")
# Made when the project is set up or used, by a reader of the page, or outside the project.
NOT_OF_THE_PROJECT = ("var/", ".venv/", "static/vendor/", "node_modules/")
NEW_BY_THE_READER = {
    "proposals.json",
    "exports/NAME.py",
    "exports/NAME_facts.py",
    "exports/sorting_grounds.py",
    "exports/sorting_grounds_facts.py",
    "scoring/rules/policies/policy_2027.py",
    "intake/rules/questions/core_2028.py",
    "/exports/sorting-grounds/<reference>",
}
# In two halves, so that this file is not found by a search of its own.
FOREIGN = ("pypi" + ".org", "python" + "hosted", "npm" + "js.", "npm" + "mirror", "index" + "-url")
# Absolute paths, as they stand on one machine and not on another. /srv stands for anybody's own.
ONE_MACHINE = re.compile(r"(?<![\w.:/<])/(?:home|root|Users|tmp|opt|mnt|work|workspace)/")


# ---- what stands on a page -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a page, and where it stands."""

    page: str
    text: str


def fenced(text: str, language: str) -> list[str]:
    """The code blocks of a page in one language, their indentation in a list taken away."""
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks]


def without_fences(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def inline() -> Iterator[Said]:
    for page, text in PAGE.items():
        for code in re.findall(r"`([^`\n]+)`", without_fences(text)):
            yield Said(page, code)


def commands() -> Iterator[Said]:
    """Every line a reader may type: shell blocks, and inline code that begins like a command."""
    for page, text in PAGE.items():
        for block in fenced(text, "sh"):
            yield from (Said(page, line) for line in block.splitlines())
    yield from (said for said in inline() if re.match(r"(\.venv/bin/|make |raadslag )", said.text))


def table_under(text: str, heading: str) -> list[list[str]]:
    """The rows of the table in a section, without its head."""
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def in_code(cell: str) -> str:
    found = re.fullmatch(r"`([^`]+)`", cell)
    return found[1] if found else ""


# ---- links, paths, addresses ---------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """The names that a link can point to: headings in small letters, with hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", without_fences(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_to_a_page_of_the_project() -> None:
    dead = []
    for page, text in PAGE.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", without_fences(text)):
            path, _, anchor = target.partition("#")
            place = (PROJECT / page).parent / path if path else PROJECT / page
            if not place.exists() or (anchor and anchor not in anchors(place.read_text(encoding="utf-8"))):
                dead.append((page, target))
    assert dead == []


def looks_like_a_path(code: str) -> bool:
    if re.search(r"[\s*…<>={}]|://|^/", code) or code.startswith(NOT_OF_THE_PROJECT):
        return False
    return code.endswith("/") or code.rpartition(".")[2] in ENDINGS or bool(re.fullmatch(r"[a-z]+(/[\w.]+)+", code))


def test_every_named_file_is_in_the_project() -> None:
    grammar = {"rules/", "models.py", "queries.py", "actions.py", "events.py", "wording.py", "forms.py", "views.py"}
    missing = [
        said
        for said in inline()
        if looks_like_a_path(said.text)
        and said.text not in NEW_BY_THE_READER | grammar
        and not (PROJECT / said.text).exists()
        and not ((PROJECT / said.page).parent / said.text).exists()
    ]
    assert missing == []


def test_every_named_address_is_a_route(settings: Settings) -> None:
    app = create_app(replace(settings, database_url="sqlite://"))
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    named = [said for said in inline() if said.text.startswith("/") and said.text not in NEW_BY_THE_READER]
    assert named
    assert [said for said in named if said.text not in routes] == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set[Path](), [PROJECT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+\.md)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links]
    assert [page for page in PAGES if page not in seen and PROJECT / "tests" not in page.parents] == []


@pytest.mark.parametrize("page", PAGE)
def test_a_page_names_no_registry_and_no_path_of_one_machine(page: str) -> None:
    text = PAGE[page]
    assert [word for word in FOREIGN if word in text] == []
    assert ONE_MACHINE.findall(text) == []


def test_no_page_points_out_of_the_project() -> None:
    outside = re.compile(r"\.\./shared|(?<!\w)~/|file://")
    assert [(page, found[0]) for page, text in PAGE.items() if (found := outside.search(text))] == []


# ---- commands ------------------------------------------------------------------------------------------------------


def make_targets() -> set[str]:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_every_make_target_exists() -> None:
    typed = [said for said in commands() if re.match(r"make ", said.text)]
    assert {said.text.split()[1] for said in typed} >= {"run", "test", "setup", "check"}
    assert [said for said in typed if said.text.split()[1] not in make_targets()] == []


def fault_in(words: list[str]) -> str:
    """What is wrong with the words after `raadslag`: a subcommand or an option that is not there."""
    command: click.Command = raadslag
    context = click.Context(command)
    for word in words:
        if isinstance(command, click.Group) and not word.startswith("-"):
            found = command.get_command(context, word)
            if found is None:
                return f"no {word}"
            command = found
        elif word.startswith("--") and word not in {name for option in command.params for name in option.opts}:
            return f"no {word}"
    return ""


def raadslag_lines() -> list[Said]:
    typed = (Said(said.page, said.text.removeprefix(".venv/bin/")) for said in commands())
    return [said for said in typed if said.text.startswith("raadslag ")]


def test_every_raadslag_command_that_is_told_of_exists() -> None:
    lines = raadslag_lines()
    assert {said.text.split()[1] for said in lines} >= {"serve", "worker", "db", "user", "policy", "export"}
    assert {said.text: fault for said in lines if (fault := fault_in(said.text.split()[1:]))} == {}


def test_every_command_that_can_be_run_is_told_of() -> None:
    told = {said.text for said in raadslag_lines()}
    groups = {
        name: raadslag.get_command(click.Context(raadslag), name)
        for name in raadslag.list_commands(click.Context(raadslag))
    }
    runnable = {
        f"raadslag {name}{f' {sub}' if sub else ''}"
        for name, command in groups.items()
        for sub in (command.commands if isinstance(command, click.Group) else [""])
    }
    # `demo run` stands behind `make run`, and `demo load` beside it.
    untold = {line for line in runnable if not any(text.startswith(line) for text in told)}
    assert untold == {"raadslag demo run", "raadslag demo load"}


def test_every_test_path_that_a_reader_types_exists() -> None:
    typed = [word for said in commands() for word in said.text.split() if word.startswith(("tests/", "ARGS=tests"))]
    assert typed
    assert [word for word in typed if not (PROJECT / word.removeprefix("ARGS=")).exists()] == []


# ---- settings ------------------------------------------------------------------------------------------------------


class Recording(dict[str, str]):
    """An environment that remembers which names were asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked = set[str]()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


def settings_table() -> dict[str, list[str]]:
    rows = table_under(PAGE["docs/production.md"], "Settings")
    return {in_code(row[0]): row[1:] for row in rows}


def test_settings_table_is_what_the_code_reads() -> None:
    environment = Recording({"RAADSLAG_ENV": "demo", "RAADSLAG_SECRET_KEY": "given, so that none is kept on disk"})
    Settings.from_env(environment)
    tests_only = {name for name in settings_table() if name.startswith("RAADSLAG_TEST_")}
    assert environment.asked == set(settings_table()) - tests_only

    sources = [*(PROJECT / "tools").glob("*.py"), *(PROJECT / "tests").rglob("conftest.py")]
    named = {name for file in sources for name in re.findall(r"RAADSLAG_TEST_[A-Z_]+", file.read_text())}
    assert tests_only == named


def test_settings_table_says_what_production_demands() -> None:
    with pytest.raises(SettingsFault) as fault:
        Settings.from_env({})
    missing = {gap.partition(" is missing")[0] for gap in fault.value.gaps}
    assert {name for name, cells in settings_table().items() if cells[0] == "yes"} == missing


def test_every_setting_named_anywhere_is_in_the_table() -> None:
    named = {name for text in PAGE.values() for name in re.findall(r"\bRAADSLAG_[A-Z_]+[A-Z]", text)}
    assert named <= set(settings_table())


# ---- glossary ------------------------------------------------------------------------------------------------------

LISTS: dict[str, tuple[type[StrEnum], ...]] = {
    "Roles": (Role,),
    "States of a proposal": (State,),
    "Tracks": (Track,),
    "Focus areas": (FocusArea,),
    "Dimensions of maturity": (Dimension,),
    "Smaller lists": (
        *(Level, CallState, ExtraKind, Wish, CheckOutcome, Standing, CanPay, Agreement, DeclineReason, LetterKind),
        *(FactGroup, RiskLevel, PayerKind, ProcurementRegime, ProcurementRoute, DataProtection, LegalFigureKind),
        *(GainKind, Verdict),
    ),
}


def danish(member: StrEnum) -> str:
    return ROLE_WORDS[member] if isinstance(member, Role) else wording(member)


@pytest.mark.parametrize("heading", LISTS)
def test_glossary_holds_every_member_with_the_words_of_the_screens(heading: str) -> None:
    rows = table_under(PAGE["docs/glossary.md"], heading)
    assert [(row[-3], in_code(row[-1])) for row in rows] == [
        (danish(member), member.value) for members in LISTS[heading] for member in members
    ]
    assert [row for row in rows if not row[-2]] == []


def test_glossary_letters_are_those_of_the_rights_matrix() -> None:
    rows = table_under(PAGE["docs/glossary.md"], "States of a proposal")
    assert {row[0]: in_code(row[-1]) for row in rows} == {letter: state.value for letter, state in LETTERS.items()}


@pytest.mark.parametrize(
    ("heading", "words"), [("Permission words", PERMISSIONS), ("Events", event_kinds())], ids=["permissions", "events"]
)
def test_glossary_holds_every_permission_word_and_event(heading: str, words: dict[str, object]) -> None:
    rows = table_under(PAGE["docs/glossary.md"], heading)
    assert sorted(in_code(row[0]) for row in rows) == sorted(words)
    assert [row for row in rows if not row[1]] == []


def test_names_of_the_glossary_stand_where_it_says() -> None:
    """`Name` in `file`: the class or constant is defined there."""
    text = PAGE["docs/glossary.md"]
    claims = re.findall(r"((?:`[\w.]+`(?:, | and )?)+) in `([\w/]+\.py)`", text)
    assert len(claims) > 20
    wrong = []
    for names, file in claims:
        source = (PROJECT / file).read_text(encoding="utf-8")
        for name in re.findall(r"`(?:\w+\.)?(\w+)`", names):
            if not re.search(rf"^(?:class |def |    )?{name}\b", source, re.MULTILINE):
                wrong.append((name, file))
    assert wrong == []


# ---- files of the command line, decisions, screenshot --------------------------------------------------------------


def test_policy_example_gives_the_answer_that_stands_there() -> None:
    example, beginning = fenced(PAGE["docs/policy-file.md"], "json")
    answer = CliRunner().invoke(raadslag, ["policy", "run", "-"], input=example)
    assert answer.exit_code == 0
    assert answer.stdout.startswith(beginning.rstrip().removesuffix(",")), answer.stdout[:500]


def test_business_case_example_gives_the_answer_that_stands_there() -> None:
    example, beginning = fenced(PAGE["docs/business-case-file.md"], "json")
    answer = CliRunner().invoke(raadslag, ["business-case", "run", "-"], input=example)
    assert answer.exit_code == 0
    assert answer.stdout.startswith(beginning.rstrip().removesuffix(",")), answer.stdout[:500]


def test_policy_example_shows_every_key_and_its_value_when_missing() -> None:
    """A file with the required keys alone is sorted like the example that spells all the values out."""
    example = json.loads(fenced(PAGE["docs/policy-file.md"], "json")[0])
    (proposal,) = example["proposals"]
    short = {"proposals": [{key: proposal[key] for key in ("id", "amount", "participants", "scores")}]}
    answers = [
        CliRunner().invoke(raadslag, ["policy", "run", "-"], input=json.dumps(file)) for file in (example, short)
    ]
    assert answers[0].exit_code == 0
    assert answers[0].stdout == answers[1].stdout


def test_decisions_are_numbered_listed_and_of_one_form() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    index = PAGE["docs/decisions/README.md"]
    assert re.findall(r"\]\((0\d+[\w-]+\.md)\)", index) == [page.name for page in DECISIONS]
    headings = ["Context", "Decision", "Consequences", "What would make us change it"]
    for page in DECISIONS:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]} "), page.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == headings, page.name


def test_python_shown_to_newcomers_is_python() -> None:
    blocks = [block for text in PAGE.values() for block in fenced(text, "python")]
    assert blocks
    for block in blocks:
        compile(block, "CONTRIBUTING.md", "exec")


def test_screenshot_is_there_and_small() -> None:
    picture = (DOCS / "screenshot.png").read_bytes()
    width, _height = struct.unpack(">II", picture[16:24])
    assert (picture[:8], width) == (b"\x89PNG\r\n\x1a\n", 1280)
    assert len(picture) < 200_000


def test_no_heading_stands_twice_on_a_page() -> None:
    for page, text in PAGE.items():
        headings = sorted(re.findall(r"^#+ .+$", without_fences(text), re.MULTILINE))
        assert [one for one, other in pairwise(headings) if one == other] == [], page
