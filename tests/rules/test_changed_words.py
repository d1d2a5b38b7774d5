"""Does a text that was written again show which words went and which came, whatever its length?"""

import pytest

from intake.rules.changed_words import Fate, Passage, changed_words

KEPT, OUT, IN = Fate.KEPT, Fate.TAKEN_OUT, Fate.PUT_IN
LONG = " ".join(str(number) for number in range(5_000))


@pytest.mark.parametrize(
    ("before", "after", "passages"),
    [
        ("", "", []),
        ("Som før.", "Som før.", [(KEPT, "Som før.")]),
        ("", "Nyt", [(IN, "Nyt")]),
        ("Væk", "", [(OUT, "Væk")]),
        (
            "Vi møder 30 ældre hver uge.",
            "Vi møder 45 ældre hver uge!",
            [(KEPT, "Vi møder "), (OUT, "30 "), (IN, "45 "), (KEPT, "ældre hver uge"), (OUT, "."), (IN, "!")],
        ),
        ("3.000.000 kr.", "3.005.000 kr.", [(OUT, "3.000.000 "), (IN, "3.005.000 "), (KEPT, "kr.")]),
        ("et to tre", "et tre", [(KEPT, "et "), (OUT, "to "), (KEPT, "tre")]),
        ("<b>x</b>", "<b>y</b>", [(KEPT, "<b>"), (OUT, "x"), (IN, "y"), (KEPT, "</b>")]),
    ],
)
def test_changed_words_show_what_went_and_what_came(before: str, after: str, passages: list[tuple[Fate, str]]) -> None:
    assert [(one.fate, one.text) for one in changed_words(before, after)] == passages


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LONG, " ".join(reversed(LONG.split()))),
        (LONG.replace(" ", "\n"), "\n".join(reversed(LONG.split()))),
        (f"{LONG}\nmidt\n{LONG}", f"{LONG[::-1]}\nmidt\n{LONG[::-1]}"),
    ],
)
def test_both_texts_can_be_read_out_of_the_passages_of_a_long_one(before: str, after: str) -> None:
    passages = changed_words(before, after)

    assert "".join(one.text for one in passages if one.fate is not IN) == before
    assert "".join(one.text for one in passages if one.fate is not OUT) == after


def test_one_new_word_in_a_long_text_is_still_found() -> None:
    assert changed_words(LONG, LONG.replace(" 2500 ", " 2500 ny ")) == (
        Passage(KEPT, LONG.partition("2501")[0]),
        Passage(IN, "ny "),
        Passage(KEPT, "2501" + LONG.partition("2501")[2]),
    )
