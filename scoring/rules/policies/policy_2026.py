"""Which thresholds does the policy of 2026 sort by?"""

from fractions import Fraction
from typing import Final

from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.maturity import Level
from scoring.rules.policies.policy import Floor, Policy

POLICY_2026: Final = Policy(
    id="2026",
    scale=SCALE_2026,
    level_bounds=(
        (Level.IDEA, Fraction(0)),
        (Level.MATURING, Fraction(1)),
        (Level.NEARLY_MATURE, Fraction(2)),
        (Level.MATURE, Fraction(11, 4)),
    ),
    investment_floors=(
        Floor(Dimension.TARGET_GROUP, 1),
        Floor(Dimension.NEED, 1),
        Floor(Dimension.THEORY_OF_CHANGE, 2),
        Floor(Dimension.EVIDENCE, 2),
        Floor(Dimension.RESULT_GOALS, 3),
        Floor(Dimension.ECONOMY, 3),
        Floor(Dimension.PAYER, 3),
        Floor(Dimension.CAPACITY, 1),
    ),
    investment_maturity=Fraction(11, 4),
    investment_participants=25,
    own_drift_payback_months=24,
    donation_cap=100_000,
    donation_floors=(
        Floor(Dimension.NEED, 2),
        Floor(Dimension.THEORY_OF_CHANGE, 1),
        Floor(Dimension.CAPACITY, 1),
    ),
    dialogue_maturity=Fraction(2),
)
