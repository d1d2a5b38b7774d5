"""How are the web server and the worker started?"""

import signal
import threading

import click

from app.commands.setting import Faults, need_current_schema, read_settings, sqlite_file, writers_place
from app.start_check import several_writers, unsafe_database, warnings_at_start
from foundation.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adressen, der lyttes på.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Porten.")
@click.option("--processes", type=click.IntRange(1, 64), help="Processer med PostgreSQL. Ellers 2; med SQLite altid 1.")
def serve(host: str, port: int, processes: int | None) -> None:
    """Start serveren. Med SQLite er worker'en med; med PostgreSQL startes den for sig."""
    run_server(read_settings(), host, port, processes)


def run_server(settings: Settings, host: str, port: int, processes: int | None = None) -> None:
    """Serve until a signal ends it. SQLite: 1 process × 8 threads under a file lock; PostgreSQL: 2 × 4."""
    from app.serving import Server

    alone = sqlite_file(settings) is not None
    workers = processes or (1 if alone else 2)
    if alone and workers > 1:
        raise Faults(several_writers())
    need_current_schema(settings)
    need_safe_database(settings)
    for line in warnings_at_start(settings, host):
        click.echo(line, err=True)
    with writers_place(settings):
        Server(settings, host, port, workers=workers, threads=8 if alone else 4, worker_inside=alone).run()


def need_safe_database(settings: Settings) -> None:
    """In production, raise Faults for a database that could lose what it has acknowledged."""
    faults = unsafe_database(settings.database_url) if settings.env == "production" else ()
    if faults:
        raise Faults(*faults)


@click.command()
def worker() -> None:
    """Send de mails, der venter, og bliv ved. Kan køre på flere maskiner med PostgreSQL."""
    from app.web_app import session_maker
    from app.worker import work_and_draw

    settings = read_settings()
    if sqlite_file(settings) is not None:
        raise Faults("Med SQLite sender serveren selv mails: raadslag serve. Worker'en er til PostgreSQL.")
    need_current_schema(settings)
    need_safe_database(settings)
    stop = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    work_and_draw(settings, session_maker(settings), stop)
