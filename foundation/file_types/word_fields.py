"""Does a Word document have a field that starts a program, or fetches something, when it is opened?

A field's code stands in `w:fldSimple`, or in pieces between a `begin` and a `separate`; fields lie in each other.
Source: reliability B54.
"""

import re
from typing import Final

from foundation.file_types.markup import Budget, Reader
from foundation.file_types.refusal import FileRefused

_ALWAYS_REFUSED: Final = frozenset({"DDE", "DDEAUTO", "DATABASE", "IMPORT", "INCLUDE", "INCLUDETEXT", "LINK"})
_NAME: Final = re.compile(r"[\W_]*([A-Za-z]+)")
_WHOLE_NAME: Final = re.compile(r'[\s"]*(?:=|\w+\W)')
_FAR_AWAY: Final = re.compile(r"(?:https?|ftps?|smb)\s*:|file:(?!/*[A-Za-z]:)|(?<![:\w\\/])[\\/]{2}", re.IGNORECASE)
"""Where a picture is on the web or another machine; a backslash is doubled in a field's code."""

_LONGEST_CODE: Final = 4_000


class FieldReader(Reader):
    """Raises FileRefused at the first such field."""

    wanted = ("fldChar", "fldSimple", "instrText", "delInstrText")

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._codes: list[str | None] = []
        self._in_code = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fldSimple":
            _refuse_code(_attribute(attributes, "instr"))
        elif name == "fldChar":
            self._turn(_attribute(attributes, "fldCharType"))
        else:
            self._in_code = True

    def read(self, text: str) -> None:
        if not self._in_code:
            return
        if not self._codes:
            _refuse_code(text)
        elif (code := self._codes[-1]) is not None:
            self._codes[-1] = (code + text)[:_LONGEST_CODE]

    def end(self, _tag: str) -> None:
        super().end(_tag)
        self._in_code = False

    def close(self) -> None:
        """A field that was never ended is one all the same."""
        while self._codes:
            self._judge()

    def _turn(self, sort: str) -> None:
        if sort == "begin":
            self._refuse_hidden_name()
            self._codes.append("")
        elif sort == "separate" and self._codes:
            self._judge()
            self._codes.append(None)
        elif sort == "end" and self._codes:
            self._judge()

    def _judge(self) -> None:
        code = self._codes.pop()
        if code is not None:
            _refuse_code(code)

    def _refuse_hidden_name(self) -> None:
        """A field inside another's code, before its name is there, is how a name is put together out of sight."""
        if self._codes and self._codes[-1] is not None and not _WHOLE_NAME.match(self._codes[-1]):
            raise _fetches()


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == name), "")


def _refuse_code(code: str) -> None:
    found = _NAME.match(code)
    name = found[1].upper() if found else ""
    if name in _ALWAYS_REFUSED or (name == "INCLUDEPICTURE" and _FAR_AWAY.search(code)):
        raise _fetches()


def _fetches() -> FileRefused:
    return FileRefused(
        "Dokumentet har et felt, der henter noget udefra eller starter et program. Markér hele dokumentet, "
        "tryk Ctrl+Skift+F9, så felterne bliver til almindelig tekst, gem det, og vælg det igen."
    )
