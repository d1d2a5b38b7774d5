"""What does a call lack before it can be published?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation.formats import moment
from foundation.money import format_kroner
from intake.rules.call_draft import FEWEST_OPTIONS, are_different, deadline_fault
from intake.rules.call_policy import PolicyOffer

SHORTEST_PERIOD: Final = timedelta(days=14)


class Weight(StrEnum):
    """How much a finding weighs: only a stop keeps the call from being published."""

    STOP = "stop"
    WARNING = "warning"
    NOTE = "note"


class Place(StrEnum):
    """The page that mends it."""

    EDIT = "edit"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class ChoiceQuestion:
    """A question of the call's own that is answered by choosing."""

    label: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What there is of a call at the moment `at`; `due_policy` is what holds when it opens, None where nobody asks."""

    at: datetime
    opens_at: datetime
    closes_at: datetime
    purpose: str
    who_can_apply: str
    focus_areas: int
    frame_ore: int
    per_project_cap_ore: int
    max_projects: int
    policy_id: str
    contact_name: str
    contact_email: str
    choices: tuple[ChoiceQuestion, ...] = ()
    due_policy: PolicyOffer | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """One finding: a Danish sentence that says what to do, the page that mends it, and the field there."""

    text: str
    weight: Weight = Weight.STOP
    place: Place = Place.EDIT
    field: str = ""


def check_call(facts: CallFacts) -> tuple[Gap, ...]:
    """Everything that is missing, wrong or worth a second look; what stops comes first."""
    found = (*_texts(facts), *_times(facts), *_amounts(facts), *_people(facts), *_choices(facts))
    return tuple(sorted(found, key=lambda gap: list(Weight).index(gap.weight)))


def stops(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """The findings without which the call could be published."""
    return tuple(gap for gap in gaps if gap.weight is Weight.STOP)


def _texts(facts: CallFacts) -> list[Gap]:
    found = []
    if not facts.purpose:
        found.append(Gap("Skriv, hvad Rådet søger.", field="purpose"))
    if not facts.who_can_apply:
        found.append(Gap("Skriv, hvem der kan søge.", field="who_can_apply"))
    if not facts.focus_areas:
        found.append(Gap("Vælg mindst ét hovedområde.", field="focus_areas-0"))
    return found


def _times(facts: CallFacts) -> list[Gap]:
    found = []
    if facts.opens_at < facts.at:
        found.append(Gap("Åbningen ligger før nu. Vælg et senere tidspunkt.", field="opens_on"))
    fault = deadline_fault(opens_at=facts.opens_at, closes_at=facts.closes_at)
    if fault is not None:
        found.append(Gap(fault.text, field=fault.field))
    elif facts.closes_at - facts.opens_at < SHORTEST_PERIOD:
        text = f"Der er under {SHORTEST_PERIOD.days} dage fra åbning til frist. Det er kort tid at skrive et forslag i."
        found.append(Gap(text, Weight.WARNING, field="closes_on"))
    return found


def _amounts(facts: CallFacts) -> list[Gap]:
    found = []
    if facts.frame_ore <= 0:
        found.append(Gap("Skriv, hvor mange penge der er i alt.", field="frame"))
    if facts.per_project_cap_ore <= 0:
        found.append(Gap("Skriv, hvor meget hvert projekt højst kan få.", field="per_project_cap"))
    elif 0 < facts.frame_ore < facts.per_project_cap_ore:
        text = (
            f"Hvert projekt kan højst få {format_kroner(facts.per_project_cap_ore)}, men der er kun "
            f"{format_kroner(facts.frame_ore)} i alt. Ret et af beløbene."
        )
        found.append(Gap(text, field="per_project_cap"))
    if facts.max_projects < 1:
        found.append(Gap("Skriv, hvor mange projekter der højst kan få penge.", field="max_projects"))
    return found or _sum(facts)


def _sum(facts: CallFacts) -> list[Gap]:
    """A note where the largest grants together are not the frame: that may well be meant so."""
    largest = facts.per_project_cap_ore * facts.max_projects
    if largest == facts.frame_ore:
        return []
    text = (
        f"{facts.max_projects} projekter med {format_kroner(facts.per_project_cap_ore)} til hvert er "
        f"{format_kroner(largest)}, og rammen er {format_kroner(facts.frame_ore)} Det må den gerne være."
    )
    return [Gap(text, Weight.NOTE, field="frame")]


def _people(facts: CallFacts) -> list[Gap]:
    found = [*_policy(facts)]
    if not facts.contact_name:
        found.append(Gap("Skriv, hvem ansøgerne kan kontakte.", field="contact_name"))
    if not facts.contact_email:
        found.append(Gap("Skriv en mailadresse, som ansøgerne kan skrive til.", field="contact_email"))
    return found


def _policy(facts: CallFacts) -> list[Gap]:
    if not facts.policy_id:
        return [Gap("Vælg, hvilken politik forslagene bliver sorteret efter.", field="policy")]
    due = facts.due_policy
    if due is None or due.id == facts.policy_id:
        return []
    text = f"Når callet åbner {moment(facts.opens_at)}, gælder politikken »{due.name}«. Vælg den."
    return [Gap(text, field="policy")]


def _choices(facts: CallFacts) -> list[Gap]:
    return [
        Gap(f"Spørgsmålet »{one.label}« skal have mindst to forskellige svarmuligheder.", place=Place.QUESTIONS)
        for one in facts.choices
        if len(one.options) < FEWEST_OPTIONS or not are_different(one.options)
    ]
