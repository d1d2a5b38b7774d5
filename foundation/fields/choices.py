"""How are answers chosen from a list read?"""

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput, ListWidget

from foundation.fields.answers import keep_one_text
from foundation.text import is_blank


def choice(value: str, label: str) -> Any:
    """One thing to choose: what is stored and sent, and the Danish words a person sees."""
    return SelectChoice(value=value, label=label)


class _OneChoice:
    """One answer from a list: what was not chosen is None, and only `required` minds.

    A blank is no choice. WTForms' Optional takes every fault from a blank answer, so a space would be stored.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        field: Any = self
        field.data = None
        text = keep_one_text(field, valuelist)
        if not is_blank(text):
            super().process_formdata([text])  # type: ignore[misc]

    def pre_validate(self, form: BaseForm) -> None:
        field: Any = self
        if field.data is not None:
            super().pre_validate(form)  # type: ignore[misc]


class ChoiceField(_OneChoice, SelectField):
    """One answer from a drop-down list; an empty first choice ("") means none."""


class RadiosField(_OneChoice, RadioField):
    """One answer from a row of radio buttons."""


class ChecksField(SelectMultipleField):
    """Any number of answers from a row of boxes; `data` is a list without doubles."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_data(self, value: Any) -> None:
        super().process_data(value or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        texts = dict.fromkeys(value for value in valuelist if isinstance(value, str) and value)
        self.raw_data = list(texts)
        self.data = []
        super().process_formdata(self.raw_data)


class TickField(BooleanField):
    """One box; ticked or not. A file or an empty text is no tick."""

    def _value(self) -> str:
        """What the box sends when it is ticked, whatever was sent last time."""
        return "y"

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([keep_one_text(self, valuelist)])
