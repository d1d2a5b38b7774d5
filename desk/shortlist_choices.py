"""Where do people put the proposals of a ranking: read from an address, written to one, and handed over to be saved?"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from desk.ranking import CallRanking, RankingRow
from desk.shortlist_forms import reason_field
from portfolio.rules.shortlist_lines import ShortlistLine
from scoring.rules.ranking import Standing
from scoring.rules.shortlist import (
    AHEAD_OF_MORE,
    AHEAD_OF_ONE,
    EXCEEDED,
    OVER_CAP,
    OVER_CAPS,
    WITHIN,
    Shortlist,
    ShortlistRow,
    shortlist,
)

LETTERS: Final = {"i": Standing.RECOMMENDED, "r": Standing.RESERVE, "n": Standing.NOT_RECOMMENDED}
"""Short, since an address holds a choice for every proposal of a call."""
LETTER_OF: Final = {standing: letter for letter, standing in LETTERS.items()}

SCRIPT_WORDS: Final = {
    "within": WITHIN,
    "over-cap": OVER_CAP,
    "over-caps": OVER_CAPS,
    "ahead-of-one": AHEAD_OF_ONE,
    "ahead-of-more": AHEAD_OF_MORE,
    **{f"exceeded-{name.value.replace('_', '-')}": words for name, words in EXCEEDED.items()},
}
"""What the page's script says when it counts, in the rule's own words; {} is where the figures go."""


def field_of(reference: str) -> str:
    """The name of a proposal's choice in an address: its running number in the call, "v007"."""
    return f"v{reference.rpartition('-')[2]}"


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """A line of the page with where people put it; `field` names the choice, `letter` is its value in an address."""

    row: RankingRow
    placed: ShortlistRow

    @property
    def field(self) -> str:
        return field_of(self.placed.ranked.entrant.reference)

    @property
    def letter(self) -> str:
        return LETTER_OF[self.placed.chosen]

    @property
    def rule_letter(self) -> str:
        return LETTER_OF[self.placed.ranked.standing]

    def line(self, reasons: Mapping[str, str] = MappingProxyType({})) -> ShortlistLine:
        """What is saved of it; `reasons` are by the name of the field that asks for each."""
        ranked, asked = self.placed.ranked, reason_field(self.field)
        return ShortlistLine(
            proposal_id=self.row.proposal_id,
            track=ranked.entrant.track,
            place=ranked.place,
            shares_place=ranked.shares_place,
            amount_ore=ranked.entrant.amount_ore,
            outcome_ore=ranked.entrant.outcome_ore,
            by_rule=ranked.standing,
            chosen=self.placed.chosen,
            reason=reasons.get(asked, ""),
            field=asked if self.placed.is_moved else "",
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """Both lists of a call as the address asks for them, with what they take of each limit."""

    investments: list[ChosenRow]
    donations: list[ChosenRow]
    sums: Shortlist

    @property
    def rows(self) -> list[ChosenRow]:
        return [*self.investments, *self.donations]

    @property
    def moved(self) -> list[ChosenRow]:
        return [one for one in self.rows if one.placed.is_moved]

    @property
    def parts(self) -> dict[str, Any]:
        """The shortest address of the same view: what was moved, and nothing else."""
        return {one.field: one.letter for one in self.moved}

    def lines(self, reasons: Mapping[str, str]) -> list[ShortlistLine]:
        """Every case with what was written of it."""
        return [one.line(reasons) for one in self.rows]

    @property
    def mark(self) -> str:
        """Marks what the page showed: another one means that a case or the room has changed since."""
        shown = [repr((one.line(), one.placed.ranked.entrant.reference)) for one in self.rows]
        limits = [repr(limit) for limit in self.sums.limits]
        return hashlib.sha256("\n".join([*shown, *limits]).encode()).hexdigest()


def choices(ranking: CallRanking, asked: Mapping[str, str]) -> Choices:
    """The lists with the choices of an address; what names no proposal and no choice is left out."""
    wanted = {
        row.ranked.entrant.reference: LETTERS[letter]
        for row in ranking.funded
        if (letter := asked.get(field_of(row.ranked.entrant.reference), "")) in LETTERS
    }
    investments, donations = ([row.ranked for row in rows] for rows in (ranking.investments, ranking.donations))
    sums = shortlist(investments, donations, ranking.room, wanted)
    return Choices(_paired(ranking.investments, sums.investments), _paired(ranking.donations, sums.donations), sums)


def _paired(rows: Iterable[RankingRow], placed: Iterable[ShortlistRow]) -> list[ChosenRow]:
    return [ChosenRow(row, one) for row, one in zip(rows, placed, strict=True)]
