"""What does a memo template look like before a caseworker has changed it, and which file is in use?

The starter is an ordinary Word file: our own few styles, Danish, A4, and placeholders that a person can read.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exports.memo_layout import MemoFault, MemoKind, field_guide

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_NAMES: Final = {
    "donation": "Skabelon til indstilling om donation",
    "investment": "Skabelon til indstilling om social investering",
    "short": "Skabelon til indstilling uden bevilling",
}
_TITLES: Final = {
    "donation": "Indstilling om donation: {{ title }}",
    "investment": "Indstilling om social investering: {{ title }}",
    "short": "Indstilling om forslaget: {{ title }}",
}
_TEXT_WIDTH: Final = 9354
"""Twentieths of a point between the margins: A4 is 11906 wide, each margin 1276 (22,5 mm)."""


def template_for(kind: str, folder: Path) -> bytes:
    """The template in use: the file in the folder, else the starter, which is laid there for a person to change."""
    from exports.template_check import check

    file = folder / f"{MemoKind(kind).value}.docx"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(folder / f"{kind}-felter.txt", field_guide(kind).encode())
        _write_whole(file, build(kind))
    template = file.read_bytes()
    if faults := check(template, kind):
        raise MemoFault(f"Skabelonen {file.name} kan ikke bruges. " + " ".join(faults))
    return template


def _write_whole(file: Path, content: bytes) -> None:
    """Others see the old file or the whole new one, never a half."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@cache
def build(kind: str) -> bytes:
    """The starter template of this kind as a Word file; the same bytes of text every time."""
    from docx import Document

    sheet = _Sheet(_bare(Document()))
    _head(sheet, kind)
    _resume(sheet, kind)
    _decisions(sheet, kind)
    _background(sheet)
    _effect(sheet, kind)
    _services(sheet)
    _organisation(sheet)
    _resources(sheet, kind)
    _legal(sheet)
    _colophon(sheet)
    _maturity_annex(sheet)
    _grounds_annex(sheet)
    _long_texts_annex(sheet)
    _name(sheet.document, kind)
    file = BytesIO()
    sheet.document.save(file)
    return file.getvalue()


# --- the sections of the memo ---------------------------------------------------------------------------------


def _head(sheet: _Sheet, kind: str) -> None:
    sheet.running_head("{{ short_title }}")
    rows = (("Til", "{{ to }}"), ("Fra", "{{ from_ }}"), ("Dato", "{{ dated_on }}"))
    sheet.labels(rows, "Modtager, afsender og dato", label_width=1100, lines=False)
    sheet.text(_TITLES[kind], "RaadTitel")


def _resume(sheet: _Sheet, kind: str) -> None:
    asked = {
        "donation": "Rådet skal tage stilling til en donation på {{ amount }} til {{ organisation }}.",
        "investment": "Rådet skal tage stilling til en social investering på {{ amount }} hos {{ organisation }}.",
        "short": "Rådet skal tage stilling til et forslag fra {{ organisation }}.",
    }
    money = (("Pengene kommer fra", "{{ money_from }}"),)
    pays = (("Hvem betaler hvornår", "{{ payment_plan }}"),)
    sheet.text("1. Resume", "RaadAfsnit")
    sheet.text(asked[kind])
    sheet.text("{{ summary }}")
    sheet.labels(
        (
            ("For hvem", "{{ for_whom }}"),
            ("Antal borgere", "{{ participants }}"),
            *{"donation": money, "investment": money + pays, "short": (("Søgt beløb", "{{ amount }}"),)}[kind],
            ("Ansøgerens ønske", "{{ wish }}"),
            ("Sorteret til", "{{ track }} ({{ rule }})"),
        ),
        "Forslaget kort",
    )
    sheet.labelled("Hvorfor dette spor", "{{ deciding_text }}")
    sheet.loop(
        "o",
        "overrides",
        "Sekretariatet har sorteret anderledes, end reglerne gav, og valgt {{ o.track }}. "
        "Begrundelse: {{ o.reason }} ({{ o.by }}, {{ o.on }})",
    )


def _decisions(sheet: _Sheet, kind: str) -> None:
    sheet.text("2. Beslutningspunkter", "RaadAfsnit")
    sheet.text("Det indstilles:", "RaadIndledning")
    {"donation": _donation_points, "investment": _investment_points, "short": _short_points}[kind](sheet)


def _donation_points(sheet: _Sheet) -> None:
    sheet.point(1, "Rådet giver {{ organisation }} en donation på {{ amount }} fra årets donationspulje.")
    sheet.point(
        2,
        "Donationen kun bruges til det beskrevne formål, ændringer aftales med sekretariatet først, "
        "og penge, der ikke bliver brugt, betales tilbage. Særlige vilkår:",
        keep=True,
    )
    sheet.loop("c", "conditions", "– {{ c.text }}", "RaadLinje")
    sheet.point(3, "Ansøgeren fortæller Rådet, hvad indsatsen har vist. Frist for rapporten: {{ report_on }}")


def _investment_points(sheet: _Sheet) -> None:
    sheet.point(1, "Rådet investerer {{ amount }} i indsatsen hos {{ organisation }}.")
    sheet.point(2, "Borgmesterens Afdeling indgår en resultatkontrakt med disse takster: {{ tariffs }}")
    sheet.point(3, "Resultaterne betales sådan:", keep=True)
    sheet.text("– Betaler: {{ payers }}", "RaadLinje")
    sheet.text("– Højeste betaling fra resultatbetalingspuljen: {{ outcome_fund_max }}", "RaadLinje")
    sheet.point(4, "Denne andel af gevinsten føres tilbage til fonden: {{ gain_share }}")
    sheet.point(5, "Rådet følger op på disse tidspunkter:", keep=True)
    sheet.loop("f", "follow_ups", "– {{ f.on }}: {{ f.text }}", "RaadLinje")
    sheet.text("– {{ report_on }}: Ansøgerens rapport", "RaadLinje")
    sheet.point(6, "Investeringen gives på disse særlige vilkår:", keep=True)
    sheet.loop("c", "conditions", "– {{ c.text }}", "RaadLinje")


def _short_points(sheet: _Sheet) -> None:
    sheet.point(1, "{{ recommendation }}")
    sheet.point(2, "{{ next_step }}")


def _background(sheet: _Sheet) -> None:
    sheet.text("3. Baggrund", "RaadAfsnit")
    sheet.labelled("Opslag og hovedområde", "{{ call_title }} – {{ focus_area }}")
    sheet.labelled("Problemet", "{{ problem }}")
    sheet.labelled("Ud over den lovpligtige indsats", "{{ supplement }}")


def _effect(sheet: _Sheet, kind: str) -> None:
    sheet.text("4. Effekt", "RaadAfsnit")
    sheet.labelled("Mål", "{{ result_goals }}")
    sheet.labelled("Sådan skal indsatsen virke", "{{ theory_of_change }}")
    sheet.labelled("Det ved vi om virkningen", "{{ evidence }}")
    if kind != "investment":
        sheet.labelled("Det vil vi lære", "{{ learning }}")
    else:
        sheet.labels(
            (
                ("Før indsatsen", "{{ baseline }}"),
                ("Ventes at nå målet", "{{ success_share }}"),
                ("Ville nå det alligevel", "{{ deadweight }}"),
                ("Der måles", "{{ measuring_points }}"),
            ),
            "Mål i tal",
        )
    sheet.labelled("Modenhed", "{{ maturity }} ({{ level }}). Se bilag 1.")


def _services(sheet: _Sheet) -> None:
    sheet.text("5. Ydelser", "RaadAfsnit")
    sheet.labelled("Indsatsen", "{{ intervention }}")
    sheet.labelled("Målgruppen", "{{ target_group }}")


def _organisation(sheet: _Sheet) -> None:
    sheet.text("6. Organisering", "RaadAfsnit")
    sheet.labelled("Ansøger", "{{ organisation }}, CVR-nummer {{ organisation_cvr }}")
    sheet.labelled("Samarbejdspartnere", "{{ partners }}")
    sheet.labelled("Erfaring og kræfter", "{{ capacity }}")
    sheet.table(
        "Forvaltningernes udtalelser",
        (("Forvaltning", 2000), ("Udtalelse", 4654), ("Kan forvaltningen betale?", 2700)),
        (
            ("{{ s.department }}", "{{ s.role }}"),
            ("{{ s.statement }}", "Hul i tilbuddene: {{ s.gap }}"),
            ("{{ s.can_pay }}", "Budgetlinje: {{ s.budget_line }}"),
        ),
        loop=("s", "statements"),
    )


def _resources(sheet: _Sheet, kind: str) -> None:
    sheet.text("7. Ressourcer", "RaadAfsnit")
    if kind == "donation":
        sheet.labels(
            (
                ("Donation", "{{ amount }}"),
                ("Anden finansiering", "{{ co_funding }}"),
                ("Donationspuljen", "{{ pool_left }} før donationen, {{ pool_after }} efter"),
                ("Tallene er fra", "{{ funds_as_of }}, {{ funds_source }}"),
            ),
            "Økonomien i donationen",
        )
    if kind == "investment":
        _investment_money(sheet)
    sheet.labelled("Budget", "{{ budget }}")
    sheet.text("{%p if budget_rows %}", "RaadKode")
    sheet.table(
        "Budgettets linjer",
        (("År", 900), ("Art", 2000), ("Post", 4354), ("Beløb", 2100)),
        (("{{ b.year }}",), ("{{ b.kind }}",), ("{{ b.text }}",), ("{{ b.amount }}",)),
        loop=("b", "budget_rows"),
        figures=(3,),
    )
    sheet.text("{%p endif %}", "RaadKode")
    sheet.labelled("Når pengene er brugt", "{{ continuation }}")


def _investment_money(sheet: _Sheet) -> None:
    sheet.labels(
        (
            ("Investering", "{{ amount }}"),
            ("Anden finansiering", "{{ co_funding }}"),
            ("Fondens frie midler", "{{ free_capital }} før investeringen, {{ free_capital_after }} efter"),
            (
                "Resultatbetalingspuljen",
                "{{ outcome_fund }} før, {{ outcome_fund_after }} efter den højeste betaling",
            ),
            ("Tallene er fra", "{{ funds_as_of }}, {{ funds_source }}"),
            ("Nettonutidsværdi", "{{ net_present_value }}"),
            ("Tilbagebetaling", "{{ payback }}"),
            ("Går i nul", "{{ break_even }}"),
        ),
        "Økonomien i investeringen",
    )
    sheet.table(
        "Scenarier",
        (("Scenarie", 2100), ("Nettonutidsværdi", 2354), ("Tilbagebetaling", 2450), ("Går i nul", 2450)),
        (
            ("{{ c.name }}",),
            ("{{ c.net_present_value }}",),
            ("{{ c.payback }}",),
            ("{{ c.break_even }}",),
        ),
        loop=("c", "scenarios"),
        figures=(1,),
    )
    sheet.labelled("Risiko", "{{ risk }}")


def _legal(sheet: _Sheet) -> None:
    sheet.text("Juridisk ramme", "RaadAfsnit")
    sheet.table(
        "Juridisk ramme",
        (("Område", 2400), ("Vurdering", 6954)),
        (
            (("Habilitet",), ("{{ conflicts_of_interest }}",)),
            (("Udbud",), ("{{ procurement }}",)),
            (("Statsstøtte",), ("{{ state_aid }}",)),
            (("Kommunalfuldmagt",), ("{{ municipal_power }}",)),
            (("Databeskyttelse",), ("{{ data_protection }}",)),
        ),
        titled=False,
    )


def _colophon(sheet: _Sheet) -> None:
    sheet.text("Sagsoplysninger", "RaadUnderafsnit")
    own = (
        "Bilag 1: Modenhedsskema",
        "Bilag 2: Grundlaget for sorteringen",
        "{%p if long_texts %}",
        "Bilag 3: Tekster i fuld længde",
        "{%p endif %}",
    )
    sheet.label_pairs(
        (
            (("Sagsnummer", "{{ reference }}"), ("Sagsbehandler", "{{ case_worker }}")),
            (("Antal tegn", "{{ character_count }}"), ("Kontakt", "{{ contact }}")),
            (("Bilag", *own), ("Øvrige bilag", "{%p for a in annexes %}", "{{ a.text }}", "{%p endfor %}")),
        ),
        "Sagsoplysninger",
    )


def _maturity_annex(sheet: _Sheet) -> None:
    sheet.text("Bilag 1. Modenhedsskema", "RaadBilag")
    sheet.text("Hver dimension er vurderet fra 0 til 4. En dimension uden vurdering tæller ikke som 0.")
    sheet.table(
        "Modenhedsskema",
        (
            ("Dimension", 1900),
            ("Vægt", 700),
            ("Score", 900),
            ("Niveau og begrundelse", 3854),
            ("Belæg", 2000),
        ),
        (
            ("{{ s.dimension }}",),
            ("{{ s.weight }}",),
            ("{{ s.score }}",),
            ("{{ s.level_text }}", "Begrundelse: {{ s.reason }}"),
            ("{{ s.evidence }}",),
        ),
        loop=("s", "scores"),
        titled=False,
    )


def _grounds_annex(sheet: _Sheet) -> None:
    sheet.text("Bilag 2. Grundlaget for sorteringen", "RaadAfsnit")
    sheet.text("Reglernes eget svar: {{ machine_track }} ({{ machine_rule }}).")
    sheet.table(
        "Grundlaget for sorteringen",
        (("Grundlag", 5954), ("Svar", 1900), ("Regel", 1500)),
        (("{{ g.text }}",), ("{{ g.state }}",), ("{{ g.rule }}",)),
        loop=("g", "grounds"),
        titled=False,
    )


def _long_texts_annex(sheet: _Sheet) -> None:
    sheet.text("{%p if long_texts %}", "RaadKode")
    sheet.text("Bilag 3. Tekster i fuld længde", "RaadAfsnit")
    sheet.text("{%p for t in long_texts %}", "RaadKode")
    sheet.text("{{ t.label }}", "RaadMellemrubrik")
    sheet.text("{{ t.text }}")
    sheet.text("{%p endfor %}", "RaadKode")
    sheet.text("{%p endif %}", "RaadKode")


# --- paper: paragraphs, tables, styles --------------------------------------------------------------------------

Cell = tuple[str, ...]


class _Sheet:
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
        widths = (label_width, _TEXT_WIDTH - label_width)
        table = self._table(name, widths, "RaadLinjer" if lines else "RaadUdenLinjer", first="firstColumn")
        for label, *values in rows:
            _add_row(table, ((label,), tuple(values)), ("RaadCelleHoved", "RaadCelle"))
        self._close()

    def label_pairs(self, rows: Sequence[tuple[Cell, Cell]], name: str) -> None:
        """Two label columns side by side, to save lines."""
        table = self._table(name, (1400, 3177, 1600, 3177), "RaadUdenLinjer", first="firstColumn")
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
    ) -> None:
        """A table with a repeated header row; with a loop `cells` is its one row, else the rows themselves."""
        if titled:
            self.text(name, "RaadMellemrubrik")
        table = self._table(name, [width for _, width in columns], "RaadTabel", first="firstRow")
        styles = ["RaadTal" if place in figures else "RaadCelle" for place in range(len(columns))]
        heads = ["RaadTalHoved" if place in figures else "RaadCelleHoved" for place in range(len(columns))]
        _add_row(table, [(head,) for head, _ in columns], heads, header=True)
        if loop:
            blank: list[Cell] = [("",)] * (len(columns) - 1)
            _add_row(table, [(f"{{%tr for {loop[0]} in {loop[1]} %}}",), *blank], styles)
            _add_row(table, cells, styles)
            _add_row(table, [("{%tr endfor %}",), *blank], styles)
        else:
            for row in cells:
                _add_row(table, row, styles)
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
            f'<w:tblCaption w:val="{name}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid></w:tbl>'
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
        cell = parse_xml(f'<w:tc {_NS}><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr></w:tc>')
        for line in lines:
            _fill(Paragraph(cell.add_p(), None), line, style)  # type: ignore[arg-type]
        row.append(cell)
    table.append(row)


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


def _bare(document: WordDocument) -> WordDocument:
    """python-docx starts from a file with hundreds of styles and parts of its own; ours keeps none of them."""
    from docx.oxml import parse_xml

    unwanted = ("numbering", "stylesWithEffects", "customXml", "theme", "webSettings", "fontTable")
    for owner in (document.part, document.part.package):
        for key, rel in list(owner.rels.items()):
            if rel.reltype.endswith((*unwanted, "thumbnail", "extended-properties")):
                del owner.rels[key]
    _refill(document.styles.element, parse_xml(_STYLES))
    _refill(document.settings.element, parse_xml(_SETTINGS))
    page = document.sections[0]
    page._sectPr.getparent().replace(page._sectPr, parse_xml(_PAGE))
    return document


def _refill(old: Any, new: Any) -> None:
    for child in list(old):
        old.remove(child)
    old.extend(list(new))


def _name(document: WordDocument, kind: str) -> None:
    properties = document.core_properties
    properties.title, properties.author = _NAMES[kind], "Sekretariatet for Rådet for Sociale Investeringer"
    properties.comments = properties.keywords = properties.subject = ""
    properties.last_modified_by, properties.language, properties.revision = properties.author, "da-DK", 1
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)


_INK, _GREY, _LINE = "1D3440", "5A6872", "B9C3C9"
_PAGE: Final = (
    f'<w:sectPr {_NS}><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1304" w:right="1276" w:bottom="1021" w:left="1276" w:header="624" w:footer="567" w:gutter="0"/>'
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
        '<w:top w:w="28" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="28" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
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
    '<w:spacing w:after="100" w:line="264" w:lineRule="auto"/></w:pPr>'
    '<w:rPr><w:lang w:val="da-DK"/></w:rPr></w:style>'
    '<w:style w:type="character" w:customStyle="1" w:styleId="RaadLedeord">'
    f'<w:name w:val="Råd ledeord"/><w:qFormat/><w:rPr>{_BOLD}<w:lang w:val="da-DK"/></w:rPr></w:style>'
    + _style(
        "RaadTitel",
        "Råd titel",
        _HEADING.format(200, 120, 0),
        f'{_BOLD}<w:sz w:val="30"/>',
        after="RaadTekst",
    )
    + _style(
        "RaadAfsnit",
        "Råd afsnit",
        _HEADING.format(220, 70, 1),
        f'{_BOLD}<w:sz w:val="23"/>',
        after="RaadTekst",
    )
    + _style("RaadBilag", "Råd bilag", '<w:pageBreakBefore/><w:spacing w:before="0"/>', based_on="RaadAfsnit")
    + _style("RaadUnderafsnit", "Råd underafsnit", '<w:spacing w:before="160"/>', based_on="RaadAfsnit")
    + _style("RaadMellemrubrik", "Råd mellemrubrik", _HEADING.format(120, 50, 2), _BOLD, after="RaadTekst")
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
    + _style("RaadKode", "Råd kode", '<w:spacing w:after="0"/>', f'<w:color w:val="{_GREY}"/><w:sz w:val="16"/>')
    + _style(
        "RaadCelle",
        "Råd celle",
        '<w:spacing w:after="20" w:line="252" w:lineRule="auto"/>',
        '<w:sz w:val="19"/>',
    )
    + _style("RaadCelleHoved", "Råd celle hoved", "<w:keepNext/>", _BOLD, based_on="RaadCelle")
    + _style("RaadTal", "Råd tal", '<w:jc w:val="right"/>', based_on="RaadCelle")
    + _style("RaadTalHoved", "Råd tal hoved", '<w:jc w:val="right"/>', based_on="RaadCelleHoved")
    + _style(
        "RaadLuft",
        "Råd luft",
        '<w:spacing w:after="0" w:line="120" w:lineRule="exact"/>',
        '<w:sz w:val="8"/>',
    )
    + _style(
        "RaadSidehoved",
        "Råd sidehoved",
        f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{_LINE}"/></w:pBdr>'
        f'<w:tabs><w:tab w:val="right" w:pos="{_TEXT_WIDTH}"/></w:tabs><w:spacing w:after="0"/>',
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
