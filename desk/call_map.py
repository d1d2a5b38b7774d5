"""Where does each case of a call stand on the map of maturity against gain or price, and how large is its mark?

Whole numbers in the units of the drawing all through. A mark's area tells how many citizens, its shape and colour the
track; a label is left out where it would stand on another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import Final

from desk.comparison import SortedCase
from foundation.money import NO_BREAK_SPACE, format_number
from intake.rules.track import Track

WIDTH, HEIGHT = 940, 610
LEFT, RIGHT, TOP, BOTTOM = 120, 880, 60, 530
"""The largest mark at an edge of the grid still lies within the drawing."""
HIGHEST_E4: Final = 40_000
_STEPS: Final = 5
_SMALLEST_MARK: Final = 5
_LABEL_HEIGHT, _LETTER_WIDTH = 16, 9
_MILLION: Final = 1_000_000


class Measure(StrEnum):
    """What the map sets against maturity; the value stands in the address."""

    GAIN = "gain"
    PRICE = "price"


OUTLINES: Final[dict[Track, tuple[tuple[int, int], ...]]] = {
    Track.SOCIAL_INVESTMENT: (),
    Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND: ((0, -1253), (1253, 0), (0, 1253), (-1253, 0)),
    Track.DONATION: ((-886, -886), (886, -886), (886, 886), (-886, 886)),
    Track.MATURING_DIALOGUE: ((0, -1555), (1347, 778), (-1347, 778)),
    Track.REFUSED: ((0, 1555), (1347, -778), (-1347, -778)),
    Track.REFERRED_TO_DEPARTMENT: ((1100, 0), (550, 952), (-550, 952), (-1100, 0), (-550, -952), (550, -952)),
    Track.INELIGIBLE: (
        *((-450, -1098), (450, -1098), (450, -450), (1098, -450), (1098, 450), (450, 450)),
        *((450, 1098), (-450, 1098), (-450, 450), (-1098, 450), (-1098, -450), (-450, -450)),
    ),
    Track.UNDETERMINED: ((0, -1150), (1093, -355), (676, 930), (-676, 930), (-1093, -355)),
}
"""The corners of a mark with the area of a circle of radius 1000; without corners it is the circle."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One case on the map: where its middle is, how large it is, and where its label stands; no label without room."""

    case: SortedCase
    value: Fraction
    x: int
    y: int
    radius: int
    label: str
    label_x: int
    label_y: int
    has_label: bool

    @property
    def points(self) -> str:
        """The corners for a polygon; empty for a circle."""
        return outline(self.case.track, self.x, self.y, self.radius)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with what stands beside it."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class CallMap:
    """The drawing, largest marks first so that the small lie on top; `left_out` lack a figure that it needs."""

    measure: Measure
    marks: list[Mark]
    left_out: list[SortedCase]
    across: list[Tick]
    upwards: list[Tick]
    base_at: int
    tracks: list[Track]


def value_of(case: SortedCase, measure: Measure) -> Fraction | None:
    """Kroner of the measure; None where it is not known."""
    return case.npv if measure is Measure.GAIN else case.price_per_citizen


def outline(track: Track, x: int, y: int, radius: int) -> str:
    """The corners of a track's mark around a point."""
    return " ".join(f"{x + right * radius // 1000},{y + down * radius // 1000}" for right, down in OUTLINES[track])


def call_map(cases: Sequence[SortedCase], measure: Measure) -> CallMap:
    """The map of the cases that have both figures; a price of nought is none."""
    shown = [(one, value) for one in cases if (value := _shown_value(one, measure)) is not None]
    values = [value for _, value in shown]
    scale = _even_scale(values) if measure is Measure.GAIN else _tenfold_scale(values)
    placed = {one.reference for one, _ in shown}
    marks = _marks(shown, scale)
    return CallMap(
        measure=measure,
        marks=marks,
        left_out=[one for one in cases if one.reference not in placed],
        across=[Tick(_across(10_000 * level), str(level)) for level in range(HIGHEST_E4 // 10_000 + 1)],
        upwards=[Tick(scale.at(Fraction(value)), _kroner(value)) for value in scale.ticks],
        base_at=scale.at(Fraction(scale.base)),
        tracks=[track for track in Track if any(mark.case.track is track for mark in marks)],
    )


def _shown_value(case: SortedCase, measure: Measure) -> Fraction | None:
    value = value_of(case, measure)
    if case.maturity_e4 is None or (measure is Measure.PRICE and value == 0):
        return None
    return value


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a value stands upwards. `base` is the value of the thick line, `ticks` those of the grid."""

    low: int
    high: int
    base: int
    ticks: tuple[int, ...]
    is_tenfold: bool

    def at(self, value: Fraction) -> int:
        part = self._tenfold_part(value) if self.is_tenfold else (value - self.low) / (self.high - self.low)
        return BOTTOM - int((BOTTOM - TOP) * part)

    def _tenfold_part(self, value: Fraction) -> Fraction:
        low, high, here = (_tens(Fraction(one)) for one in (self.low, self.high, value))
        return (here - low) / (high - low)


def _tens(value: Fraction) -> Fraction:
    """How often ten is multiplied to reach the value."""
    return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).log10())


def _even_scale(values: Sequence[Fraction]) -> _Scale:
    """Lines at equal steps of round kroner, nought among them: a gain can be a loss."""
    least, most = min([Fraction(0), *values]), max([Fraction(0), *values])
    step = _round_step((most - least) / _STEPS)
    low, high = floor(least / step) * step, ceil(most / step) * step
    high = max(high, low + step)
    return _Scale(low, high, 0, tuple(range(low, high + 1, step)), is_tenfold=False)


def _tenfold_scale(values: Sequence[Fraction]) -> _Scale:
    """Each line is ten times the one before: a few high prices would press all others down upon the lowest line."""
    low = 1
    while values and 10 * low <= min(values):
        low *= 10
    ticks = [low, 10 * low]
    while values and ticks[-1] < max(values):
        ticks.append(10 * ticks[-1])
    return _Scale(low, ticks[-1], low, tuple(ticks), is_tenfold=True)


def _round_step(least: Fraction) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is at least as large."""
    ten = 1
    while 10 * ten < least:
        ten *= 10
    return next(ten * times for times in (1, 2, 5, 10) if ten * times >= least)


def _across(maturity_e4: int) -> int:
    return LEFT + (RIGHT - LEFT) * maturity_e4 // HIGHEST_E4


def _kroner(value: int) -> str:
    if value and value % (_MILLION // 10) == 0 and abs(value) >= _MILLION:
        return f"{format_number(Fraction(value, _MILLION))}{NO_BREAK_SPACE}mio.{NO_BREAK_SPACE}kr."
    return f"{format_number(value)}{NO_BREAK_SPACE}kr."


def _marks(shown: Sequence[tuple[SortedCase, Fraction]], scale: _Scale) -> list[Mark]:
    most = max((one.participants for one, _ in shown), default=0)
    largest = _largest_radius(len(shown))
    ordered = sorted(shown, key=lambda pair: (-pair[0].participants, pair[0].reference))
    labels = _Labels()
    return [
        _mark(one, value, scale.at(value), _radius(one.participants, most, largest), labels) for one, value in ordered
    ]


def _largest_radius(marks: int) -> int:
    """Fewer marks have room to be larger."""
    return 36 if marks <= 12 else 26 if marks <= 60 else 12


def _radius(participants: int, most: int, largest: int) -> int:
    """The root, so that the area and not the width tells the number."""
    return max(_SMALLEST_MARK, largest * isqrt(1_000_000 * participants // max(1, most)) // 1000)


def _mark(case: SortedCase, value: Fraction, y: int, radius: int, labels: "_Labels") -> Mark:
    x = _across(case.maturity_e4 or 0)
    label = case.reference.rpartition("-")[2]
    label_x, label_y = _label_place(x, y, radius, len(label) * _LETTER_WIDTH)
    has_label = labels.take(label_x, label_y, len(label) * _LETTER_WIDTH)
    return Mark(case, value, x, y, radius, label, label_x, label_y, has_label)


def _label_place(x: int, y: int, radius: int, width: int) -> tuple[int, int]:
    """To the right of the mark, or to its left where the drawing ends."""
    right = x + radius + 4
    return (right if right + width <= WIDTH else x - radius - 4 - width), y + 5


class _Labels:
    """The labels that stand already."""

    def __init__(self) -> None:
        self._taken: list[tuple[int, int, int]] = []

    def take(self, x: int, y: int, width: int) -> bool:
        """Whether there was room; then it is taken."""
        if any(self._meet((x, y, width), other) for other in self._taken):
            return False
        self._taken.append((x, y, width))
        return True

    @staticmethod
    def _meet(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
        apart = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
        return not apart and abs(one[1] - other[1]) < _LABEL_HEIGHT


def legend(tracks: Iterable[Track]) -> list[tuple[Track, str]]:
    """The marks of the tracks, in a drawing of 24 by 24."""
    return [(track, outline(track, 12, 12, 7)) for track in tracks]
