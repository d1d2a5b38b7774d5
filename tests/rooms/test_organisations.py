"""How do organisations change, and how do members come and go, on both databases?"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, select

from foundation.audit import AuditEvent
from foundation.db import begin_writing
from foundation.errors import ChangedMeanwhile, NotFound, RaadslagError, Refused
from foundation.identity.actions import open_session
from foundation.identity.models import Invitation, Membership, Organisation, Person
from foundation.identity.organisation_actions import (
    accept_invitation,
    decline_invitation,
    edit_organisation,
    found_organisation,
    invite_member,
    remove_member,
    withdraw_invitation,
)
from foundation.identity.organisation_queries import (
    invitations_to,
    members_of,
    membership,
    open_invitations,
)
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.identity.queries import find_session
from foundation.identity.roles import Actor, Role
from foundation.mail import OutgoingMail
from intake.models import Proposal
from intake.queries import has_conflict
from tests.builders import BASE_URL, ORGANISATIONS, World
from tests.conftest import NOON
from tests.fingerprint import fingerprint


def acts(session: Session, organisation: Organisation) -> list[tuple[str, dict[str, object]]]:
    rows = session.exec(
        select(AuditEvent.kind, AuditEvent.facts)
        .where(AuditEvent.subject_id == organisation.id)
        .order_by(AuditEvent.sequence)  # type: ignore[arg-type]
    )
    return list(rows)


def invite(world: World, email: str, *, by: str = "AO", at_minute: int = 0) -> Invitation:
    """An invitation to AO's organisation."""
    organisation = world.organisations["AO"]
    at = world.at + timedelta(minutes=at_minute)
    invite_member(world.session, organisation.id, email, actor=world.people[by], at=at, base_url=BASE_URL)
    world.session.commit()
    return world.session.exec(select(Invitation).where(Invitation.email == email, Invitation.invited_at == at)).one()


def names(world: World) -> list[str]:
    return [member.name for member in members_of(world.session, world.organisations["AO"].id)]


def sees(world: World, key: str) -> frozenset[object]:
    """The organisations of a session opened now, as the next request would find them."""
    actor = world.people[key]
    person = world.session.get_one(Person, actor.person_id)
    token = open_session(world.session, person, (actor.role, actor.department), at=world.at)
    world.session.commit()
    found = find_session(world.session, token, at=world.at).actor
    assert found is not None
    return found.organisation_ids


# ---- details --------------------------------------------------------------------------------------------------------


def test_founding_makes_the_founder_a_member_and_is_written_down(world: World, session: Session) -> None:
    founder = world.people["AX"]
    made = found_organisation(session, ORGANISATIONS["AO"], founder=founder, at=world.at)
    session.commit()
    assert [member.person_id for member in members_of(session, made.id)] == [founder.person_id]
    assert acts(session, made) == [("organisation_founded", {})]
    # The same CVR number as AO's: another organisation, with nothing of the first.
    assert made.id not in sees(world, "AO")
    assert world.organisations["AO"].id not in sees(world, "AX")


def test_edit_writes_the_draft_and_names_the_fields(world: World, session: Session) -> None:
    organisation = world.organisations["AO"]
    draft = replace(ORGANISATIONS["AO"], cvr="99999942", staff_years=None, contact_name="Næstformanden")
    edit_organisation(
        session, organisation.id, draft, version=organisation.version, actor=world.people["AO"], at=world.at
    )
    session.commit()
    session.expire_all()
    stored = session.get_one(Organisation, organisation.id)
    assert (stored.cvr, stored.staff_years, stored.contact_name, stored.version) == (
        "99999942",
        None,
        "Næstformanden",
        2,
    )
    kind, facts = acts(session, organisation)[-1]
    assert (kind, facts) == ("organisation_edited", {"fields": ["cvr", "staff_years", "contact_name"]})


def test_edit_without_a_change_writes_nothing(world: World, session: Session) -> None:
    organisation = world.organisations["AO"]
    before = fingerprint(session)
    edit_organisation(
        session,
        organisation.id,
        ORGANISATIONS["AO"],
        version=organisation.version,
        actor=world.people["AO"],
        at=world.at,
    )
    session.commit()
    assert fingerprint(session) == before


def test_edit_of_an_older_version_is_refused(world: World, session: Session) -> None:
    organisation, actor = world.organisations["AO"], world.people["AO"]
    first = replace(ORGANISATIONS["AO"], name="Først")
    edit_organisation(session, organisation.id, first, version=1, actor=actor, at=world.at)
    session.commit()
    before = fingerprint(session)
    late = replace(ORGANISATIONS["AO"], name="For sent")
    with pytest.raises(ChangedMeanwhile):
        edit_organisation(session, organisation.id, late, version=1, actor=actor, at=world.at)
    session.rollback()
    assert fingerprint(session) == before


def test_changed_details_leave_a_sent_proposal_alone(world: World, session: Session) -> None:
    organisation = world.organisations["AO"]
    sent = Proposal(
        call_id=world.call.id,
        organisation_id=organisation.id,
        created_by=world.people["AO"].person_id,
        state="submitted",
        number=1,
        reference="2027-01-001",
        organisation_name=organisation.name,
        organisation_cvr=organisation.cvr,
        created_at=world.at,
        saved_at=world.at,
        received_at=world.at,
    )
    session.add(sent)
    session.commit()
    draft = replace(ORGANISATIONS["AO"], name="Nyt navn", cvr="99999942")
    edit_organisation(session, organisation.id, draft, version=1, actor=world.people["AO"], at=world.at)
    session.commit()
    session.expire_all()
    kept = session.get_one(Proposal, sent.id)
    assert (kept.organisation_name, kept.organisation_cvr) == ("Byhavens Venner", "99999926")


@pytest.mark.parametrize("who", ["AX", "SE"])
def test_no_action_works_for_somebody_outside(world: World, session: Session, who: str) -> None:
    """The actor's own list of organisations is not believed: membership is read anew, under the lock."""
    organisation = world.organisations["AO"]
    invitation = invite(world, "ny@x.example")
    member = members_of(session, organisation.id)[0].membership_id
    liar = replace(world.people[who], organisation_ids=frozenset({organisation.id}))
    before = fingerprint(session)
    tries: tuple[Callable[[], None], ...] = (
        lambda: edit_organisation(
            session, organisation.id, OrganisationDraft(name="Kapret"), version=1, actor=liar, at=world.at
        ),
        lambda: invite_member(session, organisation.id, "x@x.example", actor=liar, at=world.at, base_url=BASE_URL),
        lambda: withdraw_invitation(session, organisation.id, invitation.id, actor=liar, at=world.at),
        lambda: remove_member(session, organisation.id, member, actor=liar, at=world.at),
        lambda: accept_invitation(session, invitation.id, actor=liar, at=world.at),
        lambda: decline_invitation(session, invitation.id, actor=liar, at=world.at),
    )
    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()
        session.rollback()
    assert fingerprint(session) == before


# ---- invitations ----------------------------------------------------------------------------------------------------


def test_invitation_is_a_mail_and_no_membership(world: World, session: Session) -> None:
    newcomer = world.add_applicant("AN1")
    session.commit()
    invitation = invite(world, newcomer.email)

    letter = session.exec(select(OutgoingMail)).one()
    assert letter.to_address == newcomer.email
    assert "Byhavens Venner" in letter.body
    assert f"{BASE_URL}/my-tasks" in letter.body
    assert f"{BASE_URL}/privacy" in letter.body
    assert letter.secret_link is None
    assert membership(session, newcomer.person_id, world.organisations["AO"].id) is None
    assert sees(world, "AN1") == frozenset()
    assert [one.organisation for one in invitations_to(session, newcomer)] == ["Byhavens Venner"]
    assert acts(session, world.organisations["AO"])[-1] == ("member_invited", {"invitation": str(invitation.id)})


def test_yes_makes_a_member_and_uses_the_invitation_up(world: World, session: Session) -> None:
    newcomer = world.add_applicant("AN1")
    invitation = invite(world, newcomer.email)
    accept_invitation(session, invitation.id, actor=newcomer, at=world.at)
    session.commit()
    assert names(world) == ["Ansøger AN1", "Ansøger AO", "Ansøger AO2"]
    assert sees(world, "AN1") == frozenset({world.organisations["AO"].id})
    assert invitations_to(session, newcomer) == []
    assert acts(session, world.organisations["AO"])[-1][0] == "invitation_answered"
    before = fingerprint(session)
    for again in (accept_invitation, decline_invitation):
        with pytest.raises(Refused):
            again(session, invitation.id, actor=newcomer, at=world.at)
        session.rollback()
    assert fingerprint(session) == before


def test_no_leaves_nothing_but_the_answer(world: World, session: Session) -> None:
    newcomer = world.add_applicant("AN1")
    invitation = invite(world, newcomer.email)
    decline_invitation(session, invitation.id, actor=newcomer, at=world.at)
    session.commit()
    session.refresh(invitation)
    assert (invitation.accepted, invitation.answered_at) == (False, world.at)
    assert names(world) == ["Ansøger AO", "Ansøger AO2"]
    with pytest.raises(Refused):
        accept_invitation(session, invitation.id, actor=newcomer, at=world.at)


def test_invitation_that_was_taken_back_opens_nothing(world: World, session: Session) -> None:
    newcomer, organisation = world.add_applicant("AN1"), world.organisations["AO"]
    invitation = invite(world, newcomer.email)
    for _twice in range(2):
        withdraw_invitation(session, organisation.id, invitation.id, actor=world.people["AO2"], at=world.at)
        session.commit()
    assert [kind for kind, _facts in acts(session, organisation)].count("invitation_withdrawn") == 1
    assert invitations_to(session, newcomer) == []
    with pytest.raises(Refused):
        accept_invitation(session, invitation.id, actor=newcomer, at=world.at)
    session.rollback()
    assert names(world) == ["Ansøger AO", "Ansøger AO2"]
    with pytest.raises(NotFound):
        withdraw_invitation(session, organisation.id, uuid4(), actor=world.people["AO"], at=world.at)


def test_answered_invitation_cannot_be_taken_back(world: World, session: Session) -> None:
    newcomer, organisation = world.add_applicant("AN1"), world.organisations["AO"]
    invitation = invite(world, newcomer.email)
    accept_invitation(session, invitation.id, actor=newcomer, at=world.at)
    with pytest.raises(Refused):
        withdraw_invitation(session, organisation.id, invitation.id, actor=world.people["AO"], at=world.at)


def test_invitation_of_staff_makes_no_conflict_of_interest(world: World, session: Session) -> None:
    """Else an applicant could shut the secretariat out of a case by asking it to join."""
    staff = world.people["SE"]
    invite(world, staff.email)
    sent = Proposal(
        call_id=world.call.id,
        organisation_id=world.organisations["AO"].id,
        created_by=world.people["AO"].person_id,
        organisation_name="Byhavens Venner",
        created_at=world.at,
        saved_at=world.at,
    )
    session.add(sent)
    session.commit()
    assert invitations_to(session, staff) == []
    assert not has_conflict(session, staff.person_id, sent)
    # The same person, signed in as applicant, is asked, and a yes is the person's own.
    as_applicant = replace(staff, role=Role.APPLICANT)
    (asked,) = invitations_to(session, as_applicant)
    accept_invitation(session, asked.id, actor=as_applicant, at=world.at)
    session.commit()
    assert has_conflict(session, staff.person_id, sent)


def refused(world: World, email: str, *, by: str = "AO", minutes: int = 0, organisation: str = "AO") -> Refused:
    before = fingerprint(world.session)
    with pytest.raises(Refused) as told:
        invite_member(
            world.session,
            world.organisations[organisation].id,
            email,
            actor=world.people[by],
            at=world.at + timedelta(minutes=minutes),
            base_url=BASE_URL,
        )
    world.session.rollback()
    assert fingerprint(world.session) == before
    assert told.value.field == "email"
    return told.value


def test_members_and_invited_are_not_invited_again(world: World) -> None:
    invite(world, "ny@x.example")
    assert "allerede medlem" in refused(world, world.people["AO2"].email).text
    assert "allerede inviteret" in refused(world, "ny@x.example", by="AO2").text


def test_ten_invitations_an_hour(world: World, session: Session) -> None:
    for number in range(10):
        invite(world, f"n{number}@x.example", by="AO" if number % 2 else "AO2", at_minute=number)
    assert "i timen" in refused(world, "n10@x.example", minutes=59).text
    # Taking them back gives no new ones.
    for one in open_invitations(session, world.organisations["AO"].id):
        withdraw_invitation(session, one.organisation_id, one.id, actor=world.people["AO"], at=world.at)
    session.commit()
    assert "i timen" in refused(world, "n10@x.example", minutes=59).text
    invite(world, "n10@x.example", at_minute=61)


def test_ten_an_hour_hold_for_a_person_with_many_organisations(world: World, session: Session) -> None:
    for number in range(10):
        invite(world, f"n{number}@x.example")
    other = found_organisation(session, ORGANISATIONS["AX"], founder=world.people["AO"], at=world.at)
    world.organisations["other"] = other
    session.commit()
    assert "i timen" in refused(world, "n11@x.example", organisation="other").text


def test_twenty_open_invitations(world: World) -> None:
    for number in range(20):
        invite(world, f"n{number}@x.example", at_minute=number * 10)
    assert "20 invitationer" in refused(world, "n20@x.example", minutes=1000).text


# ---- leaving --------------------------------------------------------------------------------------------------------


def own_membership(world: World, key: str) -> Membership:
    found = membership(world.session, world.people[key].person_id, world.organisations["AO"].id)
    assert found is not None
    return found


def test_removed_member_loses_access_at_the_next_request(world: World, session: Session) -> None:
    organisation = world.organisations["AO"]
    leaving = own_membership(world, "AO2")
    invite(world, "ven@x.example", by="AO2")
    invite(world, "anden@x.example", by="AO")
    remove_member(session, organisation.id, leaving.id, actor=world.people["AO"], at=world.at)
    session.commit()
    assert sees(world, "AO2") == frozenset()
    assert names(world) == ["Ansøger AO"]
    # A friend whom the removed one had asked would be a way in again.
    assert [one.email for one in open_invitations(session, organisation.id)] == ["anden@x.example"]
    assert acts(session, organisation)[-1] == (
        "member_removed",
        {"person": str(world.people["AO2"].person_id), "by_own_wish": False},
    )
    before = fingerprint(session)
    remove_member(session, organisation.id, leaving.id, actor=world.people["AO"], at=world.at)
    session.commit()
    assert fingerprint(session) == before


def test_member_leaves_by_own_wish_and_the_invited_successor_stays_invited(world: World, session: Session) -> None:
    organisation = world.organisations["AO"]
    invite(world, "efterfolger@x.example", by="AO2")
    remove_member(session, organisation.id, own_membership(world, "AO2").id, actor=world.people["AO2"], at=world.at)
    session.commit()
    assert [one.email for one in open_invitations(session, organisation.id)] == ["efterfolger@x.example"]
    assert acts(session, organisation)[-1][1]["by_own_wish"] is True


def test_last_member_cannot_go(world: World, session: Session) -> None:
    organisation, actor = world.organisations["AO"], world.people["AO"]
    remove_member(session, organisation.id, own_membership(world, "AO2").id, actor=actor, at=world.at)
    session.commit()
    before = fingerprint(session)
    with pytest.raises(Refused):
        remove_member(session, organisation.id, own_membership(world, "AO").id, actor=actor, at=world.at)
    session.rollback()
    assert fingerprint(session) == before


def test_membership_of_another_organisation_is_not_there(world: World, session: Session) -> None:
    foreign = membership(session, world.people["AX"].person_id, world.organisations["AX"].id)
    assert foreign is not None
    with pytest.raises(NotFound):
        remove_member(session, world.organisations["AO"].id, foreign.id, actor=world.people["AO"], at=world.at)


def test_somebody_who_comes_back_gets_the_old_row_again(world: World, session: Session) -> None:
    organisation, back = world.organisations["AO"], world.people["AO2"]
    row = own_membership(world, "AO2")
    remove_member(session, organisation.id, row.id, actor=world.people["AO"], at=world.at)
    session.commit()
    invitation = invite(world, back.email, at_minute=5)
    later = world.at + timedelta(minutes=6)
    accept_invitation(session, invitation.id, actor=back, at=later)
    session.commit()
    session.expire_all()
    again = own_membership(world, "AO2")
    assert (again.id, again.joined_at, again.ended_at) == (row.id, later, None)


# ---- two at the same time -------------------------------------------------------------------------------------------


def at_once(engine: Engine, acts_of_two: list[Callable[[Session], None]]) -> list[str]:
    """Run the acts side by side, each in a committed transaction of its own; returns what each came to, sorted."""
    gate, outcomes = threading.Barrier(len(acts_of_two)), list[str]()

    def run(act: Callable[[Session], None]) -> None:
        with Session(engine, expire_on_commit=False) as session:
            gate.wait()
            try:
                begin_writing(session)
                act(session)
                session.commit()
                outcomes.append("done")
            except RaadslagError as error:
                session.rollback()
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts_of_two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_windows_that_say_yes_make_one_member(committed: Engine) -> None:
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        newcomer = world.add_applicant("AN1")
        session.commit()
        invitation = invite(world, newcomer.email)

    def say_yes(session: Session) -> None:
        accept_invitation(session, invitation.id, actor=newcomer, at=NOON)

    assert at_once(committed, [say_yes, say_yes]) == ["Refused", "done"]
    with Session(committed) as session:
        rows = session.exec(select(Membership).where(Membership.person_id == newcomer.person_id)).all()
        assert len(rows) == 1


def test_two_members_who_remove_each_other_leave_one(committed: Engine) -> None:
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        organisation = world.organisations["AO"].id
        keys = {key: own_membership(world, key).id for key in ("AO", "AO2")}

    def removing(by: str, whom: str) -> Callable[[Session], None]:
        actor: Actor = world.people[by]
        return lambda session: remove_member(session, organisation, keys[whom], actor=actor, at=NOON)

    outcomes = at_once(committed, [removing("AO", "AO2"), removing("AO2", "AO")])

    assert outcomes == ["NotFound", "done"]
    with Session(committed) as session:
        assert len(members_of(session, organisation)) == 1


def test_two_who_leave_at_once_do_not_leave_the_organisation_empty(committed: Engine) -> None:
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        organisation = world.organisations["AO"].id
        keys = {key: own_membership(world, key).id for key in ("AO", "AO2")}

    def leaving(who: str) -> Callable[[Session], None]:
        actor: Actor = world.people[who]
        return lambda session: remove_member(session, organisation, keys[who], actor=actor, at=NOON)

    assert at_once(committed, [leaving("AO"), leaving("AO2")]) == ["Refused", "done"]
    with Session(committed) as session:
        assert len(members_of(session, organisation)) == 1


def test_two_invitations_to_one_address_at_once_are_one(committed: Engine) -> None:
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        organisation = world.organisations["AO"].id

    def inviting(who: str) -> Callable[[Session], None]:
        actor: Actor = world.people[who]
        return lambda session: invite_member(
            session, organisation, "ny@x.example", actor=actor, at=NOON, base_url=BASE_URL
        )

    assert at_once(committed, [inviting("AO"), inviting("AO2")]) == ["Refused", "done"]
    with Session(committed) as session:
        assert session.exec(select(sa.func.count()).select_from(Invitation)).one() == 1
        assert session.exec(select(sa.func.count()).select_from(OutgoingMail)).one() == 1
