"""Which goals, budget lines, funders and partners did an applicant write, row by row?

The oldest question set asks for them in words alone; then there are no rows.
"""

from collections.abc import Mapping
from typing import Any

from exports.memo_content import BudgetRow, CofundingRow, GoalRow, PartnerRow
from intake.rules.questions import Kind, Question, QuestionSet
from intake.wording import answer_words

_STATUS_WORDS = {"own": "Egne midler", "granted": "Tilsagn", "applied": "Søgt, ikke afgjort"}
"""The form asks the applicant ("Ja, vi har fået tilsagn"); the memo tells of the applicant."""


class AnswerRows:
    """The answers of several rows in one proposal."""

    def __init__(self, questions: QuestionSet, answers: Mapping[str, Any]) -> None:
        self._questions = {one.key: one for one in questions.questions if one.kind is Kind.ROWS}
        self._answers = answers

    def goals(self) -> tuple[GoalRow, ...]:
        columns = (
            *("indicator", "baseline", "target", "measuring_points", "data_source"),
            *("success_share", "deadweight", "payer"),
        )
        return tuple(GoalRow(**self._words("result_goals", row, *columns)) for row in self._rows("result_goals"))

    def budget(self) -> tuple[BudgetRow, ...]:
        return tuple(
            BudgetRow(
                year=row.get("year") or 0, amount_ore=row.get("amount"), **self._words("budget", row, "kind", "text")
            )
            for row in self._rows("budget")
        )

    def cofunding(self) -> tuple[CofundingRow, ...]:
        return tuple(
            CofundingRow(
                amount_ore=row.get("amount"),
                status=_STATUS_WORDS.get(row.get("status") or "", ""),
                **self._words("cofunding", row, "funder"),
            )
            for row in self._rows("cofunding")
        )

    def partners(self) -> tuple[PartnerRow, ...]:
        return tuple(
            PartnerRow(**self._words("partners", row, "name", "cvr", "role")) for row in self._rows("partners")
        )

    def _rows(self, key: str) -> list[Mapping[str, Any]]:
        rows = self._answers.get(key) if key in self._questions else None
        return rows if isinstance(rows, list) else []

    def _words(self, key: str, row: Mapping[str, Any], *columns: str) -> dict[str, str]:
        asked: dict[str, Question] = {one.key: one for one in self._questions[key].columns}
        return {one: answer_words(asked[one], row.get(one)) for one in columns}
