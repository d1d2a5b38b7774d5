"""What does a decision memo print for one case, word by word?

The caller gathers `DecisionMemoFacts`; this page turns them into the texts that stand on paper. A text from a person
is printed letter for letter after the one rule of `foundation.text`. What nobody gave prints as "ikke oplyst", a figure
that is not there yet as "ikke beregnet".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from exports.memo_layout import BY_NAME, FIELDS
from foundation.formats import day, kroner, number
from foundation.text import clean_line, clean_prose

NOT_STATED: Final = "ikke oplyst"
NOT_CALCULATED: Final = "ikke beregnet"
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

_STATES: Final = {"met": "opfyldt", "not_met": "ikke opfyldt", "not_stated": NOT_STATED}


def _said(text: str | None, otherwise: str = NOT_STATED) -> str:
    """The text letter for letter; what no file can hold and what turns lines around is gone (`foundation.text`)."""
    return clean_prose(text or "") or otherwise


def _line(text: str | None, otherwise: str = NOT_STATED) -> str:
    return clean_line(text or "") or otherwise


def _kroner(ore: int | None, otherwise: str = NOT_CALCULATED) -> str:
    return otherwise if ore is None else kroner(ore)


def _number(value: int | None) -> str:
    return NOT_STATED if value is None else number(value)


def _day(on: date | None) -> str:
    return NOT_STATED if on is None else day(on)


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


def printed_values(facts: DecisionMemoFacts) -> Values:
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
    values = printed_values(facts)
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
    for place, row in enumerate(value):
        yield from ((f"{name}[{place}].{column}", text) for column, text in row.items())
