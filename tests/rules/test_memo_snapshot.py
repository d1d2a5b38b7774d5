"""Is a memo that was kept read again as the memo that was printed, and is nothing else read?"""

import json
from copy import deepcopy
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exports import memo_content
from exports.memo_content import CofundingRow, DecisionMemoFacts, GoalRow, OwnAnswer, PartnerRow
from exports.memo_layout import MemoFault
from exports.memo_snapshot import from_content, to_content
from exports.memo_values import placed_values
from tests.rules.memo_cases import GARDEN, KINDS, tagged

KEPT = Path(__file__).with_name("released_memo_1.json")
KEPT_2 = Path(__file__).with_name("released_memo_2.json")
FULL = replace(
    tagged("investment"),
    sought_ore=9_000_000,
    is_draft=True,
    released_on=date(2026, 4, 23),
    goals=(GoalRow(indicator="Antal", target="40"), GoalRow(indicator="Andel", payer="Ukendt")),
    cofunding=(CofundingRow(funder="En fond", status="Søgt", amount_ore=100), CofundingRow(funder="Egne midler")),
    own_questions=(OwnAnswer(label="Spørgsmål", text="Svar"),),
    partner_rows=(PartnerRow(name="Boligforeningen", cvr="99999926", role="Jord og vand"),),
)


def again(facts: DecisionMemoFacts) -> DecisionMemoFacts:
    """By way of the text that a database keeps."""
    return from_content(json.loads(json.dumps(to_content(facts), ensure_ascii=False).encode()))


@pytest.mark.parametrize("facts", [GARDEN, FULL, *map(tagged, KINDS)])
def test_memo_is_read_as_it_was_kept(facts: DecisionMemoFacts) -> None:
    assert again(facts) == facts


def test_every_field_of_the_full_case_differs_from_its_default() -> None:
    """Otherwise the case above could lose a field and nobody would see it."""
    assert [field.name for field in fields(FULL) if getattr(FULL, field.name) == field.default] == []


ANY = st.text(st.characters(), max_size=60)
KINDS_OF_VALUE = {
    "str": ANY,
    "date": st.dates(),
    "bool": st.booleans(),
    "int": st.integers(-(2**62), 2**62),
    "int | None": st.none() | st.integers(-(2**62), 2**62),
    "date | None": st.none() | st.dates(),
    "tuple[str, ...]": st.lists(ANY, max_size=3).map(tuple),
}


def any_of(kind: type) -> st.SearchStrategy[Any]:
    """Records with any values at all in all their fields."""
    return st.builds(kind, **{field.name: _any_value(str(field.type)) for field in fields(kind)})


def _any_value(name: str) -> st.SearchStrategy[Any]:
    if name in KINDS_OF_VALUE:
        return KINDS_OF_VALUE[name]
    inner = name.removeprefix("tuple[").removesuffix(", ...]").removesuffix(" | None")
    one = any_of(getattr(memo_content, inner))
    return st.none() | one if name.endswith(" | None") else st.lists(one, max_size=2).map(tuple)


def sayable(facts: DecisionMemoFacts, kind: str) -> DecisionMemoFacts:
    return replace(facts, kind=kind, grounds=tuple(replace(ground, state="met") for ground in facts.grounds))


@settings(max_examples=60)
@given(facts=any_of(DecisionMemoFacts), kind=st.sampled_from(KINDS))
@example(facts=replace(tagged("donation"), smaller_reason=" "), kind="donation")
def test_whatever_people_type_the_kept_memo_prints_the_same(facts: DecisionMemoFacts, kind: str) -> None:
    facts = sayable(facts, kind)
    kept = again(facts)
    assert placed_values(kept) == placed_values(facts)
    assert again(kept) == kept


def test_kept_text_is_what_every_database_can_hold() -> None:
    content = to_content(replace(GARDEN, problem="a\x00b\ud800c\ufffed\re"))
    assert content["facts"]["problem"] == "abcd\ne"


BEFORE: dict[str, Any] = {"business_case": None, "stability": ()}
"""What the first format did not hold."""


@pytest.mark.parametrize(("kept", "facts"), [(KEPT, replace(FULL, **BEFORE)), (KEPT_2, FULL)], ids=["1", "2"])
def test_memo_of_each_format_can_still_be_read(kept: Path, facts: DecisionMemoFacts) -> None:
    """The files are never written anew: they stand for the memos that are already released."""
    assert from_content(json.loads(kept.read_bytes())) == facts


def test_memo_of_the_first_format_prints_what_it_printed() -> None:
    """No line about a business case stands in a memo that was released before there were any."""
    placed = placed_values(from_content(json.loads(KEPT.read_bytes())))
    later = ("case_basis", "sensitivity", "case_years", "case_savers", "stability_lines")
    assert [one.key for one in placed if one.key.startswith(later)] == []


def test_field_of_a_later_format_is_refused_in_an_earlier() -> None:
    content = to_content(GARDEN)
    with pytest.raises(MemoFault, match="ikke som gemt"):
        from_content(content | {"format": 1})


@pytest.mark.parametrize("number", [0, 3, "1", None, 1.0, True, [1]])
def test_other_format_is_refused(number: object) -> None:
    with pytest.raises(MemoFault, match="format, der ikke kan læses"):
        from_content(to_content(GARDEN) | {"format": number})


@pytest.mark.parametrize("content", [{}, {"format": 1}, to_content(GARDEN) | {"more": 1}, {"format": 1, "facts": []}])
def test_content_that_is_no_memo_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(MemoFault):
        from_content(content)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", None),
        ("title", 7),
        ("amount_ore", "8500000"),
        ("amount_ore", 8_500_000.0),
        ("amount_ore", True),
        ("is_draft", 1),
        ("dated_on", None),
        ("dated_on", "22. april 2026"),
        ("conditions", "et vilkår"),
        ("conditions", [None]),
        ("statements", [{}]),
        ("statements", [{"department": "Sundhed"}]),
        ("funds", [1]),
        ("unknown", ""),
    ],
)
def test_faulty_value_is_refused_with_its_name(key: str, value: object) -> None:
    content = to_content(GARDEN)
    content["facts"][key] = value
    with pytest.raises(MemoFault, match="ikke som gemt"):
        from_content(content)


@pytest.mark.parametrize("key", ["title", "problem", "is_draft", "goals", "amount_ore"])
def test_content_without_a_field_is_refused(key: str) -> None:
    content = deepcopy(to_content(GARDEN))
    del content["facts"][key]
    with pytest.raises(MemoFault, match="ikke som gemt"):
        from_content(content)
