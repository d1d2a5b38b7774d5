"""Which states can a proposal be in, and which acts move it from one to the next?

The whole life on one screen. A move with `open=False` is known and named, but no page of this release makes it.
Sources: contract section 7, domain.md G7, reliability.md section 3.
"""

from enum import StrEnum

from foundation.moves import Move, MoveTable


class State(StrEnum):
    """The 19 states; the letters are those of the rights matrix."""

    DRAFT = "draft"  # a
    SUBMITTED = "submitted"  # b
    FORMAL_CHECK = "formal_check"  # c
    RETURNED = "returned"  # d
    WITH_DEPARTMENTS = "with_departments"  # e
    MATURITY_ASSESSMENT = "maturity_assessment"  # f
    SORTED = "sorted"  # g
    MEMO_READY = "memo_ready"  # h
    AT_COUNCIL = "at_council"  # i
    REFUSED = "refused"  # j
    REFERRED = "referred"  # k
    MATURING_DIALOGUE = "maturing_dialogue"  # l
    AWAITING_MAYOR = "awaiting_mayor"  # m
    APPROVED = "approved"  # n
    SIGNED = "signed"  # o
    RUNNING = "running"  # p
    CLOSED = "closed"  # q
    WITHDRAWN = "withdrawn"  # r
    FORMALLY_REJECTED = "formally_rejected"  # s


LETTERS: dict[str, State] = dict(zip("abcdefghijklmnopqrs", State, strict=True))


def _move(action: str, from_states: str, to_state: State, *, open: bool = False) -> list[Move[State]]:  # noqa: A002
    return [Move(action=action, from_state=LETTERS[letter], to_state=to_state, open=open) for letter in from_states]


PROPOSAL_MOVES: MoveTable[State] = MoveTable(
    [
        *_move("proposal.submit", "a", State.SUBMITTED, open=True),
        *_move("proposal.reopen", "b", State.DRAFT, open=True),
        *_move("proposal.restore", "a", State.SUBMITTED, open=True),
        *_move("formalcheck.record", "b", State.FORMAL_CHECK, open=True),
        *_move("proposal.return", "c", State.RETURNED, open=True),
        *_move("proposal.submit", "d", State.FORMAL_CHECK, open=True),
        *_move("formalcheck.reject", "cd", State.FORMALLY_REJECTED, open=True),
        *_move("department.route", "c", State.WITH_DEPARTMENTS, open=True),
        *_move("departments.all_answered", "e", State.MATURITY_ASSESSMENT, open=True),
        *_move("sorting.confirm", "f", State.SORTED, open=True),
        *_move("sorting.override", "f", State.SORTED, open=True),
        *_move("memo.release", "g", State.MEMO_READY, open=True),
        *_move("memo.send_back", "h", State.SORTED, open=True),
        *_move("agenda.place", "h", State.AT_COUNCIL, open=True),
        *_move("agenda.remove", "i", State.MEMO_READY, open=True),
        *_move("decision.refuse", "i", State.REFUSED),
        *_move("decision.refer", "i", State.REFERRED),
        *_move("decision.dialogue", "i", State.MATURING_DIALOGUE),
        *_move("decision.grant", "i", State.AWAITING_MAYOR),
        *_move("approval.sendback", "m", State.AT_COUNCIL),
        *_move("approval.give", "m", State.APPROVED),
        *_move("agreement.register", "n", State.SIGNED),
        *_move("case.start", "o", State.RUNNING),
        *_move("case.close", "jklp", State.CLOSED),
        *_move("history.refuse", "b", State.REFUSED, open=True),
        *_move("history.refer", "b", State.REFERRED, open=True),
        *_move("history.dialogue", "b", State.MATURING_DIALOGUE, open=True),
        *_move("history.approve", "b", State.APPROVED, open=True),
        *_move("history.close", "b", State.CLOSED, open=True),
        *_move("proposal.withdraw", "bcdefghi", State.WITHDRAWN, open=True),
    ]
)
