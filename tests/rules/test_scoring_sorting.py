"""Does every row of the sorting table match where it should: at, just under and just over its edge?"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from intake.rules.track import Track
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.dimensions import Dimension
from scoring.rules.facts import CallLimits
from scoring.rules.gates import investment_gates
from scoring.rules.grounds import Ground
from scoring.rules.maturity import Level
from scoring.rules.sorting import Sorting
from tests.rules.policy_builders import DONATION, FUND, INVESTMENT, POLICY, scores, sort, with_score

ALL_THREE = scores(3, 3, 3, 3, 3, 3, 3, 3)
WEAK = scores(1, 1, 1, 1, 1, 1, 1, 1)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def ground(sorting: Sorting, rule: str, dimension: Dimension | None = None) -> Ground:
    """The last ground of a rule: in GATE2 and SORT3 the first of two stands for being ready to be sorted."""
    return [g for g in sorting.grounds if (g.rule, g.dimension) == (rule, dimension)][-1]


@pytest.mark.parametrize(
    ("facts", "changes", "track", "rule"),
    [
        (INVESTMENT, {"eligible": False}, Track.INELIGIBLE, "SORT1"),
        (INVESTMENT, {"stop": True}, Track.REFUSED, "SORT2"),
        (
            INVESTMENT,
            {"payback_months": Decimal(8), "department_funds_itself": True},
            Track.REFERRED_TO_DEPARTMENT,
            "SORT3",
        ),
        (INVESTMENT, {}, Track.SOCIAL_INVESTMENT, "SORT4"),
        (INVESTMENT, {"outcome_fund_share": Decimal(20)}, Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND, "SORT5"),
        (INVESTMENT, {"amount": 3_000_001}, Track.MATURING_DIALOGUE, "SORT6"),
        (DONATION, {}, Track.DONATION, "SORT7"),
        (DONATION, {"amount": 140_000}, Track.MATURING_DIALOGUE, "SORT8"),
        (INVESTMENT, {"risk_assessed": False}, Track.MATURING_DIALOGUE, "SORT9"),
        (DONATION, {"needs_fund": False}, Track.REFUSED, "SORT10"),
        (INVESTMENT, {"hearing_open": True}, Track.UNDETERMINED, None),
        (INVESTMENT, {"scores": scores(3, 3, 3, 3, 3, None, 3, 3)}, Track.UNDETERMINED, None),
        (INVESTMENT, {"scores": {}}, Track.UNDETERMINED, None),
    ],
)
def test_every_row_of_the_table_gives_its_track(facts, changes, track, rule):
    sorting = sort(facts, **changes)

    assert (sorting.track, sorting.rule) == (track, rule)


class TestPrecedence:
    """Each change alone gives its own row; together the earlier row wins."""

    # From the first row to the last, each with what makes it match whatever stands below it.
    LADDER = (
        ("SORT1", {"eligible": False}),
        ("SORT2", {"stop": True}),
        (None, {"hearing_open": True}),
        ("SORT3", {"payback_months": Decimal(24), "department_funds_itself": True}),
    )

    @pytest.mark.parametrize("first", range(4))
    @pytest.mark.parametrize("second", range(4))
    @pytest.mark.parametrize("below", [INVESTMENT, DONATION, replace(INVESTMENT, scores=WEAK)])
    def test_the_earlier_row_wins(self, first, second, below):
        changes = {**self.LADDER[first][1], **self.LADDER[second][1]}

        assert sort(below, **changes).rule == self.LADDER[min(first, second)][0]

    @pytest.mark.parametrize("dimension", Dimension)
    def test_an_unscored_dimension_yields_to_sort1_and_sort2_but_not_to_sort3(self, dimension):
        facts = with_score(INVESTMENT, dimension, None)

        assert sort(facts, eligible=False).rule == "SORT1"
        assert sort(facts, stop=True).rule == "SORT2"
        own_drift = sort(facts, payback_months=Decimal(1), department_funds_itself=True)
        assert (own_drift.track, own_drift.rule) == (Track.UNDETERMINED, None)

    def test_a_mature_proposal_that_could_be_a_donation_is_an_investment(self):
        assert sort(DONATION, scores=ALL_THREE, participants=25).rule == "SORT4"


class TestOwnDrift:
    @pytest.mark.parametrize(
        ("months", "rule"),
        [
            ("0", "SORT3"),
            ("23.999", "SORT3"),
            ("24", "SORT3"),
            ("24.0", "SORT3"),
            ("24.000000000000000000000000000000000000001", "SORT4"),
            ("24.001", "SORT4"),
            ("25", "SORT4"),
            ("1e400", "SORT4"),
            ("1e-999999999", "SORT3"),
        ],
    )
    def test_payback_limit_is_24_months_exactly(self, months, rule):
        sorting = sort(INVESTMENT, payback_months=Decimal(months), department_funds_itself=True)

        assert sorting.rule == rule

    def test_it_needs_both_a_known_payback_and_the_department(self):
        assert sort(INVESTMENT, payback_months=Decimal(8), department_funds_itself=False).rule == "SORT4"
        assert sort(INVESTMENT, payback_months=None, department_funds_itself=True).rule == "SORT4"

    def test_both_conditions_are_said_with_their_figures(self):
        sorting = sort(INVESTMENT, payback_months=Decimal("30.5"), department_funds_itself=True)

        assert [(g.holds, g.text) for g in sorting.grounds if g.rule == "SORT3"][1:] == [
            (
                False,
                "Besparelsen er tjent hjem efter 30,5 måneder. Grænsen for at henvise til forvaltningen er 24 måneder.",
            ),
            (True, "Forvaltningen har bekræftet, at den selv kan betale indsatsen."),
        ]

    def test_a_payback_just_over_the_limit_does_not_read_as_the_limit(self):
        sorting = sort(INVESTMENT, payback_months=Decimal("24.0001"), department_funds_itself=True)

        assert "efter 24,01 måneder" in [g for g in sorting.grounds if g.rule == "SORT3"][1].text


class TestInvestmentGates:
    @pytest.mark.parametrize("dimension", Dimension)
    def test_each_dimension_has_its_floor(self, dimension):
        # The other scores are the highest, so that the maturity never fails.
        top = replace(INVESTMENT, scores=scores(4, 4, 4, 4, 4, 4, 4, 4))
        floor = dict(zip(Dimension, (1, 1, 2, 2, 3, 3, 3, 1), strict=True))[dimension]

        assert sort(with_score(top, dimension, floor)).rule == "SORT4"
        assert sort(with_score(top, dimension, floor + 1)).rule == "SORT4"
        below = sort(with_score(top, dimension, floor - 1))
        assert below.rule == "SORT9"
        failing = [g for g in below.grounds if g.rule == "GATE2" and not g.holds]
        assert [(g.dimension, g.decides, g.known) for g in failing] == [(dimension, True, True)]
        assert failing[0].text.endswith(f" er {floor - 1}. Der kræves mindst {floor}.")

    @pytest.mark.parametrize("dimension", Dimension)
    def test_an_unscored_dimension_does_not_reach_its_floor(self, dimension):
        grounds = investment_gates(with_score(INVESTMENT, dimension, None), POLICY)

        assert [(g.rule, g.dimension, g.known) for g in grounds if not g.holds] == [
            ("GATE2", None, False),
            ("GATE2", dimension, False),
        ]
        assert "foreløbig 3,00" in grounds[0].text

    @pytest.mark.parametrize(
        ("values", "twelfths", "rule"),
        [
            ((2, 2, 3, 3, 3, 3, 3, 1), 32, "SORT9"),
            ((2, 3, 3, 3, 3, 3, 3, 1), 33, "SORT4"),
            ((3, 3, 3, 3, 3, 3, 3, 1), 34, "SORT4"),
        ],
    )
    def test_maturity_threshold_is_33_twelfths(self, values, twelfths, rule):
        sorting = sort(INVESTMENT, scores=scores(*values))

        assert (sorting.maturity, sorting.rule) == (Fraction(twelfths, 12), rule)

    @pytest.mark.parametrize(
        ("participants", "reason", "rule"),
        [
            (24, None, "SORT9"),
            (24, "", "SORT9"),
            (24, " \u00a0\u200b\u2800\t\n", "SORT9"),
            (24, "Sjælden diagnose", "SORT4"),
            (1, "Sjælden diagnose", "SORT4"),
            (25, None, "SORT4"),
            (26, None, "SORT4"),
        ],
    )
    def test_a_group_below_25_needs_a_reason(self, participants, reason, rule):
        assert sort(INVESTMENT, participants=participants, small_group_reason=reason).rule == rule

    def test_the_group_is_said_with_figure_and_requirement(self):
        def said(**changes: object) -> str:
            return ground(sort(INVESTMENT, **changes), "GATE3").text

        assert said(participants=60) == "Indsatsen er for 60 borgere, og der kræves mindst 25."
        assert said(participants=1) == (
            "Indsatsen er for 1 borger. Der kræves mindst 25, eller at sekretariatet begrunder en undtagelse."
        )
        assert said(participants=24, small_group_reason="Sjælden diagnose") == (
            "Indsatsen er for 24 borgere, og det er under 25, men sekretariatet har begrundet en undtagelse."
        )

    @pytest.mark.parametrize(
        ("fact", "rule"),
        [("payers_confirmed", "GATE5"), ("legal_checked", "GATE6"), ("risk_assessed", "GATE7")],
    )
    def test_each_yes_or_no_gate_alone_keeps_the_investment_back(self, fact, rule):
        sorting = sort(INVESTMENT, **{fact: False})

        assert sorting.rule == "SORT9"
        failing = [g.rule for g in sorting.grounds if not g.holds and g.section == "investment"]
        assert failing == [rule]


class TestAmounts:
    @pytest.mark.parametrize(("amount", "rule"), [(2_999_999, "SORT4"), (3_000_000, "SORT4"), (3_000_001, "SORT6")])
    def test_call_cap(self, amount, rule):
        sorting = sort(INVESTMENT, amount=amount)

        assert sorting.rule == rule
        assert ground(sorting, "MON6").holds is (rule == "SORT4")
        assert ground(sorting, "GATE8").holds

    @pytest.mark.parametrize(("free", "rule"), [(2_999_999, "SORT6"), (3_000_000, "SORT4"), (3_000_001, "SORT4")])
    def test_free_capital(self, free, rule):
        sorting = sort(INVESTMENT, fund=replace(FUND, free_capital=free))

        assert sorting.rule == rule
        assert ground(sorting, "GATE8").holds is (rule == "SORT4")
        assert ground(sorting, "MON6").holds

    @pytest.mark.parametrize(
        ("share", "balance", "rule"),
        [
            ("0", 0, "SORT4"),
            ("0.0", 0, "SORT4"),
            ("0.0000000000000000000001", 0, "SORT6"),
            ("1e-999999999999", 0, "SORT6"),
            ("1e-999999999999", 1, "SORT5"),
            ("33.3", 998_999, "SORT6"),
            ("33.3", 999_000, "SORT5"),
            ("33.3", 999_001, "SORT5"),
            ("33.33333333333333333333333333333333333333333", 1_000_000, "SORT5"),
            ("33.33333333333333333333333333333333333333334", 1_000_000, "SORT6"),
            ("100", 3_000_000, "SORT5"),
            ("100", 2_999_999, "SORT6"),
        ],
    )
    def test_outcome_fund_is_compared_exactly(self, share, balance, rule):
        fund = replace(FUND, outcome_fund_balance=balance)
        sorting = sort(INVESTMENT, fund=fund, outcome_fund_share=Decimal(share))

        assert sorting.rule == rule
        assert ground(sorting, "MON8").holds is (rule != "SORT6")

    def test_limits_are_said_in_danish_figures(self):
        fund = replace(FUND, free_capital=3_500_000)
        sorting = sort(INVESTMENT, fund=fund, amount=4_000_000, outcome_fund_share=Decimal("33.35"))

        assert [plain(g.text) for g in sorting.deciding] == [
            "Beløbet er 4.000.000 kr. Callet giver højst 3.000.000 kr. til et forslag.",
            "Beløbet er 4.000.000 kr. Fonden har 3.500.000 kr. i fri kapital.",
            "Resultatbetalingspuljen skal betale 33,35 % af beløbet, 1.334.000 kr. Der er 1.000.000 kr. i puljen.",
        ]

    def test_a_share_just_over_the_balance_does_not_read_as_the_balance(self):
        sorting = sort(INVESTMENT, outcome_fund_share=Decimal("33.33333333334"))

        assert "1.000.000,01 kr." in plain(ground(sorting, "MON8").text)

    def test_a_small_call_makes_its_own_cap(self):
        assert sort(INVESTMENT, call=CallLimits(per_project_cap=0), amount=1).rule == "SORT6"


class TestDonationGates:
    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"small_organisation": False}, "SORT10"),
            ({"small_organisation": False, "small_organisation_waiver": "Landsdækkende netværk"}, "SORT7"),
            ({"small_organisation": False, "small_organisation_waiver": " \u00a0\ufeff"}, "SORT10"),
            ({"municipal": True}, "SORT10"),
            ({"municipal": True, "small_organisation_waiver": "Landsdækkende netværk"}, "SORT10"),
            (
                {"municipal": True, "small_organisation": False, "small_organisation_waiver": "Netværk"},
                "SORT10",
            ),
            ({"innovative": False}, "SORT10"),
            ({"innovative": False, "innovative_waiver": "Ny i Aarhus"}, "SORT7"),
            ({"innovative": False, "innovative_waiver": ""}, "SORT10"),
            ({"innovative": False, "small_organisation_waiver": "Netværk"}, "SORT10"),
            ({"small_organisation": False, "innovative_waiver": "Ny i Aarhus"}, "SORT10"),
            ({"needs_fund": False}, "SORT10"),
            ({"assessment_written": False}, "SORT10"),
            ({"learning_purpose": False}, "SORT10"),
            ({"lead_department_asked": False}, "SORT10"),
        ],
    )
    def test_each_gate_and_its_waiver(self, changes, rule):
        assert sort(DONATION, **changes).rule == rule

    @pytest.mark.parametrize(
        ("changes", "gate"),
        [
            ({"municipal": True}, "GATE10a"),
            ({"innovative": False}, "GATE10b"),
            ({"needs_fund": False}, "GATE10c"),
            ({"amount": 100_001}, "GATE10d"),
            ({"assessment_written": False}, "GATE10e"),
            ({"learning_purpose": False}, "GATE10f"),
        ],
    )
    def test_each_gate_alone_is_the_one_that_fails(self, changes, gate):
        asked = [g for g in sort(DONATION, **changes).grounds if g.section == "donation"]

        assert [g.rule for g in asked] == [f"GATE10{letter}" for letter in "abcdef"]
        assert [g.rule for g in asked if not g.holds] == [gate]

    @pytest.mark.parametrize(
        ("dimension", "floor"),
        [(Dimension.NEED, 2), (Dimension.THEORY_OF_CHANGE, 1), (Dimension.CAPACITY, 1)],
    )
    def test_each_floor_of_the_basis(self, dimension, floor):
        assert sort(with_score(DONATION, dimension, floor)).rule == "SORT7"
        assert sort(with_score(DONATION, dimension, floor + 1)).rule == "SORT7"
        below = sort(with_score(DONATION, dimension, floor - 1))
        assert below.rule == "SORT10"
        assert ground(below, "GATE10f").text.endswith(f" er {floor - 1}. Der kræves mindst {floor}.")

    @pytest.mark.parametrize(
        ("amount", "pool", "rule"),
        [
            (99_999, 200_000, "SORT7"),
            (100_000, 200_000, "SORT7"),
            (100_001, 200_000, "SORT8"),
            (85_000, 85_001, "SORT7"),
            (85_000, 85_000, "SORT7"),
            (85_000, 84_999, "SORT8"),
            (100_001, 99_999, "SORT8"),
            (1, 0, "SORT8"),
        ],
    )
    def test_cap_and_pool(self, amount, pool, rule):
        sorting = sort(DONATION, amount=amount, fund=replace(FUND, donation_pool_left=pool))

        assert sorting.rule == rule
        assert ground(sorting, "GATE10d").holds is (rule == "SORT7")

    @pytest.mark.parametrize(
        ("amount", "pool", "text"),
        [
            (
                85_000,
                200_000,
                "Beløbet på 85.000 kr. er inden for loftet på 100.000 kr. og årets rest på 200.000 kr.",
            ),
            (140_000, 200_000, "Beløbet er 140.000 kr. En donation kan højst være 100.000 kr."),
            (85_000, 50_000, "Beløbet er 85.000 kr. Der er 50.000 kr. tilbage i årets donationspulje."),
            (
                140_000,
                50_000,
                "Beløbet er 140.000 kr. En donation kan højst være 100.000 kr., "
                "og der er 50.000 kr. tilbage i årets donationspulje.",
            ),
        ],
    )
    def test_the_amount_says_the_limit_that_it_breaks(self, amount, pool, text):
        sorting = sort(DONATION, amount=amount, fund=replace(FUND, donation_pool_left=pool))

        assert plain(ground(sorting, "GATE10d").text) == text

    @pytest.mark.parametrize("other", ["needs_fund", "assessment_written", "learning_purpose", "innovative"])
    def test_another_failing_gate_beside_the_amount_is_not_sort8(self, other):
        assert sort(DONATION, amount=140_000, **{other: False}).rule == "SORT10"

    @pytest.mark.parametrize(
        ("values", "twelfths", "rule"),
        [
            ((2, 3, 2, 2, 2, 2, 1, 2), 23, "SORT10"),
            ((2, 2, 2, 2, 2, 2, 2, 2), 24, "SORT9"),
            ((3, 2, 2, 2, 2, 2, 2, 2), 25, "SORT9"),
        ],
    )
    def test_the_maturity_that_a_dialogue_needs_is_2_exactly(self, values, twelfths, rule):
        sorting = sort(DONATION, scores=scores(*values), needs_fund=False)

        assert (sorting.maturity, sorting.rule) == (Fraction(twelfths, 12), rule)
        assert ground(sorting, "SORT9").holds is (rule == "SORT9")


class TestResult:
    @pytest.mark.parametrize(
        ("facts", "changes"),
        [
            (INVESTMENT, {"eligible": False}),
            (INVESTMENT, {"stop": True}),
            (INVESTMENT, {"hearing_open": True}),
            (INVESTMENT, {"payback_months": Decimal(1), "department_funds_itself": True}),
            (INVESTMENT, {}),
            (DONATION, {}),
        ],
    )
    def test_final_follows_the_scores_alone(self, facts, changes):
        assert sort(facts, **changes).final
        assert not sort(with_score(facts, Dimension.ECONOMY, None), **changes).final

    def test_maturity_and_level_are_provisional_while_a_score_is_missing(self):
        sorting = sort(INVESTMENT, scores=scores(None, None, None, 4, 3, 3, 1, None))

        assert (sorting.maturity, sorting.level, sorting.final) == (Fraction(11, 4), Level.MATURE, False)

    def test_nothing_scored_gives_neither_maturity_nor_level(self):
        sorting = sort(INVESTMENT, scores={}, stop=True)

        assert (sorting.maturity, sorting.level, sorting.final) == (None, None, False)

    def test_grounds_hold_only_what_was_asked(self):
        def asked(**changes: object) -> list[str]:
            return list(dict.fromkeys(g.section.value for g in sort(INVESTMENT, **changes).grounds))

        assert asked(eligible=False) == ["formal"]
        assert asked(stop=True) == ["formal", "stop"]
        assert asked(hearing_open=True) == ["formal", "stop", "ready"]
        own_drift = asked(payback_months=Decimal(1), department_funds_itself=True)
        assert own_drift == ["formal", "stop", "ready", "own_drift"]
        assert asked() == ["formal", "stop", "ready", "own_drift", "investment", "amount"]
        assert asked(risk_assessed=False) == [
            *("formal", "stop", "ready", "own_drift", "investment", "donation", "dialogue")
        ]
        assert "dialogue" not in [g.section for g in sort(DONATION).grounds]

    def test_each_dimension_without_a_score_is_named(self):
        sorting = sort(INVESTMENT, scores=scores(3, None, 3, 3, 3, None, 3, 3), hearing_open=True)

        assert [(g.rule, g.dimension, g.text) for g in sorting.deciding] == [
            (
                "GATE2",
                "need",
                "Behov og supplement er ikke vurderet endnu. Alle otte dimensioner skal vurderes.",
            ),
            ("GATE2", "economy", "Økonomi er ikke vurderet endnu. Alle otte dimensioner skal vurderes."),
            ("SORT3", None, "Partshøringen er ikke slut. Forslaget sorteres, når den er slut."),
        ]

    @pytest.mark.parametrize(
        ("facts", "changes", "deciding"),
        [
            (INVESTMENT, {"eligible": False}, ["GATE1"]),
            (INVESTMENT, {"stop": True}, ["GATE4"]),
            (INVESTMENT, {"hearing_open": True}, ["SORT3"]),
            (INVESTMENT, {"payback_months": Decimal(1), "department_funds_itself": True}, ["SORT3", "SORT3"]),
            (INVESTMENT, {}, ["GATE2"] * 9 + ["GATE3", "GATE5", "GATE6", "GATE7", "MON6", "GATE8", "MON8"]),
            (INVESTMENT, {"amount": 3_000_001}, ["MON6"]),
            (DONATION, {}, ["GATE2"] * 5 + ["GATE3"] + [f"GATE10{letter}" for letter in "abcdef"]),
            (DONATION, {"amount": 140_000}, ["GATE2"] * 5 + ["GATE3", "GATE10d"]),
            (
                INVESTMENT,
                {"risk_assessed": False, "innovative": True},
                ["GATE7", "GATE10c", "GATE10d", "GATE10f", "SORT9"],
            ),
        ],
    )
    def test_what_decides_is_marked_and_nothing_else(self, facts, changes, deciding):
        assert [g.rule for g in sort(facts, **changes).deciding] == deciding


class TestNotStated:
    """A fact that nobody has given counts as not met, reads "ikke oplyst", and never turns anyone away."""

    @pytest.mark.parametrize(
        ("fact", "rule"),
        [("eligible", "GATE1"), ("stop", "GATE4"), ("hearing_open", "SORT3")],
    )
    def test_before_the_table_it_leaves_the_answer_open(self, fact, rule):
        sorting = sort(INVESTMENT, **{fact: None})

        assert (sorting.track, sorting.rule) == (Track.UNDETERMINED, None)
        assert [(g.rule, g.holds, g.known) for g in sorting.deciding] == [(rule, False, False)]
        assert "ikke oplyst" in sorting.deciding[0].text
        assert "ikke oplyst" in deciding_paragraph(sorting)

    @pytest.mark.parametrize(
        ("facts", "fact", "rule"),
        [
            (INVESTMENT, "payers_confirmed", "GATE5"),
            (INVESTMENT, "legal_checked", "GATE6"),
            (INVESTMENT, "risk_assessed", "GATE7"),
            (DONATION, "municipal", "GATE10a"),
            (DONATION, "small_organisation", "GATE10a"),
            (DONATION, "innovative", "GATE10b"),
            (DONATION, "needs_fund", "GATE10c"),
            (DONATION, "assessment_written", "GATE10e"),
            (DONATION, "learning_purpose", "GATE10f"),
            (DONATION, "lead_department_asked", "GATE10f"),
        ],
    )
    def test_in_a_gate_it_counts_as_not_met(self, facts, fact, rule):
        sorting = sort(facts, **{fact: None})
        asked = ground(sorting, rule)

        assert (asked.holds, asked.known, asked.decides) == (False, False, True)
        assert "ikke oplyst" in asked.text
        assert sorting.track not in {Track.SOCIAL_INVESTMENT, Track.DONATION}

    def test_a_department_that_has_not_answered_does_not_fund_it_itself(self):
        sorting = sort(INVESTMENT, payback_months=Decimal(1), department_funds_itself=None)

        assert sorting.rule == "SORT4"
        assert not ground(sorting, "SORT3").known

    def test_a_waiver_settles_what_is_not_stated(self):
        sorting = sort(DONATION, small_organisation=None, small_organisation_waiver="Netværk")

        assert sorting.rule == "SORT7"
        assert (ground(sorting, "GATE10a").holds, ground(sorting, "GATE10a").known) == (True, True)


@pytest.mark.parametrize(
    ("facts", "changes", "paragraph"),
    [
        (INVESTMENT, {"eligible": False}, "Forslaget opfylder ikke callets formelle krav."),
        (
            INVESTMENT,
            {"stop": True},
            "Indsatsen kan ikke få penge fra fonden: der er tegn på skade, lovbrud eller alvorlig etisk tvivl.",
        ),
        (
            INVESTMENT,
            {"scores": {}, "hearing_open": True},
            "Forslaget kan ikke sorteres endnu: 8 af de otte dimensioner er ikke vurderet endnu, "
            "og partshøringen er ikke slut.",
        ),
        (
            INVESTMENT,
            {"scores": scores(3, 3, 3, None, 3, 3, 3, 3)},
            "Forslaget kan ikke sorteres endnu: evidens er ikke vurderet endnu.",
        ),
        (
            INVESTMENT,
            {"payback_months": Decimal(1), "department_funds_itself": True},
            "Kommunen kan selv sætte indsatsen i gang: "
            "besparelsen er tjent hjem efter 1 måned (grænsen er 24), "
            "og forvaltningen har bekræftet, at den selv kan betale indsatsen.",
        ),
        (
            INVESTMENT,
            {"outcome_fund_share": Decimal(20)},
            "Indsatsen opfylder alle krav til en social investering, også i hver af de otte dimensioner: "
            "modenheden er 3,00 (kræver 2,75), indsatsen er for 60 borgere (kræver 25), "
            "der er en bekræftet betaler til hvert mål, udbud, statsstøtte og databeskyttelse er afklaret, "
            "og risikoen er vurderet. Beløbet på 3.000.000 kr. er inden for callets loft på 3.000.000 kr., "
            "beløbet på 3.000.000 kr. er inden for fondens frie kapital på 21.000.000 kr., "
            "og resultatbetalingspuljens andel på 600.000 kr. (20 % af beløbet) er inden for puljens rest "
            "på 1.000.000 kr.",
        ),
        (
            INVESTMENT,
            {"amount": 4_000_000},
            "Indsatsen opfylder kravene til en social investering, men der er ikke plads til beløbet: "
            "beløbet på 4.000.000 kr. er over callets loft på 3.000.000 kr.",
        ),
        (
            DONATION,
            {},
            "Indsatsen opfylder alle krav til en donation: ansøgeren er en mindre organisation, "
            "indsatsen er ny og uprøvet, og beløbet på 85.000 kr. er inden for loftet på 100.000 kr. "
            "og årets rest på 200.000 kr. Den er endnu ikke klar til en social investering: "
            "modenheden er 1,42 (kræver 2,75), evidens er 1 (kræver 2), "
            "resultatmål og måling er 1 (kræver 3), og 3 krav mere er ikke opfyldt.",
        ),
        (
            DONATION,
            {"amount": 140_000, "scores": scores(3, 3, 3, 3, 3, 3, 3, 3)},
            "Indsatsen opfylder de andre krav til en donation, men beløbet på 140.000 kr. er over loftet på "
            "100.000 kr. Den er endnu ikke klar til en social investering: "
            "indsatsen er for 12 borgere (kræver 25).",
        ),
        (
            INVESTMENT,
            {"risk_assessed": False, "amount": 1, "innovative": True, "needs_fund": True},
            "Indsatsen er endnu ikke klar til en social investering: risikoen er ikke vurderet. "
            "Den opfylder heller ikke kravene til en donation: "
            "det er ikke beskrevet, hvad indsatsen skal lære os. "
            "Modenheden er 3,00, og en modningsdialog kræver mindst 2,00.",
        ),
    ],
)
def test_the_paragraph_says_what_decided(facts, changes, paragraph):
    assert plain(deciding_paragraph(sort(facts, **changes))) == paragraph
