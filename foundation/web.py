"""What guards every page: hosts, limits, tokens, headers, the session cookie and error pages?"""

import contextlib
import logging
import secrets
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, RequestURITooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from wtforms import BooleanField, Field
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import HiddenInput

from foundation.clock import Clock
from foundation.db import (
    SAFE_METHODS,
    audits_now,
    begin_reading,
    begin_writing,
    close_session,
    current_session,
    writes_now,
)
from foundation.errors import ChangedMeanwhile, NotFound, RaadslagError, Refused, SignInNeeded
from foundation.identity.queries import SessionLookup, find_session, hold_session
from foundation.permissions import current_actor
from foundation.settings import Settings
from foundation.storage import Storage
from foundation.uploads import UPLOAD_LIMIT, is_sent_files, receive_files

log = logging.getLogger("raadslag.web")

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of one request without files."""
FIELD_LIMIT = 400
LONGEST_URL = 4096

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

csrf = CSRFProtect()


def now() -> datetime:
    """The request's moment: read once when its whole body has arrived, before any lock is waited for."""
    return cast(datetime, g.received_at)


def settings() -> Settings:
    return cast(Settings, current_app.extensions["raadslag.settings"])


def guard(app: Flask, configured: Settings, clock: Clock) -> None:
    """Put every safeguard of this module on an app."""
    app.config.update(
        SECRET_KEY=configured.secret_key,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=FIELD_LIMIT,
        WTF_CSRF_TIME_LIMIT=None,  # The token lives as long as the session: a proposal may take a whole evening.
        WTF_CSRF_CHECK_DEFAULT=False,
        SESSION_COOKIE_NAME="__Host-raadslag" if configured.is_secure else "raadslag",
        SESSION_COOKIE_SECURE=configured.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        TRUSTED_HOSTS=_trusted_hosts(configured),
    )
    app.extensions["raadslag.settings"] = configured
    app.extensions["raadslag.clock"] = clock
    app.extensions["raadslag.storage"] = Storage(configured.attachments_folder)
    app.extensions["raadslag.field_labels"] = {}
    csrf.init_app(app)
    if configured.proxy_hops:
        hops = configured.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(close_session)
    _register_errors(app)


def _trusted_hosts(configured: Settings) -> list[str]:
    hosts = [urlsplit(configured.base_url).hostname or "localhost"]
    if configured.env != "production":
        hosts += ["127.0.0.1", "localhost"]
    return hosts


def _begin() -> None:
    """Check the shape of the request, read the clock, take the writer's place, find the actor, check the token."""
    _check_address()
    writes = request.method not in SAFE_METHODS
    view = current_app.view_functions.get(request.endpoint or "")
    with_files = writes and view is not None and is_sent_files(view)
    if writes:
        _check_body(limit=UPLOAD_LIMIT if with_files else BODY_LIMIT)
    g.received_at = current_app.extensions["raadslag.clock"].now()
    if view is None or request.endpoint in ("static", "health.alive"):
        return
    if writes:
        csrf.protect()
    if with_files:
        _receive_from_somebody()
    _open_session(view)
    if writes:
        _hold_session()
    _find_actor()


def _open_session(view: Callable[..., object]) -> None:
    if request.method in SAFE_METHODS:
        begin_reading(current_session())
    elif writes_now(view):
        begin_writing(current_session())
    if audits_now(view):
        current_session().autoflush = False  # What it adds is written when it has read everything.


def _receive_from_somebody() -> None:
    """Files are looked at for people who are signed in alone, and before the writer's place is taken."""
    _find_actor()
    current_session().rollback()
    if current_actor() is not None:
        receive_files()


def _check_address() -> None:
    if len(request.url) > LONGEST_URL:  # Reading the address also checks the host.
        raise RequestURITooLarge
    if "\0" in request.path or b"%00" in request.query_string:
        raise NotFound  # PostgreSQL takes no NUL in a text, so nothing can be found under it.


def _check_body(*, limit: int) -> None:
    request.max_content_length = limit
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        raise _too("Siden tager kun imod formularer.", status=415)
    # Werkzeug counts parts of multipart bodies only; this holds for every form.
    if sum(len(request.form.getlist(name)) for name in request.form) > FIELD_LIMIT:
        raise _too("Formularen har for mange felter.")
    if None in request.form or None in request.files:
        raise BadRequest("a part without a name")


def _too(text: str, status: int = 413) -> RaadslagError:
    error = RaadslagError(text)
    error.status = status
    return error


def _hold_session() -> None:
    """What is written now is written by somebody who still may, also when the right is being taken away meanwhile."""
    token = session.get("sid")
    if isinstance(token, str):
        hold_session(current_session(), token)


def _find_actor() -> None:
    token = session.get("sid")
    if not isinstance(token, str):
        return
    found: SessionLookup = find_session(current_session(), token, at=now())
    g.actor = found.actor
    g.access_closed = found.access_closed
    g.session_ended = found.actor is None and not found.access_closed


def remember_session(token: str) -> None:
    """Start a clean cookie for a fresh sign-in: nothing that stood in the old one survives."""
    session.clear()
    session["sid"] = token


def forget_session() -> None:
    """Empty the cookie after sign-out."""
    session.clear()


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings().is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def safe_next(path: str) -> str:
    """A path of our own to go to after sign-in, or the front page for anything else."""
    plain = path.isascii() and path.isprintable() and " " not in path and "\\" not in path
    if not plain or not path.startswith("/") or path.startswith("//") or len(path) > 500:
        return "/"
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or "//" in parts.path or "%" in parts.path or "@" in parts.path:
        return "/"
    return path


def go(url: str, message: str | None = None) -> ResponseReturnValue:
    """Redirect after a good POST (303, so that a reload does not send again), with a word of what happened."""
    if message is not None:
        flash(message, "success")
    return redirect(url, code=303)


def apply_or_show(
    form: FlaskForm, act: Callable[[], ResponseReturnValue], show: Callable[[], str]
) -> ResponseReturnValue:
    """The shape of every form view: show it, or act; a faulty form or a refused field comes back with 422."""
    if request.method in SAFE_METHODS:
        return show()
    g.not_typed = frozenset(field.name for field in form if _is_chosen(field))
    if form.validate():
        try:
            return act()
        except Refused as refused:
            if refused.field is None or refused.field not in form:
                raise
            field = form[refused.field]
            field.errors = [*field.errors, refused.text]
    return make_response(show(), 422)


def _is_chosen(field: Field) -> bool:
    """The answer is picked, or carried by the page: no text that a person wrote."""
    choices = (SelectFieldBase, BooleanField)  # Radios and several ticks are select fields, too.
    return isinstance(field, choices) or isinstance(field.widget, HiddenInput)


# ---- error pages -----------------------------------------------------------------------------------------------


def _register_errors(app: Flask) -> None:
    app.register_error_handler(RaadslagError, _on_refusal)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(StaleDataError, lambda _error: _on_refusal(ChangedMeanwhile()))
    app.register_error_handler(OperationalError, _on_database_away)
    app.register_error_handler(PoolTimeout, _on_database_away)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_unexpected)


def _on_refusal(error: RaadslagError) -> ResponseReturnValue:
    _roll_back()
    if isinstance(error, SignInNeeded) and request.method in SAFE_METHODS:
        return _to_sign_in(error)
    if isinstance(error, SignInNeeded) and error.ended:
        return error_page(
            error.status,
            error.heading,
            "Du er logget ud. Det sker efter 12 timer, når du logger ud i et andet vindue, og når din adgang bliver "
            "ændret. Din tekst er ikke sendt, men den står herunder. Log ind i et nyt vindue. Gå så tilbage hertil, og "
            "tryk på Send igen.",
            retry=_retry(),
        )
    return error_page(error.status, error.heading, error.text)


def _retry() -> tuple[str, list[tuple[str, str]]] | None:
    """Where to send the same text again; never for a form that another site had sent."""
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return (request.path, _typed_pairs()) if ours else None


def _to_sign_in(error: SignInNeeded) -> ResponseReturnValue:
    if error.ended:
        flash(
            "Du er logget ud. Det sker efter 12 timer, og når din adgang bliver ændret. Log ind igen for at fortsætte.",
            "info",
        )
        session.pop("sid", None)
    from flask import url_for

    return redirect(url_for("identity.sign_in", next=safe_next(request.full_path.rstrip("?"))), code=302)


def _on_csrf(_error: CSRFError) -> ResponseReturnValue:
    """The page was too old or came from elsewhere. Our own page gets a button that sends the same text again."""
    _roll_back()
    return error_page(
        400,
        "Siden var for gammel til at blive sendt",
        "Det sker, når man logger ind igen i et andet vindue. Din tekst er ikke gået tabt: den står herunder.",
        retry=_retry(),
    )


_HTTP_TEXTS = {
    400: ("Vi kunne ikke læse det, der blev sendt", "Gå tilbage, og prøv igen."),
    404: ("Siden findes ikke", "Adressen kan være skrevet forkert, eller siden er flyttet. Gå til forsiden."),
    405: ("Det kan ikke gøres på denne måde", "Gå tilbage, og brug knapperne på siden."),
    413: (
        "Det er for meget på én gang",
        "Det, der blev sendt, er større, end siden kan tage imod. Kort teksten af, eller send færre filer ad gangen.",
    ),
    414: ("Adressen er for lang", "Gå til forsiden, og find vej derfra."),
    415: ("Siden tager kun imod formularer", "Gå tilbage, og brug knapperne på siden."),
}


def _on_http(error: HTTPException) -> ResponseReturnValue:
    _roll_back()
    if isinstance(error, SecurityError):
        return _foreign_host()
    code = error.code or 500
    if code < 400:
        return error.get_response()
    heading, text = _HTTP_TEXTS.get(code, ("Det gik ikke", "Gå tilbage, og prøv igen."))
    return error_page(code, heading, text)


def _foreign_host() -> ResponseReturnValue:
    """A few plain words: under a host that is not ours no address of a page can be made."""
    return Response("Adressen hører ikke til Rådslag.\n", status=400, mimetype="text/plain")


def _on_database_away(error: Exception) -> ResponseReturnValue:
    _roll_back()
    log.warning("database away: %s", type(error).__name__)
    page = make_response(
        error_page(
            503,
            "Vi kan ikke gemme lige nu",
            "Systemet er optaget eller ved at blive startet igen. Vent et halvt minut, og prøv igen. "
            "Det, du skrev, står herunder.",
        )
    )
    page.headers["Retry-After"] = "30"
    return page


def _on_unexpected(error: Exception) -> ResponseReturnValue:
    _roll_back()
    number = secrets.token_hex(4)
    # Where it happened, without the error's own words: they can hold what a person typed.
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("unexpected %s (%s) at %s\n%s", type(error).__name__, number, request.endpoint, where)
    return error_page(
        500,
        "Der er sket en fejl hos os",
        "Det er ikke din skyld. Prøv igen om lidt. Bliver det ved, så skriv til sekretariatet, og nævn fejlens nummer.",
        error_id=number,
    )


def _roll_back() -> None:
    if "session" in g:
        g.session.rollback()


def error_page(
    status: int,
    heading: str,
    text: str,
    *,
    retry: tuple[str, list[tuple[str, str]]] | None = None,
    error_id: str | None = None,
) -> ResponseReturnValue:
    """One page for every refusal, with the text that the person typed."""
    _know_who_asks(status)
    page = render_template(
        "errors/error.html", heading=heading, text=text, typed=_typed(), retry=retry, error_id=error_id
    )
    return make_response(page, status)


def _know_who_asks(status: int) -> None:
    """A refusal that came before anybody asked who it is: the page should still show who is signed in."""
    if "actor" in g or "received_at" not in g or status >= 500:
        return
    with contextlib.suppress(SQLAlchemyError):  # The refusal itself is what must be told.
        _find_actor()


def _typed_pairs() -> list[tuple[str, str]]:
    if request.method in SAFE_METHODS:
        return []
    try:
        pairs = list(request.form.items(multi=True))
    except HTTPException:
        return []  # The body was too large or broken: there is nothing that could be shown.
    return [(name, value) for name, value in pairs if name not in ("csrf_token", None)][:FIELD_LIMIT]


def _typed() -> list[tuple[str, str]]:
    """What a person typed, under the labels of the form: choices, keys and buttons are not text."""
    # A refusal can come before the view has told its labels; by endpoint, a room tells them once.
    early: dict[str, str] = current_app.extensions["raadslag.field_labels"].get(request.endpoint, {})
    labels: dict[str, str] = early | g.get("field_labels", {})
    return [
        (labels.get(name, name), value)
        for name, value in _typed_pairs()
        if value.strip()
        and name not in g.get("not_typed", ())
        and not _looks_like_key(value)
        and name not in ("version", "revision", "action", "next", "disputed")
    ]


def _looks_like_key(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def page_globals() -> dict[str, Any]:
    """What every template may use."""
    return {"actor": current_actor(), "demo": settings().is_demo}
