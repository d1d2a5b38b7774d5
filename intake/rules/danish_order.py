"""In which order do Danish titles stand, whatever the database, the page or the paper?"""

import re
import unicodedata
from typing import Final

LONGEST_KEY: Final = 240
_AFTER_Z = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})
_DIGITS = re.compile(r"[0-9]+")
_NOT_SORTED_BY = re.compile(r"[^a-z0-9{|}]+")


def danish_key(text: str) -> bytes:
    """Bytes that compare as the texts stand: digits as numbers before letters; æ, ø and å (or aa) last.

    Capitals, accents and punctuation do not matter. Bytes, since every database compares those alike.
    """
    lowered = unicodedata.normalize("NFC", text).lower().replace("aa", "å").translate(_AFTER_Z)
    decomposed = unicodedata.normalize("NFD", lowered)
    plain = _NOT_SORTED_BY.sub(" ", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
    counted = _DIGITS.sub(lambda digits: f"{len(digits[0].lstrip('0')):02}{digits[0].lstrip('0')}", plain)
    return counted.strip().encode()[:LONGEST_KEY]
