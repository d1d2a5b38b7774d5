"""Which work of people is measured, and with which requests?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from uuid import UUID

from tools.bench.asking import Request, Work
from tools.bench.filling import Filled
from tools.faults.visitor import Visitor

CALL = "/calls/nye-veje"
LIST, CASE, QUEUE, TASKS = (
    "list, first page, 50 rows",
    "one case, memo released",
    "reviewer's queue",
    "secretariat's tasks",
)
MEMO, WORKBOOK, RANKING = "decision memo, Word", "workbook of the call", "ranking of the call"
LISTS = (LIST, "list by maturity, page 10", "list of one state", "list across calls")
MOST_ON_ONE_PAGE = 10_000
"""Pages that hold a whole call are measured up to this size: no call has more."""


def works(filled: Filled, size: int) -> list[Work]:
    """Everything that is measured at one size."""
    return [*_lists(filled), *_pages(filled), *_writing(filled), *(_whole_calls(filled, size))]


def _page(name: str, path: str, token: str = "", *, slow: bool = False) -> Work:
    request = Request(path, Visitor.signed_in(0, token).cookie if token else "")
    return Work(name, lambda: request, slow)


def _lists(filled: Filled) -> Iterator[Work]:
    address, reader = f"{CALL}/proposals", filled.secretariat
    for name, path in zip(
        LISTS, (address, f"{address}?sort=modenhed&page=10", f"{address}?status=sorted", "/proposals"), strict=True
    ):
        yield _page(name, path, reader)
    yield _page("search, one case holds the word", f"{address}?q=000123", reader)
    yield _page("search, all cases hold the word", f"{address}?q=indsatser", reader)


def _pages(filled: Filled) -> Iterator[Work]:
    case = f"/proposals/{filled.released_case}"
    yield _page(QUEUE, "/my-tasks", filled.reviewer)
    yield _page(TASKS, "/my-tasks", filled.secretariat)
    yield _page(CASE, case, filled.secretariat)
    yield _page("sorting of one case", f"{case}/sorting", filled.secretariat)
    yield _page("front page, nobody signed in", "/")
    yield _page(MEMO, f"/exports/decision-memo/{filled.released_case}", filled.secretariat)


def _whole_calls(filled: Filled, size: int) -> Iterator[Work]:
    if size > MOST_ON_ONE_PAGE:
        return
    yield _page(RANKING, f"{CALL}/ranking", filled.secretariat, slow=True)
    yield _page("map of the call", f"{CALL}/map", filled.secretariat, slow=True)
    yield _page("comparison of the first five", _comparison(filled), filled.secretariat)
    yield _page("figures of the call", f"{CALL}/figures", filled.secretariat, slow=True)
    yield _page(WORKBOOK, f"{CALL}/proposals.xlsx", filled.secretariat, slow=True)


def _comparison(filled: Filled) -> str:
    """The released case, with the first copies behind it, some of which are sorted."""
    start, _, number = filled.released_case.rpartition("-")
    chosen = "&".join(f"sag={start}-{int(number) + step:03}" for step in range(5))
    return f"{CALL}/compare?{chosen}"


# ---- writing --------------------------------------------------------------------------------------------------------


def _writing(filled: Filled) -> Iterator[Work]:
    """A draft of one's own is sent once; the same sheet is saved again and again, each time as the version it is."""
    yield Work("send a proposal, POST", _sending(filled.applicant, iter(filled.drafts)).__next__)
    yield Work("save an assessment, POST", _saving(filled.reviewer, filled.scored_case).__next__)


def _sending(token: str, drafts: Iterator[UUID]) -> Iterator[Request]:
    browser = Visitor.signed_in(0, token)
    for draft in drafts:
        yield Request(f"/drafts/{draft}/submit", browser.cookie, (("csrf_token", browser.token),))


def _saving(token: str, case: str) -> Iterator[Request]:
    from scoring.rules.dimensions import Dimension

    browser = Visitor.signed_in(0, token)
    for version in count():
        sheet = [
            (f"{dimension.value}_{part}", text)
            for dimension in Dimension
            for part, text in (("score", "2"), ("reason", f"Set i forslaget {version}"), ("evidence", "Afsnit 1"))
        ]
        fields = (("csrf_token", browser.token), ("version", str(version)), ("action", "save"), *sheet)
        yield Request(f"/proposals/{case}/assessment", browser.cookie, fields)
