"""How is an applicant heard about facts that speak against the proposal (FVL § 19)? Nothing here commits."""

from datetime import date, datetime

from sqlmodel import Session

from foundation import mail
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.formats import day
from foundation.identity.roles import Actor
from foundation.workdays import is_workday
from intake.actions import record_on
from intake.actions.letters import send_letter
from intake.models import Call, Proposal
from intake.queries import sent_by
from intake.rules.letter import LetterKind
from scoring.events import HearingAnswered, HearingClosed, HearingOpened, HearingWaived
from scoring.models import Hearing
from scoring.queries import open_hearing
from scoring.rules.drafts import HearingDraft
from scoring.rules.hearing import is_late, mark_of


def hearing_letter(proposal: Proposal, call: Call, *, facts: str, due_on: date, base_url: str) -> tuple[str, str]:
    """Subject and draft of the letter; nothing is stored."""
    return mail.compose(
        "hearing",
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation_name,
        facts=facts,
        due_on=due_on,
        address=f"{base_url}/proposals/{proposal.reference}/hearing-answer",
        contact=f"{call.contact_name}, {call.contact_email}",
    )


def send_hearing(
    session: Session, proposal: Proposal, draft: HearingDraft, *, version: int, actor: Actor, at: datetime
) -> None:
    """Tell the applicant what speaks against the proposal, and until when it can be answered.

    Raises ChangedMeanwhile for an old `version`, Refused while another hearing is open, and at the field that is wrong.
    """
    _need_current(proposal, version)
    _need_none_open(session, proposal)
    _need_sendable(draft, at)
    session.add(
        Hearing(
            proposal_id=proposal.id,
            facts=draft.facts,
            due_on=draft.due_on,
            opened_by=actor.person_id,
            opened_at=at,
        )
    )
    to = sent_by(session, proposal)
    send_letter(session, proposal, LetterKind.HEARING, draft.subject, draft.letter, to=to, actor=actor, at=at)
    _touch(session, proposal, at)
    record_on(session, proposal, HearingOpened(draft.due_on.isoformat()), actor=actor, at=at)


def _need_sendable(draft: HearingDraft, at: datetime) -> None:
    if not draft.facts:
        raise Refused("Skriv, hvad ansøgeren skal høres om.", field="facts")
    if draft.due_on <= today(at) or not is_workday(draft.due_on):
        raise Refused("Fristen skal være en arbejdsdag efter i dag.", field="due_on")
    if not draft.letter:
        raise Refused("Lav et udkast til brevet, eller skriv brevet.", field="letter")
    if day(draft.due_on) not in draft.letter:
        raise Refused(
            f"Brevet nævner ikke fristen, {day(draft.due_on)}. Ret datoen i brevet, eller lav et nyt udkast.",
            field="letter",
        )


def waive_hearing(
    session: Session, proposal: Proposal, *, reason: str, version: int, actor: Actor, at: datetime
) -> None:
    """Note that the applicant need not be heard, and why. Raises as `send_hearing` does."""
    _need_current(proposal, version)
    _need_none_open(session, proposal)
    if not reason:
        raise Refused("Skriv, hvorfor ansøgeren ikke skal høres.", field="reason")
    session.add(
        Hearing(
            proposal_id=proposal.id,
            facts="",
            waived=True,
            opened_by=actor.person_id,
            opened_at=at,
            closed_by=actor.person_id,
            closed_at=at,
            closing_note=reason,
        )
    )
    _touch(session, proposal, at)
    record_on(session, proposal, HearingWaived(reason), actor=actor, at=at)


def answer_hearing(session: Session, proposal: Proposal, *, answer: str, mark: str, actor: Actor, at: datetime) -> None:
    """Store the applicant's answer; until the hearing is closed a later one takes its place, and late ones count too.

    What the office does with the case meanwhile does not stop an applicant. Raises ChangedMeanwhile for the `mark` of
    another hearing or of an older answer, Refused when no hearing is open or the answer is empty.
    """
    hearing = need_open_hearing(session, proposal)
    if mark_of(hearing.id, hearing.answered_at) != mark:
        raise ChangedMeanwhile
    if not answer:
        raise Refused("Skriv jeres svar.", field="answer")
    hearing.answer, hearing.answered_by, hearing.answered_at = answer, actor.person_id, at
    session.add(hearing)
    _touch(session, proposal, at)
    record_on(session, proposal, HearingAnswered(is_late(hearing.due_on, today(at))), actor=actor, at=at)


def close_hearing(session: Session, proposal: Proposal, *, note: str, version: int, actor: Actor, at: datetime) -> None:
    """End a hearing with a note of what the answer means for the case.

    Raises ChangedMeanwhile for an old `version` (an answer may have come), Refused without a note, and while the
    applicant still has time and has not answered.
    """
    hearing = need_open_hearing(session, proposal)
    _need_current(proposal, version)
    if hearing.answered_at is None and not is_late(hearing.due_on, today(at)):
        raise Refused("Ansøgeren har ikke svaret, og fristen er ikke gået. Vent med at lukke høringen.")
    if not note:
        raise Refused("Skriv, hvad svaret betyder for sagen.", field="note")
    hearing.closing_note, hearing.closed_by, hearing.closed_at = note, actor.person_id, at
    session.add(hearing)
    _touch(session, proposal, at)
    record_on(session, proposal, HearingClosed(), actor=actor, at=at)


def _need_current(proposal: Proposal, version: int) -> None:
    if proposal.version != version:
        raise ChangedMeanwhile


def _need_none_open(session: Session, proposal: Proposal) -> None:
    if open_hearing(session, proposal.id) is not None:
        raise Refused("Der er allerede en åben høring. Luk den, før du går videre.")


def need_open_hearing(session: Session, proposal: Proposal) -> Hearing:
    """The hearing that can be answered and closed. Raises Refused where a colleague has closed it meanwhile."""
    hearing = open_hearing(session, proposal.id)
    if hearing is None:
        raise Refused("Høringen er allerede lukket. Gå til sagen, og se, hvordan den endte.")
    return hearing


def _touch(session: Session, proposal: Proposal, at: datetime) -> None:
    """Give the case a new version, so that nobody goes on from a page that does not show this."""
    proposal.saved_at = at
    session.add(proposal)
    session.flush()
