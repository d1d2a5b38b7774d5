"""How is XML that a stranger wrote read, so that it can neither grow, reach out nor hide anything?

Only UTF-8, and never a DOCTYPE, so that there are no entities to blow up or fetch. What is walked through is never
held as a tree. Source: reliability B57.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from lxml import etree

from foundation.file_types.refusal import FileRefused, not_whole

DEEPEST: Final = 256
MOST_ELEMENTS: Final = 400_000
"""In all the parts of one file that are walked through."""
LONGEST_TEXT: Final = 5_000_000
"""Characters in one element."""

_FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY")
_DECLARED: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_KEPT_BACK: Final = max(map(len, _FORBIDDEN)) - 1


class Budget:
    """How many elements may still be walked through in this file."""

    def __init__(self, most: int = MOST_ELEMENTS) -> None:
        self.left = most


class Reader:
    """What is told of an element and its text; a reader of something particular overrides `opened` and `read`."""

    wanted: tuple[str, ...] = ()
    """The names, without namespace, of the elements that `opened` is told of."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._depth = 0
        self._length = 0

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins that is wanted."""

    def read(self, text: str) -> None:
        """A piece of text; one text may come in several."""

    # What lxml calls, by its names.

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._length = 0
        self._budget.left -= 1
        if self._depth > DEEPEST or self._budget.left < 0:
            raise too_intricate()
        # Most elements of a long document end here, and the second look is only for those that remain.
        if tag.endswith(self.wanted) and (name := tag.rpartition("}")[2]) in self.wanted:
            self.opened(name, attributes)

    def end(self, _tag: str) -> None:
        self._depth -= 1

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise too_intricate()
        self.read(text)

    def close(self) -> None:
        """Nothing is built."""


def plain(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes. Raises FileRefused when they are not UTF-8 or hold a DOCTYPE."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = b""
    for chunk in chunks:
        if not before:
            _refuse_other_encoding(chunk)
        seen = before + chunk
        if b"\x00" in chunk or any(mark in seen for mark in _FORBIDDEN):
            raise _unwelcome()
        _decode(decoder, chunk)
        before = seen[-_KEPT_BACK:]
        yield chunk
    _decode(decoder, b"", final=True)


def walk(chunks: Iterable[bytes], reader: Reader) -> None:
    """Tells the reader of every element. Raises FileRefused for what is no XML, or not `plain`."""
    parser = etree.XMLParser(
        target=cast(Any, reader),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        for chunk in plain(chunks):
            parser.feed(chunk)
        parser.close()
    except etree.XMLSyntaxError:
        raise not_whole() from None


def too_intricate() -> FileRefused:
    return FileRefused("Filen er for indviklet til at blive kontrolleret. Gem den som PDF, og vælg den i stedet.")


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        raise _unwelcome() from None


def _refuse_other_encoding(beginning: bytes) -> None:
    declared = _DECLARED.match(beginning)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise _unwelcome()


def _unwelcome() -> FileRefused:
    return FileRefused(
        "Filen er skrevet på en måde, som Word og Excel ikke bruger. Åbn den, gem en kopi, og vælg kopien."
    )
