"""What is already there that proposals from a file would clash with?"""

from collections.abc import Iterable, Iterator, Sequence

from sqlmodel import Session, col, select

from foundation.identity.models import Membership, Organisation, Person
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.identity.queries import held_roles, person_by_email
from foundation.identity.roles import Role
from foundation.text import clean_line
from intake.models import Call, PastDecision, Proposal
from intake.rules.import_rows import ImportDraft, ImportFault

_EMAIL = "organisation.contact_email"


def clashes(session: Session, call: Call, drafts: Sequence[ImportDraft]) -> tuple[ImportFault, ...]:
    """Proposals that were sent in the call already, and addresses that can have no applicant's account."""
    return (*_sent_already(session, call, drafts), *_wrong_addresses(session, drafts))


def _sent_already(session: Session, call: Call, drafts: Sequence[ImportDraft]) -> Iterator[ImportFault]:
    """Drafts are the applicants' own until they are sent, so nothing is said of them."""
    sent = session.exec(
        select(Proposal.organisation_cvr, Proposal.organisation_name, Proposal.title, Proposal.reference).where(
            Proposal.call_id == call.id, col(Proposal.number).is_not(None)
        )
    )
    known = {
        (cvr or clean_line(name).casefold(), clean_line(title).casefold()): reference
        for cvr, name, title, reference in sent
    }
    for draft in drafts:
        if draft.same_as in known:
            there = known[draft.same_as]
            yield draft.row.fault(
                "title", f"Organisationen har sendt et forslag med den titel: sag {there}. Slet rækken."
            )


def _wrong_addresses(session: Session, drafts: Iterable[ImportDraft]) -> Iterator[ImportFault]:
    for draft in drafts:
        person = person_by_email(session, draft.organisation.contact_email)
        if person is None or draft.past is not None:
            continue
        if person.closed_at is not None:
            yield draft.row.fault(_EMAIL, "Adressens adgang er lukket. Skriv en anden kontaktperson hos ansøgeren.")
        elif all(role is not Role.APPLICANT for role, _ in held_roles(session, person.id)):
            yield draft.row.fault(_EMAIL, "Adressen hører til en medarbejder. Skriv ansøgerens egen mailadresse.")


def own_organisation(session: Session, person: Person, draft: OrganisationDraft) -> Organisation | None:
    """The organisation with the same number, or the same name where there is none, that the person is a member of.

    An organisation that the person is no member of is never found: to know a CVR number gives access to nothing.
    """
    same = Organisation.cvr == draft.cvr if draft.cvr else Organisation.name == draft.name
    return session.exec(
        select(Organisation)
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(Membership.person_id == person.id, col(Membership.ended_at).is_(None), same)
        .order_by(col(Organisation.created_at), col(Organisation.id))
    ).first()


def past_decision(session: Session, proposal: Proposal) -> PastDecision | None:
    """How a case of before Rådslag ended; None for any other case, without asking."""
    return session.get(PastDecision, proposal.id) if proposal.is_history else None
