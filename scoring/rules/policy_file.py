"""Which proposals does a policy file hold, what is wrong with it, and how is the answer written?

The format is contract 4. Every fault in the file is found in one reading, each as one Danish line.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final

from foundation.money import NO_BREAK_SPACE
from foundation.strict_json import LONGEST_NUMBER, JsonObject, JsonValue, NoNumber, NotJson, read_json
from foundation.text import is_blank
from scoring.rules.dimensions import HIGHEST_LEVEL, LOWEST_LEVEL, Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.grounds import Ground
from scoring.rules.policies import Policy
from scoring.rules.sorting import Sorting, sort_proposal

_LONGEST_QUOTE: Final = 60


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


class _Unusable(ValueError):
    """A value breaks its rule; the text says what should stand there."""


_Reader = Callable[[JsonValue], Any]


class _Required:
    """Stands where a key has no value of its own and must be there."""


_REQUIRED: Final = _Required()


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of an object: how its value is read, and what it is when the key is missing."""

    read: _Reader
    default: object = _REQUIRED


def _truth(value: JsonValue) -> bool:
    if isinstance(value, bool):
        return value
    raise _Unusable("skal være true eller false")


def _whole(least: int, most: int | None = None) -> _Reader:
    bounds = f"på mindst {least}" if most is None else f"fra {least} til {most}"

    def read(value: JsonValue) -> int:
        # type() and not isinstance(): to Python true is a whole number too.
        if type(value) is int and value >= least and (most is None or value <= most):
            return value
        raise _Unusable(f"skal være et helt tal {bounds}")

    return read


def _number(least: int, most: int | None = None) -> _Reader:
    bounds = f"på mindst {least}" if most is None else f"fra {least} til {most}"

    def read(value: JsonValue) -> Decimal:
        number = Decimal(value) if type(value) is int else value
        if isinstance(number, Decimal) and number >= least and (most is None or number <= most):
            return number
        raise _Unusable(f"skal være et tal {bounds}")

    return read


def _or_null(read: _Reader) -> _Reader:
    def read_or_null(value: JsonValue) -> Any:
        if value is None:
            return None
        try:
            return read(value)
        except _Unusable as error:
            raise _Unusable(f"{error} eller null") from error

    return read_or_null


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _Unusable("skal være tekst")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _Unusable("skal være tekst uden halve tegn")
    return value


def _reason(value: JsonValue) -> str | None:
    text = _text(value)
    return None if is_blank(text) else text


def _id(value: JsonValue) -> str:
    text = _text(value)
    if is_blank(text):
        raise _Unusable("skal være tekst, der ikke er tom")
    return text


_CALL: Final = {"per_project_cap": _Key(_whole(0), 3_000_000)}
_FUND: Final = {
    "free_capital": _Key(_whole(0), 21_000_000),
    "outcome_fund_balance": _Key(_whole(0), 1_000_000),
    "donation_pool_left": _Key(_whole(0), 200_000),
}
_SCORES: Final = {dimension.value: _Key(_or_null(_whole(LOWEST_LEVEL, HIGHEST_LEVEL)), None) for dimension in Dimension}
_FACTS: Final = {
    "eligible": _Key(_truth, True),
    "stop": _Key(_truth, False),
    "hearing_open": _Key(_truth, False),
    "payback_months": _Key(_or_null(_number(0)), None),
    "department_funds_itself": _Key(_truth, False),
    "participants": _Key(_whole(1)),
    "small_group_reason": _Key(_or_null(_reason), None),
    "payers_confirmed": _Key(_truth, True),
    "legal_checked": _Key(_truth, True),
    "risk_assessed": _Key(_truth, True),
    "outcome_fund_share": _Key(_number(0, 100), Decimal(0)),
    "amount": _Key(_whole(1)),
    "municipal": _Key(_truth, False),
    "small_organisation": _Key(_truth, True),
    "small_organisation_waiver": _Key(_or_null(_reason), None),
    "innovative": _Key(_truth, False),
    "innovative_waiver": _Key(_or_null(_reason), None),
    "needs_fund": _Key(_truth, False),
    "assessment_written": _Key(_truth, True),
    "learning_purpose": _Key(_truth, False),
    "lead_department_asked": _Key(_truth, True),
}
_PROPOSAL: Final = {"id": _Key(_id), **_FACTS}
_EMPTY: Final = JsonObject({}, ())


def _document(document: JsonValue, faults: list[str]) -> PolicyInput | None:
    if not isinstance(document, JsonObject):
        faults.append("Filen skal være et JSON-objekt med nøglen proposals.")
        return None
    parts = document.values
    _check_keys(document, ("call", "fund", "proposals"), "", faults)
    call = _read_keys(_part(parts, "call", "call", faults), _CALL, "call", faults)
    fund = _read_keys(_part(parts, "fund", "fund", faults), _FUND, "fund", faults)
    proposals = _proposals(parts, faults)
    if faults:
        return None
    return PolicyInput(CallLimits(**call), FundFigures(**fund), proposals)


def _part(values: Mapping[str, JsonValue], key: str, where: str, faults: list[str]) -> JsonObject:
    """The object under a key; an empty one where the key is missing or what stands there is a fault."""
    found = values.get(key, _EMPTY)
    if isinstance(found, JsonObject):
        return found
    faults.append(f"{where}: skal være et objekt, men er {_quoted(found)}.")
    return _EMPTY


def _proposals(parts: Mapping[str, JsonValue], faults: list[str]) -> tuple[NamedProposal, ...]:
    if "proposals" not in parts:
        faults.append("proposals: mangler. Skriv mindst et forslag.")
        return ()
    entries = parts["proposals"]
    if not isinstance(entries, list) or not entries:
        faults.append(f"proposals: skal være en liste med mindst et forslag, men er {_quoted(entries)}.")
        return ()
    first_with_id = dict[str, int]()
    found = [_proposal(entry, place, first_with_id, faults) for place, entry in enumerate(entries, start=1)]
    return tuple(proposal for proposal in found if proposal is not None)


def _proposal(entry: JsonValue, place: int, first_with_id: dict[str, int], faults: list[str]) -> NamedProposal | None:
    """One proposal, or None where it has a fault; `first_with_id` remembers the place of every id."""
    if not isinstance(entry, JsonObject):
        faults.append(f"Forslag {place}: skal være et objekt, men er {_quoted(entry)}.")
        return None
    before = len(faults)
    where = _named(place, entry.values.get("id"))
    _check_keys(entry, (*_PROPOSAL, "scores"), where, faults)
    read = _read_values(entry, _PROPOSAL, where, faults)
    scores = _read_keys(_part(entry.values, "scores", f"{where}, scores", faults), _SCORES, f"{where}, scores", faults)
    id_ = read.pop("id", None)
    if id_ is not None and first_with_id.setdefault(id_, place) != place:
        faults.append(f"{where}, id: er allerede brugt i forslag {first_with_id[id_]}.")
    if len(faults) > before:
        return None
    by_dimension = {dimension: scores[dimension.value] for dimension in Dimension}
    return NamedProposal(id_, ProposalFacts(scores=by_dimension, **read))


def _read_keys(found: JsonObject, keys: Mapping[str, _Key], where: str, faults: list[str]) -> dict[str, Any]:
    _check_keys(found, tuple(keys), where, faults)
    return _read_values(found, keys, where, faults)


def _check_keys(found: JsonObject, known: tuple[str, ...], where: str, faults: list[str]) -> None:
    prefix = f"{where}, " if where else ""
    faults += [f"{prefix}{_shown(key)}: står der mere end en gang." for key in found.repeated]
    faults += [f"{prefix}{_shown(key)}: kendes ikke." for key in found.values if key not in known]


def _read_values(found: JsonObject, keys: Mapping[str, _Key], where: str, faults: list[str]) -> dict[str, Any]:
    """The values of the known keys; what has a fault is left out, since the file is refused anyway."""
    read = dict[str, Any]()
    for name, key in keys.items():
        if name not in found.values:
            if key.default is _REQUIRED:
                faults.append(f"{where}, {name}: mangler.")
            read[name] = key.default
            continue
        try:
            read[name] = key.read(found.values[name])
        except _Unusable as error:
            faults.append(f"{where}, {name}: {error}, men er {_quoted(found.values[name])}.")
    return read


def _named(place: int, id_: JsonValue) -> str:
    return f"Forslag {place} ({_shown(id_)})" if isinstance(id_, str) and id_ else f"Forslag {place}"


def _quoted(value: JsonValue) -> str:
    """The value as it stood in the file, on one line and cut where it is long."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, str):
        return f'"{_shown(value)}"'
    if isinstance(value, NoNumber):
        return _cut(value.written) + (" (for mange cifre)" if len(value.written) > LONGEST_NUMBER else "")
    if isinstance(value, JsonObject):
        return "et objekt"
    if isinstance(value, list):
        return "en liste" if value else "en tom liste"
    # Python refuses to write thousands of digits of an int, but not of a Decimal.
    return _cut(str(Decimal(value)))


def _shown(text: str) -> str:
    """Text on one line: whatever a terminal cannot print, a line break too, is written as an escape."""
    printable = (
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text[: _LONGEST_QUOTE + 1]
    )
    return _cut("".join(printable))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
