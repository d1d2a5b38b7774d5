"""How is a backup written as one file that is there whole or not at all, and read without trusting a byte of it?

A tar file without compression: most of it is files that are compressed already. The manifest comes last, so that an
archive that was cut off has none.
"""

import hashlib
import io
import os
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from app.backup.manifest import MANIFEST, BackupFault, Manifest, Part, understood, written

CHUNK: Final = 1024 * 1024
LARGEST_MANIFEST: Final = 512 * 1024 * 1024


class Archive:
    """An archive that is being written; each file is read once, in pieces."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.parts: list[Part] = []

    def add(self, name: str, stream: BinaryIO) -> Part:
        """Put in what the stream holds, and tell what it was."""
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        hashed = _Hashed(stream)
        self._put(name, size, hashed)
        part = Part(name, size, hashed.digest.hexdigest())
        self.parts.append(part)
        return part

    def close(self, manifest: Manifest) -> None:
        """Put the manifest last: only now is the archive one."""
        content = written(manifest)
        self._put(MANIFEST, len(content), io.BytesIO(content))

    def _put(self, name: str, size: int, stream: "BinaryIO | _Hashed") -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, stream)


class _Hashed:
    """A stream whose bytes are counted into a hash as they are read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size)
        self.digest.update(content)
        return content


@contextmanager
def new_archive(file: Path) -> Iterator[Archive]:
    """An archive that takes its name when it is finished and lies on the disk; if it fails, nothing is left."""
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w") as tar:
                yield Archive(tar)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    settle(file.parent)


def settle(folder: Path) -> None:
    """Have the names in a folder written to the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def read_with_care() -> Iterator[None]:
    """Whatever is wrong with the bytes of an archive becomes a BackupFault."""
    try:
        yield
    except (tarfile.TarError, EOFError, UnicodeError) as fault:
        raise BackupFault("Filen er ikke en hel kopi fra raadslag db backup.") from fault


def checked(file: Path) -> Manifest:
    """The manifest of an archive of which every byte was read and is right. Raises BackupFault."""
    found: dict[str, Part] = {}
    manifest = None
    with read_with_care():
        for name, stream in members(file):
            if name in found or manifest is not None:
                raise BackupFault(f"Kopien er beskadiget: der står mere i den, end der skal ({name}).")
            if name == MANIFEST:
                manifest = understood(stream.read(LARGEST_MANIFEST))
            else:
                found[name] = _measured(name, stream)
    if manifest is None:
        raise BackupFault("Kopien er ikke hel: den er afbrudt, skåret over eller beskadiget.")
    _need_same(found, manifest)
    return manifest


def _measured(name: str, stream: BinaryIO) -> Part:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Part(name, size, digest.hexdigest())


def _need_same(found: dict[str, Part], manifest: Manifest) -> None:
    told = {part.name: part for part in manifest.parts}
    wrong = sorted(name for name in found.keys() | told.keys() if found.get(name) != told.get(name))
    if wrong:
        raise BackupFault(f"Kopien er beskadiget: {wrong[0]} er ikke, som den var ({len(wrong)} i alt).")


def members(file: Path) -> Iterator[tuple[str, BinaryIO]]:
    """Every file of an archive by its name, in order; to be read with care."""
    with tarfile.open(file, mode="r:") as tar:
        for entry in tar:
            stream = tar.extractfile(entry) if entry.isreg() else None
            if stream is None:
                raise BackupFault(f"Kopien er beskadiget: {entry.name} er ikke en fil.")
            yield entry.name, stream  # type: ignore[misc]


def unpacked(stream: BinaryIO, place: Path, sha256: str) -> None:
    """Write one file of an archive to a new place. Raises BackupFault when it changed since it was checked."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != sha256:
        raise BackupFault("Kopien blev ændret, mens den blev læst.")
