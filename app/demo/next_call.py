"""Which call is the demo's secretariat writing on?"""

from datetime import datetime, time, timedelta

from sqlmodel import Session

from foundation.clock import copenhagen_moment, today
from foundation.identity.roles import Actor
from intake import actions as intake_actions
from intake.rules.call import ExtraKind, FocusArea
from intake.rules.call_draft import CallDraft, QuestionDraft

_QUESTIONS = (
    QuestionDraft(
        ExtraKind.LONG_TEXT,
        "Hvordan har unge selv været med til at forme idéen?",
        hint="Skriv, hvem I har talt med, og hvad det har ændret.",
        most_words=150,
    ),
    QuestionDraft(
        ExtraKind.CHOICE,
        "Hvornår på året er indsatsen størst?",
        options=("I skoleåret", "I ferierne", "Hele året"),
    ),
    QuestionDraft(ExtraKind.NUMBER, "Hvor mange virksomheder er med?", is_required=False),
)


def add_next_call(session: Session, *, actor: Actor, at: datetime) -> None:
    """A call in draft with all but its contact, so that the check before publication has something to say."""
    draft = CallDraft(
        title="Flere unge i fritidsjob",
        opens_at=copenhagen_moment(today(at) + timedelta(days=45), time(9)),
        closes_at=copenhagen_moment(today(at) + timedelta(days=101), time(12)),
        purpose="Rådet søger indsatser, som hjælper unge mellem 13 og 17 år til deres første fritidsjob.",
        who_can_apply="Foreninger, selvejende institutioner og virksomheder med CVR-nummer.",
        focus_areas=(FocusArea.YOUTH_JOBS_EDUCATION, FocusArea.DEPRIVED_AREAS),
        frame_ore=4_000_000_00,
        per_project_cap_ore=1_000_000_00,
        max_projects=5,
        policy_id="2026",
    )
    call = intake_actions.create_call(session, draft, actor=actor, at=at)
    for question in _QUESTIONS:
        intake_actions.add_call_question(session, call, question, version=call.version, actor=actor, at=at)
    session.flush()
