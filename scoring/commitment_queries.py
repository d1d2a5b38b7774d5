"""What have the departments promised to pay for a case, and who has not answered what?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.clock import today
from foundation.identity.queries import department_names
from intake.models import Attachment, DepartmentRequest, Proposal
from intake.queries import department_requests
from scoring.models import Commitment, CommittedAmount, CoPayerRow, DepartmentAnswer, PayerShareRow
from scoring.rules.commitment import CoPayer, PayerShare, Promise, YearAmount, is_commitment_asked
from scoring.rules.department_says import DepartmentSays
from scoring.rules.goal_payers import goals_of
from scoring.rules.payer import CanPay
from scoring.rules.payer_suggestions import suggest_payers
from scoring.rules.suggestions import Suggestion


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter that confirms a promise."""

    id: UUID
    file_name: str
    file_type: str
    size_bytes: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentCommitment:
    """What one department that was asked has answered.

    `can_pay` None: no answer yet. `promise` None: no promise in full, as for a donation and in answers of before;
    `amount_ore`, `years` and `budget_line` are there all the same.
    """

    department_code: str
    department: str
    is_lead: bool
    is_exempt: bool
    can_pay: CanPay | None
    answered_at: datetime | None
    budget_line: str
    amount_ore: int | None
    years: int | None
    backed_by: str
    promise: Promise | None
    letter: Letter | None

    @property
    def years_in_words(self) -> str:
        """Which years, or how many where the answer does not say which."""
        if self.promise is not None and self.promise.amounts:
            return self.promise.span
        return "" if self.years is None else f"{self.years} år"

    @property
    def said(self) -> DepartmentSays:
        """The same as the rules take it."""
        return DepartmentSays(
            department=self.department,
            is_lead=self.is_lead,
            is_exempt=self.is_exempt,
            can_pay=self.can_pay,
            answered_on=None if self.answered_at is None else today(self.answered_at),
            promise=self.promise,
        )


def commitments(session: Session, proposal_id: UUID) -> tuple[DepartmentCommitment, ...]:
    """Every department that was asked, the lead first, with what it has promised."""
    requests = department_requests(session, proposal_id)
    if not requests:
        return ()
    names = department_names(session, on=today(requests[0].asked_at))
    answers = session.exec(select(DepartmentAnswer).where(DepartmentAnswer.proposal_id == proposal_id)).all()
    by_request = {answer.request_id: answer for answer in answers}
    promises = _promises(session, [answer.id for answer in answers])
    return tuple(
        _commitment(request, names.get(request.department_code), by_request.get(request.id), promises)
        for request in requests
    )


_Promised = dict[UUID, tuple[Promise, Letter | None]]


def _commitment(
    request: DepartmentRequest, name: str | None, answer: DepartmentAnswer | None, promises: _Promised
) -> DepartmentCommitment:
    promise, letter = promises.get(answer.id, (None, None)) if answer else (None, None)
    return DepartmentCommitment(
        department_code=request.department_code,
        department=name or request.department_code,
        is_lead=request.is_lead,
        is_exempt=request.exempt_at is not None,
        can_pay=answer.can_pay if answer else None,
        answered_at=answer.answered_at if answer else None,
        budget_line=answer.budget_line if answer else "",
        amount_ore=answer.amount_ore if answer else None,
        years=answer.years if answer else None,
        backed_by=answer.backed_by if answer else "",
        promise=promise,
        letter=letter,
    )


def payer_suggestions(session: Session, proposal: Proposal) -> dict[str, Suggestion]:
    """What the answers say of the case's facts, with their source; nothing is stored."""
    if not is_commitment_asked(proposal.wish):
        return {}
    said = [one.said for one in commitments(session, proposal.id)]
    return suggest_payers(said, goals_of(proposal.answers), proposal.amount_sought_ore)


def promise_of(session: Session, answer_id: UUID) -> tuple[Promise | None, Letter | None]:
    """The promise in full of one answer, with its letter."""
    return _promises(session, [answer_id]).get(answer_id, (None, None))


def letter_belongs(session: Session, proposal_id: UUID, attachment_id: UUID) -> bool:
    """Is the file the letter that confirms what a department has answered about this proposal?"""
    found = session.exec(
        select(Commitment.answer_id)
        .join(DepartmentAnswer, col(DepartmentAnswer.id) == col(Commitment.answer_id))
        .where(DepartmentAnswer.proposal_id == proposal_id, Commitment.letter_id == attachment_id)
    ).first()
    return found is not None


def _promises(session: Session, answer_ids: Sequence[UUID]) -> _Promised:
    rows = session.exec(
        select(Commitment, Attachment)
        .join(Attachment, col(Attachment.id) == col(Commitment.letter_id), isouter=True)
        .where(col(Commitment.answer_id).in_(answer_ids))
    ).all()
    if not rows:
        return {}
    parts = _parts(session, [row.answer_id for row, _ in rows])
    return {row.answer_id: (_promise(row, parts), _letter(file)) for row, file in rows}


@dataclass(frozen=True, slots=True)
class _Parts:
    """The rows of some promises by the answer they belong to, each in its order."""

    amounts: dict[UUID, list[YearAmount]]
    co_payers: dict[UUID, list[CoPayer]]
    shares: dict[UUID, list[PayerShare]]


def _parts(session: Session, answer_ids: Sequence[UUID]) -> _Parts:
    parts = _Parts(defaultdict(list), defaultdict(list), defaultdict(list))
    amounts = select(CommittedAmount).where(col(CommittedAmount.answer_id).in_(answer_ids))
    for amount in session.exec(amounts.order_by(col(CommittedAmount.place))):
        parts.amounts[amount.answer_id].append(YearAmount(amount.year, amount.budget_line, amount.amount_ore))
    payers = select(CoPayerRow).where(col(CoPayerRow.answer_id).in_(answer_ids)).order_by(col(CoPayerRow.place))
    for one in session.exec(payers):
        parts.co_payers[one.answer_id].append(CoPayer(one.payer, one.name, one.amount_ore, one.confirmed))
    shares = select(PayerShareRow).where(col(PayerShareRow.answer_id).in_(answer_ids))
    for share in session.exec(shares.order_by(col(PayerShareRow.place))):
        parts.shares[share.answer_id].append(PayerShare(share.goal, share.payer, share.name, Decimal(share.percent)))
    return parts


def _promise(row: Commitment, parts: _Parts) -> Promise:
    return Promise(
        reason=row.reason,
        amounts=tuple(parts.amounts[row.answer_id]),
        co_payers=tuple(parts.co_payers[row.answer_id]),
        shares=tuple(parts.shares[row.answer_id]),
        gain_kind=row.gain_kind,
        gain_percent=None if row.gain_percent is None else Decimal(row.gain_percent),
        gain_reason=row.gain_reason,
    )


def _letter(file: Attachment | None) -> Letter | None:
    if file is None:
        return None
    return Letter(file.id, file.file_name, file.file_type.value, file.size_bytes, file.uploaded_at)
