"""What was acknowledged to the browsers, kept outside the server?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Told = TypeVar("Told")


class Ledger:
    """Acknowledged acts by kind and subject, written by many threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._acks: dict[tuple[str, object], str] = {}

    def note(self, kind: str, subject: object, what: str) -> None:
        """Write down an act whose success answer has arrived."""
        with self._changed:
            self._acks[kind, subject] = what
            self._changed.notify_all()

    def wait_for(self, number: int, seconds: float = 30) -> None:
        """Back when as many acts are acknowledged, or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._acks) >= number, seconds)

    def of(self, kind: str) -> dict[object, str]:
        """Subject -> what was acknowledged about it."""
        with self._changed:
            return {subject: what for (one, subject), what in self._acks.items() if one == kind}

    def __len__(self) -> int:
        with self._changed:
            return len(self._acks)


def all_at_once(acts: Iterable[Callable[[], Told]]) -> list[Told]:
    """Do all acts in threads that wait for each other before they begin; what each gave, in their order."""
    waiting = list(acts)
    together = threading.Barrier(len(waiting))

    def one(act: Callable[[], Told]) -> Told:
        together.wait(30)
        return act()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(one, waiting))
