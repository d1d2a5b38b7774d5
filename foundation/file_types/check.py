"""Is the content of an uploaded file what its name says, and free of what could harm the one who opens it?"""

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import BinaryIO, Final

from foundation.file_types.archive import holds_archive
from foundation.file_types.images import check_jpeg, check_png
from foundation.file_types.kinds import FileType, not_as_promised, promised_kind
from foundation.file_types.office import check_office, refuse_old_office
from foundation.file_types.pdf import check_pdf
from foundation.file_types.refusal import FileRefused, more_than_one

LARGEST_FILE: Final = 10 * 1024 * 1024
"""In bytes; a file of exactly so many is taken."""

_PDF_MARK = b"%PDF-"
_PDF_IS_SOUGHT_IN: Final = 1024
"""Readers of PDF look for its mark in so many bytes, and so take other files for one."""

_BEGINNINGS: Final = MappingProxyType(
    {
        FileType.PDF: _PDF_MARK,
        FileType.DOCX: b"PK\x03\x04",
        FileType.XLSX: b"PK\x03\x04",
        FileType.PNG: b"\x89PNG\r\n\x1a\n",
        FileType.JPG: b"\xff\xd8\xff",
    }
)
_CHECKS: Final[MappingProxyType[FileType, Callable[[bytes], None]]] = MappingProxyType(
    {
        FileType.PDF: check_pdf,
        FileType.DOCX: partial(check_office, kind=FileType.DOCX),
        FileType.XLSX: partial(check_office, kind=FileType.XLSX),
        FileType.PNG: check_png,
        FileType.JPG: check_jpeg,
    }
)


def check_file(stream: BinaryIO, file_name: str) -> FileType:
    """The kind of a file. The stream is read from its beginning, and stands there again afterwards.

    Raises FileRefused: by the last ending of the name, by size, when content and ending disagree, and for what
    could harm a reader or hide from one. The name itself is not looked at otherwise.
    """
    kind = promised_kind(file_name)
    content = _content(stream)
    if not content.startswith(_BEGINNINGS[kind]):
        refuse_old_office(content, kind)
        raise not_as_promised(kind)
    if _is_also_something_else(content, kind):
        raise more_than_one()
    _CHECKS[kind](content)
    return kind


def _content(stream: BinaryIO) -> bytes:
    stream.seek(0)
    content = stream.read(LARGEST_FILE + 1)
    stream.seek(0)
    if not content:
        raise FileRefused("Filen er tom. Vælg en anden fil.")
    if len(content) > LARGEST_FILE:
        raise FileRefused(
            f"Filen fylder mere end {LARGEST_FILE // 1024**2} MB. Gør den mindre, "
            "for eksempel ved at gemme billederne i en lavere opløsning, og vælg den igen."
        )
    return content


def _is_also_something_else(content: bytes, kind: FileType) -> bool:
    """Whether a reader of PDF or ZIP would open the file, though it is of another kind."""
    if kind is not FileType.PDF and _PDF_MARK in content[:_PDF_IS_SOUGHT_IN]:
        return True
    return kind not in (FileType.DOCX, FileType.XLSX) and holds_archive(content)
