"""What follows when people move proposals over the line of the ranking?"""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from foundation.money import NO_BREAK_SPACE
from intake.rules.track import Track
from scoring.rules.ranking import Entrant, Room, Standing, rank
from scoring.rules.shortlist import WITHIN, Limit, LimitName, Shortlist, shortlist
from tests.rules.test_policy_properties import policy_settings
from tests.rules.test_ranking import ENTRANTS, MILLION, NO, RESERVE, ROOM, YES, donation, entrant, room

POOL = {"track": Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND, "outcome_ore": 700_000_00}


def moved(entrants: list[Entrant], choices: Mapping[str, Standing], within: Room = ROOM) -> Shortlist:
    ranking = rank(entrants, within)
    return shortlist(ranking.investments, ranking.donations, within, choices)


def said(texts: tuple[str, ...]) -> list[str]:
    return [text.replace(NO_BREAK_SPACE, " ") for text in texts]


def lines(found: Shortlist) -> list[tuple[str, Standing, int]]:
    return [(row.ranked.entrant.reference, row.chosen, row.total_ore) for row in found.rows]


THREE = [entrant(name, maturity_e4=40_000 - n) for n, name in enumerate("abc")]


def test_every_choice_begins_where_the_rule_puts_it() -> None:
    found = moved([*THREE, entrant("d", maturity_e4=10_000), donation("e")], {}, room(frame_ore=10 * MILLION))

    assert lines(found) == [
        *(("a", YES, 3 * MILLION), ("b", YES, 6 * MILLION), ("c", YES, 9 * MILLION), ("d", RESERVE, 9 * MILLION)),
        ("e", YES, 100_000_00),
    ]
    assert (found.moved, found.exceeded, found.verdict) == ((), (), WITHIN)


def test_the_sums_follow_what_is_moved() -> None:
    entrants = [*THREE, entrant("d", maturity_e4=10_000, amount_ore=1 * MILLION, **POOL), donation("e")]
    found = moved(entrants, {"a": NO, "d": YES, "e": RESERVE})

    assert lines(found) == [
        *(("a", NO, 0), ("b", YES, 3 * MILLION), ("c", YES, 6 * MILLION), ("d", YES, 7 * MILLION), ("e", RESERVE, 0)),
    ]
    assert found.limits == (
        Limit(LimitName.FRAME, 7 * MILLION, 9 * MILLION),
        Limit(LimitName.PROJECTS, 3, 3),
        Limit(LimitName.FREE_CAPITAL, 7 * MILLION, 21 * MILLION),
        Limit(LimitName.OUTCOME_FUND, 700_000_00, 1 * MILLION),
        Limit(LimitName.DONATION_POOL, 0, 600_000_00),
    )
    assert [row.ranked.entrant.reference for row in found.moved] == ["a", "d"]


def test_each_limit_says_to_the_ore_by_how_much_it_is_exceeded() -> None:
    pair = [entrant("a", **POOL), entrant("b", maturity_e4=20_000, amount_ore=4 * MILLION, **POOL), donation("d")]
    all_of_them = {"a": YES, "b": YES, "d": YES}
    tight: dict[str, Any] = {
        "frame_ore": 7_100_000_00 - 1,
        "projects": 1,
        "free_capital_ore": 7_000_000_00,
        "outcome_fund_ore": 1_399_999_50,
        "donation_pool_ore": 0,
    }
    exactly = {
        "frame_ore": 7_100_000_00,
        "projects": 2,
        "free_capital_ore": 7_100_000_00,
        "outcome_fund_ore": 1_400_000_00,
        "donation_pool_ore": 100_000_00,
        "per_project_cap_ore": 4 * MILLION,
    }

    assert said(moved(pair, all_of_them, room(**tight)).exceeded) == [
        "Det indstillede er 0,01 kr. over det, der er tilbage af callets ramme.",
        "Antallet af sociale investeringer er 1 over callets pladser.",
        "Det indstillede er 100.000 kr. over fondens frie kapital.",
        "Resultatbetalingspuljen skal betale 0,50 kr. mere, end der er i den.",
        "Donationerne er 100.000 kr. over det, der er tilbage i årets donationspulje.",
        "1 forslag er over callets loft for et forslag.",
    ]
    assert moved(pair, all_of_them, room(**exactly)).exceeded == ()


def test_one_above_the_cap_says_by_how_much_only_while_it_is_recommended() -> None:
    large = [entrant("a", amount_ore=4 * MILLION)]

    (row,) = moved(large, {"a": YES}).rows
    assert said(row.remarks) == ["Beløbet er 1.000.000 kr. over callets loft for et forslag."]
    (row,) = moved(large, {}).rows
    assert row.remarks == ()


def test_a_lower_place_before_a_higher_is_marked() -> None:
    four = [*THREE, entrant("d", maturity_e4=10_000)]
    cases: list[tuple[dict[str, Standing], Room, dict[str, tuple[int, int]]]] = [
        ({}, ROOM, {}),
        ({"a": NO}, ROOM, {"b": (1, 0), "c": (1, 0)}),
        ({"a": NO, "b": RESERVE}, ROOM, {"c": (1, 1)}),
        ({"d": YES}, ROOM, {}),
        ({"d": YES}, room(projects=2), {"d": (3, 0)}),
        ({"d": YES}, room(projects=1), {"d": (2, 1)}),
    ]
    for choices, within, expected in cases:
        rows = moved(four, choices, within).rows
        found = {row.ranked.entrant.reference: (row.ahead_of, row.others_ahead_of) for row in rows if row.ahead_of}
        assert found == expected, choices


def test_what_the_rule_itself_passes_over_is_not_laid_to_people() -> None:
    beyond_cap = entrant("cap", maturity_e4=40_000, amount_ore=4 * MILLION)
    rows = moved([beyond_cap, entrant("b"), entrant("c", maturity_e4=10_000)], {}, room(projects=1)).rows
    assert [row.ahead_of for row in rows] == [0, 0, 0]

    rows = moved([beyond_cap, entrant("b"), entrant("c", maturity_e4=10_000)], {"c": YES}, room(projects=1)).rows
    assert [row.ahead_of for row in rows] == [0, 0, 1]
    rows = moved([beyond_cap, entrant("b")], {"cap": NO}).rows
    assert [row.ahead_of for row in rows] == [0, 0]


def test_those_who_share_a_place_stand_before_nobody_on_it() -> None:
    rows = moved([entrant("a"), entrant("b")], {"a": NO}).rows
    assert [(row.ahead_of, row.ranked.shares_place) for row in rows] == [(0, True), (0, True)]


def test_a_choice_for_a_case_that_is_not_in_the_lists_changes_nothing() -> None:
    assert moved(THREE, {"x": YES}) == moved(THREE, {})


@policy_settings
@given(ENTRANTS, st.data())
def test_the_sums_are_those_of_the_chosen_to_the_ore(entrants: list[Entrant], data: Any) -> None:
    choices = {one.reference: data.draw(st.sampled_from(Standing)) for one in entrants}
    found = moved(entrants, choices)
    given_to = [one for row in found.rows if row.chosen is YES for one in [row.ranked.entrant]]

    assert {row.ranked.entrant.reference: row.chosen for row in found.rows}.items() <= choices.items()
    assert found.recommended_ore == sum(one.amount_ore for one in given_to)
    ends = [rows[-1].total_ore for rows in (found.investments, found.donations) if rows]
    assert sum(ends) == found.recommended_ore
    for limit in found.limits:
        assert limit.used - limit.over + limit.left == limit.room or limit.over == limit.used - limit.room
        assert bool(limit.exceeded) is (limit.used > limit.room)
