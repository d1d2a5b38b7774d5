"""How are the files of a request checked and put away before anything is locked or written?

Checking a file takes time, and on SQLite a request that writes keeps all other writers waiting. So a view marked by
`takes_files` has its files checked and stored first; the rows come afterwards, in the request's one transaction. A
file whose row never came is swept away a day later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, TypeVar, cast

from flask import current_app, g, request
from werkzeug.datastructures import FileStorage

from foundation.file_types import FileRefused, FileType, check_file
from foundation.storage import Storage, StoredFile
from foundation.text import safe_file_name

UPLOAD_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of one request with files: six of the largest at a time."""
MOST_AT_ONCE: Final = 10

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Received:
    """One file of the request: stored, or refused with a Danish sentence that says why."""

    file_name: str
    file_type: FileType | None
    stored: StoredFile | None
    fault: str = ""


def takes_files(view: View) -> View:
    """Mark a committing view that is sent files; it finds them with `received_files`."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def is_sent_files(view: Callable[..., object]) -> bool:
    return getattr(view, "takes_files", False)


def storage() -> Storage:
    return cast(Storage, current_app.extensions["raadslag.storage"])


def receive_files() -> None:
    """Check and store what was sent. Called before the writer's lock is taken."""
    sent = [one for one in request.files.getlist("files") if one.filename]
    g.received_files = [_receive(one) for one in sent[:MOST_AT_ONCE]]
    g.received_files += [
        Received(
            safe_file_name(one.filename or ""), None, None, f"Der kan sendes højst {MOST_AT_ONCE} filer ad gangen."
        )
        for one in sent[MOST_AT_ONCE:]
    ]


def received_files() -> list[Received]:
    """The files of this request, in the order they were chosen."""
    return cast(list[Received], g.get("received_files", []))


def _receive(sent: FileStorage) -> Received:
    name = safe_file_name(sent.filename or "")
    try:
        kind = check_file(cast(BinaryIO, sent.stream), name)
    except FileRefused as refused:
        return Received(name, None, None, refused.text)
    sent.stream.seek(0)
    return Received(name, kind, storage().keep(cast(BinaryIO, sent.stream)))
