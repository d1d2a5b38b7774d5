"""Is this a whole PDF that opens without a password, does nothing by itself, and has no other file inside?

Source: reliability B53 and B58. It is never shown or mended here; what opens in a reader may have small faults.
"""

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Final

from foundation.file_types.properties import refuse_cpr
from foundation.file_types.refusal import FileRefused, more_than_one, not_whole, password

_READER: Final = Path(__file__).with_name("pdf_reader.py")
_SECONDS: Final = 20
"""The reader ends itself much sooner; so long it may take on a machine that is busy with other things."""

_END: Final = re.compile(rb"startxref\s+[0-9]+\s+%%EOF[\x00\t\n\f\r ]*\Z")
_LAST_BYTES: Final = 4096

_PRINT_ANEW = "Udskriv den til en ny PDF, og vælg den i stedet."
_TEXTS: Final = MappingProxyType(
    {
        "pages": "Filen har flere end 2.000 sider. Del den i mindre filer, eller vedhæft kun det, der skal bruges.",
        "active": f"Filen kan køre programmer eller hente noget udefra, når den åbnes. {_PRINT_ANEW}",
        "attached": "Filen har andre filer indlejret. Fjern dem, gem filen, og vedhæft dem hver for sig.",
        "heavy": f"Filen er for indviklet til at blive kontrolleret. {_PRINT_ANEW}",
    }
)


def check_pdf(content: bytes) -> None:
    """Raises FileRefused. The content begins with the mark of a PDF already."""
    _refuse_other_end(content)
    found = _read(content)
    fault = found["fault"]
    if fault:
        raise _refusal(fault)
    refuse_cpr(html.unescape(found["properties"]))


def _refuse_other_end(content: bytes) -> None:
    if b"%%EOF" not in content:
        raise not_whole()
    if not _END.search(content[-_LAST_BYTES:]):
        raise more_than_one()


def _refusal(fault: str) -> FileRefused:
    if fault == "password":
        return password()
    return not_whole() if fault == "broken" else FileRefused(_TEXTS[fault])


def _read(content: bytes) -> dict[str, str]:
    """What `pdf_reader.read` says. A reader that was stopped by its limits, or fell, is answered by "heavy"."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_READER)],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"fault": "heavy", "properties": ""}
    if done.returncode < 0:
        return {"fault": "heavy", "properties": ""}
    if done.returncode > 0:
        raise RuntimeError(f"the reader of PDF files ended with {done.returncode}")
    found: dict[str, str] = json.loads(done.stdout)
    return found
