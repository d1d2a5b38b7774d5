"""Are our macros the design system's components, and is every deviation meant?"""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from wtforms.fields import SelectChoice

from foundation.fields import (
    ChecksField,
    ChoiceField,
    DanishPart,
    EmailField,
    KronerField,
    LineField,
    ProseField,
    RadiosField,
    TickField,
    VersionField,
    WholeNumberField,
    required,
)
from foundation.formats import FILTERS
from tools.front_end import find_node

ROOT = Path(__file__).parents[2]
ORACLE = Path(__file__).with_name("components_oracle.cjs")
TOKEN_LISTS = ("class", "aria-describedby")

Tree = Any
"""An lxml element. Its stubs type `xpath` as everything an XPath could ever find."""

# ---- Ours ------------------------------------------------------------------------------------------------
WISHES = [
    SelectChoice(value="social_investment", label="Social investering"),
    SelectChoice(value="donation", label="Donation"),
]


class Answers(DanishPart):
    """One field of every kind."""

    title = LineField("Titel", [required("Skriv en titel.")], description="Kort og klar.")
    web = LineField("Hjemmeside")
    email = EmailField("Mailadresse", [required()])
    amount = KronerField("Beløb", [required()], description="Hele kroner.")
    citizens = WholeNumberField("Borgere", [required()])
    what = ProseField("Hvad vil I gøre?", [required()], description="Skriv det vigtigste først.")
    why = ProseField("Hvorfor?", [required()], max_characters=2000)
    area = ChoiceField("Hovedområde", [required()], choices=WISHES, description="Vælg et.")
    wish = RadiosField("Hvad søger I?", [required()], choices=WISHES, description="Det afgør intet.")
    places = ChecksField("Hvor?", [required()], choices=WISHES, description="Vælg gerne flere.")
    truth = TickField("Oplysningerne er rigtige", [required("Sæt kryds.")])
    version = VersionField()


def answers(*faulty: str, **given: Any) -> Answers:
    """The form with these answers, and with the error "Det gik ikke." at the faulty fields."""
    form = Answers(data=given)
    for name in faulty:
        form[name].errors = ["Det gik ikke."]
    return form


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals.update(
        url_for=lambda endpoint, **values: f"/{endpoint}/{values.get('filename', '')}",
        csrf_token=lambda: "token",
        get_flashed_messages=lambda with_categories: [("success", "Gemt.")],
    )
    return made


def ours(source: str, **values: Any) -> Tree:
    """Our markup for a piece of template, with every macro at hand."""
    return parsed(environment().from_string(IMPORTS + source).render(**values))


IMPORTS = "".join(
    f'{{% from "components/{name}.html" import {macros} %}}'
    for name, macros in {
        "alert": "alert",
        "badge": "badge, progress_badge, rule_id",
        "buttons": "button, button_link, post_button, button_row",
        "card": "card, figures, figure",
        "details": "details",
        "form": "field, error_summary, post_form",
        "grounds": "verdict, grounds, ground, ground_group, ground_legend",
        "steps": "step_guide, step_count",
        "summary": "summary_list, summary_row",
        "table": "table, cell",
        "values": "amount, day, moment, given",
        "wayfinding": "breadcrumbs, back_link, tabs, pagination",
    }.items()
)


def parsed(markup: str) -> Tree:
    return html.fragment_fromstring(markup, create_parent="body")


# ---- What both come down to ------------------------------------------------------------------------------
Shape = tuple[str, tuple[tuple[str, str], ...], tuple[Any, ...]]


def shape(element: Tree) -> Shape:
    """Tag, sorted attributes and children, with blanks collapsed: what a browser makes the same page of."""
    attributes = tuple(
        sorted((name, _value(element, name)) for name in element.attrib if not _says_nothing(element, name))
    )
    return (element.tag, attributes, tuple(_children(element)))


def _children(element: Tree) -> Iterator[Any]:
    if text := _collapsed(element.text):
        yield text
    for child in element:
        yield shape(child)
        if text := _collapsed(child.tail):
            yield text


def _collapsed(text: str | None) -> str:
    return " ".join((text or "").split())


def _says_nothing(element: Tree, name: str) -> bool:
    return name == "value" and element.get("value") == "" and element.get("type") != "radio"


def _value(element: Tree, name: str) -> str:
    value = element.get(name) or ""
    if name in TOKEN_LISTS:
        return " ".join(sorted(value.split()))
    if element.tag == "use":
        return "#" + value.rpartition("#")[2]  # Ours point into the sprite file, theirs into the page.
    if name in {"required", "checked", "selected"}:
        return ""
    # They count options from one, WTForms from nought.
    return re.sub(r"-option(\d+)", lambda found: f"-{int(found[1]) - 1}", value)


# ---- Deviations ------------------------------------------------------------------------------------------
Change = Callable[[Tree], None]


@dataclass(frozen=True)
class Deviation:
    """Where we differ on purpose: why, and at which elements of theirs what must change to make it ours."""

    why: str
    path: str
    change: Change

    def apply(self, root: Tree) -> None:
        found = root.xpath(self.path)
        assert found, f"the package no longer has what we deviate from: {self.why}"
        for element in found:
            self.change(element)


def give(name: str, value: str) -> Change:
    return lambda element: element.set(name, value)


def say(text: str) -> Change:
    return lambda element: setattr(element, "text", text)


def rename(tag: str) -> Change:
    return lambda element: setattr(element, "tag", tag)


def put_first(markup: str) -> Change:
    return lambda element: element.insert(0, html.fragment_fromstring(markup))


def wrap(markup: str) -> Change:
    def around(element: Tree) -> None:
        outer = html.fragment_fromstring(markup)
        element.getparent().replace(element, outer)
        element.tail = None
        outer.append(element)

    return around


def drop(element: Tree) -> None:
    element.drop_tree()


def merge_into_previous(cell: Tree) -> None:
    cell.getprevious().set("colspan", "2")
    cell.drop_tree()


INVALID = Deviation(
    "Every faulty control says so; theirs forgets the textarea.", "//textarea", give("aria-invalid", "true")
)
UP_TO = "Du kan skrive op til 2.000 tegn"
COUNTER = (
    Deviation("Without JavaScript nothing counts down.", "//*[@aria-hidden]", say(UP_TO)),
    Deviation("Danish numbers have a point.", "//*[@id='why-limit-message']", say(UP_TO)),
    Deviation("Silent until the script has something to say.", "//*[@aria-live]", say("")),
)
LEGEND = (
    Deviation(
        "A group of boxes is named by its legend, as radios are.",
        "//fieldset",
        give("aria-labelledby", "places-legend"),
    ),
    Deviation("As above.", "//legend", give("id", "places-legend")),
)
LONE_BOX = Deviation(
    "A lone box is a question like the others, with room for its error.",
    "/body/div",
    wrap('<div class="form-group"></div>'),
)
TABLE = (
    Deviation("A table has a name.", "//table", put_first("<caption>Forslag</caption>")),
    Deviation("Titles stand above values on a phone without JavaScript too.", "//td[1]", give("data-title", "Sag")),
    Deviation("As above; theirs are set by the script.", "//td[2]", give("data-title", "Beløb")),
)
ROW_HEADER = (
    Deviation("The case is the header of its row.", "//td[1]", give("scope", "row")),
    Deviation("As above.", "//td[1]", rename("th")),
)
SUMMARY = (
    Deviation("A table has a name.", "//table", put_first('<caption class="sr-only">Dine svar</caption>')),
    Deviation("We say Ret.", "//a", say("Ret")),
    Deviation("No empty cell where nothing can be changed.", "//td[2][not(a)]", merge_into_previous),
    Deviation("The link stands to the right.", "//td[a]", give("class", "d-print-none summary-action")),
)
BACK = (
    Deviation(
        "It stands outside main, and all content belongs to a landmark.",
        "/body/div",
        give("aria-label", "Tilbage"),
    ),
    Deviation("As above.", "/body/div", rename("nav")),
)
NO_DEAD_LINKS = Deviation("A link that leads nowhere is left out, not hidden.", "//a[contains(@class, 'hidden')]", drop)
CURRENT_PAGE = Deviation("Each tab is a page of its own.", "//a[@aria-current]", give("aria-current", "page"))
STEPS = Deviation("Steps are links: navigation with a name.", "/body/ol", wrap('<nav aria-label="Dele"></nav>'))
AS_LINK = (
    Deviation("What goes somewhere is a link.", "/body/button", give("href", "/x")),
    Deviation("As above.", "/body/button", rename("a")),
)
NOT_PRINTED = Deviation("A menu is of no use on paper.", "/body/div", give("class", "navigation-menu d-print-none"))


# ---- The cases -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Case:
    """A piece of our template beside one of the package's macros with the same content."""

    name: str
    source: str
    template: str
    macro: str
    params: dict[str, Any]
    deviations: tuple[Deviation, ...] = ()
    form: Answers | None = None


def control(name: str, label: str, **params: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "label": label, **params}


def group(name: str, wording: str, legend: str, checked: str = "", **params: Any) -> dict[str, Any]:
    items = [{"value": wish.value, "label": wish.label, "checked": wish.value == checked} for wish in WISHES]
    return {"id": name, "groupname": name, wording: legend, "items": items, **params}


TEXT = ("form/controls/text-input.njk", "textinput")
AREA = ("form/controls/text-area.njk", "textarea")
SELECT = ("form/controls/select.njk", "select")
RADIOS = ("radiobuttons/radiobuttons.njk", "radiobuttons")
CHECKS = ("checkboxes/checkboxes.njk", "checkboxes")
NUMERIC = {"input": 'inputmode="numeric" autocomplete="off"'}
FAULT = "Det gik ikke."
OPTIONS = [{"value": wish.value, "text": wish.label} for wish in WISHES]
CHOSEN = [OPTIONS[0], {**OPTIONS[1], "isSelected": True}]

TITLE = control("title", "Titel", helptext="Kort og klar.")
AMOUNT = control("amount", "Beløb", helptext="Hele kroner.", suffix="kr.", attributes=NUMERIC)
WHAT = control("what", "Hvad vil I gøre?", helptext="Skriv det vigtigste først.", rows=5, value="")
AREA_OF = control("area", "Hovedområde", helptext="Vælg et.", options=OPTIONS)
WISH = {"wording": "radiogroupLegend", "legend": "Hvad søger I?", "helptext": "Det afgør intet."}
PLACES = {"wording": "checkboxLegend", "legend": "Hvor?", "helptext": "Vælg gerne flere."}
TRUTH = control("truth", "Oplysningerne er rigtige", value="y", required=True)


def asked(
    name: str,
    source: str,
    macro: tuple[str, str],
    params: dict[str, Any],
    form: Answers,
    *deviations: Deviation,
) -> Case:
    return Case(name, "{{ field(form." + source + ") }}", *macro, params, deviations, form)


FIELDS = [
    asked("text", "title", TEXT, TITLE, answers()),
    asked("text filled", "title", TEXT, {**TITLE, "value": 'A & "B"'}, answers(title='A & "B"')),
    asked("text with error", "title", TEXT, {**TITLE, "errorMessage": FAULT}, answers("title")),
    asked("optional text", "web", TEXT, control("web", "Hjemmeside", optionalLabel=True), answers()),
    asked("optional said otherwise", "web, optional=false", TEXT, control("web", "Hjemmeside"), answers()),
    asked("e-mail", "email", TEXT, control("email", "Mailadresse", type="email"), answers()),
    asked("money", "amount", TEXT, {**AMOUNT, "value": "85.000"}, answers(amount=8_500_000)),
    asked("money with error", "amount", TEXT, {**AMOUNT, "errorMessage": FAULT}, answers("amount")),
    asked(
        "number with unit",
        "citizens, suffix='borgere'",
        TEXT,
        control("citizens", "Borgere", suffix="borgere", attributes=NUMERIC),
        answers(),
    ),
    asked("textarea", "what", AREA, {**WHAT, "value": "En have"}, answers(what="En have")),
    asked("textarea with error", "what", AREA, {**WHAT, "errorMessage": FAULT}, answers("what"), INVALID),
    asked(
        "textarea with limit",
        "why, rows=8",
        AREA,
        control("why", "Hvorfor?", rows=8, value="", characterLimit=2000),
        answers(),
        *COUNTER,
    ),
    asked("select", "area", SELECT, AREA_OF, answers()),
    asked("select chosen", "area", SELECT, {**AREA_OF, "options": CHOSEN}, answers(area="donation")),
    asked("select with error", "area", SELECT, {**AREA_OF, "errorMessage": FAULT}, answers("area")),
    asked("radios", "wish", RADIOS, group("wish", **WISH, checked="donation"), answers(wish="donation")),
    asked("radios with error", "wish", RADIOS, group("wish", **WISH, errorMessage=FAULT), answers("wish")),
    asked(
        "boxes",
        "places",
        CHECKS,
        group("places", **PLACES, checked="donation"),
        answers(places=["donation"]),
        *LEGEND,
    ),
    asked(
        "boxes with error",
        "places",
        CHECKS,
        group("places", **PLACES, errorMessage=FAULT),
        answers("places"),
        *LEGEND,
    ),
    asked("lone box", "truth", ("checkboxes/checkbox.njk", "checkbox"), TRUTH, answers(), LONE_BOX),
    asked(
        "lone box ticked",
        "truth",
        ("checkboxes/checkbox.njk", "checkbox"),
        {**TRUTH, "checked": True},
        answers(truth=True),
        LONE_BOX,
    ),
]

ALERTS = [
    Case(
        f"alert {kind}",
        f"{{{{ alert('{kind}', 'Frist', 'I dag.') }}}}",
        "alerts/alerts.njk",
        "alert",
        {"variant": kind, "heading": "Frist", "headingLevel": "h2", "content": "I dag."},
    )
    for kind in ("info", "success", "warning", "error")
]
ALERTS.append(
    Case(
        "alert with body",
        "{% call alert('info', 'Frist', level='h3') %}<p>I dag.</p>{% endcall %}",
        "alerts/alerts.njk",
        "alert",
        {"variant": "info", "heading": "Frist", "content": "<p>I dag.</p>", "contentContainer": False},
    )
)
BADGES = [
    Case(
        f"badge {kind}",
        f"{{{{ badge('Ny', '{kind}') }}}}",
        "badge/badges.njk",
        "badge",
        {"text": "Ny", "variant": {"status": kind or "none"}},
    )
    for kind in ("", "info", "success", "warning", "error")
]

SUBMIT = {"attributes": 'type="submit"'}
BUTTONS = [
    *(
        Case(
            f"button {variant}",
            f"{{{{ button('Gem', '{variant}') }}}}",
            "buttons/buttons.njk",
            "button",
            {"text": "Gem", "variant": variant, **SUBMIT},
        )
        for variant in ("primary", "secondary", "tertiary", "quaternary", "warning")
    ),
    Case(
        "button with icon",
        "{{ button('Hent', icon_name='download') }}",
        "buttons/buttons.njk",
        "button",
        {"text": "Hent", "variant": "primary", "icon": "download", "span": True, "classes": {}, **SUBMIT},
    ),
    Case(
        "button with a value",
        "{{ button('Gem', name='action', value='draft') }}",
        "buttons/buttons.njk",
        "button",
        {"text": "Gem", "variant": "primary", "attributes": 'type="submit" name="action" value="draft"'},
    ),
    Case(
        "link as button",
        "{{ button_link('Start', '/x') }}",
        "buttons/buttons.njk",
        "button",
        {"text": "Start", "variant": "primary"},
        AS_LINK,
    ),
]

CRUMBS = [{"text": "Forside", "href": "/"}, {"text": "Call", "href": "/c"}, {"text": "Forslag"}]
TABS = [{"text": "Overblik", "href": "/a"}, {"text": "Forslag", "href": "/b", "current": True}]
WAYS = [
    Case(
        "breadcrumbs",
        "{{ breadcrumbs([('Forside', '/'), ('Call', '/c'), ('Forslag', none)]) }}",
        "breadcrumbs/breadcrumbs.njk",
        "breadcrumbs",
        {"items": CRUMBS},
    ),
    Case("back link", "{{ back_link('/x') }}", "back-link/back-link.njk", "back_link", {"href": "/x"}, BACK),
    Case(
        "tabs",
        "{{ tabs('Sagen', [('Overblik', '/a', false), ('Forslag', '/b', true)]) }}",
        "tabs/tabs.njk",
        "navigation_tabs",
        {"ariaLabel": "Sagen", "items": TABS},
        (CURRENT_PAGE,),
    ),
]

STEP_LIST = """{% set steps = [
  {'title': 'Jer', 'url': '/1', 'mark': 'done', 'current': false},
  {'title': 'Indsatsen', 'url': '/2', 'mark': 'in_progress', 'current': true},
  {'title': 'Penge', 'url': '/3', 'mark': 'error', 'current': false},
  {'title': 'Send', 'url': none, 'mark': 'not_started', 'current': false},
] %}{{ step_guide('Dele', steps) }}"""
BOXES = [
    Case(
        "card that is a link",
        "{% call card('Unge i job', '/x', 'Åbent') %}<p>Om unge.</p>{% endcall %}",
        "cards/cards.njk",
        "card",
        {
            "heading": "Unge i job",
            "subheading": "Åbent",
            "content": "<p>Om unge.</p>",
            "navigationCard": {"href": "/x"},
        },
    ),
    Case(
        "card",
        "{% call card('Donation') %}<p>Ny idé.</p>{% endcall %}",
        "cards/cards.njk",
        "card",
        {"heading": "Donation", "content": "<p>Ny idé.</p>", "classes": "collapsed-height"},
    ),
    Case(
        "details",
        "{{ details('Hvorfor spørger vi?', 'Derfor.') }}",
        "details/details.njk",
        "details",
        {"summary": "Hvorfor spørger vi?", "content": "<p>Derfor.</p>"},
    ),
    Case(
        "step guide",
        STEP_LIST,
        "stepguide/stepguide.njk",
        "stepIndicator",
        {
            "steps": [
                {"text": "Jer", "href": "/1", "state": "success", "helptext": "Klar"},
                {"text": "Indsatsen", "href": "/2", "state": "number", "helptext": "I gang", "current": True},
                {"text": "Penge", "href": "/3", "state": "error", "helptext": "Skal rettes"},
                {"text": "Send", "state": "number", "helptext": "Ikke startet", "disabled": True},
            ]
        },
        (STEPS,),
    ),
    Case(
        "step count",
        "{{ step_count(2, 4) }}",
        "stepguide/stepguide.njk",
        "simpleStepIndicator",
        {"currentStep": 2, "totalSteps": 4},
    ),
]

TABLE_PARAMS = {
    "zebra": True,
    "variant": {"breakpoint": "md"},
    "thead": [{"headerContent": "Sag"}, {"headerContent": "Beløb", "classes": "align-text-right"}],
    "tbody": [
        [{"content": ref}, {"content": kr, "classes": "align-text-right"}] for ref, kr in (("A", "1"), ("B", "2"))
    ],
}
ROWS = "[('A', '1'), ('B', '2')]"
TABLES = [
    Case(
        f"table{words}",
        "{% call(row) table('Forslag', ['Sag', ('Beløb', 'number')], " + ROWS + ") %}"
        "{{ cell('Sag', row[0]" + heading + ") }}{{ cell('Beløb', row[1], number=true) }}{% endcall %}",
        "table/table.njk",
        "table",
        TABLE_PARAMS,
        deviations,
    )
    for words, heading, deviations in (
        ("", "", TABLE),
        (" with row headers", ", heading=true", (*TABLE, *ROW_HEADER)),
    )
]
TABLES.append(
    Case(
        "summary list",
        "{% call summary_list('Dine svar') %}"
        "{{ summary_row('Titel', 'En have', '/x') }}{{ summary_row('CVR') }}{% endcall %}",
        "structured-list/structured-list.njk",
        "structured_list",
        {
            "breakpoint": "md",
            "edit": True,
            "items": [
                {"label": "Titel", "value": '<span class="keeps-lines">En have</span>', "href": "/x"},
                {"label": "CVR", "value": '<span class="not-given">Ikke oplyst</span>'},
            ],
        },
        SUMMARY,
    )
)

FRAME_LINKS = [{"text": "Forside", "href": "/", "current": True}, {"text": "Forslag", "href": "/p"}]
FRAME = [
    Case("skip link", "//a[@class='skipnav']", "skip-link/skip-link.njk", "skiplink", {}),
    Case(
        "menu",
        "//div[contains(@class, 'navigation-menu ')]",
        "header/header.njk",
        "navigation_menu",
        {"links": FRAME_LINKS},
        (NOT_PRINTED,),
    ),
    Case(
        "menu on a phone",
        "//nav[@class='navigation-menu-mobile']",
        "header/header.njk",
        "mobile_navigation_menu",
        {"links": FRAME_LINKS},
    ),
    Case(
        "solution",
        "//div[@class='solution-info']",
        "header/header.njk",
        "solution_info",
        {"title": {"tag": "p", "text": "Rådet for Sociale Investeringer · Aarhus Kommune"}},
    ),
]


@dataclass(frozen=True)
class Pages:
    """What the pagination macro asks for, with every address "#"."""

    current: int
    total: int
    links: tuple[tuple[int | None, str | None], ...]

    def __getattr__(self, name: str) -> str | None:
        ends = {"first": 1, "previous": 1, "next": self.total, "last": self.total}
        return None if self.current == ends[name] else "#"


def pages(current: int, total: int, *shown: int | None) -> Pages:
    return Pages(current, total, tuple((number, number and "#") for number in shown))


PAGES = [
    pages(1, 3, 1, 2, 3),
    pages(2, 3, 1, 2, 3),
    pages(1, 12, 1, 2, 3, 4, 5, None, 12),
    pages(6, 12, 1, None, 5, 6, 7, None, 12),
    pages(12, 12, 1, None, 8, 9, 10, 11, 12),
]


# ---- The comparison --------------------------------------------------------------------------------------
def rendered_by_the_package(cases: list[dict[str, Any]]) -> list[str]:
    node = find_node()
    assert node is not None, "run make setup first: the design system's templates need Node"
    answer = subprocess.run(
        [node.node, ORACLE], input=json.dumps(cases), capture_output=True, text=True, check=True, cwd=ROOT
    )
    pieces: list[str] = json.loads(answer.stdout)
    return pieces


MACROS = [*FIELDS, *ALERTS, *BADGES, *BUTTONS, *WAYS, *BOXES, *TABLES]
WANTED = [
    *({"template": c.template, "macro": c.macro, "params": c.params} for c in (*MACROS, *FRAME)),
    *(
        {
            "template": "pagination/pagination.njk",
            "macro": "pagination",
            "params": {"currentPage": p.current, "totalPages": p.total},
        }
        for p in PAGES
    ),
]


@pytest.fixture(scope="module")
def package() -> list[Tree]:
    """Every case as the package's own templates render it, in WANTED's order: one Node process for all."""
    return [parsed(markup) for markup in rendered_by_the_package(WANTED)]


def deviated(theirs: Tree, deviations: tuple[Deviation, ...]) -> Shape:
    for deviation in deviations:
        deviation.apply(theirs)
    return shape(theirs)


@pytest.mark.parametrize("at", range(len(MACROS)), ids=[case.name for case in MACROS])
def test_macro_renders_as_the_design_system_does(package: list[Tree], at: int) -> None:
    case = MACROS[at]
    assert shape(ours(case.source, form=case.form)) == deviated(package[at], case.deviations)


@pytest.mark.parametrize("at", range(len(FRAME)), ids=[case.name for case in FRAME])
def test_frame_renders_as_the_design_system_does(package: list[Tree], at: int) -> None:
    case = FRAME[at]
    (found,) = frame().xpath(case.source)
    (theirs,) = (root := package[len(MACROS) + at])
    found.tail = theirs.tail = None
    for deviation in case.deviations:
        deviation.apply(root)
    assert shape(found) == shape(theirs)


@pytest.mark.parametrize("at", range(len(PAGES)), ids=[f"{p.current} of {p.total}" for p in PAGES])
def test_pagination_renders_as_the_design_system_does(package: list[Tree], at: int) -> None:
    at_an_end = PAGES[at].current in (1, PAGES[at].total)
    theirs = deviated(package[len(MACROS) + len(FRAME) + at], (NO_DEAD_LINKS,) if at_an_end else ())
    assert shape(ours("{{ pagination(pages) }}", pages=PAGES[at])) == theirs


def frame(**values: Any) -> Tree:
    """A whole page in our frame, signed in."""
    context: dict[str, Any] = {
        "actor": SimpleNamespace(name="Karen", role_word="sagsbehandler", department_word=None),
        "navigation": [("Forside", "/", True), ("Forslag", "/p", False)],
        "demo": True,
    }
    page = environment().from_string('{% extends "layouts/page.html" %}{% block title %}Forslag{% endblock %}')
    return html.document_fromstring(page.render(context | values))


# ---- What has no template in the package -----------------------------------------------------------------
def words(element: Tree) -> str:
    return _collapsed(element.text_content())


def test_error_summary_links_to_every_faulty_field() -> None:
    names = ("title", "amount", "what", "area", "wish", "places", "truth")
    page = ours(
        "{{ error_summary(form, 'sende') }}{% for f in form %}{{ field(f) }}{% endfor %}",
        form=answers(*names),
    )
    targets = [link.get("href").removeprefix("#") for link in page.xpath("//nav//a")]
    assert targets == ["title", "amount", "what", "area", "wish-0", "places-0", "truth"]
    assert [page.xpath(f"count(//*[@id='{target}'])") for target in targets] == [1.0] * 7
    assert words(page.xpath("//h2")[0]) == "Ret 7 ting, før du kan sende"


def test_error_summary_counts_one_thing_in_words_and_is_silent_without_errors() -> None:
    page = ours("{{ error_summary(form) }}", form=answers("title"))
    assert words(page.xpath("//h2")[0]) == "Ret én ting, før du kan gå videre"
    assert words(ours("{{ error_summary(form) }}", form=answers())) == ""


def test_error_summary_says_what_no_visible_field_can_say() -> None:
    form = answers("version")
    form.form_errors = ["Teksten er ændret."]
    page = ours("{{ error_summary(form) }}", form=form)
    assert [words(item) for item in page.xpath("//li")] == ["Teksten er ændret.", FAULT]
    assert page.xpath("//a") == []


def test_field_folds_why_and_example_between_hint_and_control() -> None:
    page = ours("{{ field(form.title, why='Derfor.', example='Sådan.') }}", form=answers())
    assert [words(summary) for summary in page.xpath("//details/summary")] == [
        "Hvorfor spørger vi?",
        "Et godt eksempel",
    ]
    assert [words(text) for text in page.xpath("//details/div")] == ["Derfor.", "Sådan."]


def test_field_never_cuts_what_is_pasted() -> None:
    page = ours("{% for f in form %}{{ field(f) }}{% endfor %}", form=answers())
    assert page.xpath("//@maxlength | //@minlength | //@pattern") == []


def test_field_gives_an_option_its_own_hint() -> None:
    page = ours("{{ field(form.wish, option_hints={'donation': 'Højst 100.000 kr.'}) }}", form=answers())
    assert page.xpath("//*[@id='wish-1']/@aria-describedby") == ["wish-1-hint"]
    assert [words(hint) for hint in page.xpath("//*[@id='wish-1-hint']")] == ["Højst 100.000 kr."]


def test_lone_box_with_error_points_to_it() -> None:
    page = ours("{{ field(form.truth) }}", form=answers("truth"))
    box = page.xpath("//input")[0]
    assert (box.get("aria-describedby"), box.get("aria-invalid")) == ("truth-error", "true")
    assert words(page.xpath("//*[@id='truth-error']")[0]) == "Fejl: Det gik ikke."


def test_hidden_field_is_printed_bare() -> None:
    (field,) = ours("{{ field(form.version) }}", form=answers(version=3))
    assert (field.tag, field.get("type"), field.get("value")) == ("input", "hidden", "3")


def test_everything_typed_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    page = ours(
        "{% for f in form %}{{ field(f, why=evil, suffix=evil) }}{% endfor %}{{ alert('info', evil, evil) }}"
        "{{ badge(evil) }}{{ button(evil) }}{{ verdict(evil, evil, evil) }}{{ given(evil) }}"
        "{{ ground(true, evil, evil, evil) }}{{ breadcrumbs([(evil, '/'), (evil, none)]) }}"
        "{{ cell(evil, evil) }}{{ summary_row(evil, evil) }}",
        form=answers(title=evil, what=evil),
        evil=evil,
    )
    assert page.xpath("//script") == []


@pytest.mark.parametrize("macro", ["post_form('/x')", "post_button('Bekræft', '/x', values=[('a', 'b')])"])
def test_every_form_carries_its_token(macro: str) -> None:
    source = "{% call " + macro + " %}{% endcall %}" if macro.startswith("post_form") else "{{ " + macro + " }}"
    page = ours(source)
    assert page.xpath("//form/@method") == ["post"]
    assert page.xpath("//input[@name='csrf_token']/@value") == ["token"]


def test_what_is_missing_reads_ikke_oplyst() -> None:
    page = ours(
        "<p>{{ amount(none) }}</p><p>{{ day(none) }}</p><p>{{ moment(none) }}</p><p>{{ given('') }}</p>"
        "<p>{{ given(0) }}</p><p>{{ amount(0) }}</p>"
    )
    assert [words(p) for p in page.xpath("//p")] == [*["Ikke oplyst"] * 4, "0", "0 kr."]


def test_days_and_moments_carry_their_exact_time() -> None:
    page = ours("{{ day(on) }}{{ moment(at) }}", on=date(2025, 3, 1), at=datetime(2025, 3, 1, 11, 0, tzinfo=UTC))
    assert page.xpath("//time/@datetime") == ["2025-03-01", "2025-03-01T11:00:00+00:00"]


@pytest.mark.parametrize(
    ("mark", "spoken"),
    [("true", "Opfyldt:"), ("false", "Ikke opfyldt:"), ("none", "Ikke oplyst:"), ("'met'", "Opfyldt:")],
)
def test_ground_says_its_mark_in_words(mark: str, spoken: str) -> None:
    page = ours("{% call grounds() %}{{ ground(" + mark + ", 'Evidens er 1.', 'GATE2') }}{% endcall %}")
    assert words(page.xpath("//*[@class='sr-only']")[0]) == spoken
    assert words(page.xpath("//*[@class='rule-id']")[0]) == "Regel GATE2"


def test_table_without_rows_says_so() -> None:
    page = ours("{% call(row) table('Sager', ['Sag'], [], empty='Ingen sager.') %}{% endcall %}")
    assert (page.xpath("//table"), words(page)) == ([], "Ingen sager.")


def test_summary_link_reads_as_a_sentence() -> None:
    page = ours("<table>{{ summary_row('Titel', 'En have', '/x') }}</table>")
    assert page.xpath("//a")[0].text_content() == "Ret titel"


def test_one_page_needs_no_pagination() -> None:
    assert words(ours("{{ pagination(pages) }}", pages=pages(1, 1, 1))) == ""


def test_frame_has_one_title_one_h1_and_reaches_everything_without_scripts() -> None:
    page = frame()
    assert [words(title) for title in page.xpath("//title")] == ["Forslag – Rådslag"]
    assert [words(h1) for h1 in page.xpath("//h1")] == ["Forslag"]
    assert page.get("lang") == "da"
    assert page.xpath("//details[contains(@class, 'site-menu')]//a/@href") == ["/", "/p"]
    assert page.xpath("//script[not(@src) or not(@defer) or text()]") == []
    assert [words(p) for p in page.xpath("//*[@class='user']")] == ["Karen, sagsbehandler"] * 2
    assert page.xpath("//header//form/@method") == ["post", "post"]
    assert [words(a) for a in page.xpath("//main//*[@class='alert-text']")] == ["Gemt."]


def test_frame_of_a_stranger_offers_sign_in() -> None:
    page = frame(actor=None, navigation=[], demo=False)
    assert page.xpath("//header//form | //*[@class='user'] | //*[@class='demo-band']") == []
    assert [words(link) for link in page.xpath("//header//a[contains(@class, 'log-on')]")] == [
        "Log ind",
        "Log ind",
    ]


def test_error_page_keeps_every_word_and_sends_it_again() -> None:
    typed = [("Titel", "\nByhaven"), ("Hvad?", "Vi vil\nlave en have </textarea><b>")]
    page: Tree = html.document_fromstring(
        environment()
        .get_template("errors/error.html")
        .render(
            actor=None,
            navigation=[],
            demo=False,
            heading="Siden var for gammel",
            text="Send igen.",
            typed=typed,
            retry=("/form", [("title", typed[0][1]), ("what", typed[1][1])]),
            error_id="ab12",
        )
    )
    areas = page.xpath("//textarea[@readonly]")
    assert [area.text.removeprefix("\n") for area in areas] == [text for _label, text in typed]
    assert [words(page.xpath(f"//label[@for='{area.get('id')}']")[0]) for area in areas] == ["Titel", "Hvad?"]
    assert page.xpath("//main//form/@action") == ["/form"]
    assert [(i.get("name"), i.get("value")) for i in page.xpath("//main//input")] == [
        ("csrf_token", "token"),
        ("title", typed[0][1]),
        ("what", typed[1][1]),
    ]
    assert [words(strong) for strong in page.xpath("//strong")] == ["ab12"]
