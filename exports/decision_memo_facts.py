"""What does the decision memo of one case say? Everything is gathered from the case, its stored sorting and what the
secretariat wrote over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from exports.memo_business_case import business_case_fields, stability_lines
from exports.memo_content import (
    DecisionMemoFacts,
    DepartmentStatement,
    FollowUp,
    FundFigures,
    Ground,
    OwnAnswer,
    Score,
    TrackOverride,
)
from exports.memo_fit import MOST_GOALS
from exports.memo_prefill import Prefilled, prefilled_texts
from exports.memo_rows import AnswerRows
from foundation.clock import today
from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.identity.queries import department_names
from foundation.money import format_kroner, format_number
from intake.models import Call, ConflictDeclaration, Proposal
from intake.queries import attachments_of, call_of, call_questions, case_worker_name, questions_of
from intake.queries.calls import as_question
from intake.rules.track import FUNDED_TRACKS, Track
from intake.wording import answer_words
from intake.wording import words as intake_words
from portfolio.models import DecisionMemo
from portfolio.queries import EditedText, edited_texts, memo_of
from portfolio.rules.annexes import CASE_ANNEXES, DEFAULT_ANNEXES, file_annex
from portfolio.rules.memo_texts import texts_of
from scoring.commitment_queries import commitments
from scoring.models import AssessmentScore, ConsensusScore, DepartmentAnswer, FundFiguresRow, SortingRun
from scoring.policy_queries import policy_of, scale_of
from scoring.queries import (
    Sheet,
    asked_departments,
    counting_consensus,
    final_sheets,
    latest_run,
)
from scoring.rules.commitment import Promise
from scoring.rules.dimensions import Criterion, Dimension
from scoring.rules.maturity import level_of, maturity_of
from scoring.wording import words as scoring_words

_YES_NO = {True: "Ja", False: "Nej", None: ""}

_KINDS = {
    Track.DONATION: "donation",
    Track.SOCIAL_INVESTMENT: "investment",
    Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND: "investment",
}


OUTCOME_FUND_TRACKS = frozenset({Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND})


def memo_kind(track: Track) -> str:
    """Which of the memo's three forms a track has."""
    return _KINDS.get(track, "short")


@dataclass(frozen=True, slots=True)
class MemoText:
    """A text of the memo as it stands, with the one that the case gives, and who wrote over it."""

    prefilled: Prefilled
    edited: EditedText | None

    @property
    def text(self) -> str:
        return self.edited.text if self.edited else self.prefilled.text

    @property
    def case_has_changed(self) -> bool:
        """Does the case say something else than when somebody wrote over it?"""
        return self.edited is not None and self.edited.replaced != self.prefilled.text


def sorted_run(session: Session, proposal: Proposal) -> SortingRun:
    """The sorting that the memo rests on. Raises Refused before the case is sorted."""
    run = latest_run(session, proposal.id)
    if run is None:
        raise Refused("Forslaget er ikke sorteret endnu, så der er ingen indstilling.")
    return run


def memo_texts(session: Session, proposal: Proposal, run: SortingRun, *, on: date) -> dict[str, MemoText]:
    """The texts of the memo's form by their keys, in the order of the paper; the law by the figures of `on`."""
    kind = memo_kind(run.chosen_track)
    prefilled = prefilled_texts(session, proposal, run.chosen_track, most_goals=MOST_GOALS[kind], on=on)
    edited = edited_texts(session, proposal.id)
    return {one.key: MemoText(prefilled[one.key], edited.get(one.key)) for one in texts_of(kind)}


def gather(session: Session, proposal: Proposal, *, on: date | None = None) -> DecisionMemoFacts:
    """Everything the memo prints, as a draft of the day `on`; without one, of the day of the newest stored sorting.

    Raises Refused before the case is sorted.
    """
    run = sorted_run(session, proposal)
    dated_on = on or today(run.run_at)
    call, memo = call_of(session, proposal), memo_of(session, proposal.id)
    texts = memo_texts(session, proposal, run, on=dated_on)
    words: dict[str, Any] = {key: one.text for key, one in texts.items()}
    return DecisionMemoFacts(
        kind=memo_kind(run.chosen_track),
        dated_on=dated_on,
        is_draft=True,
        participants=proposal.participants,
        statements=_statements(session, proposal, run),
        scores=_scores(session, proposal),
        funds=_funds(session, run),
        conflicts_of_interest=conflicts_in_words(session, proposal),
        own_questions=_own_questions(session, call, proposal),
        stability=stability_lines(run),
        **business_case_fields(session, proposal),
        **words,
        **_head(session, proposal, call),
        **_rows(session, call, proposal),
        **_outcome(session, run),
        **(_frame(session, proposal, memo) | ({} if run.chosen_track in FUNDED_TRACKS else _NO_MONEY)),
        outcome_fund_max_ore=_outcome_fund_max(run, memo),
    )


def _outcome_fund_max(run: SortingRun, memo: DecisionMemo | None) -> int | None:
    """The most that the outcome fund pays: nothing in an investment that does not use it, unknown before it is set."""
    if run.chosen_track is Track.SOCIAL_INVESTMENT:
        return 0
    return memo.outcome_fund_max_ore if memo and run.chosen_track in OUTCOME_FUND_TRACKS else None


_NO_MONEY: dict[str, Any] = {"amount_ore": None, "smaller_reason": ""}
"""The fields of a memo that recommends that nothing is given, whatever was written for another track before."""


def _head(session: Session, proposal: Proposal, call: Call) -> dict[str, Any]:
    return {
        "reference": proposal.reference or "",
        "title": proposal.title,
        "organisation": proposal.organisation_name,
        "organisation_cvr": proposal.organisation_cvr or "",
        "call_title": call.title,
        "focus_area": intake_words(proposal.focus_area) if proposal.focus_area else "",
        "wish": intake_words(proposal.wish) if proposal.wish else "",
        "case_worker": case_worker_name(session, proposal),
        "contact": f"{call.contact_name}, {call.contact_email}",
    }


def _rows(session: Session, call: Call, proposal: Proposal) -> dict[str, Any]:
    rows = AnswerRows(questions_of(session, call), proposal.answers)
    return {
        "goals": rows.goals(),
        "budget_rows": rows.budget(),
        "cofunding": rows.cofunding(),
        "partner_rows": rows.partners(),
    }


def _own_questions(session: Session, call: Call, proposal: Proposal) -> tuple[OwnAnswer, ...]:
    asked = map(as_question, call_questions(session, call.id))
    return tuple(OwnAnswer(label=one.label, text=answer_words(one, proposal.answers.get(one.key))) for one in asked)


def _frame(session: Session, proposal: Proposal, memo: DecisionMemo | None) -> dict[str, Any]:
    """What the secretariat wrote beside the texts; before that the amount sought and the usual annexes."""
    sought = proposal.amount_sought_ore
    given = {"amount_ore": sought, "sought_ore": sought, "annexes": annex_names(session, proposal, DEFAULT_ANNEXES)}
    if memo is None:
        return given
    return given | {
        "amount_ore": sought if memo.amount_ore is None else memo.amount_ore,
        "annexes": annex_names(session, proposal, memo.annexes),
        "case_number": memo.case_number,
        "smaller_reason": memo.smaller_reason,
        "conditions": tuple(memo.conditions),
        "report_on": memo.report_on,
        "follow_ups": tuple(FollowUp(on=date.fromisoformat(one["on"]), text=one["text"]) for one in memo.follow_ups),
    }


def possible_annexes(session: Session, proposal: Proposal) -> dict[str, str]:
    """What can be laid beside the memo: the case's own papers and the uploaded files, each with its name."""
    files = attachments_of(session, proposal.id)
    return CASE_ANNEXES | {file_annex(str(one.id)): one.file_name for one in files}


def annex_names(session: Session, proposal: Proposal, chosen: Sequence[str]) -> tuple[str, ...]:
    """The names of the chosen annexes; a file that is gone is no annex."""
    return tuple(name for key, name in possible_annexes(session, proposal).items() if key in chosen)


def _outcome(session: Session, run: SortingRun) -> dict[str, Any]:
    machine = intake_words(run.track)
    return {
        "track": intake_words(run.chosen_track),
        "rule": run.rule or "",
        "deciding_text": run.deciding,
        "machine_track": machine,
        "machine_rule": run.rule or "",
        "override": _override(session, run),
        "grounds": tuple(_ground(ground) for ground in run.grounds),
        **_maturity(session, run),
    }


def _override(session: Session, run: SortingRun) -> TrackOverride | None:
    if run.chosen_track is run.track:
        return None
    return TrackOverride(
        track=intake_words(run.chosen_track),
        reason=run.reason,
        by=session.get_one(Person, run.run_by).name,
        on=today(run.run_at),
    )


def _ground(ground: Mapping[str, Any]) -> Ground:
    state = "met" if ground["holds"] else "not_met" if ground["known"] else "not_stated"
    return Ground(rule=ground["rule"], text=ground["text"], state=state)


def _maturity(session: Session, run: SortingRun) -> dict[str, str]:
    policy = policy_of(session, run.policy_id)
    scores = {Dimension(key): value for key, value in run.inputs["facts"]["scores"].items()}
    maturity = maturity_of(scores, policy.scale)
    if maturity is None:
        return {"maturity": "", "level": ""}
    return {
        "maturity": f"{format_number(maturity, 2)} af 4",
        "level": scoring_words(level_of(maturity, policy.level_bounds)),
    }


def _statements(session: Session, proposal: Proposal, run: SortingRun) -> tuple[DepartmentStatement, ...]:
    names = department_names(session, on=today(run.run_at))
    promised = {one.department_code: one.promise for one in commitments(session, proposal.id)}
    return tuple(
        DepartmentStatement(
            department=names.get(asked.request.department_code, asked.request.department_code),
            role="Hovedansvar" if asked.request.is_lead else "Hørt",
            statement=asked.answer.statement if asked.answer else "",
            gap=_YES_NO[asked.answer.confirms_gap] if asked.answer else "",
            can_pay=scoring_words(asked.answer.can_pay) if asked.answer else "",
            budget_line=_budget(asked.answer, promised.get(asked.request.department_code)) if asked.answer else "",
        )
        for asked in asked_departments(session, proposal.id)
    )


def _budget(answer: DepartmentAnswer, promise: Promise | None) -> str:
    """The budget with what it can pay: "Forsørgelse, 240.000 kr. over 3 år"; older answers hold the line alone.

    With a promise in full, what each year is promised stands behind it.
    """
    if answer.amount_ore is None or answer.years is None:
        return answer.budget_line
    years = ", ".join(f"{one.year}: {format_kroner(one.amount_ore)}" for one in promise.amounts) if promise else ""
    told = f"{answer.budget_line}, {format_kroner(answer.amount_ore)} over {answer.years} år"
    return f"{told} ({years})" if years else told


def _scores(session: Session, proposal: Proposal) -> tuple[Score, ...]:
    """What the assessors agreed on, with their reasons; a case sorted before there was a consensus shows its sheet."""
    sheets = final_sheets(session, proposal.id)
    if not sheets:
        return ()
    agreed = counting_consensus(session, proposal.id)
    if agreed is None:
        sheets = sheets[:1]
    scale = scale_of(session, agreed.consensus.scale_id if agreed else sheets[0].assessment.scale_id)
    return tuple(
        _score(criterion, agreed.scores.get(criterion.dimension) if agreed else None, given)
        for criterion in scale.criteria
        if (given := _given(sheets, criterion.dimension))
    )


def _score(criterion: Criterion, agreed: ConsensusScore | None, given: list[AssessmentScore]) -> Score:
    score = agreed.score if agreed else given[0].score
    return Score(
        dimension=criterion.name,
        weight=criterion.weight,
        score=score,
        level_text="" if score is None else criterion.levels[score],
        reason=_joined([agreed.note if agreed else "", *(one.reason for one in given)]),
        evidence=_joined([one.evidence for one in given]),
    )


def _given(sheets: list[Sheet], dimension: Dimension) -> list[AssessmentScore]:
    return [sheet.scores[dimension] for sheet in sheets if dimension in sheet.scores]


def _joined(texts: list[str]) -> str:
    """Different texts on lines of their own; what two people wrote alike stands once."""
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _funds(session: Session, run: SortingRun) -> FundFigures:
    """The figures that the sorting used, not today's."""
    row = session.get_one(FundFiguresRow, run.fund_figures_id)
    return FundFigures(
        as_of=row.as_of,
        source=row.source,
        free_capital_ore=row.free_capital_ore,
        outcome_fund_ore=row.outcome_fund_balance_ore,
        donation_pool_left_ore=row.donation_pool_left_ore,
    )


def conflicts_in_words(session: Session, proposal: Proposal) -> str:
    """How many have answered the question about conflicts of interest, and how many have one; no names."""
    answers = list(
        session.exec(
            select(ConflictDeclaration.has_conflict).where(
                ConflictDeclaration.proposal_id == proposal.id,
                col(ConflictDeclaration.superseded_at).is_(None),
            )
        )
    )
    if not answers:
        return ""
    conflicted = sum(answers)
    return f"{len(answers)} har svaret på spørgsmålet om inhabilitet, heraf {conflicted} med ja."
