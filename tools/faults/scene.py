"""Who and what is laid out before a drill: people of every role, their sessions, drafts to send, cases to decide?

Everything is committed by the real actions, at the real moment, since a real server works on it with a real clock.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from foundation.identity.actions import open_session
from foundation.identity.models import Person
from tests.builders import World
from tools.faults.visitor import Visitor


class Scene:
    """A world of people in the drill's database, and their browsers on a port."""

    def __init__(self, session: Session) -> None:
        self.at = datetime.now(UTC)
        self.world = World.build(session, at=self.at)

    def drafts(self, number: int) -> list[UUID]:
        """Drafts that lack nothing and wait to be sent."""
        return [self.world.draft(title=f"Indsats {one}").id for one in range(number)]

    def sessions(self, key: str, number: int = 1, *, at: datetime | None = None) -> list[str]:
        """Tokens of sessions in which the person has signed in, at a moment or now, one for each browser."""
        actor = self.world.people[key]
        person = self.world.session.get_one(Person, actor.person_id)
        chosen = (actor.role, actor.department)
        tokens = [open_session(self.world.session, person, chosen, at=at or self.at) for _ in range(number)]
        self.world.session.commit()
        return tokens


def visitors(port: int, tokens: list[str]) -> list[Visitor]:
    """A browser for each session."""
    return [Visitor.signed_in(port, token) for token in tokens]
