"""What has changed since a proposal was sorted, and what did that sorting rest on?

A stored sorting keeps its inputs as plain values (`SortingRun.inputs`): facts, the call's limit and the fund's figures.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.fact_words import FACT_LABELS, NOT_GIVEN, YES_NO_FACTS, shown_fact
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts

Inputs = Mapping[str, Mapping[str, Any]]
"""The parts `facts`, `call` and `fund`, each a name and a plain value; the scores stand in `facts` by dimension."""

_DECIMALS: Final = frozenset({"payback_months", "outcome_fund_share"})
_PARTS: Final = ("facts", "call", "fund")


@dataclass(frozen=True, slots=True)
class SortingBasis:
    """What a sorting rested on, as the rules take it."""

    facts: ProposalFacts
    call: CallLimits
    fund: FundFigures


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a sorting rested on and that is otherwise now: both in Danish words."""

    key: str
    label: str
    before: str
    after: str


def plain_inputs(basis: SortingBasis) -> dict[str, Any]:
    """The basis in the types that JSON holds; decimals stay exact as text."""
    plain: dict[str, Any] = _plain(
        {"facts": asdict(basis.facts), "call": asdict(basis.call), "fund": asdict(basis.fund)}
    )
    return plain


def read_inputs(inputs: Inputs) -> SortingBasis | None:
    """The basis of a stored sorting; None where it was kept before all that is asked today was asked."""
    if any(_names(part) - inputs.get(part, {}).keys() for part in _PARTS):
        return None
    kept = {key: value for key, value in inputs["facts"].items() if key in _names("facts")}
    kept["scores"] = {Dimension(key): score for key, score in kept["scores"].items()}
    kept |= {key: None if kept[key] is None else Decimal(kept[key]) for key in _DECIMALS}
    return SortingBasis(
        facts=ProposalFacts(**kept),
        call=CallLimits(**{key: inputs["call"][key] for key in _names("call")}),
        fund=FundFigures(**{key: inputs["fund"][key] for key in _names("fund")}),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What the officer had on the page: the inputs, and the newest sorting (its key, or empty); the page carries it."""

    inputs: Inputs
    run: str

    def to_text(self) -> str:
        return json.dumps({"inputs": self.inputs, "run": self.run}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> "Seen":
        """Read from the page; raises ValueError for anything that no page of ours carries."""
        found = json.loads(text)
        match found:
            case {"inputs": {"facts": {"scores": dict()}, "call": dict(), "fund": dict()} as inputs, "run": str(run)}:
                return cls(inputs, run)
        raise ValueError("not what a page carries")


def differences(before: Inputs, after: Inputs, scale: Scale) -> tuple[Difference, ...]:
    """What two sortings of a proposal do not share: the scores first, then fact by fact, then call and fund."""
    return (
        *_between(before["facts"].get("scores", {}), after["facts"]["scores"], _score_labels(scale)),
        *_between(before["facts"], after["facts"], {key: FACT_LABELS[key] for key in _asked(after["facts"])}),
        *_between(before["call"], after["call"], {key: FACT_LABELS[key] for key in after["call"]}),
        *_between(before["fund"], after["fund"], {key: FACT_LABELS[key] for key in after["fund"]}),
    )


def _between(before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Difference]:
    for key, label in labels.items():
        old, new = _comparable(key, before.get(key)), _comparable(key, after.get(key))
        if old != new:
            yield Difference(key, label, shown_fact(key, old), shown_fact(key, new))


def _asked(facts: Mapping[str, Any]) -> list[str]:
    """The facts in the order of the words: the answers, then reasons and figures."""
    order = [*YES_NO_FACTS, *FACT_LABELS]
    return sorted((key for key in facts if key != "scores"), key=order.index)


def _comparable(key: str, value: Any) -> Any:
    """24 and 24,0 are one number, and a blank reason is none."""
    if value is not None and key in _DECIMALS:
        return Decimal(str(value))
    return None if shown_fact(key, value) == NOT_GIVEN else value


def _score_labels(scale: Scale) -> dict[str, str]:
    return {criterion.dimension.value: criterion.name for criterion in scale.criteria}


def _names(part: str) -> set[str]:
    kind = {"facts": ProposalFacts, "call": CallLimits, "fund": FundFigures}[part]
    return {field.name for field in fields(kind)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value
