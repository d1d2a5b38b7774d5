"""How is what a memo said kept, so that the same paper can be made again years later?

As plain JSON with the number of its format. Content must hold exactly the fields of its format, so that no text can be
missing in silence: a new field of `DecisionMemoFacts` gets a new number, and what it is in older content (`_ADDED_IN`).
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from exports.memo_content import DecisionMemoFacts
from exports.memo_layout import MemoFault
from foundation.text import clean_prose

FORMAT: Final = 2
_ADDED_IN: Final[dict[int, dict[str, Any]]] = {2: {"business_case": None, "stability": []}}
"""By format: the fields that it was the first to hold, with what they are in a memo of before."""


def to_content(facts: DecisionMemoFacts) -> dict[str, Any]:
    """What `from_content` reads. Texts are kept as they are printed, without what no database can hold."""
    return {"format": FORMAT, "facts": _plain(facts)}


def from_content(content: dict[str, Any]) -> DecisionMemoFacts:
    """The facts as they were kept. Raises MemoFault for content of another format, or with more or less than it has."""
    if content.keys() != {"format", "facts"} or not _is_known(content["format"]):
        raise MemoFault("Den klarmeldte indstilling er gemt i et format, der ikke kan læses. Kontakt support.")
    facts: DecisionMemoFacts = _record(DecisionMemoFacts, _brought_up(content), "indstillingen")
    return facts


def _is_known(number: object) -> bool:
    return type(number) is int and 1 <= number <= FORMAT


def _brought_up(content: dict[str, Any]) -> Any:
    """The kept fields with those that later formats have; a field of a later format in an earlier one is a fault."""
    kept = content["facts"]
    if not isinstance(kept, dict):
        return kept
    later = [fields_of for number, fields_of in _ADDED_IN.items() if number > content["format"]]
    if any(name in kept for added in later for name in added):
        raise _unreadable("indstillingen")
    return {name: value for added in later for name, value in added.items()} | kept


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return clean_prose(value) if isinstance(value, str) else value


def _record(kind: Any, value: Any, where: str) -> Any:
    hints = _hints(kind)
    if not isinstance(value, dict) or value.keys() != hints.keys():
        raise _unreadable(where)
    return kind(**{name: _read(hint, value[name], name) for name, hint in hints.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any, where: str) -> Any:
    if is_dataclass(kind):
        return _record(kind, value, where)
    if get_origin(kind) is UnionType:
        return None if value is None else _read(get_args(kind)[0], value, where)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one, where) for one in _typed(list, value, where))
    if kind is date:
        return _day(_typed(str, value, where), where)
    return _typed(kind, value, where)


def _typed(kind: type, value: Any, where: str) -> Any:
    """The value itself, when it is of the very type: a yes is no number."""
    if type(value) is not kind:
        raise _unreadable(where)
    return value


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise _unreadable(where) from fault


def _unreadable(where: str) -> MemoFault:
    return MemoFault(f"Den klarmeldte indstilling kan ikke læses: ”{where}” er ikke som gemt. Kontakt support.")
