"""Which fields is the log searched by?"""

from wtforms.validators import Optional

from desk.log import LogFilter, Part
from foundation.fields import ChoiceField, DanishPart, DateField, LineField, choice


class LogForm(DanishPart):
    """Sent in the address: it changes nothing, and the address can be kept."""

    case = LineField("Sagsnummer", validators=[Optional()], max_characters=24)
    person = LineField("Navn eller mailadresse", validators=[Optional()])
    part = ChoiceField(
        "Personens rolle i det",
        choices=[choice(Part.BY.value, "Gjorde det"), choice(Part.ABOUT.value, "Handler om personen")],
        default=Part.BY.value,
        validators=[Optional()],
    )
    kind = ChoiceField("Hændelse", validators=[Optional()])
    since = DateField("Fra og med", validators=[Optional()])
    until = DateField("Til og med", validators=[Optional()])

    def offer(self, kinds: dict[str, str]) -> None:
        self.kind.choices = [choice("", "Alle"), *(choice(kind, words) for kind, words in kinds.items())]

    def to_filter(self) -> LogFilter:
        return LogFilter(
            case=self.case.data if "case" in self else "",
            person=self.person.data,
            part=Part(self.part.data or Part.BY.value),
            kind=self.kind.data or "",
            since=self.since.data,
            until=self.until.data,
        )
