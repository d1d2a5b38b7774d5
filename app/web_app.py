"""How are the rooms put together into one web application?"""

import re
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from flask import Flask
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.ext import Extension
from sqlmodel import Session

from app.demo.views import mailbox
from app.health import health
from app.navigation import navigation
from desk.comparison_views import comparisons
from desk.figures_views import figures
from desk.log_views import log_desk
from desk.outbox_views import mail_desk
from desk.own_data_views import personal_data
from desk.past import past_decision_of
from desk.people_views import administration
from desk.ranking_views import rankings
from desk.views import case_tabs, case_worker_of, desk, status_of
from exports.memo_views import memo
from exports.register import PAPERS
from exports.views import exports
from foundation.clock import Clock, SystemClock
from foundation.db import SessionMaker, current_session, make_engine
from foundation.formats import FILTERS, day, moment
from foundation.identity.organisation_kinds import KIND_WORDS, OrganisationKind
from foundation.identity.organisation_views import organisations
from foundation.identity.roles import ROLE_WORDS, Role
from foundation.identity.views import identity
from foundation.money import ORE_PER_KRONE
from foundation.settings import PROJECT, Settings
from foundation.web import guard, page_globals
from intake.call_words import CALL_FIELDS
from intake.queries import PAGE_ROWS
from intake.rules.agreement import Agreement
from intake.rules.assignment import DeclineReason
from intake.rules.call import FocusArea
from intake.rules.formal_check import CheckOutcome
from intake.rules.track import Track
from intake.views import intake
from intake.wording import WORDS as INTAKE_WORDS
from intake.wording import answer_words
from portfolio.views import portfolio
from portfolio.wording import WORDS as PORTFOLIO_WORDS
from scoring.policy_queries import policy_of, policy_offers
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.case_facts import FACT_QUESTIONS
from scoring.rules.dimensions import Criterion, Dimension
from scoring.rules.fact_words import FACT_LABELS
from scoring.rules.legal_figures import LegalFigureKind
from scoring.rules.payer import CanPay
from scoring.rules.ranking import Standing
from scoring.views import scoring
from scoring.wording import WORDS as SCORING_WORDS
from scoring.wording import fact_words

_WORDS: dict[type[StrEnum], dict[Any, str]] = {
    **INTAKE_WORDS,
    **SCORING_WORDS,
    **PORTFOLIO_WORDS,
    OrganisationKind: KIND_WORDS,
}

BLUEPRINTS = (
    identity,
    organisations,
    intake,
    scoring,
    portfolio,
    memo,
    exports,
    desk,
    rankings,
    comparisons,
    figures,
    personal_data,
    health,
    administration,
    mail_desk,
    log_desk,
)


def create_app(settings: Settings, *, clock: Clock | None = None, sessions: SessionMaker | None = None) -> Flask:
    """The application for these settings. Tests pass a clock and sessions of their own."""
    app = Flask("raadslag", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    _set_templates(app)
    guard(app, settings, clock or SystemClock())
    app.extensions["raadslag.sessions"] = sessions or session_maker(settings)
    app.extensions["raadslag.policies"] = policy_offers
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.is_demo:
        app.register_blueprint(mailbox)
    return app


def session_maker(settings: Settings) -> SessionMaker:
    """Sessions on the settings' database, each on a connection of its own."""
    engine = make_engine(settings.database_url)
    return lambda: Session(engine, expire_on_commit=False)


class _CompiledOnce(BytecodeCache):
    """Templates compiled once a process, however many applications are made in it (tests make hundreds)."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._code.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class _Unindented(Extension):
    """Pages without the blanks that lines of a template begin with: they were one byte in twenty of a list."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        return _INDENTATION.sub("", source) if name is not None and name.endswith(".html") else source


_INDENTATION: Final = re.compile(r"^[ \t]+", re.MULTILINE)
_compiled = _CompiledOnce()


def _set_templates(app: Flask) -> None:
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "autoescape": True,
        "bytecode_cache": _compiled,
        "extensions": [_Unindented],
    }
    app.jinja_env.filters.update(FILTERS, maturity=maturity_in_words)
    app.jinja_env.globals.update(
        url_for=lru_cache(maxsize=4096, typed=True)(app.url_for),  # A queue has two hundred addresses, all paths.
        wording=wording,
        case_tabs=case_tabs,
        case_worker_of=case_worker_of,
        status_of=status_of,
        past_decision_of=past_decision_of,
        wording_of=wording_of,
        criteria_of=criteria_of,
        donation_cap_of=donation_cap_of,
        answer_words=answer_words,
        rows_shown=PAGE_ROWS,
        slug=lambda member: member.value,
    )
    app.context_processor(page_globals)
    app.context_processor(lambda: {"navigation": navigation()})


def wording(member: StrEnum) -> str:
    """The Danish words of an enum member. Raises KeyError for one that has none."""
    return _WORDS[type(member)][member]


def criteria_of(policy_id: str) -> tuple[Criterion, ...]:
    """The criteria that a call's policy judges by, for the call's own page."""
    return policy_of(current_session(), policy_id).scale.criteria


def donation_cap_of(policy_id: str) -> int:
    """The most that a donation can be under a call's policy, in øre."""
    return policy_of(current_session(), policy_id).donation_cap * ORE_PER_KRONE


_FACT_LABELS = {question.key: question.label for question in FACT_QUESTIONS}
_SORTING_LABELS = FACT_LABELS | {dimension.value: wording(dimension) for dimension in Dimension}
_LABELS: dict[str, dict[str, str]] = {"fact": _FACT_LABELS, "sorting_fact": _SORTING_LABELS, "call_field": CALL_FIELDS}
_KINDS: dict[str, type[StrEnum]] = {
    "track": Track,
    "business_case_origin": BusinessCaseOrigin,
    "can_pay": CanPay,
    "outcome": CheckOutcome,
    "decline": DeclineReason,
    "focus_area": FocusArea,
    "agreement": Agreement,
    "legal_figure": LegalFigureKind,
    "standing": Standing,
}


def wording_of(kind: str, slug: str) -> str:
    """The Danish words of a stored slug, as history rows hold them; the slug itself for a name that is gone."""
    if kind in _LABELS:
        return _LABELS[kind].get(slug, slug)
    if kind.startswith("fact:"):
        return fact_words(kind.removeprefix("fact:"), slug)
    if kind == "paper":
        return PAPERS[slug].name if slug in PAPERS else slug
    if kind == "day":
        return day(date.fromisoformat(slug))
    if kind == "moment":
        return moment(datetime.fromisoformat(slug))
    if kind == "role":
        return ROLE_WORDS[Role(slug)]
    members = _KINDS.get(kind)
    return wording(members(slug)) if members else slug


def maturity_in_words(maturity_e4: int) -> str:
    """A stored maturity number (times 10.000) in Danish with two decimals."""
    whole, rest = divmod((maturity_e4 + 50) // 100, 100)
    return f"{whole},{rest:02}"
