"""Has any page, for any role, at any width, a fault that axe can find?

Every role follows its own links from its first page; each kind of page is looked at once for each role and width.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from app.web_app import create_app
from foundation.settings import PROJECT
from intake.models import Proposal
from tests.journeys.conftest import WIDTHS, Site, sign_in

pytestmark = pytest.mark.xdist_group("accessibility")  # The last test sums up what the others met.

AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

ROLES = {
    "nobody": None,
    "applicant": "Frivillig i Byhavens Venner",
    "reviewer": "Konsulent i Sociale Forhold og Beskæftigelse",
    "secretariat": "Sagsbehandler i sekretariatet",
    "council": "Medlem af Rådet",
    "mayor": "Borgmesterens godkender",
    "administrator": "Systemets administrator",
    "auditor": "Kommunens revisor",
}
UNLINKED = {
    "applicant": ["/calls/nye-veje/apply", "/nowhere", "/proposals/{1}/receipt"],
    "reviewer": ["/calls/nye-veje/apply", "/proposals/{5}/answer"],
    "secretariat": ["/proposals/{1}/papers", "/proposals/{1}/receipt"],
}
"""Addresses that the first links of the role do not lead to, error pages among them; {5} is the demo's fifth case."""

NOT_PAGES = {"static", "exports.download", "health.alive", "health.ready", "identity.use_link", "intake.draft"}

visited: dict[str, set[str]] = {}


def _kind(path: str) -> str:
    """The same word for all pages that differ in reference, key or question alone."""
    path = re.sub(r"\d{4}-\d\d-\d{3,}", "REF", urlsplit(path).path)
    return re.sub(r"[0-9a-f-]{36}", "ID", path)


def _filled(site: Site, path: str) -> str:
    with site.session() as session:
        numbers = {str(number): ref for number, ref in session.exec(select(Proposal.number, Proposal.reference))}
    return re.sub(r"\{(\d+)\}", lambda found: str(numbers[found.group(1)]), path)


def _faults(page: Page) -> list[str]:
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def _links(page: Page, site: Site) -> list[str]:
    addresses = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    ours = [address for address in addresses if address.startswith(site.address) and "/exports/" not in address]
    return [address[len(site.address) :].partition("#")[0] or "/" for address in ours]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(ROLES))
def test_no_page_has_a_fault(chromium: Browser, site: Site, role: str) -> None:
    context = chromium.new_context(locale="da-DK", bypass_csp=True)
    page = context.new_page()
    name = ROLES[role]
    if name is not None:
        sign_in(page, site, name)
    waiting = [
        "/",
        "/sign-in",
        *(["/my-tasks"] if name else []),
        *(_filled(site, path) for path in UNLINKED.get(role, [])),
    ]
    seen: dict[str, str] = {}
    faults: list[str] = []
    while waiting:
        path = waiting.pop(0)
        if _kind(path) in seen:
            continue
        seen[_kind(path)] = path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(site.address + path)
            page.evaluate(AXE)
            faults += [f"{path} at {width}: {fault}" for fault in _faults(page)]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways at {width}"
        waiting += _links(page, site)
    context.close()
    visited[role] = set(seen)
    assert faults == []
    assert len(seen) >= 4


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_roles_together_meet_every_page(site: Site) -> None:
    """A new page that no role's links lead to would not be looked at: it must be named above."""
    app = create_app(site.settings, sessions=site.session)
    adapter = app.url_map.bind("localhost")
    met = {
        adapter.match(path.replace("REF", "2026-01-001").replace("ID", "0" * 8 + "-0000-4000-8000-" + "0" * 12))[0]
        for pages in visited.values()
        for path in pages
        if path != "/nowhere"
    }
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())} - NOT_PAGES
    assert pages - met == set()
