"""What follows when people move proposals over the line of the ranking: how much is given, and what is exceeded?

The ranking says where each proposal stands by SORT13 and MON6; people may choose otherwise, and the reason is theirs to
write. Nothing is given here: a shortlist is what the secretariat would recommend (docs/decisions/0014).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from foundation.money import format_kroner, format_number
from scoring.rules.ranking import INVESTMENTS, Ranked, Room, Standing


class LimitName(StrEnum):
    """What a shortlist must keep within, beside the cap of each proposal."""

    FRAME = "frame"
    PROJECTS = "projects"
    FREE_CAPITAL = "free_capital"
    OUTCOME_FUND = "outcome_fund"
    DONATION_POOL = "donation_pool"


EXCEEDED: Final = {
    LimitName.FRAME: "Det indstillede er {} over det, der er tilbage af callets ramme.",
    LimitName.PROJECTS: "Antallet af sociale investeringer er {} over callets pladser.",
    LimitName.FREE_CAPITAL: "Det indstillede er {} over fondens frie kapital.",
    LimitName.OUTCOME_FUND: "Resultatbetalingspuljen skal betale {} mere, end der er i den.",
    LimitName.DONATION_POOL: "Donationerne er {} over det, der er tilbage i årets donationspulje.",
}
OVER_CAP: Final = "Beløbet er {} over callets loft for et forslag."
AHEAD_OF_ONE: Final = "Står foran placering {}, som ikke indstilles."
AHEAD_OF_MORE: Final = "Står foran placering {} og {} mere, som ikke indstilles."
OVER_CAPS: Final = "{} forslag er over callets loft for et forslag."
WITHIN: Final = "Alt er inden for rammerne."


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of one limit the recommended take: øre, or for `PROJECTS` their number."""

    name: LimitName
    used: int
    room: int

    @property
    def over(self) -> int:
        return max(0, self.used - self.room)

    @property
    def left(self) -> int:
        return max(0, self.room - self.used)

    @property
    def exceeded(self) -> str:
        """By how much, in Danish; empty where the limit is kept."""
        if not self.over:
            return ""
        shown = format_number(self.over) if self.name is LimitName.PROJECTS else format_kroner(self.over)
        return EXCEEDED[self.name].format(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistRow:
    """A ranked proposal and where people put it.

    `total_ore` is the running total of the recommended in its list; `ahead_of` the best place that it stands before and
    that is not recommended, 0 for none, and `others_ahead_of` how many more there are. What the rule itself leaves out
    counts for nobody who stands where the rule put them.
    """

    ranked: Ranked
    chosen: Standing
    total_ore: int
    over_cap_ore: int
    ahead_of: int
    others_ahead_of: int

    @property
    def is_moved(self) -> bool:
        return self.chosen is not self.ranked.standing

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be seen about a recommended one, in Danish."""
        found = []
        if self.over_cap_ore:
            found.append(OVER_CAP.format(format_kroner(self.over_cap_ore)))
        if self.others_ahead_of:
            found.append(AHEAD_OF_MORE.format(format_number(self.ahead_of), format_number(self.others_ahead_of)))
        elif self.ahead_of:
            found.append(AHEAD_OF_ONE.format(format_number(self.ahead_of)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Both lists with people's choices, and what they take of each limit."""

    investments: tuple[ShortlistRow, ...]
    donations: tuple[ShortlistRow, ...]
    limits: tuple[Limit, ...]

    @property
    def rows(self) -> tuple[ShortlistRow, ...]:
        return (*self.investments, *self.donations)

    @property
    def recommended_ore(self) -> int:
        return self.limits[0].used

    @property
    def moved(self) -> tuple[ShortlistRow, ...]:
        """Those that do not stand where the rule put them: each needs a reason."""
        return tuple(row for row in self.rows if row.is_moved)

    @property
    def exceeded(self) -> tuple[str, ...]:
        """Every limit that is not kept, in Danish, the proposals over their own cap last."""
        caps = sum(row.over_cap_ore > 0 for row in self.rows)
        return (
            *(limit.exceeded for limit in self.limits if limit.exceeded),
            *([OVER_CAPS.format(format_number(caps))] if caps else []),
        )

    @property
    def verdict(self) -> str:
        """Everything in one text."""
        return " ".join(self.exceeded) or WITHIN


def shortlist(
    investments: Sequence[Ranked], donations: Sequence[Ranked], room: Room, choices: Mapping[str, Standing]
) -> Shortlist:
    """The two lists of a ranking, each proposal where `choices` (by reference) or else the rule puts it."""
    lists = [tuple(_rows(rows, room.per_project_cap_ore, choices)) for rows in (investments, donations)]
    return Shortlist(lists[0], lists[1], _limits([*lists[0], *lists[1]], room))


def _rows(rows: Sequence[Ranked], cap_ore: int, choices: Mapping[str, Standing]) -> Iterator[ShortlistRow]:
    total, passed = 0, _Passed()
    for ranked in rows:
        entrant = ranked.entrant
        chosen = choices.get(entrant.reference, ranked.standing)
        ahead: list[int] = []
        if chosen is Standing.RECOMMENDED:
            total += entrant.amount_ore
            ahead = passed.before(ranked)
        else:
            passed.add(ranked)
        over = entrant.amount_ore - cap_ore if chosen is Standing.RECOMMENDED else 0
        yield ShortlistRow(
            ranked=ranked,
            chosen=chosen,
            total_ore=total,
            over_cap_ore=max(0, over),
            ahead_of=ahead[0] if ahead else 0,
            others_ahead_of=max(0, len(ahead) - 1),
        )


class _Passed:
    """The places so far that are not recommended: those that people took away, and those that the rule left out."""

    def __init__(self) -> None:
        self._taken_away: list[int] = []
        self._all: list[int] = []

    def add(self, ranked: Ranked) -> None:
        self._all.append(ranked.place)
        if ranked.standing is Standing.RECOMMENDED:
            self._taken_away.append(ranked.place)

    def before(self, ranked: Ranked) -> list[int]:
        """The better places that this one passes, against the rule."""
        seen = self._taken_away if ranked.standing is Standing.RECOMMENDED else self._all
        return [place for place in seen if place < ranked.place]


def _limits(rows: Sequence[ShortlistRow], room: Room) -> tuple[Limit, ...]:
    given = [row.ranked.entrant for row in rows if row.chosen is Standing.RECOMMENDED]
    amount = sum(one.amount_ore for one in given)
    investments = sum(one.track in INVESTMENTS for one in given)
    donated = sum(one.amount_ore for one in given if one.track not in INVESTMENTS)
    return (
        Limit(LimitName.FRAME, amount, room.frame_ore),
        Limit(LimitName.PROJECTS, investments, room.projects),
        Limit(LimitName.FREE_CAPITAL, amount, room.free_capital_ore),
        Limit(LimitName.OUTCOME_FUND, sum(one.outcome_ore for one in given), room.outcome_fund_ore),
        Limit(LimitName.DONATION_POOL, donated, room.donation_pool_ore),
    )
