"""Has this step of the set-up been done already, and how is a failing one told?"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NETWORK_WORDS = (
    "connection",
    "temporary failure in name resolution",
    "name or service not known",
    "network is unreachable",
    "timed out",
    "max retries",
    "enotfound",
    "eai_again",
    "econnrefused",
    "enetunreach",
    "etimedout",
)


class SetUpFailed(Exception):
    """Carries what a person should read: what failed and what to do about it."""

    def __init__(self, told: str, *, offline: bool = False) -> None:
        super().__init__(told)
        self.offline = offline


def say(text: str) -> None:
    print(text, flush=True)


def fingerprint(*parts: Path | str) -> str:
    """One hash over the contents of files (a missing one counts as empty) and over plain texts."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else _content(part)
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def is_done(stamp: Path, state: str) -> bool:
    return _content(stamp) == state.encode()


def mark_done(stamp: Path, state: str) -> None:
    """The stamp is the last thing a step writes, so that an interrupted step is done again."""
    unfinished = stamp.with_name(stamp.name + ".new")
    unfinished.write_text(state)
    unfinished.replace(stamp)


def run(command: Sequence[str | Path], *, doing: str, cwd: Path = ROOT) -> None:
    """Run quietly; show the command's last words only when it fails."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    result = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        offline = any(word in result.stdout.lower() for word in NETWORK_WORDS)
        raise SetUpFailed(_told(result.stdout, doing=doing, offline=offline), offline=offline)


def _told(output: str, *, doing: str, offline: bool) -> str:
    lines = [line for line in output.splitlines() if line.strip()][-15:]
    told = [f"Failed while {doing}. Last words:", *(f"    {line}" for line in lines)]
    if offline:
        told.append("This step downloads packages: is the machine online, or is a proxy or a mirror missing?")
    told.append("Nothing is broken for good: type the same command again to go on.")
    return "\n".join(told)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups in one checkout wait for each other instead of writing over each other."""
    lock = ROOT / "var" / "set-up.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def answer_for(main: Callable[[], int]) -> int:
    """Turn every expected failure into plain words and an exit status."""
    # Being asked to end is met like Ctrl-C: what was started is stopped, nothing is left running.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return main()
    except SetUpFailed as failed:
        print(f"\n{failed}", file=sys.stderr)
    except OSError as error:
        print(f"\nThe set-up could not go on: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Type the same command again to go on.", file=sys.stderr)
        return 130
    return 1
