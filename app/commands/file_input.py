"""What stands in the file that a command was given, or why can it not be read?"""

import sys
from pathlib import Path


def content_of(file: str) -> bytes:
    """The bytes of a file, or of standard input where the name is a dash; raises OSError."""
    if file == "-":
        return sys.stdin.buffer.read()
    return Path(file).read_bytes()


def why_unreadable(error: OSError) -> str:
    """One Danish sentence for whoever named the file."""
    reasons = {
        FileNotFoundError: "Filen findes ikke.",
        IsADirectoryError: "Det er en mappe. Skriv navnet på en fil.",
        PermissionError: "Du har ikke lov til at læse filen.",
    }
    return reasons.get(type(error), "Filen kan ikke læses.")
