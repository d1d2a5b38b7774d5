"""Which conditions does the sorting ask, and what does each say when it holds and when it does not?

Rules and ids: domain.md G3 and G4, contract 4 and 7. Every function returns grounds that do not yet decide.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from foundation.text import is_blank
from scoring.rules import figures
from scoring.rules.dimensions import Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.grounds import Ground, Section, listed, sentence
from scoring.rules.maturity import Scores, is_final, maturity_of, unscored
from scoring.rules.policies import Floor, Policy

_EXCEPTION: Final = "men sekretariatet har begrundet en undtagelse"


@dataclass(frozen=True, slots=True)
class _Statement:
    """How a yes-or-no fact reads: `yes` and `no` are clauses, `demand` is said after anything but a yes."""

    rule: str
    section: Section
    yes: str
    no: str
    demand: str = ""

    def ground(self, answer: bool | None) -> Ground:
        if answer:
            clause, demand = self.yes, ""
        else:
            clause = self.no if answer is False else f"det er ikke oplyst, om {self.yes}"
            demand = f" {self.demand}" if self.demand else ""
        return Ground(
            rule=self.rule,
            section=self.section,
            holds=bool(answer),
            known=answer is not None,
            clause=clause,
            text=f"{sentence(clause)}{demand}",
        )


_ELIGIBLE: Final = _Statement(
    "GATE1",
    Section.FORMAL,
    yes="forslaget opfylder callets formelle krav",
    no="forslaget opfylder ikke callets formelle krav",
)
_ALL_SCORED: Final = _Statement(
    "GATE2",
    Section.READY,
    yes="alle otte dimensioner er vurderet",
    no="alle otte dimensioner er ikke vurderet",
)
_FUNDS_ITSELF: Final = _Statement(
    "SORT3",
    Section.OWN_DRIFT,
    yes="forvaltningen har bekræftet, at den selv kan betale indsatsen",
    no="forvaltningen har ikke bekræftet, at den selv kan betale indsatsen",
)
_PAYERS: Final = _Statement(
    "GATE5",
    Section.INVESTMENT,
    yes="der er en bekræftet betaler til hvert mål",
    no="der er ikke en bekræftet betaler til hvert mål",
    demand="Det kræver en social investering.",
)
_LEGAL: Final = _Statement(
    "GATE6",
    Section.INVESTMENT,
    yes="udbud, statsstøtte og databeskyttelse er afklaret",
    no="udbud, statsstøtte og databeskyttelse er ikke på plads",
    demand="Det kræver en social investering.",
)
_RISK: Final = _Statement(
    "GATE7",
    Section.INVESTMENT,
    yes="risikoen er vurderet",
    no="risikoen er ikke vurderet",
    demand="Det skal være på plads før en social investering.",
)
_NEEDS_FUND: Final = _Statement(
    "GATE10c",
    Section.DONATION,
    yes="indsatsen kan kun gå i gang med penge fra fonden og hører ikke naturligt under et andet budget",
    no="indsatsen kan gå i gang uden fonden eller hører naturligt under et andet budget",
)
_ASSESSMENT: Final = _Statement(
    "GATE10e",
    Section.DONATION,
    yes="der er skrevet en konkret vurdering",
    no="der er ikke skrevet en konkret vurdering",
    demand="En donation kræver det.",
)
_LEARNING: Final = _Statement(
    "GATE10f",
    Section.DONATION,
    yes="det er beskrevet, hvad indsatsen skal lære os",
    no="det er ikke beskrevet, hvad indsatsen skal lære os",
)
_DEPARTMENT_ASKED: Final = _Statement(
    "GATE10f",
    Section.DONATION,
    yes="den ledende forvaltning er spurgt",
    no="den ledende forvaltning er ikke spurgt",
)


def eligibility(facts: ProposalFacts) -> Ground:
    """GATE1: the formal check."""
    return _ELIGIBLE.ground(facts.eligible)


def no_stop(facts: ProposalFacts) -> Ground:
    """GATE4: no sign of harm, no breach of law, no serious ethical doubt; holds when nothing stops."""
    signs = "tegn på skade, lovbrud eller alvorlig etisk tvivl"
    if facts.stop is None:
        clause = f"det er ikke oplyst, om der er {signs}"
    else:
        clause = f"der er {signs}" if facts.stop else f"der er ikke {signs}"
    return Ground(
        rule="GATE4",
        section=Section.STOP,
        holds=facts.stop is False,
        known=facts.stop is not None,
        clause=clause,
        text=sentence(clause),
    )


def readiness(facts: ProposalFacts, policy: Policy) -> tuple[Ground, ...]:
    """What must be in place before the table goes on to SORT3: every dimension scored, no open hearing.

    A ground per dimension without a score, or one that says that all are scored; then the hearing.
    """
    missing = tuple(
        Ground(
            rule="GATE2",
            section=Section.READY,
            dimension=dimension,
            holds=False,
            known=False,
            clause=f"{_name(dimension, policy)} er ikke vurderet endnu",
            text=_with_demand(
                f"{_name(dimension, policy)} er ikke vurderet endnu",
                "alle otte dimensioner skal vurderes",
                holds=False,
            ),
        )
        for dimension in unscored(facts.scores, policy.scale)
    )
    return (*(missing or (_ALL_SCORED.ground(True),)), _no_hearing(facts))


def own_drift(facts: ProposalFacts, policy: Policy) -> tuple[Ground, ...]:
    """SORT3: a payback within the limit, and a department that can fund it itself; both are needed."""
    return (_payback(facts, policy), _FUNDS_ITSELF.ground(facts.department_funds_itself))


def investment_gates(facts: ProposalFacts, policy: Policy) -> tuple[Ground, ...]:
    """GATE2, 3, 5, 6 and 7. A dimension without a score does not reach its floor."""
    return (
        _mature(facts.scores, policy),
        *(_reaches(floor, facts.scores, policy) for floor in policy.investment_floors),
        _target_group(facts, policy),
        _PAYERS.ground(facts.payers_confirmed),
        _LEGAL.ground(facts.legal_checked),
        _RISK.ground(facts.risk_assessed),
    )


def amount_limits(facts: ProposalFacts, call: CallLimits, fund: FundFigures) -> tuple[Ground, ...]:
    """MON6, GATE8 and MON8: what call, fund and outcome fund can bear. Exactly equal is within."""
    return (
        _call_cap(facts.amount, call.per_project_cap),
        _free_capital(facts.amount, fund.free_capital),
        _outcome_fund(facts, fund.outcome_fund_balance),
    )


def donation_gates(facts: ProposalFacts, fund: FundFigures, policy: Policy) -> tuple[Ground, ...]:
    """GATE10 a to f, one ground each."""
    return (
        _small_organisation(facts),
        _innovative(facts),
        _NEEDS_FUND.ground(facts.needs_fund),
        _donation_amount(facts.amount, fund.donation_pool_left, policy),
        _ASSESSMENT.ground(facts.assessment_written),
        _donation_basis(facts, policy),
    )


def mature_enough_for_dialogue(facts: ProposalFacts, policy: Policy) -> Ground:
    """SORT9: the maturity that a dialogue needs where the gates are not met."""
    value, limit = maturity_of(facts.scores, policy.scale), policy.dialogue_maturity
    holds = value is not None and value >= limit
    least = figures.maturity(limit)
    number = "ikke oplyst" if value is None else figures.maturity(value, limit=limit)
    clause = f"modenheden er {number}"
    return Ground(
        rule="SORT9",
        section=Section.DIALOGUE,
        holds=holds,
        known=value is not None,
        clause=f"{clause} (kræver {least})",
        text=_with_demand(clause, f"en modningsdialog kræver mindst {least}", holds=holds),
    )


def _no_hearing(facts: ProposalFacts) -> Ground:
    # Contract 7 gives the hearing no id of its own; it stands before SORT3, which waits until it is over.
    clause = {
        None: "det er ikke oplyst, om der er en åben partshøring",
        True: "partshøringen er ikke slut",
        False: "der er ingen åben partshøring",
    }[facts.hearing_open]
    closed = facts.hearing_open is False
    return Ground(
        rule="SORT3",
        section=Section.READY,
        holds=closed,
        known=facts.hearing_open is not None,
        clause=clause,
        text=sentence(clause) if closed else f"{sentence(clause)} Forslaget sorteres, når den er slut.",
    )


def _payback(facts: ProposalFacts, policy: Policy) -> Ground:
    months, limit = facts.payback_months, policy.own_drift_payback_months
    holds = months is not None and months <= limit
    if months is None:
        clause = "det er ikke oplyst, hvornår besparelsen er tjent hjem"
    else:
        unit = "måned" if months == 1 else "måneder"
        clause = f"besparelsen er tjent hjem efter {figures.number(months, limit=limit)} {unit}"
    return Ground(
        rule="SORT3",
        section=Section.OWN_DRIFT,
        holds=holds,
        known=months is not None,
        clause=f"{clause} (grænsen er {limit})",
        text=_with_demand(clause, f"grænsen for at henvise til forvaltningen er {limit} måneder", holds=holds),
    )


def _mature(scores: Scores, policy: Policy) -> Ground:
    value, limit = maturity_of(scores, policy.scale), policy.investment_maturity
    final = is_final(scores, policy.scale)
    holds = final and value is not None and value >= limit
    least = figures.maturity(limit)
    if value is None:
        clause = "modenheden er ikke oplyst"
    elif final:
        clause = f"modenheden er {figures.maturity(value, limit=limit)}"
    else:
        clause = f"modenheden er foreløbig {figures.maturity(value, limit=limit)}"
    return Ground(
        rule="GATE2",
        section=Section.INVESTMENT,
        holds=holds,
        known=final,
        clause=f"{clause} (kræver {least})",
        text=_with_demand(clause, f"der kræves mindst {least}", holds=holds),
    )


def _reaches(floor: Floor, scores: Scores, policy: Policy) -> Ground:
    score, name = scores.get(floor.dimension), _name(floor.dimension, policy)
    holds = score is not None and score >= floor.at_least
    clause = f"{name} er ikke vurderet" if score is None else f"{name} er {score}"
    return Ground(
        rule="GATE2",
        section=Section.INVESTMENT,
        dimension=floor.dimension,
        holds=holds,
        known=score is not None,
        clause=f"{clause} (kræver {floor.at_least})",
        text=_with_demand(clause, f"der kræves mindst {floor.at_least}", holds=holds),
    )


def _target_group(facts: ProposalFacts, policy: Policy) -> Ground:
    least, enough = policy.investment_participants, facts.participants >= policy.investment_participants
    unit = "borger" if facts.participants == 1 else "borgere"
    clause = f"indsatsen er for {figures.number(facts.participants)} {unit}"
    if enough or _missing(facts.small_group_reason):
        exception = "" if enough else ", eller at sekretariatet begrunder en undtagelse"
        text = _with_demand(clause, f"der kræves mindst {least}{exception}", holds=enough)
        clause = f"{clause} (kræver {least})"
    else:
        clause = f"{clause}, og det er under {least}, {_EXCEPTION}"
        text = sentence(clause)
    return Ground(
        rule="GATE3",
        section=Section.INVESTMENT,
        holds=enough or not _missing(facts.small_group_reason),
        clause=clause,
        text=text,
    )


def _call_cap(amount: int, cap: int) -> Ground:
    shown, most, holds = figures.kroner(amount), figures.kroner(cap), amount <= cap
    return Ground(
        rule="MON6",
        section=Section.AMOUNT,
        holds=holds,
        clause=f"beløbet på {shown} er {_within(holds)} callets loft på {most}",
        text=_with_demand(f"beløbet er {shown}", f"callet giver højst {most} til et forslag", holds=holds),
    )


def _free_capital(amount: int, free: int) -> Ground:
    shown, most, holds = figures.kroner(amount), figures.kroner(free), amount <= free
    return Ground(
        rule="GATE8",
        section=Section.AMOUNT,
        holds=holds,
        clause=f"beløbet på {shown} er {_within(holds)} fondens frie kapital på {most}",
        text=_with_demand(f"beløbet er {shown}", f"fonden har {most} i fri kapital", holds=holds),
    )


def _outcome_fund(facts: ProposalFacts, balance: int) -> Ground:
    if facts.outcome_fund_share == 0:
        holds, clause, text = True, "resultatbetalingspuljen skal ikke betale noget", ""
    else:
        # Decimals times whole numbers, compared hundredfold: nothing is divided, so nothing is rounded.
        hundredfold = figures.EXACT.multiply(Decimal(facts.amount), facts.outcome_fund_share)
        holds = hundredfold <= 100 * balance
        paid = figures.kroner(hundredfold.scaleb(-2, context=figures.EXACT), limit=balance)
        share, left = figures.percent(facts.outcome_fund_share), figures.kroner(balance)
        clause = (
            f"resultatbetalingspuljens andel på {paid} ({share} af beløbet) er {_within(holds)} puljens rest på {left}"
        )
        text = _with_demand(
            f"resultatbetalingspuljen skal betale {share} af beløbet, {paid}",
            f"der er {left} i puljen",
            holds=holds,
        )
    return Ground(rule="MON8", section=Section.AMOUNT, holds=holds, clause=clause, text=text or sentence(clause))


def _small_organisation(facts: ProposalFacts) -> Ground:
    if facts.municipal is not False:
        return _Statement(
            "GATE10a",
            Section.DONATION,
            yes="ansøgeren er en mindre organisation uden for kommunen",
            no="ansøgeren er en kommunal forvaltning",
            demand="En donation går til en mindre organisation uden for kommunen.",
        ).ground(False if facts.municipal else None)
    return _unless_waived(
        "GATE10a",
        facts.small_organisation,
        facts.small_organisation_waiver,
        "ansøgeren er {}en mindre organisation",
    )


def _innovative(facts: ProposalFacts) -> Ground:
    return _unless_waived("GATE10b", facts.innovative, facts.innovative_waiver, "indsatsen er {}ny og uprøvet")


def _unless_waived(rule: str, answer: bool | None, waiver: str | None, pattern: str) -> Ground:
    """A condition that a reasoned exception stands in for; `pattern` has a place for "ikke "."""
    asked = _Statement(
        rule,
        Section.DONATION,
        yes=pattern.format(""),
        no=pattern.format("ikke "),
        demand="En donation kræver det, medmindre sekretariatet begrunder en undtagelse.",
    )
    ground = asked.ground(answer)
    if ground.holds or _missing(waiver):
        return ground
    clause = f"{ground.clause}, {_EXCEPTION}"
    return Ground(rule=rule, section=Section.DONATION, holds=True, clause=clause, text=sentence(clause))


def _donation_amount(amount: int, pool_left: int, policy: Policy) -> Ground:
    shown, cap, left = (
        figures.kroner(amount),
        figures.kroner(policy.donation_cap),
        figures.kroner(pool_left),
    )
    over_cap, over_pool = amount > policy.donation_cap, amount > pool_left
    if not (over_cap or over_pool):
        clause = f"beløbet på {shown} er inden for loftet på {cap} og årets rest på {left}"
        return Ground(rule="GATE10d", section=Section.DONATION, holds=True, clause=clause, text=sentence(clause))
    limits = [(over_cap, f"loftet på {cap}"), (over_pool, f"årets rest på {left}")]
    demands = [
        (over_cap, f"en donation kan højst være {cap}"),
        (over_pool, f"der er {left} tilbage i årets donationspulje"),
    ]
    return Ground(
        rule="GATE10d",
        section=Section.DONATION,
        holds=False,
        clause=f"beløbet på {shown} er over {' og '.join(words for over, words in limits if over)}",
        text=_with_demand(f"beløbet er {shown}", listed([words for over, words in demands if over]), holds=False),
    )


def _donation_basis(facts: ProposalFacts, policy: Policy) -> Ground:
    """GATE10f as one ground: when it fails it says only what is missing."""
    parts = [
        *(_reaches(floor, facts.scores, policy) for floor in policy.donation_floors),
        no_stop(facts),
        _LEARNING.ground(facts.learning_purpose),
        _DEPARTMENT_ASKED.ground(facts.lead_department_asked),
    ]
    failing = [part for part in parts if not part.holds]
    return Ground(
        rule="GATE10f",
        section=Section.DONATION,
        holds=not failing,
        known=not failing or any(part.known for part in failing),
        clause=listed([part.clause for part in failing or parts]),
        text=" ".join(part.text for part in failing) or sentence(listed([part.clause for part in parts])),
    )


def _name(dimension: Dimension, policy: Policy) -> str:
    """The name as it stands within a sentence."""
    name = policy.scale.of(dimension).name
    return f"{name[:1].lower()}{name[1:]}"


def _with_demand(said: str, demand: str, *, holds: bool) -> str:
    """One sentence where the demand is met; where it is not, the demand gets a sentence of its own."""
    return sentence(f"{said}, og {demand}") if holds else f"{sentence(said)} {sentence(demand)}"


def _within(holds: bool) -> str:
    return "inden for" if holds else "over"


def _missing(reason: str | None) -> bool:
    return reason is None or is_blank(reason)
