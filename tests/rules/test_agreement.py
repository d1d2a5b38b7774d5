"""How far apart are assessors, what is proposed, and what must a consensus still say?"""

import pytest

from intake.rules.agreement import Agreement, agreement_of, spread_of
from scoring.rules.consensus import gaps_of_consensus, lower_median, proposed_consensus
from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.drafts import AgreedDraft
from scoring.rules.passages import PASSAGES, passages_of

NEED = Dimension.NEED
OTHERS = [dimension for dimension in Dimension if dimension is not NEED]


@pytest.mark.parametrize(
    ("given", "spread", "word"),
    [
        ((2, 2), 0, Agreement.AGREED),
        ((2, 3), 1, Agreement.DIVIDED),
        ((1, 3), 2, Agreement.DISAGREED),
        ((0, 3), 3, Agreement.DISAGREED),
        ((0, 4), 4, Agreement.DISAGREED),
        ((4, 2, 3), 2, Agreement.DISAGREED),
        ((None, 3), 0, Agreement.AGREED),
        ((None, None), 0, Agreement.AGREED),
        ((), 0, Agreement.AGREED),
    ],
)
def test_spread_is_the_highest_less_the_lowest_given(given, spread, word):
    assert spread_of(given) == spread
    assert agreement_of([spread]) is word


@pytest.mark.parametrize(
    ("spreads", "word"),
    [([0] * 8, Agreement.AGREED), ([0, 1, 0], Agreement.DIVIDED), ([0, 1, 2], Agreement.DISAGREED)],
)
def test_the_widest_spread_gives_the_word_for_all(spreads, word):
    assert agreement_of(spreads) is word


@pytest.mark.parametrize(
    ("given", "median"),
    [((2, 2), 2), ((2, 3), 2), ((3, 2), 2), ((2, 3, 3), 3), ((3, 2, 2), 2), ((2, 2, 3, 3), 2), ((3, 3, 3, 2), 3)],
)
def test_of_two_in_the_middle_the_lower_is_proposed(given, median):
    assert lower_median(given) == median
    assert line_of(*given).proposed == median


def sheets(*given: int | None) -> list[dict[Dimension, int | None]]:
    return [{NEED: score, **dict.fromkeys(OTHERS, 2)} for score in given]


def line_of(*given: int | None):
    return next(line for line in proposed_consensus(sheets(*given), SCALE_2026) if line.dimension is NEED)


@pytest.mark.parametrize(
    ("given", "proposed", "needs_note"),
    [
        ((2, 2), 2, False),
        ((2, 3), 2, False),
        ((1, 3), None, True),
        ((0, 4), None, True),
        ((1, 2, 3), None, True),
        ((None, 3), None, True),
        ((None, None), None, True),
    ],
)
def test_nothing_is_proposed_where_assessors_must_talk_first(given, proposed, needs_note):
    line = line_of(*given)
    assert (line.scores, line.proposed, line.needs_note) == (given, proposed, needs_note)


def test_a_dimension_that_is_not_on_a_sheet_is_a_missing_score():
    first = proposed_consensus([{NEED: 2}, {}], SCALE_2026)
    assert [(line.scores, line.proposed, line.needs_note) for line in first if line.dimension is NEED] == [
        ((2, None), None, True)
    ]


def gaps(given: tuple[int | None, ...], score: int | None, note: str) -> list[str]:
    agreed = {**dict.fromkeys(OTHERS, AgreedDraft(2, "")), NEED: AgreedDraft(score, note)}
    return [field for field, _ in gaps_of_consensus(proposed_consensus(sheets(*given), SCALE_2026), agreed)]


@pytest.mark.parametrize(
    ("given", "score", "note", "missing"),
    [
        ((2, 3), 2, "", []),
        ((2, 3), 3, "", []),
        ((2, 3), 4, "", ["need_note"]),
        ((2, 3), 4, "Nye tal fra forvaltningen.", []),
        ((2, 3), None, "", ["need_score"]),
        ((1, 3), 2, "", ["need_note"]),
        ((1, 3), 2, "Vi talte om tallene.", []),
        ((1, 3), None, "", ["need_score", "need_note"]),
        ((None, 3), 3, "", ["need_note"]),
    ],
)
def test_a_consensus_lacks_scores_and_the_notes_of_what_was_disputed(given, score, note, missing):
    assert gaps(given, score, note) == missing


def test_every_dimension_rests_on_a_section_of_both_question_sets():
    old, new = (
        frozenset({"idea", "intervention", "results", "organisation"}),
        frozenset({"idea", "target_group", "intervention", "results", "money", "organisation", "declarations"}),
    )
    assert set(PASSAGES) == set(Dimension)
    assert all(passages_of(dimension, sections) for dimension in Dimension for sections in (old, new))
    assert passages_of(Dimension.ECONOMY, old) == ("results",)
    assert passages_of(Dimension.ECONOMY, new) == ("money", "results")
