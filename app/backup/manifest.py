"""What does a backup say of itself, so that a reader can tell whether it is whole, and what it fits?"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.sqlite"
TABLES: Final = "tables/"
ATTACHMENTS: Final = "attachments/"
TEMPLATES: Final = "word-templates/"


class BackupFault(Exception):
    """A copy that cannot be taken or used; the text is Danish and says why, a line for each reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file in the archive: its name there, its size in bytes, its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableCopied:
    """One table: its columns in the order of its file on PostgreSQL, and how many rows it had."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last file of an archive. `wanting` names stored files that were missing or changed before the copy."""

    database: str
    revision: str
    copied_at: str
    version: str
    parts: tuple[Part, ...]
    tables: tuple[TableCopied, ...]
    wanting: tuple[str, ...]

    @property
    def attachments(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if part.name.startswith(ATTACHMENTS))

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def written(manifest: Manifest) -> bytes:
    """The manifest as its file: JSON under a seal, so that a changed manifest is seen like a changed file."""
    told = {"format": FORMAT, **asdict(manifest)}
    return json.dumps({"seal": _seal(told), **told}, ensure_ascii=False).encode()


def understood(content: bytes) -> Manifest:
    """The manifest again. Raises BackupFault for one that was changed, or written by a later release."""
    try:
        told: dict[str, Any] = json.loads(content)
        seal = told.pop("seal")
        if seal != _seal(told):
            raise BackupFault("Kopien er beskadiget: dens indholdsliste er ændret.")
        if told.pop("format") != FORMAT:
            raise BackupFault("Kopien er skrevet af en udgave af Rådslag, som denne udgave ikke kender.")
        told["parts"] = tuple(Part(**part) for part in told["parts"])
        told["tables"] = tuple(
            TableCopied(table["name"], tuple(table["columns"]), table["rows"]) for table in told["tables"]
        )
        return Manifest(**{**told, "wanting": tuple(told["wanting"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupFault("Kopien er beskadiget: dens indholdsliste kan ikke læses.") from None


def _seal(told: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
