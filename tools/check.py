"""Is everything in order: format, lint, types, imports, templates and every test?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.steps import ROOT, answer_for, say
from tools.test_tools import missing_and_red, tell_missing
from tools.virtual_env import PYTHON, VENV

BIN = VENV / "bin"
STATIC_STEPS: dict[str, list[str | Path]] = {
    "types": [BIN / "mypy"],
    "format": [BIN / "ruff", "format", "--check"],
    "lint": [BIN / "ruff", "check"],
    "imports": [BIN / "lint-imports"],
    "templates": [BIN / "djlint", "--lint", "--quiet", "templates"],
}
LOADING: list[str | Path] = [PYTHON, "-m", "pytest", "--collect-only", "-qqq"]
"""Does every test file load? What the test processes would each compile for themselves is compiled here once."""
COMPILED = {"PYTHONPYCACHEPREFIX": str(VENV / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
"""What Python compiles is kept beside the environment: each process that a test starts would otherwise do it again."""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# The last line that pytest writes: "312 passed, 1 skipped in 80.12s (0:01:20)".
CLOSING = re.compile(r"^=*\s*(?P<counts>(\d+ [a-z]+(, )?)+|no tests ran) in (?P<seconds>[\d.]+)s")


@dataclass(frozen=True)
class Outcome:
    """One line of the table at the end."""

    step: str
    passed: bool
    seconds: float
    closing: str = ""


def run_step(
    step: str, command: Sequence[str | Path], tell: Callable[[str], None] = say, **environment: str
) -> Outcome:
    """Tells the step's own words as they come, and remembers the last line of them."""
    tell(f"\n== {step}")
    started, last = time.monotonic(), ""
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                tell(line.rstrip("\n"))
                last = line if line.strip() else last
        except BaseException:
            # Interrupted or asked to end: no step outlives the check that started it.
            process.terminate()
            raise
    return Outcome(step, process.returncode == 0, time.monotonic() - started, COLOUR.sub("", last).strip())


def run_beside(step: str, command: Sequence[str | Path]) -> Outcome:
    """A step that runs beside others: its words are told together, and only if it failed."""
    words: list[str] = []
    outcome = run_step(step, command, words.append, **COMPILED)
    say(f"== {step}: ok" if outcome.passed else "\n".join(words))
    return outcome


def run_static(steps: dict[str, list[str | Path]]) -> list[Outcome]:
    """As many steps at a time as there are processors; the longest is the first."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(run_beside, *step) for step in steps.items()]
        return [step.result() for step in running]


def test_command(arguments: Sequence[str]) -> list[str | Path]:
    workers = str(min((os.cpu_count() or 2) + 1, 8))  # One waits for a browser or a database while the others work.
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    return [PYTHON, "-m", "pytest", "-n", workers, "--dist", "worksteal", "--durations=5", *colour, *arguments]


def run_tests(arguments: Sequence[str]) -> Outcome:
    """The PostgreSQL package locks and listens in a folder that all test processes share and nobody else has.

    It would otherwise lock a file in /tmp, which belongs to whoever on this machine came first.
    """
    with tempfile.TemporaryDirectory(prefix="raadslag-") as folder:
        (Path(folder) / "python_PostgresServer").mkdir()
        return run_step("tests", test_command(arguments), XDG_RUNTIME_DIR=folder, **COMPILED)


def check_tools() -> Outcome:
    red = missing_and_red()
    return Outcome("test tools", not red, 0.0, f"missing: {', '.join(red)}" if red else "")


def tell_table(outcomes: Sequence[Outcome], seconds: float) -> None:
    say("\n== summary")
    for outcome in outcomes:
        result = "ok" if outcome.passed else "FAILED"
        say(f"{outcome.step:<12}{result:<8}{outcome.seconds:>7.1f} s")
    say(f"{'together':<20}{seconds:>7.1f} s")


def last_line(outcomes: Sequence[Outcome]) -> str:
    """pytest's own closing words; every other step that failed counts as one more failure."""
    tests = next((outcome for outcome in outcomes if outcome.step == "tests"), None)
    others = [outcome for outcome in outcomes if outcome is not tests]
    red = sum(not outcome.passed for outcome in others)
    if tests is None:
        return f"{len(others) - red} passed, {red} failed"
    closing = CLOSING.match(tests.closing)
    if closing is None:
        return f"0 passed, {red + 1} failed"
    counts = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", closing["counts"])}
    # A run can fail without a failed test, by an error in collecting them or by a warning at the end.
    failed = counts.pop("failed", 0) + counts.pop("errors", 0) + counts.pop("error", 0)
    failed = red + max(failed, 0 if tests.passed else 1)
    rest = "".join(f", {number} {word}" for word, number in counts.items() if word != "passed")
    passed = counts.get("passed", 0)
    return f"{passed} passed{f', {failed} failed' if failed else ''}{rest} in {closing['seconds']}s"


def main() -> int:
    """Every step runs, also after one that failed. `--static` leaves the tests out; the rest goes to pytest."""
    arguments = sys.argv[1:]
    has_tests, started = arguments != ["--static"], time.monotonic()
    outcomes = run_static({**STATIC_STEPS, "test files": LOADING} if has_tests else STATIC_STEPS)
    if has_tests:
        outcomes += [run_tests(arguments), check_tools()]
        tell_missing()
    tell_table(outcomes, time.monotonic() - started)
    say(last_line(outcomes))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(answer_for(main))
