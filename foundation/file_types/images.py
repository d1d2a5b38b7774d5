"""Is this one whole PNG or JPG of a size that can be shown, with nothing hidden behind it?

The picture's own chunks and segments are followed to its end; what a phone puts behind a JPG is further JPGs. The
picture is never unpacked here. Source: reliability B53 and B59.
"""

import re
import struct
from io import BytesIO
from typing import Final

from foundation.file_types.refusal import FileRefused, more_than_one, not_whole

MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 12_000
MOST_PIECES: Final = 20_000
"""Chunks of a PNG, or segments of a JPG."""

_CHUNK: Final = struct.Struct(">L4s")
_PNG_BEGINS: Final = 8
_CHECK_SUM: Final = 4

_MARKER: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
"""The next segment: neither a byte 255 of the picture itself, nor a mark to start over, nor what fills up."""
_PADDING: Final = re.compile(rb"\x00*")
_LENGTH: Final = struct.Struct(">H")
_FRAME: Final = struct.Struct(">xHH")
_PICTURE_BEGINS, _PICTURE_ENDS = 0xD8, 0xD9
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_png(content: bytes) -> None:
    """Raises FileRefused. The content begins with the mark of a PNG already."""
    place = _PNG_BEGINS
    for _ in range(MOST_PIECES):
        name, begin, end = _chunk(content, place)
        if place == _PNG_BEGINS:
            _refuse_first_chunk(content, name, begin, end)
        if name == b"fdAT" or (name == b"acTL" and content[begin : begin + 4] != b"\x00\x00\x00\x01"):
            raise FileRefused("Billedet bevæger sig. Gem et enkelt af dets billeder, og vælg det.")
        place = end + _CHECK_SUM
        if name == b"IEND":
            break
    if name != b"IEND":
        raise not_whole()
    if place != len(content):
        raise more_than_one()
    _refuse_unreadable(content, "PNG")


def check_jpeg(content: bytes) -> None:
    """Raises FileRefused. The content begins with the mark of a JPG already."""
    place = 0
    while place < len(content):
        if not content.startswith(b"\xff\xd8\xff", place):
            raise more_than_one()
        end = _end_of_jpeg(content, place)
        place = _after_padding(content, end)
    _refuse_unreadable(content, "JPEG")


def _chunk(content: bytes, place: int) -> tuple[bytes, int, int]:
    """The name of a PNG's chunk, and where what it holds begins and ends."""
    if place + _CHUNK.size > len(content):
        raise not_whole()
    length, name = _CHUNK.unpack_from(content, place)
    begin = place + _CHUNK.size
    if begin + length + _CHECK_SUM > len(content):
        raise not_whole()
    return name, begin, begin + length


def _refuse_first_chunk(content: bytes, name: bytes, begin: int, end: int) -> None:
    if name != b"IHDR" or end - begin != 13:
        raise not_whole()
    _refuse_size(*struct.unpack_from(">LL", content, begin))


def _refuse_size(width: int, height: int) -> None:
    if not width or not height:
        raise not_whole()
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise FileRefused(
            "Billedet er for stort: højst 40 millioner billedpunkter og 12.000 på hver led. "
            "Gem det mindre, og vælg det igen."
        )


def _end_of_jpeg(content: bytes, begin: int) -> int:
    """Where the picture that begins there is over. Raises FileRefused when it never is, or is too large."""
    place, has_size = begin + 2, False
    for _ in range(MOST_PIECES):
        found = _MARKER.search(content, place)
        if not found:
            raise not_whole()
        marker, place = found[1][0], found.end()
        if marker == _PICTURE_ENDS and has_size:
            return place
        if marker in (_PICTURE_BEGINS, _PICTURE_ENDS):
            break
        if marker != 0x01:
            has_size = _refuse_frame(content, marker, place) or has_size
            place += _length(content, place)
    raise not_whole()


def _refuse_frame(content: bytes, marker: int, place: int) -> bool:
    """Whether this segment says how large the picture is."""
    if marker not in _FRAMES or place + 2 + _FRAME.size > len(content):
        return False
    height, width = _FRAME.unpack_from(content, place + 2)
    _refuse_size(width, height)
    return True


def _length(content: bytes, place: int) -> int:
    if place + 2 > len(content):
        raise not_whole()
    length = int(_LENGTH.unpack_from(content, place)[0])
    if length < 2 or place + length > len(content):
        raise not_whole()
    return length


def _after_padding(content: bytes, place: int) -> int:
    """Some cameras fill up with zeros before the next picture, or to the end."""
    found = _PADDING.match(content, place)
    return found.end() if found else place


def _refuse_unreadable(content: bytes, kind: str) -> None:
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=[kind]) as image:
            image.verify()
    except Exception:  # Somebody's file: whatever the reader trips over, it cannot be used.
        raise not_whole() from None
