"""Is this a ZIP archive that all readers unpack alike, and small enough to be unpacked?

Readers disagree where an archive is unclear: some go by the directory at the end, some by the header before each
member. So there must be one directory, at the very end; the members must lie side by side from the first byte to
that directory; and each header must say the same as the directory. All of it is known before a byte is unpacked.
Source: reliability B55 and B56; PKWARE's APPNOTE 6.3.
"""

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from foundation.file_types.refusal import FileRefused, more_than_one, not_whole, password

MOST_MEMBERS: Final = 2_000
MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_TIMES_LARGER: Final = 100
SMALL_MEMBER: Final = 1024 * 1024
"""A member that unpacks to no more than this may be packed as hard as it likes."""

_CHUNK: Final = 64 * 1024
_PIECE: Final = 16 * 1024
_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_SIZES_FOLLOW: Final = 0x0008
_IN_UTF8: Final = 0x0800
_HOW_HARD: Final = 0x0006
_UNKNOWN_32: Final = 0xFFFFFFFF
_OTHER_NAME: Final = 0x7075

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_LONGEST_COMMENT: Final = 0xFFFF
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_ENTRY_MARK: Final = b"PK\x01\x02"
_HEADER: Final = struct.Struct("<4s5H3L2H")
_HEADER_MARK: Final = b"PK\x03\x04"
_EXTRA: Final = struct.Struct("<2H")
_AFTER: Final = MappingProxyType({12: "<3L", 16: "<4x3L", 20: "<LQQ", 24: "<4xLQQ"})
"""The check sum and the two sizes that follow a member, by how many bytes they take; with or without a mark."""

_NEVER_IN_NAMES: Final = re.compile(
    r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|(?:^|/)\.{1,2}(?:/|$)|//|%(?:2f|5c)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Member:
    """One packed file; `at` is where its header begins, `packed_at` where its packed bytes do."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    at: int
    packed_at: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose directory has been found in order; members by their names."""

    content: bytes
    members: MappingProxyType[str, Member]

    def chunks(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes, a little at a time. Raises FileRefused as soon as they are not what was declared."""
        member = self.members[name]
        size = crc = 0
        for chunk in self._unpacked(member):
            size += len(chunk)
            if size > member.size:
                raise _strange()
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if (size, crc) != (member.size, member.crc):
            raise not_whole()

    def _unpacked(self, member: Member) -> Iterator[bytes]:
        pieces = self._pieces(member)
        return pieces if member.method == _STORED else _inflated(pieces)

    def _pieces(self, member: Member) -> Iterator[bytes]:
        end = member.packed_at + member.packed
        for begin in range(member.packed_at, end, _PIECE):
            yield self.content[begin : min(begin + _PIECE, end)]


def open_archive(content: bytes) -> Archive:
    """Raises FileRefused for what is broken, unclear, encrypted, or too large when unpacked."""
    first, count = _end_of_archive(content)
    entries = list(_entries(content, first, count))
    _refuse_bombs(entries)
    _refuse_same_names(entries)
    _refuse_gaps_and_overlaps(content, entries, first)
    return Archive(content, MappingProxyType({member.name: member for member in entries}))


def holds_archive(content: bytes) -> bool:
    """Whether a reader of ZIP would find an archive in a file that is something else."""
    lowest = max(len(content) - _END.size - _LONGEST_COMMENT, 0)
    place = content.rfind(_END_MARK, lowest)
    while place >= 0:
        if len(content) - place >= _END.size:
            size = _END.unpack_from(content, place)[5]
            if size and content.startswith(_ENTRY_MARK, max(place - size, 0)):
                return True
        place = content.rfind(_END_MARK, lowest, place)
    return False


def _end_of_archive(content: bytes) -> tuple[int, int]:
    """Where the directory begins, and how many members it names."""
    place = len(content) - _END.size
    if _END_MARK not in content:
        raise not_whole()
    if not content.startswith(_HEADER_MARK) or place < 0 or not content.startswith(_END_MARK, place):
        raise more_than_one()
    _, disk, first_disk, here, count, size, begin, comment = _END.unpack_from(content, place)
    if (disk, first_disk, here, comment, begin + size) != (0, 0, count, 0, place) or not count:
        raise more_than_one()
    if count > MOST_MEMBERS:
        raise _too_large()
    if _END_MARK in content[begin:place]:
        raise more_than_one()
    return begin, count


def _entries(content: bytes, begin: int, count: int) -> Iterator[Member]:
    place, end = begin, len(content) - _END.size
    for _ in range(count):
        if place + _ENTRY.size > end:
            raise _strange()
        member, length = _entry(content, place)
        place += length
        yield member
    if place != end:
        raise _strange()


def _entry(content: bytes, place: int) -> tuple[Member, int]:
    (mark, _, _, flags, method, _, _, crc, packed, size, *rest) = _ENTRY.unpack_from(content, place)
    name_length, extra_length, comment_length, disk, _, attributes, at = rest
    name_at = place + _ENTRY.size
    raw_name = content[name_at : name_at + name_length]
    extra = content[name_at + name_length : name_at + name_length + extra_length]
    if mark != _ENTRY_MARK or disk or _has_other_name(extra):
        raise _strange()
    _refuse_special(flags, method, attributes)
    packed_at = _packed_at(content, at)
    member = Member(_name(raw_name, flags), raw_name, flags, method, crc, packed, size, at, packed_at)
    if member.is_folder and (size or packed > 2):
        raise _strange()
    return member, _ENTRY.size + name_length + extra_length + comment_length


def _refuse_special(flags: int, method: int, attributes: int) -> None:
    if flags & _ENCRYPTED:
        raise password()
    if flags & ~(_SIZES_FOLLOW | _IN_UTF8 | _HOW_HARD) or method not in (_STORED, _DEFLATED):
        raise _strange()
    if stat.S_IFMT(attributes >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _strange()


def _name(raw: bytes, flags: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & _IN_UTF8 else "ascii")
    except UnicodeDecodeError:
        raise _strange() from None
    if not name or _NEVER_IN_NAMES.search(name):
        raise _strange()
    return name


def _has_other_name(extra: bytes) -> bool:
    """Whether a field beside the entry gives the member a second name, which some readers go by."""
    place = 0
    while place + _EXTRA.size <= len(extra):
        sort, length = _EXTRA.unpack_from(extra, place)
        if sort == _OTHER_NAME:
            return True
        place += _EXTRA.size + length
    return False


def _packed_at(content: bytes, at: int) -> int:
    if at + _HEADER.size > len(content):
        raise _strange()
    *_, name_length, extra_length = _HEADER.unpack_from(content, at)
    return at + _HEADER.size + int(name_length) + int(extra_length)


def _refuse_bombs(entries: list[Member]) -> None:
    if sum(member.size for member in entries) > MOST_UNPACKED:
        raise _too_large()
    if any(m.size > SMALL_MEMBER and m.size > MOST_TIMES_LARGER * m.packed for m in entries):
        raise _too_large()


def _refuse_same_names(entries: list[Member]) -> None:
    """Small and capital letters are one to Office, and to the file systems that its users have."""
    if len({member.name.casefold() for member in entries}) != len(entries):
        raise _strange()


def _refuse_gaps_and_overlaps(content: bytes, entries: list[Member], directory_at: int) -> None:
    in_file = sorted(entries, key=lambda member: member.at)
    if in_file[0].at != 0:
        raise more_than_one()
    for member in in_file:
        _refuse_other_header(content, member)
    ends = [*pairwise([*(member.at for member in in_file), directory_at])]
    for member, (_, following) in zip(in_file, ends, strict=True):
        between = content[member.packed_at + member.packed : following]
        if member.packed_at + member.packed > following or not _is_as_told(member, between):
            raise _strange()


def _is_as_told(member: Member, between: bytes) -> bool:
    """Whether what lies between a member and the next is nothing, or its own sizes where those are to follow."""
    if not member.flags & _SIZES_FOLLOW:
        return not between
    layout = _AFTER.get(len(between))
    return layout is not None and struct.unpack(layout, between) == (member.crc, member.packed, member.size)


def _refuse_other_header(content: bytes, member: Member) -> None:
    (mark, _, flags, method, _, _, *told, name_length, extra_length) = _HEADER.unpack_from(content, member.at)
    name_at = member.at + _HEADER.size
    raw_name = content[name_at : name_at + name_length]
    extra = content[name_at + name_length : name_at + name_length + extra_length]
    same = (mark, flags & ~_HOW_HARD, method, raw_name) == (
        _HEADER_MARK,
        member.flags & ~_HOW_HARD,
        member.method,
        member.raw_name,
    )
    if not same or _has_other_name(extra):
        raise _strange()
    left_open = (0, _UNKNOWN_32) if member.flags & _SIZES_FOLLOW else ()
    for value, true_value in zip(told, (member.crc, member.packed, member.size), strict=True):
        if value != true_value and value not in left_open:
            raise _strange()


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """At most a chunk at a time, whatever a piece would grow to."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in pieces:
            yield unpacker.decompress(piece, _CHUNK)
            while unpacker.unconsumed_tail and not unpacker.eof:
                yield unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
        while rest := unpacker.decompress(b"", _CHUNK):
            yield rest
    except zlib.error:
        raise not_whole() from None
    if not unpacker.eof or unpacker.unused_data:
        raise not_whole()


def _strange() -> FileRefused:
    return FileRefused(
        "Filen er pakket på en måde, som Word og Excel ikke bruger. Åbn den, gem en kopi, og vælg kopien."
    )


def _too_large() -> FileRefused:
    return FileRefused("Filen fylder for meget, når den pakkes ud. Gem den som PDF, og vælg den i stedet.")
