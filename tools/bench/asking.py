"""What does it cost to ask a server for something: time, CPU, bytes, and questions to the database?"""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tools.bench.servers import Server

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to measure. A POST carries `fields`, among them the token of its form."""

    path: str
    cookie: str = ""
    fields: Sequence[tuple[str, str]] | None = None

    @property
    def method(self) -> str:
        return "GET" if self.fields is None else "POST"

    @property
    def headers(self) -> dict[str, str]:
        given = {"Cookie": self.cookie} if self.cookie else {}
        return given if self.fields is None else {**given, "Content-Type": FORM, "Sec-Fetch-Site": "same-origin"}

    @property
    def body(self) -> bytes | None:
        return None if self.fields is None else urlencode(self.fields).encode()

    @property
    def good_status(self) -> int:
        return 200 if self.fields is None else 303


@dataclass(frozen=True, slots=True)
class Work:
    """What people do: its name, and the next request for it. What is `slow` is asked for twice a round."""

    name: str
    next_request: Callable[[], Request]
    slow: bool = False


@dataclass
class Result:
    """What one piece of work cost: seconds of each request, CPU seconds in all, bytes of one answer, questions."""

    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    size: int = 0
    queries: int = 0

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p95_ms(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000

    @property
    def cpu_ms(self) -> float:
        return self.cpu / len(self.seconds) * 1000


def ask(server: Server, work: Work, times: int, result: Result | None = None) -> Result:
    """Ask again and again over one connection, and add up what it cost; what is asked with is made ready before."""
    result = result or Result()
    requests = [work.next_request() for _ in range(times)]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    before = server.cpu_seconds()
    for request in requests:
        start = time.perf_counter()
        connection.request(request.method, request.path, body=request.body, headers=request.headers)
        answer = connection.getresponse()
        body = answer.read()
        result.seconds.append(time.perf_counter() - start)
        if answer.status != request.good_status:
            raise SystemExit(f"{work.name}: answered {answer.status} for {request.path}")
        result.size = len(body)
    result.cpu += server.cpu_seconds() - before
    connection.close()
    return result


def count_queries(environ: dict[str, str], works: Sequence[Work]) -> dict[str, int]:
    """How many questions each piece of work puts to the database, counted in an application in this process."""
    from app.web_app import create_app
    from foundation.settings import Settings

    browser = create_app(Settings.from_env(environ)).test_client(use_cookies=False)
    counts = {}
    for work in works:
        for _ in range(2):  # The first request of a process also learns what it then keeps.
            request = work.next_request()
            with _counting() as asked:
                answer = browser.open(request.path, method=request.method, data=request.body, headers=request.headers)
            if answer.status_code != request.good_status:
                raise SystemExit(f"{work.name}: answered {answer.status_code} for {request.path}")
            answer.close()
        counts[work.name] = len(asked)
    return counts


@contextmanager
def _counting() -> Iterator[list[str]]:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
