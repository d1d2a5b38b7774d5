"""What does a page hand over of a ranking when the secretariat saves it as a shortlist?"""

from dataclasses import dataclass
from uuid import UUID

from intake.rules.track import Track
from scoring.rules.ranking import Standing

NEEDS_REASON = "Skriv, hvorfor forslaget ikke står, hvor reglen sætter det."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistLine:
    """One case: where the rule puts it, where people do, and why. `field` is where the page asks for the reason."""

    proposal_id: UUID
    track: Track
    place: int
    shares_place: bool
    amount_ore: int
    outcome_ore: int
    by_rule: Standing
    chosen: Standing
    reason: str = ""
    field: str = ""

    @property
    def is_moved(self) -> bool:
        return self.chosen is not self.by_rule
