"""Is the memo of a case whole, and how is it frozen for the council? Nothing here commits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from exports.decision_memo_facts import MemoText, gather, memo_kind, memo_texts, sorted_run
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
from portfolio.queries import memo_of
from portfolio.rules.drafts import FrameLimits
from portfolio.rules.memo_check import Gap, MemoAsItStands, gaps
from scoring.actions import run_sorting
from scoring.models import SortingRun
from scoring.queries import hearing_pending
from scoring.rules.policies import get_policy


def day_of_answer(answers: Mapping[str, Any], key: str) -> date | None:
    """The day that an applicant wrote; None where the question set does not ask for it."""
    said = answers.get(key)
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def frame_limits(proposal: Proposal, run: SortingRun) -> FrameLimits:
    """What the case sets for the recommended amount and for the dates."""
    cap = get_policy(run.policy_id).donation_cap * ORE_PER_KRONE
    return FrameLimits(
        begins_on=day_of_answer(proposal.answers, "starts_on"),
        cap_ore=cap if run.chosen_track is Track.DONATION else None,
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
    limits, sought = frame_limits(proposal, run), proposal.amount_sought_ore
    return MemoAsItStands(
        kind=memo_kind(run.chosen_track),
        texts={key: one.text for key, one in texts.items()},
        amount_ore=memo.amount_ore if memo and memo.amount_ore is not None else sought,
        sought_ore=sought,
        cap_ore=limits.cap_ore,
        smaller_reason=memo.smaller_reason if memo else "",
        report_on=memo.report_on if memo else None,
        begins_on=limits.begins_on,
        case_worker=case_worker_name(session, proposal),
        hearing_pending=hearing_pending(session, proposal.id),
        sorting_holds=_sorting_holds(session, proposal, run, at=at),
    )


def _sorting_holds(session: Session, proposal: Proposal, run: SortingRun, *, at: datetime) -> bool:
    """Do the rules of today give the same answer to the facts of today as they gave when the case was sorted?"""
    _, now = run_sorting(session, proposal, call_of(session, proposal), at=at)
    return (now.track, now.rule) == (run.track, run.rule)


def release(session: Session, proposal: Proposal, *, version: int, actor: Actor, at: datetime) -> None:
    """Freeze the memo that was read. Raises ChangedMeanwhile for another one, Refused for one with gaps."""
    memo = memo_of(session, proposal.id)
    if (memo.version if memo else 0) != version:
        raise ChangedMeanwhile
    missing = memo_gaps(session, proposal, at=at)
    if missing:
        raise Refused("Indstillingen kan ikke klarmeldes endnu. " + " ".join(gap.text for gap in missing))
    day = today(at)
    facts = replace(gather(session, proposal, on=day), released_on=day, is_draft=False)
    actions.release_memo(session, proposal, content=to_content(facts), actor=actor, at=at)
