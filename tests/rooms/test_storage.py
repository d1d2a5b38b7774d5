"""Is a stored file whole or not there, never served when it was changed, and never swept away while it is needed?"""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foundation.storage import FileDamaged, FileMissing, FileState, Storage, StoredFile

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
CONTENT = b"Budget 2027\n" * 50_000
PROJECT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "attachments"


def kept(folder: Path, content: bytes = CONTENT, *, age: timedelta = timedelta(0)) -> StoredFile:
    stored = Storage(folder).keep(io.BytesIO(content))
    aged(place(folder, stored.name), age)
    return stored


def place(folder: Path, name: str) -> Path:
    return folder / name[:2] / name


def aged(path: Path, age: timedelta) -> Path:
    moment = (NOON - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def unfinished(folder: Path, name: str, age: timedelta) -> Path:
    path = place(folder, name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    return aged(path, age)


def all_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def nobody(_name: str) -> bool:
    return False


# --- keep and read --------------------------------------------------------------------------------------------


def test_kept_file_is_read_as_it_was(folder: Path) -> None:
    stored = kept(folder)
    assert stored == StoredFile(stored.name, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert Storage(folder).read(stored.name, stored.sha256) == CONTENT
    assert Storage(folder).open(stored.name, stored.sha256).read() == CONTENT


def test_same_content_twice_is_two_files(folder: Path) -> None:
    first, second = kept(folder), kept(folder)
    assert (first.name != second.name, first.sha256 == second.sha256) == (True, True)
    assert list(Storage(folder).names()) == sorted([first.name, second.name])


def test_file_is_whole_on_the_disk_before_it_has_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk was told to write down, and what lay in the folder at that moment."""
    settled: list[tuple[str, list[int]]] = []
    really = os.fsync

    def watched(number: int) -> None:
        really(number)
        path = Path(os.readlink(f"/proc/self/fd/{number}"))
        sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
        settled.append((path.suffix or ("folder" if path.is_dir() else "file"), sizes))

    monkeypatch.setattr(os, "fsync", watched)
    kept(folder, b"short")
    assert settled == [("folder", []), (".part", [5]), ("folder", [5])]


def test_nobody_else_on_the_machine_may_read_a_file(folder: Path) -> None:
    path = place(folder, kept(folder).name)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


class Breaking(io.BytesIO):
    """An upload whose line breaks after the first piece."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__(CONTENT)
        self._fault = fault

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise self._fault
        return super().read(size)


@pytest.mark.parametrize("fault", [OSError("the line broke"), KeyboardInterrupt()])
def test_upload_that_breaks_leaves_nothing(folder: Path, fault: BaseException) -> None:
    with pytest.raises(type(fault)):
        Storage(folder).keep(Breaking(fault))
    assert all_files(folder) == []


def test_folder_that_cannot_be_settled_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(256):
        (folder / f"{number:02x}").mkdir(parents=True)
    really = os.fsync

    def full(number: int) -> None:
        if Path(os.readlink(f"/proc/self/fd/{number}")).suffix != ".part":
            raise OSError("no space left")
        really(number)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        Storage(folder).keep(io.BytesIO(CONTENT))
    assert all_files(folder) == []


# --- missing, damaged, smuggled -------------------------------------------------------------------------------


def test_missing_file_is_told(folder: Path) -> None:
    stored = kept(folder)
    place(folder, stored.name).unlink()
    with pytest.raises(FileMissing) as missing:
        Storage(folder).read(stored.name, stored.sha256)
    assert missing.value.text.startswith("Filen kan ikke hentes.")


def test_storage_without_its_folder_has_no_file(folder: Path) -> None:
    with pytest.raises(FileMissing):
        Storage(folder).read("0" * 32, "")
    assert (list(Storage(folder).names()), Storage(folder).sweep(nobody, at=NOON)) == ([], 0)


@pytest.mark.parametrize("at", [0, len(CONTENT) // 2, len(CONTENT) - 1])
def test_one_changed_byte_is_never_served(folder: Path, at: int) -> None:
    stored = kept(folder)
    changed = bytearray(CONTENT)
    changed[at] ^= 1
    place(folder, stored.name).write_bytes(changed)
    for served in (Storage(folder).read, Storage(folder).open):
        with pytest.raises(FileDamaged) as damaged:
            served(stored.name, stored.sha256)
        assert damaged.value.text.startswith("Filen er ændret, siden den blev gemt, og vises derfor ikke.")


@pytest.mark.parametrize("change", [lambda content: content[:-1], lambda content: content + b"x", lambda _: b""])
def test_shorter_or_longer_file_is_never_served(folder: Path, change: Callable[[bytes], bytes]) -> None:
    stored = kept(folder)
    place(folder, stored.name).write_bytes(change(CONTENT))
    with pytest.raises(FileDamaged):
        Storage(folder).read(stored.name, stored.sha256)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../secret",
        "/etc/passwd",
        "..",
        "aa/../../secret",
        "A" * 32,
        "g" * 32,
        "a" * 31,
        "a" * 33,
        "a" * 32 + "\n",
        "a" * 32 + ".part",
        "a" * 31 + "\0",
        "١" * 32,
    ],
)
def test_name_that_is_not_ours_is_refused_before_the_disk_is_asked(folder: Path, name: str) -> None:
    (folder.parent / "secret").write_bytes(CONTENT)
    with pytest.raises(ValueError, match="not the name of a stored file"):
        Storage(folder).read(name, hashlib.sha256(CONTENT).hexdigest())


# --- sweep ----------------------------------------------------------------------------------------------------


def test_sweeper_takes_the_old_that_no_row_knows_and_nothing_else(folder: Path) -> None:
    old, young = kept(folder, age=DAY + timedelta(seconds=1)), kept(folder, age=DAY - timedelta(seconds=1))
    known = kept(folder, age=10 * DAY)
    unfinished(folder, "a" * 32, DAY + timedelta(seconds=1))
    unfinished(folder, "b" * 32, DAY - timedelta(seconds=1))
    asked: list[str] = []

    def is_known(name: str) -> bool:
        asked.append(name)
        return name == known.name

    assert Storage(folder).sweep(is_known, at=NOON) == 2
    assert all_files(folder) == sorted([young.name, known.name, "b" * 32 + ".part"])
    assert sorted(asked) == sorted([old.name, known.name, "a" * 32])
    assert Storage(folder).sweep(is_known, at=NOON) == 0


def test_sweeper_waits_as_long_as_it_is_told(folder: Path) -> None:
    kept(folder, age=timedelta(hours=2))
    assert Storage(folder).sweep(nobody, at=NOON, older_than=timedelta(hours=2)) == 0
    assert Storage(folder).sweep(nobody, at=NOON, older_than=timedelta(hours=1)) == 1


def test_moment_without_a_time_zone_is_refused(folder: Path) -> None:
    kept(folder, age=10 * DAY)
    with pytest.raises(ValueError, match="time zone"):
        Storage(folder).sweep(nobody, at=NOON.replace(tzinfo=None))


def test_what_is_not_ours_is_neither_named_nor_swept(folder: Path) -> None:
    stranger = folder.parent / "stranger"
    own_like = "cd" + "0" * 30
    for path in (
        stranger / own_like,
        folder / own_like,
        folder / "ab" / own_like,
        folder / "ab" / "abnotes.txt",
        folder / "cd0" / ("cd0" + "0" * 29),
        folder / "word-templates" / "donation.docx",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        aged(path, 10 * DAY)
    (folder / "cd").symlink_to(stranger)
    (folder / "ab" / ("ab" + "1" * 30)).symlink_to(stranger / own_like)
    before = all_files(folder.parent)
    assert (list(Storage(folder).names()), Storage(folder).sweep(nobody, at=NOON)) == ([], 0)
    assert all_files(folder.parent) == sorted([*before, "attachments.lock"])


def test_sweeper_leaves_everything_while_a_copy_is_taken(folder: Path) -> None:
    orphan = kept(folder, age=10 * DAY)
    with Storage(folder).kept_still(), Storage(folder).kept_still():  # Two copies do not wait for each other.
        assert Storage(folder).sweep(nobody, at=NOON) == 0
    assert Storage(folder).state_of(orphan.name, orphan.sha256) is FileState.WHOLE
    assert Storage(folder).sweep(nobody, at=NOON) == 1
    assert Storage(folder).state_of(orphan.name, orphan.sha256) is FileState.MISSING


def test_name_without_a_file_and_a_file_without_its_end_are_told_apart(folder: Path) -> None:
    stored = kept(folder)
    unfinished(folder, "a" * 32, DAY)
    assert list(Storage(folder).names()) == [stored.name]


# --- killed ---------------------------------------------------------------------------------------------------

KILLED = """
import io, os, sys
from pathlib import Path
from foundation.storage import Storage

class Killing(io.BytesIO):
    def read(self, size=-1):
        if self.tell():
            os._exit(9)
        return super().read(size)

Storage(Path(sys.argv[1])).keep(Killing(bytes(600_000)))
"""


def test_program_killed_half_way_leaves_only_what_the_sweeper_takes_a_day_later(folder: Path) -> None:
    stored = kept(folder, age=10 * DAY)
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], cwd=PROJECT, check=False)
    (half,) = list(folder.rglob("*.part"))
    assert (done.returncode, list(Storage(folder).names())) == (9, [stored.name])

    aged(half, DAY - timedelta(seconds=1))
    assert Storage(folder).sweep(lambda name: name == stored.name, at=NOON) == 0
    aged(half, DAY + timedelta(seconds=1))
    assert Storage(folder).sweep(lambda name: name == stored.name, at=NOON) == 1
    assert Storage(folder).read(stored.name, stored.sha256) == CONTENT


def test_file_whose_row_never_came_is_taken_a_day_later(folder: Path) -> None:
    kept(folder, age=DAY - timedelta(seconds=1))
    assert Storage(folder).sweep(nobody, at=NOON) == 0
    assert Storage(folder).sweep(nobody, at=NOON + timedelta(seconds=2)) == 1
    assert all_files(folder) == []
