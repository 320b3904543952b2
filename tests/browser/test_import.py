"""An office loads its own table: looked at, a column put right, stored, taken back; nothing is left of it."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from projects.models import MonthlyReport, Project
from tests.support.factories import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P18")]
LEDGER = (
    "2026年重点项目台账（截至5月）\n项目名称,责任单位,总投资（万元）,年度计划投资（万元）,落实数（万元）\n"
    "粮食烘干中心,西城镇,2000,1000,400\n标准厂房,东关乡,5000,2000,900\n"
)


def test_a_ledger_is_looked_at_put_right_stored_and_taken_back(county, people, enter, tmp_path):
    file = tmp_path / "台账.csv"
    file.write_text(LEDGER, encoding="gb18030")
    with time_machine.travel(NOW, tick=True):
        page = enter(people.office, "/projects/import/")
        main = page.get_by_role("main")
        page.get_by_label("台账文件").set_input_files(file)
        page.get_by_role("button", name="先看看").click()
        expect(main).to_contain_text("没对上：落实数(万元)")
        expect(main).to_contain_text("1,300 万元")  # what would be left out
        assert not Project.objects.exists()

        page.get_by_text("看全部列、年度、月份和工作表，或改").click()
        page.get_by_label("落实数(万元)").select_option(label="本年累计完成投资")
        page.get_by_role("button", name="重新读").click()
        expect(main).not_to_contain_text("没对上")
        page.get_by_role("button", name="存入 2 行").click()
        expect(main).to_contain_text("已存入：新建 2 个")
        done = MonthlyReport.objects.order_by("works_ytd").values_list("project__name", "works_ytd")
        assert list(done) == [("粮食烘干中心", 4_000_000), ("标准厂房", 9_000_000)]

        page.get_by_role("button", name="撤回").click()
        expect(main).to_contain_text("还没有写入任何数据")
        assert not Project.objects.exists()
