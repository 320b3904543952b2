"""A real Chromium. Each page of each browser test is watched: no CSP violation, no error, no other host."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from django.dispatch import receiver
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from organization.people.models import User
from organization.units.models import Unit
from tests.support.people import People, make_county, make_people
from tests.support.plugins.browser import CHROMIUM

expect.set_options(timeout=20_000)  # ms: a busy machine is slow, which is no fault of the page
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WATCH = """
document.addEventListener("securitypolicyviolation",
  (e) => __report(`csp: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""
SIZES = {"desk": (1440, 900), "phone": (390, 844), "small": (360, 740)}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1440, "height": 900}}


# What was made once per process: the whole database as it stood, and the objects of it, by name.
KEPT: dict[str, tuple[sqlite3.Connection, Any]] = {}


@pytest.fixture
def once(transactional_db: None, settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """`once("county", build)` gives what *build* makes, committed: built once, put back whole for the tests after.

    Each test has it to itself, as if it had been built anew. What *build* stores in files stays for the session.
    """
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"

    def put_back(name: str, build: Callable[[], Any]) -> Any:
        if connection.vendor != "sqlite":
            return build()
        connection.ensure_connection()
        if name in KEPT:
            KEPT[name][0].backup(connection.connection)
        else:
            made, copy = build(), sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(copy)
            KEPT[name] = copy, made
        return deepcopy(KEPT[name][1])

    return put_back


@pytest.fixture
def standing(once: Callable[..., Any]) -> tuple[Any, ...]:
    """The county of all tests of a module, and its people; a module that needs more puts its own over this one."""

    def build() -> tuple[Unit, People]:
        county = make_county()
        return county, make_people(county)

    return once("county", build)


@pytest.fixture
def county(standing: tuple[Any, ...]) -> Unit:
    return standing[0]


@pytest.fixture
def people(standing: tuple[Any, ...]) -> People:
    return standing[1]


BUSY: set[int] = set()  # threads that answer just now
# A database in memory is one connection: two answers at once would share their savepoints.
ONE_BY_ONE = threading.Lock()
HOLDS: set[int] = set()


@pytest.fixture(autouse=True)
def at_rest(request: pytest.FixtureRequest) -> Iterator[None]:
    """Who is still being answered when a test ends is waited for: what is written then meets the emptying of the
    database, which on SQLite in memory waits for nobody."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # so that this ends before it
    with connection.execute_wrapper(_in_turn):
        yield
    end = time.monotonic() + 5
    while BUSY - {threading.get_ident()} and time.monotonic() < end:
        time.sleep(0.01)


def _in_turn(execute: Callable[..., Any], *asked: Any) -> Any:
    """What the test itself asks waits for the answer that is being written: a page left behind sends a draft."""
    if connection.vendor != "sqlite" or threading.current_thread() is not threading.main_thread():
        return execute(*asked)
    held = ONE_BY_ONE.acquire(timeout=5)  # a test that holds an answer back on purpose asks meanwhile
    try:
        return execute(*asked)
    finally:
        if held:
            ONE_BY_ONE.release()


@receiver(request_started)
def _begun(environ: dict[str, Any] | None = None, **_told: Any) -> None:
    me, main = threading.get_ident(), threading.main_thread()
    asks_how_far = (environ or {}).get("PATH_INFO", "").startswith("/progress/")  # while another is being answered
    if connection.vendor == "sqlite" and me != main.ident and me not in HOLDS and not asks_how_far:
        ONE_BY_ONE.acquire(timeout=30)
        HOLDS.add(me)
    BUSY.add(me)


@receiver(request_finished)
def _done(**_told: Any) -> None:
    me = threading.get_ident()
    BUSY.discard(me)
    if me in HOLDS:
        HOLDS.discard(me)
        ONE_BY_ONE.release()


def eventually(holds: Callable[[], object], seconds: int = 10) -> None:
    """Waits until *holds()* does: what a page sends while it closes is answered when nobody looks at it any more."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never did"
        time.sleep(0.05)


@pytest.fixture
def home(live_server: Any) -> str:
    """Where the site is. A test whose web is a process of its own puts its own fixture over this one."""
    return live_server.url


@pytest.fixture
def watch(home: str) -> Iterator[Callable[..., BrowserContext]]:
    """`watch(context)` has an eye on all its pages; the test fails at its end if one did what it must not.

    `console=True` also minds errors on the console: an answer that is no success is one of them. Where pages run no
    script, the console is the only one to tell of a CSP violation.
    """
    faults: list[str] = []

    def over(context: BrowserContext, *, console: bool = False) -> BrowserContext:
        def watched(page: Page) -> None:
            page.on("pageerror", lambda error: faults.append(f"error: {error}"))
            page.on("request", lambda request: _only_here(request.url, home, faults))
            page.on("console", lambda said: _worth_telling(said, console, faults))

        context.expose_binding("__report", lambda source, text: faults.append(f"{source['page'].url}: {text}"))
        context.add_init_script(WATCH)
        context.on("page", watched)
        return context

    yield over
    assert not faults, faults


def _only_here(url: str, home: str, faults: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        faults.append(f"asks another host: {url}")


def _worth_telling(said: ConsoleMessage, every: bool, faults: list[str]) -> None:
    if said.type == "error" and (every or "Content Security Policy" in said.text):
        faults.append(f"console: {said.text} {said.location.get('url', '')}")


@pytest.fixture
def context(watch: Callable[..., BrowserContext], context: BrowserContext) -> BrowserContext:
    return watch(context)


@pytest.fixture
def enter(context: BrowserContext, home: str) -> Callable[..., Page]:
    """`enter(people.officer, "/projects/", size="phone")` opens a page with that person signed in."""

    def open_page(person: User | None, path: str = "/", size: str = "desk") -> Page:
        if person is not None:
            client = Client()
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{home}{path}")
        return page

    return open_page


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)` lists what axe finds serious or critical, in one line each."""
    script = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
    run = (
        "axe.run({resultTypes: ['violations'], preload: false}).then(r => JSON.stringify(r.violations"
        ".filter(v => ['serious', 'critical'].includes(v.impact))"
        ".map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))))"
    )

    def look(page: Page) -> list[str]:
        # Through the browser's debug protocol, since the page's CSP forbids to add a script.
        protocol = page.context.new_cdp_session(page)
        if not page.evaluate("!!window.axe"):  # it stays for as long as the page does: half a megabyte
            protocol.send("Runtime.evaluate", {"expression": script})
        answer = protocol.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True})
        return json.loads(answer["result"]["value"])

    return look


def sideways(page: Page) -> int:
    """By how many pixels the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
