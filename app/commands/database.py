"""How is the schema migrated, checked and backed up from the command line?"""

from pathlib import Path

import click

from app.commands.setting import Faults, read_settings, schema_is_current, sqlite_file, writers_place


@click.group()
def db() -> None:
    """Databasens skema og sikkerhedskopi."""


@db.command()
def upgrade() -> None:
    """Bring databasens skema op til denne udgave."""
    from app.migrate import upgrade as bring_up

    settings = read_settings()
    with writers_place(settings):
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
    """Tag en hel kopi af databasen, mens serveren kører. FILE må ikke findes i forvejen."""
    from foundation.db import sqlite_module

    source = sqlite_file(read_settings())
    if source is None:
        raise Faults("Brug pg_dump til PostgreSQL.")
    if not source.exists():
        raise Faults(f"Der er ingen database i {source}.")
    if file.exists():
        raise Faults(f"{file} findes allerede. Vælg et andet navn.")
    if not file.parent.is_dir():
        raise Faults(f"Mappen {file.parent} findes ikke.")
    module = sqlite_module()
    reader, writer = module.connect(str(source)), module.connect(str(file))
    try:
        reader.backup(writer)
    finally:
        writer.close()
        reader.close()
    click.echo(f"Kopien står i {file}.")
