"""Is this a plain Word document or Excel sheet: no macros, nothing packed inside, nothing fetched when it opens?

Told by the main part's content type and by the relationships, not by names. The parts are read as they come out of
the archive, and all are unpacked once, so that no header can lie about them. Source: reliability B53-B57 and B65.
"""

import posixpath
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from foundation.file_types.archive import Archive, Member, open_archive
from foundation.file_types.kinds import FileType, not_as_promised
from foundation.file_types.markup import Budget, Reader, plain, too_intricate, walk
from foundation.file_types.properties import refuse_cpr
from foundation.file_types.refusal import FileRefused, not_whole, password
from foundation.file_types.word_fields import FieldReader

LARGEST_STRUCTURE: Final = 4 * 1024 * 1024
"""Bytes of one part that says how the others hang together, or of one part with properties."""

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")

_TYPES: Final = "[Content_Types].xml"
_ROOT: Final = "_rels/.rels"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MAIN: Final = MappingProxyType({FileType.DOCX: _WORD, FileType.XLSX: _EXCEL})

_XML: Final = (".xml", ".rels", ".vml", ".psmdcp")
_PROPERTIES: Final = re.compile(r"^docprops/.*\.xml$|\.psmdcp$")
_FONTS: Final = (".odttf", ".ttf", ".fntdata")
_IMAGES: Final = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".tif", ".tiff"),
    *(".emf", ".wmf", ".emz", ".wmz", ".svg", ".ico", ".wdp", ".hdp", ".webp"),
)
_OPAQUE: Final = frozenset(
    f"application/vnd.openxmlformats-officedocument.{kind}"
    for kind in ("spreadsheetml.printersettings", "wordprocessingml.printersettings", "spreadsheetml.customproperty")
)
"""What a part that ends in .bin may be."""
# Left behind by Office where it saved into an old archive; nothing refers to it.
_LEFT_OVER: Final = re.compile(r"^\[trash\]/[0-9]{4}\.dat$")

_NOWHERE: Final = "NULL"
"""What Word writes where a linked picture is no longer linked."""
_LOCAL_TEMPLATE: Final = re.compile(r"^(?:file:///)?[A-Za-z]:[\\/]|^[^\\/:]+$")
_ELSEWHERE: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:|^\\\\|^//")


@dataclass(frozen=True, slots=True)
class Relationship:
    """`kind` is the last word of its type, in small letters."""

    kind: str
    target: str
    mode: str


@dataclass(slots=True)
class ContentTypes:
    """The declared type of each part, by its own name or by its ending; all in small letters."""

    by_name: dict[str, str] = field(default_factory=dict)
    by_ending: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        low = name.lower()
        return self.by_name.get(f"/{low}") or self.by_ending.get(low.rpartition(".")[2], "")


class _TypesReader(Reader):
    wanted = ("Override", "Default")

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.found = ContentTypes()

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Override":
            _add(self.found.by_name, attributes.get("PartName", ""), attributes.get("ContentType", ""))
        else:
            _add(self.found.by_ending, attributes.get("Extension", ""), attributes.get("ContentType", ""))


class _RelationshipsReader(Reader):
    wanted = ("Relationship",)

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.found: list[Relationship] = []

    def opened(self, _name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        target, mode = attributes.get("Target", ""), attributes.get("TargetMode", "Internal")
        self.found.append(Relationship(kind, target.strip(), mode))


class _TextReader(Reader):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.texts: list[str] = []

    def read(self, text: str) -> None:
        self.texts.append(text)

    def end(self, _tag: str) -> None:
        super().end(_tag)
        self.texts.append("\n")


def check_office(content: bytes, kind: FileType) -> None:
    """Raises FileRefused for another kind of file, and for all that could act or fetch by itself."""
    archive = open_archive(content)
    if not {_TYPES, _ROOT} <= archive.members.keys():
        raise not_as_promised(kind)
    budget = Budget()
    types = _content_types(archive, budget)
    _refuse_other_main(archive, types, kind, budget)
    parts = [member for name, member in archive.members.items() if name != _TYPES and not member.is_folder]
    for member in parts:
        _refuse_kind_of_part(member.name, types.of(member.name))
    for member in parts:
        _read_part(archive, member, kind, budget)


def refuse_old_office(content: bytes, kind: FileType) -> None:
    """Raises FileRefused for the format of before 2007, in which newer programs wrap what has a password."""
    if kind not in _MAIN or not content.startswith(_OLD_OFFICE):
        return
    if _ENCRYPTED in content:
        raise password()
    raise FileRefused(
        f"Filen er gemt i et ældre format. Åbn den i Word eller Excel, gem den som .{kind.value}, og vælg den igen."
    )


def _add(known: dict[str, str], key: str, content_type: str) -> None:
    if not key or key.lower() in known:
        raise not_whole()
    known[key.lower()] = content_type.strip().lower()


def _content_types(archive: Archive, budget: Budget) -> ContentTypes:
    reader = _TypesReader(budget)
    _walk_structure(archive, _TYPES, reader)
    return reader.found


def _walk_structure(archive: Archive, name: str, reader: Reader) -> None:
    if archive.members[name].size > LARGEST_STRUCTURE:
        raise too_intricate()
    walk(archive.chunks(name), reader)


def _refuse_other_main(archive: Archive, types: ContentTypes, kind: FileType, budget: Budget) -> None:
    """The one part that the archive says is its document must be there, and be of the plain kind."""
    reader = _RelationshipsReader(budget)
    _walk_structure(archive, _ROOT, reader)
    mains = [found.target for found in reader.found if found.kind == "officedocument"]
    name = posixpath.normpath(mains[0].lstrip("/")) if len(mains) == 1 else ""
    if name not in archive.members:
        raise not_as_promised(kind)
    declared = types.of(name)
    _refuse_kind_of_part(name, declared)
    if "template" in declared:
        raise FileRefused(f"Filen er en skabelon. Åbn den, gem den som almindelig .{kind.value}, og vælg den igen.")
    if declared != _MAIN[kind]:
        raise not_as_promised(kind)


def _refuse_kind_of_part(name: str, declared: str) -> None:
    low = name.lower()
    if "macro" in declared or "vba" in declared or "vbaproject" in low or "vbadata" in low:
        raise _macros()
    if "oleobject" in declared or "activex" in declared or re.search(r"(?:^|/)(?:embeddings|activex)/", low):
        raise _embedded()
    if "externallink" in declared:
        raise _fetches()
    if not _is_known_part(low, declared):
        raise FileRefused(
            "Filen indeholder en anden fil, som hverken hører til i Word eller Excel. "
            "Åbn den, fjern det indlejrede, gem en kopi, og vælg kopien."
        )


def _is_known_part(low: str, declared: str) -> bool:
    if _LEFT_OVER.match(low):
        return True
    if low.endswith(".bin"):
        return declared in _OPAQUE
    return bool(declared) and low.endswith((*_XML, *_FONTS, *_IMAGES))


def _read_part(archive: Archive, member: Member, kind: FileType, budget: Budget) -> None:
    low = member.name.lower()
    if low.endswith(".rels"):
        reader = _RelationshipsReader(budget)
        _walk_structure(archive, member.name, reader)
        for found in reader.found:
            _refuse_relationship(found)
    elif _PROPERTIES.search(low):
        texts = _TextReader(budget)
        _walk_structure(archive, member.name, texts)
        refuse_cpr("".join(texts.texts))
    elif low.endswith(_XML) and kind is FileType.DOCX:
        walk(archive.chunks(member.name), FieldReader(budget))
    else:
        _read_through(archive, member.name, low)


def _read_through(archive: Archive, name: str, low: str) -> None:
    """Unpacked and let go, so that the archive is known to be true; a sheet may have millions of cells."""
    chunks = archive.chunks(name)
    for _ in plain(chunks) if low.endswith(_XML) else chunks:
        pass


def _refuse_relationship(found: Relationship) -> None:
    if found.kind in ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "attachedtoolbars"):
        raise _macros()
    if found.kind in ("oleobject", "package", "control", "activexcontrolbinary", "afchunk"):
        raise _embedded()
    if found.kind in ("externallink", "externallinkpath", "connections", "querytable", "subdocument", "frame"):
        raise _fetches()
    if found.target == _NOWHERE or (found.mode == "Internal" and not _ELSEWHERE.match(found.target)):
        return
    is_own_template = found.kind == "attachedtemplate" and _LOCAL_TEMPLATE.match(found.target)
    if found.kind != "hyperlink" and not is_own_template:
        raise _fetches()


def _macros() -> FileRefused:
    return FileRefused("Filen kan indeholde makroer. Gem den som almindelig .docx eller .xlsx, og vælg den igen.")


def _embedded() -> FileRefused:
    return FileRefused(
        "Filen har andre filer eller programmer indlejret. Sæt diagrammer og ark ind som billeder, "
        "vedhæft andre filer hver for sig, gem en kopi, og vælg kopien."
    )


def _fetches() -> FileRefused:
    return FileRefused(
        "Filen henter noget udefra, når den åbnes: et billede, en skabelon eller tal fra en anden fil. "
        "Indsæt det i selve filen, eller fjern det, gem en kopi, og vælg kopien."
    )
