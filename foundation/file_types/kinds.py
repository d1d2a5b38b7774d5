"""Which kinds of file may be attached, and which of them does a file's name promise?"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from foundation.file_types.refusal import FileRefused


class FileType(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPG = "jpg"


MEDIA_TYPES: Final = MappingProxyType(
    {
        FileType.PDF: "application/pdf",
        FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FileType.PNG: "image/png",
        FileType.JPG: "image/jpeg",
    }
)
"""What a file is served as: our own words, never those it came with."""

ENDINGS: Final = MappingProxyType({**{kind.value: kind for kind in FileType}, "jpeg": FileType.JPG})
"""The last part of a file name, in small letters, to the kind it promises."""

NOUNS: Final = MappingProxyType(
    {
        FileType.PDF: "en PDF",
        FileType.DOCX: "et Word-dokument",
        FileType.XLSX: "et Excel-ark",
        FileType.PNG: "et PNG-billede",
        FileType.JPG: "et JPG-billede",
    }
)

_TAKEN = "Du kan vedhæfte PDF, Word (.docx), Excel (.xlsx) og billeder (.png og .jpg)."
_SAVE_AS = MappingProxyType(
    {
        **dict.fromkeys(("doc", "docm", "dot", "dotx", "dotm", "odt", "rtf", "pages"), "Word-dokument (.docx)"),
        **dict.fromkeys(
            ("xls", "xlsm", "xlsb", "xlt", "xltx", "xltm", "ods", "csv", "numbers"), "Excel-ark (.xlsx) eller PDF"
        ),
        **dict.fromkeys(("heic", "heif", "gif", "bmp", "tif", "tiff", "webp", "svg"), "billede (.jpg eller .png)"),
        **dict.fromkeys(("ppt", "pptx", "odp", "key", "html", "htm", "eml", "msg", "txt"), "PDF"),
    }
)


def promised_kind(file_name: str) -> FileType:
    """The kind by the last ending alone, so that "a.pdf.exe" is an exe. Raises FileRefused for any other."""
    _, dot, last = file_name.rpartition(".")
    ending = last.lower() if dot else ""
    if ending in ENDINGS:
        return ENDINGS[ending]
    wanted = _SAVE_AS.get(ending, "en af dem")
    raise FileRefused(f"{_TAKEN} Gem filen som {wanted}, og vælg den igen.")


def not_as_promised(kind: FileType) -> FileRefused:
    """The name says one kind, the content another."""
    return FileRefused(
        f"Filen hedder .{kind.value}, men indholdet er ikke {NOUNS[kind]}. "
        f"Åbn den i det program, den er lavet i, gem den som .{kind.value}, og vælg den igen."
    )
