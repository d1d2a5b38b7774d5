"""Which business case do the applicant's own answers hold, and what did they not say?

What the applicant did not give is missing and never invented: a proposal says who saves, not how much.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoring.rules.business_case import CostKind
from scoring.rules.business_case_drafts import BusinessCaseDraft, CostLine, GoalLine, IntakeLine, SavingLine

Answers = Mapping[str, Any]


def draft_from_answers(answers: Answers) -> BusinessCaseDraft:
    """The figures of a proposal: year 0 is the first year of the budget, and all participants begin in it.

    A question set that asks for goals and budget in words alone leaves them out.
    """
    budget, goals = _rows(answers, "budget"), _rows(answers, "result_goals")
    years = [year for row in budget if (year := _whole(row.get("year"))) is not None]
    first_year = min(years, default=None)
    participants = _whole(answers.get("participants"))
    return BusinessCaseDraft(
        first_year=first_year,
        intakes=() if participants is None else (IntakeLine(year=0, participants=participants),),
        costs=tuple(_cost(row, first_year) for row in budget),
        goals=tuple(map(_goal, goals)),
        savings=tuple(_saving(number, row) for number, row in enumerate(goals, start=1)),
    )


def _rows(answers: Answers, key: str) -> Sequence[Answers]:
    found = answers.get(key)
    return found if isinstance(found, list) else ()


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _percent(value: object) -> Decimal | None:
    whole = _whole(value)
    return None if whole is None else Decimal(whole)


def _cost(row: Answers, first_year: int | None) -> CostLine:
    year, kind = _whole(row.get("year")), _text(row.get("kind"))
    return CostLine(
        year=None if year is None or first_year is None else year - first_year,
        kind=CostKind(kind) if kind in set(CostKind) else None,
        amount_ore=_whole(row.get("amount")),
    )


def _goal(row: Answers) -> GoalLine:
    return GoalLine(
        name=_text(row.get("indicator")),
        success_percent=_percent(row.get("success_share")),
        deadweight_percent=_percent(row.get("deadweight")),
        deadweight_reason=_text(row.get("deadweight_reason")),
    )


def _saving(number: int, row: Answers) -> SavingLine:
    return SavingLine(goal=number, payer=_text(row.get("payer")))
