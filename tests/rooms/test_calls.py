"""Do calls get their numbers, addresses and letters, and are they frozen when they are published?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from foundation.audit import history
from foundation.db import transaction
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.actions import add_person
from foundation.identity.models import Membership, Organisation, Person
from foundation.identity.roles import Role
from foundation.mail import OutgoingMail
from intake import actions, queries
from intake.events import CallCancelled, CallCreated, CallEdited, CallPublished, CallQuestionsChanged, DeadlineExtended
from intake.models import Call, CallFocusArea, CallQuestion, Proposal
from intake.rules.call import CallState, ExtraKind, FocusArea
from intake.rules.call_draft import MOST_QUESTIONS, CallDraft, QuestionDraft
from intake.rules.lifecycle import State
from intake.rules.questions import NEWEST_SET
from tests.builders import BASE_URL, World
from tests.conftest import NOON
from tests.fingerprint import fingerprint

WHOLE = CallDraft(
    title="Æbler på øen",
    opens_at=NOON + timedelta(days=1),
    closes_at=NOON + timedelta(days=40),
    purpose="Rådet søger nye indsatser.",
    who_can_apply="Foreninger.",
    focus_areas=(FocusArea.HOMELESSNESS, FocusArea.DEPRIVED_AREAS),
    frame_ore=9_000_000_00,
    per_project_cap_ore=3_000_000_00,
    max_projects=3,
    policy_id="2026",
    contact_name="Sekretariatet",
    contact_email="sekretariat@raadslag.example",
)
BARE = CallDraft(title="Æbler på øen", opens_at=WHOLE.opens_at, closes_at=WHOLE.closes_at)
TEXT = QuestionDraft(ExtraKind.LONG_TEXT, "Hvordan har borgerne været med?", most_words=150)
CHOICE = QuestionDraft(ExtraKind.CHOICE, "Hvor?", options=("Nord", "Syd"))


def created(world: World, draft: CallDraft = WHOLE) -> Call:
    call = actions.create_call(world.session, draft, actor=world.people["SE"], at=world.at)
    world.session.commit()
    return call


def published(world: World, draft: CallDraft = WHOLE) -> Call:
    call = created(world, draft)
    actions.publish_call(world.session, call, version=call.version, actor=world.people["SE"], at=world.at)
    world.session.commit()
    return call


def events_of(world: World, call: Call) -> list[Any]:
    """What happened to the call, the oldest first."""
    return [act.event for act in reversed(history(world.session, call.id))]


# ---- created and written ------------------------------------------------------------------------------------------


def test_call_needs_only_title_opening_and_deadline(world: World) -> None:
    call = created(world, BARE)
    world.session.refresh(call)
    assert (call.slug, call.year, call.number, call.published_at) == ("aebler-paa-oeen", 2027, None, None)
    assert (call.question_set_id, call.policy_id, call.frame_ore) == (NEWEST_SET.id, "", 0)
    assert queries.call_draft(world.session, call) == BARE
    assert queries.state_of_call(call, at=world.at) is CallState.DRAFT
    assert events_of(world, call) == [CallCreated("Æbler på øen")]


def test_draft_is_seen_by_the_secretariat_alone(world: World) -> None:
    draft = created(world)
    session = world.session
    assert queries.public_call(session, draft.slug) is None
    assert queries.any_call(session, draft.slug) == draft
    assert queries.public_calls(session, at=world.at) == queries.published_calls(session) == [world.call]
    assert queries.all_calls(session) == [draft, world.call]


def test_calls_of_one_title_get_addresses_of_their_own_that_stay(world: World) -> None:
    calls = [
        created(world, replace(BARE, title=title)) for title in ("Æbler på øen", "Æbler på øen", "New", "Nye veje")
    ]
    assert [call.slug for call in calls] == ["aebler-paa-oeen", "aebler-paa-oeen-2", "new-2", "nye-veje-2"]
    actions.edit_call(
        world.session,
        calls[0],
        replace(BARE, title="Noget helt andet"),
        version=calls[0].version,
        actor=world.people["SE"],
        at=world.at,
    )
    assert (calls[0].title, calls[0].slug) == ("Noget helt andet", "aebler-paa-oeen")


def test_edit_writes_everything_and_names_what_changed(world: World) -> None:
    call = created(world, BARE)
    first = call.version
    actions.edit_call(world.session, call, WHOLE, version=first, actor=world.people["SE"], at=world.at)
    world.session.commit()
    world.session.refresh(call)
    assert queries.call_draft(world.session, call) == WHOLE
    assert call.version > first
    (_, edited) = events_of(world, call)
    assert isinstance(edited, CallEdited)
    assert set(edited.changed) == {
        *("purpose", "who_can_apply", "focus_areas", "frame_ore", "per_project_cap_ore", "max_projects"),
        *("policy_id", "contact_name", "contact_email"),
    }

    with pytest.raises(ChangedMeanwhile):
        actions.edit_call(world.session, call, BARE, version=first, actor=world.people["SE"], at=world.at)
    actions.edit_call(world.session, call, WHOLE, version=call.version, actor=world.people["SE"], at=world.at)
    assert len(events_of(world, call)) == 2  # Nothing was changed, so nothing happened.


def test_another_focus_area_alone_is_a_new_version(world: World) -> None:
    call = created(world)
    read = call.version
    new = replace(WHOLE, focus_areas=(FocusArea.MENTAL_ILLNESS,))
    actions.edit_call(world.session, call, new, version=read, actor=world.people["SE"], at=world.at)
    assert call.version == read + 1
    assert queries.focus_areas(world.session, call.id) == [FocusArea.MENTAL_ILLNESS]


def test_year_follows_the_opening_in_copenhagen(world: World) -> None:
    """23.30 UTC on New Year's Eve is the next year in Copenhagen."""
    opens = datetime(2027, 12, 31, 23, 30, tzinfo=NOON.tzinfo)
    call = created(world, replace(BARE, opens_at=opens, closes_at=opens + timedelta(days=30)))
    assert call.year == 2028
    actions.edit_call(world.session, call, BARE, version=call.version, actor=world.people["SE"], at=world.at)
    assert call.year == 2027


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"closes_at": BARE.opens_at}, "closes_on"), ({"opens_at": NOON - timedelta(days=800)}, "opens_on")],
)
def test_dates_that_make_no_sense_are_refused_and_nothing_is_written(
    world: World, changed: dict[str, Any], field: str
) -> None:
    before = fingerprint(world.session)
    with pytest.raises(Refused) as refused:
        actions.create_call(world.session, replace(BARE, **changed), actor=world.people["SE"], at=world.at)
    assert refused.value.field == field
    assert fingerprint(world.session) == before


# ---- own questions ------------------------------------------------------------------------------------------------


def asked(world: World, call: Call) -> list[QuestionDraft]:
    world.session.expire_all()
    return [queries.question_draft(row) for row in queries.call_questions(world.session, call.id)]


def add(world: World, call: Call, *drafts: QuestionDraft) -> list[CallQuestion]:
    for draft in drafts:
        actions.add_call_question(
            world.session, call, draft, version=call.version, actor=world.people["SE"], at=world.at
        )
        world.session.commit()
    return queries.call_questions(world.session, call.id)


def test_own_questions_are_added_written_moved_and_removed(world: World) -> None:
    call = created(world)
    by: dict[str, Any] = {"actor": world.people["SE"], "at": world.at}
    number = QuestionDraft(ExtraKind.NUMBER, "Hvor mange?", is_required=False)
    first, second, third = add(world, call, TEXT, CHOICE, number)
    assert asked(world, call) == [TEXT, CHOICE, number]

    actions.move_call_question(world.session, call, third, steps=-1, version=call.version, **by)
    actions.move_call_question(world.session, call, first, steps=1, version=call.version, **by)
    world.session.commit()
    assert asked(world, call) == [number, TEXT, CHOICE]
    actions.move_call_question(world.session, call, third, steps=-1, version=call.version, **by)
    actions.move_call_question(world.session, call, second, steps=1, version=call.version, **by)
    world.session.commit()
    assert asked(world, call) == [number, TEXT, CHOICE]  # The first stays first, the last last.

    shorter = replace(TEXT, most_words=50)
    actions.edit_call_question(world.session, call, first, shorter, version=call.version, **by)
    actions.remove_call_question(world.session, call, third, version=call.version, **by)
    world.session.commit()
    assert asked(world, call) == [shorter, CHOICE]
    (last,) = [section for section in queries.questions_of(world.session, call).sections if section.key == "call"]
    assert [question.label for question in last.questions] == [TEXT.label, "Hvor?"]
    assert [one.what for one in events_of(world, call) if isinstance(one, CallQuestionsChanged)] == (
        ["added"] * 3 + ["moved"] * 2 + ["changed", "removed"]
    )


def test_every_change_of_a_question_is_a_new_version_of_the_call(world: World) -> None:
    """Two people edit one call: the later one is told, whether it is the text or a question."""
    call = created(world)
    read = call.version
    (row,) = add(world, call, TEXT)
    assert call.version > read
    by: dict[str, Any] = {"version": read, "actor": world.people["SE"], "at": world.at}
    acts: list[Callable[[], object]] = [
        lambda: actions.add_call_question(world.session, call, CHOICE, **by),
        lambda: actions.edit_call_question(world.session, call, row, CHOICE, **by),
        lambda: actions.move_call_question(world.session, call, row, steps=1, **by),
        lambda: actions.remove_call_question(world.session, call, row, **by),
        lambda: actions.edit_call(world.session, call, BARE, **by),
        lambda: actions.publish_call(world.session, call, **by),
    ]
    before = fingerprint(world.session)
    for act in acts:
        with pytest.raises(ChangedMeanwhile):
            act()
    assert fingerprint(world.session) == before


def test_there_is_room_for_twenty_questions(world: World) -> None:
    call = created(world)
    add(world, call, *(replace(TEXT, label=f"Spørgsmål {n}") for n in range(MOST_QUESTIONS)))
    with pytest.raises(Refused, match="højst have 20"):
        add(world, call, TEXT)


# ---- published ----------------------------------------------------------------------------------------------------


def test_calls_are_numbered_in_the_year_they_open(world: World) -> None:
    """The world's own call is number 1 of 2027."""
    next_year = replace(
        WHOLE, opens_at=WHOLE.opens_at + timedelta(days=330), closes_at=WHOLE.closes_at + timedelta(days=330)
    )
    calls = [published(world, draft) for draft in (WHOLE, next_year, WHOLE, next_year)]
    assert [(call.year, call.number) for call in calls] == [(2027, 2), (2028, 1), (2027, 3), (2028, 2)]
    assert all(queries.state_of_call(call, at=world.at) is CallState.SCHEDULED for call in calls)
    last = events_of(world, calls[0])[-1]
    assert last == CallPublished(2027, 2, WHOLE.opens_at.isoformat(), WHOLE.closes_at.isoformat())


def test_call_that_lacks_something_is_not_published(world: World) -> None:
    for draft in (BARE, replace(WHOLE, opens_at=world.at - timedelta(minutes=1))):
        call = created(world, draft)
        before = fingerprint(world.session)
        with pytest.raises(Refused, match="kan ikke offentliggøres endnu"):
            actions.publish_call(world.session, call, version=call.version, actor=world.people["SE"], at=world.at)
        assert fingerprint(world.session) == before


def test_published_call_is_frozen(world: World) -> None:
    call = created(world)
    (row,) = add(world, call, TEXT)
    by: dict[str, Any] = {"actor": world.people["SE"], "at": world.at}
    actions.publish_call(world.session, call, version=call.version, **by)
    world.session.commit()
    by["version"] = call.version
    before = fingerprint(world.session)
    for act in (
        lambda: actions.edit_call(world.session, call, BARE, **by),
        lambda: actions.add_call_question(world.session, call, CHOICE, **by),
        lambda: actions.edit_call_question(world.session, call, row, CHOICE, **by),
        lambda: actions.move_call_question(world.session, call, row, steps=1, **by),
        lambda: actions.remove_call_question(world.session, call, row, **by),
        lambda: actions.publish_call(world.session, call, **by),
    ):
        with pytest.raises(Refused, match="ligger fast"):
            act()
    assert fingerprint(world.session) == before

    actions.change_contact(world.session, call, name="Ny kontakt", email="ny@raadslag.example", **by)
    assert (call.contact_name, call.contact_email) == ("Ny kontakt", "ny@raadslag.example")
    assert events_of(world, call)[-1] == CallEdited(("contact_name", "contact_email"))


def test_contact_of_a_draft_is_written_with_the_rest(world: World) -> None:
    call = created(world)
    with pytest.raises(Refused, match="kladde"):
        actions.change_contact(
            world.session,
            call,
            name="Ny",
            email="ny@x.example",
            version=call.version,
            actor=world.people["SE"],
            at=NOON,
        )


def test_calls_published_at_once_get_numbers_of_their_own(committed: Engine) -> None:
    def sessions() -> Session:
        return Session(committed, expire_on_commit=False)

    with transaction(sessions) as session:
        world = World.build(session, at=NOON)
        keys = [created(world, replace(WHOLE, title=f"Call {number}")).id for number in range(6)]
    together = threading.Barrier(len(keys))
    faults: list[BaseException] = []

    def publish(key: UUID) -> None:
        try:
            together.wait()
            with transaction(sessions) as own:
                call = own.get_one(Call, key)
                actions.publish_call(own, call, version=call.version, actor=world.people["SE"], at=NOON)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=publish, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    with sessions() as session:
        numbers = session.exec(select(Call.number).where(col(Call.id).in_(keys))).all()
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]  # type: ignore[type-var]


def test_one_call_published_twice_at_once_is_published_once(committed: Engine) -> None:
    def sessions() -> Session:
        return Session(committed, expire_on_commit=False)

    with transaction(sessions) as session:
        world = World.build(session, at=NOON)
        key = created(world).id
    together = threading.Barrier(4)
    outcomes: list[str] = []

    def publish() -> None:
        together.wait()
        try:
            with transaction(sessions) as own:
                actions.publish_call(own, own.get_one(Call, key), version=1, actor=world.people["SE"], at=NOON)
            outcomes.append("published")
        except Exception as fault:
            outcomes.append(type(fault).__name__)

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes)[-1] == "published"
    assert outcomes.count("published") == 1
    assert set(outcomes) <= {"published", "Refused", "StaleDataError"}
    with sessions() as session:
        call = session.get_one(Call, key)
        assert (call.number, len(history(session, key))) == (2, 2)


# ---- extended and cancelled ---------------------------------------------------------------------------------------


@pytest.fixture
def crowd(world: World) -> World:
    """An organisation of two with drafts and a case, one with a case; somebody who left, a closed account, an
    organisation whose cases are over, and one that writes in another call."""
    session = world.session

    def person(name: str, organisation: Organisation, **membership: Any) -> Person:
        added = add_person(session, email=f"{name}@x.example", name=name, role=Role.APPLICANT, actor=None, at=world.at)
        session.add(Membership(person_id=added.id, organisation_id=organisation.id, joined_at=world.at, **membership))
        return added

    def organisation(name: str) -> Organisation:
        made = Organisation(name=name, created_at=world.at)
        session.add(made)
        session.flush()
        return made

    writing, waiting = organisation("Skriver"), organisation("Venter")
    person("skriver", writing)
    person("anden", writing)
    person("forladt", writing, ended_at=world.at)
    person("lukket", writing).closed_at = world.at
    person("venter", waiting)
    gone, elsewhere = organisation("Trukket tilbage"), organisation("Et andet sted")
    person("fortrudt", gone)
    person("fremmed", elsewhere)
    other = published(world)
    for number, (call, applicant, state) in enumerate(
        (
            (world.call, writing, State.DRAFT),
            (world.call, writing, State.DRAFT),
            (world.call, writing, State.SUBMITTED),
            (world.call, waiting, State.AT_COUNCIL),
            (world.call, gone, State.WITHDRAWN),
            (world.call, gone, State.FORMALLY_REJECTED),
            (world.call, gone, State.CLOSED),
            (other, elsewhere, State.DRAFT),
        ),
        start=1,
    ):
        session.add(_proposal(world, call, applicant, state, number))
    session.commit()
    return world


def _proposal(world: World, call: Call, applicant: Organisation, state: State, number: int) -> Proposal:
    """The second draft was sent and opened again, so it has a reference."""
    sent = state is not State.DRAFT or number == 2
    return Proposal(
        call_id=call.id,
        organisation_id=applicant.id,
        created_by=world.people["AO"].person_id,
        state=state,
        number=number if sent else None,
        reference=f"2027-01-00{number}" if sent else None,
        organisation_name=applicant.name,
        created_at=world.at,
        saved_at=world.at,
    )


def letters(world: World) -> dict[str, OutgoingMail]:
    found = world.session.exec(select(OutgoingMail)).all()
    assert len({one.to_address for one in found}) == len(found)
    return {one.to_address: one for one in found}


def extend(world: World, to: datetime, *, at: datetime | None = None, call: Call | None = None) -> int:
    told = actions.extend_deadline(
        world.session,
        call or world.call,
        closes_at=to,
        reason="Skolerne har ferie.",
        version=(call or world.call).version,
        actor=world.people["SE"],
        at=at or world.at,
        base_url=BASE_URL,
    )
    world.session.commit()
    return told


def test_extension_is_told_to_every_member_with_a_draft_once(crowd: World) -> None:
    old, new = crowd.call.closes_at, crowd.call.closes_at + timedelta(days=7)
    assert extend(crowd, new) == 2
    assert crowd.call.closes_at == new
    sent = letters(crowd)
    assert set(sent) == {"skriver@x.example", "anden@x.example"}
    letter = sent["anden@x.example"]
    assert letter.subject == 'Fristen er udsat i callet "Nye veje"'
    assert "Ny frist: 18. marts 2027 kl. 12.00\nFør var den: 11. marts 2027 kl. 12.00" in letter.body
    assert "Skolerne har ferie." in letter.body
    assert f"{BASE_URL}/my-tasks" in letter.body
    assert letter.about_id == crowd.call.id
    assert events_of(crowd, crowd.call)[-1] == DeadlineExtended(
        old.isoformat(), new.isoformat(), "Skolerne har ferie.", 2
    )


def test_second_extension_is_told_again(crowd: World) -> None:
    for days in (7, 14):
        extend(crowd, crowd.call.closes_at + timedelta(days=days))
    found = crowd.session.exec(select(OutgoingMail)).all()
    assert sorted(one.to_address for one in found) == ["anden@x.example"] * 2 + ["skriver@x.example"] * 2


@pytest.mark.parametrize(
    "days_after_the_old",
    [timedelta(0), timedelta(minutes=-1), timedelta(days=-30), timedelta(days=400)],
)
def test_deadline_is_never_moved_back_nor_out_of_sight(crowd: World, days_after_the_old: timedelta) -> None:
    before = fingerprint(crowd.session)
    with pytest.raises(Refused) as refused:
        extend(crowd, crowd.call.closes_at + days_after_the_old)
    assert refused.value.field == "closes_on"
    assert fingerprint(crowd.session) == before


def test_only_an_open_call_is_extended(crowd: World) -> None:
    """Up to and including the deadline; a call that has closed stays closed."""
    call, later = crowd.call, crowd.call.closes_at + timedelta(days=7)
    for at in (call.opens_at - timedelta(microseconds=1), call.closes_at + timedelta(microseconds=1)):
        with pytest.raises(Refused, match="mens callet er åbent"):
            extend(crowd, later, at=at)
    draft = created(crowd)
    with pytest.raises(Refused, match="mens callet er åbent"):
        extend(crowd, later, call=draft)
    assert extend(crowd, later, at=call.closes_at) == 2


def cancel(world: World, call: Call | None = None, *, at: datetime | None = None) -> int:
    told = actions.cancel_call(
        world.session,
        call or world.call,
        reason="Der er ikke penge nok.",
        version=(call or world.call).version,
        actor=world.people["SE"],
        at=at or world.at,
        base_url=BASE_URL,
    )
    world.session.commit()
    return told


def test_cancelling_is_told_to_everybody_with_a_draft_or_an_open_case(crowd: World) -> None:
    states = [one.state for one in crowd.session.exec(select(Proposal))]
    assert cancel(crowd) == 3
    sent = letters(crowd)
    assert set(sent) == {"skriver@x.example", "anden@x.example", "venter@x.example"}
    both, case = sent["skriver@x.example"].body, sent["venter@x.example"].body
    assert "I har en kladde i callet." in both
    assert "I har sendt 2027-01-003." in both  # The draft that was opened again is a draft, not sent.
    assert "kladde" not in case
    assert "I har sendt 2027-01-004." in case
    assert all("Der er ikke penge nok." in letter.body for letter in sent.values())
    assert queries.state_of_call(crowd.call, at=crowd.at) is CallState.CANCELLED
    assert (crowd.call.cancelled_at, crowd.call.cancel_reason) == (crowd.at, "Der er ikke penge nok.")
    assert [one.state for one in crowd.session.exec(select(Proposal))] == states
    assert events_of(crowd, crowd.call)[-1] == CallCancelled("Der er ikke penge nok.", 3)


def test_cancelled_call_takes_no_proposal_and_is_not_on_the_front_page(crowd: World) -> None:
    cancel(crowd)
    with pytest.raises(Refused):
        actions.start_proposal(
            crowd.session, crowd.call, crowd.organisations["AO"], actor=crowd.people["AO"], at=crowd.at
        )
    assert crowd.call not in queries.public_calls(crowd.session, at=crowd.at)
    assert queries.public_call(crowd.session, crowd.call.slug) == crowd.call


def test_draft_cancelled_and_finished_calls_are_not_cancelled(crowd: World) -> None:
    with pytest.raises(Refused, match="kladde"):
        cancel(crowd, created(crowd))
    late = crowd.call.closes_at + timedelta(days=1)
    actions.need_cancellable(crowd.session, crowd.call, at=late)  # Cases are still open.
    for one in crowd.session.exec(select(Proposal).where(col(Proposal.state).not_in([State.DRAFT]))):
        one.state = State.CLOSED
        crowd.session.add(one)
    crowd.session.commit()
    with pytest.raises(Refused, match="færdigt"):
        cancel(crowd, at=late)
    cancel(crowd)
    with pytest.raises(Refused, match="allerede aflyst"):
        cancel(crowd)


def test_areas_and_questions_of_a_call_leave_with_it(world: World) -> None:
    """Nothing of a draft that is taken away by hand is left behind."""
    call = created(world)
    add(world, call, TEXT)
    world.session.delete(call)
    world.session.commit()
    assert world.session.exec(select(CallQuestion)).all() == []
    assert {row.call_id for row in world.session.exec(select(CallFocusArea))} == {world.call.id}
