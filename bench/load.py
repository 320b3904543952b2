"""`script/bench load`: the hour before the deadline, pressed together, against the real server and its worker.

    script/bench load [--counties 1] [--projects 1000] [--seconds 120] [--processes N]

In each county every unit's officer fills in all rows of the month, one after the other, and submits them; the leaders
read and approve what they sponsor, the office reads and accepts unit by unit. All of it would be an hour's work: in
fewer seconds it is so much denser. Loopback only. Afterwards the rows are counted: what was answered has to stand in
the database, and once.

PostgreSQL and Redis as DATABASE_URL and REDIS_URL name them; without them SQLite and the queue of files, one county.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from bench import county as maker
from bench import months
from bench.server import _environment, _wait_for
from bench.spread import name_of, spread
from core.days.periods import Period
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.models import MonthlyReport, Project
from projects.reports.months import expected
from projects.rules import MonthlyRules, current_period

BACKEND = "django.contrib.auth.backends.ModelBackend"
CODE = "c0"
WAN = 10_000
LATEST = 4  # times the seconds, after which nobody is waited for any more
PATIENCE = 60  # seconds until a request is given up
LEADERS, DESKS = 6, 2  # of a county that are at work in this hour
READ, SAVE, SUBMIT, APPROVE, ACCEPT = "read a page", "save a row", "submit a unit", "approve", "accept a unit"
KINDS = (READ, SAVE, SUBMIT, APPROVE, ACCEPT)
PROGRESS = "主体封顶，正在安装设备"
GROUP = re.compile(r'name="seen" value="([^"]+)">\s*<button class="btn btn-s" name="unit"\s*value="(\d+)"')
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@dataclass
class Record:
    """What was asked and answered, by all at once."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    saved: dict[int, int] = field(default_factory=dict)  # project: yuan, as answered
    unknown: set[int] = field(default_factory=set)  # projects whose save was given up: on file or not, nobody was told
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, error: str = "") -> None:
        with self.lock:
            self.took[kind].append(seconds)
            if error:
                self.errors[kind].append(error)


@dataclass(frozen=True)
class Person:
    """Somebody at a browser of his own."""

    port: int
    cookie: str
    record: Record

    def ask(self, kind: str, path: str, form: dict[str, str] | None = None, accept: str = "text/html") -> str:
        """The page, or nothing where it failed, which is on record."""
        headers = {"Cookie": self.cookie, "Accept": accept, "X-CSRFToken": "c" * 32}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        began = time.perf_counter()
        text, error = "", ""
        try:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            line.request("GET" if form is None else "POST", path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
            line.close()
            moved = answer.headers.get("Location", "")
            if answer.status >= 400 or "sign-in" in moved:
                error, text = f"{path}: {answer.status} {moved}", ""
        except (OSError, http.client.HTTPException) as failure:
            error = f"{path}: {failure!r}"
        self.record.add(kind, time.perf_counter() - began, error)
        return text


@dataclass(frozen=True)
class Hour:
    """From when to when, and the month that is reported on."""

    begin: float
    seconds: float
    month: str

    def wait(self, share: float) -> None:
        """Until that *share* of the hour is over; not at all where one is late."""
        time.sleep(max(self.begin + share * self.seconds - time.monotonic(), 0))


def officer(person: Person, hour: Hour, rows: dict[int, int], random: Random) -> None:
    """Fills in *rows* (10,000 yuan by project) one after the other in the first three quarters, then submits."""
    grid = f"/projects/reports/{hour.month}/"
    moments = sorted(random.uniform(0.02, 0.75) for _row in rows)
    person.ask(READ, "/")
    person.ask(READ, grid)
    for moment, (pk, works) in zip(moments, rows.items(), strict=True):
        hour.wait(moment)
        form = {f"r-{pk}-version": "0", f"r-{pk}-works": str(works), f"r-{pk}-progress": PROGRESS}
        if text := person.ask(SAVE, grid, form, "application/json"):
            row = json.loads(text)["rows"].get(str(pk), {})
            if row.get("version") == 1:
                with person.record.lock:
                    person.record.saved[pk] = works * WAN
            else:
                person.record.errors[SAVE].append(f"{pk}: {row.get('state')} {row.get('note')}")
        else:
            person.record.unknown.add(pk)
    hour.wait(0.76)
    person.ask(READ, grid)
    form = {"do": "submit"}
    for pk, works in rows.items():
        form |= {f"r-{pk}-version": "1", f"r-{pk}-works": str(works), f"r-{pk}-progress": PROGRESS}
    person.ask(SUBMIT, grid, form)
    person.ask(READ, "/")


def leader(person: Person, hour: Hour, projects: list[int], random: Random) -> None:
    """Looks in now and then: what is red, own projects, one of them; approves what waits."""
    review = f"/projects/review/{hour.month}/"
    for moment in (*sorted(random.uniform(0.0, 0.75) for _look in range(4)), 0.85, 0.95):
        hour.wait(moment)
        person.ask(READ, "/")
        person.ask(READ, "/projects/?sponsor=mine")
        if projects:
            person.ask(READ, f"/projects/{random.choice(projects)}/")
        if found := SEEN.search(person.ask(READ, review)):
            person.ask(APPROVE, review, {"seen": found[1]})


def desk(person: Person, hour: Hour, number: int) -> None:
    """The office: looks at home, list and ranking, and accepts what waits, unit by unit."""
    review, looks = f"/projects/review/{hour.month}/", 12
    for n in range(looks):
        hour.wait((n + number / DESKS) / looks)
        for path in ("/", "/projects/", "/dispatch/rankings/")[: 1 + n % 3]:
            person.ask(READ, path)
        text = person.ask(READ, review)
        for seen, unit in GROUP.findall(text)[number::DESKS]:
            person.ask(ACCEPT, review, {"seen": seen, "unit": unit})


Act = Callable[[Person, Hour], None]

# the run ------------------------------------------------------------------------------------------------------------


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench load")
    parser.add_argument("--counties", type=int, default=1, help="how many report in this hour (1)")
    parser.add_argument("--projects", type=int, default=1_000, help="how many each has (1,000)")
    parser.add_argument("--seconds", type=int, default=120, help="what the hour is pressed into (120)")
    parser.add_argument("--processes", type=int, help="web processes; else as many as script/server picks")
    return parser


def main(arguments: list[str]) -> None:
    asked = options().parse_args(arguments)
    if connection.vendor == "sqlite" and asked.counties > 1:
        raise SystemExit("script/bench load: several counties are PostgreSQL's; set DATABASE_URL")
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        now = timezone.now()
        made = maker.make(CODE, maker.Size(projects=asked.projects, open=False), now=now)
        months.fill(made, now=now)
        if asked.counties > 1:
            spread(CODE, asked.counties - 1)
        codes = [name_of(CODE, n) for n in range(asked.counties)]
        month = current_period(timezone.localdate(), rules_of(made)[MonthlyRules])
        record = Record()
        with served(asked) as (port, pid):
            processes = _workers(pid)
            took = _hour(port, codes, month, asked, record)
            spent = _spent(pid)
        _say(asked, processes, took, record, spent)
        if lost := list(_wrong(month, record)):
            raise SystemExit("\n".join(lost))
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


class served:
    """`script/server`'s own processes on the bench's data: web, worker and beat."""

    def __init__(self, asked: argparse.Namespace) -> None:
        folder = os.environ["BENCH_DIR"]
        self.environment = {**os.environ, **_environment(folder), "TICK_EVERY": "20"}
        if asked.processes:
            self.environment["WEB_CONCURRENCY"] = str(asked.processes)
        self.log = Path(folder) / "server.log"

    def __enter__(self) -> tuple[int, int]:
        """Its port and its process."""
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], env=self.environment, check=True
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "script/supervise.py", "--port", str(port)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        _wait_for(f"http://127.0.0.1:{port}/sign-in/")
        return port, self.process.pid

    def __exit__(self, *_error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        told = self.log.read_text().splitlines()
        if said := [line for line in told if "ERROR" in line or "Traceback" in line]:
            print(f"the server said: {said[:5]}", flush=True)


def _children(of: int) -> list[int]:
    with open(f"/proc/{of}/task/{of}/children") as file:
        return [int(child) for child in file.read().split()]


def _called(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def _workers(pid: int) -> int:
    """How many web processes the server started."""
    return sum(len(_children(child)) for child in _children(pid) if "gunicorn" in _called(child))


def _spent(pid: int) -> dict[str, float]:
    """Seconds of processor time of the server's parts so far, and of the connections that PostgreSQL holds for it."""
    found: dict[str, float] = defaultdict(float)
    for child in _children(pid):
        name = "web" if "gunicorn" in _called(child) else "worker"
        found[name] += sum(_seconds(one) for one in (child, *_children(child)))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            for (one,) in cursor.fetchall():
                with suppress(OSError):  # on another machine
                    found["PostgreSQL"] += _seconds(one)
    return found


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:13]) / os.sysconf("SC_CLK_TCK")


def _hour(port: int, codes: list[str], month: Period, asked: argparse.Namespace, record: Record) -> float:
    """Everybody at work; the seconds until the last is done."""
    people: list[tuple[Person, Act]] = []
    for code in codes:
        found = Unit.objects.counties().get(code=code)
        people += [(Person(port, _cookie(user), record), act) for user, act in _roles(found, month)]
    connection.close()
    hour = Hour(time.monotonic() + 1, asked.seconds, str(month))
    threads = [threading.Thread(target=act, args=(person, hour), daemon=True) for person, act in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=max(hour.begin + asked.seconds * LATEST - time.monotonic(), 1))
    return time.monotonic() - hour.begin


def _roles(county: Unit, month: Period) -> Iterator[tuple[User, Act]]:
    """Who does what: officers with their rows, leaders with their projects, the desks of the office."""
    rows: dict[int, dict[int, int]] = defaultdict(dict)
    for project in expected(county, month).order_by("pk"):
        rows[project.lead_unit_id][project.pk] = max((project.total_investment or 0) // 3 // 14 // WAN, 1)
    leaders = 0
    for post in Post.objects.filter(unit__county=county, holder__isnull=False).select_related("holder").order_by("pk"):
        user = post.holder
        assert user
        random = Random(user.username)
        if post.role == Role.OFFICER:
            yield user, partial(officer, rows=rows[post.unit_id], random=random)
        elif post.role == Role.LEADER and (leaders := leaders + 1) <= LEADERS:
            mine = Project.objects.sponsored_by(user).values_list("pk", flat=True)[:20]
            yield user, partial(leader, projects=list(mine), random=random)
        elif post.role == Role.OFFICE:
            for number in range(DESKS):
                yield user, partial(desk, number=number)


def _cookie(user: User) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={'c' * 32}"


def _say(asked: argparse.Namespace, processes: int, took: float, record: Record, spent: dict[str, float]) -> None:
    queue = "Redis" if os.environ.get("REDIS_URL") else "queue of files"
    print(f"\n{connection.vendor}, {queue}, {os.cpu_count()} cores, web processes: {processes}")
    print(f"counties: {asked.counties}, {asked.projects:,} projects each")
    print(f"the hour, pressed into {asked.seconds} s, took {took:.0f} s\n")
    head = f"{'what':16} {'requests':>9} {'a second':>9} {'median':>9} {'p95':>9} {'longest':>9} {'errors':>7}"
    print(head, "-" * len(head), sep="\n")
    for kind in KINDS:
        if times := sorted(record.took[kind]):
            marks = (times[len(times) // 2], times[int(len(times) * 0.95)], times[-1])
            told = " ".join(f"{seconds * 1000:>6.0f} ms" for seconds in marks)
            print(f"{kind:16} {len(times):>9,} {len(times) / took:>9.1f} {told} {len(record.errors[kind]):>7}")
    everything = sum(len(times) for times in record.took.values())
    print(f"{'together':16} {everything:>9,} {everything / took:>9.1f}")
    told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in spent.items())
    each = sum(spent.values()) * 1000 / max(everything, 1)
    print(f"\nprocessor time: {told}; {each:.0f} ms a request, whatever else the machine did", flush=True)
    for kind, errors in record.errors.items():
        for error in errors[:3]:
            print(f"    {kind}: {error[:200]}")


def _wrong(month: Period, record: Record) -> Iterator[str]:
    """What was lost or done twice, in sentences; prints what there is."""
    reports = MonthlyReport.objects.filter(month=str(month))
    stored = dict(reports.values_list("project", "works"))
    print(f"\nsaved and answered {len(record.saved):,}, on file {len(stored):,}", end="; ")
    print(
        ", ".join(f"{n:,} {status}" for status, n in reports.order_by().values_list("status").annotate(n=Count("pk")))
    )
    if lost := [pk for pk, works in record.saved.items() if stored.get(pk) != works]:
        yield f"{len(lost)} rows were answered with “saved” and are not on file: {lost[:5]}"
    if strange := stored.keys() - record.saved.keys() - record.unknown:
        yield f"{len(strange)} rows are on file and were not answered: {sorted(strange)[:5]}"
    history = MonthlyReport.history.model.objects.filter(month=str(month))
    steps = history.order_by().values_list("id", "status").annotate(n=Count("pk"))
    if twice := [row for row in steps if row[2] > 1]:
        yield f"{len(twice)} reports went the same step twice: {twice[:5]}"
    kept = dict(history.order_by().values_list("status").annotate(n=Count("id", distinct=True)))
    if kept.get(ReportStatus.DRAFT, 0) != len(stored):
        yield f"the history knows {kept.get(ReportStatus.DRAFT, 0)} reports"
