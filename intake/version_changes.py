"""Which answers, files and details differ between two versions that were sent?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.identity.organisation_kinds import KIND_WORDS, OrganisationKind
from foundation.money import format_kroner
from intake.rules.questions import QuestionSet
from intake.wording import answer_words

_DETAILS = {
    "name": "Organisationens navn",
    "cvr": "CVR-nummer",
    "kind": "Slags organisation",
    "staff_years": "Årsværk",
    "turnover_ore": "Omsætning på et år",
    "address": "Adresse",
    "contact_name": "Kontaktperson",
    "contact_email": "Kontaktpersonens mailadresse",
    "contact_phone": "Kontaktpersonens telefonnummer",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is other than before, in the words of a person; empty where there was or is nothing."""

    label: str
    before: str
    after: str


def changes_between(questions: QuestionSet, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two contents of `ProposalVersion`: details of the applicant, answers, files."""
    answered = (
        Change(
            question.label,
            answer_words(question, earlier["answers"].get(question.key)),
            answer_words(question, later["answers"].get(question.key)),
        )
        for question in questions.questions
    )
    told = (
        Change(label, _detail(key, earlier["organisation"].get(key)), _detail(key, later["organisation"].get(key)))
        for key, label in _DETAILS.items()
    )
    files = Change("Bilag", _files(earlier), _files(later))
    return tuple(change for change in (*told, *answered, files) if change.before != change.after)


def _detail(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key == "kind":
        return KIND_WORDS[OrganisationKind(value)]
    return format_kroner(value) if key == "turnover_ore" else str(value)


def _files(content: Mapping[str, Any]) -> str:
    """The names of the files, one a line; two of one name differ by what is in them."""
    files = content.get("files", [])
    return "\n".join(f"{file['file_name']} ({file['sha256'][:8]})" for file in files)
