"""What do the departments' answers say of who pays for each goal, and of the outcome fund's share?

A suggestion is shown with its source and never stored unasked (`scoring/rules/suggestions.py`). Where several
departments have answered, the lead's promise speaks; without one, the first other. Sources: domain.md GATE5, MON8.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from scoring.rules.commitment import PayerShare, shown_percent
from scoring.rules.department_says import DepartmentSays
from scoring.rules.goal_payers import GoalPayer, PayerKind, as_stored
from scoring.rules.payer import CanPay
from scoring.rules.suggestions import Suggestion

_FUND: Final = "Resultatbetalingspuljen"
_LONGEST_NAME: Final = 200


def suggest_payers(
    said: Iterable[DepartmentSays], goals: Sequence[str], amount_ore: int | None
) -> dict[str, Suggestion]:
    """Suggestions for `goal_payers` and `outcome_fund_share`; none while no department promises anything in full."""
    one = next((one for one in said if one.can_pay in _PAYING and one.promise and one.promise.amounts), None)
    if one is None:
        return {}
    found: dict[str, Suggestion] = {}
    payers = as_stored([_payer(one, goal) for goal in goals])
    if payers is not None:
        found["goal_payers"] = Suggestion(payers, one.source)
    share = _outcome_fund_percent(one, amount_ore)
    if share is not None:
        found["outcome_fund_share"] = Suggestion(share, one.source)
    return found


_PAYING: Final = frozenset({CanPay.YES, CanPay.PARTLY})


def _payer(one: DepartmentSays, goal: str) -> GoalPayer:
    """Who carries most of the goal, the names of all who carry it, and whether each of them has said yes."""
    shares = [share for share in (one.promise.shares if one.promise else ()) if share.goal == goal]
    if not shares:
        return GoalPayer(goal, PayerKind.DEPARTMENT, one.department, _own_yes(one))
    most = max(shares, key=lambda share: share.percent)
    return GoalPayer(goal, most.payer, _names(one, shares)[:_LONGEST_NAME], _all_say_yes(one, shares))


def _names(one: DepartmentSays, shares: Sequence[PayerShare]) -> str:
    named = [share.name or _default_name(one)[share.payer] for share in shares]
    if len(shares) == 1:
        return named[0]
    return ", ".join(f"{name} {shown_percent(share.percent)} %" for name, share in zip(named, shares, strict=True))


def _default_name(one: DepartmentSays) -> Mapping[PayerKind, str]:
    return {PayerKind.DEPARTMENT: one.department, PayerKind.OUTCOME_FUND: _FUND, PayerKind.OTHER: ""}


def _all_say_yes(one: DepartmentSays, shares: Sequence[PayerShare]) -> bool | None:
    answers = [_says_yes(one, share) for share in shares]
    if False in answers:
        return False
    return None if None in answers else True


def _says_yes(one: DepartmentSays, share: PayerShare) -> bool | None:
    if share.payer is PayerKind.DEPARTMENT:
        return _own_yes(one)
    named = [
        other.confirmed
        for other in (one.promise.co_payers if one.promise else ())
        if other.payer is share.payer and (share.payer is PayerKind.OUTCOME_FUND or _alike(other.name, share.name))
    ]
    return all(named) if named else None


def _own_yes(one: DepartmentSays) -> bool | None:
    """A yes is confirmed; of a part nobody knows yet whether it is enough."""
    return True if one.can_pay is CanPay.YES else None


def _alike(name: str, other: str) -> bool:
    return name.casefold().strip() == other.casefold().strip()


def _outcome_fund_percent(one: DepartmentSays, amount_ore: int | None) -> str | None:
    """What the outcome fund would pay, in percent of the amount sought with at most two decimals."""
    paid = sum(
        other.amount_ore
        for other in (one.promise.co_payers if one.promise else ())
        if other.payer is PayerKind.OUTCOME_FUND
    )
    if not amount_ore or paid > amount_ore:
        return None
    hundredths = int(Fraction(10_000 * paid, amount_ore) + Fraction(1, 2))
    return format(Decimal(hundredths).scaleb(-2).normalize(), "f")
