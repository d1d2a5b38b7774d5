"""Does every state tell where the case is, who has it and what happens next, to applicants without a name?"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from desk.status import Heard, Pending, Whereabouts, for_applicant, for_staff, in_a_row
from intake.rules.lifecycle import State

TODAY = date(2027, 3, 1)
EARLIER, LATER = date(2027, 2, 26), date(2027, 3, 15)
DEADLINE = datetime(2027, 3, 11, 11, 0, tzinfo=UTC)
NAMES = ("Anna Prøve", "Ditte Prøve", "Carl Prøve")
FULL = Whereabouts(
    state=State.DRAFT,
    on=TODAY,
    case_worker=NAMES[0],
    closes_at=DEADLINE,
    return_due_on=LATER,
    departments=Pending(("Sociale Forhold", "Børn og Unge"), LATER),
    assessors=Pending(NAMES[1:], LATER),
    hindrance=f"Inhabil nu: {NAMES[1]}.",
    meeting_on=LATER,
)
"""Everything that can be known, so that a name could leak."""
BARE = Whereabouts(state=State.DRAFT, on=TODAY)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("known", [FULL, BARE, replace(FULL, hearing=Heard(LATER, is_answered=False))])
def test_every_state_tells_everybody_something_and_the_applicant_no_name(state: State, known: Whereabouts) -> None:
    case = replace(known, state=state)
    told, said = for_applicant(case), for_staff(case)

    assert told.endswith(".")
    assert said.endswith(".")
    assert told != said
    assert [name for name in NAMES if name.split()[0] in told] == []


APPLICANT = [
    ("draft", {}, "Forslaget er en kladde. Kun I kan se den. Send den senest 11. marts 2027 kl. 12.00."),
    (
        "draft",
        {"closes_at": None},
        "Forslaget er en kladde. Callet tager ikke imod forslag nu, så kladden kan ikke sendes.",
    ),
    (
        "draft",
        {"is_reopened": True},
        "I retter i forslaget. Send det igen, før fristen udløber. Gør I ikke det, gælder det, I har sendt før. "
        "Fristen er 11. marts 2027 kl. 12.00.",
    ),
    (
        "submitted",
        {},
        "Vi har modtaget jeres forslag. Sekretariatet ser, om formalia er i orden, og skriver til jer, hvis der "
        "mangler noget. I skal ikke gøre noget. I kan rette i det indtil 11. marts 2027 kl. 12.00.",
    ),
    (
        "returned",
        {},
        "Der mangler noget i jeres forslag. Se, hvad vi beder om, og send det igen senest 15. marts 2027. "
        "Derefter ser sekretariatet på det igen.",
    ),
    (
        "returned",
        {"return_due_on": EARLIER},
        "Der mangler noget i jeres forslag, og fristen for at svare var 26. februar 2027. Svar med det samme. "
        "Ellers kan forslaget blive afvist.",
    ),
    (
        "with_departments",
        {},
        "Jeres forslag er hos forvaltningerne. De svarer senest 15. marts 2027. I skal ikke gøre noget nu.",
    ),
    (
        "with_departments",
        {"departments": Pending(("Børn og Unge",), EARLIER)},
        "Jeres forslag er hos forvaltningerne. De skulle have svaret 26. februar 2027, og sekretariatet følger op. "
        "I skal ikke gøre noget nu.",
    ),
    (
        "maturity_assessment",
        {},
        "Forvaltningerne har svaret. Nu vurderes det, hvor moden idéen er. Derefter gør sekretariatet forslaget klar "
        "til Rådet. I skal ikke gøre noget nu.",
    ),
    (
        "maturity_assessment",
        {"has_sheets": True},
        "Forslaget er vurderet. Sekretariatet gør det klar til Rådet. I skal ikke gøre noget nu.",
    ),
    (
        "sorted",
        {"hearing": Heard(LATER, is_answered=False)},
        "Vi vil høre jer om nye oplysninger, før sagen går videre. Svar på høringen. Fristen er 15. marts 2027.",
    ),
    (
        "sorted",
        {"hearing": Heard(LATER, is_answered=True)},
        "Vi har fået jeres svar på høringen. Sekretariatet læser det, før sagen går videre. I skal ikke gøre noget nu.",
    ),
    ("at_council", {}, "Rådet behandler jeres forslag den 15. marts 2027. I skal ikke gøre noget."),
    (
        "at_council",
        {"meeting_on": EARLIER},
        "Jeres forslag var på dagsordenen til Rådets møde 26. februar 2027. I får besked, når afgørelsen er klar. "
        "I skal ikke gøre noget nu.",
    ),
]

STAFF = [
    ("submitted", {}, "Anna Prøve skal tjekke formalia. Derefter spørges forvaltningerne."),
    (
        "submitted",
        {"case_worker": ""},
        "Sekretariatet skal tjekke formalia. Derefter spørges forvaltningerne. Ingen har taget sagen endnu.",
    ),
    ("formal_check", {}, "Anna Prøve skal gøre formalitjekket færdigt. Derefter spørges forvaltningerne."),
    (
        "formal_check",
        {"is_through": True},
        "Formalia er i orden. Anna Prøve skal sende forslaget til en forvaltning.",
    ),
    ("returned", {}, "Ansøgeren skal sende det, der mangler, senest 15. marts 2027. Derefter tjekkes formalia igen."),
    (
        "returned",
        {"return_due_on": EARLIER},
        "Ansøgeren skulle have sendt det, der mangler, senest 26. februar 2027. Anna Prøve kan nu afvise forslaget.",
    ),
    (
        "with_departments",
        {},
        "Sociale Forhold og Børn og Unge skal svare senest 15. marts 2027. Derefter vurderes modenheden.",
    ),
    (
        "with_departments",
        {"departments": Pending(("Børn og Unge",), EARLIER), "hearing": Heard(LATER, is_answered=False)},
        "Børn og Unge skulle have svaret senest 26. februar 2027. Anna Prøve skal følge op. "
        "Ansøgeren høres og kan svare til og med 15. marts 2027.",
    ),
    (
        "maturity_assessment",
        {},
        "Ditte Prøve og Carl Prøve skal vurdere modenheden senest 15. marts 2027. "
        "Derefter finder sekretariatet konsensus.",
    ),
    (
        "maturity_assessment",
        {"assessors": Pending(("Ditte Prøve",), EARLIER)},
        "Ditte Prøve skulle have vurderet modenheden senest 26. februar 2027. Anna Prøve skal følge op.",
    ),
    (
        "maturity_assessment",
        {"assessors": None},
        "Alle forvaltninger har svaret, men der mangler en, der vurderer. Anna Prøve skal vælge en.",
    ),
    (
        "maturity_assessment",
        {"assessors": None, "has_sheets": True},
        "Vurdererne er færdige. Anna Prøve skal finde konsensus og derefter sortere forslaget.",
    ),
    (
        "maturity_assessment",
        {"assessors": None, "has_sheets": True, "has_consensus": True},
        "Vurdererne er nået frem til et fælles resultat. Anna Prøve skal sortere forslaget.",
    ),
    (
        "sorted",
        {},
        "Anna Prøve skal skrive indstillingen og klarmelde den. Derefter kommer sagen på en dagsorden.",
    ),
    (
        "sorted",
        {"is_sent_back": True, "hearing": Heard(EARLIER, is_answered=False)},
        "Indstillingen er sendt tilbage. Anna Prøve skal rette den og klarmelde den igen. "
        "Ansøgerens frist for at svare på høringen var 26. februar 2027. Anna Prøve skal afslutte den.",
    ),
    (
        "memo_ready",
        {},
        "Indstillingen er klar, men sagen kan ikke komme på en dagsorden endnu. Inhabil nu: Ditte Prøve.",
    ),
    ("memo_ready", {"hindrance": ""}, "Indstillingen er klar. Anna Prøve skal sætte sagen på en dagsorden."),
    (
        "memo_ready",
        {"hindrance": "Gør høringen færdig.", "hearing": Heard(LATER, is_answered=True)},
        "Indstillingen er klar, men sagen kan ikke komme på en dagsorden endnu. Gør høringen færdig. "
        "Ansøgeren har svaret på høringen. Anna Prøve skal afslutte den.",
    ),
    ("at_council", {}, "Rådet skal beslutte på mødet 15. marts 2027."),
    (
        "at_council",
        {"meeting_on": EARLIER},
        "Sagen var på dagsordenen til rådsmødet 26. februar 2027. Beslutningen er ikke skrevet ind endnu.",
    ),
]


@pytest.mark.parametrize(("state", "changes", "sentence"), APPLICANT)
def test_the_applicant_reads(state: str, changes: dict[str, object], sentence: str) -> None:
    assert for_applicant(replace(FULL, state=State(state), **changes)) == sentence  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "changes", "sentence"), STAFF)
def test_staff_read(state: str, changes: dict[str, object], sentence: str) -> None:
    assert for_staff(replace(FULL, state=State(state), **changes)) == sentence  # type: ignore[arg-type]


def test_names_stand_in_a_row() -> None:
    assert [in_a_row(one) for one in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "A og B", "A, B og C"]
