"""What is missing of an organisation, is it small, what is kept of it, and how is its name written in a mail?"""

import json
from dataclasses import replace

import pytest

from foundation.identity.organisation_kinds import KIND_WORDS, OrganisationKind
from foundation.identity.organisation_rules import (
    Gap,
    OrganisationDraft,
    changed_fields,
    is_small,
    name_in_mail,
    organisation_gaps,
    organisation_snapshot,
)

WHOLE = OrganisationDraft(
    name="Byhavens Venner",
    kind=OrganisationKind.ASSOCIATION,
    cvr="99999926",
    staff_years=0,
    turnover_ore=240_000_00,
    contact_name="Formanden",
    contact_email="formand@byhaven.example",
)
MUNICIPAL = OrganisationKind.MUNICIPAL_DEPARTMENT


def missing(draft: OrganisationDraft) -> list[str]:
    return [gap.field for gap in organisation_gaps(draft)]


def test_whole_organisation_has_no_gaps() -> None:
    assert organisation_gaps(WHOLE) == ()


def test_every_gap_says_what_to_do() -> None:
    assert organisation_gaps(OrganisationDraft(name="")) == (
        Gap("name", "Skriv, hvad I hedder."),
        Gap("kind", "Vælg, hvilken slags organisation I er."),
        Gap("cvr", "Skriv jeres CVR-nummer, otte cifre."),
        Gap("staff_years", "Skriv, hvor mange årsværk I har, eller hvor stor jeres omsætning er."),
        Gap("contact_name", "Skriv, hvem vi kan kontakte hos jer."),
        Gap("contact_email", "Skriv kontaktpersonens mailadresse."),
    )


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_everybody_but_a_municipal_department_needs_a_cvr_number(kind: OrganisationKind) -> None:
    assert missing(replace(WHOLE, kind=kind, cvr=None)) == ([] if kind is MUNICIPAL else ["cvr"])


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_everybody_but_a_municipal_department_tells_its_size(kind: OrganisationKind) -> None:
    unsized = replace(WHOLE, kind=kind, staff_years=None, turnover_ore=None)
    assert missing(unsized) == ([] if kind is MUNICIPAL else ["staff_years"])


@pytest.mark.parametrize(("staff_years", "turnover_ore"), [(0, None), (None, 0), (12, None), (None, 9_000_000_00)])
def test_one_of_the_two_measures_is_enough_and_nought_is_an_answer(
    staff_years: int | None, turnover_ore: int | None
) -> None:
    assert missing(replace(WHOLE, staff_years=staff_years, turnover_ore=turnover_ore)) == []


@pytest.mark.parametrize(
    ("staff_years", "turnover_ore", "small"),
    [
        (10, None, True),
        (11, None, False),
        (0, None, True),
        (None, 5_000_000_00, True),
        (None, 5_000_000_01, False),
        (None, 0, True),
        (10, 5_000_000_01, True),
        (11, 5_000_000_00, True),
        (11, 5_000_000_01, False),
        (None, None, None),
    ],
)
def test_small_by_either_measure(staff_years: int | None, turnover_ore: int | None, small: bool | None) -> None:
    """The default of SORT11: at most 10 full-time posts, or at most 5 million kroner."""
    assert is_small(staff_years, turnover_ore) is small


def test_snapshot_holds_every_field_as_json() -> None:
    snapshot = organisation_snapshot(replace(WHOLE, contact_phone="12 34 56 78"))
    assert snapshot == {
        "name": "Byhavens Venner",
        "cvr": "99999926",
        "kind": "association",
        "staff_years": 0,
        "turnover_ore": 240_000_00,
        "address": "",
        "contact_name": "Formanden",
        "contact_email": "formand@byhaven.example",
        "contact_phone": "12 34 56 78",
    }
    assert json.loads(json.dumps(snapshot)) == snapshot
    assert set(snapshot) == set(OrganisationDraft.__slots__)
    assert organisation_snapshot(OrganisationDraft(name="x"))["kind"] is None


def test_changed_fields_are_named_and_nothing_else() -> None:
    assert changed_fields(WHOLE, WHOLE) == ()
    after = replace(WHOLE, staff_years=None, name="Ny", kind=OrganisationKind.FOUNDATION)
    assert changed_fields(WHOLE, after) == ("name", "kind", "staff_years")


def test_every_kind_has_danish_words() -> None:
    assert set(KIND_WORDS) == set(OrganisationKind)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Byhavens Venner", "Byhavens Venner"),
        ("A. P. Fond", "A. P. Fond"),
        ("Vind på https://evil.example/x", "Vind på https: //evil. example/x"),
        ("www.evil.example", "www. evil. example"),
        ("evil。example", "evil。 example"),
        ("bo@evil.example", "bo@evil. example"),
        ("Kl. 10: fællesspisning", "Kl. 10: fællesspisning"),
    ],
)
def test_name_in_a_mail_makes_no_link(name: str, written: str) -> None:
    assert name_in_mail(name) == written
