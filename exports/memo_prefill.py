"""What would each text of the memo say if nobody edited it, and where in the case does that come from?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from exports.memo_rows import AnswerRows
from foundation.clock import today
from foundation.formats import day
from foundation.money import format_kroner, format_number
from intake.models import Proposal
from intake.queries import call_of, newest_version, questions_of
from intake.rules.questions import Kind
from intake.rules.track import Track
from intake.wording import answer_words
from portfolio.queries import memo_of
from portfolio.rules.memo_check import is_smaller
from scoring.business_case_queries import chosen_business_case
from scoring.commitment_queries import commitments
from scoring.queries import FactRecord, fact_records, goal_payers, legal_check
from scoring.rules.case_facts import RiskLevel
from scoring.rules.goal_payers import GoalPayer, PayerKind
from scoring.rules.legal import LegalPart

STANDARD = "Kommunens standardtekst"
NOWHERE = "Står ikke i sagen"


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A text of the memo as the case gives it, with its source in words; without a text nothing in the case says it.

    Of a legal question it says the answer; `holds` is None where nobody has given one and false where it is no.
    """

    text: str
    source: str
    holds: bool | None = True


class _Case:
    """What the prefilled texts are made of, read once."""

    def __init__(self, session: Session, proposal: Proposal, *, on: date) -> None:
        call = call_of(session, proposal)
        self.answers = proposal.answers
        self.rows = AnswerRows(questions_of(session, call), proposal.answers)
        self.facts = fact_records(session, proposal.id)
        self.sought_ore, memo = proposal.amount_sought_ore, memo_of(session, proposal.id)
        self.amount_ore = memo.amount_ore if memo and memo.amount_ore is not None else self.sought_ore
        self.law = legal_check(session, proposal, on=on, amount_ore=self.amount_ore)
        self.payers = goal_payers(session, proposal)
        version = newest_version(session, proposal.id)
        self.proposal_source = f"Forslaget, udgave {version.number}" if version else "Forslaget"
        questions = questions_of(session, call).questions
        self.said = {
            one.key: answer_words(one, proposal.answers.get(one.key)) for one in questions if one.kind is not Kind.ROWS
        }

    def from_proposal(self, text: str) -> Prefilled:
        return Prefilled(text, self.proposal_source if text else NOWHERE)

    def from_fact(self, text: str, *keys: str) -> Prefilled:
        """The source is the fact that was written last."""
        known = [self.facts[key] for key in keys if key in self.facts]
        if not text or not known:
            return Prefilled(text, "Sagsgrundlag" if text else NOWHERE)
        newest = max(known, key=lambda one: one.recorded_at)
        return Prefilled(text, _fact_source(newest))


def _fact_source(record: FactRecord) -> str:
    return f"Sagsgrundlag, {day(today(record.recorded_at))}, {record.recorded_by_name}"


def prefilled_texts(
    session: Session, proposal: Proposal, track: Track, *, most_goals: int, on: date
) -> dict[str, Prefilled]:
    """Every text of the memo by its key, for the track that the case is sorted to; the law by the figures of `on`.

    A memo with more than `most_goals` shows them all in an annex.
    """
    case = _Case(session, proposal, on=on)
    return {
        **_from_answers(case, most_goals),
        **_standard_texts(track),
        **_from_facts(case),
        **_legal_texts(case),
        **_from_business_case(session, proposal),
        **_from_commitment(session, proposal),
        **{key: Prefilled("", NOWHERE) for key in _WRITTEN_HERE},
    }


_WRITTEN_HERE = ("tariffs", "baseline", "success_share", "deadweight", "measuring_points")
"""Texts that nothing in the case says yet; the figures of single goals stand in the table of goals."""


def _from_business_case(session: Session, proposal: Proposal) -> dict[str, Prefilled]:
    """When it is earned back, and when it breaks even, by the business case that was chosen."""
    chosen = chosen_business_case(session, proposal.id)
    figures = chosen.saved.key_figures if chosen else None
    if chosen is None or figures is None:
        return {key: Prefilled("", NOWHERE) for key in ("payback", "break_even")}
    source = f"Business case valgt af {chosen.chosen_by_name}, {day(today(chosen.chosen_at))}"
    break_even = chosen.saved.sheet.break_even if chosen.saved.sheet else ""
    return {
        "payback": Prefilled(figures.payback, source),
        "break_even": Prefilled(break_even, source if break_even else NOWHERE),
    }


def _from_commitment(session: Session, proposal: Proposal) -> dict[str, Prefilled]:
    """The share of the gain that the lead department proposes (domain.md MON11)."""
    for one in commitments(session, proposal.id):
        if one.is_lead and one.promise is not None and one.promise.gain_percent is not None:
            share = f"{format_number(one.promise.gain_percent)} % af gevinsten går tilbage til fonden."
            text = "\n".join(filter(None, (share, one.promise.gain_reason)))
            on = "" if one.answered_at is None else f", {day(today(one.answered_at))}"
            return {"gain_share": Prefilled(text, f"Forvaltningens svar, {one.department}{on}")}
    return {"gain_share": Prefilled("", NOWHERE)}


def _from_answers(case: _Case, most_goals: int) -> dict[str, Prefilled]:
    said = case.said
    plain = {
        key: case.from_proposal(said.get(key, ""))
        for key in (
            "problem",
            "supplement",
            "intervention",
            "theory_of_change",
            "evidence",
            "capacity",
            "continuation",
        )
    }
    return plain | {
        "summary": case.from_proposal(said.get("summary") or first_sentence(said["intervention"])),
        "for_whom": case.from_proposal(first_sentence(said["target_group"])),
        "target_group": case.from_proposal(_target_group(said)),
        "result_goals": case.from_proposal(said.get("result_goals", "") or _goals_in_words(case.rows, most_goals)),
        "partners": case.from_proposal(said.get("partners", "") or _partners_in_words(case.rows)),
        "budget": _budget(case),
    }


def _target_group(said: Mapping[str, str]) -> str:
    """The group, who can take part, who cannot, and how they are found, each on lines of its own."""
    labelled = [
        ("", said["target_group"]),
        ("Med: ", said.get("inclusion", "")),
        ("Ikke med: ", said.get("exclusion", "")),
        ("Sådan findes deltagerne: ", said.get("recruitment", "")),
    ]
    return "\n".join(label + text for label, text in labelled if text)


def _goals_in_words(rows: AnswerRows, most_goals: int) -> str:
    count = len(rows.goals())
    if count == 0:
        return ""
    if count == 1:
        return "Indsatsen har ét mål. Det står i tabellen."
    return f"Indsatsen har {count} mål. De står i {'bilag 3' if count > most_goals else 'tabellen'}."


def _partners_in_words(rows: AnswerRows) -> str:
    return ", ".join(partner.name for partner in rows.partners())


def _budget(case: _Case) -> Prefilled:
    """The budget of the proposal; of a smaller amount it is said that nobody is known to pay the difference."""
    given = case.from_proposal(case.said.get("budget", "") or _budget_in_words(case.rows))
    if not given.text or not is_smaller(case.amount_ore, case.sought_ore):
        return given
    lacks = format_kroner((case.sought_ore or 0) - (case.amount_ore or 0))
    smaller = f"Der indstilles {lacks} mindre end søgt. Det er ikke oplyst, hvem der betaler forskellen."
    return Prefilled(f"{given.text}\n{smaller}", f"{given.source}; det indstillede beløb")


def _budget_in_words(rows: AnswerRows) -> str:
    lines = rows.budget()
    if not lines:
        return ""
    total = sum(line.amount_ore or 0 for line in lines)
    posts = "én post" if len(lines) == 1 else f"{format_number(len(lines))} poster"
    return f"Budgettet er på {format_kroner(total)} i alt og har {posts}."


def first_sentence(text: str) -> str:
    """The first sentence of an answer, for the resume; the whole answer stands in its own section."""
    line = text.partition("\n")[0]
    for stop in _SENTENCE_STOP.finditer(line):
        if not _ABBREVIATION.search(line[: stop.start()]):
            return line[: stop.end()].rstrip()
    return line


_SENTENCE_STOP = re.compile(r"[.!?] (?=[A-ZÆØÅ])")
_ABBREVIATION = re.compile(r"(?:^|[\s(.])(?:\w|\d+|ca|nr|kl|kr|pr|mv|mio|eks|evt|inkl|ekskl|dvs|osv|maks|min)$", re.I)
"""What ends in a point and ends no sentence: "ca.", "bl.a.", "f.eks.", "4."; longer words do not."""


# ---- what the municipality always says ------------------------------------------------------------------------------

_MONEY_FROM: Mapping[Track, str] = {
    Track.DONATION: "Årets donationspulje",
    Track.SOCIAL_INVESTMENT: "Fondens frie kapital",
    Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND: "Fondens frie kapital og resultatbetalingspuljen",
}
_PAYMENT_PLAN = (
    "Fonden betaler for indsatsen, mens den er i gang. Når et mål er målt og nået, betaler betalerne for resultatet "
    "efter taksterne. Bliver målet ikke nået, er det fonden, der bærer tabet."
)
_RECOMMENDATIONS: Mapping[Track, tuple[str, str]] = {
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


def _standard_texts(track: Track) -> dict[str, Prefilled]:
    recommendation, next_step = _RECOMMENDATIONS.get(track, ("", ""))
    texts = {
        "money_from": _MONEY_FROM.get(track, ""),
        "payment_plan": _PAYMENT_PLAN,
        "recommendation": recommendation,
        "next_step": next_step,
    }
    return {key: Prefilled(text, STANDARD if text else NOWHERE) for key, text in texts.items()}


# ---- what the secretariat found out ---------------------------------------------------------------------------------

_LEARNING = {
    True: "Det er skrevet ned, hvad der skal læres af indsatsen.",
    False: "Det er ikke skrevet ned, hvad der skal læres af indsatsen.",
}
_RISK = {
    RiskLevel.LOW: "Risikoen er lille.",
    RiskLevel.MEDIUM: "Risikoen er middel.",
    RiskLevel.HIGH: "Risikoen er stor.",
    RiskLevel.NOT_ASSESSED: "Risikoen er ikke vurderet.",
}
_PAYER = {
    PayerKind.DEPARTMENT: "forvaltningen",
    PayerKind.OUTCOME_FUND: "resultatbetalingspuljen",
    PayerKind.OTHER: "en anden",
}
_CONFIRMED = {True: "bekræftet", False: "ikke bekræftet", None: "ikke oplyst, om det er bekræftet"}


def _from_facts(case: _Case) -> dict[str, Prefilled]:
    return {"learning": _learning(case), "risk": _risk(case), "payers": _payers(case)}


def _learning(case: _Case) -> Prefilled:
    record = case.facts.get("learning_purpose")
    if record is None or not isinstance(record.value, bool):
        return Prefilled("", NOWHERE)
    return case.from_fact((record.value and record.reason) or _LEARNING[record.value], "learning_purpose")


def _risk(case: _Case) -> Prefilled:
    """The secretariat's assessment, and what the applicant said about it."""
    record, own = case.facts.get("risk_level"), case.said.get("risks", "")
    level = record.value if record else None
    if record is None or not isinstance(level, str):
        return case.from_proposal(own)
    assessed = case.from_fact("\n".join(filter(None, (_RISK[RiskLevel(level)], record.reason))), "risk_level")
    if not own:
        return assessed
    return Prefilled(f"{assessed.text}\nAnsøgeren skriver: {own}", f"{assessed.source}; {case.proposal_source}")


def _payers(case: _Case) -> Prefilled:
    if any(one.payer is not None for one in case.payers):
        return case.from_fact("\n".join(map(_payer_in_words, case.payers)), "goal_payers")
    return case.from_proposal(case.said.get("payer", ""))


def _payer_in_words(one: GoalPayer) -> str:
    if one.payer is None:
        return f"{one.goal}: ikke oplyst"
    return f"{one.goal}: {one.name or _PAYER[one.payer]} ({_CONFIRMED[one.confirmed]})"


_MUNICIPAL_POWER = {
    True: "Indsatsen kan ikke begynde uden fonden og bør ikke mere naturligt betales af andre budgetter.",
    False: "Indsatsen kan begynde uden fonden eller bør betales af andre budgetter.",
}


def _legal_texts(case: _Case) -> dict[str, Prefilled]:
    law = case.law
    return {
        "procurement": _legal(case, law.procurement, "procurement_regime", "procurement_route"),
        "state_aid": _legal(case, law.state_aid, "economic_activity", "de_minimis_received"),
        "municipal_power": replace(_municipal_power(case), holds=law.duration.holds),
        "data_protection": _legal(case, law.data_protection, "data_protection"),
    }


def _legal(case: _Case, part: LegalPart, *keys: str) -> Prefilled:
    return replace(case.from_fact(part.text, *keys), holds=part.holds)


def _municipal_power(case: _Case) -> Prefilled:
    """Whether others should pay, and for how long the municipality binds itself."""
    record = case.facts.get("needs_fund")
    need = _MUNICIPAL_POWER[record.value] if record and isinstance(record.value, bool) else ""
    reason = record.reason if record else ""
    return case.from_fact(
        "\n".join(filter(None, (need, reason, case.law.duration.text))), "needs_fund", "lawyer_looked"
    )
