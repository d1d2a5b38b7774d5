"""What is one reason in a sorting, and how does it read?"""

from dataclasses import dataclass
from enum import StrEnum

from scoring.rules.dimensions import Dimension


class Section(StrEnum):
    """Which part of the sorting table (domain.md G4) a ground answers; pages group grounds by it."""

    FORMAL = "formal"
    STOP = "stop"
    READY = "ready"
    OWN_DRIFT = "own_drift"
    INVESTMENT = "investment"
    AMOUNT = "amount"
    DONATION = "donation"
    DIALOGUE = "dialogue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One condition that was asked, whether it holds, and the sentence that says so.

    `rule` is the id of domain.md or contract 7. `text` is Danish and complete; `clause` says the same within
    a longer sentence. `known` is False where the answer is "ikke oplyst". `decides` marks what carried the
    result: that, and only that, is repeated in memo and letter.
    """

    rule: str
    section: Section
    holds: bool
    text: str
    clause: str
    dimension: Dimension | None = None
    known: bool = True
    decides: bool = False


def sentence(clause: str) -> str:
    """The clause as a sentence: a capital first and a full stop last."""
    stop = "" if clause.endswith(".") else "."
    return f"{clause[:1].upper()}{clause[1:]}{stop}"


def listed(clauses: list[str]) -> str:
    """The clauses as a Danish enumeration: "a, b, og c"."""
    return clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])}, og {clauses[-1]}"
