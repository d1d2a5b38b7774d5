"""How is a department's full promise kept beside its answer? Nothing here commits."""

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from foundation.errors import Refused
from foundation.identity.roles import Actor
from foundation.uploads import Received
from intake.actions.files import attach_internal_file
from intake.models import Attachment, DepartmentRequest, Proposal
from scoring.models import Commitment, CommittedAmount, CoPayerRow, DepartmentAnswer, PayerShareRow
from scoring.rules.commitment import Promise, gaps_of_commitment, is_commitment_asked, kept
from scoring.rules.drafts import AnswerDraft
from scoring.rules.goal_payers import goals_of


def with_promise(proposal: Proposal, draft: AnswerDraft) -> AnswerDraft:
    """The draft with a promise where one is asked for, empty where none was given, and without one elsewhere."""
    if not is_commitment_asked(proposal.wish):
        return replace(draft, promise=None)
    return draft if draft.promise is not None else replace(draft, promise=Promise())


def need_whole_promise(proposal: Proposal, request: DepartmentRequest, draft: AnswerDraft) -> None:
    """Raises Refused at the field of the first thing that the promise lacks."""
    if draft.promise is None:
        return
    goals = goals_of(proposal.answers)
    for gap in gaps_of_commitment(draft.promise, draft.can_pay, goals, leads=request.is_lead):
        raise Refused(gap.text, field=gap.field)


def keep_promise(
    session: Session,
    proposal: Proposal,
    request: DepartmentRequest,
    answer: DepartmentAnswer,
    draft: AnswerDraft,
    *,
    letter: Received | None,
    actor: Actor,
    at: datetime,
) -> str:
    """Store the promise in place of the one before; returns the name of the letter that came with it."""
    if draft.promise is None:
        return ""
    promise = kept(draft.promise, draft.can_pay, leads=request.is_lead)
    row = session.get(Commitment, answer.id) or Commitment(answer_id=answer.id)
    row.reason, row.gain_kind, row.gain_reason = promise.reason, promise.gain_kind, promise.gain_reason
    row.gain_percent = None if promise.gain_percent is None else format(promise.gain_percent, "f")
    named = ""
    if letter is not None:
        _take_away_letter(session, row, at=at)
        file = attach_internal_file(session, proposal, letter, actor=actor, at=at)
        row.letter_id, named = file.id, file.file_name
    session.add(row)
    session.flush()
    _replace_rows(session, answer.id, promise)
    return named


def _take_away_letter(session: Session, row: Commitment, *, at: datetime) -> None:
    """The letter before stays in the case's files, marked as replaced: somebody may have acted on it."""
    if row.letter_id is not None:
        earlier = session.get_one(Attachment, row.letter_id)
        earlier.removed_at = at
        session.add(earlier)


def _replace_rows(session: Session, answer_id: UUID, promise: Promise) -> None:
    for table in (CommittedAmount, CoPayerRow, PayerShareRow):
        session.execute(sa.delete(table).where(col(table.answer_id) == answer_id))
    rows: list[SQLModel] = [
        *(CommittedAmount(answer_id=answer_id, place=n, **asdict(one)) for n, one in enumerate(promise.amounts)),
        *(CoPayerRow(answer_id=answer_id, place=n, **asdict(one)) for n, one in enumerate(promise.co_payers)),
        *(
            PayerShareRow(answer_id=answer_id, place=n, **{**asdict(one), "percent": format(one.percent, "f")})
            for n, one in enumerate(promise.shares)
        ),
    ]
    session.add_all(rows)
    session.flush()
