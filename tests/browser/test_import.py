"""An office loads its own table: looked at, a column put right, stored, taken back; nothing is left of it."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from projects.models import MonthlyReport, Project
from tests.browser.conftest import sideways
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


def test_units_rows_and_columns_are_decided_on_the_page_by_keyboard_and_accounts_follow(
    county, people, enter, tmp_path
):
    file = tmp_path / "台账.csv"
    file.write_text(
        "2026年重点项目台账（截至5月）\n项目名称,责任单位,总投资（万元）,年度计划投资（万元）,形象进度\n"
        "水厂,青石镇,2000,1000,正在进行主体施工，管网已铺设一半，厂区道路和围墙年底前完成\n"
        "公寓,住建委,5000,2000,打桩\n市场,西城镇,7000,3000,封顶\n",
        encoding="gb18030",
    )
    with time_machine.travel(NOW, tick=True):
        page = enter(people.office, "/projects/import/")
        main = page.get_by_role("main")
        page.get_by_label("台账文件").set_input_files(file)
        page.get_by_role("button", name="先看看").click()
        expect(main).to_contain_text("台账里有 2 个单位系统里没有")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert not sideways(page), "wide tables scroll in a box of their own"
            expect(main).to_contain_text("厂区道路和围墙年底前完成")  # nothing is cut
        page.set_viewport_size({"width": 1440, "height": 900})

        page.get_by_label("“住建委”就是系统里的哪个单位").focus()
        page.keyboard.type("县住建局")
        page.keyboard.press("Enter")  # says what this one is, and makes nothing of the others
        expect(main).to_contain_text("就是 县住房和城乡建设局")
        expect(main).to_contain_text("1 个待定")
        page.get_by_role("checkbox", name="市场").press("Space")
        page.get_by_label("“年度计划投资”对应").select_option(label="不取这一列")
        page.get_by_role("button", name="新建勾选的单位").press("Enter")
        expect(main).to_contain_text("都定了")
        expect(main).to_contain_text("不取 1 行：总投资 7,000 万元")
        expect(main).to_contain_text("“年度计划投资(万元)”这一列不取：共 6,000 万元")
        page.get_by_role("button", name="存入 2 行").press("Enter")
        expect(main).to_contain_text("已存入：新建 2 个")
        leads = Project.objects.order_by("pk").values_list("name", "lead_unit__name")
        assert list(leads) == [("水厂", "青石镇"), ("公寓", "县住房和城乡建设局")]

        page.get_by_role("link", name="批量开账号、打印账号条").press("Enter")
        expect(page.get_by_label("项目专员的账号").first).to_have_value("qingshizhen01")
        assert not sideways(page)
        page.get_by_role("button", name="开通勾选的账号").press("Enter")
        expect(main).to_contain_text("待发放：1 个账号的初始密码")
        expect(main).to_contain_text("qingshizhen01")
        page.set_viewport_size({"width": 390, "height": 844})
        assert not sideways(page)
