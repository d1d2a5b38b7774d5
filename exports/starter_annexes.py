"""Which tables and annexes stand behind the memo's own sections?

A donation and a short memo are two pages, so their tables of detail stand in annex 3; an investment has room for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from exports.chart_pictures import mark_of
from exports.starter_paper import Sheet

_WHOLE = "more_goals or budget_rows or own_questions or long_texts"
_WHOLE_OF_TWO_PAGES = f"{_WHOLE} or goal_details or partner_rows or cofunding_rows"


@contextmanager
def only_with(sheet: Sheet, condition: str) -> Iterator[None]:
    """What is written within stands in a memo only when one of the fields has something."""
    sheet.text(f"{{%p if {condition} %}}", "RaadKode")
    yield
    sheet.text("{%p endif %}", "RaadKode")


# --- tables that stand in the memo or in an annex -------------------------------------------------------------


def goals(sheet: Sheet, rows: str, *, titled: bool = True) -> None:
    with only_with(sheet, rows):
        sheet.table(
            "Målene",
            (("Nr.", 600), ("Hvad skal ændre sig?", 3154), ("Nu", 2800), ("Efter", 2800)),
            (("{{ g.number }}",), ("{{ g.indicator }}",), ("{{ g.baseline }}",), ("{{ g.target }}",)),
            loop=("g", rows),
            titled=titled,
        )


def goal_details(sheet: Sheet) -> None:
    with only_with(sheet, "goal_details"):
        sheet.table(
            "Sådan måles målene",
            (
                ("Nr.", 600),
                ("Måles", 2100),
                ("Kilde", 2354),
                ("Når det", 1000),
                ("Uden indsatsen", 1300),
                ("Sparer penge", 2000),
            ),
            (
                ("{{ g.number }}",),
                ("{{ g.measuring_points }}",),
                ("{{ g.data_source }}",),
                ("{{ g.success_share }}",),
                ("{{ g.deadweight }}",),
                ("{{ g.payer }}",),
            ),
            loop=("g", "goal_details"),
        )


def partner_rows(sheet: Sheet, *, titled: bool = True) -> None:
    with only_with(sheet, "partner_rows"):
        sheet.table(
            "Samarbejdspartnere",
            (("Partner", 3600), ("CVR-nummer", 1500), ("Rolle", 4254)),
            (("{{ p.name }}",), ("{{ p.cvr }}",), ("{{ p.role }}",)),
            loop=("p", "partner_rows"),
            titled=titled,
        )


def cofunding_rows(sheet: Sheet) -> None:
    with only_with(sheet, "cofunding_rows"):
        sheet.table(
            "Anden finansiering",
            (("Hvem", 4254), ("Er det aftalt?", 3000), ("Beløb", 2100)),
            (("{{ c.funder }}",), ("{{ c.status }}",), ("{{ c.amount }}",)),
            loop=("c", "cofunding_rows"),
            figures=(2,),
            total=(("I alt",), ("",), ("{{ i.amount }}",)),
            total_loop=("i", "cofunding_sums"),
        )


def _budget_rows(sheet: Sheet) -> None:
    with only_with(sheet, "budget_rows"):
        sheet.table(
            "Budgettets poster",
            (("År", 800), ("Slags", 1900), ("Hvad pengene går til", 4754), ("Beløb", 1900)),
            (("{{ b.year }}",), ("{{ b.kind }}",), ("{{ b.text }}",), ("{{ b.amount }}",)),
            loop=("b", "budget_rows"),
            figures=(3,),
            total=(("I alt",), ("",), ("",), ("{{ i.amount }}",)),
            total_loop=("i", "budget_sums"),
        )


# --- colophon and annexes -------------------------------------------------------------------------------------


_CASE_SHEET = ("{%p if sensitivity %}", "Bilag 4: Business case", "{%p endif %}")


def colophon(sheet: Sheet, kind: str) -> None:
    sheet.text("Sagsoplysninger", "RaadUnderafsnit")
    own = (
        "Bilag 1: Modenhedsskema",
        "Bilag 2: Grundlaget for sorteringen",
        f"{{%p if {_whole(kind)} %}}",
        "Bilag 3: Poster og hele tekster",
        "{%p endif %}",
        *(_CASE_SHEET if kind == "investment" else ()),
    )
    others = ("{%p for a in annexes %}", "{{ a.text }}", "{%p endfor %}")
    sheet.label_pairs(
        (
            (("Sagsnummer", "{{ case_number }}"), ("Sagsbehandler", "{{ case_worker }}")),
            (("Forslagets nummer", "{{ reference }}"), ("Klarmeldt", "{{ released_on }}")),
            (("Antal tegn", "{{ character_count }}"), ("Øvrige bilag", *others)),
            (("Bilag", *own), ("Kontakt", "{{ contact }}")),
        ),
        "Sagsoplysninger",
    )


def _whole(kind: str) -> str:
    return _WHOLE if kind == "investment" else _WHOLE_OF_TWO_PAGES


def maturity_annex(sheet: Sheet) -> None:
    sheet.text("Bilag 1. Modenhedsskema", "RaadBilag")
    sheet.text("Hver dimension er vurderet fra 0 til 4. En dimension uden vurdering tæller ikke som 0.")
    sheet.table(
        "Modenhedsskema",
        (
            ("Dimension", 2300),
            ("Vægt", 700),
            ("Score", 900),
            ("Niveau og begrundelse", 3854),
            ("Belæg", 1600),
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


def grounds_annex(sheet: Sheet) -> None:
    sheet.text("Bilag 2. Grundlaget for sorteringen", "RaadAfsnit")
    sheet.text("Reglernes eget svar: {{ machine_track }} ({{ machine_rule }}).")
    sheet.table(
        "Grundlaget for sorteringen",
        (("Grundlag", 5954), ("Svar", 1900), ("Regel", 1500)),
        (("{{ g.text }}",), ("{{ g.state }}",), ("{{ g.rule }}",)),
        loop=("g", "grounds"),
        titled=False,
    )
    with only_with(sheet, "stability_lines"):
        sheet.text("Hvor sikkert er svaret?", "RaadMellemrubrik")
        sheet.loop("v", "stability_lines", "{{ v.text }}")


def whole_annex(sheet: Sheet, kind: str) -> None:
    """Annex 3: what the memo itself has no room for, whole."""
    with only_with(sheet, _whole(kind)):
        sheet.text("Bilag 3. Poster og hele tekster", "RaadAfsnit")
        goals(sheet, "more_goals")
        if kind != "investment":
            goal_details(sheet)
            partner_rows(sheet)
            cofunding_rows(sheet)
        _budget_rows(sheet)
        _texts(sheet, "q", "own_questions")
        _texts(sheet, "t", "long_texts")


def _texts(sheet: Sheet, row: str, rows: str) -> None:
    """Each text under a heading of its own."""
    sheet.text(f"{{%p for {row} in {rows} %}}", "RaadKode")
    sheet.text(f"{{{{ {row}.label }}}}", "RaadMellemrubrik")
    sheet.text(f"{{{{ {row}.text }}}}")
    sheet.text("{%p endfor %}", "RaadKode")


# --- the business case ----------------------------------------------------------------------------------------


def business_case_basis(sheet: Sheet) -> None:
    """In the memo itself: whose figures were chosen, and the shares that a reader must see."""
    sheet.text("{%p for b in case_basis %}", "RaadKode")
    sheet.labelled("Tallene er", "{{ b.whose }}")
    sheet.labelled("Derfor er de valgt", "{{ b.reason }}")
    sheet.labelled("Diskontering", "{{ b.rates }}")
    sheet.labelled("Andel af besparelsen uden for kommunen", "{{ b.outside }}")
    sheet.labelled("Administrationens andel af udgiften", "{{ b.transaction }}")
    sheet.text("{%p endfor %}", "RaadKode")


def business_case_annex(sheet: Sheet) -> None:
    """Annex 4: what the answer rests on, year by year, and who saves."""
    with only_with(sheet, "sensitivity"):
        sheet.text("Bilag 4. Business case", "RaadBilag")
        sheet.text("Nettonutidsværdien, når én ting ad gangen er 20 % mindre eller 20 % større.", "RaadIndledning")
        sheet.text(mark_of("tornado"))
        sheet.table(
            "Hvad svaret hviler på",
            (("Det, der ændres", 3954), ("20 % mindre", 1800), ("20 % større", 1800), ("Forskel", 1800)),
            (("{{ f.driver }}",), ("{{ f.low }}",), ("{{ f.high }}",), ("{{ f.span }}",)),
            loop=("f", "sensitivity"),
            figures=(1, 2, 3),
        )
        _case_years(sheet)


def _case_years(sheet: Sheet) -> None:
    sheet.text(mark_of("cash_flow"))
    sheet.table(
        "År for år, uden diskontering",
        (("År", 2454), ("Udgift", 2300), ("Besparelse", 2300), ("Til nu", 2300)),
        (("{{ y.year }}",), ("{{ y.cost }}",), ("{{ y.saving }}",), ("{{ y.total }}",)),
        loop=("y", "case_years"),
        figures=(1, 2, 3),
    )
    sheet.table(
        "Hvem sparer, uden diskontering",
        (("Hvem", 4954), ("Besparelse", 2400), ("Andel", 2000)),
        (("{{ w.who }}",), ("{{ w.amount }}",), ("{{ w.share }}",)),
        loop=("w", "case_savers"),
        figures=(1, 2),
    )
