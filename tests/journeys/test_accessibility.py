"""Has any page, for any role, at any width, a fault that axe can find?

Every role follows its own links from its first page; each kind of page is looked at once for each role, unless it holds
nothing that the same kind of page did not hold for a role before. It is looked at as on a phone; on a wide screen it is
looked at where it holds something that no page before it held, and measured wherever it is looked at.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import lxml.html
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlmodel import col, select

from app.web_app import create_app
from exports.register import PAPERS
from foundation.clock import SystemClock
from foundation.identity.actions import open_session
from foundation.identity.models import Person
from foundation.identity.queries import held_roles
from foundation.identity.roles import Actor, Role
from foundation.settings import PROJECT
from intake.models import Proposal
from scoring.actions.policies import adopt_policy, draft_policy
from scoring.models import PolicyRow
from scoring.rules.policies.draft import PolicyDraft
from scoring.rules.policies.numbers import numbers_from_json
from tests.journeys.conftest import WIDTHS, Site, sign_in

AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text()
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "selectors": False,  # A fault is told by its HTML.
    "preload": False,  # The style sheets, fetched once more, are for one rule that is none of these.
}

ROLES = {
    "secretariat": "Sagsbehandler i sekretariatet",
    "applicant": "Frivillig i Byhavens Venner",
    "reviewer": "Konsulent i Sociale Forhold og Beskæftigelse",
    "council": "Medlem af Rådet",
    "mayor": "Borgmesterens godkender",
    "administrator": "Systemets administrator",
    "auditor": "Kommunens revisor",
    "nobody": None,
}
"""The role that meets most comes first."""

UNLINKED = {
    "applicant": [
        "/calls/nye-veje/apply",
        "/nowhere",
        "/proposals/{1}/receipt",
        "/proposals/{7}/hearing-answer",
        "/proposals/{1}/withdraw",
        *("/drafts/{unsent}/files", "/drafts/{unsent}/delete"),
    ],
    "reviewer": ["/calls/nye-veje/apply", "/proposals/{5}/answer"],
    "secretariat": [
        *("/proposals/{1}/papers", "/proposals/{1}/receipt", "/proposals/{3}/assessments", "/proposals/{5}/consensus"),
        *("/proposals/{6}/assignments/end", "/proposals/{6}/exempt", "/proposals/{8}/reject", "/proposals/{8}/return"),
        *("/proposals/{14}/memo/send-back", "/proposals/{15}/agenda/remove"),
        *("/proposals/{2}/business-case/edit", "/proposals/{2}/business-case/som"),
        *("/proposals/{2}/business-case/choose", "/proposals/{2}/business-case/upload"),
        *("/calls/nye-veje/ranking?v001=i", "/calls/nye-veje/shortlist?v002=n", "/calls/nye-veje/proposals?pick=1"),
        "/calls/nye-veje/compare?sag={1}&sag={2}&sag={15}",
        *("/policies/{draft}/edit", "/policies/{draft}/discard", "/policies/2026/trial?call=nye-veje"),
    ],
    "administrator": [
        *("/admin/people/{auditor}", "/admin/people/{auditor}/close", "/admin/people/{auditor}/roles/new"),
        "/admin/people/{leaver}/reopen",
        *("/policies/{draft}/adopt", "/policies/{adopted}/withdraw"),
    ],
}
"""Addresses that the first links of the role do not lead to, error pages among them.

{5} is the demo's fifth case, {unsent} a draft that was never sent, {auditor} a person, {leaver} one whose account is
closed, {draft} a drafted policy and {adopted} an adopted one.
"""

NOT_PAGES = {
    "static",
    *(f"exports.{paper.endpoint}" for paper in PAPERS.values()),
    "exports.call_memos",
    "desk.export_list",
    "health.alive",
    "health.ready",
    "identity.use_link",
    "intake.draft",
    "intake.draft_file",
    "intake.file",
    "intake.import_template",
    "scoring.letter",
    "scoring.business_case_file",
    "scoring.business_case_layout",
    "log_desk.export",
    "personal_data.download",
}


def _kind(path: str) -> str:
    """The same word for all pages that differ in reference, key or question alone."""
    path = re.sub(r"\d{4}-\d\d-\d{3,}", "REF", urlsplit(path).path)
    return re.sub(r"[0-9a-f-]{36}", "ID", path)


def _filled(site: Site, path: str) -> str:
    with site.session() as session:
        of_today = select(Proposal.number, Proposal.reference).where(~col(Proposal.is_history))
        numbers = {str(number): ref for number, ref in session.exec(of_today)}
        leaver = session.exec(select(Person.id).where(col(Person.closed_at).is_not(None))).one()
        auditor = session.exec(select(Person.id).where(Person.name == ROLES["auditor"])).one()
        policies = {row.state.value: row.slug for row in session.exec(select(PolicyRow))}
        unsent = session.exec(select(Proposal.id).where(col(Proposal.reference).is_(None))).one()
    numbered = re.sub(r"\{(\d+)\}", lambda found: str(numbers[found.group(1)]), path)
    return numbered.format(leaver=leaver, auditor=auditor, unsent=unsent, **policies)


Parts = frozenset[tuple[str, ...]]


def _pages_of(site: Site, app: Flask, role: str) -> dict[str, tuple[str, Parts]]:
    """For each kind of page that the role's links lead to, one address and its parts, found without a browser."""
    browser, name = app.test_client(), ROLES[role]
    if name is not None:
        with site.session() as session:
            person = session.exec(select(Person).where(Person.name == name)).one()
            token = open_session(session, person, held_roles(session, person.id)[0], at=SystemClock().now())
            session.commit()
        with browser.session_transaction() as cookie:
            cookie["sid"] = token
    waiting = ["/", "/sign-in", *(["/my-tasks"] if name else [])]
    waiting += [_filled(site, path) for path in UNLINKED.get(role, [])]
    seen: dict[str, tuple[str, Parts]] = {}
    while waiting:
        path = waiting.pop(0)
        if _kind(path) not in seen:
            said = browser.get(path).get_data()
            seen[_kind(path)] = (path, _parts(said))
            waiting += _links(said)
    return seen


def _parts(page: bytes) -> Parts:
    """Every kind of element on the page: its name, its attributes apart from addresses and keys, and what it is in."""
    return frozenset(
        (
            str(one.tag),
            *_marks(one),
            *(() if (parent := one.getparent()) is None else (str(parent.tag), *_marks(parent))),
        )
        for one in lxml.html.fromstring(page).iter(lxml.html.etree.Element)
    )


def _marks(element: lxml.html.HtmlElement) -> list[str]:
    told = {"class", "role", "type", "lang", "scope", "aria-current", "aria-live", "aria-expanded", "open", "disabled"}
    return [f"{name}={value if name in told else ''}" for name, value in sorted(element.attrib.items())]


def _links(page: bytes) -> list[str]:
    addresses = lxml.html.fromstring(page).xpath("//a/@href")
    pages = re.compile(
        r"/(?!exports/|sign-in/|my-data/download|audit/export|.*\.xlsx|.*/(?:files|answer-letters)/[0-9a-f-]{36}$)"
    )
    return [one.partition("#")[0] for one in addresses if pages.match(one)]


def _faults(page: Page) -> list[str]:
    found = page.evaluate("options => axe.run(document, options)", OPTIONS)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


@pytest.fixture(scope="module")
def crawled(site: Site) -> Flask:
    """The application of the running site, to be asked without a browser."""
    return create_app(site.settings, sessions=site.session)


def _adopt_a_policy(site: Site) -> None:
    """The demo has none that is adopted, since an adopted one stays for ever."""
    at = SystemClock().now()
    with site.session() as session:
        row = session.exec(select(PolicyRow)).one()
        names = ("secretariat", "administrator")
        people = [session.exec(select(Person).where(Person.name == ROLES[name])).one() for name in names]
        drafter, adopter = (
            Actor(one.id, one.name, one.email, role, None, frozenset(), one.id)
            for one, role in zip(people, (Role.SECRETARIAT, Role.ADMINISTRATOR), strict=True)
        )
        draft = PolicyDraft("Senere", row.valid_from + timedelta(days=180), numbers_from_json(row.content["numbers"]))
        later = draft_policy(session, draft, based_on="2026", actor=drafter, at=at)
        adopt_policy(session, later, reason="Til prøven", version=later.version, actor=adopter, at=at)
        session.commit()


@pytest.fixture(scope="module")
def met(site: Site, crawled: Flask) -> dict[str, dict[str, tuple[str, Parts]]]:
    """By role, every kind of page that it meets."""
    _adopt_a_policy(site)
    return {role: _pages_of(site, crawled, role) for role in ROLES}


def _new_to(role: str, met: dict[str, dict[str, tuple[str, Parts]]]) -> list[tuple[str, Parts]]:
    """The pages of a role that hold something the same kind of page did not hold for a role before it."""
    before = list(ROLES)[: list(ROLES).index(role)]
    return [
        (path, parts)
        for kind, (path, parts) in met[role].items()
        if not any(kind in met[other] and parts <= met[other][kind][1] for other in before)
    ]


@pytest.fixture(scope="module")
def seen_wide() -> set[tuple[str, ...]]:
    """The parts of every page that was looked at so far."""
    return set()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(ROLES))
def test_no_page_has_a_fault(
    chromium: Browser,
    site: Site,
    met: dict[str, dict[str, tuple[str, Parts]]],
    seen_wide: set[tuple[str, ...]],
    role: str,
) -> None:
    context = chromium.new_context(locale="da-DK", bypass_csp=True)
    context.add_init_script(AXE)
    page = context.new_page()
    name = ROLES[role]
    if name is not None:
        sign_in(page, site, name)
    faults: list[str] = []
    narrow, wide = min(WIDTHS), max(WIDTHS)
    for path, parts in sorted(_new_to(role, met), key=lambda one: -len(one[1])):  # Few pages hold most of the parts.
        page.goto(site.address + path)
        for width in (narrow, wide):
            page.set_viewport_size({"width": width, "height": 900})
            if width == narrow or not parts <= seen_wide:
                faults += [f"{path} at {width}: {fault}" for fault in _faults(page)]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{path} scrolls sideways at {width}")
        seen_wide |= parts
    context.close()
    assert faults == []
    assert len(met[role]) >= 4


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_roles_together_meet_every_page(crawled: Flask, met: dict[str, dict[str, tuple[str, Parts]]]) -> None:
    """A new page that no role's links lead to would not be looked at: it must be named above."""
    adapter = crawled.url_map.bind("localhost")
    looked_at = [path for pages in met.values() for path, _parts in pages.values() if path != "/nowhere"]
    reached = {adapter.match(urlsplit(path).path)[0] for path in looked_at}
    pages = {rule.endpoint for rule in crawled.url_map.iter_rules() if "GET" in (rule.methods or set())} - NOT_PAGES
    assert pages - reached == set()
