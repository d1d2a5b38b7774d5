"""Which Danish words stand for calls, states, tracks and outcomes?"""

import functools
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from foundation.formats import day
from foundation.identity.roles import Role
from foundation.money import format_kroner, format_number
from intake.rules.agreement import Agreement
from intake.rules.assignment import DeclineReason
from intake.rules.call import CallState, ExtraKind, FocusArea
from intake.rules.formal_check import CheckOutcome
from intake.rules.letter import LetterKind
from intake.rules.lifecycle import State
from intake.rules.proposal import Wish
from intake.rules.questions import Kind, Question
from intake.rules.track import Track

WORDS: dict[type[StrEnum], dict[StrEnum, str]] = {
    FocusArea: {
        FocusArea.CHILDREN_SPECIAL_NEEDS: "Bedre hverdag for børn med særlige behov",
        FocusArea.YOUTH_JOBS_EDUCATION: "Flere unge i job og uddannelse",
        FocusArea.MENTAL_ILLNESS: "Bedre hverdag for aarhusianere med psykisk sygdom",
        FocusArea.HOMELESSNESS: "Flere hjemløse i egen bolig",
        FocusArea.DEPRIVED_AREAS: "Flere i udsatte boligområder skal i uddannelse, job og være aktive medborgere",
    },
    Agreement: {
        Agreement.AGREED: "Enige",
        Agreement.DIVIDED: "Delte",
        Agreement.DISAGREED: "Uenige",
    },
    CallState: {
        CallState.DRAFT: "Kladde",
        CallState.SCHEDULED: "Åbner senere",
        CallState.OPEN: "Åbent",
        CallState.CLOSED: "Lukket",
        CallState.CANCELLED: "Aflyst",
    },
    ExtraKind: {
        ExtraKind.SHORT_TEXT: "Kort tekst",
        ExtraKind.LONG_TEXT: "Lang tekst",
        ExtraKind.NUMBER: "Tal",
        ExtraKind.CHOICE: "Valg mellem svar",
    },
    State: {
        State.DRAFT: "Kladde",
        State.SUBMITTED: "Modtaget",
        State.FORMAL_CHECK: "Formalitjek",
        State.RETURNED: "Sendt retur",
        State.WITH_DEPARTMENTS: "Hos forvaltningerne",
        State.MATURITY_ASSESSMENT: "Modenhedsvurdering",
        State.SORTED: "Sorteret",
        State.MEMO_READY: "Indstilling klar",
        State.AT_COUNCIL: "På Rådets bord",
        State.REFUSED: "Afslag",
        State.REFERRED: "Henvist til forvaltningen",
        State.MATURING_DIALOGUE: "Modningsdialog",
        State.AWAITING_MAYOR: "Venter på borgmesteren",
        State.APPROVED: "Godkendt",
        State.SIGNED: "Underskrevet",
        State.RUNNING: "I gang",
        State.CLOSED: "Afsluttet",
        State.WITHDRAWN: "Trukket tilbage",
        State.FORMALLY_REJECTED: "Afvist på formalia",
    },
    Track: {
        Track.INELIGIBLE: "Afvist på formalia",
        Track.REFUSED: "Afslag",
        Track.REFERRED_TO_DEPARTMENT: "Henvises til forvaltningen",
        Track.SOCIAL_INVESTMENT: "Social investering",
        Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND: "Social investering med resultatbetalingspulje",
        Track.MATURING_DIALOGUE: "Modningsdialog",
        Track.DONATION: "Donation",
        Track.UNDETERMINED: "Endnu ikke afgjort",
    },
    Wish: {
        Wish.SOCIAL_INVESTMENT: "Social investering",
        Wish.DONATION: "Donation",
        Wish.UNSURE: "Ved ikke",
    },
    DeclineReason: {
        DeclineReason.CONFLICT: "Jeg er inhabil",
        DeclineReason.NOT_OUR_FIELD: "Det er ikke vores område",
        DeclineReason.NO_CAPACITY: "Jeg har ikke tid inden fristen",
        DeclineReason.OTHER: "Noget andet",
    },
    LetterKind: {
        LetterKind.FORMAL_RETURN: "Vi mangler noget",
        LetterKind.FORMAL_REJECTION: "Afvisning på formalia",
        LetterKind.HEARING: "Partshøring",
    },
    CheckOutcome: {
        CheckOutcome.OK: "I orden",
        CheckOutcome.MISSING: "Mangler",
        CheckOutcome.NOT_ELIGIBLE: "Opfylder ikke kravet",
        CheckOutcome.NEEDS_HUMAN: "Skal ses efter af sekretariatet",
    },
}
"""By type first: members of two enums with one value are the same dictionary key."""


def words(member: StrEnum) -> str:
    """The Danish words of an enum member of this room. Raises KeyError for one that has none."""
    return WORDS[type(member)][member]


_ANSWER_WORDS: dict[Kind, Callable[[Question, Any], str]] = {
    Kind.LINE: lambda _, value: str(value),
    Kind.PROSE: lambda _, value: str(value),
    Kind.CVR: lambda _, value: str(value),
    Kind.KRONER: lambda _, value: format_kroner(value),
    Kind.WHOLE_NUMBER: lambda _, value: format_number(value),
    Kind.YEAR: lambda _, value: str(value),
    Kind.PERCENT: lambda _, value: f"{value} procent",
    Kind.DATE: lambda _, value: day(date.fromisoformat(value)),
    Kind.YES_NO: lambda _, value: "Ja" if value == "yes" else "Nej",
    Kind.CHOICE: lambda asked, value: next((one.label for one in asked.options if one.value == value), str(value)),
    Kind.FOCUS_AREA: lambda _, value: words(FocusArea(value)),
    Kind.WISH: lambda _, value: words(Wish(value)),
    Kind.ROWS: lambda asked, value: _rows_in_words(asked, value),
}


def answer_words(question: Question, value: Any) -> str:
    """An answer of any kind as a person reads it; empty for one that was not given."""
    return "" if value is None else _ANSWER_WORDS[question.kind](question, value)


_ON_ONE_LINE = 4
"""A row with more columns than this is written as one line for each of them."""


def _rows_in_words(question: Question, rows: list[Mapping[str, Any]]) -> str:
    if len(question.columns) <= _ON_ONE_LINE:
        return "\n".join(row_words(question, row) for row in rows)
    blocks = [
        "\n".join([f"{question.row_name} {number}", *_labelled(question, row)]) for number, row in enumerate(rows, 1)
    ]
    return "\n\n".join(blocks)


def _labelled(question: Question, row: Mapping[str, Any]) -> list[str]:
    said = [(column.label, answer_words(column, row.get(column.key))) for column in question.columns]
    return [f"{label} {words_}" for label, words_ in said if words_]


def row_words(question: Question, row: Mapping[str, Any]) -> str:
    """One row on one line: "2027 · Drift · Koordinator · 60.000 kr."."""
    cells = [answer_words(column, row.get(column.key)) for column in question.columns]
    return " · ".join(cell for cell in cells if cell)


_SHORT_FOR_APPLICANTS: dict[State, str] = {
    State.FORMAL_CHECK: "Formalia bliver tjekket",
    State.RETURNED: "Sendt tilbage til jer",
    State.MATURITY_ASSESSMENT: "Bliver vurderet",
    State.SORTED: "Bliver gjort klar til Rådet",
    State.MEMO_READY: "Venter på et rådsmøde",
}


@functools.cache
def words_of_states(role: Role) -> Mapping[State, str]:
    """Each state in a word or two, as the role reads it: applicants as it is to them."""
    own = {state: words_ for state, words_ in WORDS[State].items() if isinstance(state, State)}
    return MappingProxyType(own | _SHORT_FOR_APPLICANTS if role is Role.APPLICANT else own)


APPLICANT_STATUS: dict[State, str] = {
    State.DRAFT: "Forslaget er en kladde. Kun I kan se den. Send den, før fristen udløber.",
    State.SUBMITTED: "Vi har modtaget jeres forslag. Sekretariatet ser nu, om formalia er i orden. "
    "I skal ikke gøre noget.",
    State.FORMAL_CHECK: "Sekretariatet tjekker formalia og sender derefter forslaget til forvaltningerne. I skal ikke "
    "gøre noget.",
    State.RETURNED: "Der mangler noget i jeres forslag. Se, hvad vi beder om, og send det igen.",
    State.WITH_DEPARTMENTS: "Jeres forslag er hos forvaltningerne. I skal ikke gøre noget nu.",
    State.MATURITY_ASSESSMENT: "Forvaltningerne har svaret. Sekretariatet gør forslaget klar til Rådet.",
    State.SORTED: "Sekretariatet skriver en indstilling til Rådet. I skal ikke gøre noget nu.",
    State.MEMO_READY: "Indstillingen til Rådet er klar. Sagen venter på et rådsmøde.",
    State.AT_COUNCIL: "Jeres forslag er på Rådets bord.",
    State.REFUSED: "Rådet har givet afslag. Begrundelsen står i brevet til jer.",
    State.REFERRED: "Rådet har henvist forslaget til forvaltningen. Se brevet til jer.",
    State.MATURING_DIALOGUE: "Rådet vil gerne tale videre med jer om, hvordan idéen kan modnes. Se brevet til jer.",
    State.AWAITING_MAYOR: "Rådet har sagt ja. Borgmesteren skal godkende det.",
    State.APPROVED: "Forslaget er godkendt. Sekretariatet skriver til jer om aftalen.",
    State.SIGNED: "Aftalen er underskrevet.",
    State.RUNNING: "Jeres indsats er i gang.",
    State.CLOSED: "Sagen er afsluttet. I skal ikke gøre mere.",
    State.WITHDRAWN: "I har trukket forslaget tilbage. Rådet behandler det ikke.",
    State.FORMALLY_REJECTED: "Forslaget er afvist på formalia. Begrundelsen står i brevet til jer.",
}

HEARING_STATUS = "Vi vil høre jer om nye oplysninger, før sagen går videre. Svar på høringen."
"""What an applicant reads instead of the state's own sentence while a hearing waits for the answer."""

REOPENED_STATUS = (
    "I retter i forslaget. Send det igen, før fristen udløber. Gør I ikke det, gælder det, I har sendt før."
)

STAFF_STATUS: dict[State, str] = {
    State.DRAFT: "Ansøgeren skriver.",
    State.SUBMITTED: "Sekretariatet skal tjekke formalia.",
    State.FORMAL_CHECK: "Sekretariatet skal gøre formalitjekket færdigt og sende forslaget til en forvaltning.",
    State.RETURNED: "Ansøgeren skal sende det, der mangler.",
    State.WITH_DEPARTMENTS: "Forvaltningerne skal svare.",
    State.MATURITY_ASSESSMENT: "Alle forvaltninger har svaret. Modenheden skal vurderes og forslaget sorteres.",
    State.SORTED: "Sekretariatet skal skrive indstillingen færdig.",
    State.MEMO_READY: "Sekretariatet skal sætte sagen på en dagsorden.",
    State.AT_COUNCIL: "Rådet skal beslutte.",
    State.REFUSED: "Rådet har givet afslag. Sekretariatet skal sende brevet.",
    State.REFERRED: "Rådet har henvist sagen. Sekretariatet skal sende brevet.",
    State.MATURING_DIALOGUE: "Rådet ønsker dialog. Sekretariatet skal skrive til ansøgeren.",
    State.AWAITING_MAYOR: "Borgmesteren skal godkende.",
    State.APPROVED: "Sekretariatet skal registrere aftalen.",
    State.SIGNED: "Indsatsen skal i gang.",
    State.RUNNING: "Indsatsen er i gang.",
    State.CLOSED: "Sagen er afsluttet.",
    State.WITHDRAWN: "Ansøgeren har trukket forslaget tilbage.",
    State.FORMALLY_REJECTED: "Sagen er slut: afvist på formalia.",
}
