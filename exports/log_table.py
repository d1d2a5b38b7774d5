"""How does the log look as a table that a spreadsheet opens, without a text in it that the spreadsheet would run?"""

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from io import StringIO
from typing import Final

HEADINGS: Final = (
    *("Nummer", "Tidspunkt", "Person", "Rolle"),
    *("Hændelse", "Kode", "Handler om", "Navn eller sag", "Oplysninger"),
)
_STARTS: Final = frozenset("=+-@|%＝＋－＠\t\r\n")
"""What a spreadsheet may take as the beginning of a formula or of a call to another program (reliability B22)."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One act: its number and moment as ISO text with the hour in Copenhagen, who, what, about what, and its facts."""

    number: int
    at: str
    who: str
    role: str
    what: str
    code: str
    about: str
    name: str
    facts: str


def render(lines: Iterable[LogLine]) -> bytes:
    """CSV as Danish Excel reads it: semicolons, and a mark in front that says UTF-8."""
    table = StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(HEADINGS)
    writer.writerows([number, *map(safe_cell, texts)] for number, *texts in map(astuple, lines))
    return table.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """The text with an apostrophe in front where it could be run; a space in front of it protects nobody."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain[:1] in _STARTS or plain.lstrip()[:1] in _STARTS else plain
