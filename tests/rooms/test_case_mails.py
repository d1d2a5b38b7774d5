"""Does a case tell which mails were written about it, to whom, and whether they left, and to the applicant the own?"""

from datetime import timedelta

from sqlmodel import Session, col, select

from foundation.identity.roles import Role
from foundation.mail import OutgoingMail
from foundation.outbox_rules import MailStatus
from intake.queries.mails import Recipient, case_mails
from intake.rules.letter import LetterKind
from tests.builders import World


def test_the_applicant_reads_the_own_mails_and_the_secretariat_all(world: World, session: Session) -> None:
    returned, routed = world.returned(), world.routed()

    own = case_mails(session, returned.id, to_applicant_alone=True)
    assert {(one.letter, one.to.address, one.to.name, one.is_internal) for one in own} == {
        (LetterKind.FORMAL_RETURN, "ao@x.example", "", False),
        (None, "ao@x.example", "", False),
    }
    everything = case_mails(session, routed.id, to_applicant_alone=False)
    internal = {(one.to, one.subject, one.sender) for one in everything if one.is_internal}
    assert Recipient("ra@x.example", "Medarbejder RA", (Role.REVIEWER,)) in {to for to, _, _ in internal}
    assert {to.address for to, _, _ in internal} >= {"ra@x.example", "s2@x.example", "rc@x.example"}
    assert [one.to.address for one in case_mails(session, routed.id, to_applicant_alone=True)] == ["ao@x.example"]


def test_a_mail_tells_whether_it_left(world: World, session: Session) -> None:
    proposal = world.submitted()
    mail = session.exec(select(OutgoingMail).where(col(OutgoingMail.about_id) == proposal.id)).one()

    def shown() -> tuple[MailStatus, str, str]:
        session.add(mail)
        session.commit()
        found = case_mails(session, proposal.id, to_applicant_alone=False)[0]
        return found.status, found.fault, found.body

    assert shown() == (MailStatus.WAITING, "", mail.body)
    mail.failed_at, mail.last_error = world.at, "SMTPAuthenticationError: 535"
    assert shown() == (MailStatus.FAILED, "Mailserveren afviser Rådslags brugernavn eller adgangskode.", mail.body)
    mail.cancelled_at = world.at
    assert shown() == (MailStatus.HELD, "", mail.body)
    mail.failed_at, mail.cancelled_at, mail.sent_at = None, None, world.at + timedelta(minutes=1)
    assert shown() == (MailStatus.SENT, "", mail.body)
