"""Which pictures show a business case and the maturity of a proposal, and what is said in words beside them?

The figures are those of the result, rounded to whole kroner; every bar carries its own number, so that a picture reads
in grey and on paper. The numbers stand in a table beside it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from foundation.drawings import DARK, INK, LIGHT, WIDTH, Drawing, vega_lite
from foundation.money import ORE_PER_KRONE, format_number
from scoring.rules.business_case import BusinessCaseResult, Driver, Sensitivity
from scoring.rules.business_case_sheet import whole_kroner
from scoring.rules.dimensions import HIGHEST_LEVEL, LOWEST_LEVEL
from scoring.rules.maturity import Scores
from scoring.rules.policies.policy import Policy

DRIVER_WORDS: Final[Mapping[StrEnum, str]] = {
    Driver.SUCCESS_SHARE: "Hvor mange der når målet",
    Driver.DEADWEIGHT: "Hvor mange der ville nå det alligevel",
    Driver.VALUE: "Hvad der spares for hver borger",
    Driver.PARTICIPANTS: "Antallet af deltagere",
    Driver.COST: "Udgiften",
    Driver.DELAY: "Besparelsen kommer et år senere",
}

_LESS: Final = "20 % mindre"
_MORE: Final = "20 % større"
_LATER: Final = "Et år senere"
_SIDES: Final = (_LESS, _MORE, _LATER)
_SHADES: Final = (LIGHT, DARK, "white")
_MILLION: Final = 1_000_000
_MOST_LABELLED_YEARS: Final = 15
"""Over this many years the bars are too thin for a number each."""


def business_case_drawings(result: BusinessCaseResult) -> tuple[Drawing, Drawing]:
    """Both pictures of a business case: how sure it is, and what comes and goes year by year."""
    return tornado(result), cash_flow(result)


def tornado(result: BusinessCaseResult) -> Drawing:
    """What the net present value becomes when one figure at a time is moved, the widest at the top."""
    expected = _whole(result.npv)
    ranked = sorted(result.sensitivity, key=lambda one: one.span, reverse=True)
    values = [side for one in ranked for side in _sides(one, expected)]
    unit = _Unit.of(value["to"] for value in values)
    for value in values:
        value["label"] = unit.short(value["to"])
    names = [DRIVER_WORDS[one.driver] for one in ranked]
    name = {"field": "name", "type": "nominal", "sort": names, "axis": {"title": None, "grid": False}}
    base = {"y": name, "yOffset": {"field": "side", "sort": list(_SIDES)}}
    bars = {
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
        "encoding": {
            **base,
            "x": {"field": "from", "type": "quantitative", "axis": unit.axis("Nettonutidsværdi"), "scale": _PADDED},
            "x2": {"field": "to"},
            "color": {
                "field": "side",
                "type": "nominal",
                "scale": {"domain": list(_SIDES), "range": list(_SHADES)},
                "legend": {"title": None},
            },
        },
    }
    zero = {"mark": {"type": "rule", "color": INK, "strokeWidth": 1.5}, "encoding": {"x": {"datum": expected}}}
    spec = vega_lite(
        width=WIDTH - 260,
        height={"step": 15},
        data={"values": values},
        layer=[bars, *_labels(base, "to", "label"), zero],
    )
    widest = ranked[0]
    return Drawing(
        "Nettonutidsværdien, når én ting ad gangen ændres",
        f"Liggende søjler fra den forventede nettonutidsværdi på {unit.text(expected)} Det, der flytter den mest: "
        f"{DRIVER_WORDS[widest.driver].lower()}: fra {unit.text(_whole(min(widest.low, widest.high)))} "
        f"til {unit.text(_whole(max(widest.low, widest.high)))} Tallene står i tabellen.",
        spec,
    )


def cash_flow(result: BusinessCaseResult) -> Drawing:
    """Costs below the line and savings above it, year by year, with the running total as a line."""
    years = list(zip(result.cost_by_year, result.saving_by_year, result.cumulative, strict=True))
    values: list[dict[str, Any]] = [
        value
        for year, (cost, saving, total) in enumerate(years)
        for value in (
            {"year": year, "what": _COSTS, "kroner": -_whole(cost)},
            {"year": year, "what": _SAVINGS, "kroner": _whole(saving)},
            {"year": year, "what": _TOTAL, "kroner": _whole(total)},
        )
    ]
    unit = _Unit.of(value["kroner"] for value in values)
    for value in values:
        value["label"] = unit.short(value["kroner"]) if value["kroner"] else ""
    return Drawing(
        "Udgift og besparelse år for år",
        f"Søjler for hvert år: udgiften under stregen og besparelsen over. Linjen viser regnskabet til nu. Den ender "
        f"på {unit.text(_whole(result.net))} {_when_earned_back(result)} Tallene står i tabellen.",
        _cash_flow_spec(values, unit, len(years)),
    )


_COSTS: Final = "Udgift"
_SAVINGS: Final = "Besparelse"
_TOTAL: Final = "Til nu"


def _when_earned_back(result: BusinessCaseResult) -> str:
    if result.payback_year is None:
        return "og når ikke nul."
    return f"og er tjent hjem i år {result.payback_year}."


def _cash_flow_spec(values: Sequence[Mapping[str, Any]], unit: "_Unit", years: int) -> Mapping[str, Any]:
    flows = [_COSTS, _SAVINGS, _TOTAL]
    x = {"field": "year", "type": "ordinal", "axis": {"title": "År", "labelAngle": 0, "labelOverlap": True}}
    y = {"field": "kroner", "type": "quantitative", "axis": unit.axis("Beløb"), "scale": _PADDED}
    colour = {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": flows, "range": [LIGHT, DARK, INK]},
        "legend": {"title": None},
    }
    bars = {
        "transform": [{"filter": f"datum.what !== '{_TOTAL}'"}],
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
        "encoding": {"x": x, "y": y, "color": colour},
    }
    line = {
        "transform": [{"filter": f"datum.what === '{_TOTAL}'"}],
        "mark": {"type": "line", "point": {"filled": True, "size": 40}, "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "color": colour},
    }
    labels = _bar_labels(x) if years <= _MOST_LABELLED_YEARS else []
    zero = {"mark": {"type": "rule", "color": INK}, "encoding": {"y": {"datum": 0}}}
    return vega_lite(width=WIDTH - 80, height=280, data={"values": values}, layer=[bars, zero, line, *labels])


def _bar_labels(x: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The amount at each bar's end, on white, so that the line may pass behind it."""
    return [
        {
            "transform": [{"filter": f"datum.what === '{what}'"}],
            "mark": {"type": "text", "dy": move, "fontSize": 12, **edge},
            "encoding": {"x": x, "y": {"field": "kroner", "type": "quantitative"}, "text": {"field": "label"}},
        }
        for what, move in ((_SAVINGS, -8), (_COSTS, 10))
        for edge in ({"stroke": "white", "strokeWidth": 5}, {})
    ]


def maturity_profile(scores: Scores, policy: Policy) -> Drawing:
    """The eight dimensions as bars from 0 to 4, with a mark at the least that an investment needs.

    A dimension that is not assessed has no bar and says so; it is never shown as 0.
    """
    scale, floors = policy.scale, {floor.dimension: floor.at_least for floor in policy.investment_floors}
    values = [
        {
            "name": criterion.name,
            "score": scores.get(criterion.dimension),
            "floor": floors.get(criterion.dimension),
            "label": _score_in_words(scores.get(criterion.dimension)),
        }
        for criterion in scale.criteria
    ]
    names = [criterion.name for criterion in scale.criteria]
    short = [one.name for one in scale.criteria if _is_below(scores.get(one.dimension), floors.get(one.dimension))]
    return Drawing(
        "Modenhed på de otte dimensioner",
        "Liggende søjler fra 0 til 4. En lodret streg viser, hvad en social investering mindst kræver. "
        f"{_below(short)} Tallene står i tabellen.",
        _profile_spec(values, names),
    )


def _profile_spec(values: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Mapping[str, Any]:
    y = {"field": "name", "type": "nominal", "sort": list(names), "axis": {"title": None}}
    ends = {"domain": [LOWEST_LEVEL, HIGHEST_LEVEL], "nice": False}
    steps = {
        "title": "Niveau. Stregen er det, en social investering mindst kræver.",
        "values": list(range(HIGHEST_LEVEL + 1)),
        "format": "d",
    }
    x = {"field": "score", "type": "quantitative", "scale": ends, "axis": steps}
    bars = {
        "mark": {"type": "bar", "color": LIGHT, "stroke": INK, "strokeWidth": 0.5, "height": 16},
        "encoding": {"y": y, "x": x},
    }
    least = {
        "transform": [{"filter": "datum.floor !== null"}],
        "mark": {"type": "tick", "color": INK, "thickness": 4, "size": 26, "opacity": 1},
        "encoding": {"y": y, "x": {"field": "floor", "type": "quantitative"}},
    }
    labels = {
        "mark": {"type": "text", "align": "left"},
        "encoding": {"y": y, "x": {"value": WIDTH - 330}, "text": {"field": "label"}},
    }
    return vega_lite(width=WIDTH - 340, height={"step": 30}, data={"values": values}, layer=[bars, least, labels])


def _score_in_words(score: int | None) -> str:
    return "ikke vurderet" if score is None else str(score)


def _is_below(score: int | None, floor: int | None) -> bool:
    return floor is not None and (score is None or score < floor)


def _below(names: Sequence[str]) -> str:
    return f"Under det ligger {', '.join(names)}." if names else "Ingen ligger under det."


def _sides(one: Sensitivity, expected: int) -> list[dict[str, Any]]:
    low, high = _whole(one.low), _whole(one.high)
    sides = [(_LATER, low)] if one.driver is Driver.DELAY else [(_LESS, low), (_MORE, high)]
    name = DRIVER_WORDS[one.driver]
    return [{"name": name, "side": side, "from": expected, "to": to, "right": to >= expected} for side, to in sides]


def _labels(base: Mapping[str, Any], at: str, text: str) -> list[Mapping[str, Any]]:
    return [
        {
            "transform": [{"filter": "datum.right" if align == "left" else "!datum.right"}],
            "mark": {"type": "text", "align": align, "dx": move, "fontSize": 12},
            "encoding": {**base, "x": {"field": at, "type": "quantitative"}, "text": {"field": text}},
        }
        for align, move in (("left", 4), ("right", -4))
    ]


_PADDED: Final = {"padding": 46, "nice": False}
"""Pixels left at both ends, so that a number beside the longest bar is not cut."""


def _whole(kroner: Fraction) -> int:
    return whole_kroner(kroner) // ORE_PER_KRONE


_UNITS: Final = (
    (10**9, "mia. kr.", 10**9),
    (_MILLION, "mio. kr.", _MILLION),
    (10_000, "1.000 kr.", 1_000),
    (0, "kr.", 1),
)
"""From which amount an axis is read in which unit."""


class _Unit:
    """In what amounts of this size are read: kroner, thousands, millions."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size

    @classmethod
    def of(cls, amounts: Any) -> "_Unit":
        largest = max(map(abs, amounts), default=0)
        return cls(*next((name, size) for least, name, size in _UNITS if largest >= least))

    def short(self, kroner: int) -> str:
        """The number alone, "1,25"."""
        return format_number(Fraction(kroner, self.size), 2 if self.size >= _MILLION else 0)

    def text(self, kroner: int) -> str:
        """The amount as a sentence ends with it: the full stop is the one of "kr."."""
        if self.size == 1_000:
            return f"{format_number(kroner)} kr."
        return f"{self.short(kroner)} {self.name}"

    def axis(self, title: str) -> dict[str, Any]:
        """An axis in this unit; the values behind it are whole kroner."""
        return {"title": f"{title} ({self.name})", "labelExpr": f"format(datum.value / {self.size}, ',~r')"}
