"""Which letters did a mail server take, when it may break off at the worst moment?"""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class PostOffice:
    """A mail server on loopback. What it has taken stands in `taken`, by Message-ID, as often as it came.

    `before_letter` is called when a letter is about to come, `before_answer` and `after_answer` when it has been taken,
    around the 250 that says so. Where the first two answer False, the connection ends.
    """

    def __init__(self) -> None:
        self.taken = Counter[str]()
        self.before_letter: Callable[[], bool] = lambda: True
        self.before_answer: Callable[[str], bool] = lambda _letter: True
        self.after_answer: Callable[[str], bool] = lambda _letter: True
        self.lock = threading.Lock()
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @contextmanager
    def open(self) -> Iterator[PostOffice]:
        office = self

        class Desk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):  # The other side was killed.
                    _speak(self, office)

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Desk) as server:
            server.daemon_threads = True
            self.port = server.server_address[1]
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield self
            server.shutdown()


def _speak(line: socketserver.StreamRequestHandler, office: PostOffice) -> None:
    """The other side of one connection, until it hangs up or is killed."""
    _say(line, "220 ready")
    while words := line.rfile.readline().decode("ascii", "replace").split():
        if words[0].upper() == "DATA":
            if not office.before_letter():
                return
            _say(line, "354 go on")
            letter = _take(line, office)
            if not office.before_answer(letter):
                return
            _say(line, "250 taken")
            office.after_answer(letter)
        elif words[0].upper() == "QUIT":
            _say(line, "221 bye")
            return
        else:
            _say(line, "250 go on")


def _say(line: socketserver.StreamRequestHandler, words: str) -> None:
    line.wfile.write(f"{words}\r\n".encode())


def _take(line: socketserver.StreamRequestHandler, office: PostOffice) -> str:
    lines = []
    while (text := line.rfile.readline()) not in (b".\r\n", b""):
        lines.append(text)
    message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
    letter = str(message["Message-ID"]).strip("<>").partition("@")[0]
    with office.lock:
        office.taken[letter] += 1
    return letter
