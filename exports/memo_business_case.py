"""What does a memo print of the business case that was chosen, and of how sure the sorting is?"""

from typing import Any

from sqlmodel import Session

from exports.memo_content import BusinessCaseFacts, CaseYearRow, SaverRow, Scenario, SensitivityRow
from foundation.formats import day
from intake.models import Proposal
from intake.wording import words as intake_words
from scoring.business_case_queries import ChosenBusinessCase, chosen_business_case
from scoring.models import SortingRun
from scoring.rules.business_case import BusinessCaseResult, ScenarioName
from scoring.rules.business_case_sheet import BusinessCaseSheet
from scoring.rules.business_case_stored import SomResult
from scoring.rules.charts import business_case_drawings
from scoring.rules.transaction_share import TransactionWarning
from scoring.stability_queries import stability_of_run
from scoring.wording import words

_WARNINGS = {TransactionWarning.AMBER: "over 15 %", TransactionWarning.RED: "over 25 %"}


def business_case_fields(session: Session, proposal: Proposal) -> dict[str, Any]:
    """The memo's fields about the chosen business case; none of them before one is chosen."""
    chosen = chosen_business_case(session, proposal.id)
    if chosen is None:
        return {}
    if chosen.saved.som is not None:
        return _of_som(chosen, chosen.saved.som)
    if chosen.saved.sheet is None or chosen.result is None:
        return {}
    return _of_figures(chosen, chosen.saved.sheet, chosen.result)


def _of_som(chosen: ChosenBusinessCase, som: SomResult) -> dict[str, Any]:
    """SØM's own answer; the other two scenarios are not known of it."""
    figures = chosen.saved.key_figures
    known = {ScenarioName.EXPECTED: (som.npv_ore, figures.payback if figures else "")}
    told = ((name, *known.get(name, (None, ""))) for name in ScenarioName)
    return {
        "net_present_value_ore": som.npv_ore,
        "scenarios": tuple(
            Scenario(name=words(name), net_present_value_ore=npv, payback=payback) for name, npv, payback in told
        ),
        "business_case": BusinessCaseFacts(
            whose=f"{words(chosen.saved.origin)} ({som.model_version}, beregnet {day(som.calculated_on)})",
            reason=chosen.reason,
        ),
    }


def _of_figures(chosen: ChosenBusinessCase, sheet: BusinessCaseSheet, result: BusinessCaseResult) -> dict[str, Any]:
    return {
        "net_present_value_ore": sheet.npv_ore,
        "scenarios": tuple(
            Scenario(
                name=words(one.name),
                net_present_value_ore=one.npv_ore,
                payback=one.payback,
                break_even=one.break_even,
            )
            for one in sheet.scenarios
        ),
        "business_case": BusinessCaseFacts(
            whose=f"{words(chosen.saved.origin)} ({chosen.saved.source})",
            reason=chosen.reason,
            rates=sheet.rates.source,
            outside_share=sheet.outside,
            transaction_share=_transaction(sheet, chosen.transaction_reason),
            sensitivity=_sensitivity(sheet),
            years=_years(sheet),
            savers=tuple(SaverRow(who=one.who, amount_ore=one.amount_ore, share=one.percent) for one in sheet.payers),
            charts=tuple(drawing.content_hash for drawing in business_case_drawings(result)),
        ),
    }


def _transaction(sheet: BusinessCaseSheet, reason: str) -> str:
    """The share with its warning: "26,3 %, over 25 %. Målingen er dyr." (domain.md GATE9)."""
    warned = _WARNINGS.get(sheet.warning)
    return f"{sheet.transaction}{f', {warned}' if warned else ''}{f'. {reason}' if reason else ''}"


def _sensitivity(sheet: BusinessCaseSheet) -> tuple[SensitivityRow, ...]:
    return tuple(
        SensitivityRow(driver=words(one.driver), low_ore=one.low_ore, high_ore=one.high_ore, span_ore=one.span_ore)
        for one in sheet.sensitivity
    )


def _years(sheet: BusinessCaseSheet) -> tuple[CaseYearRow, ...]:
    return tuple(
        CaseYearRow(
            year=str(one.year) if one.calendar_year is None else f"{one.year} ({one.calendar_year})",
            cost_ore=one.cost_ore,
            saving_ore=one.saving_ore,
            total_ore=one.total_ore,
        )
        for one in sheet.years
    )


def stability_lines(run: SortingRun) -> tuple[str, ...]:
    """How sure the rules' answer is, in sentences; none for a sorting of before it was tried."""
    found = stability_of_run(run)
    if found is None:
        return ()
    tips = (f"{tip.sentence}: {intake_words(tip.track)}." for tip in found.tips)
    return (f"{words(found.verdict)}.", *tips, *found.untested)
