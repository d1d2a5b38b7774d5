"""Does the schema go up, down and up again with data in it, on both databases, and lose no row on the way?"""

import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import Session, SQLModel, col, select

from app.demo.year import load_demo
from app.migrate import alembic_config, downgrade, in_tables, is_compared, types_differ, upgrade
from app.schema import is_current, known_revisions, newest_revision
from foundation.db import make_engine
from foundation.settings import PROJECT
from intake.models import Call, CallFocusArea, ConflictDeclaration, Proposal, ReviewerAssignment
from intake.rules.call import FocusArea
from tests.builders import BASE_URL, World
from tests.conftest import NOON
from tests.fingerprint import fingerprint
from tools.postgres import new_database

TABLES = {table.name for table in SQLModel.metadata.sorted_tables}


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        url = new_database(request.getfixturevalue("postgres_server"), f"migrated_{tmp_path.parent.name[-8:]}")
    engine = make_engine(url)
    yield engine
    engine.dispose()


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def tables_of(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if in_tables(name, "table", {})} - {"alembic_version"}


def fill(engine: Engine) -> None:
    with Session(engine) as session:
        assert load_demo(session, base_url=BASE_URL, at=NOON)
        session.commit()


def rows(engine: Engine) -> dict[str, list[str]]:
    with Session(engine) as session:
        return fingerprint(session)


def test_schema_goes_up_down_and_up_again_with_data(empty: Engine) -> None:
    url = url_of(empty)
    upgrade(url)
    assert tables_of(empty) == TABLES
    fill(empty)
    before = rows(empty)
    assert sum(map(len, before.values())) > 100
    upgrade(url)
    assert rows(empty) == before

    downgrade(url, "base")
    assert tables_of(empty) == set()

    upgrade(url)
    assert tables_of(empty) == TABLES
    assert {name: len(found) for name, found in rows(empty).items() if found} == {"legal_figure": 4}
    fill(empty)
    assert {name: len(found) for name, found in rows(empty).items()} == {
        name: len(found) for name, found in before.items()
    }
    with empty.connect() as connection:
        assert is_current(connection)


def test_schema_is_what_the_tables_say(engine: Engine) -> None:
    with engine.connect() as connection, warnings.catch_warnings():
        # Indexes over an expression are compared by name, below.
        warnings.filterwarnings("ignore", message=".*expression-based index.*")
        opts = {"compare_type": types_differ, "include_name": in_tables, "include_object": is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_constraint_and_index_has_the_name_that_the_tables_give(engine: Engine) -> None:
    warnings.filterwarnings("ignore", message=".*expression-based index.*")  # Those are asked for by name.
    found = inspect(engine)
    for table in SQLModel.metadata.sorted_tables:
        expected = {str(constraint.name) for constraint in table.constraints} | {str(one.name) for one in table.indexes}
        names = {
            found.get_pk_constraint(table.name)["name"],
            *(one["name"] for one in found.get_foreign_keys(table.name)),
            *(one["name"] for one in found.get_unique_constraints(table.name)),
            *(one["name"] for one in found.get_check_constraints(table.name)),
            *_index_names(engine, table.name),
        }
        assert names == expected, table.name


def _index_names(engine: Engine, table: str) -> set[str]:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE tablename = :table",
    }[engine.dialect.name]
    with engine.connect() as connection:
        found = set(connection.execute(text(asked), {"table": table}).scalars())
    return {name for name in found if in_tables(name, "index", {})}


def test_members_of_every_enum_are_those_that_the_database_lets_in(engine: Engine) -> None:
    found, compared = inspect(engine), 0
    for table in SQLModel.metadata.sorted_tables:
        checks = {one["name"]: one["sqltext"] for one in found.get_check_constraints(table.name)}
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                check = checks[f"ck_{table.name}_{column.type.name}"]
                assert set(re.findall(r"'([^']*)'", check)) == set(column.type.enums), (table.name, column.name)
                assert column.name in check
                compared += 1
    assert compared >= 12


def test_database_refuses_a_word_that_is_no_member(committed: Engine) -> None:
    words = {"id": uuid4().hex, "person": uuid4().hex, "role": "SECRETARIAT", "at": "2027-01-01"}
    insert = "INSERT INTO role_grant (id, person_id, role, granted_at) VALUES (:id, :person, :role, :at)"
    with committed.begin() as connection, pytest.raises(sa.exc.IntegrityError, match=r"(?i)check constraint"):
        connection.execute(text(insert), words)


def finished(engine: Engine, case: UUID, who: UUID) -> tuple[bool, int]:
    """Has the person finished, and how many sheets does the case count?"""
    asked = (
        select(ReviewerAssignment.finished_at, Proposal.assessments_final)
        .join(Proposal, col(Proposal.id) == col(ReviewerAssignment.proposal_id))
        .where(ReviewerAssignment.proposal_id == case, ReviewerAssignment.person_id == who)
    )
    with Session(engine) as session:
        at, count = session.exec(asked).one()
    assert at in {None, NOON}
    return at is not None, count


def test_finished_sheets_are_known_after_the_upgrade_but_not_of_the_conflicted(empty: Engine) -> None:
    upgrade(url_of(empty))
    with Session(empty, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        cases = {
            "open": world.assessed(),
            "shut": world.assessed(),
            "begun": world.answered(),
            "sorted": world.sorted(),
        }
        who = world.people["RA"].person_id
        session.execute(  # As the older release did, which left the sheet alone.
            sa.update(ConflictDeclaration)
            .where(
                col(ConflictDeclaration.proposal_id).in_([cases["shut"].id, cases["sorted"].id]),
                col(ConflictDeclaration.person_id) == who,
            )
            .values(has_conflict=True)
        )
        session.commit()
    downgrade(url_of(empty), "0002")
    upgrade(url_of(empty))

    # The older schema knows no assessor of the secretariat: S2's assignments are lost, and an open case counts anew.
    assert {name: finished(empty, case.id, who) for name, case in cases.items()} == {
        "open": (True, 1),
        "shut": (False, 0),
        "begun": (False, 0),
        "sorted": (True, 2),
    }


# ---- a next migration -----------------------------------------------------------------------------------------------

NEXT = '''
"""A next migration, as somebody will write it."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{down}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("call", recreate="auto") as batch:
        batch.add_column(sa.Column("nickname", sa.String(40), nullable=False, server_default="ny"))
        batch.alter_column("title", existing_type=sa.String(200), type_=sa.String(300), existing_nullable=False)
    {then}


def downgrade() -> None:
    with op.batch_alter_table("call", recreate="auto") as batch:
        batch.alter_column("title", existing_type=sa.String(300), type_=sa.String(200), existing_nullable=False)
        batch.drop_column("nickname")
'''


@pytest.fixture
def with_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put one more migration after the newest, in a copy of the folder."""
    folder = tmp_path / "copy"
    shutil.copytree(PROJECT / "migrations", folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    newest = sorted((PROJECT / "migrations" / "versions").glob("[0-9]*.py"))[-1].name.partition("_")[0]
    monkeypatch.setattr("app.migrate.PROJECT", folder)

    def write(then: str) -> None:
        target = folder / "migrations" / "versions" / "9999_next.py"
        target.write_text(NEXT.format(down=newest, then=then), encoding="utf-8")

    return write


def test_batch_migration_of_a_parent_table_keeps_its_children(empty: Engine, with_next: Callable[[str], None]) -> None:
    upgrade(url_of(empty))
    fill(empty)
    before = rows(empty)
    assert len(before["call_focus_area"]) >= len(FocusArea)
    assert len(before["proposal"]) > 3

    with_next("pass")
    upgrade(url_of(empty))

    assert "nickname" in {column["name"] for column in inspect(empty).get_columns("call")}
    assert rows(empty) == before
    downgrade(url_of(empty), newest_revision())
    assert "nickname" not in {column["name"] for column in inspect(empty).get_columns("call")}
    assert rows(empty) == before
    with Session(empty) as session:  # And the children still have their parent.
        session.delete(session.exec(select(Call).where(Call.slug == "nye-veje")).one())
        with pytest.raises(sa.exc.IntegrityError):
            session.flush()


def test_children_would_be_lost_with_foreign_keys_on(tmp_path: Path) -> None:
    """Why migrations have an engine of their own: the same batch on the application's empties the child table."""
    url = f"sqlite:///{tmp_path / 'lost.sqlite'}"
    upgrade(url)
    counts = {}
    for setting in ("OFF", "ON"):
        engine = make_engine(url, foreign_keys=setting)
        with Session(engine) as session:
            if setting == "OFF":
                _one_call(session)
        with engine.connect() as connection:
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("call", recreate="always") as batch:
                batch.alter_column("title", existing_type=sa.String(200), type_=sa.String(300))
            connection.commit()
        with Session(engine) as session:
            counts[setting] = (
                len(session.exec(select(Call)).all()),
                len(session.exec(select(CallFocusArea)).all()),
            )
        engine.dispose()
    assert counts == {"OFF": (1, 5), "ON": (1, 0)}


def _one_call(session: Session) -> None:
    World.build(session, at=NOON)
    session.commit()


def test_migration_that_fails_leaves_the_schema_and_the_rows(empty: Engine, with_next: Callable[[str], None]) -> None:
    """Half way, or by leaving orphans: SQLite does not watch foreign keys meanwhile, so they are checked at the end."""
    upgrade(url_of(empty))
    fill(empty)
    before = rows(empty)
    for then in ("raise RuntimeError('half way')", "op.execute('DELETE FROM call')"):
        with_next(then)
        with pytest.raises((RuntimeError, sa.exc.IntegrityError)):
            upgrade(url_of(empty))
        assert "nickname" not in {column["name"] for column in inspect(empty).get_columns("call")}
        assert rows(empty) == before
        with empty.connect() as connection:
            stands = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
            assert stands == [newest_revision()]
            assert is_current(connection)


OTHER = """
import sys
from app.migrate import upgrade
print("ready", flush=True)
sys.stdin.readline()
upgrade(sys.argv[1])
"""


def test_of_two_upgrades_at_once_one_waits(empty: Engine) -> None:
    """Another process, as another machine or an impatient operator starts it, and this one."""
    command = [sys.executable, "-c", OTHER, url_of(empty)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=PROJECT, text=True, **pipes) as other:  # type: ignore[call-overload]
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        upgrade(url_of(empty))
        assert (other.communicate(timeout=60)[1], other.returncode) == ("", 0)
    assert tables_of(empty) == TABLES


def test_the_revisions_are_those_that_alembic_walks() -> None:
    walked = ScriptDirectory.from_config(alembic_config("sqlite://")).walk_revisions()
    assert known_revisions() == tuple(reversed([one.revision for one in walked]))


def test_older_schema_is_not_current(empty: Engine) -> None:
    with empty.connect() as connection:
        assert not is_current(connection)
    upgrade(url_of(empty))
    with empty.begin() as connection:
        assert is_current(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        assert not is_current(connection)
