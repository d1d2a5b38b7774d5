"""Is a policy that is drafted in the browser found everywhere, frozen once adopted, and adopted by two people?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlmodel import Session

from foundation.audit import history
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity.models import Membership
from intake.rules.call_policy import policy_on
from scoring.actions import run_sorting
from scoring.actions.policies import adopt_policy, discard_policy, draft_policy, edit_policy, withdraw_policy
from scoring.models import PolicyRow
from scoring.policy_events import PolicyAdopted, PolicyDrafted, PolicyEdited, PolicyWithdrawn
from scoring.policy_queries import catalogue, find_entry, policy_of, policy_offers, scale_of
from scoring.policy_trial_queries import calls_to_try, sorted_before
from scoring.rules.dimensions import Dimension
from scoring.rules.policies import UnknownPolicy, get_policy
from scoring.rules.policies.catalogue import PolicyState
from scoring.rules.policies.draft import PolicyDraft
from scoring.rules.policies.numbers import PolicyNumbers, numbers_of, policy_with
from scoring.rules.policies.trial import try_policy
from tests.builders import World

P2026 = get_policy("2026")
STRICTER = replace(numbers_of(P2026), investment_maturity=Decimal("3.5"), mature_from=Decimal("3.5"))
HEAVIER = replace(STRICTER, weights={**STRICTER.weights, Dimension.NEED: 3})
NEXT_YEAR = date(2028, 1, 1)


def drafted(world: World, draft: PolicyDraft | None = None, *, who: str = "SE", minutes: int = 1) -> PolicyRow:
    return draft_policy(
        world.session,
        draft or PolicyDraft("Politik 2028", NEXT_YEAR, STRICTER),
        based_on="2026",
        actor=world.people[who],
        at=world.at + timedelta(minutes=minutes),
    )


def adopt(world: World, row: PolicyRow, *, who: str = "AD", reason: str = "Rådet har besluttet det.") -> None:
    adopt_policy(
        world.session,
        row,
        reason=reason,
        version=row.version,
        actor=world.people[who],
        at=world.at + timedelta(minutes=5),
    )


def adopted(world: World, draft: PolicyDraft | None = None) -> PolicyRow:
    row = drafted(world, draft)
    adopt(world, row)
    return row


def test_a_drafted_policy_is_found_everywhere_and_keeps_the_words_of_its_scale(world: World) -> None:
    row = drafted(world, PolicyDraft("Politik 2028", NEXT_YEAR, HEAVIER))
    world.session.expire_all()
    found = policy_of(world.session, "2028-1")
    assert found == policy_with("2028-1", HEAVIER, P2026.scale)
    assert (found.scale.id, found.scale.of(Dimension.NEED).weight) == ("2028-1", 3)
    assert [replace(one, weight=0) for one in found.scale.criteria] == [
        replace(one, weight=0) for one in P2026.scale.criteria
    ]
    assert scale_of(world.session, "2028-1") == found.scale
    assert (policy_of(world.session, "2026"), scale_of(world.session, "2026")) == (P2026, P2026.scale)
    assert [entry.id for entry in catalogue(world.session)] == ["2026", "2028-1"]
    with pytest.raises(UnknownPolicy):
        policy_of(world.session, "2028-2")
    assert [one.event for one in history(world.session, row.id)] == [
        PolicyDrafted("2028-1", "Politik 2028", "2026", "2028-01-01")
    ]

    again = draft_policy(
        world.session,
        PolicyDraft("En til", NEXT_YEAR, STRICTER),
        based_on="2028-1",
        actor=world.people["SE"],
        at=world.at,
    )
    assert (again.slug, policy_of(world.session, "2028-2").scale) == ("2028-2", P2026.scale)


def test_a_case_is_sorted_by_the_policy_of_its_call_wherever_that_was_written(world: World) -> None:
    proposal = world.sorted()
    world.call.policy_id = adopted(world).slug
    world.session.flush()
    inputs, sorting = run_sorting(world.session, proposal, world.call, at=world.at + timedelta(days=1))
    assert (inputs.policy_id, sorting.maturity is not None) == ("2028-1", True)
    demand = next(ground for ground in sorting.grounds if ground.rule == "GATE2" and "3,50" in ground.text)
    assert not demand.holds or sorting.maturity is None or sorting.maturity >= Decimal("3.5")


def test_coming_calls_take_the_newest_adopted_policy_that_holds_when_they_open(world: World) -> None:
    def due(on: date) -> str | None:
        found = policy_on(policy_offers(world.session), on)
        return None if found is None else found.id

    row = drafted(world)
    assert due(NEXT_YEAR) == "2026"
    adopt(world, row)
    assert (due(date(2025, 12, 31)), due(date(2027, 12, 31)), due(NEXT_YEAR)) == (None, "2026", "2028-1")
    end(world, row, withdraw_policy)
    assert due(NEXT_YEAR) == "2026"
    assert [(one.id, one.may_be_chosen) for one in policy_offers(world.session)] == [("2026", True), ("2028-1", False)]
    assert policy_of(world.session, "2028-1").investment_maturity == Decimal("3.5")
    assert [type(one.event) for one in history(world.session, row.id)] == [
        PolicyWithdrawn,
        PolicyAdopted,
        PolicyDrafted,
    ]


def edit(world: World, row: PolicyRow, draft: PolicyDraft, *, version: int | None = None, who: str = "SE") -> None:
    read, at = row.version if version is None else version, world.at + timedelta(minutes=3)
    edit_policy(world.session, row, draft, version=read, actor=world.people[who], at=at)


def end(world: World, row: PolicyRow, how: Callable[..., None]) -> None:
    at = world.at + timedelta(hours=1)
    how(world.session, row, reason="Fordi.", version=row.version, actor=world.people["AD"], at=at)


def _of(day: date = NEXT_YEAR, numbers: PolicyNumbers = STRICTER) -> PolicyDraft:
    return PolicyDraft("Politik 2028", day, numbers)


def _two_from_one_day(world: World) -> None:
    first = drafted(world)
    adopted(world)
    adopt(world, first)


Refusal = tuple[Callable[[World], object], type[Exception], str | None]
REFUSED: dict[str, Refusal] = {
    "a day gone by": (lambda w: drafted(w, _of(w.at.date() - timedelta(days=1))), Refused, "valid_from"),
    "a far day": (lambda w: drafted(w, _of(date(2038, 1, 1))), Refused, "valid_from"),
    "a number that makes no sense": (
        lambda w: drafted(w, _of(numbers=replace(STRICTER, mature_from=Decimal("1.5")))),
        Refused,
        "mature_from",
    ),
    "nothing new": (lambda w: adopt(w, drafted(w, _of(numbers=numbers_of(P2026)))), Refused, None),
    "no reason": (lambda w: adopt(w, drafted(w), reason=""), Refused, "reason"),
    "who drafted it": (lambda w: adopt(w, drafted(w, who="AD")), NotAllowed, None),
    "twice": (lambda w: adopt(w, adopted(w)), Refused, None),
    "a day that is taken": (_two_from_one_day, Refused, None),
    "an adopted one edited": (lambda w: edit(w, adopted(w), _of()), Refused, None),
    "an old version": (lambda w: edit(w, drafted(w), _of(), version=0), ChangedMeanwhile, None),
    "a draft withdrawn": (lambda w: end(w, drafted(w), withdraw_policy), Refused, None),
    "an adopted one given up": (lambda w: end(w, adopted(w), discard_policy), Refused, None),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_policy_is_refused(world: World, what: str) -> None:
    act, refusal, field = REFUSED[what]
    with pytest.raises(refusal) as caught:
        act(world)
    assert getattr(caught.value, "field", None) == field


def test_an_edit_names_what_changed_and_closes_the_adoption_to_whoever_made_it(world: World) -> None:
    row = drafted(world)
    changed = replace(STRICTER, donation_cap=120_000, weights={**STRICTER.weights, Dimension.NEED: 2})
    edit(world, row, PolicyDraft("Politik 2028, anden udgave", NEXT_YEAR, changed), who="AD")
    edit(world, row, PolicyDraft("Politik 2028, anden udgave", NEXT_YEAR, changed), who="AD")
    assert [one.event for one in history(world.session, row.id)][:-1] == [
        PolicyEdited("2028-1", ("title", "weights_need", "donation_cap"))
    ]
    with pytest.raises(NotAllowed):
        adopt(world, row, who="AD")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE drafted_policy SET title = 'Andet'",
        "UPDATE drafted_policy SET content = '{}'",
        "UPDATE drafted_policy SET valid_from = '2027-05-01'",
        "UPDATE drafted_policy SET state = 'draft', adopted_at = NULL, adopted_by = NULL",
        "UPDATE drafted_policy SET adoption_reason = 'En anden'",
        "DELETE FROM drafted_policy",
    ],
)
def test_the_database_lets_nobody_change_or_delete_an_adopted_policy(world: World, statement: str) -> None:
    adopted(world)
    world.session.flush()
    with pytest.raises(sa.exc.IntegrityError, match="an adopted policy never changes"), world.session.begin_nested():
        world.session.connection().execute(text(statement))


def test_the_database_lets_nobody_adopt_the_own_draft(world: World, session: Session) -> None:
    row = drafted(world)
    row.state, row.adopted_by, row.adopted_at = PolicyState.ADOPTED, row.drafted_by, world.at
    row.adoption_reason = "Fordi."
    with pytest.raises(sa.exc.IntegrityError, match="two_people"):
        session.flush()
    session.rollback()


def test_a_draft_that_is_given_up_can_neither_be_edited_nor_adopted(world: World) -> None:
    row = drafted(world)
    end(world, row, discard_policy)
    assert (row.state, policy_offers(world.session)[1:]) == (PolicyState.WITHDRAWN, ())
    with pytest.raises(Refused):
        edit(world, row, _of())
    with pytest.raises(Refused):
        adopt(world, row)


def test_a_draft_may_be_changed_and_thrown_away(world: World, session: Session) -> None:
    drafted(world)
    session.connection().execute(text("UPDATE drafted_policy SET title = 'Andet'"))
    session.connection().execute(text("DELETE FROM drafted_policy"))
    session.expire_all()
    assert find_entry(session, "2028-1") is None


def test_a_trial_shows_each_what_the_ranking_shows_and_keeps_nothing(world: World) -> None:
    proposal = world.sorted()
    world.session.flush()
    smaller = policy_with("trial", replace(STRICTER, donation_cap=1_000), P2026.scale)
    assert [call.slug for call in calls_to_try(world.session)] == [world.call.slug]

    seen = {
        who: [one.reference for one in sorted_before(world.session, world.people[who], world.call.id)]
        for who in ("SE", "S2", "IH", "AU", "AD")
    }
    # S2 scores the case, and learns of the sorting when the council has decided.
    assert seen == {who: ([] if who in ("S2", "IH") else [proposal.reference]) for who in seen}
    auditor = world.people["AU"]
    own = world.organisations["AO"].id
    world.session.add(Membership(person_id=auditor.person_id, organisation_id=own, joined_at=world.at))
    world.session.flush()
    assert sorted_before(world.session, auditor, world.call.id) == []

    (before,) = sorted_before(world.session, world.people["SE"], world.call.id)
    trial = try_policy([before], P2026)
    assert (trial.moved, trial.tried, trial.left_out) == ((), 1, 0)
    assert [(one.before, one.after) for one in trial.counts] == [(1, 1)]

    (moved,) = try_policy([before], smaller).moved
    assert moved.before == before
    assert moved.track is not before.track
    assert moved.deciding != before.deciding
    assert not world.session.dirty
    assert not world.session.new
    assert try_policy([replace(before, basis=None)], smaller).left_out == 1
