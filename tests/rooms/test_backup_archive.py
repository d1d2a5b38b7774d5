"""Is an archive that was cut, changed or made by somebody else refused, wherever the damage is?"""

import io
import json
import re
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from app.backup.archive import checked, members, new_archive, read_with_care
from app.backup.manifest import MANIFEST, BackupFault, Manifest, TableCopied, _seal, understood, written
from app.backup.restoring import _place_of

FILES = {"database.sqlite": b"rows " * 300, "attachments/" + "ab" * 16: b"Budget", "word-templates/memo.docx": b"PK"}
MADE = Manifest(
    database="sqlite",
    revision="0006",
    copied_at="2027-03-01T11:00:00+00:00",
    version="0.1.0",
    parts=(),
    tables=(TableCopied("person", ("id", "email"), 3),),
    wanting=("cd" * 16,),
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return make(tmp_path / "copy.tar")


def make(file: Path) -> Path:
    with new_archive(file) as made:
        for name, content in FILES.items():
            made.add(name, io.BytesIO(content))
        made.close(replace(MADE, parts=tuple(made.parts)))
    return file


def contents(file: Path) -> dict[str, bytes]:
    with read_with_care():
        return {name: stream.read() for name, stream in members(file)}


def rewritten(file: Path, changed: dict[str, bytes], *, twice: str = "") -> None:
    """Another archive with the same files but for those that are given; b"" leaves one out."""
    kept = contents(file) | changed
    with tarfile.open(file, "w") as tar:
        for name in [*kept, *([twice] if twice else [])]:
            if kept[name]:
                entry = tarfile.TarInfo(name)
                entry.size = len(kept[name])
                tar.addfile(entry, io.BytesIO(kept[name]))


def test_archive_is_read_as_it_was_written_and_is_nobody_elses_to_read(archive: Path) -> None:
    manifest = checked(archive)
    assert replace(manifest, parts=()) == MADE
    assert [part.name for part in manifest.parts] == list(FILES)
    assert {name: content for name, content in contents(archive).items() if name != MANIFEST} == FILES
    assert archive.stat().st_mode & 0o777 == 0o600
    assert list(archive.parent.iterdir()) == [archive]


def test_archive_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(ValueError, match="closed"), new_archive(tmp_path / "copy.tar") as made:
        made.add("database.sqlite", closed)
    assert list(tmp_path.iterdir()) == []


def test_archive_without_its_end_is_refused_wherever_it_was_cut(archive: Path) -> None:
    whole = archive.read_bytes()
    manifest_ends = whole.rindex(b"}") + 1
    for length in [*range(0, manifest_ends, 211), manifest_ends - 1]:
        archive.write_bytes(whole[:length])
        with pytest.raises(BackupFault):
            checked(archive)


def test_archive_with_one_byte_changed_is_refused_or_says_the_same(archive: Path) -> None:
    whole, before = archive.read_bytes(), contents(archive)
    refused = 0
    for place in range(0, len(whole), 29):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            checked(archive)
        except BackupFault:
            refused += 1
        else:
            assert contents(archive) == before  # The byte was filling between two files.
    assert refused > sum(map(len, FILES.values())) // 29


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"database.sqlite": b"other rows"}, "database.sqlite er ikke, som den var (1 i alt)"),
        ({"database.sqlite": b""}, "database.sqlite er ikke, som den var"),
        ({"attachments/new": b"x"}, "står mere i den, end der skal"),
        ({MANIFEST: b""}, "ikke hel"),
        ({MANIFEST: b"{}"}, "indholdsliste kan ikke læses"),
        ({MANIFEST: b"[]"}, "indholdsliste kan ikke læses"),
        ({MANIFEST: b"\xff"}, "indholdsliste kan ikke læses"),
    ],
)
def test_archive_that_was_changed_is_refused_with_the_reason(
    archive: Path, change: dict[str, bytes], said: str
) -> None:
    rewritten(archive, change)
    with pytest.raises(BackupFault, match=re.escape(said)):
        checked(archive)


def test_manifest_that_was_changed_or_comes_from_a_later_release_is_refused() -> None:
    told = json.loads(written(MADE))
    with pytest.raises(BackupFault, match="indholdsliste er ændret"):
        understood(json.dumps({**told, "revision": "0001"}).encode())
    del told["seal"]
    later = {**told, "format": 2}
    with pytest.raises(BackupFault, match="som denne udgave ikke kender"):
        understood(json.dumps({"seal": _seal(later), **later}).encode())


def test_file_that_stands_there_twice_is_refused(archive: Path) -> None:
    rewritten(archive, {}, twice="database.sqlite")
    with pytest.raises(BackupFault, match="mere i den"):
        checked(archive)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_what_is_not_a_plain_file_is_refused(archive: Path, kind: bytes) -> None:
    with tarfile.open(archive, "w") as tar:
        entry = tarfile.TarInfo("database.sqlite")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(BackupFault):
        checked(archive)


@pytest.mark.parametrize("content", [b"", b"text\n", b"SQLite format 3\0" + bytes(2000), b"\x1f\x8b" + bytes(100)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy.tar").write_bytes(content)
    with pytest.raises(BackupFault):
        checked(tmp_path / "copy.tar")


@pytest.mark.parametrize(
    "name",
    ["attachments/../../x", "attachments/x", "attachments/" + "A" * 32, "word-templates/..", "word-templates/a/b"],
)
def test_no_file_of_an_archive_lands_outside_its_folder(name: str) -> None:
    with pytest.raises(BackupFault):
        _place_of(name)
