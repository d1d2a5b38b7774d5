"""How does the secretariat save a shortlist of a call? Nothing here commits, and no case changes track or state."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from intake.actions import record_on
from intake.actions.calls import record_on_call
from intake.models import Call, Proposal
from portfolio.events import ShortlistMoved, ShortlistSaved
from portfolio.models import Shortlist, ShortlistItem
from portfolio.rules.shortlist_lines import NEEDS_REASON, ShortlistLine
from portfolio.shortlist_queries import cases_to_list, newest_number


def save_shortlist(
    session: Session, call: Call, lines: Sequence[ShortlistLine], *, version: int, actor: Actor, at: datetime
) -> Shortlist:
    """Add a list. `version` is the number of the newest that the page showed, 0 for none.

    Raises ChangedMeanwhile when somebody saved one since; Refused where a reason is missing, where there is nothing to
    save, and where a case is left out: whoever may not open all of them does not divide the money between them.
    """
    session.refresh(call, with_for_update=True)  # Two who save at once get two numbers.
    if newest_number(session, call.id) != version:
        raise ChangedMeanwhile
    _check(session, call, lines)
    saved = Shortlist(call_id=call.id, number=version + 1, saved_by=actor.person_id, saved_at=at)
    session.add(saved)
    session.flush()
    session.add_all(_item(saved, line) for line in lines)
    record_on_call(session, call, ShortlistSaved(saved.number), actor=actor, at=at)
    for line in lines:
        if line.is_moved:
            proposal = session.get_one(Proposal, line.proposal_id)
            record_on(session, proposal, _moved(saved, line), actor=actor, at=at)
    return saved


def _check(session: Session, call: Call, lines: Sequence[ShortlistLine]) -> None:
    if call.is_history:
        raise Refused("Callet er historisk. Der kan ikke gemmes en liste i det.")
    if cases_to_list(session, call.id) != {line.proposal_id for line in lines}:
        raise Refused(
            "Listen kan kun gemmes af en, der har adgang til alle de sorterede forslag i callet. Svar på, om du er "
            "inhabil, eller lad en kollega gemme den."
        )
    if not lines:
        raise Refused("Der er ingen sorterede forslag at gemme en liste over endnu.")
    for line in lines:
        if line.is_moved and not line.reason:
            raise Refused(NEEDS_REASON, field=line.field or None)


def _item(saved: Shortlist, line: ShortlistLine) -> ShortlistItem:
    return ShortlistItem(
        shortlist_id=saved.id,
        proposal_id=line.proposal_id,
        track=line.track,
        place=line.place,
        shares_place=line.shares_place,
        amount_ore=line.amount_ore,
        outcome_ore=line.outcome_ore,
        by_rule=line.by_rule,
        chosen=line.chosen,
        reason=line.reason if line.is_moved else "",
    )


def _moved(saved: Shortlist, line: ShortlistLine) -> ShortlistMoved:
    return ShortlistMoved(
        number=saved.number,
        place=line.place,
        by_rule=line.by_rule.value,
        chosen=line.chosen.value,
        reason=line.reason,
    )
