"""Do cases come on an agenda and off it in order, and does everybody see what they may?"""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from foundation.audit import history
from foundation.clock import today
from foundation.db import begin_writing
from foundation.errors import ChangedMeanwhile, NotFound, Refused
from foundation.identity.roles import Role
from intake import actions as intake_actions
from intake.models import ConflictDeclaration, Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from portfolio import actions, queries
from portfolio.events import AgendaOrdered, AgendaPlaced, AgendaRemoved, MeetingCancelled, MeetingPlanned
from portfolio.models import AgendaItem, CouncilMeeting, ReleasedMemo
from portfolio.queries import AgendaRow, MeetingRow
from scoring.models import Hearing
from tests.builders import COUNCIL_DAY, World
from tests.conftest import NOON

SOON = today(NOON) + timedelta(days=4)


def order(world: World, meeting: CouncilMeeting) -> list[tuple[int, str]]:
    rows = queries.agenda(world.session, world.people["SE"], meeting)
    return [(row.position, row.title) for row in rows]


def move(world: World, meeting: CouncilMeeting, title: str, by: int, *, version: int | None = None) -> None:
    rows = queries.agenda(world.session, world.people["SE"], meeting)
    item = next(row.item_id for row in rows if row.title == title)
    given = meeting.version if version is None else version
    actions.move_item(world.session, meeting, item, by, version=given, actor=world.people["SE"], at=NOON)
    world.session.commit()


def remove(world: World, proposal: Proposal, reason: str = "Ansøgeren er syg.") -> None:
    actions.remove_from_agenda(world.session, proposal, reason=reason, actor=world.people["SE"], at=NOON)
    world.session.commit()


def three(world: World) -> tuple[CouncilMeeting, list[Proposal]]:
    meeting = world.meeting()
    return meeting, [world.on_agenda(meeting, title=title) for title in ("Første", "Anden", "Tredje")]


def conflict(world: World, key: str, proposal: Proposal) -> None:
    world.session.add(
        ConflictDeclaration(
            proposal_id=proposal.id,
            person_id=world.people[key].person_id,
            has_conflict=True,
            ground="Gift med formanden",
            declared_at=NOON,
        )
    )
    world.session.commit()


# ---- planned --------------------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_once_a_day(world: World, session: Session) -> None:
    meeting = world.meeting()
    assert history(session, meeting.id)[0].event == MeetingPlanned("2027-04-14")
    with pytest.raises(Refused, match="allerede et møde") as refused:
        actions.plan_meeting(session, COUNCIL_DAY, actor=world.people["SE"], at=NOON)
    assert refused.value.field == "held_on"
    with pytest.raises(Refused, match="arbejdsdag"):
        actions.plan_meeting(session, date(2027, 3, 6), actor=world.people["SE"], at=NOON)
    assert [one.held_on for one in queries.meetings(session)] == [COUNCIL_DAY]


def test_a_meeting_that_never_had_a_case_can_be_taken_back(world: World, session: Session) -> None:
    meeting, actor = world.meeting(), world.people["SE"]
    with pytest.raises(Refused, match="Mødet er holdt"):
        actions.cancel_meeting(session, meeting, actor=actor, at=NOON + timedelta(days=60))
    meeting_id = meeting.id
    actions.cancel_meeting(session, meeting, actor=actor, at=NOON + timedelta(hours=1))
    session.commit()
    assert queries.meetings(session) == []
    assert history(session, meeting_id)[0].event == MeetingCancelled("2027-04-14")


def test_a_meeting_that_had_a_case_is_kept(world: World, session: Session) -> None:
    meeting = world.meeting()
    remove(world, world.on_agenda(meeting))
    with pytest.raises(Refused, match="Der har stået sager"):
        actions.cancel_meeting(session, meeting, actor=world.people["SE"], at=NOON)
    assert queries.meetings(session) == [meeting]


def test_the_coming_meetings_begin_today(world: World, session: Session) -> None:
    for held_on in (date(2027, 3, 10), date(2027, 3, 17), COUNCIL_DAY):
        world.meeting(held_on)
    found = queries.coming_meetings(session, on=date(2027, 3, 17))
    assert [one.held_on for one in found] == [date(2027, 3, 17), COUNCIL_DAY]


# ---- placed and taken off -------------------------------------------------------------------------------------------


def test_a_released_case_comes_last_on_the_agenda(world: World, session: Session) -> None:
    meeting, (first, *_) = three(world)
    assert order(world, meeting) == [(1, "Første"), (2, "Anden"), (3, "Tredje")]
    assert first.state is State.AT_COUNCIL
    assert history(session, first.id)[0].event == AgendaPlaced("2027-04-14", 1, "")
    assert queries.agenda(session, world.people["SE"], meeting)[0] == AgendaRow(
        item_id=queries.items_of(session, meeting.id)[0].id,
        proposal_id=first.id,
        position=1,
        reference=first.reference or "",
        title="Første",
        organisation="Byhavens Venner",
        track=Track.DONATION,
        amount_ore=85_000_00,
        is_withdrawn=False,
        is_open=True,
        has_paper=True,
    )


def test_the_agenda_shows_what_was_released_and_not_what_was_written_since(world: World, session: Session) -> None:
    proposal = world.on_agenda()
    proposal.amount_sought_ore = 1_00
    session.commit()
    assert queries.agenda(session, world.people["CM"], world.meeting())[0].amount_ore == 85_000_00


def test_a_case_that_is_not_released_comes_on_no_agenda(world: World, session: Session) -> None:
    proposal = world.memo_ready()
    with pytest.raises(Refused, match="et andet sted i forløbet"):
        actions.place_on_agenda(session, proposal, world.meeting(), reason="", actor=world.people["SE"], at=NOON)


def test_members_who_get_the_memo_late_are_told_why(world: World, session: Session) -> None:
    proposal, soon = world.memo_released(), world.meeting(SOON)
    with pytest.raises(Refused, match="under 7 dage") as refused:
        actions.place_on_agenda(session, proposal, soon, reason="", actor=world.people["SE"], at=NOON)
    assert refused.value.field == "reason"
    actions.place_on_agenda(session, proposal, soon, reason="Begynder i maj.", actor=world.people["SE"], at=NOON)
    session.commit()
    assert history(session, proposal.id)[0].event == AgendaPlaced(SOON.isoformat(), 1, "Begynder i maj.")


def test_a_meeting_that_is_over_takes_no_case(world: World, session: Session) -> None:
    proposal, meeting = world.memo_released(), world.meeting()
    with pytest.raises(Refused, match="Mødet er holdt"):
        actions.place_on_agenda(
            session, proposal, meeting, reason="x", actor=world.people["SE"], at=NOON + timedelta(days=60)
        )


def place(world: World, proposal: Proposal, who: str = "SE", *, at: datetime = NOON) -> None:
    actions.place_on_agenda(world.session, proposal, world.meeting(), reason="", actor=world.people[who], at=at)
    world.session.commit()


def test_no_agenda_takes_a_case_before_its_hearing_is_over_and_the_memo_knows_of_it(
    world: World, session: Session
) -> None:
    proposal, later = world.memo_released(), NOON + timedelta(hours=1)
    hearing = opened_hearing(world, proposal, later)
    with pytest.raises(Refused, match="Gør høringen færdig først"):
        place(world, proposal, at=later)
    hearing.closed_at, hearing.closing_note = later + timedelta(hours=1), "Svaret ændrer ikke noget."
    session.commit()
    with pytest.raises(Refused, match="efter at indstillingen blev klarmeldt"):
        place(world, proposal, at=hearing.closed_at)
    assert proposal.state is State.MEMO_READY

    again = hearing.closed_at + timedelta(hours=1)
    actions.send_back_memo(session, proposal, reason="Ansøgeren er hørt.", actor=world.people["SE"], at=again)
    content = session.exec(select(ReleasedMemo.content)).one()
    actions.release_memo(session, proposal, content=content, actor=world.people["SE"], at=again)
    place(world, proposal, at=again)
    assert proposal.state.value == "at_council"


def opened_hearing(world: World, proposal: Proposal, at: datetime) -> Hearing:
    hearing = Hearing(
        proposal_id=proposal.id,
        facts="Forvaltningen kender indsatsen i forvejen.",
        due_on=today(at) + timedelta(days=14),
        opened_by=world.people["SE"].person_id,
        opened_at=at,
    )
    world.session.add(hearing)
    world.session.commit()
    return hearing


def test_no_agenda_takes_a_case_that_somebody_with_a_conflict_released(world: World) -> None:
    proposal = world.memo_released()
    world.people["S3"] = world.add_staff("S3", Role.SECRETARIAT)
    conflict(world, "SE", proposal)
    with pytest.raises(Refused, match=f"Inhabil nu, men har arbejdet på sagen: {world.people['SE'].name}"):
        place(world, proposal, "S3")


def test_the_agenda_of_a_meeting_that_is_held_stays_as_it_was(world: World, session: Session) -> None:
    meeting, _ = three(world)
    item = queries.items_of(session, meeting.id)[0].id
    past = NOON + timedelta(days=100)
    with pytest.raises(Refused, match="Mødet er holdt"):
        actions.move_item(session, meeting, item, 1, version=meeting.version, actor=world.people["SE"], at=past)
    assert order(world, meeting) == [(1, "Første"), (2, "Anden"), (3, "Tredje")]


def test_what_stood_after_a_removed_case_moves_up(world: World, session: Session) -> None:
    meeting, (_, second, _) = three(world)
    with pytest.raises(Refused, match="Skriv, hvorfor"):
        remove(world, second, reason="")
    remove(world, second)
    assert order(world, meeting) == [(1, "Første"), (2, "Tredje")]
    assert second.state is State.MEMO_READY
    assert history(session, second.id)[0].event == AgendaRemoved("2027-04-14", "Ansøgeren er syg.")
    kept = session.exec(select(AgendaItem).where(AgendaItem.proposal_id == second.id)).one()
    assert (kept.removed_reason, kept.removed_by) == ("Ansøgeren er syg.", world.people["SE"].person_id)
    assert queries.placement(session, second.id) is None

    actions.place_on_agenda(session, second, meeting, reason="", actor=world.people["SE"], at=NOON)
    session.commit()
    assert order(world, meeting) == [(1, "Første"), (2, "Tredje"), (3, "Anden")]


# ---- ordered --------------------------------------------------------------------------------------------------------


def test_items_are_moved_up_and_down(world: World, session: Session) -> None:
    meeting, _ = three(world)
    move(world, meeting, "Tredje", -1)
    assert order(world, meeting) == [(1, "Første"), (2, "Tredje"), (3, "Anden")]
    assert history(session, meeting.id)[0].event == AgendaOrdered(3, 2)
    move(world, meeting, "Første", 1)
    assert order(world, meeting) == [(1, "Tredje"), (2, "Første"), (3, "Anden")]
    before = meeting.version
    move(world, meeting, "Tredje", -1)
    assert (order(world, meeting)[0], meeting.version) == ((1, "Tredje"), before)


def test_an_agenda_that_changed_meanwhile_is_not_ordered(world: World, session: Session) -> None:
    meeting, (first, *_) = three(world)
    read = meeting.version
    move(world, meeting, "Tredje", -1)
    with pytest.raises(ChangedMeanwhile):
        move(world, meeting, "Tredje", -1, version=read)
    read = meeting.version
    remove(world, first)
    with pytest.raises(ChangedMeanwhile):
        move(world, meeting, "Tredje", 1, version=read)


def test_an_item_of_another_agenda_is_not_found(world: World, session: Session) -> None:
    meeting, _ = three(world)
    with pytest.raises(NotFound):
        actions.move_item(session, meeting, uuid4(), 1, version=meeting.version, actor=world.people["SE"], at=NOON)


# ---- seen -----------------------------------------------------------------------------------------------------------


def test_whoever_has_a_conflict_sees_no_row_and_the_others_keep_their_numbers(world: World, session: Session) -> None:
    meeting, (_, second, _) = three(world)
    conflict(world, "CM", second)
    conflict(world, "IH", second)
    for key in ("CM", "IH"):
        rows = queries.agenda(session, world.people[key], meeting)
        assert [(row.position, row.title) for row in rows] == [(1, "Første"), (3, "Tredje")], key
        assert queries.meeting_rows(session, world.people[key]) == [MeetingRow(COUNCIL_DAY, 2)], key
    assert queries.meeting_rows(session, world.people["AU"]) == [MeetingRow(COUNCIL_DAY, 3)]


def test_a_withdrawn_case_is_named_to_the_secretariat_and_counts_for_nobody(world: World, session: Session) -> None:
    meeting, (_, second, third) = three(world)
    for proposal in (second, third):
        intake_actions.withdraw_proposal(
            session,
            proposal,
            world.call,
            reason="",
            actor=world.people["AO"],
            at=NOON,
            base_url="http://localhost",
        )
    conflict(world, "CM", third)

    secretariat = queries.agenda(session, world.people["SE"], meeting)
    council = queries.agenda(session, world.people["CM"], meeting)

    assert [(row.title, row.is_withdrawn, row.is_open) for row in secretariat] == [
        ("Første", False, True),
        ("Anden", True, True),
        ("Tredje", True, True),
    ]
    assert [(row.position, row.title, row.reference, row.organisation, row.amount_ore) for row in council] == [
        (1, "Første", council[0].reference, "Byhavens Venner", 85_000_00),
        (2, "", "", "", None),
    ]
    for key in ("SE", "CM", "AU"):
        assert queries.meeting_rows(session, world.people[key]) == [MeetingRow(COUNCIL_DAY, 1)], key


# ---- two at once ----------------------------------------------------------------------------------------------------


def test_two_cases_placed_at_once_get_a_position_each(committed: Engine) -> None:
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        meeting = world.meeting()
        keys = [world.memo_released(title=title).id for title in ("Den ene", "Den anden")]
        day, actor = meeting.held_on, world.people["SE"]
    start, faults = Barrier(2), list[BaseException]()

    def place(key: UUID) -> None:
        try:
            with Session(committed) as own:
                start.wait()
                begin_writing(own)
                found = queries.meeting_on(own, day)
                assert found is not None
                proposal = own.get_one(Proposal, key)
                actions.place_on_agenda(own, proposal, found, reason="", actor=actor, at=NOON)
                own.commit()
        except BaseException as fault:
            faults.append(fault)

    threads = [Thread(target=place, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    with Session(committed) as session:
        positions = session.exec(select(AgendaItem.position).order_by(AgendaItem.position)).all()
    assert positions == [1, 2]
