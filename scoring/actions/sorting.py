"""How does a person confirm or overrule what the rules answer? Nothing here commits."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from foundation.clock import today
from foundation.errors import Refused
from foundation.identity.roles import Actor
from intake.actions import move_proposal, record_on
from intake.models import Call, Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring.events import SortingConfirmed, SortingOverridden
from scoring.models import SortingRun
from scoring.queries import (
    SortingInputs,
    counting_consensus,
    open_hearing,
    own_assessment,
    sorting_inputs,
    unfinished_assessors,
    unheard_facts,
)
from scoring.rules import figures
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.maturity import maturity_e4
from scoring.rules.policies import get_policy
from scoring.rules.sorting import Sorting, sort_proposal


def run_sorting(session: Session, proposal: Proposal, call: Call, *, at: datetime) -> tuple[SortingInputs, Sorting]:
    """What the rules answer now, from the facts as they stand. Nothing is stored."""
    inputs = sorting_inputs(session, proposal, call, on=today(at))
    return inputs, sort_proposal(inputs.facts, inputs.limits, inputs.fund, get_policy(inputs.policy_id))


def confirm_sorting(session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime) -> None:
    """A person follows the rules' answer. Raises Refused while there is none."""
    inputs, sorting = _decidable(session, proposal, call, actor=actor, at=at)
    move_proposal(proposal, "sorting.confirm")
    _store_run(session, proposal, inputs, sorting, chosen=sorting.track, reason="", actor=actor, at=at)
    maturity = "" if sorting.maturity is None else figures.maturity(sorting.maturity)
    record_on(
        session,
        proposal,
        SortingConfirmed(sorting.track.value, sorting.rule or "", maturity),
        actor=actor,
        at=at,
    )


def override_sorting(
    session: Session, proposal: Proposal, call: Call, *, track: Track, reason: str, actor: Actor, at: datetime
) -> None:
    """A person sorts otherwise, with a reason; the rules' answer stays beside it (domain.md G, SORT12)."""
    inputs, sorting = _decidable(session, proposal, call, actor=actor, at=at)
    if not reason:
        raise Refused("Skriv, hvorfor forslaget skal sorteres anderledes, end reglerne siger.", field="reason")
    if track is sorting.track:
        raise Refused("Det er det samme spor, som reglerne giver. Vælg Bekræft i stedet.", field="track")
    if proposal.state is not State.SORTED:
        move_proposal(proposal, "sorting.override")
    _store_run(session, proposal, inputs, sorting, chosen=track, reason=reason, actor=actor, at=at)
    record_on(
        session,
        proposal,
        SortingOverridden(sorting.track.value, sorting.rule or "", track.value, reason),
        actor=actor,
        at=at,
    )


def _decidable(
    session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime
) -> tuple[SortingInputs, Sorting]:
    if own_assessment(session, proposal.id, actor.person_id) is not None:
        raise Refused("Du har selv vurderet forslaget. En anden i sekretariatet skal sortere det.")
    missing = unfinished_assessors(session, proposal.id)
    if missing and proposal.state is State.MATURITY_ASSESSMENT:  # Later nobody can finish any more.
        raise Refused(f"Ikke alle har afsluttet deres vurdering. Der mangler: {', '.join(missing)}.")
    _need_heard(session, proposal)
    inputs, sorting = run_sorting(session, proposal, call, at=at)
    if sorting.track is not Track.UNDETERMINED:
        return inputs, sorting
    if counting_consensus(session, proposal.id) is None:
        raise Refused("Der mangler konsensus. Registrér først de point, som vurdererne er nået frem til sammen.")
    raise Refused(deciding_paragraph(sorting))


def _need_heard(session: Session, proposal: Proposal) -> None:
    """Raises Refused while the applicant is being heard, or must be (FVL § 19)."""
    if open_hearing(session, proposal.id) is not None:
        raise Refused("Partshøringen er ikke slut. Luk den, før du sorterer forslaget.")
    if unheard_facts(session, proposal.id):
        raise Refused("Ansøgeren skal høres om det nye, der taler imod forslaget, før du sorterer det.")


def _store_run(
    session: Session,
    proposal: Proposal,
    inputs: SortingInputs,
    sorting: Sorting,
    *,
    chosen: Track,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    session.add(
        SortingRun(
            proposal_id=proposal.id,
            policy_id=inputs.policy_id,
            fund_figures_id=inputs.fund_row.id,
            inputs=_plain({"facts": asdict(inputs.facts), "call": asdict(inputs.limits), "fund": asdict(inputs.fund)}),
            track=sorting.track,
            rule=sorting.rule,
            maturity_e4=maturity_e4(sorting.maturity),
            final=sorting.final,
            deciding=deciding_paragraph(sorting),
            grounds=[_plain(asdict(ground)) for ground in sorting.grounds],
            chosen_track=chosen,
            reason=reason,
            run_by=actor.person_id,
            run_at=at,
        )
    )
    proposal.track = chosen
    proposal.maturity_e4 = maturity_e4(sorting.maturity)
    session.add(proposal)


def _plain(value: Any) -> Any:
    """The same facts in the types that JSON holds; decimals stay exact as text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value
