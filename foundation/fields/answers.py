"""When is a question answered, and which text of a request is the answer?"""

from collections.abc import Iterable
from typing import Any, Final, Generic, TypeVar

from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import Input, TextInput

from foundation.fields.danish import REQUIRED_MESSAGE
from foundation.text import clean_line, is_blank

ValueT = TypeVar("ValueT")


class _Required:
    """See `required`. `field_flags` makes the control say so in HTML."""

    field_flags: Final = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: BaseForm, field: Field) -> None:  # noqa: ARG002 - WTForms' call
        if not _is_answered(field):
            field.errors = []
            raise StopValidation(self.message)


def required(message: str = REQUIRED_MESSAGE) -> _Required:
    """The answer must be there; `message` says which one, and how to give it.

    Blanks and invisible characters alone are no answer; a box must be ticked. Where an answer is there but
    cannot be read, the field's own message stands alone.
    """
    return _Required(message)


def _is_answered(field: Field) -> bool:
    if isinstance(field.data, bool):
        return field.data
    if field.raw_data is None:
        return field.data not in (None, "", [], ())
    return any(_is_something(value) for value in field.raw_data)


def _is_something(value: object) -> bool:
    if isinstance(value, FileStorage):
        return bool(value.filename)
    return isinstance(value, str) and not is_blank(value)


def first_text(values: Iterable[object]) -> str:
    """The first text that was sent under a name: what is sent twice is read once, and a file is no text."""
    return next((value for value in values if isinstance(value, str)), "")


def keep_one_text(field: Field, values: Iterable[object]) -> str:
    """The text to read, which from here on is also what the other validators see."""
    text = first_text(values)
    field.raw_data = [text]
    return text


def unread_question(field: Field) -> str:
    """What a field asks, with a mark behind it, where its answer could not be read; else "".

    The message of such a field says what is wrong with a number or a date, not which: beside the control that is
    enough, in a list of faults it is not.
    """
    if not field.process_errors:
        return ""
    asked = str(field.label.text)
    return asked if asked.endswith("?") else f"{asked}:"


class ReadField(Field, Generic[ValueT]):
    """One line that is read into a value: `data` is the value, or None where it is blank or cannot be read.

    A subclass says how to read it (ValueError with a Danish message) and how to write it. What cannot be read
    is shown as it was typed, with that one message.
    """

    widget: Input = TextInput()
    data: ValueT | None

    def read(self, text: str) -> ValueT:
        raise NotImplementedError

    def write(self, value: ValueT) -> str:
        return str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = keep_one_text(self, valuelist)
        self.data = None
        if not is_blank(text):
            self.data = self.read(clean_line(text))

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' call
        if self.process_errors:
            raise StopValidation

    def _value(self) -> str:
        if self.raw_data is not None:
            return clean_line(first_text(self.raw_data))
        return "" if self.data is None else self.write(self.data)
