"""Which calls are there, and what state is each in?"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from intake.models import (
    Call,
    CallFocusArea,
    CallQuestion,
    Proposal,
)
from intake.rules.call import CallState, ExtraKind, FocusArea, call_state
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
    """Every call, newest first, for the secretariat."""
    return list(session.exec(select(Call).order_by(col(Call.year).desc(), col(Call.number).desc())))


def public_call(session: Session, slug: str) -> Call | None:
    """A call that has been published, whatever its state by now."""
    return session.exec(select(Call).where(Call.slug == slug, col(Call.published_at).is_not(None))).first()


def call_of(session: Session, proposal: Proposal) -> Call:
    """The call that a proposal answers."""
    return session.get_one(Call, proposal.call_id)


def focus_areas(session: Session, call_id: UUID) -> list[FocusArea]:
    """The focus areas of a call, in the order of the vision."""
    chosen = set(session.exec(select(CallFocusArea.focus_area).where(CallFocusArea.call_id == call_id)))
    return [area for area in FocusArea if area in chosen]


def call_questions(session: Session, call_id: UUID) -> list[CallQuestion]:
    """The questions that the call asks on top of its question set, in order."""
    return list(
        session.exec(select(CallQuestion).where(CallQuestion.call_id == call_id).order_by(col(CallQuestion.position)))
    )


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
