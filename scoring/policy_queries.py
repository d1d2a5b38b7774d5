"""Which policies are there, in the program and drafted in the browser, and which of them does somebody mean?

Rules take a Policy and never look one up: whoever has a session asks here. What is published with the program is found
without a query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.audit import AuditEvent
from foundation.identity.models import Person
from intake.models import Call
from intake.rules.call_policy import PolicyOffer
from scoring.models import PolicyRow
from scoring.policy_events import PolicyDrafted, PolicyEdited
from scoring.rules.dimensions import Scale
from scoring.rules.maturity import Level, level_of
from scoring.rules.policies import POLICIES, Policy, UnknownPolicy, get_policy, get_scale
from scoring.rules.policies.catalogue import CatalogueEntry, PolicyState, published_entries
from scoring.rules.policies.numbers import numbers_from_json, policy_with

_PUBLISHED = {policy.id for policy in POLICIES}
_SCALES = {policy.scale.id for policy in POLICIES}


def policy_of(session: Session, policy_id: str) -> Policy:
    """The policy with that id, wherever it was written. Raises UnknownPolicy."""
    if policy_id in _PUBLISHED:
        return get_policy(policy_id)
    row = policy_row(session, policy_id)
    if row is None:
        raise UnknownPolicy(policy_id)
    return policy_in(row)


def scale_of(session: Session, scale_id: str) -> Scale:
    """The scale with that id. A policy with weights of its own has a scale of its own, called as the policy."""
    return get_scale(scale_id) if scale_id in _SCALES else policy_of(session, scale_id).scale


def level_of_maturity(session: Session, maturity: Any, policy_id: str) -> Level | None:
    """The level under a policy; None while nothing is scored."""
    return None if maturity is None else level_of(maturity, policy_of(session, policy_id).level_bounds)


def policy_row(session: Session, slug: str, *, for_update: bool = False) -> PolicyRow | None:
    """A policy that was drafted in the browser, whatever its state; locked for whoever writes it."""
    asked = select(PolicyRow).where(PolicyRow.slug == slug)
    return session.exec(asked.with_for_update() if for_update else asked).first()


def policy_in(row: PolicyRow) -> Policy:
    """The frozen policy that a row holds."""
    content: Mapping[str, Any] = row.content
    return policy_with(row.slug, numbers_from_json(content["numbers"]), get_scale(content["words"]))


def catalogue(session: Session) -> list[CatalogueEntry]:
    """Every policy, those of the program first, then by the day from which they hold."""
    rows = session.exec(select(PolicyRow).order_by(col(PolicyRow.valid_from), col(PolicyRow.slug)))
    return [*published_entries(), *map(entry_of, rows)]


def drafts_of_others(session: Session, person_id: UUID) -> Sequence[PolicyRow]:
    """The drafted policies that others alone have written in, by the day from which they would hold."""
    waiting = select(PolicyRow).where(PolicyRow.state == PolicyState.DRAFT, ~_is_written_by(person_id))
    return session.exec(waiting.order_by(col(PolicyRow.valid_from), col(PolicyRow.slug))).all()


def entry_of(row: PolicyRow) -> CatalogueEntry:
    """A row as the catalogue shows it."""
    return CatalogueEntry(
        policy_in(row), row.title, row.valid_from, row.state, row.based_on, was_adopted=row.adopted_at is not None
    )


def find_entry(session: Session, policy_id: str) -> CatalogueEntry | None:
    """One policy of the catalogue."""
    for entry in published_entries():
        if entry.id == policy_id:
            return entry
    row = policy_row(session, policy_id)
    return None if row is None else entry_of(row)


def policy_offers(session: Session) -> tuple[PolicyOffer, ...]:
    """The adopted policies as those see them who write calls; a withdrawn one keeps its name and is no choice."""
    return tuple(
        PolicyOffer(one.id, one.title, one.valid_from, may_be_chosen=one.state is PolicyState.ADOPTED)
        for one in catalogue(session)
        if one.was_adopted
    )


@dataclass(frozen=True, slots=True)
class UsingCall:
    """A call that sorts by a policy. It is `published`, or only a draft that may still change its mind."""

    policy_id: str
    slug: str
    title: str
    published: bool


def calls_by_policy(session: Session) -> dict[str, list[UsingCall]]:
    """Which calls sort by which policy, the oldest first."""
    rows = session.exec(select(Call).order_by(col(Call.opens_at), col(Call.slug)))
    using: dict[str, list[UsingCall]] = {}
    for call in rows:
        found = UsingCall(call.policy_id, call.slug, call.title, published=call.published_at is not None)
        using.setdefault(call.policy_id, []).append(found)
    return using


def has_written_in(session: Session, row: PolicyRow, person_id: UUID) -> bool:
    """Has the person drafted the policy, or written in it since, in whatever role?"""
    return (
        session.exec(select(PolicyRow.id).where(PolicyRow.id == row.id, _is_written_by(person_id))).first() is not None
    )


def _is_written_by(person_id: UUID) -> sa.ColumnElement[bool]:
    edited = sa.exists().where(
        col(AuditEvent.subject_id) == col(PolicyRow.id),
        col(AuditEvent.person_id) == person_id,
        col(AuditEvent.kind).in_([PolicyDrafted.kind, PolicyEdited.kind]),
    )
    return sa.or_(col(PolicyRow.drafted_by) == person_id, edited)


@dataclass(frozen=True, slots=True)
class PolicyPeople:
    """Who drafted, adopted and withdrew a policy; empty where nobody has."""

    drafted: str
    adopted: str
    withdrawn: str


def policy_people(session: Session, row: PolicyRow) -> PolicyPeople:
    """The names behind a row."""
    acting = (row.drafted_by, row.adopted_by, row.withdrawn_by)
    known = [key for key in acting if key is not None]
    names = {found.id: found.name for found in session.exec(select(Person).where(col(Person.id).in_(known)))}
    drafted, adopted, withdrawn = ("" if key is None else names[key] for key in acting)
    return PolicyPeople(drafted, adopted, withdrawn)
