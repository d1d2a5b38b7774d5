"""How is the schema migrated and checked, and the installation backed up and restored, from the command line?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlmodel import Session

from app.commands.setting import (
    Faults,
    need_current_schema,
    one_transaction,
    read_settings,
    schema_is_current,
    sqlite_file,
    writers_place,
)
from foundation.errors import Refused
from foundation.settings import Settings


@click.group()
def db() -> None:
    """Databasens skema, filer og sikkerhedskopi."""


@db.command()
def upgrade() -> None:
    """Bring databasens skema op til denne udgave."""
    from app.migrate import upgrade as bring_up

    settings = read_settings()
    with writers_place(settings):
        schema_is_current(settings)  # What a later release has made is told plainly, and let alone.
        bring_up(settings.database_url)
    click.echo("Databasen har den nyeste form.")


@db.command()
def check() -> None:
    """Sig, om databasen har den form, som denne udgave skal bruge. Slutter med 2, hvis den ikke har."""
    if not schema_is_current(read_settings()):
        raise Faults("Databasen skal opgraderes: raadslag db upgrade")
    click.echo("Databasen har den nyeste form.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Tag en hel kopi af database, filer og skabeloner, mens serveren kører. FILE må ikke findes i forvejen.

    Ender FILE på .sqlite, bliver det en kopi af SQLite-databasen alene.
    """
    settings = read_settings()
    source = sqlite_file(settings)
    if source is not None and not source.exists():
        raise Faults(f"Der er ingen database i {source}.")
    if file.exists():
        raise Faults(f"{file} findes allerede. Vælg et andet navn.")
    if not file.parent.is_dir():
        raise Faults(f"Mappen {file.parent} findes ikke.")
    with _told_plainly():
        if file.suffix == ".sqlite":
            _copy_alone(source, file)
        else:
            _back_up(file, source)


def _copy_alone(source: Path | None, file: Path) -> None:
    from app.backup.snapshot import copy_sqlite

    if source is None:
        raise Faults("Databasen er PostgreSQL. Vælg et navn, der ender på .tar.")
    copy_sqlite(source, file)
    click.echo(f"Kopien står i {file}.")


def _back_up(file: Path, source: Path | None) -> None:
    from app.backup.taking import take_backup

    manifest = take_backup(read_settings(), file, sqlite=source, at=datetime.now(UTC))
    click.echo(f"Kopien står i {file}: {manifest.rows} rækker og {len(manifest.attachments)} filer.")
    if manifest.wanting:
        raise Faults(
            *(f"Filen {name} manglede eller var ændret, da kopien blev taget." for name in manifest.wanting),
            "Kopien er taget alligevel. Se hvilke sager det er: raadslag db check-files",
        )


@db.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Hent en kopi frem i en tom database og en tom mappe. Kopien prøves først, og ingen breve sendes bagefter."""
    from app.backup.restoring import restore_backup

    settings = read_settings()
    with writers_place(settings), _told_plainly():
        restored = restore_backup(settings, file, sqlite=sqlite_file(settings), at=datetime.now(UTC))
    manifest = restored.manifest
    click.echo(f"Gendannet fra {manifest.copied_at}: {manifest.rows} rækker og {len(manifest.attachments)} filer.")
    click.echo(f"Alle er logget ud, og {restored.letters} breve holdes tilbage. Slip dem med: raadslag db release-mail")
    if manifest.wanting:
        click.echo(
            f"{len(manifest.wanting)} filer manglede eller var ændret allerede i kopien: raadslag db check-files"
        )


@db.command("release-mail")
@click.option("--discard-old", is_flag=True, help="Send ikke de breve, der allerede ventede i kopien.")
def release(discard_old: bool) -> None:
    """Lad breve forlade en gendannet database igen."""
    from foundation.mail_hold import discard_old_mail, release_mail

    settings = read_settings()
    need_current_schema(settings)
    let_go = discard_old_mail if discard_old else release_mail
    with writers_place(settings), one_transaction(settings) as session:
        try:
            released = let_go(session, at=datetime.now(UTC))
        except Refused as refused:
            raise Faults(refused.text) from refused
    click.echo(f"{released.letters} breve må sendes nu. {released.discarded} breve fra kopien sendes ikke.")


@db.command("check-files")
def files() -> None:
    """Læs alle filer, og nævn dem, der mangler eller er ændret. Slutter med 2, hvis der er nogen."""
    from app.file_check import check_files
    from foundation.storage import FileState, Storage

    settings = read_settings()
    need_current_schema(settings)
    words = {FileState.MISSING: "mangler", FileState.CHANGED: "er ændret"}
    with _reading(settings) as session:
        found = check_files(session, Storage(settings.attachments_folder))
    if found.bad:
        raise Faults(*(f"{bad.case}: filen {bad.stored_name} {words[bad.state]}." for bad in found.bad))
    click.echo(f"{found.files} filer er, som de blev gemt. {found.unknown} filer hører ikke til en sag.")


@contextmanager
def _reading(settings: Settings) -> Iterator[Session]:
    """A session that never asks for the writer's place, so that nobody waits for it."""
    from foundation.db import make_engine

    engine = make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def _told_plainly() -> Iterator[None]:
    """A copy that cannot be taken or used is told in a line; a full disk too."""
    from app.backup.manifest import BackupFault

    try:
        yield
    except BackupFault as fault:
        raise Faults(str(fault)) from fault
    except OSError as fault:
        raise Faults(f"Det kunne ikke skrives eller læses: {fault.strerror or type(fault).__name__}.") from fault
