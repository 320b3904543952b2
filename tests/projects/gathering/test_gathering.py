"""What units send back by chat, dropped at once: what is right goes in, the rest is said by cell."""

from __future__ import annotations

import io
import re
import zipfile
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from core.days.periods import Period
from core.models import Done
from dispatch.models import Round, RoundRow
from organization.units.models import Unit, UnitKind
from projects.choices import ReportStatus, Stage
from projects.gathering import services as gathering
from projects.gathering.pages import forms_of, plans_of
from projects.gathering.reading import month_in
from projects.models import GatheredFile, MonthlyReport
from projects.reports import services as reports
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

MAY = Period.month(2026, 5)
PAGE = "/projects/gathering/"
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P18")]


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


def at(sheet):
    """{heading: column} and the number of the first line."""
    for row in sheet.iter_rows():
        heads = {str(cell.value).split("（")[0]: cell.column for cell in row if cell.value}
        if "项目" in heads:
            return heads, row[0].row + 1
    raise AssertionError("no header")


def filled(content: bytes, lines, *, change=None) -> bytes:
    """The form *content* with [(works, progress)] in it, line by line."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    heads, first = at(sheet)
    for line, (works, words) in enumerate(lines, first):
        sheet.cell(line, heads["本月完成"]).value = works
        sheet.cell(line, heads["形象进度"]).value = words
    if change:
        change(book, sheet, heads, first)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def forms(county) -> dict[str, bytes]:
    return {name: book.read() for name, book in forms_of(county, MAY)}


def units_of(county, n):
    """So many townships of *county*, each with two projects."""
    made = []
    for number in range(n):
        name = f"第{number + 1:02}乡"
        unit = Unit.objects.create(
            parent=county,
            code=f"xiang{number}",
            name=name,
            short_name=name,
            kind=UnitKind.TOWNSHIP,
            position=50 + number,
        )
        made.append([make_project(county, lead_unit=unit, name=f"{name}{what}", stage=Stage.STARTED, plan=5_000 * WAN)
                     for what in ("水厂", "学校")])  # fmt: skip
    return made


def of(project):
    return MonthlyReport.objects.filter(project=project, month="2026-05").first()


def said(plan):
    return {(one.at, one.text) for one in plan.said}


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_twenty_files_come_back_what_is_right_goes_in_and_the_rest_is_said_by_cell(county, people, sign_in):
    made = units_of(county, 20)
    sent = [
        filled(form, [(100 + n, f"主体{n}层"), (200 + n, "装修")]) for n, form in enumerate(forms(county).values())
    ]
    assert len(sent) == 20

    def column_more(book, sheet, heads, first):
        sheet.insert_cols(heads["形象进度"])
        sheet.cell(first - 1, heads["形象进度"]).value = "备注"

    def no_number(book, sheet, heads, first):
        sheet.cell(first, heads["本月完成"]).value = "约五百"

    def headless(book, sheet, heads, first):
        sheet.delete_rows(first - 1)
        del book["_key"]

    def anothers(book, sheet, heads, first):
        sheet.cell(first + 1, heads["项目"]).value = "第01乡水厂"

    blank = list(forms(county).values())
    sent[3] = filled(blank[3], [(1, "一层"), (2, "二层")], change=no_number)
    sent[4] = filled(blank[4], [(1, "一层")], change=headless)
    sent[5] = sent[5][: len(sent[5]) // 2]
    sent[6] = filled(blank[6], [(1, "一层"), (2, "二层")], change=column_more)
    sent[7] = filled(blank[7], [(1, "一层"), (2, "二层")], change=anothers)
    reports.save(made[8][0], MAY, by=people.office_head, now=NOW, works=7 * WAN, progress="抢先")
    files = [(f"第{n + 1:02}乡 5月.xlsx", content) for n, content in enumerate(sent)]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, content in [*files[:12], ("又发一次.xlsx", sent[0])]:
            opened.writestr(name, content)

    client = sign_in(people.office)
    drop = [SimpleUploadedFile("六月.zip", archive.getvalue())]
    drop += [SimpleUploadedFile(name, content) for name, content in files[12:]]
    assert client.post(PAGE, {"file": drop}).status_code == 303
    page = words(client.get(PAGE))
    assert "“又发一次.xlsx”与“第01乡 5月.xlsx”是同一个文件" in page
    assert not MonthlyReport.objects.exclude(project=made[8][0]).filter(month="2026-05").exists()  # looked at only

    plans = {plan.file.name: plan for plan in plans_of(county, now=NOW)}
    assert len(plans) == 20
    assert {name for name, plan in plans.items() if plan.is_clean} == {
        name for n, (name, _content) in enumerate(files) if n not in {3, 4, 5, 6, 7, 8}
    }
    spoilt = {n: plans[f"第{n + 1:02}乡 5月.xlsx"] for n in (3, 4, 5, 6, 7, 8)}
    assert said(spoilt[3]) == {("F3", "第04乡水厂：“约五百”认不出是多少，请写成 1234.5")}
    assert [one.values["works"] for one in spoilt[3].clean if "works" in one.values] == [2 * WAN]
    assert "下载" in spoilt[4].file.refused
    assert "损坏" in spoilt[5].file.refused
    assert said(spoilt[6]) == {("G2", "“备注”不是表里的列，没有读")}
    assert said(spoilt[7]) == {("B4", "“第01乡水厂”不是他们的，由第01乡牵头")}
    assert "办公室主任" in spoilt[8].conflicts[0].conflict
    assert [(one.at, one.was, one.will) for one in spoilt[8].conflicts[0].cells] == [
        ("F3", "7", "108"), ("G3", "抢先", "主体8层"),
    ]  # fmt: skip

    seen = re.findall(r'name="(seen-\d+)" value="([^"]+)"', client.get(PAGE).content.decode())
    assert len(seen) == 14
    assert client.post(f"{PAGE}all/", dict(seen) | {"send": "on"}).status_code == 303
    assert MonthlyReport.objects.filter(month="2026-05", status=ReportStatus.SUBMITTED).count() == 28
    assert (of(made[0][0]).works, of(made[0][0]).progress) == (100 * WAN, "主体0层")
    assert of(made[0][0]).history.last().history_change_reason == "来自文件：第01乡 5月.xlsx"
    assert of(made[3][1]) is None  # what is to be looked at waits

    for n in (3, 6, 7):
        file = spoilt[n].file
        looked_at = {line.project.pk: line.version for line in spoilt[n].lines}
        gathering.take_over(file, seen=looked_at, by=people.office, now=NOW, send=False)
    assert (of(made[3][0]).works, of(made[3][0]).progress, of(made[3][1]).works) == (None, "一层", 2 * WAN)
    assert (of(made[6][1]).works, of(made[6][1]).progress) == (2 * WAN, "二层")
    assert of(made[7][1]) is None
    assert "F3" in words(client.get(PAGE))  # is said after it went in, too


@pytest.fixture
def one(county, people):
    """A file of the township with two projects, and who filled them in."""
    projects = [make_project(county, name=name, stage=Stage.STARTED, plan=5_000 * WAN) for name in ("水厂", "学校")]
    make_report(projects[0], "2026-04", works=10 * WAN)
    blank = forms(county)["5月月报·西城镇"]
    content = filled(blank, [(1, "一层"), (2, "二层")])
    return SimpleNamespace(projects=projects, blank=blank, content=content)


def dropped(county, people, *contents):
    files = [(f"{n}.xlsx", content) for n, content in enumerate(contents)]
    return gathering.gather(files, county=county, month=MAY, by=people.office, now=NOW).files


def test_a_row_that_somebody_wrote_meanwhile_waits_until_the_office_says_which(county, people, sign_in, one):
    first, second = one.projects
    [file] = dropped(county, people, one.content)
    reports.save(first, MAY, by=people.officer, now=NOW, works=9 * WAN, progress="自己报的")
    client, address = sign_in(people.office), f"{PAGE}{file.pk}/"
    seen = f"{first.pk}:1 {second.pk}:0"
    client.post(address, {"seen": seen, "send": "on"})
    file.refresh_from_db()
    assert (file.status, file.stored, of(first).works, of(second).status) == ("waiting", 1, 9 * WAN, "submitted")
    reports.save(first, MAY, by=people.officer, now=NOW, works=8 * WAN)
    client.post(address, {"seen": f"{first.pk}:1", "over": first.pk})  # a page that is old by now
    assert of(first).works == 8 * WAN
    client.post(address, {"seen": f"{first.pk}:2", "over": first.pk})
    file.refresh_from_db()
    assert (file.status, of(first).works, of(first).progress) == ("taken", 1 * WAN, "一层")


def test_taking_back_leaves_each_row_as_it_was(county, people, sign_in, one):
    first, second = one.projects
    reports.save(first, MAY, by=people.officer, now=NOW, works=5 * WAN, progress="原来的")
    content = filled(forms(county)["5月月报·西城镇"], [(1, "一层"), (2, "二层")])
    [file] = dropped(county, people, content)
    client = sign_in(people.office)
    client.post(f"{PAGE}{file.pk}/", {"seen": f"{first.pk}:1 {second.pk}:0", "send": "on"})
    assert {of(one).status for one in one.projects} == {ReportStatus.SUBMITTED}
    done = Done.objects.get(key="gathered")
    assert client.post(f"/undo/gathered/{done.pk}/").status_code == 303
    assert (of(first).works, of(first).progress, of(first).status) == (5 * WAN, "原来的", ReportStatus.DRAFT)
    assert (of(second).works, of(second).progress, of(second).works_ytd) == (None, "", None)
    file.refresh_from_db()
    assert file.status == "waiting"
    client.post(f"{PAGE}{file.pk}/", {"do": "aside"})
    client.post(f"/undo/gathered_aside/{file.pk}/")
    assert GatheredFile.objects.get().status == "waiting"


def test_a_form_of_a_month_that_is_not_over_goes_into_the_week_and_not_up(county, people, sign_in, one):
    june = Period.month(2026, 6)
    week = Round.objects.create(county=county, kind="weekly", period="2026-W24", opened_at=NOW, due_at=NOW)
    for project in one.projects:
        RoundRow.objects.create(round=week, unit=project.lead_unit, project=project)
    blank = {name: book.read() for name, book in forms_of(county, june)}
    [file] = dropped(county, people, filled(blank["6月月报·西城镇"], [(1, "一层"), (2, "二层")]))
    client = sign_in(people.office)
    page = words(client.get(PAGE))
    assert ("同时报送： 6月8日–6月14日周报" in page, 'name="send"' in page) == (True, False)
    seen = " ".join(f"{project.pk}:0" for project in one.projects)
    client.post(f"{PAGE}all/", {f"seen-{file.pk}": seen, "send": "on", "into": "on"})
    copies = week.rows.order_by("pk")
    assert list(copies.values_list("note", "works")) == [("一层", 1 * WAN), ("二层", 2 * WAN)]
    assert set(MonthlyReport.objects.filter(month="2026-06").values_list("status", flat=True)) == {"draft"}
    RoundRow.objects.filter(pk=copies[1].pk).update(note="又写了", version=7)
    client.post(f"/undo/gathered/{Done.objects.get(key='gathered').pk}/")  # the copies go back with the rows
    assert [(row.note, row.works, row.submitted_at is None) for row in copies] == [
        ("", None, True),
        ("又写了", 2 * WAN, False),  # somebody has touched it since
    ]


def test_odd_figures_are_said_before_and_wait_as_drafts(county, people, sign_in, one):
    first, second = one.projects
    [file] = dropped(county, people, filled(one.blank, [("1.2亿", "一层"), (-5, "二层")]))
    client = sign_in(people.office)
    page = words(client.get(PAGE))
    assert page.count("先按草稿并入") == 2
    assert "12,000" in page
    answer = client.post(f"{PAGE}{file.pk}/", {"seen": f"{first.pk}:0 {second.pk}:0", "send": "on"})
    assert answer.status_code == 303
    assert "有 2 行先存为草稿" in words(client.get(PAGE))
    assert [(of(one).works, of(one).status) for one in (first, second)] == [
        (12_000 * WAN, "draft"),
        (-5 * WAN, "draft"),
    ]


def test_two_files_of_one_unit_say_so_and_a_closed_or_submitted_row_stays(county, people, one):
    first, second = one.projects
    files = dropped(county, people, one.content, filled(one.blank, [(3, "三层")]))
    assert [[other.name for other in plan.others] for plan in plans_of(county, now=NOW)] == [["1.xlsx"], ["0.xlsx"]]
    report = reports.save(first, MAY, by=people.officer, now=NOW, works=9 * WAN, progress="自己报的")
    reports.submit([report], by=people.officer, now=NOW)
    [plan] = plans_of(county, now=NOW, only=files[0].pk)
    assert ("F3", "水厂不动：已上报") in said(plan)
    assert [line.project for line in plan.lines] == [second]


@pytest.mark.parametrize(
    ("heading", "name", "found"),
    [
        ("西城镇2026年5月项目进展", "回复.xlsx", ("西城镇", "2026-05", "heading")),
        ("项目进展", "西城镇4月.xlsx", ("西城镇", "2026-04", "heading")),
        ("项目进展", "回复.xlsx", ("西城镇", "2026-05", "projects")),
        ("西城镇、东关乡", "回复.xlsx", "西城镇、东关乡"),
    ],
)
def test_without_our_key_the_heading_or_the_projects_say_whose_it_is(county, people, one, heading, name, found):
    def own(book, sheet, heads, first):
        del book["_key"]
        sheet.title = "表"
        sheet.cell(1, 1).value = heading

    content = filled(one.blank, [(1, "一层")], change=own)
    [file] = gathering.gather([(name, content)], county=county, month=MAY, by=people.office, now=NOW).files
    if isinstance(found, str):
        assert found in file.refused
    else:
        assert (str(file.unit), file.month, file.known_by) == found


def test_a_form_of_another_county_or_one_that_was_meddled_with_is_refused(county, people, one):
    def meddle(place, value):
        def change(book, sheet, heads, first):
            book["_key"].cell(place, 1).value = value

        return filled(one.blank, [(1, "一层")], change=change)

    lines = [cell.value for cell in load_workbook(io.BytesIO(one.blank))["_key"]["A"]]
    files = dropped(
        county, people, *(meddle(lines.index(was) + 1, "x") for was in (county.code, "xicheng", "2026-05"))
    )
    assert [file.refused[:6] for file in files] == ["这张表是别的", "表里隐藏的记", "表里隐藏的记"]


@pytest.mark.parametrize(
    ("text", "month"),
    [("1–5月", "2026-05"), ("2025年12月", "2025-12"), ("12月", "2025-12"), ("5月", "2026-05"), ("无", None)],
)
def test_the_month_of_a_heading(text, month):
    found = month_in(text, MAY)
    assert (str(found) if found else None) == month


def test_only_the_office_gathers(county, people, sign_in, one):
    [file] = dropped(county, people, one.content)
    client = sign_in(people.officer)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{file.pk}/", {"do": "aside"}).status_code == 403
    assert unit_of(county, "xicheng").pk == file.unit_id
