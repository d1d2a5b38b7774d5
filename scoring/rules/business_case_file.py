"""Which business case does a JSON file hold, what is wrong with it, and how is the answer written?

The format is contract 5. Every fault in the file is found in one reading, each as one Danish line.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import Any, Final, TypeVar

from foundation.json_keys import Key, Reader, Unusable, filled_text, number, quoted, read_keys, whole
from foundation.strict_json import JsonObject, JsonValue, NotJson, read_json
from scoring.rules.business_case import (
    LAST_YEAR,
    MOST_SAVING_YEARS,
    BusinessCase,
    BusinessCaseResult,
    Cost,
    CostKind,
    Goal,
    Intake,
    Saving,
    Sector,
)

_Entry = TypeVar("_Entry")
_DIGITS: Final = 20
"""Significant digits of a figure that has no end; one that ends is written whole as far as they reach."""


class BusinessCaseFaults(ValueError):
    """The file cannot be used. `faults` holds one Danish line per fault, in the order of the file format."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def parse_business_case(text: str | bytes) -> BusinessCase:
    """Read a business case file; raises BusinessCaseFaults with every fault that is in it."""
    try:
        document = read_json(text)
    except NotJson as error:
        raise BusinessCaseFaults([str(error)]) from error
    faults = list[str]()
    found = _document(document, faults)
    if faults or found is None:
        raise BusinessCaseFaults(faults)
    return found


def _one_of(words: type[StrEnum]) -> Reader:
    names = ", ".join(word.value for word in words)

    def read(value: JsonValue) -> StrEnum:
        if isinstance(value, str) and value in {word.value for word in words}:
            return words(value)
        raise Unusable(f"skal være et af ordene {names}")

    return read


def _list(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, list) and value:
        return value
    raise Unusable("skal være en liste med mindst én post")


def _exact(least: int, most: int | None = None) -> Reader:
    """A number as the fraction that its decimals say: 0.35 is 35/100."""
    read_number = number(least, most)
    return lambda value: Fraction(read_number(value))


_YEAR: Final = whole(0, LAST_YEAR)
_DOCUMENT: Final = {"intakes": Key(_list), "costs": Key(_list), "goals": Key(_list)}
_INTAKE: Final = {"year": Key(_YEAR), "participants": Key(whole(1))}
_COST: Final = {"year": Key(_YEAR), "amount": Key(_exact(0)), "kind": Key(_one_of(CostKind))}
_GOAL: Final = {
    "name": Key(filled_text),
    "success_share": Key(_exact(0, 1)),
    "deadweight": Key(_exact(0, 1)),
    "savings": Key(_list),
}
_SAVING: Final = {
    "payer": Key(filled_text),
    "sector": Key(_one_of(Sector)),
    "per_success": Key(_exact(0)),
    "starts_after": Key(_YEAR),
    "years": Key(whole(1, MOST_SAVING_YEARS)),
    "drop_off": Key(_exact(0, 1)),
}


def _document(document: JsonValue, faults: list[str]) -> BusinessCase | None:
    if not isinstance(document, JsonObject):
        faults.append("Filen skal være et JSON-objekt med nøglerne intakes, costs og goals.")
        return None
    parts = read_keys(document, _DOCUMENT, "", faults)
    intakes = _entries(parts.get("intakes"), "intakes", faults, partial(_row, Intake, _INTAKE))
    costs = _entries(parts.get("costs"), "costs", faults, partial(_row, Cost, _COST))
    goals = _entries(parts.get("goals"), "goals", faults, _goal)
    return None if faults else BusinessCase(intakes, costs, goals)


def _goal(entry: JsonObject, where: str, faults: list[str]) -> Goal | None:
    before = len(faults)
    values = read_keys(entry, _GOAL, where, faults)
    savings = _entries(values.get("savings"), f"{where}, savings", faults, partial(_row, Saving, _SAVING))
    return Goal(**{**values, "savings": savings}) if len(faults) == before else None


def _row(
    make: Callable[..., _Entry], keys: Mapping[str, Key], entry: JsonObject, where: str, faults: list[str]
) -> _Entry | None:
    before = len(faults)
    values = read_keys(entry, keys, where, faults)
    return make(**values) if len(faults) == before else None


def _entries(
    found: object, where: str, faults: list[str], read: Callable[[JsonObject, str, list[str]], _Entry | None]
) -> tuple[_Entry, ...]:
    """What stands in a list, each entry under its number; nothing where the list itself is a fault."""
    entries = list[_Entry]()
    for place, entry in enumerate(found if isinstance(found, list) else (), start=1):
        if not isinstance(entry, JsonObject):
            faults.append(f"{where} {place}: skal være et objekt, men er {quoted(entry)}.")
        elif (one := read(entry, f"{where} {place}", faults)) is not None:
            entries.append(one)
    return tuple(entries)


def result_to_json(result: BusinessCaseResult) -> str:
    """The answer in the form of contract 5, without a line break at the end."""
    return _json(
        {
            "cost": result.cost,
            "saving": result.saving,
            "pv_cost": result.pv_cost,
            "pv_saving": result.pv_saving,
            "npv": result.npv,
            "payback_year": result.payback_year,
            "break_even_multiplier": result.break_even_multiplier,
            "break_even_success_share": result.break_even_success_share,
            "by_sector": dict(result.by_sector),
            "by_payer": dict(result.by_payer),
            "cumulative": list(result.cumulative),
            "scenarios": [
                {
                    "name": scenario.name,
                    "npv": scenario.npv,
                    "payback_year": scenario.payback_year,
                    "break_even_multiplier": scenario.break_even_multiplier,
                }
                for scenario in result.scenarios
            ],
            "sensitivity": [
                {"driver": moved.driver, "low": moved.low, "high": moved.high} for moved in result.sensitivity
            ],
        },
        "",
    )


def _json(value: Any, indent: str) -> str:
    """JSON with exact numbers: the standard writer would turn them into floats and lose the last digits."""
    if isinstance(value, Fraction):
        return _number_text(value)
    inner = f"{indent}  "
    if isinstance(value, dict):
        lines = [f"{inner}{_json(key, inner)}: {_json(entry, inner)}" for key, entry in value.items()]
        return _wrapped("{", lines, "}", indent)
    if isinstance(value, list):
        return _wrapped("[", [f"{inner}{_json(entry, inner)}" for entry in value], "]", indent)
    return json.dumps(value, ensure_ascii=False)


def _wrapped(first: str, lines: list[str], last: str, indent: str) -> str:
    return "\n".join([first, ",\n".join(lines), f"{indent}{last}"])


def _number_text(value: Fraction) -> str:
    """The number with every digit before the point, and as many after it as the precision allows."""
    with localcontext() as context:
        # Python refuses to write thousands of digits of an int, but not of a Decimal.
        top, bottom = Decimal(value.numerator), Decimal(value.denominator)
        context.prec = max(_DIGITS, top.adjusted() - bottom.adjusted() + _DIGITS)
        quotient = top / bottom
    return str(quotient) if abs(quotient.adjusted()) > _DIGITS else f"{quotient:f}"
