"""Do all templates keep the agreements: they parse, show and compute nothing, and hold no script or style?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateSyntaxError, nodes

ROOT = Path(__file__).parents[2] / "templates"
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
ENVIRONMENT = Environment(autoescape=True)

ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
COMPUTING_FILTERS = {"sum", "round", "abs"}
UNSAFE_FILTERS = {"safe", "forceescape"}

FORBIDDEN_MARKUP = {
    "a script that is not a deferred file": re.compile(r"<script(?![^>]*\bdefer\b)|<script(?![^>]*\bsrc=)", re.I),
    "a script with a body": re.compile(r"<script[^>]*>\s*[^<\s]", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"\son[a-z]+\s*=", re.I),
    "htmx that needs eval": re.compile(r"\bhx-on\b|\bhx-on:|['\"]\s*js:", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    "a file from another place": re.compile(
        r"""<(?:script|link|img|iframe)[^>]*\b(?:src|href)=["'](?:https?:)?//""", re.I
    ),
}


def markup_faults(source: str) -> list[str]:
    return [fault for fault, pattern in FORBIDDEN_MARKUP.items() if pattern.search(source)]


def computing_faults(source: str) -> list[str]:
    """What the template computes, or prints without escaping, with its line."""
    tree = ENVIRONMENT.parse(source)
    return [
        *(f"{type(node).__name__} in line {node.lineno}" for node in tree.find_all(ARITHMETIC)),
        *(
            f"|{node.name} in line {node.lineno}"
            for node in tree.find_all(nodes.Filter)
            if node.name in COMPUTING_FILTERS | UNSAFE_FILTERS
        ),
        *(f"autoescape in line {node.lineno}" for node in tree.find_all(nodes.ScopedEvalContextModifier)),
    ]


def page_faults(source: str) -> list[str]:
    """What a page that extends a layout lacks: a title block of its own, and no h1 beside the layout's."""
    tree = ENVIRONMENT.parse(source)
    faults = []
    if "title" not in {block.name for block in tree.find_all(nodes.Block)}:
        faults.append("no title block")
    if re.search(r"<h1\b", source, re.I):
        faults.append("an h1 of its own: the layout has the one")
    return faults


def imported(source: str) -> Iterator[str]:
    kinds = (nodes.FromImport, nodes.Import, nodes.Include, nodes.Extends)
    for node in ENVIRONMENT.parse(source).find_all(kinds):
        if isinstance(node.template, nodes.Const):
            yield node.template.value


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_templates_are_found() -> None:
    assert {"layouts/base.html", "components/form.html", "errors/error.html"} <= set(PAGES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_parses_and_names_templates_that_exist(name: str) -> None:
    assert [other for other in imported(read(name)) if not (ROOT / other).is_file()] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_shows_values_and_computes_none(name: str) -> None:
    assert computing_faults(read(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_template_has_no_inline_script_or_style(name: str) -> None:
    assert markup_faults(read(name)) == []


@pytest.mark.parametrize("name", [n for n in PAGES if not n.startswith("layouts/") and "{% extends" in read(n)])
def test_page_has_a_title_and_leaves_the_h1_to_its_layout(name: str) -> None:
    assert page_faults(read(name)) == []


@pytest.mark.parametrize("name", [n for n in PAGES if n.startswith("components/")])
def test_component_begins_with_what_it_is(name: str) -> None:
    assert re.match(r"\{#\n.{10,}", read(name)), "begin with a comment: what it is, and its parameters"


# ---- The tests above notice what they look for ----------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<script src="/static/x.js"></script>',
        "<script defer>go()</script>",
        '<script defer src="/static/x.js">go()</script>',
        "<style>p{}</style>",
        '<p style="color: red">',
        '<body onload="go()">',
        '<p hx-on:click="go()">',
        "<p hx-vals='js:{a: 1}'>",
        '<a href="javascript:go()">',
        '<script defer src="https://example.org/x.js"></script>',
        '<img src="//example.org/x.png">',
    ],
)
def test_inline_script_and_style_are_noticed(source: str) -> None:
    assert markup_faults(source) != []


@pytest.mark.parametrize(
    "source",
    [
        "{{ a + b }}",
        "{% if a - 1 %}{% endif %}",
        "{{ 2 * a }}",
        "{{ a / 2 }}",
        "{{ a // 2 }}",
        "{{ a % 2 }}",
        "{{ a ** 2 }}",
        "{{ rows | sum }}",
        "{{ a | round }}",
        "{{ a | safe }}",
        "{% autoescape false %}{{ a }}{% endautoescape %}",
    ],
)
def test_computing_and_unescaped_printing_are_noticed(source: str) -> None:
    assert computing_faults(source) != []


def test_plain_template_has_no_faults() -> None:
    source = '{% for a in rows %}{{ loop.index }} {{ a ~ "x" }}{% endfor %}<script defer src="/x.js"></script>'
    assert (markup_faults(source), computing_faults(source)) == ([], [])


def test_page_without_title_or_with_its_own_h1_is_noticed() -> None:
    source = '{% extends "layouts/page.html" %}{% block content %}<h1>Forslag</h1>{% endblock %}'
    assert page_faults(source) == ["no title block", "an h1 of its own: the layout has the one"]


def test_broken_template_is_noticed() -> None:
    with pytest.raises(TemplateSyntaxError):
        ENVIRONMENT.parse("{% if a %}")
