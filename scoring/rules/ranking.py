"""In which order do the sorted proposals of a call stand, and for how many of them is there room?

The order is SORT13 of domain.md: maturity, then need and evidence together, then citizens per krone; equal ones share
a place, and the council decides. Room is held against the call's frame and number (MON6), the fund's free capital, the
outcome fund and the year's donation pool (MON2).

Nothing is skipped: from the first that finds no room, all that stand behind it are reserves, also one that is small
enough. To take a lower place before a higher one is for people to decide, and the page says which ones would fit.
What would find no room even alone, with nothing given yet, takes nobody's place and stops nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Final

from foundation.money import format_kroner, format_number
from intake.rules.track import Track

INVESTMENTS: Final = frozenset({Track.SOCIAL_INVESTMENT, Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND})
"""They share the call's frame and number, so they stand in one order."""


class Standing(StrEnum):
    """What the order and the money say of a proposal; a recommendation, never a decision."""

    RECOMMENDED = "recommended"
    RESERVE = "reserve"
    NOT_RECOMMENDED = "not_recommended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """What the ranking must know of one sorted proposal.

    `maturity_e4` is the maturity times 10.000, `need_and_evidence` DIM2 plus DIM4; both None where nobody has scored.
    `outcome_ore` is the part of the amount that the outcome fund pays.
    """

    reference: str
    track: Track
    maturity_e4: int | None
    need_and_evidence: int | None
    participants: int
    amount_ore: int
    outcome_ore: int = 0

    @property
    def citizens_per_krone(self) -> Fraction:
        """How many citizens a krone reaches; 0 where no amount is known."""
        return Fraction(100 * self.participants, self.amount_ore) if self.amount_ore > 0 else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What there is to give, in øre, what of it is still left, and how many projects the call can take."""

    frame_ore: int
    per_project_cap_ore: int
    projects: int
    free_capital_ore: int
    outcome_fund_ore: int
    donation_pool_ore: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A proposal with its place. `total_ore` is the running total of the recommended, with this one if it is one.

    `why` says in Danish what stops it, or is empty; `shares_place` that another stands on the same place.
    """

    entrant: Entrant
    place: int
    shares_place: bool
    standing: Standing
    total_ore: int
    why: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of a call: investments first, since the frame and the number are made for them, then donations.

    `others` holds the other tracks, none of which gets money now, in the order of the tracks.
    """

    investments: tuple[Ranked, ...]
    donations: tuple[Ranked, ...]
    others: tuple[Ranked, ...]


def rank(entrants: Sequence[Entrant], room: Room) -> Ranking:
    """The order within each kind, and who finds room; donations take of frame and capital what investments leave."""
    purse = _Purse(room)
    investments = tuple(_placed([one for one in entrants if one.track in INVESTMENTS], purse))
    donations = tuple(_placed([one for one in entrants if one.track is Track.DONATION], purse))
    funded = {*INVESTMENTS, Track.DONATION}
    others = [track for track in Track if track not in funded]
    return Ranking(
        investments,
        donations,
        tuple(row for track in others for row in _turned_down([one for one in entrants if one.track is track])),
    )


def _key(entrant: Entrant) -> tuple[int, int, Fraction]:
    """SORT13, the best the largest; what nobody has scored comes last."""
    maturity = -1 if entrant.maturity_e4 is None else entrant.maturity_e4
    strength = -1 if entrant.need_and_evidence is None else entrant.need_and_evidence
    return maturity, strength, entrant.citizens_per_krone


def _by_place(entrants: Sequence[Entrant]) -> Iterator[tuple[int, list[Entrant]]]:
    """The places from 1, each with all that share it; after two on place 1 comes place 3."""
    place = 1
    ordered = sorted(sorted(entrants, key=lambda one: one.reference), key=_key, reverse=True)
    for _, equal in groupby(ordered, key=_key):
        group = list(equal)
        yield place, group
        place += len(group)


def _turned_down(entrants: Sequence[Entrant]) -> Iterator[Ranked]:
    for place, group in _by_place(entrants):
        for one in group:
            yield Ranked(one, place, len(group) > 1, Standing.NOT_RECOMMENDED, 0, "")


class _Purse:
    """What is left of the room while it is given away."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._frame, self._projects, self._capital = room.frame_ore, room.projects, room.free_capital_ore
        self._outcome, self._pool = room.outcome_fund_ore, room.donation_pool_ore

    def obstacle(self, group: Sequence[Entrant]) -> str:
        """The first limit that these together do not keep, in Danish; empty where there is room for all of them."""
        return next(self._obstacles(group), "") if group else ""

    def _obstacles(self, group: Sequence[Entrant]) -> Iterator[str]:
        amount = sum(one.amount_ore for one in group)
        investments = sum(one.track in INVESTMENTS for one in group)
        donated = sum(one.amount_ore for one in group if one.track is Track.DONATION)
        outcome = sum(one.outcome_ore for one in group)
        if any(one.amount_ore > self._room.per_project_cap_ore for one in group):
            yield f"Callet giver højst {format_kroner(self._room.per_project_cap_ore)} til et forslag."
        if investments > self._projects:
            yield _places_left(self._projects)
        if amount > self._frame:
            yield f"Der er {_left(self._frame)} tilbage af callets ramme."
        if donated > self._pool:
            yield f"Der er {_left(self._pool)} tilbage i årets donationspulje."
        if amount > self._capital:
            yield f"Der er {_left(self._capital)} tilbage af fondens frie kapital."
        if outcome > self._outcome:
            yield f"Der er {_left(self._outcome)} tilbage i resultatbetalingspuljen."

    def never(self, one: Entrant) -> str:
        """The limit that this one does not keep even where nothing is given yet; empty where it could find room."""
        fresh = _Purse(replace(self._room, projects=max(1, self._room.projects)))
        return fresh.obstacle([one])

    def take(self, one: Entrant) -> None:
        self._frame -= one.amount_ore
        self._capital -= one.amount_ore
        self._outcome -= one.outcome_ore
        if one.track is Track.DONATION:
            self._pool -= one.amount_ore
        else:
            self._projects -= 1


def _left(ore: int) -> str:
    """Never less than nothing: more may be promised already than there was."""
    return format_kroner(max(0, ore))


def _places_left(left: int) -> str:
    if left <= 0:
        return "Alle callets pladser til sociale investeringer er brugt."
    places = "1 plads" if left == 1 else f"{format_number(left)} pladser"
    return f"Der er kun {places} tilbage til sociale investeringer i callet."


def _placed(entrants: Sequence[Entrant], purse: _Purse) -> Iterator[Ranked]:
    total, stopped_at = 0, 0
    for place, group in _by_place(entrants):
        shares, never = len(group) > 1, {one.reference: purse.never(one) for one in group}
        obstacle = purse.obstacle([one for one in group if not never[one.reference]])
        stopped_at = stopped_at or (place if obstacle else 0)
        for one in group:
            if why := never[one.reference]:
                yield Ranked(one, place, shares, Standing.RESERVE, total, why)
            elif stopped_at:
                why = _reserve_reason(purse.obstacle([one]), obstacle, place=place, stopped_at=stopped_at)
                yield Ranked(one, place, shares, Standing.RESERVE, total, why)
            else:
                purse.take(one)
                total += one.amount_ore
                yield Ranked(one, place, shares, Standing.RECOMMENDED, total, "")


def _reserve_reason(own: str, together: str, *, place: int, stopped_at: int) -> str:
    """Its own obstacle first; then that of those who share the place; then who stands before it."""
    if own:
        return own
    if place == stopped_at:
        return f"Flere står lige på denne placering, og der er ikke plads til dem alle. {together} Rådet afgør."
    return f"Der er plads til beløbet, men det står efter placering {stopped_at}, som der ikke er plads til."
