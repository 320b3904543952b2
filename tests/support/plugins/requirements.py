"""`script/test --requirements` ends with a table: which requirements are proved, by how many tests.

A test says what it proves with `@pytest.mark.requirement("P02")`, several rows with several arguments. The
ids travel in the report's `user_properties`, so the table is the same with and without xdist.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

KEY = "requirement"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--requirements", action="store_true", help="end with a table: id, tests, passed")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--requirements"):
        config.pluginmanager.register(Table(), "requirements-table")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        ids = {str(row) for mark in item.iter_markers(KEY) for row in mark.args}
        item.user_properties.extend((KEY, row) for row in sorted(ids))


class Table:
    """Counts reports by requirement: a test has passed when its call passed and neither end of it failed."""

    def __init__(self) -> None:
        self.outcomes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for key, row in report.user_properties:
            if key == KEY:
                self.outcomes[str(row)][report.nodeid].add(f"{report.when} {report.outcome}")

    def rows(self) -> list[tuple[str, int, int]]:
        """(id, tests, passed) in the order of the ids."""
        return [
            (row, len(tests), sum(_passed(seen) for seen in tests.values()))
            for row, tests in sorted(self.outcomes.items())
        ]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("requirements")
        terminalreporter.write_line(f"{'id':<6}{'tests':>7}{'passed':>8}")
        for row, tests, passed in self.rows():
            good = tests == passed
            terminalreporter.write_line(f"{row:<6}{tests:>7}{passed:>8}", green=good, red=not good)


def _passed(seen: set[str]) -> bool:
    return "call passed" in seen and not any(phase.endswith("failed") for phase in seen)
