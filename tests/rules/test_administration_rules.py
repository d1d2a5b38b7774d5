"""What may be written about a role, what is a browser called, what does the outbox tell, and what is safe in a cell?"""

from datetime import date
from typing import Any

import pytest

from desk.places import place_by_key, place_by_number
from exports.log_table import HEADINGS, LogLine, render, safe_cell
from foundation.errors import Refused
from foundation.identity.admin_rules import RoleDraft, check_role
from foundation.identity.devices import device_words
from foundation.identity.roles import Role
from foundation.outbox_rules import ABOUT_A_CASE, fault_words, subject_without_case

TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("role", "department", "ends_on", "field"),
    [
        (Role.REVIEWER, "MSB", None, None),
        (Role.REVIEWER, "MSB", TODAY, None),
        (Role.SECRETARIAT, None, date(2027, 3, 2), None),
        (Role.REVIEWER, None, None, "department"),
        (Role.REVIEWER, "XX", None, "department"),
        (Role.AUDITOR, "MSB", None, "department"),
        (Role.AUDITOR, None, date(2027, 2, 28), "ends_on"),
    ],
)
def test_role_has_a_department_where_it_needs_one_and_a_day_to_come(
    role: Role, department: str | None, ends_on: date | None, field: str | None
) -> None:
    draft = RoleDraft(role, department, ends_on, "Ny")
    if field is None:
        check_role(draft, departments={"MSB"}, today=TODAY)
    else:
        with pytest.raises(Refused) as refused:
            check_role(draft, departments={"MSB"}, today=TODAY)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge på Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox på Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Version/19 Safari/604", "Safari på iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome på Android"),
        ("", "Ukendt browser"),
        ("curl/8\x1b[31m\nFEJL " + "x" * 100_000, "Ukendt browser"),
    ],
)
def test_browser_is_named_in_words_of_our_own(said: str, words: str) -> None:
    assert device_words(said) == words


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("sign_in:1", "Emne"),
        ("call_extended:1:2", "Emne"),
        ("receipt:1:2", ABOUT_A_CASE),
        ("letter:1", ABOUT_A_CASE),
        ("a_kind_of_tomorrow:1", ABOUT_A_CASE),
    ],
)
def test_subject_is_told_only_of_letters_that_are_known_to_name_no_case(key: str, shown: str) -> None:
    assert subject_without_case(key, "Emne") == shown


def test_fault_is_told_by_its_kind_and_never_by_its_text() -> None:
    told = {one: fault_words(one) for one in ("TimeoutError: hemmelig", "SMTPRecipientsRefused: {'a@x'}", "Andet: b")}
    assert fault_words(None) == ""
    assert len(set(told.values())) == 3
    assert not any("hemmelig" in words or "a@x" in words for words in told.values())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "|", "%", " =", "\u00a0=", "\n@"])
def test_text_that_a_spreadsheet_would_run_gets_a_mark(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell(f"a{start}1+1") == f"a{start}1+1"


def test_table_of_the_log_is_what_danish_excel_reads() -> None:
    line = LogLine(7, "2027-03-01T12:00:00+01:00", '=HYPERLINK("x")', "Revisor", "A;b", "k", "Sag", "", "{}")
    told = render([line]).decode("utf-8-sig").splitlines()
    assert told == [
        ";".join(HEADINGS),
        '7;2027-03-01T12:00:00+01:00;"\'=HYPERLINK(""x"")";Revisor;"A;b";k;Sag;;{}',
    ]


@pytest.mark.parametrize("read", [place_by_key, place_by_number])
@pytest.mark.parametrize(
    "text",
    ["", "~", "x~1", "2027-03-01~1", "2027-03-01T12:00:00~1", "9999-12-31T23:59:59-23:00~x", "2027-03-01T12:00:00Z~-1"],
)
def test_place_that_nobody_wrote_is_the_top(read: Any, text: str) -> None:
    assert read(text) is None
