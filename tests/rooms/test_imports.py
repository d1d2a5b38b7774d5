"""Do proposals that came by mail come in whole or not at all, and cases of the past without disturbing anybody?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from foundation.audit import AuditEvent
from foundation.errors import Refused
from foundation.identity.models import Membership, Organisation, Person, RoleGrant
from foundation.identity.roles import Actor, Role
from foundation.mail import OutgoingMail
from intake import actions as intake_actions
from intake.access import Case, check_case
from intake.actions.imports import ImportRefused, import_history, import_proposals
from intake.import_file import LookedThrough, look_through
from intake.models import PastDecision, Proposal, ProposalPartner, ProposalVersion
from intake.queries import standing_of
from intake.queries.imports import past_decision
from intake.rules.lifecycle import State
from intake.rules.rights import Relation
from intake.rules.track import Track
from tests.builders import ANSWERS, BASE_URL, World
from tests.conftest import NOON
from tests.import_files import json_file, proposal_row

DIMENSIONS = {"need": "Behov", "evidence": "Evidens"}
RECEIVED = datetime(2027, 2, 25, 9, 30, tzinfo=UTC)


def looked(world: World, *rows: dict[str, Any]) -> LookedThrough:
    return look_through(world.session, world.call, json_file(*rows), at=NOON, dimensions=DIMENSIONS)


def entered(world: World, *rows: dict[str, Any]) -> list[Proposal]:
    """The proposals of a faultless file."""
    found = looked(world, *rows)
    assert found.faults == ()
    actor = world.people["SE"]
    made = import_proposals(world.session, world.call, found.drafts, actor=actor, at=NOON, base_url=BASE_URL)
    world.session.commit()
    return made


def kinds_on(session: Session, subject: Any) -> list[str]:
    rows = session.exec(
        select(AuditEvent.kind).where(AuditEvent.subject_id == subject).order_by(col(AuditEvent.sequence))
    )
    return list(rows)


def test_proposal_is_entered_as_if_its_applicant_had_sent_it(world: World) -> None:
    sent_before = world.call.last_number
    (proposal,) = entered(world, proposal_row())
    session = world.session

    person = session.exec(select(Person).where(Person.email == "formand@havnens-kor.example")).one()
    organisation = session.get_one(Organisation, proposal.organisation_id)
    version = session.exec(select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)).one()
    assert (proposal.reference, proposal.state, proposal.received_at) == (
        f"2027-01-{sent_before + 1:03}",
        State.SUBMITTED,
        RECEIVED,
    )
    assert (proposal.title, proposal.amount_sought_ore, proposal.answers) == (ANSWERS["title"], 85_000_00, ANSWERS)
    assert (organisation.name, organisation.cvr, proposal.created_by) == ("Havnens Kor", "99999942", person.id)
    assert session.exec(select(RoleGrant.role).where(RoleGrant.person_id == person.id)).all() == [Role.APPLICANT]
    assert (version.number, version.received_at, version.sent_by) == (1, RECEIVED, person.id)
    assert version.content["organisation"]["contact_email"] == person.email
    assert session.exec(select(ProposalPartner.cvr).where(ProposalPartner.proposal_id == proposal.id)).all() == [
        "99999942"
    ]
    assert kinds_on(session, proposal.id) == ["proposal_imported"]
    assert kinds_on(session, world.call.id) == ["proposals_imported"]


def test_receipt_goes_to_whoever_sent_it_with_a_copy(world: World) -> None:
    (proposal,) = entered(world, proposal_row())
    letter = world.session.exec(select(OutgoingMail).where(OutgoingMail.about_id == proposal.id)).one()
    assert (letter.to_address, letter.subject) == (
        "formand@havnens-kor.example",
        f"Vi har modtaget jeres forslag {proposal.reference}",
    )
    assert "25. februar 2027 kl. 10.30" in letter.body
    assert letter.attachment is not None


def test_known_cvr_number_gives_nobody_access_to_the_organisation_that_has_it(world: World) -> None:
    own = world.people["AO"]
    (stranger,) = entered(world, proposal_row(organisation__cvr="99999926"))
    (member,) = entered(
        world,
        proposal_row(title="Et til", organisation__cvr="99999926", organisation__contact_email=own.email),
    )
    assert stranger.organisation_id not in own.organisation_ids
    assert member.organisation_id in own.organisation_ids
    assert standing_of(world.session, own, stranger).relation is Relation.OTHER_APPLICANT


def test_two_proposals_of_one_sender_share_the_organisation(world: World) -> None:
    first, second = entered(world, proposal_row(), proposal_row(title="Koret på torvet"))
    assert first.organisation_id == second.organisation_id
    assert (
        len(world.session.exec(select(Membership).where(Membership.organisation_id == first.organisation_id)).all())
        == 1
    )


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ({"received_at": "1.3.2027 kl. 12.01"}, "received_at: Tidspunktet ligger i fremtiden."),
        ({"received_at": "1.2.2027 kl. 10.00"}, "received_at: Callet åbnede først"),
        ({"organisation__contact_email": "se@raadslag.example"}, "organisation.contact_email: Adressen hører til"),
    ],
)
def test_row_that_clashes_with_what_is_there_is_named(world: World, own: dict[str, Any], fault: str) -> None:
    if "organisation__contact_email" in own:
        own = {"organisation__contact_email": world.people["SE"].email}
    faults = [one.line for one in looked(world, proposal_row(**own)).faults]
    assert len(faults) == 1
    assert faults[0].startswith(f"Forslag 1, {fault}")


def test_proposal_that_came_after_the_deadline_is_refused_like_one_that_is_sent(world: World) -> None:
    world.call.closes_at = NOON - timedelta(days=5)
    faults = [one.line for one in looked(world, proposal_row()).faults]
    assert faults[0].startswith("Forslag 1, received_at: Fristen var 24. februar 2027 kl. 12.00.")


def test_same_proposal_twice_is_named_in_the_file_and_against_the_call(world: World) -> None:
    (there,) = entered(world, proposal_row())
    world.draft(title="Kladde, som ingen skal kende")
    again = proposal_row(title=f"  {ANSWERS['title'].upper()} ")
    new = proposal_row(title="Nyt", organisation__cvr="99999934")
    hidden = proposal_row(title="Kladde, som ingen skal kende", organisation__cvr="99999926")
    assert [one.line for one in looked(world, again, new, new, hidden).faults] == [
        "Forslag 3, title: Samme organisation og titel står også i forslag 2. Slet den ene.",
        f"Forslag 1, title: Organisationen har sendt et forslag med den titel: sag {there.reference}. Slet rækken.",
    ]


def test_one_fault_keeps_all_of_the_file_out(world: World) -> None:
    drafts = looked(world, proposal_row(), proposal_row()).drafts
    with pytest.raises(ImportRefused, match="Samme organisation og titel"):
        import_proposals(world.session, world.call, drafts, actor=None, at=NOON, base_url=BASE_URL)
    assert world.session.exec(select(Proposal)).all() == []
    assert world.session.exec(select(OutgoingMail)).all() == []


def test_call_that_is_not_open_yet_or_cancelled_takes_none(world: World) -> None:
    drafts = looked(world, proposal_row()).drafts
    world.call.cancelled_at = NOON
    with pytest.raises(Refused, match="Callet tager ikke imod forslag"):
        import_proposals(world.session, world.call, drafts, actor=None, at=NOON, base_url=BASE_URL)


# ---- history ------------------------------------------------------------------------------------------------------


def past_row(**own: Any) -> dict[str, Any]:
    row = {
        "title": "Et gammelt forslag",
        "organisation.name": "En gammel forening",
        "history.state": "approved",
        "history.track": "Social investering",
        "history.granted": "3.000.000",
        "history.decided_on": "17.11.2022",
        "history.source": "Kommunens nyhed",
        "history.score.need": 3,
    }
    return {key: value for key, value in {**row, **own}.items() if value is not None}


@pytest.fixture
def past_world(world: World) -> World:
    world.call.is_history = True
    world.session.add(world.call)
    world.session.flush()
    return world


def past_case(world: World, **own: Any) -> Proposal:
    found = looked(world, past_row(**own))
    assert found.faults == ()
    (made,) = import_history(world.session, world.call, found.drafts, actor=world.people["SE"], at=NOON)
    world.session.commit()
    return made


def test_case_of_the_past_that_was_said_yes_to_stands_on_the_first_page_of_the_mayors_approver(
    past_world: World, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    granted = past_case(past_world)
    refused = past_case(past_world, title="Det blev et nej", **{"history.state": "refused", "history.track": None})
    pages = {who: browser_of(past_world.people[who]).get("/my-tasks").get_data(as_text=True) for who in ("MA", "CM")}
    assert f"/proposals/{granted.reference}" in pages["MA"]
    assert refused.title not in pages["MA"]
    assert granted.title not in pages["CM"]
    assert browser_of(past_world.people["MA"]).get(f"/proposals/{granted.reference}").status_code == 200


def test_case_of_the_past_tells_how_it_ended_and_nobody_is_written_to(past_world: World) -> None:
    proposal = past_case(past_world)
    session = past_world.session
    assert (proposal.state, proposal.track, proposal.is_history) == (State.APPROVED, Track.SOCIAL_INVESTMENT, True)
    told = past_decision(session, proposal)
    assert isinstance(told, PastDecision)
    assert (told.granted_ore, told.decided_on, told.source, told.example_scores) == (
        3_000_000_00,
        date(2022, 11, 17),
        "Kommunens nyhed",
        {"need": 3},
    )
    assert session.exec(select(OutgoingMail)).all() == []
    assert session.exec(select(Membership).where(Membership.organisation_id == proposal.organisation_id)).all() == []


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ({"history.state": None}, "history.state: Skriv, hvordan sagen endte."),
        ({"title": None}, "title: Skriv, hvad forslaget hed."),
        ({"organisation.name": None}, "organisation.name: Skriv, hvad organisationen hedder."),
        ({"history.decided_on": "2022-31-12"}, "history.decided_on: "),
        ({"history.state": "submitted"}, "history.state: Svaret er ikke et af dem, der kan vælges."),
        ({"history.granted": "3,5 mio."}, "history.granted: Det kan ikke læses som et tal."),
        ({"history.score.need": 5}, "history.score.need: Tallet må højst være 4."),
        ({"amount_sought": "0"}, "amount_sought: Beløbet skal være mindst 1 kr."),
    ],
)
def test_fault_in_history_is_named(past_world: World, own: dict[str, Any], fault: str) -> None:
    assert [
        one.line for one in looked(past_world, past_row(**own)).faults if one.line.startswith(f"Forslag 1, {fault}")
    ]


def test_history_and_new_proposals_keep_to_their_own_calls(world: World) -> None:
    new = looked(world, proposal_row()).drafts
    with pytest.raises(Refused, match="Callet er ikke historisk"):
        import_history(world.session, world.call, new, actor=world.people["SE"], at=NOON)
    world.call.is_history = True
    with pytest.raises(Refused, match="Callet er historisk"):
        import_proposals(world.session, world.call, new, actor=None, at=NOON, base_url=BASE_URL)
    with pytest.raises(Refused, match="Det kan ikke aflyses"):
        intake_actions.need_cancellable(world.session, world.call, at=NOON)


def test_case_of_the_past_can_be_read_and_nothing_else(past_world: World) -> None:
    proposal = past_case(past_world)
    secretariat = past_world.people["SE"]
    read = check_case(past_world.session, secretariat, "proposal.view", proposal, on=date(2027, 3, 1))
    assert (read.may("proposal.view"), read.may("note.write"), read.may("caseworker.assign")) == (True, False, False)
    with pytest.raises(Refused, match="Sagen er historisk"):
        check_case(past_world.session, secretariat, "caseworker.assign", proposal, on=date(2027, 3, 1))
    other = Case(past_world.submitted(), Relation.SECRETARIAT, secretariat)
    assert other.may("caseworker.assign")
