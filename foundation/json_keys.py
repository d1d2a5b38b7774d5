"""How is an object of a JSON file read key by key, so that every fault in it is named in one Danish line?

A format is a mapping from key to `Key`. Whoever knows it says where the object stands; unknown, repeated and missing
keys and values out of range are collected, never raised, since a person mends a file in one go. Sources: contract 2, 4
and 5.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from foundation.strict_json import LONGEST_NUMBER, JsonObject, JsonValue, NoNumber
from foundation.text import is_blank

_LONGEST_QUOTE: Final = 60


class Unusable(ValueError):
    """A value breaks its rule; the text says what should stand there."""


Reader = Callable[[JsonValue], Any]


class _Required:
    """Stands where a key has no value of its own and must be there."""


_REQUIRED: Final = _Required()


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an object: how its value is read, and what it is when the key is missing."""

    read: Reader
    default: object = _REQUIRED


def truth(value: JsonValue) -> bool:
    """true or false, and nothing that only looks like it."""
    if isinstance(value, bool):
        return value
    raise Unusable("skal være true eller false")


def whole(least: int, most: int | None = None) -> Reader:
    """A whole number within the bounds, both included; 3.0 is none."""
    bounds = f"på mindst {least}" if most is None else f"fra {least} til {most}"

    def read(value: JsonValue) -> int:
        # type() and not isinstance(): to Python true is a whole number too.
        if type(value) is int and value >= least and (most is None or value <= most):
            return value
        raise Unusable(f"skal være et helt tal {bounds}")

    return read


def number(least: int, most: int | None = None) -> Reader:
    """A number within the bounds, both included, as the decimals that were written."""
    bounds = f"på mindst {least}" if most is None else f"fra {least} til {most}"

    def read(value: JsonValue) -> Decimal:
        found = Decimal(value) if type(value) is int else value
        if isinstance(found, Decimal) and found >= least and (most is None or found <= most):
            return found
        raise Unusable(f"skal være et tal {bounds}")

    return read


def or_null(read: Reader) -> Reader:
    """The same, or null."""

    def read_or_null(value: JsonValue) -> Any:
        if value is None:
            return None
        try:
            return read(value)
        except Unusable as error:
            raise Unusable(f"{error} eller null") from error

    return read_or_null


def plain_text(value: JsonValue) -> str:
    """Text of whole characters, which may be empty."""
    if not isinstance(value, str):
        raise Unusable("skal være tekst")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Unusable("skal være tekst uden halve tegn")
    return value


def reason(value: JsonValue) -> str | None:
    """Text, where blanks alone are no reason: None."""
    text = plain_text(value)
    return None if is_blank(text) else text


def filled_text(value: JsonValue) -> str:
    """Text that is more than blanks."""
    text = plain_text(value)
    if is_blank(text):
        raise Unusable("skal være tekst, der ikke er tom")
    return text


def read_keys(found: JsonObject, keys: Mapping[str, Key], where: str, faults: list[str]) -> dict[str, Any]:
    """The values of an object that may hold these keys alone; every fault is added to `faults`."""
    check_keys(found, tuple(keys), where, faults)
    return read_values(found, keys, where, faults)


def check_keys(found: JsonObject, known: tuple[str, ...], where: str, faults: list[str]) -> None:
    """Add a fault for each key that stands twice and each that nobody knows."""
    faults += [f"{_place(where, shown(key))}: står der mere end en gang." for key in found.repeated]
    faults += [f"{_place(where, shown(key))}: kendes ikke." for key in found.values if key not in known]


def read_values(found: JsonObject, keys: Mapping[str, Key], where: str, faults: list[str]) -> dict[str, Any]:
    """The values of the known keys; what has a fault is left out, since the file is refused anyway."""
    read = dict[str, Any]()
    for name, key in keys.items():
        if name not in found.values:
            if key.default is _REQUIRED:
                faults.append(f"{_place(where, name)}: mangler.")
            read[name] = key.default
            continue
        try:
            read[name] = key.read(found.values[name])
        except Unusable as error:
            faults.append(f"{_place(where, name)}: {error}, men er {quoted(found.values[name])}.")
    return read


def _place(where: str, key: str) -> str:
    return f"{where}, {key}" if where else key


def quoted(value: JsonValue) -> str:
    """The value as it stood in the file, on one line and cut where it is long."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, str):
        return f'"{shown(value)}"'
    if isinstance(value, NoNumber):
        return _cut(value.written) + (" (for mange cifre)" if len(value.written) > LONGEST_NUMBER else "")
    if isinstance(value, JsonObject):
        return "et objekt"
    if isinstance(value, list):
        return "en liste" if value else "en tom liste"
    # Python refuses to write thousands of digits of an int, but not of a Decimal.
    return _cut(str(Decimal(value)))


def shown(text: str) -> str:
    """Text on one line: whatever a terminal cannot print, a line break too, is written as an escape."""
    printable = (
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text[: _LONGEST_QUOTE + 1]
    )
    return _cut("".join(printable))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
