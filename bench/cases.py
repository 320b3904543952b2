"""What is measured, each against which floor."""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import connection, transaction
from django.template import loader
from django.test import Client, override_settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Border, Font, Side

from bench import data, floor
from bench.run import Result, clock, compare
from core.days.periods import Period
from core.tables.writing import Format, TableColumn, write_table
from core.web.once import one_request
from organization.people.models import User
from organization.units.models import Unit
from outbox.digest import deliver
from projects.milestones import wall
from projects.milestones.rules import Point, ScheduleRules

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(middleware: list[str] | None = None, person: User | None = None) -> Client:
    client = Client()
    client.force_login(person or User.objects.get(username="office"), backend=BACKEND)
    if middleware:
        with override_settings(MIDDLEWARE=middleware):
            client.get("/bench/list/?unit=u01")  # the handler keeps the middleware that it meets first
    return client


def get(client: Client, path: str) -> Callable[[], Any]:
    def ask() -> Any:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    return ask


def bare() -> Callable[[], Any]:
    return get(signed_in(floor.MIDDLEWARE), "/bench/list/?unit=u01")


def list_page(rounds: int) -> Result:
    unit = Unit.objects.get(code="u01")
    columns = "&".join(f"col={key}" for key in COLUMNS)
    path = f"/projects/?unit={unit.pk}&{columns}"
    name = "list, 10,000 projects, filtered, 50 × 12"
    return compare(name, get(signed_in(), path), bare(), aim=1.5, rounds=rounds, most_queries=10)


COLUMNS = (
    "light", "name", "lead_unit", "stage", "total_investment", "plan",
    "done", "rate", "ruler", "gap", "sponsors", "planned_start",
)  # fmt: skip


def ranking(rounds: int) -> Result:
    name = "ranking, 20 units, 10,000 projects × 12"
    return against_itself(name, f"/dispatch/rankings/{data.YEAR}-11/", aim=1.25, rounds=rounds, most_queries=8)


def past_list(rounds: int) -> Result:
    unit = Unit.objects.get(code="u01")
    path = f"/projects/?period={data.YEAR}-06&unit={unit.pk}"
    return against_itself("list of a past month, 10,000 projects", path, aim=1.5, rounds=rounds)


def home(rounds: int) -> Result:
    return against_itself("home of the office, 10,000 projects", "/", aim=1.5, rounds=rounds)


class Heard:
    """The statements that pass, with their parameters, so that they can be said again."""

    def __init__(self, *kinds: str) -> None:
        self.kinds, self.statements = kinds, list[tuple[str, Any]]()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("(").startswith(self.kinds) and not many:
            self.statements.append((sql, params))
        return execute(sql, params, many, context)

    def again(self) -> None:
        with connection.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()


def heard(act: Callable[[], Any], *kinds: str) -> Heard:
    seen = Heard(*kinds)
    with connection.execute_wrapper(seen):
        act()
    return seen


def against_itself(
    name: str, path: str, *, aim: float, rounds: int, most_queries: int | None = None, person: User | None = None
) -> Result:
    """A page against its own SQL alone, its own template alone, and a request of the same person for nothing."""
    client = signed_in(person=person)
    page, nothing = get(client, path), get(client, "/bench/empty/")
    page()
    nothing()
    seen, of_request = heard(page, "SELECT"), {sql for sql, _params in heard(nothing, "SELECT").statements}
    seen.statements = [one for one in seen.statements if one[0] not in of_request]
    rendered: dict[str, Any] = {}
    real = loader.render_to_string

    def note(template: Any, context: Any = None, request: Any = None, using: Any = None) -> str:
        rendered.update(template=template, context=context, request=request)
        return real(template, context, request, using)

    with mock.patch("django.shortcuts.loader.render_to_string", note):
        page()

    def least() -> None:
        nothing()
        seen.again()
        with one_request():  # what the template asks again and again is read once there too
            real(rendered["template"], rendered["context"], rendered["request"])

    return compare(name, page, least, aim=aim, rounds=rounds, most_queries=most_queries)


def draft(rounds: int) -> Result:
    """A bulletin's draft from the figures of a month that isn't published, against its statements alone."""
    from dispatch.bulletins import services as bulletins

    bench, period = Unit.objects.get(code="bench"), Period.month(data.YEAR, 11)

    def ours() -> None:
        bulletins.draft_bulletin(bench, "monthly", period, now=data.NOW, unfinished="the bench closes no month")

    seen = heard(undone(ours), "SELECT", "INSERT")
    return compare(
        "bulletin's draft, 10,000 projects",
        undone(ours),
        undone(seen.again),
        aim=4.0,
        rounds=max(rounds // 3, 3),
        most_queries=28,  # with what a bulletin says besides the ranking's figures, however many projects there are
    )


def undone(act: Callable[[], Any]) -> Callable[[], None]:
    """*act* without what it leaves."""

    def run() -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    return run


def importing(rounds: int) -> Result:
    """A ledger stored against projects and their history alone: the floor has no plans, no steps, no original rows and
    none of the 13,000 rows of months that the import writes as well."""
    from projects.ledger import services as imports

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["序号", "项目名称", "责任单位", "总投资（万元）", "年度计划投资（万元）", "建设内容"])
    for n in range(1, 1001):
        sheet.append([20_000 + n, f"导入的第{n}个项目", f"第{n % 20 + 1}单位", 1000 + n, 500 + n, "厂房和配套设施"])
    buffer = io.BytesIO()
    book.save(buffer)
    content = buffer.getvalue()
    county, user = Unit.objects.get(code="bench"), User.objects.get(username="office")
    units = {unit.name: unit for unit in Unit.objects.filter(county=county)}
    options = imports.Options(year=data.YEAR)

    def ours() -> None:
        ledger, looked = imports.store(content, "台账.xlsx", county=county, options=options, by=user, now=data.NOW)
        assert ledger is not None
        assert sum(row.outcome == "created" for row in looked.rows) == 1000

    return compare(
        "import of 1,000 rows, checks and history",
        undone(ours),
        undone(lambda: floor.plain_import(content, county, units, user)),
        aim=1.6,
        rounds=max(rounds // 2, 3),
        most_queries=30,
    )


def photo(rounds: int) -> Result:
    """A photo of 12 megapixels from the upload to its row, behind the fence and compared with all of the county."""
    from PIL import Image

    from projects.models import Project
    from projects.photos.services import add_photo

    room = io.BytesIO()
    Image.effect_noise((1000, 750), 60).resize((4000, 3000)).convert("RGB").save(room, "JPEG", quality=95)
    content, user = room.getvalue(), User.objects.get(username="office")
    project = Project.objects.select_related("lead_unit", "county").order_by("pk")[0]
    period = Period.month(data.YEAR, 5)
    told: dict[str, Any] = {"content": content, "name": "IMG.jpg", "by": user, "now": data.NOW}
    return compare(
        "photo of 12 megapixels, fence and history",
        undone(lambda: add_photo(project, period, **told)),
        lambda: floor.plain_photo(content),
        aim=2.5,
        rounds=max(rounds // 2, 3),
        most_queries=20,
    )


def _cells(rows: int) -> Any:
    return (tuple(f"文字{n}" if k % 3 else n * 10_000 + k for k in range(30)) for n in range(rows))


def our_export(rows: int) -> None:
    columns = [TableColumn(f"列{k}", Format.TEXT if k % 3 else Format.WAN) for k in range(30)]
    write_table(columns, _cells(rows), title="项目").close()


def styled_openpyxl(rows: int) -> None:
    side = Side(style="thin", color="FFB8C0C8")
    font, border = Font(name="宋体", size=10), Border(left=side, right=side, top=side, bottom=side)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in _cells(rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            cell.font, cell.border = font, border
            cells.append(cell)
        sheet.append(cells)
    book.save(io.BytesIO())


def export(rounds: int) -> Result:
    name = "styled export, 10,000 × 30"
    few = 3 if rounds > 3 else 2
    return compare(name, lambda: our_export(10_000), lambda: styled_openpyxl(10_000), aim=1.0, rounds=few)


def export_memory(rounds: int) -> Result:
    """Peak memory of a process that writes 100,000 rows against one that writes 10,000."""
    small, large = _peak("our_export", 10_000), _peak("our_export", 100_000)
    return Result("export: peak at 100,000 rows to 10,000", large, small, large / small, 1.1, unit="MiB")


def _peak(function: str, rows: int) -> float:
    code = (
        "import django; django.setup()\n"
        f"from bench import cases; cases.{function}({rows}); "
        "print(int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1024)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(found.stdout.strip().splitlines()[-1])


def bulletin(rounds: int) -> Result:
    """The PDF of a bulletin, from its figures, against WeasyPrint on the very HTML that it becomes."""
    from dispatch.bulletins import files as bulletin_files
    from dispatch.bulletins import services as bulletins
    from paper.fonts import find_fonts
    from paper.html import print_html
    from paper.pdf import html_to_pdf

    period = Period.month(data.YEAR, 11)
    bench = Unit.objects.get(code="bench")
    row = bulletins.draft_bulletin(bench, "monthly", period, now=data.NOW, unfinished="the bench closes no month")
    for block in row.content:  # a bulletin names hundreds, not thousands
        for key in ("rows", "body"):
            if isinstance(block.get(key), list):
                block[key] = block[key][:200]
    fonts = find_fonts(settings.DOC_FONT_DIR)
    html = print_html(bulletin_files.document(row), fonts)
    return compare(
        "bulletin as PDF",
        lambda: bulletin_files.pdf(row),
        lambda: html_to_pdf(html, fonts),
        aim=1.15,
        rounds=2 if rounds < 5 else 3,
        note=f"{len(html) // 1024} KB of HTML",
    )


def reminders(rounds: int) -> Result:
    from outbox import services as notices

    people = [User(username=f"p{n}", name="项目专员", email=f"p{n}@county.example") for n in range(2000)]
    User.objects.bulk_create(people)

    def ours() -> None:
        with transaction.atomic():
            drafts = [
                notices.Draft(person, "report_due", f"bench:{person.pk}", "6月月报明天截止", "", "/", True)
                for person in people
            ]
            assert notices.notify_all(drafts, now=data.NOW) == 2000
            deliver(now=data.NOW)
            transaction.set_rollback(True)

    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        return compare(
            "2,000 reminders: write, claim, render, record",
            ours,
            lambda: floor.plain_mails(people),
            aim=3.0,
            rounds=max(rounds // 2, 3),
        )


WALL_MS = 40  # of drawing work on the server, for the largest chart there is


def wall_chart(rounds: int) -> Result:
    """The wall chart of 300 projects with 20 milestones each: how they stand, drawn, and said as a table."""
    on, rules = data.NOW.date(), ScheduleRules()
    names = [(f"m{n}", f"第{n}个节点") for n in range(20)]
    chains = []
    for pk in range(1, wall.MOST + 1):
        points = [
            Point(code, name, [names[n - 1][0]] if n else [], on + timedelta(days=(n * 2 + pk % 17 - 20) * 11))
            for n, (code, name) in enumerate(names)
        ]
        points = [one._replace(actual=one.planned) if one.planned < on - timedelta(days=30) else one for one in points]
        chains.append(wall.Chain(pk, f"第{pk}个项目的建设工程", f"单位{pk % 20:02}", points))

    def draw() -> None:
        for chain in chains:
            chain.judge(on, rules)
        wall.draw(chains, on, rules)

    draw()
    took = statistics.median(clock(draw) for _round in range(rounds))
    name = "wall chart, 300 projects × 20 milestones, drawn"
    return Result(name, took, WALL_MS, took / WALL_MS, 1.0, note="floor: what it may take")


CASES: dict[str, Callable[[int], Result | list[Result]]] = {
    "list": list_page,
    "past": past_list,
    "home": home,
    "ranking": ranking,
    "import": importing,
    "photo": photo,
    "export": export,
    "memory": export_memory,
    "draft": draft,
    "bulletin": bulletin,
    "reminders": reminders,
    "wall": wall_chart,
}
