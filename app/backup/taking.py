"""How is a whole installation, its database, files and Word templates, put into one backup while people work?"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.backup.archive import Archive, new_archive
from app.backup.manifest import ATTACHMENTS, TEMPLATES, BackupFault, Manifest
from app.backup.snapshot import NamedFile, NoSchema, Snapshot, snapshot_of_postgres, snapshot_of_sqlite
from foundation.settings import Settings
from foundation.storage import FileMissing, Storage


def take_backup(settings: Settings, file: Path, *, sqlite: Path | None, at: datetime) -> Manifest:
    """Write the backup; its `wanting` names stored files that were missing or changed before.

    The database is copied first, then the files that the copy names: a file is stored before its row, so each of
    them is there (docs/decisions/0009-files-before-rows.md). Raises BackupFault.
    """
    storage = Storage(settings.attachments_folder)
    with storage.kept_still(), _snapshot(settings, file.parent, sqlite) as snapshot, new_archive(file) as archive:
        for name, place in snapshot.files:
            with place.open("rb") as stream:
                archive.add(name, stream)
        wanting = tuple(named.stored_name for named in snapshot.named if not _add_file(archive, storage, named))
        _add_templates(archive, settings.storage_folder / "word-templates")
        manifest = Manifest(
            database=snapshot.database,
            revision=snapshot.revision,
            copied_at=at.isoformat(),
            version=version("raadslag"),
            parts=tuple(archive.parts),
            tables=snapshot.tables,
            wanting=wanting,
        )
        archive.close(manifest)
    return manifest


@contextmanager
def _snapshot(settings: Settings, beside: Path, sqlite: Path | None) -> Iterator[Snapshot]:
    """The database as it is now, in a folder beside the backup that goes when the backup is written."""
    with tempfile.TemporaryDirectory(prefix=".raadslag-backup-", dir=beside) as folder:
        try:
            if sqlite is None:
                yield snapshot_of_postgres(settings.database_url, Path(folder))
            else:
                yield snapshot_of_sqlite(sqlite, Path(folder))
        except NoSchema:
            raise BackupFault("Der er intet at kopiere: databasen har ingen tabeller fra Rådslag.") from None
        except OperationalError:
            raise BackupFault("Databasen kan ikke nås, eller den svarer ikke. Prøv igen.") from None


def _add_file(archive: Archive, storage: Storage, named: NamedFile) -> bool:
    """Is the file there and as its row says? A changed one is copied as it is: it may be all that is left."""
    try:
        with storage.raw(named.stored_name) as stream:
            part = archive.add(ATTACHMENTS + named.stored_name, stream)
    except FileMissing:
        return False
    return part.sha256 == named.sha256


def _add_templates(archive: Archive, folder: Path) -> None:
    """The office's own Word templates; each read at once, since somebody may be saving one."""
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if place.is_file() and not place.is_symlink() and not place.name.startswith((".", "~")):
            archive.add(TEMPLATES + place.name, BytesIO(place.read_bytes()))
