"""Is an idea mature, and which track is likely, going by a few plain answers?

The rules are those that sort a proposal: the answers become facts and scores by the tables below, and what the
municipality would look into later (law, risk, the department's view) is taken to be in order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from intake.rules.track import FUNDED_TRACKS, Track
from scoring.rules import figures
from scoring.rules.dimensions import Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.grounds import Ground
from scoring.rules.maturity import Level
from scoring.rules.policies.policy import Policy
from scoring.rules.sorting import Sorting, sort_proposal

USUAL_CAP: Final = 3_000_000
"""Kroner for one project while no call is open (domain.md MON6)."""


class Applicant(StrEnum):
    """Who has the idea?"""

    SMALL = "small"
    LARGE = "large"
    MUNICIPAL = "municipal"
    PRIVATE = "private"


class Purpose(StrEnum):
    """What would the money do?"""

    NEEDS_MONEY = "needs_money"
    OTHER_MONEY = "other_money"
    STATUTORY = "statutory"
    ELSEWHERE = "elsewhere"


class Tried(StrEnum):
    """How well is it known that it works?"""

    NEW = "new"
    STORIES = "stories"
    MEASURED = "measured"
    COMPARED = "compared"


class Described(StrEnum):
    """How well can it be told whom it helps, and how?"""

    ACTIVITIES = "activities"
    NUMBERS = "numbers"
    WHOLE_CHAIN = "whole_chain"


class Planned(StrEnum):
    """Are there a plan, goals and figures?"""

    NOTHING = "nothing"
    BUDGET = "budget"
    BUSINESS_CASE = "business_case"


class Municipality(StrEnum):
    """Is somebody in the municipality in it?"""

    NOBODY = "nobody"
    TALKED = "talked"
    PAYS = "pays"
    STARTS_ITSELF = "starts_itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheckAnswers:
    """The eight answers; `amount` is whole kroner."""

    applicant: Applicant
    purpose: Purpose
    tried: Tried
    described: Described
    planned: Planned
    municipality: Municipality
    participants: int
    amount: int


@dataclass(frozen=True, slots=True)
class SelfCheckResult:
    """What the rules would probably answer, in plain Danish: what is missing, and what to do next (never empty)."""

    track: Track
    level: Level | None
    heading: str
    text: str
    missing: tuple[str, ...]
    next_steps: tuple[str, ...]


def check_idea(answers: SelfCheckAnswers, policy: Policy, *, per_project_cap: int) -> SelfCheckResult:
    """Sort the idea as a proposal. The fund's own figures are not public, and are taken to be enough."""
    enough = max(answers.amount, per_project_cap)
    fund = FundFigures(free_capital=enough, outcome_fund_balance=0, donation_pool_left=enough)
    sorting = sort_proposal(facts_of(answers), CallLimits(per_project_cap=per_project_cap), fund, policy)
    heading, text = _SAID[sorting.track]
    return SelfCheckResult(
        track=sorting.track,
        level=sorting.level,
        heading=heading,
        text=text,
        missing=tuple(dict.fromkeys(_missing(answers, sorting, policy, per_project_cap))),
        next_steps=_next_steps(answers, sorting.track),
    )


# ---- from answers to facts ----------------------------------------------------------------------------------------

_EVIDENCE: Final = {Tried.NEW: 0, Tried.STORIES: 1, Tried.MEASURED: 2, Tried.COMPARED: 3}
_DESCRIBED: Final = {Described.ACTIVITIES: 1, Described.NUMBERS: 2, Described.WHOLE_CHAIN: 3}
"""Target group, need and theory of change at once: whoever can tell one of them can tell the others."""
_GOALS_ECONOMY_CAPACITY: Final = {
    Planned.NOTHING: (0, 0, 0),
    Planned.BUDGET: (2, 1, 2),
    Planned.BUSINESS_CASE: (3, 3, 3),
}
_PAYER: Final = {
    Municipality.NOBODY: 0,
    Municipality.TALKED: 1,
    Municipality.PAYS: 3,
    Municipality.STARTS_ITSELF: 3,
}
_INNOVATIVE: Final = frozenset({Tried.NEW, Tried.STORIES})
_ELIGIBLE_PURPOSE: Final = frozenset({Purpose.NEEDS_MONEY, Purpose.OTHER_MONEY})


def scores_of(answers: SelfCheckAnswers) -> dict[Dimension, int]:
    """The score of each dimension that the answers stand for."""
    goals, economy, capacity = _GOALS_ECONOMY_CAPACITY[answers.planned]
    told = _DESCRIBED[answers.described]
    return {
        Dimension.TARGET_GROUP: told,
        Dimension.NEED: told,
        Dimension.THEORY_OF_CHANGE: told,
        Dimension.EVIDENCE: _EVIDENCE[answers.tried],
        Dimension.RESULT_GOALS: goals,
        Dimension.ECONOMY: economy,
        Dimension.PAYER: _PAYER[answers.municipality],
        Dimension.CAPACITY: capacity,
    }


def facts_of(answers: SelfCheckAnswers) -> ProposalFacts:
    """The facts that the answers stand for; what nobody is asked about is taken to be in order."""
    itself = answers.municipality is Municipality.STARTS_ITSELF
    return ProposalFacts(
        eligible=answers.applicant is not Applicant.PRIVATE and answers.purpose in _ELIGIBLE_PURPOSE,
        stop=False,
        hearing_open=False,
        payback_months=Decimal(0) if itself else None,
        department_funds_itself=itself,
        scores=scores_of(answers),
        participants=answers.participants,
        small_group_reason=None,
        payers_confirmed=answers.municipality is Municipality.PAYS,
        legal_checked=True,
        risk_assessed=True,
        outcome_fund_share=Decimal(0),
        amount=answers.amount,
        municipal=answers.applicant is Applicant.MUNICIPAL,
        small_organisation=answers.applicant is Applicant.SMALL,
        small_organisation_waiver=None,
        innovative=answers.tried in _INNOVATIVE,
        innovative_waiver=None,
        needs_fund=answers.purpose is Purpose.NEEDS_MONEY,
        assessment_written=True,
        learning_purpose=True,
        lead_department_asked=True,
    )


# ---- in plain words -----------------------------------------------------------------------------------------------

_SAID: Final[Mapping[Track, tuple[str, str]]] = {
    Track.INELIGIBLE: (
        "Idéen kan ikke søge, som den er nu",
        "Rådet kan kun give penge til organisationer, og kun til noget, der hjælper borgere i Aarhus Kommune og er "
        "mere end det, kommunen har pligt til.",
    ),
    Track.REFERRED_TO_DEPARTMENT: (
        "Kommunen kan sandsynligvis selv sætte idéen i gang",
        "Når en forvaltning selv kan betale og hurtigt sparer pengene igen, er der ikke brug for Rådets penge.",
    ),
    Track.SOCIAL_INVESTMENT: (
        "Idéen ser moden ud og kan passe til en social investering",
        "Pengene er til en indsats, som I ved noget om virker. De bliver betalt tilbage, når den virker.",
    ),
    Track.MATURING_DIALOGUE: (
        "Idéen er på vej, men den er ikke klar endnu",
        "Rådet vil sandsynligvis tale med jer om, hvad der mangler, eller om I kan begynde i det små.",
    ),
    Track.DONATION: (
        "Idéen kan passe til en donation",
        "En donation er et mindre beløb til at prøve noget nyt af. Pengene bliver ikke betalt tilbage.",
    ),
    Track.REFUSED: (
        "Idéen er sandsynligvis for ny eller for løs endnu",
        "Mange gode idéer begynder her. Når I har arbejdet videre med den, kan I prøve igen.",
    ),
}

_MISSING_BY_DIMENSION: Final[Mapping[Dimension, str]] = {
    Dimension.TARGET_GROUP: "Beskriv, hvem idéen er for, og hvordan de kommer med.",
    Dimension.NEED: "Vis med nogle tal, at der er et problem, og at andre ikke løser det i forvejen.",
    Dimension.THEORY_OF_CHANGE: "Forklar trin for trin, hvordan det, I gør, fører til det, I vil opnå.",
    Dimension.EVIDENCE: (
        "En social investering skal være prøvet af. Find målinger, der viser, at det virker, hos jer eller hos andre."
    ),
    Dimension.RESULT_GOALS: "Sæt nogle få mål, der kan måles, og skriv, hvordan det står til i dag.",
    Dimension.ECONOMY: "Regn på, hvad idéen koster, hvad den sparer, og hvem der sparer.",
    Dimension.PAYER: "Få en forvaltning i kommunen med, som kan og vil betale, når det virker.",
    Dimension.CAPACITY: "Lav en plan for, hvem der skal gøre hvad.",
}
_MISSING_BY_RULE: Final[Mapping[str, str]] = {
    "GATE2": "Samlet set skal I være længere, før idéen er moden. Begynd med det, I har svaret mindst på.",
    "GATE5": "Få en forvaltning i kommunen med, som kan og vil betale, når det virker.",
    "GATE10a": "En donation går til en mindre organisation uden for kommunen. Sekretariatet kan gøre en undtagelse.",
    "GATE10b": "En donation går til noget nyt, som ikke er prøvet af. Sekretariatet kan gøre en undtagelse.",
    "GATE10c": "En donation går til noget, der ikke kan gå i gang uden pengene og ikke hører under et andet budget.",
    "GATE10f": "Til en donation skal I kunne vise, at der er et behov, og have en plan for, hvem der gør hvad.",
}
_NOT_ASKED: Final = frozenset({"SORT3", "SORT9", "SORT10"})
"""Conditions that an idea may well fail: that the department does not pay itself, and what the sum alone says."""


def _missing(answers: SelfCheckAnswers, sorting: Sorting, policy: Policy, cap: int) -> Iterator[str]:
    """What stands between the idea and money: each failing ground once, in words of its own."""
    if sorting.track is Track.INELIGIBLE:
        yield from _not_eligible(answers)
        return
    if sorting.track in (Track.SOCIAL_INVESTMENT, Track.REFERRED_TO_DEPARTMENT):
        return
    failing = [ground for ground in sorting.grounds if not ground.holds and ground.rule not in _NOT_ASKED]
    named = any(ground.dimension is not None for ground in failing)
    for ground in failing:
        if ground.rule == "GATE2" and ground.dimension is None and named:
            continue  # The dimensions say the same, and more.
        yield _said(ground, answers, policy, cap)


def _not_eligible(answers: SelfCheckAnswers) -> Iterator[str]:
    if answers.applicant is Applicant.PRIVATE:
        yield "Rådet kan ikke give penge til en privatperson. I skal være en organisation."
    if answers.purpose is Purpose.STATUTORY:
        yield "Pengene må ikke gå til noget, som kommunen har pligt til. De kan gå til det, der kommer oveni."
    if answers.purpose is Purpose.ELSEWHERE:
        yield "Idéen skal hjælpe borgere i Aarhus Kommune."


def _said(ground: Ground, answers: SelfCheckAnswers, policy: Policy, cap: int) -> str:
    if ground.dimension is not None:
        return _MISSING_BY_DIMENSION[ground.dimension]
    if ground.rule == "GATE3":
        least, own = figures.number(policy.investment_participants), figures.number(answers.participants)
        return (
            f"En social investering er for mindst {least} borgere, så man kan se, om den virker. I har skrevet {own}."
        )
    if ground.rule == "MON6":
        return f"Et projekt kan højst få {figures.kroner(cap)} Gør idéen mindre, eller find andre, der betaler resten."
    if ground.rule == "GATE10d":
        return f"En donation kan højst være {figures.kroner(policy.donation_cap)} I kan begynde med en mindre del."
    return _MISSING_BY_RULE[ground.rule]


_OPEN_CALL: Final = "Find et åbent call på forsiden, og skriv et forslag. I kan gemme og skrive videre en anden dag."
_ASK_DEPARTMENT: Final = "Tal med den forvaltning i kommunen, der arbejder med dem, I vil hjælpe."
_ASK_FOUNDATIONS: Final = "Spørg en fond. Mange fonde giver penge til at prøve en idé af eller gøre den færdig."
_ASK_VOLUNTEERS: Final = "Spørg det lokale frivilligcenter. De hjælper foreninger i gang og kender andre puljer."
_JOIN: Final = "Gå sammen med en forening, der har et CVR-nummer, eller stift en."


def _next_steps(answers: SelfCheckAnswers, track: Track) -> tuple[str, ...]:
    """Where to go from here; never empty, and always with more than one way."""
    if track is Track.INELIGIBLE:
        first = (_JOIN,) if answers.applicant is Applicant.PRIVATE else (_ASK_DEPARTMENT,)
        return (*first, _ASK_VOLUNTEERS, _ASK_FOUNDATIONS)
    if track is Track.REFERRED_TO_DEPARTMENT:
        return ("Gå videre med den forvaltning, I har talt med. Bed om at få aftalen på skrift.", _ASK_FOUNDATIONS)
    if track in FUNDED_TRACKS:
        return (_OPEN_CALL, _ASK_DEPARTMENT)
    others = (_ASK_DEPARTMENT, _ASK_FOUNDATIONS)
    return others if answers.applicant is Applicant.MUNICIPAL else (*others, _ASK_VOLUNTEERS)
