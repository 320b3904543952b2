"""Processes are killed and stopped while an officer saves: how long until it is mended, what was lost or doubled."""

from __future__ import annotations

import argparse
import io
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import openpyxl
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from bench import county as maker
from bench import months
from bench.load import CODE, READ, Person, _cookie, _roles
from core.records.files import store
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from drill.server import TICK, Saver, Server, below, end, everything, person
from jobs.backups import services as backups
from jobs.models import JobRun
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.ledger import services as imports
from projects.models import LedgerImport, Project
from projects.reports.months import latest_period
from projects.rules import MonthlyRules, current_period

PATIENCE = 180  # seconds until nobody believes in it any more
LEDGER = 400  # rows
DONE, RUNNING = JobRun.Status.DONE, JobRun.Status.RUNNING


class House:
    """The county, its server, who saves in it, and what the kills found wrong besides."""

    def __init__(self, server: Server) -> None:
        self.server, self.county = server, Unit.objects.counties().get(code=CODE)
        month = current_period(timezone.localdate(), rules_of(self.county)[MonthlyRules])
        rows = {
            user: act.keywords.get("rows", {}) for user, act in _roles(self.county, month) if isinstance(act, partial)
        }
        user = max(rows, key=lambda one: len(rows[one]))  # the officer who has most to write
        self.saver = Saver(person(server.port, _cookie(user)), str(month), rows[user])
        self.office = User.objects.get(username=f"{CODE}-office")
        self.lost, self.doubled = list[str](), list[str]()

    def alive(self, *, since: float, moment: datetime) -> bool:
        """Whether a tick was done and a save answered since then."""
        ticked = JobRun.objects.filter(job="tick", status=DONE, created_at__gt=moment).exists()
        return ticked and self.saver.last > since


Mended = Callable[[], bool]
Act = Callable[[House], Mended]


@dataclass(frozen=True)
class Kill:
    """What is done to the house; it answers whether that is mended."""

    name: str
    act: Act


def part(word: str, number: int) -> Act:
    """A part of its own: another is there in its place, and the house goes on."""

    def act(house: House) -> Mended:
        pid, since, moment = house.server.part(word), time.monotonic(), timezone.now()
        os.kill(pid, number)
        return lambda: house.server.part(word) not in {0, pid} and house.alive(since=since, moment=moment)

    return act


def hand(word: str, number: int) -> Act:
    """A process that works for a part, which has so many: another works in its place."""

    def act(house: House) -> Mended:
        until("its processes", lambda: len(below(house.server.part(word))) >= number)
        before, since, moment = below(house.server.part(word)), time.monotonic(), timezone.now()
        os.kill(before[0], signal.SIGKILL)

        def mended() -> bool:
            now = below(house.server.part(word))
            return len(now) == len(before) and before[0] not in now and house.alive(since=since, moment=moment)

        return mended

    return act


def whole(number: int | None) -> Act:
    """The supervisor; without a *number* all at once, as a power cut would."""

    def act(house: House) -> Mended:
        since, moment, pids = time.monotonic(), timezone.now(), everything(house.server.process.pid)
        os.kill(pids[0], number) if number else end(pids)

        def mended() -> bool:
            return house.server.process.pid != pids[0] and house.alive(since=since, moment=moment)

        return mended

    return act


def backup(house: House) -> Mended:
    """That of last night, which the first tick makes up, is killed in the middle."""
    runs = JobRun.objects.filter(job="backup")
    folder = settings.BACKUP_DIR
    until(
        "a backup under way", lambda: runs.filter(status=RUNNING).exists() and any(folder.glob(f"{backups.ROOM}*/*"))
    )
    pid = int(runs.get().worker.split(":")[1])
    end([pid, *below(pid)])

    def mended() -> bool:
        if not runs.filter(status=DONE).exists():
            return False
        for path in folder.iterdir():
            if path not in backups.archives(folder).values():
                house.doubled.append(f"left over: {path.name}")
        house.lost += [] if backups.archives(folder) else ["the backup"]
        for path in backups.archives(folder).values():
            backups.check(path)
        return True

    return mended


def pdf(house: House) -> Mended:
    """The process that makes a PDF is killed in the middle of it."""
    period = latest_period(house.county, timezone.localdate())
    bulletin = bulletins.draft_bulletin(house.county, "monthly", period, now=timezone.now(), unfinished="drill")
    run = papers.request_paper(bulletin, papers.PAPERS["pdf"], now=timezone.now())
    assert run is not None, "a draft just made has no PDF yet"
    until("a PDF under way", lambda: JobRun.objects.get(pk=run.pk).status == RUNNING)
    time.sleep(0.5)
    os.kill(int(JobRun.objects.get(pk=run.pk).worker.split(":")[1]), signal.SIGKILL)

    def mended() -> bool:
        row = JobRun.objects.get(pk=run.pk)
        if row.status in {RUNNING, JobRun.Status.WAITING}:
            return False
        bulletin.refresh_from_db()
        house.lost += [] if bulletin.pdf_id else [f"the PDF: {row.status} {row.error}"]
        house.doubled += [] if row.tries == 2 else [f"the PDF was begun {row.tries} times"]
        return True

    return mended


def ledger_import(house: House) -> Mended:
    """The web process that stores a ledger is killed in the middle; the office sends the form again."""
    desk = person(house.server.port, _cookie(house.office))
    took = time.monotonic()
    _post(desk, _ledger(house, "先"))
    took = time.monotonic() - took
    ledger = _ledger(house, "后")
    sent = threading.Thread(target=_post, args=(desk, ledger))
    sent.start()
    time.sleep(took / 2)
    end(below(house.server.part(f"--bind=127.0.0.1:{house.server.port}")))
    sent.join()

    def there() -> int:
        return Project.objects.filter(name__startswith="后").count()

    if there() not in {0, LEDGER}:
        house.lost.append(f"half a ledger: {there()} of {LEDGER}")

    def mended() -> bool:
        _post(desk, ledger)
        ledger.refresh_from_db()
        if ledger.status != LedgerImport.Status.STORED:
            return False
        house.doubled += [] if there() == LEDGER else [f"{there()} projects of {LEDGER} rows"]
        return True

    return mended


def _ledger(house: House, word: str) -> LedgerImport:
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["序号", "项目名称", "责任单位", "总投资（万元）", "建设内容及规模"])
    unit = Unit.objects.get(county=house.county, code="u01").name
    for n in range(1, LEDGER + 1):
        sheet.append([n, f"{word}{n}号产业园基础设施建设", unit, 5_000 + n, "新建标准化厂房"])
    book.save(file)
    options = imports.Options(year=timezone.localdate().year)
    now = timezone.now()
    return imports.preview(
        file.getvalue(), f"{word}.xlsx", county=house.county, options=options, by=house.office, now=now
    )


def _post(desk: Person, ledger: LedgerImport) -> None:
    desk.ask(READ, reverse("projects:import_store", args=[ledger.pk]), {})


WORKER, BEAT, WEB = "worker", "beat", "config.wsgi"
KILL, STOP = signal.SIGKILL, signal.SIGSTOP
KILLS = (
    Kill("in a backup: its process killed", backup),
    Kill("beat killed", part(BEAT, KILL)),
    Kill("beat stopped", part(BEAT, STOP)),
    Kill("one process of the pool killed", hand(WORKER, 2)),
    Kill("the worker's parent killed", part(WORKER, KILL)),
    Kill("the worker's parent stopped", part(WORKER, STOP)),
    Kill("a web process killed", hand(WEB, 1)),
    Kill("the web's parent killed", part(WEB, KILL)),
    Kill("the web's parent stopped", part(WEB, STOP)),
    Kill("the supervisor killed", whole(KILL)),
    Kill("the supervisor stopped", whole(STOP)),
    Kill("all killed at once", whole(None)),
    Kill("in a PDF: its process killed", pdf),
    Kill("in an import: the web process killed", ledger_import),
)


def main(folder: Path, options: argparse.Namespace) -> int:
    """Ends with 1 where something was lost or doubled, or wasn't mended."""
    make()
    wrong = 0
    with Server(folder) as server:
        house = House(server)
        house.saver.start()
        try:
            until("a save answered", lambda: house.saver.answered > 0)
            queue = "Redis" if settings.REDIS_URL else "queue of files"
            print(f"\n{connection.vendor}, {queue}; a tick every {TICK} s, a part is hung after 30 s\n")
            print(f"{'what':38} {'mended, s':>9} {'saves':>6} {'no answer':>9} {'lost':>5} {'doubled':>7}")
            for kill in KILLS:
                if options.only in kill.name:
                    wrong += line(house, kill)
        finally:
            house.saver.over.set()
            house.saver.join()
    if wrong:
        print((folder / "server.log").read_text()[-3000:])
    return int(bool(wrong))


def line(house: House, kill: Kill) -> int:
    """Do it and say what came of it; 1 where that isn't as it has to be."""
    saver = house.saver
    answered, unanswered = saver.answered, saver.unanswered
    house.lost, house.doubled = [], []
    mended, began, why = kill.act(house), time.monotonic(), ""
    try:
        until(kill.name, mended)
    except TimeoutError:
        why = "not mended"
    took = time.monotonic() - began
    lost, doubled = saver.wrong()
    lost, doubled = lost + len(house.lost), doubled + len(house.doubled)
    said = f"{kill.name:38} {took:>9.1f} {saver.answered - answered:>6} {saver.unanswered - unanswered:>9}"
    print(f"{said} {lost:>5} {doubled:>7}  {'; '.join([*house.lost, *house.doubled, why])}", flush=True)
    return int(bool(lost or doubled or why))


def until(what: str, reached: Callable[[], bool]) -> None:
    """Wait. Raises TimeoutError."""
    end_of_it = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > end_of_it:
            raise TimeoutError(what)
        time.sleep(0.2)


def make() -> None:
    """A county of 300 projects, with files that make a backup last, whose house was switched off since two days."""
    now = timezone.now()
    with transaction.atomic():
        county = maker.make(CODE, maker.Size(projects=300, open=False), now=now)
        months.fill(county, now=now)
        for n in range(100):
            store(os.urandom(400_000), f"{n}.pdf", by=User.objects.get(username=f"{CODE}-office"), now=now)
        JobRun.objects.create(job="tick", status=DONE, created_at=now - timedelta(days=2))
