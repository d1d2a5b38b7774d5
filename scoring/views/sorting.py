"""How does the secretariat sort a case, and sort it again, in the browser?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from flask import g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.errors import ChangedMeanwhile, Refused
from foundation.permissions import PERMISSIONS
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from intake.queries import call_of
from intake.queries.visibility import has_conflict
from intake.rules.track import Track
from scoring import actions, queries
from scoring.business_case_queries import chosen_business_case
from scoring.commitment_queries import commitments
from scoring.forms import SeenForm, SortingForm
from scoring.models import FundFiguresRow, SortingRun
from scoring.policy_queries import policy_of
from scoring.rules.commitment import is_commitment_asked
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.department_says import payer_notes
from scoring.rules.dimensions import Dimension
from scoring.rules.grounds import Ground, Section
from scoring.rules.maturity import Level
from scoring.rules.policies import Policy
from scoring.rules.resorting import Difference, Seen, SortingBasis, differences, read_inputs
from scoring.rules.sorting import Sorting
from scoring.rules.sources import Missing, Source, missing_facts
from scoring.rules.stability import Stability, stability
from scoring.rules.what_if import Change, what_would_change
from scoring.source_queries import SourceLine, ground_sources
from scoring.stability_queries import stability_of_run, witnesses
from scoring.views.blueprint import known_maturity, level_of_call, scoring


@scoring.get("/proposals/<reference>/sorting")
@needs_case("sorting.view")
def sorting(case: Case) -> ResponseReturnValue:
    """What the rules answer and why; once sorted, what was stored."""
    return _sorting_page(case, SortingForm())


# ---- what the page shows ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroundLine:
    """One ground, where it has its answer from, and the page that says it, or nothing."""

    ground: Ground
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class GroundGroup:
    """The grounds of one section as the page folds them; `mark` is met, not_met or unknown."""

    section: Section
    lines: list[GroundLine]
    mark: str
    summary: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class MissingLine:
    """Something that nobody has answered, and the page where it is answered, or nothing."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules answered, now or when the proposal was sorted, with the figures that it rests on."""

    track: Track
    rule: str | None
    deciding: str
    groups: list[GroundGroup]
    missing: list[MissingLine]
    changes: tuple[Change, ...]
    stability: Stability | None
    payer_notes: tuple[str, ...]
    maturity: Fraction | None
    level: Level | None
    final: bool
    fund: FundFiguresRow


@dataclass(frozen=True, slots=True)
class Present:
    """What the rules answer today, for those who can act on it, and how that differs from the newest sorting."""

    track: Track
    deciding: str
    seen: Seen
    differences: tuple[Difference, ...]
    fund: FundFiguresRow
    sorted_by_conflicted: bool

    @property
    def is_determined(self) -> bool:
        return self.track is not Track.UNDETERMINED


def _sorting_page(case: Case, form: SortingForm, changed: tuple[Difference, ...] | None = None) -> str:
    """`changed` is what happened since a page that was sent too late was opened; None for any other."""
    session, proposal = current_session(), case.proposal
    runs = queries.sorting_runs(session, proposal.id)
    run = runs[0][0] if runs else None
    fresh = _sorted_now(case) if run is None or case.may("sorting.override") else None
    present = None if fresh is None else _present(case, fresh, run)
    form.version.data = "" if present is None else present.seen.to_text()
    return render_template(
        "scoring/sorting.html",
        case=case,
        proposal=proposal,
        answer=_stored_answer(case, run) if run else _fresh_answer(case, fresh),
        run=run,
        runs=runs,
        present=present,
        changed=changed,
        business_case=chosen_business_case(session, proposal.id),
        sees_fund=case.actor.role in PERMISSIONS["fund.view"],
        consensus=queries.counting_consensus(session, proposal.id),
        hearing_pending=queries.hearing_pending(session, proposal.id),
        unfinished=queries.unfinished_assessors(session, proposal.id),
        form=form,
    )


_Fresh = tuple[queries.SortingInputs, Sorting]


def _sorted_now(case: Case) -> _Fresh:
    session, proposal = current_session(), case.proposal
    return actions.run_sorting(session, proposal, call_of(session, proposal), at=now())


def _present(case: Case, fresh: _Fresh, run: SortingRun | None) -> Present:
    inputs, answered = fresh
    return Present(
        track=answered.track,
        deciding=deciding_paragraph(answered),
        seen=actions.seen_now(inputs, run),
        differences=() if run is None else actions.changed_since(run, inputs),
        fund=inputs.fund_row,
        sorted_by_conflicted=run is not None and has_conflict(current_session(), run.run_by, case.proposal),
    )


def _fresh_answer(case: Case, fresh: _Fresh | None) -> Answer:
    inputs, answered = fresh or _sorted_now(case)
    basis, policy = SortingBasis(inputs.facts, inputs.limits, inputs.fund), inputs.policy
    changes = _changes(basis, policy)
    return Answer(
        track=answered.track,
        rule=answered.rule,
        deciding=deciding_paragraph(answered),
        groups=_grouped(case, answered.grounds, inputs.fund_row, run=None),
        missing=_missing_lines(case, missing_facts(inputs.facts, answered.grounds, policy)),
        changes=changes,
        stability=stability(basis, policy, changes, witnesses(current_session(), case.proposal)),
        payer_notes=_payer_notes(case, answered.grounds),
        maturity=answered.maturity,
        level=answered.level,
        final=answered.final,
        fund=inputs.fund_row,
    )


def _stored_answer(case: Case, run: SortingRun) -> Answer:
    maturity, grounds = known_maturity(run.maturity_e4), tuple(map(_stored_ground, run.grounds))
    fund, basis = queries.fund_figures_used(current_session(), run), read_inputs(run.inputs)
    policy = policy_of(current_session(), run.policy_id)
    return Answer(
        track=run.track,
        rule=run.rule,
        deciding=run.deciding,
        groups=_grouped(case, grounds, fund, run=run),
        missing=_missing_lines(case, missing_facts(basis.facts, grounds, policy) if basis else ()),
        changes=_changes(basis, policy) if basis else (),
        stability=stability_of_run(run),
        payer_notes=_payer_notes(case, grounds),
        maturity=maturity,
        level=level_of_call(maturity, run.policy_id),
        final=run.final,
        fund=fund,
    )


def _payer_notes(case: Case, grounds: tuple[Ground, ...]) -> tuple[str, ...]:
    """Who has not answered what, until every payer has said yes (domain.md GATE5)."""
    said_yes = any(ground.holds for ground in grounds if ground.rule == "GATE5")
    if said_yes or not is_commitment_asked(case.proposal.wish):
        return ()
    return tuple(payer_notes(one.said for one in commitments(current_session(), case.proposal.id)))


def _changes(basis: SortingBasis, policy: Policy) -> tuple[Change, ...]:
    return what_would_change(basis.facts, basis.call, basis.fund, policy)


def _stored_ground(kept: dict[str, Any]) -> Ground:
    dimension = kept["dimension"]
    return Ground(
        **{
            **kept,
            "section": Section(kept["section"]),
            "dimension": None if dimension is None else Dimension(dimension),
        }
    )


def _grouped(
    case: Case, grounds: tuple[Ground, ...], fund: FundFiguresRow, *, run: SortingRun | None
) -> list[GroundGroup]:
    sources = ground_sources(
        current_session(), case.proposal, grounds, fund, sorted_at=None if run is None else run.run_at
    )
    lines = [_ground_line(case, ground, source) for ground, source in zip(grounds, sources, strict=True)]
    return [_group(section, list(found)) for section, found in groupby(lines, key=lambda line: line.ground.section)]


def _group(section: Section, lines: list[GroundLine]) -> GroundGroup:
    grounds = [line.ground for line in lines]
    failing = [ground for ground in grounds if not ground.holds]
    mark = "met" if not failing else "not_met" if any(ground.known for ground in failing) else "unknown"
    summary = f"{len(grounds) - len(failing)} af {len(grounds)}"
    if section is Section.OWN_DRIFT:
        summary = {"met": "ja", "not_met": "nej", "unknown": "ikke oplyst"}[mark]
    return GroundGroup(section, lines, mark, summary, is_open=any(ground.decides for ground in failing))


_PAGES: dict[Source, Sequence[tuple[str, str]]] = {
    Source.FORMAL_CHECK: (("formalcheck.view", "intake.formalities"),),
    Source.CASE_FACTS: (("casefacts.edit", "scoring.case_facts"),),
    Source.CONSENSUS: (("consensus.record", "scoring.consensus"), ("assessment.view", "scoring.assessments")),
    Source.HEARING: (("hearing.view", "scoring.hearing"),),
    Source.PROPOSAL: (("proposal.view", "desk.proposal"),),
    Source.ROUTING: (("department.route", "intake.route"),),
}
"""Where a source can be read or written, by the right that it takes; the first one that the reader has."""


def _page_of(case: Case, source: Source, fact: str) -> str:
    for action, endpoint in _PAGES.get(source, ()):
        if case.may(action):
            anchor = f"fact-{fact}" if fact and source is Source.CASE_FACTS else None
            return url_for(endpoint, reference=case.proposal.reference, _anchor=anchor)
    return ""


def _ground_line(case: Case, ground: Ground, source: SourceLine) -> GroundLine:
    return GroundLine(ground, source.text, _page_of(case, source.leads_to, source.fact))


def _missing_lines(case: Case, found: tuple[Missing, ...]) -> list[MissingLine]:
    return [MissingLine(one.label, _page_of(case, one.source, one.place)) for one in found]


# ---- what a person decides ----------------------------------------------------------------------------------------


@scoring.post("/proposals/<reference>/sorting/confirm")
@commits
@needs_case("sorting.confirm")
def confirm(case: Case) -> ResponseReturnValue:
    form = SeenForm()

    def act() -> ResponseReturnValue:
        session, proposal = current_session(), case.proposal
        actions.confirm_sorting(
            session, proposal, call_of(session, proposal), seen=form.to_seen(), actor=case.actor, at=now()
        )
        return _back(case, "Sorteringen er bekræftet.")

    return _decide(case, form, act)


@scoring.post("/proposals/<reference>/sorting/renew")
@commits
@needs_case("sorting.renew")
def renew(case: Case) -> ResponseReturnValue:
    form = SeenForm()

    def act() -> ResponseReturnValue:
        session, proposal = current_session(), case.proposal
        actions.renew_sorting(
            session, proposal, call_of(session, proposal), seen=form.to_seen(), actor=case.actor, at=now()
        )
        return _back(case, "Forslaget er sorteret igen.")

    return _decide(case, form, act)


@scoring.post("/proposals/<reference>/sorting/override")
@commits
@needs_case("sorting.override")
def override(case: Case) -> ResponseReturnValue:
    form = SortingForm()
    g.field_labels = {"reason": form.reason.label.text}

    def act() -> ResponseReturnValue:
        session, proposal = current_session(), case.proposal
        if not form.track.data:
            raise Refused("Vælg det spor, forslaget skal have.", field="track")
        actions.override_sorting(
            session,
            proposal,
            call_of(session, proposal),
            track=Track(form.track.data),
            reason=form.reason.data,
            seen=form.to_seen(),
            actor=case.actor,
            at=now(),
        )
        return _back(case, "Forslaget er sorteret anderledes.")

    return _decide(case, form, act)


def _back(case: Case, message: str) -> ResponseReturnValue:
    return go(url_for("scoring.sorting", reference=case.proposal.reference), message)


def _decide(case: Case, form: SeenForm, act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Act on what the page showed; where that holds no more, nothing is written and the page says what is otherwise."""
    shown = form if isinstance(form, SortingForm) else SortingForm()
    try:
        return apply_or_show(form, act, lambda: _sorting_page(case, shown))
    except ChangedMeanwhile:
        return make_response(_sorting_page(case, shown, _changed_since_page(case, form)), ChangedMeanwhile.status)


def _changed_since_page(case: Case, form: SeenForm) -> tuple[Difference, ...]:
    """What is otherwise than on the page that was sent; nothing where the page cannot be read."""
    inputs, _ = _sorted_now(case)
    try:
        seen = form.to_seen()
    except ChangedMeanwhile:
        return ()
    now_seen = actions.seen_now(inputs, None)
    return differences(seen.inputs, now_seen.inputs, inputs.policy.scale)
