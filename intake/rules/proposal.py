"""What has an applicant answered, and what must be mended before the proposal can be sent?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from foundation.money import format_kroner
from foundation.text import find_cpr, is_blank
from intake.rules.call import FocusArea
from intake.rules.questions import Kind, Question, QuestionSet

LONGEST_PERIOD_YEARS = 15
"""No result is followed longer than this (domain.md F: the longest real programme is 13 years)."""

DONATION_CAP_ORE = 100_000_00
DONATION_MONTHS = 36
"""domain.md EL11 and EL13."""

Answers = Mapping[str, Any]
"""By question key: text, whole numbers and slugs, or for rows a list of such mappings; see Kind. Amounts are øre."""


class Wish(StrEnum):
    """What the applicant hopes for. It is shown beside the track and never decides it (contract section 7)."""

    SOCIAL_INVESTMENT = "social_investment"
    DONATION = "donation"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """The answers by question key; None where nothing was answered. Amounts are int øre."""

    answers: Answers

    def text(self, key: str) -> str:
        value = self.answers.get(key)
        return value if isinstance(value, str) else ""

    def whole(self, key: str) -> int | None:
        value = self.answers.get(key)
        return value if isinstance(value, int) else None

    def rows(self, key: str) -> Sequence[Answers]:
        return rows_of(self.answers, key)

    @property
    def title(self) -> str:
        return self.text("title")

    @property
    def focus_area(self) -> FocusArea | None:
        value = self.text("focus_area")
        return FocusArea(value) if value else None

    @property
    def wish(self) -> Wish | None:
        value = self.text("wish")
        return Wish(value) if value else None

    @property
    def amount_sought_ore(self) -> int | None:
        return self.whole("amount_sought")

    @property
    def participants(self) -> int | None:
        return self.whole("participants")


def rows_of(answers: Answers, key: str) -> Sequence[Answers]:
    """The rows of one answer; none where the question was answered in another form or not at all."""
    value = answers.get(key)
    return value if isinstance(value, list) else ()


def is_answered(answers: Answers, key: str) -> bool:
    """Has the question an answer that a person can see?"""
    value = answers.get(key)
    if isinstance(value, list):
        return bool(value)
    return value is not None and not (isinstance(value, str) and is_blank(value))


def is_needed(question: Question, answers: Answers) -> bool:
    """Must the question be answered, given the other answers?"""
    if not question.required or question.when is None:
        return question.required
    return str(answers.get(question.when.key)) in question.when.values


@dataclass(frozen=True, slots=True)
class Gap:
    """Something to mend before the proposal can be sent, with the control that mends it."""

    question: Question
    text: str
    anchor: str


def gaps_of(questions: QuestionSet, answers: Answers) -> tuple[Gap, ...]:
    """Everything that stands in the way of sending, in the order of the form."""
    found = [gap for question in questions.questions for gap in _gaps_in(question, answers)]
    return (*found, *_contradictions(questions, answers))


def _gaps_in(question: Question, answers: Answers) -> Iterator[Gap]:
    if not is_answered(answers, question.key):
        if is_needed(question, answers):
            yield Gap(question, question.missing, _first_control(question))
        return
    if question.needed_answer and answers[question.key] != question.needed_answer:
        yield Gap(question, question.missing, _first_control(question))
    for number, row in enumerate(rows_of(answers, question.key)):
        for column in question.columns:
            if not is_answered(row, column.key) and is_needed(column, {**answers, **row}):
                text = f"{question.row_name} {number + 1}: {column.missing}"
                yield Gap(question, text, f"{question.key}-{number}-{column.key}")


def _first_control(question: Question) -> str:
    """The id of the control that a link should lead to."""
    if question.kind in (Kind.FOCUS_AREA, Kind.WISH, Kind.YES_NO, Kind.CHOICE):
        return f"{question.key}-0"
    return f"{question.key}-0-{question.columns[0].key}" if question.columns else question.key


def _contradictions(questions: QuestionSet, answers: Answers) -> Iterator[Gap]:
    asked = {question.key: question for question in questions.questions}
    text = budget_gap(answers)
    if "budget" in asked and asked["budget"].kind is Kind.ROWS and text:
        yield Gap(asked["amount_sought"], text, "amount_sought")
    text = period_gap(answers)
    if "ends_on" in asked and text:
        yield Gap(asked["ends_on"], text, "ends_on")


@dataclass(frozen=True, slots=True)
class BudgetSums:
    """The three sums of a budget in øre; `missing_ore` is what no one pays yet, negative when there is too much."""

    cost_ore: int
    cofunding_ore: int
    sought_ore: int

    @property
    def missing_ore(self) -> int:
        return self.cost_ore - self.cofunding_ore - self.sought_ore


def budget_sums(answers: Answers) -> BudgetSums:
    """The sums of the rows as they stand (contract 8.15: cost = co-funding + amount sought)."""
    sought = answers.get("amount_sought")
    return BudgetSums(
        cost_ore=_sum(answers, "budget"),
        cofunding_ore=_sum(answers, "cofunding"),
        sought_ore=sought if isinstance(sought, int) else 0,
    )


def _sum(answers: Answers, key: str) -> int:
    return sum(row.get("amount") or 0 for row in rows_of(answers, key))


def budget_gap(answers: Answers) -> str:
    """What does not add up, in one Danish sentence; empty where the budget balances or is not there yet (EL10)."""
    sums = budget_sums(answers)
    if not sums.missing_ore or not sums.cost_ore or not sums.sought_ore:
        return ""
    cost, cofunding, sought = (format_kroner(ore) for ore in (sums.cost_ore, sums.cofunding_ore, sums.sought_ore))
    off = format_kroner(abs(sums.missing_ore))
    way = f"Der mangler {off}" if sums.missing_ore > 0 else f"Der er {off} for meget."
    return f"Budgettet går ikke op: Indsatsen koster {cost}, andre betaler {cofunding}, og I søger {sought} {way}"


def period_gap(answers: Answers) -> str:
    """What is wrong with the period, in one Danish sentence; empty where it is right or not there yet."""
    if not (is_answered(answers, "starts_on") and is_answered(answers, "ends_on")):
        return ""
    starts, ends = (date.fromisoformat(str(answers[key])) for key in ("starts_on", "ends_on"))
    if ends < starts:
        return "Indsatsen kan ikke slutte, før den begynder. Ret en af de to datoer."
    if ends.year - starts.year > LONGEST_PERIOD_YEARS:
        return f"Indsatsen kan højst løbe i {LONGEST_PERIOD_YEARS} år. Se efter, om årstallet er rigtigt."
    return ""


def remarks_on(answers: Answers, *, cap_ore: int) -> tuple[str, ...]:
    """What the applicant should know before sending, although it does not stop the proposal (EL11, EL12, EL13)."""
    sought = answers.get("amount_sought") or 0
    donation = answers.get("wish") == Wish.DONATION
    remarks = []
    if donation and sought > DONATION_CAP_ORE:
        remarks.append(
            f"I søger {format_kroner(sought)} En donation kan højst være {format_kroner(DONATION_CAP_ORE)} I kan sætte "
            "beløbet ned, eller Rådet kan foreslå jer at begynde mindre."
        )
    if sought > cap_ore:
        remarks.append(
            f"I søger {format_kroner(sought)} Callet giver højst {format_kroner(cap_ore)} til hvert projekt. Rådet kan "
            "foreslå jer at gøre projektet mindre."
        )
    if donation and months_of(answers) > DONATION_MONTHS:
        remarks.append(f"En donation kan højst løbe i {DONATION_MONTHS} måneder. Jeres indsats er længere.")
    return tuple(remarks)


def months_of(answers: Answers) -> int:
    """How many months the intervention runs, counted up; 0 where a day is missing."""
    if not (is_answered(answers, "starts_on") and is_answered(answers, "ends_on")):
        return 0
    starts, ends = (date.fromisoformat(str(answers[key])) for key in ("starts_on", "ends_on"))
    return (ends.year - starts.year) * 12 + ends.month - starts.month + (1 if ends.day >= starts.day else 0)


def texts_of(answers: Answers) -> Iterator[str]:
    """Every text that a person typed or chose, rows included."""
    for value in answers.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for row in value:
                yield from texts_of(row)


def holds_cpr(answers: Answers) -> bool:
    """Does any answer hold what looks like a CPR number (contract 8.16)?"""
    return any(find_cpr(text) for text in texts_of(answers))
