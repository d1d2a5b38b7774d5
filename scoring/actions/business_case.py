"""How is a business case saved, and how is one of them chosen? Nothing here commits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from foundation.charts import ask
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, NotAllowed, NotFound, Refused
from foundation.identity.roles import Actor, Role
from intake.actions import record_on
from intake.models import Proposal
from intake.queries import department_requests, find_assignment, newest_version
from scoring.business_case_queries import (
    chosen_business_case,
    count_business_cases,
    find_business_case,
    newest_saved_at,
)
from scoring.events import BusinessCaseChosen, BusinessCaseSaved
from scoring.models import BusinessCaseChoice, BusinessCaseRow
from scoring.rules.business_case import calculate
from scoring.rules.business_case_drafts import BusinessCaseDraft, business_case_of, gaps_of_case
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import SomResult, draft_to_json, som_to_json
from scoring.rules.charts import business_case_drawings
from scoring.rules.discounting import rates_on
from scoring.rules.transaction_share import TransactionWarning, transaction_warning

_MOMENT = timedelta(microseconds=1)


def save_business_case(
    session: Session,
    proposal: Proposal,
    draft: BusinessCaseDraft,
    *,
    origin: BusinessCaseOrigin = BusinessCaseOrigin.DEPARTMENT,
    source: str,
    reason: str = "",
    attachment_id: UUID | None = None,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Add the figures as the newest of their origin; those before them stay.

    `attachment_id` is the workbook they were read from. Raises ChangedMeanwhile when one was saved after `version` was
    read, NotAllowed for a department that does not lead, and Refused for figures that cannot be calculated.
    """
    for gap in gaps_of_case(draft):
        raise Refused(gap.text)
    _add(
        session,
        proposal,
        version,
        origin=origin,
        content=draft_to_json(draft),
        source=source,
        reason=reason,
        attachment_id=attachment_id,
        actor=actor,
        at=at,
    )
    ask(session, business_case_drawings(calculate(business_case_of(draft), rates_on(today(at)))), at=at)


def save_som_result(
    session: Session,
    proposal: Proposal,
    result: SomResult,
    *,
    source: str,
    attachment_id: UUID | None = None,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Add what SØM answered. Raises as `save_business_case` does."""
    _add(
        session,
        proposal,
        version,
        origin=BusinessCaseOrigin.SOM,
        content=som_to_json(result),
        source=source,
        attachment_id=attachment_id,
        actor=actor,
        at=at,
    )


def _add(
    session: Session,
    proposal: Proposal,
    version: int,
    *,
    origin: BusinessCaseOrigin,
    content: dict[str, Any],
    actor: Actor,
    at: datetime,
    **said: Any,
) -> None:
    _need_place(session, proposal, origin, actor)
    if count_business_cases(session, proposal.id) != version:
        raise ChangedMeanwhile
    sent = newest_version(session, proposal.id)
    session.add(
        BusinessCaseRow(
            proposal_id=proposal.id,
            origin=origin,
            content=content,
            rates_id=rates_on(today(at)).id,
            proposal_version=sent.number if sent else 1,
            saved_by=actor.person_id,
            saved_at=_after(newest_saved_at(session, proposal.id), at),
            **said,
        )
    )
    record_on(session, proposal, BusinessCaseSaved(origin.value), actor=actor, at=at)


def _need_place(session: Session, proposal: Proposal, origin: BusinessCaseOrigin, actor: Actor) -> None:
    """The lead department corrects the figures; only the secretariat types in the applicant's own."""
    if origin is BusinessCaseOrigin.APPLICANT and actor.role is not Role.SECRETARIAT:
        raise NotAllowed("Det er sekretariatet, der skriver ansøgerens egne tal ind.")
    need_right_to_correct(session, proposal, actor)


def need_right_to_correct(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Raises NotAllowed for whoever may not save figures."""
    if not may_correct(session, proposal, actor):
        raise NotAllowed("Det er den forvaltning, der leder vurderingen, som regner på tallene.")


def may_correct(session: Session, proposal: Proposal, actor: Actor) -> bool:
    """May the actor save figures: the secretariat, and whoever has the case for the department that leads?"""
    if actor.role is Role.SECRETARIAT:
        return True
    leads = any(
        request.is_lead and request.department_code == actor.department and request.withdrawn_at is None
        for request in department_requests(session, proposal.id)
    )
    assignment = find_assignment(session, actor.person_id, proposal.id)
    return leads and assignment is not None and assignment.department_code == actor.department


def choose_business_case(
    session: Session,
    proposal: Proposal,
    business_case_id: UUID,
    *,
    reason: str,
    transaction_reason: str = "",
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Let the case rest on one of its business cases, with the reason why.

    Raises ChangedMeanwhile when another was saved after `version` was read, NotFound for one of another proposal, and
    Refused at the reason that is missing (domain.md GATE9 for `transaction_reason`).
    """
    if count_business_cases(session, proposal.id) != version:
        raise ChangedMeanwhile
    saved = find_business_case(session, proposal.id, business_case_id)
    if saved is None:
        raise NotFound
    if not reason:
        raise Refused("Skriv, hvorfor sagen skal hvile på disse tal.", field="reason")
    red = transaction_warning(saved.transaction_share) is TransactionWarning.RED
    if red and not transaction_reason:
        raise Refused(
            "Administrationen er mere end 25 % af udgiften. Skriv, hvorfor det er i orden.", field="transaction_reason"
        )
    before = chosen_business_case(session, proposal.id)
    session.add(
        BusinessCaseChoice(
            proposal_id=proposal.id,
            business_case_id=business_case_id,
            reason=reason,
            transaction_reason=transaction_reason if red else "",
            chosen_by=actor.person_id,
            chosen_at=_after(before.chosen_at if before else None, at),
        )
    )
    record_on(session, proposal, BusinessCaseChosen(saved.origin.value, reason), actor=actor, at=at)


def _after(known: datetime | None, at: datetime) -> datetime:
    """The moment of a row; one that had to wait while another was stored still comes after it."""
    return at if known is None or known < at else known + _MOMENT
