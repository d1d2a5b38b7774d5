"""Where does the first sentence of an answer end, when the memo's resume takes it alone?"""

import pytest

from exports.memo_prefill import first_sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Unge mødes hver uge. De laver mad.", "Unge mødes hver uge."),
        ("Elever i 4.-7. klasse i Aarhus. De er ofte syge.", "Elever i 4.-7. klasse i Aarhus."),
        ("Ca. 40 borgere. Mange bor alene.", "Ca. 40 borgere."),
        ("Borgere, bl.a. Unge uden job. Andre kan også være med.", "Borgere, bl.a. Unge uden job."),
        ("Hvem er de? Det ved vi.", "Hvem er de?"),
        ("Uden punktum", "Uden punktum"),
        ("Første linje\nAnden linje. Tredje.", "Første linje"),
        ("", ""),
    ],
)
def test_first_sentence_ends_at_its_own_stop(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence
