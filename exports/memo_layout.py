"""Which value stands in which section of a decision memo?

The template check, the starter templates and the finished memo all ask this page, so that they cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class MemoFault(Exception):
    """A memo or a template cannot be used; the text is a Danish sentence for the person who asked for it."""


class MemoKind(StrEnum):
    DONATION = "donation"
    INVESTMENT = "investment"
    SHORT = "short"


SECTIONS: Final[dict[str, str]] = {
    "head": "hovedet over afsnit 1",
    "1": "1. Resume",
    "2": "2. Beslutningspunkter",
    "3": "3. Baggrund",
    "4": "4. Effekt",
    "5": "5. Ydelser",
    "6": "6. Organisering",
    "7": "7. Ressourcer",
    "legal": "Juridisk ramme",
    "colophon": "Sagsoplysninger",
    "annex": "Bilag",
}
"""Section key to the heading a reader sees. A person may reword a heading but must keep its number or first word."""

NOT_COUNTED: Final = ("colophon", "annex")
"""Sections that "Antal tegn" leaves out."""


@dataclass(frozen=True)
class Field:
    """One name a template can use: where it stands once, per kind ("" = this kind does not ask for it).

    A `mention` field may also be named in other sections and in header and footer.
    """

    name: str
    meaning: str
    donation: str
    investment: str
    short: str
    mention: bool = False
    columns: tuple[str, ...] = ()

    def section(self, kind: str) -> str:
        return {"donation": self.donation, "investment": self.investment, "short": self.short}[kind]


def _same(name: str, meaning: str, section: str, *, mention: bool = False) -> Field:
    return Field(name, meaning, section, section, section, mention)


def _rows(name: str, meaning: str, section: str, columns: str) -> Field:
    return Field(name, meaning, section, section, section, columns=tuple(columns.split()))


FIELDS: Final[tuple[Field, ...]] = (
    _same("to", "modtager", "head", mention=True),
    _same("from_", "afsender", "head", mention=True),
    _same("dated_on", "indstillingens dato", "head", mention=True),
    _same("title", "forslagets titel", "head", mention=True),
    Field(
        "draft_marks",
        "UDKAST, indtil indstillingen er klarmeldt",
        "head",
        "head",
        "head",
        mention=True,
        columns=("text",),
    ),
    Field("short_title", "titlen, kortet af til sidehovedet", "", "", "", mention=True),
    _same("summary", "kort om forslaget", "1"),
    _same("for_whom", "hvem indsatsen er for", "1", mention=True),
    _same("participants", "antal borgere", "1", mention=True),
    _same("wish", "hvad ansøgeren selv ønskede", "1", mention=True),
    Field("money_from", "hvor pengene kommer fra", "1", "1", "", mention=True),
    Field("payment_plan", "hvem der betaler hvornår", "", "1", ""),
    _same("track", "det spor, sagen er sorteret til", "1", mention=True),
    _same("rule", "reglens nummer, for eksempel SORT7", "1", mention=True),
    _same("deciding_text", "det, der afgjorde sorteringen", "1"),
    _rows("overrides", "sekretariatet sorterede anderledes", "1", "track reason by on"),
    Field("amount", "beløbet", "2", "2", "1", mention=True),
    Field("reductions", "der indstilles mindre, end der er søgt", "2", "2", "", columns=("sought", "reason")),
    Field("recommendation", "hvad Rådet indstilles til", "", "", "2"),
    Field("next_step", "hvad der så sker", "", "", "2"),
    Field("tariffs", "takster i resultatkontrakten", "", "2", ""),
    Field("payers", "hvem der betaler for resultaterne", "", "2", ""),
    Field("outcome_fund_max", "højeste betaling fra resultatbetalingspuljen", "", "2", ""),
    Field("gain_share", "andel af gevinsten, der går tilbage til fonden", "", "2", ""),
    Field("report_on", "frist for ansøgerens rapport", "2", "2", ""),
    Field("follow_ups", "opfølgning", "", "2", "", columns=("on", "text")),
    Field("conditions", "særlige vilkår", "2", "2", "", columns=("text",)),
    _same("call_title", "callets titel", "3", mention=True),
    _same("focus_area", "hovedområde", "3", mention=True),
    _same("problem", "problemet", "3"),
    _same("supplement", "supplement til den lovpligtige indsats", "3"),
    _same("result_goals", "mål for resultater", "4"),
    _same("theory_of_change", "hvordan indsatsen virker", "4"),
    _same("evidence", "viden om virkningen", "4"),
    Field("learning", "hvad indsatsen skal lære os", "4", "", "4"),
    _rows("goals", "målene", "4", "number indicator baseline target"),
    Field(
        "goal_details",
        "hvordan hvert mål måles",
        "annex",
        "4",
        "annex",
        columns=("number", "measuring_points", "data_source", "success_share", "deadweight", "payer"),
    ),
    Field(
        "goal_figures",
        "målene under ét",
        "",
        "4",
        "",
        columns=("baseline", "success_share", "deadweight", "measuring_points"),
    ),
    _same("maturity", "samlet modenhed, for eksempel 2,92 af 4", "4", mention=True),
    _same("level", "modenhedens niveau i ord", "4", mention=True),
    _same("intervention", "hvad der bliver gjort", "5"),
    _same("target_group", "målgruppe", "5"),
    _same("organisation", "ansøger", "6", mention=True),
    _same("organisation_cvr", "ansøgers CVR-nummer", "6", mention=True),
    _same("partners", "samarbejdspartnere", "6"),
    Field("partner_rows", "partnerne", "annex", "6", "annex", columns=("name", "cvr", "role")),
    _same("capacity", "ansøgerens erfaring og kræfter", "6"),
    _rows("statements", "forvaltningernes udtalelser", "6", "department role statement gap can_pay budget_line"),
    Field("sought", "det søgte beløb", "7", "7", "", mention=True),
    Field("co_funding", "anden finansiering", "7", "7", "", mention=True),
    Field("pool_left", "donationspuljens rest før", "7", "", ""),
    Field("pool_after", "donationspuljens rest efter", "7", "", ""),
    Field("free_capital", "fondens frie midler før", "", "7", ""),
    Field("free_capital_after", "fondens frie midler efter", "", "7", ""),
    Field("outcome_fund", "resultatbetalingspuljen før", "", "7", ""),
    Field("outcome_fund_after", "resultatbetalingspuljen efter højeste betaling", "", "7", ""),
    Field("funds_as_of", "datoen, fondens tal er fra", "7", "7", "", mention=True),
    Field("funds_source", "kilden til fondens tal", "7", "7", "", mention=True),
    Field("net_present_value", "nettonutidsværdi", "", "7", ""),
    Field("payback", "tilbagebetaling", "", "7", ""),
    Field("break_even", "hvornår indsatsen går i nul", "", "7", ""),
    Field("scenarios", "scenarier", "", "7", "", columns=("name", "net_present_value", "payback", "break_even")),
    Field(
        "case_basis",
        "den valgte business case",
        "",
        "7",
        "",
        columns=("whose", "reason", "rates", "outside", "transaction"),
    ),
    Field("risk", "risiko", "", "7", ""),
    _same("budget", "budgettet i ord", "7"),
    _rows("budget_kinds", "budgettet lagt sammen efter slags", "7", "kind amount"),
    Field("budget_sums", "budgettet i alt", "7", "7", "7", mention=True, columns=("amount",)),
    Field("cofunding_rows", "hvem der ellers betaler", "annex", "7", "annex", columns=("funder", "status", "amount")),
    Field("cofunding_sums", "hvad andre betaler i alt", "annex", "7", "annex", columns=("amount",)),
    _same("continuation", "hvad der sker bagefter", "7"),
    _same("conflicts_of_interest", "habilitet", "legal"),
    _same("procurement", "udbud", "legal"),
    _same("state_aid", "statsstøtte", "legal"),
    _same("municipal_power", "kommunalfuldmagt", "legal"),
    _same("data_protection", "databeskyttelse", "legal"),
    _same("case_number", "sagsnummer", "colophon", mention=True),
    _same("reference", "forslagets nummer", "colophon", mention=True),
    _same("released_on", "dagen, indstillingen blev klarmeldt", "colophon", mention=True),
    _same("character_count", "antal tegn med mellemrum", "colophon"),
    _same("case_worker", "sagsbehandler", "colophon", mention=True),
    _same("contact", "kontakt", "colophon", mention=True),
    _rows("annexes", "sagens øvrige bilag", "colophon", "text"),
    _rows("scores", "modenhedsskemaet", "annex", "dimension weight score level_text reason evidence"),
    _rows("grounds", "grundlaget for sorteringen", "annex", "rule text state"),
    _same("machine_track", "det spor, reglerne gav", "annex", mention=True),
    _same("machine_rule", "reglen, der gav det", "annex", mention=True),
    _rows("stability_lines", "hvor sikkert sorteringens svar er", "annex", "text"),
    Field("sensitivity", "hvad business casen hviler på", "", "annex", "", columns=("driver", "low", "high", "span")),
    Field("case_years", "business casen år for år", "", "annex", "", columns=("year", "cost", "saving", "total")),
    Field("case_savers", "hvem der sparer", "", "annex", "", columns=("who", "amount", "share")),
    _rows("budget_rows", "budgettets poster", "annex", "year kind text amount"),
    _rows(
        "more_goals", "målene, når indstillingen ikke har plads til dem", "annex", "number indicator baseline target"
    ),
    _rows("own_questions", "callets egne spørgsmål", "annex", "label text"),
    _rows("long_texts", "tekster, der er kortet af i indstillingen", "annex", "label text"),
)
RETIRED: Final[dict[str, str]] = {
    name: f"goal_figures.{name}" for name in ("baseline", "success_share", "deadweight", "measuring_points")
}
"""Names of earlier templates, with what is written instead."""
BY_NAME: Final[dict[str, Field]] = {field.name: field for field in FIELDS}


def required_names(kind: str) -> dict[str, str]:
    """Every name a template of this kind must hold, columns as "scores.reason", with its section."""
    names: dict[str, str] = {}
    for field in FIELDS:
        section = field.section(kind)
        if section:
            names |= {f"{field.name}.{column}": section for column in field.columns} or {field.name: section}
    return names


def field_guide(kind: str) -> str:
    """The list of names that lies beside a stored template, for the person who changes it in Word."""
    lines = [
        "Felter i skabelonen",
        "",
        "Skriv et felt som {{ navn }}. Hvert felt skal stå præcis én gang i sit afsnit.",
        "Felter med * må også nævnes andre steder. Rækker står i en løkke, se skabelonen.",
        "Du må ændre ord, skrift og rækkefølge. Behold overskrifternes numre og første ord.",
        "",
    ]
    for name, section in required_names(kind).items():
        field = BY_NAME[name.partition(".")[0]]
        lines.append(f"{name}{'*' if field.mention else ''}: {field.meaning} ({SECTIONS[section]})")
    return "\n".join(lines) + "\n"


CHARTS: Final = ("tornado", "cash_flow")
"""The places of a memo's charts, in the order in which the facts name them."""

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNNUMBERED: Final = {"jur": "legal", "sag": "colophon", "bil": "annex"}
_NUMBERED: Final = re.compile(r"\s*([1-7])(?:\.(?!\d)|\s|$)")


def section_of_heading(text: str) -> str | None:
    """The section a heading opens, or None when it is a heading within the section."""
    numbered = _NUMBERED.match(text)
    return numbered.group(1) if numbered else _UNNUMBERED.get(text.strip()[:3].casefold())


def heading_styles(styles: Any) -> set[str]:
    """Ids of the paragraph styles with an outline level, given or inherited (`styles` is the w:styles element)."""
    parents = {s.get(f"{W}styleId"): _value(s, "basedOn") for s in styles.iter(f"{W}style")}
    levelled = {s.get(f"{W}styleId") for s in styles.iter(f"{W}style") if _outlined(s)}

    def has_level(style: str | None, hops: int = 20) -> bool:
        return bool(style and hops) and (style in levelled or has_level(parents.get(style), hops - 1))

    return {style for style in parents if has_level(style)}


def paragraphs_by_section(body: Any, headings: set[str]) -> Iterator[tuple[str, Any]]:
    """Every w:p of the body in reading order, table cells included, with the key of its section."""
    section = "head"
    for paragraph in body.iter(f"{W}p"):
        if _is_heading(paragraph, headings):
            section = section_of_heading(text_of(paragraph)) or section
        yield section, paragraph


def text_of(paragraph: Any) -> str:
    """What the paragraph says: line breaks as newline, tab stops as tab."""
    words: dict[str, Callable[[Any], str]] = {
        f"{W}t": lambda node: node.text or "",
        f"{W}tab": lambda node: "\t" if node.getparent().tag == f"{W}r" else "",
        f"{W}br": lambda _: "\n",
        f"{W}cr": lambda _: "\n",
    }
    return "".join(words[node.tag](node) for node in paragraph.iter(*words))


def _is_heading(paragraph: Any, headings: set[str]) -> bool:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        return False
    return properties.find(f"{W}outlineLvl") is not None or _value(properties, "pStyle") in headings


def _outlined(style: Any) -> bool:
    level = style.find(f"{W}pPr/{W}outlineLvl")
    return level is not None and level.get(f"{W}val") != "9"


def _value(element: Any, name: str) -> str | None:
    child = element.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")
