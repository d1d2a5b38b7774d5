"""Does everybody get everything that is kept on themselves, and nothing of others, and is the download written down?"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, SQLModel, select

from foundation.audit import AuditEvent
from foundation.identity.models import Invitation, Person, SignInLink
from foundation.identity.organisation_actions import invite_member
from foundation.identity.roles import Actor, Role
from foundation.mail import LINK_PLACE, OutgoingMail
from intake.models import (
    Attachment,
    ConflictDeclaration,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
    SavedSection,
)
from scoring.models import Assessment, AssessmentScore
from scoring.rules.dimensions import Dimension
from tests.builders import BASE_URL, World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]

ALWAYS = {
    "made_at",
    "person",
    "roles",
    "memberships",
    "sign_in_links",
    "sessions",
    "mails",
    "coordinator_of",
    "assignments",
    "conflict_declarations",
    "case_notes",
    "department_answers",
    "assessments",
    "acts",
    "acts_about_you",
}
APPLICANTS = {"organisations", "invitations_to_you", "invitations_by_you", "proposals"}


def downloaded(browser: FlaskClient) -> dict[str, Any]:
    answer = browser.get("/my-data/download")
    assert answer.status_code == 200
    told: dict[str, Any] = json.loads(answer.get_data())
    return told


@pytest.fixture
def case(world: World, session: Session) -> Proposal:
    """AO's sent proposal with a version, files and a section; straight into the tables, since only reads are tried."""
    people, at = world.people, world.at
    made = Proposal(
        call_id=world.call.id,
        organisation_id=world.organisations["AO"].id,
        created_by=people["AO"].person_id,
        state="maturity_assessment",
        number=7,
        reference="2027-01-007",
        organisation_name="Byhavens Venner",
        organisation_cvr="99999926",
        title="Titel af AO",
        answers={"problem": "Svar af AO æøå", "amount_sought": 85_000_00},
        maturity_e4=14_200,
        created_at=at,
        saved_at=at,
        received_at=at,
    )
    session.add(made)
    session.flush()
    session.add_all(
        [
            ProposalVersion(
                proposal_id=made.id,
                number=1,
                received_at=at,
                sent_by=people["AO2"].person_id,
                content={"answers": {"problem": "Sendt af AO2"}},
            ),
            Attachment(
                proposal_id=made.id,
                file_name="budget.pdf",
                file_type="pdf",
                stored_name="s" * 32,
                size_bytes=1234,
                sha256="h" * 64,
                uploaded_by=people["AO"].person_id,
                uploaded_at=at,
            ),
            SavedSection(proposal_id=made.id, key="idea", revision=3, saved_by=people["AO"].person_id, saved_at=at),
            SavedSection(proposal_id=made.id, key="people", revision=1, saved_by=people["AO2"].person_id, saved_at=at),
        ]
    )
    for who in ("RA", "RU"):
        session.add(
            ReviewerAssignment(
                proposal_id=made.id,
                person_id=people[who].person_id,
                department_code="MSB",
                due_on=at.date(),
                assigned_by=people["SE"].person_id,
                assigned_at=at,
            )
        )
        session.add(
            ConflictDeclaration(
                proposal_id=made.id,
                person_id=people[who].person_id,
                has_conflict=False,
                ground=f"Grund af {who}",
                declared_at=at,
            )
        )
        sheet = Assessment(
            proposal_id=made.id,
            assessor_id=people[who].person_id,
            department_code="MSB",
            scale_id="2026",
            proposal_version=1,
            saved_at=at,
        )
        session.add(sheet)
        session.flush()
        session.add(
            AssessmentScore(
                assessment_id=sheet.id,
                dimension=Dimension.NEED,
                score=2,
                reason=f"Begrundelse af {who}",
                evidence=f"Henvisning af {who}",
            )
        )
    session.commit()
    return made


def test_file_is_an_attachment_of_plain_json(world: World, case: Proposal, browser_of: BrowserOf) -> None:
    answer = browser_of(world.people["AO"]).get("/my-data/download")
    assert answer.headers["Content-Disposition"] == "attachment; filename=mine-oplysninger.json"
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Svar af AO æøå" in answer.get_data(as_text=True)


def test_applicant_gets_the_organisation_and_its_proposals(
    world: World, session: Session, case: Proposal, browser_of: BrowserOf
) -> None:
    told = downloaded(browser_of(world.people["AO"]))
    assert set(told) == ALWAYS | APPLICANTS
    assert told["made_at"] == "2027-03-01T11:00:00+00:00"
    assert (told["person"]["email"], told["person"]["name"]) == ("ao@x.example", "Ansøger AO")
    assert [one["role"] for one in told["roles"]] == ["applicant"]
    assert [one["organisation"] for one in told["memberships"]] == ["Byhavens Venner"]
    assert [one["contact_email"] for one in told["organisations"]] == ["formand@byhaven.example"]
    (proposal,) = told["proposals"]
    assert proposal == {
        "id": str(case.id),
        "reference": "2027-01-007",
        "state": "maturity_assessment",
        "title": "Titel af AO",
        "organisation_name": "Byhavens Venner",
        "organisation_cvr": "99999926",
        "created_at": "2027-03-01T11:00:00+00:00",
        "saved_at": "2027-03-01T11:00:00+00:00",
        "received_at": "2027-03-01T11:00:00+00:00",
        "reopened_at": None,
        "answers": {"problem": "Svar af AO æøå", "amount_sought": 85_000_00},
        "unsent_answers": None,
        "begun_by_you": True,
        "sections_saved_by_you": [{"key": "idea", "revision": 3, "saved_at": "2027-03-01T11:00:00+00:00"}],
        "attachments": [
            {
                "file_name": "budget.pdf",
                "file_type": "pdf",
                "size_bytes": 1234,
                "uploaded_at": "2027-03-01T11:00:00+00:00",
                "removed_at": None,
            }
        ],
        "sent": [
            {
                "number": 1,
                "received_at": "2027-03-01T11:00:00+00:00",
                "content": {"answers": {"problem": "Sendt af AO2"}},
                "sent_by": "Ansøger AO2",
            }
        ],
    }
    assert {one["kind"] for one in told["acts"]} == {"organisation_founded", "person_signed_in"}
    assert [one["kind"] for one in told["acts_about_you"]] == ["person_added"]


def test_the_other_member_gets_the_same_proposal_as_their_own(
    world: World, case: Proposal, browser_of: BrowserOf
) -> None:
    told = downloaded(browser_of(world.people["AO2"]))
    (proposal,) = told["proposals"]
    assert proposal["begun_by_you"] is False
    assert [one["key"] for one in proposal["sections_saved_by_you"]] == ["people"]


def test_file_holds_no_secret_and_nothing_that_only_staff_may_see(
    world: World, session: Session, case: Proposal, browser_of: BrowserOf
) -> None:
    client = browser_of(world.people["AO"])
    client.post("/sign-in", data={"csrf_token": csrf_token(client), "email": "ao@x.example"})
    client.post("/sign-in", data={"csrf_token": csrf_token(client), "email": "ax@x.example"})
    link = session.exec(select(SignInLink).where(SignInLink.email == "ao@x.example")).one()
    letter = session.exec(select(OutgoingMail).where(OutgoingMail.to_address == "ao@x.example")).one()
    with client.session_transaction() as cookie:
        sid = cookie["sid"]

    raw = client.get("/my-data/download").get_data(as_text=True)

    told = json.loads(raw)
    assert len(told["sign_in_links"]) == 1
    assert [one["subject"] for one in told["mails"]] == ["Dit link til Rådslag"]
    assert LINK_PLACE in told["mails"][0]["body"]
    secret = (letter.secret_link or "").rpartition("/")[2]
    assert len(secret) > 30
    for hidden in (
        *(secret, link.token_hash, sid, "token_hash", "secret", "s" * 32, "h" * 64),
        *("Begrundelse af", "Grund af", "Medarbejder", "14200", "maturity_e4", "ax@x.example"),
    ):
        assert hidden not in raw, hidden


@pytest.mark.parametrize(("who", "other"), [("RA", "RU"), ("RU", "RA")])
def test_reviewer_gets_the_own_scores_alone(
    world: World, case: Proposal, browser_of: BrowserOf, who: str, other: str
) -> None:
    browser = browser_of(world.people[who])
    raw = browser.get("/my-data/download").get_data(as_text=True)
    told = json.loads(raw)
    assert set(told) == ALWAYS
    (sheet,) = told["assessments"]
    assert (sheet["reference"], sheet["scores"]) == (
        "2027-01-007",
        [
            {
                "dimension": "need",
                "score": 2,
                "reason": f"Begrundelse af {who}",
                "evidence": f"Henvisning af {who}",
            }
        ],
    )
    assert [one["ground"] for one in told["conflict_declarations"]] == [f"Grund af {who}"]
    assert [one["reference"] for one in told["assignments"]] == ["2027-01-007"]
    for hidden in (f"af {other}", f"Medarbejder {other}", "Ansøger", "Svar af AO", "Titel af AO", "Byhavens"):
        assert hidden not in raw, hidden


def test_nothing_of_a_stranger_is_in_anybodys_file(world: World, case: Proposal, browser_of: BrowserOf) -> None:
    for who, actor in world.people.items():
        if who in {"AO", "AO2"}:
            continue
        raw = browser_of(actor).get("/my-data/download").get_data(as_text=True)
        for hidden in ("Svar af AO", "Titel af AO", "Byhavens", "99999926", "budget.pdf", "ao@x.example", "Sendt af"):
            assert hidden not in raw, (who, hidden)


def test_invitations_stand_in_both_files_and_no_others_answer(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    organisation = world.organisations["AO"]
    for email in ("ax@x.example", "se@x.example"):
        invite_member(session, organisation.id, email, actor=world.people["AO"], at=world.at, base_url=BASE_URL)
    session.commit()
    asked = downloaded(browser_of(world.people["AX"]))["invitations_to_you"]
    assert [one["organisation"] for one in asked] == ["Byhavens Venner"]
    sent = downloaded(browser_of(world.people["AO"]))["invitations_by_you"]
    assert sorted(one["email"] for one in sent) == ["ax@x.example", "se@x.example"]
    assert all(set(one) == {"organisation_id", "email", "invited_at", "withdrawn_at"} for one in sent)
    staff = downloaded(browser_of(world.people["SE"]))
    assert APPLICANTS & set(staff) == set()


def test_name_of_another_stays_out_of_the_acts(world: World, session: Session, browser_of: BrowserOf) -> None:
    staff = world.people["SE"]
    session.add(
        AuditEvent(
            happened_at=world.at,
            person_id=staff.person_id,
            role=Role.SECRETARIAT,
            subject_type="proposal",
            subject_id=world.call.id,
            kind="proposal_routed",
            facts={"lead": "MSB", "others": [], "due_on": "2027-04-01", "reviewer": "Medarbejder RA"},
        )
    )
    session.commit()
    acts = downloaded(browser_of(staff))["acts"]
    (routed,) = [one for one in acts if one["kind"] == "proposal_routed"]
    assert routed["facts"] == {"lead": "MSB", "others": [], "due_on": "2027-04-01"}


def test_download_is_written_down_and_nothing_else_is(
    world: World, session: Session, case: Proposal, browser_of: BrowserOf
) -> None:
    browser = browser_of(world.people["AO"])
    before = fingerprint(session)
    browser.get("/my-data")
    assert fingerprint(session) == before
    browser.get("/my-data/download")
    after = fingerprint(session)
    added = [row for row in after.pop("audit_event") if row not in before["audit_event"]]
    assert {**before, "audit_event": []} == {**after, "audit_event": []}
    assert len(added) == 1
    assert "own_data_exported" in added[0]
    newest = session.exec(select(AuditEvent).where(AuditEvent.kind == "own_data_exported")).one()
    assert newest.person_id == newest.subject_id == world.people["AO"].person_id


def test_visitor_is_sent_to_sign_in_and_closed_account_gets_nothing(
    world: World, session: Session, client: FlaskClient, browser_of: BrowserOf
) -> None:
    closed = browser_of(world.people["AO"])
    session.get_one(Person, world.people["AO"].person_id).closed_at = world.at
    session.commit()
    for path in ("/my-data", "/my-data/download"):
        assert client.get(path).status_code == 302
        assert closed.get(path).status_code == 401


def test_member_who_left_keeps_no_proposal_in_the_file(
    world: World, session: Session, case: Proposal, browser_of: BrowserOf
) -> None:
    from foundation.identity.organisation_actions import remove_member
    from foundation.identity.organisation_queries import membership

    organisation = world.organisations["AO"].id
    leaving = membership(session, world.people["AO2"].person_id, organisation)
    assert leaving is not None
    later = world.at + timedelta(minutes=1)
    remove_member(session, organisation, leaving.id, actor=world.people["AO"], at=later)
    session.commit()
    told = downloaded(browser_of(world.people["AO2"]))
    assert (told["proposals"], told["organisations"]) == ([], [])
    assert [one["ended_at"] for one in told["memberships"]] == [later.isoformat()]


@pytest.mark.parametrize("who", ["AO", "RA", "SE", "CM", "MA", "AD", "AU"])
def test_page_offers_the_file_to_every_role(world: World, browser_of: BrowserOf, who: str) -> None:
    browser = browser_of(world.people[who])
    page = browser.get("/my-data").get_data(as_text=True)
    assert 'href="/my-data/download"' in page
    assert ("jeres forslag med det, der er sendt" in page) is (who == "AO")
    assert 'href="/my-data"' in browser.get("/my-tasks").get_data(as_text=True)


IN_THE_FILE = {
    "assessment.assessor_id": "assessments",
    "audit_event.person_id": "acts",
    "case_note.written_by": "case_notes",
    "conflict_declaration.person_id": "conflict_declarations",
    "department_answer.answered_by": "department_answers",
    "department_coordinator.person_id": "coordinator_of",
    "invitation.invited_by": "invitations_by_you",
    "membership.person_id": "memberships",
    "proposal.created_by": "proposals",
    "proposal_version.sent_by": "proposals",
    "reviewer_assignment.person_id": "assignments",
    "role_grant.person_id": "roles",
    "saved_section.saved_by": "proposals",
    "web_session.person_id": "sessions",
}
SHOWN_AS_ACTS = {
    "attachment.uploaded_by",
    "business_case.saved_by",
    "business_case_choice.chosen_by",
    "case_fact.recorded_by",
    "conflict_declaration.reviewed_by",
    "conflict_declaration.substitute_id",
    "consensus.recorded_by",
    "department_request.asked_by",
    "department_request.exempt_by",
    "formal_check.checked_by",
    "formal_check_item.checked_by",
    "formal_return.returned_by",
    "fund_figures.entered_by",
    "hearing.answered_by",
    "hearing.closed_by",
    "hearing.opened_by",
    "legal_figure.entered_by",
    "drafted_policy.adopted_by",
    "drafted_policy.drafted_by",
    "drafted_policy.withdrawn_by",
    "letter.sent_by",
    "proposal.case_worker_id",
    "reviewer_assignment.assigned_by",
    "shortlist.saved_by",
    "sorting_run.run_by",
    "decision_memo.saved_by",
    "decision_memo_text.edited_by",
    "released_memo.released_by",
    "released_memo.sent_back_by",
    "council_meeting.planned_by",
    "agenda_item.placed_by",
    "agenda_item.removed_by",
}
"""What a person did in somebody's case: its trace in the file is the act in the history."""


def test_every_trace_of_a_person_in_a_table_has_its_place_in_the_file() -> None:
    """A new table that names a person is either added to the file, or to the list of what stands as an act."""
    traces = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    assert traces == set(IN_THE_FILE) | SHOWN_AS_ACTS
    assert set(IN_THE_FILE.values()) <= ALWAYS | APPLICANTS


def test_every_invitation_field_is_decided_on() -> None:
    """`accepted` is the invited person's own answer: it stands in that person's file, never in the inviter's."""
    assert {column.name for column in Invitation.__table__.columns} == {  # type: ignore[attr-defined]
        "id",
        "organisation_id",
        "email",
        "invited_by",
        "invited_at",
        "answered_at",
        "accepted",
        "withdrawn_at",
    }
