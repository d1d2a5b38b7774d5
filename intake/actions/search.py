"""How do the words that a proposal is found by come to be stored? Nothing here commits."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from intake.models import Proposal, ProposalSearch
from intake.queries import newest_version
from intake.rules.danish_order import danish_key
from intake.rules.lifecycle import State
from intake.rules.proposal import Answers, ProposalDraft
from intake.rules.search import SEARCHED_ANSWERS, search_words

AT_A_TIME: Final = 200
"""Proposals of an older release that get their words in one transaction."""


def note_search(session: Session, proposal: Proposal) -> None:
    """Store what a proposal is found by; of a returned one what was sent, until it is sent again."""
    if proposal.state is State.RETURNED:
        return
    words = _words_of(proposal, proposal.answers)
    row = session.get(ProposalSearch, proposal.id) or ProposalSearch(proposal_id=proposal.id, words="")
    if row.words != words:
        row.words = words
        session.add(row)


def note_missing_searches(session: Session) -> int:
    """Store the words of proposals that an older release wrote; returns of how many, at most AT_A_TIME."""
    found = without_words(session)
    for proposal in found:
        # Told to the database alone: nobody edited the proposal, so its version stays.
        session.execute(
            sa.update(Proposal)
            .where(col(Proposal.id) == proposal.id)
            .values(title_key=danish_key(proposal.title))
            .execution_options(synchronize_session=False)
        )
        sent = newest_version(session, proposal.id) if proposal.state is State.RETURNED else None
        answers = sent.content["answers"] if sent else proposal.answers
        session.add(ProposalSearch(proposal_id=proposal.id, words=_words_of(proposal, answers)))
    return len(found)


def _words_of(proposal: Proposal, answers: Answers) -> str:
    draft = ProposalDraft(answers)
    own = (proposal.reference or "", proposal.organisation_name, proposal.organisation_cvr or "")
    return search_words((*own, *(draft.text(key) for key in SEARCHED_ANSWERS)))


def without_words(session: Session) -> Sequence[Proposal]:
    """Proposals that nobody can search for yet, a few at a time."""
    known = sa.exists().where(col(ProposalSearch.proposal_id) == col(Proposal.id))
    return session.exec(select(Proposal).where(~known).limit(AT_A_TIME)).all()
