"""Where a browser test gets its Chromium, and a plain word where there is none.

Without one these tests are skipped and a line says so; on a machine that checks for everyone (CI=true) that is a
failure (`tests/support/plugins/servers.py`).
"""

from __future__ import annotations

import os
import shutil

import pytest

# Playwright's loop runs in the test's own thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The shell is the same engine without a window's frame, and a walk takes half the time in it.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FOUND = next(filter(None, map(shutil.which, NAMES)), None)
CHROMIUM = os.environ.get("CHROMIUM", FOUND)
NO_BROWSER = (
    "no Chromium here: browser tests are skipped (Debian: apt-get install chromium-headless-shell, or set CHROMIUM)"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "page" in getattr(item, "fixturenames", ()) or "browser" in item.path.parts:
            item.add_marker("browser")
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _browser_tests_skipped(terminalreporter):
        terminalreporter.write_line(NO_BROWSER, red=True)


def _browser_tests_skipped(reporter: pytest.TerminalReporter) -> bool:
    return any(NO_BROWSER in str(report.longrepr) for report in reporter.stats.get("skipped", []))
