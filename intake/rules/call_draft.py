"""What is written of a call and of its own questions while it is a draft, and what must hold at once?"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from intake.rules.call import ExtraKind, FocusArea

LONGEST_SLUG: Final = 80
LONGEST_PERIOD: Final = timedelta(days=366)
EARLIEST_OPENING: Final = timedelta(days=366)
LATEST_OPENING: Final = timedelta(days=5 * 366)
MOST_QUESTIONS: Final = 20
FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 20
LONGEST_OPTION: Final = 100
RESERVED_SLUGS: Final = frozenset(
    {"new", "edit", "manage", "questions", "preview", "publish", "extend", "cancel", "contact", "apply", "proposals"}
)
"""Words that stand in addresses of their own: no call is called so."""

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call as the form gives it. Only title, opening and deadline are always there."""

    title: str
    opens_at: datetime
    closes_at: datetime
    purpose: str = ""
    who_can_apply: str = ""
    focus_areas: tuple[FocusArea, ...] = ()
    frame_ore: int = 0
    per_project_cap_ore: int = 0
    max_projects: int = 0
    policy_id: str = ""
    contact_name: str = ""
    contact_email: str = ""


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A call's own question as the form gives it. `options` are those of a choice, one text each."""

    kind: ExtraKind
    label: str
    hint: str = ""
    is_required: bool = True
    most_words: int | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one field of a form, in Danish, and what to do."""

    field: str
    text: str


def schedule_fault(*, opens_at: datetime, closes_at: datetime, at: datetime) -> Fault | None:
    """What is wrong about a call's opening and deadline, seen from the moment `at`."""
    if not at - EARLIEST_OPENING <= opens_at <= at + LATEST_OPENING:
        return Fault("opens_on", "Se efter årstallet. Åbningen kan højst ligge et år tilbage og fem år frem.")
    return deadline_fault(opens_at=opens_at, closes_at=closes_at)


def deadline_fault(*, opens_at: datetime, closes_at: datetime) -> Fault | None:
    """What is wrong about a deadline beside its opening."""
    if closes_at <= opens_at:
        return Fault("closes_on", "Fristen skal ligge efter åbningen. Ret datoen eller klokkeslættet.")
    if closes_at - opens_at > LONGEST_PERIOD:
        return Fault("closes_on", "Et call kan højst være åbent i et år. Se efter årstallet.")
    return None


def question_fault(draft: QuestionDraft) -> Fault | None:
    """What is wrong about a question's limit of words or its options."""
    if draft.kind is ExtraKind.LONG_TEXT and draft.most_words is None:
        return Fault("most_words", "Skriv, hvor mange ord svaret højst må fylde, for eksempel 200.")
    if draft.kind is not ExtraKind.LONG_TEXT and draft.most_words is not None:
        return Fault("most_words", "Kun en lang tekst har en grænse i ord. Slet tallet, eller vælg Lang tekst.")
    if draft.kind is not ExtraKind.CHOICE and draft.options:
        return Fault("options", "Svarmuligheder hører kun til et valg. Slet dem, eller vælg Valg mellem svar.")
    return _options_fault(draft.options) if draft.kind is ExtraKind.CHOICE else None


def _options_fault(options: tuple[str, ...]) -> Fault | None:
    if len(options) < FEWEST_OPTIONS:
        return Fault("options", "Skriv mindst to svarmuligheder, én på hver linje.")
    if len(options) > MOST_OPTIONS:
        return Fault(
            "options", f"Der kan højst være {MOST_OPTIONS} svarmuligheder. Slet {len(options) - MOST_OPTIONS}."
        )
    too_long = next((option for option in options if len(option) > LONGEST_OPTION), None)
    if too_long is not None:
        return Fault("options", f"Svaret »{too_long[:40]} …« er for langt. Der er plads til {LONGEST_OPTION} tegn.")
    if not are_different(options):
        return Fault("options", "To af svarmulighederne er ens. Slet den ene.")
    return None


def are_different(options: tuple[str, ...]) -> bool:
    """Whether no two options read the same, whatever their capitals."""
    return len({option.casefold() for option in options}) == len(options)


def slug_of(title: str) -> str:
    """The title as an address: small ASCII letters, digits and hyphens; "call" where nothing else is left."""
    plain = title.casefold().translate(_DANISH)
    ascii_letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = _NOT_IN_SLUGS.sub("-", ascii_letters).strip("-")
    return slug[:LONGEST_SLUG].strip("-") or "call"


def slugs_for(title: str) -> Iterator[str]:
    """The addresses that a call with this title may have, the plainest first; reserved words are left out."""
    slug = slug_of(title)
    if slug not in RESERVED_SLUGS:
        yield slug
    number = 2
    while True:
        ending = f"-{number}"
        yield f"{slug[: LONGEST_SLUG - len(ending)].rstrip('-')}{ending}"
        number += 1
