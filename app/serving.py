"""How does gunicorn run the application?"""

import ctypes
import gc
import threading
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication

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
        _share_one_heap()
        from app.web_app import create_app, session_maker  # The process that only watches over them does without.

        app = create_app(self.settings)
        if self.worker_inside:
            from app.worker import work_and_draw

            sessions = session_maker(self.settings)
            threading.Thread(target=work_and_draw, args=(self.settings, sessions, self.stop), daemon=True).start()
        # What is loaded now stays: looking through it for rubbish would make somebody's page wait a tenth of a second.
        gc.collect()
        gc.freeze()
        return app

    def _stop_worker(self, _server: Any, _worker: Any) -> None:
        self.stop.set()


_ARENAS: Final = -8
"""What glibc calls M_ARENA_MAX."""


def _share_one_heap() -> None:
    """Let all threads take memory from one heap: with one for each, twenty megabytes lie about unused.

    Only one thread runs at a time, so none waits for it. A C library that knows no such setting is left as it is.
    """
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(_ARENAS, 1)
