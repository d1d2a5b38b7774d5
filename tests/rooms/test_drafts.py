"""What becomes of a draft: saved by two, sent, opened again, overtaken by its deadline, withdrawn, deleted?"""

import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlmodel import Session, col, select

from app.worker import GRACE, keep_deadlines, sweep_files, work
from foundation.audit import history
from foundation.db import SessionMaker
from foundation.errors import Refused
from foundation.file_types import FileType
from foundation.identity.models import Organisation
from foundation.mail import OutgoingMail
from foundation.settings import Settings
from foundation.storage import Storage
from foundation.uploads import Received
from intake import actions
from intake.models import Attachment, Proposal, ProposalVersion, SavedSection
from intake.queries import attachments_of, versions_of
from intake.rules.lifecycle import State
from tests.builders import ANSWERS, BASE_URL, World, a_pdf


def others(session: Session) -> SessionMaker:
    """New sessions in the test's transaction, as the worker takes them."""
    bind = session.get_bind()
    return lambda: Session(bind, join_transaction_mode="create_savepoint", expire_on_commit=False)


def reopen(world: World, proposal: Proposal) -> None:
    actions.reopen_proposal(world.session, proposal, world.call, actor=world.people["AO"], at=world.at)
    world.session.commit()


def submit(world: World, proposal: Proposal) -> None:
    actions.submit_proposal(
        world.session, proposal, world.call, actor=world.people["AO"], at=world.at, base_url=BASE_URL
    )
    world.session.commit()


def save(world: World, proposal: Proposal, key: str, **answers: Any) -> None:
    actions.save_section(world.session, proposal, key, answers, actor=world.people["AO"], at=world.at)
    world.session.commit()


def attach(world: World, proposal: Proposal, storage: Storage, name: str) -> Attachment:
    stored = storage.keep(BytesIO(a_pdf()))
    received = [Received(name, FileType.PDF, stored)]
    actions.attach_files(world.session, proposal, received, actor=world.people["AO"], at=world.at)
    world.session.commit()
    return next(one for one in attachments_of(world.session, proposal.id) if one.file_name == name)


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return Storage(settings.attachments_folder)


def kinds(session: Session, proposal: Proposal) -> list[str]:
    return [act.event.kind for act in reversed(history(session, proposal.id))]


# ---- saving and sending --------------------------------------------------------------------------------------------


def test_a_section_is_saved_beside_the_others_and_counts_its_revisions(world: World, session: Session) -> None:
    draft = world.draft()
    save(world, draft, "idea", title="Nyt navn", problem="Nyt problem")
    save(world, draft, "idea", title="Nyere navn", problem=None)

    others_stand = {key: value for key, value in ANSWERS.items() if key not in {"title", "problem", "budget"}}
    assert {key: draft.answers[key] for key in others_stand} == others_stand
    assert draft.answers["title"] == "Nyere navn"
    assert "problem" not in draft.answers
    assert draft.title == "Nyere navn"
    row = session.exec(select(SavedSection)).one()
    assert (row.key, row.revision, row.saved_by) == ("idea", 2, world.people["AO"].person_id)


def test_what_is_sent_is_frozen_with_organisation_and_files(world: World, session: Session, storage: Storage) -> None:
    draft = world.draft()
    file = attach(world, draft, storage, "budget.pdf")
    submit(world, draft)
    organisation = session.get_one(Organisation, draft.organisation_id)
    organisation.name, organisation.turnover_ore = "Et nyt navn", 1
    session.add(organisation)
    session.commit()

    content = session.exec(select(ProposalVersion)).one().content

    assert content["answers"] == draft.answers
    assert content["organisation"]["name"] == draft.organisation_name == "Byhavens Venner"
    assert content["organisation"]["turnover_ore"] == 240_000_00
    assert content["files"] == [
        {"id": str(file.id), "file_name": "budget.pdf", "size_bytes": file.size_bytes, "sha256": file.sha256}
    ]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"problem": None}, "Beskriv det problem, I vil løse."),
        ({"result_goals": []}, "Skriv mindst ét mål"),
        ({"result_goals": [{"indicator": "Flere venner"}]}, "Mål 1: Skriv, hvordan det er nu."),
        ({"budget": [{"year": 2027, "kind": "setup", "text": "Alt", "amount": 1_00}]}, "Budgettet går ikke op"),
        ({"ends_on": "2027-07-31"}, "Indsatsen kan ikke slutte, før den begynder."),
        ({"ends_on": "2067-07-31"}, "højst løbe i 15 år"),
        ({"ties": "yes"}, "Skriv, hvilken forbindelse det er."),
        ({"accepts_rules": "no"}, "svar ja, før I sender"),
        ({"wish": "social_investment", "risks": None}, "hvad der kan gå galt"),
        ({"problem": "Ring til 010203-1234."}, "CPR-nummer"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_sent(
    world: World, session: Session, answers: dict[str, Any], said: str
) -> None:
    draft = world.draft(**answers)
    with pytest.raises(Refused) as refused:
        submit(world, draft)
    assert said in refused.value.text
    session.rollback()
    assert session.exec(select(ProposalVersion)).all() == []
    assert session.exec(select(OutgoingMail)).all() == []


def test_a_donation_need_not_answer_what_only_an_investment_rests_on(world: World) -> None:
    spared = {"success_share", "deadweight", "payer"}
    goal = {key: value for key, value in ANSWERS["result_goals"][0].items() if key not in spared}
    draft = world.draft(risks=None, exclusion=None, recruitment=None, payer=None, result_goals=[goal])
    submit(world, draft)
    assert draft.state is State.SUBMITTED


def test_an_organisation_without_a_contact_or_kind_cannot_send(world: World, session: Session) -> None:
    draft = world.draft()
    organisation = session.get_one(Organisation, draft.organisation_id)
    organisation.kind = None
    session.add(organisation)
    session.commit()
    with pytest.raises(Refused, match="hvilken slags organisation"):
        submit(world, draft)


# ---- opened again --------------------------------------------------------------------------------------------------


def test_a_proposal_opened_and_sent_again_keeps_its_reference_and_every_version(world: World, session: Session) -> None:
    proposal = world.submitted()
    reference = proposal.reference
    reopen(world, proposal)
    assert (proposal.state, proposal.reference) == (State.DRAFT, reference)
    save(world, proposal, "idea", problem="Et bedre beskrevet problem.")
    submit(world, proposal)

    assert (proposal.state, proposal.reference, proposal.reopened_at) == (State.SUBMITTED, reference, None)
    texts = [version.content["answers"]["problem"] for version, _name in versions_of(session, proposal.id)]
    assert texts == ["Et bedre beskrevet problem.", "Mange ældre i området er alene."]
    session.refresh(world.call)
    assert world.call.last_number == 1
    keys = sorted(session.exec(select(OutgoingMail.dedup_key)))
    assert keys == [f"receipt:{proposal.id}:1", f"receipt:{proposal.id}:2"]
    acts = ["proposal_started", "proposal_submitted", "proposal_reopened", "proposal_submitted"]
    assert kinds(session, proposal) == acts


def test_nothing_is_opened_again_after_the_deadline(world: World) -> None:
    proposal = world.submitted()
    late = world.call.closes_at + timedelta(microseconds=1)
    with pytest.raises(Refused, match="Fristen er udløbet"):
        actions.reopen_proposal(world.session, proposal, world.call, actor=world.people["AO"], at=late)
    assert proposal.state is State.SUBMITTED


def test_the_deadline_lets_what_was_sent_count_and_keeps_what_was_written(
    world: World, session: Session, storage: Storage
) -> None:
    proposal = world.draft()
    kept, removed = attach(world, proposal, storage, "sendt.pdf"), attach(world, proposal, storage, "fjernet.pdf")
    submit(world, proposal)
    reopen(world, proposal)
    save(world, proposal, "idea", title="Nåede ikke med", problem="Rettelse, der ikke nåede med.")
    actions.remove_file(session, proposal, removed, actor=world.people["AO"], at=world.at)
    late = attach(world, proposal, storage, "senere.pdf")
    deadline = world.call.closes_at
    session.commit()

    assert keep_deadlines(others(session), at=deadline + GRACE) == 0
    assert proposal.state is State.DRAFT
    assert keep_deadlines(others(session), at=deadline + GRACE + timedelta(seconds=1)) == 1
    assert keep_deadlines(others(session), at=deadline + GRACE + timedelta(seconds=2)) == 0

    late_key = late.id
    session.expire_all()
    assert (proposal.state, proposal.title, proposal.reopened_at) == (State.SUBMITTED, "Byhaven på torvet", None)
    assert proposal.answers["problem"] == "Mange ældre i området er alene."
    assert proposal.unsent_answers is not None
    assert proposal.unsent_answers["problem"] == "Rettelse, der ikke nåede med."
    names = [one.file_name for one in attachments_of(session, proposal.id)]
    assert sorted(names) == ["fjernet.pdf", "sendt.pdf"]
    assert session.get(Attachment, late_key) is None
    assert kept.removed_at is None
    newest = history(session, proposal.id)[0]
    assert (newest.event.kind, newest.who) == ("proposal_restored", "Systemet")


class OneRound(threading.Event):
    """Stops the worker after its first round."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


def test_a_round_whose_mail_breaks_still_keeps_the_deadline(world: World, session: Session, settings: Settings) -> None:
    proposal = world.submitted()
    reopen(world, proposal)
    world.call.opens_at, world.call.closes_at = (datetime(2020, 3, day, tzinfo=UTC) for day in (1, 2))
    session.add(world.call)
    session.commit()
    asked: list[int] = []
    real = others(session)

    def breaking_first() -> Session:
        asked.append(1)
        if len(asked) == 1:
            raise RuntimeError("the mail round's own session")
        return real()

    work(settings, breaking_first, OneRound())

    session.expire_all()
    assert proposal.state is State.SUBMITTED


def test_the_applicant_may_give_up_the_changes(world: World, session: Session) -> None:
    proposal = world.submitted()
    reopen(world, proposal)
    actions.restore_proposal(session, proposal, actor=world.people["AO"], at=world.at)
    session.commit()
    assert (proposal.state, proposal.unsent_answers) == (State.SUBMITTED, None)


def test_a_draft_that_was_never_sent_has_nothing_to_go_back_to(world: World, session: Session) -> None:
    draft = world.draft()
    with pytest.raises(Refused, match="har ikke været sendt"):
        actions.restore_proposal(session, draft, actor=world.people["AO"], at=world.at)
    assert draft.state is State.DRAFT
    assert keep_deadlines(others(session), at=world.call.closes_at + timedelta(days=1)) == 0


# ---- withdrawn and deleted -----------------------------------------------------------------------------------------


def test_a_withdrawn_proposal_stays_and_both_sides_are_told(world: World, session: Session) -> None:
    proposal = world.declared()
    actions.withdraw_proposal(
        session,
        proposal,
        world.call,
        reason="Vi fik pengene et andet sted.",
        actor=world.people["AO"],
        at=world.at,
        base_url=BASE_URL,
    )
    session.commit()
    assert proposal.state is State.WITHDRAWN
    told = session.exec(select(OutgoingMail).where(col(OutgoingMail.dedup_key).startswith("withdrawn:"))).all()
    assert sorted(letter.to_address for letter in told) == ["ao@x.example", "sekretariat@raadslag.example"]
    assert "Vi fik pengene" not in told[0].body
    assert kinds(session, proposal)[-1] == "proposal_withdrawn"


def test_an_unsent_draft_is_deleted_with_all_it_holds(
    world: World, session: Session, storage: Storage, settings: Settings
) -> None:
    draft = world.draft()
    save(world, draft, "idea", title="Nyt navn")
    attach(world, draft, storage, "budget.pdf")
    key = draft.id
    actions.delete_draft(session, draft, actor=world.people["AO"], at=world.at)
    session.commit()

    assert session.get(Proposal, key) is None
    assert session.exec(select(Attachment)).all() == []
    assert session.exec(select(SavedSection)).all() == []
    assert len(list(storage.names())) == 1  # The file itself goes with the next sweep.


def test_a_draft_that_was_sent_is_not_deleted(world: World, session: Session) -> None:
    proposal = world.submitted()
    reopen(world, proposal)
    with pytest.raises(Refused, match="har været sendt"):
        actions.delete_draft(session, proposal, actor=world.people["AO"], at=world.at)
    session.rollback()
    assert session.get(Proposal, proposal.id) is not None


# ---- files ---------------------------------------------------------------------------------------------------------


def test_a_file_that_was_sent_stays_for_its_version_when_it_is_removed(
    world: World, session: Session, storage: Storage
) -> None:
    proposal = world.draft()
    file = attach(world, proposal, storage, "budget.pdf")
    submit(world, proposal)
    reopen(world, proposal)
    unsent = attach(world, proposal, storage, "ny.pdf")
    for one in (file, unsent):
        actions.remove_file(session, proposal, one, actor=world.people["AO"], at=world.at)
    session.commit()
    assert attachments_of(session, proposal.id) == []
    assert session.get_one(Attachment, file.id).removed_at == world.at
    assert session.get(Attachment, unsent.id) is None


def test_the_sweep_takes_orphans_of_yesterday_and_nothing_else(
    world: World, session: Session, storage: Storage, settings: Settings
) -> None:
    """A crash between file and row leaves a file that no row knows (reliability F8)."""
    draft = world.draft()
    known = attach(world, draft, storage, "budget.pdf").stored_name
    orphan = storage.keep(BytesIO(b"Rowless")).name
    written = world.at  # The files are written by the machine's clock, so the sweep's moment is set from theirs.
    place = settings.attachments_folder / orphan[:2] / orphan
    written = written.fromtimestamp(place.stat().st_mtime, tz=written.tzinfo)

    assert sweep_files(others(session), settings, at=written + timedelta(hours=23)) == 0
    assert sweep_files(others(session), settings, at=written + timedelta(hours=25)) == 1
    assert list(storage.names()) == [known]


@pytest.mark.parametrize(("files", "size", "said"), [(50, 1, "plads til 50"), (1, 100 * 1024 * 1024, "100 MB i alt")])
def test_there_is_room_for_so_many_files_and_bytes(
    world: World, session: Session, storage: Storage, files: int, size: int, said: str
) -> None:
    draft = world.draft()
    for number in range(files):
        session.add(
            Attachment(
                proposal_id=draft.id,
                file_name=f"{number}.pdf",
                file_type=FileType.PDF,
                stored_name=f"{number:032x}",
                size_bytes=size,
                sha256="0" * 64,
                uploaded_by=world.people["AO"].person_id,
                uploaded_at=world.at,
            )
        )
    session.commit()
    with pytest.raises(Refused, match=said):
        attach(world, draft, storage, "en-til.pdf")
    session.rollback()
    assert len(attachments_of(session, draft.id)) == files


def test_of_several_files_all_are_added_or_none(world: World, session: Session, storage: Storage) -> None:
    draft = world.draft()
    good = Received("god.pdf", FileType.PDF, storage.keep(BytesIO(a_pdf())))
    named = Received("010203-1234.pdf", FileType.PDF, storage.keep(BytesIO(a_pdf())))
    bad = Received("dårlig.pdf", None, None, "Filen er tom.")
    with pytest.raises(Refused) as refused:
        actions.attach_files(session, draft, [good, bad, named], actor=world.people["AO"], at=world.at)
    session.rollback()
    assert refused.value.text.split("\n") == [
        "dårlig.pdf: Filen er tom.",
        "010203-1234.pdf: Filens navn ser ud til at rumme et CPR-nummer. Giv filen et andet navn, og vælg den igen.",
    ]
    assert attachments_of(session, draft.id) == []
