"""How are amounts, counts and other numbers read?"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from wtforms.widgets import HiddenInput

from foundation.fields.answers import ReadField, ValueT, required
from foundation.money import (
    KRONER_LIMIT,
    ORE_PER_KRONE,
    NotANumber,
    decimal_from_text,
    format_kroner,
    format_number,
    kroner_from_text,
    whole_number_from_text,
)

_FOUR_DIGITS: Final = re.compile(r"[0-9]{4}")
LARGEST_VERSION: Final = 2**31 - 1

_NO_VERSION = "Siden mangler oplysning om, hvad du retter i. Åbn siden igen, og skriv dine rettelser der."


class _NumberField(ReadField[ValueT]):
    """What the fields with numbers share: a lowest and a highest answer, and the numeric keyboard."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        least: int = 0,
        most: int = KRONER_LIMIT - 1,
        **kwargs: Any,
    ) -> None:
        render_kw = {"inputmode": "numeric", "autocomplete": "off", **(kwargs.pop("render_kw", None) or {})}
        super().__init__(label, list(validators or ()), render_kw=render_kw, **kwargs)
        self.least = least
        self.most = most


class KronerField(_NumberField[int]):
    """Whole kroner as people type them; `data` is øre.

    `least` and `most` are whole kroner; zero is taken only with `least=0`.
    """

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        least: int = 1,
        most: int = KRONER_LIMIT - 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, least=least, most=most, **kwargs)

    def read(self, text: str) -> int:
        return kroner_from_text(text, least=self.least, most=self.most)

    def write(self, value: int) -> str:
        """Without the unit, which stands beside the control. Øre are shown, and refused if sent."""
        if value % ORE_PER_KRONE:
            return format_kroner(value)
        return format_number(value // ORE_PER_KRONE)


class WholeNumberField(_NumberField[int]):
    """A whole number."""

    def read(self, text: str) -> int:
        return whole_number_from_text(text, least=self.least, most=self.most)

    def write(self, value: int) -> str:
        return format_number(value)


class PercentField(WholeNumberField):
    """A whole share of a hundred; the sign that stands behind the control may be typed as well."""

    def __init__(self, label: str | None = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, least=0, most=100, **kwargs)

    def read(self, text: str) -> int:
        return super().read(text.removesuffix("%").rstrip())


class YearField(_NumberField[int]):
    """A year as four digits, which nobody writes with a point."""

    def read(self, text: str) -> int:
        if not _FOUR_DIGITS.fullmatch(text):
            raise ValueError(f"Skriv årstallet med fire cifre, for eksempel {self.least + 7}.")
        year = int(text)
        if not self.least <= year <= self.most:
            raise ValueError(f"Skriv et årstal fra {self.least} til {self.most}.")
        return year


class DecimalNumberField(_NumberField[Decimal]):
    """A number with at most `places` decimals after a comma; `data` is an exact Decimal."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        places: int = 2,
        least: int = 0,
        most: int = KRONER_LIMIT - 1,
        **kwargs: Any,
    ) -> None:
        render_kw = {"inputmode": "decimal", **(kwargs.pop("render_kw", None) or {})}
        super().__init__(label, validators, least=least, most=most, render_kw=render_kw, **kwargs)
        self.places = places

    def read(self, text: str) -> Decimal:
        return decimal_from_text(text, places=self.places, least=self.least, most=self.most)

    def write(self, value: Decimal) -> str:
        return format_number(value, self.places).rstrip("0").rstrip(",") if self.places else format_number(value, 0)


class VersionField(ReadField[int]):
    """The hidden version of what is edited, so that the later writer is told (reliability B68)."""

    widget = HiddenInput()

    def __init__(self, label: str = "Version", validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, [required(_NO_VERSION), *(validators or ())], **kwargs)

    def read(self, text: str) -> int:
        try:
            return whole_number_from_text(text, most=LARGEST_VERSION)
        except NotANumber as error:
            raise ValueError(_NO_VERSION) from error
