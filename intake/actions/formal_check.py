"""How are the formal demands verified, and when is a proposal through? Nothing here commits."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.queries import department_names
from foundation.identity.roles import Actor
from intake.actions.moves import move_proposal, record_on
from intake.events import CaseWorkerAssigned, FormalCheckRecorded, FormalItemsRecorded
from intake.models import Call, FormalCheck, FormalCheckItem, Proposal
from intake.queries import formal_facts, latest_formal_check, newest_version, verified_items
from intake.rules.formal_check import (
    DEMANDS,
    Check,
    CheckOutcome,
    FormalFacts,
    ItemDraft,
    needs_note,
    not_in_order,
    run_formal_check,
)
from intake.rules.lifecycle import State


def record_items(
    session: Session,
    proposal: Proposal,
    call: Call,
    items: Mapping[str, ItemDraft],
    *,
    version: int,
    actor: Actor,
    at: datetime,
    applicant_department: str | None = None,
) -> None:
    """Store what a person found on each demand; only what changed gets a new name and date.

    The first one to do it becomes the case worker. An outcome that was recorded before does not hold any longer when
    a demand turns out not to be met. Raises ChangedMeanwhile for an old `version`, Refused where a note is needed.
    """
    if proposal.version != version:
        raise ChangedMeanwhile
    facts = formal_facts(session, actor, proposal, call)
    _check_notes(run_formal_check(facts), items)
    _check_department(session, facts, applicant_department, at=at)
    changed = _store_items(session, proposal, items, actor=actor, at=at)
    if proposal.state is State.SUBMITTED:
        move_proposal(proposal, "formalcheck.record")
    if proposal.case_worker_id is None:
        proposal.case_worker_id = actor.person_id
        record_on(session, proposal, CaseWorkerAssigned(actor.name), actor=actor, at=at)
    if applicant_department is not None:
        proposal.applicant_department = applicant_department
    proposal.saved_at = at
    session.add(proposal)
    session.flush()
    if changed:
        record_on(session, proposal, FormalItemsRecorded(changed), actor=actor, at=at)
    _take_back(session, proposal, call, actor=actor, at=at)


def _check_notes(checks: tuple[Check, ...], items: Mapping[str, ItemDraft]) -> None:
    for check in checks:
        found = items.get(check.rule)
        if found and not found.note and needs_note(check.outcome, found.outcome):
            raise Refused("Skriv, hvorfor du ser anderledes på det end systemet.", field=f"{check.rule}_note")


def _check_department(session: Session, facts: FormalFacts, code: str | None, *, at: datetime) -> None:
    if code is None:
        return
    if facts.kind is not OrganisationKind.MUNICIPAL_DEPARTMENT:
        raise Refused("Ansøgeren er ikke en kommunal forvaltning.", field="applicant_department")
    if code not in department_names(session, on=today(at)):
        raise Refused("Vælg en af kommunens forvaltninger.", field="applicant_department")


def _store_items(
    session: Session, proposal: Proposal, items: Mapping[str, ItemDraft], *, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Write what is other than before; returns the rules."""
    known = verified_items(session, proposal.id)
    number = _sent_number(session, proposal.id)
    changed = []
    for rule in (rule for rule in DEMANDS if rule in items):
        found, earlier = items[rule], known.get(rule)
        if earlier and (earlier.item.outcome, earlier.item.note) == (found.outcome, found.note):
            continue
        row = earlier.item if earlier else _new_item(proposal.id, number, rule, actor, at)
        row.outcome, row.note, row.checked_by, row.checked_at = found.outcome, found.note, actor.person_id, at
        session.add(row)
        changed.append(rule)
    return tuple(changed)


def _new_item(proposal_id: UUID, number: int, rule: str, actor: Actor, at: datetime) -> FormalCheckItem:
    return FormalCheckItem(
        proposal_id=proposal_id,
        proposal_version=number,
        rule=rule,
        outcome=CheckOutcome.NEEDS_HUMAN,
        checked_by=actor.person_id,
        checked_at=at,
    )


def _sent_number(session: Session, proposal_id: UUID) -> int:
    sent = newest_version(session, proposal_id)
    if sent is None:
        raise ValueError("an unsent proposal has no formal check")
    return sent.number


def _take_back(session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime) -> None:
    """A proposal that was through is so no longer when one of its demands is not."""
    latest = latest_formal_check(session, proposal.id)
    if latest is None or latest.outcome is not CheckOutcome.OK:
        return
    if not_in_order(found_outcomes(session, proposal)):
        record_outcome(session, proposal, call, CheckOutcome.NEEDS_HUMAN, note="", actor=actor, at=at)
        record_on(session, proposal, FormalCheckRecorded(CheckOutcome.NEEDS_HUMAN.value, ""), actor=actor, at=at)


def pass_formal_check(
    session: Session, proposal: Proposal, call: Call, *, note: str, actor: Actor, at: datetime
) -> None:
    """Say that the formalities are in order, so that the proposal can go to the departments.

    Raises Refused while a demand is not in order, naming it, or while the department that applies is not known.
    """
    open_rules = not_in_order(found_outcomes(session, proposal))
    if open_rules:
        named = ", ".join(f"{rule} ({DEMANDS[rule].lower()})" for rule in open_rules)
        raise Refused(f"Formalia kan ikke godkendes endnu. Se efter: {named}.")
    facts = formal_facts(session, actor, proposal, call)
    if facts.kind is OrganisationKind.MUNICIPAL_DEPARTMENT and proposal.applicant_department is None:
        raise Refused("Vælg, hvilken forvaltning der søger.", field="applicant_department")
    record_outcome(session, proposal, call, CheckOutcome.OK, note=note, actor=actor, at=at)
    record_on(session, proposal, FormalCheckRecorded(CheckOutcome.OK.value, note), actor=actor, at=at)


def found_outcomes(session: Session, proposal: Proposal) -> dict[str, CheckOutcome]:
    """By rule: what people have found of the version that was last sent."""
    return {rule: one.item.outcome for rule, one in verified_items(session, proposal.id).items()}


def record_outcome(
    session: Session,
    proposal: Proposal,
    call: Call,
    outcome: CheckOutcome,
    *,
    note: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep an outcome by name, with every demand as the machine and a person found it at this moment."""
    items = verified_items(session, proposal.id)
    checks = run_formal_check(formal_facts(session, actor, proposal, call))
    findings = []
    for check in checks:
        item = items[check.rule].item if check.rule in items else None
        found = {"found": item.outcome.value, "note": item.note} if item else {"found": "", "note": ""}
        findings.append({**asdict(check), "outcome": check.outcome.value, **found})
    session.add(
        FormalCheck(
            proposal_id=proposal.id,
            outcome=outcome,
            note=note,
            findings=findings,
            checked_by=actor.person_id,
            checked_at=at,
        )
    )
