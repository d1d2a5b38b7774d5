"""Is a memo whole, whatever stands in any of its fields? Read again by another library than the one that wrote it."""

import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest

from exports.decision_memo import render
from exports.memo_content import DecisionMemoFacts
from exports.memo_snapshot import from_content, to_content
from foundation.text import clean_line, clean_prose
from tests.rules.memo_cases import KINDS, tagged

MEMOS, BLOCKS = 300, 20
JINJA = (
    "{{7*7}}", "{{ title }}", "{{ title.__class__.__mro__ }}", "{% for x in y %}", "{% endfor %}",
    "{% if 1 %}x{% endif %}",
    "{% include 'x' %}", "{% set a = 1 %}", "{% raw %}", "{# skjult #}", "{{ cycler.__init__.__globals__.os }}",
    "{{ config }}", "{{ 'a'|upper }}", "{%p if x %}", "{%tr for c in conditions %}", "{%tc endfor %}",
    "{{p title }}",
    "{{r title }}", "{{ loop.index }}", "{%- endif -%}", "{{ self }}", "{{ range(9) }}", "${7*7}", "#{7*7}",
    "{% cellbg 'FF0000' %}", "{{", "}}", "{%", "%}", "{#",
)  # fmt: skip
ESCAPES = ("{_{ x }_}", "{_% y %_}", "{_", "_}", "%_}", "{_{7*7}_}", "{ {", "\\{\\{", "{{'{{'}}", "{=x=}")
MARKUP = (
    "</w:t><w:p>", "</w:t></w:r></w:p></w:body>", "<!--", "-->", "]]>", "<![CDATA[x]]>", "&amp;", "&#0;",
    "&#x0;", "&lt;w:p&gt;",
    "& < > \" '", "<?xml version='1.0'?>", "<!DOCTYPE x>", "<w:br/>", "xmlns:w=''", "<p>a</p>", "&nbsp;",
    "<script>x</script>",
)  # fmt: skip
CODES = (
    '{ INCLUDETEXT "c:/x" }', "{ DDEAUTO c:/cmd }", "{ = 1+1 }", "{ MERGEFIELD x }", "_x0041_", "_x000D_", "=1+1",
    "%s %n %(x)s", "{0.__class__}", "{title}", "\\n \\1 \\g<0>", "#N/A", "@SUM(1)", "\x13 PAGE \x15",
)  # fmt: skip
LETTERS = (
    "a\x00b\x07c\x1bd", "a\ud800b", "\udc00\ud800", "\ufffe\uffff\U0001ffff",
    "\ufdd0title\ufdd1x\ufdd2\ufdd3", "mod \u202etsnart\u202c",
    "a\u2066b\u2069", "\u200f שלום \u200e مرحبا", "e\u0301\u0308\u0327" * 3, "z" + "\u0336" * 30,
    "👩\u200d👩\u200d👧 🌱 🇩🇰", "𝔘𝔫𝔦", "ﷺ ﬃ",
    "en\r\nto\rtre\u2028fire", "to\tkolonner", "\n\n\nluft\n\n", "\x0bdel\x0cside", "\u200b\u2060\ufeff",
    "\u00a0\u3000", "w" * 45,
    "1. Resume", "Bilag 3", "Sagsoplysninger", "ikke oplyst", "None", "«»",
)  # fmt: skip
PAYLOADS = (*JINJA, *ESCAPES, *MARKUP, *CODES, *LETTERS)
HUGE = (
    "o" * 40_000,
    "ord " * 10_000,
    "Sætning. " * 4_500,
    "e\u0301" * 20_000,
    "👩\u200d👧" * 8_000,
    "{{7*7}}</w:t>" * 3_000,
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BETWEEN = "\x1e"


# --- a memo of hostile texts, and a reader of its own ------------------------------------------------------------


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """The same facts with every text that is marked by its own name changed."""
    if is_dataclass(value):
        return replace(value, **{f.name: changed(getattr(value, f.name), change) for f in fields(value)})  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(changed(one, change) for one in value)
    return change(value) if isinstance(value, str) and value.startswith("«") else value


def hostile(number: int, huge: str = "") -> tuple[DecisionMemoFacts, dict[str, str]]:
    """Memo facts in which each text has a payload of its own, and the texts by their names."""
    kind, chance = KINDS[number % len(KINDS)], random.Random(number)
    typed: dict[str, str] = {}

    def change(name: str) -> str:
        typed[name] = f"{name}{PAYLOADS[(number + len(typed)) % len(PAYLOADS)]} slut"
        return typed[name]

    facts = changed(tagged(kind), change)
    if huge:
        longest = chance.choice(sorted(typed))
        typed[longest] = f"{longest}{huge} slut"
        facts = changed(facts, lambda text: typed[text[: text.index("»") + 1]])
    return facts, typed


def read(word: bytes) -> str:
    """What the document says, its paragraphs apart. Every part of the file must be well-formed."""
    with zipfile.ZipFile(BytesIO(word)) as archive:
        assert archive.testzip() is None
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    return BETWEEN.join("".join(_words(p)) for p in parts["word/document.xml"].iter(f"{W}p")) + BETWEEN


def _words(paragraph: ElementTree.Element) -> Iterator[str]:
    for run in paragraph.iter(f"{W}r"):
        for node in run:
            yield {f"{W}t": node.text or "", f"{W}tab": "\t", f"{W}br": "\n"}.get(node.tag, "")


@cache
def innocent(kind: str) -> tuple[str, dict[str, int]]:
    """What a memo of this kind says around its values, and how often each value stands in it."""
    text = read(render(tagged(kind)))
    _, typed = hostile(KINDS.index(kind))
    return _without_values(text, {name: name for name in typed}), {name: text.count(name) for name in typed}


def wholes(typed: str) -> set[str]:
    """The text as one line, and with its own lines; the memo prints one of the two."""
    return {clean_line(typed), clean_prose(typed)}


def _without_values(text: str, values: dict[str, str]) -> str:
    for name, typed in values.items():
        for whole in sorted(wholes(typed), key=len, reverse=True):
            text = text.replace(whole, name)
    for name in values:
        text = text.replace(name, "«»")
    return text


# --- three hundred memos ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_value_of_a_hostile_memo_stands_in_it_as_often_as_it_should(block: int) -> None:
    for number in range(block, MEMOS, BLOCKS):
        facts, typed = hostile(number, HUGE[number % len(HUGE)] if number % 3 == 0 else "")
        text = _without_labels(read(render(from_content(to_content(facts)))), typed)
        found = {name: sum(map(text.count, wholes(one))) for name, one in typed.items()}
        assert found == innocent(facts.kind)[1], number
        if number % 3:
            without = _without_values(text, typed)
            assert _of_letters(without) == _of_letters(innocent(facts.kind)[0]), number


def _without_labels(text: str, typed: dict[str, str]) -> str:
    """A statement that stands whole in the annex has its department over it once more."""
    for name in ("«sd0»", "«sd1»"):
        for words in ("Udtalelse fra", "Hul i tilbuddene ifølge"):
            text = text.replace(f"{words} {clean_line(typed[name])}", "")
    return text


def _of_letters(text: str) -> Counter[str]:
    """The paragraphs, the count of letters excepted."""
    return Counter(line for line in text.split(BETWEEN) if not line.replace(".", "").isdigit())


def test_hostile_cases_reach_every_text_and_try_every_payload() -> None:
    tried, reached = set[str](), set[str]()
    for number in range(MEMOS):
        _, typed = hostile(number)
        tried |= {text[text.index("»") + 1 :] for text in typed.values()}
        reached |= set(typed)
    assert tried == {f"{payload} slut" for payload in PAYLOADS}
    texts = {f"«{field.name}»" for field in fields(DecisionMemoFacts) if field.type == "str" and field.name != "kind"}
    assert texts <= reached
    assert len(JINJA) >= 25


@pytest.mark.parametrize("kind", KINDS)
def test_reader_of_this_page_would_see_a_lost_value(kind: str) -> None:
    """The reader itself is asked: without a value, or with it twice, its count differs."""
    word = render(tagged(kind))
    text, counts = read(word), innocent(kind)[1]
    assert counts["«problem»"] == counts["«dr3»"] == counts["«title»"] == 1
    assert text.replace("«problem»", "").count("«problem»") == 0
