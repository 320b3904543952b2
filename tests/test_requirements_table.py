"""The requirements table counts what the marks say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.plugins.requirements import Table


def report(nodeid: str, *rows: str, when: Any = "call", outcome: Any = "passed") -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=nodeid,
        location=("file.py", 1, nodeid),
        keywords={},
        outcome=outcome,
        longrepr=None,
        when=when,
        user_properties=[("requirement", row) for row in rows],
    )


def test_one_test_can_prove_several_rows():
    table = Table()
    table.pytest_runtest_logreport(report("a", "P02", "P17"))
    table.pytest_runtest_logreport(report("b", "P02"))
    assert table.rows() == [("P02", 2, 2), ("P17", 1, 1)]


@pytest.mark.parametrize("bad", [{"outcome": "failed"}, {"when": "setup", "outcome": "skipped"}])
def test_failed_and_skipped_tests_are_counted_but_not_as_passed(bad):
    table = Table()
    table.pytest_runtest_logreport(report("a", "P02", **bad))
    assert table.rows() == [("P02", 1, 0)]


def test_a_failing_teardown_takes_the_pass_away():
    table = Table()
    table.pytest_runtest_logreport(report("a", "P02"))
    table.pytest_runtest_logreport(report("a", "P02", when="teardown", outcome="failed"))
    assert table.rows() == [("P02", 1, 0)]
