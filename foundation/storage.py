"""Where do files lie, so that none is half, lost or changed, and nobody's name for a file is trusted?

A file is written whole, under a random name, before its row is committed; then the row holds the name and the
SHA-256 of what was written. If the row never comes, the file is nobody's, and `sweep` takes it away a day later
(reliability B50, B62, B63, F8, F9).
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from foundation.clock import in_utc
from foundation.errors import RaadslagError

_NAME: Final = re.compile(r"[0-9a-f]{32}")
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
_UNFINISHED: Final = ".part"
_CHUNK: Final = 256 * 1024


class FileMissing(RaadslagError):
    """The row is there and its file is not."""

    status = 410
    heading = "Filen er ikke i arkivet"

    def __init__(self) -> None:
        super().__init__(
            "Filen kan ikke hentes. Skriv til sekretariatet, så de kan finde den frem fra en sikkerhedskopi."
        )


class FileDamaged(RaadslagError):
    """The file is not what was stored, so none of it is shown."""

    status = 410
    heading = "Filen er beskadiget"

    def __init__(self) -> None:
        super().__init__(
            "Filen er ændret, siden den blev gemt, og vises derfor ikke. "
            "Skriv til sekretariatet, så de kan finde den frem fra en sikkerhedskopi."
        )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a row keeps of its file: the name in the storage, the size in bytes, the SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


class Storage:
    """Files in one folder, which is made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, stream: BinaryIO) -> StoredFile:
        """Store what the stream still holds. Once back, the file survives a power cut; if it raises, none is left."""
        name = uuid4().hex
        place = self._place(name)
        unfinished = place.with_name(name + _UNFINISHED)
        self._make(place.parent)
        try:
            size, sha256 = _write(stream, unfinished)
            unfinished.rename(place)
            _settle(place.parent)
        except BaseException:
            for leftover in (unfinished, place):
                leftover.unlink(missing_ok=True)
            raise
        return StoredFile(name, size, sha256)

    def read(self, name: str, sha256: str) -> bytes:
        """The whole file. Raises FileMissing, FileDamaged when its SHA-256 differs, ValueError for a strange name."""
        try:
            content = self._place(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise FileMissing from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FileDamaged
        return content

    def open(self, name: str, sha256: str) -> BinaryIO:
        """As `read`, for what wants a stream: of the bytes that were checked, since the file could change meanwhile."""
        return BytesIO(self.read(name, sha256))

    def names(self) -> Iterator[str]:
        """Every whole file's name, in order."""
        return (name for name, place in self._files() if name == place.name)

    def sweep(
        self, is_known: Callable[[str], bool], *, at: datetime, older_than: timedelta = timedelta(hours=24)
    ) -> int:
        """Remove what no row knows and was written before `at - older_than`, finished or not; tell how many."""
        before = (in_utc(at) - older_than).timestamp()
        removed = 0
        for name, place in self._files():
            with suppress(FileNotFoundError):
                if place.stat(follow_symlinks=False).st_mtime < before and not is_known(name):
                    place.unlink()
                    removed += 1
        return removed

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not the name of a stored file")
        return self._folder / name[:2] / name

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _settle(folder.parent)

    def _files(self) -> Iterator[tuple[str, Path]]:
        """The name in the storage, and the path, of every file that is ours; anything else is let alone."""
        if not self._folder.is_dir():
            return
        for folder in sorted(self._folder.iterdir()):
            if not _FOLDER.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
                continue
            for place in sorted(folder.iterdir()):
                name = place.name.removesuffix(_UNFINISHED)
                if _NAME.fullmatch(name) and name.startswith(folder.name) and not place.is_symlink():
                    yield name, place


def _write(stream: BinaryIO, place: Path) -> tuple[int, str]:
    """The size and SHA-256 of what now lies on the disk."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := stream.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _settle(folder: Path) -> None:
    """Have the names in a folder written to the disk; without it a power cut can take a whole file's name."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
