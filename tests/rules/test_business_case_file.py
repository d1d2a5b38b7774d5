"""Is a business case file read and answered as contract 5 says, and is every fault in it named?"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import raadslag
from scoring.rules.business_case import calculate
from scoring.rules.business_case_file import BusinessCaseFaults, parse_business_case, result_to_json


def example() -> dict[str, Any]:
    return {
        "intakes": [{"year": 0, "participants": 60}],
        "costs": [
            {"year": 0, "amount": 1500000, "kind": "delivery"},
            {"year": 1, "amount": 1500000, "kind": "delivery"},
        ],
        "goals": [
            {
                "name": "Job i mindst seks måneder",
                "success_share": 0.35,
                "deadweight": 0.15,
                "savings": [
                    {
                        "payer": "MSB",
                        "sector": "municipality",
                        "per_success": 130000,
                        "starts_after": 2,
                        "years": 5,
                        "drop_off": 0.2,
                    }
                ],
            }
        ],
    }


def answer_to(document: object) -> dict[str, Any]:
    text = result_to_json(calculate(parse_business_case(json.dumps(document))))
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def test_the_answer_has_every_key_in_order():
    answer = answer_to(example())

    assert list(answer) == [
        *("cost", "saving", "pv_cost", "pv_saving", "npv", "payback_year"),
        *("break_even_multiplier", "break_even_success_share", "by_sector", "by_payer", "cumulative"),
        *("scenarios", "sensitivity"),
    ]
    assert answer["cumulative"] == [-1500000, -3000000, -1440000, -192000, 806400, 1605120, 2244096]
    assert round(answer["npv"], 2) == Decimal("1694981.94")
    assert answer["by_sector"] == {"municipality": 5244096, "region": 0, "state": 0}
    assert [list(one) for one in answer["scenarios"]] == [
        ["name", "npv", "payback_year", "break_even_multiplier"],
    ] * 3
    assert [one["name"] for one in answer["scenarios"]] == ["pessimistic", "expected", "optimistic"]
    assert [one["driver"] for one in answer["sensitivity"]] == [
        *("success_share", "deadweight", "value", "participants", "cost", "delay"),
    ]
    assert answer["sensitivity"][5]["high"] == answer["npv"]


def test_decimals_are_taken_as_written_and_ore_are_not_lost():
    document = example()
    document["costs"] = [{"year": 0, "amount": 123456789012345678901.23, "kind": "setup"}]
    text = json.dumps(document).replace("1.2345678901234568e+20", "123456789012345678901.23")
    answer = json.loads(result_to_json(calculate(parse_business_case(text))), parse_float=Decimal)
    assert answer["cost"] == Decimal("123456789012345678901.23")


def test_enormous_amounts_are_answered():
    document = example()
    text = json.dumps(document).replace("130000", "1e400")
    answer = json.loads(result_to_json(calculate(parse_business_case(text))), parse_float=Decimal)
    assert answer["saving"] == Decimal("4.03392e401")


def at(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    *walk, last = path.split(".")

    def change(document: Any) -> None:
        for step in walk:
            document = document[int(step) if step.isdigit() else step]
        document[int(last) if last.isdigit() else last] = value

    return change


FAULTS: list[tuple[str, object, str]] = [
    ("intakes", [], "intakes: skal være en liste med mindst én post, men er en tom liste."),
    ("goals.0.savings", [], "goals 1, savings: skal være en liste med mindst én post, men er en tom liste."),
    ("costs.1", 7, "costs 2: skal være et objekt, men er 7."),
    ("costs.0.kind", "drift", "costs 1, kind: skal være et af ordene"),
    ("costs.0.amount", -1, "costs 1, amount: skal være et tal på mindst 0, men er -1."),
    ("costs.0.amount", True, "costs 1, amount: skal være et tal på mindst 0, men er true."),
    ("costs.0.year", 101, "costs 1, year: skal være et helt tal fra 0 til 100, men er 101."),
    ("costs.0.year", 1.0, "costs 1, year: skal være et helt tal fra 0 til 100, men er 1.0."),
    ("intakes.0.participants", 0, "intakes 1, participants: skal være et helt tal på mindst 1, men er 0."),
    ("intakes.0.participants", None, "intakes 1, participants: skal være et helt tal på mindst 1, men er null."),
    ("goals.0.name", " ", 'goals 1, name: skal være tekst, der ikke er tom, men er " ".'),
    ("goals.0.success_share", 1.01, "goals 1, success_share: skal være et tal fra 0 til 1, men er 1.01."),
    ("goals.0.deadweight", "0,2", 'goals 1, deadweight: skal være et tal fra 0 til 1, men er "0,2".'),
    ("goals.0.deadweight", float("nan"), "goals 1, deadweight: skal være et tal fra 0 til 1, men er NaN."),
    ("goals.0.savings.0.sector", "staten", "goals 1, savings 1, sector: skal være et af ordene"),
    ("goals.0.savings.0.payer", "", 'goals 1, savings 1, payer: skal være tekst, der ikke er tom, men er "".'),
    ("goals.0.savings.0.per_success", float("inf"), "per_success: skal være et tal på mindst 0, men er Infinity."),
    ("goals.0.savings.0.starts_after", 101, "starts_after: skal være et helt tal fra 0 til 100, men er 101."),
    ("goals.0.savings.0.years", 0, "goals 1, savings 1, years: skal være et helt tal fra 1 til 60, men er 0."),
    ("goals.0.savings.0.years", 61, "goals 1, savings 1, years: skal være et helt tal fra 1 til 60, men er 61."),
    ("goals.0.savings.0.drop_off", -0.1, "drop_off: skal være et tal fra 0 til 1, men er -0.1."),
    ("goals.0.savings.0.note", "x", "goals 1, savings 1, note: kendes ikke."),
    ("rates", "2021", "rates: kendes ikke."),
]


@pytest.mark.parametrize(("path", "value", "fault"), FAULTS, ids=[f"{path}={value}" for path, value, _ in FAULTS])
def test_a_fault_is_named_where_it_stands(path: str, value: object, fault: str):
    document = example()
    at(path, value)(document)
    with pytest.raises(BusinessCaseFaults) as refused:
        parse_business_case(json.dumps(document))
    (line,) = refused.value.faults
    assert fault in line


@pytest.mark.parametrize("key", ["intakes", "costs", "goals"])
def test_every_key_must_be_there(key: str):
    document = example()
    del document[key]
    with pytest.raises(BusinessCaseFaults) as refused:
        parse_business_case(json.dumps(document))
    assert refused.value.faults == (f"{key}: mangler.",)


def test_every_fault_is_named_in_one_reading_and_a_repeated_key_is_one():
    text = '{"intakes": [{"year": 0, "year": 1, "participants": 1}], "costs": [{}], "goals": 3}'
    with pytest.raises(BusinessCaseFaults) as refused:
        parse_business_case(text)
    assert refused.value.faults == (
        "goals: skal være en liste med mindst én post, men er 3.",
        "intakes 1, year: står der mere end en gang.",
        "costs 1, year: mangler.",
        "costs 1, amount: mangler.",
        "costs 1, kind: mangler.",
    )


def test_the_command_answers_on_standard_output_alone():
    answered = CliRunner().invoke(raadslag, ["business-case", "run", "-"], input=json.dumps(example()))
    assert (answered.exit_code, answered.stderr) == (0, "")
    assert json.loads(answered.stdout)["payback_year"] == 4


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Filen er tom. Skriv et JSON-objekt."),
        ("[]", "Filen skal være et JSON-objekt med nøglerne intakes, costs og goals."),
        ("{", "Filen er ikke gyldig JSON: se linje 1, tegn 2."),
    ],
)
def test_the_command_refuses_with_one_line_for_each_fault(text: str, fault: str):
    refused = CliRunner().invoke(raadslag, ["business-case", "run", "-"], input=text)
    assert (refused.exit_code, refused.stdout, refused.stderr) == (2, "", f"{fault}\n")


def test_the_command_says_why_a_file_cannot_be_read():
    refused = CliRunner().invoke(raadslag, ["business-case", "run", "nowhere.json"])
    assert (refused.exit_code, refused.stdout, refused.stderr) == (2, "", "nowhere.json: Filen findes ikke.\n")
