"""Which ways can a proposal go?"""

from enum import StrEnum
from typing import Final


class Track(StrEnum):
    """The tracks of domain.md G4; the values are stored and printed (contract 4 and 7)."""

    INELIGIBLE = "ineligible"
    REFUSED = "refused"
    REFERRED_TO_DEPARTMENT = "referred_to_department"
    SOCIAL_INVESTMENT = "social_investment"
    SOCIAL_INVESTMENT_WITH_OUTCOME_FUND = "social_investment_with_outcome_fund"
    MATURING_DIALOGUE = "maturing_dialogue"
    DONATION = "donation"
    UNDETERMINED = "undetermined"


FUNDED_TRACKS: Final = frozenset({Track.SOCIAL_INVESTMENT, Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND, Track.DONATION})
"""The tracks on which the council is recommended to give money; on any other there is no amount to speak of."""
