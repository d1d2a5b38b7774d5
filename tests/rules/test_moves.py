"""Does the state engine allow exactly the moves in its table?"""

from enum import StrEnum

import pytest

from foundation.moves import Move, MoveTable, NotAMove


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


MOVES = (
    Move("shut", Door.OPEN, Door.SHUT),
    Move("open", Door.SHUT, Door.OPEN),
    Move("lock", Door.SHUT, Door.LOCKED),
    Move("slam", Door.SHUT, Door.SHUT),
    Move("unlock", Door.LOCKED, Door.SHUT, open=False),
)
DOORS = MoveTable(MOVES)


def test_action_leads_to_its_state_and_every_other_is_refused() -> None:
    allowed = {(move.from_state, move.action): move.to_state for move in MOVES if move.open}
    for state in Door:
        for action in ("shut", "open", "lock", "slam", "unlock", "paint", ""):
            if (state, action) in allowed:
                assert DOORS.step(state, action) is allowed[state, action]
            else:
                with pytest.raises(NotAMove) as refused:
                    DOORS.step(state, action)
                assert (refused.value.state, refused.value.action) == (state, action)


def test_move_that_is_not_open_is_known_but_refused() -> None:
    assert MOVES[4] in DOORS.moves
    assert DOORS.open_actions(Door.LOCKED) == ()
    with pytest.raises(NotAMove, match="unlock is not a move from locked"):
        DOORS.step(Door.LOCKED, "unlock")


def test_open_actions_come_in_the_order_of_the_table() -> None:
    assert DOORS.open_actions(Door.SHUT) == ("open", "lock", "slam")
    assert DOORS.open_actions(Door.OPEN) == ("shut",)


def test_two_moves_for_one_action_are_refused() -> None:
    with pytest.raises(ValueError, match="two moves for shut from open"):
        MoveTable([*MOVES, Move("shut", Door.OPEN, Door.LOCKED, open=False)])


def test_refusal_names_action_and_state() -> None:
    refusal = NotAMove(Door.OPEN, "lock")
    assert str(refusal) == "lock is not a move from open"
