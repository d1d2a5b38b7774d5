"""Where do the answers behind a sorting come from, with day and name, and where on our pages do they stand?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from foundation.clock import today
from foundation.formats import day
from intake.models import Proposal
from intake.queries import latest_formal_check, newest_version
from scoring.fact_queries import FactRecord, fact_records
from scoring.models import FundFiguresRow
from scoring.queries import counting_consensus
from scoring.rules.grounds import Ground
from scoring.rules.sources import RestsOn, Source, recorded_facts, rests_on


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Where a ground has its answer from, in Danish; `leads_to` is the page for it, `fact` the place on that page."""

    text: str
    leads_to: Source
    fact: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What a case knows about its own sources; `sorted_at` None while it is not sorted."""

    records: Mapping[str, FactRecord]
    words: Mapping[Source, str]
    sorted_at: datetime | None


def ground_sources(
    session: Session,
    proposal: Proposal,
    grounds: tuple[Ground, ...],
    fund: FundFiguresRow,
    *,
    sorted_at: datetime | None,
) -> tuple[SourceLine, ...]:
    """A line for each ground; a fact that was written after the sorting is named as such, not as its source."""
    known = _Known(fact_records(session, proposal.id), _plain_sources(session, proposal, fund), sorted_at)
    return tuple(_line(rest, known) for rest in rests_on(grounds))


def _plain_sources(session: Session, proposal: Proposal, fund: FundFiguresRow) -> dict[Source, str]:
    check, version = latest_formal_check(session, proposal.id), newest_version(session, proposal.id)
    consensus = counting_consensus(session, proposal.id)
    agreed_on = "" if consensus is None else f" {day(today(consensus.consensus.recorded_at))}"
    return {
        Source.FORMAL_CHECK: "Formalitjek" + ("" if check is None else f", {day(today(check.checked_at))}"),
        Source.CONSENSUS: f"Vurdering, konsensus{agreed_on}" if agreed_on else "Vurdering",
        Source.HEARING: "Partshøring",
        Source.PROPOSAL: "Forslaget" + ("" if version is None else f", udgave {version.number}"),
        Source.CALL: "Callet",
        Source.FUND: f"Fondens tal pr. {day(fund.as_of)}",
    }


def _line(rest: RestsOn, known: _Known) -> SourceLine:
    written = [
        (known.records[key].recorded_at, key)
        for fact in rest.facts
        for key in recorded_facts(fact)
        if key in known.records
    ]
    parts = []
    for source in rest.sources:
        if source is not Source.CASE_FACTS:
            parts.append(known.words[source])
        elif written or source is rest.sources[0]:
            parts.append(_facts_words(max(written, default=None), known))
    places = [key for fact in rest.facts for key in recorded_facts(fact)]
    return SourceLine("; ".join(parts), rest.sources[0], places[0] if places else "")


def _facts_words(newest: tuple[datetime, str] | None, known: _Known) -> str:
    if newest is None:
        return "Sagsgrundlag"
    at, key = newest
    if known.sorted_at is not None and at > known.sorted_at:
        return f"Sagsgrundlag, rettet efter sorteringen, {day(today(at))}"
    return f"Sagsgrundlag, {day(today(at))}, {known.records[key].recorded_by_name}"
