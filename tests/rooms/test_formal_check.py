"""Is every demand verified by a person, and does a proposal walk through return, answer and rejection?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from foundation.audit import AuditEvent
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.file_types import FileType
from foundation.identity.models import Membership, Person
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.mail import OutgoingMail
from foundation.uploads import Received
from foundation.workdays import add_workdays
from intake import actions
from intake.models import (
    Attachment,
    CaseNote,
    FormalCheck,
    FormalCheckItem,
    FormalReturn,
    Letter,
    Proposal,
    ReviewerAssignment,
)
from intake.queries import (
    case_worker_name,
    formal_facts,
    formal_return,
    latest_formal_check,
    newest_version,
    verified_items,
)
from intake.rules.formal_check import DEMANDS, CheckOutcome, ItemDraft, run_formal_check
from intake.rules.formal_return import RejectionDraft, ReturnDraft
from intake.rules.letter import LetterKind
from intake.rules.lifecycle import State
from tests.builders import ANSWERS, BASE_URL, World

OK = ItemDraft(CheckOutcome.OK)
NO_BUDGET = ItemDraft(CheckOutcome.MISSING, "Skriv, hvad koordinatoren skal lave.")
UNMET = ItemDraft(CheckOutcome.NOT_ELIGIBLE, "Budgettet går ikke op.")


def all_ok(**found: ItemDraft) -> dict[str, ItemDraft]:
    return dict.fromkeys(DEMANDS, OK) | found


def record(
    world: World, proposal: Proposal, items: dict[str, ItemDraft], *, who: str = "SE", at: datetime | None = None
) -> None:
    actions.record_items(
        world.session,
        proposal,
        world.call,
        items,
        version=proposal.version,
        actor=world.people[who],
        at=at or world.at,
    )
    world.session.commit()


def passed(world: World, proposal: Proposal, *, at: datetime | None = None) -> None:
    actions.pass_formal_check(world.session, proposal, world.call, note="", actor=world.people["SE"], at=at or world.at)
    world.session.commit()


def a_return(world: World, **own: Any) -> ReturnDraft:
    standard = {
        "due_on": add_workdays(today(world.at), 10),
        "sections": ("money",),
        "asked_for": ("Skriv, hvad koordinatoren skal lave.",),
        "letter": "Kære venner\nSkriv, hvad koordinatoren\nskal lave. Svar senest 15. marts 2027.",
    }
    return ReturnDraft(**{**standard, **own})


def send_back(world: World, proposal: Proposal, draft: ReturnDraft, *, at: datetime | None = None) -> None:
    actions.return_proposal(
        world.session,
        proposal,
        world.call,
        draft,
        version=proposal.version,
        actor=world.people["SE"],
        at=at or world.at,
        base_url=BASE_URL,
    )
    world.session.commit()


def submit(world: World, proposal: Proposal, *, at: datetime) -> None:
    actions.submit_proposal(world.session, proposal, world.call, actor=world.people["AO2"], at=at, base_url=BASE_URL)
    world.session.commit()


def reject(world: World, proposal: Proposal, draft: RejectionDraft, *, at: datetime) -> None:
    actions.reject_formally(
        world.session, proposal, world.call, draft, version=proposal.version, actor=world.people["SE"], at=at
    )
    world.session.commit()


REJECTION = RejectionDraft(("EL10",), "Budgettet går ikke op.", "Kære venner\nVi må sige nej. Budgettet går ikke op.")


def kinds_on(session: Session, proposal: Proposal) -> list[str]:
    rows = select(AuditEvent.kind).where(AuditEvent.subject_id == proposal.id).order_by(col(AuditEvent.sequence))
    return list(session.exec(rows))


# ---- verifying ------------------------------------------------------------------------------------------------------


def test_machine_says_something_of_every_demand(world: World, session: Session) -> None:
    proposal = world.submitted()
    checks = run_formal_check(formal_facts(session, world.people["SE"], proposal, world.call))
    assert [check.rule for check in checks] == list(DEMANDS) == [f"EL{number}" for number in range(1, 18)]
    assert {check.outcome for check in checks} == {CheckOutcome.OK}


def test_first_save_moves_the_case_and_makes_a_case_worker(world: World, session: Session) -> None:
    proposal = world.submitted()

    record(world, proposal, {"EL1": OK})

    assert proposal.state is State.FORMAL_CHECK
    assert case_worker_name(session, proposal) == "Medarbejder SE"
    assert kinds_on(session, proposal)[2:] == ["case_worker_assigned", "formal_items_recorded"]
    assert latest_formal_check(session, proposal.id) is None


def test_only_what_changed_gets_a_new_name_and_date(world: World, session: Session) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok())
    later = world.at + timedelta(hours=2)

    record(world, proposal, all_ok(EL10=NO_BUDGET), who="S2", at=later)

    found = {(one.checker, one.item.checked_at == later) for one in verified_items(session, proposal.id).values()}
    assert found == {("Medarbejder SE", False), ("Medarbejder S2", True)}
    assert verified_items(session, proposal.id)["EL10"].checker == "Medarbejder S2"
    assert case_worker_name(session, proposal) == "Medarbejder SE"
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.sequence).desc())).first()
    assert last is not None
    assert (last.kind, last.facts) == ("formal_items_recorded", {"rules": ["EL10"]})


def test_stale_save_is_refused(world: World, session: Session) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok())
    with pytest.raises(ChangedMeanwhile):
        actions.record_items(
            session,
            proposal,
            world.call,
            all_ok(EL10=NO_BUDGET),
            version=proposal.version - 1,
            actor=world.people["SE"],
            at=world.at,
        )
    assert verified_items(session, proposal.id)["EL10"].item.outcome is CheckOutcome.OK


def test_finding_otherwise_than_the_machine_needs_a_note(world: World) -> None:
    proposal = world.submitted()
    with pytest.raises(Refused) as refused:
        record(world, proposal, {"EL10": ItemDraft(CheckOutcome.MISSING)})
    assert refused.value.field == "EL10_note"
    assert proposal.state is State.SUBMITTED


def test_pass_names_what_is_not_in_order(world: World, session: Session) -> None:
    proposal = world.submitted()
    items = all_ok(EL17=ItemDraft(CheckOutcome.NEEDS_HUMAN))
    del items["EL3"]
    record(world, proposal, items)

    with pytest.raises(Refused) as refused:
        passed(world, proposal)

    assert "EL3 (" in refused.value.text
    assert "EL17 (" in refused.value.text
    assert "EL1 (" not in refused.value.text
    assert session.exec(select(FormalCheck)).all() == []


def test_pass_keeps_every_finding(world: World, session: Session) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok(EL4=ItemDraft(CheckOutcome.OK, "Set i arkivet.")))

    passed(world, proposal)

    check = session.exec(select(FormalCheck)).one()
    assert (check.outcome, proposal.state) == (CheckOutcome.OK, State.FORMAL_CHECK)
    assert [finding["rule"] for finding in check.findings] == list(DEMANDS)
    assert check.findings[3] == {
        "rule": "EL4",
        "outcome": "ok",
        "text": "Ansøgeren har ikke andre forslag i dette call.",
        "found": "ok",
        "note": "Set i arkivet.",
    }
    assert kinds_on(session, proposal)[-1] == "formal_check_recorded"


def test_a_fault_found_later_takes_the_pass_back(world: World, session: Session) -> None:
    proposal = world.checked()
    record(world, proposal, {"EL10": NO_BUDGET}, at=world.at + timedelta(hours=1))
    latest = latest_formal_check(session, proposal.id)
    assert latest is not None
    assert latest.outcome is CheckOutcome.NEEDS_HUMAN


def test_department_that_applies_must_be_named(world: World, session: Session) -> None:
    organisation = world.organisations["AO"]
    organisation.kind, organisation.cvr = OrganisationKind.MUNICIPAL_DEPARTMENT, None
    session.add(organisation)
    proposal = world.submitted()
    record(world, proposal, all_ok())
    with pytest.raises(Refused) as refused:
        passed(world, proposal)
    assert refused.value.field == "applicant_department"

    for code, field in (("XX", "applicant_department"), ("MSB", None)):
        arguments: dict[str, Any] = {"version": proposal.version, "actor": world.people["SE"], "at": world.at}
        if field:
            with pytest.raises(Refused) as refused:
                actions.record_items(session, proposal, world.call, all_ok(), applicant_department=code, **arguments)
            assert refused.value.field == field
        else:
            actions.record_items(session, proposal, world.call, all_ok(), applicant_department=code, **arguments)
    passed(world, proposal)
    assert proposal.applicant_department == "MSB"


def test_an_association_is_no_department(world: World, session: Session) -> None:
    proposal = world.submitted()
    with pytest.raises(Refused) as refused:
        actions.record_items(
            session,
            proposal,
            world.call,
            all_ok(),
            version=proposal.version,
            actor=world.people["SE"],
            at=world.at,
            applicant_department="MSB",
        )
    assert refused.value.field == "applicant_department"


# ---- the walk b, c, d, c, through -----------------------------------------------------------------------------------


def test_walk_through_a_return(world: World, session: Session) -> None:
    proposal = world.submitted()
    first_received = proposal.received_at
    record(world, proposal, all_ok(EL10=NO_BUDGET))
    world.call.closes_at = world.at + timedelta(minutes=1)
    session.add(world.call)

    send_back(world, proposal, a_return(world))

    asked = session.exec(select(FormalReturn)).one()
    assert (proposal.state, asked.sections, asked.asked_for) == (
        State.RETURNED,
        ["money"],
        [{"text": "Skriv, hvad koordinatoren skal lave."}],
    )

    later = world.at + timedelta(days=3)
    budget = [{**ANSWERS["budget"][0], "text": "Koordinator, otte timer om ugen"}, ANSWERS["budget"][1]]
    actions.save_section(session, proposal, "money", {"budget": budget}, actor=world.people["AO"], at=later)
    submit(world, proposal, at=later)

    assert proposal.state is State.FORMAL_CHECK
    assert proposal.received_at == first_received
    assert asked.answered_at == later
    sent = newest_version(session, proposal.id)
    assert sent is not None
    assert (sent.number, sent.received_at) == (2, later)
    assert verified_items(session, proposal.id) == {}
    checks = run_formal_check(formal_facts(session, world.people["SE"], proposal, world.call))
    assert checks[0].outcome is CheckOutcome.OK
    with pytest.raises(Refused):
        passed(world, proposal, at=later)
    record(world, proposal, all_ok(), at=later)
    passed(world, proposal, at=later)

    assert kinds_on(session, proposal)[2:] == [
        "case_worker_assigned",
        "formal_items_recorded",
        "proposal_returned",
        "proposal_submitted",
        "formal_items_recorded",
        "formal_check_recorded",
    ]
    assert {row.proposal_version for row in session.exec(select(FormalCheckItem))} == {1, 2}


def test_an_answer_tells_whether_it_was_late_and_is_acknowledged(world: World, session: Session) -> None:
    for days, late in ((14, False), (15, True)):
        proposal = world.returned()
        at = world.at + timedelta(days=days)
        submit(world, proposal, at=at)
        event = session.exec(
            select(AuditEvent)
            .where(AuditEvent.subject_id == proposal.id, AuditEvent.kind == "proposal_submitted")
            .order_by(col(AuditEvent.sequence).desc())
        ).first()
        assert event is not None
        assert event.facts == {
            "reference": proposal.reference,
            "version": 2,
            "answers_return": True,
            "late": late,
        }
        receipt = session.exec(select(OutgoingMail).where(OutgoingMail.dedup_key == f"receipt:{proposal.id}:2")).one()
        assert receipt.to_address == "ao2@x.example"
        assert "I kan rette i forslaget indtil" not in receipt.body


def test_deadline_of_the_call_leaves_a_returned_proposal_alone(world: World, session: Session) -> None:
    proposal = world.returned()
    actions.save_section(session, proposal, "idea", {"summary": "Nyt resumé"}, actor=world.people["AO"], at=world.at)
    session.commit()
    after = world.call.closes_at + timedelta(days=1)
    assert actions.restore_after_deadline(session, before=after, at=after) == 0
    assert (proposal.state, proposal.answers["summary"]) == (State.RETURNED, "Nyt resumé")


def test_a_second_return_is_refused(world: World, session: Session) -> None:
    proposal = world.returned()
    later = world.at + timedelta(days=1)
    submit(world, proposal, at=later)
    record(world, proposal, all_ok(EL10=NO_BUDGET), at=later)

    with pytest.raises(Refused, match="én gang"):
        send_back(world, proposal, a_return(world), at=later)

    assert proposal.state is State.FORMAL_CHECK
    assert len(session.exec(select(FormalReturn)).all()) == 1


def test_nothing_missing_is_nothing_to_return(world: World) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok())
    with pytest.raises(Refused, match="hvad der mangler"):
        send_back(world, proposal, a_return(world))


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"due_on": date(2027, 3, 1)}, "due_on"),
        ({"due_on": date(2027, 2, 26)}, "due_on"),
        ({"due_on": date(2027, 3, 13)}, "due_on"),
        ({"due_on": date(2027, 3, 25)}, "due_on"),
        ({"sections": ()}, "sections"),
        ({"sections": ("unknown",)}, "sections"),
        ({"asked_for": ()}, "asked_for"),
        ({"letter": ""}, "letter"),
        ({"letter": "Barnet har CPR 010203-1234."}, "letter"),
        ({"letter": "Skriv, hvad koordinatoren skal lave. Svar senest 16. marts 2027."}, "letter"),
        ({"asked_for": ("Skriv, hvad koordinatoren skal lave.", "Send regnskabet.")}, "letter"),
    ],
)
def test_return_with_something_wrong_is_refused(world: World, own: dict[str, Any], field: str) -> None:
    """Today, a day before it, a Saturday and Maundy Thursday are no deadlines."""
    proposal = world.submitted()
    record(world, proposal, all_ok(EL10=NO_BUDGET))
    with pytest.raises(Refused) as refused:
        send_back(world, proposal, a_return(world, **own))
    assert refused.value.field == field
    assert proposal.state is State.FORMAL_CHECK


def test_stale_return_is_refused(world: World, session: Session) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok(EL10=NO_BUDGET))
    with pytest.raises(ChangedMeanwhile):
        actions.return_proposal(
            session,
            proposal,
            world.call,
            a_return(world),
            version=proposal.version - 1,
            actor=world.people["SE"],
            at=world.at,
            base_url=BASE_URL,
        )


def test_closed_parts_cannot_be_written_in(world: World, session: Session) -> None:
    proposal = world.returned(sections=("money",))
    who, at = world.people["AO"], world.at
    with pytest.raises(Refused, match="lukket"):
        actions.save_section(session, proposal, "idea", {"summary": "Nyt"}, actor=who, at=at)
    with pytest.raises(Refused, match="lukket"):
        actions.attach_files(session, proposal, [Received("budget.pdf", None, None, "")], actor=who, at=at)
    file = Attachment(
        proposal_id=proposal.id,
        file_name="plan.pdf",
        file_type=FileType.PDF,
        stored_name="abc",
        size_bytes=1,
        sha256="0",
        uploaded_by=who.person_id,
        uploaded_at=at,
    )
    session.add(file)
    session.flush()
    with pytest.raises(Refused, match="lukket"):
        actions.remove_file(session, proposal, file, actor=who, at=at)
    actions.save_section(session, proposal, "money", {"amount_sought": 80_000_00}, actor=who, at=at)
    assert proposal.answers["summary"] == ANSWERS["summary"]
    assert proposal.answers["amount_sought"] == 80_000_00


def test_an_outcome_does_not_hold_for_what_was_sent_since(world: World, session: Session) -> None:
    proposal = world.checked()
    later = world.at + timedelta(hours=1)
    record(world, proposal, {"EL10": NO_BUDGET}, at=later)
    send_back(world, proposal, a_return(world), at=later)
    submit(world, proposal, at=later + timedelta(days=1))
    assert latest_formal_check(session, proposal.id) is None


# ---- rejection ------------------------------------------------------------------------------------------------------


def test_rejection_sends_the_very_letter(world: World, session: Session) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok(EL10=UNMET))

    reject(world, proposal, REJECTION, at=world.at)

    assert proposal.state is State.FORMALLY_REJECTED
    check = session.exec(select(FormalCheck)).one()
    assert (check.outcome, check.note) == (CheckOutcome.NOT_ELIGIBLE, "Budgettet går ikke op.")
    letter = session.exec(select(Letter)).one()
    mail = session.exec(select(OutgoingMail).where(OutgoingMail.dedup_key == f"letter:{letter.id}")).one()
    assert (letter.kind, letter.body, letter.to_address) == (
        LetterKind.FORMAL_REJECTION,
        REJECTION.letter,
        "ao@x.example",
    )
    assert (mail.body, mail.subject, mail.to_address) == (letter.body, letter.subject, letter.to_address)
    assert kinds_on(session, proposal)[-1] == "proposal_formally_rejected"


def test_rejection_waits_for_the_deadline_of_a_return(world: World, session: Session) -> None:
    proposal = world.returned()
    asked = formal_return(session, proposal.id)
    assert asked is not None
    with pytest.raises(Refused, match="frist"):
        reject(world, proposal, REJECTION, at=world.at + timedelta(days=14))
    assert proposal.state is State.RETURNED
    reject(world, proposal, REJECTION, at=world.at + timedelta(days=15))
    assert (asked.due_on, proposal.state) == (date(2027, 3, 15), State.FORMALLY_REJECTED)
    with pytest.raises(Refused):
        submit(world, proposal, at=world.at + timedelta(days=16))


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"rules": ()}, "rules"),
        ({"rules": ("EL1",)}, "rules"),
        ({"rules": ("EL5",)}, "rules"),
        ({"rules": ("EL10", "EL17")}, "rules"),
        ({"rules": ("EL12",)}, "rules"),
        ({"considerations": ""}, "considerations"),
        ({"considerations": "Haven ligger i en anden kommune."}, "letter"),
        ({"letter": ""}, "letter"),
    ],
)
def test_rejection_with_something_wrong_is_refused(world: World, own: dict[str, Any], field: str) -> None:
    """EL1 was found in order, EL5 needs a look, EL17 nobody has looked at, and EL12 was never asked for."""
    proposal = world.submitted()
    items = all_ok(EL10=UNMET, EL5=ItemDraft(CheckOutcome.NEEDS_HUMAN, "Spørg."), EL12=NO_BUDGET)
    record(world, proposal, {rule: one for rule, one in items.items() if rule != "EL17"})
    with pytest.raises(Refused) as refused:
        reject(world, proposal, replace(REJECTION, **own), at=world.at)
    assert refused.value.field == field
    assert proposal.state is State.FORMAL_CHECK


def test_what_is_missing_still_after_a_return_is_a_ground(world: World) -> None:
    proposal = world.returned()
    later = world.at + timedelta(days=1)
    submit(world, proposal, at=later)
    record(world, proposal, all_ok(EL10=NO_BUDGET), at=later)
    reject(world, proposal, REJECTION, at=later)
    assert proposal.state is State.FORMALLY_REJECTED


def _sender_left(world: World) -> None:
    rows = select(Membership).where(Membership.person_id == world.people["AO"].person_id)
    world.session.exec(rows).one().ended_at = world.at


def _account_closed(world: World) -> None:
    world.session.get_one(Person, world.people["AO"].person_id).closed_at = world.at


@pytest.mark.parametrize("gone", [_sender_left, _account_closed])
def test_letter_goes_to_the_organisation_where_the_sender_is_gone(
    world: World, session: Session, gone: Callable[[World], None]
) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok(EL10=NO_BUDGET))
    gone(world)
    session.commit()
    send_back(world, proposal, a_return(world))
    assert session.exec(select(Letter.to_address)).one() == "formand@byhaven.example"


def test_rejection_needs_a_check(world: World, session: Session) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok(EL10=NO_BUDGET))
    for item in session.exec(select(FormalCheckItem)):
        session.delete(item)
    session.commit()
    with pytest.raises(Refused, match="Gem formalitjekket"):
        reject(world, proposal, REJECTION, at=world.at)


def test_letters_say_what_the_law_asks(world: World, session: Session) -> None:
    proposal = world.submitted()
    record(world, proposal, all_ok(EL10=UNMET, EL12=NO_BUDGET))
    subject, body = actions.rejection_letter(
        session, proposal, world.call, REJECTION, actor=world.people["SE"], at=world.at
    )
    assert subject == f"Afgørelse om jeres forslag {proposal.reference}"
    for said in (
        "afviser jeres forslag",
        f"- {DEMANDS['EL10']}.",
        "Budgettet går ikke op.",
        "ikke påklages",
        "Ankestyrelsen",
        "Folketingets Ombudsmand",
        "domstolene",
        "partsaktindsigt",
        "1. marts 2027",
        "sekretariat@raadslag.example",
    ):
        assert said in body
    assert "\n\n\n" not in body
    _, asks = actions.return_letter(session, proposal, world.call, a_return(world), at=world.at, base_url=BASE_URL)
    assert "Det mangler:\n- Skriv, hvad koordinatoren skal lave.\n\n" in asks
    assert "De andre dele er lukket:\n- Penge\n\n" in asks
    assert "senest 15. marts 2027" in asks


# ---- notes and the case worker --------------------------------------------------------------------------------------


def test_note_is_kept_with_both_days_and_leaves_no_words_in_the_history(world: World, session: Session) -> None:
    proposal = world.submitted()
    actions.write_note(
        session,
        proposal,
        text="Formanden ringede.",
        happened_on=date(2027, 2, 26),
        actor=world.people["SE"],
        at=world.at,
    )
    session.commit()
    note = session.exec(select(CaseNote)).one()
    assert (note.text, note.happened_on, note.written_at) == ("Formanden ringede.", date(2027, 2, 26), world.at)
    event = session.exec(select(AuditEvent).where(AuditEvent.kind == "note_written")).one()
    assert event.facts == {"happened_on": "2027-02-26"}


@pytest.mark.parametrize(
    ("text", "on", "field"),
    [
        ("", date(2027, 3, 1), "text"),
        ("Barnet 010203-1234 var med.", date(2027, 3, 1), "text"),
        ("Formanden ringer.", date(2027, 3, 2), "happened_on"),
    ],
)
def test_note_that_must_not_be_is_refused(world: World, session: Session, text: str, on: date, field: str) -> None:
    proposal = world.submitted()
    with pytest.raises(Refused) as refused:
        actions.write_note(session, proposal, text=text, happened_on=on, actor=world.people["SE"], at=world.at)
    assert refused.value.field == field
    assert session.exec(select(CaseNote)).all() == []


def test_a_note_that_is_sent_twice_is_kept_once(world: World, session: Session) -> None:
    proposal = world.submitted()
    for who, on, seconds in (("SE", 26, 0), ("SE", 26, 20), ("SE", 27, 21), ("S2", 26, 22), ("SE", 26, 90)):
        actions.write_note(
            session,
            proposal,
            text="Formanden ringede.",
            happened_on=date(2027, 2, on),
            actor=world.people[who],
            at=world.at + timedelta(seconds=seconds),
        )
    session.commit()
    kept = sorted(int((note.written_at - world.at).total_seconds()) for note in session.exec(select(CaseNote)))
    assert kept == [0, 21, 22, 90]
    assert kinds_on(session, proposal).count("note_written") == 4


def test_lists_show_what_was_sent_until_it_is_sent_again(world: World, session: Session) -> None:
    proposal = world.returned()
    later = world.at + timedelta(days=1)
    new = {"title": "Et nyt navn", "participants": 12}
    actions.save_section(session, proposal, "idea", new, actor=world.people["AO"], at=later)
    session.commit()
    assert (proposal.title, proposal.participants) == (ANSWERS["title"], 30)
    assert proposal.answers["title"] == "Et nyt navn"
    submit(world, proposal, at=later)
    assert (proposal.title, proposal.participants) == ("Et nyt navn", 12)


def assign(world: World, proposal: Proposal, who: str, *, by: str = "SE") -> None:
    actions.assign_case_worker(
        world.session,
        proposal,
        world.people[who].person_id,
        version=proposal.version,
        actor=world.people[by],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()


def test_case_is_handed_to_a_colleague_who_is_told(world: World, session: Session) -> None:
    proposal = world.checked()
    assign(world, proposal, "S2")
    assert case_worker_name(session, proposal) == "Medarbejder S2"
    mail = session.exec(select(OutgoingMail).where(OutgoingMail.to_address == "s2@x.example")).one()
    assert mail.subject == f"Du er sagsbehandler på sag {proposal.reference}"
    assert proposal.title not in mail.body


def test_whoever_takes_a_case_is_not_written_to(world: World, session: Session) -> None:
    proposal = world.checked()
    assign(world, proposal, "S2", by="S2")
    assert session.exec(select(OutgoingMail).where(OutgoingMail.to_address == "s2@x.example")).all() == []


def test_case_worker_is_neither_biased_nor_an_assessor_nor_of_another_office(world: World, session: Session) -> None:
    proposal = world.checked()
    actions.declare_conflict(session, proposal, has_conflict=True, ground="Nabo", actor=world.people["IH"], at=world.at)
    session.add(
        ReviewerAssignment(
            proposal_id=proposal.id,
            person_id=world.people["S2"].person_id,
            due_on=today(world.at),
            assigned_by=world.people["SE"].person_id,
            assigned_at=world.at,
        )
    )
    session.commit()
    for who in ("IH", "S2", "RA", "AO"):
        with pytest.raises(Refused) as refused:
            assign(world, proposal, who)
        assert refused.value.field == "case_worker"
    person = session.get_one(Person, world.people["SE"].person_id)
    assert proposal.case_worker_id == person.id


def test_stale_change_of_case_worker_is_refused(world: World, session: Session) -> None:
    proposal = world.checked()
    with pytest.raises(ChangedMeanwhile):
        actions.assign_case_worker(
            session,
            proposal,
            world.people["S2"].person_id,
            version=proposal.version - 1,
            actor=world.people["SE"],
            at=world.at,
            base_url=BASE_URL,
        )
