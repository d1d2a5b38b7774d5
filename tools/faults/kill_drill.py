"""F2, F16: is an act there whole or not at all, wherever the process is killed on its way, and its mail with it?"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from foundation.clock import today
from foundation.mail import OutgoingMail
from foundation.workdays import add_workdays
from intake.models import Proposal
from intake.rules.lifecycle import State
from tests.builders import World
from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.mail_drill import let_leases_end
from tools.faults.scene import Scene, visitors
from tools.faults.servers import Server, Wires, wired, working
from tools.faults.visitor import Answer

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does to a case: by a form with these fields, or by the button of a page."""

    word: str
    who: str
    make: Callable[[World], Proposal]
    path: str
    fields: Callable[[str], Fields] = lambda _day: ()
    """Given the day of the council's meeting."""
    page: str = ""


SUBMIT = Act("submit", "AO", World.draft, "/drafts/{id}/submit")
WITHDRAW = Act(
    "withdraw",
    "AO",
    World.checked,
    "/proposals/{reference}/withdraw",
    lambda _day: (("reason", "Vi har fundet andre penge."),),
)
SORT = Act(
    "sort",
    "SE",
    World.ready_to_sort,
    "/proposals/{reference}/sorting/confirm",
    page="/proposals/{reference}/sorting",
)
RELEASE = Act(
    "release", "SE", World.memo_ready, "/proposals/{reference}/memo/release", page="/proposals/{reference}/memo"
)
PLACE = Act("place", "SE", World.memo_released, "/proposals/{reference}/agenda", lambda day: (("meeting", day),))


@dataclass(frozen=True, slots=True)
class Case:
    """A case that waits for its act."""

    id: UUID
    reference: str
    state: State
    act: Act

    @property
    def path(self) -> str:
        return self.act.path.format(id=self.id, reference=self.reference)


class Stage:
    """Cases for each act, and the browsers of those who take it."""

    def __init__(self, database: Database, acts: tuple[Act, ...], number: int) -> None:
        self.database = database
        with database.session() as session:
            scene = Scene(session)
            held_on = add_workdays(today(scene.at), 20)
            scene.world.meeting(held_on)
            made = [(act, act.make(scene.world)) for act in acts for _ in range(number)]
            self.cases = [Case(one.id, str(one.reference), one.state, act) for act, one in made]
            self.tokens = {act.who: scene.sessions(act.who)[0] for act in acts}
            self.day = held_on.isoformat()

    def of(self, act: Act) -> list[Case]:
        return [case for case in self.cases if case.act is act]

    def take(self, server: Server, case: Case) -> Answer:
        """The person takes the act, or tries to."""
        (browser,) = visitors(server.port, [self.tokens[case.act.who]])
        if not case.act.page:
            return browser.post(case.path, case.act.fields(self.day))
        page = browser.get(case.act.page.format(reference=case.reference))
        return browser.press(page, case.path) if f'action="{case.path}"' in page.text else browser.post(case.path)

    def rows(self) -> Counter[str]:
        """How many rows each table holds."""
        with self.database.session() as session:
            return Counter({table.name: _count(session, table) for table in SQLModel.metadata.sorted_tables})

    def state_of(self, case: Case) -> State:
        with self.database.session() as session:
            return session.get_one(Proposal, case.id).state


def _count(session: Session, table: sa.Table) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


# ---- F2: killed at each step ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whole:
    """What an act comes to when nobody disturbs it."""

    rows: Counter[str]
    state: State
    steps: int


def at_each_step(database: Database, rounds: int, seed: int) -> Outcome:
    """Each act is killed at `rounds` of its steps: statements, just before the commit, just after it.

    Afterwards there is nothing of it, or all of it; then the person tries again, and it is there once.
    """
    chance, acts = random.Random(seed), (SUBMIT, WITHDRAW, SORT, RELEASE, PLACE)  # noqa: S311 - run again by seed
    stage = Stage(database, acts, rounds + 1)
    half, doubled, wrong, acks, after = list[str](), list[str](), list[str](), 0, 0
    with wired(database) as (server, wires):
        for act in acts:
            first, *cases = stage.of(act)
            whole = _undisturbed(stage, server, wires, first)
            for case, step in zip(cases, _steps(whole.steps, rounds, chance), strict=True):
                before = stage.rows()
                _kill(stage, server, wires, case, step)
                came = _came_to(stage, case, before, whole)
                again = stage.take(server, case)
                half += [f"{act.word} killed at {step}: {came}"] if came not in ("nothing", "all") else []
                if _came_to(stage, case, before, whole) != "all":
                    doubled.append(f"{act.word} killed at {step}, tried again: answered {again.status}, not there once")
                wrong += _unexpected(act, step, came, again)
                acks, after = acks + again.is_ack, after + (came == "all")
    note = f"{after} acts were there after the kill, {acks} at the second try"
    faults = (*half, *doubled, *wrong)
    return Outcome(len(acts) * rounds, acks, 0, len(half), len(doubled), len(wrong), note, faults)


def _steps(number: int, rounds: int, chance: random.Random) -> list[str]:
    """As many steps as there are rounds: the three around the commit first, then statements, each as often."""
    statements = [str(one) for one in range(1, number - 2)]
    drawn = [step for _ in range(rounds // len(statements) + 1) for step in chance.sample(statements, len(statements))]
    return ["COMMIT", "COMMITTED", "ANSWER", *drawn][:rounds]


def _undisturbed(stage: Stage, server: Server, wires: Wires, case: Case) -> Whole:
    before = stage.rows()
    wires.set(path=case.path)
    answer = stage.take(server, case)
    wires.set()
    if not answer.is_ack:
        raise SystemExit(f"{case.act.word} answered {answer.status} when nobody disturbed it")
    return Whole(_more(before, stage.rows()), stage.state_of(case), len(wires.steps()))


def _kill(stage: Stage, server: Server, wires: Wires, case: Case, step: str) -> None:
    """The act is begun, and its process killed at the step; back when the server is itself again."""
    there = server.workers()
    wires.set(path=case.path, die_at=step)
    stage.take(server, case)
    wires.set()
    server.wait_for_change(there)


def _came_to(stage: Stage, case: Case, before: Counter[str], whole: Whole) -> str:
    more, state = _more(before, stage.rows()), stage.state_of(case)
    if not more and state is case.state:
        return "nothing"
    if more == whole.rows and state is whole.state:
        return "all"
    return f"{dict(more)} and {state}"


def _more(before: Counter[str], after: Counter[str]) -> Counter[str]:
    return Counter({name: number - before[name] for name, number in after.items() if number != before[name]})


def _unexpected(act: Act, step: str, came: str, again: Answer) -> list[str]:
    """Only what was committed may be there, and the second try is refused exactly then."""
    expected = "all" if step in ("COMMITTED", "ANSWER") else "nothing"
    found = []
    if came != expected:
        found.append(f"{act.word} killed at {step}: {came} instead of {expected}")
    if again.is_ack == (came == "all"):
        found.append(f"{act.word} killed at {step}: {came} was there, and the second try answered {again.status}")
    return found


# ---- F16: killed between a decision and its mail --------------------------------------------------------------------


def before_the_mail(database: Database, rounds: int, seed: int) -> Outcome:
    """Half the kills come just before the commit, half just after; then the worker empties the outbox."""
    del seed
    acts = (SUBMIT, WITHDRAW)
    stage = Stage(database, acts, rounds)
    before = _letters(database)
    with wired(database) as (server, wires):
        for number, case in enumerate(stage.cases):
            _kill(stage, server, wires, case, ("COMMIT", "COMMITTED")[number % 2])
        let_leases_end(database)  # On SQLite the worker lives in the server, and dies with it.
        with working(database) if database.kind == "postgres" else nullcontext():
            _wait_until_sent(database)
    after = {case.id for case in stage.cases if stage.state_of(case) is not case.state}
    letters = {about: number - before[about] for about, number in _letters(database).items()}
    expected = {case.id for number, case in enumerate(stage.cases) if number % 2}
    wrong = [f"{one} is not as committed" for one in after ^ expected]
    lost = [f"no letter about {one}" for one in after if letters.get(one, 0) < 1]
    untrue = [case.id for case in stage.cases if case.id not in after and letters.get(case.id, 0) > 0]
    doubled = [f"a letter about {one}, which was rolled back" for one in untrue]
    delivered, queued = len(list(database.mail.glob("*.eml"))), sum(_letters(database).values())
    wrong += [f"{delivered} letters delivered of {queued}"] if delivered != queued else []
    note = f"{len(after)} acts and {sum(letters.values())} letters after {len(stage.cases)} kills"
    faults = (*lost, *doubled, *wrong)
    return Outcome(len(stage.cases), len(after), len(lost), 0, len(doubled), len(wrong), note, faults)


def _letters(database: Database) -> Counter[UUID | None]:
    """How many letters are queued or sent about each case."""
    with database.session() as session:
        return Counter(session.exec(select(OutgoingMail.about_id)))


def _wait_until_sent(database: Database) -> None:
    for _ in range(600):
        with database.session() as session:
            left = select(sa.func.count()).select_from(OutgoingMail).where(col(OutgoingMail.sent_at).is_(None))
            if session.exec(left).one() == 0:
                return
        time.sleep(0.2)
    raise SystemExit("the outbox did not empty within two minutes")


DRILLS = (
    Drill("F2", "submit, withdraw, sort, release and place killed at each step", at_each_step, rounds=6, full=800),
    Drill("F16", "killed between a decision and its mail", before_the_mail, rounds=6, full=150),
)
