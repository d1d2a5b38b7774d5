"""Which mails did the demo deliver? Its mailbox stands in for everybody's own."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from foundation.formats import moment
from foundation.permissions import open_to_all
from foundation.web import settings

mailbox = Blueprint("mailbox", __name__)

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivered mail; `lines` are its text with the addresses of our own marked, so that they can be links.

    `files` are the names of what came with it.
    """

    to: str
    subject: str
    sent: str
    lines: tuple[tuple[str, bool], ...]
    files: tuple[str, ...]


@mailbox.get("/mailbox")
@open_to_all
def inbox() -> ResponseReturnValue:
    folder = settings().mail_folder
    letters = _letters(folder) if folder is not None and folder.is_dir() else []
    return render_template("mail/mailbox.html", letters=letters)


def _letters(folder: Path) -> list[Letter]:
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:MOST_SHOWN]
    return [_letter(path) for path in files]


def _letter(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError("the default policy makes an EmailMessage")
    base = settings().base_url
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent=moment(message["Date"].datetime),
        lines=tuple((line, line.startswith(base)) for line in text.splitlines()),
        files=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )
