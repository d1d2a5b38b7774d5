"""Is what tests share between them the same as what each of them would make anew?"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import Connection
from sqlmodel import Session

from foundation.clock import FixedClock
from tests.builders import World
from tests.conftest import NOON, session_on
from tests.fingerprint import fingerprint
from tests.rights.stage import undone


def test_application_is_set_up_as_a_new_one(app: Flask, new_app: Flask) -> None:
    assert app.config == new_app.config
    assert app.extensions.keys() == new_app.extensions.keys()
    for name, made in new_app.extensions.items():
        if name != "raadslag.sessions":
            assert _parts(app.extensions[name]) == _parts(made), name
    assert [str(rule) for rule in app.url_map.iter_rules()] == [str(rule) for rule in new_app.url_map.iter_rules()]
    assert _names_of(app.before_request_funcs) == _names_of(new_app.before_request_funcs)
    assert _names_of(app.after_request_funcs) == _names_of(new_app.after_request_funcs)


def _names_of(hooks: Mapping[Any, Sequence[Callable[..., Any]]]) -> dict[Any, list[str]]:
    return {of: [hook.__qualname__ for hook in called] for of, called in hooks.items()}


def _parts(extension: object) -> object:
    return getattr(extension, "__dict__", extension)


def test_application_keeps_nothing_of_the_test_before(app: Flask, clock: FixedClock) -> None:
    """Whatever a test sets on it is gone in the next: run for each database, in any order, both find it clean."""
    assert "left behind" not in app.config
    assert "left behind" not in app.extensions
    assert app.extensions["raadslag.clock"] is clock
    app.config["left behind"] = app.extensions["left behind"] = True


def test_world_that_is_put_back_is_as_it_was_made(connection: Connection) -> None:
    stored = []
    for build in (World._made, World.build, World.build):
        with undone(connection), session_on(connection) as session:
            world = build(session, at=NOON)
            stored.append((_without_keys(session), world.call.title, sorted(world.people), _names(world)))
    assert stored[1] == stored[0]
    assert stored[2] == stored[0]


def _names(world: World) -> dict[str, str]:
    return {key: organisation.name for key, organisation in world.organisations.items()}


def _without_keys(session: Session) -> dict[str, list[str]]:
    """Every row, without what is drawn by lot or counted up: two worlds differ in nothing else."""
    lot = re.compile(r"UUID\('[0-9a-f-]{36}'\)|[0-9a-f]{8}-[0-9a-f-]{27}|^\(\d+, ")
    return {name: sorted(lot.sub("", row) for row in rows) for name, rows in fingerprint(session).items()}
