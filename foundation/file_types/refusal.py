"""Why is a file not taken, said so that the person who chose it knows what to do?"""


class FileRefused(ValueError):
    """`text` is Danish, says what is wrong with the file and what to do about it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def not_whole() -> FileRefused:
    """Cut on its way, or broken where it was made."""
    return FileRefused("Filen er ikke hel, eller den kan ikke læses. Åbn den, gem den igen, og vælg den nye fil.")


def more_than_one() -> FileRefused:
    """The end is not where it should be, or two readers could take the file for two different things."""
    return FileRefused(
        "Filen er ikke hel, eller den har noget gemt før eller efter sit indhold. Åbn den, gem en kopi, og vælg kopien."
    )


def password() -> FileRefused:
    return FileRefused("Filen er beskyttet med adgangskode. Fjern adgangskoden, gem filen, og vælg den igen.")
