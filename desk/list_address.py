"""What does the address of a list ask for, and which address asks for something else beside it?

The address alone says what a list shows: whoever is given the link and may see the cases meets the same view.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from desk.call_figures import GROUPS
from foundation.identity.roles import Actor, Role
from intake.queries.proposal_list import Asked
from intake.rules.call import FocusArea
from intake.rules.lifecycle import State
from intake.rules.search import read_search
from intake.rules.track import Track
from intake.wording import words_of_states

REVERSED: Final = "reversed"
SORT_WORDS: Final = {
    "sag": "Sagsnummer",
    "titel": "Titel",
    "call": "Call",
    "belob": "Beløb",
    "borgere": "Borgere",
    "forvaltninger": "Manglende svar",
    "modenhed": "Modenhed",
    "enighed": "Enighed",
    "spor": "Spor",
    "status": "Status",
    "sagsbehandler": "Hvem har den",
    "modtaget": "Modtaget",
}
TELLING: Final = frozenset({"modenhed", "enighed", "spor"})
"""Orders that tell as much as the numbers: whoever may not see those may not sort by them."""
_OF_CASES: Final = ("sag", "titel", "belob", "borgere", "forvaltninger", "modenhed", "enighed", "spor")


@dataclass(frozen=True, slots=True)
class ListAddress:
    """What stands behind the question mark, each part known to be one that there is; empty for what is not asked."""

    q: str = ""
    sort: str = "sag"
    order: str = ""
    status: str = ""
    group: str = ""
    area: str = ""
    department: str = ""
    track: str = ""
    worker: str = ""
    page: int = 1

    def asked(self, actor: Actor, call_id: UUID | None) -> Asked:
        """The same as a question."""
        state = State(self.status) if self.status else None
        me = {"me": actor.person_id}.get(self.worker) or (UUID(self.worker) if _is_key(self.worker) else None)
        return Asked(
            call_id=call_id,
            sort=self.sort,
            reversed=self.order == REVERSED,
            states=frozenset({state}) if state else GROUPS.get(self.group),
            focus_area=FocusArea(self.area) if self.area else None,
            department=self.department or None,
            track=Track(self.track) if self.track else None,
            case_worker_id=me,
            nobody=self.worker == "nobody",
            sought=read_search(self.q, words_of_states(actor.role)),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.status or self.group or self.area or self.department or self.track or self.worker)

    def parts(self, **changed: Any) -> dict[str, Any]:
        """What stands in the address of the same list with something changed; what is empty or usual is left out."""
        given = {name: getattr(self, name) for name in self.__slots__} | {"page": 1} | changed
        return {name: value for name, value in given.items() if value and (name, value) != ("page", 1)}


def read_address(given: Mapping[str, str], actor: Actor, *, of_one_call: bool) -> ListAddress:
    """What an address asks for; whatever there is not is left out, and never a fault."""
    sorts = sorts_for(actor.role, of_one_call=of_one_call)
    is_staff = actor.role in {Role.SECRETARIAT, Role.AUDITOR}
    status, worker = _one_of(given.get("status"), State), given.get("worker", "")
    return ListAddress(
        q=given.get("q", "")[:400].strip(),
        sort=given.get("sort") if given.get("sort") in sorts else sorts[0 if of_one_call else -1],  # type: ignore[arg-type]
        order=REVERSED if given.get("order") == REVERSED else "",
        status=status,
        group=_one_of(given.get("group"), GROUPS) if not status and of_one_call else "",
        area=_one_of(given.get("area"), FocusArea),
        department=_code(given.get("department", "")) if is_staff else "",
        track=_one_of(given.get("track"), Track) if is_staff else "",
        worker=worker if is_staff and (worker in {"me", "nobody"} or _is_key(worker)) else "",
        page=_page_number(given.get("page", "1")),
    )


def sorts_for(role: Role, *, of_one_call: bool) -> list[str]:
    """By which of the columns that the role meets a list can be sorted; the last is the usual one across calls."""
    if role in {Role.SECRETARIAT, Role.AUDITOR}:
        columns = [*_OF_CASES, "status", "sagsbehandler"]
        return columns if of_one_call else ["sag", "titel", "call", *columns[2:], "modtaget"]
    return ["sag", "titel", "call", "belob", "borgere", "status", "modtaget"]


def _one_of(value: str | None, known: Any) -> str:
    names = {getattr(one, "value", one) for one in known}
    return value if value in names and value is not None else ""


def _code(text: str) -> str:
    return text if text.isascii() and text.isalnum() and len(text) <= 8 else ""


def _is_key(text: str) -> bool:
    try:
        return bool(text) and str(UUID(text)) == text
    except ValueError:
        return False


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1
