"""Where does each case stand on the map of a call, and can its marks be told apart?"""

from fractions import Fraction
from typing import Any
from uuid import uuid4

from desk.call_map import BOTTOM, LEFT, OUTLINES, RIGHT, TOP, WIDTH, CallMap, Measure, call_map, outline
from desk.comparison import SortedCase
from intake.rules.track import Track


def case(number: int, **changes: Any) -> SortedCase:
    whole: dict[str, Any] = {
        "proposal_id": uuid4(),
        "reference": f"2027-01-{number:03}",
        "title": "Haven",
        "organisation": "Jobvejen",
        "track": Track.DONATION,
        "maturity_e4": 20_000,
        "agreement": None,
        "participants": 50,
        "amount_ore": 100_000_00,
        "npv": None,
        **changes,
    }
    return SortedCase(**whole)


def price(*cases: SortedCase) -> CallMap:
    return call_map(cases, Measure.PRICE)


def test_maturity_runs_across_and_a_tenfold_price_one_line_up() -> None:
    found = price(
        case(1, maturity_e4=0, amount_ore=5_000_00),
        case(2, maturity_e4=40_000, amount_ore=500_000_00),
        case(3, maturity_e4=20_000, amount_ore=50_000_00),
    )
    at = {mark.label: (mark.x, mark.y) for mark in found.marks}

    assert at == {"001": (LEFT, BOTTOM), "002": (RIGHT, TOP), "003": ((LEFT + RIGHT) // 2, (TOP + BOTTOM) // 2)}
    assert [tick.words for tick in found.across] == ["0", "1", "2", "3", "4"]
    assert [tick.words.replace("\u00a0", " ") for tick in found.upwards] == ["100 kr.", "1.000 kr.", "10.000 kr."]


def test_a_loss_lies_below_the_line_of_nought() -> None:
    found = call_map([case(1, npv=Fraction(-700_000)), case(2, npv=Fraction(1_500_000))], Measure.GAIN)
    below, above = sorted(found.marks, key=lambda mark: mark.label)

    assert above.y < found.base_at < below.y
    assert [tick.words.replace("\u00a0", " ") for tick in found.upwards] == [
        *("-1 mio. kr.", "-500.000 kr.", "0 kr.", "500.000 kr.", "1 mio. kr.", "1,5 mio. kr."),
    ]


def test_what_lacks_a_figure_is_listed_and_not_drawn() -> None:
    cases = [case(1), case(2, participants=0), case(3, maturity_e4=None), case(4, amount_ore=0)]
    assert [one.reference[-3:] for one in price(*cases).left_out] == ["002", "003", "004"]
    found = call_map(cases, Measure.GAIN)
    assert ([mark.label for mark in found.marks], len(found.left_out)) == ([], 4)


def test_the_area_tells_the_number_of_citizens() -> None:
    found = price(case(1, participants=400), case(2, participants=100), case(3, participants=1))
    assert [(mark.label, mark.radius) for mark in found.marks] == [("001", 36), ("002", 18), ("003", 5)]


def area(points: str) -> float:
    corners = [tuple(map(int, pair.split(","))) for pair in points.split()]
    turned = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(x * v - u * y for (x, y), (u, v) in turned)) / 2


def test_every_track_has_a_mark_of_its_own_with_the_area_of_the_circle() -> None:
    drawn = {track: outline(track, 0, 0, 1000) for track in Track}

    assert len(set(drawn.values())) == len(Track) == len(OUTLINES)
    for track, points in drawn.items():
        if track is not Track.SOCIAL_INVESTMENT:
            assert 0.99 < area(points) / 3_141_593 < 1.01, track


def test_three_hundred_marks_stay_inside_and_no_label_stands_on_another() -> None:
    tracks = list(Track)
    cases = [
        case(
            n,
            track=tracks[n % len(tracks)],
            maturity_e4=n * 7919 % 40_001,
            participants=5 + n % 300,
            npv=Fraction(n * 104_729 % 3_000_000 - 500_000),
        )
        for n in range(1, 301)
    ]
    found = call_map(cases, Measure.GAIN)
    labels = [mark for mark in found.marks if mark.has_label]

    assert len(found.marks) == 300
    assert all(LEFT <= mark.x <= RIGHT and TOP <= mark.y <= BOTTOM for mark in found.marks)
    assert all(mark.radius <= 12 for mark in found.marks)
    assert all(0 < mark.label_x < WIDTH - 20 for mark in labels)
    assert 100 < len(labels) < 300
    for place, one in enumerate(labels):
        for other in labels[:place]:
            assert abs(one.label_y - other.label_y) >= 16 or abs(one.label_x - other.label_x) >= 27
