"""Which texts does a decision memo have, in which section do they stand, and which must be there before it is released?

The key of a text is the name that the paper knows it by. The sections are those of the paper (domain.md E1 and E2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MemoPart(StrEnum):
    """A part of the memo that is written on a page of its own; `FRAME` holds what is no text."""

    FRAME = "frame"
    RESUME = "resume"
    DECISIONS = "decisions"
    BACKGROUND = "background"
    EFFECT = "effect"
    SERVICES = "services"
    ORGANISATION = "organisation"
    RESOURCES = "resources"
    LEGAL = "legal"


_ALL: Final = frozenset({"donation", "investment", "short"})
_FUNDED: Final = frozenset({"donation", "investment"})
_INVESTMENT: Final = frozenset({"investment"})
_LEARNING: Final = frozenset({"donation", "short"})
_SHORT: Final = frozenset({"short"})
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class MemoText:
    """One text of the memo, for some of its forms; `required` are the forms that are not released without it."""

    key: str
    label: str
    part: MemoPart
    kinds: frozenset[str] = _ALL
    required: frozenset[str] = _NONE
    most_letters: int = 10_000


MEMO_TEXTS: Final[tuple[MemoText, ...]] = (
    MemoText("summary", "Kort om forslaget", MemoPart.RESUME, required=_ALL, most_letters=2000),
    MemoText("for_whom", "Hvem indsatsen er for", MemoPart.RESUME, required=_ALL, most_letters=1000),
    MemoText("money_from", "Hvor pengene kommer fra", MemoPart.RESUME, _FUNDED, _FUNDED, most_letters=500),
    MemoText("payment_plan", "Hvem der betaler hvornår", MemoPart.RESUME, _INVESTMENT, _INVESTMENT, most_letters=2000),
    MemoText("recommendation", "Hvad Rådet indstilles til", MemoPart.DECISIONS, _SHORT, _SHORT, most_letters=2000),
    MemoText("next_step", "Hvad der så sker", MemoPart.DECISIONS, _SHORT, _SHORT, most_letters=2000),
    MemoText("tariffs", "Takster i resultatkontrakten", MemoPart.DECISIONS, _INVESTMENT, most_letters=2000),
    MemoText("payers", "Hvem der betaler for resultaterne", MemoPart.DECISIONS, _INVESTMENT, _INVESTMENT),
    MemoText(
        "gain_share",
        "Andel af gevinsten, der går tilbage til fonden",
        MemoPart.DECISIONS,
        _INVESTMENT,
        most_letters=1000,
    ),
    MemoText("problem", "Problemet", MemoPart.BACKGROUND, required=_ALL),
    MemoText("supplement", "Ud over den lovpligtige indsats", MemoPart.BACKGROUND, required=_FUNDED),
    MemoText("result_goals", "Mål", MemoPart.EFFECT, required=_FUNDED),
    MemoText("theory_of_change", "Sådan skal indsatsen virke", MemoPart.EFFECT),
    MemoText("evidence", "Det ved vi om virkningen", MemoPart.EFFECT),
    MemoText("learning", "Det vil vi lære", MemoPart.EFFECT, _LEARNING, frozenset({"donation"})),
    MemoText("baseline", "Udgangspunktet før indsatsen", MemoPart.EFFECT, _INVESTMENT),
    MemoText("success_share", "Andel, der ventes at nå målet", MemoPart.EFFECT, _INVESTMENT),
    MemoText("deadweight", "Andel, der ville nå målet alligevel", MemoPart.EFFECT, _INVESTMENT),
    MemoText("measuring_points", "Hvornår der måles", MemoPart.EFFECT, _INVESTMENT),
    MemoText("intervention", "Indsatsen", MemoPart.SERVICES, required=_ALL),
    MemoText("target_group", "Målgruppen", MemoPart.SERVICES, required=_ALL),
    MemoText("partners", "Samarbejdspartnere", MemoPart.ORGANISATION),
    MemoText("capacity", "Ansøgerens erfaring og kræfter", MemoPart.ORGANISATION),
    MemoText("budget", "Budgettet", MemoPart.RESOURCES, required=_FUNDED),
    MemoText("payback", "Tilbagebetaling", MemoPart.RESOURCES, _INVESTMENT, most_letters=1000),
    MemoText("break_even", "Hvornår indsatsen går i nul", MemoPart.RESOURCES, _INVESTMENT, most_letters=1000),
    MemoText("risk", "Risiko", MemoPart.RESOURCES, _INVESTMENT, _INVESTMENT),
    MemoText("continuation", "Når pengene er brugt", MemoPart.RESOURCES),
    MemoText("procurement", "Udbud", MemoPart.LEGAL, required=_INVESTMENT),
    MemoText("state_aid", "Statsstøtte", MemoPart.LEGAL, required=_FUNDED),
    MemoText("municipal_power", "Kommunalfuldmagten", MemoPart.LEGAL, required=_FUNDED),
    MemoText("data_protection", "Databeskyttelse", MemoPart.LEGAL),
)

TEXT_OF: Final[Mapping[str, MemoText]] = {one.key: one for one in MEMO_TEXTS}


def texts_of(kind: str, part: MemoPart | None = None) -> tuple[MemoText, ...]:
    """The texts that a form of the memo has, in the order of the paper; those of one part where it is named."""
    return tuple(one for one in MEMO_TEXTS if kind in one.kinds and part in (None, one.part))


def parts_of(kind: str) -> tuple[MemoPart, ...]:
    """The parts in which a form of the memo has something to write."""
    return tuple(part for part in MemoPart if part is MemoPart.FRAME or texts_of(kind, part))
