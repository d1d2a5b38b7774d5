"""How is the real application served with a clock that the drill sets, and killed at a named step of a request?

    python -m tools.faults.wired_server PORT FILE

gunicorn, its processes and threads are those of `raadslag serve`; the product holds no line for this. The steps of a
request are its SQL statements, COMMIT just before its commit, COMMITTED just after it, and ANSWER before the answer.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.commands.setting import sqlite_file, writers_place
from app.serving import Server
from app.web_app import create_app, session_maker
from app.worker import work
from foundation.settings import Settings


class FileClock:
    """The moment that stands in the drill's file; the machine's own where none does."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        told = json.loads(self._file.read_text())["now"]
        return datetime.fromisoformat(told) if told else datetime.now(UTC)


class Steps(threading.local):
    """The steps of the request that this thread is in, and the one at which the process dies: a number or a name."""

    def __init__(self) -> None:
        self.watched = False
        self.die_at = ""
        self.taken: list[str] = []

    def take(self, name: str) -> None:
        if not self.watched:
            return
        self.taken.append(name)
        if self.die_at in (name, str(len(self.taken))):
            os.kill(os.getpid(), signal.SIGKILL)


class WiredServer(Server):
    """The server of `raadslag serve`, whose application is given the drill's clock and steps."""

    file: Path

    def load(self) -> Flask:
        app = create_app(self.settings, clock=FileClock(self.file))
        _watch(app, self.file)
        if self.worker_inside:
            sessions = session_maker(self.settings)
            threading.Thread(target=work, args=(self.settings, sessions, self.stop), daemon=True).start()
        return app


def _watch(app: Flask, file: Path) -> None:
    steps = Steps()

    def begin() -> None:
        told = json.loads(file.read_text())
        steps.taken = []
        steps.watched = request.method == "POST" and request.path == told["path"]
        steps.die_at = told["die_at"]

    def finish(response: Response) -> Response:
        if steps.watched:
            steps.take("ANSWER")
            file.with_suffix(".steps").write_text("\n".join(steps.taken))
        steps.watched = False
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(finish)

    def statement(_connection: Any, _cursor: Any, words: str, *_rest: Any) -> None:
        steps.take(" ".join(words.split()[:3]))

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", lambda _connection: steps.take("COMMIT"))
    event.listen(Session, "after_commit", lambda _session: steps.take("COMMITTED"))


def main() -> None:
    """Serve until a signal ends it, as `raadslag serve` would."""
    port, file = int(sys.argv[1]), Path(sys.argv[2])
    settings = Settings.from_env(os.environ)
    alone = sqlite_file(settings) is not None
    WiredServer.file = file
    with writers_place(settings):
        WiredServer(
            settings, "127.0.0.1", port, workers=1 if alone else 2, threads=8 if alone else 4, worker_inside=alone
        ).run()


if __name__ == "__main__":
    main()
