"""What does the decision memo of one case say? Everything is gathered from the case and its stored sorting."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from exports.decision_memo import (
    DecisionMemoFacts,
    DepartmentStatement,
    FundFigures,
    Ground,
    Score,
    TrackOverride,
)
from foundation.clock import today
from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.identity.queries import department_names
from foundation.money import format_kroner, format_number
from intake.models import ConflictDeclaration, Proposal
from intake.queries import call_of, questions_of
from intake.rules.track import Track
from intake.wording import answer_words
from intake.wording import words as intake_words
from scoring.models import AssessmentScore, ConsensusScore, DepartmentAnswer, FundFiguresRow, SortingRun
from scoring.queries import (
    Sheet,
    asked_departments,
    case_facts,
    counting_consensus,
    final_sheets,
    latest_run,
)
from scoring.rules.case_facts import FactValue
from scoring.rules.dimensions import Criterion, Dimension
from scoring.rules.maturity import level_of, maturity_of
from scoring.rules.policies import get_policy, get_scale
from scoring.wording import words as scoring_words

_YES_NO = {True: "Ja", False: "Nej", None: ""}

_KINDS = {
    Track.DONATION: "donation",
    Track.SOCIAL_INVESTMENT: "investment",
    Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND: "investment",
}

_RECOMMENDATIONS: dict[Track, tuple[str, str]] = {
    Track.REFUSED: (
        "Rådet giver afslag på forslaget.",
        "Ansøgeren får en skriftlig begrundelse og tilbud om en samtale med sekretariatet.",
    ),
    Track.INELIGIBLE: (
        "Rådet tager til efterretning, at forslaget er afvist på formalia.",
        "Ansøgeren får en skriftlig begrundelse.",
    ),
    Track.REFERRED_TO_DEPARTMENT: (
        "Forslaget henvises til forvaltningen, som selv kan gennemføre indsatsen.",
        "Sekretariatet giver ansøgeren og forvaltningen besked.",
    ),
    Track.MATURING_DIALOGUE: (
        "Rådet indleder en modningsdialog med ansøgeren.",
        "Sekretariatet aftaler et møde med ansøgeren om det, der mangler.",
    ),
}


def memo_kind(track: Track) -> str:
    """Which of the memo's three forms a track has."""
    return _KINDS.get(track, "short")


def gather(session: Session, proposal: Proposal) -> DecisionMemoFacts:
    """Everything the memo prints, from the newest stored sorting. Raises Refused before the case is sorted."""
    run = latest_run(session, proposal.id)
    if run is None:
        raise Refused("Forslaget er ikke sorteret endnu, så der er ingen indstilling.")
    said = _in_words(session, proposal)
    facts = case_facts(session, proposal.id)
    recommendation, next_step = _RECOMMENDATIONS.get(run.chosen_track, ("", ""))
    return DecisionMemoFacts(
        kind=memo_kind(run.chosen_track),
        **_head(session, proposal, run),
        **_texts(said),
        **_outcome(session, run),
        **_legal_box(session, proposal, facts),
        amount_ore=proposal.amount_sought_ore,
        participants=proposal.participants,
        summary=said.get("summary") or _first_sentence(said["intervention"]),
        money_from=_money_from(run.chosen_track),
        recommendation=recommendation,
        next_step=next_step,
        statements=_statements(session, proposal, run),
        scores=_scores(session, proposal),
        funds=_funds(session, run),
        learning=_said(_LEARNING, facts, "learning_purpose"),
        risk=_said(_RISK, facts, "risk_assessed"),
        annexes=("Forslaget", "Forvaltningernes svar"),
    )


def _head(session: Session, proposal: Proposal, run: SortingRun) -> dict[str, Any]:
    call = call_of(session, proposal)
    worker = session.get_one(Person, run.run_by)
    return {
        "reference": proposal.reference or "",
        "title": proposal.title,
        "organisation": proposal.organisation_name,
        "organisation_cvr": proposal.organisation_cvr or "",
        "call_title": call.title,
        "focus_area": intake_words(proposal.focus_area) if proposal.focus_area else "",
        "wish": intake_words(proposal.wish) if proposal.wish else "",
        "dated_on": today(run.run_at),
        "case_worker": worker.name,
        "contact": f"{call.contact_name}, {call.contact_email}",
    }


def _in_words(session: Session, proposal: Proposal) -> dict[str, str]:
    """Every answer as text, by the key of its question."""
    questions = questions_of(session, call_of(session, proposal))
    return {one.key: answer_words(one, proposal.answers.get(one.key)) for one in questions.questions}


def _texts(said: Mapping[str, str]) -> dict[str, Any]:
    return {
        "for_whom": _first_sentence(said["target_group"]),
        **{
            key: said[key]
            for key in (
                "problem",
                "supplement",
                "intervention",
                "target_group",
                "theory_of_change",
                "evidence",
                "result_goals",
                "partners",
                "capacity",
                "continuation",
                "budget",
            )
        },
        "payers": said["payer"],
    }


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
        **_maturity(run),
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


def _maturity(run: SortingRun) -> dict[str, str]:
    policy = get_policy(run.policy_id)
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
    return tuple(
        DepartmentStatement(
            department=names.get(asked.request.department_code, asked.request.department_code),
            role="Hovedansvar" if asked.request.is_lead else "Hørt",
            statement=asked.answer.statement if asked.answer else "",
            gap=_YES_NO[asked.answer.confirms_gap] if asked.answer else "",
            can_pay=scoring_words(asked.answer.can_pay) if asked.answer else "",
            budget_line=_budget(asked.answer) if asked.answer else "",
        )
        for asked in asked_departments(session, proposal.id)
    )


def _budget(answer: DepartmentAnswer) -> str:
    """The budget with what it can pay: "Forsørgelse, 240.000 kr. over 3 år"; older answers hold the line alone."""
    if answer.amount_ore is None or answer.years is None:
        return answer.budget_line
    return f"{answer.budget_line}, {format_kroner(answer.amount_ore)} over {answer.years} år"


def _scores(session: Session, proposal: Proposal) -> tuple[Score, ...]:
    """What the assessors agreed on, with their reasons; a case sorted before there was a consensus shows its sheet."""
    sheets = final_sheets(session, proposal.id)
    if not sheets:
        return ()
    agreed = counting_consensus(session, proposal.id)
    if agreed is None:
        sheets = sheets[:1]
    scale = get_scale(agreed.consensus.scale_id if agreed else sheets[0].assessment.scale_id)
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


def _money_from(track: Track) -> str:
    return {
        Track.DONATION: "Årets donationspulje på 600.000 kr.",
        Track.SOCIAL_INVESTMENT: "Fondens frie kapital",
        Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND: "Fondens frie kapital og resultatbetalingspuljen",
    }.get(track, "")


_RISK = {
    True: "Der er lavet en risikovurdering af indsatsen.",
    False: "Der er ikke lavet en risikovurdering af indsatsen.",
}
_LEGAL = {True: "Tjekket", False: "Ikke tjekket"}


_LEARNING = {
    True: "Det er skrevet ned, hvad der skal læres af indsatsen.",
    False: "Det er ikke skrevet ned, hvad der skal læres af indsatsen.",
}
_MUNICIPAL_POWER = {
    True: "Indsatsen kan ikke begynde uden fonden og bør ikke mere naturligt betales af andre budgetter",
    False: "Indsatsen kan begynde uden fonden eller bør betales af andre budgetter",
}


def _first_sentence(text: str) -> str:
    """The first sentence of an answer, for the resume; the whole answer stands in its own section."""
    line = text.partition("\n")[0]
    sentence, stop, _ = line.partition(". ")
    return sentence + stop.rstrip()


def _said(words: Mapping[bool, str], facts: Mapping[str, FactValue], key: str) -> str:
    """The words for a yes or a no; empty, which prints as "ikke oplyst", where nobody answered."""
    value = facts.get(key)
    return words[value] if isinstance(value, bool) else ""


def _legal_box(session: Session, proposal: Proposal, facts: Mapping[str, FactValue]) -> dict[str, Any]:
    legal = _said(_LEGAL, facts, "legal_checked")
    return {
        "conflicts_of_interest": _conflicts(session, proposal),
        "procurement": legal,
        "state_aid": legal,
        "data_protection": legal,
        "municipal_power": _said(_MUNICIPAL_POWER, facts, "needs_fund"),
    }


def _conflicts(session: Session, proposal: Proposal) -> str:
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
