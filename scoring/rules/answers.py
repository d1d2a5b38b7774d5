"""What does a department's answer lack, and what of it is kept (domain.md GATE5 and L6)?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scoring.rules.drafts import AnswerDraft
from scoring.rules.payer import CanPay

MOST_YEARS: Final = 20
"""The longest that a department can promise to pay; the database holds it too."""


def gaps_of_answer(draft: AnswerDraft) -> Iterator[tuple[str, str]]:
    """Field and Danish text of all that is missing: who pays says from what, how much, how long, and who agrees."""
    if draft.can_pay is not CanPay.NO:
        if draft.promise is None:
            yield from _gaps_of_budget(draft)
        if not draft.backed_by:
            yield "backed_by", "Skriv titlen på den leder, der bakker op."
    if draft.has_adverse_facts and not draft.adverse_facts:
        yield "adverse_facts", "Skriv, hvad det nye er. Ansøgeren skal have det at se og kunne svare."


def _gaps_of_budget(draft: AnswerDraft) -> Iterator[tuple[str, str]]:
    if not draft.budget_line:
        yield "budget_line", "Skriv, hvilket budget der skal betale (konto eller bevilling)."
    if draft.amount_ore is None:
        yield "amount", "Skriv, hvor mange kroner budgettet kan betale i alt."
    if draft.years is None:
        yield "years", "Skriv, hvor mange år budgettet kan betale."


def settled(draft: AnswerDraft) -> AnswerDraft:
    """The draft without what its own answers make untrue: no payment, no budget; nothing new, no facts.

    Of a promise, budget, amount and years are what its rows say.
    """
    if draft.promise is not None:
        said = draft.promise
        draft = replace(
            draft, budget_line=said.budget_lines, amount_ore=said.total_ore or None, years=len(said.years) or None
        )
    if draft.can_pay is CanPay.NO:
        draft = replace(draft, budget_line="", amount_ore=None, years=None)
    return draft if draft.has_adverse_facts else replace(draft, adverse_facts="")
