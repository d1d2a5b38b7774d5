"""Does a department answer for itself alone, and does a yes say from what it is paid?"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from app.demo.promises import promise_for
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity.roles import Role
from intake.models import DepartmentRequest, Proposal
from intake.rules.lifecycle import State
from scoring import actions
from scoring.commitment_queries import commitments
from scoring.models import DepartmentAnswer
from scoring.queries import hearing_pending
from scoring.rules.drafts import AnswerDraft
from scoring.rules.payer import CanPay
from tests.builders import World

NO = AnswerDraft(
    statement="Vi ser gerne idéen prøvet.", confirms_gap=True, can_pay=CanPay.NO, budget_line="", backed_by=""
)
YES = replace(
    NO,
    can_pay=CanPay.YES,
    budget_line="Forsørgelse",
    amount_ore=600_000_00,
    years=3,
    backed_by="Afdelingschef",
    has_adverse_facts=True,
    adverse_facts="Lokalet er opsagt.",
)


def answer(world: World, proposal: Proposal, draft: AnswerDraft, key: str = "RA", version: int = 0) -> None:
    actions.answer_for_department(world.session, proposal, draft, version=version, actor=world.people[key], at=world.at)
    world.session.commit()


def stored(session: Session) -> DepartmentAnswer:
    return session.exec(select(DepartmentAnswer)).one()


def request_of(session: Session) -> DepartmentRequest:
    return session.exec(select(DepartmentRequest)).one()


def test_a_full_answer_is_stored_and_moves_the_case_on(world: World, session: Session) -> None:
    proposal = world.declared()

    answer(world, proposal, YES)

    row = stored(session)
    assert (row.can_pay, row.budget_line, row.amount_ore, row.years, row.backed_by) == (
        CanPay.YES,
        "Forsørgelse",
        600_000_00,
        3,
        "Afdelingschef",
    )
    assert (row.has_adverse_facts, row.adverse_facts) == (True, "Lokalet er opsagt.")
    assert proposal.state is State.MATURITY_ASSESSMENT


@pytest.mark.parametrize("can_pay", [CanPay.YES, CanPay.PARTLY])
@pytest.mark.parametrize(
    ("gap", "field"),
    [
        ({"budget_line": ""}, "budget_line"),
        ({"amount_ore": None}, "amount"),
        ({"years": None}, "years"),
        ({"backed_by": ""}, "backed_by"),
        ({"adverse_facts": ""}, "adverse_facts"),
    ],
)
def test_whoever_can_pay_says_from_what(
    world: World, session: Session, can_pay: CanPay, gap: dict[str, object], field: str
) -> None:
    proposal = world.declared()
    with pytest.raises(Refused) as refused:
        answer(world, proposal, replace(YES, can_pay=can_pay, **gap))
    assert refused.value.field == field
    assert session.exec(select(DepartmentAnswer)).all() == []


@pytest.mark.parametrize("wish", ["social_investment", "unsure"])
def test_where_an_investment_may_come_of_it_nothing_less_than_the_full_promise_is_stored(
    world: World, session: Session, wish: str
) -> None:
    proposal = world.declared(wish=wish)
    whole = promise_for(proposal, CanPay.YES, "Forsørgelse", 200_000_00)
    assert whole is not None
    short = replace(whole, shares=(replace(whole.shares[0], percent=Decimal("99.99")),))
    for can_pay, promise, field in (
        (CanPay.YES, None, "amounts"),
        (CanPay.NO, None, "reason"),
        (CanPay.YES, short, "shares"),
    ):
        with pytest.raises(Refused) as refused:
            answer(world, proposal, replace(YES, can_pay=can_pay, promise=promise))
        assert refused.value.field == field
    assert session.exec(select(DepartmentAnswer)).all() == []

    answer(world, proposal, replace(YES, promise=whole))

    (said,) = commitments(session, proposal.id)
    assert (said.amount_ore, said.years, said.promise) == (600_000_00, 3, whole)


def test_a_no_keeps_no_budget_and_no_news_keeps_no_facts(world: World, session: Session) -> None:
    proposal = world.declared()
    answer(world, proposal, replace(YES, can_pay=CanPay.NO, has_adverse_facts=False))
    row = stored(session)
    assert (row.budget_line, row.amount_ore, row.years, row.adverse_facts) == ("", None, None, "")


@pytest.mark.parametrize(
    ("column", "words"), [("withdrawn_at", "trukket"), ("exempt_at", "fritaget")], ids=["withdrawn", "exempt"]
)
def test_who_is_no_longer_asked_does_not_answer(world: World, session: Session, column: str, words: str) -> None:
    proposal = world.declared()
    request = request_of(session)
    setattr(request, column, world.at)
    session.commit()
    with pytest.raises(Refused, match=words):
        answer(world, proposal, NO)


def test_only_who_works_on_the_case_for_the_department_answers(world: World, session: Session) -> None:
    proposal = world.declared()
    world.assigned("RO", proposal, scores=False)
    moved = replace(world.people["RO"], department="MSB")
    for actor, why in (
        (world.people["RU"], "har ikke sagen"),
        (world.people["RO"], "ikke spurgt"),
        (moved, "har ikke"),
    ):
        with pytest.raises(NotAllowed, match=why):
            actions.answer_for_department(session, proposal, NO, version=0, actor=actor, at=world.at)
    secretariat = world.people["S2"]
    assert secretariat.role is Role.SECRETARIAT
    with pytest.raises(NotAllowed):
        actions.answer_for_department(session, proposal, NO, version=0, actor=secretariat, at=world.at)


def test_an_answer_can_be_mended_but_not_over_a_colleagues(world: World, session: Session) -> None:
    proposal = world.declared()
    answer(world, proposal, NO)
    assert proposal.state is State.MATURITY_ASSESSMENT

    answer(world, proposal, replace(NO, statement="Rettet."), version=stored(session).version)

    assert stored(session).statement == "Rettet."
    assert proposal.departments_answered == 1
    with pytest.raises(ChangedMeanwhile):
        answer(world, proposal, replace(NO, statement="For sent."), version=1)
    session.rollback()
    assert stored(session).statement == "Rettet."


def test_an_answer_that_waited_for_a_hearing_counts_as_later(world: World, session: Session) -> None:
    proposal = world.declared()
    actions.waive_hearing(
        session, proposal, reason="Intet nyt.", version=proposal.version, actor=world.people["SE"], at=world.at
    )
    session.commit()
    actions.answer_for_department(
        session, proposal, YES, version=0, actor=world.people["RA"], at=world.at - timedelta(seconds=1)
    )
    session.commit()
    assert stored(session).answered_at > world.at


def test_a_correction_around_the_same_adverse_facts_asks_for_no_new_hearing(world: World, session: Session) -> None:
    proposal = world.declared()
    answer(world, proposal, YES)
    actions.waive_hearing(
        session,
        proposal,
        reason="Det står i forslaget.",
        version=proposal.version,
        actor=world.people["SE"],
        at=world.at + timedelta(hours=1),
    )
    session.commit()
    later = world.at + timedelta(hours=2)

    def correct(draft: AnswerDraft) -> bool:
        known = stored(session).version
        actions.answer_for_department(session, proposal, draft, version=known, actor=world.people["RA"], at=later)
        session.commit()
        return hearing_pending(session, proposal.id)

    assert not correct(replace(YES, statement="Vi ser meget gerne idéen prøvet."))
    assert stored(session).statement == "Vi ser meget gerne idéen prøvet."
    assert correct(replace(YES, adverse_facts="Lokalet er opsagt, og regnskabet mangler."))
