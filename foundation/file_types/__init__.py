"""Which kinds of file does Rådslag take?"""

from enum import StrEnum


class FileType(StrEnum):
    """The five kinds of file that may be attached."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPG = "jpg"
