"""An export of the national approval platform: matched by code, shown beside what is on file, written, taken back."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from core.models import Done
from core.refusals import NotAllowed, Refused, Stale
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.choices import Stage
from projects.models import Approval, PlatformImport, Project, ProjectCode
from projects.platform import comparing
from projects.platform import services as platform
from projects.platform.comparing import DIFFERS, FILL, NO_ITEM, NOT_YOURS, OLDER, SAME, TOLD, UNMATCHED, WRONG
from projects.platform.fields import field_of, state_of
from projects.platform.reading import PlatformError, read_export
from projects.registry.models import code_key
from tests.support.factories import NOW, make_project, unit_of, with_authority
from tests.support.platform import COLUMNS, as_csv, as_xlsx, row

pytestmark = [pytest.mark.requirement("P01", "P04"), pytest.mark.django_db]
ON = timezone.localdate(NOW)
CODE = "2601-220523-04-01-000001"
BARE = CODE.replace("-", "")
ALL = "/projects/platform/"


def coded(county: Any, text: str, **facts: Any) -> Project:
    """A project with its national code and its checklist."""
    project = make_project(
        county, stage=Stage.PREWORK, code=text, investment_kind="enterprise", planned_start=date(2026, 7, 1), **facts
    )
    project.approvals.all().delete()
    ProjectCode.objects.create(project=project, text=text, key=code_key(text), shown=True)
    return project


@pytest.fixture
def world(county, people) -> SimpleNamespace:
    with_authority(county, site="zhujian", construction="zhujian")
    project = coded(county, CODE, name="粮食烘干中心")
    other = coded(county, "2601-220523-04-01-000002", name="冷链物流园")
    approvals.draw_up_all(county, now=NOW)
    told = {"by": people.office, "now": NOW, "reason": "证在手"}
    approvals.obtain(project, kind="filing", obtained_on=date(2026, 1, 15), document_number="备〔2026〕1号", **told)
    approvals.obtain(project, kind="energy", obtained_on=date(2026, 2, 1), document_number="节能2号", **told)
    approvals.obtain(project, kind="tender", obtained_on=date(2026, 3, 1), document_number="招3号", **told)
    return SimpleNamespace(county=county, people=people, project=project, other=other)


def kept(world: Any, rows: list[tuple[str, ...]], by: Any = None) -> PlatformImport:
    found, _new = platform.keep_export(
        as_csv(rows), "导出.csv", county=world.county, by=by or world.people.office, now=NOW
    )
    return found


ROWS = [
    (row(CODE, "粮食烘干中心", "企业投资项目备案", "已办结", done="2026-01-15", number="备[2026]1号"), SAME),
    (row(CODE, "粮食烘干中心", "固定资产投资项目节能审查", "办结", number="节能9号", day="2026-02-03"), DIFFERS),
    (
        row(BARE, "粮食烘干中心", "用地预审与选址意见书", "准予许可", number="选1号", day="2026/3/1"),
        FILL,
    ),
    (row(CODE, "粮食烘干中心", "建设项目环境影响评价文件审批", "不予许可", done="2026-04-01"), FILL),
    (row(CODE, "粮食烘干中心", "建设用地规划许可证核发", "办理中", accepted="2026-05-01"), SAME),
    (row(CODE, "粮食烘干中心", "招标文件备案", "已撤销", done="2026-04-01"), TOLD),
    (row(CODE, "粮食烘干中心", "洪水影响评价审批", "办结", done="2026-04-01"), NO_ITEM),
    (row(CODE, "粮食烘干中心", "建设工程规划许可证核发", "办结"), WRONG),
    (row(CODE, "粮食烘干中心", "建设工程规划许可证核发", "怪", done="2026-04-01"), WRONG),
    (row(CODE, "粮食烘干中心", "建设工程规划许可证核发", "办结", done="2026年4月"), WRONG),
    (row(CODE, "粮食烘干中心", "建设工程规划许可证核发", "办结", done="2027-04-01"), WRONG),
    (row(CODE, "粮食烘干中心", "建设工程规划许可证核发", "办结", done="2026-04-01", accepted="2026-05-01"), WRONG),
    (row("2601-220523-04-01-000009", "粮食烘干中心二期", "企业投资项目备案", "办结", done="2026-04-01"), UNMATCHED),
    (row("", "粮食烘干中心", "企业投资项目备案", "办结", done="2026-04-01"), WRONG),
]


def test_each_row_is_matched_by_its_code_and_shown_beside_what_is_on_file(world) -> None:
    compared = platform.look(kept(world, [one for one, _outcome in ROWS]), world.people.office, ON)
    found = {line.row.number: line.outcome for line in compared.lines}
    assert found == {n: outcome for n, (_row, outcome) in enumerate(ROWS, 2)}
    by_row = {line.row.number: line for line in compared.lines}
    assert "备〔2026〕1号" in by_row[2].ours
    assert ("节能2号" in by_row[3].ours, "节能9号" in by_row[3].theirs) == (True, True)
    assert by_row[14].near == (world.project.pk, "粮食烘干中心")  # shown, never matched
    assert not by_row[14].project
    assert by_row[10].why[0].startswith("G10："), "the cell is named"
    assert [by_row[n].why[0].split("：")[0] for n in (11, 13, 15)] == ["I11", "I13", "B15"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("项目统一代码", "code"), ("项目（法人）单位", "owner"),
        ("审批（核准、备案）事项", "item"), ("实施机关", "unit"),
        ("批准文号", "number"), (" 发文日期*", "approved"), ("有效期至", "until"), ("联系电话", ""),
    ],
)  # fmt: skip
def test_a_column_is_known_by_several_spellings(header: str, field: str) -> None:
    assert field_of(header) == field


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("已办结", "obtained"), ("准予行政许可", "obtained"), ("备案通过", "obtained"), ("未办结", "under_way"),
        ("审批中", "under_way"), ("待审核", "under_way"), ("补正告知", "under_way"), ("不予受理", "refused"),
        ("办结（不予许可）", "refused"), ("未受理", "not_begun"), ("撤销备案", "withdrawn"), ("怪", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_state_mean(text: str, state: str) -> None:
    assert state_of(text) == state


def test_codes_that_are_not_simply_valid_are_said(world) -> None:
    def codes(state: str, text: str, project: Project) -> None:
        ProjectCode.objects.create(project=project, text=text, key=code_key(text), state=state)

    codes("replaced", "2501-220523-04-01-000003", world.project)
    codes("invalid", "2501-220523-04-01-000004", world.project)
    codes("valid", "2501-220523-04-01-000005", world.project)
    codes("valid", "2501-220523-04-01-000005", world.other)
    rows = [
        row(f"2501-220523-04-01-00000{n}", "", "用地预审与选址意见书", "办结", day="2026-03-01") for n in (3, 4, 5)
    ]
    replaced, invalid, twice = platform.look(kept(world, rows), world.people.office, ON).lines
    assert (replaced.outcome, invalid.outcome, twice.outcome) == (FILL, WRONG, WRONG)
    assert CODE in replaced.why[0]
    assert "冷链物流园" in twice.why[0]


def test_what_was_chosen_is_written_in_one_go_and_ours_stays_by_default(world) -> None:
    found = kept(world, [one for one, _outcome in ROWS])
    looked = platform.look(found, world.people.office, ON).looked
    done = platform.write_rows(found, looked=looked, by=world.people.office, now=NOW)
    assert done is not None
    site = Approval.objects.get(project=world.project, kind="site")
    assert (site.document_number, site.obtained_on) == ("选1号", date(2026, 3, 1))
    assert "导出.csv" in site.history.first().history_change_reason
    assert ApprovalItem.objects.get(project=world.project, kind="environment").state == "refused"
    assert Approval.objects.get(project=world.project, kind="energy").document_number == "节能2号"
    again = platform.look(found, world.people.office, ON)
    assert [line.number for line in again.of(FILL)] == []
    second = platform.write_rows(found, looked=again.looked, theirs=[3], by=world.people.office, now=NOW)
    assert second is not None
    assert Approval.objects.get(project=world.project, kind="energy").document_number == "节能9号"
    assert [one["row"] for one in PlatformImport.objects.get().written] == [4, 5, 3]
    assert platform.write_rows(
        found, looked=platform.look(found, world.people.office, ON).looked, by=world.people.office, now=NOW
    ) is None  # fmt: skip


def test_taken_back_each_is_as_it_was_but_what_was_changed_since(world) -> None:
    people, found = world.people, kept(world, [one for one, _outcome in ROWS])
    looked = platform.look(found, people.office, ON).looked
    done = platform.write_rows(found, looked=looked, theirs=[3], by=people.office, now=NOW)
    item = ApprovalItem.objects.get(project=world.project, kind="environment")
    approvals.set_item(item, state="resubmitted", by=people.office, on=ON, now=NOW)
    with pytest.raises(NotAllowed):
        platform.take_back(done, by=people.approver, now=NOW, reason="")
    said = platform.take_back(done, by=people.office, now=NOW, reason="")
    assert "2" in said
    assert not Approval.objects.filter(project=world.project, kind="site").exists()
    energy = Approval.objects.get(project=world.project, kind="energy")
    assert (energy.document_number, energy.obtained_on) == ("节能2号", date(2026, 2, 1))
    assert ApprovalItem.objects.get(pk=item.pk).state == "resubmitted"
    assert [one["row"] for one in PlatformImport.objects.get().written] == [5]
    with pytest.raises(Refused):
        platform.take_back(Done.objects.get(pk=done.pk), by=people.office, now=NOW, reason="")


def test_nothing_is_written_where_the_county_has_changed_or_one_row_is_refused(world, monkeypatch) -> None:
    people, found = world.people, kept(world, [one for one, _outcome in ROWS])
    looked = platform.look(found, people.office, ON).looked
    item = ApprovalItem.objects.get(project=world.project, kind="site")
    approvals.set_item(item, state="tolerated", by=people.office, on=ON, now=NOW, reason="缺图", until=ON)
    with pytest.raises(Stale):
        platform.write_rows(found, looked=looked, by=people.office, now=NOW)
    looked = platform.look(found, people.office, ON).looked

    def refuses(*args: Any, **facts: Any) -> None:
        raise Refused("不行")

    monkeypatch.setattr(approvals, "set_item", refuses)  # the second row of the two
    with pytest.raises(Refused, match="第 5 行"):
        platform.write_rows(found, looked=looked, by=people.office, now=NOW)
    assert not Approval.objects.filter(project=world.project, kind="site").exists()
    assert PlatformImport.objects.get().written == []


def test_the_same_file_is_kept_once_and_too_many_rows_are_refused(world, monkeypatch) -> None:
    rows = [one for one, outcome in ROWS if outcome == FILL]
    found = kept(world, rows)
    told: dict[str, Any] = {"county": world.county, "by": world.people.office, "now": NOW}
    assert platform.keep_export(as_csv(rows), "又一次.csv", **told) == (found, False)
    monkeypatch.setattr(platform, "MOST", len(rows) - 1)
    looked = platform.look(found, world.people.office, ON).looked
    with pytest.raises(Refused, match="行太多"):
        platform.write_rows(found, looked=looked, by=world.people.office, now=NOW)


def test_of_several_rows_of_one_item_the_newest_counts(world) -> None:
    site = "用地预审与选址意见书"
    rows = [
        row(CODE, "", site, "办结", day="2026-03-05", number="选2号"),
        row(CODE, "", site, "不予许可", done="2026-03-01"),
    ]
    assert [one.outcome for one in platform.look(kept(world, rows), world.people.office, ON).lines] == [FILL, OLDER]


def test_who_gives_an_approval_writes_those_of_the_own_desk(world) -> None:
    people = world.people
    rows = [
        row(CODE, "", "用地预审与选址意见书", "办结", day="2026-03-05", number="选2号"),
        row(CODE, "", "建设项目环境影响评价文件审批", "办结", day="2026-03-05"),
    ]
    found = kept(world, rows, people.approver)
    compared = platform.look(found, people.approver, ON)
    assert [one.outcome for one in compared.lines] == [FILL, NOT_YOURS]
    platform.write_rows(found, looked=compared.looked, by=people.approver, now=NOW)
    assert Approval.objects.filter(project=world.project, kind__in=("site", "environment")).count() == 1
    with pytest.raises(NotAllowed):
        kept(world, rows, people.officer)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.4 nothing", "a.xlsx", "."),
        (b"", "a.csv", "."),
        ("甲,乙\n1,2\n".encode(), "a.csv", "项目代码"),
        ("项目名称,审批事项,办理状态\n厂,备案,办结\n".encode(), "a.csv", "第 1 行.*项目代码"),
        (as_csv([]), "a.csv", "a"),
    ],
)
def test_what_is_no_export_gets_a_sentence(content: bytes, name: str, said: str) -> None:
    with pytest.raises(PlatformError, match=said):
        read_export(content, name)


def test_merged_cells_numbers_and_titles_of_a_workbook_are_understood() -> None:
    book = load_workbook(BytesIO(as_xlsx([row(CODE, "厂", "备案", "办结"), row("", "", "节能审查", "办结")])))
    sheet = book.active
    top = next(cell.row for cell in sheet["B"] if cell.value == CODE)
    sheet.merge_cells(f"B{top}:B{top + 1}")
    sheet[f"B{top + 2}"] = 26012205230401000001
    sheet[f"E{top + 2}"] = "备案"
    out = BytesIO()
    book.save(out)
    first, second, third = read_export(out.getvalue(), "导出.xlsx").rows
    assert (first.code, second.code, second.item) == (CODE, CODE, "节能审查")
    assert any("B" in cell for cell, _why in third.wrong)


def test_the_page_shows_it_writes_it_and_says_that_the_file_came_in_before(world, sign_in) -> None:
    client = sign_in(world.people.office)
    content = as_xlsx([one for one, _outcome in ROWS])

    def followed(answer: Any) -> Any:
        return client.get(answer["Location"]) if answer.status_code == 303 else answer

    def upload(data: bytes) -> Any:
        return followed(client.post(ALL, {"file": SimpleUploadedFile("平台导出.xlsx", data)}))

    html = upload(content).content.decode()
    assert all(text in html for text in ("节能2号", "节能9号", "选1号", "洪水影响评价审批", "粮食烘干中心二期"))
    pk = PlatformImport.objects.get().pk
    theirs = re.findall(r'name="theirs" value="(\d+)"', html)
    typed = {"looked": re.findall(r'name="looked" value="(\w+)"', html)[0], "theirs": theirs}
    after = followed(client.post(f"{ALL}{pk}/write/", typed)).content.decode()
    done = Done.objects.get(key=platform.WRITTEN)
    assert f"/undo/{platform.WRITTEN}/{done.pk}/" in after
    assert Approval.objects.get(project=world.project, kind="energy").document_number == "节能9号"
    again = followed(client.post(f"{ALL}{pk}/write/", typed)).content.decode()  # of what is on file no more
    assert "还没有写入" in again
    again = upload(content)
    assert PlatformImport.objects.count() == 1
    assert again.request["PATH_INFO"] == f"{ALL}{pk}/"
    table = load_workbook(BytesIO(b"".join(client.get(f"{ALL}{pk}/differences/").streaming_content)))
    cells = [str(cell.value) for line in table.active.iter_rows() for cell in line]
    assert "洪水影响评价审批" in cells
    assert client.get(f"{ALL}{pk}/file/").status_code == 200
    assert upload(b"nothing").status_code == 422
    client.post(f"/undo/{platform.WRITTEN}/{done.pk}/", {"version": "0"})
    assert Approval.objects.get(project=world.project, kind="energy").document_number == "节能2号"


def test_the_comparison_asks_as_often_for_many_projects_as_for_one(world) -> None:
    def queries(rows: list[tuple[str, ...]]) -> int:
        found = kept(world, rows)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            comparing.compare(world.people.approver, world.county, platform.rows_of(found), ON)
        return len(asked)

    one = queries([ROWS[2][0]])
    more = []
    for n in range(3, 9):
        code = f"2601-220523-04-01-00000{n}"
        coded(world.county, code, name=f"厂{n}", lead_unit=unit_of(world.county, "dongguan"))
        more += [
            row(code, "", item, "办结", day="2026-03-01") for item in ("用地预审与选址意见书", "节能审查", "没有")
        ]
    assert queries(more) <= one
    assert len(COLUMNS) == 11
