"""How is the demo loaded, through the same actions that people use, on a clock of its own?"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from sqlmodel import Session, select

from app.demo.business_case import choose_figures, work_out
from app.demo.council import place, release_memo
from app.demo.facts import fact_drafts
from app.demo.next_call import add_next_call
from app.demo.next_policy import add_next_policy
from app.demo.past_call import add_past_call
from app.demo.people import add_cast, add_leaver
from app.demo.promises import promise_for
from app.demo.scene import Scene, lead_of, reviewer_of
from app.demo.stories import STORIES
from app.demo.turns import turn, verify
from foundation.clock import copenhagen_moment, today
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from foundation.workdays import add_workdays
from intake import actions as intake_actions
from intake.models import Call, CallFocusArea, Proposal
from intake.rules.call import FocusArea
from intake.rules.proposal import ProposalDraft
from intake.rules.questions import NEWEST_SET
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS
from scoring import actions as scoring_actions
from scoring.models import FundFiguresRow
from scoring.rules.dimensions import HIGHEST_LEVEL, Dimension
from scoring.rules.drafts import AgreedDraft, AnswerDraft, ScoreDraft
from scoring.rules.payer import CanPay
from scoring.rules.policies import get_scale

_REASONS = {
    Dimension.TARGET_GROUP: "Målgruppen er beskrevet i forslaget.",
    Dimension.NEED: "Behovet er beskrevet med tal fra området.",
    Dimension.THEORY_OF_CHANGE: "Sammenhængen mellem indsats og forandring er forklaret.",
    Dimension.EVIDENCE: "Forslaget henviser til egne og andres erfaringer.",
    Dimension.RESULT_GOALS: "Målene står i forslaget.",
    Dimension.ECONOMY: "Budgettet er gennemgået.",
    Dimension.PAYER: "Spurgt i forvaltningens økonomi.",
    Dimension.CAPACITY: "Foreningens erfaring er beskrevet.",
}


def load_demo(session: Session, *, base_url: str, at: datetime) -> bool:
    """Load the demo into an empty database; False, and nothing written, when it is not empty."""
    if session.exec(select(Person.id).limit(1)).first() is not None:
        return False
    cast = add_cast(session, at=at - timedelta(days=60))
    add_leaver(session, actor=cast.actors["administrator"], at=at - timedelta(days=30))
    add_past_call(session, actor=cast.actors["sagsbehandler"], at=at - timedelta(days=59))
    call = _open_call(session, at=at)
    _fund_figures(session, at=at)
    for number, story in enumerate(STORIES):
        _tell(Scene(session, cast, call, story, at - timedelta(days=25, hours=-number), base_url))
    add_next_call(session, actor=cast.actors["sagsbehandler"], at=at - timedelta(days=2))
    add_next_policy(session, drafter=cast.actors["sagsbehandler"], at=at - timedelta(days=1))
    return True


def _open_call(session: Session, *, at: datetime) -> Call:
    opens = copenhagen_moment(today(at) - timedelta(days=30), time(9))
    closes = copenhagen_moment(today(at) + timedelta(days=35), time(12))
    call = Call(
        slug="nye-veje",
        year=today(opens).year,
        number=1,
        title="Nye veje til job, bolig og fællesskab",
        purpose="Rådet søger indsatser, der løser sociale problemer på en ny måde i Aarhus. "
        "Det kan være modne indsatser, som kommunen betaler tilbage, når de virker. "
        "Det kan også være nye idéer, som skal prøves af i lille skala.",
        who_can_apply="Foreninger, selvejende institutioner, fonde, socialøkonomiske virksomheder og kommunale "
        "forvaltninger. I skal have et CVR-nummer. Private personer kan ikke søge.",
        opens_at=opens,
        closes_at=closes,
        frame_ore=9_000_000_00,
        per_project_cap_ore=3_000_000_00,
        max_projects=3,
        policy_id="2026",
        question_set_id=NEWEST_SET.id,
        contact_name="Sekretariatet for Rådet for Sociale Investeringer",
        contact_email="sekretariat@raadslag.example",
        published_at=opens - timedelta(days=7),
    )
    session.add(call)
    session.flush()
    for area in FocusArea:
        session.add(CallFocusArea(call_id=call.id, focus_area=area))
    session.flush()
    return call


def _fund_figures(session: Session, *, at: datetime) -> None:
    session.add(
        FundFiguresRow(
            as_of=today(at) - timedelta(days=40),
            capital_ore=24_150_000_00,
            reserved_ore=3_150_000_00,
            free_capital_ore=21_000_000_00,
            outcome_fund_balance_ore=1_000_000_00,
            donation_pool_left_ore=200_000_00,
            source="Opdigtede tal til prøveversionen",
            entered_at=at - timedelta(days=40),
        )
    )
    session.flush()


def _tell(scene: Scene) -> None:
    proposal = _written(scene)
    for step, act in (
        ("submitted", _submit),
        ("checked", _check),
        ("routed", _route),
        ("answered", _answer),
        ("answered", work_out),
        ("assessed", _assess),
        ("assessed", choose_figures),
        ("sorted", _sort),
        ("released", release_memo),
        ("placed", place),
    ):
        if scene.reached(step):
            act(scene, proposal)
    turn(scene, proposal)
    scene.session.flush()


def _written(scene: Scene) -> Proposal:
    actor = scene.cast.actors[scene.story.applicant]
    organisation = scene.cast.organisations[scene.story.organisation]
    proposal = intake_actions.start_proposal(scene.session, scene.call, organisation, actor=actor, at=scene.after(0))
    draft = ProposalDraft(answers=scene.story.answers)
    intake_actions.save_draft(scene.session, proposal, draft, at=scene.after(0))
    scene.session.flush()
    return proposal


def _submit(scene: Scene, proposal: Proposal) -> None:
    intake_actions.submit_proposal(
        scene.session,
        proposal,
        scene.call,
        actor=scene.cast.actors[scene.story.applicant],
        at=scene.after(1),
        base_url=scene.base_url,
    )


def _check(scene: Scene, proposal: Proposal) -> None:
    verify(scene, proposal)
    intake_actions.pass_formal_check(
        scene.session, proposal, scene.call, note="", actor=scene.cast.actors["sagsbehandler"], at=scene.after(3)
    )
    scene.session.flush()


def _route(scene: Scene, proposal: Proposal) -> None:
    lead = lead_of(scene)
    routing = intake_actions.Routing(
        lead=lead,
        others=scene.story.others,
        reviewer_id=scene.cast.actors[f"vurderer-{lead.lower()}"].person_id,
        due_on=add_workdays(today(scene.after(4)), ANSWER_WITHIN_WORKDAYS),
        secretariat_assessor_id=scene.cast.actors["fuldmaegtig"].person_id,
    )
    intake_actions.route_proposal(
        scene.session,
        proposal,
        routing,
        actor=scene.cast.actors["sagsbehandler"],
        at=scene.after(4),
        base_url=scene.base_url,
    )
    scene.session.flush()


def _answer(scene: Scene, proposal: Proposal) -> None:
    reviewer = scene.cast.actors[reviewer_of(scene)]
    intake_actions.declare_conflict(
        scene.session, proposal, has_conflict=False, ground="", actor=reviewer, at=scene.after(8)
    )
    pays = scene.story.can_pay
    scoring_actions.answer_for_department(
        scene.session,
        proposal,
        AnswerDraft(
            statement=scene.story.statement,
            confirms_gap=True,
            can_pay=pays,
            budget_line="" if pays is CanPay.NO else "Forsørgelsesbudgettet",
            backed_by="Afdelingschef",
            amount_ore=None if pays is CanPay.NO else 900_000_00,
            years=None if pays is CanPay.NO else 3,
            promise=promise_for(proposal, pays, "Forsørgelsesbudgettet", 300_000_00),
        ),
        version=0,
        actor=reviewer,
        at=scene.after(10),
    )
    scene.session.flush()


def _assess(scene: Scene, proposal: Proposal) -> None:
    second = scene.cast.actors["fuldmaegtig"]
    intake_actions.declare_conflict(
        scene.session, proposal, has_conflict=False, ground="", actor=second, at=scene.after(9)
    )
    scores = scene.story.scores
    _score(scene, proposal, scene.cast.actors[reviewer_of(scene)], scores)
    kinder = {**scores, Dimension.NEED: min(scores[Dimension.NEED] + 1, HIGHEST_LEVEL)}
    _score(scene, proposal, second, kinder)
    _agree(scene, proposal)
    scoring_actions.record_case_facts(
        scene.session,
        proposal,
        fact_drafts(proposal, scene.story.facts),
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=scene.after(14),
    )
    scene.session.flush()


def _score(scene: Scene, proposal: Proposal, actor: Actor, scores: Mapping[Dimension, int]) -> None:
    drafts = {
        dimension: ScoreDraft(score, _REASONS[dimension], "Forslagets eget afsnit")
        for dimension, score in scores.items()
    }
    sheet = scoring_actions.save_assessment(
        scene.session, proposal, drafts, scale=get_scale("2026"), version=0, actor=actor, at=scene.after(12)
    )
    scoring_actions.finalise_assessment(scene.session, proposal, sheet, actor=actor, at=scene.after(12))
    scene.session.flush()


def _agree(scene: Scene, proposal: Proposal) -> None:
    """The assessors were at most a level apart: what the story says is the lower of the two."""
    scoring_actions.record_consensus(
        scene.session,
        proposal,
        {dimension: AgreedDraft(score, "") for dimension, score in scene.story.scores.items()},
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=scene.after(13),
    )


def _sort(scene: Scene, proposal: Proposal) -> None:
    scoring_actions.confirm_sorting(
        scene.session, proposal, scene.call, actor=scene.cast.actors["sagsbehandler"], at=scene.after(16)
    )
