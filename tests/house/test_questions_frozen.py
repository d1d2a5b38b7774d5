"""Has a published question set stayed exactly as it was published?

Old proposals are shown by the set that they answered. Do not mend this test: new words are a new set under a new id.
"""

import hashlib

from intake.rules.questions import QUESTION_SETS, QuestionSet

PUBLISHED = {"core-2026": "bb6d97717327aa8da73101d8567d38d248ca006badce52bc474e43fc271e83ea"}


def fingerprint(questions: QuestionSet) -> str:
    """A hash over every question; frozen dataclasses write all of themselves in their repr."""
    return hashlib.sha256(repr(questions).encode()).hexdigest()


def test_published_question_sets_are_unchanged() -> None:
    assert {key: fingerprint(questions) for key, questions in QUESTION_SETS.items()} == PUBLISHED


def test_no_set_asks_the_same_key_twice() -> None:
    for questions in QUESTION_SETS.values():
        keys = [question.key for question in questions.questions]
        assert len(keys) == len(set(keys))
