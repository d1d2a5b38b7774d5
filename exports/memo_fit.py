"""How much of a long text stands in the memo itself, and what goes whole to the annex?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

BODY_LETTERS: Final[dict[str, int]] = {"donation": 2300, "investment": 7000, "short": 2700}
"""Letters that the longer texts may fill in the memo itself, so that a donation stays on two pages, an investment on
four. The longest texts are shortened first, at a sentence, and stand whole in the annex."""
SHORTEST_PART: Final = 80
SUMMARY_PART: Final = 300
"""The summary is read first and by most, so it keeps at least this much."""
SHORTEST_CELL: Final = 40
TABLES_PART: Final = 3
"""The cells of the memo's own tables may fill one part in three of its letters."""
MOST_GOALS: Final[dict[str, int]] = {"donation": 3, "investment": 6, "short": 3}
"""A memo with more goals than this shows them all in the annex."""
ROW_LETTERS: Final = 90
"""Letters of running text that would stand where a row of a table stands, its cells and lines counted."""
SEE_ANNEX: Final = "(se\u00a0bilag\u00a03)"


class Fitting:
    """Shortens texts to the room there is, and keeps the whole of each with its label in `whole`."""

    def __init__(self, letters: int) -> None:
        self.letters = letters
        self.whole: list[dict[str, str]] = []

    def fit(self, label: str, text: str, letters: int | None = None) -> str:
        letters = self.letters if letters is None else letters
        if len(text) <= letters:
            return text
        self.whole.append({"label": label, "text": text})
        return f"{cut(text, letters)} {SEE_ANNEX}"


def share(lengths: Sequence[int], room: int, least: int = SHORTEST_PART) -> int:
    """The most letters each text may have so that all fit: short ones leave their room to the long ones."""
    left = room
    for place, length in enumerate(sorted(lengths)):
        part = left // (len(lengths) - place)
        if length > part:
            return max(part, least)
        left -= length
    return max(lengths, default=room)


def cut(text: str, limit: int) -> str:
    """The start of a text that is too long, ended at a sentence, else at a word, else between two letters."""
    start = text[:limit]
    sentence = max((found.end() for found in re.finditer(r"[.!?](?=\s)", start)), default=0)
    if sentence >= limit // 2:
        return start[:sentence].rstrip()
    word = max(start.rfind(" "), start.rfind("\n"))
    end = word if word >= limit // 2 else limit
    while end > 1 and (unicodedata.combining(text[end]) or text[end] == "\u200d" or text[end - 1] == "\u200d"):
        end -= 1
    return start[:end].rstrip() + " …"
