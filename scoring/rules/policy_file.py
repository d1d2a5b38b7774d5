"""Which proposals does a policy file hold, what is wrong with it, and how is the answer written?

The format is contract 4. Every fault in the file is found in one reading, each as one Danish line.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from foundation.json_keys import (
    Key,
    check_keys,
    filled_text,
    number,
    or_null,
    quoted,
    read_keys,
    read_values,
    reason,
    shown,
    truth,
    whole,
)
from foundation.money import NO_BREAK_SPACE
from foundation.strict_json import JsonObject, JsonValue, NotJson, read_json
from scoring.rules.dimensions import HIGHEST_LEVEL, LOWEST_LEVEL, Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.grounds import Ground
from scoring.rules.policies import Policy
from scoring.rules.sorting import Sorting, sort_proposal


class PolicyFileFaults(ValueError):
    """The file cannot be used. `faults` holds one Danish line per fault, in the order of the file format."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class NamedProposal:
    """A proposal of the file under its own id."""

    id: str
    facts: ProposalFacts


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """A whole file: proposals in the order given, and the amounts that each is judged against alone."""

    call: CallLimits
    fund: FundFigures
    proposals: tuple[NamedProposal, ...]

    def sort(self, policy: Policy) -> tuple[tuple[str, Sorting], ...]:
        """The id and the sorting of every proposal, in the order given."""
        return tuple(
            (proposal.id, sort_proposal(proposal.facts, self.call, self.fund, policy)) for proposal in self.proposals
        )


def parse_policy_file(text: str | bytes) -> PolicyInput:
    """Read a policy file; raises PolicyFileFaults with every fault that is in it."""
    try:
        document = read_json(text)
    except NotJson as error:
        raise PolicyFileFaults([str(error)]) from error
    faults = list[str]()
    found = _document(document, faults)
    if faults or found is None:
        raise PolicyFileFaults(faults)
    return found


def results_to_json(policy: Policy, results: Sequence[tuple[str, Sorting]]) -> str:
    """The answer in the form of contract 4, without a line break at the end."""
    answer = {"policy": policy.id, "results": [_result(id_, sorting) for id_, sorting in results]}
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)


def _result(id_: str, sorting: Sorting) -> dict[str, object]:
    return {
        "id": id_,
        "track": sorting.track.value,
        "rule": sorting.rule,
        "maturity": None if sorting.maturity is None else _four_decimals(sorting.maturity),
        "level": None if sorting.level is None else sorting.level.value,
        "final": sorting.final,
        "grounds": [_ground(ground) for ground in sorting.grounds],
    }


def _ground(ground: Ground) -> dict[str, object]:
    return {
        "rule": ground.rule,
        "dimension": None if ground.dimension is None else ground.dimension.value,
        "holds": ground.holds,
        # A page keeps a figure and its unit on one line; whoever searches the file types an ordinary space.
        "text": ground.text.replace(NO_BREAK_SPACE, " "),
    }


def _four_decimals(maturity: Fraction) -> float:
    """Rounded exactly, half up; four decimals then pass through a JSON number unharmed."""
    ten_thousandths = int(maturity * 10_000 + Fraction(1, 2))
    return float(Decimal(ten_thousandths).scaleb(-4).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))


_CALL: Final = {"per_project_cap": Key(whole(0), 3_000_000)}
_FUND: Final = {
    "free_capital": Key(whole(0), 21_000_000),
    "outcome_fund_balance": Key(whole(0), 1_000_000),
    "donation_pool_left": Key(whole(0), 200_000),
}
_SCORES: Final = {dimension.value: Key(or_null(whole(LOWEST_LEVEL, HIGHEST_LEVEL)), None) for dimension in Dimension}
_FACTS: Final = {
    "eligible": Key(truth, True),
    "stop": Key(truth, False),
    "hearing_open": Key(truth, False),
    "payback_months": Key(or_null(number(0)), None),
    "department_funds_itself": Key(truth, False),
    "participants": Key(whole(1)),
    "small_group_reason": Key(or_null(reason), None),
    "payers_confirmed": Key(truth, True),
    "legal_checked": Key(truth, True),
    "risk_assessed": Key(truth, True),
    "outcome_fund_share": Key(number(0, 100), Decimal(0)),
    "amount": Key(whole(1)),
    "municipal": Key(truth, False),
    "small_organisation": Key(truth, True),
    "small_organisation_waiver": Key(or_null(reason), None),
    "innovative": Key(truth, False),
    "innovative_waiver": Key(or_null(reason), None),
    "needs_fund": Key(truth, False),
    "assessment_written": Key(truth, True),
    "learning_purpose": Key(truth, False),
    "lead_department_asked": Key(truth, True),
}
_PROPOSAL: Final = {"id": Key(filled_text), **_FACTS}
_EMPTY: Final = JsonObject({}, ())


def _document(document: JsonValue, faults: list[str]) -> PolicyInput | None:
    if not isinstance(document, JsonObject):
        faults.append("Filen skal være et JSON-objekt med nøglen proposals.")
        return None
    parts = document.values
    check_keys(document, ("call", "fund", "proposals"), "", faults)
    call = read_keys(_part(parts, "call", "call", faults), _CALL, "call", faults)
    fund = read_keys(_part(parts, "fund", "fund", faults), _FUND, "fund", faults)
    proposals = _proposals(parts, faults)
    if faults:
        return None
    return PolicyInput(CallLimits(**call), FundFigures(**fund), proposals)


def _part(values: Mapping[str, JsonValue], key: str, where: str, faults: list[str]) -> JsonObject:
    """The object under a key; an empty one where the key is missing or what stands there is a fault."""
    found = values.get(key, _EMPTY)
    if isinstance(found, JsonObject):
        return found
    faults.append(f"{where}: skal være et objekt, men er {quoted(found)}.")
    return _EMPTY


def _proposals(parts: Mapping[str, JsonValue], faults: list[str]) -> tuple[NamedProposal, ...]:
    if "proposals" not in parts:
        faults.append("proposals: mangler. Skriv mindst et forslag.")
        return ()
    entries = parts["proposals"]
    if not isinstance(entries, list) or not entries:
        faults.append(f"proposals: skal være en liste med mindst et forslag, men er {quoted(entries)}.")
        return ()
    first_with_id = dict[str, int]()
    found = [_proposal(entry, place, first_with_id, faults) for place, entry in enumerate(entries, start=1)]
    return tuple(proposal for proposal in found if proposal is not None)


def _proposal(entry: JsonValue, place: int, first_with_id: dict[str, int], faults: list[str]) -> NamedProposal | None:
    """One proposal, or None where it has a fault; `first_with_id` remembers the place of every id."""
    if not isinstance(entry, JsonObject):
        faults.append(f"Forslag {place}: skal være et objekt, men er {quoted(entry)}.")
        return None
    before = len(faults)
    where = _named(place, entry.values.get("id"))
    check_keys(entry, (*_PROPOSAL, "scores"), where, faults)
    read = read_values(entry, _PROPOSAL, where, faults)
    scores = read_keys(_part(entry.values, "scores", f"{where}, scores", faults), _SCORES, f"{where}, scores", faults)
    id_ = read.pop("id", None)
    if id_ is not None and first_with_id.setdefault(id_, place) != place:
        faults.append(f"{where}, id: er allerede brugt i forslag {first_with_id[id_]}.")
    if len(faults) > before:
        return None
    by_dimension = {dimension: scores[dimension.value] for dimension in Dimension}
    return NamedProposal(id_, ProposalFacts(scores=by_dimension, **read))


def _named(place: int, id_: JsonValue) -> str:
    return f"Forslag {place} ({shown(id_)})" if isinstance(id_, str) and id_ else f"Forslag {place}"
