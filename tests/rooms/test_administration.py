"""Does access end when an administrator ends it, and is somebody always left who can give it again?"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from desk.queries import secretariat_tasks
from foundation.audit import AuditEvent
from foundation.clock import today
from foundation.db import begin_writing
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity import admin_actions
from foundation.identity.actions import end_session, open_session, send_sign_in_link
from foundation.identity.admin_queries import PeopleFilter, people, people_called
from foundation.identity.admin_rules import PersonDraft, RoleDraft
from foundation.identity.models import Person, RoleGrant, SignInLink, WebSession
from foundation.identity.queries import find_session, held_roles
from foundation.identity.roles import Actor, Role
from foundation.mail import OutgoingMail
from intake.queries.handover import Workload, workload
from tests.builders import BASE_URL, World
from tests.conftest import NOON

Act = Callable[[Session, World, Actor], object]
LATER = NOON + timedelta(hours=1)
BY_AD = {"at": LATER}


def grant_of(session: Session, actor: Actor) -> RoleGrant:
    return session.exec(select(RoleGrant).where(RoleGrant.person_id == actor.person_id)).one()


def newest_act(session: Session) -> tuple[str, dict[str, object]]:
    row = session.exec(select(AuditEvent).order_by(col(AuditEvent.sequence).desc())).first()
    assert row is not None
    return row.kind, row.facts


def version_of(session: Session, actor: Actor) -> int:
    return session.get_one(Person, actor.person_id).version


def revoke(session: Session, world: World, whom: Actor, *, by: Actor | None = None) -> None:
    grant = grant_of(session, whom)
    by = by or world.people["AD"]
    admin_actions.revoke_role(session, whom.person_id, grant.id, "Er holdt op", actor=by, at=LATER)


def close(session: Session, world: World, whom: Actor, *, by: Actor | None = None) -> None:
    version = version_of(session, whom)
    by = by or world.people["AD"]
    admin_actions.close_account(session, whom.person_id, "Er holdt op", version=version, actor=by, at=LATER)


# ---- who may be changed, and who must stay --------------------------------------------------------------------------


def grant(session: Session, world: World, whom: Actor) -> None:
    draft = RoleDraft(Role.AUDITOR, None, None, "Også revisor")
    admin_actions.grant_role(session, whom.person_id, draft, actor=world.people["AD"], at=LATER, base_url=BASE_URL)


def add_again(session: Session, world: World, whom: Actor) -> None:
    draft = RoleDraft(Role.AUDITOR, None, None, "Også revisor")
    who = PersonDraft("Andet navn", whom.email)
    admin_actions.add_user(session, who, draft, actor=world.people["AD"], at=LATER, base_url=BASE_URL)


def reopen(session: Session, world: World, whom: Actor) -> None:
    version = version_of(session, whom)
    admin_actions.reopen_account(
        session, whom.person_id, "Tilbage", version=version, actor=world.people["AD"], at=LATER
    )


def correct(session: Session, world: World, whom: Actor, email: str = "anden@x.example") -> None:
    admin_actions.correct_person(
        session,
        whom.person_id,
        PersonDraft("Nyt navn", email),
        version=version_of(session, whom),
        actor=world.people["AD"],
        at=LATER,
        base_url=BASE_URL,
    )


def end_all(session: Session, world: World, whom: Actor) -> None:
    admin_actions.end_all_sessions(session, whom.person_id, actor=world.people["AD"], at=LATER)


def end_one(session: Session, world: World, whom: Actor) -> None:
    open_session(session, session.get_one(Person, whom.person_id), (whom.role, None), at=NOON)
    row = session.exec(select(WebSession).where(WebSession.person_id == whom.person_id)).one()
    end_session(session, row.id, actor=world.people["AD"], at=LATER)


@pytest.mark.parametrize("act", [revoke, close, grant, add_again, reopen, correct, end_all, end_one])
def test_nobody_changes_the_own_access(act: Act, session: Session, world: World) -> None:
    world.add_staff("A2", Role.ADMINISTRATOR)
    with pytest.raises(Refused, match=r"din egen|dine egne"):
        act(session, world, world.people["AD"])


@pytest.mark.parametrize("act", [revoke, close])
def test_last_administrator_without_an_end_stays(act: Act, session: Session, world: World) -> None:
    """One whose role ends on a day would leave nobody behind."""
    dated = world.add_staff("A2", Role.ADMINISTRATOR)
    grant_of(session, dated).ends_on = today(NOON) + timedelta(days=30)
    session.commit()
    with pytest.raises(Refused, match="sidste administrator"):
        act(session, replace(world, people={**world.people, "AD": dated}), world.people["AD"])
    act(session, world, dated)


def test_only_an_administrator_of_this_moment_acts(session: Session, world: World) -> None:
    other = world.add_staff("A2", Role.ADMINISTRATOR)
    revoke(session, world, other)
    for actor in (other, world.people["SE"]):
        with pytest.raises(NotAllowed):
            revoke(session, world, world.people["RA"], by=actor)
    assert held_roles(session, world.people["RA"].person_id) == [(Role.REVIEWER, "MSB")]


@pytest.mark.parametrize("act", [revoke, close])
def test_of_two_administrators_who_end_each_other_at_once_one_is_left(
    act: Callable[..., None], committed: Engine
) -> None:
    with Session(committed, expire_on_commit=False) as session:
        begin_writing(session)
        world = World.build(session, at=NOON)
        pair = [world.people["AD"], world.add_staff("A2", Role.ADMINISTRATOR)]
        session.commit()
    start, ended = threading.Barrier(2), []

    def end(by: Actor, whom: Actor) -> None:
        with Session(committed) as own:
            start.wait()
            begin_writing(own)
            try:
                act(own, world, whom, by=by)
                own.commit()
                ended.append(whom)
            except (Refused, NotAllowed):
                own.rollback()

    threads = [threading.Thread(target=end, args=(by, whom)) for by, whom in (pair, reversed(pair))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(ended) == 1
    with Session(committed) as session:
        left = people(session, PeopleFilter(role=Role.ADMINISTRATOR), on=today(LATER), page=1)
    assert [one.id for one in left.rows] == [one.person_id for one in pair if one not in ended]


# ---- what each act leaves -------------------------------------------------------------------------------------------


def test_known_address_gets_one_more_role_and_keeps_its_name(session: Session, world: World) -> None:
    add_again(session, world, world.people["AO"])
    person = session.get_one(Person, world.people["AO"].person_id)
    assert person.name == "Ansøger AO"
    assert held_roles(session, person.id) == [(Role.APPLICANT, None), (Role.AUDITOR, None)]
    assert newest_act(session) == (
        "person_added",
        {"role": "auditor", "department": None, "reason": "Også revisor", "ends_on": ""},
    )
    letter = session.exec(select(OutgoingMail)).one()
    assert (letter.to_address, letter.subject) == ("ao@x.example", "Du har fået adgang til Rådslag")
    with pytest.raises(Refused, match="allerede rollen"):
        add_again(session, world, world.people["AO"])


def test_role_is_taken_with_its_sessions_and_no_others(session: Session, world: World) -> None:
    grant(session, world, world.people["RA"])
    person = session.get_one(Person, world.people["RA"].person_id)
    tokens = [
        open_session(session, person, chosen, at=NOON) for chosen in ((Role.REVIEWER, "MSB"), (Role.AUDITOR, None))
    ]
    role = session.exec(
        select(RoleGrant).where(RoleGrant.role == Role.REVIEWER, RoleGrant.person_id == person.id)
    ).one()
    admin_actions.revoke_role(session, person.id, role.id, "Ny stilling", actor=world.people["AD"], at=LATER)
    session.commit()

    found = [find_session(session, token, at=LATER) for token in tokens]
    assert [one.actor is not None for one in found] == [False, True]
    assert not found[0].access_closed
    assert newest_act(session) == ("role_revoked", {"role": "reviewer", "department": "MSB", "reason": "Ny stilling"})
    role.ended_at = None  # Given again, it does not bring the old session back.
    session.commit()
    assert find_session(session, tokens[0], at=LATER).actor is None
    role.ended_at = LATER
    session.commit()
    with pytest.raises(Refused, match="allerede taget"):
        admin_actions.revoke_role(session, person.id, role.id, "Igen", actor=world.people["AD"], at=LATER)


def test_closed_account_loses_sessions_links_and_letters_and_gets_none_back(session: Session, world: World) -> None:
    person = session.get_one(Person, world.people["RA"].person_id)
    token = open_session(session, person, (Role.REVIEWER, "MSB"), at=NOON)
    send_sign_in_link(session, person.email, next_path="/", base_url=BASE_URL, at=NOON)
    session.commit()

    close(session, world, world.people["RA"])
    session.commit()
    assert find_session(session, token, at=LATER).access_closed
    reopen(session, world, world.people["RA"])
    session.commit()

    assert find_session(session, token, at=LATER).actor is None
    assert session.exec(select(SignInLink.used_at)).all() == [LATER]
    letter = session.exec(select(OutgoingMail)).one()
    assert (letter.cancelled_at, letter.secret_link) == (LATER, None)
    assert newest_act(session) == ("account_reopened", {"reason": "Tilbage"})


def test_new_address_ends_sessions_and_links_and_tells_both_mailboxes(session: Session, world: World) -> None:
    person = session.get_one(Person, world.people["RA"].person_id)
    token = open_session(session, person, (Role.REVIEWER, "MSB"), at=NOON)
    for email in (person.email, "anden@x.example"):
        send_sign_in_link(session, email, next_path="/", base_url=BASE_URL, at=NOON)
    session.commit()
    correct(session, world, world.people["RA"])
    session.commit()

    assert (person.name, person.email) == ("Nyt navn", "anden@x.example")
    assert find_session(session, token, at=LATER).actor is None
    assert session.exec(select(SignInLink.used_at)).all() == [LATER, LATER]
    told = session.exec(select(OutgoingMail).where(col(OutgoingMail.dedup_key).startswith("address"))).all()
    assert {one.to_address for one in told} == {"ra@x.example", "anden@x.example"}
    assert newest_act(session) == (
        "person_corrected",
        {
            **{"name_before": "Medarbejder RA", "name": "Nyt navn"},
            **{"email_before": "ra@x.example", "email": "anden@x.example"},
        },
    )


def test_address_of_another_and_a_page_that_is_too_old_are_refused(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="anden konto") as refused:
        correct(session, world, world.people["RA"], email="se@x.example")
    assert refused.value.field == "email"
    session.rollback()
    with pytest.raises(ChangedMeanwhile):
        admin_actions.close_account(
            session, world.people["RA"].person_id, "Er holdt op", version=9, actor=world.people["AD"], at=LATER
        )


def test_role_whose_last_day_has_passed_is_ended_once(session: Session, world: World) -> None:
    role = grant_of(session, world.people["RA"])
    role.ends_on = date(2027, 3, 1)
    session.commit()
    assert admin_actions.end_roles_run_out(session, at=NOON) == 0
    tomorrow = NOON + timedelta(days=1)
    assert [admin_actions.end_roles_run_out(session, at=tomorrow) for _ in range(2)] == [1, 0]
    session.commit()
    assert role.ended_at == tomorrow
    assert newest_act(session) == ("role_ran_out", {"role": "reviewer", "department": "MSB"})


# ---- what a person leaves behind ------------------------------------------------------------------------------------


def test_work_is_counted_and_comes_to_the_secretariat_when_its_person_leaves(session: Session, world: World) -> None:
    case = world.declared()
    case.case_worker_id = world.people["IH"].person_id
    session.commit()
    on = today(NOON)
    counted = {key: workload(session, world.people[key].person_id, on=on) for key in ("RA", "IH", "RC", "RO")}
    assert counted == {
        "RA": Workload(0, 1, 0),
        "IH": Workload(1, 0, 0),
        "RC": Workload(0, 0, 1),
        "RO": Workload(0, 0, 0),
    }

    def left() -> set[tuple[str, str]]:
        tasks = secretariat_tasks(session, world.people["SE"], on=on)
        return {(one.reference, one.what) for one in tasks} & {
            (case.reference or "", "Vælg en ny sagsbehandler"),
            (case.reference or "", "Giv sagen til en anden"),
        }

    assert left() == set()
    revoke(session, world, world.people["RA"])
    close(session, world, world.people["IH"])
    session.commit()
    assert len(left()) == 2
    reopen(session, world, world.people["IH"])
    grant_of(session, world.people["RA"]).ended_at = None
    session.commit()
    assert left() == set()


# ---- finding people -------------------------------------------------------------------------------------------------


def test_people_are_found_by_the_letters_of_name_and_address(session: Session, world: World) -> None:
    for name, email in (("Åse Ærøskøbing", "aase@x.example"), ("100 % Øko_", "oko@y.example")):
        session.add(Person(name=name, email=email, created_at=NOON))
    session.commit()

    def found(text: str) -> list[str]:
        page = people(session, PeopleFilter(text=text), on=today(NOON), page=1)
        assert page.total == len(page.rows) == len(people_called(session, text, most=9))
        return [one.email for one in page.rows]

    for text in ("åse", "ÅSE ærø", "AASE@", "ærøskøbing åse"):
        assert found(text) == ["aase@x.example"], text
    for text in ("100 %", "øko_", "y.ex"):
        assert found(text) == ["oko@y.example"], text
    for text in ("se_x", "'", '"%"', "%%%%"):
        assert found(text) == [], text


def test_list_asks_as_often_for_one_as_for_many_and_ends_on_its_last_page(session: Session, world: World) -> None:
    session.add_all([Person(name=f"Person {n:03}", email=f"p{n}@z.example", created_at=NOON) for n in range(120)])
    session.commit()
    pages = [people(session, PeopleFilter(text="z.example"), on=today(NOON), page=page) for page in (1, 3, 99)]
    last = (3, 20, 120, 3)
    assert [(one.page, len(one.rows), one.total, one.pages) for one in pages] == [(1, 50, 120, 3), last, last]
    reviewers = people(session, PeopleFilter(role=Role.REVIEWER, sort="mail"), on=today(NOON), page=1)
    assert [one.email for one in reviewers.rows] == ["ra@x.example", "rc@x.example", "ro@x.example", "ru@x.example"]
    assert [role.words for one in reviewers.rows for role in one.roles][:1] == ["Vurderer (MSB)"]
