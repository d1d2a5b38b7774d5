"""F22, F23, F24, F26: what becomes of the same thing done twice, or two things that exclude each other, at once?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.audit import AuditEvent
from foundation.clock import today
from foundation.identity.models import Person, SignInLink, WebSession
from foundation.identity.queries import token_hash
from foundation.moves import NotAMove
from foundation.workdays import add_workdays
from intake.models import FormalCheckItem, Proposal
from intake.rules.formal_check import DEMANDS
from intake.rules.lifecycle import PROPOSAL_MOVES, State
from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.ledger import all_at_once
from tools.faults.scene import Scene, visitors
from tools.faults.servers import serving
from tools.faults.stored import stored_proposals
from tools.faults.visitor import Answer, Visitor

# ---- F22: the same form sent two to five times ----------------------------------------------------------------------


def submit_twice(database: Database, rounds: int, seed: int) -> Outcome:
    """Two to five sendings of one proposal at once, from one browser or two people's, and one more afterwards."""
    chance = random.Random(seed)  # noqa: S311 - a drill is run again with its seed
    with database.session() as session:
        scene = Scene(session)
        drafts = scene.drafts(rounds)
        tokens = scene.sessions("AO", 3) + scene.sessions("AO2", 3)
    told: dict[UUID, list[Answer]] = {}
    with serving(database) as server:
        browsers = visitors(server.port, tokens)
        for draft in drafts:
            hands = chance.choices(browsers, k=chance.randint(2, 5))
            told[draft] = all_at_once(partial(hand.post, f"/drafts/{draft}/submit") for hand in hands)
            told[draft].append(browsers[0].post(f"/drafts/{draft}/submit"))
    with database.session() as session:
        stored = stored_proposals(session)
    acks = {draft: [one for one in answers if one.is_ack] for draft, answers in told.items()}
    doubled = [f"{draft} was acknowledged {len(found)} times" for draft, found in acks.items() if len(found) > 1]
    lost = [f"{draft} was never acknowledged" for draft, found in acks.items() if not found]
    half = [f"{draft} is not whole" for draft in drafts if not stored[draft].is_whole]
    wrong = [
        f"{draft}: {answer.status} without the number {stored[draft].proposal.reference}"
        for draft, answers in told.items()
        for answer in answers
        if not _tells_number(answer, stored[draft].proposal)
    ]
    return _outcome(rounds, sum(map(len, acks.values())), lost=lost, half=half, doubled=doubled, wrong=wrong)


def _tells_number(answer: Answer, proposal: Proposal) -> bool:
    """Both the one who got through and those who came too late are told the same number."""
    number = str(proposal.reference)
    return number in (answer.location if answer.is_ack else answer.text) and answer.status in (303, 409)


# ---- F23: two people save the same version --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """Two saves of one version at once: what each wrote, and what each was answered."""

    case: UUID
    texts: tuple[str, str]
    answers: tuple[Answer, Answer]

    @property
    def winner(self) -> int | None:
        """Who was acknowledged; None unless exactly one was and the other was refused as too late."""
        statuses = [one.status for one in self.answers]
        return statuses.index(303) if sorted(statuses) == [303, 409] else None


def save_same_version(database: Database, rounds: int, seed: int) -> Outcome:
    """Two applicants save one section, and two case workers one formal check, from pages of the same version."""
    with database.session() as session:
        scene = Scene(session)
        drafts = scene.drafts(rounds)
        cases = [_to_check(scene) for _ in range(rounds)]
        tokens = [scene.sessions(key)[0] for key in ("AO", "AO2", "SE", "S2")]
    sections, checks = list[Pair](), list[Pair]()
    with serving(database) as server:
        first, second, officer, colleague = visitors(server.port, tokens)
        for number, (draft, (case, reference, version)) in enumerate(zip(drafts, cases, strict=True)):
            texts = (f"Den ene skriver {seed} {number}", f"Den anden skriver {seed} {number}")
            path = f"/drafts/{draft}/sections/organisation"
            sections.append(_save(draft, texts, (first, second), path, _section))
            path = f"/proposals/{reference}/formal-check"
            checks.append(_save(case, texts, (officer, colleague), path, partial(_finding, version)))
    with database.session() as session:
        stored = {one.id: str(one.answers["capacity"]) for one in session.exec(select(Proposal))}
        notes = session.exec(select(FormalCheckItem).where(FormalCheckItem.rule == next(iter(DEMANDS))))
        found = {one.proposal_id: str(one.note) for one in notes}
    return _judge(rounds, sections, stored, checks, found)


def _to_check(scene: Scene) -> tuple[UUID, str, int]:
    proposal = scene.world.submitted()
    scene.world.free_of_conflict("S2", proposal)
    scene.world.session.commit()
    return proposal.id, str(proposal.reference), proposal.version


def _section(text: str) -> Iterable[tuple[str, str]]:
    return (("revision", "0"), ("action", "stay"), ("capacity", text), ("risks", "Tørke."), ("continuation", "Ja."))


def _finding(version: int, text: str) -> Iterable[tuple[str, str]]:
    rule = next(iter(DEMANDS))
    return (("version", str(version)), (f"{rule}_outcome", "needs_human"), (f"{rule}_note", text))


def _save(
    case: UUID,
    texts: tuple[str, str],
    browsers: tuple[Visitor, Visitor],
    path: str,
    fields: Callable[[str], Iterable[tuple[str, str]]],
) -> Pair:
    pairs = zip(browsers, texts, strict=True)
    one, other = all_at_once(partial(browser.post, path, fields(text)) for browser, text in pairs)
    return Pair(case, texts, (one, other))


def _judge(
    rounds: int, sections: list[Pair], stored: dict[UUID, str], checks: list[Pair], found: dict[UUID, str]
) -> Outcome:
    lost, wrong = list[str](), list[str]()
    for pair, kept in [(one, stored[one.case]) for one in sections] + [(one, found.get(one.case)) for one in checks]:
        if pair.winner is None:
            wrong.append(f"{pair.case}: answered {[one.status for one in pair.answers]}")
            continue
        winner, loser = pair.texts[pair.winner], pair.texts[1 - pair.winner]
        refusal = pair.answers[1 - pair.winner].text
        if kept != winner:
            lost.append(f"{pair.case}: the acknowledged text is not what is stored")
        if loser not in refusal:
            lost.append(f"{pair.case}: the refused text is not on the page")
        if pair in sections and winner not in refusal:
            wrong.append(f"{pair.case}: the page does not show both texts")
    acks = sum(one.is_ack for pair in (*sections, *checks) for one in pair.answers)
    return _outcome(rounds, acks, lost=lost, wrong=wrong)


# ---- F24: acts that exclude each other ------------------------------------------------------------------------------

KINDS = {
    "proposal.withdraw": "proposal_withdrawn",
    "proposal.reopen": "proposal_reopened",
    "formalcheck.record": "formal_check_recorded",
    "sorting.confirm": "sorting_confirmed",
    "agenda.place": "agenda_placed",
}
"""What the history calls each act."""
FAIR = frozenset({303, 403, 409})
"""Done; refused because the case is elsewhere now, or is a draft again, which the secretariat may not see."""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """One case and the two acts that meet on it, by word of the table of moves."""

    case: UUID
    reference: str
    state: State
    applicant: str
    officer: str


def decide_at_once(database: Database, rounds: int, seed: int) -> Outcome:
    """Withdrawal against sorting and against the agenda, opening again against the formal check."""
    del seed
    with database.session() as session:
        scene = Scene(session)
        day = add_workdays(today(scene.at), 20)
        scene.world.meeting(day)
        rivalries = [one for _ in range(rounds) for one in _rivalries(scene)]
        tokens = [scene.sessions(key)[0] for key in ("AO", "SE")]
    with serving(database) as server:
        applicant, officer = visitors(server.port, tokens)
        told = [all_at_once(_acts(one, applicant, officer, day.isoformat())) for one in rivalries]
    with database.session() as session:
        pairs = list(zip(rivalries, told, strict=True))
        wrong = [fault for one, answers in pairs if (fault := _break_of_the_rules(session, one, answers))]
    acks = sum(answer.is_ack for answers in told for answer in answers)
    both = sum(all(answer.is_ack for answer in answers) for answers in told)
    note = f"{both} times both, one after the other"
    return _outcome(len(rivalries), acks, wrong=wrong, note=note)


def _rivalries(scene: Scene) -> Iterator[Rivalry]:
    world = scene.world
    for proposal, applicant, officer in (
        (world.submitted(), "proposal.reopen", "formalcheck.record"),
        (world.ready_to_sort(), "proposal.withdraw", "sorting.confirm"),
        (world.memo_released(), "proposal.withdraw", "agenda.place"),
    ):
        yield Rivalry(proposal.id, str(proposal.reference), proposal.state, applicant, officer)


def _acts(one: Rivalry, applicant: Visitor, officer: Visitor, day: str) -> list[Callable[[], Answer]]:
    case = f"/proposals/{one.reference}"
    theirs = {
        "proposal.reopen": partial(applicant.post, f"{case}/reopen"),
        "proposal.withdraw": partial(applicant.post, f"{case}/withdraw", (("reason", "Vi har fundet andre penge."),)),
    }
    if one.officer == "agenda.place":
        return [theirs[one.applicant], partial(officer.post, f"{case}/agenda", (("meeting", day),))]
    if one.officer == "sorting.confirm":
        seen = ("version", officer.seen_version(f"{case}/sorting"))
        return [theirs[one.applicant], partial(officer.post, f"{case}/sorting/confirm", (seen,))]
    seen = ("version", officer.seen_version(f"{case}/formal-check"))
    found = [(f"{rule}_outcome", "ok") for rule in DEMANDS]
    passed = partial(officer.post, f"{case}/formal-check", (seen, *found, ("action", "pass")))
    return [theirs[one.applicant], passed]


def _break_of_the_rules(session: Session, one: Rivalry, answers: list[Answer]) -> str:
    """What was acknowledged must be what the history tells, in an order that the table of moves allows."""
    words = {KINDS[word]: word for word in (one.applicant, one.officer)}
    acked = {word for word, answer in zip(words.values(), answers, strict=True) if answer.is_ack}
    rows = select(AuditEvent.kind).where(AuditEvent.subject_id == one.case, col(AuditEvent.kind).in_(words))
    told = [words[kind] for kind in session.exec(rows.order_by(col(AuditEvent.sequence)))]
    if sorted(told) != sorted(acked) or not acked or not {answer.status for answer in answers} <= FAIR:
        return f"{one.reference}: answered {[answer.status for answer in answers]}, the history tells {told}"
    state = one.state
    try:
        for word in told:
            state = PROPOSAL_MOVES.step(state, word)
    except NotAMove as wrong:
        return f"{one.reference}: {wrong}"
    stored = session.get_one(Proposal, one.case).state
    return "" if stored is state else f"{one.reference}: is {stored}, the history leads to {state}"


# ---- F26: a link that works once, used twice ------------------------------------------------------------------------


def use_link_twice(database: Database, rounds: int, seed: int) -> Outcome:
    """A mailed link used by two browsers at once; every second address is one that nobody had."""
    chance = random.Random(seed)  # noqa: S311 - a drill is run again with its seed
    links = {chance.randbytes(32).hex(): _address(number) for number in range(rounds)}
    with database.session() as session:
        scene = Scene(session)
        session.add_all(_link(token, email, at=scene.at) for token, email in links.items())
        session.commit()
    with serving(database) as server:
        nobody = Visitor.nobody(server.port)
        told = {token: all_at_once([partial(nobody.post, f"/sign-in/{token}")] * 2) for token in links}
    with database.session() as session:
        opened = Counter(session.exec(select(Person.email).join(WebSession)))
        people = Counter(session.exec(select(Person.email)))
    expected = Counter(links.values())
    statuses = {token: sorted(one.status for one in answers) for token, answers in told.items()}
    wrong = [f"answered {found}" for found in statuses.values() if found != [303, 409]]
    doubled = [f"{email} signed in {opened[email]} times" for email in expected if opened[email] > expected[email]]
    doubled += [f"{email} is {number} people" for email, number in people.items() if number > 1]
    lost = [f"{email} did not get in" for email in expected if opened[email] < expected[email]]
    acks = sum(one.is_ack for answers in told.values() for one in answers)
    return _outcome(rounds, acks, lost=lost, doubled=doubled, wrong=wrong)


def _address(number: int) -> str:
    return "ao@x.example" if number % 2 else f"ny{number}@x.example"


def _link(token: str, email: str, *, at: datetime) -> SignInLink:
    """As the mail would hold it, past the limit of links an hour."""
    return SignInLink(token_hash=token_hash(token), email=email, created_at=at, expires_at=at + timedelta(hours=12))


def _outcome(
    rounds: int,
    acks: int,
    *,
    lost: Sequence[str] = (),
    half: Sequence[str] = (),
    doubled: Sequence[str] = (),
    wrong: Sequence[str] = (),
    note: str = "",
) -> Outcome:
    faults = (*lost, *half, *doubled, *wrong)
    return Outcome(rounds, acks, len(lost), len(half), len(doubled), len(wrong), note, faults)


DRILLS = (
    Drill("F22", "one proposal sent two to five times at once, and once more", submit_twice, rounds=60, full=2000),
    Drill("F23", "two people save the same version of a section and of a check", save_same_version, 40, 1000),
    Drill("F24", "withdrawal or opening again against sorting, agenda and formal check", decide_at_once, 12, 500),
    Drill("F26", "a sign-in link used by two browsers at once", use_link_twice, rounds=60, full=200),
)
