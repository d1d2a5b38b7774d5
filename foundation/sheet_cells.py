"""What is a cell of a spreadsheet, and a row of cells, once they have been read?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` as a Dane would type it, and `fault`, a Danish sentence, where there is nothing to take."""

    text: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with something in it; `number` is the one that Excel shows."""

    number: int
    cells: tuple[Cell, ...]


def column_letters(position: int) -> str:
    """The letters of a column, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
