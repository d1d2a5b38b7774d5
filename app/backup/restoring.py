"""How does a backup become an installation again: checked first, into an empty place, and without a letter leaving?"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.backup.archive import checked, members, read_with_care, settle, unpacked
from app.backup.manifest import ATTACHMENTS, MANIFEST, TEMPLATES, BackupFault, Manifest
from app.backup.refilling import refill_postgres, refill_sqlite
from app.schema import is_known
from foundation.settings import Settings

_STORED: Final = re.compile(r"[0-9a-f]{32}")
_TEMPLATE: Final = re.compile(r"[^/\\\0]{1,200}")
_STAGE: Final = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the manifest, and how many letters wait to be let go."""

    manifest: Manifest
    letters: int


def restore_backup(settings: Settings, file: Path, *, sqlite: Path | None, at: datetime) -> Restored:
    """Bring the backup back into an empty database and storage. Raises BackupFault before either is touched.

    Files come before rows here too. A restore that is cut off leaves the database empty.
    """
    manifest = checked(file)
    _need_fitting(manifest, "postgresql" if sqlite is None else "sqlite")
    _need_empty_storage(settings.storage_folder)
    with _staged(settings.storage_folder, file, manifest) as put_in_place:
        if sqlite is None:
            letters = refill_postgres(settings.database_url, file, manifest, put_in_place, at=at)
        else:
            letters = refill_sqlite(sqlite, file, manifest, put_in_place, at=at)
    return Restored(manifest, letters)


def _need_fitting(manifest: Manifest, database: str) -> None:
    if manifest.database != database:
        raise BackupFault(f"Kopien er af en {manifest.database}-database, og RAADSLAG_DATABASE_URL er {database}.")
    if not is_known(manifest.revision):
        raise BackupFault("Kopien er fra en nyere udgave af Rådslag. Brug mindst den udgave til at gendanne.")


def _need_empty_storage(folder: Path) -> None:
    for name in (ATTACHMENTS, TEMPLATES):
        if any(place.is_file() for place in (folder / name).rglob("*")):
            raise BackupFault(f"Mappen {folder / name} er ikke tom. Der gendannes kun i en tom mappe.")


@contextmanager
def _staged(folder: Path, file: Path, manifest: Manifest) -> "Iterator[PutInPlace]":
    """The files written to the disk beside their place; what is not put in place goes again."""
    stage = folder / _STAGE
    shutil.rmtree(stage, ignore_errors=True)  # A restore that was cut off.
    stage.mkdir(parents=True, mode=0o700)
    try:
        with read_with_care():
            _unpack_files(stage, file, manifest)
        os.sync()
        yield PutInPlace(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _unpack_files(stage: Path, file: Path, manifest: Manifest) -> None:
    hashes = {part.name: part.sha256 for part in manifest.parts}
    for name, stream in members(file):
        place = None if name == MANIFEST else _place_of(name)
        if place is not None:
            target = stage / place
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unpacked(stream, target, hashes[name])


def _place_of(name: str) -> Path | None:
    """Where a file of the archive belongs in the storage; None for those of the database."""
    if name.startswith(ATTACHMENTS):
        stored = name.removeprefix(ATTACHMENTS)
        if not _STORED.fullmatch(stored):
            raise BackupFault(f"Kopien er beskadiget: {name} er ikke navnet på en fil.")
        return Path(ATTACHMENTS, stored[:2], stored)
    if name.startswith(TEMPLATES):
        template = name.removeprefix(TEMPLATES)
        if not _TEMPLATE.fullmatch(template) or template in (".", ".."):
            raise BackupFault(f"Kopien er beskadiget: {name} er ikke navnet på en skabelon.")
        return Path(TEMPLATES, template)
    return None


@dataclass(frozen=True, slots=True)
class PutInPlace:
    """Gives the staged files their place, at the last moment before the database is there."""

    folder: Path

    def __call__(self) -> None:
        for name in (ATTACHMENTS, TEMPLATES):
            staged, place = self.folder / _STAGE / name, self.folder / name
            if staged.is_dir():
                shutil.rmtree(place, ignore_errors=True)  # Empty folders at most: that was asked before.
                staged.rename(place)
        settle(self.folder)
