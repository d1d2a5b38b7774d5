"""Which words of a text were taken out, and which were put in, when it was written again?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile
from typing import Final

MOST_PAIRS: Final = 360_000
"""Words before times words after that are compared one by one; past it line by line, and past that as a whole."""


class Fate(StrEnum):
    """What became of a passage."""

    KEPT = "kept"
    TAKEN_OUT = "taken_out"
    PUT_IN = "put_in"


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words in a row that shared one fate."""

    fate: Fate
    text: str


def changed_words(before: str, after: str) -> tuple[Passage, ...]:
    """The two texts as one: kept and put in are the text after, kept and taken out the text before.

    The cost is bounded whatever is written: what begins and ends alike is set aside first, and what is left of very
    long texts is compared in lines, or not at all.
    """
    old, new = _words(before), _words(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    passages = [
        Passage(Fate.KEPT, "".join(old[:head])),
        *_middle("".join(old[head : len(old) - tail]), "".join(new[head : len(new) - tail])),
        Passage(Fate.KEPT, "".join(old[len(old) - tail :])),
    ]
    return tuple(one for one in passages if one.text)


def _words(text: str) -> list[str]:
    """Each word or number with the blanks behind it; sentence marks alone, so that a new full stop changes no word."""
    return re.findall(r"\s+|\d+(?:[.,]\d+)*\s*|\w+\s*|[^\w\s]\s*", text)


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _middle(before: str, after: str) -> list[Passage]:
    for cut in (_words, _lines):
        old, new = cut(before), cut(after)
        if len(old) * len(new) <= MOST_PAIRS:
            return _compared(old, new)
    return [Passage(Fate.TAKEN_OUT, before), Passage(Fate.PUT_IN, after)]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Passage]:
    found: list[Passage] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Passage(Fate.KEPT, "".join(old[old_from:old_to])))
            continue
        found.append(Passage(Fate.TAKEN_OUT, "".join(old[old_from:old_to])))
        found.append(Passage(Fate.PUT_IN, "".join(new[new_from:new_to])))
    return found
