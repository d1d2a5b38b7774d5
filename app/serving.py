"""How does gunicorn run the application?"""

import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.web_app import create_app, session_maker
from app.worker import work
from foundation.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads; nothing of the application is made before the worker process has been forked."""

    def __init__(
        self, settings: Settings, host: str, port: int, *, workers: int, threads: int, worker_inside: bool
    ) -> None:
        self.settings = settings
        self.worker_inside = worker_inside
        self.options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "limit_request_line": 8190,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": self._stop_worker,
        }
        self.stop = threading.Event()
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in each worker process."""
        app = create_app(self.settings)
        if self.worker_inside:
            sessions = session_maker(self.settings)
            threading.Thread(target=work, args=(self.settings, sessions, self.stop), daemon=True).start()
        return app

    def _stop_worker(self, _server: Any, _worker: Any) -> None:
        self.stop.set()
