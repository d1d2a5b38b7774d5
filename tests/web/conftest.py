"""On which databases is a page tried?

What a form says of what is typed into it no database decides. The acts behind the pages below are tried on both
databases in tests/rooms, and each of the pages is read and sent on both by the rights matrix: what else is asked of
them is asked on SQLite. Every other file here is run on both.
"""

from typing import Final

import pytest

ON_SQLITE: Final = frozenset(
    {
        *("test_assessment_pages", "test_business_case_pages", "test_business_case_workbook_pages", "test_call_pages"),
        *("test_case_fact_pages", "test_commitment_pages", "test_consensus_pages", "test_figure_pages"),
        *("test_formal_check_pages", "test_hearing_pages", "test_meetings", "test_memo_pages"),
        *("test_organisation_pages", "test_papers", "test_policy_pages", "test_sorting_pages"),
    }
)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The files above have one database."""
    if metafunc.module.__name__.rpartition(".")[2] in ON_SQLITE and "database_url" in metafunc.fixturenames:
        metafunc.definition.add_marker(pytest.mark.parametrize("database_url", ["sqlite"], indirect=True))
