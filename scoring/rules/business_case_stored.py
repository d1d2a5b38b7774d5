"""How is a business case kept as JSON, so that it is read back exactly as it was filled in?

Percentages are kept as text, since a JSON number would lose their decimals; amounts are whole øre.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from scoring.rules.business_case import CostKind, Sector
from scoring.rules.business_case_drafts import BusinessCaseDraft, CostLine, GoalLine, IntakeLine, SavingLine

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class SomResult:
    """What the national model SØM answered: amounts in øre, and the year after the start in which it is earned back.

    `payback_year` is None where it never is.
    """

    npv_ore: int
    cost_ore: int
    saving_ore: int
    payback_year: int | None
    model_version: str
    calculated_on: date


def draft_to_json(draft: BusinessCaseDraft) -> dict[str, Any]:
    """A draft in plain values."""
    return {
        "first_year": draft.first_year,
        **{
            part: [_line_to_json(line) for line in getattr(draft, part)]
            for part in ("intakes", "costs", "goals", "savings")
        },
    }


def _line_to_json(line: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(line, field.name)) for field in fields(line)}


def _plain(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def draft_from_json(content: Mapping[str, Any]) -> BusinessCaseDraft:
    """The draft that `draft_to_json` kept; raises KeyError and TypeError for anything else."""
    return BusinessCaseDraft(
        first_year=content["first_year"],
        intakes=tuple(IntakeLine(**line) for line in content["intakes"]),
        costs=tuple(CostLine(**{**line, "kind": _member(CostKind, line["kind"])}) for line in content["costs"]),
        goals=tuple(GoalLine(**_with_decimals(line)) for line in content["goals"]),
        savings=tuple(
            SavingLine(**{**_with_decimals(line), "sector": _member(Sector, line["sector"])})
            for line in content["savings"]
        ),
    )


def _member(words: type[_Word], value: str | None) -> _Word | None:
    return None if value is None else words(value)


def _with_decimals(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: Decimal(value) if key.endswith("_percent") and value is not None else value for key, value in line.items()
    }


def som_to_json(result: SomResult) -> dict[str, Any]:
    """A SØM result in plain values."""
    return {
        **{field.name: getattr(result, field.name) for field in fields(result)},
        "calculated_on": result.calculated_on.isoformat(),
    }


def som_from_json(content: Mapping[str, Any]) -> SomResult:
    """The result that `som_to_json` kept."""
    return SomResult(**{**content, "calculated_on": date.fromisoformat(content["calculated_on"])})
