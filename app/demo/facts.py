"""How do the short facts of a story become what the secretariat records, each with its source and its reason?"""

from collections.abc import Mapping
from typing import Final

from intake.models import Proposal
from scoring.rules.case_facts import FactDraft, FactValue, RiskLevel
from scoring.rules.goal_payers import GoalPayer, PayerKind, as_stored, goals_of
from scoring.rules.legal import DataProtection, ProcurementRegime

SOURCE: Final = "Forslaget og forvaltningens svar"
REASON: Final = "Sekretariatet har gennemgået forslaget og talt med ansøgeren."


def fact_drafts(proposal: Proposal, facts: Mapping[str, FactValue]) -> dict[str, FactDraft]:
    """The facts to record. The three that follow from others may be named, and become those others."""
    drafts: dict[str, FactDraft] = {}
    for key, value in facts.items():
        if key == "payers_confirmed":
            drafts["goal_payers"] = _payers(proposal, value)
        elif key == "legal_checked":
            drafts |= _legal(value)
        elif key == "risk_assessed":
            drafts["risk_level"] = _drafted(RiskLevel.MEDIUM.value if value else RiskLevel.NOT_ASSESSED.value)
        else:
            drafts[key] = _drafted(value)
    return drafts


def _drafted(value: FactValue) -> FactDraft:
    return FactDraft(value, SOURCE, REASON)


def _payers(proposal: Proposal, confirmed: FactValue) -> FactDraft:
    yes = confirmed is True
    payer, name = (PayerKind.DEPARTMENT, "Forvaltningens budget") if yes else (None, "")
    goals = [GoalPayer(goal, payer, name, yes) for goal in goals_of(proposal.answers)]
    return _drafted(as_stored(goals))


def _legal(checked: FactValue) -> dict[str, FactDraft]:
    if not checked:
        return {
            "economic_activity": _drafted(False),
            "data_protection": _drafted(DataProtection.UNSETTLED.value),
        }
    return {
        "procurement_regime": _drafted(ProcurementRegime.GRANT.value),
        "economic_activity": _drafted(False),
        "lawyer_looked": _drafted(True),
        "data_protection": _drafted(DataProtection.NO_SHARING.value),
    }
