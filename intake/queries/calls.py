"""Which calls are there, and what state is each in?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.clock import today
from foundation.identity.models import Membership, Person
from intake.models import (
    Call,
    CallFocusArea,
    CallQuestion,
    Proposal,
)
from intake.rules.call import CallState, ExtraKind, FocusArea, call_state
from intake.rules.call_check import CallFacts, ChoiceQuestion
from intake.rules.call_draft import CallDraft, QuestionDraft
from intake.rules.call_policy import PolicyOffer, policy_on
from intake.rules.lifecycle import State
from intake.rules.questions import Kind, Option, Question, QuestionSet, question_set, with_call_questions


def state_of_call(call: Call, *, at: datetime) -> CallState:
    """The call's state by the clock."""
    return call_state(
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        published_at=call.published_at,
        cancelled_at=call.cancelled_at,
        at=at,
    )


def public_calls(session: Session, *, at: datetime) -> list[Call]:
    """Published calls that are open or will open, the nearest deadline first."""
    return list(
        session.exec(
            select(Call)
            .where(
                col(Call.published_at).is_not(None),
                col(Call.cancelled_at).is_(None),
                col(Call.closes_at) >= at,
            )
            .order_by(col(Call.closes_at))
        )
    )


def all_calls(session: Session) -> list[Call]:
    """Every call for the secretariat: drafts on top, and then the newest first."""
    is_published = col(Call.number).is_not(None)
    order = (is_published, col(Call.year).desc(), col(Call.number).desc(), col(Call.opens_at).desc())
    return list(session.exec(select(Call).order_by(*order)))


def published_calls(session: Session) -> list[Call]:
    """Every call that has been published, newest first."""
    return [call for call in all_calls(session) if call.published_at is not None]


def any_call(session: Session, slug: str) -> Call | None:
    """A call in whatever state, drafts too: for the secretariat alone."""
    return session.exec(select(Call).where(Call.slug == slug)).first()


def public_call(session: Session, slug: str) -> Call | None:
    """A call that has been published, whatever its state by now."""
    return session.exec(select(Call).where(Call.slug == slug, col(Call.published_at).is_not(None))).first()


def call_of(session: Session, proposal: Proposal) -> Call:
    """The call that a proposal answers."""
    return session.get_one(Call, proposal.call_id)


def slug_is_taken(session: Session, slug: str) -> bool:
    return session.exec(select(Call.id).where(Call.slug == slug)).first() is not None


def next_call_number(session: Session, year: int) -> int:
    """The number that the next published call of a year gets.

    The lock on the year's calls, those in draft included, lets two publications wait for each other on PostgreSQL;
    on SQLite the whole transaction has the writer's place.
    """
    session.exec(select(Call.id).where(Call.year == year).order_by(col(Call.id)).with_for_update()).all()
    return (session.exec(select(sa.func.max(Call.number)).where(Call.year == year)).one() or 0) + 1


def call_draft(session: Session, call: Call) -> CallDraft:
    """The call as the frozen draft that forms and rules speak."""
    return CallDraft(
        title=call.title,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        purpose=call.purpose,
        who_can_apply=call.who_can_apply,
        focus_areas=tuple(focus_areas(session, call.id)),
        frame_ore=call.frame_ore,
        per_project_cap_ore=call.per_project_cap_ore,
        max_projects=call.max_projects,
        policy_id=call.policy_id,
        contact_name=call.contact_name,
        contact_email=call.contact_email,
    )


def call_facts(session: Session, call: Call, *, at: datetime, policies: tuple[PolicyOffer, ...] = ()) -> CallFacts:
    """What the check before publication asks; without `policies` nothing is asked about the day they hold from."""
    own = call_questions(session, call.id)
    return CallFacts(
        at=at,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        purpose=call.purpose,
        who_can_apply=call.who_can_apply,
        focus_areas=len(focus_areas(session, call.id)),
        frame_ore=call.frame_ore,
        per_project_cap_ore=call.per_project_cap_ore,
        max_projects=call.max_projects,
        policy_id=call.policy_id,
        contact_name=call.contact_name,
        contact_email=call.contact_email,
        due_policy=policy_on(policies, today(call.opens_at)),
        choices=tuple(ChoiceQuestion(row.label, tuple(row.options)) for row in own if row.kind is ExtraKind.CHOICE),
    )


# ---- who is told --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is written to about a call, and what they have there."""

    person_id: UUID
    email: str
    has_draft: bool
    references: tuple[str, ...]


OVER: frozenset[State] = frozenset({State.WITHDRAWN, State.FORMALLY_REJECTED, State.CLOSED})
"""Cases in which nothing more happens."""


def people_with_drafts(session: Session, call_id: UUID) -> list[Reader]:
    """Every member, today, of an organisation with a draft in the call, one that was opened again included."""
    return _members(session, call_id, frozenset({State.DRAFT}))


def people_with_open_proposals(session: Session, call_id: UUID) -> list[Reader]:
    """Every member, today, of an organisation with a draft or with a case that is not over."""
    return _members(session, call_id, frozenset(State) - OVER)


def _members(session: Session, call_id: UUID, states: frozenset[State]) -> list[Reader]:
    rows = session.exec(
        select(Person.id, Person.email, Proposal.state, Proposal.reference)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .join(Proposal, col(Proposal.organisation_id) == col(Membership.organisation_id))
        .where(
            Proposal.call_id == call_id,
            col(Proposal.state).in_(states),
            col(Membership.ended_at).is_(None),
            col(Person.closed_at).is_(None),
        )
        .order_by(col(Person.email), col(Proposal.number))
    ).all()
    emails = {person_id: email for person_id, email, _state, _reference in rows}
    return [
        Reader(
            person_id,
            email,
            has_draft=any(who == person_id and state is State.DRAFT for who, _, state, _ in rows),
            references=tuple(
                reference
                for who, _, state, reference in rows
                if who == person_id and reference and state != State.DRAFT
            ),
        )
        for person_id, email in emails.items()
    ]


def is_finished(session: Session, call: Call, *, at: datetime) -> bool:
    """Whether the deadline has passed and no case of the call is left."""
    if state_of_call(call, at=at) is not CallState.CLOSED:
        return False
    left = frozenset(State) - OVER - {State.DRAFT}
    found = session.exec(select(Proposal.id).where(Proposal.call_id == call.id, col(Proposal.state).in_(left)).limit(1))
    return found.first() is None


# ---- what is asked ------------------------------------------------------------------------------------------------


def focus_areas(session: Session, call_id: UUID) -> list[FocusArea]:
    """The focus areas of a call, in the order of the vision."""
    chosen = set(session.exec(select(CallFocusArea.focus_area).where(CallFocusArea.call_id == call_id)))
    return [area for area in FocusArea if area in chosen]


def call_questions(session: Session, call_id: UUID) -> list[CallQuestion]:
    """The questions that the call asks on top of its question set, in order."""
    return list(
        session.exec(select(CallQuestion).where(CallQuestion.call_id == call_id).order_by(col(CallQuestion.position)))
    )


def call_question(session: Session, call_id: UUID, question_id: UUID) -> CallQuestion | None:
    """One of the call's own questions."""
    return session.exec(
        select(CallQuestion).where(CallQuestion.call_id == call_id, CallQuestion.id == question_id)
    ).first()


def question_draft(row: CallQuestion) -> QuestionDraft:
    """A stored question as the frozen draft that forms and rules speak."""
    return QuestionDraft(row.kind, row.label, row.hint, row.is_required, row.most_words, tuple(row.options))


def questions_of(session: Session, call: Call) -> QuestionSet:
    """Everything that a call asks: its question set, and its own questions as a section of their own."""
    own = tuple(as_question(row) for row in call_questions(session, call.id))
    return with_call_questions(question_set(call.question_set_id), own)


_KINDS = {
    ExtraKind.SHORT_TEXT: Kind.LINE,
    ExtraKind.LONG_TEXT: Kind.PROSE,
    ExtraKind.NUMBER: Kind.WHOLE_NUMBER,
    ExtraKind.CHOICE: Kind.CHOICE,
}


def as_question(row: CallQuestion) -> Question:
    """A stored question of a call in the form that all questions have; its key is that of its row."""
    return Question(
        key=f"call_{row.id.hex}",
        label=row.label,
        kind=_KINDS[row.kind],
        hint=row.hint,
        missing=f"Svar på spørgsmålet: {row.label}",
        most_words=row.most_words,
        most_characters=200,
        least=0,
        required=row.is_required,
        options=tuple(Option(str(number), words) for number, words in enumerate(row.options, start=1)),
    )
