"""Which answers does more than one of the forms offer?"""

from typing import Final

from foundation.fields import choice

YES_NO: Final = [
    choice("yes", "Ja"),
    choice("no", "Nej"),
    choice("unknown", "Ikke oplyst"),
]
YES_NO_VALUES: Final = {"yes": True, "no": False}
