"""What does somebody find who looks in the log, and which rows of it may they know of?"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from desk.log_wording import ADMINISTRATORS_KINDS, KIND_WORDS, SUBJECT_WORDS, kind_words
from exports.log_table import LogLine
from foundation.audit import AuditEvent
from foundation.audit_search import Cursor, LoggedAct, Search, search
from foundation.clock import COPENHAGEN, copenhagen_moment, in_utc
from foundation.errors import Refused
from foundation.formats import day
from foundation.identity.admin_queries import people_called
from foundation.identity.models import Organisation, Person
from foundation.identity.roles import Actor, Role
from intake.models import Call, Proposal
from intake.queries import visible_to
from intake.queries.visibility import closed_cases, in_states
from intake.rules.rights import Relation
from portfolio.models import CouncilMeeting
from scoring.models import PolicyRow

PAGE_ROWS: Final = 50
MOST_EXPORTED: Final = 20_000
MOST_PEOPLE: Final = 50


class Part(StrEnum):
    """What the person who is looked for has to do with the act."""

    BY = "by"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What somebody typed: empty is not asked. `since` and `until` are days, both of them in."""

    case: str = ""
    person: str = ""
    part: Part = Part.BY
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def words(self) -> str:
        """The filter in one line, for the row that an export leaves in the log."""
        told = {
            "sag": self.case,
            "person, som gjorde det" if self.part is Part.BY else "person, som det handler om": self.person,
            "hændelse": kind_words(self.kind) if self.kind else "",
            "fra": day(self.since) if self.since else "",
            "til og med": day(self.until) if self.until else "",
        }
        return ", ".join(f"{name}: {value}" for name, value in told.items() if value)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One act and what it is about. `reference` and `person_id` lead to a page that the reader may open."""

    act: LoggedAct
    what: str
    about: str
    name: str
    reference: str | None
    person_id: UUID | None


def kinds_for(actor: Actor) -> dict[str, str]:
    """The kinds that somebody may look for, with their words, in the order of the words."""
    shown = ADMINISTRATORS_KINDS if actor.role is Role.ADMINISTRATOR else KIND_WORDS.keys()
    return {kind: KIND_WORDS[kind] for kind in sorted(shown, key=lambda kind: KIND_WORDS[kind])}


def read_log(
    session: Session, actor: Actor, asked: LogFilter, *, before: Cursor | None = None, most: int = PAGE_ROWS + 1
) -> list[LogRow]:
    """The acts that the actor may know of, the newest first; as many queries for one row as for fifty.

    Raises Refused for a name that too many people have.
    """
    found = search(
        session, _search_for(session, actor, asked), may_see=_may_see(session, actor), before=before, most=most
    )
    names = _names(session, actor, found)
    return [_row(actor, act, names.get(act.subject_id, "")) for act in found]


def log_lines(session: Session, actor: Actor, asked: LogFilter) -> list[LogLine]:
    """All of it, for a table. Raises Refused where it is more than one file holds."""
    rows = read_log(session, actor, asked, most=MOST_EXPORTED + 1)
    if len(rows) > MOST_EXPORTED:
        raise Refused("Der er flere end 20.000 linjer. Søg i en kortere periode, og hent dem hver for sig.")
    return [_line(row) for row in rows]


def case_asked_for(session: Session, actor: Actor, asked: LogFilter) -> UUID | None:
    """The case that the filter names, if the actor may see it."""
    if not asked.case or actor.role is Role.ADMINISTRATOR:
        return None
    return session.exec(select(Proposal.id).where(Proposal.reference == asked.case, visible_to(actor))).first()


# ---- what is asked, and what may be seen ----------------------------------------------------------------------------


def _search_for(session: Session, actor: Actor, asked: LogFilter) -> Search:
    people = people_called(session, asked.person, most=MOST_PEOPLE + 1) if asked.person else None
    if people is not None and len(people) > MOST_PEOPLE:
        raise Refused(f"Mere end {MOST_PEOPLE} personer passer. Skriv mere af navnet eller adressen.", field="person")
    about = people if asked.part is Part.ABOUT else None
    if asked.case:
        case = case_asked_for(session, actor, asked)
        about = (case,) if case is not None and about is None else ()
    return Search(
        by=people if asked.part is Part.BY else None,
        about=about,
        kinds=(asked.kind,) if asked.kind else None,
        since=copenhagen_moment(asked.since, time.min) if asked.since else None,
        until=copenhagen_moment(asked.until + timedelta(days=1), time.min) if asked.until else None,
    )


def _may_see(session: Session, actor: Actor) -> list[sa.ColumnElement[bool]]:
    """An administrator sees what is about no case; an auditor not what is about a case that is closed to them.

    A proposal that was never sent is its writer's own, and one that was deleted is nobody's.
    """
    if actor.role is Role.ADMINISTRATOR:
        # An expression, which no index fits: by the kinds' own index all that there ever was of them would be sorted.
        return [(col(AuditEvent.kind) + "").in_(sorted(ADMINISTRATORS_KINDS))]
    of_a_case = sa.exists().where(col(Proposal.id) == col(AuditEvent.subject_id), in_states(Relation.AUDITOR))
    seen: list[sa.ColumnElement[bool]] = [sa.or_(col(AuditEvent.subject_type) != "proposal", of_a_case)]
    shut = closed_cases(session, actor)
    return [*seen, col(AuditEvent.subject_id).not_in(shut)] if shut else seen


# ---- what the acts are about ----------------------------------------------------------------------------------------


def _names(session: Session, actor: Actor, acts: list[LoggedAct]) -> dict[UUID, str]:
    """What the things of the acts are called; five queries whatever their number."""
    keys: dict[str, set[UUID]] = {}
    for act in acts:
        keys.setdefault(act.subject_type, set()).add(act.subject_id)
    names: dict[UUID, str] = {}
    for subject_type, (table, column, *where) in _NAMED.items():
        if actor.role is Role.ADMINISTRATOR and subject_type == "proposal":
            continue
        for some in _in_hundreds(sorted(keys.get(subject_type, ()))):
            rows: Any = session.execute(sa.select(table.id, column).where(col(table.id).in_(some), *where))
            names |= {key: day(name) if isinstance(name, date) else name for key, name in rows if name}
    return names


_NAMED: Final[dict[str, Any]] = {
    "proposal": (Proposal, Proposal.reference),
    "person": (Person, Person.name),
    "call": (Call, Call.title, col(Call.published_at).is_not(None)),
    "organisation": (Organisation, Organisation.name),
    "meeting": (CouncilMeeting, CouncilMeeting.held_on),
    "policy": (PolicyRow, PolicyRow.title),
}


def _in_hundreds(keys: list[UUID]) -> list[list[UUID]]:
    """In pieces, since a database takes only so many values in one question."""
    return [keys[start : start + 500] for start in range(0, len(keys), 500)]


def _row(actor: Actor, act: LoggedAct, name: str) -> LogRow:
    may_open = actor.role is Role.AUDITOR and act.subject_type == "proposal" and bool(name)
    is_person = actor.role is Role.ADMINISTRATOR and act.subject_type == "person"
    return LogRow(
        act,
        kind_words(act.kind),
        SUBJECT_WORDS.get(act.subject_type, act.subject_type),
        name,
        name if may_open else None,
        act.subject_id if is_person else None,
    )


def _line(row: LogRow) -> LogLine:
    return LogLine(
        number=row.act.sequence,
        at=_local(row.act.happened.at),
        who=row.act.happened.who,
        role=row.act.happened.role_word,
        what=row.what,
        code=row.act.kind,
        about=row.about,
        name=row.name,
        facts=json.dumps(row.act.facts, ensure_ascii=False, sort_keys=True),
    )


def _local(at: datetime) -> str:
    return in_utc(at).astimezone(COPENHAGEN).isoformat(timespec="seconds")
