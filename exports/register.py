"""Which papers can be made of a case?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlmodel import Session

from exports.chart_pictures import PaperPicture
from exports.decision_memo_facts import gather
from exports.memo_content import DecisionMemoFacts
from exports.memo_pictures import memo_pictures
from exports.memo_snapshot import from_content
from exports.proposal_copy_facts import gather as gather_copy
from exports.proposal_copy_facts import version_of
from foundation.settings import Settings
from intake.models import Proposal
from portfolio.queries import released_memo

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper: its address word, Danish name, the program that opens it, the right that it needs, and the way
    from case to bytes.

    A paper of one sent version (`of_version`) is made of the version with the number given, without one of the newest;
    any other is made of the case as it stands on the day given. Files are called by `file_word`, else by the address
    word.
    """

    slug: str
    name: str
    program: str
    ending: str
    mimetype: str
    action: str
    make: Callable[[Session, Proposal, Settings, int | None, date], bytes]
    of_version: bool = False
    file_word: str = ""

    @property
    def endpoint(self) -> str:
        return self.slug.replace("-", "_")

    def file_name(self, proposal: Proposal, version: int | None = None) -> str:
        """The first version has the plain name, since most proposals are sent once."""
        later = f"-udgave-{version}" if version is not None and version > 1 else ""
        return f"{self.file_word or self.slug}-{proposal.reference}{later}.{self.ending}"

    def address(self, proposal: Proposal) -> str:
        return url_for(f"exports.{self.endpoint}", reference=proposal.reference)


def decision_memo(session: Session, proposal: Proposal, settings: Settings, _version: int | None, on: date) -> bytes:
    """The Word memo, rendered into the office's own template."""
    facts = memo_facts(session, proposal, on=on)
    return memo_in_word(facts, settings, memo_pictures(session, facts))


def memo_facts(session: Session, proposal: Proposal, *, on: date) -> DecisionMemoFacts:
    """What was released to the council, whatever has changed since; before that a draft of the day `on`."""
    released = released_memo(session, proposal.id)
    return gather(session, proposal, on=on) if released is None else from_content(released.content)


def memo_in_word(facts: DecisionMemoFacts, settings: Settings, pictures: Mapping[str, PaperPicture]) -> bytes:
    """The same page whoever asks for it: the paper of a case, the file of a call and the command line."""
    from exports.decision_memo import render
    from exports.starter_templates import template_for

    return render(facts, template_for(facts.kind, settings.storage_folder / "word-templates"), pictures)


def proposal_copy(session: Session, proposal: Proposal, _settings: Settings, version: int | None, _on: date) -> bytes:
    """What was sent, as Word. Raises NotFound for a version that is not there."""
    from exports.proposal_copy import render

    return render(gather_copy(session, proposal, version_of(session, proposal, version)))


PAPERS: dict[str, Paper] = {
    paper.slug: paper
    for paper in (
        Paper("decision-memo", "Indstillingen", "Word", "docx", DOCX, "memo.export", decision_memo),
        Paper(
            "proposal-copy",
            "Kopi af forslaget",
            "Word",
            "docx",
            DOCX,
            "copy.export",
            proposal_copy,
            of_version=True,
            file_word="forslag",
        ),
    )
}
