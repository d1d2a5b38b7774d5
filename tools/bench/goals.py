"""Which figures are promised, and is each of them kept?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.bench.asking import Result
from tools.bench.works import CASE, LIST, LISTS, MEMO, QUEUE, TASKS, WORKBOOK

MOST_QUERIES = 6
MOST_BYTES = 45_000
MOST_MEGABYTES = 90
FLOOR = "floor: bare page, 50 rows"
BARE_WORKBOOK, BARE_MEMO = "the workbook by its writer alone", "the memo by docxtpl alone"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure may be at most, and what it is."""

    name: str
    found: float
    most: float
    unit: str

    def __str__(self) -> str:
        word = "kept  " if self.found <= self.most else "MISSED"
        return f"  {word} {self.name:44} {self.found:10.1f} {self.unit:10} (at most {self.most:g})"


def goals_of(results: Mapping[str, Result], memory_mb: float) -> Iterator[Goal]:
    """The goals that one size alone answers."""
    floor = results[FLOOR].median_ms
    for name, most in ((LIST, 4), (QUEUE, 4), (TASKS, 4), (CASE, 6)):
        yield Goal(name, results[name].median_ms / floor, most, "x floor")
    most_asked = max(LISTS, key=lambda name: results[name].queries)
    yield Goal(f"queries, {most_asked}", results[most_asked].queries, MOST_QUERIES, "queries")
    largest = max(LISTS, key=lambda name: results[name].size)
    yield Goal(f"bytes, {largest}", results[largest].size, MOST_BYTES, "bytes")
    if WORKBOOK in results:
        yield Goal(WORKBOOK, results[WORKBOOK].median_ms / results[BARE_WORKBOOK].median_ms, 2, "x writer")
    yield Goal(MEMO, results[MEMO].median_ms / results[BARE_MEMO].median_ms, 1.5, "x docxtpl")
    yield Goal("memory of the largest process", memory_mb, MOST_MEGABYTES, "MB")


def growth(by_size: Mapping[int, Mapping[str, Result]]) -> Iterator[Goal]:
    """How much slower the largest size is than the smallest, each beside the bare page of its own time."""
    small, large = min(by_size), max(by_size)
    for name in (*LISTS, QUEUE, CASE) if small < large else ():
        ratios = [by_size[size][name].median_ms / by_size[size][FLOOR].median_ms for size in (small, large)]
        yield Goal(f"{name}, {large} / {small}", ratios[1] / ratios[0], 1.3, "x")
