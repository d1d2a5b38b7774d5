"""What are forms built of, so that every answer is read by one rule and every message is Danish?

`DanishForm` (and `DanishPart` for a form inside a form) gives Danish words to all that WTForms and Flask-WTF
can say. The fields read one text each: what was sent twice is read once, a file where a text belongs is no
text, and what was not sent is not there. A field that cannot read its answer shows it as it was typed. Pages
render forms with `novalidate`, so that the messages come from here and not from the browser.
"""

from foundation.fields.answers import ReadField, required
from foundation.fields.choices import ChecksField, ChoiceField, RadiosField, TickField, choice
from foundation.fields.danish import CSRF_MESSAGE, DanishTranslations
from foundation.fields.dates import DateField
from foundation.fields.forms import DanishForm, DanishPart
from foundation.fields.identifiers import CvrField, EmailField, ProductionUnitField
from foundation.fields.numbers import (
    DecimalNumberField,
    KronerField,
    PercentField,
    VersionField,
    WholeNumberField,
    YearField,
)
from foundation.fields.rows import Pressed, RowsField, pressed, without_row
from foundation.fields.texts import CPR_MESSAGE, LineField, ProseField
from foundation.fields.times import TimeField

__all__ = [
    "CPR_MESSAGE",
    "CSRF_MESSAGE",
    "ChecksField",
    "ChoiceField",
    "CvrField",
    "DanishForm",
    "DanishPart",
    "DanishTranslations",
    "DateField",
    "DecimalNumberField",
    "EmailField",
    "KronerField",
    "LineField",
    "PercentField",
    "Pressed",
    "ProductionUnitField",
    "ProseField",
    "RadiosField",
    "ReadField",
    "RowsField",
    "TickField",
    "TimeField",
    "VersionField",
    "WholeNumberField",
    "YearField",
    "choice",
    "pressed",
    "required",
    "without_row",
]
