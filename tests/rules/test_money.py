"""Are amounts and numbers read and written as a Dane means them, and never guessed?"""

import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.money import (
    KRONER_LIMIT,
    NotAnAmount,
    NotANumber,
    decimal_from_text,
    format_kroner,
    format_number,
    kroner_from_text,
    whole_number_from_text,
)


@pytest.mark.parametrize(
    "text",
    [
        "100.000",
        "100000",
        "100 000",
        "100\u00a0000",
        "100\u202f000",
        "kr. 100.000",
        "kr 100.000",
        "100.000 kr.",
        "100.000 DKK",
        "DKK 100.000",
        "100.000 kroner",
        "100.000,00",
        "100.000,-",
        "100.000,- kr.",
        "  100.000\t",
    ],
)
def test_amount_is_read_however_a_dane_writes_it(text: str) -> None:
    assert kroner_from_text(text) == 100_000_00


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("100000,50", "100.001"),
        ("100.000,01", "100.000"),
        ("100,000.00", "100.000"),
        ("100,000", "100.000"),
        ("10.00", "10"),
        ("10.0", "10"),
        ("1000.50", "1.001"),
        ("100.000.00", "100.000"),
        ("1.0.0", "100"),
        ("1,234,567", "1.234.567"),
        ("1.000 000", "1.000.000"),
        ("1.234,567", None),
        ("1,5", "2"),
        ("0,4", None),
        ("999999999999.99", None),
    ],
)
def test_amount_that_can_be_read_in_two_ways_is_refused_with_a_suggestion(text: str, suggestion: str | None) -> None:
    with pytest.raises(NotAnAmount) as refused:
        kroner_from_text(text)
    assert refused.value.suggestion == suggestion
    assert (f"Mente du {suggestion} kr.?" in refused.value.message) is (suggestion is not None)
    assert "Skriv beløbet i hele kroner, for eksempel 100.000." in refused.value.message


NOT_NUMBERS = [
    *[
        "",
        " ",
        "\u00a0",
        "kr.",
        ".",
        ",",
        "-",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e5",
        "1_000",
        "0x10",
    ],
    *[
        "½",
        "²",
        "IX",
        "١٢٣",
        "१२३",
        "１２３",
        "+5",
        "5+",
        "(5)",
        "5-",
        "5krkr",
        "kr",
        "ti",
        "1\x000",
        "1\n000",
    ],
    *["-5", "−5", "–5", "-0", "−0", "kr. -5", "0,001", "0.001", "0,5,5", "00.000"],
]


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    for read in (kroner_from_text, whole_number_from_text, decimal_from_text):
        if read is decimal_from_text and text == "0,001":
            continue
        with pytest.raises(NotANumber):
            read(text)


def test_negative_amount_says_so() -> None:
    with pytest.raises(NotAnAmount, match="må ikke være negativt"):
        kroner_from_text("−1.000")


def test_zero_is_taken_only_where_it_is_allowed() -> None:
    with pytest.raises(NotAnAmount, match=r"mindst 1 kr\."):
        kroner_from_text("0")
    assert kroner_from_text("0", least=0) == 0


@pytest.mark.parametrize(
    "text", ["1000000000000", "1.000.000.000.000", str(10**30), str(2**63), "9" * 5000, "0" * 5000]
)
def test_amount_of_a_billion_danish_is_over_the_limit(text: str) -> None:
    with pytest.raises(NotAnAmount, match=r"^Tallet er for stort\. Det skal være under 1\.000\.000\.000\.000 kr\.$"):
        kroner_from_text(text)


def test_largest_amount_is_just_below_the_limit() -> None:
    assert kroner_from_text("999.999.999.999") == (KRONER_LIMIT - 1) * 100


def test_amount_keeps_the_bounds_of_its_caller() -> None:
    assert kroner_from_text("100.000", most=100_000) == 100_000_00
    with pytest.raises(NotAnAmount, match=r"^Beløbet må højst være 100\.000 kr\.$"):
        kroner_from_text("100.001", most=100_000)


@pytest.mark.parametrize("text", ["1" * 10**6, "1." * 500_000, "kr" * 500_000, " " * 10**6 + "x", "1,0" * 300_000])
def test_a_megabyte_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    for read in (kroner_from_text, whole_number_from_text, decimal_from_text):
        with pytest.raises(NotANumber):
            read(text)
    assert time.process_time() - started < 0.5


@given(st.integers(1, KRONER_LIMIT - 1))
def test_every_amount_that_we_write_we_read_again(kroner: int) -> None:
    assert kroner_from_text(format_kroner(kroner * 100)) == kroner * 100


@given(st.text(alphabet="0123456789.,- \u00a0kr", max_size=14))
def test_a_text_is_read_as_its_digits_or_refused(text: str) -> None:
    try:
        ore = kroner_from_text(text)
    except NotAnAmount:
        return
    digits = "".join(filter(str.isdigit, text.removesuffix(" kr").split(",")[0]))
    assert ore == int(digits) * 100


def test_whole_number_is_read_with_its_bounds() -> None:
    assert [whole_number_from_text(text) for text in ("25", "1.000", "0", "1 000")] == [25, 1000, 0, 1000]
    with pytest.raises(NotANumber, match="for eksempel 25") as refused:
        whole_number_from_text("25,5")
    assert refused.value.suggestion == "26"
    with pytest.raises(NotANumber, match="mindst 1"):
        whole_number_from_text("0", least=1)
    with pytest.raises(NotANumber, match="højst være 4"):
        whole_number_from_text("5", most=4)


def test_decimal_is_exact_and_keeps_its_bounds() -> None:
    assert decimal_from_text("2,5") == Decimal("2.5")
    assert decimal_from_text("1.000,25") == Decimal("1000.25")
    assert decimal_from_text("100", most=100) == Decimal(100)
    for text in ("100,01", "101"):
        with pytest.raises(NotANumber, match="højst være 100"):
            decimal_from_text(text, most=100)
    with pytest.raises(NotANumber, match="for mange decimaler"):
        decimal_from_text("2,555")
    with pytest.raises(NotANumber) as refused:
        decimal_from_text("2.5")
    assert refused.value.suggestion == "2,5"


@pytest.mark.parametrize(
    ("ore", "shown"),
    [
        (100_000_00, "100.000\u00a0kr."),
        (100_000_50, "100.000,50\u00a0kr."),
        (5, "0,05\u00a0kr."),
        (0, "0\u00a0kr."),
        (-1_234_567_00, "-1.234.567\u00a0kr."),
        (-50, "-0,50\u00a0kr."),
        (99_999, "999,99\u00a0kr."),
    ],
)
def test_amount_is_written_with_points_and_ore_only_when_there_are_any(ore: int, shown: str) -> None:
    assert format_kroner(ore) == shown


@pytest.mark.parametrize("amount", [True, 1.0, Decimal(1), "1", None])
def test_amount_that_is_no_int_is_not_written(amount: object) -> None:
    with pytest.raises(TypeError):
        format_kroner(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "decimals", "shown"),
    [
        (1234, None, "1.234"),
        (Decimal("1234.5"), None, "1.234,5"),
        (Fraction(19, 6), None, "3,17"),
        (Fraction(33, 12), 2, "2,75"),
        (Fraction(1, 8), 2, "0,13"),
        (Decimal("0.125"), 2, "0,13"),
        (Decimal("1.005"), 2, "1,01"),
        (Decimal("-0.125"), 2, "-0,13"),
        (Decimal("-0.001"), 2, "0,00"),
        (Decimal("-0.001"), None, "0"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(3, 2), 0, "2"),
        (3, 2, "3,00"),
        (Decimal("2.50"), None, "2,5"),
        (Decimal("999.999"), 2, "1.000,00"),
        (10**20, None, "100.000.000.000.000.000.000"),
    ],
)
def test_number_is_written_and_rounded_exactly(
    number: int | Fraction | Decimal, decimals: int | None, shown: str
) -> None:
    assert format_number(number, decimals) == shown


@pytest.mark.parametrize("number", [1.5, True, "1", None])
def test_number_that_is_not_exact_is_not_written(number: object) -> None:
    with pytest.raises(TypeError):
        format_number(number)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity"])
def test_number_that_is_not_finite_is_not_written(number: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        format_number(Decimal(number))
