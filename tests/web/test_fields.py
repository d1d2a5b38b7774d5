"""Is every answer read by one rule, and every message about it Danish?"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import flask_wtf
import pytest
import wtforms
from flask import Flask
from flask_wtf.file import FileAllowed, FileField, FileRequired, FileSize
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, Form, FormField, IntegerField, StringField, fields, validators
from wtforms.fields import SelectChoice
from wtforms.i18n import DummyTranslations

from foundation.fields import (
    CPR_MESSAGE,
    CSRF_MESSAGE,
    ChecksField,
    ChoiceField,
    CvrField,
    DanishForm,
    DanishPart,
    DanishTranslations,
    DateField,
    DecimalNumberField,
    EmailField,
    KronerField,
    LineField,
    PercentField,
    ProductionUnitField,
    ProseField,
    RadiosField,
    ReadField,
    RowsField,
    TickField,
    TimeField,
    VersionField,
    WholeNumberField,
    YearField,
    required,
)
from foundation.fields.danish import COUNTED_MESSAGES, MESSAGES, UNKNOWN_MESSAGE

ENGLISH = re.compile(
    r"\b(?:the|this|that|must|be|invalid|valid|not|value|required|number|least|most|choices?|cannot|longer|between|"
    r"files?|missing|expired|equal|and|or|is|are|any|one|exactly|characters?|address|edited|disabled|input|does|"
    r"approved|extension|bytes|failed|could|coerce|match|tokens?|please|field|name|data|integer|decimal|float)\b",
    re.IGNORECASE,
)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


CHOICES = [SelectChoice(Colour.RED, "Rød"), SelectChoice(Colour.BLUE, "Blå")]


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("fields")
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False)
    return app


@pytest.fixture
def read(app: Flask) -> Iterator[Callable[..., Any]]:
    """Post `sent` to a form with the one field `answer`; gives the field after validation."""
    with app.app_context():

        def post(unbound: Any, sent: Any, **kwargs: Any) -> Any:
            form_class = type("OneForm", (DanishForm,), {"answer": unbound})
            answers = {} if sent is None else {"answer": sent}
            with app.test_request_context("/", method="POST", data=answers):
                form = form_class(**kwargs)
                assert form.validate() is not bool(form.errors)
                return form["answer"]

        yield post


def assert_danish(messages: list[str]) -> None:
    assert messages
    for message in messages:
        assert not ENGLISH.search(message), message
        assert message not in MESSAGES
        assert "%(" not in message
        assert message.endswith((".", "?"))


# Every validator of WTForms with something that it refuses, by its name in wtforms.validators.__all__.
class Boom:
    """A validator that raises what the two exception classes carry, through the field's own translations."""

    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def __call__(self, form: Form, field: Field) -> None:
        raise self.error(field.gettext("Some sentence that nobody has translated."))


REFUSED: dict[str, list[tuple[Any, str]]] = {
    "DataRequired": [(StringField("Navn", [validators.DataRequired()]), "")],
    "InputRequired": [(StringField("Navn", [validators.InputRequired()]), "")],
    "Email": [
        (StringField("Mail", [validators.Email()]), "ikke en mail"),
        (StringField("Mail", [validators.Email(granular_message=True)]), "a@@b"),
    ],
    "EqualTo": [
        (StringField("Navn", [validators.EqualTo("csrf_other")]), "a"),
        (StringField("Navn", [validators.EqualTo("other")]), "a"),
    ],
    "IPAddress": [(StringField("IP", [validators.IPAddress()]), "x")],
    "Length": [
        (StringField("Navn", [validators.Length(min=1)]), ""),
        (StringField("Navn", [validators.Length(min=5)]), "a"),
        (StringField("Navn", [validators.Length(max=1)]), "abc"),
        (StringField("Navn", [validators.Length(max=2)]), "abc"),
        (StringField("Navn", [validators.Length(min=1, max=1)]), "abc"),
        (StringField("Navn", [validators.Length(min=2, max=2)]), "abc"),
        (StringField("Navn", [validators.Length(min=2, max=4)]), "a"),
    ],
    "NumberRange": [
        (IntegerField("Antal", [validators.NumberRange(min=2)]), "1"),
        (IntegerField("Antal", [validators.NumberRange(max=2)]), "3"),
        (IntegerField("Antal", [validators.NumberRange(min=2, max=4)]), "1"),
    ],
    "DateRange": [
        (fields.DateField("Dato", [validators.DateRange(min=date(2026, 1, 1))]), "2025-01-01"),
        (fields.DateField("Dato", [validators.DateRange(max=date(2026, 1, 1))]), "2027-01-01"),
        (fields.DateField("Dato", [validators.DateRange(date(2026, 1, 1), date(2026, 2, 1))]), "2027-01-01"),
    ],
    "Optional": [],
    "Regexp": [(StringField("Navn", [validators.Regexp("^a$")]), "b")],
    "URL": [(StringField("Web", [validators.URL()]), "x")],
    "AnyOf": [(StringField("Farve", [validators.AnyOf(["rød", "blå"])]), "x")],
    "NoneOf": [(StringField("Farve", [validators.NoneOf(["rød", "blå"])]), "rød")],
    "MacAddress": [(StringField("MAC", [validators.MacAddress()]), "x")],
    "UUID": [(StringField("Id", [validators.UUID()]), "x")],
    "ValidationError": [(StringField("Navn", [Boom(validators.ValidationError)]), "x")],
    "StopValidation": [(StringField("Navn", [Boom(validators.StopValidation)]), "x")],
    "ReadOnly": [(StringField("Navn", [validators.ReadOnly()]), "x")],
    "Disabled": [(StringField("Navn", [validators.Disabled()]), "x")],
}


def test_every_validator_of_wtforms_is_tried() -> None:
    classes = {name for name in validators.__all__ if name[0].isupper()}
    aliases = set(validators.__all__) - classes
    assert set(REFUSED) == classes
    assert {getattr(validators, alias).__name__ for alias in aliases} <= classes


@pytest.mark.parametrize(
    ("unbound", "sent"), [pytest.param(*case, id=name) for name, cases in REFUSED.items() for case in cases]
)
def test_every_validator_of_wtforms_speaks_danish(app: Flask, unbound: Any, sent: str) -> None:
    form_class = type("TwoForm", (DanishForm,), {"answer": unbound, "other": StringField("Det andet felt")})
    with app.test_request_context("/", method="POST", data={"answer": sent, "other": "b"}):
        form = form_class()
        assert not form.validate()
        assert_danish(form["answer"].errors)


WTFORMS_FIELDS = {
    "IntegerField": ({}, "x"),
    "DecimalField": ({}, "x"),
    "FloatField": ({}, "x"),
    "IntegerRangeField": ({}, "x"),
    "DecimalRangeField": ({}, "x"),
    "DateField": ({}, "x"),
    "DateTimeLocalField": ({}, "x"),
    "MonthField": ({}, "x"),
    "TimeField": ({}, "x"),
    "WeekField": ({}, "x"),
    "SelectField": ({"choices": CHOICES}, "x"),
    "RadioField": ({"choices": CHOICES, "coerce": Colour}, "x"),
    "SelectMultipleField": ({"choices": CHOICES}, ["x", "y"]),
}
# These take any text, hold other fields, or are no fields. DateTimeField warns; its Local one says the same.
NEVER_REFUSING = {
    *("SelectChoice", "enum_choices", "enum_coerce", "_unset_value", "DateTimeField"),
    *("BooleanField", "StringField", "TextAreaField", "PasswordField", "FileField", "MultipleFileField"),
    *("HiddenField", "SearchField", "SubmitField", "TelField", "URLField", "EmailField", "ColorField"),
    *(
        "ButtonField",
        "Field",
        "Flags",
        "Label",
        "FormField",
        "FieldList",
        "Choice",
        "SelectFieldBase",
        "DataList",
    ),
}


def test_every_field_of_wtforms_is_tried() -> None:
    assert set(fields.__all__) - set(WTFORMS_FIELDS) - NEVER_REFUSING == set()


@pytest.mark.parametrize("name", WTFORMS_FIELDS)
def test_every_field_of_wtforms_speaks_danish(read: Callable[..., Any], name: str) -> None:
    options, sent = WTFORMS_FIELDS[name]
    assert_danish(read(getattr(fields, name)("Svar", **options), sent).errors)


def test_select_multiple_speaks_danish_about_one_and_many(read: Callable[..., Any]) -> None:
    for sent in (["x"], ["x", "y"]):
        assert_danish(read(fields.SelectMultipleField("Farver", choices=CHOICES), sent).errors)
    assert_danish(read(fields.SelectMultipleField("Tal", choices=[SelectChoice("1", "En")], coerce=int), ["x"]).errors)


class NoUploads:
    """An upload set of the old Flask-Uploads kind, which takes nothing."""

    def file_allowed(self, *_: object) -> bool:
        return False


@pytest.mark.parametrize(
    "validator", [FileRequired(), FileAllowed(["docx", "pdf"]), FileAllowed(NoUploads()), FileSize(1)]
)
def test_every_file_validator_speaks_danish(read: Callable[..., Any], validator: Any) -> None:
    sent = None if isinstance(validator, FileRequired) else (BytesIO(b"abc"), "a.exe")
    assert_danish(read(FileField("Bilag", [validator]), sent).errors)


def gettext_calls(package: Any) -> Iterator[str]:
    """Every text that a package's source hands to gettext or ngettext, except for recaptcha."""
    for path in Path(package.__file__).parent.rglob("*.py"):
        if "recaptcha" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("gettext", "ngettext"):
                yield from (text.value for text in node.args[:1] if isinstance(text, ast.Constant))


def test_every_text_in_the_source_of_the_libraries_is_translated() -> None:
    texts = {*gettext_calls(wtforms), *gettext_calls(flask_wtf)}
    assert len(texts) > 30
    assert texts - set(MESSAGES) - set(COUNTED_MESSAGES) == set()
    assert_danish([one % {"min": 1, "max": 2, "length": 3, "value": "x"} for one, _ in COUNTED_MESSAGES.values()])


def test_text_without_translation_becomes_danish_all_the_same() -> None:
    danish = DanishTranslations()
    assert danish.gettext("Something new.") == danish.ngettext("New", "News", 2) == UNKNOWN_MESSAGE


def test_english_detector_finds_the_english_of_wtforms() -> None:
    english = DummyTranslations()
    for text in (*MESSAGES, *COUNTED_MESSAGES):
        assert ENGLISH.search(english.gettext(text)), text


# ---- Our own fields ----

OUR_FIELDS: dict[str, Callable[..., Any]] = {
    "line": lambda *rules: LineField("Navn", rules, max_characters=100),
    "prose": lambda *rules: ProseField("Tekst", rules, max_characters=100, max_words=10),
    "kroner": lambda *rules: KronerField("Beløb", rules),
    "whole": lambda *rules: WholeNumberField("Antal", rules),
    "percent": lambda *rules: PercentField("Andel", rules),
    "year": lambda *rules: YearField("År", rules, least=2020, most=2099),
    "decimal": lambda *rules: DecimalNumberField("Andel", rules, most=100),
    "date": lambda *rules: DateField("Dato", rules),
    "time": lambda *rules: TimeField("Klokken", rules),
    "cvr": lambda *rules: CvrField("CVR-nummer", rules),
    "unit": lambda *rules: ProductionUnitField("P-nummer", rules),
    "email": lambda *rules: EmailField("Mail", rules),
    "choice": lambda *rules: ChoiceField(
        "Farve", rules, choices=[SelectChoice("", "Vælg"), *CHOICES], coerce=lambda v: v and Colour(v)
    ),
    "radios": lambda *rules: RadiosField("Farve", validators=rules, choices=CHOICES, coerce=Colour),
    "checks": lambda *rules: ChecksField("Farver", rules, choices=CHOICES, coerce=Colour),
    "tick": lambda *rules: TickField("Ja", rules),
    "version": lambda *rules: VersionField(validators=rules),
}
BAD = [
    *[
        "NaN",
        "sNaN",
        "Infinity",
        "-1",
        "-0",
        "1e5",
        "1_000",
        "0x10",
        "½",
        "١٢٣",
        "१२३",
        "１２３",
        "0,001",
        "1.0.0",
        "²",
    ],
    *[
        "9" * 5000,
        "10" * 200_000,
        "31-02-2027",
        "i morgen",
        "2026-1-1",
        "9999-12-31",
        "a\x00b",
        "\x00",
        "\ud800",
        "x" * 500,
    ],
    *[
        "a@b.dk\nBcc: x@y.dk",
        "010190-1234",
        "00000000",
        "DK",
        "'; DROP TABLE x;--",
        "{{7*7}}",
        "%s%n",
        "ord " * 200,
    ],
]


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_bad_answers_are_kept_as_typed_and_answered_in_danish(app: Flask, name: str) -> None:
    refused = 0
    for sent in BAD:
        form_class = type("OneForm", (DanishForm,), {"answer": OUR_FIELDS[name]()})
        with app.test_request_context("/"):
            form = form_class(formdata=MultiDict([("answer", sent)]))
            if not form.validate():
                refused += 1
                assert len(form["answer"].errors) == 1
                assert_danish(form["answer"].errors)
            page = str(form["answer"]())
            assert "\x00" not in page
            page.encode("utf-8", errors="surrogatepass")
            if name in {"kroner", "whole", "date", "cvr"} and sent.isprintable() and sent == sent.strip():
                assert str(Markup.escape(sent)) in page
    assert refused > 0 or name == "tick"


NOTHING = [None, "", "  ", "\u00a0", "\u200b", "\ufeff", "\u3164", "\u2800", "\u202e"]
# A box or a choice sends its value or nothing at all.
CHOSEN = {"choice", "radios", "checks", "tick"}


@pytest.mark.parametrize(
    ("name", "nothing"),
    [(name, nothing) for name in OUR_FIELDS for nothing in NOTHING if name != "tick" or not nothing],
)
def test_required_counts_what_cannot_be_seen_as_missing(
    read: Callable[..., Any], name: str, nothing: str | None
) -> None:
    field = read(OUR_FIELDS[name](required("Skriv, hvor mange borgere indsatsen er for.")), nothing)
    wanted = "Siden mangler oplysning" if name == "version" else "Skriv, hvor mange borgere indsatsen er for."
    assert [message.startswith(wanted) for message in field.errors] == [True]
    assert field.flags.required
    if name not in {"checks", "radios", "version"}:
        assert re.search(r"\brequired\b", str(field()))


@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        (name, nothing)
        for name in OUR_FIELDS
        for nothing in NOTHING
        if not (nothing and name in CHOSEN) and name != "version"
    ],
)
def test_what_is_not_required_may_be_missing(read: Callable[..., Any], name: str, nothing: str | None) -> None:
    field = read(OUR_FIELDS[name](), nothing)
    empty = {"line": "", "prose": "", "checks": [], "tick": False}.get(name)
    assert (field.errors, field.data) == ([], empty)


GOOD: dict[str, tuple[str, Any]] = {
    "line": (" Foreningen\tÅ ", "Foreningen Å"),
    "prose": ("a\r\n\r\nb ", "a\n\nb"),
    "kroner": ("kr. 100.000,-", 100_000_00),
    "whole": ("1.000", 1000),
    "percent": ("65 %", 65),
    "year": ("2027", 2027),
    "decimal": ("12,5", Decimal("12.5")),
    "date": ("1.3.2027", date(2027, 3, 1)),
    "time": ("kl. 12", time(12)),
    "cvr": ("DK 55 13 30 18", "55133018"),
    "unit": ("1003388394", "1003388394"),
    "email": ("Bo.Hansen+test@Forening.example", "Bo.Hansen+test@forening.example"),
    "choice": ("blue", Colour.BLUE),
    "radios": ("blue", Colour.BLUE),
    "checks": ("blue", [Colour.BLUE]),
    "tick": ("y", True),
    "version": ("7", 7),
}


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_good_answer_is_read(read: Callable[..., Any], name: str) -> None:
    sent, data = GOOD[name]
    field = read(OUR_FIELDS[name](required("Mangler.")), sent)
    assert (field.errors, field.data) == ([], data)


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_answer_sent_twice_is_read_once(read: Callable[..., Any], name: str) -> None:
    sent, data = GOOD[name]
    field = read(OUR_FIELDS[name](required("Mangler.")), [sent, sent])
    assert (field.errors, field.data) == ([], data)
    first = read(OUR_FIELDS[name](), [sent, "noget andet"])
    assert first.data == data or name == "checks"


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_file_where_a_text_belongs_is_no_answer(read: Callable[..., Any], name: str) -> None:
    field = read(OUR_FIELDS[name](required("Mangler.")), (BytesIO(b"100"), "100.txt"))
    assert len(field.errors) == 1
    assert str(field()).count("FileStorage") == 0


@pytest.mark.parametrize("name", OUR_FIELDS)
@pytest.mark.parametrize("body", ["null", "[]", '"a"', '{"answer": "100"}', '{"answer": {"a": 1}}', "{"])
def test_json_body_counts_as_nothing_sent(app: Flask, name: str, body: str) -> None:
    form_class = type("OneForm", (DanishForm,), {"answer": OUR_FIELDS[name](required("Mangler."))})
    with app.test_request_context("/", method="POST", data=body, content_type="application/json"):
        form = form_class(answer=GOOD[name][1])
        assert not form.validate()


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_what_is_not_sent_does_not_keep_the_old_answer(read: Callable[..., Any], name: str) -> None:
    field = read(OUR_FIELDS[name](required("Mangler.")), None, data={"answer": GOOD[name][1]})
    assert field.errors
    assert not field.data


@pytest.mark.parametrize(("name", "value"), [(name, data) for name, (_, data) in GOOD.items() if name != "tick"])
def test_stored_answer_is_shown_so_that_it_can_be_sent_again(app: Flask, name: str, value: Any) -> None:
    form_class = type("OneForm", (DanishForm,), {"answer": OUR_FIELDS[name]()})
    with app.test_request_context("/"):
        page = str(form_class(data={"answer": value})["answer"]())
    shown = {
        "kroner": 'value="100.000"',
        "whole": 'value="1.000"',
        "decimal": 'value="12,5"',
        "date": 'value="1.3.2027"',
        "time": 'value="12.00"',
        "prose": "a\n\nb</textarea>",
        "choice": '<option selected value="blue">',
        "radios": 'checked id="answer-1"',
        "checks": 'checked id="answer-1"',
    }
    assert shown.get(name, f'value="{value}"') in page


# ---- The rules of single fields ----


def test_text_is_limited_as_a_browser_counts(read: Callable[..., Any]) -> None:
    line = LineField("Navn", max_characters=10)
    assert read(line, "😀" * 5).errors == []
    assert read(line, "😀" * 5 + "a").errors == [
        "Teksten er på 11 tegn, og der er plads til 10. Forkort den med 1 tegn."
    ]
    prose = ProseField("Tekst", max_characters=10, max_words=3)
    assert read(prose, "ab\r\ncd\r\nefgh").errors == []
    assert read(prose, "ab\r\ncd\r\nefghi").errors == [
        "Teksten er på 11 tegn, og der er plads til 10. Forkort den med 1 tegn."
    ]
    assert read(prose, "a b c d").errors == ["Teksten er på 4 ord, og der er plads til 3. Forkort den med 1 ord."]
    assert "maxlength" not in str(read(line, "a")())


def test_text_with_nul_is_refused_and_shown_without_it(read: Callable[..., Any]) -> None:
    field = read(LineField("Navn"), "a\x00b")
    assert (len(field.errors), field.data) == (1, "ab")


def test_cpr_number_in_a_text_stops_and_in_a_p_number_does_not(read: Callable[..., Any]) -> None:
    assert read(LineField("Navn"), "Bo 010190-1234").errors == [CPR_MESSAGE]
    assert read(ProseField("Tekst"), "en\nto 0101901234").errors == [CPR_MESSAGE]
    assert read(ProductionUnitField("P-nummer"), "0101901234").errors == []


def test_names_that_look_like_nothing_are_names(read: Callable[..., Any]) -> None:
    for name in ("null", "undefined", "None", "0", "O'Brien", "Test;DROP", "Ø", "-"):
        field = read(LineField("Navn", [required("Skriv navnet.")]), name)
        assert (field.errors, field.data) == ([], name)


def test_amount_is_refused_with_a_suggestion_and_shown_as_typed(read: Callable[..., Any]) -> None:
    field = read(KronerField("Beløb", [required("Skriv beløbet.")]), "100,000.00")
    assert field.errors == [
        "Punktum deler tusinder, ikke decimaler. Skriv beløbet i hele kroner, for eksempel 100.000. "
        "Mente du 100.000 kr.?"
    ]
    assert (field.data, 'value="100,000.00"' in str(field())) == (None, True)
    assert read(KronerField("Beløb"), "0").errors == ["Beløbet skal være mindst 1 kr."]
    assert read(KronerField("Beløb", least=0), "0").data == 0
    assert read(KronerField("Beløb", [required("Skriv beløbet.")], least=0), "0").errors == []
    assert read(KronerField("Beløb", most=100_000), "100.001").errors == ["Beløbet må højst være 100.000 kr."]


@pytest.mark.parametrize("text", ["1.3.2027", "01.03.2027", "1/3/2027", "1-3-2027", " 1.3.2027 "])
def test_date_is_day_month_year(read: Callable[..., Any], text: str) -> None:
    assert read(DateField("Dato"), text).data == date(2027, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        *["31-02-2027", "29-02-2027", "2026-1-1", "2026-01-31", "1.3.27", "0001", "1.1.0001", "31.12.9999"],
        *[
            "١.٣.٢٠٢٧",
            "１.３.２０２７",
            "i morgen",
            "1. marts 2027",
            "32.1.2027",
            "0.1.2027",
            "1.13.2027",
            "1/3.2027",
        ],
    ],
)
def test_date_that_is_written_otherwise_is_refused(read: Callable[..., Any], text: str) -> None:
    field = read(DateField("Dato"), text)
    assert (field.data, len(field.errors)) == (None, 1)
    assert_danish(field.errors)


def test_date_keeps_its_bounds(read: Callable[..., Any]) -> None:
    unbound = DateField("Dato", earliest=date(2027, 3, 1), latest=date(2027, 3, 31))
    assert [read(unbound, text).errors for text in ("1.3.2027", "31.3.2027")] == [[], []]
    assert read(unbound, "28.2.2027").errors == ["Datoen skal være 1. marts 2027 eller senere."]
    assert read(unbound, "1.4.2027").errors == ["Datoen skal være 31. marts 2027 eller tidligere."]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        *[
            (text, time(12))
            for text in ("12.00", "12:00", "kl. 12", "kl 12.00", "Kl.12.00", "klokken 12", "12", " 12.00 ")
        ],
        *[("9.05", time(9, 5)), ("09.05", time(9, 5)), ("0.00", time(0)), ("23.59", time(23, 59))],
    ],
)
def test_time_is_hours_and_minutes(read: Callable[..., Any], text: str, at: time) -> None:
    assert read(TimeField("Klokken"), text).data == at


@pytest.mark.parametrize(
    "text",
    [
        *["24.00", "24:01", "25", "12.60", "12.5", "12.000", "1200", "-1.00", "12.00.00", "12,00", "12h", "kl."],
        *["12.00 PM", "middag", "١٢.٠٠", "１２.００", "12.٠٠", "²", "012.00", "kl. kl. 12"],
    ],
)
def test_time_that_is_written_otherwise_is_refused(read: Callable[..., Any], text: str) -> None:
    field = read(TimeField("Klokken"), text)
    assert (field.data, len(field.errors)) == (None, 1)
    assert_danish(field.errors)
    assert f'value="{text}"' in str(field())


def test_midnight_at_the_end_of_a_day_is_told_how_to_be_written(read: Callable[..., Any]) -> None:
    assert read(TimeField("Klokken"), "24.00").errors == [
        "Døgnet slutter kl. 23.59. Skriv 23.59, eller vælg dagen efter kl. 00.00."
    ]


class PeriodForm(DanishForm):
    starts_on = DateField("Start", [required("Skriv startdatoen.")])


@pytest.mark.parametrize(
    ("parts", "data", "errors"),
    [
        (("1", "3", "2027"), date(2027, 3, 1), []),
        (
            ("31", "2", "2027"),
            None,
            ["Den dato findes ikke. Skriv datoen som dag.måned.år, for eksempel 1.3.2027."],
        ),
        (("", "3", "2027"), None, ["Skriv både dag, måned og år, for eksempel 1, 3 og 2027."]),
        (("", " ", "\u200b"), None, ["Skriv startdatoen."]),
        (("x", "3", "2027"), None, ["Skriv datoen som dag.måned.år, for eksempel 1.3.2027."]),
    ],
)
def test_date_is_read_from_three_controls(
    app: Flask, parts: tuple[str, str, str], data: date | None, errors: list[str]
) -> None:
    names = ("starts_on-day", "starts_on-month", "starts_on-year")
    with app.test_request_context("/", method="POST", data=dict(zip(names, parts, strict=True))):
        form = PeriodForm()
        form.validate()
        assert (form.starts_on.data, list(form.starts_on.errors)) == (data, errors)
        assert form.starts_on.parts == tuple(part.strip(" \u200b") for part in parts)


def test_date_shows_its_parts(app: Flask) -> None:
    with app.test_request_context("/"):
        assert PeriodForm(data={"starts_on": date(2027, 3, 1)}).starts_on.parts == ("1", "3", "2027")
        assert PeriodForm().starts_on.parts == ("", "", "")


@pytest.mark.parametrize("text", ["55133018", "DK55133018", "dk 55 13 30 18", "40056823", "13748136"])
def test_cvr_number_with_a_right_check_digit_is_taken(read: Callable[..., Any], text: str) -> None:
    assert read(CvrField("CVR"), text).errors == []


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "5513301",
        "551330180",
        "DK",
        "00000000",
        "５５１３３０１８",
        "SE55133018",
        "55-13-30-18",
        "x",
    ],
)
def test_cvr_number_that_cannot_be_right_is_refused(read: Callable[..., Any], text: str) -> None:
    field = read(CvrField("CVR"), text)
    assert (field.data, len(field.errors)) == (None, 1)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "a@b.dk\nBcc: x@y.dk",
            "a@b.dk\r\nSubject: x",
            "a@b.dk, c@d.dk",
            "a@b.dk c@d.dk",
            "a@b.dk;c@d.dk",
            "a@@b.dk",
        ],
        *[
            "Bo <a@b.dk>",
            '"a b"@b.dk',
            "a@[192.0.2.1]",
            "a@192.0.2.1",
            "a" * 65 + "@b.dk",
            "a@b.dk.",
            "a@b",
            "@b.dk",
        ],
        *[
            "a@b.dk\u2028x",
            "a\u2028@b.dk",
            "a@b.dk\x00",
            "a\x85@b.dk",
            "æ@b.dk",
            "a@" + "b." * 130 + "dk",
            "a@-b.dk",
        ],
        *["a..b@b.dk", ".a@b.dk", "a(x)@b.dk", "a@localhost", "a@b_c.dk"],
    ],
)
def test_mail_address_that_is_not_one_plain_address_is_refused(read: Callable[..., Any], text: str) -> None:
    field = read(EmailField("Mail"), text)
    assert (field.data, len(field.errors)) == (None, 1)
    assert_danish(field.errors)


def test_mail_domain_with_danish_letters_becomes_punycode(read: Callable[..., Any]) -> None:
    assert read(EmailField("Mail"), " bo@blåbær.dk ").data == "bo@xn--blbr-roah.dk"


def test_unknown_choice_is_refused(read: Callable[..., Any]) -> None:
    for name in ("choice", "radios", "checks"):
        field = read(OUR_FIELDS[name](required("Vælg en farve.")), "grøn")
        assert len(field.errors) == 1
        assert_danish(field.errors)


def test_checks_hold_each_answer_once(read: Callable[..., Any]) -> None:
    assert read(OUR_FIELDS["checks"](), ["blue", "red", "blue", ""]).data == [Colour.BLUE, Colour.RED]


def test_version_must_be_there_and_be_a_version(read: Callable[..., Any]) -> None:
    for sent in (None, "", "x", "-1", str(2**31), "1,0"):
        assert read(VersionField(), sent).errors[0].startswith("Siden mangler oplysning om, hvad du retter i.")
    assert read(VersionField(), str(2**31 - 1)).data == 2**31 - 1


# ---- Forms ----


class NameForm(DanishForm):
    name = LineField("Navn", [required("Skriv navnet.")])


@pytest.fixture
def guarded() -> Flask:
    app = Flask("guarded")
    app.config.update(SECRET_KEY="only for this test")

    @app.post("/")
    def post() -> dict[str, Any]:
        form = NameForm()
        form.validate()
        return dict(form.errors)

    @app.get("/")
    def get() -> str:
        return str(NameForm().csrf_token.current_token)

    return app


def test_forged_form_is_refused_in_danish(guarded: Flask) -> None:
    client = guarded.test_client()
    token = client.get("/").text
    assert client.post("/", data={"name": "Bo", "csrf_token": token}).json == {}
    for forged in (None, "", "x", token + "x", "æ", (BytesIO(token.encode()), "token.txt")):
        sent = {"name": "Bo"} if forged is None else {"name": "Bo", "csrf_token": forged}
        assert client.post("/", data=sent).json == {"csrf_token": [CSRF_MESSAGE]}
    stranger = guarded.test_client()
    assert stranger.post("/", data={"name": "Bo", "csrf_token": token}).json == {"csrf_token": [CSRF_MESSAGE]}
    assert_danish([CSRF_MESSAGE])


def test_parts_inside_a_form_speak_danish(app: Flask) -> None:
    class RowPart(DanishPart):
        amount = KronerField("Beløb", [required("Skriv beløbet.")])
        count = IntegerField("Antal", [validators.NumberRange(min=2)])

    class BudgetForm(DanishForm):
        rows = FieldList(FormField(RowPart), min_entries=1)

    with app.test_request_context("/", method="POST", data={"rows-0-amount": "\u200b", "rows-0-count": "1"}):
        form = BudgetForm()
        assert not form.validate()
        (row,) = form.rows.errors
        assert row == {"amount": ["Skriv beløbet."], "count": ["Skriv et tal, der er mindst 2."]}


def test_a_list_of_faults_says_which_number_could_not_be_read(app: Flask) -> None:
    """Beside its control the message says enough; a message that names what it is about stands as it is."""

    class PostPart(DanishPart):
        amount = KronerField("Beløb", [required("Skriv beløbet.")])

    class SeveralNumbers(DanishForm):
        participants = WholeNumberField("Hvor mange borgere er indsatsen for?")
        begins = DateField("Start")
        title = LineField("Titel", [required("Giv forslaget et navn.")])
        budget = RowsField("Budget", part=PostPart, most_rows=3, row_name="Budgetpost")
        version = VersionField()

    unread = "Det kan ikke læses som et tal."
    sent = {"participants": "mange", "begins": "snart", "budget-0-amount": "alt", "version": "x"}
    with app.test_request_context("/", method="POST", data=sent):
        form = SeveralNumbers()
        assert not form.validate()
        told = dict(form.faults)
        assert told["participants"].startswith(f"Hvor mange borgere er indsatsen for? {unread}")
        assert told["begins"].startswith("Start: Skriv datoen")
        assert told["title"] == "Giv forslaget et navn."
        assert told["budget-0-amount"].startswith(f"Budgetpost 1, Beløb: {unread}")
        assert told[""].startswith("Siden mangler oplysning")
        assert [field.errors[0].startswith(unread) for field in (form.participants, form.budget[0].form.amount)] == [
            True,
            True,
        ]


def test_form_on_a_get_shows_what_is_stored(app: Flask) -> None:
    with app.test_request_context("/?name=Ondsindet"):
        form = NameForm(data={"name": "Foreningen"})
        assert form.name.data == "Foreningen"
    with app.test_request_context("/", method="POST", data={"name": "Nyt"}):
        assert NameForm(data={"name": "Foreningen"}).name.data == "Nyt"
        assert NameForm(formdata=None, data={"name": "Foreningen"}).name.data == "Foreningen"


@pytest.mark.parametrize(("typed", "share"), [("65", 65), ("65%", 65), ("65 %", 65), ("0", 0), ("100 %", 100)])
def test_percent_is_read_with_or_without_its_sign(read: Callable[..., Any], typed: str, share: int) -> None:
    field = read(OUR_FIELDS["percent"](), typed)
    assert (field.data, list(field.errors)) == (share, [])


@pytest.mark.parametrize("typed", ["101", "-1", "65 % %", "6,5", "%", "65 procentpoint"])
def test_percent_that_is_none_is_refused(read: Callable[..., Any], typed: str) -> None:
    assert read(OUR_FIELDS["percent"](), typed).errors


def test_every_public_field_is_tried_here() -> None:
    """Rows are tried in test_proposal_bad_input.py: they are made of the others."""
    import foundation.fields as public

    ours = {
        value for name in public.__all__ if inspect.isclass(value := getattr(public, name)) and issubclass(value, Field)
    }
    assert ours - {ReadField, RowsField} == {make().field_class for make in OUR_FIELDS.values()}
