"""Which annexes can be laid beside a memo, and under which name does the memo list each of them?"""

from typing import Final

CASE_ANNEXES: Final[dict[str, str]] = {
    "proposal": "Forslaget",
    "budget": "Budgettet",
    "statements": "Forvaltningernes svar",
}
DEFAULT_ANNEXES: Final = ("proposal", "statements")
_FILE: Final = "file:"


def file_annex(key: str) -> str:
    """How an uploaded file is stored as an annex."""
    return f"{_FILE}{key}"
