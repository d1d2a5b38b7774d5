"""Do the memo's texts stand where the paper has them, and is a memo released only when it is whole?"""

from dataclasses import fields, replace
from datetime import date

import pytest

from exports.memo_content import DecisionMemoFacts
from exports.memo_layout import BY_NAME, SECTIONS, MemoKind
from portfolio.rules.agenda import Hindrance, gets_it_late, hindrance, meeting_fault
from portfolio.rules.drafts import FrameLimits
from portfolio.rules.memo_check import Gap, MemoAsItStands, Place, gaps
from portfolio.rules.memo_dates import FollowUpDraft, months_later, proposed_follow_ups, proposed_report
from portfolio.rules.memo_texts import MEMO_TEXTS, TEXT_OF, MemoPart, parts_of, texts_of
from portfolio.wording import WORDS

KINDS = [kind.value for kind in MemoKind]
LOOK = "Status på deltagere, mål og økonomi"


# ---- the catalogue ------------------------------------------------------------------------------------------------


def test_a_text_is_a_field_of_the_paper() -> None:
    known = {field.name for field in fields(DecisionMemoFacts)}
    assert [one.key for one in MEMO_TEXTS if one.key not in known] == []


def test_keys_and_labels_are_given_once() -> None:
    assert len(TEXT_OF) == len(MEMO_TEXTS)
    assert len({one.label for one in MEMO_TEXTS}) == len(MEMO_TEXTS)


def test_a_text_stands_in_the_section_of_the_paper() -> None:
    """The numbers of the headings are the paper's; what the paper prints in a table of its own has no section there."""
    heading = {key: title for key, title in SECTIONS.items() if key in {*"1234567", "legal"}}
    words = {part: WORDS[MemoPart][part] for part in MemoPart if part is not MemoPart.FRAME}
    assert list(words.values()) == list(heading.values())
    for one in MEMO_TEXTS:
        for kind in one.kinds:
            field = BY_NAME.get(one.key)
            if field is not None and field.section(kind):
                assert heading[field.section(kind)] == words[one.part], (one.key, kind)


def test_a_text_that_a_form_prints_can_be_written_for_it() -> None:
    """What the paper prints of a catalogued text in one of its forms is not left out of that form's pages."""
    left_out = [
        (one.key, kind)
        for one in MEMO_TEXTS
        for kind in KINDS
        if one.key in BY_NAME and BY_NAME[one.key].section(kind) and kind not in one.kinds
    ]
    assert left_out == []


def test_a_text_is_required_in_its_own_forms_alone() -> None:
    assert [one.key for one in MEMO_TEXTS if not one.required <= one.kinds] == []


def test_a_form_has_its_texts_in_the_order_of_the_paper() -> None:
    order = list(MemoPart)
    for kind in KINDS:
        places = [order.index(one.part) for one in texts_of(kind)]
        assert places == sorted(places)
        assert parts_of(kind)[0] is MemoPart.FRAME
    assert [one.key for one in texts_of("donation", MemoPart.DECISIONS)] == []
    assert [one.key for one in texts_of("short", MemoPart.DECISIONS)] == ["recommendation", "next_step"]
    assert [one.key for one in texts_of("investment", MemoPart.DECISIONS)] == ["tariffs", "payers", "gain_share"]


# ---- released when whole --------------------------------------------------------------------------------------------

WHOLE = MemoAsItStands(
    kind="donation",
    texts={one.key: "Tekst." for one in texts_of("donation")},
    amount_ore=85_000_00,
    sought_ore=85_000_00,
    limits=FrameLimits(begins_on=date(2027, 8, 1), cap_ore=100_000_00, left_ore=85_000_00),
    smaller_reason="",
    report_on=date(2028, 10, 31),
    follow_ups=1,
    case_worker="Sagsbehandler",
    hearing_pending=False,
    sorting_holds=True,
)
NO_CAP = replace(WHOLE.limits, cap_ore=None, left_ore=None)
INVESTMENT = replace(
    WHOLE, kind="investment", texts={one.key: "Tekst." for one in texts_of("investment")}, limits=NO_CAP
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_memo_has_no_gaps(kind: str) -> None:
    limits = WHOLE.limits if kind == "donation" else NO_CAP
    memo = replace(WHOLE, kind=kind, texts={one.key: "Tekst." for one in texts_of(kind)}, limits=limits)
    assert gaps(memo) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_required_text_is_missed_when_it_is_blank(kind: str) -> None:
    for one in texts_of(kind):
        texts = {other.key: "Tekst." for other in texts_of(kind)} | {one.key: " \n"}
        missed = gaps(replace(WHOLE, kind=kind, texts=texts, limits=NO_CAP))
        wanted = (Gap(f"Der mangler en tekst: {one.label}.", one.part),) if kind in one.required else ()
        assert missed == wanted, one.key


def test_a_smaller_amount_needs_its_reason() -> None:
    smaller = replace(WHOLE, amount_ore=60_000_00)
    assert [gap.place for gap in gaps(smaller)] == [MemoPart.FRAME]
    assert gaps(replace(smaller, smaller_reason="Resten kan en fond betale.")) == ()


def test_a_larger_amount_and_a_donation_above_its_cap_are_refused() -> None:
    larger = gaps(replace(WHOLE, amount_ore=85_000_01))
    rich = replace(WHOLE, limits=replace(WHOLE.limits, left_ore=None), sought_ore=140_000_00, smaller_reason="Loftet.")
    above = gaps(replace(rich, amount_ore=100_000_01))
    at_cap = gaps(replace(rich, amount_ore=100_000_00))
    assert [gap.text.split(".")[0] for gap in larger] == ["Der er søgt om 85"]
    assert above[0].text.startswith("En donation kan højst være på 100.000")
    assert at_cap == ()


def test_the_report_has_a_day_after_the_beginning() -> None:
    assert [gap.place for gap in gaps(replace(WHOLE, report_on=None))] == [MemoPart.FRAME]
    assert [gap.place for gap in gaps(replace(WHOLE, report_on=date(2027, 8, 1)))] == [MemoPart.FRAME]
    assert gaps(replace(WHOLE, report_on=date(2027, 8, 2))) == ()
    assert gaps(replace(WHOLE, limits=replace(WHOLE.limits, begins_on=None))) == ()


def test_a_short_memo_needs_no_report() -> None:
    texts = {one.key: "Tekst." for one in texts_of("short")}
    assert gaps(replace(WHOLE, kind="short", texts=texts, report_on=None)) == ()


def test_the_case_itself_must_be_ready() -> None:
    """A hearing makes the rules answer otherwise by itself, so it alone is told of."""
    pending = replace(WHOLE, hearing_pending=True, sorting_holds=False, case_worker="")
    assert [gap.place for gap in gaps(pending)] == [Place.HEARING, Place.CASE_WORKER]
    assert [gap.place for gap in gaps(replace(WHOLE, sorting_holds=False))] == [Place.SORTING]
    news = Gap("Der er nyt, siden forslaget blev sorteret. Sorter igen.", Place.SORTING)
    assert gaps(replace(WHOLE, is_news=True)) == (news,)


def test_no_more_is_recommended_than_there_was_when_the_case_was_sorted() -> None:
    poor = replace(WHOLE, limits=replace(WHOLE.limits, left_ore=84_999_99))
    (gap,) = gaps(poor)
    assert (gap.place, "årets donationspulje" in gap.text) == (MemoPart.FRAME, True)
    (gap,) = gaps(replace(INVESTMENT, limits=replace(NO_CAP, left_ore=0)))
    assert (gap.place, "fondens frie kapital" in gap.text) == (MemoPart.FRAME, True)


def test_an_investment_is_followed_up() -> None:
    assert [gap.place for gap in gaps(replace(INVESTMENT, follow_ups=0))] == [MemoPart.FRAME]
    assert gaps(replace(WHOLE, follow_ups=0)) == ()


@pytest.mark.parametrize(
    ("most", "words"),
    [
        (None, "Skriv, hvor meget resultatbetalingspuljen højst kan betale."),
        (0, "Skriv et beløb over 0 kr."),
        (50_000_01, "Der er 50.000"),
        (40_000_01, "Puljen kan ikke betale mere end det indstillede beløb"),
        (40_000_00, ""),
    ],
)
def test_the_outcome_fund_pays_at_most_its_balance_and_the_amount(most: int | None, words: str) -> None:
    memo = replace(INVESTMENT, limits=replace(NO_CAP, outcome_fund_ore=50_000_00), outcome_fund_max_ore=most)
    said = [gap.text for gap in gaps(replace(memo, amount_ore=40_000_00, smaller_reason="Sådan."))]
    assert [one.startswith(words) for one in said] == ([True] if words else [])


def test_what_the_law_asks_and_nobody_answered_is_missed() -> None:
    asked = {"state_aid": "Det er ikke oplyst.", "procurement": "Det er ikke oplyst."}
    donation = gaps(replace(WHOLE, unsettled=asked))
    assert donation == (Gap("Statsstøtte er ikke afklaret. Det er ikke oplyst.", Place.CASE_FACTS),)
    assert [gap.place for gap in gaps(replace(INVESTMENT, unsettled=asked))] == [Place.CASE_FACTS] * 2


def test_what_the_law_forbids_is_not_written_away() -> None:
    over = {"state_aid": "Støtten går over loftet.", "procurement": "Den skal i udbud."}
    assert gaps(replace(WHOLE, failing=over)) == (
        Gap("Statsstøtte er ikke på plads. Støtten går over loftet.", Place.CASE_FACTS),
    )
    assert [gap.place for gap in gaps(replace(INVESTMENT, failing=over))] == [Place.CASE_FACTS] * 2
    assert gaps(replace(WHOLE, kind="short", failing=over)) == gaps(replace(WHOLE, kind="short"))


def test_whoever_has_a_conflict_of_interest_since_is_replaced() -> None:
    found = gaps(replace(WHOLE, conflicted={Place.SORTING: "A", MemoPart.EFFECT: "B"}))
    assert found == (
        Gap("A har sorteret forslaget og er nu inhabil. En anden skal sortere det igen.", Place.SORTING),
        Gap("B har skrevet i afsnittet og er nu inhabil. En anden skal læse det og gemme det.", MemoPart.EFFECT),
    )


# ---- days -----------------------------------------------------------------------------------------------------------


def test_months_later_ends_with_the_month() -> None:
    assert months_later(date(2027, 8, 1), 12) == date(2028, 8, 1)
    assert months_later(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_later(date(2027, 12, 31), 6) == date(2028, 6, 30)
    assert months_later(date(2027, 1, 31), 1) == date(2027, 2, 28)


def test_the_usual_days_follow_the_effort() -> None:
    assert proposed_report(date(2028, 7, 31)) == date(2028, 10, 31)
    assert proposed_report(None) is None
    assert proposed_follow_ups(date(2027, 8, 1), date(2029, 7, 31)) == (
        FollowUpDraft(date(2028, 8, 1), LOOK),
        FollowUpDraft(date(2029, 8, 1), LOOK),
    )
    assert len(proposed_follow_ups(date(2027, 8, 1), date(2047, 7, 31))) == 5
    assert proposed_follow_ups(None, date(2029, 7, 31)) == ()


@pytest.mark.parametrize(
    ("held_on", "fault"),
    [
        (date(2027, 3, 1), "Vælg en dag efter i dag."),
        (date(2027, 2, 26), "Vælg en dag efter i dag."),
        (date(2027, 3, 6), "Dagen er en lørdag, en søndag eller en helligdag. Vælg en arbejdsdag."),
        (date(2027, 3, 25), "Dagen er en lørdag, en søndag eller en helligdag. Vælg en arbejdsdag."),
        (date(2027, 3, 2), ""),
    ],
)
def test_a_meeting_is_held_on_a_working_day_to_come(held_on: date, fault: str) -> None:
    assert meeting_fault(held_on, on=date(2027, 3, 1)) == fault


def test_seven_days_are_enough_to_read() -> None:
    assert gets_it_late(date(2027, 3, 7), on=date(2027, 3, 1))
    assert not gets_it_late(date(2027, 3, 8), on=date(2027, 3, 1))


def test_the_day_of_a_meeting_is_not_a_slip_of_the_pen() -> None:
    on = date(2027, 3, 1)
    assert meeting_fault(date(2029, 3, 1), on=on) == ""
    said = meeting_fault(date(2072, 1, 4), on=on).replace("\u00a0", " ")
    assert said == "Vælg en dag fra 1. marts 2025 til 1. marts 2029. Årstallet kan være skrevet forkert."


def test_a_hearing_comes_before_what_else_keeps_a_case_from_an_agenda() -> None:
    assert hindrance(hearing_pending=False, heard_since=False, touched_by=[]) is None
    assert hindrance(hearing_pending=True, heard_since=True, touched_by=["A"]) == Hindrance(
        "Ansøgeren skal høres, eller en partshøring er ikke slut. Gør høringen færdig først.", is_hearing=True
    )
    assert hindrance(hearing_pending=False, heard_since=True, touched_by=["A"]) == Hindrance(
        "Høringen er lukket, efter at indstillingen blev klarmeldt. Send indstillingen tilbage, og klarmeld den igen.",
        is_hearing=False,
    )
    assert hindrance(hearing_pending=False, heard_since=False, touched_by=["A", "B"]) == Hindrance(
        "Inhabil nu, men har arbejdet på sagen: A, B. Send indstillingen tilbage, og lad en anden gennemgå og "
        "klarmelde den.",
        is_hearing=False,
    )
