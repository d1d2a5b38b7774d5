"""Are amounts, days and moments shown the Danish way, and is the clock one that can be held?"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.dates import format_date, format_datetime
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined

from foundation.clock import (
    COPENHAGEN,
    FixedClock,
    NoSuchMoment,
    SystemClock,
    Turn,
    TwoSuchMoments,
    copenhagen_moment,
    today,
)
from foundation.formats import FILTERS, day, moment, time_left, workdays_in_words

NAIVE = datetime(2025, 3, 1, 12)  # noqa: DTZ001 - what must be refused
NOON = datetime(2025, 3, 1, 11, 0, tzinfo=UTC)


def test_filters_show_values_in_a_template() -> None:
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    environment.filters.update(FILTERS)
    template = environment.from_string(
        "{{ 10000000|kroner }}|{{ share|number }}|{{ share|decimals(2) }}|{{ on|day }}|{{ at|moment }}"
        "|{{ later|time_left(at) }}|{{ 3|workdays_in_words }}"
    )
    shown = template.render(share=Fraction(11, 4), on=date(2025, 3, 1), at=NOON, later=NOON + timedelta(hours=76))
    assert shown == ("100.000\u00a0kr.|2,75|2,75|1. marts 2025|1. marts 2025 kl. 12.00|3 dage og 4 timer|3 arbejdsdage")


def test_number_shows_no_more_decimals_than_needed() -> None:
    assert [FILTERS["number"](value) for value in (4, Decimal("2.50"), Fraction(19, 6))] == [
        "4",
        "2,5",
        "3,17",
    ]


@given(st.dates(date(1900, 1, 1)))
def test_day_is_the_one_that_babel_writes(on: date) -> None:
    assert day(on) == format_date(on, "d. MMMM y", locale="da")


@given(st.datetimes(NAIVE.replace(year=1990), NAIVE.replace(year=2090), timezones=st.just(UTC)))
def test_moment_is_the_one_that_babel_writes_in_copenhagen(at: datetime) -> None:
    assert moment(at) == format_datetime(at, "d. MMMM y 'kl.' HH.mm", tzinfo=COPENHAGEN, locale="da")


def test_moment_follows_summer_time_and_the_date_of_copenhagen() -> None:
    assert moment(datetime(2025, 7, 1, 10, 0, tzinfo=UTC)) == "1. juli 2025 kl. 12.00"
    assert moment(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == "1. januar 2026 kl. 00.30"
    assert moment(datetime(2025, 3, 1, 6, tzinfo=timezone(timedelta(hours=-5)))) == "1. marts 2025 kl. 12.00"


def test_day_refuses_a_moment_and_moment_refuses_a_naive_one() -> None:
    with pytest.raises(TypeError):
        day(NOON)
    with pytest.raises(ValueError, match="time zone"):
        moment(NAIVE)
    with pytest.raises(ValueError, match="time zone"):
        time_left(NOON, NAIVE)


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (timedelta(days=3, hours=4, minutes=59), "3 dage og 4 timer"),
        (timedelta(days=1, hours=1), "1 dag og 1 time"),
        (timedelta(days=2, minutes=30), "2 dage"),
        (timedelta(hours=23, minutes=59), "23 timer og 59 minutter"),
        (timedelta(hours=1), "1 time"),
        (timedelta(minutes=1, seconds=59), "1 minut"),
        (timedelta(seconds=59), "under et minut"),
        (timedelta(0), "ingen tid"),
        (timedelta(days=-1), "ingen tid"),
    ],
)
def test_time_left_is_told_in_words(left: timedelta, shown: str) -> None:
    assert time_left(NOON + left, NOON) == shown


def test_working_days_are_told_in_words() -> None:
    assert [workdays_in_words(count) for count in (0, 1, 5)] == [
        "ingen arbejdsdage",
        "1 arbejdsdag",
        "5 arbejdsdage",
    ]


def test_fixed_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2025, 3, 1, 12, tzinfo=COPENHAGEN))
    assert (clock.now(), clock.now().tzinfo) == (NOON, UTC)
    clock.move(NOON + timedelta(days=1))
    assert clock.now() == NOON + timedelta(days=1)
    with pytest.raises(ValueError, match="time zone"):
        clock.move(NAIVE)


def test_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_today_is_the_date_in_copenhagen() -> None:
    assert today(datetime(2025, 12, 31, 22, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert today(datetime(2025, 12, 31, 23, 0, tzinfo=UTC)) == date(2026, 1, 1)


def test_copenhagen_time_becomes_a_moment() -> None:
    assert copenhagen_moment(date(2025, 3, 1), time(12)) == NOON
    assert copenhagen_moment(date(2025, 7, 1), time(12)) == datetime(2025, 7, 1, 10, tzinfo=UTC)
    assert copenhagen_moment(date(2025, 3, 1), time(12), Turn.SUMMER_TIME) == NOON


@pytest.mark.parametrize("at", [time(2, 0), time(2, 30), time(2, 59, 59)])
def test_hour_that_is_left_out_is_refused(at: time) -> None:
    for turn in (None, *Turn):
        with pytest.raises(NoSuchMoment, match="findes ikke"):
            copenhagen_moment(date(2027, 3, 28), at, turn)


def test_hour_that_comes_twice_is_asked_about() -> None:
    night = date(2026, 10, 25)
    with pytest.raises(TwoSuchMoments, match="findes to gange"):
        copenhagen_moment(night, time(2, 30))
    assert copenhagen_moment(night, time(2, 30), Turn.SUMMER_TIME) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert copenhagen_moment(night, time(2, 30), Turn.WINTER_TIME) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("at", [time(1, 59), time(3, 0)])
def test_hours_beside_the_change_are_plain(at: time) -> None:
    for night in (date(2027, 3, 28), date(2026, 10, 25)):
        assert copenhagen_moment(night, at).astimezone(COPENHAGEN).time() == at


def test_time_with_a_zone_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        copenhagen_moment(date(2025, 3, 1), time(12, tzinfo=UTC))
