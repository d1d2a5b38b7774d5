"""Do sorted proposals stand in the order of SORT13, and who finds room?"""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.rules.track import Track
from scoring.rules.ranking import INVESTMENTS, Entrant, Ranked, Room, Standing, rank
from tests.rules.test_policy_properties import policy_settings

MILLION = 1_000_000_00
ROOM = Room(
    frame_ore=9 * MILLION,
    per_project_cap_ore=3 * MILLION,
    projects=3,
    free_capital_ore=21 * MILLION,
    outcome_fund_ore=1 * MILLION,
    donation_pool_ore=600_000_00,
)


def room(**changes: Any) -> Room:
    return replace(ROOM, **changes)


def entrant(reference: str, **changes: Any) -> Entrant:
    whole: dict[str, Any] = {
        "track": Track.SOCIAL_INVESTMENT,
        "maturity_e4": 30_000,
        "need_and_evidence": 6,
        "participants": 60,
        "amount_ore": 3 * MILLION,
        **changes,
    }
    return Entrant(reference=reference, **whole)


def donation(reference: str, **changes: Any) -> Entrant:
    return entrant(reference, **{"track": Track.DONATION, "maturity_e4": 15_000, "amount_ore": 100_000_00, **changes})


def lines(rows: tuple[Ranked, ...]) -> list[tuple[int, str, Standing]]:
    return [(row.place, row.entrant.reference, row.standing) for row in rows]


def plain(row: Ranked) -> str:
    return row.why.replace("\u00a0", " ")


YES, RESERVE, NO = Standing.RECOMMENDED, Standing.RESERVE, Standing.NOT_RECOMMENDED


def test_maturity_comes_first_then_need_and_evidence_then_citizens_per_krone() -> None:
    entrants = [
        entrant("cheap", maturity_e4=28_333, need_and_evidence=5, amount_ore=1 * MILLION),
        entrant("mature", maturity_e4=31_667, need_and_evidence=4, participants=1),
        entrant("dear", maturity_e4=28_333, need_and_evidence=5, amount_ore=2 * MILLION),
        entrant("needed", maturity_e4=28_333, need_and_evidence=7, participants=1),
    ]
    found = rank(entrants, room(projects=4))

    assert lines(found.investments) == [(1, "mature", YES), (2, "needed", YES), (3, "cheap", YES), (4, "dear", YES)]
    assert [row.total_ore for row in found.investments] == [n * MILLION for n in (3, 6, 7, 9)]


def test_equal_ones_share_a_place_and_the_next_place_is_left_out() -> None:
    found = rank([entrant("b"), entrant("a"), entrant("c", maturity_e4=29_000)], ROOM).investments

    assert lines(found) == [(1, "a", YES), (1, "b", YES), (3, "c", YES)]
    assert [row.shares_place for row in found] == [True, True, False]


def test_citizens_per_krone_is_exact() -> None:
    nearly = entrant("nearly", participants=333_333_333, amount_ore=100_000_000_000)
    more = entrant("more", participants=333_333_334, amount_ore=100_000_000_000)

    assert lines(rank([nearly, more], room(per_project_cap_ore=10**12, frame_ore=10**13)).investments)[0][1] == "more"


def test_both_kinds_of_investment_stand_in_one_order() -> None:
    with_pool = entrant(
        "pool", track=Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND, maturity_e4=32_000, outcome_ore=500_000_00
    )

    assert lines(rank([entrant("plain"), with_pool], ROOM).investments) == [(1, "pool", YES), (2, "plain", YES)]


def test_the_frame_stops_at_the_first_without_room_and_a_smaller_one_is_a_reserve() -> None:
    entrants = [
        entrant("first", maturity_e4=40_000),
        entrant("large", maturity_e4=35_000),
        entrant("small", maturity_e4=30_000, amount_ore=1 * MILLION),
    ]
    found = rank(entrants, room(frame_ore=5 * MILLION)).investments

    assert lines(found) == [(1, "first", YES), (2, "large", RESERVE), (3, "small", RESERVE)]
    assert plain(found[1]) == "Der er 2.000.000 kr. tilbage af callets ramme."
    assert plain(found[2]) == "Der er plads til beløbet, men det står efter placering 2, som der ikke er plads til."
    assert [row.total_ore for row in found] == [3 * MILLION] * 3


def test_what_could_never_find_room_stops_nobody() -> None:
    beyond_cap = entrant("cap", maturity_e4=40_000, amount_ore=4 * MILLION)
    beyond_pool = donation("pool", maturity_e4=40_000, amount_ore=700_000_00)
    found = rank([beyond_cap, entrant("i"), beyond_pool, donation("d")], ROOM)

    assert lines(found.investments) == [(1, "cap", RESERVE), (2, "i", YES)]
    assert lines(found.donations) == [(1, "pool", RESERVE), (2, "d", YES)]
    assert plain(found.investments[0]) == "Callet giver højst 3.000.000 kr. til et forslag."
    assert plain(found.donations[0]) == "Der er 600.000 kr. tilbage i årets donationspulje."


def test_those_on_one_place_find_room_without_the_one_that_never_could() -> None:
    alike = {"participants": 0, "need_and_evidence": 6}
    found = rank([entrant("a", **alike), entrant("b", amount_ore=4 * MILLION, **alike)], room(projects=1))

    assert lines(found.investments) == [(1, "a", YES), (1, "b", RESERVE)]


def test_exactly_what_is_left_is_room() -> None:
    found = rank([entrant("a"), entrant("b", maturity_e4=29_000)], room(frame_ore=6 * MILLION)).investments

    assert lines(found) == [(1, "a", YES), (2, "b", YES)]
    short = rank([entrant("a"), entrant("b", maturity_e4=29_000)], room(frame_ore=6 * MILLION - 1)).investments
    assert lines(short) == [(1, "a", YES), (2, "b", RESERVE)]


def test_the_number_of_projects_is_a_limit_of_its_own() -> None:
    entrants = [entrant(name, maturity_e4=40_000 - n, amount_ore=MILLION) for n, name in enumerate("abcd")]
    found = rank(entrants, ROOM).investments

    assert lines(found) == [(1, "a", YES), (2, "b", YES), (3, "c", YES), (4, "d", RESERVE)]
    assert plain(found[3]) == "Alle callets pladser til sociale investeringer er brugt."


def test_each_limit_has_its_own_words() -> None:
    pool = {"track": Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND, "outcome_ore": 600_000_00}
    cases = [
        (entrant("x", amount_ore=4 * MILLION), {}, "Callet giver højst 3.000.000 kr. til et forslag."),
        (entrant("x"), {"free_capital_ore": MILLION}, "Der er 1.000.000 kr. tilbage af fondens frie kapital."),
        (
            entrant("x", **pool),
            {"outcome_fund_ore": 500_000_00},
            "Der er 500.000 kr. tilbage i resultatbetalingspuljen.",
        ),
        (donation("x"), {"donation_pool_ore": 50_000_00}, "Der er 50.000 kr. tilbage i årets donationspulje."),
        (entrant("x"), {"frame_ore": -MILLION}, "Der er 0 kr. tilbage af callets ramme."),
    ]
    for one, changes, words in cases:
        found = rank([one], room(**changes))
        (row,) = found.investments or found.donations
        assert (row.standing, plain(row)) == (RESERVE, words)


def test_equal_ones_that_do_not_all_fit_are_left_to_the_council() -> None:
    found = rank(
        [entrant("a"), entrant("b"), entrant("c", maturity_e4=20_000)], room(frame_ore=4 * MILLION)
    ).investments

    assert lines(found) == [(1, "a", RESERVE), (1, "b", RESERVE), (3, "c", RESERVE)]
    said = (
        "Flere står lige på denne placering, og der er ikke plads til dem alle. "
        "Der er 4.000.000 kr. tilbage af callets ramme. Rådet afgør."
    )
    assert [plain(row) for row in found[:2]] == [said, said]


def test_the_seventh_donation_of_a_year_finds_an_empty_pool() -> None:
    found = rank([donation(name, maturity_e4=20_000 - n) for n, name in enumerate("abcdefg")], ROOM).donations

    assert [row.standing for row in found] == [YES] * 6 + [RESERVE]
    assert plain(found[6]) == "Der er 0 kr. tilbage i årets donationspulje."
    assert found[5].total_ore == 600_000_00


def test_donations_take_of_frame_and_capital_what_investments_leave_and_of_no_place() -> None:
    entrants = [entrant("i"), donation("d")]

    assert lines(rank(entrants, room(projects=1)).donations) == [(1, "d", YES)]
    assert lines(rank(entrants, room(frame_ore=3 * MILLION)).donations) == [(1, "d", RESERVE)]
    assert lines(rank(entrants, room(free_capital_ore=3 * MILLION)).donations) == [(1, "d", RESERVE)]


def test_other_tracks_get_no_money_now() -> None:
    others = [entrant("r", track=Track.REFUSED), entrant("m", track=Track.MATURING_DIALOGUE), entrant("i")]
    found = rank(others, ROOM)

    assert lines(found.others) == [(1, "r", NO), (1, "m", NO)]
    assert lines(found.investments) == [(1, "i", YES)]


def test_what_nobody_has_scored_or_costed_comes_last() -> None:
    found = rank(
        [entrant("none", maturity_e4=None, need_and_evidence=None, amount_ore=0), entrant("low", maturity_e4=0)], ROOM
    )

    assert lines(found.investments) == [(1, "low", YES), (2, "none", YES)]


ENTRANTS = st.lists(
    st.builds(
        entrant,
        st.uuids().map(str),
        track=st.sampled_from([*INVESTMENTS, Track.DONATION, Track.REFUSED]),
        maturity_e4=st.sampled_from([20_000, 28_333, 30_000]),
        need_and_evidence=st.integers(2, 4),
        participants=st.sampled_from([10, 60]),
        amount_ore=st.sampled_from([100_000_00, MILLION, 3 * MILLION]),
        outcome_ore=st.sampled_from([0, 300_000_00]),
    ),
    max_size=12,
    unique_by=lambda one: one.reference,
)


@policy_settings
@given(ENTRANTS)
def test_what_is_recommended_always_keeps_every_limit(entrants: list[Entrant]) -> None:
    found = rank(entrants, ROOM)
    given_to = [row.entrant for row in (*found.investments, *found.donations) if row.standing is YES]
    investments = [one for one in given_to if one.track in INVESTMENTS]

    assert len(investments) <= ROOM.projects
    assert sum(one.amount_ore for one in given_to) <= min(ROOM.frame_ore, ROOM.free_capital_ore)
    assert sum(one.outcome_ore for one in given_to) <= ROOM.outcome_fund_ore
    assert sum(one.amount_ore for one in given_to if one.track is Track.DONATION) <= ROOM.donation_pool_ore
    rows = (*found.investments, *found.donations, *found.others)
    assert sorted(row.entrant.reference for row in rows) == sorted(one.reference for one in entrants)


@policy_settings
@given(ENTRANTS, st.randoms())
def test_the_order_in_which_proposals_arrive_changes_nothing(entrants: list[Entrant], chance: Any) -> None:
    other = list(entrants)
    chance.shuffle(other)

    assert rank(other, ROOM) == rank(entrants, ROOM)


def fits_alone(one: Entrant) -> bool:
    found = rank([one], ROOM)
    return (*found.investments, *found.donations)[0].standing is YES


@policy_settings
@given(ENTRANTS)
def test_nobody_without_room_stands_before_somebody_recommended(entrants: list[Entrant]) -> None:
    for rows in (rank(entrants, ROOM).investments, rank(entrants, ROOM).donations):
        able = [row for row in rows if fits_alone(row.entrant)]
        standings = [row.standing for row in able]
        assert standings == sorted(standings, key=[YES, RESERVE].index)
        places = {row.place: row.standing for row in able}
        assert all(places[row.place] is row.standing for row in able)
