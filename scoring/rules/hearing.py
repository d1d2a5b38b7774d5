"""When does an answer to a hearing come late?"""

from datetime import date


def is_late(due_on: date | None, on: date) -> bool:
    """After the last day to answer; a hearing that was never sent has no deadline to miss."""
    return due_on is not None and on > due_on
