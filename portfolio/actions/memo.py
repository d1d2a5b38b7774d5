"""How is a decision memo written, released and sent back? Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from foundation.text import clean_prose
from intake.actions import move_proposal, record_on
from intake.models import Proposal
from intake.rules.track import FUNDED_TRACKS
from portfolio.events import MemoEdited, MemoReleased, MemoSentBack
from portfolio.models import DecisionMemo, DecisionMemoText, ReleasedMemo
from portfolio.queries import conflicted_saver, memo_of, newest_release, released_memo
from portfolio.rules.annexes import DEFAULT_ANNEXES
from portfolio.rules.drafts import FrameDraft, FrameLimits, TextDraft
from portfolio.rules.memo_check import (
    SMALLER_NEEDS_REASON,
    amount_fault,
    day_fault,
    is_smaller,
    outcome_fund_fault,
)
from portfolio.rules.memo_texts import TEXT_OF

_FRAME_WORDS = {
    "case_number": "Sagsnummer",
    "amount_ore": "Indstillet beløb",
    "smaller_reason": "Begrundelse for et mindre beløb",
    "outcome_fund_max_ore": "Højeste betaling fra resultatbetalingspuljen",
    "conditions": "Særlige vilkår",
    "report_on": "Frist for rapport",
    "follow_ups": "Opfølgning",
    "annexes": "Bilag",
}


def write_texts(
    session: Session,
    proposal: Proposal,
    texts: Mapping[str, TextDraft],
    *,
    keeps: str = "",
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Store the texts that say something else than the case does; one that says the same follows the case again.

    `keeps` is the key of an edited text that somebody has read and found right, whatever the case or its writer became
    since. Raises ChangedMeanwhile for an old `version` of the memo, 0 where nobody had written in it.
    """
    memo = _opened(session, proposal, version=version, actor=actor, at=at)
    if keeps and session.get(DecisionMemoText, (proposal.id, keeps)) is None:
        raise ChangedMeanwhile
    changed = [
        key
        for key, draft in texts.items()
        if _write_text(session, proposal, key, draft, is_kept=key == keeps, actor=actor, at=at)
    ]
    _note_saved(session, proposal, memo, [TEXT_OF[key].label for key in changed], actor=actor, at=at)


def _write_text(
    session: Session, proposal: Proposal, key: str, draft: TextDraft, *, is_kept: bool, actor: Actor, at: datetime
) -> bool:
    """Whether the text is another one than before, or the same and found right."""
    row = session.get(DecisionMemoText, (proposal.id, key))
    if draft.text == clean_prose(draft.prefilled):
        if row is not None:
            session.delete(row)
        return row is not None
    if row is not None and row.text == draft.text and not is_kept:
        return False
    row = row or DecisionMemoText(proposal_id=proposal.id, key=key, text="", edited_by=actor.person_id, edited_at=at)
    row.text, row.replaced = draft.text, draft.prefilled
    row.edited_by, row.edited_at = actor.person_id, at
    session.add(row)
    return True


def write_frame(
    session: Session,
    proposal: Proposal,
    draft: FrameDraft,
    limits: FrameLimits,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Store what the memo holds beside its texts. Raises Refused with the field at fault.

    Whoever saves a frame unchanged after somebody who has a conflict of interest since has read it, and stands for it.
    """
    memo = _opened(session, proposal, version=version, actor=actor, at=at)
    _check_frame(proposal, draft, limits)
    values = _frame_values(proposal, draft, limits)
    changed = [name for name, value in values.items() if getattr(memo, name) != value]
    for name in changed:
        setattr(memo, name, values[name])
    words = [_FRAME_WORDS[name] for name in changed]
    if not words and conflicted_saver(session, proposal):
        words = list(_FRAME_WORDS.values())
    _note_saved(session, proposal, memo, words, actor=actor, at=at)


def _check_frame(proposal: Proposal, draft: FrameDraft, limits: FrameLimits) -> None:
    sought = proposal.amount_sought_ore
    if fault := amount_fault(draft.amount_ore, sought_ore=sought, cap_ore=limits.cap_ore):
        raise Refused(fault, field="amount")
    if is_smaller(draft.amount_ore, sought) and not draft.smaller_reason:
        raise Refused(SMALLER_NEEDS_REASON, field="smaller_reason")
    amount = sought if draft.amount_ore is None else draft.amount_ore
    if fault := outcome_fund_fault(draft.outcome_fund_max_ore, amount, balance_ore=limits.outcome_fund_ore):
        raise Refused(fault, field="outcome_fund_max")
    if fault := day_fault(draft.report_on, begins_on=limits.begins_on):
        raise Refused(fault, field="report_on")
    for one in draft.follow_ups:
        if fault := day_fault(one.on, begins_on=limits.begins_on):
            raise Refused(fault, field="follow_ups")


def _frame_values(proposal: Proposal, draft: FrameDraft, limits: FrameLimits) -> dict[str, Any]:
    """The columns of the memo; an amount that is the one sought is not stored, so that it follows the proposal.

    A payment from the outcome fund is dropped on a track that does not use the fund.
    """
    smaller = is_smaller(draft.amount_ore, proposal.amount_sought_ore)
    return {
        "case_number": draft.case_number,
        "amount_ore": draft.amount_ore if smaller else None,
        "smaller_reason": draft.smaller_reason if smaller else "",
        "outcome_fund_max_ore": None if limits.outcome_fund_ore is None else draft.outcome_fund_max_ore,
        "conditions": list(draft.conditions),
        "report_on": draft.report_on,
        "follow_ups": [{"on": one.on.isoformat(), "text": one.text} for one in draft.follow_ups],
        "annexes": list(draft.annexes),
    }


def _opened(session: Session, proposal: Proposal, *, version: int, actor: Actor, at: datetime) -> DecisionMemo:
    """The memo to write in, made at the first time."""
    memo = memo_of(session, proposal.id)
    if (memo.version if memo else 0) != version:
        raise ChangedMeanwhile
    return memo or DecisionMemo(
        proposal_id=proposal.id, annexes=list(DEFAULT_ANNEXES), saved_by=actor.person_id, saved_at=at
    )


def _note_saved(
    session: Session, proposal: Proposal, memo: DecisionMemo, changed: list[str], *, actor: Actor, at: datetime
) -> None:
    """Give the memo a new version, also where a text alone is new, or two people saved within one moment."""
    if not changed:
        return
    memo.saved_by, memo.saved_at = actor.person_id, at
    if memo in session:
        flag_modified(memo, "saved_at")
    session.add(memo)
    record_on(session, proposal, MemoEdited(tuple(changed)), actor=actor, at=at)


def release_memo(
    session: Session, proposal: Proposal, *, content: dict[str, Any], actor: Actor, at: datetime
) -> ReleasedMemo:
    """Freeze the memo as it is, so that the case can be placed on an agenda: sorted → memo ready."""
    move_proposal(proposal, "memo.release")
    released = ReleasedMemo(
        proposal_id=proposal.id,
        number=newest_release(session, proposal.id) + 1,
        amount_ore=_recommended(session, proposal),
        content=content,
        released_by=actor.person_id,
        released_at=at,
    )
    session.add(released)
    session.add(proposal)
    record_on(session, proposal, MemoReleased(released.number), actor=actor, at=at)
    return released


def _recommended(session: Session, proposal: Proposal) -> int | None:
    """The amount that the memo recommends; None where it recommends that nothing is given."""
    if proposal.track not in FUNDED_TRACKS:
        return None
    memo = memo_of(session, proposal.id)
    smaller = memo.amount_ore if memo else None
    return proposal.amount_sought_ore if smaller is None else smaller


def send_back_memo(session: Session, proposal: Proposal, *, reason: str, actor: Actor, at: datetime) -> None:
    """The memo must be written better; what was released is kept, with the reason."""
    released = released_memo(session, proposal.id)
    if released is None:
        raise Refused("Indstillingen er ikke klarmeldt. Åbn sagen igen, og se, hvad der kan gøres.")
    if not reason:
        raise Refused("Skriv, hvad der skal laves om.", field="reason")
    move_proposal(proposal, "memo.send_back")
    released.sent_back_by, released.sent_back_at, released.sent_back_reason = actor.person_id, at, reason
    session.add(released)
    session.add(proposal)
    record_on(session, proposal, MemoSentBack(released.number, reason), actor=actor, at=at)
