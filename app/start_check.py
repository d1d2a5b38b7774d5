"""What stands between these settings and a safe start: a database that forgets, or a server that nobody shields?"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from sqlalchemy import text

from foundation.db import SAFE_SQLITE, make_engine, sqlite_module
from foundation.settings import Settings

_ASKED: Final = {
    "sqlite": {name: f"PRAGMA {name}" for name in ("journal_mode", "synchronous", "foreign_keys")},
    "postgresql": {
        name: f"SHOW {name}" for name in ("fsync", "full_page_writes", "synchronous_commit", "server_encoding")
    },
}
_SAFE: Final[Mapping[str, frozenset[str]]] = {
    "journal_mode": frozenset({"wal"}),
    "synchronous": frozenset({"2", "3"}),
    "foreign_keys": frozenset({"1"}),
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "local", "remote_write", "remote_apply"}),
    "server_encoding": frozenset({"UTF8"}),
}


def unsafe_database(url: str) -> tuple[str, ...]:
    """How the database that the server would work on is set up, as far as that can lose what was acknowledged."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            asked = _ASKED[engine.dialect.name]
            return unsafe({name: str(connection.execute(text(asking)).scalar_one()) for name, asking in asked.items()})
    finally:
        engine.dispose()


def unsafe(found: Mapping[str, str]) -> tuple[str, ...]:
    """One line for each setting of a database that is not safe."""
    return tuple(
        f"Databasen er ikke sikker: {name} er {value}, men skal være {' eller '.join(sorted(_SAFE[name]))}."
        for name, value in found.items()
        if value not in _SAFE[name]
    )


def several_writers() -> str:
    """Why SQLite is served by one process."""
    return (
        "SQLite tåler kun en proces, der skriver. Med flere kan databasen blive ødelagt, når SQLite er ældre end "
        f"{_dotted(SAFE_SQLITE)}. Brug PostgreSQL til flere processer eller maskiner."
    )


def warnings_at_start(settings: Settings, host: str) -> tuple[str, ...]:
    """What works, and should be known of a server in production."""
    if settings.env != "production":
        return ()
    version = sqlite_module().sqlite_version_info
    told = (
        (settings.proxy_hops == 0, "RAADSLAG_PROXY_HOPS er 0: sæt en proxy foran, som tager HTTPS og langsomme kald."),
        (not _is_loopback(host), f"Der lyttes på {host}: sørg for, at kun proxyen kan nå porten."),
        (
            settings.database_url.startswith("sqlite") and version < SAFE_SQLITE,
            f"SQLite er {_dotted(version)}, ældre end {_dotted(SAFE_SQLITE)}: der skrives et kald ad gangen.",
        ),
    )
    return tuple(line for holds, line in told if holds)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
