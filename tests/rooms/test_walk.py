"""Does a proposal walk from draft to sorted case through the actions, on both databases?"""

import pytest
from sqlmodel import Session, col, select

from exports.decision_memo_facts import gather
from foundation.audit import AuditEvent
from foundation.errors import Refused
from foundation.mail import OutgoingMail
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring import actions as scoring_actions
from scoring.models import SortingRun
from scoring.rules.payer import CanPay
from tests.builders import INVESTMENT_FACTS, MATURE, World


def test_donation_walks_to_sorted(world: World, session: Session) -> None:
    proposal = world.sorted()

    assert proposal.reference == "2027-01-001"
    assert proposal.state is State.SORTED
    assert proposal.track is Track.DONATION
    kinds = session.exec(
        select(AuditEvent.kind).where(AuditEvent.subject_id == proposal.id).order_by(col(AuditEvent.sequence))
    ).all()
    assert kinds == [
        "proposal_started",
        "proposal_submitted",
        "case_worker_assigned",
        "formal_items_recorded",
        "formal_check_recorded",
        "proposal_routed",
        "conflict_declared",
        "assignment_accepted",
        "conflict_declared",
        "assignment_accepted",
        "department_answered",
        "departments_all_answered",
        "assessment_finalised",
        "assessment_finalised",
        "consensus_recorded",
        "case_facts_recorded",
        "sorting_confirmed",
    ]
    letters = session.exec(
        select(OutgoingMail.to_address, OutgoingMail.subject).order_by(OutgoingMail.subject, OutgoingMail.to_address)
    ).all()
    assert letters == [
        ("rc@x.example", "Din forvaltning er spurgt om sag 2027-01-001"),
        ("ra@x.example", "Sag 2027-01-001 er hos dig til vurdering"),
        ("s2@x.example", "Sag 2027-01-001 er hos dig til vurdering"),
        ("ao@x.example", "Vi har modtaget jeres forslag 2027-01-001"),
    ]


def test_investment_walks_to_sorted(world: World) -> None:
    proposal = world.sorted(
        MATURE, INVESTMENT_FACTS, amount_sought=3_000_000_00, participants=60, wish="social_investment"
    )

    assert proposal.track is Track.SOCIAL_INVESTMENT
    assert proposal.maturity_e4 == 30_000
    assert gather(world.session, proposal).kind == "investment"


def test_override_keeps_the_rules_answer_beside_the_persons(world: World, session: Session) -> None:
    proposal = world.ready_to_sort()

    scoring_actions.override_sorting(
        session,
        proposal,
        world.call,
        track=Track.MATURING_DIALOGUE,
        reason="Foreningen vil selv vente.",
        actor=world.people["SE"],
        at=world.at,
    )
    session.commit()

    run = session.exec(select(SortingRun)).one()
    assert (run.track, run.rule, run.chosen_track, run.reason) == (
        Track.DONATION,
        "SORT7",
        Track.MATURING_DIALOGUE,
        "Foreningen vil selv vente.",
    )
    assert proposal.track is Track.MATURING_DIALOGUE


def test_sorting_without_scores_is_refused(world: World, session: Session) -> None:
    proposal = world.answered(CanPay.NO)

    with pytest.raises(Refused):
        scoring_actions.confirm_sorting(session, proposal, world.call, actor=world.people["SE"], at=world.at)
    assert proposal.state is State.MATURITY_ASSESSMENT
