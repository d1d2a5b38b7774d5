"""Which departments should be asked about a proposal, by when, and when are they reminded?

The secretariat confirms or changes the suggestion. Sources: domain.md D ("Default routing") and DL1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from foundation.workdays import add_workdays, is_workday

ANSWER_WITHIN_WORKDAYS: Final = 20
REMIND_BEFORE_WORKDAYS: Final = 5
"""domain.md DL1: an answer takes 20 working days, and a reminder goes out when 15 of them have passed."""
GIVEN_LATE_WORKDAYS: Final = 10
REOPENED_WORKDAYS: Final = 5
"""What somebody has who is given a case, or a sheet again, when the deadline has passed."""


@dataclass(frozen=True, slots=True)
class DefaultDepartment:
    """A department that is asked by default about a focus area, with the ground in Danish."""

    department: str
    is_lead: bool
    ground: str


@dataclass(frozen=True, slots=True)
class DepartmentSuggestion:
    """The department that should lead and the others to ask, each with its ground."""

    lead: DefaultDepartment
    others: tuple[DefaultDepartment, ...]


def suggest_departments(
    defaults: Iterable[DefaultDepartment], *, applicant: str | None = None
) -> DepartmentSuggestion | None:
    """The departments that usually answer for a focus area; None where none has been chosen to lead.

    A department that is itself the applicant answers, but another one leads (contract 8.5).
    """
    rows = list(defaults)
    lead = next((row for row in rows if row.is_lead and row.department != applicant), None)
    lead = lead or next((row for row in rows if row.department != applicant), None)
    if lead is None:
        return None
    others = tuple(replace(row, is_lead=False) for row in rows if row.department != lead.department)
    return DepartmentSuggestion(replace(lead, is_lead=True), others)


def may_be_due(due_on: date, *, today: date) -> bool:
    """Can a department be asked to answer by that day: a working day after today?"""
    return due_on > today and is_workday(due_on)


def due_when_given(asked_until: date, *, today: date, workdays: int = GIVEN_LATE_WORKDAYS) -> date:
    """When whoever gets the work today is to be done: by the department's deadline, or by an own one once it passed."""
    return add_workdays(today, workdays) if asked_until < today else asked_until


def reminder_is_due(due_on: date, *, asked_on: date, today: date) -> bool:
    """Is it time to say that the deadline is near? Not at all for who was asked so late that it was near already."""
    first = add_workdays(due_on, -REMIND_BEFORE_WORKDAYS)
    return asked_on < first <= today <= due_on


def overdue_is_told(due_on: date, *, today: date) -> bool:
    """Is it time to say that the deadline has passed: from the first working day after it on?"""
    return add_workdays(due_on, 1) <= today


def furthest_reminded(today: date) -> date:
    """The latest deadline that anybody can be reminded of today."""
    return add_workdays(today, REMIND_BEFORE_WORKDAYS + 1)
