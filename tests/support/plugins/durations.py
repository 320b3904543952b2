"""`script/test --durations` ends with a table: where the time goes, by folder and by the slowest files.

Seconds of set-up, test and clean-up of all workers together; on two cores a run takes about half of the sum.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

FILES = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--time-table", action="store_true", help="end with a table: seconds by folder and by file")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--time-table"):
        config.pluginmanager.register(TimeTable(), "time-table")


class TimeTable:
    """Adds up what each phase of each test took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.tests: dict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = report.nodeid.partition("::")[0]
        for part in (file, file.rpartition("/")[0] + "/"):
            self.seconds[part] += report.duration
            self.tests[part] += report.when == "setup"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        rows = sorted(self.seconds, key=lambda part: -self.seconds[part])
        folders = [part for part in rows if part.endswith("/")]
        for title, parts in (("folders", folders), ("slowest files", [p for p in rows if p not in folders][:FILES])):
            terminalreporter.section(title)
            for part in parts:
                terminalreporter.write_line(f"{self.seconds[part]:>7.1f} s {self.tests[part]:>5} tests  {part}")
