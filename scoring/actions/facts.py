"""How does the secretariat write down what it found out about a case? Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from intake.actions import record_on
from intake.models import Proposal
from scoring.events import CaseFactsRecorded
from scoring.models import CaseFact
from scoring.queries import FactRecord, fact_records, fact_suggestions
from scoring.rules.case_facts import QUESTION_OF, FactDraft, FactKind, answer_slug, gaps_of_fact
from scoring.rules.goal_payers import gaps_of_goals, goals_of, paired

_UNKNOWN = FactDraft(None)


def record_case_facts(
    session: Session,
    proposal: Proposal,
    facts: Mapping[str, FactDraft],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Store what the secretariat found out; only what changed is written, with who and when.

    `facts` holds any of the catalogue's keys. Raises ChangedMeanwhile when the case has changed since `version` was
    read, and Refused at the field of an answer that lacks its source or its reason.
    """
    if proposal.version != version:
        raise ChangedMeanwhile
    _need_defensible(session, proposal, facts)
    known = fact_records(session, proposal.id)
    before = {key: _as_draft(known.get(key)) for key in facts}
    changed = tuple(key for key, draft in facts.items() if draft != before[key])
    for key in changed:
        row = session.get(CaseFact, (proposal.id, key))
        row = row or CaseFact(proposal_id=proposal.id, key=key, recorded_by=actor.person_id, recorded_at=at)
        row.value, row.source, row.reason = facts[key].value, facts[key].source, facts[key].reason
        row.recorded_by, row.recorded_at = actor.person_id, at
        session.add(row)
    if changed:
        proposal.saved_at = at
        flag_modified(proposal, "saved_at")  # The facts changed, and the version tells of it also within one moment.
        happened = CaseFactsRecorded(changed, _slugs(changed, before), _slugs(changed, facts))
        record_on(session, proposal, happened, actor=actor, at=at)


def _need_defensible(session: Session, proposal: Proposal, facts: Mapping[str, FactDraft]) -> None:
    suggested = fact_suggestions(session, proposal)
    for key, draft in facts.items():
        pointed_at = suggested[key].value if key in suggested else None
        for part, text in gaps_of_fact(QUESTION_OF[key], draft, pointed_at):
            raise Refused(text, field=f"{key}_{part}")
    if "goal_payers" in facts:
        goals = paired(goals_of(proposal.answers), facts["goal_payers"].value)
        for number, part, text in gaps_of_goals(goals):
            raise Refused(text, field=f"goal_{number}_{part}")


def _as_draft(record: FactRecord | None) -> FactDraft:
    return _UNKNOWN if record is None else FactDraft(record.value, record.source, record.reason)


def _slugs(keys: tuple[str, ...], facts: Mapping[str, FactDraft]) -> dict[str, str]:
    """The answers by key for the history, which holds no free text: not those that are texts themselves."""
    asked = ((key, QUESTION_OF[key]) for key in keys)
    return {key: answer_slug(one, facts[key].value) for key, one in asked if one.kind is not FactKind.REASON}
