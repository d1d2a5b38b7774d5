"""What stands in a JSON text, exactly as written: decimals, repeated keys and all?

The standard reader keeps the last of two equal keys, takes NaN, turns decimals into floats and stumbles over
long numbers. Here each of these is kept as it is, so that whoever knows the format can name it as a fault.
"""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

LONGEST_NUMBER: Final = 20_000
"""Characters of one number. Far beyond any use; above it a number costs more time than a file is worth."""


class NotJson(ValueError):
    """The text is no JSON. The message is Danish, one line, and says what to do."""


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object with its last value per key, and the keys that stood there more than once."""

    values: dict[str, "JsonValue"]
    repeated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoNumber:
    """NaN, Infinity, or a number too long or too far out to be calculated with; `written` as in the text."""

    written: str


JsonValue = JsonObject | NoNumber | list["JsonValue"] | str | int | Decimal | bool | None
"""Whole numbers are int, numbers with a point or an exponent Decimal: 3.0 is not 3."""


def read_json(text: str | bytes) -> JsonValue:
    """The value in a JSON text; bytes are UTF-8, with or without a byte order mark. Raises NotJson."""
    try:
        written = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise NotJson(
            f"Filen er ikke gyldig UTF-8 (byte {error.start + 1}). Gem den som UTF-8, og prøv igen."
        ) from error
    return _read(written.removeprefix("\ufeff"))


def _read(text: str) -> JsonValue:
    if not text.strip():
        raise NotJson("Filen er tom. Skriv et JSON-objekt.")
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_float=_decimal,
            parse_constant=NoNumber,
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"Filen er ikke gyldig JSON: se linje {error.lineno}, tegn {error.colno}.") from error
    except RecursionError as error:
        raise NotJson("Filen har for mange niveauer inden i hinanden.") from error
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    values = dict(pairs)
    if len(values) == len(pairs):
        return JsonObject(values, ())
    seen, repeated = set[str](), dict[str, None]()
    for key, _ in pairs:
        if key in seen:
            repeated[key] = None
        seen.add(key)
    return JsonObject(values, tuple(repeated))


def _whole_number(written: str) -> int | NoNumber:
    number = _decimal(written)
    # By way of Decimal, since Python refuses to read thousands of digits into an int directly.
    return number if isinstance(number, NoNumber) else int(number)


def _decimal(written: str) -> Decimal | NoNumber:
    if len(written) > LONGEST_NUMBER:
        return NoNumber(written)
    try:
        return Decimal(written)
    except InvalidOperation:
        return NoNumber(written)
