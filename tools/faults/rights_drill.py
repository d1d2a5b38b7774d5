"""F25: can a right that is taken away, or given up, while a request runs still be used by it?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.audit import AuditEvent
from foundation.identity.models import WebSession
from foundation.identity.queries import token_hash
from scoring.rules.dimensions import Dimension
from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.ledger import all_at_once
from tools.faults.scene import Scene, visitors
from tools.faults.servers import serving
from tools.faults.visitor import Answer

LONGEST_HEAD_START_SECONDS = 0.03
SHEET = tuple(
    (f"{dimension.value}_{part}", value)
    for dimension in Dimension
    for part, value in (("score", "2"), ("reason", "Set i forslaget"), ("evidence", "Afsnit 1"))
)
FINISH = ("version", "0"), ("action", "finalise"), *SHEET
CONFLICT = ("has_conflict", "yes"), ("ground", "Jeg er blevet valgt ind i bestyrelsen.")


def run(database: Database, rounds: int, seed: int) -> Outcome:
    """A session is ended while it sends a proposal; an assessor finishes the sheet and declares a conflict elsewhere.

    The history keeps the order in which acts were carried out: nothing may follow the loss of its right.
    """
    chance = random.Random(seed)  # noqa: S311 - a drill is run again with its seed
    with database.session() as session:
        scene = Scene(session)
        drafts, tokens = scene.drafts(rounds), scene.sessions("AO", rounds)
        ids = [_session_id(session, token) for token in tokens]
        cases = [scene.world.answered() for _ in range(rounds)]
        subjects = {one.id: str(one.reference) for one in cases}
        (admin,), assessor = scene.sessions("AD"), scene.sessions("RA", 2)
    told: dict[UUID, list[Answer]] = {}
    with serving(database) as server:
        (officer, scorer, elsewhere), people = visitors(server.port, [admin, *assessor]), visitors(server.port, tokens)
        for person, ended, draft in zip(people, ids, drafts, strict=True):
            sending = partial(person.post, f"/drafts/{draft}/submit")
            told[draft] = _meet(chance, sending, partial(officer.post, f"/sessions/{ended}/end"))
        for case, reference in subjects.items():
            page = f"/proposals/{reference}"
            declaring = partial(elsewhere.post, f"{page}/conflict", CONFLICT)
            told[case] = _meet(chance, partial(scorer.post, f"{page}/assessment", FINISH), declaring)
    with database.session() as session:
        wrong = [
            fault for draft, ended in zip(drafts, ids, strict=True) if (fault := _late_send(session, draft, ended))
        ]
        wrong += [fault for case in subjects if (fault := _late_sheet(session, case))]
    wrong += [f"answered {one.status}" for answers in told.values() for one in answers if one.status not in FAIR]
    acks = sum(one.is_ack for answers in told.values() for one in answers)
    first = sum(answers[0].is_ack for answers in told.values())
    return Outcome(2 * rounds, acks, wrong=len(wrong), note=f"{first} acts came before the end", faults=tuple(wrong))


FAIR = frozenset({303, 401, 403, 409})
"""Done, or refused as signed out, as shut out of the case, or as too late."""


def _meet(chance: random.Random, use: Callable[[], Answer], end: Callable[[], Answer]) -> list[Answer]:
    """Use the right and end it, one of the two a moment later, so that they meet anywhere on their way."""
    wait = (chance.random() - 0.3) * LONGEST_HEAD_START_SECONDS
    return all_at_once([partial(_after, -wait, use), partial(_after, wait, end)])


def _after(seconds: float, act: Callable[[], Answer]) -> Answer:
    time.sleep(max(seconds, 0))
    return act()


def _session_id(session: Session, token: str) -> UUID:
    return session.exec(select(WebSession.id).where(WebSession.token_hash == token_hash(token))).one()


def _late_send(session: Session, draft: UUID, ended: UUID) -> str:
    rows = session.exec(select(AuditEvent).where(AuditEvent.kind == "session_ended"))
    ends = [one.sequence or 0 for one in rows if one.facts["session"] == str(ended)]
    sent = _sequences(session, draft, "proposal_submitted")
    return f"{draft} was sent by a session that had ended" if sent and ends and max(sent) > min(ends) else ""


def _late_sheet(session: Session, case: UUID) -> str:
    shut, finished = (_sequences(session, case, kind) for kind in ("conflict_declared", "assessment_finalised"))
    return f"{case} was scored by somebody shut out" if finished and max(finished) > max(shut) else ""


def _sequences(session: Session, subject: UUID, kind: str) -> list[int]:
    rows = select(AuditEvent.sequence).where(AuditEvent.subject_id == subject, AuditEvent.kind == kind)
    return [number for number in session.exec(rows.order_by(col(AuditEvent.sequence))) if number is not None]


DRILLS = (Drill("F25", "a right that ends while a request runs", run, rounds=25, full=500),)
