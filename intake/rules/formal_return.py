"""What may an applicant mend in a returned proposal, and by when?

A proposal is returned once, with what is missing and a deadline (domain.md EL16; decision 0012).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.workdays import is_workday
from intake.rules.formal_check import FormalFacts
from intake.rules.questions import QuestionSet

APPLICANT: Final = "applicant"
FILES: Final = "files"
"""What may be opened beside the sections of the form: the details of whoever applies, and the files."""

ANSWER_WITHIN_WORKDAYS: Final = 10
"""domain.md EL16 and DL1."""

_ANSWERS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "EL2": ("focus_area",),
    "EL5": ("in_aarhus", "target_group"),
    "EL6": ("beyond_duty", "supplement"),
    "EL7": ("already_started", "starts_on"),
    "EL8": ("public_benefit", "profit_aim"),
    "EL9": ("economic_activity", "de_minimis"),
    "EL10": ("amount_sought", "budget"),
    "EL11": ("amount_sought",),
    "EL12": ("amount_sought",),
    "EL13": ("ends_on", "one_off"),
    "EL15": ("accepts_rules",),
    "EL17": ("ties",),
}
"""The questions that mend what a demand lacks."""


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """What the secretariat asks for: one entry a line, the opened parts, the deadline, and the letter's own text."""

    due_on: date
    sections: tuple[str, ...]
    asked_for: tuple[str, ...]
    letter: str


@dataclass(frozen=True, slots=True)
class RejectionDraft:
    """Which demands are not met, the main considerations (FVL § 24), and the letter's own text."""

    rules: tuple[str, ...]
    considerations: str
    letter: str


def due_fault(due_on: date, *, today: date) -> str:
    """Why an applicant cannot be given this deadline, in one Danish sentence; empty where it is one."""
    if due_on <= today:
        return "Fristen skal ligge efter i dag."
    if not is_workday(due_on):
        return "Fristen skal være en arbejdsdag. Vælg en dag, hvor ansøgeren kan få fat i jer."
    return ""


def unsaid_in_letter(letter: str, asked_for: Iterable[str]) -> tuple[str, ...]:
    """What was typed and does not stand in the letter; where a line is broken makes no difference."""
    said = " ".join(letter.split())
    return tuple(text for text in asked_for if " ".join(text.split()) not in said)


def parts_to_open(rules: Iterable[str], facts: FormalFacts, questions: QuestionSet) -> tuple[str, ...]:
    """Which parts of the form to open so that these demands can be met, in the order of the form."""
    found = set(rules)
    keys = {key for rule in found for key in _ANSWERS_OF.get(rule, ())}
    if "EL16" in found:
        keys |= {gap.question.key for gap in facts.gaps}
    parts = [section.key for section in questions.sections if any(one.key in keys for one in section.questions)]
    applicant = [APPLICANT] if found & {"EL3", "EL15"} else []
    return (*applicant, *parts, *([FILES] if "EL14" in found else []))


def is_opened(part: str, sections: Collection[str] | None) -> bool:
    """May the part be written in? None stands for a proposal that is not returned: then everything may."""
    return sections is None or part in sections
