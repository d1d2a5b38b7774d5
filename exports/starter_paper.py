"""How does a page of ours look: which styles, tables, margins and properties does a Word file have?

Our own few styles, Danish, A4; every table has fixed columns, a name and, where it has a header row, a repeated one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final

from foundation.text import clean_line

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TEXT_WIDTH: Final = 9354
"""Twentieths of a point between the margins: A4 is 11906 wide, each margin 1276 (22,5 mm)."""
AUTHOR: Final = "Sekretariatet for Rådet for Sociale Investeringer"
"""Who the office's own papers are by."""
PROPERTY_LIMIT: Final = 255
"""Letters that Word takes in one property of a file."""

Cell = tuple[str, ...]


class Sheet:
    """A Word document written from top to bottom in our own styles."""

    def __init__(self, document: WordDocument) -> None:
        self.document = document

    def text(self, text: str, style: str = "RaadTekst") -> None:
        _fill(self.document.add_paragraph(), text, style)

    def labelled(self, label: str, text: str) -> None:
        paragraph = self.document.add_paragraph()
        _fill(paragraph, f"{label}: ", "RaadTekst", "RaadLedeord")
        paragraph.add_run(text)

    def point(self, number: int, text: str, *, keep: bool = False) -> None:
        """The number is text, so that no list in Word can go on counting from an earlier one."""
        self.text(f"At {number})\t{text}", "RaadPunktMedLinjer" if keep else "RaadPunkt")

    def loop(self, row: str, rows: str, text: str, style: str = "RaadTekst") -> None:
        self.text(f"{{%p for {row} in {rows} %}}", "RaadKode")
        self.text(text, style)
        self.text("{%p endfor %}", "RaadKode")

    def labels(self, rows: Sequence[Cell], name: str, *, label_width: int = 2400, lines: bool = True) -> None:
        """Two columns, the left one naming the right one; no header row."""
        widths = (label_width, TEXT_WIDTH - label_width)
        table = self._table(name, widths, "RaadLinjer" if lines else "RaadUdenLinjer", first="firstColumn")
        for label, *values in rows:
            _add_row(table, ((label,), tuple(values)), ("RaadCelleHoved", "RaadCelle"))
        self._close()

    def label_pairs(self, rows: Sequence[tuple[Cell, Cell]], name: str) -> None:
        """Two label columns side by side, to save lines."""
        table = self._table(name, (1850, 2980, 1540, 2984), "RaadUdenLinjer", first="firstColumn")
        for (label, *values), (other, *others) in rows:
            cells = ((label,), tuple(values), (other,), tuple(others))
            _add_row(table, cells, ("RaadCelleHoved", "RaadCelle") * 2)
        self._close()

    def table(
        self,
        name: str,
        columns: Sequence[tuple[str, int]],
        cells: Sequence[Any],
        *,
        loop: tuple[str, str] | None = None,
        figures: Sequence[int] = (),
        titled: bool = True,
        row_head: str = "RaadCelleHoved",
        total: Sequence[Cell] = (),
        total_loop: tuple[str, str] | None = None,
    ) -> None:
        """A table with a repeated header row; with a loop `cells` is its one row, else the rows themselves.

        Rows that are written out name themselves in the first column and stay on one page; with `row_head` another
        style than the first column's own, they are plain rows that may go on to the next. `total` is a last, bold row,
        with `total_loop` one that a template leaves out when there is nothing to sum up.
        """
        if titled:
            self.text(name, "RaadMellemrubrik")
        table = self._table(name, [width for _, width in columns], "RaadTabel", first="firstRow")
        styles = ["RaadTal" if place in figures else "RaadCelle" for place in range(len(columns))]
        heads = ["RaadTalHoved" if place in figures else "RaadCelleHoved" for place in range(len(columns))]
        _add_row(table, [(head,) for head, _ in columns], heads, header=True)
        if loop:
            _add_loop(table, cells, styles, loop)
        else:
            for row in cells:
                _add_row(table, row, [row_head, *styles[1:]])
        if total_loop:
            _add_loop(table, total, heads, total_loop)
        elif total:
            _add_row(table, total, heads)
        self._close()

    def running_head(self, text: str) -> None:
        paragraph = self.document.sections[0].header.paragraphs[0]
        _fill(paragraph, f"{text}\tside ", "RaadSidehoved")
        _add_field(paragraph, "PAGE")
        paragraph.add_run(" af ")
        _add_field(paragraph, "NUMPAGES")

    def _table(self, name: str, widths: Sequence[int], style: str, *, first: str) -> Any:
        from docx.oxml import parse_xml

        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        table = parse_xml(
            f'<w:tbl {_NS}><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/><w:tblLook w:{first}="1" w:noHBand="1" w:noVBand="1"/>'
            f'<w:tblCaption w:val="{escape(clean_line(name))}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid></w:tbl>'
        )
        self.document.element.body.insert_element_before(table, "w:sectPr")
        return table

    def _close(self) -> None:
        """Word joins two tables that touch, so a small line follows each."""
        self.text("", "RaadLuft")


_NS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _fill(paragraph: Any, text: str, style: str, letters: str | None = None) -> None:
    paragraph._p.get_or_add_pPr().style = style
    if text:
        run = paragraph.add_run(text)
        if letters:
            run._r.get_or_add_rPr().style = letters


def _add_row(table: Any, cells: Sequence[Cell], styles: Sequence[str], *, header: bool = False) -> None:
    from docx.oxml import parse_xml
    from docx.text.paragraph import Paragraph

    repeated = "<w:tblHeader/>" if header else ""
    row = parse_xml(f"<w:tr {_NS}><w:trPr><w:cantSplit/>{repeated}</w:trPr></w:tr>")
    widths = [column.get(f"{{{row.nsmap['w']}}}w") for column in table.tblGrid.gridCol_lst]
    for lines, style, width in zip(cells, styles, widths, strict=True):
        cell: Any = parse_xml(f'<w:tc {_NS}><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr></w:tc>')
        for line in lines:
            _fill(Paragraph(cell.add_p(), None), line, style)  # type: ignore[arg-type]
        row.append(cell)
    table.append(row)


def _add_loop(table: Any, cells: Sequence[Cell], styles: Sequence[str], loop: tuple[str, str]) -> None:
    """One row that a template repeats for each of its rows."""
    blank: list[Cell] = [("",)] * (len(styles) - 1)
    _add_row(table, [(f"{{%tr for {loop[0]} in {loop[1]} %}}",), *blank], styles)
    _add_row(table, cells, styles)
    _add_row(table, [("{%tr endfor %}",), *blank], styles)


def _add_field(paragraph: Any, code: str) -> None:
    from docx.oxml import parse_xml

    for inner in (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {_NS}>{inner}</w:r>"))


def bare(document: WordDocument) -> WordDocument:
    """python-docx starts from a file with hundreds of styles and parts of its own; ours keeps none of them."""
    from docx.oxml import parse_xml

    unwanted = ("numbering", "stylesWithEffects", "customXml", "theme", "webSettings", "fontTable")
    for owner in (document.part, document.part.package):
        for key, rel in list(owner.rels.items()):
            if rel.reltype.endswith((*unwanted, "thumbnail", "extended-properties")):
                del owner.rels[key]
    _refill(document.styles.element, parse_xml(_STYLES))
    _refill(document.settings.element, parse_xml(_SETTINGS))
    body = document.element.body
    body.replace(body.sectPr, parse_xml(_PAGE))
    return document


def name_file(document: WordDocument, *, title: str, author: str, at: datetime, reference: str = "") -> None:
    """Title, author and moment of the file's own; none of them from a template or from the day of printing."""
    properties = document.core_properties
    properties.title = title if len(title) <= PROPERTY_LIMIT else title[: PROPERTY_LIMIT - 1] + "…"
    properties.author = properties.last_modified_by = author[:PROPERTY_LIMIT]
    properties.created = properties.modified = at.astimezone(UTC)
    properties.language, properties.revision = "da-DK", 1
    properties.identifier = clean_line(reference)[:PROPERTY_LIMIT]
    properties.comments = properties.keywords = properties.subject = properties.category = ""


def _refill(old: Any, new: Any) -> None:
    for child in list(old):
        old.remove(child)
    old.extend(list(new))


_INK, _GREY, _LINE = "1D3440", "5A6872", "B9C3C9"
_PAGE: Final = (
    f'<w:sectPr {_NS}><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1191" w:right="1276" w:bottom="907" w:left="1276" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)
_SETTINGS: Final = (
    f'<w:settings {_NS}><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
    ' w:val="15"/></w:compat><w:themeFontLang w:val="da-DK"/><w:decimalSymbol w:val=","/>'
    '<w:listSeparator w:val=";"/></w:settings>'
)


def _style(
    key: str,
    name: str,
    paragraph: str = "",
    letters: str = "",
    *,
    based_on: str = "RaadTekst",
    after: str = "",
) -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/>'
        + (f'<w:next w:val="{after}"/>' if after else "")
        + f"<w:qFormat/><w:pPr>{paragraph}</w:pPr>"
        f'<w:rPr>{letters}<w:lang w:val="da-DK"/></w:rPr></w:style>'
    )


def _table_style(key: str, name: str, borders: str, condition: str = "") -> str:
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>"
        '<w:top w:w="18" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="18" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"{condition}</w:style>"
    )


def _rule(*sides: str) -> str:
    return "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>' for side in sides)


_BOLD: Final = f'<w:b/><w:color w:val="{_INK}"/>'
_HEADING: Final = '<w:keepNext/><w:keepLines/><w:spacing w:before="{}" w:after="{}"/><w:outlineLvl w:val="{}"/>'
_STYLES: Final = (
    f"<w:styles {_NS}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    '<w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="da-DK" w:eastAsia="da-DK" w:bidi="ar-SA"/>'
    "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
    '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:rPr><w:lang w:val="da-DK"/></w:rPr></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="Tegn"><w:name w:val="Default Paragraph Font"/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="Tabel"><w:name w:val="Normal Table"/></w:style>'
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="RaadTekst">'
    '<w:name w:val="Råd brødtekst"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl/>'
    '<w:spacing w:after="80" w:line="259" w:lineRule="auto"/></w:pPr>'
    '<w:rPr><w:lang w:val="da-DK"/></w:rPr></w:style>'
    '<w:style w:type="character" w:customStyle="1" w:styleId="RaadLedeord">'
    f'<w:name w:val="Råd ledeord"/><w:qFormat/><w:rPr>{_BOLD}<w:lang w:val="da-DK"/></w:rPr></w:style>'
    + _style(
        "RaadTitel",
        "Råd titel",
        _HEADING.format(160, 100, 0),
        f'{_BOLD}<w:sz w:val="30"/>',
        after="RaadTekst",
    )
    + _style(
        "RaadAfsnit",
        "Råd afsnit",
        _HEADING.format(150, 50, 1),
        f'{_BOLD}<w:sz w:val="23"/>',
        after="RaadTekst",
    )
    + _style("RaadBilag", "Råd bilag", '<w:pageBreakBefore/><w:spacing w:before="0"/>', based_on="RaadAfsnit")
    + _style("RaadUnderafsnit", "Råd underafsnit", '<w:spacing w:before="120"/>', based_on="RaadAfsnit")
    + _style("RaadMellemrubrik", "Råd mellemrubrik", _HEADING.format(90, 40, 2), _BOLD, after="RaadTekst")
    + _style("RaadIndledning", "Råd indledning", "<w:keepNext/>")
    + _style(
        "RaadPunkt",
        "Råd beslutningspunkt",
        '<w:keepLines/><w:tabs><w:tab w:val="left" w:pos="680"/></w:tabs><w:ind w:left="680" w:hanging="680"/>',
    )
    + _style(
        "RaadPunktMedLinjer",
        "Råd beslutningspunkt med linjer",
        '<w:keepNext/><w:spacing w:after="30"/>',
        based_on="RaadPunkt",
    )
    + _style("RaadLinje", "Råd linje", '<w:spacing w:after="50"/><w:ind w:left="907" w:hanging="227"/>')
    + _style("RaadUdkast", "Råd udkast", "<w:keepNext/>", '<w:b/><w:color w:val="9C2A1C"/><w:spacing w:val="40"/>')
    + _style("RaadKode", "Råd kode", '<w:spacing w:after="0"/>', f'<w:color w:val="{_GREY}"/><w:sz w:val="16"/>')
    + _style(
        "RaadCelle",
        "Råd celle",
        '<w:spacing w:after="10" w:line="247" w:lineRule="auto"/>',
        '<w:sz w:val="19"/>',
    )
    + _style("RaadCelleHoved", "Råd celle hoved", "<w:keepNext/>", _BOLD, based_on="RaadCelle")
    + _style("RaadTal", "Råd tal", '<w:jc w:val="right"/>', based_on="RaadCelle")
    + _style("RaadTalHoved", "Råd tal hoved", '<w:jc w:val="right"/>', based_on="RaadCelleHoved")
    + _style(
        "RaadLuft",
        "Råd luft",
        '<w:spacing w:after="0" w:line="90" w:lineRule="exact"/>',
        '<w:sz w:val="8"/>',
    )
    + _style(
        "RaadSidehoved",
        "Råd sidehoved",
        f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{_LINE}"/></w:pBdr>'
        f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs><w:spacing w:after="0"/>',
        f'<w:color w:val="{_GREY}"/><w:sz w:val="17"/>',
    )
    + '<w:style w:type="table" w:customStyle="1" w:styleId="RaadUdenLinjer">'
    '<w:name w:val="Råd uden linjer"/><w:tblPr><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
    '<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    + _table_style("RaadLinjer", "Råd linjer", _rule("top", "bottom", "insideH"))
    + _table_style(
        "RaadTabel",
        "Råd tabel",
        _rule("top", "left", "bottom", "right", "insideH", "insideV"),
        '<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="EBF0F2"/></w:tcPr>'
        "</w:tblStylePr>",
    )
    + "</w:styles>"
)
