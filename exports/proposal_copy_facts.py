"""What does the copy of a proposal say? Everything of the applicant's is read from the version that was sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from exports.proposal_copy import (
    Answer,
    Column,
    CopiedFile,
    CopiedSection,
    LongAnswer,
    ProposalCopyFacts,
    RowsAnswer,
    ShortAnswer,
)
from foundation.errors import NotFound
from foundation.identity.organisation_kinds import KIND_WORDS, OrganisationKind
from foundation.money import format_kroner, format_number
from intake.models import Proposal, ProposalVersion
from intake.queries import call_of, newest_version, questions_of
from intake.rules.proposal import Answers, rows_of
from intake.rules.questions import Kind, Question
from intake.wording import answer_words

_TOLD: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("name", "Navn", str),
    ("cvr", "CVR-nummer", str),
    ("kind", "Organisationsform", lambda kind: KIND_WORDS[OrganisationKind(kind)]),
    ("staff_years", "Årsværk", format_number),
    ("turnover_ore", "Omsætning på et år", format_kroner),
    ("address", "Adresse", str),
    ("contact_name", "Kontaktperson", str),
    ("contact_email", "Mailadresse", str),
    ("contact_phone", "Telefonnummer", str),
)
"""What a version may hold of its organisation: key, label, and the way to its words."""


def version_of(session: Session, proposal: Proposal, number: int | None) -> ProposalVersion:
    """The version with this number, without one the newest. Raises NotFound where there is none."""
    if number is None:
        found = newest_version(session, proposal.id)
    else:
        found = session.exec(
            select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == number)
        ).first()
    if found is None:
        raise NotFound
    return found


def gather(session: Session, proposal: Proposal, version: ProposalVersion) -> ProposalCopyFacts:
    """The copy of one version. Versions from before an organisation told more, or files were sent, hold less.

    Title and questions are the call's: a published call keeps them as they are.
    """
    call, content = call_of(session, proposal), version.content
    answers: Answers = content["answers"]
    return ProposalCopyFacts(
        reference=proposal.reference or "",
        title=str(answers.get("title", "")),
        call_title=call.title,
        received_at=version.received_at,
        version=version.number,
        organisation=content["organisation"]["name"],
        applicant=_applicant(content["organisation"]),
        sections=tuple(
            CopiedSection(
                title=section.title, answers=tuple(_answer(question, answers) for question in section.questions)
            )
            for section in questions_of(session, call).sections
        ),
        files=tuple(
            CopiedFile(name=one["file_name"], size_bytes=one["size_bytes"]) for one in content.get("files", ())
        ),
    )


def _applicant(told: Mapping[str, Any]) -> tuple[ShortAnswer, ...]:
    return tuple(
        ShortAnswer(label=label, text="" if told[key] in (None, "") else words(told[key]))
        for key, label, words in _TOLD
        if key in told
    )


def _answer(question: Question, answers: Answers) -> Answer:
    if question.kind is Kind.ROWS:
        return _rows(question, answers)
    words = answer_words(question, answers.get(question.key))
    return (LongAnswer if question.kind is Kind.PROSE else ShortAnswer)(label=question.label, text=words)


def _rows(question: Question, answers: Answers) -> RowsAnswer:
    rows = rows_of(answers, question.key)
    return RowsAnswer(
        label=question.label,
        row_name=question.row_name,
        columns=tuple(_column(column, rows) for column in question.columns),
        rows=tuple(tuple(answer_words(column, row.get(column.key)) for column in question.columns) for row in rows),
    )


def _column(column: Question, rows: Sequence[Answers]) -> Column:
    if column.kind is not Kind.KRONER:
        return Column(label=column.label, is_figure=column.kind is Kind.PERCENT)
    return Column(label=column.label, is_figure=True, sum_ore=sum(row.get(column.key) or 0 for row in rows))
