"""How did a case of before Rådslag end, and who may read what?"""

from dataclasses import dataclass

from foundation.db import current_session
from intake.access import Case
from intake.models import PastDecision
from intake.queries.imports import past_decision
from intake.wording import words
from scoring.rules.dimensions import Dimension


@dataclass(frozen=True, slots=True)
class Past:
    """The decision as it was entered, and its examples of scores in the order of the dimensions."""

    decision: PastDecision
    scores: tuple[tuple[Dimension, int], ...]


def past_decision_of(case: Case) -> Past | None:
    """How the case ended, for whoever may read assessments; None for any other case and anybody else."""
    found = past_decision(current_session(), case.proposal) if case.may("assessment.view") else None
    if found is None:
        return None
    given = found.example_scores
    return Past(found, tuple((one, given[one.value]) for one in Dimension if one.value in given))


def past_status(case: Case) -> str:
    """The one sentence on where a case of before Rådslag is: it asks nobody for anything."""
    return f"Historisk sag fra før Rådslag: {words(case.proposal.state)}. Der skal ikke gøres noget."
