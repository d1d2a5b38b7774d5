"""What does somebody look for who types into the search box, and by which words is a proposal found?

Both databases are asked for words that are made here, so that both find the same: small letters from a to z and
digits, as typed (`w…`) and as their Danish stem (`s…`). Nothing that people type reaches a database as an operator.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from intake.rules.lifecycle import State

MOST_LETTERS: Final = 200
"""Of what is typed; the rest is not read."""
MOST_WORDS: Final = 8
"""Of what is typed; more words narrow no list down."""
LONGEST_WORD: Final = 40
SEARCHED_ANSWERS: Final = ("title", "summary", "problem", "target_group")
"""The answers that free text is looked for in, beside reference, organisation and CVR number."""

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'(?:(sag|cvr|status):)?(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_REFERENCE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{3,}")
_REFERENCE_LETTERS = re.compile(r"[0-9-]{1,24}")
_CVR = re.compile(r"[0-9]{8}")
_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@dataclass(frozen=True, slots=True)
class Sought:
    """What was asked for: all of it must hold. `states` is None where no status was named.

    `references` are beginnings of references. `unknown` are the parts that no proposal can be found by.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    cvr_numbers: tuple[str, ...] = ()
    states: frozenset[State] | None = None
    unknown: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Nothing was asked for: every proposal is found."""
        return not self.text

    @property
    def finds_nothing(self) -> bool:
        """Something was typed by which no proposal can be found: an unknown status, or signs alone."""
        is_read = bool(self.words or self.references or self.cvr_numbers or self.states)
        return bool(self.unknown) or (bool(self.text) and not is_read)


def read_search(typed: str, words_of_states: Mapping[State, str]) -> Sought:
    """The parts of what was typed: `sag:`, `cvr:`, `status:` and free words; quotes keep words together."""
    text = " ".join(unicodedata.normalize("NFC", typed[: 2 * MOST_LETTERS]).split())[:MOST_LETTERS].strip()
    found: dict[str, list[Any]] = {"words": [], "references": [], "cvr_numbers": [], "states": [], "unknown": []}
    for match in _PART.finditer(text):
        kind, value = (match[1] or "").lower(), match[2] if match[2] is not None else match[3]
        place, values = _part(kind, value.strip('"'), words_of_states)
        found[place] += values
    return Sought(
        text=text,
        words=tuple(dict.fromkeys(found["words"]))[:MOST_WORDS],
        references=tuple(found["references"][:MOST_WORDS]),
        cvr_numbers=tuple(found["cvr_numbers"][:MOST_WORDS]),
        states=frozenset.intersection(*found["states"]) if found["states"] else None,
        unknown=tuple(found["unknown"]),
    )


def _part(kind: str, value: str, words_of_states: Mapping[State, str]) -> tuple[str, list[Any]]:
    """Where one part of the text belongs, and what it holds."""
    if kind == "status":
        states = _states(value, words_of_states)
        return ("states", [states]) if states else ("unknown", [f"status:{value}"])
    if kind == "sag" or (not kind and _REFERENCE.fullmatch(value)):
        return ("references", [value]) if _REFERENCE_LETTERS.fullmatch(value) else ("unknown", [f"sag:{value}"])
    if kind == "cvr" or (not kind and _CVR.fullmatch(value)):
        number = "".join(value.split())
        return ("cvr_numbers", [number]) if _CVR.fullmatch(number) else ("unknown", [f"cvr:{value}"])
    return "words", words_in(value)


def _states(value: str, words_of_states: Mapping[State, str]) -> frozenset[State]:
    """The states whose Danish words, or whose stored word, begin so; spaces and dashes do not matter."""
    asked = "".join(folded(word) for word in words_in(value))
    return frozenset(
        state
        for state, words in words_of_states.items()
        for name in (words, state.value)
        if asked and "".join(folded(word) for word in words_in(name)).startswith(asked)
    )


def words_in(text: str) -> list[str]:
    """The words of a text in small letters, composed; punctuation, `%` and `_` stand between words."""
    # Decomposed letters of compatibility become plain ones before they are counted as words.
    lowered = unicodedata.normalize("NFKC", text).lower()
    return [word[:LONGEST_WORD] for word in _WORD.findall(lowered)]


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """The word in the letters a to z and digits: å and aa are one letter, accents do not matter."""
    plain = unicodedata.normalize("NFD", word.translate(_DANISH))
    return "".join(_plain_letter(letter) for letter in plain if not unicodedata.combining(letter))


def _plain_letter(letter: str) -> str:
    return letter if letter.isascii() and letter.isalnum() else f"x{ord(letter):x}"


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Danish stem of a word in small letters, folded: byhaver and byhaven are byhav."""
    from snowballstemmer.danish_stemmer import DanishStemmer  # Read when somebody first looks for a word.

    # One for each word: a stemmer keeps the word that it works on, and requests run beside each other.
    return folded(DanishStemmer().stemWord(word))


def search_words(texts: Iterable[str]) -> str:
    """The words that texts are found by, once each, in an order that is always the same."""
    words = sorted({word for text in texts for word in words_in(text)})
    return " ".join(dict.fromkeys(name for word in words for name in (f"w{folded(word)}", f"s{stem(word)}")))


def asked_words(sought: Sought) -> tuple[tuple[str, str], ...]:
    """For each word that was typed, the parts of references too: how a word begins, and the stem that is as good."""
    parts = [part for reference in sought.references for part in words_in(reference)]
    return tuple((f"w{folded(word)}", f"s{stem(word)}") for word in (*sought.words, *parts))
