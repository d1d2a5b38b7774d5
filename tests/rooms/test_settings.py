"""Does an unsafe or incomplete installation refuse to start, and name everything at once?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from foundation import settings as module
from foundation.settings import Settings, SettingsFault

GOOD = {
    "RAADSLAG_ENV": "production",
    "RAADSLAG_DATABASE_URL": "postgresql+psycopg://raadslag@db/raadslag",
    "RAADSLAG_SECRET_KEY": "qJ7vX2mZr9Lw4tKc8PbNs5Ge1HdYf3Ua",
    "RAADSLAG_BASE_URL": "https://raadslag.example",
    "RAADSLAG_MAIL_URL": "smtp://mail.example:587",
    "RAADSLAG_STORAGE_URL": "file:/srv/raadslag",
    "RAADSLAG_MAIL_FROM": "raadslag@kommune.example",
}


def gaps(environ: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsFault) as refused:
        Settings.from_env(environ)
    return refused.value.gaps


def names(environ: Mapping[str, str]) -> set[str]:
    return {gap.split()[0].rstrip(":") for gap in gaps(environ)}


def test_good_production_starts() -> None:
    assert Settings.from_env(GOOD) == Settings(
        env="production",
        database_url="postgresql+psycopg://raadslag@db/raadslag",
        secret_key="qJ7vX2mZr9Lw4tKc8PbNs5Ge1HdYf3Ua",
        base_url="https://raadslag.example",
        mail_url="smtp://mail.example:587",
        mail_from="raadslag@kommune.example",
        storage_folder=Path("/srv/raadslag"),
        proxy_hops=0,
    )
    assert Settings.from_env(GOOD).is_secure


@pytest.mark.parametrize("env", [None, "", " "])
def test_unset_environment_is_production_and_names_every_gap_at_once(env: str | None) -> None:
    environ = {} if env is None else {"RAADSLAG_ENV": env}
    assert names(environ) == set(GOOD) - {"RAADSLAG_ENV"}
    assert len(gaps(environ)) == 6


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"RAADSLAG_ENV"}))
@pytest.mark.parametrize("value", [None, ""])
def test_each_missing_setting_is_named_alone(name: str, value: str | None) -> None:
    environ = {key: text for key, text in GOOD.items() if key != name}
    if value is not None:
        environ[name] = value
    assert names(environ) == {name}
    assert len(gaps(environ)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAADSLAG_SECRET_KEY", "short"),
        ("RAADSLAG_SECRET_KEY", "a" * 64),
        ("RAADSLAG_SECRET_KEY", "abababababababababababababababab"),
        ("RAADSLAG_SECRET_KEY", "qJ7vX2mZr9Lw4tKc8PbNs5Ge1HdYf3U"),
        ("RAADSLAG_SECRET_KEY", "qJ7vX2mZr9Lw4tKc8PbNs5Ge1HdYf3Ua\n"),
        ("RAADSLAG_BASE_URL", "http://raadslag.example"),
        ("RAADSLAG_BASE_URL", "HTTP://raadslag.example"),
        ("RAADSLAG_BASE_URL", "raadslag.example"),
        ("RAADSLAG_BASE_URL", "https://"),
        ("RAADSLAG_BASE_URL", "javascript:alert(1)"),
        ("RAADSLAG_BASE_URL", "https://raadslag.example\r\nX: y"),
        ("RAADSLAG_DATABASE_URL", "mysql://x"),
        ("RAADSLAG_DATABASE_URL", "raadslag.sqlite"),
        ("RAADSLAG_MAIL_URL", "http://mail.example"),
        ("RAADSLAG_MAIL_URL", "mail.example"),
        ("RAADSLAG_MAIL_FROM", "a@b.example\nBcc: c@d.example"),
        ("RAADSLAG_BASE_URL", "https://["),
        ("RAADSLAG_BASE_URL", "https://raadslag.example/under"),
        ("RAADSLAG_BASE_URL", "https://name:password@raadslag.example"),
        ("RAADSLAG_BASE_URL", "https://raadslag.example:http"),
        ("RAADSLAG_DATABASE_URL", "sqlite://"),
        ("RAADSLAG_DATABASE_URL", "sqlite:///:memory:"),
        ("RAADSLAG_DATABASE_URL", "sqlite:///raadslag.sqlite"),
        ("RAADSLAG_DATABASE_URL", "sqlite:////srv/raadslag.sqlite?mode=memory"),
        ("RAADSLAG_DATABASE_URL", "postgresql+psycopg://raadslag@db"),
        ("RAADSLAG_DATABASE_URL", "postgresql+psycopg://raadslag@db/"),
        ("RAADSLAG_MAIL_URL", "smtp://"),
        ("RAADSLAG_MAIL_URL", "smtps://mail.example:tls"),
        ("RAADSLAG_MAIL_URL", "file:mail"),
        ("RAADSLAG_MAIL_FROM", "raadslag"),
        ("RAADSLAG_MAIL_FROM", "Rådslag <raadslag@kommune.example>"),
        ("RAADSLAG_STORAGE_URL", "file:storage"),
        ("RAADSLAG_STORAGE_URL", "s3://bucket/prefix"),
        ("RAADSLAG_STORAGE_URL", "ftp://x"),
        ("RAADSLAG_STORAGE_URL", "/srv/raadslag"),
        ("RAADSLAG_PROXY_HOPS", "-1"),
        ("RAADSLAG_PROXY_HOPS", "one"),
        ("RAADSLAG_PROXY_HOPS", "1.5"),
        ("RAADSLAG_PROXY_HOPS", "١"),
        ("RAADSLAG_PROXY_HOPS", "9" * 30),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("PORT", "8000\n"),
        ("RAADSLAG_ANYTHING", "a\x00b"),
    ],
)
def test_unsafe_value_is_refused_by_name_and_never_repeated(name: str, value: str) -> None:
    assert names({**GOOD, name: value}) == {name}
    if name == "RAADSLAG_SECRET_KEY":
        assert value.strip() not in " ".join(gaps({**GOOD, name: value}))
    assert all(gap.isprintable() for gap in gaps({**GOOD, name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAADSLAG_DATABASE_URL", "sqlite:////srv/raadslag/raadslag.sqlite"),
        ("RAADSLAG_DATABASE_URL", "postgresql://raadslag:secret@db:5432/raadslag"),
        ("RAADSLAG_DATABASE_URL", "postgresql+psycopg://raadslag@/raadslag?host=/run/postgresql"),
        ("RAADSLAG_DATABASE_URL", "postgresql+psycopg://raadslag:s#/e%40c@db/raadslag"),
        ("RAADSLAG_MAIL_URL", "file:/srv/raadslag/mail"),
        ("RAADSLAG_MAIL_URL", "smtps://name:p%40ss@mail.example:465"),
        ("RAADSLAG_BASE_URL", "https://raadslag.example:8443/"),
    ],
)
def test_what_is_safe_is_taken(name: str, value: str) -> None:
    assert Settings.from_env({**GOOD, name: value}).env == "production"


def test_everything_wrong_is_named_at_once() -> None:
    environ = {
        **GOOD,
        "RAADSLAG_SECRET_KEY": "x",
        "RAADSLAG_BASE_URL": "http://x",
        "RAADSLAG_MAIL_URL": "x",
        "RAADSLAG_DATABASE_URL": "x",
        "RAADSLAG_PROXY_HOPS": "x",
    }
    assert names(environ) == {
        "RAADSLAG_SECRET_KEY",
        "RAADSLAG_BASE_URL",
        "RAADSLAG_MAIL_URL",
        "RAADSLAG_DATABASE_URL",
        "RAADSLAG_PROXY_HOPS",
    }


@pytest.mark.parametrize("env", ["prod", "Production", "demo2", "development", "test\n-"])
def test_unknown_environment_is_refused(env: str) -> None:
    assert len(gaps({**GOOD, "RAADSLAG_ENV": env})) == 1


@pytest.mark.parametrize("env", ["demo", "test"])
def test_demo_and_test_need_nothing(env: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VAR", tmp_path)
    first = Settings.from_env({"RAADSLAG_ENV": env})
    assert replace(first, secret_key="") == Settings(
        env=env,  # type: ignore[arg-type]
        database_url=f"sqlite:///{tmp_path / 'raadslag.sqlite'}",
        secret_key="",
        base_url="http://127.0.0.1:8000",
        mail_url=f"file:{tmp_path / 'mail'}",
        mail_from="raadslag@kommune.example",
        storage_folder=tmp_path / "storage",
        proxy_hops=0,
    )
    assert len(first.secret_key) >= 43
    assert Settings.from_env({"RAADSLAG_ENV": env}).secret_key == first.secret_key  # Nobody is signed out by a restart.
    assert (tmp_path / "demo-secret").stat().st_mode & 0o777 == 0o600
    assert not first.is_secure


def test_port_moves_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VAR", tmp_path)
    assert Settings.from_env({"RAADSLAG_ENV": "demo", "PORT": "8123"}).base_url == "http://127.0.0.1:8123"


def test_production_never_makes_a_key_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VAR", tmp_path)
    Settings.from_env(GOOD)
    assert list(tmp_path.iterdir()) == []


def test_slash_at_the_end_of_the_address_is_left_out_of_links() -> None:
    assert Settings.from_env({**GOOD, "RAADSLAG_BASE_URL": "https://raadslag.example/"}).base_url == (
        "https://raadslag.example"
    )
