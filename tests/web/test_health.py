"""Do the two addresses of health tell a proxy the truth, and a stranger nothing?"""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from app.web_app import create_app
from foundation.db import make_engine
from foundation.settings import Settings
from foundation.storage import LEAST_ROOM, Storage


def test_healthy_server_says_so_in_one_word(client: FlaskClient) -> None:
    alive, ready = client.get("/healthz"), client.get("/readyz")
    assert [(one.status_code, one.text, one.mimetype) for one in (alive, ready)] == [
        (200, "ok\n", "text/plain"),
        (200, "ready\n", "text/plain"),
    ]


def test_database_that_is_away_leaves_the_server_alive_and_not_ready(settings: Settings) -> None:
    engine = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    browser = create_app(settings, sessions=lambda: Session(engine)).test_client()
    assert browser.get("/healthz").status_code == 200

    ready = browser.get("/readyz")
    assert (ready.status_code, ready.text, ready.headers["Retry-After"]) == (503, "database is away\n", "30")
    engine.dispose()


def test_schema_of_another_release_is_not_ready(settings: Settings, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'bare.sqlite'}")
    ready = create_app(settings, sessions=lambda: Session(engine)).test_client().get("/readyz")
    assert (ready.status_code, ready.text) == (503, "schema is not current\n")
    engine.dispose()


def test_storage_that_cannot_be_written_is_not_ready(client: FlaskClient, settings: Settings) -> None:
    assert Storage(settings.attachments_folder).has_room()
    assert not settings.storage_folder.exists()  # Asking makes nothing.
    settings.storage_folder.write_text("a file stands where the folder should be")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text, ready.headers["Retry-After"]) == (503, "storage cannot be written\n", "30")


def test_full_disk_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=LEAST_ROOM)
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    assert not Storage(tmp_path).has_room()
