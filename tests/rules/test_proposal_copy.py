"""Does the copy of a proposal say everything that was sent, letter for letter, in tables that can be read?"""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.table import Table
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exports.proposal_copy import (
    Column,
    CopiedFile,
    CopiedSection,
    LongAnswer,
    ProposalCopyFacts,
    RowsAnswer,
    ShortAnswer,
    render,
)
from exports.starter_paper import TEXT_WIDTH
from foundation.text import clean_line, clean_prose
from tests.rules.copy_cases import BUDGET, GARDEN_COPY, GOALS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document_xml(word: bytes) -> bytes:
    return zipfile.ZipFile(BytesIO(word)).read("word/document.xml")


def said(word: bytes) -> list[Any]:
    """The paper read again: a text for a paragraph that has one, and a list of rows for a table."""
    return [block for block in _blocks(Document(BytesIO(word))) if block]


def _blocks(document: Any) -> Iterator[Any]:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield [[cell.text for cell in row.cells] for row in block.rows]
        else:
            yield block.text


def of(*answers: ShortAnswer | LongAnswer | RowsAnswer) -> ProposalCopyFacts:
    return replace(GARDEN_COPY, sections=(CopiedSection(title="Afsnit", answers=answers),))


def tables(word: bytes) -> list[Table]:
    return Document(BytesIO(word)).tables


# --- what stands on the paper ----------------------------------------------------------------------------------


def test_the_whole_paper() -> None:
    assert said(render(GARDEN_COPY)) == [
        "Byhaven på torvet",
        [
            ["Sagsnummer", "2027-01-007"],
            ["Modtaget", "1. marts 2027 kl. 12.00 (udgave 2)"],
            ["Call", "Nye veje til fællesskab"],
        ],
        "Forslaget, som det blev sendt. Det, der er rettet eller sendt senere, står ikke her.",
        "Ansøger",
        [["Navn", "Byhavens Venner"], ["CVR-nummer", "99999926"], ["Årsværk", "Ikke oplyst"]],
        "Idéen",
        [["Hvad søger I?", "Donation"], ["Hvor mange borgere?", "Ikke oplyst"]],
        "Hvilket problem vil I løse?",
        "Mange ældre er alene.\n\nFå steder at mødes.",
        [["Hvem kan ikke være med?", "Ikke oplyst"]],
        "Hvad skal være anderledes bagefter?",
        "Mål 1",
        [
            ["Hvad?", "To at ringe til"],
            ["Nu?", "6 af 30"],
            ["Hvorhen?", "20 af 30"],
            ["Hvornår?", "Efter 12 måneder"],
            ["Hvem tæller?", "Koordinatoren"],
        ],
        "Mål 2",
        [
            ["Hvad?", "Færre besøg hos lægen"],
            ["Nu?", "Ikke oplyst"],
            ["Hvorhen?", "Ikke oplyst"],
            ["Hvornår?", "Ikke oplyst"],
            ["Hvem tæller?", "Ikke oplyst"],
        ],
        "Penge",
        "Hvad koster det?",
        [
            ["År", "Slags", "Hvad går pengene til?", "Beløb"],
            ["2027", "Drift", "Koordinator, 8 timer om ugen", "60.000\u00a0kr."],
            ["2027", "Opstart", "Jord og planter", "25.000\u00a0kr."],
            ["I alt", "", "", "85.000\u00a0kr."],
        ],
        [["Hvem er partner?", "Ikke oplyst"]],
        "Filer",
        [["Filnavn", "Størrelse"], ["Vedtægter.pdf", "340 kB"], ["Budget.xlsx", "2 MB"]],
    ]


def test_a_proposal_without_anything_is_a_paper_too() -> None:
    facts = replace(GARDEN_COPY, title="", call_title=" \u200b", organisation="", applicant=(), sections=(), files=())
    assert said(render(facts)) == [
        "Ikke oplyst",
        [
            ["Sagsnummer", "2027-01-007"],
            ["Modtaget", "1. marts 2027 kl. 12.00 (udgave 2)"],
            ["Call", "Ikke oplyst"],
        ],
        "Forslaget, som det blev sendt. Det, der er rettet eller sendt senere, står ikke her.",
        "Ansøger",
        "Filer",
        "Der er ikke sendt filer med.",
    ]


@pytest.mark.parametrize("nothing", ["", " \n\u200b\x00", "\u2800"])
def test_what_nobody_answered_is_said_in_words(nothing: str) -> None:
    row = ("", nothing, " ", "")
    facts = of(ShortAnswer(label="A", text=nothing), LongAnswer(label="B", text=nothing), replace(BUDGET, rows=(row,)))
    paper = said(render(facts))
    assert [["A", "Ikke oplyst"], ["B", "Ikke oplyst"]] in paper
    assert ["Ikke oplyst"] * 4 in paper[-3]


# --- tables ----------------------------------------------------------------------------------------------------


def styles(table: Table) -> list[list[str | None]]:
    return [[paragraph._p.style for cell in row.cells for paragraph in cell.paragraphs] for row in table.rows]


def test_budget_is_a_table_with_a_repeated_head_figures_to_the_right_and_a_sum() -> None:
    budget = tables(render(of(BUDGET)))[2]
    head, *rows, total = budget.rows
    assert [row._tr.find(f"{W}trPr/{W}tblHeader") is not None for row in budget.rows] == [True, False, False, False]
    assert styles(budget) == [
        ["RaadCelleHoved"] * 3 + ["RaadTalHoved"],
        *[["RaadCelle"] * 3 + ["RaadTal"]] * 2,
        ["RaadCelleHoved"] * 3 + ["RaadTalHoved"],
    ]
    assert len(rows) == 2
    assert (head.cells[3].text, total.cells[3].text) == ("Beløb", "85.000\u00a0kr.")


def test_rows_of_a_long_table_may_stand_on_two_pages() -> None:
    """Only the head keeps its next line with it; forty rows that all did would leave half a page empty."""
    long = replace(BUDGET, rows=BUDGET.rows * 20)
    assert {style for row in styles(tables(render(of(long)))[2])[1:-1] for style in row} == {"RaadCelle", "RaadTal"}


@pytest.mark.parametrize(("columns", "head"), [(1, "RaadCelleHoved"), (4, "RaadCelleHoved"), (5, None)])
def test_more_than_four_columns_stand_one_below_the_other(columns: int, head: str | None) -> None:
    rows = RowsAnswer(
        label="Spørgsmål",
        row_name="Post",
        columns=tuple(Column(label=f"k{n}") for n in range(columns)),
        rows=(tuple(f"a{n}" for n in range(columns)), tuple(f"b{n}" for n in range(columns))),
    )
    paper = said(render(of(rows)))
    wide = [[f"k{n}" for n in range(columns)], *([f"{x}{n}" for n in range(columns)] for x in "ab")]
    below = [[[f"k{n}", f"{x}{n}"] for n in range(columns)] for x in "ab"]
    at = paper.index("Spørgsmål") + 1
    assert paper[at:-2] == ([wide] if head else ["Post 1", below[0], "Post 2", below[1]])


def test_each_column_of_amounts_has_its_own_sum() -> None:
    columns = (
        Column(label="Tilsagn", is_figure=True, sum_ore=0),
        Column(label="Andel", is_figure=True),
        Column(label="Søgt", is_figure=True, sum_ore=1_234_567_50),
    )
    answer = RowsAnswer(label="L", row_name="R", columns=columns, rows=(("0\u00a0kr.", "60 procent", "x"),))
    assert said(render(of(answer)))[7][-1] == ["0\u00a0kr.", "", "1.234.567,50\u00a0kr."]


@pytest.mark.parametrize(
    "texts",
    [
        ("2027", "Drift", "Koordinator", "60.000 kr."),
        ("2027", "Administration", "x" * 200, "999.999.999.999 kr."),
        ("y" * 300,) * 4,
        ("y" * 300, "", "", ""),
        ("", "", "", ""),
    ],
)
def test_columns_fill_the_page_and_no_more(texts: tuple[str, ...]) -> None:
    budget = tables(render(of(replace(BUDGET, rows=(texts,)))))[2]
    widths = [int(column.get(f"{W}w")) for column in budget._tbl.tblGrid.gridCol_lst]
    assert TEXT_WIDTH - 4 <= sum(widths) <= TEXT_WIDTH
    assert min(widths) > 500


def test_short_texts_and_sums_have_room_on_one_line() -> None:
    columns = (*BUDGET.columns[:3], Column(label="Beløb", is_figure=True, sum_ore=99_999_999_00))
    rows = (("2027", "Administration", "x" * 200, "1\u00a0kr."),)
    budget = tables(render(of(replace(BUDGET, columns=columns, rows=rows))))[2]
    widths = [int(column.get(f"{W}w")) for column in budget._tbl.tblGrid.gridCol_lst]
    room = [
        width >= 125 * len(text)
        for width, text in zip(widths, ("2027", "Administration", "", "99.999.999 kr."), strict=True)
    ]
    assert room == [True] * 4
    assert widths[2] == max(widths)


def test_every_table_has_a_name_that_is_text() -> None:
    evil = '"/><w:p/> & <!-- \x00'
    names = [
        t._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val") for t in tables(render(of(replace(BUDGET, label=evil))))
    ]
    assert names == ["Sagsnummer, modtagelse og call", "Ansøger", '"/><w:p/> & <!--', "Filer"]


# --- what people type ------------------------------------------------------------------------------------------

HOSTILE = [
    "{{7*7}}", "{% for x in y %}", "{# skjult #}", "</w:t><w:p>", "</w:t></w:r></w:p>", "<!--", "-->", "]]>",
    "<![CDATA[", "&amp;", "&#0;", "& < > \" '", "<?xml version='1.0'?>", "{ INCLUDETEXT \"x\" }", "_x0041_", "%s %n",
    "{0.__class__}", "${7*7}", "=1+1", "Aktiviteter:\n\n- have\n- køkken", "to\tkolonner",
    "“krøllede” ‘citater’ – og …",
    "ÆØÅ æøå é", "👩‍👩‍👧 🌱", "שלום עולם مرحبا", "Ikke oplyst", "w" * 100_000, "\\n \\1 \\g<0>", "None", "a  b",
    "-\u00ad-", "‑ blød", "I alt", "@SUM(1)",
]  # fmt: skip


def tagged(typed: str) -> ProposalCopyFacts:
    """Facts in which every text that a person can have typed is this one."""
    rows = ((typed,) * 4, (typed, "", typed, ""))
    narrow = replace(BUDGET, label=typed, columns=tuple(Column(label=typed) for _ in range(4)), rows=rows)
    wide = replace(GOALS, label=typed, row_name=typed, columns=(Column(label=typed),) * 5, rows=((typed,) * 5,))
    return replace(
        GARDEN_COPY,
        title=typed,
        call_title=typed,
        organisation=typed,
        applicant=(ShortAnswer(label="Navn", text=typed),),
        sections=(
            CopiedSection(
                title=typed,
                answers=(ShortAnswer(label=typed, text=typed), LongAnswer(label=typed, text=typed), narrow, wide),
            ),
        ),
        files=(CopiedFile(name=typed, size_bytes=1),),
    )


def expected(typed: str) -> list[Any]:
    line, prose = clean_line(typed) or "Ikke oplyst", clean_prose(typed) or "Ikke oplyst"
    gone = prose == "Ikke oplyst"
    short = [[line, prose]]
    rows = [[line] * 4, [prose] * 4, [prose, "Ikke oplyst", prose, "Ikke oplyst"]]
    head = [["Sagsnummer", "2027-01-007"], ["Modtaget", "1. marts 2027 kl. 12.00 (udgave 2)"], ["Call", line]]
    return [
        line,
        head,
        "Forslaget, som det blev sendt. Det, der er rettet eller sendt senere, står ikke her.",
        "Ansøger",
        [["Navn", prose]],
        line,
        *([short * 2] if gone else [short, line, prose]),
        line,
        rows,
        line,
        f"{line} 1",
        [[line, prose]] * 5,
        "Filer",
        [["Filnavn", "Størrelse"], [line, "1 kB"]],
    ]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text)[:20])
def test_text_comes_out_letter_for_letter(hostile: str) -> None:
    paper = said(render(tagged(f"før {hostile} slut")))
    assert paper == expected(f"før {hostile} slut")
    assert hostile.replace("\u00ad", "") in paper[8]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("a\x00b\x07c\x1bd", "abcd"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufdd0b\ufffe\uffff\U0001ffffc", "abc"),
        ("mod \u202etsnart\u202c dig", "mod tsnart dig"),
        ("en\r\nto\rtre\u2028fire", "en\nto\ntre\nfire"),
        ("side\x0cskift\x0bher", "side\nskift\nher"),
    ],
)
def test_what_no_file_can_hold_is_taken_away_and_the_rest_is_there(typed: str, printed: str) -> None:
    paper = said(render(tagged(typed)))
    assert paper[8] == printed
    assert paper == expected(typed)


@settings(max_examples=20)
@given(typed=st.text(st.characters(), max_size=60))
@example(typed="\ud800")
@example(typed="\u0300" * 30)
def test_any_text_leaves_the_paper_whole(typed: str) -> None:
    assert said(render(tagged(typed))) == expected(typed)


# --- the file --------------------------------------------------------------------------------------------------


def test_same_facts_give_the_same_document() -> None:
    assert document_xml(render(GARDEN_COPY)) == document_xml(render(replace(GARDEN_COPY)))


@pytest.mark.parametrize(("title", "length"), [("Haven", 26), ("x" * 300, 255), ("\ud800\n", 32)])
def test_properties_come_from_the_version(title: str, length: int) -> None:
    properties = Document(
        BytesIO(render(replace(GARDEN_COPY, title=title, organisation="Foreningen\n" * 40)))
    ).core_properties
    assert len(properties.title) == length
    assert properties.title.startswith("Forslag 2027-01-007: ")
    assert properties.author == properties.last_modified_by == ("Foreningen " * 40)[:255]
    at = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
    assert (properties.created, properties.modified, properties.language) == (at, at, "da-DK")
    assert (properties.identifier, properties.comments, properties.keywords) == ("2027-01-007", "", "")


def test_the_head_of_every_page_names_the_case_and_counts_the_pages() -> None:
    header = Document(BytesIO(render(GARDEN_COPY))).sections[0].header.paragraphs[0]
    assert header.text == "Kopi af forslag 2027-01-007, udgave 2\tside 1 af 1"
    codes = [node.text for node in header._p.iter(f"{W}instrText")]
    assert codes == [" PAGE ", " NUMPAGES "]


def test_only_our_own_danish_styles_are_used() -> None:
    document = Document(BytesIO(render(GARDEN_COPY)))
    known = {style.style_id for style in document.styles if style.style_id.startswith("Raad")}
    used = {node.get(f"{W}val") for tag in ("pStyle", "tblStyle") for node in document.element.body.iter(f"{W}{tag}")}
    assert used <= known
    assert b"da-DK" in zipfile.ZipFile(BytesIO(render(GARDEN_COPY))).read("word/styles.xml")


def test_headings_make_an_outline() -> None:
    document = Document(BytesIO(render(GARDEN_COPY)))
    outline = [
        (p._p.style, p.text)
        for p in document.paragraphs
        if p._p.style in {"RaadTitel", "RaadAfsnit", "RaadMellemrubrik"}
    ]
    assert outline == [
        ("RaadTitel", "Byhaven på torvet"),
        ("RaadAfsnit", "Ansøger"),
        ("RaadAfsnit", "Idéen"),
        ("RaadMellemrubrik", "Hvilket problem vil I løse?"),
        ("RaadMellemrubrik", "Hvad skal være anderledes bagefter?"),
        ("RaadAfsnit", "Penge"),
        ("RaadMellemrubrik", "Hvad koster det?"),
        ("RaadAfsnit", "Filer"),
    ]
