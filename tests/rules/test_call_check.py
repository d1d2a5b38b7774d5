"""Does the check before publication find what a call lacks, and do drafts of calls keep their rules?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from foundation.clock import Turn, copenhagen_moment, turn_of
from intake.call_words import demands_of
from intake.rules.call import ExtraKind
from intake.rules.call_check import CallFacts, ChoiceQuestion, Gap, Place, Weight, check_call, stops
from intake.rules.call_draft import (
    LONGEST_SLUG,
    Fault,
    QuestionDraft,
    question_fault,
    schedule_fault,
    slug_of,
    slugs_for,
)
from intake.rules.questions import Kind, Question, question_set, with_call_questions
from intake.rules.timetable import timetable

NOON = datetime(2027, 3, 1, 11, tzinfo=UTC)
WHOLE = CallFacts(
    at=NOON,
    opens_at=NOON + timedelta(days=1),
    closes_at=NOON + timedelta(days=31),
    purpose="Rådet søger nye indsatser.",
    who_can_apply="Foreninger.",
    focus_areas=1,
    frame_ore=9_000_000_00,
    per_project_cap_ore=3_000_000_00,
    max_projects=3,
    policy_id="2026",
    contact_name="Sekretariatet",
    contact_email="sekretariat@raadslag.example",
)


def test_whole_call_lacks_nothing() -> None:
    assert check_call(WHOLE) == ()


STOPPED = {
    "purpose": ({"purpose": ""}, "purpose"),
    "who can apply": ({"who_can_apply": ""}, "who_can_apply"),
    "focus area": ({"focus_areas": 0}, "focus_areas-0"),
    "opening before now": ({"opens_at": NOON - timedelta(microseconds=1)}, "opens_on"),
    "deadline at the opening": ({"closes_at": WHOLE.opens_at}, "closes_on"),
    "deadline after more than a year": ({"closes_at": WHOLE.opens_at + timedelta(days=366, seconds=1)}, "closes_on"),
    "frame": ({"frame_ore": 0}, "frame"),
    "cap": ({"per_project_cap_ore": 0}, "per_project_cap"),
    "cap above the frame": ({"per_project_cap_ore": 9_000_000_01}, "per_project_cap"),
    "number of projects": ({"max_projects": 0}, "max_projects"),
    "policy": ({"policy_id": ""}, "policy"),
    "contact": ({"contact_name": ""}, "contact_name"),
    "address of the contact": ({"contact_email": ""}, "contact_email"),
}


@pytest.mark.parametrize("name", STOPPED)
def test_each_gap_stops_alone_and_names_its_field(name: str) -> None:
    changed, field = STOPPED[name]
    found = stops(check_call(replace(WHOLE, **changed)))  # type: ignore[arg-type]
    assert [(gap.field, gap.place, gap.weight) for gap in found] == [(field, Place.EDIT, Weight.STOP)]
    assert found[0].text.endswith(".")


def test_empty_call_lacks_everything_at_once() -> None:
    empty = CallFacts(NOON, NOON, NOON, "", "", 0, 0, 0, 0, "", "", "")
    assert len(stops(check_call(empty))) == 10


@pytest.mark.parametrize(
    "changed",
    [
        {"opens_at": NOON},
        {"closes_at": WHOLE.opens_at + timedelta(days=366)},
        {"closes_at": WHOLE.opens_at + timedelta(days=14)},
        {"per_project_cap_ore": 9_000_000_00, "max_projects": 1},
    ],
)
def test_edges_are_within(changed: dict[str, object]) -> None:
    assert check_call(replace(WHOLE, **changed)) == ()  # type: ignore[arg-type]


def test_short_period_is_a_warning_and_other_sums_a_note() -> None:
    short = replace(WHOLE, closes_at=WHOLE.opens_at + timedelta(days=14) - timedelta(minutes=1), max_projects=4)
    assert check_call(short) == (
        Gap(
            "Der er under 14 dage fra åbning til frist. Det er kort tid at skrive et forslag i.",
            Weight.WARNING,
            Place.EDIT,
            "closes_on",
        ),
        Gap(
            "4 projekter med 3.000.000\u00a0kr. til hvert er 12.000.000\u00a0kr., og rammen er 9.000.000\u00a0kr. "
            "Det må den gerne være.",
            Weight.NOTE,
            Place.EDIT,
            "frame",
        ),
    )
    assert stops(check_call(short)) == ()


@pytest.mark.parametrize("options", [(), ("Ja",), ("Ja", "ja")])
def test_choice_without_two_different_options_stops(options: tuple[str, ...]) -> None:
    (gap,) = check_call(replace(WHOLE, choices=(ChoiceQuestion("Hvor?", options),)))
    assert (gap.place, gap.weight) == (Place.QUESTIONS, Weight.STOP)
    assert "»Hvor?«" in gap.text
    assert check_call(replace(WHOLE, choices=(ChoiceQuestion("Hvor?", ("Ja", "Nej")),))) == ()


# ---- dates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens_in", "lasts", "field"),
    [
        (timedelta(0), timedelta(minutes=1), None),
        (timedelta(days=-366), timedelta(days=366), None),
        (timedelta(days=-367), timedelta(days=30), "opens_on"),
        (timedelta(days=5 * 366), timedelta(days=30), None),
        (timedelta(days=5 * 366 + 1), timedelta(days=30), "opens_on"),
        (timedelta(0), timedelta(0), "closes_on"),
        (timedelta(0), timedelta(days=-1), "closes_on"),
        (timedelta(0), timedelta(days=366, minutes=1), "closes_on"),
    ],
)
def test_schedule(opens_in: timedelta, lasts: timedelta, field: str | None) -> None:
    fault = schedule_fault(opens_at=NOON + opens_in, closes_at=NOON + opens_in + lasts, at=NOON)
    assert (fault.field if fault else None) == field


def test_turn_of_a_moment_is_the_one_it_was_made_with() -> None:
    night, half_past_two = date(2026, 10, 25), NOON.time().replace(hour=2, minute=30)
    for turn in Turn:
        assert turn_of(copenhagen_moment(night, half_past_two, turn)) is turn
    assert turn_of(NOON) is None


def test_timetable_counts_working_days_from_the_deadline() -> None:
    steps = timetable(date(2027, 5, 3))
    assert [(step.title, step.on) for step in steps] == [
        ("Formalia", date(2027, 5, 19)),  # 6 and 17 May are holidays.
        ("Forvaltningerne", date(2027, 6, 16)),
        ("Rådet", date(2027, 9, 8)),
        ("Borgmesteren", date(2027, 9, 22)),
    ]


# ---- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Nye veje til job, bolig og fællesskab", "nye-veje-til-job-bolig-og-faellesskab"),
        ("ÆØÅ æøå", "aeoeaa-aeoeaa"),
        ("A\u030ar og ar", "aar-og-ar"),
        ("Café, naïve & 50 %", "cafe-naive-50"),
        ("  --  ", "call"),
        ("شارع", "call"),
        ("😀", "call"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * LONGEST_SLUG),
        ("x" * 79 + " y", "x" * 79),
    ],
)
def test_slug_is_plain_and_short(title: str, slug: str) -> None:
    import unicodedata

    assert slug_of(unicodedata.normalize("NFC", title)) == slug


def test_next_slugs_are_numbered_and_reserved_words_left_out() -> None:
    assert list(islice(slugs_for("Nye veje"), 3)) == ["nye-veje", "nye-veje-2", "nye-veje-3"]
    assert list(islice(slugs_for("New"), 2)) == ["new-2", "new-3"]
    long = list(islice(slugs_for("x" * 200), 12))
    assert len(set(long)) == 12
    assert {len(slug) for slug in long} == {LONGEST_SLUG}


# ---- own questions ------------------------------------------------------------------------------------------------

CHOICE = QuestionDraft(ExtraKind.CHOICE, "Hvor?", options=("Nord", "Syd"))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (QuestionDraft(ExtraKind.SHORT_TEXT, "Hvor?"), None),
        (QuestionDraft(ExtraKind.NUMBER, "Hvor mange?"), None),
        (QuestionDraft(ExtraKind.LONG_TEXT, "Hvordan?", most_words=200), None),
        (QuestionDraft(ExtraKind.LONG_TEXT, "Hvordan?"), "most_words"),
        (QuestionDraft(ExtraKind.NUMBER, "Hvor mange?", most_words=200), "most_words"),
        (QuestionDraft(ExtraKind.SHORT_TEXT, "Hvor?", options=("Nord",)), "options"),
        (CHOICE, None),
        (replace(CHOICE, options=()), "options"),
        (replace(CHOICE, options=("Nord",)), "options"),
        (replace(CHOICE, options=("Nord", "nord")), "options"),
        (replace(CHOICE, options=("Nord", "x" * 100)), None),
        (replace(CHOICE, options=("Nord", "x" * 101)), "options"),
        (replace(CHOICE, options=tuple(f"Sted {n}" for n in range(20))), None),
        (replace(CHOICE, options=tuple(f"Sted {n}" for n in range(21))), "options"),
    ],
)
def test_question_of_each_kind(draft: QuestionDraft, field: str | None) -> None:
    fault = question_fault(draft)
    assert fault is None or isinstance(fault, Fault)
    assert (fault.field if fault else None) == field


def test_demand_says_when_a_question_must_be_answered() -> None:
    own = Question("call_1", "Hvor?", Kind.LINE, hint="", missing="Skriv hvor.", required=False)
    said = demands_of(with_call_questions(question_set("core-2027"), (own,)))
    assert said["title"] == ""
    assert said["call_1"] == "frivilligt"
    assert said["references.place"] == "frivilligt"
    assert said["exclusion"] == "skal kun besvares ved social investering, eller hvis I er i tvivl om, hvad I søger"
    assert said["ties_explained"].startswith("skal kun besvares, hvis svaret er ja til »Har nogen hos jer")
    questions = question_set("core-2027").questions
    assert {question.key for question in questions} < set(said)
