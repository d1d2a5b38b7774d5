"""Which proposals hold what somebody looks for?

The words were made by `intake.rules.search` and hold letters from a to z and digits alone, so that they can stand in
the question that each database's own index understands.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from intake.models import Proposal, ProposalSearch
from intake.rules.search import Sought, asked_words

BY_WORD = "proposal_search_by_word"
"""The index over the words: on SQLite a table of its own, on PostgreSQL an index. Neither stands in the metadata."""


FEW = 2_000
"""So many proposals are told by their keys; more of them are looked up one by one as a list goes along."""


def holds(session: Session, sought: Sought, found: Sequence[UUID]) -> list[sa.ColumnElement[bool]]:
    """The conditions that all must hold; none where nothing was asked for.

    `found` are the keys that `keys_with_words` gave, whatever else was asked for.
    """
    if sought.finds_nothing:
        return [sa.false()]
    where: list[sa.ColumnElement[bool]] = [
        col(Proposal.reference).startswith(one, autoescape=True) for one in sought.references
    ]
    where += [col(Proposal.organisation_cvr) == number for number in sought.cvr_numbers]
    if sought.states is not None:
        where.append(col(Proposal.state).in_(sorted(sought.states)))
    if asked_words(sought):
        where.append(_is_found(session, sought, found))
    return where


def _is_found(session: Session, sought: Sought, found: Sequence[UUID]) -> sa.ColumnElement[bool]:
    if not found:
        return sa.false()
    return col(Proposal.id).in_(found if len(found) <= FEW else keys_with_words(session, sought))


def keys_with_words(session: Session, sought: Sought) -> Any:
    """The keys of the proposals that hold every word: one that begins so, or one with the same stem."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import TSQUERY  # Two megabytes, which a process on SQLite does without.

        asked = " & ".join(f"('{begins}'{':*' * _begins(begins)} | '{stem}')" for begins, stem in asked_words(sought))
        words = sa.func.to_tsvector(sa.literal_column("'simple'"), col(ProposalSearch.words))
        return sa.select(col(ProposalSearch.proposal_id)).where(words.bool_op("@@")(sa.cast(asked, TSQUERY)))
    asked = " AND ".join(f'("{begins}"{"*" * _begins(begins)} OR "{stem}")' for begins, stem in asked_words(sought))
    table = sa.table(BY_WORD, sa.column("proposal_id", sa.Uuid()))
    return sa.select(table.c.proposal_id).where(sa.literal_column(BY_WORD).op("MATCH")(asked))


def _begins(word: str) -> bool:
    """Longer words are found as well: one letter alone begins too many."""
    return len(word) > len("w") + 1
