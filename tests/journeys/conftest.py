"""How do journeys get a real server on each database, and a real browser?"""

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from sqlalchemy import Engine
from sqlmodel import Session
from werkzeug.serving import make_server

from app.demo.year import load_demo
from app.web_app import create_app
from app.worker import work_once
from foundation.clock import SystemClock
from foundation.db import make_engine
from foundation.mail import make_transport
from foundation.settings import PROJECT, Settings
from tests.conftest import empty_database, missing, worker
from tools.test_tools import find_browser

SCREENSHOTS = PROJECT / "var" / "screenshots"
WIDTHS = (1280, 360)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A running demo: its address, its database, and a way to let the waiting mail go."""

    address: str
    engine: Engine
    settings: Settings
    kind: str

    def deliver_mail(self) -> None:
        """What the worker does in a round; journeys do not wait for its clock."""
        work_once(self.session, make_transport(self.settings), self.settings, now=SystemClock().now)

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo on a real server, in a thread of its own, on each database."""
    folder = tmp_path_factory.mktemp("site")
    url = empty_database(request, folder, f"site_{worker()}_{folder.name}")
    engine = make_engine(url)
    server = make_server("127.0.0.1", 0, app=lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    settings = _settings(address, url, folder)
    server.app = create_app(settings, sessions=lambda: Session(engine, expire_on_commit=False))
    with Session(engine) as session:
        load_demo(session, base_url=address, at=SystemClock().now())
        session.commit()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    yield Site(address, engine, settings, request.param)
    server.shutdown()
    running.join()
    server.server_close()
    engine.dispose()


def _settings(address: str, url: str, folder: Path) -> Settings:
    return Settings(
        env="demo",
        database_url=url,
        secret_key="only-for-tests-0123456789-abcdefghij",
        base_url=address,
        mail_url=f"file:{folder / 'mail'}",
        mail_from="raadslag@kommune.example",
        storage_folder=folder / "storage",
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own browser."""
    path = find_browser()
    if path is None:
        missing("browser", "no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser window of its own, 1280 px wide, that fails on any script error or refused content."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="da-DK", accept_downloads=True)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and "status of 4" not in said.text else None,
    )
    yield opened
    context.close()
    assert faults == []


def follow(pressed: Locator) -> None:
    """Press a link or button, and go on when the page that it leads to is there: between two pages there is none."""
    with pressed.page.expect_navigation():
        pressed.click()


def sign_in(page: Page, site: Site, name: str) -> None:
    """Sign in by the demo's button for one person."""
    page.goto(f"{site.address}/sign-in")
    follow(page.get_by_role("button", name=name))
    page.wait_for_url("**/my-tasks")


def keep_picture(page: Page, name: str) -> None:
    """The page as it looks now, for people to look at, where the environment asks for pictures."""
    if os.environ.get("RAADSLAG_TEST_PICTURES"):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def picture(page: Page, site: Site, name: str) -> None:
    """The page at both widths, without a scroll bar sideways."""
    if site.kind != "sqlite":
        return  # The pages are the same on both databases; one set of pictures is enough to look at.
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        keep_picture(page, f"{name}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width}"
    page.set_viewport_size({"width": 1280, "height": 900})
