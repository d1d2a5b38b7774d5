"""Is the maturity exact, provisional while a score is missing, and on the right level?"""

from fractions import Fraction

import pytest

from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.maturity import Level, is_final, level_of, maturity_of, unscored
from scoring.wording import words
from tests.rules.policy_builders import INVESTMENT, POLICY, scores, sort


@pytest.mark.parametrize(
    ("values", "maturity"),
    [
        ((3, 3, 3, 3, 3, 3, 3, 3), Fraction(3)),
        ((1, 1, 2, 2, 3, 3, 3, 1), Fraction(27, 12)),
        ((3, 3, 3, 2, 3, 3, 3, 2), Fraction(33, 12)),
        ((4, 4, 4, 1, 4, 4, 4, 4), Fraction(42, 12)),
        ((0, 0, 0, 0, 0, 0, 0, 0), Fraction(0)),
        ((4, 4, 4, 4, 4, 4, 4, 4), Fraction(4)),
        ((None, 3, 3, 3, 3, 3, 3, 3), Fraction(3)),
        ((None, None, None, 1, None, None, None, 2), Fraction(4, 3)),
        ((None, None, None, 0, None, None, None, None), Fraction(0)),
        ((None,) * 8, None),
    ],
)
def test_maturity_is_the_exact_weighted_mean_of_what_is_scored(values, maturity):
    given = scores(*values)

    assert maturity_of(given, SCALE_2026) == maturity
    assert is_final(given, SCALE_2026) is (None not in values)


def test_a_missing_key_is_a_missing_score():
    assert maturity_of({Dimension.NEED: 2}, SCALE_2026) == 2
    assert unscored({Dimension.NEED: 2}, SCALE_2026) == tuple(d for d in Dimension if d != Dimension.NEED)
    assert maturity_of({}, SCALE_2026) is None


@pytest.mark.parametrize("dimension", Dimension)
def test_each_dimension_weighs_what_the_catalogue_says(dimension):
    weights = dict(zip(Dimension, (1, 1, 1, 2, 2, 2, 2, 1), strict=True))
    given = {d: 4 if d is dimension else 0 for d in Dimension}

    assert maturity_of(given, SCALE_2026) == Fraction(4 * weights[dimension], 12)


@pytest.mark.parametrize(
    ("maturity", "level"),
    [
        (Fraction(0), Level.IDEA),
        (Fraction(11, 12), Level.IDEA),
        (Fraction(99_999_999, 100_000_000), Level.IDEA),
        (Fraction(1), Level.MATURING),
        (Fraction(13, 12), Level.MATURING),
        (Fraction(23, 12), Level.MATURING),
        (Fraction(199_999_999, 100_000_000), Level.MATURING),
        (Fraction(2), Level.NEARLY_MATURE),
        (Fraction(25, 12), Level.NEARLY_MATURE),
        (Fraction(32, 12), Level.NEARLY_MATURE),
        (Fraction(274_999_999, 100_000_000), Level.NEARLY_MATURE),
        (Fraction(33, 12), Level.MATURE),
        (Fraction(34, 12), Level.MATURE),
        (Fraction(4), Level.MATURE),
    ],
)
def test_level_changes_exactly_at_its_bound(maturity, level):
    assert level_of(maturity, POLICY.level_bounds) is level


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ((3, 3, 3, 3, 3, 3, 3, 3), "SORT4"),
        ((1, 1, 2, 2, 3, 3, 3, 1), "SORT9"),
        ((3, 3, 3, 2, 3, 3, 3, 2), "SORT4"),
        ((4, 4, 4, 1, 4, 4, 4, 4), "SORT9"),
    ],
)
def test_the_vectors_of_mat3_pass_and_fail_as_written(values, rule):
    assert sort(INVESTMENT, scores=scores(*values)).rule == rule


def test_the_second_vector_fails_on_maturity_alone_and_the_fourth_on_evidence_alone():
    second = sort(INVESTMENT, scores=scores(1, 1, 2, 2, 3, 3, 3, 1))
    fourth = sort(INVESTMENT, scores=scores(4, 4, 4, 1, 4, 4, 4, 4))

    assert [(g.dimension, g.text) for g in second.grounds if g.rule == "GATE2" and not g.holds] == [
        (None, "Modenheden er 2,25. Der kræves mindst 2,75.")
    ]
    assert [(g.dimension, g.text) for g in fourth.grounds if g.rule == "GATE2" and not g.holds] == [
        (Dimension.EVIDENCE, "Evidens er 1. Der kræves mindst 2.")
    ]


def test_the_catalogue_has_eight_dimensions_in_order_with_words_for_every_level():
    criteria = SCALE_2026.criteria

    assert [c.dimension for c in criteria] == list(Dimension)
    assert [c.rule for c in criteria] == [f"DIM{n}" for n in range(1, 9)]
    assert [c.weight for c in criteria] == [1, 1, 1, 2, 2, 2, 2, 1]
    texts = [text for c in criteria for text in (*c.levels, c.rests_on)]
    assert len(set(texts)) == 8 * 6
    assert all(text.endswith(".") and text[0].isupper() and len(text.split()) >= 4 for text in texts)
    assert all(c.question.endswith("?") and c.source for c in criteria)


def test_every_dimension_and_level_has_its_danish_word():
    assert [words(level) for level in Level] == ["Idé", "Under modning", "Næsten moden", "Moden"]
    assert [words(dimension) for dimension in Dimension] == [
        "Målgruppe",
        "Behov og supplement",
        "Forandringsteori",
        "Evidens",
        "Resultatmål og måling",
        "Økonomi",
        "Betaler og forankring",
        "Leverandørkapacitet og samarbejde",
    ]
