"""Is a drawn picture safe to stand in a page: only shapes and text, nothing that acts, fetches or styles?

What is not named here does not pass, so that a later version of the renderer cannot bring in anything unseen.
"""

import re
from typing import Final

from lxml import etree

_SVG: Final = "http://www.w3.org/2000/svg"
_ELEMENTS: Final = frozenset({"svg", "g", "path", "rect", "line", "text", "tspan", "circle"})
_MEASURES: Final = frozenset(
    {
        "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height", "viewBox", "d",
        "transform", "opacity", "fill-opacity", "stroke-opacity", "stroke-width", "stroke-miterlimit",
        "stroke-dasharray", "stroke-dashoffset", "font-size", "points",
    }
)  # fmt: skip
_WORDS: Final = frozenset(
    {
        "fill", "stroke", "stroke-linecap", "stroke-linejoin", "font-family", "font-weight", "font-style",
        "text-anchor", "display",
    }
)  # fmt: skip
_LEFT_OUT: Final = frozenset(
    {"class", "version", "role", "pointer-events", "aria-hidden", "aria-label", "aria-roledescription"}
)
_MEASURE: Final = re.compile(r"[0-9A-Za-z .,()+-]*")
_WORD: Final = re.compile(r"[0-9A-Za-z#., -]*")
LARGEST: Final = 1_000_000
"""Characters of one picture: a chart of the house is about 20.000."""


class UnsafePicture(ValueError):
    """The picture holds something that may not stand in a page; the text names what, in English, for the log."""


def safe_svg(text: str, description: str) -> str:
    """The picture with nothing but shapes and text in it, told to a screen reader as one image.

    Raises UnsafePicture for whatever it does not know.
    """
    if len(text) > LARGEST:
        raise UnsafePicture(f"{len(text)} characters")
    if "<!" in text:
        raise UnsafePicture("a document type or a comment")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        picture = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as fault:
        raise UnsafePicture("not whole") from fault
    for element in picture.iter():
        _keep_only_what_is_known(element)
    etree.cleanup_namespaces(picture)
    picture.set("class", "chart-picture")
    picture.set("role", "img")
    picture.set("aria-label", description)
    picture.set("focusable", "false")
    return etree.tostring(picture, encoding="unicode")


def _keep_only_what_is_known(element: etree._Element) -> None:
    if not isinstance(element.tag, str):
        raise UnsafePicture("an instruction")
    name = etree.QName(element)
    if name.namespace != _SVG or name.localname not in _ELEMENTS:
        raise UnsafePicture(f"element {name.localname}")
    for attribute, value in list(element.attrib.items()):
        key = str(attribute)
        if key in _LEFT_OUT:
            del element.attrib[attribute]
        elif not _is_known(key, str(value)):
            raise UnsafePicture(f"attribute {key}")


def _is_known(key: str, value: str) -> bool:
    if key in _MEASURES:
        return _MEASURE.fullmatch(value) is not None
    return key in _WORDS and _WORD.fullmatch(value) is not None
