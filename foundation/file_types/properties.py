"""Do a file's own properties, such as its title and author, hold what looks like a CPR number?

They follow a file wherever it goes, and few people know that they are there (contract 8.16).
"""

import re
from typing import Final

from foundation.file_types.refusal import FileRefused
from foundation.text import find_cpr

# Word, Excel and Adobe number their files; such a number is a run of hexadecimal digits in which chance may put
# ten that look like a person's.
_MACHINE_MADE: Final = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b", re.IGNORECASE
)


def refuse_cpr(text: str) -> None:
    """Raises FileRefused that tells where such a number is removed; the number itself is not repeated."""
    if find_cpr(_MACHINE_MADE.sub(" ", text)):
        raise FileRefused(
            "Filens egenskaber (for eksempel titel eller forfatter) indeholder noget, der ligner et CPR-nummer. "
            "Fjern det under Filer > Oplysninger i programmet, gem filen, og vælg den igen."
        )
