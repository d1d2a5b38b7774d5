"""F27, F37: what happens around the deadline's last second, and when a session ran out while somebody wrote?"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from itertools import cycle
from uuid import UUID

from sqlmodel import Session, select

from foundation.clock import copenhagen_moment, today
from foundation.identity.models import SignInLink
from foundation.identity.queries import token_hash
from intake.models import Call, Proposal
from intake.rules.lifecycle import State
from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.scene import Scene, visitors
from tools.faults.servers import Wires, wired
from tools.faults.stored import Stored, stored_proposals
from tools.faults.visitor import Answer, Visitor

# ---- F27: the last second -------------------------------------------------------------------------------------------

DEADLINES = (time(12), time(23, 59, 59))
STEPS = [timedelta(milliseconds=100 * number) for number in range(-10, 11)]
"""From a second before the deadline to a second after, both included."""
HALVES = [(timedelta(milliseconds=first), timedelta(milliseconds=second)) for first, second in ((-100, 0), (-100, 100))]
"""When the first and the second half of a slow body arrive."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One proposal, when its whole body had arrived by the server's clock, and what was answered."""

    draft: UUID
    arrived_at: datetime
    closes_at: datetime
    answer: Answer


def last_second(database: Database, rounds: int, seed: int) -> Outcome:
    """Each round: 21 sendings in steps of 100 ms around each of two deadlines, and two whose body is slow.

    What has arrived whole at the deadline is in time (contract 8.9); what is late stays a draft.
    """
    del seed
    each = rounds * (len(STEPS) + len(HALVES))
    with database.session() as session:
        scene = Scene(session)
        drafts = scene.drafts(each * len(DEADLINES))
        moments = [copenhagen_moment(today(scene.at) + timedelta(days=1), deadline) for deadline in DEADLINES]
        tokens = [scene.sessions("AO", at=closes_at - timedelta(hours=1))[0] for closes_at in moments]
    told = list[Sending]()
    for number, (closes_at, token) in enumerate(zip(moments, tokens, strict=True)):
        told += _around(database, closes_at, token, drafts[number * each :][:each])
    with database.session() as session:
        stored = stored_proposals(session)
    wrong = [fault for one in told if (fault := _against_the_rule(one, stored[one.draft]))]
    half = [f"{one.draft} is not whole" for one in told if not stored[one.draft].is_whole]
    acks = sum(one.answer.is_ack for one in told)
    note = f"{acks} in time, {len(told) - acks} late and kept as drafts"
    return Outcome(len(told), acks, half=len(half), wrong=len(wrong), note=note, faults=(*half, *wrong))


def _around(database: Database, closes_at: datetime, token: str, drafts: list[UUID]) -> list[Sending]:
    with database.session() as session:
        call = session.exec(select(Call)).one()
        call.closes_at = closes_at
        session.add(call)
        session.commit()
    told, left = list[Sending](), iter(drafts)
    with wired(database) as (server, wires):
        (browser,) = visitors(server.port, [token])
        for step in STEPS * (len(drafts) // (len(STEPS) + len(HALVES))):
            told.append(_at_once(browser, wires, next(left), closes_at, step))
        for draft, halves in zip(left, cycle(HALVES), strict=False):
            told.append(_slowly(browser, wires, draft, closes_at, halves))
    return told


def _at_once(browser: Visitor, wires: Wires, draft: UUID, closes_at: datetime, step: timedelta) -> Sending:
    wires.set(now=(closes_at + step).isoformat())
    return Sending(draft, closes_at + step, closes_at, browser.post(f"/drafts/{draft}/submit"))


def _slowly(
    browser: Visitor, wires: Wires, draft: UUID, closes_at: datetime, halves: tuple[timedelta, timedelta]
) -> Sending:
    first, second = ((closes_at + half).isoformat() for half in halves)
    wires.set(now=first)
    answer = browser.post_in_halves(f"/drafts/{draft}/submit", partial(wires.set, now=second))
    return Sending(draft, closes_at + halves[1], closes_at, answer)


def _against_the_rule(one: Sending, stored: Stored) -> str:
    after = f"{one.draft}, {(one.arrived_at - one.closes_at).total_seconds():+.1f} s"
    if one.arrived_at > one.closes_at:
        is_draft = stored.proposal.state is State.DRAFT and one.answer.status == 409
        return "" if is_draft else f"{after}: late and answered {one.answer.status}"
    if not one.answer.is_ack:
        return f"{after}: in time and answered {one.answer.status}"
    return "" if stored.proposal.received_at == one.arrived_at else f"{after}: received {stored.proposal.received_at}"


# ---- F37: a long pause while writing --------------------------------------------------------------------------------

SHORT, LONG = timedelta(minutes=61), timedelta(hours=13)


def long_pause(database: Database, rounds: int, seed: int) -> Outcome:
    """After 61 minutes a text is saved as ever. After 13 hours it is kept on the page until one has signed in anew."""
    chance = random.Random(seed)  # noqa: S311 - a drill is run again with its seed
    links = [chance.randbytes(32).hex() for _ in range(rounds)]
    with database.session() as session:
        scene = Scene(session)
        drafts, tokens = scene.drafts(rounds), scene.sessions("AO", rounds)
        session.add_all(_lasting_link(token, scene.world.people["AO"].email, scene.at) for token in links)
        session.commit()
    faults = list[str]()
    with wired(database) as (server, wires):
        for draft, browser, link in zip(drafts, visitors(server.port, tokens), links, strict=True):
            faults += _write_with_pauses(browser, wires, draft, link, scene.at)
    with database.session() as session:
        lost = [fault for draft in drafts if (fault := _loss(session, draft))]
    return Outcome(rounds, 3 * rounds - len(faults), len(lost), wrong=len(faults), faults=(*faults, *lost))


def _lasting_link(token: str, email: str, at: datetime) -> SignInLink:
    """As it is mailed when the person asks for it on the next day."""
    return SignInLink(token_hash=token_hash(token), email=email, created_at=at, expires_at=at + timedelta(days=2))


def _text(draft: UUID, when: str) -> str:
    return f"Otte frivillige og en kasserer, {when}, {draft}"


def _fields(draft: UUID, when: str, revision: int) -> tuple[tuple[str, str], ...]:
    kept = (("risks", "Tørke."), ("continuation", "Ja."))
    return (("revision", str(revision)), ("action", "stay"), ("capacity", _text(draft, when)), *kept)


def _write_with_pauses(browser: Visitor, wires: Wires, draft: UUID, link: str, began: datetime) -> list[str]:
    """What did not go as it must, in the order in which the person meets it."""
    path, faults = f"/drafts/{draft}/sections/organisation", list[str]()
    wires.set(now=(began + SHORT).isoformat())
    saved = browser.with_form_from(SHORT).post(path, _fields(draft, "efter 61 minutter", 0))
    if not saved.is_ack:
        faults.append(f"{draft}: after 61 minutes answered {saved.status}")
    wires.set(now=(began + LONG).isoformat())
    refused = browser.with_form_from(LONG).post(path, _fields(draft, "efter 13 timer", 1))
    if refused.status != 401 or _text(draft, "efter 13 timer") not in refused.text:
        faults.append(f"{draft}: after 13 hours answered {refused.status}, or without the text")
    signed_in = browser.post(f"/sign-in/{link}")
    browser = browser.with_cookie(signed_in)
    again = browser.press(refused, path)
    if again.status == 400:  # The form of the old page: the new one holds the text and the session's own token.
        browser = browser.with_cookie(again)
        again = browser.press(again, path)
    if not again.is_ack:
        faults.append(f"{draft}: sent again and answered {again.status}")
    check = browser.get(f"/drafts/{draft}/check")
    sent = browser.with_cookie(check).press(check, f"/drafts/{draft}/submit")
    if not sent.is_ack:
        faults.append(f"{draft}: not sent after the pause, answered {sent.status}")
    return faults


def _loss(session: Session, draft: UUID) -> str:
    """What is wrong with a proposal after all pauses; nothing when it was sent with its last text."""
    proposal = session.get_one(Proposal, draft)
    if proposal.answers.get("capacity") != _text(draft, "efter 13 timer"):
        return f"{draft}: the last text is not stored"
    return "" if proposal.state is State.SUBMITTED else f"{draft}: is {proposal.state}"


DRILLS = (
    Drill("F27", "sendings in steps of 100 ms around the deadline, and slow bodies", last_second, rounds=1, full=10),
    Drill("F37", "a pause of 61 minutes and of 13 hours while writing", long_pause, rounds=10, full=200),
)
