"""Is the server alive, and is it ready to work?"""

from flask import Blueprint, Response

from app.migrate import is_current
from foundation.db import current_session
from foundation.permissions import open_to_all

health = Blueprint("health", __name__)


@health.get("/healthz")
@open_to_all
def alive() -> Response:
    """The process answers. It says nothing of versions or paths."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
@open_to_all
def ready() -> Response:
    """The database answers and its schema is the one that this release needs."""
    if is_current(current_session().connection()):
        return Response("ready\n", mimetype="text/plain")
    return Response("schema is not current\n", status=503, mimetype="text/plain")
