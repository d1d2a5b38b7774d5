"""How are a call's own questions written, moved and taken away while it is a draft? Nothing here commits."""

from datetime import datetime

from sqlmodel import Session

from foundation.errors import Refused
from foundation.identity.roles import Actor
from intake import queries
from intake.actions.calls import need_draft, record_on_call, touch
from intake.events import CallQuestionsChanged
from intake.models import Call, CallQuestion
from intake.rules.call_draft import MOST_QUESTIONS, QuestionDraft, question_fault

_BETWEEN = 0
"""No question has this place: it is where one waits while two change places, since no two may have the same."""


def add_call_question(
    session: Session, call: Call, draft: QuestionDraft, *, version: int, actor: Actor, at: datetime
) -> None:
    """A new question at the end. Raises Refused at the field that is wrong, and when there are 20 already."""
    need_draft(call, version=version)
    _check(draft)
    own = queries.call_questions(session, call.id)
    if len(own) >= MOST_QUESTIONS:
        raise Refused(f"Et call kan højst have {MOST_QUESTIONS} egne spørgsmål. Slet et, før du tilføjer et nyt.")
    place = max((row.position for row in own), default=_BETWEEN) + 1
    session.add(_written(CallQuestion(call_id=call.id, position=place, kind=draft.kind, label=draft.label), draft))
    _note(session, call, "added", draft.label, actor=actor, at=at)


def edit_call_question(
    session: Session, call: Call, row: CallQuestion, draft: QuestionDraft, *, version: int, actor: Actor, at: datetime
) -> None:
    """Write one question anew. Raises Refused at the field that is wrong."""
    need_draft(call, version=version)
    _check(draft)
    if queries.question_draft(row) == draft:
        return
    session.add(_written(row, draft))
    _note(session, call, "changed", draft.label, actor=actor, at=at)


def move_call_question(
    session: Session, call: Call, row: CallQuestion, *, steps: int, version: int, actor: Actor, at: datetime
) -> None:
    """One place up (`steps` -1) or down (1); the first stays first, and the last last."""
    need_draft(call, version=version)
    own = queries.call_questions(session, call.id)
    there = [one.id for one in own].index(row.id) + steps
    if not 0 <= there < len(own):
        return
    other = own[there]
    place, other_place = row.position, other.position
    for one, new in ((row, _BETWEEN), (other, place), (row, other_place)):
        one.position = new
        session.add(one)
        session.flush()
    _note(session, call, "moved", row.label, actor=actor, at=at)


def remove_call_question(
    session: Session, call: Call, row: CallQuestion, *, version: int, actor: Actor, at: datetime
) -> None:
    """Take a question away. Nobody has answered it, because the call is a draft."""
    need_draft(call, version=version)
    session.delete(row)
    _note(session, call, "removed", row.label, actor=actor, at=at)


def _check(draft: QuestionDraft) -> None:
    fault = question_fault(draft)
    if fault is not None:
        raise Refused(fault.text, field=fault.field)


def _written(row: CallQuestion, draft: QuestionDraft) -> CallQuestion:
    row.kind, row.label, row.hint = draft.kind, draft.label, draft.hint
    row.is_required, row.most_words, row.options = draft.is_required, draft.most_words, list(draft.options)
    return row


def _note(session: Session, call: Call, what: str, label: str, *, actor: Actor, at: datetime) -> None:
    touch(session, call)
    record_on_call(session, call, CallQuestionsChanged(what, label), actor=actor, at=at)
