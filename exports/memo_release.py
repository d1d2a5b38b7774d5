"""Is the memo of a case whole, and how is it frozen for the council? Nothing here commits."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from exports.decision_memo_facts import (
    OUTCOME_FUND_TRACKS,
    MemoText,
    gather,
    memo_kind,
    memo_texts,
    sorted_run,
)
from exports.memo_content import DecisionMemoFacts
from exports.memo_snapshot import to_content
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from foundation.money import ORE_PER_KRONE
from intake.models import Proposal
from intake.queries import call_of, case_worker_name
from intake.rules.track import Track
from portfolio import actions
from portfolio.models import DecisionMemo
from portfolio.queries import conflicted_saver, conflicted_sorter, memo_of, newest_release
from portfolio.rules.drafts import FrameLimits
from portfolio.rules.memo_check import Gap, MemoAsItStands, Place, gaps
from portfolio.rules.memo_texts import TEXT_OF, MemoPart
from scoring.actions import changed_since, run_sorting
from scoring.models import SortingRun
from scoring.policy_queries import policy_of
from scoring.queries import fund_figures_used, hearing_pending


def day_of_answer(answers: Mapping[str, Any], key: str) -> date | None:
    """The day that an applicant wrote; None where the question set does not ask for it."""
    said = answers.get(key)
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def frame_limits(session: Session, proposal: Proposal, run: SortingRun) -> FrameLimits:
    """What the case sets for the recommended amount and for the dates."""
    cap, fund = policy_of(session, run.policy_id).donation_cap * ORE_PER_KRONE, fund_figures_used(session, run)
    left = {"donation": fund.donation_pool_left_ore, "investment": fund.free_capital_ore}
    return FrameLimits(
        begins_on=day_of_answer(proposal.answers, "starts_on"),
        cap_ore=cap if run.chosen_track is Track.DONATION else None,
        left_ore=left.get(memo_kind(run.chosen_track)),
        outcome_fund_ore=fund.outcome_fund_balance_ore if run.chosen_track in OUTCOME_FUND_TRACKS else None,
    )


def memo_gaps(session: Session, proposal: Proposal, *, at: datetime) -> tuple[Gap, ...]:
    """All that must be put right before the memo of a case can be released."""
    run, memo = sorted_run(session, proposal), memo_of(session, proposal.id)
    texts = memo_texts(session, proposal, run, on=today(at))
    return gaps(_as_it_stands(session, proposal, run, memo, texts, at=at))


def _as_it_stands(
    session: Session,
    proposal: Proposal,
    run: SortingRun,
    memo: DecisionMemo | None,
    texts: Mapping[str, MemoText],
    *,
    at: datetime,
) -> MemoAsItStands:
    limits, sought = frame_limits(session, proposal, run), proposal.amount_sought_ore
    holds, is_news = _sorting_holds(session, proposal, run, at=at)
    return MemoAsItStands(
        kind=memo_kind(run.chosen_track),
        texts={key: one.text for key, one in texts.items()},
        amount_ore=memo.amount_ore if memo and memo.amount_ore is not None else sought,
        sought_ore=sought,
        limits=limits,
        outcome_fund_max_ore=memo.outcome_fund_max_ore if memo else None,
        smaller_reason=memo.smaller_reason if memo else "",
        report_on=memo.report_on if memo else None,
        follow_ups=len(memo.follow_ups) if memo else 0,
        case_worker=case_worker_name(session, proposal),
        hearing_pending=hearing_pending(session, proposal.id),
        sorting_holds=holds,
        is_news=is_news,
        unsettled={key: one.text for key, one in texts.items() if one.edited is None and one.prefilled.holds is None},
        failing={key: one.prefilled.text for key, one in texts.items() if one.prefilled.holds is False},
        conflicted=_conflicted(session, proposal, texts),
    )


def _sorting_holds(session: Session, proposal: Proposal, run: SortingRun, *, at: datetime) -> tuple[bool, bool]:
    """Do the rules of today give the same answer as when the case was sorted, and is what they rest on another?"""
    inputs, now = run_sorting(session, proposal, call_of(session, proposal), at=at)
    return (now.track, now.rule) == (run.track, run.rule), bool(changed_since(run, inputs))


def _conflicted(session: Session, proposal: Proposal, texts: Mapping[str, MemoText]) -> dict[MemoPart | Place, str]:
    """Whoever sorted the case or wrote in its memo and now has a conflict of interest, by where it is put right."""
    by_place: dict[MemoPart | Place, str] = {
        Place.SORTING: conflicted_sorter(session, proposal),
        MemoPart.FRAME: conflicted_saver(session, proposal),
    }
    written = {key: one.edited for key, one in texts.items() if one.edited is not None and one.edited.by_conflicted}
    by_place |= {TEXT_OF[key].part: edited.editor for key, edited in written.items()}
    return {place: name for place, name in by_place.items() if name}


def seen_texts(run: SortingRun, texts: Mapping[str, MemoText]) -> str:
    """The mark of what a page shows of the case's own texts: another when the case says something else."""
    return _mark([str(run.id), {key: one.prefilled.text for key, one in texts.items()}])


def seen_limits(run: SortingRun, limits: FrameLimits) -> str:
    """The mark of the sorting and the limits that a page shows: another when the proposal was sorted again."""
    return _mark([str(run.id), str(limits)])


def seen_memo(session: Session, proposal: Proposal, facts: DecisionMemoFacts) -> str:
    """The mark of the whole memo as a page shows it, and of the newest release; the day alone makes no other."""
    return _mark([to_content(replace(facts, dated_on=date.min)), newest_release(session, proposal.id)])


def _mark(shown: list[Any]) -> str:
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def release(
    session: Session, proposal: Proposal, *, version: int, seen: str | None = None, actor: Actor, at: datetime
) -> None:
    """Freeze the memo that was read. Raises ChangedMeanwhile for another one, Refused for one with gaps.

    `seen` is the mark of what the page showed. None: nobody looked at a page.
    """
    memo, day = memo_of(session, proposal.id), today(at)
    draft = gather(session, proposal, on=day)
    if (memo.version if memo else 0) != version or seen not in (None, seen_memo(session, proposal, draft)):
        raise ChangedMeanwhile
    missing = memo_gaps(session, proposal, at=at)
    if missing:
        raise Refused("Indstillingen kan ikke klarmeldes endnu. " + " ".join(gap.text for gap in missing))
    facts = replace(draft, released_on=day, is_draft=False)
    actions.release_memo(session, proposal, content=to_content(facts), actor=actor, at=at)
