"""Whose figures are these?"""

from enum import StrEnum


class BusinessCaseOrigin(StrEnum):
    """Who stands behind a business case: the applicant, the department, or the national model SØM."""

    APPLICANT = "applicant"
    DEPARTMENT = "department"
    SOM = "som"
