"""Which papers can be made of a case?"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from sqlmodel import Session

from exports.decision_memo_facts import gather
from foundation.settings import Settings
from intake.models import Proposal

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper: its address word, Danish name, the program that opens it, and the way from case to bytes."""

    slug: str
    name: str
    program: str
    ending: str
    mimetype: str
    make: Callable[[Session, Proposal, Settings], bytes]

    def file_name(self, proposal: Proposal) -> str:
        return f"{self.slug}-{proposal.reference}.{self.ending}"

    def address(self, proposal: Proposal) -> str:
        return url_for("exports.download", slug=self.slug, reference=proposal.reference)


def decision_memo(session: Session, proposal: Proposal, settings: Settings) -> bytes:
    """The Word memo: gather, then render into the office's own template."""
    from exports.decision_memo import render
    from exports.starter_templates import template_for

    facts = gather(session, proposal)
    return render(facts, template_for(facts.kind, settings.storage_folder / "word-templates"))


PAPERS: dict[str, Paper] = {
    paper.slug: paper for paper in (Paper("decision-memo", "Indstillingen", "Word", "docx", DOCX, decision_memo),)
}
