"""What did the secretariat write down of a case, and which figures of the fund and of the law hold on a day?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.clock import today
from foundation.identity.models import Organisation, Person
from intake.models import Proposal
from scoring.business_case_queries import business_case_suggestions
from scoring.commitment_queries import payer_suggestions
from scoring.models import CaseFact, FundFiguresRow, LegalFigureRow
from scoring.rules.case_facts import (
    DERIVED,
    FACT_QUESTIONS,
    FactKind,
    FactValue,
    ore_fact,
    payers_confirmed,
    reason_fact,
    risk_assessed,
    without_bearing,
    yes_no_fact,
)
from scoring.rules.goal_payers import GoalPayer, all_confirmed, goals_of, paired
from scoring.rules.legal import (
    DataProtection,
    LegalCheck,
    LegalFacts,
    ProcurementRegime,
    ProcurementRoute,
    check_law,
    is_long,
)
from scoring.rules.legal_figures import LegalFigureKind, LegalFigures
from scoring.rules.suggestions import ApplicantFacts, Suggestion, suggest_facts


@dataclass(frozen=True, slots=True)
class FactRecord:
    """One fact as it was written down, with its source, its reason, who wrote it and when."""

    value: FactValue
    source: str
    reason: str
    recorded_by_name: str
    recorded_at: datetime


def fact_records(session: Session, proposal_id: UUID) -> dict[str, FactRecord]:
    """The recorded facts by key; what nobody recorded is not there, and nor is what follows from others."""
    rows = session.exec(
        select(CaseFact, Person.name)
        .join(Person, col(Person.id) == CaseFact.recorded_by)
        .where(CaseFact.proposal_id == proposal_id, col(CaseFact.key).not_in(DERIVED))
    )
    return {row.key: FactRecord(row.value, row.source, row.reason, name, row.recorded_at) for row, name in rows}


def case_facts(session: Session, proposal_id: UUID, *, on: date | None = None) -> dict[str, FactValue]:
    """The facts by key, those that follow from others too; what nobody answered is not there.

    The legal check is made by the figures of the day `on`; without one, of the day the facts were last written.
    """
    records = fact_records(session, proposal_id)
    if not records:
        return {}
    proposal = session.get_one(Proposal, proposal_id)
    figures = legal_figures(session, on=on or today(max(record.recorded_at for record in records.values())))
    return {key: record.value for key, record in records.items()} | _derived(proposal, records, figures)


def _derived(proposal: Proposal, records: Mapping[str, FactRecord], figures: LegalFigures) -> dict[str, FactValue]:
    values = {key: record.value for key, record in records.items()}
    answers: dict[str, FactValue] = {
        "payers_confirmed": payers_confirmed(goals_of(proposal.answers), values.get("goal_payers")),
        "legal_checked": check_law(_legal_facts(proposal, records), figures).answer,
        "risk_assessed": risk_assessed(reason_fact(values, "risk_level"), _reason(records, "risk_level")),
    }
    return {key: answer for key, answer in answers.items() if answer is not None}


def missing_facts(session: Session, proposal: Proposal) -> frozenset[str]:
    """The keys of the facts that a rule asks for and nobody has answered; a text for an exception is never missing."""
    records = fact_records(session, proposal.id)
    answered = {key for key, record in records.items() if record.value is not None}
    if all_confirmed(paired(goals_of(proposal.answers), _value(records, "goal_payers"))) is None:
        answered.discard("goal_payers")
    law = _legal_facts(proposal, records)
    long = is_long(law.starts_on, law.ends_on) if law.starts_on and law.ends_on else None
    idle = without_bearing({key: record.value for key, record in records.items()}, is_long=long)
    asked = {question.key for question in FACT_QUESTIONS if question.kind is not FactKind.REASON}
    return frozenset(asked - answered - idle)


def _value(records: Mapping[str, FactRecord], key: str) -> FactValue:
    return records[key].value if key in records else None


def goal_payers(session: Session, proposal: Proposal) -> tuple[GoalPayer, ...]:
    """Every goal of the proposal with its payer, in the order of the proposal."""
    row = session.get(CaseFact, (proposal.id, "goal_payers"))
    return paired(goals_of(proposal.answers), row.value if row else None)


def legal_check(session: Session, proposal: Proposal, *, on: date, amount_ore: int | None = None) -> LegalCheck:
    """The four parts of the legal check by the figures of a day, each with a Danish sentence.

    `amount_ore` is what the applicant would get; without it, what is sought.
    """
    facts = _legal_facts(proposal, fact_records(session, proposal.id))
    if amount_ore is not None:
        facts = replace(facts, amount_ore=amount_ore)
    return check_law(facts, legal_figures(session, on=on))


def _legal_facts(proposal: Proposal, records: Mapping[str, FactRecord]) -> LegalFacts:
    values = {key: record.value for key, record in records.items()}
    regime, route = reason_fact(values, "procurement_regime"), reason_fact(values, "procurement_route")
    protection = reason_fact(values, "data_protection")
    return LegalFacts(
        regime=ProcurementRegime(regime) if regime else None,
        regime_reason=_reason(records, "procurement_regime"),
        contract_value_ore=ore_fact(values, "contract_value"),
        route=ProcurementRoute(route) if route else None,
        route_reason=_reason(records, "procurement_route"),
        cross_border=yes_no_fact(values, "cross_border"),
        economic_activity=yes_no_fact(values, "economic_activity"),
        de_minimis_received_ore=ore_fact(values, "de_minimis_received"),
        amount_ore=proposal.amount_sought_ore,
        register_checked=yes_no_fact(values, "de_minimis_register"),
        starts_on=_day(proposal.answers, "starts_on"),
        ends_on=_day(proposal.answers, "ends_on"),
        lawyer_looked=yes_no_fact(values, "lawyer_looked"),
        data_protection=DataProtection(protection) if protection else None,
        data_protection_reason=_reason(records, "data_protection"),
    )


def _reason(records: Mapping[str, FactRecord], key: str) -> str:
    return records[key].reason if key in records else ""


def _day(answers: Mapping[str, Any], key: str) -> date | None:
    said = answers.get(key)
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def fact_suggestions(session: Session, proposal: Proposal) -> dict[str, Suggestion]:
    """The answers that the case itself points at, with their source; nothing is stored."""
    organisation = session.get_one(Organisation, proposal.organisation_id)
    applicant = ApplicantFacts(
        department=proposal.applicant_department,
        staff_years=organisation.staff_years,
        turnover_ore=organisation.turnover_ore,
    )
    return (
        suggest_facts(applicant, proposal.answers)
        | business_case_suggestions(session, proposal.id)
        | payer_suggestions(session, proposal)
    )


# ---- figures of the fund ------------------------------------------------------------------------------------------


def fund_figures(session: Session, *, on: date) -> FundFiguresRow | None:
    """The newest figures of the fund up to a day; of two of one day, those that were entered last."""
    return session.exec(
        select(FundFiguresRow)
        .where(col(FundFiguresRow.as_of) <= on)
        .order_by(col(FundFiguresRow.as_of).desc(), col(FundFiguresRow.entered_at).desc())
        .limit(1)
    ).first()


@dataclass(frozen=True, slots=True)
class FundFiguresEntry:
    """A row of the fund's figures with who wrote it ("" for nobody); `counts` when new sortings may use it."""

    row: FundFiguresRow
    entered_by_name: str
    counts: bool


def all_fund_figures(session: Session) -> list[FundFiguresEntry]:
    """Every row, newest first; of several of one day the one entered last counts."""
    found = session.exec(
        select(FundFiguresRow, Person.name)
        .join(Person, col(Person.id) == FundFiguresRow.entered_by, isouter=True)
        .order_by(col(FundFiguresRow.as_of).desc(), col(FundFiguresRow.entered_at).desc())
    )
    entries: list[FundFiguresEntry] = []
    for row, name in found:
        later = entries and entries[-1].row.as_of == row.as_of
        entries.append(FundFiguresEntry(row, name or "", not later))
    return entries


# ---- figures of the law -------------------------------------------------------------------------------------------


def legal_figures(session: Session, *, on: date) -> LegalFigures:
    """The limits and rates that hold on a day; None where no row covers it."""
    found = {kind: _holding(session, kind, on=on) for kind in LegalFigureKind}
    holding = {kind: Decimal(row.value) for kind, row in found.items() if row is not None}
    return LegalFigures(
        on=on,
        light_kroner=holding.get(LegalFigureKind.LIGHT_REGIME_KRONER),
        services_kroner=holding.get(LegalFigureKind.SERVICES_KRONER),
        de_minimis_euro=holding.get(LegalFigureKind.DE_MINIMIS_EURO),
        kroner_per_100_euro=holding.get(LegalFigureKind.KRONER_PER_100_EURO),
    )


def newest_legal_figure(session: Session, kind: LegalFigureKind, *, on: date | None = None) -> LegalFigureRow | None:
    """The row of a kind that begins last, or last up to a day; of two of one day the one entered last."""
    found = select(LegalFigureRow).where(LegalFigureRow.kind == kind)
    if on is not None:
        found = found.where(col(LegalFigureRow.valid_from) <= on)
    ordered = found.order_by(col(LegalFigureRow.valid_from).desc(), col(LegalFigureRow.entered_at).desc())
    return session.exec(ordered.limit(1)).first()


@dataclass(frozen=True, slots=True)
class LegalFigureEntry:
    """A limit or a rate with who wrote it ("" for what was there from the beginning); `holds` says that it does now."""

    row: LegalFigureRow
    value: Decimal
    entered_by_name: str
    holds: bool


def all_legal_figures(session: Session, *, on: date) -> list[LegalFigureEntry]:
    """Every limit and rate by kind, the newest first."""
    rows = session.exec(
        select(LegalFigureRow, Person.name)
        .join(Person, col(Person.id) == LegalFigureRow.entered_by, isouter=True)
        .order_by(col(LegalFigureRow.valid_from).desc(), col(LegalFigureRow.entered_at).desc())
    )
    holding = {row.id for kind in LegalFigureKind if (row := _holding(session, kind, on=on)) is not None}
    entries = [LegalFigureEntry(row, Decimal(row.value), name or "", row.id in holding) for row, name in rows]
    order = list(LegalFigureKind)
    return sorted(entries, key=lambda entry: order.index(entry.row.kind))


def _holding(session: Session, kind: LegalFigureKind, *, on: date) -> LegalFigureRow | None:
    row = newest_legal_figure(session, kind, on=on)
    return row if row is not None and (row.valid_to is None or row.valid_to >= on) else None
