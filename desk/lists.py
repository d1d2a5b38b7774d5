"""How do people meet the lists of proposals: of a call, across calls, and what they look for?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from desk.call_figures import GROUPS, key_figures
from desk.list_address import REVERSED, SORT_WORDS, TELLING, ListAddress, read_address, sorts_for
from foundation.db import current_session
from foundation.errors import NotFound
from foundation.identity.roles import Actor, Role
from foundation.money import format_number
from foundation.permissions import PERMISSIONS, needs, signed_in
from foundation.web import now
from intake import queries as intake_queries
from intake.queries.proposal_list import Asked, Counted, ProposalPage, ProposalRow, counted, proposals_asked_for
from intake.rules.agreement import Agreement
from intake.rules.call import FocusArea
from intake.rules.lifecycle import State
from intake.rules.track import Track
from intake.wording import WORDS, words_of_states

SORTED = frozenset(list(State)[6:17])
"""The states in which those who read a case read what it was sorted as."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The links under a list, as the pagination macro takes them."""

    current: int
    total: int
    first: str | None
    previous: str | None
    next: str | None
    last: str | None
    links: list[tuple[int | None, str | None]]


@dataclass(frozen=True, slots=True)
class SortLink:
    """One way to sort the list; the way it is sorted now leads to the same upside down."""

    word: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as one person may see it: what was asked for, what is known of it, and what may be shown of its rows."""

    address: ListAddress
    asked: Asked
    known: Counted
    sorts: list[str]
    sees_maturity: bool

    @property
    def is_open_to_telling(self) -> bool:
        return bool(TELLING & set(self.sorts))

    def shows_sorting(self, row: ProposalRow) -> bool:
        """May maturity, agreement and track of this row be shown?"""
        in_time = self.sees_maturity or (row.state in SORTED and not self.known.still_scores)
        return in_time and not row.is_scored


def listing(session: Session, actor: Actor, call_id: UUID | None) -> Listing:
    """The list that the address asks for.

    Whoever still scores, or learns of a sorting later, neither sorts by what is kept back nor finds by it.
    """
    address = read_address(request.args, actor, of_one_call=call_id is not None)
    known = counted(session, actor, address.asked(actor, call_id), at=now())
    sorts = sorts_for(actor.role, of_one_call=call_id is not None)
    if actor.role is not Role.SECRETARIAT or known.still_scores or known.learns_later:
        sorts = [one for one in sorts if one not in TELLING]
        allowed = replace(address, track="", sort=address.sort if address.sort in sorts else sorts[0])
        if allowed.track != address.track:
            known = counted(session, actor, allowed.asked(actor, call_id), at=now())
        address = allowed
    sees_maturity = actor.role is Role.SECRETARIAT and not known.still_scores
    return Listing(address, address.asked(actor, call_id), known, sorts, sees_maturity)


@needs("proposal.list")
def proposals(slug: str) -> ResponseReturnValue:
    """A call's proposals, 50 rows a page, sorted, filtered and searched by the address alone."""
    session, actor = current_session(), signed_in()
    call = intake_queries.public_call(session, slug)
    if call is None:
        raise NotFound
    found = listing(session, actor, call.id)
    may_rank = actor.role in PERMISSIONS["ranking.view"]
    picked = {"pick": "1"} if may_rank and "pick" in request.args else {}
    return _shown(
        "desk/proposals.html",
        found,
        url_for("desk.proposals", slug=slug),
        keeps=picked,
        call=call,
        figures=key_figures(found.known.sums),
        groups=list(GROUPS),
        counts={state: one.count for state, one in found.known.sums.items()},
        may_rank=may_rank,
        picks=bool(picked),
        export_address=url_for("desk.export_list", slug=slug, **found.address.parts(page=1)),
    )


@needs("search")
def all_proposals() -> ResponseReturnValue:
    """The proposals of all calls that the reader may open; applicants meet their own, drafts too."""
    found = listing(current_session(), signed_in(), None)
    return _shown("desk/all_proposals.html", found, url_for("desk.all_proposals"))


def _shown(
    template: str, found: Listing, base: str, *, keeps: Mapping[str, str] = MappingProxyType({}), **more: Any
) -> ResponseReturnValue:
    """`keeps` is what every link of the page holds beside the address of the list."""
    actor, address = signed_in(), found.address

    def link(**changed: Any) -> str:
        # Put together here: a page has some forty of these, and the router takes its time over each.
        parts = urlencode({**address.parts(**changed), **keeps})
        return f"{base}?{parts}" if parts else base

    page = proposals_asked_for(current_session(), actor, found.asked, found.known, page=address.page)
    state_words = words_of_states(actor.role)
    states = [state for state in State if state is not State.DRAFT or actor.role is Role.APPLICANT]
    return render_template(
        template,
        listing=found,
        address=address,
        page=page,
        link=link,
        plain_link=base,
        is_applicant=actor.role is Role.APPLICANT,
        is_staff=actor.role in {Role.SECRETARIAT, Role.AUDITOR},
        states=states,
        state_options=[(state.value, state_words[state]) for state in states],
        area_options=_options(FocusArea),
        track_options=_options(Track) if found.is_open_to_telling else [],
        department_options=[(code, code) for code in found.known.departments],
        worker_options=_worker_options(address, page),
        status_word=state_words[State(address.status)] if address.status else "",
        state_words=state_words,
        track_words=WORDS[Track],
        agreement_words=WORDS[Agreement],
        count_words=_count_words(page),
        sort_links=_sort_links(found, link),
        pages=_pages(page, lambda number: link(page=number)),
        case_address=url_for("desk.case", reference="-").removesuffix("-"),
        **more,
    )


def _options(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, WORDS[type(member)][member]) for member in members]


def _worker_options(address: ListAddress, page: ProposalPage) -> list[tuple[str, str]]:
    """Me, nobody, and whoever a link named, as long as the list tells who that is."""
    options = [("me", "Mig"), ("nobody", "Ingen")]
    if address.worker and address.worker not in {"me", "nobody"}:
        named = next((row.case_worker for row in page.rows if row.case_worker), None)
        options.append((address.worker, named or "Den valgte person"))
    return options


def _count_words(page: ProposalPage) -> str:
    count = format_number(page.total - 1 if page.is_cut else page.total)
    return f"Mere end {count} forslag" if page.is_cut else f"{count} forslag"


def _sort_links(found: Listing, link: Callable[..., str]) -> list[SortLink]:
    address = found.address

    def one(sort: str) -> SortLink:
        is_current = sort == address.sort
        order = "" if not is_current or address.order else REVERSED
        return SortLink(SORT_WORDS[sort], link(sort=sort, order=order), is_current)

    return [one(sort) for sort in found.sorts]


def _pages(page: ProposalPage, address: Callable[[int], str]) -> Pages:
    current, total = page.page, page.pages
    return Pages(
        current=current,
        total=total,
        first=address(1) if current > 1 else None,
        previous=address(current - 1) if current > 1 else None,
        next=address(current + 1) if current < total else None,
        last=address(total) if current < total else None,
        links=[(number, address(number) if number else None) for number in _numbers(current, total)],
    )


def _numbers(current: int, total: int) -> list[int | None]:
    """The page numbers under a list, with None for a gap."""
    if total <= 7:
        return list(range(1, total + 1))
    if current < 5:
        return [1, 2, 3, 4, 5, None, total]
    if current + 4 > total:
        return [1, None, *range(total - 4, total + 1)]
    return [1, None, current - 1, current, current + 1, None, total]
