"""Which figures does the demo's department put beside the applicant's, and which are chosen?"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from app.demo.scene import Scene, reviewer_of
from intake.models import Proposal
from intake.rules.proposal import Wish
from scoring import actions
from scoring.business_case_queries import business_cases, count_business_cases
from scoring.queries import fact_suggestions
from scoring.rules.business_case import CostKind, Sector
from scoring.rules.business_case_answers import draft_from_answers
from scoring.rules.business_case_drafts import BusinessCaseDraft, CostLine, SavingLine
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import SomResult
from scoring.rules.case_facts import FactDraft
from scoring.rules.payer import CanPay

_SUPPORT: Final = SavingLine(
    goal=1,
    payer="Sociale Forhold og Beskæftigelse",
    sector=Sector.MUNICIPALITY,
    per_success_ore=130_000_00,
    starts_after=2,
    years=5,
    drop_off_percent=Decimal(20),
)
_TAX: Final = replace(_SUPPORT, payer="Staten, skat og moms", sector=Sector.STATE, per_success_ore=28_000_00)
_CONTRACT: Final = CostLine(year=1, kind=CostKind.ADMINISTRATION, amount_ore=180_000_00)


def work_out(scene: Scene, proposal: Proposal) -> None:
    """The lead department adds what the proposal does not say, and types in what SØM answered."""
    if not _is_promised(scene):
        return
    reviewer = scene.cast.actors[reviewer_of(scene)]
    actions.save_business_case(
        scene.session,
        proposal,
        _corrected(proposal),
        source="Forslagets budget og forvaltningens enhedspriser for 2026",
        reason="Forslaget siger ikke, hvor meget der spares. Udgiften til kontrakt og måling er lagt til.",
        version=count_business_cases(scene.session, proposal.id),
        actor=reviewer,
        at=scene.after(11),
    )
    scene.session.flush()
    actions.save_som_result(
        scene.session,
        proposal,
        SomResult(
            npv_ore=2_150_000_00,
            cost_ore=3_190_000_00,
            saving_ore=6_050_000_00,
            payback_year=4,
            model_version="SØM 3.1",
            calculated_on=date(2026, 11, 2),
        ),
        source="Forvaltningens beregning med de samme deltagere",
        version=count_business_cases(scene.session, proposal.id),
        actor=reviewer,
        at=scene.after(12),
    )
    scene.session.flush()


def _is_promised(scene: Scene) -> bool:
    """Does the story tell of a department that will pay for an investment?"""
    return scene.story.answers["wish"] == Wish.SOCIAL_INVESTMENT and scene.story.can_pay is CanPay.YES


def _corrected(proposal: Proposal) -> BusinessCaseDraft:
    told = draft_from_answers(proposal.answers)
    return replace(told, costs=(*told.costs, _CONTRACT), savings=(_SUPPORT, _TAX))


def choose_figures(scene: Scene, proposal: Proposal) -> None:
    """The secretariat lets the case rest on the department's figures, and takes over what they say of its facts."""
    if not _is_promised(scene):
        return
    officer, at = scene.cast.actors["sagsbehandler"], scene.after(15)
    cases = business_cases(scene.session, proposal, on=date(2026, 11, 2))
    own = cases.by_origin[BusinessCaseOrigin.DEPARTMENT].id
    if own is None:
        raise LookupError("the department has just saved its figures")
    actions.choose_business_case(
        scene.session,
        proposal,
        own,
        reason="Enhedspriserne er kommunens egne, og SØM giver et svar i samme størrelse.",
        version=cases.version,
        actor=officer,
        at=at,
    )
    scene.session.flush()
    suggested = fact_suggestions(scene.session, proposal)["payback_months"]
    drafts = {"payback_months": FactDraft(suggested.value, suggested.source)}
    actions.record_case_facts(scene.session, proposal, drafts, version=proposal.version, actor=officer, at=at)
    scene.session.flush()
