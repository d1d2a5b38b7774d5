"""Has a published question set stayed exactly as it was published?

Old proposals are shown by the set that they answered. Do not mend this test: new words are a new set under a new id.
"""

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

from intake.rules.questions import QUESTION_SETS, QuestionSet

PUBLISHED = {
    "core-2026": "e81baa4fa69c0998b1227f12cb1e3d42ab6996a46cdd51b51879938e433fecf0",
    "core-2027": "c9bd9037467130a36f58175df89b9c3c6c3b98c955374a19592c4bf49a0cd7ce",
}


def fingerprint(questions: QuestionSet) -> str:
    """A hash over every question and all it says; what is left at its default says nothing, so it may be added."""
    return hashlib.sha256(repr(said(questions)).encode()).hexdigest()


def said(part: Any) -> Any:
    if isinstance(part, tuple):
        return tuple(said(one) for one in part)
    if not is_dataclass(part):
        return part
    own = {field.name: (getattr(part, field.name), field.default) for field in fields(part)}
    return {name: said(value) for name, (value, default) in own.items() if value != default}


def test_published_question_sets_are_unchanged() -> None:
    assert {key: fingerprint(questions) for key, questions in QUESTION_SETS.items()} == PUBLISHED


def test_no_set_asks_the_same_key_twice() -> None:
    for questions in QUESTION_SETS.values():
        keys = [question.key for question in questions.questions]
        assert len(keys) == len(set(keys))
