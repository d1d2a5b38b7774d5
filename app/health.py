"""Is the server alive, and is it ready to work?"""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from app.schema import is_current
from foundation.db import current_session
from foundation.permissions import open_to_all
from foundation.uploads import storage

health = Blueprint("health", __name__)


@health.get("/healthz")
@open_to_all
def alive() -> Response:
    """The process answers. It says nothing of versions or paths."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
@open_to_all
def ready() -> Response:
    """The database answers with the schema that this release needs, and a file could be stored."""
    try:
        fits = is_current(current_session().connection())
    except SQLAlchemyError:
        return _not_ready("database is away")
    if not fits:
        return _not_ready("schema is not current")
    if not storage().has_room():
        return _not_ready("storage cannot be written")
    return Response("ready\n", mimetype="text/plain")


def _not_ready(why: str) -> Response:
    return Response(f"{why}\n", status=503, mimetype="text/plain", headers={"Retry-After": "30"})
