"""How do some sorted cases look beside each other, and which figures has each case of a call for the map?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from desk.ranking import FoundCase, found_cases
from foundation.identity.queries import department_names
from foundation.identity.roles import Actor
from foundation.money import ORE_PER_KRONE
from intake.models import Call, DepartmentRequest
from intake.rules.agreement import Agreement
from intake.rules.lifecycle import LETTERS
from intake.rules.track import Track
from scoring.chosen_npvs import chosen_npvs
from scoring.models import CaseFact, DepartmentAnswer, SortingRun
from scoring.rules.case_facts import RiskLevel
from scoring.rules.dimensions import HIGHEST_LEVEL, Dimension
from scoring.rules.payer import CanPay
from scoring.rules.stability import Stability
from scoring.stability_queries import stability_of_run

MOST_COMPARED: Final = 5
SORTED_STATES: Final = frozenset(LETTERS[letter] for letter in "ghijklmnopq")
"""The states in which secretariat and audit see a sorting that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedCase:
    """What is known of one sorted case in figures; `npv` is kroner, None where no business case is chosen."""

    proposal_id: UUID
    reference: str
    title: str
    organisation: str
    track: Track
    maturity_e4: int | None
    agreement: Agreement | None
    participants: int
    amount_ore: int
    npv: Fraction | None

    @property
    def price_per_citizen(self) -> Fraction | None:
        """Kroner of the amount for each citizen; None where nobody says how many there are."""
        return Fraction(self.amount_ore, ORE_PER_KRONE * self.participants) if self.participants else None


def call_cases(
    session: Session, actor: Actor, call_id: UUID, *, references: Sequence[str] | None = None
) -> list[SortedCase]:
    """The sorted cases of a call that the actor may see, in the order of their numbers; two queries in all."""
    found = found_cases(session, actor, call_id, states=SORTED_STATES, references=references)
    npvs = chosen_npvs(session, [one.id for one in found])
    return [_figures(one, npvs.get(one.id)) for one in sorted(found, key=lambda one: _number(one.reference))]


def _number(reference: str) -> int:
    return int(reference.rpartition("-")[2])


def _figures(found: FoundCase, npv: Fraction | None) -> SortedCase:
    return SortedCase(
        proposal_id=found.id,
        reference=found.reference,
        title=found.title,
        organisation=found.organisation,
        track=found.track,
        maturity_e4=found.maturity_e4,
        agreement=found.agreement,
        participants=found.participants or 0,
        amount_ore=found.amount_ore,
        npv=npv,
    )


# ---- side by side ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What a department that was asked says of paying; None while it has not answered."""

    department: str
    is_lead: bool
    can_pay: CanPay | None


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """A score as a number and as a part of 100."""

    dimension: Dimension
    score: int | None

    @property
    def bar(self) -> int:
        return 0 if self.score is None else 100 * self.score // HIGHEST_LEVEL


@dataclass(frozen=True, slots=True)
class ComparedCase:
    """One case of a comparison."""

    figures: SortedCase
    scores: tuple[ScoreBar, ...]
    deciding: str
    departments: tuple[Said, ...]
    stability: Stability | None
    risk: RiskLevel | None
    risk_text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The cases in the order asked for; `refused` are the numbers under which the actor may see none, `left_out` how
    many more were asked for than there is room for."""

    cases: list[ComparedCase]
    refused: list[str]
    left_out: int


def compare(session: Session, actor: Actor, call: Call, asked: Sequence[str], *, on: date) -> Comparison:
    """The first five of those asked for; as many queries for one as for five."""
    wanted = list(dict.fromkeys(text.strip() for text in asked if text.strip()))
    shown = wanted[:MOST_COMPARED]
    figures = {one.reference: one for one in call_cases(session, actor, call.id, references=shown)}
    keys = [one.proposal_id for one in figures.values()]
    runs, departments = _newest_runs(session, keys), _departments(session, keys, on=on)
    risks = _risks(session, keys)
    cases = [
        _compared(one, runs.get(one.proposal_id), departments[one.proposal_id], risks.get(one.proposal_id))
        for reference in shown
        if (one := figures.get(reference)) is not None
    ]
    return Comparison(cases, [text for text in shown if text not in figures], len(wanted) - len(shown))


def _compared(
    figures: SortedCase, run: SortingRun | None, departments: Sequence[Said], risk: CaseFact | None
) -> ComparedCase:
    return ComparedCase(
        figures=figures,
        scores=_score_bars(run.inputs["facts"] if run else {}),
        deciding=run.deciding if run else "",
        departments=tuple(departments),
        stability=stability_of_run(run) if run else None,
        risk=RiskLevel(risk.value) if risk and risk.value else None,
        risk_text=risk.reason if risk else "",
    )


def _score_bars(facts: Mapping[str, Any]) -> tuple[ScoreBar, ...]:
    scores = facts.get("scores", {})
    return tuple(ScoreBar(dimension, scores.get(dimension.value)) for dimension in Dimension)


def _newest_runs(session: Session, keys: Sequence[UUID]) -> dict[UUID, SortingRun]:
    rows = session.exec(
        select(SortingRun).where(col(SortingRun.proposal_id).in_(keys)).order_by(col(SortingRun.run_at))
    )
    return {row.proposal_id: row for row in rows}


def _departments(session: Session, keys: Sequence[UUID], *, on: date) -> defaultdict[UUID, list[Said]]:
    """Those asked about each case, the lead first; the exempt do not answer."""
    rows = session.execute(
        sa.select(DepartmentRequest, col(DepartmentAnswer.can_pay))
        .join(DepartmentAnswer, col(DepartmentAnswer.request_id) == col(DepartmentRequest.id), isouter=True)
        .where(
            col(DepartmentRequest.proposal_id).in_(keys),
            col(DepartmentRequest.withdrawn_at).is_(None),
            col(DepartmentRequest.exempt_at).is_(None),
        )
        .order_by(col(DepartmentRequest.is_lead).desc(), col(DepartmentRequest.department_code))
    )
    names, found = department_names(session, on=on), defaultdict[UUID, list[Said]](list)
    for request, can_pay in rows:
        code = request.department_code
        found[request.proposal_id].append(Said(names.get(code, code), request.is_lead, can_pay))
    return found


def _risks(session: Session, keys: Sequence[UUID]) -> dict[UUID, CaseFact]:
    rows = session.exec(select(CaseFact).where(col(CaseFact.proposal_id).in_(keys), CaseFact.key == "risk_level"))
    return {row.proposal_id: row for row in rows}
