"""F1: is what applicants were told is saved or sent still there, and whole, when the web process is killed?"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import cycle
from uuid import UUID

from PIL import Image
from sqlmodel import Session, select

from foundation.storage import Storage
from intake.models import Call
from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.ledger import Ledger
from tools.faults.scene import Scene, visitors
from tools.faults.servers import Server, serving
from tools.faults.stored import Stored, stored_proposals
from tools.faults.visitor import Visitor

BROWSERS = 8
DRAFTS_A_ROUND = 24
STOPS_ALTOGETHER = 5
"""Every so often not only the processes that answer are killed, but the one that watches over them too."""


def run(database: Database, rounds: int, seed: int) -> Outcome:
    """Each round sends drafts from eight browsers and kills the server at a random moment of it."""
    chance, ledger = random.Random(seed), Ledger()  # noqa: S311 - a drill is run again with its seed
    with database.session() as session:
        scene = Scene(session)
        drafts = scene.drafts(rounds * DRAFTS_A_ROUND)
        tokens = scene.sessions("AO", BROWSERS)
    with serving(database) as server:
        browsers = visitors(server.port, tokens)
        for number in range(rounds):
            batch = drafts[number * DRAFTS_A_ROUND :][:DRAFTS_A_ROUND]
            _one_round(server, browsers, batch, ledger, chance, altogether=number % STOPS_ALTOGETHER == 0)
    with database.session() as session:
        return _compare(session, Storage(database.storage), ledger, rounds)


def _one_round(
    server: Server,
    browsers: list[Visitor],
    drafts: list[UUID],
    ledger: Ledger,
    chance: random.Random,
    *,
    altogether: bool,
) -> None:
    kill_after = len(ledger) + chance.randrange(2 * len(drafts))
    with ThreadPoolExecutor(len(browsers)) as pool:
        for browser, draft in zip(cycle(browsers), drafts, strict=False):
            pool.submit(send_draft, browser, draft, ledger, chance.randbytes(12))
        ledger.wait_for(kill_after)
        time.sleep(chance.random() * 0.05)
        dead = server.workers()
        if altogether:
            server.kill()
            server.start()
        else:
            server.kill_workers()
            server.wait_for_new(dead)


def send_draft(browser: Visitor, draft: UUID, ledger: Ledger, salt: bytes) -> None:
    """Write a text, add a file, send; each on the ledger when it was acknowledged. The first silence ends it."""
    text, file = f"Ældre ved torvet, {salt.hex()}", a_picture(salt)
    fields = (("revision", "0"), ("action", "stay"), ("target_group", text), ("inclusion", "Man bor alene."))
    more = (("exclusion", "Ingen."), ("recruitment", "Viceværterne."), ("participants", "30"))
    if not browser.post(f"/drafts/{draft}/sections/target_group", (*fields, *more)).is_ack:
        return
    ledger.note("text", draft, text)
    if not browser.post_file(f"/drafts/{draft}/files/add", "billede.png", file).is_ack:
        return
    ledger.note("file", draft, hashlib.sha256(file).hexdigest())
    answer = browser.post(f"/drafts/{draft}/submit")
    if answer.is_ack:
        ledger.note("sent", draft, answer.location.split("/")[2])


def a_picture(salt: bytes) -> bytes:
    """A picture of four dots that no other round has."""
    written = BytesIO()
    Image.frombytes("RGB", (2, 2), salt).save(written, "PNG")
    return written.getvalue()


# ---- the ledger against what is stored ------------------------------------------------------------------------------


def _compare(session: Session, storage: Storage, ledger: Ledger, rounds: int) -> Outcome:
    stored = stored_proposals(session)
    lost = list(_lost(stored, ledger))
    half = [f"{key} is there in part" for key, one in stored.items() if not one.is_whole]
    half += [f"{key} has a file that is not whole" for key, one in stored.items() if not one.reads_from(storage)]
    numbers = sorted(one.proposal.number for one in stored.values() if one.proposal.number is not None)
    last = session.exec(select(Call.last_number)).one()
    wrong = [] if numbers == list(range(1, last + 1)) else [f"{len(numbers)} numbers given, {last} counted by the call"]
    kinds = ", ".join(f"{len(ledger.of(kind))} {kind}" for kind in ("text", "file", "sent"))
    note = f"acknowledged {kinds}; stored as sent {len(numbers)}"
    return Outcome(
        rounds, len(ledger), len(lost), len(half), wrong=len(wrong), note=note, faults=(*lost, *half, *wrong)
    )


def _lost(stored: dict[UUID, Stored], ledger: Ledger) -> Iterator[str]:
    """What was acknowledged and is not there."""
    for key, one in stored.items():
        text, file, sent = (ledger.of(kind).get(key) for kind in ("text", "file", "sent"))
        if text is not None and one.proposal.answers["target_group"] != text:
            yield f"text of {key}"
        if file is not None and file not in {row.sha256 for row in one.files}:
            yield f"file of {key}"
        if sent is not None and one.proposal.reference != sent:
            yield f"sending of {key}"


DRILLS = (Drill("F1", "web process killed while texts, files and proposals are sent", run, rounds=8, full=420),)
