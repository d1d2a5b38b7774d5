"""What is kept of a text that people type, and how long is it?

One rule for everything typed or pasted (reliability B1-B13):

- Text is NFC, so that "å" is the same letter however it was typed.
- Control characters are taken away, NUL too; only the newline and the tab of a longer text stay. Whatever a
  program writes as a line break (CRLF, CR, VT, FF, NEL, U+2028, U+2029) becomes one newline.
- What no reader can see, and what can turn a line around, is taken away: bidi embeddings, overrides and
  isolates, zero-width space, word joiner, byte order mark, soft hyphen, tags. Right-to-left letters with
  their direction marks, and the joiners that emoji and some scripts need, stay.
- Lone surrogates and noncharacters, which no file can hold, are taken away.
- A letter keeps at most MARKS_PER_LETTER marks on it, so that none can cover the lines around it.
- Ends are trimmed. A text in which nothing can be seen is the empty text.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

MARKS_PER_LETTER: Final = 8
FILE_NAME_BYTES: Final = 200

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_NEVER_KEPT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, tab and line breaks excepted
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # invisible, and of no use in what is stored
    "\u202a-\u202e\u2066-\u206f"  # bidi embeddings, overrides, isolates and other format controls
    "\ud800-\udfff"  # surrogates
    "\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # noncharacters and annotation marks
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "\U000e0000-\U000e007f]"  # tags
)
_WHITE_SPACE_RUN = re.compile(r"\s+")
# Marks begin at U+0300; only so long a run of characters from there on can hold too many of them.
_MAY_BE_STACKED = re.compile(f"[\u0300-\U0010ffff]{{{MARKS_PER_LETTER + 1},}}")
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BEYOND_ONE_UNIT = re.compile("[\U00010000-\U0010ffff]")

_SEPARATOR = "[ \u00a0\u202f]?[-\u2010-\u2013\u2212]?[ \u00a0\u202f]?"
_CPR_LIKE = re.compile(f"(?<![0-9])([0-9]{{2}})([0-9]{{2}})([0-9]{{2}}){_SEPARATOR}[0-9]{{4}}(?![0-9])")

_NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*;]')
_RESERVED_STEM = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def clean_line(text: str) -> str:
    """The text as one line: line breaks, tabs and every run of white space become one space."""
    return _WHITE_SPACE_RUN.sub(" ", _cleaned(text)).strip()


def clean_prose(text: str) -> str:
    """The text with its own lines, tabs and spaces."""
    return _cleaned(text).strip()


def is_blank(text: str) -> bool:
    """Whether nothing in the text can be seen: empty, white space, or only invisible characters."""
    return all(_is_unseen(character) for character in text)


def word_count(text: str) -> int:
    """How many words a text has: runs of characters without white space between them.

    A browser counts the same with `(text.match(/\\S+/g) || []).length`; a dash of its own is a word, as it is
    in a word processor.
    """
    return len(clean_prose(text).split())


def count_characters(text: str) -> int:
    """How long a text is, counted as a browser counts `textarea.value.length`.

    A line break is one, however it was sent; a character beyond U+FFFF, such as an emoji, is two. It is never
    less than the number of characters that a database counts.
    """
    unified = _LINE_BREAKS.sub("\n", text)
    return len(unified) + len(_BEYOND_ONE_UNIT.findall(unified))


def find_cpr(text: str) -> list[str]:
    """What looks like a CPR number: a valid date (ddmmyy) and four digits, with or without a dash or space.

    Source: contract 8.16. The check digit is not asked for, since newer numbers do not have one.
    """
    return [found[0] for found in _CPR_LIKE.finditer(text) if _is_date(*found.groups())]


def safe_file_name(name: str) -> str:
    """The last part of a path as a name that any system can store, with its Danish letters and its ending."""
    last = re.split(r"[/\\]", clean_line(name))[-1]
    kept = _WHITE_SPACE_RUN.sub(" ", _NOT_IN_FILE_NAMES.sub("", last)).strip(" .")
    if _RESERVED_STEM.match(kept):
        kept = f"_{kept}"
    return _shortened(kept) or "fil"


def _cleaned(text: str) -> str:
    kept = _NEVER_KEPT.sub("", _LINE_BREAKS.sub("\n", text))
    composed = unicodedata.normalize("NFC", kept)
    unstacked = _MAY_BE_STACKED.sub(lambda run: _without_stacks(run[0]), composed)
    return "" if is_blank(unstacked) else unstacked


def _without_stacks(run: str) -> str:
    kept, marks = [], 0
    for character in run:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= MARKS_PER_LETTER:
            kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}


@lru_cache(maxsize=4096)
def _is_unseen(character: str) -> bool:
    return (
        character.isspace()
        or character in _INVISIBLE_LETTERS
        or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Mn", "Me"}
        or _NEVER_KEPT.match(character) is not None
    )


def _is_date(day: str, month: str, year: str) -> bool:
    # 2000 + the two digits: 29 February of year 00 was a day only then, and the other centuries agree.
    try:
        date(2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _shortened(name: str) -> str:
    """The name in at most FILE_NAME_BYTES bytes, cut before its ending."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > FILE_NAME_BYTES // 4:
        stem, dot, ending = name, "", ""
    room = FILE_NAME_BYTES - len(f"{dot}{ending}".encode())
    cut = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{cut}{dot}{ending}"
