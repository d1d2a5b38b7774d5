"""Is every input rule of the policy file held, and is the answer written as the contract says?"""

import json
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from scoring.rules.dimensions import Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.policy_file import (
    NamedProposal,
    PolicyFileFaults,
    PolicyInput,
    parse_policy_file,
    results_to_json,
)
from tests.rules.policy_builders import CALL, FUND, INVESTMENT, POLICY, sort

SMALLEST: dict[str, Any] = {"id": "a", "amount": 3_000_000, "participants": 60}
# The example of the contract, word for word.
EXAMPLE = """
{"call": {"per_project_cap": 3000000},
 "fund": {"free_capital": 21000000, "outcome_fund_balance": 1000000, "donation_pool_left": 200000},
 "proposals": [{
   "id": "any text", "eligible": true, "stop": false, "hearing_open": false,
   "payback_months": null, "department_funds_itself": false,
   "scores": {"target_group": 3, "need": 3, "theory_of_change": 3, "evidence": 3,
              "result_goals": 3, "economy": 3, "payer": 3, "capacity": 3},
   "participants": 60, "small_group_reason": null,
   "payers_confirmed": true, "legal_checked": true, "risk_assessed": true,
   "outcome_fund_share": 0, "amount": 3000000,
   "municipal": false, "small_organisation": true, "small_organisation_waiver": null,
   "innovative": false, "innovative_waiver": null, "needs_fund": false,
   "assessment_written": true, "learning_purpose": false, "lead_department_asked": true}]}
"""
BOOLEANS = (
    "eligible",
    "stop",
    "hearing_open",
    "department_funds_itself",
    "payers_confirmed",
    "legal_checked",
    "risk_assessed",
    "municipal",
    "small_organisation",
    "innovative",
    "needs_fund",
    "assessment_written",
    "learning_purpose",
    "lead_department_asked",
)
REASONS = ("small_group_reason", "small_organisation_waiver", "innovative_waiver")
BLANKS = ("", " ", "\t\n", "\u00a0", "\u2003\u202f\u3000", "\u200b\ufeff\u2060\u00ad", "\u2800\u3164", "\x00")


def raw(key: str, value: str) -> str:
    """A file with one proposal in which one key has the value exactly as written."""
    others = {name: json.dumps(known) for name, known in SMALLEST.items() if name != key}
    members = ", ".join(f'"{name}": {written}' for name, written in {**others, key: value}.items())
    return f'{{"proposals": [{{{members}}}]}}'


def facts(key: str, value: str) -> ProposalFacts:
    (proposal,) = parse_policy_file(raw(key, value)).proposals
    return proposal.facts


def faults(text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(PolicyFileFaults) as refused:
        parse_policy_file(text)
    assert all(line and "\n" not in line and line.isprintable() for line in refused.value.faults)
    return refused.value.faults


def test_the_example_reads_as_it_stands():
    assert parse_policy_file(EXAMPLE) == PolicyInput(CALL, FUND, (NamedProposal("any text", INVESTMENT),))


def test_missing_keys_have_the_values_of_the_example_and_scores_are_null():
    read = parse_policy_file(json.dumps({"proposals": [SMALLEST, {**SMALLEST, "id": "b", "scores": {"need": 2}}]}))

    assert (read.call, read.fund) == (CALL, FUND)
    first, second = (proposal.facts for proposal in read.proposals)
    unscored = dict.fromkeys(Dimension)
    for name in ProposalFacts.__dataclass_fields__:
        if name != "scores":
            assert getattr(first, name) == getattr(INVESTMENT, name), name
    assert first.scores == unscored
    assert second.scores == {**unscored, Dimension.NEED: 2}


def test_call_and_fund_may_be_given_in_part():
    read = parse_policy_file(json.dumps({"call": {}, "fund": {"free_capital": 0}, "proposals": [SMALLEST]}))

    assert read.call == CallLimits(per_project_cap=3_000_000)
    assert read.fund == FundFigures(free_capital=0, outcome_fund_balance=1_000_000, donation_pool_left=200_000)


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("key", REASONS)
def test_a_blank_reason_is_none(key, blank):
    assert getattr(facts(key, json.dumps(blank)), key) is None


@pytest.mark.parametrize("key", REASONS)
def test_a_reason_is_kept_as_written(key):
    assert getattr(facts(key, json.dumps(" Ny\u00a0i Aarhus ")), key) == " Ny\u00a0i Aarhus "


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("payback_months", "0", Decimal(0)),
        ("payback_months", "-0.0", Decimal(0)),
        ("payback_months", "24.000000000000000000000000001", Decimal("24.000000000000000000000000001")),
        ("payback_months", "1e400", Decimal("1e400")),
        ("payback_months", "1E+999999999", Decimal("1E+999999999")),
        ("payback_months", "null", None),
        ("outcome_fund_share", "0.1", Decimal("0.1")),
        ("outcome_fund_share", "100", Decimal(100)),
        ("outcome_fund_share", "100.0", Decimal(100)),
        ("outcome_fund_share", "1e2", Decimal(100)),
        ("outcome_fund_share", "1E-999999999", Decimal("1E-999999999")),
        ("amount", "1", 1),
        ("participants", "1", 1),
        pytest.param("amount", "1" + "0" * 5000, 10**5000, id="amount-5001-digits"),
    ],
)
def test_numbers_are_taken_exactly_as_written(key, written, value):
    assert getattr(facts(key, written), key) == value


@pytest.mark.parametrize("written", ["0", "-0", "4", "null"])
def test_scores_from_0_to_4_or_null(written):
    expected = None if written == "null" else int(written)

    assert facts("scores", f'{{"need": {written}}}').scores[Dimension.NEED] == expected


WRONG = {
    **{key: ["null", "0", "1", '"true"', "[]", "{}", "NaN", "1.0"] for key in BOOLEANS},
    **{key: ["true", "0", "[]", "{}", "NaN", '"\\ud800"'] for key in REASONS},
    "id": ["null", "1", "true", "[]", "{}", "NaN", *(json.dumps(blank) for blank in BLANKS), '"a\\udfff"'],
    **{
        key: [
            "null",
            "0",
            "-1",
            "true",
            "false",
            "3.0",
            "1e3",
            '"3"',
            "[]",
            "{}",
            "NaN",
            "Infinity",
            "-Infinity",
        ]
        for key in ("amount", "participants")
    },
    "payback_months": ["-1", "-0.1", "true", '"3"', "[]", "{}", "NaN", "Infinity", "-Infinity", "-1e-400"],
    "outcome_fund_share": [
        *("null", "-1", "-0.1", "100.1", "101", "100.0000000000000000000000001", "1e400", "1E+999999999"),
        *("true", "false", '"3"', "[]", "{}", "NaN", "Infinity", "1e99999999999999999999", "1" * 30_000),
    ],
    "scores": ["null", "3", '"3"', "[]", "true", "NaN"],
}


@pytest.mark.parametrize(
    ("key", "written"),
    [pytest.param(key, value, id=f"{key}-{value[:20]}") for key, values in WRONG.items() for value in values],
)
def test_a_wrong_value_is_one_fault_that_names_proposal_and_key(key, written):
    (line,) = faults(raw(key, written))

    name = r"Forslag 1( \(.*\))?" if key == "id" else r"Forslag 1 \(a\)"
    assert re.fullmatch(rf"{name}, {key}: skal være .+, men er .+\.", line)


@pytest.mark.parametrize("written", ["-1", "5", "3.0", "1e0", "true", '"3"', "[]", "{}", "NaN", "10e1000"])
def test_a_wrong_score_is_one_fault_that_names_the_dimension(written):
    (line,) = faults(raw("scores", f'{{"need": {written}}}'))

    assert line.startswith("Forslag 1 (a), scores, need: skal være et helt tal fra 0 til 4 eller null, men er ")


@pytest.mark.parametrize("written", ["null", "-1", "true", "3.0", '"3"', "NaN", "[]"])
@pytest.mark.parametrize(
    ("part", "key"),
    [
        ("call", "per_project_cap"),
        ("fund", "free_capital"),
        ("fund", "outcome_fund_balance"),
        ("fund", "donation_pool_left"),
    ],
)
def test_a_wrong_amount_of_call_or_fund_is_one_fault(part, key, written):
    (line,) = faults(f'{{"{part}": {{"{key}": {written}}}, "proposals": [{json.dumps(SMALLEST)}]}}')

    assert line.startswith(f"{part}, {key}: skal være et helt tal på mindst 0, men er ")


@pytest.mark.parametrize("part", ["call", "fund"])
@pytest.mark.parametrize("written", ["null", "[]", "3", '"x"', "true"])
def test_call_and_fund_are_objects(part, written):
    (line,) = faults(f'{{"{part}": {written}, "proposals": [{json.dumps(SMALLEST)}]}}')

    assert line.startswith(f"{part}: skal være et objekt, men er ")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["Filen er tom. Skriv et JSON-objekt."]),
        (" \n", ["Filen er tom. Skriv et JSON-objekt."]),
        (b"", ["Filen er tom. Skriv et JSON-objekt."]),
        ("{", ["Filen er ikke gyldig JSON: se linje 1, tegn 2."]),
        ('{"proposals": [],}', ["Filen er ikke gyldig JSON: se linje 1, tegn 18."]),
        ("{'a': 1}", ["Filen er ikke gyldig JSON: se linje 1, tegn 2."]),
        ('{"proposals": 01}', ["Filen er ikke gyldig JSON: se linje 1, tegn 16."]),
        (EXAMPLE + "x", ["Filen er ikke gyldig JSON: se linje 15, tegn 1."]),
        (b'{"id": "\xe5"}', ["Filen er ikke gyldig UTF-8 (byte 9). Gem den som UTF-8, og prøv igen."]),
        (
            EXAMPLE.encode("utf-16"),
            ["Filen er ikke gyldig UTF-8 (byte 1). Gem den som UTF-8, og prøv igen."],
        ),
        pytest.param("[" * 200_000, ["Filen har for mange niveauer inden i hinanden."], id="deep-lists"),
        pytest.param('{"a":' * 200_000, ["Filen har for mange niveauer inden i hinanden."], id="deep-objects"),
        ("[]", ["Filen skal være et JSON-objekt med nøglen proposals."]),
        ("null", ["Filen skal være et JSON-objekt med nøglen proposals."]),
        ("NaN", ["Filen skal være et JSON-objekt med nøglen proposals."]),
        ('"x"', ["Filen skal være et JSON-objekt med nøglen proposals."]),
        ("{}", ["proposals: mangler. Skriv mindst et forslag."]),
        (
            '{"proposals": []}',
            ["proposals: skal være en liste med mindst et forslag, men er en tom liste."],
        ),
        ('{"proposals": {}}', ["proposals: skal være en liste med mindst et forslag, men er et objekt."]),
        ('{"proposals": null}', ["proposals: skal være en liste med mindst et forslag, men er null."]),
        (
            '{"proposals": [1, [], null]}',
            [
                "Forslag 1: skal være et objekt, men er 1.",
                "Forslag 2: skal være et objekt, men er en tom liste.",
                "Forslag 3: skal være et objekt, men er null.",
            ],
        ),
        (
            '{"proposals": [{}]}',
            ["Forslag 1, id: mangler.", "Forslag 1, participants: mangler.", "Forslag 1, amount: mangler."],
        ),
    ],
)
def test_a_file_of_the_wrong_shape_says_so(text, lines):
    assert faults(text) == tuple(lines)


def test_a_byte_order_mark_is_no_fault():
    assert parse_policy_file("\ufeff" + EXAMPLE) == parse_policy_file(EXAMPLE)
    assert parse_policy_file(b"\xef\xbb\xbf" + EXAMPLE.encode()) == parse_policy_file(EXAMPLE)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"x": NaN, "proposals": [%s]}', "x: kendes ikke."),
        ('{"call": {"x": 1}, "proposals": [%s]}', "call, x: kendes ikke."),
        ('{"fund": {"per_project_cap": 1}, "proposals": [%s]}', "fund, per_project_cap: kendes ikke."),
        ('{"": 1, "proposals": [%s]}', ": kendes ikke."),
        ('{"Proposals": 1, "proposals": [%s]}', "Proposals: kendes ikke."),
        ('{"line\\nbreak\\ud800": 1, "proposals": [%s]}', r"line\nbreak\ud800: kendes ikke."),
        ('{"call": {}, "call": {}, "proposals": [%s]}', "call: står der mere end en gang."),
        (
            '{"call": {"per_project_cap": 1, "per_project_cap": 1}, "proposals": [%s]}',
            "call, per_project_cap: står der mere end en gang.",
        ),
        (
            '{"fund": {"free_capital": 1, "free_capital": 1}, "proposals": [%s]}',
            "fund, free_capital: står der mere end en gang.",
        ),
        ('{"proposals": [], "proposals": [%s]}', "proposals: står der mere end en gang."),
    ],
)
def test_unknown_and_repeated_keys_of_the_file_are_faults(text, line):
    assert faults(text % json.dumps(SMALLEST)) == (line,)


@pytest.mark.parametrize(
    ("members", "line"),
    [
        ('"track": "donation"', "Forslag 1 (a), track: kendes ikke."),
        ('"Amount": 1', "Forslag 1 (a), Amount: kendes ikke."),
        ('"scores": {"learning": 3}', "Forslag 1 (a), scores, learning: kendes ikke."),
        ('"amount": 3', "Forslag 1 (a), amount: står der mere end en gang."),
        ('"id": "a"', "Forslag 1 (a), id: står der mere end en gang."),
        ('"stop": true, "stop": false', "Forslag 1 (a), stop: står der mere end en gang."),
        ('"scores": {}, "scores": {}', "Forslag 1 (a), scores: står der mere end en gang."),
        ('"scores": {"need": 1, "need": 1}', "Forslag 1 (a), scores, need: står der mere end en gang."),
        ('"stop": true, "stop": false, "stop": true', "Forslag 1 (a), stop: står der mere end en gang."),
    ],
)
def test_unknown_and_repeated_keys_of_a_proposal_are_faults(members, line):
    assert faults(f'{{"proposals": [{json.dumps(SMALLEST)[:-1]}, {members}}}]}}') == (line,)


@pytest.mark.parametrize("key", ["id", "amount", "participants"])
def test_a_required_key_that_is_missing_is_a_fault(key):
    entry = {name: value for name, value in SMALLEST.items() if name != key}
    named = "Forslag 1" if key == "id" else "Forslag 1 (a)"

    assert faults(json.dumps({"proposals": [entry]})) == (f"{named}, {key}: mangler.",)


def test_an_id_stands_only_once_in_the_file():
    entries = [{**SMALLEST, "id": name} for name in ("a", "b", "a", "A", "a ", "a")]

    assert faults(json.dumps({"proposals": entries})) == (
        "Forslag 3 (a), id: er allerede brugt i forslag 1.",
        "Forslag 6 (a), id: er allerede brugt i forslag 1.",
    )


def test_every_fault_is_found_in_one_reading():
    text = json.dumps(
        {
            "call": {"per_project_cap": -1},
            "fund": [],
            "extra": 1,
            "proposals": [
                {"id": "a", "amount": 0, "participants": True, "scores": {"need": 5, "x": 1}, "stop": None},
                {"id": "b", "amount": 1, "participants": 1},
                {"id": "a", "amount": "1"},
            ],
        }
    )

    assert faults(text) == (
        "extra: kendes ikke.",
        "call, per_project_cap: skal være et helt tal på mindst 0, men er -1.",
        "fund: skal være et objekt, men er en tom liste.",
        "Forslag 1 (a), stop: skal være true eller false, men er null.",
        "Forslag 1 (a), participants: skal være et helt tal på mindst 1, men er true.",
        "Forslag 1 (a), amount: skal være et helt tal på mindst 1, men er 0.",
        "Forslag 1 (a), scores, x: kendes ikke.",
        "Forslag 1 (a), scores, need: skal være et helt tal fra 0 til 4 eller null, men er 5.",
        "Forslag 3 (a), participants: mangler.",
        'Forslag 3 (a), amount: skal være et helt tal på mindst 1, men er "1".',
        "Forslag 3 (a), id: er allerede brugt i forslag 1.",
    )


def test_long_and_unprintable_values_are_quoted_on_one_short_line():
    (line,) = faults(raw("amount", json.dumps("x\n\u202e" + "y" * 5000)))
    (long_number,) = faults(raw("amount", "-" + "1" * 15_000))

    assert r'men er "x\n\u202eyyy' in line
    assert len(line) < 150
    assert len(long_number) < 150


@pytest.mark.parametrize("written", ["1" * 20_001, "0." + "1" * 20_000], ids=["whole", "decimals"])
def test_a_number_too_long_to_calculate_with_says_so(written):
    (line,) = faults(raw("payback_months", written))

    assert line.endswith("… (for mange cifre).")


# --- the answer ---------------------------------------------------------------------------------------------


def answer(*proposals: dict[str, Any]) -> dict[str, Any]:
    read = parse_policy_file(json.dumps({"proposals": proposals}))
    written: dict[str, Any] = json.loads(results_to_json(POLICY, read.sort(POLICY)))
    return written


def test_the_answer_has_exactly_the_keys_of_the_contract():
    written = answer({**SMALLEST, "id": "Å \u00a0\n1", "eligible": False, "scores": {"evidence": 3}})

    assert written == {
        "policy": "2026",
        "results": [
            {
                "id": "Å \u00a0\n1",
                "track": "ineligible",
                "rule": "SORT1",
                "maturity": 3.0,
                "level": "mature",
                "final": False,
                "grounds": [
                    {
                        "rule": "GATE1",
                        "dimension": None,
                        "holds": False,
                        "text": "Forslaget opfylder ikke callets formelle krav.",
                    }
                ],
            }
        ],
    }
    assert list(written["results"][0]) == ["id", "track", "rule", "maturity", "level", "final", "grounds"]
    assert list(written["results"][0]["grounds"][0]) == ["rule", "dimension", "holds", "text"]


def test_an_undetermined_answer_has_null_for_rule_maturity_and_level():
    (result,) = answer(SMALLEST)["results"]

    assert (result["track"], result["rule"], result["maturity"], result["level"], result["final"]) == (
        *("undetermined", None, None, None, False),
    )


def test_a_ground_names_its_dimension_and_its_figures():
    everything = dict.fromkeys((dimension.value for dimension in Dimension), 4)
    (result,) = answer({**SMALLEST, "scores": {**everything, "evidence": 1}})["results"]

    assert {
        "rule": "GATE2",
        "dimension": "evidence",
        "holds": False,
        "text": "Evidens er 1. Der kræves mindst 2.",
    } in result["grounds"]
    assert "Beløbet er 3.000.000 kr. En donation kan højst være 100.000 kr.," in str(result["grounds"])


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"target_group": 4, "need": 3, "theory_of_change": 3, "evidence": 3, "result_goals": 3}, 3.1429),
        ({"evidence": 1, "capacity": 2}, 1.3333),
        ({"evidence": 2, "capacity": 1}, 1.6667),
        ({"evidence": 0}, 0.0),
    ],
)
def test_maturity_has_four_decimals(given, written):
    (result,) = answer({**SMALLEST, "scores": given})["results"]

    assert result["maturity"] == written


@pytest.mark.parametrize(
    ("exact", "written"),
    [
        (Fraction(12345, 100_000), "0.1235"),
        (Fraction(12344999, 100_000_000), "0.1234"),
        (Fraction(19, 6), "3.1667"),
        (Fraction(11, 4), "2.75"),
        (Fraction(4), "4.0"),
    ],
)
def test_maturity_is_rounded_half_up(exact, written):
    text = results_to_json(POLICY, [("a", replace(sort(INVESTMENT), maturity=exact))])

    assert f'"maturity": {written},' in text


def test_danish_letters_and_ordinary_spaces_stand_in_the_text():
    read = parse_policy_file(EXAMPLE)
    text = results_to_json(POLICY, read.sort(POLICY))

    assert "Beløbet er 3.000.000 kr., og callet giver højst 3.000.000 kr. til et forslag." in text
    assert text == results_to_json(POLICY, read.sort(POLICY))


def test_numbers_beyond_all_measure_are_sorted_and_said_without_spelling_them_out():
    entries = [
        {**SMALLEST, "id": "a", "scores": dict.fromkeys((d.value for d in Dimension), 3)},
        {**SMALLEST, "id": "b", "scores": dict.fromkeys((d.value for d in Dimension), 3)},
    ]
    text = json.dumps({"proposals": entries})
    huge = text.replace('"amount": 3000000', f'"amount": 1{"0" * 5000}', 1).replace(
        '"participants": 60', f'"participants": 1{"0" * 5000}, "outcome_fund_share": 1E-999999999', 1
    )
    far = huge.replace('"id": "b"', '"id": "b", "payback_months": 1E+999999999, "department_funds_itself": true')
    read = parse_policy_file(far)

    first, second = json.loads(results_to_json(POLICY, read.sort(POLICY)))["results"]

    assert (first["rule"], second["rule"]) == ("SORT6", "SORT4")
    assert "Beløbet er over 999.999.999.999.999 kr. Callet giver" in str(first["grounds"])
    assert "efter over 999.999.999.999.999 måneder." in str(second["grounds"])
