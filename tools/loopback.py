"""How does a tool start the real server on this machine, and speak to it as a browser that has signed in?"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SECRET = "only-for-measuring-0123456789-abcdefghij"  # noqa: S105
_LONGEST_START_SECONDS = 60


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Does somebody take connections on the port?"""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def family(pid: int) -> list[int]:
    """The process and all that descend from it; those that end meanwhile are left out."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(descendant for child in children for descendant in family(int(child)))]


def wait_until_alive(process: subprocess.Popen[bytes], port: int) -> None:
    """Back when the port takes connections. Raises SystemExit when the server ends first, or takes too long."""
    for _ in range(_LONGEST_START_SECONDS * 20):
        if process.poll() is not None:
            raise SystemExit("the server ended before it answered")
        if is_taken(port):
            return
        time.sleep(0.05)
    raise SystemExit(f"the server did not answer within {_LONGEST_START_SECONDS} seconds")


def environ_of(url: str, folder: Path, **more: str) -> dict[str, str]:
    """What an installation on the database finds in its environment: mail and files go to the folder."""
    return {
        **os.environ,
        "RAADSLAG_ENV": "test",
        "RAADSLAG_DATABASE_URL": url,
        "RAADSLAG_SECRET_KEY": SECRET,
        "RAADSLAG_MAIL_URL": f"file:{folder / 'mail'}",
        "RAADSLAG_STORAGE_URL": f"file:{folder / 'storage'}",
        **more,
    }


def cookie_with(values: dict[str, str]) -> str:
    """The signed cookie that a browser would send when the server has stored these values in it."""
    from flask import Flask
    from flask.sessions import SecureCookieSessionInterface

    app = Flask("measuring")
    app.secret_key = SECRET
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise ValueError("without a key there is no signer")
    return f"raadslag={signer.dumps(values)}"


def cookie_for(token: str) -> str:
    """The cookie of a browser that is signed in with this session."""
    return cookie_with({"sid": token})
