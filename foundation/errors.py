"""Which refusals does Rådslag know, and what does each one tell a person?"""


class RaadslagError(Exception):
    """A refusal with a Danish text for the person who meets it; `status` is the HTTP answer."""

    status = 400
    heading = "Det kunne ikke lade sig gøre"

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class SignInNeeded(RaadslagError):
    """Nobody is signed in; `ended` says that a session was there and is over."""

    status = 401
    heading = "Log ind for at fortsætte"

    def __init__(self, text: str = "Log ind for at fortsætte.", *, ended: bool = False) -> None:
        super().__init__(text)
        self.ended = ended


class AccessClosed(RaadslagError):
    """The account is closed although a browser still holds its session."""

    status = 401
    heading = "Din adgang er lukket"

    def __init__(self) -> None:
        super().__init__("Du kan ikke længere logge ind her. Kontakt sekretariatet, hvis det er en fejl.")


class NotAllowed(RaadslagError):
    """The person is known and lacks the right."""

    status = 403
    heading = "Du har ikke adgang til denne side"

    def __init__(
        self,
        text: str = (
            "Hvem der kan åbne siden, kommer an på rollen, og på hvem der er sat på sagen. "
            "Gå til forsiden for at se dine egne opgaver."
        ),
    ) -> None:
        super().__init__(text)


class NotFound(RaadslagError):
    """The thing is not there, or must not be known to be there."""

    status = 404
    heading = "Siden findes ikke"

    def __init__(
        self,
        text: str = "Adressen kan være skrevet forkert, eller siden er flyttet. Gå til forsiden og find vej derfra.",
    ) -> None:
        super().__init__(text)


class Refused(RaadslagError):
    """A rule says no. With a `field` the view hangs the text there and answers 422, else it is a 409."""

    status = 409
    heading = "Det kan ikke gøres nu"

    def __init__(self, text: str, *, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class ChangedMeanwhile(Refused):
    """Somebody else saved the same thing first; nothing was overwritten."""

    heading = "En anden har gemt imens"

    def __init__(self) -> None:
        super().__init__(
            "En anden har gemt ændringer, mens du skrev. Din tekst er ikke gemt, men den står herunder. "
            "Åbn siden igen, se den nye version, og skriv det ind, der mangler."
        )
