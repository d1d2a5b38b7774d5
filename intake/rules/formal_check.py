"""What does a machine say of each formal demand, and when has a person verified them all?

domain.md G1 (EL1-EL17). A machine never refuses anything but EL1 and EL2 outright, and a person verifies every demand.
What applicants declare is judged by their own words (contract 8.13).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from stdnum.dk import cvr as cvr_number

from foundation.identity.organisation_kinds import OrganisationKind
from foundation.money import format_kroner, format_number
from foundation.text import find_cpr
from intake.rules.call import FocusArea
from intake.rules.proposal import (
    DONATION_CAP_ORE,
    DONATION_MONTHS,
    Answers,
    Gap,
    Wish,
    budget_sums,
    is_answered,
    months_of,
    rows_of,
    texts_of,
)


class CheckOutcome(StrEnum):
    """The four outcomes of contract section 7."""

    OK = "ok"
    MISSING = "missing"
    NOT_ELIGIBLE = "not_eligible"
    NEEDS_HUMAN = "needs_human"


DEMANDS: Final[Mapping[str, str]] = {
    "EL1": "Forslaget kom, mens callet var åbent",
    "EL2": "Hovedområdet er et af callets",
    "EL3": "Ansøgeren er en organisation med CVR-nummer eller en kommunal forvaltning",
    "EL4": "Samme indsats er kun søgt én gang i callet",
    "EL5": "Indsatsen er for borgere i Aarhus Kommune",
    "EL6": "Indsatsen er mere end det, kommunen har pligt til",
    "EL7": "Det, pengene skal bruges til, er ikke begyndt",
    "EL8": "Formålet er almennyttigt, og der er svaret på, om nogen får overskud",
    "EL9": "De minimis-støtte er oplyst, hvis der er økonomisk aktivitet",
    "EL10": "Der søges et beløb, og budgettet går op",
    "EL11": "En donation er højst 100.000 kr.",
    "EL12": "Beløbet er inden for callets grænse",
    "EL13": "En donation løber højst 36 måneder og gives én gang",
    "EL14": "Der er ingen CPR-numre, og filerne er af en kendt type",
    "EL15": "Der er en kontaktperson, og callets regler er læst",
    "EL16": "Alle krævede svar er der",
    "EL17": "Ansøgeren har svaret på, om der er tætte forbindelser",
}
"""Every demand in the order of the rules, as it should be."""


@dataclass(frozen=True, slots=True)
class FormalFacts:
    """What the machine looks at: the version that was last sent, its call, and what the actor may see beside it.

    Amounts are øre, the moments are Copenhagen's. `asked` holds the keys of what the call asks: an older question set
    asks less, and what was never asked is not the applicant's omission.
    """

    received_at: datetime
    opens_at: datetime
    closes_at: datetime
    call_areas: frozenset[FocusArea]
    focus_area: FocusArea
    kind: OrganisationKind | None
    cvr: str | None
    contact_name: str
    contact_email: str
    same_cvr_in_call: tuple[str, ...]
    amount_ore: int
    wish: Wish
    per_project_cap_ore: int
    asked: frozenset[str]
    answers: Answers
    gaps: tuple[Gap, ...]
    files: int

    def text(self, key: str) -> str:
        value = self.answers.get(key)
        return value if isinstance(value, str) else ""

    def lacks(self, *keys: str) -> bool:
        """Is one of the questions, which the call asks, without an answer?"""
        return any(not is_answered(self.answers, key) for key in keys)

    def knows(self, *keys: str) -> bool:
        """Does the call ask all of these?"""
        return self.asked.issuperset(keys)


@dataclass(frozen=True, slots=True)
class Check:
    """One formal demand with the machine's outcome and a Danish sentence that says why."""

    rule: str
    outcome: CheckOutcome
    text: str


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What a person finds on one demand, and a note about it."""

    outcome: CheckOutcome
    note: str = ""


def run_formal_check(facts: FormalFacts) -> tuple[Check, ...]:
    """What the machine says of every demand, in the order of the rules."""
    return (
        _in_time(facts),
        _focus_area(facts),
        _organisation(facts),
        _duplicate(facts),
        _in_aarhus(facts),
        _beyond_duty(facts),
        _not_started(facts),
        _public_benefit(facts),
        _de_minimis(facts),
        _budget(facts),
        _donation_cap(facts),
        _call_cap(facts),
        _donation_period(facts),
        _no_cpr(facts),
        _contact(facts),
        _complete(facts),
        _ties(facts),
    )


def needs_note(machine: CheckOutcome, found: CheckOutcome) -> bool:
    """Whoever finds otherwise than the machine says why (domain.md G); where it asks a person, the answer is enough."""
    return machine is not CheckOutcome.NEEDS_HUMAN and found not in (machine, CheckOutcome.NEEDS_HUMAN)


def not_in_order(items: Mapping[str, CheckOutcome]) -> tuple[str, ...]:
    """The demands that nobody has found to be in order, in the order of the rules."""
    return tuple(rule for rule in DEMANDS if items.get(rule) is not CheckOutcome.OK)


def grounds_to_reject(items: Mapping[str, CheckOutcome], *, was_returned: bool) -> tuple[str, ...]:
    """The demands that a person has found not to be met; what is missing is asked for first (domain.md EL16)."""
    grounds = {CheckOutcome.NOT_ELIGIBLE} | ({CheckOutcome.MISSING} if was_returned else set())
    return tuple(rule for rule in DEMANDS if items.get(rule) in grounds)


def _ok(rule: str, text: str) -> Check:
    return Check(rule, CheckOutcome.OK, text)


def _missing(rule: str, text: str) -> Check:
    return Check(rule, CheckOutcome.MISSING, text)


def _look(rule: str, text: str) -> Check:
    return Check(rule, CheckOutcome.NEEDS_HUMAN, text)


def _not_asked(rule: str, about: str) -> Check:
    return _look(rule, f"{about} er ikke oplyst, fordi callet ikke spurgte om det. Se efter i forslaget.")


def _moment(at: datetime) -> str:
    return f"{at.day}.{at.month}.{at.year} kl. {at:%H.%M}"


def _in_time(facts: FormalFacts) -> Check:
    window = f"Callet var åbent fra {_moment(facts.opens_at)} til {_moment(facts.closes_at)}."
    came = f"Forslaget kom {_moment(facts.received_at)}."
    if facts.opens_at <= facts.received_at <= facts.closes_at:
        return _ok("EL1", f"{came} {window}")
    return Check("EL1", CheckOutcome.NOT_ELIGIBLE, f"{came} Det er uden for fristen. {window}")


def _focus_area(facts: FormalFacts) -> Check:
    areas = len(facts.call_areas)
    if facts.focus_area in facts.call_areas:
        return _ok("EL2", f"Hovedområdet er et af callets {areas}.")
    return Check("EL2", CheckOutcome.NOT_ELIGIBLE, f"Hovedområdet er ikke et af callets {areas}.")


def _organisation(facts: FormalFacts) -> Check:
    if facts.kind is OrganisationKind.MUNICIPAL_DEPARTMENT:
        return _ok("EL3", "Ansøgeren er en kommunal forvaltning og skal ikke have sit eget CVR-nummer.")
    if facts.cvr is None:
        return _missing("EL3", "Ansøgeren har ikke oplyst et CVR-nummer.")
    if not cvr_number.is_valid(facts.cvr):
        return _missing("EL3", f"CVR-nummeret {facts.cvr} kan ikke være rigtigt.")
    if facts.kind is None:
        return _missing("EL3", "Ansøgeren har ikke oplyst, hvilken slags organisation det er.")
    return _ok("EL3", f"CVR-nummeret {facts.cvr} er skrevet rigtigt. Om det er registreret, skal slås op.")


def _duplicate(facts: FormalFacts) -> Check:
    if not facts.same_cvr_in_call:
        return _ok("EL4", "Ansøgeren har ikke andre forslag i dette call.")
    others = ", ".join(facts.same_cvr_in_call)
    return _look("EL4", f"Samme CVR-nummer har også sendt {others}. Se efter, om det er samme indsats.")


def _in_aarhus(facts: FormalFacts) -> Check:
    if not facts.knows("in_aarhus"):
        return _not_asked("EL5", "Om indsatsen er for borgere i Aarhus Kommune,")
    if facts.lacks("in_aarhus"):
        return _missing("EL5", "Ansøgeren har ikke svaret på, om indsatsen er for borgere i Aarhus Kommune.")
    if facts.text("in_aarhus") == "yes":
        return _ok("EL5", "Ansøgeren erklærer, at indsatsen er for borgere i Aarhus Kommune.")
    return _look(
        "EL5",
        "Ansøgeren svarer nej til, at indsatsen er for borgere i Aarhus Kommune. Om målgruppen står der: "
        f"»{facts.text('target_group')}«",
    )


def _beyond_duty(facts: FormalFacts) -> Check:
    if not facts.knows("beyond_duty"):
        return _not_asked("EL6", "Om indsatsen er mere end kommunens pligt,")
    if facts.lacks("beyond_duty"):
        return _missing("EL6", "Ansøgeren har ikke svaret på, om indsatsen er mere end kommunens pligt.")
    told = f"Ansøgeren skriver: »{facts.text('supplement')}«"
    if facts.text("beyond_duty") == "yes":
        return _ok("EL6", f"Ansøgeren erklærer, at indsatsen er mere end kommunens pligt. {told}")
    return _look("EL6", f"Ansøgeren svarer nej til, at indsatsen er mere end kommunens pligt. {told}")


def _not_started(facts: FormalFacts) -> Check:
    if not facts.knows("already_started"):
        return _not_asked("EL7", "Om indsatsen allerede er begyndt,")
    if facts.lacks("already_started"):
        return _missing("EL7", "Ansøgeren har ikke svaret på, om indsatsen allerede er begyndt.")
    begins = _begins(facts)
    if facts.text("already_started") != "no":
        return _look("EL7", f"Ansøgeren svarer ja til, at indsatsen allerede er begyndt.{begins}")
    if begins and date.fromisoformat(facts.text("starts_on")) < facts.received_at.date():
        return _look("EL7", f"Ansøgeren erklærer, at indsatsen ikke er begyndt.{begins} Det er før, forslaget kom.")
    return _ok("EL7", f"Ansøgeren erklærer, at indsatsen ikke er begyndt.{begins}")


def _begins(facts: FormalFacts) -> str:
    if not is_answered(facts.answers, "starts_on"):
        return ""
    starts = date.fromisoformat(facts.text("starts_on"))
    return f" Den begynder {starts.day}.{starts.month}.{starts.year}."


def _public_benefit(facts: FormalFacts) -> Check:
    if not facts.knows("public_benefit", "profit_aim"):
        return _not_asked("EL8", "Om formålet er almennyttigt,")
    if facts.lacks("public_benefit", "profit_aim"):
        return _missing("EL8", "Ansøgeren har ikke svaret på, om formålet er almennyttigt, og om nogen får overskud.")
    if facts.text("public_benefit") != "yes":
        return _look("EL8", "Ansøgeren svarer nej til, at formålet er almennyttigt.")
    if facts.text("profit_aim") == "no":
        return _ok("EL8", "Ansøgeren erklærer, at formålet er almennyttigt, og at ingen får overskud.")
    if facts.lacks("profit_explained"):
        return _missing("EL8", "Nogen kan få overskud, men ansøgeren har ikke skrevet hvem, og hvad det bruges til.")
    return _look("EL8", f"Nogen kan få overskud. Ansøgeren skriver: »{facts.text('profit_explained')}«")


def _de_minimis(facts: FormalFacts) -> Check:
    if not facts.knows("economic_activity"):
        return _not_asked("EL9", "Om der er økonomisk aktivitet,")
    if facts.lacks("economic_activity"):
        return _missing("EL9", "Ansøgeren har ikke svaret på, om indsatsen sælger varer eller ydelser.")
    if facts.text("economic_activity") == "no":
        return _ok("EL9", "Ansøgeren erklærer, at indsatsen ikke sælger varer eller ydelser.")
    received = facts.answers.get("de_minimis")
    if not isinstance(received, int):
        return _missing("EL9", "Indsatsen sælger varer eller ydelser, men de minimis-støtten er ikke oplyst.")
    return _look(
        "EL9",
        f"Indsatsen sælger varer eller ydelser. Ansøgeren har fået {format_kroner(received)} i de minimis-støtte i tre "
        f"år og søger {format_kroner(facts.amount_ore)} Det bliver {format_kroner(received + facts.amount_ore)} "
        "Loftet er 300.000 euro. Slå op i registeret.",
    )


def _budget(facts: FormalFacts) -> Check:
    if facts.amount_ore <= 0:
        return _missing("EL10", "Der er ikke søgt et beløb.")
    if facts.text("budget"):
        sought = format_kroner(facts.amount_ore)
        return _look("EL10", f"Budgettet er skrevet som tekst. Der søges {sought} Se efter, om budgettet går op.")
    if not rows_of(facts.answers, "budget"):
        return _missing("EL10", "Der er ikke noget budget.")
    sums = budget_sums(facts.answers)
    cost, paid, sought = (format_kroner(ore) for ore in (sums.cost_ore, sums.cofunding_ore, sums.sought_ore))
    told = f"Indsatsen koster {cost}, andre betaler {paid}, og der søges {sought}"
    if not sums.missing_ore:
        return _ok("EL10", f"{told} Budgettet går op.")
    off = format_kroner(abs(sums.missing_ore))
    way = f"Der mangler {off}" if sums.missing_ore > 0 else f"Der er {off} for meget."
    return _missing("EL10", f"{told} Budgettet går ikke op. {way}")


def _donation_cap(facts: FormalFacts) -> Check:
    if facts.wish is not Wish.DONATION:
        return _ok("EL11", "Der søges ikke om en donation.")
    told = f"Der søges {format_kroner(facts.amount_ore)} som donation. Den kan højst være "
    if facts.amount_ore <= DONATION_CAP_ORE:
        return _ok("EL11", told + format_kroner(DONATION_CAP_ORE))
    return _look("EL11", f"{told}{format_kroner(DONATION_CAP_ORE)} Det stopper ikke sagen.")


def _call_cap(facts: FormalFacts) -> Check:
    cap = format_kroner(facts.per_project_cap_ore)
    if facts.amount_ore <= facts.per_project_cap_ore:
        return _ok("EL12", f"Beløbet er inden for callets grænse på {cap} pr. projekt.")
    return _look(
        "EL12",
        f"Der søges {format_kroner(facts.amount_ore)} Det er over callets grænse på {cap} pr. projekt. Det stopper "
        "ikke sagen.",
    )


def _donation_period(facts: FormalFacts) -> Check:
    if facts.wish is not Wish.DONATION:
        return _ok("EL13", "Der søges ikke om en donation.")
    if not facts.knows("starts_on", "ends_on", "one_off"):
        return _not_asked("EL13", "Hvor længe donationen løber, og om den gives én gang,")
    if facts.lacks("starts_on", "ends_on", "one_off"):
        return _missing("EL13", "Ansøgeren har ikke oplyst, hvornår indsatsen løber, og om beløbet søges én gang.")
    months = months_of(facts.answers)
    told = f"Indsatsen løber i {format_number(months)} måneder"
    if months > DONATION_MONTHS:
        return _look("EL13", f"{told}. En donation kan højst løbe i {DONATION_MONTHS}.")
    if facts.text("one_off") != "yes":
        return _look("EL13", f"{told}. Ansøgeren svarer nej til at søge ét beløb én gang.")
    return _ok("EL13", f"{told}, og ansøgeren søger ét beløb én gang.")


def _no_cpr(facts: FormalFacts) -> Check:
    if facts.files:
        counted = "én fil" if facts.files == 1 else f"{format_number(facts.files)} filer"
        told = f"Der er {counted} af en kendt type, ikke scannet for virus."
    else:
        told = "Der er ingen filer."
    if any(find_cpr(text) for text in texts_of(facts.answers)):
        return _look("EL14", f"Teksten indeholder noget, der ligner et CPR-nummer. Det skal fjernes. {told}")
    return _ok("EL14", f"Teksten indeholder ikke noget, der ligner et CPR-nummer. {told}")


def _contact(facts: FormalFacts) -> Check:
    if not (facts.contact_name and facts.contact_email):
        return _missing("EL15", "Ansøgeren har ikke oplyst en kontaktperson med mailadresse.")
    if not facts.knows("accepts_rules"):
        return _not_asked("EL15", "Om ansøgeren har læst callets regler,")
    if facts.text("accepts_rules") != "yes":
        return _missing("EL15", "Ansøgeren har ikke svaret ja til at have læst callets regler.")
    return _ok("EL15", f"Kontaktperson: {facts.contact_name}. Ansøgeren har læst callets regler.")


def _complete(facts: FormalFacts) -> Check:
    if not facts.gaps:
        return _ok("EL16", "Alle krævede svar er der.")
    labels = "; ".join(dict.fromkeys(gap.question.label for gap in facts.gaps))
    return _missing("EL16", f"Der mangler svar på: {labels}")


def _ties(facts: FormalFacts) -> Check:
    if not facts.knows("ties"):
        return _not_asked("EL17", "Om der er tætte forbindelser,")
    if facts.lacks("ties"):
        return _missing("EL17", "Ansøgeren har ikke svaret på, om der er tætte forbindelser.")
    if facts.text("ties") == "no":
        return _ok("EL17", "Ansøgeren erklærer, at der ikke er tætte forbindelser.")
    if facts.lacks("ties_explained"):
        return _missing("EL17", "Der er en tæt forbindelse, men ansøgeren har ikke skrevet hvilken.")
    return _look("EL17", f"Der er en tæt forbindelse. Ansøgeren skriver: »{facts.text('ties_explained')}«")
