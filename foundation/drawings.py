"""What is a chart before it is drawn, and how is it known that two are the same?

A drawing is a Vega-Lite specification with its numbers inside: it names no address, and holds everything that the
picture shows. Charts of one content are drawn once, whoever asks for them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from foundation.money import NO_BREAK_SPACE

VEGA_LITE: Final = "5.21"
"""The version of the language; the renderer holds several, and another one may draw another picture."""
EDITION: Final = "1"
"""Counted up when the same specification is to be drawn anew, because fonts, size or checks have changed."""
WIDTH: Final = 620
"""Pixels of the plot and its axis labels together, about the width of a text on a page and in a memo."""
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
INK: Final = "#1a1a1a"
DARK: Final = "#1d5b66"
LIGHT: Final = "#a9ccd2"
GRID: Final = "#dddddd"
"""Two shades far apart in lightness: they are told apart in grey, and by a label beside each."""

NUMBERS: Final[Mapping[str, Any]] = {
    "decimal": ",",
    "thousands": ".",
    "grouping": [3],
    "currency": ["", f"{NO_BREAK_SPACE}kr."],
    "minus": "-",
}
"""How the renderer writes the numbers of an axis."""

_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
_CONFIG: Final[Mapping[str, Any]] = {
    "aria": False,  # The picture is one image with one text; its numbers stand in the table beside it.
    "background": "white",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": INK,
        "tickColor": INK,
        "labelLimit": 260,
    },
    "legend": {"labelColor": INK, "labelFontSize": 13, "titleColor": INK, "orient": "top", "labelLimit": 300},
    "text": {"color": INK, "fontSize": 13},
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart to be drawn. `title` is its caption, and `description` says in words what one would see in it."""

    title: str
    description: str
    spec: Mapping[str, Any]

    @property
    def content_hash(self) -> str:
        """The same for the same picture, 64 hexadecimal digits."""
        return hashlib.sha256(self.written().encode()).hexdigest()

    def written(self) -> str:
        """Everything that decides how it looks, in one order of keys."""
        whole = {
            "edition": EDITION,
            "vega_lite": VEGA_LITE,
            "numbers": NUMBERS,
            "description": self.description,
            "spec": self.spec,
        }
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def vega_lite(**parts: Any) -> Mapping[str, Any]:
    """A specification of these parts, in the house's colours and fonts."""
    return {"$schema": _SCHEMA, "config": _CONFIG, **parts}
