"""Who lives in the demo? Everybody is invented and named by role."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlmodel import Session

from foundation.identity.actions import add_person
from foundation.identity.admin_actions import close_account
from foundation.identity.models import Department, Organisation
from foundation.identity.organisation_actions import add_member, found_organisation
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.identity.roles import Actor, Role
from intake.models import DepartmentCoordinator, DepartmentFocus
from intake.rules.call import FocusArea

FIRST_DAY = date(2018, 1, 1)
"""When the master data of the demo begins."""

DEPARTMENTS = {
    "BA": "Borgmesterens Afdeling",
    "MSB": "Sociale Forhold og Beskæftigelse",
    "MTM": "Teknik og Miljø",
    "MSO": "Sundhed og Omsorg",
    "MKB": "Kultur og Borgerservice",
    "MBU": "Børn og Unge",
}

DEFAULT_DEPARTMENTS: dict[FocusArea, tuple[tuple[str, str], ...]] = {
    FocusArea.CHILDREN_SPECIAL_NEEDS: (
        ("MBU", "Børn og Unge har børnenes hverdag i skole og dagtilbud."),
        ("MSB", "Sociale Forhold og Beskæftigelse har støtten til familierne."),
    ),
    FocusArea.YOUTH_JOBS_EDUCATION: (
        ("MSB", "Sociale Forhold og Beskæftigelse har indsatserne for unges vej i job."),
        ("MBU", "Børn og Unge kender de unge fra skolen."),
    ),
    FocusArea.MENTAL_ILLNESS: (
        ("MSB", "Sociale Forhold og Beskæftigelse har socialpsykiatrien."),
        ("MSO", "Sundhed og Omsorg har sundhedstilbuddene."),
    ),
    FocusArea.HOMELESSNESS: (
        ("MSB", "Sociale Forhold og Beskæftigelse har indsatsen mod hjemløshed."),
        ("MTM", "Teknik og Miljø har kontakten til boligforeningerne."),
        ("BA", "Borgmesterens Afdeling følger økonomien på tværs."),
    ),
    FocusArea.DEPRIVED_AREAS: (
        ("MSB", "Sociale Forhold og Beskæftigelse leder arbejdet i de udsatte boligområder."),
        ("MBU", "Børn og Unge har skoler og dagtilbud i områderne."),
        ("MKB", "Kultur og Borgerservice har fritid og foreninger."),
        ("MTM", "Teknik og Miljø har byudviklingen i områderne."),
        ("BA", "Borgmesterens Afdeling følger økonomien på tværs."),
    ),
}
"""Whom a focus area is sent to by default, with the ground; the first one leads (domain.md D, "Default routing")."""

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
    ("fuldmaegtig", "Fuldmægtig i sekretariatet", Role.SECRETARIAT, None),
    ("vurderer-msb", "Konsulent i Sociale Forhold og Beskæftigelse", Role.REVIEWER, "MSB"),
    ("vurderer-mbu", "Konsulent i Børn og Unge", Role.REVIEWER, "MBU"),
    ("vurderer-mso", "Konsulent i Sundhed og Omsorg", Role.REVIEWER, "MSO"),
    ("vurderer-mtm", "Konsulent i Teknik og Miljø", Role.REVIEWER, "MTM"),
    ("vurderer-mkb", "Konsulent i Kultur og Borgerservice", Role.REVIEWER, "MKB"),
    ("vurderer-ba", "Konsulent i Borgmesterens Afdeling", Role.REVIEWER, "BA"),
    ("koordinator-msb", "Koordinator i Sociale Forhold og Beskæftigelse", Role.REVIEWER, "MSB"),
    ("koordinator-mbu", "Koordinator i Børn og Unge", Role.REVIEWER, "MBU"),
    ("koordinator-mso", "Koordinator i Sundhed og Omsorg", Role.REVIEWER, "MSO"),
    ("koordinator-mtm", "Koordinator i Teknik og Miljø", Role.REVIEWER, "MTM"),
    ("koordinator-mkb", "Koordinator i Kultur og Borgerservice", Role.REVIEWER, "MKB"),
    ("koordinator-ba", "Koordinator i Borgmesterens Afdeling", Role.REVIEWER, "BA"),
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
        session.add(Department(code=code, name=name, valid_from=FIRST_DAY))
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
    for key, actor in actors.items():
        if key.startswith("koordinator-") and actor.department:
            session.add(
                DepartmentCoordinator(department_code=actor.department, person_id=actor.person_id, valid_from=FIRST_DAY)
            )
    add_default_departments(session)
    session.flush()
    return Cast(actors, organisations)


def add_leaver(session: Session, *, actor: Actor, at: datetime) -> None:
    """A colleague whose account is closed: what was done stays under the name, and nobody signs in with it."""
    person = add_person(
        session,
        email=_address("tidligere"),
        name="Tidligere konsulent i Børn og Unge",
        role=Role.REVIEWER,
        department="MBU",
        actor=None,
        at=at - timedelta(days=400),
    )
    close_account(session, person.id, "Har fået et andet arbejde", version=person.version, actor=actor, at=at)


def add_default_departments(session: Session) -> None:
    """Store which departments are asked about each focus area."""
    for area, asked in DEFAULT_DEPARTMENTS.items():
        for position, (code, ground) in enumerate(asked):
            session.add(
                DepartmentFocus(
                    focus_area=area,
                    department_code=code,
                    is_lead=position == 0,
                    ground=ground,
                    valid_from=FIRST_DAY,
                )
            )


def _address(key: str) -> str:
    return f"{key}@raadslag.example"
