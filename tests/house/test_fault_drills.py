"""Is every fault drill found, named once, and told of with the controls that it was seen to need?"""

import re

from foundation.settings import PROJECT
from tools.faults import BOTH
from tools.faults.run import find_drills

PAGE = (PROJECT / "docs" / "planted-faults.md").read_text(encoding="utf-8")


def test_every_drill_stands_once_on_the_list_and_runs_somewhere() -> None:
    drills = find_drills()
    faults = [drill.fault for drill in drills]
    assert faults == sorted(set(faults), key=lambda fault: int(fault[1:]))
    assert [drill.fault for drill in drills if not 0 < drill.rounds <= drill.full] == []
    assert [drill.fault for drill in drills if not drill.databases or not set(drill.databases) <= set(BOTH)] == []


def test_every_drill_has_a_planted_fault() -> None:
    rows = re.findall(r"^\| (F\d+) \|", PAGE, re.MULTILINE)
    assert set(rows) >= {drill.fault for drill in find_drills()}


def test_every_place_of_a_control_is_in_the_project() -> None:
    """A control that moves takes its line on the page with it."""
    named = re.findall(r"^\| F\d+ \|[^|]*\| `([^`:]+)(?::([\w.]+))?`", PAGE, re.MULTILINE)
    assert named
    gone = [
        (file, name)
        for file, name in named
        if not (PROJECT / file).is_file() or name.rpartition(".")[2] not in (PROJECT / file).read_text(encoding="utf-8")
    ]
    assert gone == []
