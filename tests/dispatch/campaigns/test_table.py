"""A table of tasks as offices write it is read, or said cell by cell what is wrong; all comes in or nothing (D01)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import Done
from dispatch.campaigns.models import Campaign, Task
from dispatch.campaigns.table.reading import read
from tests.support.campaigns import make_campaign

pytestmark = [pytest.mark.requirement("D01"), pytest.mark.django_db]
HEAD = ["序号", "任务", "责任单位", "责任领导", "完成时限"]


@pytest.fixture
def campaign(county: Any, people: Any) -> Campaign:
    return make_campaign(county, people.office)


def test_the_table_of_an_office_is_read(campaign: Any) -> None:
    rows = [
        ["百日攻坚行动任务分解表"],
        [*HEAD, "目标", "配合单位"],
        ["一、大起底"],
        ["1", "起底项目盘子", "牵头单位：县住建局；配合单位：县统计局", "县领导01", "6月底前", "50个", ""],
        ["2", "起底手续办理", "西城镇、东关乡", "", "2026年7月10日前", "", "开发区"],
        ["", "", "", "", "", "", ""],
        ["（二）大会战"],
        ["3", "抓项目入库", "县统计局", "", "9月底", "1,200万元", "县工信局"],
    ]
    found = read(rows, campaign)
    assert not found.troubles
    first, second, third = (facts for _row, facts in found.tasks)
    assert (first["kind"], first["unit"].code, first["due_on"]) == ("大起底", "zhujian", date(2026, 6, 30))
    assert (first["target"], first["measure"], first["leader"].title) == (Decimal(50), "个", "县领导01")
    assert [unit.code for unit in first["helpers"]] == ["tongji"]
    assert [unit.code for unit in second["helpers"]] == ["dongguan", "kaifaqu"]
    assert (second["unit"].code, second["due_on"]) == ("xicheng", date(2026, 7, 10))
    assert (third["kind"], third["target"], third["measure"]) == ("大会战", Decimal(1200), "万元")


BROKEN = {
    "no head": ([["起底", "西城镇"]], "没有找到表头"),
    "a head without a day": ([HEAD[:4], ["1", "起底", "西城镇", ""]], "完成时限"),
    "nothing below": ([HEAD], "没有任务"),
    "no task": ([HEAD, ["1", "", "西城镇", "", "6月底"]], "第 2 行“任务”"),
    "no unit": ([HEAD, ["1", "起底", "", "", "6月底"]], "第 2 行“责任单位”：请写明责任单位"),
    "a unit that isn't there": ([HEAD, ["1", "起底", "南关镇", "", "6月底"]], "没有“南关镇”"),
    "a leader that isn't there": ([HEAD, ["1", "起底", "西城镇", "王县长", "6月底"]], "没有“王县长”"),
    "no day": ([HEAD, ["1", "起底", "西城镇", "", ""]], "第 2 行“完成时限”"),
    "what is no day": ([HEAD, ["1", "起底", "西城镇", "", "尽快"]], "“尽快”不是日期"),
    "a day before the campaign": ([HEAD, ["1", "起底", "西城镇", "", "4月30日"]], "不在行动期间"),
    "what is no number": ([[*HEAD, "目标"], ["1", "起底", "西城镇", "", "6月底", "若干"]], "“若干”不是数字"),
    "a number of what": ([[*HEAD, "目标"], ["1", "起底", "西城镇", "", "6月底", "50"]], "计量单位"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_wrong_cell_is_a_sentence_with_its_place(campaign: Any, case: str) -> None:
    rows, words = BROKEN[case]
    assert words in "\n".join(map(str, read(rows, campaign).troubles))


TEXT = (
    "序号\t任务\t责任单位\t责任领导\t完成时限\n"
    "1\t起底闲置土地\t西城镇\t县领导01\t6月底前\n2\t建台账\t{unit}\t\t7月底前\n"
)


def test_one_wrong_cell_keeps_all_of_it_out_and_what_was_pasted_stays(
    campaign: Any, people: Any, sign_in: Any
) -> None:
    client, address = sign_in(people.office), f"/dispatch/campaigns/{campaign.pk}/table/"
    answer = client.post(address, {"table": TEXT.format(unit="南关镇"), "version": campaign.version})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 3 行“责任单位”：县里没有“南关镇”这个单位" in page
    assert "起底闲置土地" in page
    assert not Task.objects.exists()
    answer = client.post(address, {"table": TEXT.format(unit="东关乡"), "version": campaign.version})
    assert answer.status_code == 303
    assert Task.objects.count() == 2


def test_a_file_comes_into_the_box_with_what_is_wrong(campaign: Any, people: Any, sign_in: Any) -> None:
    text = TEXT.format(unit="南关镇").replace("\t", ",")
    file = SimpleUploadedFile("任务分解表.csv", text.encode())
    address = f"/dispatch/campaigns/{campaign.pk}/table/"
    page = sign_in(people.office).post(address, {"file": file, "version": campaign.version}).content.decode()
    assert "建台账\t南关镇" in page
    assert not Task.objects.exists()


def test_a_whole_table_is_taken_back_but_for_what_somebody_has_written_to(
    campaign: Any, people: Any, sign_in: Any
) -> None:
    client = sign_in(people.office)
    told = {"table": TEXT.format(unit="东关乡"), "version": campaign.version}
    client.post(f"/dispatch/campaigns/{campaign.pk}/table/", told)
    task = Task.objects.get(unit__code="xicheng")
    sign_in(people.officer).post(
        f"/dispatch/campaigns/tasks/{task.pk}/report/",
        {"report-text": "在办", "report-percent": "5", "version": task.version},
    )
    done = Done.objects.get(key="campaign_tasks_given")
    sign_in(people.office).post(f"/undo/campaign_tasks_given/{done.pk}/", {})
    assert list(Task.objects.all()) == [task]
