"""Which limits and rates does the law give, in which unit, and which of them hold on a day?

They are dated rows that the office keeps; the kinds are fixed here. Sources: domain.md L26 and L28.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class LegalFigureKind(StrEnum):
    """What a dated legal figure is about; its unit stands in the name."""

    LIGHT_REGIME_KRONER = "light_regime_kroner"
    SERVICES_KRONER = "services_kroner"
    DE_MINIMIS_EURO = "de_minimis_euro"
    KRONER_PER_100_EURO = "kroner_per_100_euro"

    @property
    def unit(self) -> str:
        """The word behind the figure on a page."""
        return "euro" if self is LegalFigureKind.DE_MINIMIS_EURO else "kr."


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFigures:
    """The figures that hold on a day; None where no row covers it."""

    on: date
    light_kroner: Decimal | None = None
    services_kroner: Decimal | None = None
    de_minimis_euro: Decimal | None = None
    kroner_per_100_euro: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFigureDraft:
    """A new figure as it was filled in; without `valid_to` it holds until the next one."""

    figure: LegalFigureKind
    value: Decimal
    valid_from: date
    valid_to: date | None
    source: str
