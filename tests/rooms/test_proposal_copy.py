"""Does the copy of a sent version stay the same whatever changes later, and does it go out with a mail?"""

import email
import email.policy
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from docx import Document
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.worker import work_once
from exports import mailed
from exports.proposal_copy import Column, CopiedFile, ProposalCopyFacts, RowsAnswer, ShortAnswer, render
from exports.proposal_copy_facts import gather, version_of
from exports.register import DOCX, PAPERS
from foundation.clock import FixedClock
from foundation.errors import NotFound
from foundation.identity.models import Organisation
from foundation.identity.organisation_rules import organisation_snapshot
from foundation.mail import Attachment, OutgoingMail, make_transport, queue, send_waiting
from foundation.settings import PROJECT, Settings
from intake.models import CallQuestion, Proposal, ProposalVersion
from intake.rules.call import ExtraKind
from intake.rules.lifecycle import State
from tests.builders import World
from tests.conftest import NOON
from tests.rooms.test_mail import PostOffice, post_office

__all__ = ["post_office"]  # A fixture: pytest finds it by its name.

ORGANISATION = {
    "name": "Byhavens Venner",
    "cvr": "99999926",
    "kind": "association",
    "staff_years": 0,
    "turnover_ore": 1_250_000_50,
    "address": "Torvet 3, 8000 Aarhus C",
    "contact_name": "Karen",
    "contact_email": "karen@byhaven.example",
    "contact_phone": "",
}
ANSWERS: dict[str, Any] = {
    "title": "Byhaven på torvet",
    "wish": "donation",
    "problem": "Mange ældre er alene.\n\nDer er få steder at mødes.",
    "participants": 1240,
    "starts_on": "2027-08-01",
    "in_aarhus": "yes",
    "amount_sought": 85_000_00,
    "result_goals": [{"indicator": "To at ringe til", "success_share": 60}],
    "budget": [
        {"year": 2027, "kind": "delivery", "text": "Koordinator", "amount": 60_000_00},
        {"year": 2028, "kind": "setup", "text": "Materialer", "amount": 35_000_50},
    ],
    "cofunding": [{"funder": "Medlemmerne", "status": "own", "amount": 10_000_00}],
}
FILES = [{"id": str(uuid4()), "file_name": "Vedtægter.pdf", "size_bytes": 348_160, "sha256": "0" * 64}]
CONTENT: dict[str, Any] = {"organisation": ORGANISATION, "answers": ANSWERS, "files": FILES}


def a_case(world: World, number: int = 7) -> Proposal:
    """A sent proposal as stored rows; what is sent stands in its versions."""
    proposal = Proposal(
        call_id=world.call.id,
        organisation_id=world.organisations["AO"].id,
        created_by=world.people["AO"].person_id,
        state=State.SUBMITTED,
        number=number,
        reference=f"2027-01-{number:03}",
        organisation_name="Byhavens Venner",
        title="Byhaven på torvet",
        answers=ANSWERS,
        created_at=NOON,
        saved_at=NOON,
        received_at=NOON,
    )
    world.call.question_set_id = "core-2027"
    world.session.add_all((world.call, proposal))
    world.session.commit()
    return proposal


def sent(world: World, proposal: Proposal, number: int = 1, content: dict[str, Any] = CONTENT) -> ProposalVersion:
    version = ProposalVersion(
        proposal_id=proposal.id,
        number=number,
        received_at=NOON + timedelta(hours=number - 1),
        sent_by=world.people["AO"].person_id,
        content=content,
    )
    world.session.add(version)
    world.session.commit()
    return version


def document_xml(word: bytes) -> bytes:
    return zipfile.ZipFile(BytesIO(word)).read("word/document.xml")


def answer(facts: ProposalCopyFacts, label: str) -> Any:
    return next(one for section in facts.sections for one in section.answers if one.label == label)


# ---- gathered from the version ------------------------------------------------------------------------------------


def test_copy_tells_what_the_version_holds(world: World, session: Session) -> None:
    proposal = a_case(world)
    facts = gather(session, proposal, sent(world, proposal))

    assert (facts.reference, facts.title, facts.version, facts.received_at) == (
        "2027-01-007",
        "Byhaven på torvet",
        1,
        NOON,
    )
    assert (facts.call_title, facts.organisation) == (world.call.title, "Byhavens Venner")
    assert [(one.label, one.text) for one in facts.applicant] == [
        ("Navn", "Byhavens Venner"),
        ("CVR-nummer", "99999926"),
        ("Organisationsform", "Forening"),
        ("Årsværk", "0"),
        ("Omsætning på et år", "1.250.000,50\u00a0kr."),
        ("Adresse", "Torvet 3, 8000 Aarhus C"),
        ("Kontaktperson", "Karen"),
        ("Mailadresse", "karen@byhaven.example"),
        ("Telefonnummer", ""),
    ]
    assert facts.files == (CopiedFile(name="Vedtægter.pdf", size_bytes=348_160),)
    said = {
        one.label: one.text for section in facts.sections for one in section.answers if isinstance(one, ShortAnswer)
    }
    assert said["Hvad søger I?"] == "Donation"
    assert said["Hvor mange borgere er indsatsen for?"] == "1.240"
    assert said["Hvornår begynder indsatsen?"] == "1. august 2027"
    assert said["Er indsatsen for borgere i Aarhus Kommune?"] == "Ja"
    assert said["Hvor meget søger I her?"] == "85.000\u00a0kr."
    assert said["Hvornår slutter den?"] == ""
    assert answer(facts, "Hvilket problem vil I løse, og hvem har det?").text == ANSWERS["problem"]


def test_all_that_a_version_keeps_of_an_organisation_is_told(world: World, session: Session) -> None:
    proposal, kept = a_case(world), organisation_snapshot(world.organisations["AO"])
    facts = gather(session, proposal, sent(world, proposal, content={**CONTENT, "organisation": kept}))
    assert len(facts.applicant) == len(kept) == len(ORGANISATION)


def test_every_question_of_the_call_stands_on_the_paper(world: World, session: Session) -> None:
    proposal = a_case(world)
    own = CallQuestion(call_id=world.call.id, position=1, kind=ExtraKind.CHOICE, label="Hvor?", options=["Nord", "Syd"])
    session.add(own)
    session.flush()
    version = sent(world, proposal, content={**CONTENT, "answers": {**ANSWERS, f"call_{own.id.hex}": "2"}})

    facts = gather(session, proposal, version)

    titles = [section.title for section in facts.sections]
    assert titles[-2:] == ["Callets egne spørgsmål", "Erklæringer"]
    assert len(titles) == 8
    assert answer(facts, "Hvor?") == ShortAnswer(label="Hvor?", text="Syd")


def test_rows_are_told_in_words_and_amounts_added_up(world: World, session: Session) -> None:
    proposal = a_case(world)
    facts = gather(session, proposal, sent(world, proposal))

    assert answer(facts, "Hvad koster det?") == RowsAnswer(
        label="Hvad koster det?",
        row_name="Post",
        columns=(
            Column(label="År"),
            Column(label="Slags"),
            Column(label="Hvad går pengene til?"),
            Column(label="Beløb", is_figure=True, sum_ore=95_000_50),
        ),
        rows=(
            ("2027", "Drift", "Koordinator", "60.000\u00a0kr."),
            ("2028", "Opstart", "Materialer", "35.000,50\u00a0kr."),
        ),
    )
    assert answer(facts, "Hvem betaler ellers?").columns[2].sum_ore == 10_000_00
    goals = answer(facts, "Hvad skal være anderledes bagefter, og hvordan måler I det?")
    assert goals.rows == (("To at ringe til", "", "", "", "", "60 procent", "", "", ""),)
    assert answer(facts, "Hvem arbejder I sammen med?").rows == ()


def test_an_early_version_holds_less(world: World, session: Session) -> None:
    """The first question set asked in plain texts, and told only the name and number of an organisation."""
    proposal = a_case(world)
    world.call.question_set_id = "core-2026"
    early = {
        "organisation": {"name": "Byhavens Venner", "cvr": None},
        "answers": {"title": "Haven", "budget": "Alt i alt 85.000"},
    }
    facts = gather(session, proposal, sent(world, proposal, content=early))

    assert [(one.label, one.text) for one in facts.applicant] == [("Navn", "Byhavens Venner"), ("CVR-nummer", "")]
    assert facts.files == ()
    assert "Alt i alt 85.000" in {
        one.text for section in facts.sections for one in section.answers if hasattr(one, "text")
    }
    assert render(facts)


def test_copy_is_the_same_whatever_changes_later(world: World, session: Session) -> None:
    proposal = a_case(world)
    version = sent(world, proposal)
    facts = gather(session, proposal, version)
    before = document_xml(render(facts))

    organisation = session.get_one(Organisation, proposal.organisation_id)
    organisation.name, organisation.address, organisation.staff_years = "Nyt navn", "Ny vej 1", 40
    proposal.title, proposal.organisation_name, proposal.answers = "Ny titel", "Nyt navn", {"title": "Ny titel"}
    proposal.state, proposal.received_at, proposal.amount_sought_ore = State.DRAFT, NOON + timedelta(days=3), 1_00
    world.call.closes_at, world.call.contact_name = NOON + timedelta(days=90), "Ny kontakt"
    world.call.cancelled_at, world.call.cancel_reason = NOON + timedelta(days=80), "Aflyst"
    session.add_all((organisation, proposal, world.call))
    session.commit()
    sent(world, proposal, number=2, content={**CONTENT, "answers": {"title": "Ny titel"}})
    session.expire_all()

    again = gather(session, proposal, version_of(session, proposal, 1))
    assert again == facts
    assert document_xml(render(again)) == before
    newest = gather(session, proposal, version_of(session, proposal, None))
    assert (newest.title, newest.version) == ("Ny titel", 2)


def test_version_that_is_not_there_is_not_found(world: World, session: Session) -> None:
    proposal = a_case(world)
    sent(world, a_case(world, 8), number=2)  # The number alone is not enough to find a version by.
    with pytest.raises(NotFound):
        version_of(session, proposal, None)
    sent(world, proposal)
    for number in (0, 2, 999_999):
        with pytest.raises(NotFound):
            version_of(session, proposal, number)


# ---- the file of a mail -------------------------------------------------------------------------------------------


def stored(engine: Engine, number: int = 1) -> tuple[ProposalVersion, bytes]:
    """A sent version in the database, and the document that its copy is; a later version was sent since."""
    with Session(engine, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        proposal = a_case(world)
        version = sent(world, proposal, number)
        sent(world, proposal, 9, {**CONTENT, "answers": {"title": "Sendt igen, før mailen gik"}})
        return version, document_xml(render(gather(session, proposal, version)))


def put(engine: Engine, key: str | None, dedup: str = "one") -> None:
    with Session(engine) as session:
        queue(
            session, dedup_key=dedup, to="ny@x.example", subject="Kvittering", body="Hej æøå\n", at=NOON, attachment=key
        )
        session.commit()


def row(engine: Engine) -> OutgoingMail:
    with Session(engine) as session:
        return session.exec(select(OutgoingMail)).one()


@pytest.mark.parametrize(
    ("number", "name"), [(1, "forslag-2027-01-007.docx"), (2, "forslag-2027-01-007-udgave-2.docx")]
)
def test_key_of_a_version_is_made_into_its_copy(committed: Engine, settings: Settings, number: int, name: str) -> None:
    version, document = stored(committed, number)
    made = mailed.attachment(lambda: Session(committed), settings, f"proposal-copy:{version.id}")
    assert (made.file_name, made.media_type) == (name, DOCX)
    assert document_xml(made.content) == document


def test_mail_brings_its_text_first_and_then_the_copy(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock
) -> None:
    office, settings = post_office
    version, document = stored(committed)
    put(committed, f"proposal-copy:{version.id}")

    assert work_once(lambda: Session(committed), make_transport(settings), settings, now=clock.now) == 1

    (message,) = office.taken
    assert message["Message-ID"] == f"<{row(committed).id}@localhost>"
    assert message.get_content_type() == "multipart/mixed"
    text, file = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(file, EmailMessage)
    assert (text.get_content_type(), text.get_content().strip()) == ("text/plain", "Hej æøå")
    assert (file.get_content_type(), file.get_content_disposition()) == (DOCX, "attachment")
    assert file.get_filename() == "forslag-2027-01-007.docx"
    assert Document(BytesIO(file.get_content())).paragraphs[0].text == "Byhaven på torvet"
    assert document_xml(file.get_content()) == document


@pytest.mark.parametrize(
    "key",
    ["proposal-copy:", "proposal-copy:no-id", "proposal-copy:{missing}", "no-such-paper:{missing}", "", "a:b:c", ":"],
)
def test_file_that_cannot_be_made_puts_the_mail_back(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock, key: str
) -> None:
    office, settings = post_office
    stored(committed)
    put(committed, key.format(missing=uuid4()))
    put(committed, None, "other")

    assert work_once(lambda: Session(committed), make_transport(settings), settings, now=clock.now) == 1

    assert [message.get_content_type() for message in office.taken] == ["text/plain"]
    with Session(committed) as session:
        letter = session.exec(select(OutgoingMail).where(OutgoingMail.dedup_key == "one")).one()
    assert (letter.sent_at, letter.failed_at, letter.tries, letter.lease_token) == (None, None, 1, None)
    assert letter.due_at == NOON + timedelta(minutes=2)
    assert (letter.last_error or "").startswith("AttachmentFault: ")


def test_letter_waits_until_its_file_can_be_made_and_keeps_its_message_id(committed: Engine, clock: FixedClock) -> None:
    put(committed, "proposal-copy:x")
    taken, faults = list[EmailMessage](), [RuntimeError("Karens hemmelige svar"), ValueError("svar"), KeyError("svar")]

    def attach(key: str, /) -> Attachment:
        if faults:
            raise faults.pop(0)
        return Attachment("forslag.docx", DOCX, b"file")

    for tries in (1, 2, 3, 4):
        left = send_waiting(
            lambda: Session(committed), taken.append, sender="a@b.example", host="h", now=clock.now, attach=attach
        )
        assert (left, row(committed).tries) == (int(tries == 4), tries)
        assert "svar" not in (row(committed).last_error or "")
        clock.move(max(row(committed).due_at, clock.now()))

    (message,) = taken
    assert message["Message-ID"] == f"<{row(committed).id}@h>"
    assert [part.get_filename() for part in message.iter_attachments()] == ["forslag.docx"]
    assert (row(committed).failed_at, row(committed).last_error) == (None, None)


def test_letter_is_never_sent_without_its_file_by_a_sender_who_makes_none(committed: Engine, clock: FixedClock) -> None:
    put(committed, "proposal-copy:x")
    taken = list[EmailMessage]()
    assert send_waiting(lambda: Session(committed), taken.append, sender="a@b.example", host="h", now=clock.now) == 0
    assert (taken, row(committed).tries) == ([], 1)


def test_making_the_file_writes_nothing_and_holds_no_lock(committed: Engine, settings: Settings) -> None:
    version, _document = stored(committed)
    heard = list[str]()
    listener = lambda *given: heard.append(given[2])  # noqa: E731 - taken off again below
    sa.event.listen(committed, "before_cursor_execute", listener)
    try:
        mailed.attachment(lambda: Session(committed), settings, f"proposal-copy:{version.id}")
    finally:
        sa.event.remove(committed, "before_cursor_execute", listener)
    assert heard
    assert [one for one in heard if not one.startswith(("SELECT", "BEGIN DEFERRED"))] == []
    assert not any("FOR UPDATE" in one for one in heard)


def test_worker_begins_without_the_makers_of_papers() -> None:
    """A letter without a file is sent by a process that never read the makers of papers."""
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, app.worker; print([m for m in ('docx', 'exports') if m in sys.modules])",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert found.stdout.strip() == "[]"


def test_file_is_made_by_a_process_that_has_read_nothing_else(committed: Engine, tmp_path: Path) -> None:
    """The worker alone: every table that the copy is read from is known to it."""
    version, _document = stored(committed)
    code = (
        "import sys; from sqlmodel import Session; from foundation.db import make_engine; import app.worker;"
        "from exports.mailed import attachment; engine = make_engine(sys.argv[1]);"
        "print(len(attachment(lambda: Session(engine), None, sys.argv[2]).content)); engine.dispose()"
    )
    found = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            code,
            committed.url.render_as_string(hide_password=False),
            f"proposal-copy:{version.id}",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert int(found.stdout) > 5000


# ---- the register -------------------------------------------------------------------------------------------------


def test_file_names_are_plain_letters(world: World) -> None:
    proposal = a_case(world)
    names = {slug: (paper.file_name(proposal), paper.file_name(proposal, 3)) for slug, paper in PAPERS.items()}
    assert names["proposal-copy"] == ("forslag-2027-01-007.docx", "forslag-2027-01-007-udgave-3.docx")
    assert names["decision-memo"][0] == "decision-memo-2027-01-007.docx"
    assert all(name.isascii() for pair in names.values() for name in pair)


def test_demo_mailbox_shows_which_file_came_along(
    committed: Engine, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    from app.web_app import create_app

    version, _document = stored(committed)
    put(committed, f"proposal-copy:{version.id}")
    put(committed, None, "plain")
    demo = replace(settings, env="demo")
    work_once(lambda: Session(committed), make_transport(demo), demo, now=clock.now)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2

    app = create_app(demo, clock=clock, sessions=lambda: Session(committed))
    page = app.test_client().get("/mailbox").get_data(as_text=True)
    assert page.count("Hej æøå") == 2
    assert page.count("Vedhæftet: forslag-2027-01-007.docx") == page.count("Vedhæftet") == 1


def read(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_receipt_brings_the_copy_of_what_was_sent(
    committed: Engine, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    with Session(committed, expire_on_commit=False) as session:
        World.build(session, at=NOON).submitted(title="Æblehaven på Øen")
    assert row(committed).attachment is not None
    assert work_once(lambda: Session(committed), make_transport(settings), settings, now=clock.now) == 1
    (file,) = (tmp_path / "mail").glob("*.eml")
    (part,) = read(file).iter_attachments()
    assert isinstance(part, EmailMessage)
    assert Document(BytesIO(part.get_content())).paragraphs[0].text == "Æblehaven på Øen"
