"""Is an applicant heard about what speaks against the proposal before it is sorted, and never twice at once?"""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from foundation.audit import history
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.formats import day
from foundation.mail import OutgoingMail
from foundation.workdays import add_workdays
from intake.models import Letter, Proposal
from intake.rules.letter import LetterKind
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring import actions, queries
from scoring.events import HearingAnswered, HearingClosed, HearingOpened, HearingWaived
from scoring.models import DepartmentAnswer, Hearing
from scoring.rules.case_facts import FactDraft
from scoring.rules.drafts import HearingDraft
from scoring.rules.hearing import mark_of
from tests.builders import World
from tests.conftest import NOON

DUE = add_workdays(today(NOON), 10)
AFTER = NOON + timedelta(days=20)


def ticked(world: World, *, at: datetime = NOON) -> Proposal:
    """Ready to be sorted, but that the department has told of something new."""
    proposal = world.ready_to_sort()
    tell(world, "Lokalet er opsagt.", at=at)
    return proposal


def tell(world: World, facts: str, *, at: datetime) -> None:
    answer = world.session.exec(select(DepartmentAnswer)).one()
    answer.has_adverse_facts, answer.adverse_facts, answer.answered_at = True, facts, at
    world.session.commit()


def send(
    world: World,
    proposal: Proposal,
    *,
    due_on: date = DUE,
    at: datetime = NOON,
    version: int | None = None,
    **said: str,
) -> None:
    draft = HearingDraft(
        facts=said.get("facts", "Lokalet er opsagt."),
        due_on=due_on,
        subject="Vi vil høre jer",
        letter=said.get("letter", f"Svar senest {day(due_on)}."),
    )
    given = proposal.version if version is None else version
    actions.send_hearing(world.session, proposal, draft, version=given, actor=world.people["SE"], at=at)
    world.session.commit()


def reply(world: World, proposal: Proposal, text: str, *, at: datetime, mark: str | None = None) -> None:
    given = mark_of_open(world, proposal) if mark is None else mark
    actions.answer_hearing(world.session, proposal, answer=text, mark=given, actor=world.people["AO"], at=at)
    world.session.commit()


def mark_of_open(world: World, proposal: Proposal) -> str:
    """What the applicant's page holds; "" where no hearing is open."""
    hearing = queries.open_hearing(world.session, proposal.id)
    return mark_of(hearing.id, hearing.answered_at) if hearing else ""


def close(
    world: World, proposal: Proposal, *, at: datetime, note: str = "Taget med.", version: int | None = None
) -> None:
    given = proposal.version if version is None else version
    actions.close_hearing(world.session, proposal, note=note, version=given, actor=world.people["SE"], at=at)
    world.session.commit()


def waive(world: World, proposal: Proposal, *, at: datetime, reason: str = "Det står i forslaget.") -> None:
    actions.waive_hearing(
        world.session, proposal, reason=reason, version=proposal.version, actor=world.people["SE"], at=at
    )
    world.session.commit()


def sort(world: World, proposal: Proposal, at: datetime = NOON) -> None:
    actions.confirm_sorting(world.session, proposal, world.call, actor=world.people["SE"], at=at)


def test_news_blocks_the_sorting_until_the_hearing_is_closed(world: World, session: Session) -> None:
    proposal = ticked(world)
    assert actions.run_sorting(session, proposal, world.call, at=NOON)[1].track is Track.UNDETERMINED
    with pytest.raises(Refused, match="Ansøgeren skal høres"):
        sort(world, proposal)
    send(world, proposal, at=NOON + timedelta(minutes=1))
    with pytest.raises(Refused, match="Partshøringen er ikke slut"):
        sort(world, proposal)
    reply(world, proposal, "Vi har et nyt lokale.", at=NOON + timedelta(days=1))
    with pytest.raises(Refused, match="Partshøringen er ikke slut"):
        sort(world, proposal)
    close(world, proposal, at=NOON + timedelta(days=2))

    sort(world, proposal, NOON + timedelta(days=2))

    assert proposal.state is State.SORTED


def test_a_hearing_blocks_also_a_sorting_that_needs_no_scores(world: World, session: Session) -> None:
    proposal = ticked(world)
    facts = {"stop": FactDraft(True, "Notat", "Der er brug for tilladelse, og den er ikke givet.")}
    actions.record_case_facts(session, proposal, facts, version=proposal.version, actor=world.people["SE"], at=NOON)
    with pytest.raises(Refused, match="Ansøgeren skal høres"):
        sort(world, proposal)


def test_a_waiver_frees_the_sorting_until_there_is_something_new_again(world: World, session: Session) -> None:
    proposal = ticked(world)
    waive(world, proposal, at=NOON + timedelta(minutes=1))
    assert not queries.hearing_pending(session, proposal.id)
    assert history(session, proposal.id)[0].event == HearingWaived("Det står i forslaget.")

    tell(world, "Regnskabet mangler.", at=NOON + timedelta(minutes=2))

    assert queries.hearing_pending(session, proposal.id)


def test_the_letter_is_the_mail_and_goes_to_who_sent_the_proposal(world: World, session: Session) -> None:
    proposal = ticked(world)
    letter = f"Kære Byhavens Venner\n\nLokalet er opsagt.\nSvar senest {day(DUE)}."
    send(world, proposal, letter=letter)

    kept = session.exec(select(Letter).where(Letter.kind == LetterKind.HEARING)).one()
    mail = session.exec(select(OutgoingMail).where(OutgoingMail.subject == "Vi vil høre jer")).one()
    assert (kept.to_address, kept.body) == ("ao@x.example", letter)
    assert (mail.to_address, mail.body) == ("ao@x.example", letter)
    assert history(session, proposal.id)[0].event == HearingOpened(DUE.isoformat())


@pytest.mark.parametrize(
    ("due_on", "facts", "letter", "field"),
    [
        (today(NOON), "Nyt.", None, "due_on"),
        (date(2027, 3, 13), "Nyt.", None, "due_on"),
        (date(2027, 3, 25), "Nyt.", None, "due_on"),
        (DUE, "", None, "facts"),
        (DUE, "Nyt.", "", "letter"),
        (DUE, "Nyt.", "Svar senest 3. maj 2027.", "letter"),
    ],
    ids=["today", "saturday", "maundy thursday", "no facts", "no letter", "another deadline in the letter"],
)
def test_a_hearing_that_is_not_right_is_not_sent(
    world: World, session: Session, due_on: date, facts: str, letter: str | None, field: str
) -> None:
    proposal = world.answered()
    said = {"facts": facts} if letter is None else {"facts": facts, "letter": letter}
    with pytest.raises(Refused) as refused:
        send(world, proposal, due_on=due_on, **said)
    assert refused.value.field == field
    assert session.exec(select(Hearing)).all() == []
    assert session.exec(select(Letter)).all() == []


def test_one_hearing_is_open_at_a_time(world: World, session: Session) -> None:
    proposal = world.answered()
    send(world, proposal)
    with pytest.raises(Refused, match="allerede en åben høring"):
        send(world, proposal)
    with pytest.raises(Refused, match="allerede en åben høring"):
        waive(world, proposal, at=NOON)
    assert len(session.exec(select(Hearing)).all()) == 1


def test_the_last_answer_counts_and_a_late_one_is_marked(world: World, session: Session) -> None:
    proposal = world.answered()
    send(world, proposal)
    reply(world, proposal, "Første svar.", at=NOON + timedelta(days=1))
    reply(world, proposal, "Andet svar.", at=AFTER)

    hearing = session.exec(select(Hearing)).one()
    assert (hearing.answer, hearing.answered_at) == ("Andet svar.", AFTER)
    told = [act.event for act in history(session, proposal.id)][:2]
    assert told == [HearingAnswered(is_late=True), HearingAnswered(is_late=False)]


def test_an_answer_on_the_last_day_is_in_time(world: World, session: Session) -> None:
    proposal = world.answered()
    send(world, proposal)
    reply(world, proposal, "I tide.", at=datetime.combine(DUE, NOON.timetz()))
    assert history(session, proposal.id)[0].event == HearingAnswered(is_late=False)


def test_a_hearing_is_closed_when_it_is_answered_or_over(world: World, session: Session) -> None:
    proposal = world.answered()
    send(world, proposal)
    with pytest.raises(Refused, match="fristen er ikke gået"):
        close(world, proposal, at=NOON + timedelta(days=1))
    with pytest.raises(Refused, match="Skriv, hvad svaret betyder"):
        close(world, proposal, at=AFTER, note="")
    close(world, proposal, at=AFTER)
    assert history(session, proposal.id)[0].event == HearingClosed()
    with pytest.raises(Refused, match="allerede lukket"):
        close(world, proposal, at=AFTER)
    with pytest.raises(Refused, match="allerede lukket"):
        reply(world, proposal, "For sent.", at=AFTER)


def test_a_hearing_is_not_closed_over_an_answer_that_nobody_read(world: World, session: Session) -> None:
    proposal = world.answered()
    send(world, proposal)
    read, mark = proposal.version, mark_of_open(world, proposal)
    reply(world, proposal, "Nyt svar.", at=NOON + timedelta(days=1))
    with pytest.raises(ChangedMeanwhile):
        close(world, proposal, at=AFTER, version=read)
    with pytest.raises(ChangedMeanwhile):
        reply(world, proposal, "Fra et andet vindue.", at=AFTER, mark=mark)
    assert session.exec(select(Hearing)).one().answer == "Nyt svar."


def test_a_reason_is_needed_to_waive(world: World, session: Session) -> None:
    proposal = world.answered()
    with pytest.raises(Refused) as refused:
        waive(world, proposal, at=NOON, reason="")
    assert refused.value.field == "reason"


def test_work_in_the_office_does_not_stop_an_applicants_answer(world: World, session: Session) -> None:
    proposal = world.answered()
    send(world, proposal)
    mark, read = mark_of_open(world, proposal), proposal.version
    facts = {"stop": FactDraft(False, "Notat")}
    later = NOON + timedelta(hours=1)
    actions.record_case_facts(session, proposal, facts, version=read, actor=world.people["SE"], at=later)
    session.commit()
    assert proposal.version > read

    reply(world, proposal, "Skrevet imens.", at=NOON + timedelta(days=1), mark=mark)

    assert queries.open_hearing(session, proposal.id).answer == "Skrevet imens."  # type: ignore[union-attr]


def test_an_answer_to_a_hearing_that_ended_does_not_stand_in_the_next_one(world: World, session: Session) -> None:
    proposal = world.answered()
    send(world, proposal)
    mark = mark_of_open(world, proposal)
    close(world, proposal, at=AFTER)
    send(world, proposal, due_on=add_workdays(today(AFTER), 10), at=AFTER, facts="Noget andet.")
    with pytest.raises(ChangedMeanwhile):
        reply(world, proposal, "Om det første.", at=AFTER, mark=mark)
