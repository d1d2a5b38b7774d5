"""What does a memo template look like before a caseworker has changed it, and which file is in use?

The starter is an ordinary Word file with placeholders that a person can read, move and write around.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exports.memo_layout import MemoFault, MemoKind, field_guide
from exports.starter_annexes import (
    business_case_annex,
    business_case_basis,
    cofunding_rows,
    colophon,
    goal_details,
    goals,
    grounds_annex,
    maturity_annex,
    only_with,
    partner_rows,
    whole_annex,
)
from exports.starter_paper import AUTHOR, Sheet, bare, name_file

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


def template_for(kind: str, folder: Path) -> bytes:
    """The template in use: the file in the folder, else the starter, which is laid there for a person to change.

    A starter of an earlier release that nobody has changed gives way to today's.
    """
    from exports.template_check import check

    file, guide = folder / f"{MemoKind(kind).value}.docx", folder / f"{kind}-felter.txt"
    template = file.read_bytes() if file.exists() else build(kind)
    if not file.exists() or _is_an_old_starter(template):
        folder.mkdir(parents=True, exist_ok=True)
        template = build(kind)
        _write_whole(file, template)
    if not guide.exists() or guide.read_bytes() != field_guide(kind).encode():
        _write_whole(guide, field_guide(kind).encode())
    if faults := check(template, kind):
        raise MemoFault(f"Skabelonen {file.name} kan ikke bruges. {' '.join(faults)} {_HOW_TO_MEND.format(kind)}")
    return template


_HOW_TO_MEND: Final = (
    "Felterne og deres afsnit står i {0}-felter.txt ved siden af skabelonen. Er den flyttet eller slettet, "
    "lægger systemet en ny, som du kan rette."
)
_OLD_STARTERS: Final = frozenset(
    {
        "0c9299caeddb9f898a5386efeab060034cc982b194c514479de5f8aba618b6b4",
        "c7548c720000781fdca98bec5edcc1a8f331a401a0e3f86a80743670e0359553",
        "967e91b5cf99dd43f7ff9685c30041c6e5a0bd444da40cc47bb4d636302c3fdf",
        "0bb8cf4eb6a0e21fb36f17aea9753bde5b7347dcc0378a0a5686cfdbff6c7884",
        "23530c581574a9c92914476f5661256a7eb5560d2bfb54366c9a48d3af733979",
        "ef71386c4ab2f43f2c958c47f20b9938eeb67474837e15c0d28f929168b00a06",
        "363052b5c6904ef572fa4faa73ad27a00c9d6e3080d3022303cf8098954e6076",
        "d4e03f2895337d39d4f4b751cbd9281d5fd2fc09f4ea5ad2ddbad43fc83b391d",
        "414ccc3aaef50accf8c1d125315769721f3ac56d53b4d5cef9f6d53b73ca8e5b",
    }
)
"""Digests of the text and head of starters that earlier releases have laid in the folder."""


def _is_an_old_starter(template: bytes) -> bool:
    """A file that cannot be read is somebody's own: the check says what is wrong with it."""
    try:
        with zipfile.ZipFile(BytesIO(template)) as archive:
            parts = [archive.getinfo(name) for name in ("word/document.xml", "word/header1.xml")]
            if sum(part.file_size for part in parts) > _STARTER_BYTES:
                return False
            return hashlib.sha256(b"".join(archive.read(part) for part in parts)).hexdigest() in _OLD_STARTERS
    except (zipfile.BadZipFile, NotImplementedError, KeyError, ValueError, EOFError, RuntimeError, zlib.error):
        return False


_STARTER_BYTES: Final = 2**20


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

    sheet = Sheet(bare(Document()))
    _head(sheet, kind)
    _resume(sheet, kind)
    _decisions(sheet, kind)
    _background(sheet)
    _effect(sheet, kind)
    _services(sheet)
    _organisation(sheet, kind)
    _resources(sheet, kind)
    _legal(sheet)
    colophon(sheet, kind)
    maturity_annex(sheet)
    grounds_annex(sheet)
    whole_annex(sheet, kind)
    if kind == "investment":
        business_case_annex(sheet)
    _name(sheet.document, kind)
    file = BytesIO()
    sheet.document.save(file)
    return file.getvalue()


# --- the sections of the memo ---------------------------------------------------------------------------------


def _head(sheet: Sheet, kind: str) -> None:
    sheet.running_head("{% for d in draft_marks %}{{ d.text }} – {% endfor %}{{ short_title }}")
    sheet.loop("d", "draft_marks", "{{ d.text }}", "RaadUdkast")
    rows = (("Til", "{{ to }}"), ("Fra", "{{ from_ }}"), ("Dato", "{{ dated_on }}"))
    sheet.labels(rows, "Modtager, afsender og dato", label_width=1100, lines=False)
    sheet.text(_TITLES[kind], "RaadTitel")


def _resume(sheet: Sheet, kind: str) -> None:
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
    sheet.loop(
        "o",
        "overrides",
        "Sekretariatet har sorteret anderledes, end reglerne gav, og valgt {{ o.track }}. "
        "Begrundelse: {{ o.reason }} ({{ o.by }}, {{ o.on }})",
    )
    sheet.labelled("{% if overrides %}Reglernes svar{% else %}Hvorfor dette spor{% endif %}", "{{ deciding_text }}")


def _decisions(sheet: Sheet, kind: str) -> None:
    sheet.text("2. Beslutningspunkter", "RaadAfsnit")
    sheet.text("Det indstilles:", "RaadIndledning")
    {"donation": _donation_points, "investment": _investment_points, "short": _short_points}[kind](sheet)


def _donation_points(sheet: Sheet) -> None:
    sheet.point(1, "Rådet giver {{ organisation }} en donation på {{ amount }} fra årets donationspulje.")
    _reduction(sheet)
    sheet.point(
        2,
        "Donationen kun bruges til det beskrevne formål, ændringer aftales med sekretariatet først, "
        "og penge, der ikke bliver brugt, betales tilbage. Særlige vilkår:",
        keep=True,
    )
    sheet.loop("c", "conditions", "– {{ c.text }}", "RaadLinje")
    sheet.point(3, "Ansøgeren fortæller Rådet, hvad indsatsen har vist. Frist for rapporten: {{ report_on }}")


def _investment_points(sheet: Sheet) -> None:
    sheet.point(1, "Rådet investerer {{ amount }} i indsatsen hos {{ organisation }}.")
    _reduction(sheet)
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


def _reduction(sheet: Sheet) -> None:
    """Why less is recommended than was sought (domain.md L7)."""
    words = "– Der er søgt om {{ r.sought }}, men der indstilles mindre, fordi: {{ r.reason }}"
    sheet.loop("r", "reductions", words, "RaadLinje")


def _short_points(sheet: Sheet) -> None:
    sheet.point(1, "{{ recommendation }}")
    sheet.point(2, "{{ next_step }}")


def _background(sheet: Sheet) -> None:
    sheet.text("3. Baggrund", "RaadAfsnit")
    sheet.labelled("Call og hovedområde", "{{ call_title }} – {{ focus_area }}")
    sheet.labelled("Problemet", "{{ problem }}")
    sheet.labelled("Ud over den lovpligtige indsats", "{{ supplement }}")


def _effect(sheet: Sheet, kind: str) -> None:
    sheet.text("4. Effekt", "RaadAfsnit")
    sheet.labelled("Mål", "{{ result_goals }}")
    _goals(sheet, kind)
    sheet.labelled("Sådan skal indsatsen virke", "{{ theory_of_change }}")
    sheet.labelled("Det ved vi om virkningen", "{{ evidence }}")
    if kind != "investment":
        sheet.labelled("Det vil vi lære", "{{ learning }}")
    sheet.labelled("Modenhed", "{{ maturity }} ({{ level }}). Se bilag 1.")


def _goals(sheet: Sheet, kind: str) -> None:
    goals(sheet, "goals", titled=False)
    if kind == "investment":
        goal_details(sheet)
        _goal_figures(sheet)


def _goal_figures(sheet: Sheet) -> None:
    sheet.text("{%p for f in goal_figures %}", "RaadKode")
    sheet.labels(
        (
            ("Før indsatsen", "{{ f.baseline }}"),
            ("Ventes at nå målet", "{{ f.success_share }}"),
            ("Ville nå det alligevel", "{{ f.deadweight }}"),
            ("Der måles", "{{ f.measuring_points }}"),
        ),
        "Mål i tal",
    )
    sheet.text("{%p endfor %}", "RaadKode")


def _services(sheet: Sheet) -> None:
    sheet.text("5. Ydelser", "RaadAfsnit")
    sheet.labelled("Indsatsen", "{{ intervention }}")
    sheet.labelled("Målgruppen", "{{ target_group }}")


def _organisation(sheet: Sheet, kind: str) -> None:
    sheet.text("6. Organisering", "RaadAfsnit")
    sheet.labelled("Ansøger", "{{ organisation }}, CVR-nummer {{ organisation_cvr }}")
    sheet.labelled("Samarbejdspartnere", "{{ partners }}")
    if kind == "investment":
        partner_rows(sheet, titled=False)
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


def _resources(sheet: Sheet, kind: str) -> None:
    sheet.text("7. Ressourcer", "RaadAfsnit")
    if kind == "donation":
        sheet.labels(
            (
                ("Søgt beløb", "{{ sought }}"),
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
    with only_with(sheet, "budget_kinds"):
        sheet.table(
            "Budgettet",
            (("Udgifter til", 7254), ("Beløb", 2100)),
            (("{{ k.kind }}",), ("{{ k.amount }}",)),
            loop=("k", "budget_kinds"),
            figures=(1,),
            total=(("I alt",), ("{{ i.amount }}",)),
            total_loop=("i", "budget_sums"),
            titled=False,
        )
    if kind == "investment":
        cofunding_rows(sheet)
    sheet.labelled("Når pengene er brugt", "{{ continuation }}")


def _investment_money(sheet: Sheet) -> None:
    sheet.labels(
        (
            ("Søgt beløb", "{{ sought }}"),
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
    business_case_basis(sheet)
    sheet.labelled("Risiko", "{{ risk }}")


def _legal(sheet: Sheet) -> None:
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


def _name(document: WordDocument, kind: str) -> None:
    name_file(document, title=_NAMES[kind], author=AUTHOR, at=datetime(2026, 1, 1, tzinfo=UTC))
