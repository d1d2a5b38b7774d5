"""How is this installation set up, and is it safe to start?"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

PROJECT = Path(__file__).resolve().parents[1]
VAR = PROJECT / "var"
Environment = Literal["demo", "test", "production"]

_REQUIRED_IN_PRODUCTION = {
    "RAADSLAG_DATABASE_URL": "where the data lives (SQLAlchemy URL)",
    "RAADSLAG_SECRET_KEY": "at least 32 random characters",
    "RAADSLAG_BASE_URL": "the public address, https://…",
    "RAADSLAG_MAIL_URL": "smtp://…, smtps://… or file:DIR",
    "RAADSLAG_STORAGE_URL": "file:DIR",
    "RAADSLAG_MAIL_FROM": "the sender of all mail",
}


class SettingsFault(Exception):
    """Something is missing or unsafe; `gaps` names all of it, one line each."""

    def __init__(self, gaps: tuple[str, ...]) -> None:
        super().__init__("; ".join(gaps))
        self.gaps = gaps


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the environment decides (contract section 3)."""

    env: Environment
    database_url: str
    secret_key: str
    base_url: str
    mail_url: str
    mail_from: str
    storage_folder: Path
    proxy_hops: int = 0

    @property
    def is_demo(self) -> bool:
        return self.env == "demo"

    @property
    def is_secure(self) -> bool:
        """Cookies may be marked Secure: the public address is https."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def attachments_folder(self) -> Path:
        return self.storage_folder / "attachments"

    @property
    def mail_folder(self) -> Path | None:
        """The folder that mail is delivered to, or None where it goes out over SMTP."""
        return Path(self.mail_url.removeprefix("file:")) if self.mail_url.startswith("file:") else None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the environment; raises SettingsFault with every gap at once. An unset RAADSLAG_ENV is production."""
        env = environ.get("RAADSLAG_ENV", "").strip() or "production"
        if env not in ("demo", "test", "production"):
            raise SettingsFault((f"RAADSLAG_ENV: {env!r} is not demo, test or production",))
        gaps = _gaps_in_production(environ) if env == "production" else []
        gaps += _malformed(environ)
        if gaps:
            raise SettingsFault(tuple(gaps))
        return cls(
            env=env,  # type: ignore[arg-type]
            database_url=environ.get("RAADSLAG_DATABASE_URL") or f"sqlite:///{VAR / 'raadslag.sqlite'}",
            secret_key=environ.get("RAADSLAG_SECRET_KEY") or kept_demo_key(VAR / "demo-secret"),
            base_url=(environ.get("RAADSLAG_BASE_URL") or f"http://127.0.0.1:{environ.get('PORT') or 8000}").rstrip(
                "/"
            ),
            mail_url=environ.get("RAADSLAG_MAIL_URL") or f"file:{VAR / 'mail'}",
            mail_from=environ.get("RAADSLAG_MAIL_FROM") or "raadslag@kommune.example",
            storage_folder=_folder(environ.get("RAADSLAG_STORAGE_URL") or f"file:{VAR / 'storage'}"),
            proxy_hops=int(environ.get("RAADSLAG_PROXY_HOPS") or 0),
        )


def kept_demo_key(path: Path) -> str:
    """A random key for demo and tests, kept so that a restart does not sign everybody out."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


def _folder(url: str) -> Path:
    return Path(url.removeprefix("file:"))


def _gaps_in_production(environ: Mapping[str, str]) -> list[str]:
    gaps = [f"{name} is missing: {why}" for name, why in _REQUIRED_IN_PRODUCTION.items() if not environ.get(name)]
    key = environ.get("RAADSLAG_SECRET_KEY", "")
    if key and (len(key) < 32 or len(set(key)) < 10):
        gaps.append("RAADSLAG_SECRET_KEY is too weak: at least 32 random characters")
    base = environ.get("RAADSLAG_BASE_URL", "")
    if base and not base.startswith("https://"):
        gaps.append("RAADSLAG_BASE_URL is unsafe: it must begin with https://")
    return gaps + [f"{name} {why}" for name, why in _unsafe_places(environ)]


def _unsafe_places(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Places that depend on where the server was started from, or that are gone when it stops."""
    database = environ.get("RAADSLAG_DATABASE_URL", "")
    if database.startswith("sqlite:") and not re.match(r"sqlite:////[^?]+$", database):
        yield "RAADSLAG_DATABASE_URL", "is unsafe: an SQLite file is named by its whole path, sqlite:////srv/…"
    place = database.partition("://")[2].rpartition("@")[2]  # A password may hold a slash.
    if database.startswith("postgresql") and not place.partition("?")[0].partition("/")[2]:
        yield "RAADSLAG_DATABASE_URL", "names no database"
    for name in ("RAADSLAG_STORAGE_URL", "RAADSLAG_MAIL_URL"):
        if environ.get(name, "").startswith("file:") and not environ[name].startswith("file:/"):
            yield name, "is unsafe: a folder is named by its whole path, file:/srv/…"


def _malformed(environ: Mapping[str, str]) -> list[str]:
    faults = [
        f"{name} holds a line break or control character"
        for name, value in environ.items()
        if (name.startswith("RAADSLAG_") or name == "PORT") and not value.isprintable()
    ]
    faults += [f"{name} {why}" for name, why in _malformed_addresses(environ)]
    for name in ("RAADSLAG_PROXY_HOPS", "PORT"):
        value = environ.get(name, "0") or "0"
        if not (value.isascii() and value.isdigit() and int(value) <= 65535):
            faults.append(f"{name} must be a whole number")
    return faults


def _malformed_addresses(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    database = environ.get("RAADSLAG_DATABASE_URL") or "sqlite:"
    if not database.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        yield "RAADSLAG_DATABASE_URL", "must be an sqlite or postgresql+psycopg address"
    mail = environ.get("RAADSLAG_MAIL_URL") or "file:"
    if not mail.startswith(("file:", "smtp://", "smtps://")):
        yield "RAADSLAG_MAIL_URL", "must begin with smtp://, smtps:// or file:"
    elif mail.startswith("smtp") and not _parts(mail).hostname:
        yield "RAADSLAG_MAIL_URL", "names no mail server"
    if not (environ.get("RAADSLAG_STORAGE_URL") or "file:").startswith("file:"):
        yield "RAADSLAG_STORAGE_URL", "must begin with file: (s3:// is not built yet)"
    if not _is_web_address(environ.get("RAADSLAG_BASE_URL") or "https://host"):
        yield "RAADSLAG_BASE_URL", "is not a web address of a host alone, https://raadslag.kommune.example"
    if not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", (environ.get("RAADSLAG_MAIL_FROM") or "a@b").strip()):
        yield "RAADSLAG_MAIL_FROM", "is not a mail address"


def _is_web_address(base: str) -> bool:
    """Pages live at the root of a host; a name and password in an address would stand in every letter."""
    parts = _parts(base)
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def _parts(url: str) -> SplitResult:
    """The parts of an address; none of them for one that cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # Read late, and only then found to be no number.
    except ValueError:
        return urlsplit("")
    return parts
