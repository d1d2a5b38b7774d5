"""How are papers made from the command line?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from app.commands.setting import Faults, need_current_schema, one_transaction, read_settings
from foundation.settings import Settings
from foundation.text import clean_line


@click.group()
def export() -> None:
    """Papirer ud af systemet."""


def _ready_to_write(output: Path) -> Settings:
    """The settings, when the schema is current and the file can stand where it was asked for. Raises Faults."""
    settings = read_settings()
    need_current_schema(settings)
    if not output.parent.is_dir() or output.is_dir():
        raise Faults(f"-o: {output} er ikke en fil i en mappe, der findes.")
    return settings


@contextmanager
def whole_or_none(output: Path) -> Iterator[Path]:
    """A file to write in beside the one asked for; it takes the name when all is written and the log row stands.

    What is no ordinary file, such as /dev/stdout, is written to as it is.
    """
    if output.exists() and not output.is_file():
        yield output
        return
    output = output.resolve()
    unfinished = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


@export.command("decision-memo")
@click.argument("reference")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="Filen, der skal skrives.")
def decision_memo(reference: str, output: Path) -> None:
    """Skriv indstillingen til sag REFERENCE som Word-fil, den samme som siden giver."""
    from exports.events import PaperExported
    from exports.memo_layout import MemoFault
    from exports.register import PAPERS
    from foundation.clock import today
    from foundation.errors import Refused
    from intake.actions import record_on
    from intake.queries import find_proposal

    settings = _ready_to_write(output)
    at = datetime.now(UTC)
    with whole_or_none(output) as unfinished, one_transaction(settings) as session:
        proposal = find_proposal(session, reference)
        if proposal is None:
            raise Faults(f"Der er ingen sag {clean_line(reference)}.")
        try:
            content = PAPERS["decision-memo"].make(session, proposal, settings, None, today(at))
        except (Refused, MemoFault) as refused:
            raise Faults(clean_line(str(refused))) from refused
        record_on(session, proposal, PaperExported("decision-memo"), actor=None, at=at)
        unfinished.write_bytes(content)
    click.echo(f"Indstillingen står i {output}.")


@export.command("call")
@click.argument("slug")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="Filen, der skal skrives.")
def call_list(slug: str, output: Path) -> None:
    """Skriv forslag og vurderinger i call SLUG som regneark, et ark med hver."""
    from exports.call_list import write_lists
    from exports.call_list_facts import everything_of
    from exports.events import ListExported
    from foundation.audit import record
    from foundation.errors import Refused
    from intake.queries import public_call

    settings = _ready_to_write(output)
    at = datetime.now(UTC)
    with whole_or_none(output) as unfinished, one_transaction(settings) as session:
        call = public_call(session, slug)
        if call is None:
            raise Faults(f"Der er intet call {clean_line(slug)}.")
        try:
            sheets = everything_of(session, call, at=at)
        except Refused as refused:
            raise Faults(clean_line(str(refused))) from refused
        with unfinished.open("wb") as file:
            written = write_lists(file, sheets, [("Call", call.title), ("Hentet af", "kommandolinjen")])
        happened = ListExported("", *written.rows)
        record(session, happened, subject_type="call", subject_id=call.id, actor=None, at=at)
    click.echo(f"{written.rows[0]} forslag og {written.rows[1]} vurderinger står i {output}.")
