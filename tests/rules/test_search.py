"""Is what people type into the search box read as they mean it, and never as anything else?"""

import time

import pytest

from intake.rules.danish_order import danish_key
from intake.rules.lifecycle import State
from intake.rules.search import MOST_LETTERS, MOST_WORDS, Sought, asked_words, read_search, search_words
from intake.wording import WORDS

STATE_WORDS = {state: WORDS[State][state] for state in State}


def read(typed: str) -> Sought:
    return read_search(typed, STATE_WORDS)


READ: dict[str, Sought] = {
    "": Sought(),
    "  \t ": Sought(),
    "Byhaver for ÆLDRE": Sought("Byhaver for ÆLDRE", words=("byhaver", "for", "ældre")),
    "sag:2027-01-003": Sought("sag:2027-01-003", references=("2027-01-003",)),
    "2027-01-003": Sought("2027-01-003", references=("2027-01-003",)),
    "SAG:2027": Sought("SAG:2027", references=("2027",)),
    "cvr:99999918 have": Sought("cvr:99999918 have", words=("have",), cvr_numbers=("99999918",)),
    "99999918": Sought("99999918", cvr_numbers=("99999918",)),
    "status:sorteret": Sought("status:sorteret", states=frozenset({State.SORTED})),
    'status:"hos forvaltningerne"': Sought('status:"hos forvaltningerne"', states=frozenset({State.WITH_DEPARTMENTS})),
    "status:sorted status:modtaget": Sought("status:sorted status:modtaget", states=frozenset()),
    "status:nonsens": Sought("status:nonsens", unknown=("status:nonsens",)),
    "sag:DROP": Sought("sag:DROP", unknown=("sag:DROP",)),
    "cvr:12": Sought("cvr:12", unknown=("cvr:12",)),
    'uden "slut': Sought('uden "slut', words=("uden", "slut")),
    '""" * ( ) AND OR NOT': Sought('""" * ( ) AND OR NOT', words=("and", "or", "not")),
    "100%_ny'; --": Sought("100%_ny'; --", words=("100", "ny")),
}


@pytest.mark.parametrize("typed", READ)
def test_search_is_read_in_parts(typed: str) -> None:
    assert read(typed) == READ[typed]


@pytest.mark.parametrize("typed", ["status:nonsens", "sag:DROP", "***", '"', "%", "_", "status:sorted status:modtaget"])
def test_search_by_signs_or_by_what_there_is_not_finds_nothing(typed: str) -> None:
    assert read(typed).finds_nothing


def test_search_of_any_length_is_read_at_once_and_to_an_end() -> None:
    began = time.process_time()
    found = [read(typed) for typed in ("a" * 10_000, "%" * 10_000, '"' * 10_001, "ord " * 2_500, "sag:" * 2_500)]
    many = read(" ".join(f"ord{number}" for number in range(500)))

    assert time.process_time() - began < 1
    assert max(len(one.text) for one in found) <= MOST_LETTERS
    assert len(many.words) == MOST_WORDS


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("byhaver", "Byhaven på torvet"),
        ("byhaven", "byhaver"),
        ("BYHAVE", "byhaverne"),
        ("århus", "Aarhus"),
        ("aarhus", "ÅRHUS"),
        ("a\u030arhus", "Århus"),
        ("børn", "BØRN"),
        ("ensomhe", "ensomhed"),
        ("cafe", "café"),
        ("漢", "漢字"),
        ("ung", "ung-til-ung"),
    ],
)
def test_words_are_found_by_stem_beginning_and_letter(typed: str, stored: str) -> None:
    words = search_words([stored]).split()

    for begins, stem in asked_words(read(typed)):
        assert stem in words or any(word.startswith(begins) for word in words)


@pytest.mark.parametrize(("typed", "stored"), [("haven", "havn"), ("hav", "byhave"), ("bor", "børn")])
def test_other_words_are_not_found(typed: str, stored: str) -> None:
    words = search_words([stored]).split()

    assert not all(
        stem in words or any(word.startswith(begins) for word in words) for begins, stem in asked_words(read(typed))
    )


def test_stored_words_hold_nothing_that_a_database_reads_as_more() -> None:
    stored = search_words(["Frihed & 'lighed' | \"nabo\" * (a:b) – 100 % É漢 \U0001f600"])

    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in stored.split())


def test_titles_stand_in_danish_order() -> None:
    titles = ["2 dage", "10 dage", "a", "Café", "cafeen", "indsats 2", "Indsats 10", "Vahl", "wahl", "Zebra"]
    titles += ["Ældre", "Øen", "Aage", "ål", "Åse"]

    assert sorted(titles[1::2] + titles[::2], key=danish_key) == titles
