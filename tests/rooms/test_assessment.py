"""Is a score sheet finished once, by somebody who scores, unseen by others, and opened again with a reason?"""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from foundation.audit import AuditEvent, history
from foundation.db import begin_writing
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.mail import OutgoingMail
from intake.models import Proposal, ProposalVersion
from intake.queries import find_assignment, newest_version
from intake.rules.agreement import Agreement
from intake.rules.rights import Relation
from scoring import actions, queries
from scoring.events import AssessmentFinalised, AssessmentReopened
from scoring.models import Assessment, AssessmentScore, Consensus
from scoring.rules.dimensions import Dimension
from scoring.rules.drafts import ScoreDraft
from scoring.rules.policies import get_scale
from tests.builders import BASE_URL, YOUNG, World
from tests.conftest import NOON

SCALE = get_scale("2026")


def kinds(session: Session, proposal: Proposal) -> list[str]:
    return [act.event.kind for act in reversed(history(session, proposal.id))]


def a_new_version(world: World, proposal: Proposal) -> None:
    first = newest_version(world.session, proposal.id)
    assert first is not None
    world.session.add(
        ProposalVersion(
            proposal_id=proposal.id, number=2, received_at=world.at, sent_by=first.sent_by, content=first.content
        )
    )
    world.session.commit()


def test_a_finished_sheet_tells_nothing_of_its_scores(world: World, session: Session) -> None:
    proposal = world.assessed()
    told = [act.event for act in history(session, proposal.id) if isinstance(act.event, AssessmentFinalised)]
    assert told == [AssessmentFinalised(""), AssessmentFinalised("MSB")]
    assert (proposal.assessments_final, proposal.maturity_e4, proposal.agreement) == (2, None, None)


def test_a_sheet_is_finished_once(world: World, session: Session) -> None:
    proposal = world.answered()
    sheet = world.score("RA", proposal)
    with pytest.raises(Refused, match="er afsluttet"):
        actions.finalise_assessment(session, proposal, sheet, actor=world.people["RA"], at=world.at)
    with pytest.raises(Refused, match="er afsluttet"):
        world.score("RA", proposal)
    assert proposal.assessments_final == 1
    assert kinds(session, proposal).count("assessment_finalised") == 1


@pytest.mark.parametrize("gap", ["score", "reason", "evidence", "row"])
def test_a_sheet_with_a_gap_is_not_finished(world: World, session: Session, gap: str) -> None:
    proposal = world.answered()
    sheet = world.score("RA", proposal, finalise=False)
    row = session.get_one(AssessmentScore, (sheet.id, Dimension.EVIDENCE))
    if gap == "row":
        session.delete(row)
    else:
        setattr(row, gap, None if gap == "score" else "")
    session.commit()
    with pytest.raises(Refused, match=r"hvor det står, for: Evidens$"):
        actions.finalise_assessment(session, proposal, sheet, actor=world.people["RA"], at=world.at)
    assert (sheet.finalised_at, proposal.assessments_final) == (None, 0)


def test_only_who_is_asked_to_score_does(world: World, session: Session) -> None:
    proposal = world.answered()
    world.assigned("RO", proposal, scores=False)
    for key in ("RO", "SE"):
        with pytest.raises(NotAllowed, match="ikke give point"):
            world.score(key, proposal)
    assert session.exec(select(Assessment)).all() == []


def test_the_secretariats_sheet_belongs_to_no_department(world: World, session: Session) -> None:
    proposal = world.answered()
    assert (world.score("S2", proposal).department_code, world.score("RA", proposal).department_code) == ("", "MSB")


def test_a_sheet_is_tied_to_the_newest_version_when_it_is_saved(world: World, session: Session) -> None:
    proposal = world.answered()
    sheet = world.score("RA", proposal, finalise=False)
    assert sheet.proposal_version == 1
    a_new_version(world, proposal)
    with pytest.raises(Refused, match="ny udgave"):
        actions.finalise_assessment(session, proposal, sheet, actor=world.people["RA"], at=world.at)

    assert world.score("RA", proposal).proposal_version == 2
    assert sheet.finalised_at == world.at


def test_an_old_page_overwrites_nothing(world: World, session: Session) -> None:
    proposal = world.answered()
    world.score("RA", proposal, finalise=False)
    drafts = {Dimension.NEED: ScoreDraft(4, "Ny grund", "")}
    with pytest.raises(ChangedMeanwhile):
        actions.save_assessment(
            session, proposal, drafts, scale=SCALE, version=0, actor=world.people["RA"], at=world.at
        )
    assert session.exec(select(AssessmentScore.score).where(AssessmentScore.dimension == Dimension.NEED)).one() == 2


def test_an_opened_sheet_takes_the_consensus_with_it(world: World, session: Session) -> None:
    proposal = world.agreed()
    sheet = queries.own_assessment(session, proposal.id, world.people["RA"].person_id)
    assert sheet is not None
    assert proposal.agreement is Agreement.AGREED

    reopen(world, proposal, sheet, "Evidensen skal ses efter.")

    assert (proposal.assessments_final, proposal.maturity_e4, proposal.agreement) == (1, None, None)
    assert queries.counting_scores(session, proposal.id) == dict.fromkeys(Dimension)
    assert [row.superseded_at for row in session.exec(select(Consensus))] == [world.at]
    assert history(session, proposal.id)[0].event == AssessmentReopened("Medarbejder RA", "Evidensen skal ses efter.")
    mail = session.exec(select(OutgoingMail).where(OutgoingMail.to_address == "ra@x.example")).all()[-1]
    assert "Evidensen skal ses efter." in mail.body
    assert f"{BASE_URL}/proposals/{proposal.reference}/assessment" in mail.body
    world.score("RA", proposal)
    assert proposal.assessments_final == 2


def reopen(world: World, proposal: Proposal, sheet: Assessment, reason: str) -> None:
    actions.reopen_assessment(
        world.session, proposal, sheet, reason=reason, actor=world.people["SE"], at=world.at, base_url=BASE_URL
    )
    world.session.commit()


def test_a_sheet_is_opened_with_a_reason_and_once(world: World, session: Session) -> None:
    proposal = world.assessed()
    sheet = queries.final_sheets(session, proposal.id)[0].assessment
    with pytest.raises(Refused) as refused:
        reopen(world, proposal, sheet, "")
    assert refused.value.field == "reason"
    reopen(world, proposal, sheet, "Der mangler en kilde.")
    with pytest.raises(Refused, match="allerede åben"):
        reopen(world, proposal, sheet, "Igen.")
    assert proposal.assessments_final == 1


def test_a_sheet_that_comes_after_a_consensus_ends_it(world: World, session: Session) -> None:
    proposal = world.agreed()
    world.assigned("RU", proposal)
    world.score("RU", proposal)
    assert queries.counting_consensus(session, proposal.id) is None
    assert (proposal.maturity_e4, proposal.agreement) == (None, None)


def test_scores_are_read_after_the_own_sheet_or_the_consensus(world: World, session: Session) -> None:
    proposal = world.answered()
    world.assigned("RO", proposal, scores=False)
    world.score("S2", proposal)

    def reads() -> dict[str, bool]:
        return {
            key: queries.sees_scores(session, world.people[key], Relation.ASSIGNED, proposal.id)
            for key in ("RA", "S2", "RO")
        }

    assert reads() == {"RA": False, "S2": True, "RO": False}
    world.score("RA", proposal)
    assert reads() == {"RA": True, "S2": True, "RO": False}
    world.agree(proposal)
    assert reads() == {"RA": True, "S2": True, "RO": True}


def test_a_begun_sheet_hides_the_scores_from_who_handed_the_case_back(world: World, session: Session) -> None:
    proposal = world.answered()
    world.score("S2", proposal, finalise=False)
    assignment = find_assignment(session, world.people["S2"].person_id, proposal.id)
    assert assignment is not None
    assignment.ended_at = world.at
    session.commit()
    world.score("RA", proposal)
    world.assigned("IH", proposal)
    world.score("IH", proposal)

    def reads() -> dict[str, bool]:
        return {
            key: queries.sees_scores(session, world.people[key], Relation.SECRETARIAT, proposal.id)
            for key in ("S2", "SE")
        }

    assert reads() == {"S2": False, "SE": True}
    world.agree(proposal)
    assert reads() == {"S2": True, "SE": True}


def test_two_who_finish_one_sheet_at_once_finish_it_once(committed: Engine) -> None:
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        proposal = world.answered()
        sheet = world.score("RA", proposal, finalise=False)
        keys, actor = (proposal.id, sheet.id), world.people["RA"]
    start, outcomes = threading.Barrier(2), list[str]()

    def finish() -> None:
        with Session(committed) as session:
            start.wait()
            begin_writing(session)
            found = session.get_one(Proposal, keys[0], with_for_update=True)
            try:
                own = session.get_one(Assessment, keys[1])
                actions.finalise_assessment(session, found, own, actor=actor, at=NOON)
                session.commit()
                outcomes.append("finished")
            except Refused:
                outcomes.append("refused")

    both = [threading.Thread(target=finish) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(outcomes) == ["finished", "refused"]
    with Session(committed) as session:
        assert session.get_one(Proposal, keys[0]).assessments_final == 1
        finished = session.exec(select(AuditEvent).where(AuditEvent.kind == "assessment_finalised")).all()
        assert len(finished) == 1


def test_a_person_who_changed_role_scores_by_the_assignment(world: World, session: Session) -> None:
    proposal = world.answered()
    moved = replace(world.people["RA"], department="MBU")
    drafts = {dimension: ScoreDraft(score, "Grund", "") for dimension, score in YOUNG.items()}
    sheet = actions.save_assessment(session, proposal, drafts, scale=SCALE, version=0, actor=moved, at=world.at)
    assert sheet.department_code == "MSB"
