"""What does not go straight on in the demo: what is returned, rejected, heard, rerouted, exempt or shut to somebody?"""

from dataclasses import replace

from app.demo.scene import Scene, lead_of, reviewer_of
from foundation.clock import today
from foundation.identity.roles import Actor
from foundation.workdays import add_workdays
from intake import actions as intake_actions
from intake.actions.conflicts import newest_declaration
from intake.models import Proposal
from intake.rules.formal_check import DEMANDS, CheckOutcome, ItemDraft
from intake.rules.formal_return import RejectionDraft, ReturnDraft
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS
from scoring import actions as scoring_actions
from scoring.rules.drafts import HearingDraft


def turn(scene: Scene, proposal: Proposal) -> None:
    """Whatever the story tells beside the straight way, in the order in which it happened."""
    story = scene.story
    for happens, act in (
        (story.until == "rejected", _reject),
        (story.until == "returned", _return),
        (bool(story.conflict), _close_to_reviewer),
        (bool(story.exempt), _exempt),
        (bool(story.rerouted), _reroute),
        (bool(story.hearing), _hear),
        (bool(story.withdrawn), _withdraw),
    ):
        if happens:
            act(scene, proposal)
            scene.session.flush()


def verify(scene: Scene, proposal: Proposal, **found: ItemDraft) -> None:
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


def _reject(scene: Scene, proposal: Proposal) -> None:
    why = "Der søges til foreningens egen husleje. Det er ikke en indsats for borgere i Aarhus."
    verify(scene, proposal, EL5=ItemDraft(CheckOutcome.NOT_ELIGIBLE, why))
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


def _return(scene: Scene, proposal: Proposal) -> None:
    """The applicant has a week left to tell what the money is for."""
    asked_for, at = "Skriv, hvad koordinatoren skal lave, og hvor mange timer om ugen.", scene.after(18)
    verify(scene, proposal, EL10=ItemDraft(CheckOutcome.MISSING, asked_for))
    due_on = add_workdays(today(at), 10)
    draft = ReturnDraft(due_on=due_on, sections=("idea", "money"), asked_for=(asked_for,), letter="")
    _, letter = intake_actions.return_letter(scene.session, proposal, scene.call, draft, at=at, base_url=scene.base_url)
    intake_actions.return_proposal(
        scene.session,
        proposal,
        scene.call,
        replace(draft, letter=letter),
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=at,
        base_url=scene.base_url,
    )


def _close_to_reviewer(scene: Scene, proposal: Proposal) -> None:
    """The reviewer has a conflict of interest, and the department's coordinator assesses instead."""
    reviewer, substitute = scene.cast.actors[reviewer_of(scene)], _coordinator(scene)
    intake_actions.declare_conflict(
        scene.session,
        proposal,
        has_conflict=True,
        ground=scene.story.conflict,
        actor=reviewer,
        at=scene.after(6),
        base_url=scene.base_url,
    )
    scene.session.flush()
    declared = newest_declaration(scene.session, proposal, reviewer.person_id)
    if declared is None:
        raise LookupError("the reviewer has just declared a conflict of interest")
    intake_actions.review_conflict(
        scene.session,
        proposal,
        declared.id,
        upheld=True,
        note="Slægtskab gør inhabil.",
        substitute_id=substitute.person_id,
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=scene.after(7),
        base_url=scene.base_url,
    )
    intake_actions.declare_conflict(
        scene.session, proposal, has_conflict=False, ground="", actor=substitute, at=scene.after(8)
    )


def _coordinator(scene: Scene) -> Actor:
    return scene.cast.actors[f"koordinator-{lead_of(scene).lower()}"]


def _exempt(scene: Scene, proposal: Proposal) -> None:
    for code in scene.story.others:
        intake_actions.exempt_department(
            scene.session,
            proposal,
            code,
            scene.story.exempt,
            version=proposal.version,
            actor=scene.cast.actors["sagsbehandler"],
            at=scene.after(9),
        )
        scene.session.flush()


def _reroute(scene: Scene, proposal: Proposal) -> None:
    """One more department is asked than at first, with time of its own."""
    lead, at = lead_of(scene), scene.after(9)
    due_on = add_workdays(today(scene.after(4)), ANSWER_WITHIN_WORKDAYS)
    later = add_workdays(today(at), ANSWER_WITHIN_WORKDAYS)
    intake_actions.reroute_proposal(
        scene.session,
        proposal,
        intake_actions.Rerouting(lead, ((lead, due_on), (scene.story.asked_later, later)), scene.story.rerouted),
        version=proposal.version,
        actor=scene.cast.actors["sagsbehandler"],
        at=at,
        base_url=scene.base_url,
    )


def _hear(scene: Scene, proposal: Proposal) -> None:
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


def _withdraw(scene: Scene, proposal: Proposal) -> None:
    intake_actions.withdraw_proposal(
        scene.session,
        proposal,
        scene.call,
        reason=scene.story.withdrawn,
        actor=scene.cast.actors[scene.story.applicant],
        at=scene.after(6),
        base_url=scene.base_url,
    )
