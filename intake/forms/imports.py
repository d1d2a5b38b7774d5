"""Which proposals can be entered from a file, read by the same fields and the same demands as the call's own form?"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from werkzeug.datastructures import MultiDict
from wtforms.validators import Optional

from foundation.clock import NoSuchMoment, TwoSuchMoments, copenhagen_moment
from foundation.fields import (
    DanishPart,
    DateField,
    KronerField,
    LineField,
    ReadField,
    RowsField,
    WholeNumberField,
)
from foundation.fields.dates import FIRST_DATE, LAST_DATE
from foundation.file_types import LARGEST_FILE, FileRefused
from foundation.identity.organisation_forms import OrganisationForm
from foundation.identity.organisation_rules import OrganisationDraft, organisation_gaps
from foundation.sheet_reading import read_sheet
from foundation.sheet_writing import PlainSheet
from foundation.text import clean_line
from intake.forms.proposal import section_form
from intake.rules.call import FocusArea
from intake.rules.import_checks import PAST_STATES
from intake.rules.import_columns import (
    ENVELOPE,
    MOST_PROPOSALS,
    PAST_SCORE,
    PAST_STATE,
    PAST_TRACK,
    RECEIVED,
    SHEET_NAME,
    Column,
    columns_of,
    in_template,
    organisation_code,
    past_columns,
)
from intake.rules.import_rows import (
    ImportDraft,
    ImportFault,
    ImportRow,
    PastDraft,
    Reading,
    faults_of_file,
    rows_of_json,
    rows_of_sheet,
)
from intake.rules.lifecycle import State
from intake.rules.proposal import Gap, Wish, gaps_of
from intake.rules.questions import Option, QuestionSet
from intake.rules.track import Track
from intake.wording import words

_HIGHEST_SCORE: Final = 4
_HEAD_ROWS: Final = 2

_MOMENT = re.compile(
    r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4}),?\s+(?:kl\.?\s*)?"
    r"(?P<hour>[0-9]{1,2})[.:](?P<minute>[0-9]{2})(?:[.:](?P<second>[0-9]{2}))?"
)
_ISO_MOMENT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2}))?"
)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ROW_ANCHOR = re.compile(r"-([0-9]{1,3})-")

_MISSING: Final = {
    "name": "Skriv, hvad organisationen hedder.",
    "kind": "Skriv, hvilken slags organisation det er.",
    "cvr": "Skriv organisationens CVR-nummer, otte cifre.",
    "staff_years": "Skriv, hvor mange årsværk organisationen har, eller hvor stor dens omsætning er.",
    "contact_name": "Skriv, hvem der er kontaktperson.",
    "contact_email": "Skriv kontaktpersonens mailadresse.",
}
"""What the demands on an organisation say to whoever enters it for somebody else."""


class MomentField(ReadField[datetime]):
    """A day and a time of day in Copenhagen."""

    def read(self, text: str) -> datetime:
        found = _MOMENT.fullmatch(text) or _ISO_MOMENT.fullmatch(text)
        if not found:
            raise ValueError("Skriv dag og klokkeslæt, for eksempel 12.3.2027 kl. 14.05.")
        part = {name: int(value or 0) for name, value in found.groupdict().items()}
        try:
            on = date(part["year"], part["month"], part["day"])
            of_day = time(part["hour"], part["minute"], part["second"])
        except ValueError as wrong:
            raise ValueError("Dagen eller klokkeslættet findes ikke. Se efter, om tallene er rigtige.") from wrong
        if not FIRST_DATE <= on <= LAST_DATE:
            raise ValueError("Se efter, om årstallet er rigtigt.")
        try:
            return copenhagen_moment(on, of_day)
        except (NoSuchMoment, TwoSuchMoments) as wrong:
            raise ValueError(str(wrong)) from wrong


class _ReceivedForm(DanishPart):
    received_at = MomentField("Modtaget", [Optional()])


class _PastForm(DanishPart):
    granted = KronerField("Bevilget", [Optional()])
    decided_on = DateField("Afgjort", [Optional()])
    source = LineField("Kilde", [Optional()], max_characters=300)


def columns_for(questions: QuestionSet, areas: Sequence[FocusArea]) -> tuple[Column, ...]:
    """The columns of a file with proposals for a call."""
    return columns_of(questions, _options(areas), _options(Wish))


def past_columns_for(
    questions: QuestionSet, areas: Sequence[FocusArea], dimensions: Mapping[str, str]
) -> tuple[Column, ...]:
    """The columns of a file with cases of before Rådslag; `dimensions` are Danish words by what is stored."""
    return past_columns(
        columns_for(questions, areas),
        states=_options(PAST_STATES),
        tracks=_options(Track),
        dimensions=tuple(Option(key, label) for key, label in dimensions.items()),
    )


def _options(members: Iterable[Any]) -> tuple[Option, ...]:
    return tuple(Option(member.value, words(member)) for member in members)


def read_file(content: bytes, columns: Sequence[Column]) -> Reading:
    """The proposals of a file, which is a spreadsheet when it begins as one, and else JSON."""
    if len(content) > LARGEST_FILE:
        return faults_of_file(f"Filen fylder mere end {LARGEST_FILE // 1024**2} MB. Del den i flere filer.")
    if content[:2] != b"PK":
        return rows_of_json(content, columns)
    try:
        sheet = read_sheet(content, name=SHEET_NAME, most_rows=MOST_PROPOSALS + _HEAD_ROWS)
    except FileRefused as refused:
        return faults_of_file(refused.text)
    return rows_of_sheet(sheet, columns)


def draft_of(
    row: ImportRow, columns: Sequence[Column], questions: QuestionSet, areas: tuple[FocusArea, ...]
) -> tuple[ImportDraft, tuple[ImportFault, ...]]:
    """The proposal of one row, and everything that is wrong with it. What is faulty stands in the draft as nothing."""
    reader = _RowReader(row, columns)
    is_past = any(column.code == PAST_STATE for column in columns)
    received, organisation = reader.received(), reader.organisation()
    answers = reader.answers(questions, areas)
    if is_past:
        reader.need("title", "Skriv, hvad forslaget hed.")
        reader.need(organisation_code("name"), _MISSING["name"])
        return ImportDraft(row, received, organisation, answers, reader.past()), tuple(reader.faults)
    for code, text in _missing(received, organisation, questions, answers, reader.numbers_of):
        reader.fault(code, text)
    return ImportDraft(row, received, organisation, answers), tuple(reader.faults)


def _missing(
    received: datetime | None,
    organisation: OrganisationDraft,
    questions: QuestionSet,
    answers: Mapping[str, Any],
    numbers_of: Callable[[str], list[int]],
) -> Iterator[tuple[str, str]]:
    """What the proposal lacks before it could have been sent, as (code, text)."""
    if received is None:
        yield RECEIVED, "Skriv, hvornår forslaget kom: dag og klokkeslæt."
    for gap in organisation_gaps(organisation):
        yield organisation_code(gap.field), _MISSING[gap.field]
    for missing in gaps_of(questions, answers):
        yield _code_of(missing, numbers_of(missing.question.key)), missing.text


def _code_of(gap: Gap, numbers: Sequence[int]) -> str:
    """The code of the column that mends a gap, from the control that does; `numbers` are those of the rows filled."""
    found = _ROW_ANCHOR.search(gap.anchor)
    if not gap.question.columns or not found:
        return gap.question.key
    number = numbers[int(found[1])] if numbers else 1
    return f"{gap.question.key}.{number}.{gap.anchor[found.end() :]}"


class _RowReader:
    """Reads one row by the forms, and collects what is wrong: one fault for each column, the first."""

    def __init__(self, row: ImportRow, columns: Sequence[Column]) -> None:
        self.row = row
        self.columns = {column.code: column for column in columns}
        self.faults: list[ImportFault] = []
        self._faulty: set[str] = set()
        self.texts = dict(self._plain())

    def _plain(self) -> Iterator[tuple[str, str]]:
        """The answers as the fields take them: what is chosen by its slug, days the Danish way."""
        for code, text in self.row.texts.items():
            options = self.columns[code].options
            if options:
                yield from ((code, value) for value in self._chosen(code, text, options))
            else:
                is_iso = self.columns[code].is_day and _ISO_DATE.fullmatch(text.strip())
                yield code, _ISO_DATE.sub(r"\3.\2.\1", text) if is_iso else text

    def _chosen(self, code: str, text: str, options: tuple[Option, ...]) -> Iterator[str]:
        typed = clean_line(text).casefold()
        for option in options:
            if typed in (option.value.casefold(), option.label.casefold()):
                yield option.value
                return
        offered = ", ".join(f"{option.value} ({option.label})" for option in options)
        self.fault(code, f"Svaret er ikke et af dem, der kan vælges. Skriv et af disse: {offered}.")

    def fault(self, code: str, text: str) -> None:
        if code not in self._faulty:
            self._faulty.add(code)
            self.faults.append(self.row.fault(code, text))

    def need(self, code: str, text: str) -> None:
        if code not in self.texts:
            self.fault(code, text)

    def numbers_of(self, key: str) -> list[int]:
        """Which rows of a question of several rows are filled, by the number in their codes."""
        return sorted({self.columns[code].row for code in self.texts if code.startswith(f"{key}.")})

    def received(self) -> datetime | None:
        form = _ReceivedForm(self._sent(RECEIVED))
        self._check(form, lambda _: RECEIVED)
        return None if form.received_at.errors else form.received_at.data

    def organisation(self) -> OrganisationDraft:
        codes = [column.code for column in ENVELOPE if column.code != RECEIVED]
        sent = self._sent(*codes)
        sent["version"] = "0"
        form = OrganisationForm(sent, meta={"csrf": False})
        form.name.validators = []
        self._check(form, lambda field: organisation_code(field.short_name))
        return form.to_draft()

    def answers(self, questions: QuestionSet, areas: tuple[FocusArea, ...]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for section in questions.sections:
            keys = {question.key for question in section.questions}
            sent = self._sent(*(code for code in self.texts if code.partition(".")[0] in keys))
            sent["revision"] = "0"
            form = section_form(section, areas)(sent, meta={"csrf": False})
            self._check(form, lambda field: field.short_name)
            answers |= {key: value for key, value in form.answers().items() if value is not None}
        return answers

    def past(self) -> PastDraft | None:
        """How the case ended; None where that is not told, which is a fault."""
        form = _PastForm(self._sent("history.granted", "history.decided_on", "history.source"))
        self._check(form, lambda field: f"history.{field.short_name}")
        scores = {column.key: self._score(code) for code, column in self.columns.items() if code.startswith(PAST_SCORE)}
        self.need(PAST_STATE, "Skriv, hvordan sagen endte.")
        if PAST_STATE not in self.texts:
            return None
        return PastDraft(
            state=State(self.texts[PAST_STATE]),
            track=Track(self.texts[PAST_TRACK]) if PAST_TRACK in self.texts else None,
            granted_ore=form.granted.data,
            decided_on=form.decided_on.data,
            source=form.source.data,
            example_scores={key: level for key, level in scores.items() if level is not None},
        )

    def _score(self, code: str) -> int | None:
        form = _ScoreForm(MultiDict({"level": self.texts.get(code, "")}))
        self._check(form, lambda _: code)
        return form.level.data

    def _sent(self, *codes: str) -> MultiDict[str, str]:
        """What a browser would have sent for these columns."""
        return MultiDict({self.columns[code].field_name: self.texts[code] for code in codes if code in self.texts})

    def _check(self, form: Any, code_of: Any) -> None:
        form.validate()
        for field in form:
            if isinstance(field, RowsField):
                self._check_rows(field)
            elif field.errors:
                self.fault(code_of(field), " ".join(field.errors))

    def _check_rows(self, field: RowsField) -> None:
        for entry in field.entries:
            for cell in entry.form:
                found = _ROW_ANCHOR.search(cell.id)
                if cell.errors and found:
                    code = f"{field.short_name}.{int(found[1]) + 1}.{cell.short_name}"
                    self.fault(code, " ".join(cell.errors))


class _ScoreForm(DanishPart):
    level = WholeNumberField("Niveau", [Optional()], most=_HIGHEST_SCORE)


def template_sheets(columns: Sequence[Column]) -> list[PlainSheet]:
    """The file that is sent out: a sheet to fill in, and one that tells what belongs in each column."""
    shown = [column for column in columns if in_template(column)]
    filled = PlainSheet(SHEET_NAME, [[one.code for one in shown], [one.heading for one in shown]], headings=2)
    told = [_explained(column) for column in shown]
    return [
        filled,
        PlainSheet("Vejledning", [*_EXPLANATION, ["Kode", "Overskrift", "Kræves", "Svar"], *told], width=40),
    ]


_EXPLANATION: Final = [
    ["Skriv ét forslag på hver række i arket Forslag, under de to rækker med overskrifter."],
    ["Lad rækken med koder stå. Kolonner, der ikke kræves, kan slettes eller stå tomme."],
    ["Der kan være flere rækker af for eksempel budgettet: tilføj selv kolonnerne med 4, 5 og så videre i koden."],
    ["Beløb skrives i hele kroner, datoer som dag.måned.år. Formler og flettede celler kan ikke bruges."],
    ["Bilag kan ikke indlæses. Brug ikke CPR-numre."],
    [""],
]


def _explained(column: Column) -> list[str]:
    offered = ", ".join(f"{option.value} ({option.label})" for option in column.options)
    return [column.code, column.heading, "Ja" if column.needed else "", f"{column.hint} {offered}".strip()]
