"""Is a memo whole, so that it can be released to the council?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from foundation.money import format_kroner
from portfolio.rules.drafts import FrameLimits
from portfolio.rules.memo_texts import MemoPart, texts_of


class Place(StrEnum):
    """Where what is missing is put right, when that is not a part of the memo."""

    CASE_WORKER = "case_worker"
    HEARING = "hearing"
    SORTING = "sorting"
    CASE_FACTS = "case_facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoAsItStands:
    """What a memo says, and what the case says that it rests on. `texts` are by their keys.

    `sorting_holds` is false when today's rules give another answer to today's facts than the stored sorting, and
    `is_news` true when they give the same one on another basis. `unsettled` are the labels and sentences of legal
    questions that nobody has answered, and `failing` those of questions whose answer is no, also where somebody wrote
    another text: the case facts are put right, or the proposal is sorted otherwise. `conflicted` names whoever sorted
    or wrote and now has a conflict of interest.
    """

    kind: str
    texts: Mapping[str, str]
    amount_ore: int | None
    sought_ore: int | None
    limits: FrameLimits
    outcome_fund_max_ore: int | None = None
    smaller_reason: str
    report_on: date | None
    follow_ups: int = 0
    case_worker: str
    hearing_pending: bool
    sorting_holds: bool
    is_news: bool = False
    unsettled: Mapping[str, str] = field(default_factory=dict)
    failing: Mapping[str, str] = field(default_factory=dict)
    conflicted: Mapping["MemoPart | Place", str] = field(default_factory=dict)


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
    elif memo.is_news:
        yield Gap("Der er nyt, siden forslaget blev sorteret. Sorter igen.", Place.SORTING)
    if not memo.case_worker:
        yield Gap("Sagen har ingen sagsbehandler.", Place.CASE_WORKER)
    for place, name in memo.conflicted.items():
        yield Gap(_CONFLICTED[place is Place.SORTING].format(name), place)


_CONFLICTED: Final = {
    True: "{} har sorteret forslaget og er nu inhabil. En anden skal sortere det igen.",
    False: "{} har skrevet i afsnittet og er nu inhabil. En anden skal læse det og gemme det.",
}


def _frame_gaps(memo: MemoAsItStands) -> Iterator[Gap]:
    for fault in (_amount_gap(memo), *_day_gaps(memo), _outcome_fund_gap(memo)):
        if fault:
            yield Gap(fault, MemoPart.FRAME)


def _amount_gap(memo: MemoAsItStands) -> str:
    limits = memo.limits
    fault = amount_fault(memo.amount_ore, sought_ore=memo.sought_ore, cap_ore=limits.cap_ore)
    fault = fault or left_fault(memo.amount_ore, kind=memo.kind, left_ore=limits.left_ore)
    if not fault and is_smaller(memo.amount_ore, memo.sought_ore) and not memo.smaller_reason:
        return SMALLER_NEEDS_REASON
    return fault


def _day_gaps(memo: MemoAsItStands) -> Iterator[str]:
    if memo.kind != "short" and memo.report_on is None:
        yield "Skriv, hvornår ansøgeren skal aflevere sin rapport."
    yield day_fault(memo.report_on, begins_on=memo.limits.begins_on)
    if memo.kind == "investment" and not memo.follow_ups:
        yield "Skriv mindst én opfølgning: hvornår ser Rådet på, hvordan det går?"


def _outcome_fund_gap(memo: MemoAsItStands) -> str:
    balance = memo.limits.outcome_fund_ore
    if balance is not None and memo.outcome_fund_max_ore is None:
        return "Skriv, hvor meget resultatbetalingspuljen højst kan betale."
    return outcome_fund_fault(memo.outcome_fund_max_ore, memo.amount_ore, balance_ore=balance)


def _text_gaps(memo: MemoAsItStands) -> Iterator[Gap]:
    for one in texts_of(memo.kind):
        if memo.kind in one.required and not memo.texts.get(one.key, "").strip():
            yield Gap(f"Der mangler en tekst: {one.label}.", one.part)
        elif memo.kind in one.required and one.key in memo.unsettled:
            yield Gap(f"{one.label} er ikke afklaret. {memo.unsettled[one.key]}", Place.CASE_FACTS)
        elif memo.kind in one.required and one.key in memo.failing:
            yield Gap(f"{one.label} er ikke på plads. {memo.failing[one.key]}", Place.CASE_FACTS)


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


_MONEY: Final = {"donation": "i årets donationspulje", "investment": "af fondens frie kapital"}


def left_fault(amount_ore: int | None, *, kind: str, left_ore: int | None) -> str:
    """What is wrong with an amount that there is no money for, in Danish, or empty; by the figures of the sorting."""
    if amount_ore is None or left_ore is None or amount_ore <= left_ore:
        return ""
    return (
        f"Der indstilles {format_kroner(amount_ore)}, og da forslaget blev sorteret, var der "
        f"{format_kroner(left_ore)} tilbage {_MONEY[kind]}. Indstil et mindre beløb, eller sorter igen, "
        "når der er flere penge."
    )


def outcome_fund_fault(most_ore: int | None, amount_ore: int | None, *, balance_ore: int | None) -> str:
    """What is wrong with the most that the outcome fund pays, in Danish, or empty; it is not asked without the fund."""
    if most_ore is None or balance_ore is None:
        return ""
    if most_ore <= 0:
        return "Skriv et beløb over 0 kr. Forslaget er sorteret til, at puljen betaler for resultater."
    if most_ore > balance_ore:
        return f"Der er {format_kroner(balance_ore)} i resultatbetalingspuljen. Skriv højst det beløb."
    if amount_ore is not None and most_ore > amount_ore:
        return f"Puljen kan ikke betale mere end det indstillede beløb på {format_kroner(amount_ore)} Skriv et mindre."
    return ""


def day_fault(on: date | None, *, begins_on: date | None) -> str:
    """What is wrong with a day on which something is reported or looked at, in Danish, or empty."""
    if on is not None and begins_on is not None and on <= begins_on:
        return "Datoen skal ligge, efter at indsatsen er begyndt."
    return ""
