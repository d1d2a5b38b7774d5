"""How does the address of a page say where in a long list it begins?"""

from datetime import datetime
from uuid import UUID

from foundation.clock import in_utc

_BETWEEN = "~"


def written(at: datetime, key: UUID | int) -> str:
    """The last row that was shown, as it stands in the address of the next page."""
    return f"{in_utc(at).isoformat()}{_BETWEEN}{key}"


def place_by_key(text: str) -> tuple[datetime, UUID] | None:
    """None for anything that `written` does not write: then the list begins at its top."""
    moment, _, key = text.partition(_BETWEEN)
    try:
        return _moment(moment), UUID(key)
    except (ValueError, OverflowError):
        return None


def place_by_number(text: str) -> tuple[datetime, int] | None:
    """The same for rows that are numbered."""
    moment, _, number = text.partition(_BETWEEN)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    try:
        return _moment(moment), int(number)
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return in_utc(found)
