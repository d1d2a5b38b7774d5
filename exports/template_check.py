"""May this Word file be used as the template of a decision memo, and if not, what must a person mend?"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from exports.memo_layout import (
    BY_NAME,
    FIELDS,
    RETIRED,
    SECTIONS,
    W,
    heading_styles,
    paragraphs_by_section,
    required_names,
    text_of,
)

MEMBERS_LIMIT: Final = 2000
UNPACKED_LIMIT: Final = 20 * 1024 * 1024
RATIO_LIMIT: Final = 100
"""How many times a member over 1 MB may grow when it is unpacked."""
FILTERS: Final = frozenset({"length", "upper", "lower"})
_FIELD_CODES: Final = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "DATE", "TITLE", "STYLEREF"})
_DOCUMENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DRAFT_MARK: Final = "draft_marks.text"
_PARTS: Final = {"header": "sidehovedet", "footer": "sidefoden"}


def check(template: bytes, kind: str) -> list[str]:
    """Danish one-line faults; empty when the file can be used. The file is not unpacked before its size is known."""
    return list(_faults(template, kind))


@lru_cache(maxsize=8)
def _faults(template: bytes, kind: str) -> tuple[str, ...]:
    """Asked of the same few templates for every memo."""
    faults = _archive_faults(template) or _package_faults(template)
    return tuple(faults or _word_faults(template, kind))


# --- the zip file ---------------------------------------------------------------------------------------------


def _archive_faults(template: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(BytesIO(template)) as archive:
            return list(_size_faults(archive.infolist()))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        return ["Filen er ikke et Word-dokument (.docx)."]


def _size_faults(members: list[zipfile.ZipInfo]) -> Iterator[str]:
    if len(members) > MEMBERS_LIMIT:
        yield f"Filen har {len(members)} dele. Der må højst være {MEMBERS_LIMIT}."
    if sum(member.file_size for member in members) > UNPACKED_LIMIT:
        yield "Filen fylder mere end 20 MB, når den pakkes ud."
    if any(m.file_size > 2**20 and m.file_size > RATIO_LIMIT * max(m.compress_size, 1) for m in members):
        yield "Filen er pakket usædvanlig hårdt. Gem den igen fra Word."
    names = [member.filename.casefold() for member in members]
    if len(names) != len(set(names)):
        yield "Filen har to dele med samme navn. Gem den igen fra Word."
    if any(member.flag_bits & 1 for member in members):
        yield "Filen er beskyttet med adgangskode. Gem den uden."
    if any(".." in name.split("/") or name.startswith(("/", "\\")) for name in names):
        yield "Filen har dele med ulovlige navne. Gem den igen fra Word."


def _package_faults(template: bytes) -> list[str]:
    faults: dict[str, None] = {}
    try:
        with zipfile.ZipFile(BytesIO(template)) as archive:
            for name in archive.namelist():
                faults |= dict.fromkeys(_member_faults(name, archive.read(name)))
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, NotImplementedError, KeyError, ValueError, EOFError, RuntimeError):
        return ["Filen er ikke et helt Word-dokument (.docx). Gem den igen fra Word."]
    if "macroenabled" in types.casefold():
        faults["Filen kan indeholde makroer. Gem den som almindelig .docx."] = None
    elif _DOCUMENT not in types:
        faults["Filen er ikke et almindeligt Word-dokument (.docx)."] = None
    return list(faults)


def _member_faults(name: str, content: bytes) -> Iterator[str]:
    low = name.casefold()
    if "vbaproject" in low or "vbadata" in low:
        yield "Filen indeholder makroer. Gem den som almindelig .docx."
    if "/embeddings/" in low or "/activex/" in low:
        yield "Filen indeholder indlejrede filer. Fjern dem."
    if low.endswith((".xml", ".rels")):
        yield from _markup_faults(name, content)


def _markup_faults(name: str, content: bytes) -> Iterator[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        yield f"Delen {name} er ikke skrevet i UTF-8. Gem filen igen fra Word."
    if b"<!DOCTYPE" in content:
        yield f"Delen {name} har en DOCTYPE. Det må den ikke have."
    if name.endswith(".rels") and re.search(rb'TargetMode\s*=\s*["\']External', content):
        kinds = re.findall(rb"<Relationship\b[^>]*External[^>]*>", content)
        if any(b"/hyperlink" not in found for found in kinds):
            yield "Filen henter noget udefra (billede eller skabelon). Indsæt det i filen, eller fjern det."


# --- the words of the template --------------------------------------------------------------------------------


def _word_faults(template: bytes, kind: str) -> list[str]:
    from docxtpl import DocxTemplate

    word = DocxTemplate(BytesIO(template))
    try:
        word.init_docx()
        parts = list(_parts(word))
        faults = list(_foreign_part_faults(word.docx))
        faults += [fault for where, root in parts for fault in _markup_use_faults(where, root)]
        if faults:
            return faults
        outputs: dict[str, set[str]] = defaultdict(set)
        for where, root in parts:
            faults += _jinja_faults(where, word.patch_xml(word.xml_to_string(root)), outputs[where])
    except Exception as fault:  # Somebody's file: whatever the readers trip over, it cannot be used.
        return [f"Filen kan ikke læses som Word-dokument: {fault}."]
    faults += _missing(kind, outputs["brødteksten"])
    if _DRAFT_MARK not in outputs["sidehovedet"]:
        faults.append(f"Feltet ”{_DRAFT_MARK}” mangler i sidehovedet. Hver side af et udkast skal sige, at den er det.")
    return faults or list(_misplaced(word.docx, kind))


def _parts(word: Any) -> Iterator[tuple[str, Any]]:
    from docx.oxml import parse_xml

    yield "brødteksten", word.docx.element.body
    for uri in (word.HEADER_URI, word.FOOTER_URI):
        for _, part in word.get_headers_footers(uri):
            yield _PARTS[str(part.partname).removeprefix("/word/")[:6]], parse_xml(part.blob)


def _foreign_part_faults(document: Any) -> Iterator[str]:
    """Placeholders where nobody fills them in with care: properties, notes, comments."""
    properties = document.core_properties
    for name in ["author", "category", "comments", "identifier", "keywords", "language", "subject", "title"]:
        if "{{" in getattr(properties, name) or "{%" in getattr(properties, name):
            yield "Dokumentets egenskaber må ikke have felter. De udfyldes fra sagen."
    for part in document.part.package.iter_parts():
        noted = str(part.partname).startswith(("/word/footnotes", "/word/endnotes", "/word/comments"))
        if noted and (b"{{" in part.blob or b"{%" in part.blob):
            yield f"Felter må ikke stå i noter eller kommentarer ({part.partname})."


def _markup_use_faults(where: str, root: Any) -> Iterator[str]:
    for paragraph in root.iter(f"{W}p"):
        text = text_of(paragraph)
        if found := re.search(r"\{\{\s*(?:p|tr|tc|r)\s+\w", text):
            yield f"I {where}: skriv {{{{ felt }}}} i stedet for ”{found.group(0)}”."
        if found := re.search(r"\{%\s*(colspan|cellbg|vm|hm)\b", text):
            yield f"I {where}: koden ”{found.group(1)}” kan ikke bruges."
    for node in root.iter(f"{W}instrText", f"{W}fldSimple"):
        code = ((node.text if node.tag == f"{W}instrText" else node.get(f"{W}instr")) or "").split()
        if code and code[0].upper() not in _FIELD_CODES:
            yield f"I {where}: Word-feltet ”{code[0]}” kan ikke bruges."


def _jinja_faults(where: str, source: str, outputs: set[str]) -> list[str]:
    from jinja2 import Environment, TemplateSyntaxError

    try:
        tree = Environment(autoescape=True).parse(source)
    except TemplateSyntaxError as fault:
        return [f"I {where}: en kode er skrevet forkert ({fault.message})."]
    walk = _Walk(where, outputs)
    walk.visit(tree, {})
    return list(dict.fromkeys(walk.faults))


class _Walk:
    """Reads a Jinja tree with an allow-list: what is not named here is refused. Collects the names it prints."""

    def __init__(self, where: str, outputs: set[str]) -> None:
        self.where, self.outputs, self.faults = where, outputs, list[str]()

    def visit(self, node: Any, loops: dict[str, str]) -> None:
        """`loops` maps a loop's own name to the rows it runs through."""
        name = type(node).__name__
        if name in {"For", "Name", "Getattr", "Filter", "Output"}:
            getattr(self, f"_{name.lower()}")(node, loops)
        elif name in {"Template", "If", "TemplateData", "Const", "Compare", "Operand", "And", "Or", "Not"}:
            self._children(node, loops)
        else:
            self._refuse(f"koden ”{name}” kan ikke bruges. Brug kun felter, for og if")

    def _children(self, node: Any, loops: dict[str, str]) -> None:
        for child in node.iter_child_nodes():
            self.visit(child, loops)

    def _refuse(self, words: str) -> None:
        self.faults.append(f"I {self.where}: {words}.")

    def _for(self, node: Any, loops: dict[str, str]) -> None:
        rows = getattr(node.iter, "name", "")
        plain = type(node.target).__name__ == "Name" and not node.test and not node.recursive
        if not plain or rows not in BY_NAME or not BY_NAME[rows].columns:
            self._refuse(f"en løkke skal gå gennem et felt med rækker, ikke ”{rows or 'et udtryk'}”")
        elif loops:
            self._refuse("en løkke kan ikke stå inde i en anden løkke")
        elif node.target.name in BY_NAME:
            self._refuse(f"løkkens navn ”{node.target.name}” er også navnet på et felt")
        else:
            for child in (*node.body, *node.else_):
                self.visit(child, {node.target.name: rows, "loop": "loop"})

    def _name(self, node: Any, loops: dict[str, str]) -> None:
        if node.ctx != "load" or (node.name not in BY_NAME and node.name not in loops):
            instead = f". Skriv ”{RETIRED[node.name]}” i en løkke" if node.name in RETIRED else ""
            self._refuse(f"feltet ”{node.name}” findes ikke{instead}")

    def _getattr(self, node: Any, loops: dict[str, str]) -> None:
        rows = loops.get(getattr(node.node, "name", ""))
        columns = ("index", "first", "last", "length") if rows == "loop" else BY_NAME[rows].columns if rows else ()
        if node.attr.startswith("_") or node.attr not in columns:
            self._refuse(f"feltet ”{getattr(node.node, 'name', '…')}.{node.attr}” findes ikke")

    def _filter(self, node: Any, loops: dict[str, str]) -> None:
        if node.name not in FILTERS or node.args or node.kwargs:
            self._refuse(f"filteret ”{node.name}” kan ikke bruges")
        if node.node is None:
            self._refuse("filterblokke kan ikke bruges")
        else:
            self.visit(node.node, loops)

    def _output(self, node: Any, loops: dict[str, str]) -> None:
        for child in node.nodes:
            self.visit(child, loops)
            owner = loops.get(getattr(getattr(child, "node", None), "name", ""))
            if type(child).__name__ == "Getattr" and owner:
                self.outputs.add(f"{owner}.{child.attr}")
            elif type(child).__name__ == "Name":
                self._printed(child.name, loops)

    def _printed(self, name: str, loops: dict[str, str]) -> None:
        self.outputs.add(name)
        if name in loops or (name in BY_NAME and BY_NAME[name].columns):
            self._refuse(f"”{name}” er rækker og skal skrives i en løkke med et feltnavn")


# --- which field is missing or stands in the wrong section -----------------------------------------------------


def _missing(kind: str, printed: set[str]) -> list[str]:
    return [
        f"Feltet ”{name}” mangler i brødteksten. Det hører hjemme i ”{SECTIONS[section]}”."
        for name, section in required_names(kind).items()
        if name not in printed
    ]


_TOP_FIELD: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_LOOP: Final = re.compile(r"\{%\s*(?:p|tr|tc)?\s*for\s+\w+\s+in\s+(\w+)")


def _misplaced(document: Any, kind: str) -> Iterator[str]:
    styles = heading_styles(document.styles.element)
    stands: dict[str, list[str]] = defaultdict(list)
    for section, paragraph in paragraphs_by_section(document.element.body, styles):
        text = text_of(paragraph)
        for name in (*_TOP_FIELD.findall(text), *_LOOP.findall(text)):
            stands[name].append(section)
    for field in FIELDS:
        own = field.section(kind)
        times = stands[field.name].count(own)
        if own and times != 1 and not field.columns:
            yield f"Feltet ”{field.name}” står {times} gange i ”{SECTIONS[own]}”. Det skal stå præcis én gang."
        if not field.mention and any(section != own for section in stands[field.name]):
            yield f"Feltet ”{field.name}” må kun stå i ”{SECTIONS.get(own, 'andre typer indstilling')}”."
