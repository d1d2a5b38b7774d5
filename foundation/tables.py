"""What do all tables share: keys, names of constraints, enums, amounts, versions?"""

from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Keyed(SQLModel):
    """A row with a random key of its own, given before it is stored."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)


class Versioned(SQLModel):
    """A row that people edit: the second of two who read the same version is refused, not lost."""

    version: int = Field(default=1, nullable=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version} if hasattr(cls, "__table__") else {}


def enum_type(members: type[StrEnum], name: str = "") -> sa.Enum:
    """A column type that stores an enum's values with a CHECK of the same members (values of at most 40 characters).

    A table with two columns of one enum gives the second a `name` of its own for its constraint.
    """
    return sa.Enum(
        members,
        native_enum=False,
        values_callable=lambda kind: [member.value for member in kind],
        length=40,
        create_constraint=True,
        name=name or _snake(members.__name__),
    )


def json_type() -> sa.JSON:
    """A JSON column; assign a new value to change it, changes inside are not seen."""
    return sa.JSON()


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
