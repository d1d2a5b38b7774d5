"""Does a proposal meet the formal demands that a machine can check?

domain.md G1 (EL1-EL4, EL10-EL12); a person records the outcome. What applicants declare themselves (EL5-EL9, EL13,
EL15, EL17) comes with the full form.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stdnum.dk import cvr as cvr_number

from foundation.money import format_kroner
from foundation.text import find_cpr
from intake.rules.call import FocusArea
from intake.rules.proposal import DONATION_CAP_ORE, Wish


class CheckOutcome(StrEnum):
    """The four outcomes of contract section 7."""

    OK = "ok"
    MISSING = "missing"
    NOT_ELIGIBLE = "not_eligible"
    NEEDS_HUMAN = "needs_human"


@dataclass(frozen=True, slots=True)
class FormalFacts:
    """What the machine looks at; amounts in øre."""

    received_at: datetime
    opens_at: datetime
    closes_at: datetime
    call_areas: frozenset[FocusArea]
    focus_area: FocusArea
    cvr: str | None
    same_cvr_in_call: tuple[str, ...]
    amount_ore: int
    wish: Wish
    per_project_cap_ore: int
    free_text: str


@dataclass(frozen=True, slots=True)
class Check:
    """One formal demand with its outcome and a Danish sentence that says why."""

    rule: str
    outcome: CheckOutcome
    text: str


def run_formal_check(facts: FormalFacts) -> tuple[Check, ...]:
    """Every check that needs no person, in the order of the rules."""
    return (
        _in_time(facts),
        _focus_area(facts),
        _organisation(facts),
        _duplicate(facts),
        _amount(facts),
        _donation_cap(facts),
        _investment_cap(facts),
        _no_cpr(facts),
    )


def _check(rule: str, holds: bool, good: str, bad: str, outcome: CheckOutcome = CheckOutcome.NEEDS_HUMAN) -> Check:
    return Check(rule, CheckOutcome.OK, good) if holds else Check(rule, outcome, bad)


def _in_time(facts: FormalFacts) -> Check:
    return _check(
        "EL1",
        facts.opens_at <= facts.received_at <= facts.closes_at,
        "Forslaget kom, mens callet var åbent.",
        "Forslaget kom uden for callets frist.",
        CheckOutcome.NOT_ELIGIBLE,
    )


def _focus_area(facts: FormalFacts) -> Check:
    return _check(
        "EL2",
        facts.focus_area in facts.call_areas,
        "Hovedområdet er et af callets.",
        "Hovedområdet er ikke et af callets.",
        CheckOutcome.NOT_ELIGIBLE,
    )


def _organisation(facts: FormalFacts) -> Check:
    if facts.cvr is None:
        return Check("EL3", CheckOutcome.MISSING, "Ansøgeren har ikke oplyst et CVR-nummer.")
    return _check(
        "EL3",
        cvr_number.is_valid(facts.cvr),
        f"CVR-nummeret {facts.cvr} er skrevet rigtigt. Om det er registreret, skal slås op.",
        f"CVR-nummeret {facts.cvr} kan ikke være rigtigt.",
        CheckOutcome.MISSING,
    )


def _duplicate(facts: FormalFacts) -> Check:
    others = ", ".join(facts.same_cvr_in_call)
    return _check(
        "EL4",
        not facts.same_cvr_in_call,
        "Ansøgeren har ikke andre forslag i dette call.",
        f"Samme CVR-nummer har også sendt {others}. Se efter, om det er samme indsats.",
    )


def _amount(facts: FormalFacts) -> Check:
    return _check(
        "EL10",
        facts.amount_ore > 0,
        f"Der søges {format_kroner(facts.amount_ore)}",
        "Der er ikke søgt et beløb.",
        CheckOutcome.MISSING,
    )


def _donation_cap(facts: FormalFacts) -> Check:
    above = facts.wish is Wish.DONATION and facts.amount_ore > DONATION_CAP_ORE
    return _check(
        "EL11",
        not above,
        "Beløbet passer med ønsket om støtteform.",
        f"Der søges {format_kroner(facts.amount_ore)} som donation. En donation kan højst være "
        f"{format_kroner(DONATION_CAP_ORE)} Det stopper ikke sagen.",
    )


def _investment_cap(facts: FormalFacts) -> Check:
    return _check(
        "EL12",
        facts.amount_ore <= facts.per_project_cap_ore,
        f"Beløbet er inden for callets grænse på {format_kroner(facts.per_project_cap_ore)} pr. projekt.",
        f"Beløbet er over callets grænse på {format_kroner(facts.per_project_cap_ore)} pr. projekt. "
        "Det stopper ikke sagen.",
    )


def _no_cpr(facts: FormalFacts) -> Check:
    return _check(
        "EL14",
        not find_cpr(facts.free_text),
        "Teksten indeholder ikke noget, der ligner et CPR-nummer.",
        "Teksten indeholder noget, der ligner et CPR-nummer. Det skal fjernes.",
    )
