"""What does a department of the demo promise in full, where an investment may come of a proposal?"""

from datetime import date
from decimal import Decimal
from typing import Final

from intake.models import Proposal
from scoring.rules.commitment import CoPayer, PayerShare, Promise, YearAmount, is_commitment_asked
from scoring.rules.gain_share import PROPOSED_GAIN_PERCENT, GainKind
from scoring.rules.goal_payers import PayerKind, goals_of
from scoring.rules.payer import CanPay

YEARS: Final = 3
NO_BUDGET: Final = "Forvaltningens budget er bundet til andre indsatser de næste to år."
A_PART: Final = "En del af gevinsten er bedre trivsel, som forvaltningen ikke har et budget til at betale for."
MORE_BACK: Final = "Forvaltningen regner med at kunne se en del af gevinsten allerede efter et år."


def promise_for(proposal: Proposal, can_pay: CanPay, budget_line: str, yearly_ore: int) -> Promise | None:
    """The same amount in each of three years from the beginning of the intervention; None where no promise is asked."""
    if not is_commitment_asked(proposal.wish):
        return None
    if can_pay is CanPay.NO:
        return Promise(reason=NO_BUDGET)
    starts_on = proposal.answers.get("starts_on")
    first = date.fromisoformat(starts_on).year if starts_on else 2027
    amounts = tuple(YearAmount(year, budget_line, yearly_ore) for year in range(first, first + YEARS))
    goals = goals_of(proposal.answers)
    return _whole(amounts, goals) if can_pay is CanPay.YES else _part(amounts, goals)


def _whole(amounts: tuple[YearAmount, ...], goals: tuple[str, ...]) -> Promise:
    """The department carries every goal alone, and gives back the share that is proposed."""
    return Promise(
        amounts=amounts,
        shares=tuple(PayerShare(goal, PayerKind.DEPARTMENT, "", Decimal(100)) for goal in goals),
        gain_kind=GainKind.IMMEDIATE,
        gain_percent=PROPOSED_GAIN_PERCENT[GainKind.IMMEDIATE],
    )


def _part(amounts: tuple[YearAmount, ...], goals: tuple[str, ...]) -> Promise:
    """The outcome fund is asked to carry a part, and the share that goes back is another than proposed."""
    shares = ((PayerKind.DEPARTMENT, Decimal(60)), (PayerKind.OUTCOME_FUND, Decimal(40)))
    return Promise(
        reason=A_PART,
        amounts=amounts,
        co_payers=(CoPayer(PayerKind.OUTCOME_FUND, "", sum(one.amount_ore for one in amounts) // 3, False),),
        shares=tuple(PayerShare(goal, payer, "", percent) for goal in goals for payer, percent in shares),
        gain_kind=GainKind.LONG_TERM,
        gain_percent=Decimal(40),
        gain_reason=MORE_BACK,
    )
