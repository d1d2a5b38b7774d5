"""Is every answer of a proposal, however odd, either kept by the one rule or refused at its own field?

Each control of the newest question set is posted with each kind of bad or odd input that can reach it: the controls
are read from the set, so a new question is tried by itself. One post tries all controls of a section, each with a case
of its own. What is taken is stored as foundation/text.py and foundation/money.py say, and shown escaped. What is
refused is told in Danish at that very control, what was typed stands in it, and nothing is stored.
"""

import re
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session
from werkzeug.test import TestResponse

from foundation.fields import CPR_MESSAGE
from foundation.identity.roles import Actor
from foundation.text import clean_line, clean_prose
from intake.models import Proposal
from intake.rules.lifecycle import State
from intake.rules.questions import NEWEST_SET, Kind, Question
from tests.builders import ANSWERS, World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]
Page = lxml.html.HtmlElement

LEAST_POSTS = 950
LEAST_CASES = 3_200
"""What the tables come to."""

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""A number, a day or a choice is read or refused before any database hears of it; texts are stored on both."""

TEXT_KINDS = (Kind.LINE, Kind.PROSE)
CHOSEN = (Kind.CHOICE, Kind.YES_NO, Kind.WISH, Kind.FOCUS_AREA)


# ---- the controls ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the form: its section, its name as it is sent, and the question or column it answers."""

    section: str
    name: str
    asked: Question

    @property
    def anchor(self) -> str:
        """The id that a link in the summary leads to: of the first button where one is chosen from a row."""
        is_row_of_buttons = self.asked.kind in CHOSEN and "-" not in self.name
        return f"{self.name}-0" if is_row_of_buttons else self.name

    def clean(self, typed: str) -> str:
        return clean_prose(typed) if self.asked.kind is Kind.PROSE else clean_line(typed)

    def value_in(self, answers: Mapping[str, Any]) -> Any:
        """What is stored for this control."""
        if "-" not in self.name:
            return answers.get(self.name)
        key, number, column = self.name.split("-")
        rows = answers.get(key) or []
        return rows[int(number)].get(column) if int(number) < len(rows) else None


def _controls() -> Iterator[Control]:
    for section in NEWEST_SET.sections:
        for question in section.questions:
            if question.kind is Kind.ROWS:
                yield from (
                    Control(section.key, f"{question.key}-0-{column.key}", column) for column in question.columns
                )
            else:
                yield Control(section.key, question.key, question)


CONTROLS = tuple(_controls())


def of_kind(*kinds: Kind) -> tuple[Control, ...]:
    return tuple(control for control in CONTROLS if control.asked.kind in kinds)


def _typed(asked: Question, value: Any) -> str:
    """A stored value as a person types it."""
    if value is None:
        return ""
    if asked.kind is Kind.KRONER:
        return str(value // 100)
    if asked.kind is Kind.DATE:
        on = date.fromisoformat(value)
        return f"{on.day}.{on.month}.{on.year}"
    return str(value)


@cache
def filled(section_key: str) -> Mapping[str, str]:
    """The whole form of a section as a browser sends it, with every question answered."""
    section = next(one for one in NEWEST_SET.sections if one.key == section_key)
    sent: dict[str, str] = {}
    for question in section.questions:
        if question.kind is not Kind.ROWS:
            sent[question.key] = _typed(question, ANSWERS.get(question.key))
            continue
        for number, row in enumerate(ANSWERS[question.key]):
            sent |= {
                f"{question.key}-{number}-{column.key}": _typed(column, row.get(column.key))
                for column in question.columns
            }
    return sent


# ---- the cases ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """Something typed. It is kept as `kept`, or refused with a message in which the pattern `said` is found."""

    name: str
    typed: str
    kept: Any = None
    said: str = ""


def taken(typed: str, kept: Any, name: str = "") -> Case:
    return Case(name or repr(typed)[:60], typed, kept)


def refused(typed: str, said: str, name: str = "") -> Case:
    return Case(name or repr(typed)[:60], typed, None, said)


NOT_STORED = "et tegn, som ikke kan gemmes"

BLANK = {
    "nothing": "",
    "spaces": "   ",
    "no-break spaces": "\u00a0\u202f\u2007",
    "zero-width space": "\u200b\u200b",
    "byte order mark": "\ufeff",
    "Hangul filler": "\u3164",
    "empty braille": "\u2800",
    "override alone": "\u202e",
    "soft hyphen alone": "\u00ad",
    "joiner alone": "\u200d",
    "marks alone": "\u0301\u0302",
    "tags alone": "\U000e0041\U000e007f",
    "line breaks and tabs": "\r\n\t\r\n",
    "separators": "\u2028\u2029\x85",
    "controls alone": "\x01\x1b\x7f\x9b",
}
"""B1 and B2: what counts as no answer in every field that is typed into."""

ODD_TEXTS: tuple[tuple[str, str, str, str], ...] = (
    ("two lines", "første\r\nanden", "første anden", "første\nanden"),
    ("tab", "a\tb", "a b", "a\tb"),
    ("controls", "a\x01b\x08c\x1bd\x7fe", "abcde", "abcde"),
    ("C1 controls", "a\x80b\x9fc", "abc", "abc"),
    ("line breaks of programs", "a\x0bb\x0cc\x85d\u2028e\u2029f\rg", "a b c d e f g", "a\nb\nc\nd\ne\nf\ng"),
    ("noncharacters", "a\ufffeb\uffffc\ufdd0d\U0001fffee", "abcde", "abcde"),
    ("override and isolate", "løn\u202egpj.exe\u202c \u2066x\u2069", "løngpj.exe x", "løngpj.exe x"),
    ("soft hyphen and zero-width", "by\u00adha\u200bve\ufeff", "byhave", "byhave"),
    ("stack of marks", "a" + "\u0301" * 1000 + "b", "á" + "\u0301" * 8 + "b", "á" + "\u0301" * 8 + "b"),
    ("decomposed Danish", "A\u030a og a\u030a", "Å og å", "Å og å"),
    ("runs of spaces", "  a   b  ", "a b", "a   b"),
)
"""B4, B6, B7, B9, B11, as one line and as prose."""

KEPT_AS_TYPED = {
    "Arabic and Hebrew": "شكرا لكم \u200fשלום\u200f 5",
    "Arabic letter mark": "\u061cالعربية",
    "letters of the North": "æøåÆØÅ é ð þ ĸ ü œ",
    "family of emoji": "👩\u200d👩\u200d👧\u200d👦 🇩🇰 👍🏽",
    "Cyrillic look-alike": "Воligforening",
    "letters beyond the plane": "𝔅𝔶𝔥𝔞𝔳𝔢 𠜎",
    "script": "<script>alert(1)</script>",
    "event handler": '"><img src=x onerror=alert(1)>',
    "SVG and iframe": "<svg onload=alert(1)><iframe srcdoc='<b>x</b>'>",
    "closes the control": "</textarea></form><h1>Kapret</h1>",
    "javascript link": "<a href='javascript:alert(1)'>x</a><style>*{display:none}</style>",
    "entities": "&lt;b&gt; &amp; &#39; &nbsp;",
    "markdown": "**fed** [x](http://x.example) `kode` # overskrift",
    "BBCode and address": "[url=http://x.example]x[/url] https://x.example",
    "Jinja": "{{7*7}} {% include 'x' %} {{ cycler.__init__ }} {# x #}",
    "other templates": "${7*7} #{7*7} %s %n %(x)s {0.__class__}",
    "Word and XML": "</w:t><w:p> <!-- ]]> _x0041_ <?xml?>",
    "Word field": "{ INCLUDETEXT c:\\x } \\b \\0 \\u0000",
    "SQL": "'; DROP TABLE proposal;-- \" OR 1=1 % _",
    "formula": '=HYPERLINK("http://x.example";"x")',
    "starts like a formula": "+1-1@x|cmd",
    "quotes": "»Godt« „ja“ \"nej\" 'måske' \\",
    "the word null": "null",
    "percent signs": "100% %41 %00 +a+b &c=d;e",
}
"""B8, B9, B10, B17-B22: what nobody reads but people."""


def text_cases(kind: Kind) -> tuple[Case, ...]:
    cases = [taken(typed, None, name) for name, typed in BLANK.items()]
    cases += [
        taken(typed, as_line if kind is Kind.LINE else as_prose, name) for name, typed, as_line, as_prose in ODD_TEXTS
    ]
    cases += [taken(typed, typed, name) for name, typed in KEPT_AS_TYPED.items()]
    cases += [
        refused("a\x00b", NOT_STORED, "NUL"),
        refused("<b>\x00</b>{{7*7}}", NOT_STORED, "NUL in markup"),
    ]
    return tuple(cases)


def odd_letters(kind: Kind) -> tuple[Case, ...]:
    """Of the cases of a text, those whose letters a database could refuse or change; no markup and no lengths."""
    return tuple(case for case in text_cases(kind) if case.name not in KEPT_AS_TYPED or not case.typed.isascii())


CPR_NUMBERS = ("010190-1234", "0101901234", "010190 1234", "010190\u20131234", "010190\u200b-1234", "2902001234")
"""B36: however the number is written."""


def cpr_cases() -> tuple[Case, ...]:
    return tuple(refused(f"Karl ({number}) er med", CPR_MESSAGE) for number in CPR_NUMBERS)


def length_cases(asked: Question) -> tuple[Case, ...]:
    """B12 and B13: exactly the most, one more, and what counts as one or as two."""
    if asked.kind is Kind.LINE:
        most = asked.most_characters
        one_more = f"Teksten er på {most + 1} tegn, og der er plads til {most}. Forkort den med 1 tegn."
        return (
            taken("a" * most, "a" * most, "the most"),
            taken("😀" * (most // 2), "😀" * (most // 2), "the most in emoji"),
            taken("a\r\n" * (most // 2), ("a " * (most // 2)).strip(), "line breaks become one space"),
            taken("a" * most + "\u200b" * 50, "a" * most, "invisible ones are not counted"),
            refused("a" * (most + 1), one_more, "one more"),
            refused("😀" * (most // 2) + "a", one_more, "one more after emoji"),
            refused("a" * 100_000, "Teksten er på 100.000 tegn", "one long word"),
        )
    most_words = asked.most_words or 0
    words, too_many = " ".join(["ord"] * most_words), " ".join(["ord"] * (most_words + 1))
    said = f"Teksten er på {most_words + 1} ord, og der er plads til {most_words}. Forkort den med 1 ord."
    lines = "\r\n".join(["ord"] * most_words)
    return (
        taken(words, words, "the most words"),
        taken(lines, lines.replace("\r\n", "\n"), "the most words, a line each"),
        taken(words + " \u200b \ufeff ", words, "invisible ones are no words"),
        taken("a" * 20_000, "a" * 20_000, "the longest word"),
        taken("a" * 9_999 + "\r\n" + "b" * 10_000, "a" * 9_999 + "\n" + "b" * 10_000, "a line break is one"),
        taken("😀" * 10_000, "😀" * 10_000, "the most in emoji"),
        refused(too_many, said, "one word more"),
        refused(too_many.replace(" ", "\u00a0"), said, "one word more, no-break spaces"),
        refused("a" * 20_001, "Teksten er på 20.001 tegn", "one character more"),
        refused("😀" * 10_000 + "a", "Teksten er på 20.001 tegn", "one more after emoji"),
        refused("a" * 100_000, "Teksten er på 100.000 tegn", "one long word"),
    )


NO_NUMBERS = (
    *("NaN", "sNaN", "Infinity", "1e5", "1_000", "0x10", "½", "IX", "²", "1²", "mange", "12 stykker", "#12"),
    *("١٠٠", "१००", "１００", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1--", "=1+1", "1;2"),
)
"""B27 and more: nothing here may be guessed at."""

UNCLEAR_NUMBERS = (
    "100,000.00",
    "100,000",
    "10.00",
    "1000.50",
    "1.0.0",
    "1,234,567",
    "0,001",
    "1,234",
    "30,5",
    "01.000",
)
"""B26 and B28: they can be read in two ways, or have decimals."""

NEGATIVE_NUMBERS = ("-5", "\u22125", "-0", "\u20135")

LARGE_NUMBERS = {
    "ten to the twelfth": "1000000000000",
    "grouped": "1.000.000.000.000",
    "two to the 63rd": "9223372036854775808",
    "ten to the thirtieth": "1" + "0" * 30,
    "five thousand digits": "9" * 5000,
}

NO_NUMBER = "Det kan ikke læses som et tal."
UNCLEAR = "Tallet kan læses på flere måder|Der må ikke være decimaler|Punktum deler tusinder|Komma deler decimaler"


def _bad_numbers() -> tuple[Case, ...]:
    return (
        *(refused(typed, NO_NUMBER) for typed in NO_NUMBERS),
        *(refused(typed, UNCLEAR) for typed in UNCLEAR_NUMBERS),
        refused("100,000", r"Komma deler decimaler, ikke tusinder\..* Mente du 100\.000( kr\.)?\?"),
        refused("2.500,00,00", "Tallet kan læses på flere måder"),
        *(refused(typed, "Tallet må ikke være negativt.") for typed in NEGATIVE_NUMBERS),
        *(refused(typed, "for stort", name) for name, typed in LARGE_NUMBERS.items()),
    )


def _blanks() -> tuple[Case, ...]:
    return tuple(taken(typed, None, name) for name, typed in BLANK.items())


def kroner_cases(asked: Question) -> tuple[Case, ...]:
    """B25-B30. The donation's ceiling is told on the check page and refuses nothing."""
    hundred_thousand = (
        *("100.000,00", "100.000", "100000", "kr. 100.000", "kr 100.000", "100 000", "100\u00a0000", "100\u202f000"),
        *("100.000 DKK", "100.000,-", "100.000 kr.", "  100.000  ", "100.000\u200b", "0100000"),
    )
    zero = taken("0", 0) if asked.least == 0 else refused("0", "Beløbet skal være mindst 1 kr.")
    return (
        *_blanks(),
        *(taken(typed, 100_000_00) for typed in hundred_thousand),
        taken("100.001", 100_001_00),
        taken("999.999.999.999", 999_999_999_999_00),
        taken("1\x000", 10_00, "NUL is taken out"),
        zero,
        *_bad_numbers(),
        *(refused(typed, "Der må ikke være decimaler.") for typed in ("100000,50", "100.000,01", "600.000,01")),
        *(refused(typed, NO_NUMBER) for typed in ("100 EUR", "$100", "100 mio.", "100.000 kr. om året")),
    )


def whole_number_cases(asked: Question) -> tuple[Case, ...]:
    numbers = {"25": 25, "1.000": 1000, " 30 ": 30, "1 000": 1000, "0030": 30, "1": 1, "1.000.000.000": 10**9}
    return (
        *_blanks(),
        *(taken(typed, kept) for typed, kept in numbers.items()),
        *_bad_numbers(),
        refused("0", f"Tallet skal være mindst {asked.least}."),
        refused("1.000.000.001", "Tallet må højst være 1.000.000.000."),
        *(refused(typed, NO_NUMBER) for typed in ("100.000 kr.", "ca. 30", "20-30", "30+")),
    )


def percent_cases(_asked: Question) -> tuple[Case, ...]:
    return (
        *_blanks(),
        *(taken(typed, kept) for typed, kept in {"0": 0, "100": 100, "65": 65, " 7 ": 7, "007": 7}.items()),
        *_bad_numbers(),
        *(refused(typed, "Tallet må højst være 100.") for typed in ("101", "1.000", "65000")),
    )


def year_cases(_asked: Question) -> tuple[Case, ...]:
    """Told as years are written: without a point."""
    four = "Skriv årstallet med fire cifre, for eksempel 2027."
    odd = ("2.027", "2 027", "02027", "27", "1", "0", "20272028", "2027/28", "2027-28", "MMXXVII", "år 2027", "2027,0")
    never = (*odd, *NO_NUMBERS, *UNCLEAR_NUMBERS, *NEGATIVE_NUMBERS, *LARGE_NUMBERS.values(), "２０２７", "٢٠٢٧")
    return (
        *_blanks(),
        *(taken(typed, int(typed)) for typed in ("2027", "2020", "2099", " 2028 ")),
        *(refused(typed, four) for typed in never),
        *(refused(typed, "Skriv et årstal fra 2020 til 2099.") for typed in ("2019", "2100", "0001", "9999")),
    )


def date_cases(_asked: Question) -> tuple[Case, ...]:
    """B32: one rule, day.month.year."""
    first_of_march = ("1.3.2027", "01.03.2027", "1/3/2027", "1-3-2027", " 1.3.2027 ", "1.3.2027\u200b")
    never = ("31-02-2027", "29-02-2027", "32.1.2027", "0.1.2027", "1.13.2027", "1.1.0000")
    unread = (
        *("2026-1-1", "9999-12-31", "1.3.27", "1.3", "2027", "i morgen", "1. marts 2027", "1..3.2027", "1.3-2027"),
        *(
            "١.٣.٢٠٢٧",
            "１.３.２０２７",
            "1.3.2027 12:00",
            "1.3.20277",
            "-1.3.2027",
            "<script>",
            "{{7*7}}",
            "1e3.1.2027",
        ),
        *("1" * 5000, "' OR 1=1--"),
    )
    return (
        *_blanks(),
        *(taken(typed, "2027-03-01") for typed in first_of_march),
        taken("01/02/2026", "2026-02-01"),
        taken("29.2.2028", "2028-02-29"),
        taken("1.1.2020", "2020-01-01"),
        taken("31.12.2099", "2099-12-31"),
        *(refused(typed, "Den dato findes ikke.") for typed in never),
        *(refused(typed, "Skriv datoen som dag.måned.år, for eksempel 1.3.2027.") for typed in unread),
        *(refused(typed, "eller senere.") for typed in ("31.12.2019", "1.1.0001", "1.1.1970")),
        *(refused(typed, "eller tidligere.") for typed in ("1.1.2100", "31.12.9999")),
    )


def cvr_cases(_asked: Question) -> tuple[Case, ...]:
    eight = "Et CVR-nummer har 8 cifre."
    kept = ("99999942", "DK99999942", "dk 99 99 99 42", "99 99 99 42", " 99999942\u200b")
    return (
        *_blanks(),
        *(taken(typed, "99999942") for typed in kept),
        *(refused(typed, "CVR-nummeret er ikke skrevet rigtigt.") for typed in ("99999943", "00000000", "12345678")),
        *(
            refused(typed, eight)
            for typed in ("9999994", "999999420", "DK", "DK DK99999942", "９９９９９９４２", "٩٩٩٩٩٩٤٢")
        ),
        *(refused(typed, eight) for typed in ("SE556012579001", "DE136695976", "99-99-99-42", "9999994x", "9" * 5000)),
        *(
            refused(typed, eight)
            for typed in ("<script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE x;--", "010190-1234")
        ),
    )


def choice_cases(asked: Question) -> tuple[Case, ...]:
    """Only what is on the list, letter for letter."""
    listed = {
        Kind.YES_NO: ("yes", "no"),
        Kind.WISH: ("social_investment", "donation", "unsure"),
        Kind.FOCUS_AREA: ("deprived_areas", "homelessness"),
        Kind.CHOICE: tuple(option.value for option in asked.options),
    }[asked.kind]
    wrong = (
        *(listed[0].upper(), f"{listed[0]} ", f"{listed[0]}\x00", f"{listed[0]}\u200b", f"{listed[0]},{listed[1]}"),
        *("ja", "true", "on", "1", "0", "-1", "None", "null", "[]", "<script>alert(1)</script>"),
        *("{{7*7}}", "'; DROP TABLE x;--", "../../etc/passwd", "%s%n", "é" * 10_000, "__class__"),
    )
    return (
        *_blanks(),
        taken("\x00", None, "NUL alone"),
        *(taken(value, value) for value in listed),
        *(refused(typed, "Vælg et af svarene på listen.") for typed in wrong),
    )


NUMBERS_AND_DAYS: Mapping[Kind, Callable[[Question], tuple[Case, ...]]] = {
    Kind.KRONER: kroner_cases,
    Kind.WHOLE_NUMBER: whole_number_cases,
    Kind.PERCENT: percent_cases,
    Kind.YEAR: year_cases,
    Kind.DATE: date_cases,
    Kind.CVR: cvr_cases,
}


def cases_of(control: Control) -> tuple[Case, ...]:
    """Every case that reaches a control, but for CPR numbers."""
    asked = control.asked
    if asked.kind in TEXT_KINDS:
        return (*text_cases(asked.kind), *length_cases(asked))
    return choice_cases(asked) if asked.kind in CHOSEN else NUMBERS_AND_DAYS[asked.kind](asked)


Round = Mapping[Control, Case]
"""What is tried in one post: each control with a case of its own."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried in one section: first all that is to be refused, then all that is to be kept."""

    section: str
    refused: tuple[Round, ...]
    kept: tuple[Round, ...]


def trials(*kinds: Kind, of: Callable[[Control], Sequence[Case]] = cases_of) -> Iterator[Trial]:
    for section in NEWEST_SET.sections:
        tables = {one: of(one) for one in of_kind(*kinds) if one.section == section.key}
        if tables:
            yield Trial(
                section.key,
                _zipped({one: [case for case in cases if case.said] for one, cases in tables.items()}),
                _zipped({one: [case for case in cases if not case.said] for one, cases in tables.items()}),
            )


def _zipped(tables: Mapping[Control, Sequence[Case]]) -> tuple[Round, ...]:
    longest = max(map(len, tables.values()))
    return tuple(
        {control: cases[number] for control, cases in tables.items() if number < len(cases)}
        for number in range(longest)
    )


# ---- an applicant at the form ---------------------------------------------------------------------------------------

TOLD: dict[tuple[str, str], str] = {}
"""By control and case: what was told on the database that was asked first, to compare the other one with."""


@dataclass
class Applicant:
    """Somebody with a draft and a browser, who posts odd answers and looks at what comes back."""

    session: Session
    world: World
    browser: FlaskClient
    draft: Proposal
    token: str
    revisions: dict[str, int] = field(default_factory=dict)

    def address(self, section: str) -> str:
        return f"/drafts/{self.draft.id}/sections/{section}"

    def form(self, section: str, changed: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The filled form of a section, with its token, its revision and what is changed."""
        own = {"csrf_token": self.token, "revision": str(self.revisions.get(section, 0)), "action": "stay"}
        return {**filled(section), **own, **(changed or {})}

    def send(self, section: str, data: Any, **how: Any) -> TestResponse:
        answer = self.browser.post(self.address(section), data=data, **how)
        assert answer.status_code < 500, (section, str(data)[:500])
        if answer.status_code == 303:
            self.revisions[section] = self.revisions.get(section, 0) + 1
        return answer

    def save(self, section: str, changed: Mapping[str, Any] | None = None) -> TestResponse:
        return self.send(section, self.form(section, changed))

    def page(self, section: str) -> TestResponse:
        return self.browser.get(self.address(section))

    def stored(self) -> dict[str, Any]:
        self.session.expire_all()
        return dict(self.session.get_one(Proposal, self.draft.id).answers)

    def try_all(self, tried: Iterable[Trial]) -> None:
        for trial in tried:
            before = fingerprint(self.session)
            for one in trial.refused:
                self._are_refused(trial.section, one)
            assert fingerprint(self.session) == before, trial.section
            for one in trial.kept:
                self._are_kept(trial.section, one)
        assert self.browser.get(f"/drafts/{self.draft.id}/check").status_code == 200

    def _are_refused(self, section: str, tried: Round) -> None:
        names = {control.name: case.name for control, case in tried.items()}
        answer = self.save(section, {control.name: case.typed for control, case in tried.items()})
        assert answer.status_code == 422, names
        page = parsed(answer)
        summary = dict(summary_of(page))
        assert list(summary) == [f"#{control.anchor}" for control in tried], (names, summary)
        for control, case in tried.items():
            self._is_refused(page, control, case, summary[f"#{control.anchor}"])

    def _is_refused(self, page: Page, control: Control, case: Case, told: str) -> None:
        where = (control.name, case.name)
        assert re.search(case.said, told), (where, told)
        assert told.endswith((".", "?")), (where, told)
        assert told.endswith(message_at(page, control)), (where, told)
        if control.asked.kind not in CHOSEN:
            assert shown_in(page, control) == control.clean(case.typed), where
        assert TOLD.setdefault(where, told) == told, where

    def _are_kept(self, section: str, tried: Round) -> None:
        names = {control.name: case.name for control, case in tried.items()}
        answer = self.save(section, {control.name: case.typed for control, case in tried.items()})
        assert answer.status_code == 303, (names, summary_of(parsed(answer)))
        stored = self.stored()
        assert {one.name: one.value_in(stored) for one in tried} == {one.name: tried[one].kept for one in tried}, names
        marked = {one: case.kept for one, case in tried.items() if case.name in KEPT_AS_TYPED}
        if any(re.search("<[a-z/]|{{|&lt;", text) for text in marked.values()):
            shown_escaped(self.page(section), marked)


def parsed(answer: TestResponse) -> Page:
    return lxml.html.fromstring(answer.get_data(as_text=True))


def summary_of(page: Page) -> list[tuple[str, str]]:
    """(link, text) of everything the summary above the form tells."""
    told = page.xpath("//nav[@aria-labelledby='error-summary-heading']//li")
    return [(next(iter(one.xpath("a/@href")), ""), one.text_content().strip()) for one in told]


def message_at(page: Page, control: Control) -> str:
    """The message at the control, which the control is described by."""
    message = page.get_element_by_id(f"{control.name}-error")
    (described,) = page.xpath(f"//*[contains(concat(' ', @aria-describedby, ' '), ' {control.name}-error ')]")
    if described.tag == "fieldset":
        assert described.xpath(f".//input[@name='{control.name}']")
    else:
        assert (described.get("id"), described.get("aria-invalid")) == (control.name, "true")
    (_hidden,) = message.xpath("span[@class='sr-only']")
    return str(message.text_content()).removeprefix("Fejl: ").strip()


def shown_in(page: Page, control: Control) -> str:
    """What stands in the control, as the browser would read it."""
    element = page.get_element_by_id(control.name)
    if element.tag == "textarea":
        return re.sub(r"\A\r?\n", "", element.text or "")
    return str(element.get("value") or "")


def shown_escaped(answer: TestResponse, marked: Mapping[Control, str]) -> None:
    """Each text stands in its control letter for letter, and none has become markup anywhere."""
    source = answer.get_data(as_text=True)
    assert answer.status_code == 200
    page = lxml.html.fromstring(source)
    assert {one.name: shown_in(page, one) for one in marked} == {one.name: text for one, text in marked.items()}
    for made in ("<script>", "<img src=x", "<svg onload", "<h1>Kapret", "<a href='javascript", "<iframe", "</w:t>"):
        assert made not in source


@pytest.fixture
def applicant(world: World, session: Session, browser_of: BrowserOf) -> Applicant:
    draft = world.draft(budget=list(ANSWERS["budget"]))
    browser = browser_of(world.people["AO"])
    return Applicant(session, world, browser, draft, csrf_token(browser, "/privacy"))


# ---- every control --------------------------------------------------------------------------------------------------


def every_trial() -> Iterator[Trial]:
    yield from trials(*TEXT_KINDS)
    yield from trials(*TEXT_KINDS, of=lambda _: cpr_cases())
    yield from trials(*NUMBERS_AND_DAYS)
    yield from trials(*CHOSEN)


def test_every_control_of_the_set_is_tried_often_enough() -> None:
    """A kind that no table knows is told here, and so is a table that has shrunk."""
    assert {control.asked.kind for control in CONTROLS} == {*TEXT_KINDS, *CHOSEN, *NUMBERS_AND_DAYS}
    tried = [one for trial in every_trial() for one in (*trial.refused, *trial.kept)]
    assert {control for one in tried for control in one} == set(CONTROLS)
    assert len(tried) >= LEAST_POSTS
    assert sum(map(len, tried)) >= LEAST_CASES


def test_odd_text_is_kept_by_the_one_rule_or_refused_at_its_field(applicant: Applicant) -> None:
    """All of it on SQLite; on PostgreSQL, which differs in the letters that a text may hold, the odd letters."""
    if applicant.session.get_bind().dialect.name == "sqlite":
        applicant.try_all(trials(*TEXT_KINDS))
    else:
        applicant.try_all(trials(*TEXT_KINDS, of=lambda control: odd_letters(control.asked.kind)))


@ONE_DATABASE
def test_cpr_number_is_refused_in_every_text_and_stands_nowhere(
    applicant: Applicant, caplog: pytest.LogCaptureFixture
) -> None:
    applicant.try_all(trials(*TEXT_KINDS, of=lambda _: cpr_cases()))
    stored = str(fingerprint(applicant.session))
    for number in CPR_NUMBERS:
        assert clean_line(number) not in stored + caplog.text


@ONE_DATABASE
def test_numbers_and_days_are_read_one_way_or_refused(applicant: Applicant) -> None:
    applicant.try_all(trials(*NUMBERS_AND_DAYS))


@ONE_DATABASE
def test_only_what_is_on_the_list_can_be_chosen(applicant: Applicant) -> None:
    applicant.try_all(trials(*CHOSEN))


# ---- the shape of a post --------------------------------------------------------------------------------------------


def everything(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the newest set that are there, for comparing."""
    return {question.key: answers[question.key] for question in NEWEST_SET.questions if question.key in answers}


def test_form_as_it_is_filled_gives_the_answers(applicant: Applicant) -> None:
    for section in NEWEST_SET.sections:
        assert applicant.save(section.key).status_code == 303
    assert applicant.stored() == everything(ANSWERS)


def test_field_that_is_sent_twice_is_read_once(applicant: Applicant) -> None:
    for section in NEWEST_SET.sections:
        doubled = {name: [typed, "Et andet svar"] for name, typed in filled(section.key).items()}
        assert applicant.save(section.key, doubled).status_code == 303
    assert applicant.stored() == everything(ANSWERS)


def test_fields_that_nobody_asked_for_are_ignored(applicant: Applicant) -> None:
    """B15 and B16: whoever sends more than the form holds changes nothing but the answers."""
    owned = {
        *("id", "state", "reference", "number", "organisation_id", "organisation_name", "call_id", "created_by"),
        *("amount_granted", "amount_granted_ore", "amount_sought_ore", "version", "received_at", "role", "is_admin"),
        *(
            "owner",
            "answers",
            "unsent_answers",
            "saved_by",
            "actor",
            "next",
            "title[]",
            "title.x",
            "TITLE",
            "__class__",
        ),
        *(
            "answers[title]",
            "_method",
            "X-HTTP-Method-Override",
            "disputed",
            "keep-title",
            "æøå",
            " ",
            "<b>",
            "{{7*7}}",
        ),
    }
    before = fingerprint(applicant.session, without=("saved_section",))
    for section in NEWEST_SET.sections:
        sent = applicant.save(section.key, dict.fromkeys(owned - {"disputed"}, str(uuid4())) | {"disputed": "title"})
        assert sent.status_code == 303
    assert fingerprint(applicant.session, without=("saved_section",)) == before
    assert applicant.draft.state is State.DRAFT


def test_answers_under_other_names_are_not_there(applicant: Applicant) -> None:
    """Blank is what they are, as when a browser sends no radio button at all."""
    for section in NEWEST_SET.sections:
        renamed = {f"{name}[]": typed for name, typed in filled(section.key).items()}
        own = {name: typed for name, typed in applicant.form(section.key).items() if name not in filled(section.key)}
        assert applicant.send(section.key, {**own, **renamed}).status_code == 303
    assert applicant.stored() == {}


def test_file_in_a_field_for_text_is_no_answer(applicant: Applicant) -> None:
    for section in NEWEST_SET.sections:
        files = {name: (BytesIO(b"Byhave"), "svar.txt", "text/plain") for name in filled(section.key)}
        answer = applicant.send(section.key, applicant.form(section.key, files), content_type="multipart/form-data")
        assert answer.status_code == 303
    assert applicant.stored() == {}


@pytest.mark.parametrize(
    "sent_as", ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart"]
)
def test_bytes_that_are_no_letters_are_read_by_one_rule(applicant: Applicant, sent_as: str) -> None:
    """B5: what is no UTF-8 becomes something that can be seen and stored, the same in every field."""
    for section in NEWEST_SET.sections:
        texts = [one for one in of_kind(*TEXT_KINDS) if one.section == section.key]
        form = applicant.form(section.key, {one.name: "SVAR" for one in texts})
        if sent_as == "multipart":
            body, kind = multipart(form, "SVAR", b"f\xf8r \xff\xed\xa0\x80 efter")
        else:
            body, kind = urlencode(form).replace("SVAR", "f%f8r+%ff%ed%a0%80+efter").encode(), sent_as
        assert applicant.send(section.key, body, content_type=kind).status_code == 303
        kept = {one.value_in(applicant.stored()) for one in texts}
        assert kept == {READ_AS["multipart" if sent_as == "multipart" else "urlencoded"]}


def multipart(form: Mapping[str, str], stand_in: str, raw: bytes) -> tuple[bytes, str]:
    """A body with one part a field, in which `raw` stands for the stand-in."""
    parts = [f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{typed}\r\n' for name, typed in form.items()]
    return "".join(parts).encode().replace(stand_in.encode(), raw) + b"--X--\r\n", "multipart/form-data; boundary=X"


READ_AS = {"urlencoded": "f%F8r %FF%ED%A0%80 efter", "multipart": "f\ufffdr \ufffd\ufffd\ufffd\ufffd efter"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 415),
        ("application/xml", 415),
        ("text/plain", 415),
        ("text/html", 415),
        ("application/octet-stream", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        ("multipart/form-data; boundary=nothing-like-it", 400),
    ],
)
def test_body_that_is_no_form_is_refused(applicant: Applicant, kind: str, status: int) -> None:
    before = fingerprint(applicant.session)
    for section in NEWEST_SET.sections:
        body = b'{"title": "Kapret", "csrf_token": "x"}' if "json" in kind else b"<title>Kapret</title>"
        assert applicant.send(section.key, body, content_type=kind).status_code == status
    assert fingerprint(applicant.session) == before


def test_huge_posts_are_refused_and_nothing_is_stored(applicant: Applicant) -> None:
    """B12 and B14: the field's own message below the limit of a request, and 413 above it."""
    before = fingerprint(applicant.session)
    for kind in (Kind.LINE, Kind.PROSE, Kind.KRONER, Kind.YEAR, Kind.DATE, Kind.CVR, Kind.CHOICE, Kind.YES_NO):
        control = of_kind(kind)[0]
        answer = applicant.save(control.section, {control.name: "a" * 1_000_000})
        assert answer.status_code == 422, control.name
        assert [link for link, _text in summary_of(parsed(answer))] == [f"#{control.anchor}"]
    assert applicant.save("idea", {"title": "a" * 2_100_000}).status_code == 413
    body, how = multipart(applicant.form("idea", {"title": "STOR"}), "STOR", b"a" * 2_100_000)
    assert applicant.send("idea", body, content_type=how).status_code == 413
    many = {f"felt{number}": "x" for number in range(20_000)}
    assert applicant.save("idea", many).status_code == 413
    few_too_many = {f"felt{number}": "x" for number in range(1_001)}
    body, how = multipart(applicant.form("idea", few_too_many), "", b"")
    assert applicant.send("idea", body, content_type=how).status_code == 413
    assert fingerprint(applicant.session) == before


# ---- rows -----------------------------------------------------------------------------------------------------------

ROWS = tuple(
    (section.key, question)
    for section in NEWEST_SET.sections
    for question in section.questions
    if question.kind is Kind.ROWS
)


def row(question: Question, number: int | str, text: str) -> dict[str, str]:
    """A row in which only its first line of text is answered."""
    column = next(one for one in question.columns if one.kind is Kind.LINE)
    return {f"{question.key}-{number}-{column.key}": text}


def texts_of(question: Question, stored: Mapping[str, Any]) -> list[str]:
    column = next(one for one in question.columns if one.kind is Kind.LINE)
    return [one.get(column.key, "") for one in stored.get(question.key) or []]


ODD_NUMBERS = (
    "99999999999999999999",
    "-1",
    "²",
    "١",
    "",
    "1000",
    "1.0",
    "+1",
    " 1",
    "1e2",
    "x",
    "9" * 5000,
    "0x1",
    "ny",
)


def test_row_with_an_odd_number_is_no_row(applicant: Applicant) -> None:
    for section, question in ROWS:
        odd = {name: text for number in ODD_NUMBERS for name, text in row(question, number, "Findes ikke").items()}
        others = {question.key: "x", f"{question.key}-": "x", f"{question.key}-0": "x", f"{question.key}-0-": "x"}
        beyond = {f"{question.key}-0-nope": "x", f"{question.key}-0-{question.columns[0].key}-0": "x"}
        assert applicant.save(section, {**odd, **others, **beyond}).status_code == 303
    assert applicant.stored() == everything(ANSWERS)


def test_rows_keep_their_order_and_blank_ones_are_left_out(applicant: Applicant) -> None:
    for section, question in ROWS:
        bare = {name: "" for name in filled(section) if name.startswith(f"{question.key}-")}
        sent = {**row(question, 7, "c"), **row(question, 2, "a"), **row(question, 3, "b"), **row(question, 999, "d")}
        blank = {**row(question, 4, "\u200b \u3164")}
        assert applicant.save(section, {**bare, **sent, **blank}).status_code == 303
        assert texts_of(question, applicant.stored()) == ["a", "b", "c", "d"]
        assert applicant.save(section, bare).status_code == 303
        assert question.key not in applicant.stored()


def test_rows_beyond_the_most_are_not_read(applicant: Applicant) -> None:
    for section, question in ROWS:
        rows = {
            name: text
            for number in range(question.most_rows + 1)
            for name, text in row(question, number, f"Nummer {number}").items()
        }
        assert applicant.save(section, rows).status_code == 303
        texts = texts_of(question, applicant.stored())
        assert (len(texts), texts[-1]) == (question.most_rows, f"Nummer {question.most_rows - 1}")
        page = parsed(applicant.page(section))
        assert page.xpath(f"//button[@value='add:{question.key}']") == []
        assert page.xpath(f"//button[@value='remove:{question.key}:{question.most_rows - 1}']") != []


def test_five_thousand_rows_are_too_many_and_take_no_memory(applicant: Applicant) -> None:
    """B14: FieldList alone would have made them all."""
    section, question = ROWS[0]
    assert applicant.save(section).status_code == 303
    before = fingerprint(applicant.session)
    rows = {name: text for number in range(5_000) for name, text in row(question, number, "x").items()}
    tracemalloc.start()
    assert applicant.save(section, rows).status_code == 413
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024
    assert fingerprint(applicant.session) == before


def test_fault_in_a_row_stands_at_its_control_when_rows_before_it_are_blank(applicant: Applicant) -> None:
    """The rows are numbered anew as they are shown: message, link, typed text and button must agree."""
    sent = {"budget-0-text": "", "budget-0-year": "", "budget-0-kind": "", "budget-0-amount": ""}
    answer = applicant.save("money", {**sent, "budget-1-amount": "mange", "budget-7-text": "Tredje"})
    page = parsed(answer)
    assert answer.status_code == 422
    assert [link for link, _text in summary_of(page)] == ["#budget-0-amount"]
    control = next(one for one in CONTROLS if one.name == "budget-0-amount")
    assert "Post 1, Beløb: " + message_at(page, control) == summary_of(page)[0][1]
    assert shown_in(page, control) == "mange"
    third = next(one for one in CONTROLS if one.name == "budget-0-text")
    shown = [shown_in(page, Control("money", f"budget-{number}-text", third.asked)) for number in range(2)]
    assert shown == ["Materialer", "Tredje"]
    assert [one.get("value") for one in page.xpath("//button[starts-with(@value, 'remove:budget')]")] == [
        "remove:budget:0",
        "remove:budget:1",
    ]


# ---- buttons and revisions ------------------------------------------------------------------------------------------

ODD_ACTIONS = (
    *("", "send", "stay:next", ":", "::", "next:title", "add", "add:", "add:nope", "add:title", "add:participants"),
    *("add:amount_sought", "add:title:0", "add:../../x", "add:a\r\nX-Set: y", "add:<b>", "add:" + "a" * 3_000),
    *("remove", "remove:", "remove:budget", "remove:budget:", "remove:budget:99999999999999999999", "remove:nope:0"),
    *("remove:budget:-1", "remove:budget:²", "remove:budget:١", "remove:title:0", "remove:budget:" + "9" * 5_000),
    *("remove:budget:7", "remove:budget:0:0", "remove::0", "remove:csrf_token:0", "\x00", "remove:budget:0\x00"),
)


@pytest.mark.parametrize("section", ["target_group", "money"])
def test_button_that_is_not_there_stores_and_goes_on(applicant: Applicant, section: str) -> None:
    for action in ODD_ACTIONS:
        answer = applicant.save(section, {"action": action})
        assert answer.status_code == 303, action
        assert applicant.stored() == everything(ANSWERS), action
        assert applicant.browser.get(answer.location).status_code == 200, action


def test_row_is_taken_away_where_the_button_says(applicant: Applicant) -> None:
    for section, question in ROWS:
        rows = {**row(question, 0, "a"), **row(question, 1, "b"), **row(question, 2, "c")}
        bare = {name: "" for name in filled(section) if name.startswith(f"{question.key}-")}
        removed = applicant.save(section, {**bare, **rows, "action": f"remove:{question.key}:1"})
        assert removed.status_code == 303
        assert texts_of(question, applicant.stored()) == ["a", "c"]


def test_revision_that_cannot_be_read_is_told_and_the_text_is_kept(applicant: Applicant) -> None:
    """B68: missing or nonsense is one answer for all; nothing is stored."""
    before = fingerprint(applicant.session)
    for revision in (None, "", "abc", "-1", "1.5", "²", "2147483648", "9" * 5_000, "\x00", "{{7*7}}", "0x0"):
        form = applicant.form("idea", {"title": "En ny titel", "revision": revision})
        answer = applicant.send("idea", {name: typed for name, typed in form.items() if typed is not None})
        page = parsed(answer)
        assert answer.status_code == 422, revision
        assert summary_of(page) == [
            ("", "Siden mangler oplysning om, hvad du retter i. Åbn siden igen, og skriv dine rettelser der.")
        ]
        assert shown_in(page, CONTROLS[0]) == "En ny titel"
    assert fingerprint(applicant.session) == before


def test_revision_of_another_time_shows_both_texts(applicant: Applicant) -> None:
    """B68: an older page, one from the future, and that of another section are answered alike."""
    for section in NEWEST_SET.sections:
        assert applicant.save(section.key).status_code == 303
        assert applicant.save(section.key).status_code == 303
    before = fingerprint(applicant.session)
    for section in NEWEST_SET.sections:
        texts = {one.name: "Min nye tekst" for one in of_kind(Kind.PROSE) if one.section == section.key}
        for revision in ("0", "1", "3", "2147483647") if texts else ():
            answer = applicant.save(section.key, {**texts, "revision": revision})
            page = parsed(answer)
            assert answer.status_code == 409, revision
            assert page.xpath("//input[@name='revision']/@value") == ["2"]
            assert page.xpath("//input[@name='disputed']/@value") == list(texts)
            for control in of_kind(Kind.PROSE):
                if control.name in texts:
                    assert shown_in(page, control) == "Min nye tekst"
                    assert applicant.stored().get(control.name, "Ikke oplyst") in answer.get_data(as_text=True)
    assert fingerprint(applicant.session) == before


# ---- the call -------------------------------------------------------------------------------------------------------


def test_call_that_closed_while_the_form_was_open_keeps_the_text_as_a_draft(applicant: Applicant) -> None:
    """B66: what was written can still be saved; only sending is refused."""
    applicant.world.call.closes_at = applicant.world.at - timedelta(seconds=1)
    applicant.session.add(applicant.world.call)
    applicant.session.commit()
    for section in NEWEST_SET.sections:
        assert applicant.save(section.key, {"problem": "Skrevet efter fristen"}).status_code == 303
    assert applicant.stored() == {**everything(ANSWERS), "problem": "Skrevet efter fristen"}
    page = applicant.browser.get(f"/drafts/{applicant.draft.id}/check").get_data(as_text=True)
    assert "Forslaget kan ikke sendes nu" in page
    assert "Skrevet efter fristen" in page
    assert f"/drafts/{applicant.draft.id}/submit" not in page
    before = fingerprint(applicant.session)
    late = applicant.browser.post(f"/drafts/{applicant.draft.id}/submit", data={"csrf_token": applicant.token})
    assert late.status_code == 409
    assert "Fristen er udløbet" in late.get_data(as_text=True)
    assert fingerprint(applicant.session) == before
