"""Are Word documents and Excel sheets taken, and every archive refused that readers could take in two ways?

The archives are packed here byte by byte, so that each can be wrong in one place.
"""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import docx as python_docx
import pytest

from foundation.file_types import FileRefused, FileType, check_file
from foundation.file_types.archive import MOST_MEMBERS, MOST_UNPACKED, SMALL_MEMBER
from foundation.file_types.markup import DEEPEST, LONGEST_TEXT, MOST_ELEMENTS
from foundation.file_types.office import LARGEST_STRUCTURE

STRANGE = "pakket på en måde, som Word og Excel ikke bruger"
TWO = "noget gemt før eller efter sit indhold"
CUT = "eller den kan ikke læses"
LARGE = "fylder for meget, når den pakkes ud"
PASSWORD = "beskyttet med adgangskode"
MACROS = "makroer"
EMBEDDED = "andre filer eller programmer indlejret"
FOREIGN = "en anden fil, som hverken hører til i Word eller Excel"
FETCHES = "henter noget udefra, når den åbnes"
FIELD = "et felt, der henter noget udefra"
OTHER_KIND = "indholdet er ikke"
TEMPLATE = "er en skabelon"
WRITTEN = "skrevet på en måde, som Word og Excel ikke bruger"
INTRICATE = "for indviklet"
CPR = "ligner et CPR-nummer"

# --- a packer that can be wrong -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One member. `here` and `listed` replace what its header and its entry in the directory say."""

    name: str
    content: bytes = b"x"
    stored: bool = False
    after: bytes = b""
    here: dict[str, Any] = field(default_factory=dict)
    listed: dict[str, Any] = field(default_factory=dict)

    def packed(self) -> bytes:
        return self.content if self.stored else _squeezed(self.content)

    def facts(self) -> dict[str, Any]:
        name = self.name.encode()
        return {
            "name": name,
            "flags": 0 if name.isascii() else 0x800,
            "method": 0 if self.stored else 8,
            "crc": zlib.crc32(self.content),
            "packed": len(self.packed()),
            "size": len(self.content),
            "extra": b"",
            "attributes": 0,
            "disk": 0,
        }


@lru_cache(maxsize=1)
def _squeezed(content: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeeze.compress(content) + squeeze.flush()


def pack(
    parts: list[Part],
    *,
    before: bytes = b"",
    in_directory: bytes = b"",
    behind: bytes = b"",
    end: dict[str, int] | None = None,
) -> bytes:
    body, directory = bytearray(before), bytearray()
    for part in parts:
        at = len(body)
        here = part.facts() | part.here
        body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, here["flags"], here["method"], 0, 33, *_sizes(here))
        body += here["name"] + here["extra"] + part.packed() + part.after
        listed = part.facts() | {"at": at} | part.listed
        directory += struct.pack("<4s6H", b"PK\1\2", 20, 20, listed["flags"], listed["method"], 0, 33)
        directory += struct.pack("<3L2H", *_sizes(listed))
        directory += struct.pack("<3H2L", 0, listed["disk"], 0, listed["attributes"], listed["at"])
        directory += listed["name"] + listed["extra"]
    directory += in_directory
    last = {"disk": 0, "first": 0, "here": len(parts), "count": len(parts), "size": len(directory), "at": len(body)}
    last |= {"comment": 0} | (end or {})
    return bytes(body + directory) + struct.pack("<4s4H2LH", b"PK\5\6", *last.values()) + behind


def _sizes(facts: dict[str, Any]) -> tuple[int, ...]:
    return (facts["crc"], facts["packed"], facts["size"], len(facts["name"]), len(facts["extra"]))


# --- the smallest files that Word and Excel open --------------------------------------------------------------

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
VENDOR = "application/vnd.openxmlformats-officedocument"
WORD_MAIN = f"{VENDOR}.wordprocessingml.document.main+xml"
EXCEL_MAIN = f"{VENDOR}.spreadsheetml.sheet.main+xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def content_types(*, main: str = WORD_MAIN, name: str = "/word/document.xml", more: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{PACKAGE.replace("http://schemas.", "")}"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="{name}" ContentType="{main}"/>{more}</Types>'
    ).encode()


def relationships(*found: tuple[str, str, str]) -> bytes:
    """Each a type, a target and a mode."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}" TargetMode="{mode}"/>'
        for number, (kind, target, mode) in enumerate(found, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'.encode()


def word_body(inner: str = "") -> bytes:
    return f'<w:document xmlns:w="{W}"><w:body><w:p>{inner}</w:p></w:body></w:document>'.encode()


def word_parts(body: bytes | None = None, *more: Part, types: bytes | None = None, office: str = OFFICE) -> list[Part]:
    return [
        Part("[Content_Types].xml", types or content_types()),
        Part("_rels/.rels", relationships((f"{office}/officeDocument", "word/document.xml", "Internal"))),
        Part("word/document.xml", word_body() if body is None else body),
        *more,
    ]


def excel_parts(*more: Part, types: bytes | None = None) -> list[Part]:
    workbook = '<workbook><sheets><sheet name="Ark1" sheetId="1"/></sheets></workbook>'
    sheet = '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    return [
        Part("[Content_Types].xml", types or content_types(main=EXCEL_MAIN, name="/xl/workbook.xml")),
        Part("_rels/.rels", relationships((f"{OFFICE}/officeDocument", "/xl/workbook.xml", "Internal"))),
        Part("xl/workbook.xml", workbook.encode()),
        Part("xl/worksheets/sheet1.xml", sheet.encode()),
        *more,
    ]


def changed(name: str, **changes: Any) -> bytes:
    """A Word document in which one member is different."""
    return pack([replace(part, **changes) if part.name == name else part for part in word_parts()])


def word(body: bytes | None = None, *more: Part, **changes: Any) -> bytes:
    return pack(word_parts(body, *more, **changes))


def excel(*more: Part, **changes: Any) -> bytes:
    return pack(excel_parts(*more, **changes))


def linked(kind: str, target: str, mode: str = "External") -> bytes:
    return word(None, Part("word/_rels/document.xml.rels", relationships((kind, target, mode))))


def sheet_linked(kind: str, target: str, mode: str = "Internal") -> bytes:
    return excel(Part("xl/_rels/workbook.xml.rels", relationships((kind, target, mode))))


def zipped(parts: list[Part], *, unseekable: bool = False) -> bytes:
    """As Python packs it; to a stream that cannot go back, with the sizes behind each member as Java does."""

    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    target = OneWay() if unseekable else io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part.name, part.content)
    return target.getvalue()


def from_python_docx() -> bytes:
    document = python_docx.Document()
    document.add_heading("Ansøgning: æøå")
    document.add_table(2, 2)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def sized_after(layout: str, *, wrong: int = 0) -> bytes:
    """A document in which the body's sizes stand behind it, as a program that streams writes them."""
    body = Part("word/document.xml", word_body())
    facts = body.facts()
    told = (facts["crc"] + wrong, facts["packed"], facts["size"])
    unknown = 0xFFFFFFFF if "Q" in layout else 0
    return changed(
        "word/document.xml",
        after=struct.pack(layout, *([b"PK\7\x08"] if "4s" in layout else []), *told),
        here={"flags": 8, "crc": 0, "packed": unknown, "size": unknown},
        listed={"flags": 8},
    )


def instruction(code: str) -> str:
    return f"<w:r><w:instrText>{code}</w:instrText></w:r>"


def turn(sort: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{sort}"/></w:r>'


def in_field(*codes: str) -> bytes:
    """A field whose code comes in pieces."""
    return word(
        word_body(turn("begin") + "".join(map(instruction, codes)) + turn("separate") + "<w:t>1</w:t>" + turn("end"))
    )


def properties(text: str, name: str = "docProps/core.xml") -> Part:
    return Part(name, f'<p xmlns="urn:p"><title>{text}</title></p>'.encode())


def override(name: str, declared: str) -> str:
    return f'<Override PartName="{name}" ContentType="{declared}"/>'


def main_is(declared: str) -> bytes:
    return word(types=content_types(main=declared))


def verdict(content: bytes, name: str) -> str:
    """ "" for a file that is taken, else what the person is told."""
    try:
        kind = check_file(io.BytesIO(content), name)
    except FileRefused as refused:
        return refused.text
    assert kind is FileType(name.rpartition(".")[2])
    return ""


Build = Callable[[], bytes]

# --- taken ----------------------------------------------------------------------------------------------------

ENOUGH = [Part(f"word/media/{number}.png", stored=True) for number in range(MOST_MEMBERS - 3)]
ZIP64_EXTRA = struct.pack("<2H2Q", 1, 16, 0, 0)

TAKEN: dict[str, tuple[str, Build]] = {
    "smallest word": ("a.docx", word),
    "smallest excel": ("a.xlsx", excel),
    "as python-docx writes it": ("a.docx", from_python_docx),
    "as python packs it": ("a.xlsx", lambda: zipped(excel_parts())),
    "as a program that streams packs it": ("a.docx", lambda: zipped(word_parts(), unseekable=True)),
    "stored, not packed": ("a.docx", lambda: changed("word/document.xml", stored=True)),
    "sizes behind, with a mark": ("a.docx", lambda: sized_after("<4s3L")),
    "sizes behind, without a mark": ("a.docx", lambda: sized_after("<3L")),
    "sizes behind, in 64 bits": ("a.docx", lambda: sized_after("<4sLQQ")),
    "padding in a header, as Word leaves it": (
        "a.docx",
        lambda: changed("word/document.xml", here={"extra": struct.pack("<2H", 0xA220, 4) + b"grow"}),
    ),
    "an entry that says 64 bits and needs none": (
        "a.docx",
        lambda: changed("word/document.xml", listed={"extra": ZIP64_EXTRA}),
    ),
    "how hard it is packed differs": ("a.docx", lambda: changed("word/document.xml", here={"flags": 6})),
    "a folder of its own": ("a.docx", lambda: word(None, Part("word/media/", b"", stored=True))),
    "danish letters in a name": ("a.docx", lambda: word(None, Part("word/media/blåbær.png"))),
    "as many members as may be": ("a.docx", lambda: word(None, *ENOUGH)),
    "a small member packed hard": ("a.docx", lambda: word(None, Part("word/media/1.png", bytes(SMALL_MEMBER)))),
    "the strict kind of Word": ("a.docx", lambda: word(office=STRICT)),
    "a link that is clicked on": ("a.docx", lambda: linked(f"{OFFICE}/hyperlink", "https://kommune.example")),
    "its template on the writer's own disk": (
        "a.docx",
        lambda: linked(f"{OFFICE}/attachedTemplate", "file:///C:\\Users\\x\\Skabelon.dotx"),
    ),
    "a picture that is no longer linked": ("a.docx", lambda: linked(f"{OFFICE}/image", "NULL")),
    "page numbers and a table of contents": (
        "a.docx",
        lambda: word(
            word_body('<w:fldSimple w:instr=" PAGE "/>' + turn("begin") + instruction(" TOC \\o ") + turn("end"))
        ),
    ),
    "page numbers in the result of a table of contents": (
        "a.docx",
        lambda: word(
            word_body(
                f"{turn('begin')}{instruction(' TOC ')}{turn('separate')}"
                f"{turn('begin')}{instruction(' PAGEREF _1 ')}{turn('separate')}<w:t>1</w:t>{turn('end')}{turn('end')}"
            )
        ),
    ),
    "a sum of a field": (
        "a.docx",
        lambda: word(
            word_body(turn("begin") + instruction(" = ") + turn("begin") + instruction("PAGE") + turn("end") * 2)
        ),
    ),
    "a place to click and write": ("a.docx", lambda: in_field(" MACROBUTTON NoMacro [Skriv her]")),
    "a picture field on the writer's own disk": (
        "a.docx",
        lambda: in_field(' INCLUDEPICTURE "C:\\\\Users\\\\x.png" \\* MERGEFORMATINET '),
    ),
    "a text that only tells of DDE": ("a.docx", lambda: word(word_body("<w:r><w:t>DDEAUTO cmd</w:t></w:r>"))),
    "properties with a title": ("a.docx", lambda: word(None, properties("Budget 2027"))),
    "properties with numbers made by machines": (
        "a.docx",
        lambda: word(None, properties("0x0101001234A5 12345678-0101-4101-a101-010100123456 ab0101001234cdef01")),
    ),
    "a printer's settings": (
        "a.xlsx",
        lambda: excel(
            Part("xl/printerSettings/printerSettings1.bin"),
            types=content_types(
                main=EXCEL_MAIN,
                name="/xl/workbook.xml",
                more=f'<Default Extension="bin" ContentType="{VENDOR}.spreadsheetml.printerSettings"/>',
            ),
        ),
    ),
    "left over where Office saved": ("a.docx", lambda: word(None, Part("[trash]/0000.dat"))),
    "a sheet of more cells than a document may have elements": (
        "a.xlsx",
        lambda: excel(Part("xl/worksheets/sheet2.xml", b"<s>" + b"<c/>" * MOST_ELEMENTS + b"</s>", stored=True)),
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_file_is_taken(case: str) -> None:
    name, build = TAKEN[case]
    assert verdict(build(), name) == ""


# --- refused: the archive -------------------------------------------------------------------------------------

BODY = "word/document.xml"


def with_gap() -> bytes:
    return changed("_rels/.rels", after=b"hidden")


def hidden_member() -> bytes:
    """A member that lies between two others and that the directory does not know."""
    return changed("_rels/.rels", after=pack([Part("word/evil.xml")])[:40])


def overlapping() -> bytes:
    """Two entries that share one member's bytes, as the smallest bombs do."""
    parts = word_parts(None, Part("word/media/1.png", b"once", stored=True))
    at = sum(30 + len(part.name) + len(part.packed()) for part in parts[:-1])
    twice = Part("word/media/2.png", b"once", stored=True, listed={"at": at, "name": b"word/media/1.pnG"})
    return pack([*parts, twice])


def listed_inside_another() -> bytes:
    inner = pack([Part("word/media/2.png", b"deep", stored=True)])[: 30 + 16 + 4]
    outer = Part("word/media/1.png", inner, stored=True)
    start = sum(30 + len(part.name) + len(part.packed()) for part in word_parts()) + 30 + len(outer.name)
    content = pack([*word_parts(), outer])
    end = content.rindex(b"PK\5\6")
    facts = Part("word/media/2.png", b"deep", stored=True).facts()
    entry = struct.pack("<4s6H", b"PK\1\2", 20, 20, 0, 0, 0, 33) + struct.pack("<3L2H", *_sizes(facts))
    entry += struct.pack("<3H2L", 0, 0, 0, 0, start) + facts["name"]
    count = len(word_parts()) + 2
    begin = int.from_bytes(content[end + 16 : end + 20], "little")
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, end - begin + len(entry), begin, 0)
    return content[:end] + entry + last


def two_directories() -> bytes:
    return word() + word()


def directory_in_directory() -> bytes:
    """A second end in what the last entry keeps beside it, for readers that look for the first."""
    return changed(BODY, listed={"extra": struct.pack("<2H", 0xCAFE, 22) + word()[-22:]})


def other_method() -> bytes:
    return changed(BODY, here={"method": 12}, listed={"method": 12})


def flagged(flags: int) -> bytes:
    return changed(BODY, here={"flags": flags}, listed={"flags": flags})


def huge(size: int, **more: Any) -> Part:
    """Declared so large; there is nothing of the sort in it, so that only who reads the header can know."""
    return Part("word/media/1.png", b"tiny", here={"size": size}, listed={"size": size, **more})


def second_name(where: str) -> bytes:
    extra = struct.pack("<2HBL", 0x7075, 5 + len(BODY), 1, zlib.crc32(BODY.encode())) + BODY.encode()
    return changed(BODY, **{where: {"extra": extra}})


def member_named(name: bytes, flags: int = 0) -> bytes:
    said = {"name": name, "flags": flags}
    return word(None, Part("x", here=said, listed=said))


def broken_stream() -> bytes:
    whole = Part(BODY, word_body())
    facts = whole.facts()
    wrong = {"method": 8, "packed": facts["size"], "size": facts["size"]}
    return changed(BODY, stored=True, here=wrong, listed=wrong)


def endless_stream() -> bytes:
    """All the bytes come, and then nothing says that they were all."""
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    open_end = squeeze.compress(word_body()) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    told = {"method": 8, "crc": zlib.crc32(word_body()), "size": len(word_body())}
    return changed(BODY, content=open_end, stored=True, here=told, listed=told)


def bytes_behind_stream() -> bytes:
    """More in the packed bytes than the packed stream needs."""
    more = b"hidden behind the stream"
    longer = {"packed": Part(BODY, word_body()).facts()["packed"] + len(more)}
    return changed(BODY, after=more, here=longer, listed=longer)


# Each grows a hundred times at the most, as it is told; together they are too large.
TOLD = {"method": 8, "size": MOST_UNPACKED // 2}
TOO_LARGE_IN_ALL = [
    Part(f"word/media/{number}.png", b"x" * (MOST_UNPACKED // 200), stored=True, here=TOLD, listed=TOLD)
    for number in range(2)
]

ARCHIVES: dict[str, tuple[str, Build]] = {
    "bytes before": (TWO, lambda: pack(word_parts(), before=b"PK\3\4 something else")),
    "a program before": ("indholdet er ikke et Word-dokument", lambda: b"MZ\x90\0" + word()),
    "bytes behind": (TWO, lambda: pack(word_parts(), behind=b"<script>alert(1)</script>")),
    "a line break behind": (TWO, lambda: pack(word_parts(), behind=b"\n")),
    "a comment at the end": (TWO, lambda: pack(word_parts(), behind=b"hello", end={"comment": 5})),
    "a comment that is not there": (TWO, lambda: pack(word_parts(), end={"comment": 5})),
    "two archives": (TWO, two_directories),
    "a second end in the directory": (TWO, directory_in_directory),
    "the mark of a PDF in the first bytes": (
        TWO,
        lambda: pack([Part("word/media/0.png", b"%PDF-1.4", stored=True), *word_parts()]),
    ),
    "more disks": (TWO, lambda: pack(word_parts(), end={"disk": 1})),
    "a directory on another disk": (TWO, lambda: pack(word_parts(), end={"first": 1})),
    "a member on another disk": (STRANGE, lambda: changed(BODY, listed={"disk": 1})),
    "bytes in the directory": (STRANGE, lambda: pack(word_parts(), in_directory=b"hidden")),
    "fewer here than all": (TWO, lambda: pack(word_parts(), end={"here": 2})),
    "fewer listed than counted": (TWO, lambda: pack(word_parts(), end={"count": 9})),
    "more counted than listed": (STRANGE, lambda: pack(word_parts(), end={"here": 9, "count": 9})),
    "fewer counted than listed": (STRANGE, lambda: pack(word_parts(), end={"here": 2, "count": 2})),
    "the directory elsewhere": (TWO, lambda: pack(word_parts(), end={"at": 1})),
    "no members": (TWO, lambda: pack([], before=b"PK\3\4")),
    "cut in the middle": (CUT, lambda: word()[: len(word()) // 2]),
    "cut at the last byte": (TWO, lambda: word()[:-1]),
    "only a beginning": (CUT, lambda: b"PK\3\4"),
    "a gap": (STRANGE, with_gap),
    "a member that is not listed": (STRANGE, hidden_member),
    "two members in the same bytes": (STRANGE, overlapping),
    "a member inside another": (STRANGE, listed_inside_another),
    "an entry beyond the end": (STRANGE, lambda: changed(BODY, listed={"at": 10**9})),
    "an entry at no header": (STRANGE, lambda: changed(BODY, listed={"at": 5})),
    "two of one name": (STRANGE, lambda: word(None, Part(BODY, word_body()))),
    "two names alike but for capitals": (STRANGE, lambda: word(None, Part("Word/Document.xml", word_body()))),
    "another name in the header": (STRANGE, lambda: changed(BODY, here={"name": b"word/docum3nt.xml"})),
    "another method in the header": (STRANGE, lambda: changed(BODY, here={"method": 0})),
    "another size in the header": (STRANGE, lambda: changed(BODY, here={"size": 1})),
    "another packed size in the header": (STRANGE, lambda: changed(BODY, here={"packed": 1})),
    "another check sum in the header": (STRANGE, lambda: changed(BODY, here={"crc": 1})),
    "sizes left out and not behind": (STRANGE, lambda: changed(BODY, here={"crc": 0, "packed": 0, "size": 0})),
    "wrong sizes behind": (STRANGE, lambda: sized_after("<4s3L", wrong=1)),
    "a second name beside the entry": (STRANGE, lambda: second_name("listed")),
    "a second name beside the header": (STRANGE, lambda: second_name("here")),
    "a name that climbs": (STRANGE, lambda: member_named(b"../../evil.xml")),
    "a name that climbs inside": (STRANGE, lambda: member_named(b"word/../evil.xml")),
    "a name with an empty folder": (STRANGE, lambda: member_named(b"word//evil.xml")),
    "a name from the root": (STRANGE, lambda: member_named(b"/etc/passwd")),
    "a name with a drive": (STRANGE, lambda: member_named(b"C:evil.xml")),
    "a name with a backslash": (STRANGE, lambda: member_named(b"word\\evil.xml")),
    "a name with a line break": (STRANGE, lambda: member_named(b"word/a\n.xml")),
    "a name with NUL": (STRANGE, lambda: member_named(b"word/a.xml\0.png")),
    "a name with a hidden slash": (STRANGE, lambda: member_named(b"word/..%2fevil.xml")),
    "no name": (STRANGE, lambda: member_named(b"")),
    "letters of no known alphabet": (STRANGE, lambda: member_named(b"word/\xe6.xml")),
    "letters that are not UTF-8": (STRANGE, lambda: member_named(b"word/\xe6.xml", 0x800)),
    "a symbolic link": (STRANGE, lambda: changed(BODY, listed={"attributes": 0o120777 << 16})),
    "a device": (STRANGE, lambda: changed(BODY, listed={"attributes": 0o020666 << 16})),
    "a folder that holds bytes": (STRANGE, lambda: word(None, Part("word/media/", b"hidden"))),
    "encrypted": (PASSWORD, lambda: flagged(0x0001)),
    "encrypted the strong way": (PASSWORD, lambda: flagged(0x0041)),
    "an encrypted directory": (PASSWORD, lambda: flagged(0x2000)),
    "patched data": (STRANGE, lambda: flagged(0x0020)),
    "another method of packing": (STRANGE, other_method),
    "one member too many": (LARGE, lambda: word(None, *ENOUGH, Part("word/media/last.png"))),
    "60,000 members": (LARGE, lambda: pack(word_parts(), end={"here": 60_000, "count": 60_000})),
    "too large in all, by the header": (LARGE, lambda: word(None, *TOO_LARGE_IN_ALL)),
    "packed too hard, by the header": (LARGE, lambda: word(None, huge(SMALL_MEMBER + 1))),
    "packed too hard": (LARGE, lambda: word(None, Part("word/media/1.png", bytes(SMALL_MEMBER + 1)))),
    "larger than 4 GiB, by the header": (LARGE, lambda: word(None, huge(0xFFFFFFFF))),
    "larger than told": (
        STRANGE,
        lambda: word(None, Part("word/media/1.png", b"12", here={"size": 1}, listed={"size": 1})),
    ),
    "smaller than told": (
        CUT,
        lambda: word(None, Part("word/media/1.png", b"1", here={"size": 2}, listed={"size": 2})),
    ),
    "other bytes than were summed": (
        CUT,
        lambda: word(None, Part("word/media/1.png", here={"crc": 7}, listed={"crc": 7})),
    ),
    "a stream that is none": (CUT, broken_stream),
    "a stream without an end": (CUT, endless_stream),
    "bytes behind a stream": (CUT, bytes_behind_stream),
}


def test_there_are_enough_archives() -> None:
    """Reliability B56 asks for at least 45."""
    assert len(ARCHIVES) >= 45


@pytest.mark.parametrize("case", ARCHIVES)
def test_archive_is_refused(case: str) -> None:
    phrase, build = ARCHIVES[case]
    assert phrase in verdict(build(), "a.docx")


def test_header_that_lies_stops_the_unpacking_at_once() -> None:
    """50 MB that are declared as 900 KB, and a ratio that looks harmless: nothing of the rest is ever unpacked."""
    told = {"size": 900_000}
    content = word(None, Part("word/media/1.png", bytes(50_000_000), here=told, listed=told))
    tracemalloc.start()
    text = verdict(content, "a.docx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert STRANGE in text
    assert peak < 2_000_000


# --- refused: what is in it -----------------------------------------------------------------------------------

MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
VBA = override("/word/vbaProject.bin", "application/vnd.ms-office.vbaProject")
EXTERNAL_SHEET = override("/xl/externalLinks/externalLink1.xml", f"{VENDOR}.spreadsheetml.externalLink+xml")
DOCTYPE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def quoted_field() -> bytes:
    """DDE put together out of sight: the outer field's name is what the inner one gives."""
    return word(
        word_body(
            turn("begin")
            + turn("begin")
            + instruction(" QUOTE 68 68 69 ")
            + turn("end")
            + instruction(" c ")
            + turn("end")
        )
    )


def half_named_field() -> bytes:
    return word(word_body(turn("begin") + instruction("D") + turn("begin") + instruction("X") + turn("end") * 2))


CONTENTS: dict[str, tuple[str, str, Build]] = {
    "an archive without types": (OTHER_KIND, "a.docx", lambda: pack([Part(BODY, word_body())])),
    "an archive without relationships": (OTHER_KIND, "a.docx", lambda: pack(word_parts()[::2])),
    "a sheet named document": ("ikke et Word-dokument", "a.docx", excel),
    "a document named sheet": ("ikke et Excel-ark", "a.xlsx", word),
    "two main parts": (
        OTHER_KIND,
        "a.docx",
        lambda: changed("_rels/.rels", content=relationships(*[(f"{OFFICE}/officeDocument", BODY, "Internal")] * 2)),
    ),
    "a main part that is not there": (
        OTHER_KIND,
        "a.docx",
        lambda: changed("_rels/.rels", content=relationships((f"{OFFICE}/officeDocument", "word/no.xml", "Internal"))),
    ),
    "docm": (MACROS, "a.docx", lambda: main_is(MACRO_WORD)),
    "dotm": (MACROS, "a.docx", lambda: main_is("application/vnd.ms-word.template.macroEnabledTemplate.main+xml")),
    "dotx": (TEMPLATE, "a.docx", lambda: main_is(f"{VENDOR}.wordprocessingml.template.main+xml")),
    "xlsm": (
        MACROS,
        "a.xlsx",
        lambda: excel(
            types=content_types(main="application/vnd.ms-excel.sheet.macroEnabled.main+xml", name="/xl/workbook.xml")
        ),
    ),
    "xltx": (
        TEMPLATE,
        "a.xlsx",
        lambda: excel(types=content_types(main=f"{VENDOR}.spreadsheetml.template.main+xml", name="/xl/workbook.xml")),
    ),
    "types declared twice": (
        CUT,
        "a.docx",
        lambda: word(types=content_types(more=override("/Word/Document.xml", MACRO_WORD))),
    ),
    "macros": (MACROS, "a.docx", lambda: word(None, Part("word/vbaProject.bin"), types=content_types(more=VBA))),
    "macros under another name": (
        MACROS,
        "a.docx",
        lambda: word(None, Part("word/x.png"), types=content_types(more=VBA.replace("vbaProject.bin", "x.png"))),
    ),
    "macros that are only referred to": (
        MACROS,
        "a.docx",
        lambda: linked(f"{MICROSOFT}/vbaProject", "x.png", "Internal"),
    ),
    "a macro sheet": (MACROS, "a.xlsx", lambda: sheet_linked(f"{MICROSOFT}/xlMacrosheet", "macrosheets/1.xml")),
    "an OLE object": (EMBEDDED, "a.docx", lambda: linked(f"{OFFICE}/oleObject", "embeddings/1.png", "Internal")),
    "an OLE object elsewhere": (EMBEDDED, "a.docx", lambda: linked(f"{OFFICE}/oleObject", "https://x.example/a")),
    "an ActiveX control": (EMBEDDED, "a.docx", lambda: linked(f"{OFFICE}/control", "a.xml", "Internal")),
    "a packed file": (EMBEDDED, "a.docx", lambda: linked(f"{OFFICE}/package", "a.xlsx", "Internal")),
    "a packed file that nothing refers to": (EMBEDDED, "a.docx", lambda: word(None, Part("word/embeddings/a.png"))),
    "a page of another kind": (EMBEDDED, "a.docx", lambda: linked(f"{OFFICE}/aFChunk", "a.xml", "Internal")),
    "a program": (
        FOREIGN,
        "a.docx",
        lambda: word(
            None, Part("word/a.exe"), types=content_types(more='<Default Extension="exe" ContentType="image/png"/>')
        ),
    ),
    "bytes of no kind": (FOREIGN, "a.docx", lambda: word(None, Part("word/a.bin"))),
    "a part without a type": (FOREIGN, "a.docx", lambda: word(None, Part("word/media/a.gif"))),
    "a template elsewhere": (
        FETCHES,
        "a.docx",
        lambda: linked(f"{OFFICE}/attachedTemplate", "https://x.example/a.dotm"),
    ),
    "a template on another machine": (
        FETCHES,
        "a.docx",
        lambda: linked(f"{OFFICE}/attachedTemplate", "file:///\\\\x\\a.dotm"),
    ),
    "a picture elsewhere": (FETCHES, "a.docx", lambda: linked(f"{OFFICE}/image", "https://x.example/a.png")),
    "a picture elsewhere that says it is here": (
        FETCHES,
        "a.docx",
        lambda: linked(f"{OFFICE}/image", "https://x.example/a.png", "Internal"),
    ),
    "a frame": (FETCHES, "a.docx", lambda: linked(f"{OFFICE}/frame", "https://x.example")),
    "a part of a document": (FETCHES, "a.docx", lambda: linked(f"{OFFICE}/subDocument", "b.docx")),
    "a mode of its own": (FETCHES, "a.docx", lambda: linked(f"{OFFICE}/image", "a.png", "Sideways")),
    "another sheet": (FETCHES, "a.xlsx", lambda: sheet_linked(f"{OFFICE}/externalLink", "externalLinks/1.xml")),
    "another sheet that nothing refers to": (
        FETCHES,
        "a.xlsx",
        lambda: excel(
            Part("xl/externalLinks/externalLink1.xml", b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"),
            types=content_types(main=EXCEL_MAIN, name="/xl/workbook.xml", more=EXTERNAL_SHEET),
        ),
    ),
    "data from elsewhere": (FETCHES, "a.xlsx", lambda: sheet_linked(f"{OFFICE}/connections", "connections.xml")),
    "DDE": (FIELD, "a.docx", lambda: in_field(' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" ')),
    "DDE in pieces and small letters": (FIELD, "a.docx", lambda: in_field(" d", "de", "<!-- -->auto", " cmd")),
    "DDE in coded letters": (FIELD, "a.docx", lambda: in_field(" &#68;DE cmd")),
    "DDE in a simple field": (FIELD, "a.docx", lambda: word(word_body('<w:fldSimple w:instr=" DDE cmd"/>'))),
    "DDE that never ends": (FIELD, "a.docx", lambda: word(word_body(turn("begin") + instruction("DDE cmd")))),
    "DDE outside a field": (FIELD, "a.docx", lambda: word(word_body(instruction("DDE cmd")))),
    "DDE in a deleted text": (
        FIELD,
        "a.docx",
        lambda: word(word_body("<w:r><w:delInstrText>DDE cmd</w:delInstrText></w:r>")),
    ),
    "DDE in a header": (
        FIELD,
        "a.docx",
        lambda: word(None, Part("word/header1.xml", word_body(turn("begin") + instruction("DDE x") + turn("end")))),
    ),
    "DDE in the result of another field": (
        FIELD,
        "a.docx",
        lambda: word(
            word_body(
                turn("begin")
                + instruction("IF 1")
                + turn("separate")
                + turn("begin")
                + instruction("DDE x")
                + turn("end") * 2
            )
        ),
    ),
    "a name from an inner field": (FIELD, "a.docx", quoted_field),
    "half a name from an inner field": (FIELD, "a.docx", half_named_field),
    "a text from elsewhere": (FIELD, "a.docx", lambda: in_field(' INCLUDETEXT "https://x.example/a.docx"')),
    "a picture field elsewhere": (FIELD, "a.docx", lambda: in_field(' INCLUDEPICTURE "https://x.example/a.png"')),
    "a picture field on another machine": (
        FIELD,
        "a.docx",
        lambda: in_field(' INCLUDEPICTURE "\\\\\\\\x.example\\\\a.png"'),
    ),
    "a DOCTYPE": (WRITTEN, "a.docx", lambda: word(DOCTYPE + word_body())),
    "a DOCTYPE in the types": (WRITTEN, "a.docx", lambda: word(types=DOCTYPE + b"<Types/>")),
    "a DOCTYPE in the relationships": (
        WRITTEN,
        "a.docx",
        lambda: word(None, Part("word/_rels/document.xml.rels", DOCTYPE + relationships())),
    ),
    "a DOCTYPE in a sheet": (WRITTEN, "a.xlsx", lambda: excel(Part("xl/worksheets/sheet2.xml", LAUGHS))),
    "a DOCTYPE across two pieces": (
        WRITTEN,
        "a.xlsx",
        lambda: excel(Part("xl/worksheets/sheet2.xml", b" " * (16 * 1024 - 4) + b"<!DOCTYPE x><x/>", stored=True)),
    ),
    "UTF-16": (WRITTEN, "a.docx", lambda: word(word_body().decode().encode("utf-16"))),
    "UTF-16 without a mark": (WRITTEN, "a.xlsx", lambda: excel(Part("xl/a.xml", "<a/>".encode("utf-16-le")))),
    "UTF-7": (WRITTEN, "a.docx", lambda: word(b'<?xml version="1.0" encoding="UTF-7"?>' + word_body())),
    "a single byte that is no UTF-8": (WRITTEN, "a.xlsx", lambda: excel(Part("xl/a.xml", b"<a>\xe6</a>"))),
    "half a letter at the end": (WRITTEN, "a.xlsx", lambda: excel(Part("xl/a.xml", b"<a/>\xc3"))),
    "no XML": (CUT, "a.docx", lambda: word(b"<w:document")),
    "elements too deep": (INTRICATE, "a.docx", lambda: word(nested(DEEPEST + 1))),
    "too many elements": (
        INTRICATE,
        "a.docx",
        lambda: changed(BODY, content=b"<a>" + b"<b/>" * MOST_ELEMENTS + b"</a>", stored=True),
    ),
    "a text too long": (
        INTRICATE,
        "a.docx",
        lambda: changed(BODY, content=b"<a>" + b"x" * (LONGEST_TEXT + 1) + b"</a>", stored=True),
    ),
    "relationships too large": (
        INTRICATE,
        "a.docx",
        lambda: word(None, Part("word/_rels/a.rels", b"<a>" + b" " * LARGEST_STRUCTURE + b"</a>", stored=True)),
    ),
    "a CPR number in the title": (CPR, "a.docx", lambda: word(None, properties("Til 010190-1234"))),
    "a CPR number in own properties": (
        CPR,
        "a.xlsx",
        lambda: excel(properties("0101901234", "docProps/custom.xml")),
    ),
    "a CPR number where the Open XML SDK puts properties": (
        CPR,
        "a.docx",
        lambda: word(
            None,
            properties("010190 1234", "package/services/metadata/core-properties/1.psmdcp"),
            types=content_types(more='<Default Extension="psmdcp" ContentType="application/xml"/>'),
        ),
    ),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_content_is_refused(case: str) -> None:
    phrase, name, build = CONTENTS[case]
    assert phrase in verdict(build(), name)


@pytest.mark.parametrize(
    "body",
    [nested(DEEPEST), b"<a>" + b"x" * LONGEST_TEXT + b"<b/>" + b"x" * LONGEST_TEXT + b"</a>"],
    ids=["as deep as may be", "texts as long as may be"],
)
def test_what_is_just_allowed_is_taken(body: bytes) -> None:
    assert verdict(changed(BODY, content=body, stored=True), "a.docx") == ""


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize(
    ("content", "phrase"),
    [(OLD, "et ældre format"), (OLD + "EncryptedPackage".encode("utf-16-le"), PASSWORD)],
    ids=["before 2007", "with a password"],
)
@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_file_in_the_old_container_is_told_apart(content: bytes, phrase: str, name: str) -> None:
    assert phrase in verdict(content, name)


def test_cpr_number_is_not_repeated_to_the_reader() -> None:
    assert "1234" not in verdict(word(None, properties("010190-1234")), "a.docx")
