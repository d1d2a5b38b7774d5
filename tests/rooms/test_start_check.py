"""Does a server refuse to start on a database that forgets, and say what should be known of the others?"""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from app.commands.serve import serve
from app.start_check import unsafe, unsafe_database, warnings_at_start
from foundation.settings import Settings

SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
POSTGRES = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}


@pytest.mark.parametrize(
    ("found", "name", "value"),
    [
        (SQLITE, "journal_mode", "memory"),
        (SQLITE, "journal_mode", "off"),
        (SQLITE, "synchronous", "0"),
        (SQLITE, "synchronous", "1"),
        (SQLITE, "foreign_keys", "0"),
        (POSTGRES, "fsync", "off"),
        (POSTGRES, "full_page_writes", "off"),
        (POSTGRES, "synchronous_commit", "off"),
        (POSTGRES, "server_encoding", "SQL_ASCII"),
    ],
)
def test_each_way_to_forget_is_named_alone(found: dict[str, str], name: str, value: str) -> None:
    assert unsafe(found) == ()
    told = unsafe({**found, name: value})
    assert len(told) == 1
    assert f"{name} er {value}" in told[0]


def test_database_is_asked_how_it_is_set_up(committed: Engine) -> None:
    url = committed.url.render_as_string(hide_password=False)
    assert unsafe_database(url) == ()
    if committed.dialect.name == "postgresql":
        with committed.begin() as connection:
            connection.execute(text(f'ALTER DATABASE "{committed.url.database}" SET synchronous_commit = off'))
        try:
            assert [line.partition(":")[2].split()[0] for line in unsafe_database(url)] == ["synchronous_commit"]
        finally:
            with committed.begin() as connection:
                connection.execute(text(f'ALTER DATABASE "{committed.url.database}" RESET synchronous_commit'))


def test_production_is_told_what_it_should_shield(settings: Settings) -> None:
    shielded = replace(settings, env="production", proxy_hops=1)
    assert warnings_at_start(shielded, "127.0.0.1") == warnings_at_start(shielded, "::1") == ()
    assert ["RAADSLAG_PROXY_HOPS" in line for line in warnings_at_start(replace(shielded, proxy_hops=0), "::1")] == [
        True
    ]
    assert ["0.0.0.0" in line for line in warnings_at_start(shielded, "0.0.0.0")] == [True]
    assert warnings_at_start(replace(shielded, env="demo", proxy_hops=0), "0.0.0.0") == ()


def test_sqlite_is_served_by_one_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAADSLAG_ENV", "test")
    monkeypatch.setenv("RAADSLAG_SECRET_KEY", "only-for-tests-0123456789-abcdefghij")
    monkeypatch.setenv("RAADSLAG_DATABASE_URL", f"sqlite:///{tmp_path / 'test.sqlite'}")
    ended = CliRunner().invoke(serve, ["--processes", "2"])
    assert ended.exit_code == 2
    assert "SQLite tåler kun en proces" in ended.output
    assert list(tmp_path.iterdir()) == []
