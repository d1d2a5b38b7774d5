"""How are the web server and the worker started?"""

import signal
import threading

import click

from app.commands.setting import Faults, need_current_schema, read_settings, sqlite_file, writers_place
from foundation.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adressen, der lyttes på.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Porten.")
def serve(host: str, port: int) -> None:
    """Start serveren. Med SQLite er worker'en med; med PostgreSQL startes den for sig."""
    run_server(read_settings(), host, port)


def run_server(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal ends it. SQLite: 1 process × 8 threads under a file lock; PostgreSQL: 2 × 4."""
    from app.serving import Server

    need_current_schema(settings)
    alone = sqlite_file(settings) is not None
    with writers_place(settings):
        Server(settings, host, port, workers=1 if alone else 2, threads=8 if alone else 4, worker_inside=alone).run()


@click.command()
def worker() -> None:
    """Send de mails, der venter, og bliv ved. Kan køre på flere maskiner med PostgreSQL."""
    from app.web_app import session_maker
    from app.worker import work

    settings = read_settings()
    if sqlite_file(settings) is not None:
        raise Faults("Med SQLite sender serveren selv mails: raadslag serve. Worker'en er til PostgreSQL.")
    need_current_schema(settings)
    stop = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    work(settings, session_maker(settings), stop)
