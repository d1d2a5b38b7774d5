"""What is there of a case, besides the basis of its sorting, to try how sure the track is?"""

from collections import Counter

from sqlmodel import Session

from foundation.clock import today
from foundation.identity.queries import department_names
from intake.models import Proposal
from scoring.business_case_queries import ChosenBusinessCase, chosen_business_case
from scoring.models import SortingRun
from scoring.queries import Sheet, final_sheets
from scoring.rules.maturity import Scores
from scoring.rules.stability import CaseFigures, Stability, Witnesses, read_stability

_SECRETARIAT = "sekretariatet"


def witnesses(session: Session, proposal: Proposal) -> Witnesses:
    """The finished sheets that count, by whose they are and without names, and the business case that was chosen."""
    chosen = chosen_business_case(session, proposal.id)
    return Witnesses(
        sheets=_sheets(session, final_sheets(session, proposal.id)),
        figures=_figures(chosen),
        no_case="der er ikke valgt en business case" if chosen is None else "tallene i den valgte kan ikke regnes om",
    )


def _figures(chosen: ChosenBusinessCase | None) -> CaseFigures | None:
    if chosen is None or chosen.saved.case is None:
        return None
    return CaseFigures(chosen.saved.case, chosen.saved.rates)


def _sheets(session: Session, sheets: list[Sheet]) -> tuple[tuple[str, Scores], ...]:
    if not sheets:
        return ()
    names = department_names(session, on=today(sheets[0].assessment.saved_at))
    places = Counter[str]()
    found: list[tuple[str, Scores]] = []
    for sheet in sheets:
        code = sheet.assessment.department_code
        whose = names.get(code, code) or _SECRETARIAT
        places[whose] += 1
        told = whose if places[whose] == 1 else f"{whose} ({places[whose]})"
        found.append((told, {dimension: row.score for dimension, row in sheet.scores.items()}))
    return tuple(found)


def stability_of_run(run: SortingRun) -> Stability | None:
    """What was kept with a sorting; None for one of before it was kept."""
    return read_stability(run.stability)
