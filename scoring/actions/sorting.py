"""How does a person confirm, overrule or renew what the rules answer? Nothing here commits."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from intake.actions import move_proposal, record_on
from intake.models import Call, Proposal
from intake.queries.visibility import has_conflict
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring.events import SortingConfirmed, SortingOverridden, SortingRenewed
from scoring.models import SortingRun
from scoring.queries import (
    SortingInputs,
    counting_consensus,
    latest_run,
    open_hearing,
    own_assessment,
    sorting_inputs,
    unfinished_assessors,
    unheard_facts,
)
from scoring.rules import figures
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.maturity import maturity_e4
from scoring.rules.resorting import Difference, Seen, SortingBasis, differences, plain_inputs
from scoring.rules.sorting import Sorting, sort_proposal
from scoring.rules.stability import Stability, plain_stability, stability
from scoring.rules.what_if import what_would_change
from scoring.stability_queries import witnesses


def run_sorting(session: Session, proposal: Proposal, call: Call, *, at: datetime) -> tuple[SortingInputs, Sorting]:
    """What the rules answer now, from the facts as they stand. Nothing is stored."""
    inputs = sorting_inputs(session, proposal, call, on=today(at))
    return inputs, sort_proposal(inputs.facts, inputs.limits, inputs.fund, inputs.policy)


def basis_of(inputs: SortingInputs) -> SortingBasis:
    """The inputs as the rules compare and keep them."""
    return SortingBasis(inputs.facts, inputs.limits, inputs.fund)


def changed_since(run: SortingRun, inputs: SortingInputs) -> tuple[Difference, ...]:
    """What is otherwise now than when the proposal was sorted."""
    return differences(run.inputs, plain_inputs(basis_of(inputs)), inputs.policy.scale)


def seen_now(inputs: SortingInputs, run: SortingRun | None) -> Seen:
    """What a page shows that is opened now."""
    return Seen(plain_inputs(basis_of(inputs)), "" if run is None else str(run.id))


@dataclass(frozen=True, slots=True)
class _Answered:
    """What a person now decides on: the inputs, the rules' answer, and the sorting before it."""

    inputs: SortingInputs
    sorting: Sorting
    earlier: SortingRun | None


def confirm_sorting(
    session: Session, proposal: Proposal, call: Call, *, seen: Seen | None = None, actor: Actor, at: datetime
) -> None:
    """A person follows the rules' answer. Raises Refused while there is none.

    `seen` is what the page showed; raises ChangedMeanwhile where it holds no more. None: nobody looked at a page.
    """
    answered = _decidable(session, proposal, call, seen=seen, actor=actor, at=at)
    move_proposal(proposal, "sorting.confirm")
    sorting = answered.sorting
    _store_run(session, proposal, answered, chosen=sorting.track, reason="", actor=actor, at=at)
    happened = SortingConfirmed(sorting.track.value, sorting.rule or "", _maturity_words(sorting))
    record_on(session, proposal, happened, actor=actor, at=at)


def override_sorting(
    session: Session,
    proposal: Proposal,
    call: Call,
    *,
    track: Track,
    reason: str,
    seen: Seen | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """A person sorts otherwise, with a reason; the rules' answer stays beside it (domain.md G, SORT12)."""
    answered = _decidable(session, proposal, call, seen=seen, actor=actor, at=at)
    sorting = answered.sorting
    if not reason:
        raise Refused("Skriv, hvorfor forslaget skal sorteres anderledes, end reglerne siger.", field="reason")
    if track is sorting.track:
        raise Refused(_same_track(proposal, answered.earlier), field="track")
    if proposal.state is not State.SORTED:
        move_proposal(proposal, "sorting.override")
    _store_run(session, proposal, answered, chosen=track, reason=reason, actor=actor, at=at)
    happened = SortingOverridden(sorting.track.value, sorting.rule or "", track.value, reason)
    record_on(session, proposal, happened, actor=actor, at=at)


def _same_track(proposal: Proposal, earlier: SortingRun | None) -> str:
    if proposal.state is State.SORTED and earlier is not None and earlier.chosen_track is not earlier.track:
        return "Det er det samme spor, som reglerne giver. Vælg Sorter igen for at følge reglerne."
    return "Det er det samme spor, som reglerne giver. Vælg Bekræft i stedet."


def renew_sorting(
    session: Session, proposal: Proposal, call: Call, *, seen: Seen | None = None, actor: Actor, at: datetime
) -> None:
    """Sort anew what is sorted, because something has changed; an earlier overruling falls, and the history says so.

    Raises Refused when the rules give the same basis as before and nothing was overruled, unless whoever sorted has a
    conflict of interest since; and while they have no answer: a sorted case has a track, so the earlier sorting stands
    until there is another.
    """
    answered = _decidable(session, proposal, call, seen=seen, actor=actor, at=at)
    sorting, earlier = answered.sorting, answered.earlier
    if earlier is None:
        raise Refused("Forslaget er ikke sorteret endnu. Bekræft sorteringen, eller sorter anderledes.")
    changed = changed_since(earlier, answered.inputs)
    is_same = not changed and earlier.chosen_track is sorting.track
    if is_same and not has_conflict(session, earlier.run_by, proposal):
        raise Refused("Der er ikke noget nyt, siden forslaget blev sorteret. Den sidste sortering gælder.")
    _store_run(session, proposal, answered, chosen=sorting.track, reason="", actor=actor, at=at)
    happened = SortingRenewed(
        earlier=earlier.chosen_track.value,
        was_overridden=earlier.chosen_track is not earlier.track,
        track=sorting.track.value,
        rule=sorting.rule or "",
        maturity=_maturity_words(sorting),
        changed=tuple(difference.key for difference in changed),
    )
    record_on(session, proposal, happened, actor=actor, at=at)


def _maturity_words(sorting: Sorting) -> str:
    return "" if sorting.maturity is None else figures.maturity(sorting.maturity)


def _decidable(
    session: Session, proposal: Proposal, call: Call, *, seen: Seen | None, actor: Actor, at: datetime
) -> _Answered:
    if own_assessment(session, proposal.id, actor.person_id) is not None:
        raise Refused("Du har selv vurderet forslaget. En anden i sekretariatet skal sortere det.")
    missing = unfinished_assessors(session, proposal.id)
    if missing and proposal.state is State.MATURITY_ASSESSMENT:  # Later nobody can finish any more.
        raise Refused(f"Ikke alle har afsluttet deres vurdering. Der mangler: {', '.join(missing)}.")
    _need_heard(session, proposal)
    inputs, sorting = run_sorting(session, proposal, call, at=at)
    earlier = latest_run(session, proposal.id)
    if seen is not None and seen != seen_now(inputs, earlier):
        raise ChangedMeanwhile
    if sorting.track is not Track.UNDETERMINED:
        return _Answered(inputs, sorting, earlier)
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
    session: Session, proposal: Proposal, answered: _Answered, *, chosen: Track, reason: str, actor: Actor, at: datetime
) -> None:
    inputs, sorting = answered.inputs, answered.sorting
    session.add(
        SortingRun(
            proposal_id=proposal.id,
            policy_id=inputs.policy_id,
            fund_figures_id=inputs.fund_row.id,
            inputs=plain_inputs(basis_of(inputs)),
            track=sorting.track,
            rule=sorting.rule,
            maturity_e4=maturity_e4(sorting.maturity),
            final=sorting.final,
            deciding=deciding_paragraph(sorting),
            grounds=[_plain_ground(asdict(ground)) for ground in sorting.grounds],
            stability=plain_stability(_how_sure(session, proposal, inputs)),
            chosen_track=chosen,
            reason=reason,
            run_by=actor.person_id,
            run_at=at,
        )
    )
    proposal.track = chosen
    proposal.maturity_e4 = maturity_e4(sorting.maturity)
    session.add(proposal)


def _how_sure(session: Session, proposal: Proposal, inputs: SortingInputs) -> Stability | None:
    """A snapshot as the sorting itself: assessments and business case may be others tomorrow."""
    basis, policy = basis_of(inputs), inputs.policy
    changes = what_would_change(basis.facts, basis.call, basis.fund, policy)
    return stability(basis, policy, changes, witnesses(session, proposal))


def _plain_ground(ground: dict[str, Any]) -> dict[str, Any]:
    """The ground in the types that JSON holds."""
    return {key: value.value if isinstance(value, StrEnum) else value for key, value in ground.items()}
