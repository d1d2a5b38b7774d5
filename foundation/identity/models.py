"""Who are the people, which organisations and departments do they belong to, and who is signed in?"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.roles import Role
from foundation.tables import Keyed, Versioned, enum_type


class Person(Keyed, Versioned, table=True):
    """One mail address is one person; a closed account never signs in again."""

    __tablename__ = "person"

    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=200)
    created_at: datetime
    closed_at: datetime | None = None


class Department(Keyed, table=True):
    """A magistratsafdeling as dated master data: names change after elections, old cases keep theirs."""

    __tablename__ = "department"
    __table_args__ = (sa.UniqueConstraint("code", "valid_from"),)

    code: str = Field(max_length=8, index=True)
    name: str = Field(max_length=200)
    valid_from: date
    valid_to: date | None = None


class RoleGrant(Keyed, table=True):
    """A role that a person may act in, for reviewers with the department they answer for.

    `ends_on` is the last day that was agreed when it was given; `ended_at` is when it really ended.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "role", "granted_at"),
        sa.CheckConstraint("role <> 'reviewer' OR department_code IS NOT NULL", name="reviewer_has_department"),
    )

    person_id: UUID = Field(foreign_key="person.id", index=True)
    role: Role = Field(sa_type=enum_type(Role))
    department_code: str | None = Field(default=None, max_length=8)
    granted_at: datetime
    ends_on: date | None = None
    ended_at: datetime | None = None


class Organisation(Keyed, Versioned, table=True):
    """An association or other applicant. Knowing its CVR number gives nobody access to it.

    `staff_years` is full-time posts in a year, `turnover_ore` the last year's income: the two measures of a small
    organisation (domain.md SORT11). None is not told, which is not the same as zero.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        sa.CheckConstraint("staff_years IS NULL OR staff_years >= 0", name="staff_years_not_negative"),
        sa.CheckConstraint("turnover_ore IS NULL OR turnover_ore >= 0", name="turnover_not_negative"),
    )

    cvr: str | None = Field(default=None, max_length=8, index=True)
    name: str = Field(max_length=200)
    kind: OrganisationKind | None = Field(default=None, sa_type=enum_type(OrganisationKind))
    staff_years: int | None = None
    turnover_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    address: str = Field(default="", max_length=300)
    contact_name: str = Field(default="", max_length=200)
    contact_email: str = Field(default="", max_length=254)
    contact_phone: str = Field(default="", max_length=40)
    created_at: datetime


class Membership(Keyed, table=True):
    """A person who may act for an organisation."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("person_id", "organisation_id"),)

    person_id: UUID = Field(foreign_key="person.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    joined_at: datetime
    ended_at: datetime | None = None


class Invitation(Keyed, table=True):
    """A mail address that was asked to join an organisation; only its owner's own yes makes a member."""

    __tablename__ = "invitation"
    __table_args__ = (sa.Index("ix_invitation_email_answered_at", "email", "answered_at"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    email: str = Field(max_length=254)
    invited_by: UUID = Field(foreign_key="person.id")
    invited_at: datetime
    answered_at: datetime | None = None
    accepted: bool | None = None
    withdrawn_at: datetime | None = None


class SignInLink(Keyed, table=True):
    """A mailed link: only the hash of its token is kept, and one guarded update uses it up."""

    __tablename__ = "sign_in_link"
    __table_args__ = (sa.Index("ix_sign_in_link_email_created_at", "email", "created_at"),)

    token_hash: str = Field(max_length=64, unique=True)
    email: str = Field(max_length=254)
    next_path: str = Field(default="", max_length=500)
    created_at: datetime = Field(index=True)
    expires_at: datetime
    used_at: datetime | None = None


class WebSession(Keyed, table=True):
    """A signed-in browser; the cookie holds a random id, the row can be ended by an administrator.

    `device` is what the browser calls itself in our own few words, never its text.
    """

    __tablename__ = "web_session"

    token_hash: str = Field(max_length=64, unique=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    role: Role = Field(sa_type=enum_type(Role))
    department_code: str | None = Field(default=None, max_length=8)
    device: str = Field(default="", max_length=60)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    ended_at: datetime | None = None
