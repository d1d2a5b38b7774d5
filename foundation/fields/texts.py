"""How are written answers read: one line, or a longer text?"""

from collections.abc import Sequence
from typing import Any, Final

from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea

from foundation.fields.answers import keep_one_text
from foundation.money import format_number
from foundation.text import clean_line, clean_prose, count_characters, find_cpr, word_count

CPR_MESSAGE: Final = (
    "Teksten ser ud til at rumme et CPR-nummer. Slet det, og beskriv borgere uden CPR-nummer: "
    "Rådslag må ikke gemme det."
)


class LineField(StringField):
    """One line of text, cleaned by `clean_line`; `data` is always a text, "" where nothing can be seen.

    `max_characters` is counted as a browser counts (`foundation.text.count_characters`). The HTML attribute
    maxlength is left out on purpose: it cuts what is pasted without a word.
    """

    data: str
    max_words: int | None = None

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        max_characters: int = 200,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators or ()), **kwargs)
        self.max_characters = max_characters

    def clean(self, text: str) -> str:
        return clean_line(text)

    def process_data(self, value: str | None) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = keep_one_text(self, valuelist)
        self.data = self.clean(text)
        if "\x00" in text:
            raise ValueError("Teksten rummede et tegn, som ikke kan gemmes. Se den igennem, og send den igen.")

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' call
        """One message at a time, the first that applies."""
        if self.process_errors:
            raise StopValidation
        if find_cpr(self.data):
            raise StopValidation(CPR_MESSAGE)
        characters = count_characters(self.data)
        if characters > self.max_characters:
            raise StopValidation(_too_long(characters, self.max_characters, "tegn"))
        words = word_count(self.data) if self.max_words else 0
        if self.max_words and words > self.max_words:
            raise StopValidation(_too_long(words, self.max_words, "ord"))


class ProseField(LineField):
    """A longer text with its own lines, cleaned by `clean_prose`, with at most so many words."""

    widget = TextArea()

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        max_characters: int = 10_000,
        max_words: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, max_characters=max_characters, **kwargs)
        self.max_words = max_words

    def clean(self, text: str) -> str:
        return clean_prose(text)


def _too_long(length: int, most: int, unit: str) -> str:
    return (
        f"Teksten er på {format_number(length)} {unit}, og der er plads til {format_number(most)}. "
        f"Forkort den med {format_number(length - most)} {unit}."
    )
