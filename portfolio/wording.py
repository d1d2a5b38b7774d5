"""Which Danish words does a person read for the enum members of the portfolio?"""

from enum import StrEnum
from typing import Final

from portfolio.rules.memo_check import Place
from portfolio.rules.memo_texts import MemoPart

WORDS: Final[dict[type[StrEnum], dict[StrEnum, str]]] = {
    MemoPart: {
        MemoPart.FRAME: "Sagsnummer, beløb, vilkår og datoer",
        MemoPart.RESUME: "1. Resume",
        MemoPart.DECISIONS: "2. Beslutningspunkter",
        MemoPart.BACKGROUND: "3. Baggrund",
        MemoPart.EFFECT: "4. Effekt",
        MemoPart.SERVICES: "5. Ydelser",
        MemoPart.ORGANISATION: "6. Organisering",
        MemoPart.RESOURCES: "7. Ressourcer",
        MemoPart.LEGAL: "Juridisk ramme",
    },
    Place: {
        Place.CASE_WORKER: "Vælg sagsbehandler",
        Place.HEARING: "Gå til høringen",
        Place.SORTING: "Gå til sorteringen",
    },
}
"""By type first: members of two enums with one value are the same dictionary key."""
