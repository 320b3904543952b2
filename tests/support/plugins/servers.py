"""Which tests run once more on PostgreSQL and Redis, and what may not be missing where CI=true.

`DATABASE_URL=… REDIS_URL=… script/test --second-database` leaves out what can't come out otherwise there: tests that
don't touch the database, what is drawn (pages in a browser, papers), the table of rights, which asks the same question
two hundred times, and what people read of rows that other tests ask for: pages, the log, notices, what settles them,
stale pages, undoing, odd input to forms. What is left: queries and their order, services, locks, races, imports,
replays, migrations, tasks, and one walk through the line in a browser. New tests are in unless `SAME` names them.

With CI=true a test that was skipped for want of a server, a browser or a library is a failure. Every skip says why.
"""

from __future__ import annotations

import os

import pytest

# Parts of a test's address: what is the same on every database.
SAME = (
    "tests/browser/", "tests/paper/", "tests/test_server.py",
    "tests/test_rights.py::test_who_is_let_in", "tests/test_rights.py::test_a_stranger",
    "tests/dispatch/prose/test_blocks.py", "tests/dispatch/prose/test_wording.py",
    "tests/dispatch/prose/test_any_county.py",
    "tests/core/test_navigation.py", "tests/core/test_ui_tags.py", "tests/organization/sign_in/",
    "tests/projects/page/", "tests/projects/test_odd_forms.py",
    "tests/projects/plans/test_odd_input.py", "tests/projects/signboards/", "tests/projects/photos/",
    "tests/projects/map/", "tests/organization/audit/", "tests/organization/squads/", "tests/organization/handovers/",
    "tests/organization/absences/", "tests/organization/accounts/", "tests/outbox/test_settled.py",
    "tests/test_told.py", "tests/test_stale_pages.py", "tests/core/test_undo.py", "tests/dispatch/instructions/",
    "tests/dispatch/replies/", "tests/dispatch/readers/", "tests/dispatch/numbers/", "tests/dispatch/sheet/",
    "tests/dispatch/bulletins/test_signer.py", "tests/dispatch/bulletins/test_letter.py",
    "tests/dispatch/bulletins/test_editor.py", "tests/dispatch/bulletins/test_kinds.py",
    "tests/dispatch/bulletins/test_deputies.py",
    "tests/simulation/test_demonstration.py::test_work_waits_in_every_county",
)  # fmt: skip
PAGES = ("/test_pages.py", "/test_rhythm_pages.py")  # files that are named so, in whichever folder
# … and what is not, though a line above says so: a walk, the chain of the log, lists that pages of months are made of.
ONCE_MORE = (
    "tests/browser/test_line.py",
    "tests/organization/audit/test_chain.py",
    "tests/organization/sign_in/test_locks.py",
    "tests/projects/reports/test_pages.py",
    "tests/dispatch/standings/test_pages.py",
)
# Skipped on purpose: asked of the other database only, of a work tree of git, or of fonts that not every mirror has.
ON_PURPOSE = (
    "one connection only", "no collation but its own", "no plans of that kind", "not a git work tree", "stand-in",
    "no font for",
)  # fmt: skip
DATABASE = {"db", "transactional_db", "county", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-database", action="store_true", help="only what can come out otherwise on this database"
    )


def differs(item: pytest.Item) -> bool:
    """Whether *item* could be red here and green on the other database."""
    if any(part in item.nodeid for part in ONCE_MORE):
        return True
    touches = DATABASE & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db")
    return bool(touches) and not any(part in item.nodeid for part in (*SAME, *PAGES))


def pytest_configure(config: pytest.Config) -> None:
    """Here tables are made by migrations, as a county's are; else from the models, which saves seconds a worker."""
    if config.getoption("--second-database"):
        config.option.nomigrations = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--second-database"):
        left_out = [item for item in items if not differs(item)]
        items[:] = [item for item in items if differs(item)]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CI"):
        for report in missing(terminalreporter):
            terminalreporter.write_line(f"not run for want of something: {report.nodeid}: {why(report)}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and missing(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def why(report: pytest.TestReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)


def missing(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    """The skips that a machine which checks for everyone may not have."""
    skipped = reporter.stats.get("skipped", [])
    return [report for report in skipped if not any(reason in why(report) for reason in ON_PURPOSE)]
