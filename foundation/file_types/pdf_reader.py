"""What does a PDF hold that acts by itself or hides, and what do its properties say?

A program of its own, started by `pdf.py` for each file: a hostile file can make any reader work or grow without end,
and here that ends with the program. It reads the file from standard input, writes a line of JSON, imports nothing
of ours, and is given no settings.
"""

import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf

MOST_PAGES: Final = 2_000
CPU_SECONDS: Final = 2
MEMORY: Final = 512 * 1024 * 1024
"""Address space, of which Python and the libraries take a good deal before they have read a byte."""
_LARGEST_STREAM: Final = 64 * 1024 * 1024
_LONGEST_PROPERTIES: Final = 1_000_000

_ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/ImportData", "/GoToE", "/Rendition"})
_ACTIVE_KEYS: Final = frozenset({"/JS", "/XFA"})
_REACHING_OUT: Final = frozenset({"/URI", "/GoToR", "/SubmitForm", *_ACTIONS})
"""What may be clicked on, but not happen when a page is opened."""
_WORTH_A_LOOK: Final = re.compile(
    rb"/(?:JS|XFA|JavaScript|Launch|ImportData|GoToE|Rendition|RichMedia|EF|EmbeddedFile|AA|OpenAction)(?![A-Za-z0-9])"
)


def read(content: bytes) -> dict[str, str]:
    """`fault` is one of "", "password", "broken", "pages", "active", "attached"; `properties` is all their text."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            fault = _fault(pdf)
            return {"fault": fault, "properties": "" if fault else _properties(pdf)[:_LONGEST_PROPERTIES]}
    except pikepdf.PasswordError:
        return {"fault": "password", "properties": ""}
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return {"fault": "broken", "properties": ""}


def _fault(pdf: pikepdf.Pdf) -> str:
    pages = len(pdf.pages)
    if not 0 < pages <= MOST_PAGES:
        return "pages" if pages else "broken"
    for found in pdf.objects:
        fault = _fault_of(found)
        if fault:
            return fault
    return ""


def _fault_of(found: Any) -> str:
    """Of one object of the file; those it refers to come by themselves."""
    if isinstance(found, pikepdf.Name):
        return "active" if str(found) in _ACTIONS else ""
    if not isinstance(found, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
        return ""
    written = found.stream_dict if isinstance(found, pikepdf.Stream) else found
    if not _WORTH_A_LOOK.search(written.unparse(resolved=True)):
        return ""
    return next(filter(None, map(_fault_of_dictionary, _dictionaries(written))), "")


def _dictionaries(top: Any) -> Iterator[Any]:
    """Those that are written into one object, itself included."""
    waiting = [top]
    while waiting:
        found = waiting.pop()
        is_dictionary = isinstance(found, pikepdf.Dictionary)
        if is_dictionary:
            yield found
        inner = [value for _, value in found.items()] if is_dictionary else list(found)
        waiting += [
            value for value in inner if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
        ]


def _fault_of_dictionary(found: Any) -> str:
    keys = set(found.keys())
    if keys & _ACTIVE_KEYS or _name(found, "/S") in _ACTIONS or _name(found, "/Subtype") == "/RichMedia":
        return "active"
    # Reader rights have an /EF too, which is a list of words.
    if isinstance(found.get("/EF"), pikepdf.Dictionary) or _name(found, "/Type") == "/EmbeddedFile":
        return "attached"
    if any(_reaches_out(action) for action in _by_themselves(found)):
        return "active"
    return ""


def _by_themselves(found: Any) -> Iterator[Any]:
    """The actions that need no click: on opening, and the additional actions of a page, a field or the file."""
    if "/OpenAction" in found:
        yield found["/OpenAction"]
    additional = found.get("/AA")
    if isinstance(additional, pikepdf.Dictionary):
        yield from (value for _, value in additional.items())


def _reaches_out(first: Any) -> bool:
    waiting, seen = [first], 0
    while waiting and seen < 1_000:
        action, seen = waiting.pop(), seen + 1
        if not isinstance(action, pikepdf.Dictionary):
            continue
        if _name(action, "/S") in _REACHING_OUT:
            return True
        following = action.get("/Next")
        waiting += list(following) if isinstance(following, pikepdf.Array) else [following]
    return False


def _name(found: Any, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _properties(pdf: pikepdf.Pdf) -> str:
    about = pdf.trailer.get("/Info")
    texts = [str(value) for _, value in about.items()] if isinstance(about, pikepdf.Dictionary) else []
    extended = pdf.Root.get("/Metadata")
    if isinstance(extended, pikepdf.Stream):
        texts.append(_decoded(extended.read_bytes()[:_LONGEST_PROPERTIES]))
    return "\n".join(texts)


def _decoded(extended: bytes) -> str:
    is_wide = extended.startswith((b"\xff\xfe", b"\xfe\xff"))
    return extended.decode("utf-16" if is_wide else "utf-8", "replace")


def _bind() -> None:
    """From here on the program is ended when it takes too much."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_LARGEST_STREAM,
        png_max_memory=_LARGEST_STREAM,
        run_length_max_memory=_LARGEST_STREAM,
        tiff_max_memory=_LARGEST_STREAM,
    )


def main() -> None:
    try:
        _bind()
        answer = read(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"fault": "heavy", "properties": ""}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
