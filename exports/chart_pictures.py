"""Where does a drawn chart stand in a Word paper, and what stands there while it is not drawn?

A template holds a paragraph with a mark and nothing else, between its tables. The paragraph gets the picture, or goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

WIDEST_CM: Final = 16
"""The width of the text on an upright A4 page in our templates."""


@dataclass(frozen=True, slots=True)
class PaperPicture:
    """A picture for a paper: PNG, and what it shows in words for those who do not see it."""

    png: bytes
    description: str


def mark_of(name: str) -> str:
    """What stands in the template where the picture of this name comes."""
    return f"[[diagram:{name}]]"


def place_pictures(document: "Document", pictures: Mapping[str, PaperPicture | None]) -> None:
    """Put every picture where its mark stands. None, not drawn, takes the mark away: the table stands alone."""
    for name, picture in pictures.items():
        for paragraph in list(_marked(document, mark_of(name))):
            paragraph.clear()  # type: ignore[no-untyped-call]
            if picture is None:
                paragraph._p.getparent().remove(paragraph._p)  # type: ignore[union-attr]
            else:
                _place(paragraph, picture)


def _marked(document: "Document", mark: str) -> "Iterator[Paragraph]":
    return (paragraph for paragraph in document.paragraphs if paragraph.text.strip() == mark)


def _place(paragraph: "Paragraph", picture: PaperPicture) -> None:
    from docx.shared import Cm

    shape = paragraph.add_run().add_picture(BytesIO(picture.png), width=Cm(WIDEST_CM))
    # Word reads the text from here, and LibreOffice carries it into a PDF.
    shape._inline.docPr.set("descr", picture.description)
