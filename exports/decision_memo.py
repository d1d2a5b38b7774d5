"""How does a case become the memo that Rådet decides on, with every value standing once in its own section?

The facts are filled into a Word template, and the file is opened again to prove that nothing was lost on the way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from exports.chart_pictures import PaperPicture, place_pictures
from exports.memo_content import (
    DecisionMemoFacts,
)
from exports.memo_layout import (
    BY_NAME,
    CHARTS,
    NOT_COUNTED,
    SECTIONS,
    MemoFault,
    MemoKind,
    W,
    heading_styles,
    paragraphs_by_section,
    text_of,
)
from exports.memo_values import PlacedValue, Values, placed_values, printed_values
from exports.starter_paper import AUTHOR, name_file
from foundation.formats import number

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from jinja2.sandbox import ImmutableSandboxedEnvironment


# Each printed value is set between noncharacters that no text can hold (`foundation.text` takes them out).
# They say which value this is while the file is checked, and are taken away before anybody sees it. The fourth keeps
# apart what docxtpl would otherwise read as its own escapes ("{_{" becomes "{{").
_START, _NAMED, _END, _APART = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_MARKED: Final = re.compile(f"{_START}([^{_NAMED}]*){_NAMED}([^{_END}]*){_END}")
_MARKS: Final = re.compile(f"{_START}[^{_NAMED}]*{_NAMED}|[{_END}{_APART}]")
_COUNT: Final = re.compile(f"{_START}character_count{_NAMED}0{_END}")
_JINJA_LEFT: Final = re.compile(r"\{\{|\{%|\{#|%\}|\}\}")


class _Placed(str):
    """A value that remembers its key, so that the finished file can be asked where it went."""

    key = ""


def _place(key: str, text: str) -> _Placed:
    placed = _Placed(text)
    placed.key = key
    return placed


def _mark(value: object) -> str:
    key = value.key if isinstance(value, _Placed) else ""
    text = re.sub(r"(?<=[{}%])_(?=[{}%])", f"{_APART}_", str(value))
    return f"{_START}{key}{_NAMED}{text}{_END}"


def _context(values: Values) -> dict[str, object]:
    context: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, str):
            context[name] = _place(name, value)
        else:
            context[name] = tuple(
                {column: _place(f"{name}[{place}].{column}", text) for column, text in row.items()}
                for place, row in enumerate(value)
            )
    return context


def render(
    facts: DecisionMemoFacts, template: bytes | None = None, pictures: Mapping[str, PaperPicture] | None = None
) -> bytes:
    """The memo as a Word file. Raises MemoFault rather than return a file with a value lost, doubled or misplaced.

    A place for which there is no picture is taken away.
    """
    from docx import Document

    source = _template(facts.kind, template)
    values = printed_values(facts)
    document = Document(BytesIO(_filled(source, _context(values))))
    drawn = pictures or {}
    place_pictures(document, {name: drawn.get(name) for name in CHARTS})
    filled = _said_in(document)
    _require_every_value_once(filled, facts)
    _unmark(document, number(_character_count(filled)))
    name_file(
        document,
        title=f"{'Udkast til indstilling' if facts.is_draft else 'Indstilling'} om {values['title']}",
        author=AUTHOR,
        at=datetime.combine(facts.dated_on, time(), UTC),
        reference=facts.reference,
    )
    text = _said_in(document)
    file = BytesIO()
    document.save(file)
    if _said_in(Document(BytesIO(file.getvalue()))) != text:
        raise MemoFault("Indstillingen kunne ikke gemmes uden at miste tekst. Prøv igen, eller kontakt support.")
    return file.getvalue()


def _template(kind: str, template: bytes | None) -> bytes:
    from exports import starter_templates, template_check

    if kind not in set(MemoKind):
        raise MemoFault(f"Der findes ingen indstilling af typen ”{kind}”.")
    if template is None:
        return starter_templates.build(kind)
    faults = template_check.check(template, kind)
    if faults:
        raise MemoFault("Skabelonen kan ikke bruges. " + " ".join(faults))
    return template


def _filled(template: bytes, context: dict[str, object]) -> bytes:
    from docxtpl import DocxTemplate

    word, file = DocxTemplate(BytesIO(template)), BytesIO()
    word.patch_xml = _placeholders_whole
    try:
        word.render(context, _environment(), autoescape=True)
        word.save(file)
    except Exception as fault:  # A template is somebody's file: whatever it trips over, there is no memo.
        raise MemoFault(f"Skabelonen kunne ikke udfyldes: {fault}.") from fault
    return file.getvalue()


@lru_cache(maxsize=16)
def _placeholders_whole(markup: str) -> str:
    """Markup of a template with its placeholders freed of the tags within them, found once and not for every memo."""
    from docxtpl import DocxTemplate

    whole: str = DocxTemplate(None).patch_xml(markup)
    return whole


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """One for all memos: half the time went into reading the same template again. It keeps no values of a case."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_mark)
    environment.from_string = lru_cache(maxsize=64)(environment.from_string)  # type: ignore[method-assign,assignment]
    return environment


def _margins(document: WordDocument) -> list[Any]:
    """The roots of all page headers and footers."""
    parts = [rel.target_part for rel in document.part.rels.values() if not rel.is_external]
    return [p.element for p in parts if str(p.partname).startswith(("/word/header", "/word/footer"))]


def _paragraphs(document: WordDocument) -> list[tuple[str, Any]]:
    body = document.element.body
    placed = list(paragraphs_by_section(body, heading_styles(document.styles.element)))
    return placed + [("margin", p) for root in _margins(document) for p in root.iter(f"{W}p")]


def _said_in(document: WordDocument) -> list[tuple[str, str]]:
    return [(section, text_of(paragraph)) for section, paragraph in _paragraphs(document)]


def _require_every_value_once(said: list[tuple[str, str]], facts: DecisionMemoFacts) -> None:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for section, text in said:
        rest = _MARKED.sub("", text)
        if _JINJA_LEFT.search(rest) or _MARKS.search(rest):
            raise MemoFault(f"Der står en kode tilbage i {_place_words(section)}. Ret skabelonen.")
        for key, value in _MARKED.findall(text):
            found[key].append((section, value.replace(_APART, "")))
    expected = (
        *placed_values(facts),
        PlacedValue("character_count", "0", BY_NAME["character_count"].donation),
    )
    faults = [fault for value in expected for fault in _faults_of(value, found.get(value.key, []))]
    if faults:
        raise MemoFault(" ".join(faults))


def _faults_of(value: PlacedValue, found: list[tuple[str, str]]) -> Iterator[str]:
    own = [text for section, text in found if section == value.section]
    field = BY_NAME[re.split(r"[\[.]", value.key)[0]]
    if len(own) != 1:
        yield (
            f"Feltet ”{value.key}” står {len(own)} gange i {_place_words(value.section)}. "
            "Det skal stå præcis én gang og uden filter."
        )
    if any(text != value.text for _, text in found):
        yield f"Feltet ”{value.key}” er ikke kommet helt med i indstillingen."
    if len(found) > len(own) and not field.mention:
        elsewhere = next(section for section, _ in found if section != value.section)
        yield f"Feltet ”{value.key}” står også i {_place_words(elsewhere)}. Det må kun stå i sit eget afsnit."


def _place_words(section: str) -> str:
    return f"”{SECTIONS[section]}”" if section in SECTIONS else "sidehoved eller sidefod"


def _character_count(said: list[tuple[str, str]]) -> int:
    """Letters and blanks of the memo itself; line ends, colophon, annexes, header and footer are not counted."""
    return sum(
        len(_MARKS.sub("", text).replace("\n", ""))
        for section, text in said
        if section in SECTIONS and section not in NOT_COUNTED
    )


def _unmark(document: WordDocument, character_count: str) -> None:
    for root in (document.element.body, *_margins(document)):
        for node in root.iter(f"{W}t"):
            if node.text and _MARKS.search(node.text):
                node.text = _MARKS.sub("", _COUNT.sub(character_count, node.text))
                node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
