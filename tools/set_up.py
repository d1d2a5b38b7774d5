"""What does a fresh checkout need before it can run, and what more before it can be tested?"""

from __future__ import annotations

import sys

from tools.front_end import ensure_front_end
from tools.steps import SetUpFailed, answer_for, one_at_a_time
from tools.test_tools import ensure_test_tools, tell_missing, tell_versions
from tools.virtual_env import ensure_runtime, ensure_test_packages


def set_up_to_run() -> int:
    with one_at_a_time():
        ensure_runtime()
        ensure_front_end(with_packages=False)
    return 0


def set_up_to_test() -> int:
    with one_at_a_time():
        ensure_test_packages()
        ensure_front_end(with_packages=True)
        ensure_test_tools()
    tell_versions()
    # Whether a missing tool makes the tests red is for the checks to say, after everything that could run has run.
    tell_missing()
    return 0


def main() -> int:
    purposes = {"run": set_up_to_run, "test": set_up_to_test}
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in purposes:
        raise SetUpFailed(f"Set up to do what? One of: {', '.join(purposes)}.")
    return purposes[purpose]()


if __name__ == "__main__":
    sys.exit(answer_for(main))
