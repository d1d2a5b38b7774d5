"""How does the worker have a chart drawn, without loading the renderer and without waiting for ever?"""

import base64
import binascii
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any, Final

from foundation.charts import Drawn
from foundation.settings import PROJECT

LONGEST_SECONDS: Final = 30
"""One chart, the start of the renderer included. A slow machine needs about five."""
_LARGEST: Final = 20 * 1024 * 1024
_CHUNK: Final = 64 * 1024
DRAWING: Final = (sys.executable, "-m", "app.chart_drawing")


class NotDrawn(Exception):
    """The chart could not be drawn this time; the text says why, in English, for the log."""


class Press:
    """A process that draws; started with the first chart, and anew after one that hung or fell."""

    def __init__(self, command: tuple[str, ...] = DRAWING, *, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._command = command
        self._longest_seconds = longest_seconds
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, spec: Mapping[str, Any], description: str) -> Drawn:
        """The picture. Raises NotDrawn when the renderer refuses, falls or takes too long."""
        deadline = time.monotonic() + self._longest_seconds
        asked = json.dumps({"spec": spec, "description": description}).encode() + b"\n"
        try:
            return _understood(self._ask(asked, deadline))
        except (EOFError, OSError, ValueError) as fault:
            self.end()
            raise NotDrawn(f"{type(fault).__name__}: {fault}") from fault

    def end(self) -> None:
        """Let the process go, at once; it holds nothing that anybody misses."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)
        process.wait()

    def _ask(self, asked: bytes, deadline: float) -> bytes:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(asked)
        process.stdin.flush()
        return _line(process.stdout.fileno(), deadline)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=PROJECT,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},  # No settings, no secrets.
                start_new_session=True,  # Ctrl-C in a terminal is for the server, which then ends this one.
            )
        return self._process


@contextmanager
def press() -> Iterator[Press]:
    """A press for as long as there is something to draw."""
    opened = Press()
    try:
        yield opened
    finally:
        opened.end()


def _line(pipe: int, deadline: float) -> bytes:
    """What the process answers, up to the end of the line. Raises TimeoutError, or ValueError for too much."""
    found = bytearray()
    while not found.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            raise TimeoutError("the renderer did not answer in time")
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            raise EOFError("the renderer ended")
        found += chunk
        if len(found) > _LARGEST:
            raise ValueError("the renderer answered too much")
    return bytes(found)


def _understood(line: bytes) -> Drawn:
    answer = json.loads(line)
    if "fault" in answer:
        raise NotDrawn(answer["fault"])
    try:
        return Drawn(answer["svg"], base64.b64decode(answer["png"], validate=True))
    except (KeyError, binascii.Error) as fault:
        raise ValueError("the renderer answered something else") from fault


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # What was not sent to a process that has ended is lost on purpose.
        pipe.close()
