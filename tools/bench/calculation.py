"""How long does one business case take on one core, with its scenarios and its sensitivity?"""

from __future__ import annotations

import time
from fractions import Fraction

from scoring.rules.business_case import BusinessCase, Cost, CostKind, Goal, Intake, Saving, Sector, calculate
from tools.bench.goals import Goal as Promise

TIMES = 50
MOST_MS = 60
"""A thousand a minute."""


def business_case() -> BusinessCase:
    """Three years of intakes and costs, three goals, each with savings of three payers over ten years."""
    sectors = (Sector.MUNICIPALITY, Sector.REGION, Sector.STATE)
    savings = tuple(
        Saving(f"Betaler {place}", sector, Fraction(40_000 + 10_000 * place), 1 + place, 10, Fraction(1, 10))
        for place, sector in enumerate(sectors)
    )
    return BusinessCase(
        intakes=tuple(Intake(year, 20) for year in range(3)),
        costs=tuple(Cost(year, Fraction(900_000), kind) for year in range(3) for kind in CostKind),
        goals=tuple(Goal(f"Mål {n}", Fraction(30 + n, 100), Fraction(15, 100), savings) for n in range(3)),
    )


def calculation() -> Promise:
    """What one costs, as a promise kept or missed."""
    case = business_case()
    start = time.process_time()
    for _ in range(TIMES):
        calculate(case)
    spent = (time.process_time() - start) / TIMES * 1000
    return Promise("one business case, all scenarios", spent, MOST_MS, "ms of CPU")
