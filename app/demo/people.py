"""Who lives in the demo? Everybody is invented and named by role."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from sqlmodel import Session

from foundation.identity.actions import add_person
from foundation.identity.models import Department, Organisation
from foundation.identity.organisation_actions import add_member, found_organisation
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.identity.roles import Actor, Role

DEPARTMENTS = {
    "BA": "Borgmesterens Afdeling",
    "MSB": "Sociale Forhold og Beskæftigelse",
    "MTM": "Teknik og Miljø",
    "MSO": "Sundhed og Omsorg",
    "MKB": "Kultur og Borgerservice",
    "MBU": "Børn og Unge",
}

ORGANISATIONS = {
    "byhaven": OrganisationDraft(
        name="Byhavens Venner",
        kind=OrganisationKind.ASSOCIATION,
        cvr="99999926",
        staff_years=0,
        turnover_ore=240_000_00,
        address="Opdigtet Havevej 1, 8220 Brabrand",
        contact_name="Formanden for Byhavens Venner",
        contact_email="formand@byhaven.example",
        contact_phone="12 34 56 78",
    ),
    "jobvejen": OrganisationDraft(
        name="Foreningen Jobvejen",
        kind=OrganisationKind.SELF_GOVERNING,
        cvr="99999934",
        staff_years=14,
        turnover_ore=9_600_000_00,
        address="Opdigtet Værkstedsgade 2, 8000 Aarhus C",
        contact_name="Lederen af Foreningen Jobvejen",
        contact_email="leder@jobvejen.example",
        contact_phone="+45 87 65 43 21, lok. 2",
    ),
}

STAFF = (
    ("sagsbehandler", "Sagsbehandler i sekretariatet", Role.SECRETARIAT, None),
    ("vurderer-msb", "Konsulent i Sociale Forhold og Beskæftigelse", Role.REVIEWER, "MSB"),
    ("vurderer-mbu", "Konsulent i Børn og Unge", Role.REVIEWER, "MBU"),
    ("vurderer-mso", "Konsulent i Sundhed og Omsorg", Role.REVIEWER, "MSO"),
    ("vurderer-mtm", "Konsulent i Teknik og Miljø", Role.REVIEWER, "MTM"),
    ("vurderer-mkb", "Konsulent i Kultur og Borgerservice", Role.REVIEWER, "MKB"),
    ("vurderer-ba", "Konsulent i Borgmesterens Afdeling", Role.REVIEWER, "BA"),
    ("raadsmedlem", "Medlem af Rådet", Role.COUNCIL_MEMBER, None),
    ("godkender", "Borgmesterens godkender", Role.MAYOR_APPROVER, None),
    ("administrator", "Systemets administrator", Role.ADMINISTRATOR, None),
    ("revisor", "Kommunens revisor", Role.AUDITOR, None),
)

APPLICANTS = (
    ("frivillig", "Frivillig i Byhavens Venner", "byhaven"),
    ("kasserer", "Kasserer i Byhavens Venner", "byhaven"),
    ("projektleder", "Projektleder i Foreningen Jobvejen", "jobvejen"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the demo by short name, each as the actor of one role, and their organisations."""

    actors: dict[str, Actor]
    organisations: dict[str, Organisation]


def add_cast(session: Session, *, at: datetime) -> Cast:
    """Add departments, organisations and people."""
    for code, name in DEPARTMENTS.items():
        session.add(Department(code=code, name=name, valid_from=date(2018, 1, 1)))
    actors: dict[str, Actor] = {}
    organisations: dict[str, Organisation] = {}
    for key, name, organisation in APPLICANTS:
        person = add_person(session, email=_address(key), name=name, role=Role.APPLICANT, actor=None, at=at)
        actor = Actor(person.id, name, person.email, Role.APPLICANT, None, frozenset(), uuid4())
        if organisation in organisations:
            add_member(session, person.id, organisations[organisation].id, at=at)
        else:
            draft = ORGANISATIONS[organisation]
            organisations[organisation] = found_organisation(session, draft, founder=actor, at=at)
        actors[key] = replace(actor, organisation_ids=frozenset({organisations[organisation].id}))
    for key, name, role, department in STAFF:
        person = add_person(
            session, email=_address(key), name=name, role=role, department=department, actor=None, at=at
        )
        actors[key] = Actor(person.id, name, person.email, role, department, frozenset(), uuid4())
    return Cast(actors, organisations)


def _address(key: str) -> str:
    return f"{key}@raadslag.example"
