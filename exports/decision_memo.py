"""How does a case become the memo that Rådet decides on, with every value standing once in its own section?

The caller gathers `DecisionMemoFacts`; this page prints them into a Word template and proves that nothing was lost.
A text from a person is printed letter for letter after one rule, `printable`. What nobody gave prints as
"ikke oplyst", a figure that is not there yet as "ikke beregnet".
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from exports.memo_layout import (
    BY_NAME,
    FIELDS,
    NOT_COUNTED,
    SECTIONS,
    MemoFault,
    MemoKind,
    W,
    heading_styles,
    paragraphs_by_section,
    text_of,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = [
    "BudgetRow",
    "DecisionMemoFacts",
    "DepartmentStatement",
    "FollowUp",
    "FundFigures",
    "Ground",
    "MemoFault",
    "MemoKind",
    "PlacedValue",
    "Scenario",
    "Score",
    "TrackOverride",
    "placed_values",
    "printable",
    "render",
]

NOT_STATED: Final = "ikke oplyst"
NOT_CALCULATED: Final = "ikke beregnet"
AUTHOR: Final = "Sekretariatet for Rådet for Sociale Investeringer"
TITLE_PROPERTY_LIMIT: Final = 255
SHORT_TITLE_LIMIT: Final = 60
BODY_LETTERS: Final[dict[str, int]] = {"donation": 2300, "investment": 7000, "short": 2700}
"""Letters that the longer texts may fill in the memo itself, so that a donation stays on two pages, an investment on
four. The longest texts are shortened first, at a sentence, and stand whole in the annex."""
SHORTEST_PART: Final = 80
SUMMARY_PART: Final = 300
"""The summary is read first and by most, so it keeps at least this much."""


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    year: int
    kind: str
    text: str
    amount_ore: int | None


@dataclass(frozen=True, kw_only=True)
class DepartmentStatement:
    department: str
    role: str
    statement: str = ""
    gap: str = ""
    can_pay: str = ""
    budget_line: str = ""


@dataclass(frozen=True, kw_only=True)
class TrackOverride:
    """The officer sorted otherwise than the rules; `track` is the officer's, in Danish words."""

    track: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Ground:
    """`state` is "met", "not_met" or "not_stated"."""

    rule: str
    text: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Score:
    dimension: str
    weight: int
    score: int | None
    level_text: str = ""
    reason: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class FundFigures:
    as_of: date
    source: str
    free_capital_ore: int | None = None
    outcome_fund_ore: int | None = None
    donation_pool_left_ore: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scenario:
    name: str
    net_present_value_ore: int | None = None
    payback: str = ""
    break_even: str = ""


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    on: date
    text: str


@dataclass(frozen=True, kw_only=True)
class DecisionMemoFacts:
    """All a decision memo says, in Danish words and plain values; `kind` is one of `MemoKind`."""

    kind: str
    reference: str
    title: str
    organisation: str
    dated_on: date
    organisation_cvr: str = ""
    call_title: str = ""
    focus_area: str = ""
    wish: str = ""
    to: str = "Rådet for Sociale Investeringer"
    from_: str = "Sekretariatet, Borgmesterens Afdeling"
    case_worker: str = ""
    contact: str = ""
    amount_ore: int | None = None
    participants: int | None = None
    co_funding_ore: int | None = None
    summary: str = ""
    for_whom: str = ""
    money_from: str = ""
    payment_plan: str = ""
    recommendation: str = ""
    next_step: str = ""
    problem: str = ""
    supplement: str = ""
    intervention: str = ""
    target_group: str = ""
    theory_of_change: str = ""
    evidence: str = ""
    result_goals: str = ""
    learning: str = ""
    partners: str = ""
    capacity: str = ""
    continuation: str = ""
    budget: str = ""
    budget_rows: tuple[BudgetRow, ...] = ()
    statements: tuple[DepartmentStatement, ...] = ()
    track: str = ""
    rule: str = ""
    deciding_text: str = ""
    machine_track: str = ""
    machine_rule: str = ""
    override: TrackOverride | None = None
    grounds: tuple[Ground, ...] = ()
    maturity: str = ""
    level: str = ""
    scores: tuple[Score, ...] = ()
    funds: FundFigures | None = None
    baseline: str = ""
    success_share: str = ""
    deadweight: str = ""
    measuring_points: str = ""
    net_present_value_ore: int | None = None
    payback: str = ""
    break_even: str = ""
    scenarios: tuple[Scenario, ...] = ()
    risk: str = ""
    tariffs: str = ""
    payers: str = ""
    outcome_fund_max_ore: int | None = None
    gain_share: str = ""
    conflicts_of_interest: str = ""
    procurement: str = ""
    state_aid: str = ""
    municipal_power: str = ""
    data_protection: str = ""
    conditions: tuple[str, ...] = ()
    report_on: date | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    annexes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlacedValue:
    """A value as printed and the section where it stands exactly once (`exports.memo_layout.SECTIONS`).

    The title also stands, shortened, in the page header and in the document's title property; fields marked
    `mention` in `exports.memo_layout.FIELDS` may be named in other sections too.
    """

    key: str
    text: str
    section: str


# --- words ---------------------------------------------------------------------------------------------------

_LINE_BREAKS: Final = re.compile("\r\n|[\r\u2028\u2029]")
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_INVISIBLE: Final = re.compile("[\\s\u00ad\u115f\u1160\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0]*")
_MONTHS: Final = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
]
_STATES: Final = {"met": "opfyldt", "not_met": "ikke opfyldt", "not_stated": NOT_STATED}


def printable(text: str) -> str:
    """The one rule for text on paper: every letter as typed, except what would break or turn the paper.

    All kinds of line break become newline; newline and tab are kept. Removed: other control characters, lone
    surrogates, noncharacters, and the bidi embeddings, overrides and isolates (right-to-left letters stay and order
    themselves). Blank space around the text goes. reliability.md B3-B8.
    """
    return _UNPRINTABLE.sub("", _LINE_BREAKS.sub("\n", text)).strip()


def _said(text: str | None, otherwise: str = NOT_STATED) -> str:
    clean = printable(text or "")
    return otherwise if _INVISIBLE.fullmatch(clean) else clean


def _line(text: str | None, otherwise: str = NOT_STATED) -> str:
    return " ".join(_said(text, otherwise).split())


def _kroner(ore: int | None, otherwise: str = NOT_CALCULATED) -> str:
    if ore is None:
        return otherwise
    whole, rest = divmod(abs(ore), 100)
    sign, decimals = "-" if ore < 0 else "", f",{rest:02}" if rest else ""
    return f"{sign}{whole:,}".replace(",", ".") + f"{decimals}\u00a0kr."


def _number(value: int | None) -> str:
    return NOT_STATED if value is None else f"{value:,}".replace(",", ".")


def _day(day: date | None) -> str:
    return NOT_STATED if day is None else f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


def _difference(left: int | None, taken: int | None) -> int | None:
    return None if left is None or taken is None else left - taken


def _cut(text: str, limit: int) -> str:
    """The start of a text that is too long, ended at a sentence, else at a word, else between two letters."""
    start = text[:limit]
    sentence = max((found.end() for found in re.finditer(r"[.!?](?=\s)", start)), default=0)
    if sentence >= limit // 2:
        return start[:sentence].rstrip()
    word = max(start.rfind(" "), start.rfind("\n"))
    end = word if word >= limit // 2 else limit
    while end > 1 and (unicodedata.combining(text[end]) or text[end] == "\u200d" or text[end - 1] == "\u200d"):
        end -= 1
    return start[:end].rstrip() + " …"


# --- from facts to the values a template can use -------------------------------------------------------------

Row = dict[str, str]
Values = dict[str, "str | list[Row]"]
_LONG_TEXTS: Final = {
    "summary": "Resume",
    "for_whom": "Hvem indsatsen er for",
    "problem": "Problemet",
    "supplement": "Ud over den lovpligtige indsats",
    "result_goals": "Mål",
    "theory_of_change": "Sådan skal indsatsen virke",
    "evidence": "Det ved vi om virkningen",
    "learning": "Det vil vi lære",
    "intervention": "Indsatsen",
    "target_group": "Målgruppen",
    "partners": "Samarbejdspartnere",
    "capacity": "Erfaring og kræfter",
    "budget": "Budget",
    "continuation": "Når pengene er brugt",
    "risk": "Risiko",
}
_LINES: Final = [
    "reference",
    "title",
    "organisation",
    "organisation_cvr",
    "call_title",
    "focus_area",
    "wish",
    "to",
    "from_",
    "case_worker",
    "contact",
    "money_from",
    "track",
    "rule",
    "machine_track",
    "machine_rule",
]
_TEXTS: Final = [
    "payment_plan",
    "recommendation",
    "next_step",
    "deciding_text",
    "baseline",
    "success_share",
    "deadweight",
    "measuring_points",
    "payers",
    "conflicts_of_interest",
    "procurement",
    "state_aid",
    "municipal_power",
    "data_protection",
]
_FIGURES_IN_WORDS: Final = ["maturity", "level", "payback", "break_even", "tariffs", "gain_share"]


def _values(facts: DecisionMemoFacts) -> Values:
    values: Values = {name: _line(getattr(facts, name)) for name in _LINES}
    values |= {name: _said(getattr(facts, name)) for name in _TEXTS}
    values |= {name: _said(getattr(facts, name), NOT_CALCULATED) for name in _FIGURES_IN_WORDS}
    values |= _figures(facts) | _fund_values(facts) | _tables(facts)
    title = str(values["title"])
    values["short_title"] = title if len(title) <= SHORT_TITLE_LIMIT else _cut(title, SHORT_TITLE_LIMIT)
    return values | _texts_and_annex(facts)


def _figures(facts: DecisionMemoFacts) -> Values:
    return {
        "dated_on": _day(facts.dated_on),
        "report_on": _day(facts.report_on),
        "participants": _number(facts.participants),
        "amount": _kroner(facts.amount_ore, NOT_STATED),
        "co_funding": _kroner(facts.co_funding_ore, NOT_STATED),
        "net_present_value": _kroner(facts.net_present_value_ore),
        "outcome_fund_max": _kroner(facts.outcome_fund_max_ore),
        "character_count": "0",
    }


def _fund_values(facts: DecisionMemoFacts) -> Values:
    funds = facts.funds
    pool = funds.donation_pool_left_ore if funds else None
    capital = funds.free_capital_ore if funds else None
    outcome = funds.outcome_fund_ore if funds else None
    return {
        "pool_left": _kroner(pool),
        "pool_after": _kroner(_difference(pool, facts.amount_ore)),
        "free_capital": _kroner(capital),
        "free_capital_after": _kroner(_difference(capital, facts.amount_ore)),
        "outcome_fund": _kroner(outcome),
        "outcome_fund_after": _kroner(_difference(outcome, facts.outcome_fund_max_ore)),
        "funds_as_of": _day(funds.as_of if funds else None),
        "funds_source": _line(funds.source if funds else ""),
    }


def _tables(facts: DecisionMemoFacts) -> Values:
    scenarios = facts.scenarios or tuple(Scenario(name=n) for n in ("Pessimistisk", "Forventet", "Optimistisk"))
    return {
        "conditions": _texts(facts.conditions),
        "annexes": _texts(facts.annexes),
        "follow_ups": [{"on": _day(f.on), "text": _said(f.text)} for f in facts.follow_ups]
        or [{"on": "Tidspunkt", "text": NOT_STATED}],
        "budget_rows": [_budget_row(row) for row in facts.budget_rows],
        "overrides": [_override_row(facts.override)] if facts.override else [],
        "grounds": [{"rule": _line(g.rule), "text": _said(g.text), "state": _STATES[g.state]} for g in facts.grounds]
        or [_unknown_row("grounds")],
        "scores": [_score_row(score) for score in facts.scores] or [_unknown_row("scores")],
        "scenarios": [_scenario_row(scenario) for scenario in scenarios],
    }


def _texts(texts: Sequence[str]) -> list[Row]:
    return [{"text": _said(text)} for text in texts] or [{"text": NOT_STATED}]


def _unknown_row(name: str) -> Row:
    return dict.fromkeys(BY_NAME[name].columns, NOT_STATED)


def _budget_row(row: BudgetRow) -> Row:
    amount = _kroner(row.amount_ore, NOT_STATED)
    return {"year": str(row.year), "kind": _line(row.kind), "text": _said(row.text), "amount": amount}


def _override_row(override: TrackOverride) -> Row:
    return {
        "track": _line(override.track),
        "reason": _said(override.reason),
        "by": _line(override.by),
        "on": _day(override.on),
    }


def _score_row(score: Score) -> Row:
    texts = {"level_text": score.level_text, "reason": score.reason, "evidence": score.evidence}
    figures = {"weight": _number(score.weight), "score": _number(score.score)}
    return {"dimension": _line(score.dimension)} | figures | {name: _said(t) for name, t in texts.items()}


def _scenario_row(scenario: Scenario) -> Row:
    return {
        "name": _line(scenario.name),
        "net_present_value": _kroner(scenario.net_present_value_ore),
        "payback": _said(scenario.payback, NOT_CALCULATED),
        "break_even": _said(scenario.break_even, NOT_CALCULATED),
    }


def _texts_and_annex(facts: DecisionMemoFacts) -> Values:
    """The texts that may be long: the memo's own part of each, and the whole of the shortened ones for the annex."""
    texts = {name: _said(getattr(facts, name)) for name in _LONG_TEXTS}
    printed = [text for name, text in texts.items() if BY_NAME[name].section(facts.kind)]
    rows = [_statement_row(statement) for statement in facts.statements]
    spoken = [row[column] for row in rows for column in ("statement", "gap")]
    limit = _limit([len(text) for text in printed + spoken], BODY_LETTERS[facts.kind])
    whole: list[Row] = []

    def fitted(label: str, text: str, letters: int = limit) -> str:
        if len(text) <= letters:
            return text
        whole.append({"label": label, "text": text})
        return f"{_cut(text, letters)} (se\u00a0bilag\u00a03)"

    for name, label in _LONG_TEXTS.items():
        if BY_NAME[name].section(facts.kind):
            least = SUMMARY_PART if name == "summary" else 0
            texts[name] = fitted(label, texts[name], max(limit, least))
    for row in rows:
        row["statement"] = fitted(f"Udtalelse fra {row['department']}", row["statement"])
        row["gap"] = fitted(f"Hul i tilbuddene ifølge {row['department']}", row["gap"])
    return {**texts, "statements": rows or [_unknown_row("statements")], "long_texts": whole}


def _limit(lengths: Sequence[int], room: int) -> int:
    """The most letters each text may have so that all fit: short ones leave their room to the long ones."""
    left = room
    for place, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - place)
        if length > share:
            return max(share, SHORTEST_PART)
        left -= length
    return max(lengths, default=room)


def _statement_row(said: DepartmentStatement) -> Row:
    return {
        "department": _line(said.department),
        "role": _line(said.role),
        "statement": _said(said.statement),
        "gap": _said(said.gap),
        "can_pay": _said(said.can_pay),
        "budget_line": _said(said.budget_line),
    }


def placed_values(facts: DecisionMemoFacts) -> tuple[PlacedValue, ...]:
    """Every value of the memo with the section where it must stand exactly once (the count of letters excepted)."""
    values = _values(facts)
    placed: list[PlacedValue] = []
    for field in FIELDS:
        section = field.section(facts.kind)
        if section and field.name != "character_count":
            placed += [PlacedValue(key, text, section) for key, text in _keyed(field.name, values[field.name])]
    return tuple(placed)


def _keyed(name: str, value: str | list[Row]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
        return
    for number, row in enumerate(value):
        yield from ((f"{name}[{number}].{column}", text) for column, text in row.items())


# --- from values to a Word file ------------------------------------------------------------------------------

# Each printed value is set between noncharacters that no text can hold (`printable` takes them out). They say which
# value this is while the file is checked, and are taken away before anybody sees it. The fourth keeps apart what
# docxtpl would otherwise read as its own escapes ("{_{" becomes "{{").
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
                {column: _place(f"{name}[{number}].{column}", text) for column, text in row.items()}
                for number, row in enumerate(value)
            )
    return context


def render(facts: DecisionMemoFacts, template: bytes | None = None) -> bytes:
    """The memo as a Word file. Raises MemoFault rather than return a file with a value lost, doubled or misplaced."""
    from docx import Document

    values = _values(facts)
    document = Document(BytesIO(_filled(_template(facts.kind, template), _context(values))))
    _require_every_value_once(document, facts)
    _unmark(document, _number(_character_count(document)))
    _set_properties(document, facts, str(values["title"]))
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
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_mark)
    word, file = DocxTemplate(BytesIO(template)), BytesIO()
    try:
        word.render(context, environment, autoescape=True)
        word.save(file)
    except Exception as fault:  # A template is somebody's file: whatever it trips over, there is no memo.
        raise MemoFault(f"Skabelonen kunne ikke udfyldes: {fault}.") from fault
    return file.getvalue()


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


def _require_every_value_once(document: WordDocument, facts: DecisionMemoFacts) -> None:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for section, text in _said_in(document):
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


def _character_count(document: WordDocument) -> int:
    """Letters and blanks of the memo itself; line ends, colophon, annexes, header and footer are not counted."""
    return sum(
        len(_MARKS.sub("", text).replace("\n", ""))
        for section, text in _said_in(document)
        if section in SECTIONS and section not in NOT_COUNTED
    )


def _unmark(document: WordDocument, character_count: str) -> None:
    for root in (document.element.body, *_margins(document)):
        for node in root.iter(f"{W}t"):
            if node.text and _MARKS.search(node.text):
                node.text = _MARKS.sub("", _COUNT.sub(character_count, node.text))
                node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _set_properties(document: WordDocument, facts: DecisionMemoFacts, title: str) -> None:
    """Title, author and dates from the case; none of them from the template or from the day of printing."""
    properties = document.core_properties
    full = f"Indstilling om {title}"
    properties.title = full if len(full) <= TITLE_PROPERTY_LIMIT else full[: TITLE_PROPERTY_LIMIT - 1] + "…"
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = datetime.combine(facts.dated_on, time(), UTC)
    properties.language, properties.revision = "da-DK", 1
    properties.identifier = _line(facts.reference)[:TITLE_PROPERTY_LIMIT]
    properties.comments = properties.keywords = properties.subject = properties.category = ""
