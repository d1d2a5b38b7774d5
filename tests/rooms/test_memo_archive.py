"""Which memos of a call come in one file, in which order, and does each say what was released?"""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from docx import Document
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from exports import memo_archive
from exports.decision_memo_facts import gather
from exports.memo_archive import archive_of
from exports.memo_snapshot import to_content
from exports.register import memo_facts
from foundation.audit import AuditEvent
from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor, Role
from intake.models import Call, ConflictDeclaration, Proposal
from intake.rules.lifecycle import State
from portfolio.actions import release_memo
from portfolio.models import AgendaItem, CouncilMeeting, ReleasedMemo
from scoring.models import FundFiguresRow
from tests.builders import World

BrowserOf = Callable[[Actor], FlaskClient]


def released(world: World, *, at: datetime, **answers: object) -> Proposal:
    """A sorted case whose memo is released as it stands."""
    proposal = world.sorted(**answers)
    facts = replace(gather(world.session, proposal), is_draft=False, released_on=at.date())
    release_memo(world.session, proposal, content=to_content(facts), actor=world.people["SE"], at=at)
    world.session.commit()
    return proposal


def meeting_on(world: World, held_on: date) -> CouncilMeeting:
    meeting = CouncilMeeting(held_on=held_on, planned_by=world.people["SE"].person_id, planned_at=world.at)
    world.session.add(meeting)
    world.session.commit()
    return meeting


def place(world: World, meeting: CouncilMeeting, position: int, proposal: Proposal) -> None:
    item = AgendaItem(
        meeting_id=meeting.id,
        proposal_id=proposal.id,
        position=position,
        placed_by=world.people["SE"].person_id,
        placed_at=world.at,
    )
    proposal.state = State.AT_COUNCIL
    world.session.add_all([item, proposal])
    world.session.commit()


def call_of(world: World) -> Call:
    return world.session.exec(select(Call).where(col(Call.published_at).is_not(None))).one()


def address(world: World) -> str:
    return f"/exports/calls/{call_of(world).slug}/decision-memos"


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def said(word: bytes) -> list[str]:
    document = Document(BytesIO(word))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    margins = [p.text for part in document.sections for p in part.header.paragraphs]
    return [p.text for p in document.paragraphs] + cells + margins


# --- the file of a call -----------------------------------------------------------------------------------------


def test_memos_come_in_agenda_order_and_those_without_a_place_last(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    cases = [released(world, at=world.at, title=title) for title in ("Ét", "To", "Tre", "Fire", "Fem")]
    world.sorted(title="Kladde")
    later, sooner = (meeting_on(world, on) for on in (date(2027, 9, 1), date(2027, 8, 2)))
    place(world, later, 1, cases[0])
    place(world, sooner, 2, cases[1])
    place(world, sooner, 1, cases[3])
    answer = browser_of(world.people["SE"]).get(address(world))
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    numbers = [case.reference for case in (cases[3], cases[1], cases[0], cases[2], cases[4])]
    titles = ["Fire", "To", "Ét", "Tre", "Fem"]
    assert names(answer.data) == [
        "00 Oversigt.txt",
        *(f"{n:02} {number} {title}.docx" for n, (number, title) in enumerate(zip(numbers, titles, strict=True), 1)),
    ]


def test_each_memo_of_the_file_is_the_one_of_its_page(world: World, session: Session, browser_of: BrowserOf) -> None:
    case = released(world, at=world.at)
    browser = browser_of(world.people["SE"])
    archive = zipfile.ZipFile(BytesIO(browser.get(address(world)).data))
    page = browser.get(f"/exports/decision-memo/{case.reference}").data
    assert said(archive.read(archive.namelist()[1])) == said(page)


def test_index_tells_number_title_amount_and_place(world: World, browser_of: BrowserOf) -> None:
    first, second = released(world, at=world.at, title="Haven"), released(world, at=world.at, title="Køkkenet")
    place(world, meeting_on(world, date(2027, 8, 2)), 1, second)
    archive = zipfile.ZipFile(BytesIO(browser_of(world.people["SE"]).get(address(world)).data))
    lines = archive.read("00 Oversigt.txt").decode("utf-8-sig").split("\r\n")
    organisation = first.organisation_name
    assert lines[2] == f"01 {second.reference} Køkkenet, {organisation}"
    assert lines[3] == "   Donation, 85.000\u00a0kr.; Rådets møde 2. august 2027, punkt 1"
    assert lines[4] == f"02 {first.reference} Haven, {organisation}"
    assert lines[5].endswith("; ikke på en dagsorden endnu")


def test_download_is_noted_on_each_case_and_on_no_other(world: World, session: Session, browser_of: BrowserOf) -> None:
    cases = [released(world, at=world.at) for _ in range(2)]
    world.sorted()
    browser_of(world.people["CM"]).get(address(world))
    rows = session.exec(select(AuditEvent).where(AuditEvent.kind == "paper_exported")).all()
    assert {(row.subject_id, row.facts["paper"], row.person_id) for row in rows} == {
        (case.id, "decision-memo", world.people["CM"].person_id) for case in cases
    }


def test_each_gets_only_what_could_be_fetched_alone(world: World, session: Session, browser_of: BrowserOf) -> None:
    """Two cases, one of them decided on: the mayor may see that one, the council both; a conflict shuts one of them."""
    open_case, decided = released(world, at=world.at, title="Åben"), released(world, at=world.at, title="Afgjort")
    decided.state = State.RUNNING
    session.add(decided)
    session.commit()
    got = {who: names(browser_of(world.people[who]).get(address(world)).data)[1:] for who in ("SE", "CM", "MA", "AU")}
    both = [f"01 {open_case.reference} Åben.docx", f"02 {decided.reference} Afgjort.docx"]
    assert got == {"SE": both, "CM": both, "MA": [f"01 {decided.reference} Afgjort.docx"], "AU": both}


@pytest.mark.parametrize("who", ["RA", "RC", "AD", "AO"])
def test_file_is_not_for_those_without_the_right(
    world: World, session: Session, browser_of: BrowserOf, who: str
) -> None:
    released(world, at=world.at)
    assert browser_of(world.people[who]).get(address(world)).status_code == 403
    assert session.exec(select(AuditEvent).where(AuditEvent.kind == "paper_exported")).all() == []


def test_case_that_waits_for_a_declaration_is_named_and_not_given(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    first, second = released(world, at=world.at, title="Ét"), released(world, at=world.at, title="To")
    world.people["S3"] = world.add_staff("S3", Role.SECRETARIAT)
    browser = browser_of(world.people["S3"])
    refused = browser.get(address(world))
    assert refused.status_code == 409
    words = f"Svar først på, om du er inhabil i {first.reference}, {second.reference}."
    assert words in refused.get_data(as_text=True)
    world.free_of_conflict("S3", second)
    session.commit()
    archive = zipfile.ZipFile(BytesIO(browser.get(address(world)).data))
    assert archive.namelist()[1:] == [f"01 {second.reference} To.docx"]
    index = archive.read("00 Oversigt.txt").decode("utf-8-sig")
    assert index.endswith(f"Ikke med, fordi du først skal svare på, om du er inhabil: {first.reference}\r\n")


def test_assessor_and_whoever_has_a_conflict_get_nothing(world: World, session: Session, browser_of: BrowserOf) -> None:
    """S2 of the secretariat scored the case; IH has said that there is a conflict of interest."""
    case = released(world, at=world.at)
    person_id = world.people["IH"].person_id
    session.add(ConflictDeclaration(proposal_id=case.id, person_id=person_id, has_conflict=True, declared_at=world.at))
    session.commit()
    assert [browser_of(world.people[who]).get(address(world)).status_code for who in ("S2", "IH", "SE")] == [
        *(409, 409, 200)
    ]


@pytest.mark.parametrize("who", ["SE", "CM"])
def test_call_without_released_memos_says_so(world: World, browser_of: BrowserOf, who: str) -> None:
    world.sorted()
    answer = browser_of(world.people[who]).get(address(world))
    assert answer.status_code == 409
    assert "ingen klarmeldte indstillinger" in answer.get_data(as_text=True)


def test_memo_that_was_sent_back_is_not_in_the_file(world: World, session: Session, browser_of: BrowserOf) -> None:
    case = released(world, at=world.at)
    memo = session.exec(select(ReleasedMemo).where(ReleasedMemo.proposal_id == case.id)).one()
    memo.sent_back_at, memo.sent_back_by = world.at, world.people["SE"].person_id
    memo.sent_back_reason, case.state = "Mangler et vilkår", State.SORTED
    session.add_all([memo, case])
    session.commit()
    assert browser_of(world.people["SE"]).get(address(world)).status_code == 409


@pytest.mark.parametrize("slug", ["findes-ikke", "..", "%2e%2e", "a" * 300])
def test_call_that_is_not_there_is_not_found(world: World, browser_of: BrowserOf, slug: str) -> None:
    assert browser_of(world.people["SE"]).get(f"/exports/calls/{slug}/decision-memos").status_code == 404


def test_more_memos_than_the_limit_are_refused(world: World, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo_archive, "MEMOS_LIMIT", 2)
    first = released(world, at=world.at)
    memo = session.exec(select(ReleasedMemo)).one()
    for number in range(2):
        twin = Proposal(
            **first.model_dump(exclude={"id", "number", "reference"}),
            number=number + 100,
            reference=f"2027-01-{number + 100:03}",
        )
        session.add(twin)
        session.flush()
        session.add(ReleasedMemo(**memo.model_dump(exclude={"id", "proposal_id"}), proposal_id=twin.id))
    session.commit()
    with pytest.raises(Refused, match="har 3 klarmeldte indstillinger, og der kan højst hentes 2"):
        archive_of(session, world.people["CM"], call_of(world), on=world.at.date())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A/B: hvad \\ nu? <1>", "A-B hvad - nu 1.docx"),
        ("CON", "CON.docx"),
        ("../../etc/passwd", "..-..-etc-passwd.docx"),
        ("Slutter med prik. ", "Slutter med prik.docx"),
        ("e\u0301n \u202etxt.exe", "én txt.exe.docx"),
        ("👩\u200d👧 æøå", "👩\u200d👧 æøå.docx"),
    ],
)
def test_file_name_is_one_that_every_system_takes(world: World, browser_of: BrowserOf, title: str, name: str) -> None:
    case = released(world, at=world.at, title=title)
    got = names(browser_of(world.people["SE"]).get(address(world)).data)[1]
    assert got == f"01 {case.reference} {name}"


def test_long_title_is_cut_in_the_name(world: World, browser_of: BrowserOf) -> None:
    released(world, at=world.at, title="Haven ved torvet " * 5)
    got = names(browser_of(world.people["SE"]).get(address(world)).data)[1]
    assert len(got) < 100
    assert got.endswith(" ….docx")


# --- what was released is what is printed -----------------------------------------------------------------------


def test_released_memo_is_printed_as_it_was_whatever_has_changed_since(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    case = released(world, at=world.at)
    browser = browser_of(world.people["SE"])
    before = said(browser.get(f"/exports/decision-memo/{case.reference}").data)
    _change_everything(world, session, case)
    assert said(browser.get(f"/exports/decision-memo/{case.reference}").data) == before
    fresh = gather(session, case)
    assert (fresh.title, fresh.organisation) == ("En helt anden titel", "Et andet navn")


def _change_everything(world: World, session: Session, case: Proposal) -> None:
    case.title, case.organisation_name, case.amount_sought_ore = "En helt anden titel", "Et andet navn", 1
    case.answers = {**case.answers, "problem": "Et helt andet problem"}
    figures = session.exec(select(FundFiguresRow)).all()
    for row in figures:
        row.source, row.donation_pool_left_ore = "En anden kilde", 1
    people = session.exec(select(Person)).all()
    for person in people:
        person.name = f"Ny {person.name}"
    call = call_of(world)
    call.title = "Et andet call"
    session.add_all([case, call, *figures, *people])
    session.commit()


def test_memo_is_a_draft_until_it_is_released_and_again_when_sent_back(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    case = world.sorted()
    browser = browser_of(world.people["SE"])
    path = f"/exports/decision-memo/{case.reference}"
    assert said(browser.get(path).data)[0] == "UDKAST"
    facts = replace(gather(session, case), is_draft=False, released_on=world.at.date())
    memo = release_memo(session, case, content=to_content(facts), actor=world.people["SE"], at=world.at)
    session.commit()
    assert "UDKAST" not in "".join(said(browser.get(path).data))
    memo.sent_back_at, memo.sent_back_by = world.at + timedelta(days=1), world.people["SE"].person_id
    memo.sent_back_reason, case.state, case.title = "Mangler et vilkår", State.SORTED, "Ny titel"
    session.add_all([memo, case])
    session.commit()
    draft = memo_facts(session, case, on=world.at.date() + timedelta(days=2))
    assert (draft.is_draft, draft.title, draft.dated_on) == (True, "Ny titel", world.at.date() + timedelta(days=2))
