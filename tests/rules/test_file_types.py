"""Is a file known by its content, and are PDF files and pictures refused that could act, hide or overwhelm?"""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from foundation.file_types import ENDINGS, LARGEST_FILE, MEDIA_TYPES, FileRefused, FileType, check_file
from foundation.file_types.images import LONGEST_SIDE, MOST_PIECES
from foundation.file_types.pdf_reader import MOST_PAGES, read
from tests.rules.test_file_types_office import excel, word

CUT = "eller den kan ikke læses"
TWO = "noget gemt før eller efter sit indhold"
PASSWORD = "beskyttet med adgangskode"
ACTIVE = "kan køre programmer eller hente noget udefra"
ATTACHED = "andre filer indlejret"
HEAVY = "for indviklet til at blive kontrolleret"
TOO_BIG_A_PICTURE = "højst 40 millioner billedpunkter"
MOVES = "Billedet bevæger sig"
CPR = "ligner et CPR-nummer"

Name, Dictionary, Array = pikepdf.Name, pikepdf.Dictionary, pikepdf.Array
Build = Callable[[], bytes]


def verdict(content: bytes, name: str) -> str:
    """ "" for a file that is taken, else what the person is told."""
    try:
        check_file(io.BytesIO(content), name)
    except FileRefused as refused:
        return refused.text
    return ""


# --- builders -------------------------------------------------------------------------------------------------


def pdf(change: Callable[[pikepdf.Pdf], Any] = lambda _: None, *, pages: int = 1, **how: Any) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        change(made)
        made.save(target, **how)
    return target.getvalue()


def opening(**action: Any) -> bytes:
    return pdf(lambda made: made.Root.__setattr__("OpenAction", Dictionary(**action)))


def on_page(key: str, value: Any) -> bytes:
    return pdf(lambda made: made.pages[0].obj.__setitem__(key, value))


def annotated(**annotation: Any) -> bytes:
    return on_page("/Annots", Array([Dictionary(Type=Name.Annot, **annotation)]))


def attached() -> bytes:
    def attach(made: pikepdf.Pdf) -> None:
        made.attachments["budget.xlsx"] = pikepdf.AttachedFileSpec(made, b"anything")

    return pdf(attach)


def embedded(made: pikepdf.Pdf) -> None:
    made.Root.Hidden = made.make_indirect(pikepdf.Stream(made, b"MZ", Type=Name.EmbeddedFile))


def named(made: pikepdf.Pdf) -> None:
    """The word stands alone in an object of its own, far from the action that it belongs to."""
    made.Root.Hidden = made.make_indirect(Name.JavaScript)


def bound(user: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=user))


def titled(title: str) -> bytes:
    return pdf(lambda made: made.docinfo.__setitem__("/Title", title))


def described(text: str, encoding: str = "utf-8") -> bytes:
    extended = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:title>{text}</dc:title></x:xmpmeta>'.encode(encoding)
    return pdf(lambda made: made.Root.__setattr__("Metadata", made.make_stream(extended)), fix_metadata_version=False)


def misplaced() -> bytes:
    """The file says that its table begins where it does not; readers find the objects all the same."""
    content = pdf()
    begin = content.rindex(b"startxref") + len(b"startxref\n")
    return content[:begin] + b"7" + content[content.index(b"\n", begin) :]


def picture(kind: str, size: tuple[int, int] = (8, 8), **how: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **how)
    return target.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))


def png_of(width: int, height: int) -> bytes:
    """The beginning says this size; the pixels are not there."""
    content = picture("PNG")
    header = struct.pack(">LL", width, height) + content[24:29]
    return content[:8] + chunk(b"IHDR", header) + content[33:]


def jpeg_of(width: int, height: int) -> bytes:
    content = picture("JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def moving(frames: int) -> bytes:
    shown = [Image.new("RGB", (4, 4), (number, 0, 0)) for number in range(frames)]
    target = io.BytesIO()
    shown[0].save(target, "PNG", save_all=True, append_images=shown[1:])
    return target.getvalue()


def with_place() -> bytes:
    """A photograph that tells where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif)


def with_text() -> bytes:
    text = PngInfo()
    text.add_text("Title", "Haven")
    return picture("PNG", pnginfo=text)


def damaged_png() -> bytes:
    content = bytearray(picture("PNG"))
    content[content.index(b"IDAT") + 6] ^= 1
    return bytes(content)


# --- name, size, kind -----------------------------------------------------------------------------------------

KINDS: dict[str, tuple[str, Build]] = {
    "pdf": ("budget.pdf", pdf),
    "docx": ("budget.docx", word),
    "xlsx": ("budget.xlsx", excel),
    "png": ("kort.png", lambda: picture("PNG")),
    "jpg": ("kort.jpg", lambda: picture("JPEG")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_known_and_the_stream_is_left_at_its_beginning(kind: str) -> None:
    name, build = KINDS[kind]
    content = build()
    stream = io.BytesIO(content)
    stream.seek(3)
    assert check_file(stream, name) is FileType(kind)
    assert stream.read() == content


def test_every_kind_has_a_media_type_and_an_ending() -> None:
    assert set(MEDIA_TYPES) == set(FileType) == set(ENDINGS.values()) == {FileType(kind) for kind in KINDS}
    assert sorted(ENDINGS) == ["docx", "jpeg", "jpg", "pdf", "png", "xlsx"]


@pytest.mark.parametrize("name", ["A.JPG", "a.jpeg", "a.JPeG", "a.exe.jpg", ".jpg", "æøå.jpg"])
def test_last_ending_decides_in_capitals_or_small(name: str) -> None:
    assert verdict(picture("JPEG"), name) == ""


@pytest.mark.parametrize(
    "name",
    ["a.pdf.exe", "a.php", "pdf", "", "a.", "a.jpg.", "a.jpg ", "a.svg", "a.zip", "a.docx\n", "jpg", ".htaccess"],
)
def test_any_other_ending_is_refused_and_the_taken_ones_are_told(name: str) -> None:
    text = verdict(picture("JPEG"), name)
    assert text.startswith(
        "Du kan vedhæfte PDF, Word (.docx), Excel (.xlsx) og billeder (.png og .jpg). Gem filen som "
    )


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a.doc", "Word-dokument (.docx)"),
        ("a.docm", "Word-dokument (.docx)"),
        ("a.odt", "Word-dokument (.docx)"),
        ("a.xls", "Excel-ark (.xlsx) eller PDF"),
        ("a.csv", "Excel-ark (.xlsx) eller PDF"),
        ("a.HEIC", "billede (.jpg eller .png)"),
        ("a.pptx", "PDF"),
        ("a.exe", "en af dem"),
    ],
)
def test_what_to_save_it_as_is_told(name: str, wanted: str) -> None:
    assert verdict(b"anything", name).endswith(f"Gem filen som {wanted}, og vælg den igen.")


def test_empty_file_is_refused() -> None:
    assert verdict(b"", "a.pdf") == "Filen er tom. Vælg en anden fil."


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.png", "a.jpg"])
@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"<svg xmlns='x'/>",
        b"GIF89a",
        b"\x00\x00\x00\x18ftypheic",
    ],
    ids=["one byte", "html", "a program", "svg", "gif", "heic"],
)
def test_content_of_another_kind_is_refused(name: str, content: bytes) -> None:
    assert f"Filen hedder {name[1:]}, men indholdet er ikke e" in verdict(content, name)


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.jpg"])
def test_one_kind_under_the_name_of_another_is_refused(name: str) -> None:
    others = [build() for kind, (_, build) in KINDS.items() if kind != name[2:]]
    assert ["men indholdet er ikke" in verdict(other, name) for other in others] == [True] * 4


def sized(size: int) -> bytes:
    """A picture of exactly so many bytes: the rest is a long comment in it."""
    content = picture("PNG")
    end = content.index(b"IEND") - 4
    return content[:end] + chunk(b"raDs", bytes(size - len(content) - 12)) + content[end:]


def test_file_of_exactly_the_limit_is_taken() -> None:
    content = sized(LARGEST_FILE)
    assert (len(content), verdict(content, "a.png")) == (10 * 1024 * 1024, "")


def test_file_one_byte_over_the_limit_is_refused_and_the_limit_is_told() -> None:
    text = verdict(sized(LARGEST_FILE + 1), "a.png")
    assert text.startswith("Filen fylder mere end 10 MB. Gør den mindre,")


def test_no_more_than_the_limit_is_read() -> None:
    asked: list[int | None] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    with pytest.raises(FileRefused):
        check_file(Watched(bytes(LARGEST_FILE + 5_000)), "a.png")
    assert asked == [LARGEST_FILE + 1]


# --- two kinds at once ----------------------------------------------------------------------------------------


def hidden_archive(content: bytes, end: bytes) -> bytes:
    """A ZIP laid inside a file, so that its own end is still the end of that file."""
    inside = b"".join((word()[:-2], len(end).to_bytes(2, "little"), end))
    return content + inside


BOTH: dict[str, tuple[str, str, Build]] = {
    "HTML behind a PDF": (TWO, "a.pdf", lambda: pdf() + b"<script>alert(1)</script>"),
    "ZIP behind a PDF": (TWO, "a.pdf", lambda: pdf() + word()),
    "ZIP in a PDF": (TWO, "a.pdf", lambda: hidden_archive(pdf(), b"\nstartxref\n0\n%%EOF\n")),
    "HTML before a PDF": ("ikke en PDF", "a.pdf", lambda: b"<html>" + pdf()),
    "a space before a PDF": ("ikke en PDF", "a.pdf", lambda: b" " + pdf()),
    "a second end in a PDF": (TWO, "a.pdf", lambda: pdf() + b"<script>alert(1)</script>%%EOF"),
    "ZIP behind a PNG": (TWO, "a.png", lambda: picture("PNG") + word()),
    "script behind a PNG": (TWO, "a.png", lambda: picture("PNG") + b"<script>"),
    "ZIP in a PNG": (TWO, "a.png", lambda: hidden_archive(picture("PNG")[:-12], picture("PNG")[-12:])),
    "PDF in a PNG": (TWO, "a.png", lambda: picture("PNG")[:33] + chunk(b"raDs", pdf()) + picture("PNG")[33:]),
    "ZIP behind a JPG": (TWO, "a.jpg", lambda: picture("JPEG") + word()),
    "script behind a JPG": (TWO, "a.jpg", lambda: picture("JPEG") + b"<script>"),
    "film behind a JPG": (TWO, "a.jpg", lambda: picture("JPEG") + b"\0\0\0\x18ftypmp42"),
    "PDF in a JPG": (TWO, "a.jpg", lambda: picture("JPEG", comment=pdf()[:200])),
    "script behind the last of two JPG": (TWO, "a.jpg", lambda: picture("JPEG") * 2 + b"<script>"),
}


@pytest.mark.parametrize("case", BOTH)
def test_file_of_two_kinds_is_refused(case: str) -> None:
    phrase, name, build = BOTH[case]
    assert phrase in verdict(build(), name)


# --- PDF ------------------------------------------------------------------------------------------------------

ALERT = "app.alert(1)"
URI = Dictionary(S=Name.URI, URI="https://kommune.example")
SCRIPT = Dictionary(S=Name.JavaScript, JS=ALERT)

PDFS: dict[str, tuple[str, Build]] = {
    "one page": ("", pdf),
    "as many pages as may be": ("", lambda: pdf(pages=MOST_PAGES)),
    "a page of a metre by a kilometre": ("", lambda: on_page("/MediaBox", Array([0, 0, 2835, 2834646]))),
    "objects in streams": ("", lambda: pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate)),
    "a table that is misplaced": ("", misplaced),
    "no printing without the owner's word": ("", lambda: bound("")),
    "a link to click on": ("", lambda: annotated(Subtype=Name.Link, A=URI)),
    "opens on its first page": ("", lambda: opening(S=Name.GoTo, D="first")),
    "reader rights, which have an EF too": ("", lambda: on_page("/Rights", Dictionary(EF=Array([Name.Create])))),
    "a text that tells of JavaScript": ("", lambda: titled("/JavaScript /JS /Launch")),
    "one page too many": ("pages", lambda: pdf(pages=MOST_PAGES + 1)),
    "no page": ("broken", lambda: pdf(pages=0)),
    "no PDF": ("broken", lambda: b"%PDF-1.7\nhello\nstartxref\n0\n%%EOF"),
    "pages that hold themselves": ("broken", lambda: pdf(lambda made: made.Root.Pages.Kids.append(made.Root.Pages))),
    "a password": ("password", lambda: bound("secret")),
    "a script when it opens": ("active", lambda: opening(S=Name.JavaScript, JS=ALERT)),
    "a script when a page opens": ("active", lambda: on_page("/AA", Dictionary(O=SCRIPT))),
    "a script at a click": ("active", lambda: annotated(Subtype=Name.Link, A=SCRIPT)),
    "a script in a coded name": (
        "active",
        lambda: (
            annotated(Subtype=Name.Link, A=SCRIPT).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")
        ),
    ),
    "a script without a name": ("active", lambda: on_page("/Deep", Array([Array([Dictionary(JS=ALERT)])]))),
    "a script whose name stands alone": ("active", lambda: pdf(named)),
    "a script in a stream of objects": (
        "active",
        lambda: pdf(
            lambda made: made.Root.__setattr__("Hidden", made.make_indirect(SCRIPT)),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
    ),
    "a program to start": ("active", lambda: annotated(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F="cmd.exe"))),
    "another file to open in it": ("active", lambda: annotated(Subtype=Name.Link, A=Dictionary(S=Name.GoToE))),
    "a form with a program": (
        "active",
        lambda: pdf(lambda made: made.Root.__setattr__("AcroForm", Dictionary(XFA=Array([])))),
    ),
    "moving pictures": ("active", lambda: annotated(Subtype=Name.RichMedia)),
    "an address when it opens": ("active", lambda: opening(S=Name.URI, URI="https://x.example")),
    "an address after its first page": (
        "active",
        lambda: opening(S=Name.GoTo, D="first", Next=Array([Dictionary(S=Name.GoTo, D="x", Next=URI)])),
    ),
    "another machine's file when a page opens": (
        "active",
        lambda: on_page("/AA", Dictionary(O=Dictionary(S=Name.GoToR, F="\\\\x.example\\a"))),
    ),
    "a file attached": ("attached", attached),
    "a file in a stream": ("attached", lambda: pdf(embedded)),
}


@pytest.mark.parametrize("case", PDFS)
def test_pdf_is_read(case: str) -> None:
    fault, build = PDFS[case]
    assert read(build())["fault"] == fault


@pytest.mark.parametrize(
    ("case", "phrase"),
    [
        ("one page too many", "Filen har flere end 2.000 sider."),
        ("no page", CUT),
        ("a password", PASSWORD),
        ("a script when it opens", ACTIVE),
        ("a file attached", ATTACHED),
    ],
    ids=["pages", "broken", "password", "active", "attached"],
)
def test_fault_of_a_pdf_is_told(case: str, phrase: str) -> None:
    assert phrase in verdict(PDFS[case][1](), "a.pdf")


def test_pdf_that_would_take_too_long_is_given_up() -> None:
    """No stream says where it ends: for each, the reader looks through all the rest. It would take minutes anywhere."""
    endless = b"".join(b"%d 0 obj\n<</Length 1>>\nstream\n" % number for number in range(1, 200_000))
    assert HEAVY in verdict(b"%PDF-1.7\n" + endless + b"trailer\n<</Root 1 0 R>>\nstartxref\n5\n%%EOF", "a.pdf")


@pytest.mark.parametrize("share", [10, 50, 99])
def test_pdf_that_was_cut_is_refused(share: int) -> None:
    content = pdf(pages=50)
    assert CUT in verdict(content[: len(content) * share // 100], "a.pdf")


def test_white_space_behind_a_pdf_is_nothing() -> None:
    assert verdict(pdf() + b"\r\n\0\0 \n", "a.pdf") == ""


@pytest.mark.parametrize(
    "build",
    [
        lambda: titled("Til 010190-1234"),
        lambda: titled("Borger æ 0101901234"),
        lambda: described("010190-1234"),
        lambda: described("010190-1234", "utf-16"),
        lambda: described("&#48;10190-1234"),
    ],
    ids=["title", "title in UTF-16", "description", "description in UTF-16", "coded letters"],
)
def test_cpr_number_in_the_properties_of_a_pdf_is_refused(build: Build) -> None:
    assert CPR in verdict(build(), "a.pdf")


def test_properties_of_a_pdf_without_a_person_are_taken() -> None:
    machine = "uuid:12345678-0101-4101-a101-010100123456 xmp.did:F77F11740101001234A118083"
    assert read(titled("Budget")) == {"fault": "", "properties": "Budget"}
    assert verdict(described(machine), "a.pdf") == ""


# --- pictures -------------------------------------------------------------------------------------------------

PICTURES: dict[str, tuple[str, str, Build]] = {
    "png with a text": ("", "a.png", with_text),
    "png of one frame": ("", "a.png", lambda: moving(1)),
    "png as long as may be": ("", "a.png", lambda: png_of(LONGEST_SIDE, 3_000)),
    "png of as many pixels as may be": ("", "a.png", lambda: png_of(8_000, 5_000)),
    "jpg in steps": ("", "a.jpg", lambda: picture("JPEG", (64, 64), progressive=True)),
    "jpg that tells its place": ("", "a.jpg", with_place),
    "jpg with marks to start over": ("", "a.jpg", lambda: picture("JPEG", (64, 64), restart_marker_blocks=1)),
    "jpg with a small one behind, as phones make it": ("", "a.jpg", lambda: picture("JPEG") + picture("JPEG", (2, 2))),
    "jpg filled up with zeros": ("", "a.jpg", lambda: picture("JPEG") + bytes(512)),
    "jpg of as many pixels as may be": ("", "a.jpg", lambda: jpeg_of(8_000, 5_000)),
    "png too long": (TOO_BIG_A_PICTURE, "a.png", lambda: png_of(LONGEST_SIDE + 1, 10)),
    "png too high": (TOO_BIG_A_PICTURE, "a.png", lambda: png_of(10, LONGEST_SIDE + 1)),
    "png of too many pixels": (TOO_BIG_A_PICTURE, "a.png", lambda: png_of(8_000, 5_001)),
    "png of 30,000 by 30,000": (TOO_BIG_A_PICTURE, "a.png", lambda: png_of(30_000, 30_000)),
    "png of no pixel": (CUT, "a.png", lambda: png_of(0, 10)),
    "png that moves": (MOVES, "a.png", lambda: moving(3)),
    "png damaged": (CUT, "a.png", damaged_png),
    "png cut": (CUT, "a.png", lambda: picture("PNG")[:-6]),
    "png cut before its end": (CUT, "a.png", lambda: picture("PNG")[:-12]),
    "png of its mark alone": (CUT, "a.png", lambda: picture("PNG")[:8]),
    "png that begins otherwise": (CUT, "a.png", lambda: picture("PNG")[:8] + picture("PNG")[33:]),
    "png cut in its last check sum": (CUT, "a.png", lambda: picture("PNG")[:-2]),
    "png in too many pieces": (
        CUT,
        "a.png",
        lambda: picture("PNG")[:33] + chunk(b"raDs", b"") * MOST_PIECES + picture("PNG")[33:],
    ),
    "jpg too long": (TOO_BIG_A_PICTURE, "a.jpg", lambda: jpeg_of(LONGEST_SIDE + 1, 10)),
    "jpg of too many pixels": (TOO_BIG_A_PICTURE, "a.jpg", lambda: jpeg_of(8_000, 5_001)),
    "jpg of no pixel": (CUT, "a.jpg", lambda: jpeg_of(10, 0)),
    "jpg with too long a one behind": (
        TOO_BIG_A_PICTURE,
        "a.jpg",
        lambda: picture("JPEG") + jpeg_of(LONGEST_SIDE + 1, 10),
    ),
    "jpg cut": (CUT, "a.jpg", lambda: picture("JPEG")[:-2]),
    "jpg cut in a segment": (CUT, "a.jpg", lambda: picture("JPEG")[:30]),
    "jpg with a segment shorter than its own length": (
        CUT,
        "a.jpg",
        lambda: b"\xff\xd8\xff\xe1\x00\x00" + picture("JPEG")[2:],
    ),
    "jpg of its mark alone": (CUT, "a.jpg", lambda: b"\xff\xd8\xff"),
    "jpg of a mark and an end": (CUT, "a.jpg", lambda: b"\xff\xd8\xff\xd9"),
    "jpg of filling": (CUT, "a.jpg", lambda: b"\xff\xd8" + b"\xff" * 1_000_000),
    "jpg that ends before its picture": (CUT, "a.jpg", lambda: picture("JPEG")[:20] + b"\xff\xd9"),
}


@pytest.mark.parametrize("case", PICTURES)
def test_picture(case: str) -> None:
    phrase, name, build = PICTURES[case]
    text = verdict(build(), name)
    assert (phrase in text, bool(text)) == (True, bool(phrase))
