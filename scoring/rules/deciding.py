"""Which short paragraph says what decided a sorting, the same on page, in memo and in letter?"""

from collections.abc import Callable
from typing import Final

from scoring.rules.grounds import Ground, Section, listed, sentence
from scoring.rules.sorting import Sorting

_NAMED_SHORTFALLS: Final = 3


def deciding_paragraph(sorting: Sorting) -> str:
    """What decides, and only that, as one Danish paragraph made of the grounds' own clauses."""
    return _PARAGRAPHS[sorting.rule](sorting)


def _own_words(sorting: Sorting) -> str:
    return " ".join(ground.text for ground in sorting.deciding)


def _not_yet(sorting: Sorting) -> str:
    unscored = [ground.clause for ground in sorting.deciding if ground.dimension is not None]
    others = [ground.clause for ground in sorting.deciding if ground.dimension is None]
    if len(unscored) > _NAMED_SHORTFALLS:
        unscored = [f"{len(unscored)} af de otte dimensioner er ikke vurderet endnu"]
    return sentence(f"Forslaget kan ikke sorteres endnu: {listed([*unscored, *others])}")


def _stopped(sorting: Sorting) -> str:
    return sentence(f"Indsatsen kan ikke få penge fra fonden: {_clauses(sorting, Section.STOP)}")


def _referred(sorting: Sorting) -> str:
    return sentence(f"Kommunen kan selv sætte indsatsen i gang: {_clauses(sorting, Section.OWN_DRIFT)}")


def _invested(sorting: Sorting) -> str:
    met = [g.clause for g in _decided(sorting, Section.INVESTMENT) if g.dimension is None]
    return " ".join(
        (
            "Indsatsen opfylder alle krav til en social investering, også i hver af de otte dimensioner:",
            f"{listed(met)}.",
            sentence(_clauses(sorting, Section.AMOUNT)),
        )
    )


def _too_large(sorting: Sorting) -> str:
    return sentence(
        "Indsatsen opfylder kravene til en social investering, "
        f"men der er ikke plads til beløbet: {_clauses(sorting, Section.AMOUNT)}"
    )


def _donated(sorting: Sorting) -> str:
    first = {"GATE10a", "GATE10b", "GATE10d"}
    met = [g.clause for g in _decided(sorting, Section.DONATION) if g.rule in first]
    opening = sentence(f"Indsatsen opfylder alle krav til en donation: {listed(met)}")
    return f"{opening} {_not_yet_mature(sorting)}"


def _donation_too_large(sorting: Sorting) -> str:
    missing = _clauses(sorting, Section.DONATION)
    opening = sentence(f"Indsatsen opfylder de andre krav til en donation, men {missing}")
    return f"{opening} {_not_yet_mature(sorting)}"


def _neither(sorting: Sorting) -> str:
    (dialogue,) = _decided(sorting, Section.DIALOGUE)
    investment = f"Indsatsen er endnu ikke klar til en social investering: {_clauses(sorting, Section.INVESTMENT)}"
    donation = f"Den opfylder heller ikke kravene til en donation: {_clauses(sorting, Section.DONATION)}"
    return " ".join((sentence(investment), sentence(donation), dialogue.text))


_PARAGRAPHS: Final[dict[str | None, Callable[[Sorting], str]]] = {
    None: _not_yet,
    "SORT1": _own_words,
    "SORT2": _stopped,
    "SORT3": _referred,
    "SORT4": _invested,
    "SORT5": _invested,
    "SORT6": _too_large,
    "SORT7": _donated,
    "SORT8": _donation_too_large,
    "SORT9": _neither,
    "SORT10": _neither,
}


def _not_yet_mature(sorting: Sorting) -> str:
    """The shortfalls of an investment where something else decides more: the first few, and how many more."""
    clauses = [ground.clause for ground in _decided(sorting, Section.INVESTMENT)]
    named, more = clauses[:_NAMED_SHORTFALLS], len(clauses) - _NAMED_SHORTFALLS
    if more > 0:
        named.append("1 krav mere er ikke opfyldt" if more == 1 else f"{more} krav mere er ikke opfyldt")
    return sentence(f"Den er endnu ikke klar til en social investering: {listed(named)}")


def _decided(sorting: Sorting, section: Section) -> list[Ground]:
    return [ground for ground in sorting.deciding if ground.section is section]


def _clauses(sorting: Sorting, section: Section) -> str:
    return listed([ground.clause for ground in _decided(sorting, section)])
