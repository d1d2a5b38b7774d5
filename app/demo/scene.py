"""Where, when and with whom does one proposal of the demo take place?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from app.demo.people import DEFAULT_DEPARTMENTS, Cast
from app.demo.stories import Story
from intake.models import Call
from intake.rules.call import FocusArea

_STEPS = ("draft", "submitted", "checked", "routed", "answered", "assessed", "sorted", "released", "placed")


@dataclass(frozen=True, slots=True)
class Scene:
    """A proposal's place in the demo: who plays in it, when it begins, and how far it comes."""

    session: Session
    cast: Cast
    call: Call
    story: Story
    start: datetime
    base_url: str

    def reached(self, step: str) -> bool:
        until = "submitted" if self.story.until in {"returned", "rejected"} else self.story.until
        return _STEPS.index(step) <= _STEPS.index(until)

    def after(self, days: int) -> datetime:
        return self.start + timedelta(days=days)


def reviewer_of(scene: Scene) -> str:
    """The short name of who assesses the case in the department that leads."""
    return f"vurderer-{lead_of(scene).lower()}"


def lead_of(scene: Scene) -> str:
    """The department that leads by default for the proposal's focus area."""
    lead, _ground = DEFAULT_DEPARTMENTS[FocusArea(str(scene.story.answers["focus_area"]))][0]
    return lead
