"""Are the right departments suggested, and are reminders due on the right working days?"""

from datetime import date

import pytest

from intake.rules.routing import (
    DefaultDepartment,
    DepartmentSuggestion,
    furthest_reminded,
    may_be_due,
    overdue_is_told,
    reminder_is_due,
    suggest_departments,
)

LEAD = DefaultDepartment("MSB", True, "Har indsatsen.")
SCHOOL = DefaultDepartment("MBU", False, "Kender de unge.")
CULTURE = DefaultDepartment("MKB", False, "Har foreningerne.")


def test_suggestion_has_the_lead_and_the_others_with_their_grounds() -> None:
    assert suggest_departments([SCHOOL, LEAD, CULTURE]) == DepartmentSuggestion(LEAD, (SCHOOL, CULTURE))


def test_without_rows_there_is_no_suggestion() -> None:
    assert suggest_departments([]) is None


def test_a_department_that_applies_is_asked_and_does_not_lead() -> None:
    assert suggest_departments([LEAD, SCHOOL], applicant="MSB") == DepartmentSuggestion(
        DefaultDepartment("MBU", True, "Kender de unge."), (DefaultDepartment("MSB", False, "Har indsatsen."),)
    )
    assert suggest_departments([LEAD], applicant="MSB") is None


@pytest.mark.parametrize(
    ("due_on", "may"),
    [
        (date(2027, 3, 1), False),  # today
        (date(2027, 3, 2), True),
        (date(2027, 3, 6), False),  # a Saturday
        (date(2027, 3, 25), False),  # Maundy Thursday
        (date(2027, 3, 29), False),  # Easter Monday
        (date(2027, 3, 30), True),
    ],
)
def test_a_deadline_is_a_working_day_after_today(due_on: date, may: bool) -> None:
    assert may_be_due(due_on, today=date(2027, 3, 1)) is may


@pytest.mark.parametrize(
    ("today", "is_due"),
    [
        (date(2027, 3, 18), False),
        (date(2027, 3, 19), True),  # Friday: five working days before Wednesday 31, over Easter
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_reminder_counts_working_days_over_easter(today: date, is_due: bool) -> None:
    assert reminder_is_due(date(2027, 3, 31), asked_on=date(2027, 3, 1), today=today) is is_due


def test_whoever_is_asked_late_is_not_reminded_at_once() -> None:
    assert reminder_is_due(date(2027, 3, 12), asked_on=date(2027, 3, 5), today=date(2027, 3, 8)) is False
    assert reminder_is_due(date(2027, 3, 12), asked_on=date(2027, 3, 4), today=date(2027, 3, 5)) is True


@pytest.mark.parametrize(
    ("today", "is_told"),
    [
        (date(2027, 3, 24), False),
        (date(2027, 3, 25), False),  # the four days off of Easter
        (date(2027, 3, 29), False),
        (date(2027, 3, 30), True),
        (date(2027, 5, 1), True),
    ],
)
def test_overdue_is_told_on_the_first_working_day_after(today: date, is_told: bool) -> None:
    assert overdue_is_told(date(2027, 3, 24), today=today) is is_told


@pytest.mark.parametrize("today", [date(2027, 3, 19), date(2027, 3, 20), date(2027, 3, 27), date(2027, 12, 24)])
def test_no_deadline_to_be_reminded_of_is_further_away_than_is_looked(today: date) -> None:
    ahead = [date.fromordinal(today.toordinal() + days) for days in range(60)]
    reminded = [on for on in ahead if reminder_is_due(on, asked_on=date(2027, 1, 4), today=today)]
    assert reminded
    assert max(reminded) <= furthest_reminded(today)
