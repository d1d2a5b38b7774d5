"""How is the demo loaded, through the same actions that people use, on a clock of its own?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlmodel import Session, select

from app.demo.next_call import add_next_call
from app.demo.people import DEFAULT_DEPARTMENTS, Cast, add_cast
from app.demo.stories import STORIES, Story
from foundation.clock import copenhagen_moment, today
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from foundation.workdays import add_workdays
from intake import actions as intake_actions
from intake.models import Call, CallFocusArea, Proposal
from intake.rules.call import FocusArea
from intake.rules.formal_check import DEMANDS, CheckOutcome, ItemDraft
from intake.rules.formal_return import RejectionDraft
from intake.rules.proposal import ProposalDraft
from intake.rules.questions import NEWEST_SET
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS
from scoring import actions as scoring_actions
from scoring.models import FundFiguresRow
from scoring.rules.dimensions import HIGHEST_LEVEL, Dimension
from scoring.rules.drafts import AgreedDraft, AnswerDraft, HearingDraft, ScoreDraft
from scoring.rules.payer import CanPay
from scoring.rules.policies import get_scale

_STEPS = ("draft", "submitted", "checked", "routed", "answered", "assessed", "sorted")

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
    call = _open_call(session, at=at)
    _fund_figures(session, at=at)
    for number, story in enumerate(STORIES):
        _tell(_Scene(session, cast, call, story, at - timedelta(days=25, hours=-number), base_url))
    add_next_call(session, actor=cast.actors["sagsbehandler"], at=at - timedelta(days=2))
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
            free_capital_ore=21_000_000_00,
            outcome_fund_balance_ore=1_000_000_00,
            donation_pool_left_ore=200_000_00,
            source="Opdigtede tal til prøveversionen",
            entered_at=at - timedelta(days=40),
        )
    )
    session.flush()


@dataclass(frozen=True, slots=True)
class _Scene:
    session: Session
    cast: Cast
    call: Call
    story: Story
    start: datetime
    base_url: str

    def reached(self, step: str) -> bool:
        until = "submitted" if self.story.until == "rejected" else self.story.until
        return _STEPS.index(step) <= _STEPS.index(until)

    def after(self, days: int) -> datetime:
        return self.start + timedelta(days=days)


def _tell(scene: _Scene) -> None:
    proposal = _written(scene)
    for step, act in (
        ("submitted", _submit),
        ("checked", _check),
        ("routed", _route),
        ("answered", _answer),
        ("assessed", _assess),
        ("sorted", _sort),
    ):
        if scene.reached(step):
            act(scene, proposal)
    if scene.story.until == "rejected":
        _reject(scene, proposal)
    if scene.story.hearing:
        _hear(scene, proposal)
    scene.session.flush()


def _written(scene: _Scene) -> Proposal:
    actor = scene.cast.actors[scene.story.applicant]
    organisation = scene.cast.organisations[scene.story.organisation]
    proposal = intake_actions.start_proposal(scene.session, scene.call, organisation, actor=actor, at=scene.after(0))
    draft = ProposalDraft(answers=scene.story.answers)
    intake_actions.save_draft(scene.session, proposal, draft, at=scene.after(0))
    scene.session.flush()
    return proposal


def _submit(scene: _Scene, proposal: Proposal) -> None:
    intake_actions.submit_proposal(
        scene.session,
        proposal,
        scene.call,
        actor=scene.cast.actors[scene.story.applicant],
        at=scene.after(1),
        base_url=scene.base_url,
    )


def _verify(scene: _Scene, proposal: Proposal, **found: ItemDraft) -> None:
    """The case worker finds every demand in order; keywords (EL5=…) replace single findings."""
    scene.session.flush()
    case_worker = scene.cast.actors["sagsbehandler"]
    intake_actions.declare_conflict(
        scene.session, proposal, has_conflict=False, ground="", actor=case_worker, at=scene.after(2)
    )
    intake_actions.record_items(
        scene.session,
        proposal,
        scene.call,
        {rule: ItemDraft(CheckOutcome.OK, "Set efter.") for rule in DEMANDS} | found,
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=scene.after(3),
    )


def _check(scene: _Scene, proposal: Proposal) -> None:
    _verify(scene, proposal)
    intake_actions.pass_formal_check(
        scene.session, proposal, scene.call, note="", actor=scene.cast.actors["sagsbehandler"], at=scene.after(3)
    )
    scene.session.flush()


def _reject(scene: _Scene, proposal: Proposal) -> None:
    why = "Der søges til foreningens egen husleje. Det er ikke en indsats for borgere i Aarhus."
    _verify(scene, proposal, EL5=ItemDraft(CheckOutcome.NOT_ELIGIBLE, why))
    actor, at = scene.cast.actors["sagsbehandler"], scene.after(5)
    draft = RejectionDraft(rules=("EL5",), considerations=why, letter="")
    _, letter = intake_actions.rejection_letter(scene.session, proposal, scene.call, draft, actor=actor, at=at)
    intake_actions.reject_formally(
        scene.session,
        proposal,
        scene.call,
        replace(draft, letter=letter),
        version=proposal.version,
        actor=actor,
        at=at,
    )
    scene.session.flush()


def _hear(scene: _Scene, proposal: Proposal) -> None:
    """The applicant is told what speaks against the proposal, and has not answered yet."""
    facts, at = scene.story.hearing, scene.after(20)
    due_on = add_workdays(today(at), 10)
    subject, letter = scoring_actions.hearing_letter(
        proposal, scene.call, facts=facts, due_on=due_on, base_url=scene.base_url
    )
    scene.session.flush()
    scoring_actions.send_hearing(
        scene.session,
        proposal,
        HearingDraft(facts, due_on, subject, letter),
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=at,
    )
    scene.session.flush()


def _route(scene: _Scene, proposal: Proposal) -> None:
    lead = _lead(scene)
    routing = intake_actions.Routing(
        lead=lead,
        others=(),
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


def _reviewer(scene: _Scene) -> str:
    return f"vurderer-{_lead(scene).lower()}"


def _lead(scene: _Scene) -> str:
    lead, _ground = DEFAULT_DEPARTMENTS[FocusArea(str(scene.story.answers["focus_area"]))][0]
    return lead


def _answer(scene: _Scene, proposal: Proposal) -> None:
    reviewer = scene.cast.actors[_reviewer(scene)]
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
        ),
        version=0,
        actor=reviewer,
        at=scene.after(10),
    )
    scene.session.flush()


def _assess(scene: _Scene, proposal: Proposal) -> None:
    second = scene.cast.actors["fuldmaegtig"]
    intake_actions.declare_conflict(
        scene.session, proposal, has_conflict=False, ground="", actor=second, at=scene.after(9)
    )
    scores = scene.story.scores
    _score(scene, proposal, scene.cast.actors[_reviewer(scene)], scores)
    kinder = {**scores, Dimension.NEED: min(scores[Dimension.NEED] + 1, HIGHEST_LEVEL)}
    _score(scene, proposal, second, kinder)
    _agree(scene, proposal)
    scoring_actions.record_case_facts(
        scene.session,
        proposal,
        scene.story.facts,
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=scene.after(14),
    )
    scene.session.flush()


def _score(scene: _Scene, proposal: Proposal, actor: Actor, scores: Mapping[Dimension, int]) -> None:
    drafts = {
        dimension: ScoreDraft(score, _REASONS[dimension], "Forslagets eget afsnit")
        for dimension, score in scores.items()
    }
    sheet = scoring_actions.save_assessment(
        scene.session, proposal, drafts, scale=get_scale("2026"), version=0, actor=actor, at=scene.after(12)
    )
    scoring_actions.finalise_assessment(scene.session, proposal, sheet, actor=actor, at=scene.after(12))
    scene.session.flush()


def _agree(scene: _Scene, proposal: Proposal) -> None:
    """The assessors were at most a level apart: what the story says is the lower of the two."""
    scoring_actions.record_consensus(
        scene.session,
        proposal,
        {dimension: AgreedDraft(score, "") for dimension, score in scene.story.scores.items()},
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=scene.after(13),
    )


def _sort(scene: _Scene, proposal: Proposal) -> None:
    scoring_actions.confirm_sorting(
        scene.session, proposal, scene.call, actor=scene.cast.actors["sagsbehandler"], at=scene.after(16)
    )
