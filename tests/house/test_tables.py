"""Do all tables keep the agreements on amounts, moments, enums, keys and names?"""

import pytest
import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlmodel import SQLModel

import foundation.audit
import foundation.charts
import foundation.identity.models
import foundation.mail
import intake.models
import portfolio.models
import scoring.models

ROOMS = (
    foundation.audit,
    foundation.charts,
    foundation.identity.models,
    foundation.mail,
    intake.models,
    portfolio.models,
    scoring.models,
)
TABLES = SQLModel.metadata.sorted_tables
COLUMNS = [column for table in TABLES for column in table.columns]
PREFIXES = {
    sa.PrimaryKeyConstraint: "pk_",
    sa.ForeignKeyConstraint: "fk_",
    sa.UniqueConstraint: "uq_",
    sa.CheckConstraint: "ck_",
}


def test_there_are_tables() -> None:
    assert len(TABLES) >= 20
    assert {type(column.type).__name__ for column in COLUMNS} >= {"BigInteger", "Enum", "UTCDateTime", "JSON", "Uuid"}


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.name.endswith("_ore")], ids=str)
def test_amount_is_a_big_whole_number(column: Column[int]) -> None:
    assert type(column.type) is sa.BigInteger


def test_no_column_is_a_float_or_a_bare_decimal() -> None:
    assert [str(column) for column in COLUMNS if isinstance(column.type, sa.Numeric)] == []


def test_amounts_are_called_so() -> None:
    """Whoever adds an amount gives it the ending, so that the test above sees it."""
    suspects = ("amount", "kroner", "capital", "balance", "cap_", "frame")
    found = [c for c in COLUMNS if any(word in c.name for word in suspects) and not c.name.endswith("_ore")]
    assert [str(column) for column in found] == []


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.name.endswith("_at")], ids=str)
def test_moment_has_a_time_zone(column: Column[object]) -> None:
    assert type(column.type).__name__ == "UTCDateTime"
    assert isinstance(column.type, sa.types.TypeDecorator)


def test_every_moment_and_day_says_so_in_its_name() -> None:
    moments = [c for c in COLUMNS if type(c.type).__name__ == "UTCDateTime"]
    assert [str(c) for c in moments if not c.name.endswith(("_at", "_until"))] == []
    days = [c for c in COLUMNS if isinstance(c.type, sa.Date)]
    assert [str(c) for c in days if not c.name.endswith(("_on", "_from", "_to", "as_of"))] == []


@pytest.mark.parametrize("column", [c for c in COLUMNS if isinstance(c.type, sa.Enum)], ids=str)
def test_enum_is_stored_by_its_value_and_checked(column: Column[object]) -> None:
    kind = column.type
    assert isinstance(kind, sa.Enum)
    assert kind.enum_class is not None
    assert kind.enums == [member.value for member in kind.enum_class]
    assert not kind.native_enum
    assert kind.length is not None
    assert max(map(len, kind.enums)) <= kind.length
    names = [str(one.name) for one in column.table.constraints if isinstance(one, sa.CheckConstraint)]
    assert f"ck_{column.table.name}_{kind.name}" in names


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_names_follow_the_convention(table: Table) -> None:
    for constraint in table.constraints:
        name = str(constraint.name)
        assert name.startswith(f"{PREFIXES[type(constraint)]}{table.name}"), name  # type: ignore[index]
        assert len(name) <= 63  # PostgreSQL cuts longer ones without a word.
    for index in table.indexes:
        prefix = "uq_" if index.unique else "ix_"
        assert str(index.name).startswith(f"{prefix}{table.name}"), index.name
        assert len(str(index.name)) <= 63


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_key_is_random_or_made_of_others(table: Table) -> None:
    """A key that counts up tells how many there are, and is None until it is stored. The log alone counts."""
    if table.name == "audit_event":
        return
    assert not any(isinstance(column.type, sa.Integer) for column in table.primary_key)


def test_what_people_edit_has_a_version_that_the_database_checks() -> None:
    versioned = {
        mapper.local_table.name for mapper in SQLModel._sa_registry.mappers if mapper.version_id_col is not None
    }
    assert versioned == {table.name for table in TABLES if "version" in table.columns}
    assert versioned >= {"call", "proposal"}


def test_every_reference_to_a_parent_can_be_found_by_an_index_or_says_whom() -> None:
    """Foreign keys are in the metadata at all: a column named after a table without one would let orphans in."""
    names = {table.name for table in TABLES}
    loose = [
        str(column)
        for column in COLUMNS
        if column.name.endswith("_id") and column.name.removesuffix("_id") in names and not column.foreign_keys
    ]
    assert loose == []


def test_no_table_stands_outside_the_rooms_that_migrations_know() -> None:
    mapped = {mapper.class_.__module__ for mapper in SQLModel._sa_registry.mappers}
    assert mapped <= {room.__name__ for room in ROOMS}
