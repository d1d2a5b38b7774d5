"""Whose business cases does a proposal have, what do they answer, and which one does the case rest on?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.clock import today
from foundation.formats import day
from foundation.identity.models import Person
from foundation.money import ORE_PER_KRONE
from intake.models import Proposal
from intake.queries import newest_version
from scoring.models import BusinessCaseChoice, BusinessCaseRow
from scoring.rules.business_case import BusinessCase, BusinessCaseResult, calculate
from scoring.rules.business_case_answers import draft_from_answers
from scoring.rules.business_case_drafts import BusinessCaseDraft, business_case_of, gaps_of_case, missing_in_words
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_sheet import BusinessCaseSheet, payback_in_words, sheet_of, whole_kroner
from scoring.rules.business_case_stored import SomResult, draft_from_json, som_from_json
from scoring.rules.discounting import RateTable, get_rates, rates_on
from scoring.rules.suggestions import Suggestion

MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class SavedBusinessCase:
    """The figures of one origin; `draft` or `som` holds them.

    Those that stand only in the applicant's answers have no `id`, nobody who saved them, and no moment.
    """

    id: UUID | None
    origin: BusinessCaseOrigin
    draft: BusinessCaseDraft | None
    som: SomResult | None
    rates: RateTable
    source: str
    reason: str
    proposal_version: int
    saved_by_name: str
    saved_at: datetime | None

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What keeps the figures from being calculated, one Danish line for each row."""
        return () if self.draft is None else missing_in_words(gaps_of_case(self.draft))

    @cached_property
    def case(self) -> BusinessCase | None:
        """What can be calculated; None with gaps, and for SØM."""
        return None if self.draft is None or self.missing else business_case_of(self.draft)

    @cached_property
    def result(self) -> BusinessCaseResult | None:
        """The answer, scenarios and sensitivity included; None with gaps, and for SØM."""
        return None if self.case is None else calculate(self.case, self.rates)

    @cached_property
    def sheet(self) -> BusinessCaseSheet | None:
        """The answer as it is shown."""
        return None if self.result is None else sheet_of(self.result, self.rates, first_year=self.first_year)

    @property
    def first_year(self) -> int | None:
        """The calendar year that is year 0; SØM's result does not say."""
        return None if self.draft is None else self.draft.first_year

    @property
    def is_calculated(self) -> bool:
        """Is there an answer that a case can rest on?"""
        return self.som is not None or self.result is not None

    @property
    def payback_year(self) -> int | None:
        """The year after the start in which it is earned back; None for never."""
        if self.som is not None:
            return self.som.payback_year
        return None if self.result is None else self.result.payback_year

    @property
    def key_figures(self) -> "KeyFigures | None":
        """The figures that every origin has."""
        if self.som is not None:
            words = payback_in_words(self.som.payback_year, None)
            return KeyFigures(self.som.cost_ore, self.som.saving_ore, self.som.npv_ore, words)
        if self.result is None:
            return None
        cost, saving, npv = map(whole_kroner, (self.result.cost, self.result.saving, self.result.npv))
        return KeyFigures(cost, saving, npv, payback_in_words(self.payback_year, self.first_year))

    @property
    def transaction_share(self) -> Fraction | None:
        """The share (0-1) of the cost that is administration; SØM's result does not say."""
        return None if self.result is None else self.result.transaction_share


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """What can be compared between any two origins: cost and saving undiscounted, net present value, and payback."""

    cost_ore: int
    saving_ore: int
    npv_ore: int
    payback: str


@dataclass(frozen=True, kw_only=True)
class ChosenBusinessCase:
    """The business case that the case rests on; `is_older` says that another one was saved after the choice."""

    saved: SavedBusinessCase
    reason: str
    transaction_reason: str
    chosen_by_name: str
    chosen_at: datetime
    is_older: bool

    @property
    def case(self) -> BusinessCase | None:
        """What was chosen, ready to be calculated again; None for SØM's result."""
        return self.saved.case

    @property
    def result(self) -> BusinessCaseResult | None:
        """The whole answer; None for SØM's result."""
        return self.saved.result

    @property
    def rates(self) -> RateTable:
        """The rates that it is calculated by."""
        return self.saved.rates

    @property
    def payback_year(self) -> int | None:
        """The year after the start in which it is earned back; None for never."""
        return self.saved.payback_year

    @property
    def payback_months(self) -> int | None:
        """The same in months, as the facts of a case hold it."""
        year = self.payback_year
        return None if year is None else year * MONTHS_A_YEAR

    @property
    def npv(self) -> Fraction | None:
        """Net present value in kroner."""
        if self.saved.som is not None:
            return Fraction(self.saved.som.npv_ore, ORE_PER_KRONE)
        return None if self.result is None else self.result.npv


@dataclass(frozen=True, slots=True)
class BusinessCases:
    """The figures side by side; `version` is how many were saved, and tells an older page from a newer."""

    by_origin: Mapping[BusinessCaseOrigin, SavedBusinessCase]
    version: int


def business_cases(session: Session, proposal: Proposal, *, on: date) -> BusinessCases:
    """The newest figures of each origin; the applicant's own from the proposal until somebody typed them in."""
    found: dict[BusinessCaseOrigin, SavedBusinessCase] = {}
    rows = _rows(session, proposal.id)
    for row, name in rows:
        found.setdefault(row.origin, _saved(row, name))
    if BusinessCaseOrigin.APPLICANT not in found:
        found[BusinessCaseOrigin.APPLICANT] = _from_answers(session, proposal, on=on)
    return BusinessCases({origin: found[origin] for origin in BusinessCaseOrigin if origin in found}, len(rows))


def count_business_cases(session: Session, proposal_id: UUID) -> int:
    """How many were saved: the version that a form was opened with."""
    counted = select(sa.func.count()).where(BusinessCaseRow.proposal_id == proposal_id)
    return session.exec(counted.select_from(BusinessCaseRow)).one()


def newest_saved_at(session: Session, proposal_id: UUID) -> datetime | None:
    """When the last one was saved."""
    newest = select(sa.func.max(BusinessCaseRow.saved_at)).where(BusinessCaseRow.proposal_id == proposal_id)
    return session.exec(newest).one()


def find_business_case(session: Session, proposal_id: UUID, business_case_id: UUID) -> SavedBusinessCase | None:
    """A saved business case of this proposal and of no other."""
    found = [(row, name) for row, name in _rows(session, proposal_id) if row.id == business_case_id]
    return _saved(*found[0]) if found else None


def chosen_business_case(session: Session, proposal_id: UUID) -> ChosenBusinessCase | None:
    """What memo, gates and agreement read; None until one was chosen."""
    newest = session.exec(
        select(BusinessCaseChoice, Person.name)
        .join(Person, col(Person.id) == BusinessCaseChoice.chosen_by)
        .where(BusinessCaseChoice.proposal_id == proposal_id)
        .order_by(col(BusinessCaseChoice.chosen_at).desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    choice, name = newest
    rows = _rows(session, proposal_id)
    return ChosenBusinessCase(
        saved=next(_saved(row, who) for row, who in rows if row.id == choice.business_case_id),
        reason=choice.reason,
        transaction_reason=choice.transaction_reason,
        chosen_by_name=name,
        chosen_at=choice.chosen_at,
        is_older=rows[0][0].saved_at > choice.chosen_at,
    )


def business_case_suggestions(session: Session, proposal_id: UUID) -> dict[str, Suggestion]:
    """What the chosen business case says of the case's facts, with its source; nothing is stored."""
    chosen = chosen_business_case(session, proposal_id)
    if chosen is None or chosen.payback_months is None:
        return {}
    source = f"Business case valgt af {chosen.chosen_by_name}, {day(today(chosen.chosen_at))}"
    return {"payback_months": Suggestion(str(chosen.payback_months), source)}


def _rows(session: Session, proposal_id: UUID) -> list[tuple[BusinessCaseRow, str]]:
    """Every saved business case with who saved it, the newest first."""
    found = session.exec(
        select(BusinessCaseRow, Person.name)
        .join(Person, col(Person.id) == BusinessCaseRow.saved_by)
        .where(BusinessCaseRow.proposal_id == proposal_id)
        .order_by(col(BusinessCaseRow.saved_at).desc())
    )
    return [(row, name) for row, name in found]


def _saved(row: BusinessCaseRow, saved_by_name: str) -> SavedBusinessCase:
    is_som = row.origin is BusinessCaseOrigin.SOM
    return SavedBusinessCase(
        id=row.id,
        origin=row.origin,
        draft=None if is_som else draft_from_json(row.content),
        som=som_from_json(row.content) if is_som else None,
        rates=get_rates(row.rates_id),
        source=row.source,
        reason=row.reason,
        proposal_version=row.proposal_version,
        saved_by_name=saved_by_name,
        saved_at=row.saved_at,
    )


def _from_answers(session: Session, proposal: Proposal, *, on: date) -> SavedBusinessCase:
    """What was sent, not what the applicant is writing meanwhile."""
    sent = newest_version(session, proposal.id)
    answers: Mapping[str, Any] = sent.content["answers"] if sent else proposal.answers
    return SavedBusinessCase(
        id=None,
        origin=BusinessCaseOrigin.APPLICANT,
        draft=draft_from_answers(answers),
        som=None,
        rates=rates_on(on),
        source="Forslaget",
        reason="",
        proposal_version=sent.number if sent else 1,
        saved_by_name="",
        saved_at=None,
    )
