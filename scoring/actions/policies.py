"""How is a policy drafted, edited, adopted and withdrawn in the browser? Nothing here commits."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from foundation.audit import Event, record
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity.roles import Actor
from intake.rules.master_data import fault_of_day
from scoring.models import PolicyRow
from scoring.policy_events import PolicyAdopted, PolicyDrafted, PolicyEdited, PolicyWithdrawn
from scoring.policy_queries import catalogue, find_entry, has_written_in, policy_in
from scoring.rules.policies import POLICIES, Policy
from scoring.rules.policies.catalogue import PolicyState
from scoring.rules.policies.draft import PolicyDraft, fault_of_first_day, slug_for
from scoring.rules.policies.numbers import compared, faults_of, numbers_of, numbers_to_json

_SCALES = {policy.scale.id: policy.scale for policy in POLICIES}


def draft_policy(session: Session, draft: PolicyDraft, *, based_on: str, actor: Actor, at: datetime) -> PolicyRow:
    """A new policy that nothing sorts by yet. Raises Refused at a number that makes no sense, and at a day gone by."""
    base = find_entry(session, based_on)
    if base is None:
        raise Refused("Politikken, som den nye skal bygge på, findes ikke.")
    _need_sound(session, draft, at=at)
    content = {"numbers": numbers_to_json(draft.numbers), "words": _words_of(session, base.policy)}
    row = _store(session, draft, based_on=based_on, content=content, actor=actor, at=at)
    happened = PolicyDrafted(row.slug, row.title, row.based_on, row.valid_from.isoformat())
    _record(session, row, happened, actor=actor, at=at)
    return row


def _words_of(session: Session, base: Policy) -> str:
    """The published scale whose words the base carries: only weights are ever drafted."""
    if base.scale.id in _SCALES:
        return base.scale.id
    row = session.exec(select(PolicyRow).where(PolicyRow.slug == base.id)).one()
    return str(row.content["words"])


def _store(
    session: Session, draft: PolicyDraft, *, based_on: str, content: dict[str, Any], actor: Actor, at: datetime
) -> PolicyRow:
    """The row under the first id that is free; one that somebody takes in the same moment is passed over."""
    taken = [policy.id for policy in POLICIES]
    while True:
        taken.extend(session.exec(select(PolicyRow.slug)))
        row = PolicyRow(
            slug=slug_for(draft.valid_from, taken),
            title=draft.title,
            valid_from=draft.valid_from,
            based_on=based_on,
            content=content,
            state=PolicyState.DRAFT,
            drafted_by=actor.person_id,
            drafted_at=at,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            taken.append(row.slug)
            continue
        return row


def edit_policy(
    session: Session, row: PolicyRow, draft: PolicyDraft, *, version: int, actor: Actor, at: datetime
) -> None:
    """Write a draft anew. Whoever writes in it cannot adopt it."""
    need_draft(row, version=version)
    _need_sound(session, draft, at=at)
    changed = _changed(row, draft)
    if not changed:
        return
    row.title, row.valid_from = draft.title, draft.valid_from
    row.content = {**row.content, "numbers": numbers_to_json(draft.numbers)}
    session.add(row)
    session.flush()
    _record(session, row, PolicyEdited(row.slug, changed), actor=actor, at=at)


def _changed(row: PolicyRow, draft: PolicyDraft) -> tuple[str, ...]:
    before = policy_in(row)
    lines = compared(draft.numbers, numbers_of(before), before.scale)
    heads = [name for name in ("title", "valid_from") if getattr(row, name) != getattr(draft, name)]
    return (*heads, *(line.key for line in lines if line.differs))


def adopt_policy(session: Session, row: PolicyRow, *, reason: str, version: int, actor: Actor, at: datetime) -> None:
    """Let coming calls sort by it, and freeze it. Raises NotAllowed for who drafted it: two people stand behind it."""
    _wait_for_others(session)
    need_adoptable(session, row, actor=actor, version=version)
    if not reason:
        raise Refused("Skriv, hvorfor politikken bliver vedtaget.", field="reason")
    fault = fault_of_first_day(row.valid_from, catalogue(session), today=today(at))
    if fault is not None:
        raise Refused(f"{fault.text} Sekretariatet kan rette dagen i kladden.")
    if _says_nothing_new(session, row):
        raise Refused("Politikken har de samme tal som den, den bygger på. Der er ikke noget at vedtage.")
    row.state, row.adopted_by, row.adopted_at, row.adoption_reason = PolicyState.ADOPTED, actor.person_id, at, reason
    session.add(row)
    session.flush()
    happened = PolicyAdopted(row.slug, row.title, row.valid_from.isoformat(), reason)
    _record(session, row, happened, actor=actor, at=at)


def _wait_for_others(session: Session) -> None:
    """Of two adoptions at once the second sees the first; on SQLite the whole transaction has the writer's place."""
    session.exec(select(PolicyRow.id).order_by(col(PolicyRow.id)).with_for_update()).all()


def _says_nothing_new(session: Session, row: PolicyRow) -> bool:
    base = find_entry(session, row.based_on)
    return base is not None and numbers_of(policy_in(row)) == numbers_of(base.policy)


def discard_policy(session: Session, row: PolicyRow, *, reason: str, version: int, actor: Actor, at: datetime) -> None:
    """Give a draft up: it stays on the list, and nobody can edit or adopt it any more."""
    need_draft(row, version=version)
    _end(session, row, reason=reason, actor=actor, at=at)


def withdraw_policy(session: Session, row: PolicyRow, *, reason: str, version: int, actor: Actor, at: datetime) -> None:
    """Take an adopted policy from new calls. Calls that are published keep it, and so does every sorting."""
    need_adopted(row, version=version)
    _end(session, row, reason=reason, actor=actor, at=at)


def _end(session: Session, row: PolicyRow, *, reason: str, actor: Actor, at: datetime) -> None:
    if not reason:
        raise Refused("Skriv, hvorfor politikken bliver trukket tilbage.", field="reason")
    row.state, row.withdrawn_by, row.withdrawn_at = PolicyState.WITHDRAWN, actor.person_id, at
    row.withdrawal_reason = reason
    session.add(row)
    session.flush()
    happened = PolicyWithdrawn(row.slug, row.title, row.adopted_at is not None, reason)
    _record(session, row, happened, actor=actor, at=at)


def need_adopted(row: PolicyRow, *, version: int) -> None:
    """Raises Refused for a draft and for what is withdrawn already, and ChangedMeanwhile."""
    if row.state is not PolicyState.ADOPTED:
        raise Refused("Kun en vedtaget politik kan trækkes tilbage. Den her er en kladde eller trukket tilbage.")
    _need_version(row, version)


def _need_sound(session: Session, draft: PolicyDraft, *, at: datetime) -> None:
    if text := fault_of_day(draft.valid_from, today=today(at)):
        raise Refused(text, field="valid_from")
    day_fault = fault_of_first_day(draft.valid_from, catalogue(session), today=today(at))
    if day_fault is not None:
        raise Refused(day_fault.text, field=day_fault.field)
    for fault in faults_of(draft.numbers):
        raise Refused(fault.text, field=fault.field)


def need_adoptable(session: Session, row: PolicyRow, *, actor: Actor, version: int) -> None:
    """Raises NotAllowed for who wrote in the draft: two people stand behind a policy."""
    need_draft(row, version=version)
    if has_written_in(session, row, actor.person_id):
        raise NotAllowed("Du har selv skrevet i politikken. En anden administrator skal vedtage den.")


def need_draft(row: PolicyRow, *, version: int) -> None:
    """Raises Refused once it is adopted or withdrawn, and ChangedMeanwhile when somebody saved meanwhile."""
    if row.state is not PolicyState.DRAFT:
        raise Refused("Politikken er vedtaget eller trukket tilbage, så den ligger fast. Lav en ny, der bygger på den.")
    _need_version(row, version)


def _need_version(row: PolicyRow, version: int) -> None:
    if row.version != version:
        raise ChangedMeanwhile


def _record(session: Session, row: PolicyRow, happened: Event, *, actor: Actor, at: datetime) -> None:
    record(session, happened, subject_type="policy", subject_id=row.id, actor=actor, at=at)
