"""Which answers, files and details differ between two versions that were sent?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from foundation.identity.organisation_kinds import KIND_WORDS, OrganisationKind
from foundation.money import format_kroner, format_number
from intake.rules.changed_words import Passage, changed_words
from intake.rules.questions import Kind, Question, QuestionSet
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


@dataclass(frozen=True, slots=True)
class TextChange:
    """One answer or detail that is other than before, word by word; `by` says how far a number has moved."""

    label: str
    before: str
    after: str
    passages: tuple[Passage, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class SectionChanges:
    """The answers of one section that are other than before."""

    key: str
    title: str
    changes: tuple[TextChange, ...]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a version names it."""

    id: str
    file_name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two versions, section by section; `alike` counts the answers that do not."""

    details: tuple[TextChange, ...]
    sections: tuple[SectionChanges, ...]
    files_added: tuple[SentFile, ...]
    files_removed: tuple[SentFile, ...]
    alike: int

    @property
    def is_empty(self) -> bool:
        return not (self.details or self.sections or self.files_added or self.files_removed)


def compare(questions: QuestionSet, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> Comparison:
    """What differs between two contents of `ProposalVersion`, in the order of the form."""
    found = [
        SectionChanges(section.key, section.title, _answers(section.questions, earlier["answers"], later["answers"]))
        for section in questions.sections
    ]
    sections = tuple(one for one in found if one.changes)
    details = tuple(_text(change) for change in _details(earlier, later) if change.before != change.after)
    return Comparison(
        details,
        sections,
        files_added=_without(later, earlier),
        files_removed=_without(earlier, later),
        alike=len(questions.questions) - sum(len(one.changes) for one in sections),
    )


def _answers(
    questions: tuple[Question, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[TextChange, ...]:
    return tuple(
        _text(change, by=_moved(question, before.get(question.key), after.get(question.key)))
        for question in questions
        if (change := _answer(question, before, after)).before != change.after
    )


def _text(change: Change, by: str = "") -> TextChange:
    return TextChange(change.label, change.before, change.after, changed_words(change.before, change.after), by)


_IN_WORDS: dict[Kind, Callable[[int], str]] = {Kind.KRONER: format_kroner, Kind.WHOLE_NUMBER: format_number}


def _moved(question: Question, before: Any, after: Any) -> str:
    """How far an amount or a number has moved: "10.000 kr. mere"; empty for anything else."""
    if question.kind not in _IN_WORDS or before is None or after is None:
        return ""
    return f"{_IN_WORDS[question.kind](abs(after - before))} {'mere' if after > before else 'mindre'}"


def _without(content: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[SentFile, ...]:
    """The files of one version that the other does not have; the same content under the same name is the same file."""
    there = {(file["file_name"], file["sha256"]) for file in other.get("files", [])}
    return tuple(
        SentFile(file["id"], file["file_name"], file["size_bytes"])
        for file in content.get("files", [])
        if (file["file_name"], file["sha256"]) not in there
    )


def changes_between(questions: QuestionSet, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two contents of `ProposalVersion`: details of the applicant, answers, files."""
    answered = (_answer(question, earlier["answers"], later["answers"]) for question in questions.questions)
    files = Change("Bilag", _files(earlier), _files(later))
    return tuple(change for change in (*_details(earlier, later), *answered, files) if change.before != change.after)


def _answer(question: Question, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    given, now = before.get(question.key), after.get(question.key)
    return Change(question.label, answer_words(question, given), answer_words(question, now))


def _details(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> tuple[Change, ...]:
    before, after = earlier["organisation"], later["organisation"]
    return tuple(
        Change(label, _detail(key, before.get(key)), _detail(key, after.get(key))) for key, label in _DETAILS.items()
    )


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
