"""How are proposals that came by mail entered from the command line, all of them or none?"""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import click

from app.commands.file_input import content_of, why_unreadable
from app.commands.setting import Faults, need_current_schema, one_transaction, read_settings, writers_place
from foundation.settings import Settings
from foundation.text import clean_line

if TYPE_CHECKING:
    from sqlmodel import Session

    from foundation.identity.roles import Actor
    from intake.models import Call
    from intake.rules.call import FocusArea
    from intake.rules.import_rows import ImportDraft


@click.group(name="import")
def import_group() -> None:
    """Forslag ind i systemet."""


@import_group.command("proposals")
@click.argument("file", metavar="FILE")
@click.option("--call", "slug", required=True, metavar="SLUG", help="Callets navn i adressen: /calls/SLUG.")
@click.option("--preview", is_flag=True, help="Vis, hvad der ville blive indlæst, og skriv ingenting.")
@click.option("--by", "email", metavar="MAIL", help="Mailadresse på den i sekretariatet, der indlæser.")
def proposals(file: str, slug: str, preview: bool, email: str | None) -> None:
    """Indlæs forslag, der er kommet pr. mail, fra et regneark (xlsx) eller JSON.

    FILE er filens navn eller - for det, der sendes ind på standard input. Skabelonen hentes på callets side "Indlæs
    forslag". Er der fejl, indlæses intet: hver fejl står på sin egen linje, og programmet slutter med kode 2.
    """
    settings = read_settings()
    need_current_schema(settings)
    content = _content(file)
    if preview:
        _import(settings, content, slug, email, preview=True)
        return
    with writers_place(settings):
        _import(settings, content, slug, email, preview=False)


def _content(file: str) -> bytes:
    try:
        return content_of(file)
    except OSError as fault:
        raise Faults(f"{clean_line(file)}: {why_unreadable(fault)}") from fault


def _import(settings: Settings, content: bytes, slug: str, email: str | None, *, preview: bool) -> None:
    from foundation.errors import Refused
    from intake.actions.imports import need_importable
    from intake.import_file import look_through
    from intake.queries import any_call
    from scoring.rules.dimensions import Dimension
    from scoring.wording import WORDS

    at = datetime.now(UTC)
    with one_transaction(settings) as session:
        call = any_call(session, slug)
        if call is None:
            raise Faults(f"--call: der er ikke noget call {clean_line(slug)}.")
        try:
            if not call.is_history:
                need_importable(call, at=at)
            dimensions = {one.value: WORDS[Dimension][one] for one in Dimension}
            found = look_through(session, call, content, at=at, dimensions=dimensions)
            if found.faults:
                raise Faults(*(clean_line(fault.line) for fault in found.faults))
            if preview:
                _show(found.drafts)
                return
            first, last, count = _enter(session, settings, call, found.drafts, email, at)
        except Refused as refused:
            raise Faults(clean_line(refused.text)) from refused
    click.echo(f"{_counted(count)} er indlæst: {first}{f' til {last}' if count > 1 else ''}.")


def _enter(
    session: "Session",
    settings: Settings,
    call: "Call",
    drafts: "tuple[ImportDraft, ...]",
    email: str | None,
    at: datetime,
) -> tuple[str, str, int]:
    """Enter them, and tell the first and last reference and how many there are."""
    from intake.actions.imports import import_history, import_proposals

    actor = _actor(session, email) if email else None
    if call.is_history:
        if actor is None:
            raise Faults("--by: skriv, hvem i sekretariatet der indlæser de historiske sager.")
        made = import_history(session, call, drafts, actor=actor, at=at)
    else:
        made = import_proposals(session, call, drafts, actor=actor, at=at, base_url=settings.base_url)
    return made[0].reference or "", made[-1].reference or "", len(made)


def _actor(session: "Session", email: str) -> "Actor":
    """The person of the secretariat with that address. Raises Faults for anybody else."""
    from uuid import uuid4

    from foundation.identity.queries import colleagues, person_by_email
    from foundation.identity.roles import Actor, Role

    person = person_by_email(session, email)
    officers = {one.person_id for one in colleagues(session, frozenset({Role.SECRETARIAT}))}
    if person is None or person.id not in officers:
        raise Faults("--by: adressen hører ikke til nogen i sekretariatet.")
    return Actor(person.id, person.name, person.email, Role.SECRETARIAT, None, frozenset(), uuid4())


def _show(drafts: "tuple[ImportDraft, ...]") -> None:
    click.echo(f"{_counted(len(drafts))} kan indlæses. Intet er gemt.")
    for draft in drafts:
        click.echo(f"  {draft.row.place}: {draft.title}, {draft.organisation.name}")


def _counted(count: int) -> str:
    return "1 forslag" if count == 1 else f"{count} forslag"


# ---- history ------------------------------------------------------------------------------------------------------

_DAY = click.DateTime(formats=["%d.%m.%Y"])


@import_group.command("past-call")
@click.option("--title", required=True, help="Callets titel.")
@click.option("--opened", required=True, type=_DAY, metavar="DATO", help="Dagen, det åbnede: 1.11.2021.")
@click.option("--closed", required=True, type=_DAY, metavar="DATO", help="Dagen, fristen udløb kl. 12.")
@click.option("--area", "areas", required=True, multiple=True, help="Et hovedområde, for eksempel mental_illness.")
@click.option("--frame", default=0, type=click.IntRange(0), help="Penge i alt, i hele kroner.")
@click.option("--cap", default=0, type=click.IntRange(0), help="Højst til hvert projekt, i hele kroner.")
@click.option("--by", "email", required=True, metavar="MAIL", help="Den i sekretariatet, der skriver det ind.")
def past_call(
    title: str, opened: datetime, closed: datetime, areas: tuple[str, ...], frame: int, cap: int, email: str
) -> None:
    """Skriv et call fra før Rådslag ind som historie, så dets sager kan indlæses i det."""
    from foundation.clock import copenhagen_moment
    from foundation.errors import Refused
    from foundation.money import ORE_PER_KRONE
    from intake.actions.imports import enter_past_call
    from intake.rules.call_draft import CallDraft, deadline_fault
    from scoring.rules.policies import CURRENT_POLICY_ID

    settings = read_settings()
    need_current_schema(settings)
    draft = CallDraft(
        title=clean_line(title),
        opens_at=copenhagen_moment(opened.date(), time(9)),
        closes_at=copenhagen_moment(closed.date(), time(12)),
        purpose="Callet er fra før Rådslag og er skrevet ind som historie.",
        focus_areas=_areas(areas),
        frame_ore=frame * ORE_PER_KRONE,
        per_project_cap_ore=cap * ORE_PER_KRONE,
        policy_id=CURRENT_POLICY_ID,
    )
    fault = deadline_fault(opens_at=draft.opens_at, closes_at=draft.closes_at)
    if fault is not None:
        raise Faults(f"--closed: {fault.text}")
    with writers_place(settings), one_transaction(settings) as session:
        try:
            made = enter_past_call(session, draft, actor=_actor(session, email), at=datetime.now(UTC))
        except Refused as refused:
            raise Faults(clean_line(refused.text)) from refused
        slug = made.slug
    click.echo(f"Callet er skrevet ind. Indlæs sagerne: raadslag import proposals FILE --call {slug} --by {email}")


def _areas(slugs: tuple[str, ...]) -> "tuple[FocusArea, ...]":
    from intake.rules.call import FocusArea

    try:
        return tuple(FocusArea(slug) for slug in dict.fromkeys(slugs))
    except ValueError as unknown:
        raise Faults(f"--area: skriv et af disse: {', '.join(FocusArea)}.") from unknown
