"""Does every value of a case stand once in its own section of the memo, whatever people have typed?"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.table import Table
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exports import starter_templates, template_check
from exports.chart_pictures import PaperPicture
from exports.decision_memo import render
from exports.memo_content import BudgetRow, BusinessCaseFacts, DecisionMemoFacts, GoalRow, Score
from exports.memo_layout import MemoFault, required_names
from exports.memo_values import placed_values
from foundation.text import clean_line, clean_prose
from tests.builders import a_png
from tests.rules.memo_cases import GARDEN, HOUSING, KINDS, tagged, text_fields

GOAL_COLUMNS = ("number", "indicator", "baseline", "target")
KEYS = {"Juridisk ramme": "legal", "Sagsoplysninger": "colophon"}


def sections(word: bytes) -> dict[str, list[str]]:
    """The memo read again by a reader of its own: section key to the texts of its paragraphs and cells."""
    found: dict[str, list[str]] = {"head": []}
    section = "head"
    for style, text in _lines(Document(BytesIO(word))):
        if style in {"RaadAfsnit", "RaadUnderafsnit", "RaadBilag"}:
            section = KEYS.get(text) or ("annex" if text.startswith("Bilag") else text[0])
        found.setdefault(section, []).append(text)
    return found


def _lines(holder: Any) -> Iterator[tuple[str, str]]:
    for block in holder.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _lines(cell)
        else:
            yield block._p.style or "", block.text


def joined(word: bytes) -> dict[str, str]:
    return {section: "\n".join(texts) for section, texts in sections(word).items()}


def changed(kind: str, change: Any) -> bytes:
    document = Document(BytesIO(starter_templates.build(kind)))
    change(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def with_text(document: Any, text: str) -> Any:
    return next(paragraph for paragraph in document.paragraphs if text in paragraph.text)


# --- every value once ------------------------------------------------------------------------------------------

OWN_SECTIONS = {
    "title": "head", "to": "head", "from_": "head", "summary": "1", "for_whom": "1", "wish": "1", "track": "1",
    "rule": "1", "deciding_text": "1", "ot": "1", "or": "1", "ob": "1", "call_title": "3", "focus_area": "3",
    "problem": "3", "supplement": "3", "result_goals": "4", "theory_of_change": "4", "evidence": "4",
    "maturity": "4", "level": "4", "intervention": "5", "target_group": "5", "organisation": "6",
    "organisation_cvr": "6", "partners": "6", "capacity": "6", "ss0": "6", "sg1": "6", "sp0": "6", "sb1": "6",
    "sd1": "6", "sr0": "6", "budget": "7", "bt": "annex", "bt2": "annex", "continuation": "7", "gi0": "4", "gb1": "4",
    "ga1": "4", "ol0": "annex", "oa1": "annex", "case_number": "colophon",
    "conflicts_of_interest": "legal", "procurement": "legal", "state_aid": "legal", "municipal_power": "legal",
    "data_protection": "legal", "reference": "colophon", "case_worker": "colophon", "contact": "colophon",
    "a0": "colophon", "a1": "colophon", "gtmet": "annex", "grnot_met": "annex", "dd0": "annex", "dl7": "annex",
    "dr3": "annex", "de5": "annex", "machine_track": "annex", "machine_rule": "annex", "st0": "annex", "st1": "annex",
}  # fmt: skip
BY_KIND = {
    "donation": {
        "learning": "4", "money_from": "1", "c0": "2", "c1": "2", "funds_source": "7", "smaller_reason": "2",
        "gm0": "annex", "gd1": "annex", "gs0": "annex", "gw1": "annex", "gp0": "annex", "cf0": "annex", "cs1": "annex",
        "pn0": "annex", "pc0": "annex", "pr0": "annex",
    },
    "investment": {
        "money_from": "1", "payment_plan": "1", "tariffs": "2", "payers": "2", "gain_share": "2", "fu": "2",
        "c1": "2", "baseline": "4", "success_share": "4", "deadweight": "4", "measuring_points": "4", "risk": "7",
        "payback": "7", "break_even": "7", "cn": "7", "cp": "7", "cb": "7", "funds_source": "7", "smaller_reason": "2",
        "gm0": "4", "gd1": "4", "gs0": "4", "gw1": "4", "gp0": "4", "cf0": "7", "cs1": "7", "pn0": "6", "pc0": "6",
        "pr0": "6", "bw": "7", "br": "7", "bx": "7", "bo": "7", "ba": "7", "fd": "annex", "yy": "annex", "ww": "annex",
        "ws": "annex",
    },
    "short": {
        "learning": "4", "recommendation": "2", "next_step": "2", "gm0": "annex", "gp1": "annex", "cf1": "annex",
        "pn1": "annex",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_memo_holds_every_value_once_in_its_own_section(kind: str) -> None:
    text = joined(render(tagged(kind)))
    own = OWN_SECTIONS | BY_KIND[kind]
    assert {name: text[section].count(f"«{name}»") for name, section in own.items()} == dict.fromkeys(own, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_placed_values_say_where_each_value_stands(kind: str) -> None:
    facts = tagged(kind)
    text = joined(render(facts))
    placed = placed_values(facts)
    assert {value.key: value.text in text[value.section] for value in placed} == {v.key: True for v in placed}
    names = {re.sub(r"\[\d+\]", "", value.key) for value in placed}
    assert names == {*required_names(kind)} - {
        "character_count",
        "long_texts.label",
        "long_texts.text",
        *(f"more_goals.{name}" for name in GOAL_COLUMNS),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_only_short_head_values_are_named_outside_their_section(kind: str) -> None:
    text = joined(render(tagged(kind)))
    wide = {"organisation", "title"} if kind != "short" else {"organisation"}
    own = OWN_SECTIONS | BY_KIND[kind]
    elsewhere = {n for n, s in own.items() if any(f"«{n}»" in t for other, t in text.items() if other != s)}
    assert elsewhere <= wide


def test_figures_of_a_donation_are_printed_in_words_of_the_paper() -> None:
    text = joined(render(tagged("donation")))
    assert text["2"].count("85.000\u00a0kr.") == 1
    assert "200.000\u00a0kr. før donationen, 115.000\u00a0kr. efter" in text["7"]
    assert "20.000,50\u00a0kr." in text["7"]
    assert "1.234" in text["1"]
    assert "1. marts 2027" in text["2"]
    assert "22. april 2026" in text["head"]


def test_figures_of_an_investment_are_printed_in_words_of_the_paper() -> None:
    text = joined(render(tagged("investment")))
    assert "23.456.789\u00a0kr. før investeringen, 23.371.789\u00a0kr. efter" in text["7"]
    assert "27.000.000\u00a0kr. før, 26.100.000\u00a0kr. efter" in text["7"]
    assert "900.000\u00a0kr." in text["2"]
    assert "29. februar 2028" in text["2"]


def test_grounds_say_met_not_met_and_not_stated() -> None:
    cells = sections(render(tagged("donation")))["annex"]
    words = [cells[cells.index(f"«gt{state}»") + 1] for state in ("met", "not_met", "not_stated")]
    assert words == ["opfyldt", "ikke opfyldt", "ikke oplyst"]


def test_smaller_amount_names_the_amount_sought_and_the_reason_under_the_first_point() -> None:
    smaller = replace(GARDEN, sought_ore=9_500_000, smaller_reason="Foreningen evaluerer selv.")
    lines = sections(render(smaller))["2"]
    assert lines[2:4] == [
        "At 1)\tRådet giver Foreningen Grønne Naboer en donation på 85.000\u00a0kr. fra årets donationspulje.",
        "– Der er søgt om 95.000\u00a0kr., men der indstilles mindre, fordi: Foreningen evaluerer selv.",
    ]
    cells = sections(render(smaller))["7"]
    assert cells[1:5] == ["Søgt beløb", "95.000\u00a0kr.", "Donation", "85.000\u00a0kr."]


@pytest.mark.parametrize("sought", [None, 8_500_000])
def test_amount_that_was_sought_needs_no_reason(sought: int | None) -> None:
    lines = sections(render(replace(GARDEN, sought_ore=sought)))
    assert not [line for line in lines["2"] if "mindre" in line]
    assert lines["7"][1:3] == ["Søgt beløb", "85.000\u00a0kr."]


def test_short_memo_names_the_amount_that_was_sought() -> None:
    cells = sections(render(replace(GARDEN, kind="short", amount_ore=100, sought_ore=9_500_000)))["1"]
    assert cells[cells.index("Søgt beløb") + 1] == "95.000\u00a0kr."


BUDGET = tuple(
    BudgetRow(year=year, kind=kind, text=text, amount_ore=ore)
    for year, kind, text, ore in (
        (2027, "Opstart", "Højbede", 3_800_000),
        (2027, "Drift", "Koordinator", 4_100_000),
        (2028, "Drift", "Koordinator", 1_000_050),
    )
)


def test_budget_is_summed_by_kind_in_the_memo_and_stands_row_by_row_in_the_annex() -> None:
    found = sections(render(replace(GARDEN, budget="", budget_rows=BUDGET)))
    own = found["7"][found["7"].index("Budget: 3 poster, se bilag 3.") + 1 :]
    assert own[:8] == [
        *("Udgifter til", "Beløb", "Opstart", "38.000\u00a0kr.", "Drift", "51.000,50\u00a0kr."),
        *("I alt", "89.000,50\u00a0kr."),
    ]
    rows = found["annex"][found["annex"].index("Budgettets poster") + 1 :]
    assert rows[4:8] == ["2027", "Opstart", "Højbede", "38.000\u00a0kr."]
    assert rows[16:20] == ["I alt", "", "", "89.000,50\u00a0kr."]


def test_sum_with_an_amount_missing_is_not_stated() -> None:
    rows = (*BUDGET, BudgetRow(year=2028, kind="Drift", text="Kørsel", amount_ore=None))
    values = {value.key: value.text for value in placed_values(replace(GARDEN, budget_rows=rows))}
    names = ["budget_kinds[0].amount", "budget_kinds[1].amount", "budget_sums[0].amount"]
    assert [values[name] for name in names] == ["38.000\u00a0kr.", "ikke oplyst", "ikke oplyst"]


@pytest.mark.parametrize(("given", "printed"), [(None, "20.001\u00a0kr."), (5_000_000, "50.000\u00a0kr.")])
def test_other_funding_is_the_sum_of_its_rows_unless_somebody_gave_it(given: int | None, printed: str) -> None:
    facts = replace(tagged("investment"), co_funding_ore=given)
    values = {value.key: value.text for value in placed_values(facts)}
    assert (values["co_funding"], values["cofunding_sums[0].amount"]) == (printed, "20.001\u00a0kr.")


def test_goals_partners_and_other_funding_stand_in_the_memo_of_an_investment_and_behind_the_others() -> None:
    captions = ("Sådan måles målene", "Anden finansiering", "Samarbejdspartnere")
    for kind in KINDS:
        found = joined(render(tagged(kind)))
        in_annex = [caption for caption in captions if f"\n{caption}\n" in found["annex"]]
        assert in_annex == ([] if kind == "investment" else list(captions)), kind


@pytest.mark.parametrize(("kind", "most"), [("donation", 3), ("short", 3), ("investment", 6)])
def test_more_goals_than_there_is_room_for_stand_all_in_the_annex(kind: str, most: int) -> None:
    goals = tuple(GoalRow(indicator=f"Mål {n}") for n in range(most + 1))
    few = joined(render(replace(GARDEN, kind=kind, goals=goals[:-1], result_goals="")))
    many = joined(render(replace(GARDEN, kind=kind, goals=goals, result_goals="")))
    assert [text["4"].count(f"Mål {most - 1}") for text in (few, many)] == [1, 0]
    assert [many["annex"].count(f"Mål {n}\n") for n in range(most + 1)] == [1] * (most + 1)
    assert "Mål: Målene står i bilag 3." in many["4"]


def test_long_cell_is_shortened_and_stands_whole_in_the_annex() -> None:
    goal = GoalRow(indicator="Borgere i bydelen mødes. " * 12 + "Slut.", baseline="6 af 30")
    text = joined(render(replace(GARDEN, goals=(goal,) * 3)))
    assert text["annex"].count(goal.indicator) == 3
    assert "Mål 2, det, der skal ændre sig" in text["annex"]
    assert "Slut." not in text["4"]
    assert text["4"].count("6 af 30") == 3


def test_case_number_is_the_municipalitys_own_or_else_ours() -> None:
    def numbers(case_number: str) -> list[str]:
        cells = sections(render(replace(GARDEN, case_number=case_number)))["colophon"]
        return [cells[cells.index(label) + 1] for label in ("Sagsnummer", "Forslagets nummer")]

    assert numbers("26/012345-7") == ["26/012345-7", "2026-02-007"]
    assert numbers(" ") == ["2026-02-007", "2026-02-007"]


def test_draft_says_so_on_every_page_and_in_its_title() -> None:
    word = Document(BytesIO(render(replace(GARDEN, is_draft=True))))
    assert word.paragraphs[0].text == "UDKAST"
    assert word.sections[0].header.paragraphs[0].text.startswith("UDKAST – Byhaven")
    assert word.core_properties.title == "Udkast til indstilling om Byhaven på Gellerup Torv"
    assert "Klarmeldt\nikke klarmeldt endnu" in joined(render(replace(GARDEN, is_draft=True)))["colophon"]


def test_released_memo_is_no_draft_and_tells_its_day() -> None:
    facts = replace(GARDEN, released_on=date(2026, 4, 23))
    archive = zipfile.ZipFile(BytesIO(render(facts)))
    assert "UDKAST" not in "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Klarmeldt\n23. april 2026" in joined(render(facts))["colophon"]


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = HEADINGS | {"RaadBilag": "1", "RaadUnderafsnit": "1"}
    for kind in KINDS:
        styles = [style for style, _ in _lines(Document(BytesIO(render(tagged(kind)))))]
        steps = [int(levels[style]) for style in styles if style in levels]
        assert steps[0] == 0
        assert all(later <= earlier + 1 for earlier, later in pairwise(steps)), kind


def test_every_table_has_a_name_and_no_picture_is_without_words() -> None:
    for kind in KINDS:
        document = Document(BytesIO(render(tagged(kind))))
        names = [table._tbl.xpath("string(./w:tblPr/w:tblCaption/@w:val)") for table in document.tables]
        assert all(names)
        assert not document.element.xpath("//w:drawing | //w:pict")


def test_decision_points_are_numbered_as_text() -> None:
    points = [line.split("\t")[0] for line in sections(render(HOUSING))["2"] if line.startswith("At ")]
    assert points == [f"At {n})" for n in range(1, 7)]


def test_override_is_only_named_when_there_is_one() -> None:
    assert "sorteret anderledes" in joined(render(tagged("donation")))["1"]
    assert "sorteret anderledes" not in joined(render(GARDEN))["1"]


def test_the_answer_of_the_rules_comes_after_an_override_and_does_not_explain_it() -> None:
    overruled, plain = joined(render(tagged("donation")))["1"], joined(render(GARDEN))["1"]
    assert overruled.index("sorteret anderledes") < overruled.index("Reglernes svar: ")
    assert ("Hvorfor dette spor" in overruled, "Hvorfor dette spor: " in plain) == (False, True)
    assert "Reglernes svar" not in plain


# --- what nobody gave ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nothing", ["", " \n\u200b\x00"])
def test_what_nobody_gave_is_said_in_words(kind: str, nothing: str) -> None:
    bare = DecisionMemoFacts(kind=kind, reference="1", title="T", organisation="O", dated_on=date(2026, 1, 2))
    texts = {name: nothing for name in text_fields() if name not in {"reference", "title", "organisation"}}
    values = {value.key: value.text for value in placed_values(replace(bare, **texts))}
    assert render(replace(bare, **texts))
    assert "" not in values.values()
    assert (
        values["problem"] == values["contact"] == values["participants"] == values["scores[0].reason"] == "ikke oplyst"
    )
    assert values["maturity"] == values["level"] == "ikke beregnet"


def test_figures_that_are_not_there_yet_are_not_calculated() -> None:
    values = {value.key: value.text for value in placed_values(replace(HOUSING, funds=None))}
    missing = "tariffs gain_share net_present_value payback break_even free_capital_after outcome_fund_after"
    assert {values[name] for name in missing.split()} == {"ikke beregnet"}
    assert [values[f"scenarios[{n}].payback"] for n in range(3)] == ["ikke beregnet"] * 3
    assert values["amount"] == "3.000.000\u00a0kr."


def test_a_dimension_without_score_is_not_a_zero() -> None:
    facts = replace(GARDEN, scores=(Score(dimension="Evidens", weight=2, score=None),))
    values = {value.key: value.text for value in placed_values(facts)}
    assert values["scores[0].score"] == "ikke oplyst"
    assert values["scores[0].weight"] == "2"


# --- what people type ------------------------------------------------------------------------------------------

HOSTILE = [
    "{{7*7}}", "{% for x in y %}", "{# skjult #}", "{_{ x }_} {_% y %_}", "{{ title }}", "{%p if x %}", "{", "}}",
    "</w:t><w:p>", "</w:t></w:r></w:p>", "<!--", "-->", "]]>", "<![CDATA[", "&amp;", "&#0;", "& < > \" '",
    "<?xml version='1.0'?>", "{ INCLUDETEXT \"x\" }", "_x0041_", "%s %n", "{0.__class__}", "${7*7}", "=1+1",
    "Aktiviteter:\n\n- have\n- køkken", "to\tkolonner", "“krøllede” ‘citater’ – og …", "ÆØÅ æøå é", "👩‍👩‍👧 🌱",
    "שלום עולם مرحبا", "4. Effekt", "Bilag 1", "ikke oplyst", "w" * 45, "\\n \\1 \\g<0>", "None",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_comes_out_letter_for_letter(hostile: str) -> None:
    facts = tagged("donation", f" {hostile} slut")
    text = joined(render(facts))
    for name, section in (OWN_SECTIONS | BY_KIND["donation"]).items():
        whole = f"«{name}» {hostile} slut"
        assert whole in text[section] or clean_line(whole) in text[section], name


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("a\x00b\x07c\x1bd", "abcd"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufdd0b\ufdd1c\ufdd2\ufdd3d\ufffe\uffff\U0001ffffe", "abcde"),
        ("mod \u202etsnart\u202c dig", "mod tsnart dig"),
        ("a\u2066b\u2069c", "abc"),
        ("en\r\nto\rtre\u2028fire", "en\nto\ntre\nfire"),
        ("side\x0cskift\x0bher", "side\nskift\nher"),
    ],
)
def test_what_no_file_can_hold_is_taken_away_and_the_rest_is_there(typed: str, printed: str) -> None:
    text = joined(render(replace(GARDEN, problem=typed)))
    assert f"Problemet: {printed}\n" in text["3"]
    assert "Haven er åben for alle" in text["3"]
    assert "2026-02-007" in text["colophon"]


@settings(max_examples=20)
@given(typed=st.text(st.characters(), max_size=80), title=st.text(st.characters(), min_size=1, max_size=40))
@example(typed="\ufdd0problem\ufdd1x\ufdd2", title="\ud800")
@example(typed="%}{_{", title="{_%")
def test_any_text_leaves_the_memo_whole(typed: str, title: str) -> None:
    facts = replace(GARDEN, problem=typed, title=title, conditions=(typed,))
    lines = sections(render(facts))
    assert f"Problemet: {clean_prose(typed) or 'ikke oplyst'}" in lines["3"]
    assert f"– {clean_prose(typed) or 'ikke oplyst'}" in lines["2"]
    assert f"Indstilling om donation: {clean_line(title) or 'ikke oplyst'}" in lines["head"]
    assert "Når pengene er brugt: Højbedene bliver stående. Driften betales af kontingent." in lines["7"]


def test_equal_texts_in_all_fields_are_told_apart() -> None:
    same = dict.fromkeys(text_fields(), "85.000 kr.")
    assert joined(render(replace(GARDEN, **same)))["3"].count("85.000 kr.") == 4


def test_a_heading_with_a_line_break_is_one_line() -> None:
    word = render(replace(GARDEN, title="Haven\nog\tkøkkenet"))
    assert "Indstilling om donation: Haven og køkkenet" in sections(word)["head"]


# --- long texts ------------------------------------------------------------------------------------------------


def test_a_long_text_is_shortened_at_a_sentence_and_stands_whole_in_the_annex() -> None:
    sentence = "Denne sætning er skrevet for at fylde. "
    text = joined(render(replace(GARDEN, problem=sentence * 200 + "Og her er slutningen.")))
    assert text["annex"].count(sentence * 200 + "Og her er slutningen.") == 1
    assert "Bilag 3. Poster og hele tekster" in text["annex"]
    assert "at fylde. (se\u00a0bilag\u00a03)" in text["3"]
    assert "slutningen" not in text["3"]


def test_short_texts_need_no_third_annex() -> None:
    text = joined(render(GARDEN))
    assert "Bilag 3" not in text["annex"] + text["colophon"]


@pytest.mark.parametrize("kind", KINDS)
def test_long_texts_keep_the_memo_within_its_pages(kind: str) -> None:
    """A page holds about 3.700 letters beside headings and tables; the annexes take the rest."""
    long = dict.fromkeys(
        ("problem", "evidence", "capacity", "partners", "budget", "summary", "continuation"), "Ord. " * 900
    )
    word = joined(render(replace(GARDEN, kind=kind, **long)))
    body = sum(len(text) for section, text in word.items() if section not in {"annex", "colophon"})
    assert body < {"donation": 5200, "investment": 12000, "short": 5600}[kind]


@pytest.mark.parametrize("long", ["o" * 100_000, "ord " * 60_000, "e\u0301" * 5_000, "👩\u200d👧" * 5_000])
def test_a_huge_text_is_whole_in_the_memo(long: str) -> None:
    assert clean_prose(long) in sections(render(replace(GARDEN, problem=long)))["annex"]


# --- the file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [GARDEN, HOUSING, tagged("short")])
def test_character_count_is_the_letters_of_the_memo_itself(facts: DecisionMemoFacts) -> None:
    found = sections(render(facts))
    body = [text for section, texts in found.items() if section not in {"annex", "colophon"} for text in texts]
    counted = sum(len(text.replace("\n", "")) for text in body)
    cells = found["colophon"]
    assert cells[cells.index("Antal tegn") + 1] == f"{counted:,}".replace(",", ".")


def test_same_facts_give_equal_parts() -> None:
    first, second = (zipfile.ZipFile(BytesIO(render(tagged("investment")))) for _ in range(2))
    assert first.namelist() == second.namelist()
    assert all(first.read(name) == second.read(name) for name in first.namelist())


def test_properties_are_from_the_case() -> None:
    properties = Document(BytesIO(render(GARDEN))).core_properties
    assert properties.title == "Indstilling om Byhaven på Gellerup Torv"
    assert properties.author == properties.last_modified_by == "Sekretariatet for Rådet for Sociale Investeringer"
    assert properties.created == properties.modified == datetime(2026, 4, 22, tzinfo=UTC)
    assert (properties.language, properties.identifier, properties.comments) == ("da-DK", "2026-02-007", "")


def test_a_long_title_is_shortened_in_property_and_header_only() -> None:
    title = "Et meget langt navn " * 40
    word = render(replace(GARDEN, title=title, reference="9" * 400))
    document = Document(BytesIO(word))
    assert len(document.core_properties.title) == 255
    assert f"Indstilling om donation: {title.strip()}" in sections(word)["head"]
    header = document.sections[0].header.paragraphs[0].text
    assert header.startswith("Et meget langt navn")
    assert "…\tside 1 af 1" in header


def test_nothing_of_the_template_language_is_left() -> None:
    archive = zipfile.ZipFile(BytesIO(render(tagged("investment"))))
    parts = b"".join(archive.read(name) for name in archive.namelist())
    assert not re.search(rb"\{\{|\{%|%\}|\}\}|\xef\xb7[\x90-\xaf]", parts)


@pytest.mark.parametrize("kind", KINDS)
def test_starter_has_our_own_styles_danish_and_repeated_headers(kind: str) -> None:
    document = Document(BytesIO(starter_templates.build(kind)))
    names = {style.name for style in document.styles if not style.name.startswith("Råd ")}
    assert names == {"Normal", "Default Paragraph Font", "Normal Table"}
    assert {el.get(el.attrib.keys()[0]) for el in document.styles.element.xpath("//w:lang[@w:val]")} == {"da-DK"}
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    headed = [t for t in document.tables if t._tbl.xpath("./w:tblPr/w:tblLook[@w:firstRow='1']")]
    assert len(headed) >= 4
    assert all(t._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader") for t in headed)
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for t in document.tables for row in t.rows)
    assert not document.element.xpath("//w:numPr")
    codes = page.header._element.xpath(".//w:instrText")
    assert [code.text.strip() for code in codes] == ["PAGE", "NUMPAGES"]


HEADINGS = {"RaadTitel": "0", "RaadAfsnit": "1", "RaadMellemrubrik": "2"}


def test_headings_have_outline_levels() -> None:
    styles = Document(BytesIO(render(GARDEN))).styles.element
    levels = {key: styles.xpath(f"string(./w:style[@w:styleId='{key}']//w:outlineLvl/@w:val)") for key in HEADINGS}
    assert levels == HEADINGS


# --- templates that people change --------------------------------------------------------------------------------


def test_a_changed_template_flows_through() -> None:
    def change(document: Any) -> None:
        paragraph = with_text(document, "{{ problem }}")
        paragraph.insert_paragraph_before("Sekretariatet har besøgt haven.")
        with_text(document, "{{ supplement }}")._p.addnext(paragraph._p)
        with_text(document, "4. Effekt").runs[0].text = "4. Hvad kommer der ud af det?"

    lines = sections(render(GARDEN, changed("donation", change)))
    assert lines["3"][2:4] == [
        "Sekretariatet har besøgt haven.",
        f"Ud over den lovpligtige indsats: {GARDEN.supplement}",
    ]
    assert lines["3"][4] == f"Problemet: {GARDEN.problem}"
    assert lines["4"][0] == "4. Hvad kommer der ud af det?"


def test_a_placeholder_split_over_runs_flows_through() -> None:
    def change(document: Any) -> None:
        paragraph = with_text(document, "{{ problem }}")
        for run in paragraph.runs:
            run.text = ""
        for piece in ("{", "{ pro", "blem }", "}"):
            paragraph.add_run(piece)

    assert GARDEN.problem in sections(render(GARDEN, changed("donation", change)))["3"]


def _write(text: str, into: str = "{{ problem }}") -> Any:
    def change(document: Any) -> None:
        with_text(document, into).add_run(text)

    return change


def _replace(old: str, new: str) -> Any:
    def change(document: Any) -> None:
        for node in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
            node.text = (node.text or "").replace(old, new)

    return change


def _move(document: Any) -> None:
    with_text(document, "{{ intervention }}")._p.addnext(with_text(document, "{{ problem }}")._p)


def _header(document: Any) -> None:
    document.sections[0].header.paragraphs[0].add_run("{{ hemmeligt }}")


def _without_draft_mark(document: Any) -> None:
    document.sections[0].header.paragraphs[0].runs[0].text = "{{ short_title }}"


def _property(document: Any) -> None:
    document.core_properties.title = "{{ 7*7 }}"


BROKEN = {
    "unknown": (_write("{{ udvalg }}"), "I brødteksten: feltet ”udvalg” findes ikke."),
    "unknown in header": (_header, "I sidehovedet: feltet ”hemmeligt” findes ikke."),
    "unknown column": (_replace("s.reason", "s.grund"), "feltet ”s.grund” findes ikke."),
    "missing": (
        _replace("{{ problem }}", ""),
        "Feltet ”problem” mangler i brødteksten. Det hører hjemme i ”3. Baggrund”.",
    ),
    "missing column": (_replace("{{ g.state }}", ""), "Feltet ”grounds.state” mangler i brødteksten."),
    "twice": (_write("{{ problem }}"), "Feltet ”problem” står 2 gange i ”3. Baggrund”."),
    "wrong section": (_move, "Feltet ”problem” må kun stå i ”3. Baggrund”."),
    "dunder": (_write("{{ title.__class__ }}"), "feltet ”title.__class__” findes ikke."),
    "call": (_write("{{ title.upper() }}"), "koden ”Call” kan ikke bruges."),
    "product": (_write("{{ 'a' * 999999999 }}"), "koden ”Mul” kan ikke bruges."),
    "include": (_write("{% include 'x' %}"), "koden ”Include” kan ikke bruges."),
    "set": (_write("{% set x = 1 %}"), "kan ikke bruges."),
    "filter": (_write("{{ title|safe }}"), "filteret ”safe” kan ikke bruges."),
    "filter block": (_write("{% filter upper %}a{% endfilter %}"), "kan ikke bruges."),
    "range": (_write("{% for i in range(9) %}x{% endfor %}"), "en løkke skal gå gennem et felt med rækker"),
    "nested": (
        _write("{% for a in scores %}{% for b in scores %}x{% endfor %}{% endfor %}"),
        "en løkke kan ikke stå inde i en anden løkke.",
    ),
    "rows": (_write("{{ scores }}"), "”scores” er rækker"),
    "syntax": (_write("{% if %}"), "en kode er skrevet forkert"),
    "unclosed": (_write("{{ title "), "en kode er skrevet forkert"),
    "raw paragraph": (_write("{{p title }}"), "skriv {{ felt }} i stedet for"),
    "cell code": (_write("{% cellbg title %}"), "koden ”cellbg” kan ikke bruges."),
    "no draft mark": (
        _without_draft_mark,
        "Feltet ”draft_marks.text” mangler i sidehovedet. Hver side af et udkast skal sige, at den er det.",
    ),
    "name of earlier days": (
        _write("{{ deadweight }}"),
        "feltet ”deadweight” findes ikke. Skriv ”goal_figures.deadweight” i en løkke.",
    ),
    "property": (_property, "Dokumentets egenskaber må ikke have felter."),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_is_refused_with_the_fault_named(name: str) -> None:
    change, words = BROKEN[name]
    template = changed("donation", change)
    faults = template_check.check(template, "donation")
    assert any(words in fault for fault in faults), faults
    assert all("\n" not in fault for fault in faults)
    with pytest.raises(MemoFault, match=re.escape("Skabelonen kan ikke bruges.")):
        render(GARDEN, template)


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_has_no_fault(kind: str) -> None:
    assert template_check.check(starter_templates.build(kind), kind) == []


def test_a_template_of_another_kind_is_refused() -> None:
    faults = template_check.check(starter_templates.build("short"), "investment")
    assert "Feltet ”tariffs” mangler i brødteksten. Det hører hjemme i ”2. Beslutningspunkter”." in faults


def test_allowed_words_of_the_template_language_pass() -> None:
    extra = "{% if conditions|length > 1 and not long_texts or track == 'Donation' %} {{ title|upper }}{% endif %}"
    template = changed("donation", _write(extra))
    assert template_check.check(template, "donation") == []
    assert "BYHAVEN PÅ GELLERUP TORV" in joined(render(GARDEN, template))["3"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ problem }}", "{% if title == 'x' %}{{ problem }}{% endif %}", "”problem” står 0 gange i ”3. Baggrund”"),
        ("{{ c.text }}", "{% if loop.first %}{{ c.text }}{% endif %}", "”conditions[1].text” står 0 gange"),
        ("{{ c.text }}", "{{ c.text }} {{ c.text }}", "”conditions[0].text” står 2 gange"),
    ],
)
def test_a_template_that_loses_or_doubles_a_value_gives_no_memo(old: str, new: str, words: str) -> None:
    template = changed("donation", _replace(old, new))
    assert template_check.check(template, "donation") == []
    with pytest.raises(MemoFault, match=re.escape(words)):
        render(replace(GARDEN, conditions=("et", "to")), template)


def test_a_value_that_is_cut_on_the_way_gives_no_memo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself is what stands between a reader and a memo that has lost its end (reliability M7)."""
    from exports import decision_memo

    whole = decision_memo._filled

    def cutting(template: bytes, context: dict[str, object]) -> bytes:
        document = Document(BytesIO(whole(template, context)))
        paragraph = with_text(document, "Højbedene bliver stående")
        paragraph.runs[-1].text = paragraph.runs[-1].text.replace("stående", "")
        file = BytesIO()
        document.save(file)
        return file.getvalue()

    monkeypatch.setattr(decision_memo, "_filled", cutting)
    with pytest.raises(MemoFault, match="”continuation” er ikke kommet helt med"):
        render(GARDEN)


def test_an_unknown_kind_gives_no_memo() -> None:
    with pytest.raises(MemoFault, match="typen ”brev”"):
        render(replace(GARDEN, kind="brev"))


# --- files that are no template ------------------------------------------------------------------------------------


def repacked(add: dict[str, bytes]) -> bytes:
    source = zipfile.ZipFile(BytesIO(starter_templates.build("donation")))
    parts = {name: source.read(name) for name in source.namelist()} | add
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def part(name: str) -> bytes:
    return zipfile.ZipFile(BytesIO(starter_templates.build("donation"))).read(name)


RELS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
FILES = {
    "no zip": (b"hej", "Filen er ikke et Word-dokument (.docx)."),
    "empty": (b"", "Filen er ikke et Word-dokument (.docx)."),
    "cut": (starter_templates.build("donation")[:3000], "Filen er ikke et Word-dokument (.docx)."),
    "many parts": (repacked({f"x{n}.bin": b"" for n in range(2001)}), "Der må højst være 2000."),
    "large": (repacked({f"x{n}.bin": bytes(range(256)) * 12_000 for n in range(7)}), "Filen fylder mere end 20 MB"),
    "bomb": (repacked({"x.bin": bytes(2**21)}), "usædvanlig hårdt"),
    "doctype": (
        repacked({"word/document.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + part("word/document.xml")}),
        "Delen word/document.xml har en DOCTYPE.",
    ),
    "utf-16": (repacked({"word/document.xml": "<x/>".encode("utf-16")}), "ikke skrevet i UTF-8"),
    "macro part": (repacked({"word/vbaProject.bin": b"x"}), "Filen indeholder makroer."),
    "macro type": (
        repacked(
            {
                "[Content_Types].xml": part("[Content_Types].xml").replace(
                    b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"vnd.ms-word.document.macroEnabled.main+xml",
                )
            }
        ),
        "Filen kan indeholde makroer.",
    ),
    "embedded": (repacked({"word/embeddings/x.bin": b"x"}), "indlejrede filer"),
    "outside": (
        repacked(
            {
                "word/_rels/settings.xml.rels": RELS
                + b'<Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://x" TargetMode="External"/>'
                + b"</Relationships>"
            }
        ),
        "henter noget udefra",
    ),
    "climbing": (repacked({"../x.txt": b"x"}), "ulovlige navne"),
    "twin names": (repacked({"WORD/document.xml": b"<x/>"}), "to dele med samme navn"),
    "field code": (
        repacked({"word/document.xml": part("word/document.xml").replace(
            b"<w:body>",
            b'<w:body><w:p><w:r><w:instrText>INCLUDETEXT "x"</w:instrText></w:r></w:p>',
        )}),
        "Word-feltet ”INCLUDETEXT” kan ikke bruges.",
    ),
    "broken xml": (repacked({"word/document.xml": b"<w:document"}), "kan ikke læses som Word-dokument"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_template_is_refused(name: str) -> None:
    content, words = FILES[name]
    assert any(words in fault for fault in template_check.check(content, "donation"))
    with pytest.raises(MemoFault):
        render(GARDEN, content)


# --- the business case -----------------------------------------------------------------------------------------------


def test_charts_stand_in_the_annex_when_they_are_drawn_and_leave_nothing_when_not() -> None:
    facts = tagged("investment")
    drawn = render(facts, pictures={"tornado": PaperPicture(a_png(), "Det, som svaret hviler på")})
    for word, descriptions in ((render(facts), []), (drawn, ["Det, som svaret hviler på"])):
        document = Document(BytesIO(word))
        assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == descriptions
        assert "diagram" not in joined(word)["annex"]


def test_a_memo_without_a_business_case_has_no_lines_about_it() -> None:
    text = joined(render(replace(tagged("investment"), business_case=None)))
    assert ("Bilag 4" in "".join(text.values()), "Derfor er de valgt" in text["7"]) == (False, False)


def test_som_alone_gives_no_annex() -> None:
    case = BusinessCaseFacts(whose="Resultatet fra SØM", reason="Den kendes")
    text = joined(render(replace(tagged("investment"), business_case=case)))
    assert "Bilag 4" not in "".join(text.values())
    assert "Administrationens andel af udgiften: ikke beregnet" in text["7"]


# --- stored templates ------------------------------------------------------------------------------------------------


def test_the_starter_is_laid_in_the_folder_once(tmp_path: Path) -> None:
    folder = tmp_path / "skabeloner"
    assert starter_templates.template_for("donation", folder) == starter_templates.build("donation")
    assert sorted(file.name for file in folder.iterdir()) == ["donation-felter.txt", "donation.docx"]
    guide = (folder / "donation-felter.txt").read_text(encoding="utf-8")
    assert "problem: problemet (3. Baggrund)" in guide
    own = changed("donation", _write("Vi har læst det hele."))
    (folder / "donation.docx").write_bytes(own)
    assert starter_templates.template_for("donation", folder) == own
    assert "Vi har læst det hele." in joined(render(GARDEN, own))["3"]


EARLIER = Path(__file__).parent.parent / "samples" / "memo_starters"


@pytest.mark.parametrize("folder", [EARLIER, EARLIER.with_name("memo_starters_2")], ids=["1", "2"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_earlier_starter_that_nobody_changed_gives_way_to_todays(kind: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / f"{kind}.docx").write_bytes((folder / f"{kind}.docx").read_bytes())
    (tmp_path / f"{kind}-felter.txt").write_text("Felter fra dengang")
    assert starter_templates.template_for(kind, tmp_path) == starter_templates.build(kind)
    assert (tmp_path / f"{kind}.docx").read_bytes() == starter_templates.build(kind)
    assert "case_number*: sagsnummer (Sagsoplysninger)" in (tmp_path / f"{kind}-felter.txt").read_text("utf-8")


def test_an_earlier_starter_that_somebody_changed_is_refused_with_the_fields_to_add(tmp_path: Path) -> None:
    document = Document(EARLIER / "investment.docx")
    with_text(document, "{{ problem }}").add_run(" Vi har læst det hele.")
    document.save(str(tmp_path / "investment.docx"))
    kept = (tmp_path / "investment.docx").read_bytes()
    with pytest.raises(MemoFault) as refused:
        starter_templates.template_for("investment", tmp_path)
    wanted = (
        "Feltet ”draft_marks.text” mangler i brødteksten. Det hører hjemme i ”hovedet over afsnit 1”.",
        "Feltet ”case_number” mangler i brødteksten. Det hører hjemme i ”Sagsoplysninger”.",
        "Feltet ”goals.indicator” mangler i brødteksten. Det hører hjemme i ”4. Effekt”.",
        "feltet ”baseline” findes ikke. Skriv ”goal_figures.baseline” i en løkke.",
        "Felterne og deres afsnit står i investment-felter.txt ved siden af skabelonen.",
    )
    assert [words for words in wanted if words not in str(refused.value)] == []
    assert (tmp_path / "investment.docx").read_bytes() == kept
    assert "goals.indicator: målene (4. Effekt)" in (tmp_path / "investment-felter.txt").read_text("utf-8")


@pytest.mark.parametrize("content", [b"", b"hej", b"PK\x03\x04", starter_templates.build("short")[:2000]])
def test_a_stored_file_that_is_no_template_is_refused_and_kept(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "short.docx").write_bytes(content)
    with pytest.raises(MemoFault, match=re.escape("Skabelonen short.docx kan ikke bruges. Filen er ikke")):
        starter_templates.template_for("short", tmp_path)
    assert (tmp_path / "short.docx").read_bytes() == content


def test_a_stored_template_with_faults_is_refused_and_kept(tmp_path: Path) -> None:
    broken = changed("short", _replace("{{ evidence }}", ""))
    (tmp_path / "short.docx").write_bytes(broken)
    with pytest.raises(MemoFault, match=re.escape("Skabelonen short.docx kan ikke bruges. Feltet ”evidence” mangler")):
        starter_templates.template_for("short", tmp_path)
    assert (tmp_path / "short.docx").read_bytes() == broken
