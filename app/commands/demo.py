"""How is the demo loaded and started?"""

from datetime import UTC, datetime

import click

from app.commands.setting import Faults, need_current_schema, one_transaction, read_settings, writers_place
from foundation.settings import Settings


@click.group()
def demo() -> None:
    """Prøveversionen: opdigtede personer og forslag."""


@demo.command()
def load() -> None:
    """Læg prøveåret i en tom database. En database med indhold røres ikke."""
    settings = read_settings()
    need_current_schema(settings)
    with writers_place(settings):
        if not _load(settings):
            raise Faults("Databasen er ikke tom. Prøveåret lægges kun i en tom database.")
    click.echo("Prøveåret er lagt ind.")


@demo.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def run(host: str, port: int) -> None:
    """Gør databasen klar, læg prøveåret ind, hvis den er tom, og start serveren."""
    from app.commands.serve import run_server
    from app.migrate import upgrade

    settings = read_settings()
    if not settings.is_demo:
        raise Faults("demo run er kun til prøveversionen: RAADSLAG_ENV=demo")
    with writers_place(settings):
        upgrade(settings.database_url)
        if _load(settings):
            click.echo("Prøveåret er lagt ind.")
    _say_hello(settings, host, port)
    run_server(settings, host, port)


def _load(settings: Settings) -> bool:
    from app.demo.year import load_demo

    with one_transaction(settings) as session:
        return load_demo(session, base_url=settings.base_url, at=datetime.now(UTC))


def _say_hello(settings: Settings, host: str, port: int) -> None:
    from foundation.identity.queries import colleagues
    from foundation.identity.roles import ALL_ROLES

    click.echo(f"Rådslag kører på http://{host}:{port}")
    click.echo("Log ind med en knap pr. person på /sign-in:")
    with one_transaction(settings) as session:
        for person in colleagues(session, ALL_ROLES):
            department = f" ({person.department})" if person.department else ""
            click.echo(f"  {person.name}: {person.role_word}{department}")
