"""What must be known of an organisation before it can send a proposal, is it a small one, and what is kept of it?"""

import re
from dataclasses import dataclass
from typing import Any, Final, Protocol

from foundation.identity.organisation_kinds import OrganisationKind

SMALL_STAFF_YEARS: Final = 10
SMALL_TURNOVER_ORE: Final = 5_000_000_00
"""A small organisation has at most so many full-time posts, or at most so much income a year (domain.md SORT11)."""


class Organised(Protocol):
    """What rules read of an organisation: a stored row and a draft from a form have it alike."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> OrganisationKind | None: ...
    @property
    def cvr(self) -> str | None: ...
    @property
    def staff_years(self) -> int | None: ...
    @property
    def turnover_ore(self) -> int | None: ...
    @property
    def address(self) -> str: ...
    @property
    def contact_name(self) -> str: ...
    @property
    def contact_email(self) -> str: ...
    @property
    def contact_phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class OrganisationDraft:
    """What a member wrote about the organisation; None and "" are not told, which is not the same as zero."""

    name: str
    kind: OrganisationKind | None = None
    cvr: str | None = None
    staff_years: int | None = None
    turnover_ore: int | None = None
    address: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: the field it belongs to, and a Danish sentence that says what to do."""

    field: str
    text: str


def organisation_gaps(organisation: Organised) -> tuple[Gap, ...]:
    """What is missing before the organisation can send a proposal, in the order of the form.

    A municipal department needs neither a CVR number of its own (domain.md EL3) nor its size, since SORT11 asks of
    associations and the like whether they are small. EL15 demands a contact person; address and telephone are not
    demanded.
    """
    municipal = organisation.kind is OrganisationKind.MUNICIPAL_DEPARTMENT
    sized = organisation.staff_years is not None or organisation.turnover_ore is not None
    asked = (
        (bool(organisation.name), Gap("name", "Skriv, hvad I hedder.")),
        (organisation.kind is not None, Gap("kind", "Vælg, hvilken slags organisation I er.")),
        (municipal or bool(organisation.cvr), Gap("cvr", "Skriv jeres CVR-nummer, otte cifre.")),
        (
            municipal or sized,
            Gap("staff_years", "Skriv, hvor mange årsværk I har, eller hvor stor jeres omsætning er."),
        ),
        (bool(organisation.contact_name), Gap("contact_name", "Skriv, hvem vi kan kontakte hos jer.")),
        (bool(organisation.contact_email), Gap("contact_email", "Skriv kontaktpersonens mailadresse.")),
    )
    return tuple(gap for is_there, gap in asked if not is_there)


def is_small(staff_years: int | None, turnover_ore: int | None) -> bool | None:
    """Is it a small organisation by either of the two measures (domain.md SORT11)? None when neither is told."""
    told = (
        *((staff_years <= SMALL_STAFF_YEARS,) if staff_years is not None else ()),
        *((turnover_ore <= SMALL_TURNOVER_ORE,) if turnover_ore is not None else ()),
    )
    return any(told) if told else None


def organisation_snapshot(organisation: Organised) -> dict[str, Any]:
    """What a sent proposal keeps of its organisation, as JSON: later changes do not reach it."""
    return {
        "name": organisation.name,
        "cvr": organisation.cvr,
        "kind": organisation.kind.value if organisation.kind is not None else None,
        "staff_years": organisation.staff_years,
        "turnover_ore": organisation.turnover_ore,
        "address": organisation.address,
        "contact_name": organisation.contact_name,
        "contact_email": organisation.contact_email,
        "contact_phone": organisation.contact_phone,
    }


def changed_fields(before: Organised, after: OrganisationDraft) -> tuple[str, ...]:
    """The names of the fields that a draft changes, in the order of the draft."""
    earlier = organisation_snapshot(before)
    return tuple(name for name in OrganisationDraft.__slots__ if organisation_snapshot(after)[name] != earlier[name])


_LINK_LIKE = re.compile("(?<=\\w)([.:\u3002\uff0e\uff61])(?=[\\w/])")


def name_in_mail(name: str) -> str:
    """A name that anybody may choose, so written that no mail program makes a link of it."""
    return _LINK_LIKE.sub(r"\1 ", name)
