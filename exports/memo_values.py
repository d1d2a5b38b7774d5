"""What does a decision memo print for one case, word by word?

The caller gathers `DecisionMemoFacts`; this page turns them into the texts that stand on paper. A text from a person
is printed letter for letter after the one rule of `foundation.text`. What nobody gave prints as "ikke oplyst", a figure
that is not there yet as "ikke beregnet".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from exports.memo_content import (
    BudgetRow,
    BusinessCaseFacts,
    DecisionMemoFacts,
    DepartmentStatement,
    Scenario,
    Score,
    TrackOverride,
)
from exports.memo_fit import (
    BODY_LETTERS,
    MOST_GOALS,
    ROW_LETTERS,
    SHORTEST_CELL,
    SUMMARY_PART,
    TABLES_PART,
    Fitting,
    cut,
    share,
)
from exports.memo_layout import BY_NAME, FIELDS
from foundation.formats import day, kroner, number
from foundation.text import clean_line, clean_prose

NOT_STATED: Final = "ikke oplyst"
NOT_CALCULATED: Final = "ikke beregnet"
NOT_USED: Final = "Puljen bruges ikke"
NOT_RELEASED: Final = "ikke klarmeldt endnu"
DRAFT: Final = "UDKAST"
SHORT_TITLE_LIMIT: Final = 60


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


def _counted(count: int, one: str, many: str) -> str:
    return f"{number(count)} {one if count == 1 else many}"


def _rest(left: int | None, taken: int | None) -> str:
    """What is left of the money; a rest is never below nothing."""
    if left is None or taken is None:
        return NOT_CALCULATED
    return kroner(left - taken) if left >= taken else f"{kroner(taken - left)} for lidt"


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
_CELLS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "goals": ("Mål", {"indicator": "det, der skal ændre sig", "baseline": "nu", "target": "efter"}),
    "goal_details": ("Mål", {"measuring_points": "måles", "data_source": "kilden", "payer": "sparer penge"}),
    "partner_rows": ("Samarbejdspartner", {"name": "navn", "role": "rolle"}),
    "cofunding_rows": ("Bidrag", {"funder": "hvem"}),
}
"""Tables of the memo itself whose cells may be long, and what a shortened cell is called in the annex."""
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
    values |= _figures(facts) | _fund_values(facts) | _tables(facts) | _numbered_tables(facts)
    values |= _business_case(facts.business_case)
    values["case_number"] = _line(facts.case_number, str(values["reference"]))
    title = str(values["title"])
    values["short_title"] = title if len(title) <= SHORT_TITLE_LIMIT else cut(title, SHORT_TITLE_LIMIT)
    return values | _texts_and_annex(facts)


def _figures(facts: DecisionMemoFacts) -> Values:
    return {
        "dated_on": _day(facts.dated_on),
        "report_on": _day(facts.report_on),
        "participants": _number(facts.participants),
        "released_on": day(facts.released_on) if facts.released_on else NOT_RELEASED,
        "amount": _kroner(_sought(facts) if facts.kind == "short" else facts.amount_ore, NOT_STATED),
        "sought": _kroner(_sought(facts), NOT_STATED),
        "co_funding": _kroner(_co_funding(facts), NOT_STATED),
        "net_present_value": _kroner(facts.net_present_value_ore),
        "outcome_fund_max": NOT_USED if facts.outcome_fund_max_ore == 0 else _kroner(facts.outcome_fund_max_ore),
        "character_count": "0",
    }


def _sought(facts: DecisionMemoFacts) -> int | None:
    """What the applicant asked for; without a smaller amount it is the amount of the memo."""
    return facts.amount_ore if facts.sought_ore is None else facts.sought_ore


def _co_funding(facts: DecisionMemoFacts) -> int | None:
    """Other funding that nobody summed up is the sum of its rows."""
    return _sum([row.amount_ore for row in facts.cofunding]) if facts.co_funding_ore is None else facts.co_funding_ore


def _sum(amounts: Sequence[int | None]) -> int | None:
    """None when an amount is missing, since the rest would look like the whole."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known and len(known) == len(amounts) else None


def _fund_values(facts: DecisionMemoFacts) -> Values:
    funds = facts.funds
    pool = funds.donation_pool_left_ore if funds else None
    capital = funds.free_capital_ore if funds else None
    outcome = funds.outcome_fund_ore if funds else None
    return {
        "pool_left": _kroner(pool),
        "pool_after": _rest(pool, facts.amount_ore),
        "free_capital": _kroner(capital),
        "free_capital_after": _rest(capital, facts.amount_ore),
        "outcome_fund": _kroner(outcome),
        "outcome_fund_after": _rest(outcome, facts.outcome_fund_max_ore),
        "funds_as_of": _day(funds.as_of if funds else None),
        "funds_source": _line(funds.source if funds else ""),
    }


def _tables(facts: DecisionMemoFacts) -> Values:
    scenarios = facts.scenarios or tuple(Scenario(name=n) for n in ("Pessimistisk", "Forventet", "Optimistisk"))
    return {
        "conditions": _texts(facts.conditions or ("Ingen",)),
        "annexes": _texts(facts.annexes),
        "follow_ups": [{"on": _day(f.on), "text": _said(f.text)} for f in facts.follow_ups]
        or [{"on": "Tidspunkt", "text": NOT_STATED}],
        "budget_rows": [_budget_row(row) for row in facts.budget_rows],
        "overrides": [_override_row(facts.override)] if facts.override else [],
        "grounds": [{"rule": _line(g.rule), "text": _said(g.text), "state": _STATES[g.state]} for g in facts.grounds]
        or [_unknown_row("grounds")],
        "scores": [_score_row(score) for score in facts.scores] or [_unknown_row("scores")],
        "scenarios": [_scenario_row(scenario) for scenario in scenarios],
        "draft_marks": [{"text": DRAFT}] if facts.is_draft else [],
        "reductions": _reductions(facts),
        "budget_kinds": _budget_kinds(facts.budget_rows),
        "budget_sums": _sum_row([row.amount_ore for row in facts.budget_rows]),
        "cofunding_sums": _sum_row([row.amount_ore for row in facts.cofunding]),
        "own_questions": [{"label": _line(own.label), "text": _said(own.text)} for own in facts.own_questions],
        "stability_lines": [{"text": _said(line)} for line in facts.stability],
        "goal_figures": _goal_figures(facts),
    }


def _business_case(case: BusinessCaseFacts | None) -> dict[str, list[Row]]:
    """The chosen business case; without one, and in memos of before there were any, nothing stands there."""
    if case is None:
        return {"case_basis": [], "sensitivity": [], "case_years": [], "case_savers": []}
    basis = {
        "whose": _said(case.whose),
        "reason": _said(case.reason),
        "rates": _said(case.rates, NOT_CALCULATED),
        "outside": _said(case.outside_share, NOT_CALCULATED),
        "transaction": _said(case.transaction_share, NOT_CALCULATED),
    }
    return {
        "case_basis": [basis],
        "sensitivity": [
            {
                "driver": _line(row.driver),
                "low": _kroner(row.low_ore),
                "high": _kroner(row.high_ore),
                "span": _kroner(row.span_ore),
            }
            for row in case.sensitivity
        ],
        "case_years": [
            {
                "year": _line(row.year),
                "cost": _kroner(row.cost_ore),
                "saving": _kroner(row.saving_ore),
                "total": _kroner(row.total_ore),
            }
            for row in case.years
        ],
        "case_savers": [
            {"who": _line(row.who), "amount": _kroner(row.amount_ore), "share": _said(row.share, NOT_CALCULATED)}
            for row in case.savers
        ],
    }


def _reductions(facts: DecisionMemoFacts) -> list[Row]:
    """One row when less is recommended than was sought, or when somebody gave the reason for it."""
    sought, amount = facts.sought_ore, facts.amount_ore
    smaller = sought is not None and amount is not None and amount < sought
    if not smaller and not clean_prose(facts.smaller_reason):
        return []
    return [{"sought": _kroner(sought, NOT_STATED), "reason": _said(facts.smaller_reason)}]


def _budget_kinds(rows: Sequence[BudgetRow]) -> list[Row]:
    """The budget summed by kind, in the order in which the kinds come."""
    kinds = dict.fromkeys(_line(row.kind) for row in rows)
    return [
        {"kind": kind, "amount": _kroner(_sum([r.amount_ore for r in rows if _line(r.kind) == kind]), NOT_STATED)}
        for kind in kinds
    ]


def _sum_row(amounts: Sequence[int | None]) -> list[Row]:
    """The last row of a table; a table without rows has none."""
    return [{"amount": _kroner(_sum(amounts), NOT_STATED)}] if amounts else []


def _goal_figures(facts: DecisionMemoFacts) -> list[Row]:
    """One row of what is known of the goals as a whole; an investment without goals says that it is not stated."""
    columns = BY_NAME["goal_figures"].columns
    given = {name: clean_prose(getattr(facts, name)) for name in columns}
    if not any(given.values()) and (facts.goals or facts.kind != "investment"):
        return []
    return [{name: text or NOT_STATED for name, text in given.items()}]


def _numbered_tables(facts: DecisionMemoFacts) -> dict[str, list[Row]]:
    """Goals, partners and other funding, letter for letter; a goal's two rows share its number."""
    goals = [("number", str(place), goal) for place, goal in enumerate(facts.goals, 1)]
    rows = [{name: place} | _said_of(goal, BY_NAME["goals"].columns[1:]) for name, place, goal in goals]
    in_annex = len(rows) > MOST_GOALS[facts.kind]
    return {
        "goals": [] if in_annex else rows,
        "more_goals": rows if in_annex else [],
        "goal_details": [
            {name: place} | _said_of(goal, BY_NAME["goal_details"].columns[1:]) for name, place, goal in goals
        ],
        "partner_rows": [_said_of(partner, BY_NAME["partner_rows"].columns) for partner in facts.partner_rows],
        "cofunding_rows": [
            _said_of(row, ("funder", "status")) | {"amount": _kroner(row.amount_ore, NOT_STATED)}
            for row in facts.cofunding
        ],
    }


def _said_of(row: object, columns: Sequence[str]) -> Row:
    return {column: _said(getattr(row, column)) for column in columns}


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
    texts = {name: _long_text(facts, name) for name in _LONG_TEXTS if BY_NAME[name].section(facts.kind)}
    statements = [_statement_row(statement) for statement in facts.statements]
    tables = _numbered_tables(facts)
    cells = _cells_of_the_memo(facts.kind, tables)
    room, in_cells = BODY_LETTERS[facts.kind], Fitting(0)
    cell = share([len(row[column]) for _, row, column in cells], room // TABLES_PART, SHORTEST_CELL)
    for label, row, column in cells:
        row[column] = in_cells.fit(label, row[column], cell)
    lengths = [len(text) for text in (*texts.values(), *(row[name] for row in statements for name in _SPOKEN))]
    fitting = Fitting(share(lengths, room - _taken_by_tables(facts, cells)))
    for name, text in texts.items():
        least = SUMMARY_PART if name == "summary" else 0
        texts[name] = fitting.fit(_LONG_TEXTS[name], text, max(fitting.letters, least))
    _fit_statements(statements, fitting)
    long_texts = {
        "statements": statements or [_unknown_row("statements")],
        "long_texts": fitting.whole + in_cells.whole,
    }
    return {**dict.fromkeys(_LONG_TEXTS, NOT_STATED), **texts, **tables, **long_texts}


Cell = tuple[str, Row, str]


def _cells_of_the_memo(kind: str, tables: Mapping[str, Sequence[Row]]) -> list[Cell]:
    """The cells of the memo's own tables that may be long: what the annex calls each, its row and its column."""
    return [
        (f"{label} {place}, {words}", row, column)
        for name, (label, columns) in _CELLS.items()
        if BY_NAME[name].section(kind) != "annex"
        for place, row in enumerate(tables[name], 1)
        for column, words in columns.items()
    ]


def _taken_by_tables(facts: DecisionMemoFacts, cells: Sequence[Cell]) -> int:
    """Letters of running text that the tables leave no room for; the budget has a head and a sum beside its kinds."""
    kinds = len({row.kind for row in facts.budget_rows})
    rows = len({id(row) for _, row, _ in cells}) + (kinds + 2 if kinds else 0)
    return ROW_LETTERS * rows + sum(len(row[column]) for _, row, column in cells)


_SPOKEN: Final = {"statement": "Udtalelse fra", "gap": "Hul i tilbuddene ifølge"}


def _fit_statements(statements: Sequence[Row], fitting: Fitting) -> None:
    for row in statements:
        for column, words in _SPOKEN.items():
            row[column] = fitting.fit(f"{words} {row['department']}", row[column])


def _long_text(facts: DecisionMemoFacts, name: str) -> str:
    """The text, or where the rows stand when they say it all."""
    return _said(getattr(facts, name), _where_the_rows_are(facts).get(name, NOT_STATED))


def _where_the_rows_are(facts: DecisionMemoFacts) -> Mapping[str, str]:
    budget, partners = len(facts.budget_rows), len(facts.partner_rows)
    words = {}
    if facts.goals:
        in_annex = len(facts.goals) > MOST_GOALS[facts.kind]
        words["result_goals"] = "Målene står i bilag 3." if in_annex else "Målene står i tabellen."
    if budget:
        words["budget"] = f"{_counted(budget, 'post', 'poster')}, se bilag 3."
    if partners and BY_NAME["partner_rows"].section(facts.kind) == "annex":
        words["partners"] = f"{_counted(partners, 'partner', 'partnere')}, se bilag 3."
    elif partners:
        words["partners"] = "Se tabellen."
    return words


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
