"""Does every combination of answers give a track and a way on, by the same rules that sort proposals?"""

from collections import Counter
from itertools import product
from typing import Any

import pytest

from intake.rules.track import Track
from scoring.rules.policies import get_policy
from scoring.rules.self_check import (
    USUAL_CAP,
    Applicant,
    Described,
    Municipality,
    Planned,
    Purpose,
    SelfCheckAnswers,
    SelfCheckResult,
    Tried,
    check_idea,
)

POLICY = get_policy("2026")


def checked(**changed: Any) -> SelfCheckResult:
    """A mature idea with the given answers changed."""
    answers = {
        "applicant": Applicant.SMALL,
        "purpose": Purpose.NEEDS_MONEY,
        "tried": Tried.COMPARED,
        "described": Described.WHOLE_CHAIN,
        "planned": Planned.BUSINESS_CASE,
        "municipality": Municipality.PAYS,
        "participants": 60,
        "amount": 3_000_000,
    }
    return check_idea(SelfCheckAnswers(**{**answers, **changed}), POLICY, per_project_cap=USUAL_CAP)


def test_every_combination_gives_a_track_and_a_way_on() -> None:
    tracks, texts = Counter[Track](), set[str]()
    kinds = (Applicant, Purpose, Tried, Described, Planned, Municipality)
    for applicant, purpose, tried, described, planned, municipality in product(*kinds):
        for participants, amount in ((24, 100_000), (25, 100_001), (25, USUAL_CAP + 1)):
            found = checked(
                applicant=applicant,
                purpose=purpose,
                tried=tried,
                described=described,
                planned=planned,
                municipality=municipality,
                participants=participants,
                amount=amount,
            )
            tracks[found.track] += 1
            texts.update((found.heading, found.text, *found.missing, *found.next_steps))
            assert len(found.next_steps) >= 2
            assert found.missing or found.track in (Track.SOCIAL_INVESTMENT, Track.REFERRED_TO_DEPARTMENT)
            assert len(set(found.missing)) == len(found.missing)
    assert tracks.keys() == set(Track) - {Track.UNDETERMINED, Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND}
    assert all(text.endswith(".") or text[-1].isalpha() for text in texts)


YOUNG = {
    "tried": Tried.NEW,
    "described": Described.NUMBERS,
    "planned": Planned.BUDGET,
    "municipality": Municipality.NOBODY,
    "participants": 12,
    "amount": 85_000,
}


@pytest.mark.parametrize(
    ("changed", "track", "says"),
    [
        ({}, Track.SOCIAL_INVESTMENT, None),
        ({"tried": Tried.MEASURED}, Track.SOCIAL_INVESTMENT, None),
        ({"amount": 3_000_001}, Track.MATURING_DIALOGUE, "3.000.000"),
        ({"participants": 24}, Track.MATURING_DIALOGUE, "mindst 25 borgere"),
        ({"tried": Tried.STORIES}, Track.MATURING_DIALOGUE, "prøvet af"),
        ({"municipality": Municipality.TALKED}, Track.MATURING_DIALOGUE, "kan og vil betale"),
        ({"municipality": Municipality.STARTS_ITSELF}, Track.REFERRED_TO_DEPARTMENT, None),
        (YOUNG, Track.DONATION, "mindst 25 borgere"),
        ({**YOUNG, "amount": 140_000}, Track.MATURING_DIALOGUE, "100.000"),
        ({**YOUNG, "described": Described.ACTIVITIES}, Track.REFUSED, "vise, at der er et behov"),
        ({**YOUNG, "planned": Planned.NOTHING}, Track.REFUSED, "plan for, hvem"),
        ({**YOUNG, "applicant": Applicant.LARGE}, Track.REFUSED, "mindre organisation"),
        ({"applicant": Applicant.PRIVATE}, Track.INELIGIBLE, "privatperson"),
        ({"purpose": Purpose.STATUTORY}, Track.INELIGIBLE, "pligt til"),
        ({"purpose": Purpose.ELSEWHERE}, Track.INELIGIBLE, "Aarhus Kommune"),
    ],
)
def test_an_idea_gets_the_track_of_the_rules_and_hears_what_is_missing(
    changed: dict[str, Any], track: Track, says: str | None
) -> None:
    found = checked(**changed)
    assert found.track is track
    assert (says is None and not found.missing) or any(says in text for text in found.missing if says)
