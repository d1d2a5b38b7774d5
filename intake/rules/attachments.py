"""How many files, and how large, may a proposal hold?"""

from collections.abc import Sequence

from foundation.text import find_cpr

MOST_FILES = 50
MOST_BYTES = 100 * 1024 * 1024
"""Of all files of a proposal together (issue text and reliability.md B60)."""


def no_room(*, files: int, size_bytes: int, more: Sequence[int]) -> str:
    """Why some more files (their sizes in bytes) do not fit, in one Danish sentence; empty where they do."""
    if files + len(more) > MOST_FILES:
        return (
            f"Der er allerede {files} filer, og der er plads til {MOST_FILES}. Fjern nogle af dem, eller saml flere i "
            "én fil."
        )
    if size_bytes + sum(more) > MOST_BYTES:
        return "Filerne fylder for meget tilsammen. Der er plads til 100 MB i alt. Fjern en fil, eller gør den mindre."
    return ""


def name_fault(file_name: str) -> str:
    """What is wrong with a file's name, in one Danish sentence; empty where nothing is (contract 8.16)."""
    if find_cpr(file_name):
        return "Filens navn ser ud til at rumme et CPR-nummer. Giv filen et andet navn, og vælg den igen."
    return ""
