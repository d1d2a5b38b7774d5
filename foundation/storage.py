"""Where do files lie, so that none is half, lost or changed, and nobody's name for a file is trusted?

A file is written whole, under a random name, before its row is committed; then the row holds the name and the
SHA-256 of what was written. If the row never comes, the file is nobody's, and `sweep` takes it away a day later
(reliability B50, B62, B63, F8, F9).
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from foundation.clock import in_utc
from foundation.errors import RaadslagError

_NAME: Final = re.compile(r"[0-9a-f]{32}")
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
_UNFINISHED: Final = ".part"
_CHUNK: Final = 256 * 1024

LEAST_ROOM: Final = 64 * 1024 * 1024
"""Bytes that must be free on the disk for the server to call itself ready."""


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


class FileState(StrEnum):
    """How a stored file is found: as it was kept, with another content, or not at all."""

    WHOLE = "whole"
    CHANGED = "changed"
    MISSING = "missing"


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

    def raw(self, name: str) -> BufferedReader:
        """The file unchecked, for who takes its hash while reading. Raises FileMissing."""
        try:
            return self._place(name).open("rb")
        except (FileNotFoundError, NotADirectoryError):
            raise FileMissing from None

    def state_of(self, name: str, sha256: str) -> FileState:
        """Whether a download would be served, asked without holding the whole file in memory."""
        try:
            with self.raw(name) as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileMissing:
            return FileState.MISSING
        return FileState.WHOLE if found == sha256 else FileState.CHANGED

    def names(self) -> Iterator[str]:
        """Every whole file's name, in order."""
        return (name for name, place in self._files() if name == place.name)

    def has_room(self) -> bool:
        """Could a file be kept now: a folder that may be written, on a disk with some room? Nothing is written."""
        place = next(place for place in (self._folder, *self._folder.absolute().parents) if place.exists())
        return place.is_dir() and os.access(place, os.W_OK | os.X_OK) and shutil.disk_usage(place).free > LEAST_ROOM

    def sweep(
        self, is_known: Callable[[str], bool], *, at: datetime, older_than: timedelta = timedelta(hours=24)
    ) -> int:
        """Remove what no row knows and was written before `at - older_than`, finished or not; tell how many.

        While a backup keeps the files still, or another sweep is at work, nothing is removed.
        """
        before = (in_utc(at) - older_than).timestamp()
        removed = 0
        with self._locked(fcntl.LOCK_EX | fcntl.LOCK_NB) as is_ours:
            for name, place in self._files() if is_ours else ():
                with suppress(FileNotFoundError):
                    if place.stat(follow_symlinks=False).st_mtime < before and not is_known(name):
                        place.unlink()
                        removed += 1
        return removed

    @contextmanager
    def kept_still(self) -> Iterator[None]:
        """Nothing is swept away meanwhile: a copy of the database may name a file whose row is deleted after it."""
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextmanager
    def _locked(self, how: int) -> Iterator[bool]:
        """The lock of the sweep, beside the folder; False where it is taken and the caller does not wait."""
        self._make(self._folder.parent)
        with self._folder.with_name(self._folder.name + ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, how)
            except BlockingIOError:
                yield False
            else:
                yield True

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
