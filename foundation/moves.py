"""Which state follows when something is done to a thing that has a life?

The pure state engine: a room lists its moves once, and asks here what an action leads to. It knows no words
on the screen, no rights and no database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

StateT = TypeVar("StateT", bound=StrEnum)


class NotAMove(Exception):
    """The action leads nowhere from that state. Carries `state` and `action`; words are the view's."""

    def __init__(self, state: StrEnum, action: str) -> None:
        super().__init__(f"{action} is not a move from {state.value}")
        self.state = state
        self.action = action


@dataclass(frozen=True)
class Move(Generic[StateT]):
    """One step of a life. `open` tells whether it can be made yet; a closed move is known but refused."""

    action: str
    from_state: StateT
    to_state: StateT
    open: bool = True


class MoveTable(Generic[StateT]):
    """All the moves of one kind of thing, in the order in which they were listed."""

    def __init__(self, moves: Iterable[Move[StateT]]) -> None:
        """Raises ValueError where one action has two moves from the same state."""
        self.moves = tuple(moves)
        self._by_step: dict[tuple[StateT, str], Move[StateT]] = {}
        for move in self.moves:
            step = (move.from_state, move.action)
            if step in self._by_step:
                raise ValueError(f"two moves for {move.action} from {move.from_state.value}")
            self._by_step[step] = move

    def step(self, state: StateT, action: str) -> StateT:
        """The state that the action leads to. Raises NotAMove, also for a move that is not open."""
        move = self._by_step.get((state, action))
        if move is None or not move.open:
            raise NotAMove(state, action)
        return move.to_state

    def open_actions(self, state: StateT) -> tuple[str, ...]:
        """What can be done from that state, in the order of the list."""
        return tuple(move.action for move in self.moves if move.from_state == state and move.open)
