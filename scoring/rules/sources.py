"""Where does each ground of a sorting have its answer from, and which facts are still missing?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from foundation.text import is_blank
from scoring.rules.case_facts import FACT_QUESTIONS
from scoring.rules.dimensions import Dimension
from scoring.rules.fact_words import FACT_LABELS, YES_NO_FACTS
from scoring.rules.facts import ProposalFacts
from scoring.rules.grounds import Ground, Section
from scoring.rules.policies import Policy


class Source(StrEnum):
    """Who gave the answer that a ground rests on; the page adds version, day and name."""

    FORMAL_CHECK = "formal_check"
    CASE_FACTS = "case_facts"
    CONSENSUS = "consensus"
    HEARING = "hearing"
    PROPOSAL = "proposal"
    CALL = "call"
    FUND = "fund"
    ROUTING = "routing"


@dataclass(frozen=True, slots=True)
class RestsOn:
    """The sources of one ground, the one that matters most first, and the facts of it by name."""

    sources: tuple[Source, ...]
    facts: tuple[str, ...] = ()


def _recorded(*facts: str) -> RestsOn:
    return RestsOn((Source.CASE_FACTS,), facts)


_CONSENSUS: Final = RestsOn((Source.CONSENSUS,))
GROUND_RESTS_ON: Final[dict[tuple[str, Section], tuple[RestsOn, ...]]] = {
    ("GATE1", Section.FORMAL): (RestsOn((Source.FORMAL_CHECK,), ("eligible",)),),
    ("GATE4", Section.STOP): (_recorded("stop"),),
    ("GATE2", Section.READY): (_CONSENSUS,),
    ("SORT3", Section.READY): (RestsOn((Source.HEARING,), ("hearing_open",)),),
    ("SORT3", Section.OWN_DRIFT): (_recorded("payback_months"), _recorded("department_funds_itself")),
    ("GATE2", Section.INVESTMENT): (_CONSENSUS,),
    ("GATE3", Section.INVESTMENT): (RestsOn((Source.PROPOSAL, Source.CASE_FACTS), ("small_group_reason",)),),
    ("GATE5", Section.INVESTMENT): (_recorded("payers_confirmed"),),
    ("GATE6", Section.INVESTMENT): (_recorded("legal_checked"),),
    ("GATE7", Section.INVESTMENT): (_recorded("risk_assessed"),),
    ("MON6", Section.AMOUNT): (RestsOn((Source.PROPOSAL, Source.CALL)),),
    ("GATE8", Section.AMOUNT): (RestsOn((Source.PROPOSAL, Source.FUND)),),
    ("MON8", Section.AMOUNT): (RestsOn((Source.CASE_FACTS, Source.FUND), ("outcome_fund_share",)),),
    ("GATE10a", Section.DONATION): (_recorded("municipal", "small_organisation", "small_organisation_waiver"),),
    ("GATE10b", Section.DONATION): (_recorded("innovative", "innovative_waiver"),),
    ("GATE10c", Section.DONATION): (_recorded("needs_fund"),),
    ("GATE10d", Section.DONATION): (RestsOn((Source.PROPOSAL, Source.FUND)),),
    ("GATE10e", Section.DONATION): (_recorded("assessment_written"),),
    ("GATE10f", Section.DONATION): (
        RestsOn((Source.CONSENSUS, Source.CASE_FACTS), ("learning_purpose", "stop", "lead_department_asked")),
    ),
    ("SORT9", Section.DIALOGUE): (_CONSENSUS,),
}
"""By rule and section: an entry for each ground of the rule, in its order; the last one stands for all that follow."""


def rests_on(grounds: tuple[Ground, ...]) -> tuple[RestsOn, ...]:
    """What each ground rests on, in the order of the grounds."""
    counted, found = Counter[tuple[str, Section]](), []
    for ground in grounds:
        entries = GROUND_RESTS_ON[ground.rule, ground.section]
        found.append(entries[min(counted[ground.rule, ground.section], len(entries) - 1)])
        counted[ground.rule, ground.section] += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that nobody has answered and that the sorting asked for; a score names its dimension."""

    source: Source
    label: str
    fact: str = ""
    dimension: Dimension | None = None

    @property
    def place(self) -> str:
        """The fact of the catalogue by which it is answered; empty where it is no fact of the catalogue."""
        return next(iter(recorded_facts(self.fact)), "")


def missing_facts(facts: ProposalFacts, grounds: tuple[Ground, ...], policy: Policy) -> tuple[Missing, ...]:
    """What is not known among all that was asked and does not hold, each thing once, in the order asked.

    How soon a saving is earned back is asked only where the department can pay itself, and the other way round.
    """
    found = dict.fromkeys(_missing(facts, grounds, policy))
    return tuple(found)


def _missing(facts: ProposalFacts, grounds: tuple[Ground, ...], policy: Policy) -> Iterator[Missing]:
    for ground, rest in zip(grounds, rests_on(grounds), strict=True):
        if ground.holds:
            continue
        if ground.dimension is not None and not ground.known:
            yield Missing(Source.CONSENSUS, policy.scale.of(ground.dimension).name, dimension=ground.dimension)
        for fact in rest.facts:
            if _is_missing(facts, fact, policy):
                yield Missing(_source_of(fact, rest), FACT_LABELS[fact], fact)


def _is_missing(facts: ProposalFacts, fact: str, policy: Policy) -> bool:
    if fact == "payback_months":
        return facts.payback_months is None and facts.department_funds_itself is True
    if fact == "department_funds_itself":
        months = facts.payback_months
        is_soon = months is not None and months <= policy.own_drift_payback_months
        return facts.department_funds_itself is None and is_soon
    if fact in ("small_organisation", "innovative") and not _is_blank(getattr(facts, f"{fact}_waiver")):
        return False
    return fact in YES_NO_FACTS and getattr(facts, fact) is None


def _source_of(fact: str, rest: RestsOn) -> Source:
    if fact == "lead_department_asked":
        return Source.ROUTING
    return Source.CASE_FACTS if Source.CASE_FACTS in rest.sources else rest.sources[0]


def _is_blank(reason: str | None) -> bool:
    return reason is None or is_blank(reason)


_DERIVED: Final = {"payers_confirmed": "GATE5", "legal_checked": "GATE6", "risk_assessed": "GATE7"}
"""Facts that follow from others: from all those that the catalogue asks for this gate."""


def recorded_facts(fact: str) -> tuple[str, ...]:
    """The facts of the catalogue that people wrote a fact by, in the order of the page; the first one leads there."""
    gate = _DERIVED.get(fact)
    return tuple(question.key for question in FACT_QUESTIONS if fact == question.key or gate == question.rule)
