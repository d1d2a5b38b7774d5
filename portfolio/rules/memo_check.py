"""Is a memo whole, so that it can be released to the council?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from foundation.money import format_kroner
from portfolio.rules.memo_texts import MemoPart, texts_of


class Place(StrEnum):
    """Where what is missing is put right, when that is not a part of the memo."""

    CASE_WORKER = "case_worker"
    HEARING = "hearing"
    SORTING = "sorting"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoAsItStands:
    """What a memo says, and what the case says that it rests on. `texts` are by their keys.

    `sorting_holds` is false when today's rules give another answer to today's facts than the stored sorting.
    """

    kind: str
    texts: Mapping[str, str]
    amount_ore: int | None
    sought_ore: int | None
    cap_ore: int | None
    smaller_reason: str
    report_on: date | None
    begins_on: date | None
    case_worker: str
    hearing_pending: bool
    sorting_holds: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, and where it is put right."""

    text: str
    place: MemoPart | Place


def gaps(memo: MemoAsItStands) -> tuple[Gap, ...]:
    """All that must be put right before the memo can be released, what concerns the whole case first."""
    return (*_case_gaps(memo), *_frame_gaps(memo), *_text_gaps(memo))


def _case_gaps(memo: MemoAsItStands) -> Iterator[Gap]:
    if memo.hearing_pending:
        yield Gap("Ansøgeren skal høres, eller en partshøring er ikke slut.", Place.HEARING)
    elif not memo.sorting_holds:
        yield Gap("Reglerne giver et andet svar nu, end da forslaget blev sorteret. Sorter igen.", Place.SORTING)
    if not memo.case_worker:
        yield Gap("Sagen har ingen sagsbehandler.", Place.CASE_WORKER)


def _frame_gaps(memo: MemoAsItStands) -> Iterator[Gap]:
    if fault := amount_fault(memo.amount_ore, sought_ore=memo.sought_ore, cap_ore=memo.cap_ore):
        yield Gap(fault, MemoPart.FRAME)
    elif is_smaller(memo.amount_ore, memo.sought_ore) and not memo.smaller_reason:
        yield Gap(SMALLER_NEEDS_REASON, MemoPart.FRAME)
    if memo.kind != "short" and memo.report_on is None:
        yield Gap("Skriv, hvornår ansøgeren skal aflevere sin rapport.", MemoPart.FRAME)
    elif fault := day_fault(memo.report_on, begins_on=memo.begins_on):
        yield Gap(fault, MemoPart.FRAME)


def _text_gaps(memo: MemoAsItStands) -> Iterator[Gap]:
    for one in texts_of(memo.kind):
        if memo.kind in one.required and not memo.texts.get(one.key, "").strip():
            yield Gap(f"Der mangler en tekst: {one.label}.", one.part)


SMALLER_NEEDS_REASON = "Skriv, hvorfor Rådet indstilles til et mindre beløb end det, der er søgt."
"""A smaller amount is a refusal of the rest, and needs its reasons (FVL §§ 22-24; domain.md L7)."""


def is_smaller(amount_ore: int | None, sought_ore: int | None) -> bool:
    """Is less recommended than was sought?"""
    return amount_ore is not None and sought_ore is not None and amount_ore < sought_ore


def amount_fault(amount_ore: int | None, *, sought_ore: int | None, cap_ore: int | None) -> str:
    """What is wrong with a recommended amount, in Danish, or empty. `cap_ore` is None where the track has none."""
    if amount_ore is None:
        return ""
    if sought_ore is not None and amount_ore > sought_ore:
        return f"Der er søgt om {format_kroner(sought_ore)}. Rådet kan ikke indstilles til et større beløb."
    if cap_ore is not None and amount_ore > cap_ore:
        return f"En donation kan højst være på {format_kroner(cap_ore)}. Indstil et mindre beløb, og skriv hvorfor."
    return ""


def day_fault(on: date | None, *, begins_on: date | None) -> str:
    """What is wrong with a day on which something is reported or looked at, in Danish, or empty."""
    if on is not None and begins_on is not None and on <= begins_on:
        return "Datoen skal ligge, efter at indsatsen er begyndt."
    return ""
