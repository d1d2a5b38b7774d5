"""Is what people type kept letter for letter, and what nobody can see taken away?"""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.text import (
    FILE_NAME_BYTES,
    MARKS_PER_LETTER,
    clean_line,
    clean_prose,
    count_characters,
    find_cpr,
    is_blank,
    safe_file_name,
    word_count,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))

KEPT = [
    "Æblegrød på Ærø: æøåÆØÅ, é, ð, kalaallisut",
    "👩‍👩‍👧‍👦 og 👍🏽 og ❤️",
    "مرحبا بالعالم",
    "שָׁלוֹם \u200fעולם",
    "نمی‌دانم",
    "한국어",
    "О'Brien; DROP TABLE--",
    "{{7*7}} ${7*7} %s <script>alert(1)</script> &amp; ]]> _x0041_",
    "null",
    "undefined",
    "None",
    "0",
    "-",
    "а",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_can_be_seen_is_kept_letter_for_letter(text: str) -> None:
    assert (clean_line(text), clean_prose(text)) == (text, text)


def test_letters_are_composed() -> None:
    assert clean_line("A\u030arhus o\u0308") == "Århus ö"


INVISIBLE = [
    "",
    "  ",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u3164",
    "\u2800",
    "\u202e",
    "\u2066\u2069",
    "\x00",
    "\t\r\n",
]
INVISIBLE += [
    "\u00ad",
    "\u200d",
    "\u200f",
    "\u115f\u1160",
    "\uffa0",
    "\u0301",
    "\ufe0f",
    "\U000e0041",
    "\ufffe",
    "\ud800",
]
INVISIBLE += ["\u2028", "\u3000", "\u180e", " \u200b\u3164\u2800\ufeff "]


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_cannot_be_seen_is_empty(text: str) -> None:
    assert (is_blank(text), clean_line(text), clean_prose(text), word_count(text)) == (True, "", "", 0)


@pytest.mark.parametrize("text", ["0", "-", "a\u200b", "\u200b.", "\u2800x"])
def test_one_visible_character_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize("code", [*range(9), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)])
def test_control_characters_are_taken_away(code: int) -> None:
    assert (clean_line(f"a{chr(code)}b"), clean_prose(f"a{chr(code)}b")) == ("ab", "ab")


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_line_breaks_become_one_newline_or_a_space(line_break: str) -> None:
    typed = f"en{line_break}to{line_break}{line_break}tre"
    assert (clean_prose(typed), clean_line(typed)) == ("en\nto\n\ntre", "en to tre")


def test_tab_and_inner_spaces_stay_in_prose() -> None:
    assert clean_prose(" \n\ta\tb  c \n") == "a\tb  c"
    assert clean_line(" \n\ta\tb \u00a0 c \n") == "a b c"


@pytest.mark.parametrize("mark", [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xAD, 0xFEFF)])
def test_what_turns_or_hides_letters_is_taken_away(mark: str) -> None:
    assert clean_line(f"faktura{mark}fdp.exe") == "fakturafdp.exe"


@pytest.mark.parametrize("code", [0xD800, 0xDFFF, 0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF])
def test_what_no_file_can_hold_is_taken_away(code: int) -> None:
    assert clean_prose(f"a{chr(code)}b") == "ab"


def test_replacement_character_of_bad_bytes_is_kept() -> None:
    assert clean_line(b"K\xf8benhavn".decode(errors="replace")) == "K\ufffdbenhavn"


def test_marks_on_one_letter_are_limited() -> None:
    stacked = "q" + "\u0308" * 1000 + "b"
    assert clean_line(stacked) == "q" + "\u0308" * MARKS_PER_LETTER + "b"
    assert clean_line("q" + "\u200d\u0308" * 1000) == "q" + "\u200d\u0308" * (MARKS_PER_LETTER // 2)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    for clean in (clean_line, clean_prose):
        once = clean(text)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        once.encode()


@given(ANY_TEXT)
def test_line_is_one_line(text: str) -> None:
    assert len(clean_line(text).splitlines()) <= 1


def test_words_are_counted_as_a_browser_counts() -> None:
    assert word_count("Vi hjælper – hver dag – 12 unge.\n\nOg\u00a0deres\u3000familier") == 11
    # What JavaScript's \s matches, the byte order mark excepted, which cleaning takes away.
    javascript = {*"\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000", *map(chr, range(0x2000, 0x200B))}
    python = {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert python - javascript == {"\x1c", "\x1d", "\x1e", "\x1f", "\x85"}
    assert javascript - python == set()
    assert word_count("a\x1cb") == 1


def test_characters_are_counted_as_a_browser_counts() -> None:
    assert count_characters("a\r\nb\rc\nd") == 7
    assert count_characters("æ😀") == 3
    assert count_characters("😀" * 100) == 200


@given(st.text())
def test_count_is_that_of_utf_16(text: str) -> None:
    unified = text.replace("\r\n", "\n")
    assert count_characters(text) == len(unified.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "0101901234",
        "010190 1234",
        "010190\u20111234",
        "010190 - 1234",
        "290200-1234",
        "311299-0000",
    ],
)
def test_cpr_like_number_is_found(text: str) -> None:
    assert find_cpr(f"Borgeren ({text}), se bilag_{text}.docx") == [text, text]


@pytest.mark.parametrize(
    "text",
    ["310290-1234", "290201-1234", "001290-1234", "011390-1234", "0101901", "01019012345", "90101901234"],
)
def test_number_that_is_no_cpr_number_is_let_through(text: str) -> None:
    assert find_cpr(text) == []


def test_number_in_ordinary_text_is_let_through() -> None:
    assert find_cpr("CVR 55133018, tlf. 89 40 20 00, 1.010.190 kr. 2026-02-007, EAN 5798005770220") == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Års-regnskab æøå ½.docx", "Års-regnskab æøå ½.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Bo\\bilag.pdf", "bilag.pdf"),
        (".htaccess", "htaccess"),
        ("CON.docx", "_CON.docx"),
        ("nul", "_nul"),
        ("console.txt", "console.txt"),
        ("\u202efdp.exe", "fdp.exe"),
        ('a"b;c<d>|e?*.pdf', "abcde.pdf"),
        ("a\x00b\nc.pdf", "ab c.pdf"),
        ("navn. ", "navn"),
        ("...", "fil"),
        ("", "fil"),
        ("/", "fil"),
        ("😀.png", "😀.png"),
    ],
)
def test_file_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


def test_long_file_name_keeps_its_ending() -> None:
    safe = safe_file_name("å" * 300 + ".docx")
    assert (safe.endswith("å.docx"), len(safe.encode())) == (True, FILE_NAME_BYTES - 1)
    assert len(safe_file_name("a." + "b" * 400).encode()) == FILE_NAME_BYTES


@given(ANY_TEXT)
def test_file_name_is_always_one_part(name: str) -> None:
    safe = safe_file_name(name)
    assert safe
    assert not set(safe) & set('/\\<>:"|?*;\x00\n')
    assert len(safe.encode()) <= FILE_NAME_BYTES
    assert safe_file_name(safe) == safe


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10**6,
        "a" + "\u0301" * 10**6,
        "0101" * 250_000,
        "010190 " * 140_000,
        "\u3164" * 10**6,
        " " * 10**6 + "x",
    ],
)
def test_a_megabyte_takes_no_time(text: str) -> None:
    for read in (clean_line, clean_prose, word_count, count_characters, find_cpr, safe_file_name):
        started = time.process_time()
        read(text)
        # Every reading is linear; one that is not would take hours.
        assert time.process_time() - started < 5
