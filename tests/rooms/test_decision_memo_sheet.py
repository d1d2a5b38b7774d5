"""Is the memo filled from the case, kept as it was edited, and frozen when it is released?"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from exports.decision_memo_facts import MemoText, gather, memo_texts, sorted_run
from exports.memo_content import (
    BudgetRow,
    CofundingRow,
    DecisionMemoFacts,
    FollowUp,
    GoalRow,
    OwnAnswer,
    PartnerRow,
)
from exports.memo_prefill import NOWHERE, STANDARD
from exports.memo_release import frame_limits, memo_gaps, release, seen_memo
from exports.memo_snapshot import from_content
from exports.memo_values import printed_values
from foundation.audit import history
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from intake.actions import declare_conflict
from intake.models import CallQuestion, Proposal
from intake.rules.call import ExtraKind
from intake.rules.lifecycle import State
from intake.rules.track import Track
from portfolio import actions, queries
from portfolio.events import MemoEdited, MemoReleased, MemoSentBack
from portfolio.models import DecisionMemo, DecisionMemoText, ReleasedMemo
from portfolio.rules.annexes import DEFAULT_ANNEXES
from portfolio.rules.drafts import FrameDraft, TextDraft
from portfolio.rules.memo_check import Place
from portfolio.rules.memo_dates import FollowUpDraft
from portfolio.rules.memo_texts import MemoPart
from scoring import actions as scoring_actions
from scoring.models import DepartmentAnswer, FundFiguresRow
from scoring.queries import fund_figures
from scoring.rules.case_facts import FactDraft, FactValue
from tests.builders import ANSWERS, DONATION_FACTS, INVESTMENT_FACTS, MATURE, World
from tests.conftest import NOON

INVESTMENT: dict[str, Any] = {"scores": MATURE, "facts": INVESTMENT_FACTS, "wish": "social_investment"}
WITH_OUTCOME_FUND: dict[str, Any] = {**INVESTMENT, "facts": {**INVESTMENT_FACTS, "outcome_fund_share": "40"}}
HOSTILE = "{{ 7*7 }} <b>fed</b> ]]> 🧪 \\u0000 =SUM(A1)\n\n  to linjer «æøå»"
REPORT = date(2028, 10, 31)


def texts_of(world: World, proposal: Proposal) -> dict[str, MemoText]:
    return memo_texts(world.session, proposal, sorted_run(world.session, proposal), on=today(NOON))


def write(world: World, proposal: Proposal, *, version: int, at: Any = NOON, keeps: str = "", **texts: str) -> None:
    known = texts_of(world, proposal)
    drafts = {key: TextDraft(text, known[key].prefilled.text) for key, text in texts.items()}
    actor = world.people["SE"]
    actions.write_texts(world.session, proposal, drafts, keeps=keeps, version=version, actor=actor, at=at)
    world.session.commit()


def frame(world: World, proposal: Proposal, draft: FrameDraft, *, version: int) -> None:
    limits = frame_limits(world.session, proposal, sorted_run(world.session, proposal))
    actions.write_frame(world.session, proposal, draft, limits, version=version, actor=world.people["SE"], at=NOON)
    world.session.commit()


def released(world: World, proposal: Proposal) -> DecisionMemoFacts:
    stored = queries.released_memo(world.session, proposal.id)
    assert stored is not None
    return from_content(stored.content)


# ---- filled from the case -----------------------------------------------------------------------------------------


def test_each_text_says_where_it_comes_from(world: World) -> None:
    texts = texts_of(world, world.sorted())
    shown = {key: (one.text, one.prefilled.source) for key, one in texts.items()}
    assert shown["summary"] == ("En have på torvet giver 30 ældre et fællesskab.", "Forslaget, udgave 1")
    assert shown["money_from"] == ("Årets donationspulje", STANDARD)
    assert shown["learning"][1] == "Sagsgrundlag, 1. marts 2027, Medarbejder SE"
    assert shown["result_goals"] == ("Indsatsen har ét mål. Det står i tabellen.", "Forslaget, udgave 1")
    assert shown["budget"][0] == "Budgettet er på 95.000\u00a0kr. i alt og har én post."
    assert shown["target_group"][0] == (
        "Ældre, som bor alene i området.\nMed: Man er fyldt 65 år og bor alene.\n"
        "Ikke med: Ældre, som har brug for pleje hele tiden.\n"
        "Sådan findes deltagerne: Viceværterne fortæller om haven."
    )
    assert all(source == NOWHERE for text, source in shown.values() if not text)


def test_rows_of_the_applicant_are_rows_of_the_memo(world: World) -> None:
    lines = [
        {"year": 2027, "kind": "delivery", "text": "Koordinator", "amount": 60_000_00},
        {"year": 2028, "kind": "setup", "text": "Materialer", "amount": 35_000_00},
    ]
    facts = gather(world.session, world.sorted(budget=lines))
    assert facts.goals == (
        GoalRow(
            indicator="Ældre, som har to at ringe til",
            baseline="6 af 30",
            target="20 af 30",
            measuring_points="Efter et år",
            data_source="Vi spørger dem selv",
            success_share="65 procent",
            deadweight="20 procent",
            payer="Sundhed og Omsorg",
        ),
    )
    assert facts.budget_rows == (
        BudgetRow(year=2027, kind="Drift", text="Koordinator", amount_ore=60_000_00),
        BudgetRow(year=2028, kind="Opstart", text="Materialer", amount_ore=35_000_00),
    )
    assert facts.cofunding == (CofundingRow(funder="Medlemmerne", status="Egne midler", amount_ore=10_000_00),)
    assert facts.partner_rows == (PartnerRow(name="Boligforeningen", cvr="99999942", role="Jord og vand"),)
    assert (facts.is_draft, facts.released_on, facts.case_worker) == (True, None, "Medarbejder SE")


def test_the_calls_own_questions_come_along(world: World, session: Session) -> None:
    question = CallQuestion(call_id=world.call.id, position=1, kind=ExtraKind.LONG_TEXT, label="Hvad siger naboerne?")
    session.add(question)
    session.flush()
    proposal = world.sorted(**{f"call_{question.id.hex}": "De glæder sig."})
    assert gather(session, proposal).own_questions == (OwnAnswer(label="Hvad siger naboerne?", text="De glæder sig."),)


def test_the_oldest_question_set_still_fills_a_memo(world: World, session: Session) -> None:
    proposal = world.sorted()
    world.call.question_set_id = "core-2026"
    proposal.answers = {
        **{key: proposal.answers[key] for key in ("title", "problem", "intervention", "target_group", "wish")},
        "result_goals": "Flere har nogen at ringe til.",
        "budget": "Løn 60.000 kr.",
        "partners": "Boligforeningen",
    }
    session.flush()

    facts = gather(session, proposal)

    assert (facts.result_goals, facts.budget, facts.partners) == (
        "Flere har nogen at ringe til.",
        "Løn 60.000 kr.",
        "Boligforeningen",
    )
    assert (facts.goals, facts.budget_rows, facts.cofunding, facts.partner_rows) == ((), (), (), ())
    assert facts.summary == "Vi dyrker en have sammen hver uge."


# ---- edited -----------------------------------------------------------------------------------------------------


def test_an_edited_text_is_kept_letter_for_letter_beside_the_original(world: World, session: Session) -> None:
    proposal = world.sorted()
    write(world, proposal, version=0, problem=HOSTILE, supplement="")

    texts = texts_of(world, proposal)
    assert texts["problem"].text == HOSTILE
    assert texts["problem"].prefilled.text == "Mange ældre i området er alene."
    assert texts["supplement"].text == ""
    assert texts["problem"].edited is not None
    assert texts["problem"].edited.editor == "Medarbejder SE"
    assert texts["evidence"].edited is None
    assert gather(session, proposal).problem == HOSTILE
    assert history(session, proposal.id)[0].event == MemoEdited(("Problemet", "Ud over den lovpligtige indsats"))


def test_what_says_the_same_as_the_case_follows_the_case(world: World, session: Session) -> None:
    proposal = world.sorted()
    write(world, proposal, version=0, problem="Rettet.", evidence=proposal.answers["evidence"])
    assert [row.key for row in session.exec(select(DecisionMemoText))] == ["problem"]
    write(world, proposal, version=1, problem=proposal.answers["problem"])
    assert session.exec(select(DecisionMemoText)).all() == []
    assert texts_of(world, proposal)["problem"].edited is None


def test_a_text_tells_that_the_case_has_changed_since(world: World, session: Session) -> None:
    proposal = world.sorted()
    write(world, proposal, version=0, problem="Rettet.")
    assert not texts_of(world, proposal)["problem"].case_has_changed
    proposal.answers = {**proposal.answers, "problem": "Nyt i sagen."}
    session.commit()
    assert texts_of(world, proposal)["problem"].case_has_changed

    write(world, proposal, version=1, problem="Rettet.", supplement="Også rettet.")
    assert texts_of(world, proposal)["problem"].case_has_changed
    write(world, proposal, version=2, keeps="problem", problem="Rettet.", supplement="Rettet igen.")
    assert not texts_of(world, proposal)["problem"].case_has_changed
    texts = texts_of(world, proposal)
    assert (texts["problem"].text, texts["supplement"].text) == ("Rettet.", "Rettet igen.")
    assert session.exec(select(DecisionMemo)).one().version == 3


def test_the_later_of_two_writers_is_told(world: World, session: Session) -> None:
    """Also when both save within one moment, and one writes a text and the other the frame."""
    proposal = world.sorted()
    write(world, proposal, version=0, problem="Den første.")
    with pytest.raises(ChangedMeanwhile):
        write(world, proposal, version=0, problem="Den anden.")
    write(world, proposal, version=1, problem="Den tredje.")
    with pytest.raises(ChangedMeanwhile):
        frame(world, proposal, FrameDraft(case_number="26/001234-7"), version=1)
    frame(world, proposal, FrameDraft(case_number="26/001234-7"), version=2)
    with pytest.raises(ChangedMeanwhile):
        write(world, proposal, version=2, keeps="problem", problem="Den første.")
    with pytest.raises(ChangedMeanwhile):
        write(world, proposal, version=3, keeps="supplement", supplement="Ingen har rettet her.")
    assert texts_of(world, proposal)["problem"].text == "Den tredje."
    assert session.exec(select(DecisionMemo)).one().version == 3


def test_the_frame_is_stored_and_printed(world: World, session: Session) -> None:
    proposal = world.sorted(**WITH_OUTCOME_FUND)
    draft = FrameDraft(
        case_number="26/001234-7",
        amount_ore=60_000_00,
        smaller_reason="En fond betaler resten.",
        outcome_fund_max_ore=20_000_00,
        conditions=("Kun til haven.",),
        report_on=REPORT,
        follow_ups=(FollowUpDraft(date(2028, 8, 1), "Status"),),
        annexes=("budget", "file:gone"),
    )
    frame(world, proposal, draft, version=0)

    facts = gather(session, proposal)

    assert (facts.case_number, facts.amount_ore, facts.sought_ore) == ("26/001234-7", 60_000_00, 85_000_00)
    assert (facts.smaller_reason, facts.outcome_fund_max_ore) == ("En fond betaler resten.", 20_000_00)
    assert (facts.conditions, facts.report_on) == (("Kun til haven.",), REPORT)
    assert facts.follow_ups == (FollowUp(on=date(2028, 8, 1), text="Status"),)
    assert facts.annexes == ("Budgettet",)


def test_the_amount_sought_is_not_stored_and_no_reason_with_it(world: World, session: Session) -> None:
    proposal = world.sorted()
    unchanged = FrameDraft(amount_ore=85_000_00, smaller_reason="Glemt fra før.", annexes=DEFAULT_ANNEXES)
    frame(world, proposal, unchanged, version=0)
    assert session.exec(select(DecisionMemo)).all() == [], "nothing was changed, so nothing is stored"
    frame(world, proposal, FrameDraft(amount_ore=85_000_00, smaller_reason="Glemt.", report_on=REPORT), version=0)
    stored = session.exec(select(DecisionMemo)).one()
    assert (stored.amount_ore, stored.smaller_reason, stored.annexes) == (None, "", [])


@pytest.mark.parametrize(
    ("draft", "field", "words"),
    [
        (FrameDraft(amount_ore=85_000_01), "amount", "større beløb"),
        (FrameDraft(amount_ore=60_000_00), "smaller_reason", "mindre beløb"),
        (FrameDraft(report_on=date(2027, 8, 1)), "report_on", "efter at indsatsen er begyndt"),
        (FrameDraft(follow_ups=(FollowUpDraft(date(2027, 7, 1), "x"),)), "follow_ups", "efter at indsatsen"),
    ],
)
def test_a_frame_at_fault_names_its_field(world: World, draft: FrameDraft, field: str, words: str) -> None:
    proposal = world.sorted()
    with pytest.raises(Refused, match=words) as refused:
        frame(world, proposal, draft, version=0)
    assert refused.value.field == field


def test_a_donation_stays_below_its_cap(world: World, session: Session) -> None:
    proposal = world.sorted()
    proposal.amount_sought_ore = 140_000_00
    session.flush()
    with pytest.raises(Refused, match="En donation kan højst"):
        frame(world, proposal, FrameDraft(amount_ore=100_000_01, smaller_reason="x"), version=0)
    frame(world, proposal, FrameDraft(amount_ore=100_000_00, smaller_reason="Loftet."), version=0)
    assert gather(session, proposal).amount_ore == 100_000_00


# ---- released and sent back -------------------------------------------------------------------------------------


def test_a_released_memo_is_frozen(world: World, session: Session) -> None:
    proposal = world.memo_ready()
    write(world, proposal, version=1, problem=HOSTILE)
    release(session, proposal, version=2, actor=world.people["SE"], at=NOON)
    session.commit()
    before = released(world, proposal)
    assert proposal.state is State.MEMO_READY
    assert (before.problem, before.is_draft, before.released_on) == (HOSTILE, False, today(NOON))
    assert (before.dated_on, before.case_worker, before.report_on) == (today(NOON), "Medarbejder SE", REPORT)
    assert queries.released_memo(session, proposal.id).amount_ore == 85_000_00  # type: ignore[union-attr]
    assert history(session, proposal.id)[0].event == MemoReleased(1)

    write(world, proposal, version=2, problem="Rettet bagefter.")
    proposal.title = "En anden titel"
    session.commit()

    assert released(world, proposal) == before
    assert gather(session, proposal).problem == "Rettet bagefter."


def test_a_memo_goes_back_and_comes_again(world: World, session: Session) -> None:
    proposal = world.memo_released()
    with pytest.raises(Refused, match="Skriv, hvad der skal laves om"):
        actions.send_back_memo(session, proposal, reason="", actor=world.people["SE"], at=NOON)
    actions.send_back_memo(session, proposal, reason="Uddyb risikoen.", actor=world.people["SE"], at=NOON)
    session.commit()
    assert proposal.state is State.SORTED
    assert queries.released_memo(session, proposal.id) is None
    told = queries.sent_back(session, proposal.id)
    assert told is not None
    assert (told.reason, told.who) == ("Uddyb risikoen.", "Medarbejder SE")
    assert history(session, proposal.id)[0].event == MemoSentBack(1, "Uddyb risikoen.")

    release(session, proposal, version=1, actor=world.people["SE"], at=NOON + timedelta(days=1))
    session.commit()

    assert queries.sent_back(session, proposal.id) is None
    assert [row.number for row in session.exec(select(ReleasedMemo).order_by("number"))] == [1, 2]
    assert released(world, proposal).released_on == today(NOON) + timedelta(days=1)


def test_a_memo_is_not_released_twice(world: World, session: Session) -> None:
    proposal = world.memo_released()
    with pytest.raises(Refused, match="et andet sted i forløbet"):
        release(session, proposal, version=1, actor=world.people["SE"], at=NOON)


def test_a_memo_that_somebody_wrote_in_meanwhile_is_not_released(world: World, session: Session) -> None:
    proposal = world.memo_ready()
    write(world, proposal, version=1, problem="Rettet imens.")
    with pytest.raises(ChangedMeanwhile):
        release(session, proposal, version=1, actor=world.people["SE"], at=NOON)
    assert proposal.state is State.SORTED


def test_gaps_stop_the_release(world: World, session: Session) -> None:
    proposal = world.sorted()
    proposal.case_worker_id = None
    session.commit()
    places = [gap.place for gap in memo_gaps(session, proposal, at=NOON)]
    assert places == [Place.CASE_WORKER, MemoPart.FRAME]
    with pytest.raises(Refused, match="Sagen har ingen sagsbehandler"):
        release(session, proposal, version=0, actor=world.people["SE"], at=NOON)
    assert (proposal.state, queries.released_memo(session, proposal.id)) == (State.SORTED, None)


def test_a_sorting_that_holds_no_more_stops_the_release(world: World, session: Session) -> None:
    proposal = world.memo_ready()
    assert memo_gaps(session, proposal, at=NOON) == ()
    proposal.amount_sought_ore = 140_000_00
    session.commit()
    found = [gap.place for gap in memo_gaps(session, proposal, at=NOON)]
    assert found[0] is Place.SORTING
    with pytest.raises(Refused, match="Sorter igen"):
        release(session, proposal, version=1, actor=world.people["SE"], at=NOON)


def test_a_hearing_that_is_not_over_stops_the_release(world: World, session: Session) -> None:
    proposal = world.memo_ready()
    answer = session.exec(select(DepartmentAnswer)).one()
    answer.has_adverse_facts, answer.adverse_facts = True, "Lokalet er opsagt."
    session.commit()
    assert [gap.place for gap in memo_gaps(session, proposal, at=NOON)] == [Place.HEARING]
    scoring_actions.waive_hearing(
        session,
        proposal,
        reason="Det står i forslaget.",
        version=proposal.version,
        actor=world.people["SE"],
        at=NOON + timedelta(hours=1),
    )
    assert memo_gaps(session, proposal, at=NOON) == ()


def record(world: World, proposal: Proposal, **values: FactValue) -> None:
    """What the secretariat found out after the case was sorted."""
    drafts = {key: FactDraft(value, "Mail", "Ny viden") for key, value in values.items()}
    actor, version = world.people["SE"], proposal.version
    scoring_actions.record_case_facts(world.session, proposal, drafts, version=version, actor=actor, at=NOON)
    world.session.commit()


def figures(world: World, **ore: int) -> None:
    """Newer figures of the fund, otherwise than those there are only where it is said."""
    old = fund_figures(world.session, on=today(NOON))
    assert old is not None
    amounts = {
        name: ore.get(name, getattr(old, name))
        for name in ("free_capital_ore", "outcome_fund_balance_ore", "donation_pool_left_ore")
    }
    entered = world.session.exec(select(FundFiguresRow)).all()
    at = NOON + timedelta(minutes=len(entered))
    world.session.add(FundFiguresRow(as_of=today(NOON), source="Nyt", entered_at=at, **amounts))
    world.session.commit()


def overrule(world: World, proposal: Proposal, track: Track) -> None:
    actor, at = world.people["SE"], NOON + timedelta(minutes=1)
    scoring_actions.override_sorting(
        world.session, proposal, world.call, track=track, reason="Fordi.", actor=actor, at=at
    )
    world.session.commit()


def test_news_since_the_sorting_stop_the_release(world: World, session: Session) -> None:
    """Also where the rules still give the same answer; figures of a later day with the same amounts are no news."""
    proposal = world.memo_ready()
    figures(world)
    assert memo_gaps(session, proposal, at=NOON) == ()
    record(world, proposal, needs_fund=True, small_group_reason="Det er en lille by.")
    assert [gap.place for gap in memo_gaps(session, proposal, at=NOON)] == [Place.SORTING]
    later = NOON + timedelta(hours=1)
    scoring_actions.renew_sorting(session, proposal, world.call, actor=world.people["SE"], at=later)
    assert memo_gaps(session, proposal, at=NOON) == ()
    figures(world, donation_pool_left_ore=150_000_00)
    assert [gap.place for gap in memo_gaps(session, proposal, at=NOON)] == [Place.SORTING]


def test_a_donation_that_the_pool_cannot_pay_is_not_released(world: World, session: Session) -> None:
    proposal = world.ready_to_sort(facts={**DONATION_FACTS, "economic_activity": False})
    figures(world, donation_pool_left_ore=1_000_00)
    overrule(world, proposal, Track.DONATION)
    frame(world, proposal, FrameDraft(report_on=REPORT, annexes=DEFAULT_ANNEXES), version=0)
    (gap,) = memo_gaps(session, proposal, at=NOON)
    assert (gap.place, "1.000\u00a0kr. tilbage i årets donationspulje" in gap.text) == (MemoPart.FRAME, True)
    printed = printed_values(gather(session, proposal, on=today(NOON)))
    assert (printed["pool_left"], printed["pool_after"]) == ("1.000\u00a0kr.", "84.000\u00a0kr. for lidt")


def test_a_plain_investment_does_not_use_the_outcome_fund(world: World, session: Session) -> None:
    proposal = world.sorted(**WITH_OUTCOME_FUND)
    frame(world, proposal, FrameDraft(outcome_fund_max_ore=20_000_00, report_on=REPORT), version=0)
    assert printed_values(gather(session, proposal))["outcome_fund_max"] == "20.000\u00a0kr."
    overrule(world, proposal, Track.SOCIAL_INVESTMENT)
    printed = printed_values(gather(session, proposal))
    assert (printed["outcome_fund_max"], printed["outcome_fund_after"]) == (
        "Puljen bruges ikke",
        printed["outcome_fund"],
    )
    frame(world, proposal, FrameDraft(outcome_fund_max_ore=20_000_00, report_on=REPORT), version=1)
    assert session.exec(select(DecisionMemo)).one().outcome_fund_max_ore is None


def test_the_outcome_fund_needs_a_highest_payment_that_holds(world: World, session: Session) -> None:
    proposal = world.sorted(**WITH_OUTCOME_FUND)
    status = (FollowUpDraft(date(2028, 8, 1), "Status"),)
    frame(world, proposal, FrameDraft(report_on=REPORT, follow_ups=status), version=0)
    said = [gap.text for gap in memo_gaps(session, proposal, at=NOON)]
    assert said == ["Skriv, hvor meget resultatbetalingspuljen højst kan betale."]
    with pytest.raises(Refused, match="indstillede beløb") as refused:
        frame(world, proposal, FrameDraft(outcome_fund_max_ore=85_000_01, report_on=REPORT), version=1)
    assert refused.value.field == "outcome_fund_max"
    frame(world, proposal, FrameDraft(outcome_fund_max_ore=85_000_00, report_on=REPORT, follow_ups=status), version=1)
    assert memo_gaps(session, proposal, at=NOON) == ()


def test_a_legal_question_without_an_answer_is_missed_until_it_is_edited(world: World, session: Session) -> None:
    proposal = world.memo_ready(facts={key: value for key, value in DONATION_FACTS.items() if key != "legal_checked"})
    (gap,) = memo_gaps(session, proposal, at=NOON)
    assert gap.place is Place.CASE_FACTS
    assert gap.text.startswith("Statsstøtte er ikke afklaret. Det er ikke oplyst")
    write(world, proposal, version=1, state_aid="Indsatsen er ikke økonomisk aktivitet.")
    assert memo_gaps(session, proposal, at=NOON) == ()


def test_a_donation_above_the_ceiling_of_state_aid_is_not_released(world: World, session: Session) -> None:
    """Also where somebody writes that it is in order: the facts of the case say otherwise."""
    received = {"economic_activity": True, "de_minimis_received": 3_000_000_00, "de_minimis_register": True}
    proposal = world.memo_ready(facts={**DONATION_FACTS, **received})
    write(world, proposal, version=1, state_aid="Det er i orden.")
    (gap,) = memo_gaps(session, proposal, at=NOON)
    assert (gap.place, gap.text.startswith("Statsstøtte er ikke på plads. De minimis-støtten")) == (
        Place.CASE_FACTS,
        True,
    )


def test_a_smaller_amount_reaches_the_budget_and_the_law(world: World) -> None:
    proposal = world.sorted(facts={**DONATION_FACTS, "economic_activity": True, "de_minimis_received": 100_000})
    frame(world, proposal, FrameDraft(amount_ore=60_000_00, smaller_reason="Sådan.", report_on=REPORT), version=0)
    texts = texts_of(world, proposal)
    assert texts["budget"].text == (
        "Budgettet er på 95.000\u00a0kr. i alt og har én post.\n"
        "Der indstilles 25.000\u00a0kr. mindre end søgt. Det er ikke oplyst, hvem der betaler forskellen."
    )
    assert texts["state_aid"].text.startswith("De minimis-støtten over tre år bliver 61.000\u00a0kr. og holder sig")


def test_the_goals_are_said_to_stand_where_they_stand(world: World) -> None:
    goal = {**ANSWERS["result_goals"][0]}
    for count, words in ((3, "De står i tabellen."), (4, "De står i bilag 3.")):
        proposal = world.sorted(result_goals=[{**goal, "indicator": f"Mål {place}"} for place in range(count)])
        assert texts_of(world, proposal)["result_goals"].text == f"Indsatsen har {count} mål. {words}"


def conflict(world: World, proposal: Proposal, key: str) -> None:
    actor = world.people[key]
    declare_conflict(world.session, proposal, has_conflict=True, ground="Gift", actor=actor, at=NOON)
    world.session.commit()


def test_what_a_conflicted_person_did_is_done_again_by_another(world: World, session: Session) -> None:
    proposal = world.memo_ready()
    write(world, proposal, version=1, problem="Rettet.")
    conflict(world, proposal, "SE")
    assert queries.touched_by_conflicted(session, proposal.id) == ["Medarbejder SE"]
    places = [gap.place for gap in memo_gaps(session, proposal, at=NOON)]
    assert [one for one in places if one is not Place.CASE_WORKER] == [
        Place.SORTING,
        MemoPart.FRAME,
        MemoPart.BACKGROUND,
    ]

    other, at = world.people["IH"], NOON + timedelta(hours=1)
    scoring_actions.renew_sorting(session, proposal, world.call, actor=other, at=at)
    kept = {"problem": TextDraft("Rettet.", texts_of(world, proposal)["problem"].prefilled.text)}
    actions.write_texts(session, proposal, kept, keeps="problem", version=2, actor=other, at=at)
    session.commit()

    assert queries.touched_by_conflicted(session, proposal.id) == []
    assert [gap.place for gap in memo_gaps(session, proposal, at=at) if gap.place is not Place.CASE_WORKER] == []


def test_a_frame_is_taken_over_by_saving_it_unchanged(world: World, session: Session) -> None:
    proposal = world.memo_ready()
    conflict(world, proposal, "SE")
    stored = session.exec(select(DecisionMemo)).one()
    same = FrameDraft(report_on=stored.report_on, follow_ups=(FollowUpDraft(date(2028, 8, 1), "Status"),))
    limits = frame_limits(session, proposal, sorted_run(session, proposal))
    actions.write_frame(session, proposal, same, limits, version=1, actor=world.people["S2"], at=NOON)
    session.commit()
    assert session.exec(select(DecisionMemo)).one().saved_by == world.people["S2"].person_id


def test_whoever_released_and_has_a_conflict_since_is_named(world: World, session: Session) -> None:
    proposal = world.memo_released()
    assert queries.touched_by_conflicted(session, proposal.id) == []
    conflict(world, proposal, "SE")
    assert queries.touched_by_conflicted(session, proposal.id) == ["Medarbejder SE"]


def test_a_release_freezes_what_was_read_and_nothing_else(world: World, session: Session) -> None:
    proposal, actor = world.memo_ready(), world.people["SE"]
    seen = seen_memo(session, proposal, gather(session, proposal, on=today(NOON)))
    proposal.answers = {**proposal.answers, "problem": "Nyt i sagen."}
    session.flush()
    with pytest.raises(ChangedMeanwhile):
        release(session, proposal, version=1, seen=seen, actor=actor, at=NOON)
    seen = seen_memo(session, proposal, gather(session, proposal, on=today(NOON)))
    release(session, proposal, version=1, seen=seen, actor=actor, at=NOON + timedelta(days=1))
    actions.send_back_memo(session, proposal, reason="Uddyb.", actor=actor, at=NOON + timedelta(days=2))
    with pytest.raises(ChangedMeanwhile):
        release(session, proposal, version=1, seen=seen, actor=actor, at=NOON + timedelta(days=3))


def test_the_content_is_plain_and_holds_every_field(world: World) -> None:
    proposal = world.memo_released(**INVESTMENT)
    facts = released(world, proposal)
    assert facts.kind == "investment"
    draft = gather(world.session, proposal, on=today(NOON))
    assert replace(draft, is_draft=False, released_on=today(NOON)) == facts
