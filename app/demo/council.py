"""How does a case of the demo come to the council: a memo, its release, and a place on an agenda?"""

from datetime import date, timedelta

from app.demo.scene import Scene
from exports.decision_memo_facts import sorted_run
from exports.memo_release import day_of_answer, frame_limits, release
from foundation.clock import today
from foundation.workdays import add_workdays
from intake.models import Proposal
from portfolio import actions as portfolio_actions
from portfolio.models import CouncilMeeting
from portfolio.queries import meeting_on
from portfolio.rules.annexes import DEFAULT_ANNEXES
from portfolio.rules.drafts import FrameDraft
from portfolio.rules.memo_dates import proposed_follow_ups, proposed_report

_DAYS_TO_MEETING = 45


def release_memo(scene: Scene, proposal: Proposal) -> None:
    """The usual dates and annexes are taken over, and the texts stay as the case gives them."""
    actor, run = scene.cast.actors["sagsbehandler"], sorted_run(scene.session, proposal)
    starts_on, ends_on = (day_of_answer(proposal.answers, key) for key in ("starts_on", "ends_on"))
    portfolio_actions.write_frame(
        scene.session,
        proposal,
        FrameDraft(
            conditions=("Sekretariatet får besked, hvis koordinatoren bliver en anden.",),
            report_on=proposed_report(ends_on),
            follow_ups=proposed_follow_ups(starts_on, ends_on),
            annexes=tuple(DEFAULT_ANNEXES),
        ),
        frame_limits(scene.session, proposal, run),
        version=0,
        actor=actor,
        at=scene.after(18),
    )
    scene.session.flush()
    release(scene.session, proposal, version=1, actor=actor, at=scene.after(19))
    scene.session.flush()


def place(scene: Scene, proposal: Proposal) -> None:
    """The case comes on the agenda of the next meeting."""
    actor, at = scene.cast.actors["sagsbehandler"], scene.after(20)
    portfolio_actions.place_on_agenda(scene.session, proposal, _next_meeting(scene), reason="", actor=actor, at=at)
    scene.session.flush()


def _next_meeting(scene: Scene) -> CouncilMeeting:
    at = scene.after(20)
    held_on: date = add_workdays(today(scene.start) + timedelta(days=_DAYS_TO_MEETING), 1)
    found = meeting_on(scene.session, held_on)
    if found is None:
        found = portfolio_actions.plan_meeting(scene.session, held_on, actor=scene.cast.actors["sagsbehandler"], at=at)
        scene.session.flush()
    return found
