"""What every test shares: the requirements table and the browser, or a plain word that there is none."""

from __future__ import annotations

import os
import shutil

import pytest

pytest_plugins = ["tests.plugins.requirements"]

# Playwright's loop runs in the test's own thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM = os.environ.get("CHROMIUM", CHROMIUM)
NO_BROWSER = "no Chromium here: browser tests are skipped (Debian: apt-get install chromium, or set CHROMIUM)"
BROWSER_FIXTURES = {"browser", "context", "page", "new_context"}
QUIET = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium instead of a downloaded one, and nothing that calls home."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*QUIET, *sandbox]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser" or BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _browser_tests_skipped(terminalreporter):
        terminalreporter.write_line(NO_BROWSER, red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """On a machine that checks for everyone, a browser test that didn't run is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and _browser_tests_skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _browser_tests_skipped(reporter: pytest.TerminalReporter) -> bool:
    return any(NO_BROWSER in str(report.longrepr) for report in reporter.stats.get("skipped", []))
