"""The month's grid in a real browser: keys, paste, input method, saving by itself, two people, no line, a phone."""

from __future__ import annotations

import json
import re

import pytest
import time_machine
from playwright.sync_api import Page, expect

from core.days.periods import Period
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport
from projects.reports import services as reports
from tests.browser.conftest import sideways
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.paths import DATA
from tests.support.people import PASSWORD, make_county, make_people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P09")]
MAY = Period.month(2026, 5)
GRID = "/projects/reports/2026-05/"
NAMES = ("粮食烘干中心", "产业园", "体育公园", "供水管网", "老旧小区改造")
CASES = json.loads((DATA / "amount_cases.json").read_text())["cases"]


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def standing(once):
    """One county with five projects for all tests of the grid."""

    def build():
        county = make_county()
        people = make_people(county)
        made = [make_project(county, name=name, stage=Stage.STARTED, plan=10_000 * WAN) for name in NAMES]
        for number, project in enumerate(made):
            make_report(project, "2026-04", works=(number + 1) * 100 * WAN, progress=f"第 {number + 1} 段完成")
        return county, people, made

    return once("grid", build)


@pytest.fixture
def projects(standing):
    return standing[2]


@pytest.fixture
def page(enter, people, projects) -> Page:
    return enter(people.officer, GRID)


def sign_in(page: Page, person) -> None:
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#menu", state="attached")


def works(page: Page, row: int):
    return page.locator("[data-col=works]").nth(row)


def words(page: Page, row: int):
    return page.locator("[data-col=progress]").nth(row)


def status(page: Page, row: int):
    return page.locator("[data-status]").nth(row)


def of(project):
    return MonthlyReport.objects.filter(project=project, month="2026-05").first()


def paste(page: Page, text: str) -> None:
    """What a sheet puts on the clipboard, into the focused cell."""
    page.evaluate(
        """text => { const clipboardData = new DataTransfer(); clipboardData.setData('text/plain', text);
        const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(event); }""",
        text,
    )


def test_the_projects_page_is_an_arrow_away_and_not_in_the_way_of_tab(page, projects):
    expect(works(page, 0)).to_be_focused()  # typing begins at once
    expect(works(page, 0)).to_have_attribute("placeholder", "100")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    expect(page.locator("a.name").nth(1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(works(page, 1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/projects/{projects[1].pk}/reports/2026-05/")


def test_taking_back_is_an_arrow_away_too(enter, people, projects):
    reports.submit(
        [reports.save(projects[0], MAY, by=people.officer, now=NOW, works=5 * WAN, progress="三层")],
        by=people.officer,
        now=NOW,
    )
    page = enter(people.officer, GRID)
    page.locator("a.name").first.focus()
    for _step in ("works", "words", "button"):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name=re.compile("撤回"))).to_be_focused()


def test_typing_moves_no_column_and_the_one_count_follows_each_key(page):
    places = "[...document.querySelectorAll('#grid th')].map(th => th.getBoundingClientRect().x)"
    before, filled = page.evaluate(places), page.locator("[data-count=filled]")
    expect(filled).to_have_text("已填 0 / 5")
    works(page, 0).fill("123,456,789.5")
    expect(filled).to_have_text("已填 0 / 5")
    words(page, 0).fill("主体" * 100)
    expect(filled).to_have_text("已填 1 / 5")
    expect(status(page, 0)).to_have_text("请说明")
    assert page.evaluate(places) == before
    works(page, 0).fill("不详")
    expect(filled).to_have_text("已填 0 / 5")
    assert page.get_by_text(re.compile(r"\d+ / 5")).count() == 1


def test_the_browser_reads_amounts_as_the_server_does(page):
    found = page.evaluate(
        """async cases => { const {readWan} = await import('/static/js/grid.js');
        return cases.map(([text]) => readWan(text)).map(yuan => Number.isNaN(yuan) ? 'error' : yuan); }""",
        CASES,
    )
    assert found == [yuan for _text, yuan in CASES]


def test_the_browser_writes_amounts_as_the_server_does(page):
    from core.amounts import figures

    amounts = [0, 1, 5, 9999, 10000, 12345, -12345, 123456789, 12_345_678_900_000, 500, 499, 1500, -499, 99_999_999]
    found = page.evaluate(
        """async all => { const m = await import('/static/js/grid.js');
        return all.map(yuan => [m.wanExact(yuan), m.wan(yuan)]); }""",
        amounts,
    )
    assert found == [[figures.wan_exact(yuan), figures.wan(yuan)] for yuan in amounts]


def test_a_row_saves_itself_and_what_is_computed_moves_at_once(page, projects):
    works(page, 0).fill("９００")
    expect(page.locator("[data-sum]").first).to_have_text("1,000")
    expect(page.locator("[data-ruler]").first).to_contain_text("10.0")
    words(page, 0).fill("三层封顶")
    expect(status(page, 0)).to_have_text("已保存")
    expect(page.locator("#saving")).to_contain_text("已自动保存")
    report = of(projects[0])
    assert (report.works, report.progress, report.status) == (900 * WAN, "三层封顶", ReportStatus.DRAFT)
    expect(page.locator("[data-count=empty]")).to_have_text("其余 4 个没有变化")


def test_enter_goes_down_tab_right_escape_restores(page):
    works(page, 0).click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(works(page, 1)).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(works(page, 0)).to_be_focused()
    page.keyboard.press("Tab")
    expect(words(page, 0)).to_be_focused()
    page.keyboard.type("开挖")
    page.keyboard.press("Escape")
    expect(words(page, 0)).to_have_value("")


def test_as_last_month_and_no_change_by_key(page, projects):
    words(page, 0).click()
    page.keyboard.press("Control+d")
    expect(words(page, 0)).to_have_value("第 1 段完成")
    works(page, 1).click()
    page.keyboard.press("Control+d")
    expect(works(page, 1)).to_have_value("200")
    works(page, 2).click()
    page.keyboard.press("Alt+n")
    expect(status(page, 2)).to_have_text("没有变化")
    expect(works(page, 3)).to_be_focused()  # one key a project, all the way down
    assert (of(projects[2]).works, of(projects[2]).progress, of(projects[2]).unchanged) == (0, "第 3 段完成", True)


def test_a_block_from_excel_is_one_step_and_one_request(page, projects):
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    works(page, 1).click()
    paste(page, '１２０\t主体\r\n1.5亿\t"两行\n文字"\r\n"900.5"\t路基\r\n7\t管道\r\n9\t多出来的\r\n')
    expect(works(page, 1)).to_have_value("120")
    expect(works(page, 2)).to_have_value("15,000")
    expect(words(page, 2)).to_have_value("两行 文字")
    expect(works(page, 3)).to_have_value("900.5")
    expect(page.locator("#toasts")).to_contain_text("超出表格的 2 格没有粘贴")
    expect(status(page, 4)).to_have_text("已保存")
    assert len(sent) == 1
    works(page, 1).click()
    page.keyboard.press("Control+z")
    for row in range(1, 5):
        expect(works(page, row)).to_have_value("")
    page.keyboard.press("Control+y")
    expect(works(page, 3)).to_have_value("900.5")
    expect(status(page, 3)).to_have_text("已保存")
    assert of(projects[3]).works == 9_005_000


def test_a_block_with_names_goes_to_its_rows_in_any_order_and_names_those_without_one(page, projects):
    works(page, 3).click()
    paste(
        page,
        "序号\t项目名称\t年计划\t本月完成（万元）\t形象进度\r\n"
        "1\t体育公园\t900\t30\t三层\r\n2\t别处的桥\t900\t7\t开挖\r\n"
        "3\t《粮食烘干 中心》\t900\t10\t\r\n\t合计\t\t47\t\r\n",
    )
    expect(page.locator("#toasts")).to_contain_text("按项目名称对应 2 行　2 行没有对上：别处的桥、合计")
    expect(works(page, 0)).to_have_value("10")
    expect(works(page, 2)).to_have_value("30")
    expect(words(page, 2)).to_have_value("三层")
    expect(works(page, 3)).to_have_value("")
    expect(status(page, 2)).to_have_text("已保存")
    assert of(projects[0]).works == 10 * WAN


@pytest.mark.parametrize(
    ("text", "row", "works_there", "words_there", "said"),
    [
        ("产业园\t12\n体育公园\t13\n", 1, "12", "", "对应 2 行"),
        ("产业园\t封顶\n", 1, "", "封顶", "对应 1 行"),
        ("产业园\t封顶\t1.2亿\n", 1, "12,000", "封顶", "对应 1 行"),
        ("产业园\t900\t30\t封顶\n", 1, "", "", "请连表头一起复制"),
    ],
)
def test_columns_behind_the_names_are_told_apart_or_asked_for(page, text, row, works_there, words_there, said):
    paste(page, text)
    expect(page.locator("#toasts")).to_contain_text(said)
    expect(works(page, row)).to_have_value(works_there)
    expect(words(page, row)).to_have_value(words_there)


def test_each_notice_takes_back_its_own_paste(page):
    paste(page, "粮食烘干中心\t10\n产业园\t20\n")
    paste(page, "体育公园\t30\n供水管网\t40\n")
    expect(works(page, 2)).to_have_value("30")
    works(page, 1).fill("21")
    page.locator(".toast-x", has_text="撤销").first.get_by_role("button").click()
    expect(works(page, 0)).to_have_value("")
    expect(works(page, 1)).to_have_value("21")  # typed since
    expect(page.locator("#toasts")).to_contain_text("1 格之后又改过，保留不动")
    expect(works(page, 2)).to_have_value("30")
    expect(works(page, 3)).to_have_value("40")


def test_late_is_said_on_the_page_and_on_saving(page):
    expect(page.locator(".sub")).to_contain_text("逾期 5 天")
    works(page, 0).fill("5")
    expect(page.locator("#saving")).to_contain_text("已自动保存　逾期 5 天")


def test_the_input_method_keeps_its_own_keys(page):
    words(page, 0).click()
    protocol = page.context.new_cdp_session(page)
    protocol.send("Input.imeSetComposition", {"text": "zhuti", "selectionStart": 5, "selectionEnd": 5})
    for kind in ("rawKeyDown", "keyUp"):
        protocol.send("Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "windowsVirtualKeyCode": 229})
    expect(words(page, 0)).to_be_focused()
    protocol.send("Input.insertText", {"text": "主体"})
    expect(words(page, 0)).to_have_value("主体")
    expect(status(page, 0)).to_have_text("还差本月完成")


def test_an_odd_figure_asks_below_its_row_and_is_mended_by_a_click(page, projects):
    works(page, 0).fill("9950")
    words(page, 0).fill("三层")
    note = page.locator(f"#note-{projects[0].pk}")
    expect(note).to_contain_text("超过年计划 10,000")
    expect(status(page, 0)).to_have_text("要改")
    expect(works(page, 0)).to_have_attribute("aria-invalid", "true")
    note.get_by_role("button", name="改为 9,850").click()
    expect(works(page, 0)).to_have_value("9,850")
    expect(status(page, 0)).to_have_text("请说明")  # still a jump: a word will do
    why = page.get_by_label(re.compile("请用一句话说明"))
    why.click()
    page.keyboard.type("进口设备款一次支付", delay=60)
    expect(why).to_be_focused()
    expect(status(page, 0)).to_have_text("已保存")
    page.get_by_role("button", name="上报填好的").click()
    expect(page.locator("#says")).to_contain_text("已上报 1 个项目")
    assert (of(projects[0]).status, of(projects[0]).explanation) == ("submitted", "进口设备款一次支付")


def test_a_wrong_cell_is_said_while_the_others_save(page, projects):
    works(page, 0).fill("一千")
    works(page, 1).fill("5")
    words(page, 1).fill("主体")
    expect(page.locator(f"#note-{projects[0].pk}")).to_contain_text("一千")
    expect(status(page, 1)).to_have_text("已保存")
    assert of(projects[0]) is None
    assert of(projects[1]).works == 5 * WAN
    works(page, 0).fill("700")
    expect(page.locator(f"#note-{projects[0].pk}")).to_have_count(0)
    assert of(projects[0]).works == 700 * WAN


@pytest.mark.parametrize(("choice", "stored"), [("用我填的", 700), ("用对方的", 600)])
def test_two_people_at_one_row_choose(page, projects, people, choice, stored):
    reports.save(projects[0], MAY, by=people.unit_head, now=NOW, works=600 * WAN, progress="二层")
    works(page, 0).fill("700")
    note = page.locator(f"#note-{projects[0].pk}")
    expect(note).to_contain_text("镇长")
    expect(note).to_contain_text("600")
    expect(works(page, 0)).to_have_value("700")
    note.get_by_role("button", name=choice).click()
    expect(note).to_have_count(0)
    expect(works(page, 0)).to_have_value(str(stored))
    assert of(projects[0]).works == stored * WAN


def test_without_a_line_nothing_is_lost_and_it_saves_itself_later(page, projects):
    page.context.set_offline(True)
    works(page, 0).fill("5")
    expect(page.locator("#saving")).to_contain_text("还没存上")
    expect(status(page, 0)).to_have_text("还没存")
    page.context.set_offline(False)
    expect(status(page, 0)).to_have_text("还差形象进度")
    assert of(projects[0]).works == 5 * WAN


@pytest.mark.parametrize("meanwhile", [False, True])
def test_closed_without_a_line_it_is_back_and_saved_next_time_and_over_nobodys_words(
    page, projects, people, home, meanwhile
):
    context = page.context
    context.set_offline(True)
    works(page, 0).fill("5")
    expect(page.locator("#saving")).to_contain_text("还没存上")
    page.close()
    if meanwhile:
        reports.save(projects[0], MAY, by=people.office, now=NOW, works=9 * WAN)
    context.set_offline(False)
    page = context.new_page()
    page.goto(home + GRID)
    expect(works(page, 0)).to_have_value("5")
    expect(status(page, 0)).to_have_text("两人都改了" if meanwhile else "还差形象进度")
    assert of(projects[0]).works == (9 if meanwhile else 5) * WAN
    if not meanwhile:
        works(page, 0).fill("6")
        expect(page.locator("#saving")).to_contain_text("已自动保存")
        page.evaluate("new Promise((done) => setTimeout(done, 1200))")
        assert page.evaluate("Object.keys(localStorage)") == []


def test_signed_out_meanwhile_says_so_and_keeps_what_was_typed(page):
    page.context.clear_cookies()
    works(page, 0).fill("5")
    expect(page.locator("#saving")).to_contain_text("登录已失效")
    expect(works(page, 0)).to_have_value("5")
    page.on("dialog", lambda dialog: dialog.accept())


def test_signed_in_again_in_another_tab_the_page_goes_on_saving(page, projects, people, live_server):
    page.context.clear_cookies()
    works(page, 0).fill("5")
    expect(page.locator("#saving")).to_contain_text("登录已失效")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/sign-in/")
    sign_in(other, people.officer)
    words(page, 0).fill("主体")
    expect(status(page, 0)).to_have_text("已保存")
    assert of(projects[0]).works == 5 * WAN


def test_what_was_typed_in_a_single_report_is_back_after_signing_in_again(enter, people, projects):
    page = enter(people.officer, f"/projects/{projects[0].pk}/reports/2026-05/")
    page.fill("[name=works]", "66")
    page.fill("[name=progress]", "写了很久的一段")
    page.context.clear_cookies(name="sessionid")
    page.locator("button[value=save]").first.click()
    sign_in(page, people.officer)
    expect(page.locator("[name=works]")).to_have_value("66")
    expect(page.locator("[name=progress]")).to_have_value("写了很久的一段")
    expect(page.locator("#toasts")).to_contain_text("还没有保存")
    page.locator("button[value=save]").first.click()
    expect(page.locator("#says")).to_contain_text("已保存")
    assert of(projects[0]).progress == "写了很久的一段"


def test_headings_pasted_with_the_columns_are_left_out(page):
    works(page, 0).click()
    paste(page, "本月完成\t形象进度\r\n100\t基础\r\n200\t主体\r\n")
    expect(works(page, 0)).to_have_value("100")
    expect(works(page, 1)).to_have_value("200")
    expect(words(page, 1)).to_have_value("主体")


def test_what_cannot_be_read_asks_before_the_page_is_left(page):
    works(page, 0).fill("abc")
    expect(status(page, 0)).to_contain_text("要改")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_pressing_submit_right_after_the_last_key_sends_all_of_it(page, projects):
    works(page, 0).fill("5")
    words(page, 0).fill("主体")
    page.get_by_role("button", name="上报填好的").click()
    expect(page.locator("#says")).to_contain_text("已上报 1 个项目")
    assert of(projects[0]).status == ReportStatus.SUBMITTED
    expect(status(page, 0)).to_contain_text("已上报")


def test_without_a_script_it_is_a_plain_form(browser, live_server, projects, people, enter):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(enter(people.officer, GRID).context.cookies())
    page = context.new_page()
    page.goto(f"{live_server.url}{GRID}")
    works(page, 0).fill("12亿亿")
    works(page, 1).fill("0.05亿")
    words(page, 1).fill("主体")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(works(page, 0)).to_have_value("12亿亿")
    expect(page.locator(f"#note-{projects[0].pk}")).to_contain_text("12亿亿")
    assert of(projects[1]).works == 500 * WAN
    works(page, 0).fill("12")
    words(page, 0).fill("基础")
    words(page, 0).press("Enter")  # the first button of the form: save
    expect(page.locator("#says")).to_contain_text("已保存")
    page.get_by_role("button", name="上报填好的").click()
    expect(page.locator("#says")).to_contain_text("已上报 2 个项目")
    context.close()


@pytest.mark.parametrize("size", ["desk", "phone", "small"])
def test_the_pages_fit_and_axe_finds_nothing_serious(enter, people, projects, axe, size):
    odd = reports.save(projects[0], MAY, by=people.officer, now=NOW, works=9950 * WAN, progress="三层")
    make_report(projects[1], "2026-05", works=1, status=ReportStatus.ACCEPTED)
    make_report(projects[2], "2026-05", works=1, status=ReportStatus.RETURNED, return_reason="请写到部位")
    make_report(projects[3], "2026-05", works=WAN, status=ReportStatus.SUBMITTED, explanation="多报")
    urls = [(people.officer, GRID), (people.officer, f"/projects/{odd.project_id}/reports/2026-05/")]
    urls += [(people.office, "/projects/review/2026-05/"), (people.officer, f"{GRID}table/")]
    for person, url in urls:
        page = enter(person, url, size)
        assert sideways(page) <= 0, url
        assert axe(page) == [], url
        if size != "desk" and url == GRID:
            assert works(page, 0).bounding_box()["height"] >= 44
        page.close()


def test_on_a_phone_no_change_is_a_button_of_the_row(enter, people, projects):
    page = enter(people.officer, GRID, "phone")
    page.locator(f"#row-{projects[3].pk}").get_by_role("button", name="没有变化").click()
    expect(status(page, 3)).to_have_text("没有变化")
    assert of(projects[3]).unchanged


def test_a_phone_shows_what_is_to_fill_first_and_amounts_beside_their_labels(enter, people, projects):
    make_report(projects[0], "2026-05", works=WAN, status=ReportStatus.SUBMITTED)
    page = enter(people.officer, GRID, "phone")
    top = lambda row: page.locator("tr[data-row]").nth(row).bounding_box()["y"]  # noqa: E731
    assert top(1) < top(4) < top(0)
    label, amount = page.locator("td.in:not(.wide)").nth(1).bounding_box(), works(page, 1).bounding_box()
    assert amount["x"] >= label["x"] + 90
    assert amount["height"] == label["height"]


def test_the_page_stays_light(page):
    script = page.evaluate("fetch('/static/js/grid.js').then(r => r.text()).then(t => t.length)")
    assert script < 25_000
    assert len(page.content()) < 150_000


def test_a_decision_swaps_the_desk_in_place(enter, people, projects):
    report = reports.save(projects[0], MAY, by=people.officer, now=NOW, works=5 * WAN, progress="三层")
    other = reports.save(projects[1], MAY, by=people.officer, now=NOW, works=5 * WAN, progress="三层")
    reports.submit([report, other], by=people.officer, now=NOW)
    page = enter(people.office, "/projects/review/2026-05/")
    page.get_by_role("button", name=f"接收 {projects[0].name}").click()
    expect(page.locator("h1")).to_contain_text("1 个待审核")
    page.get_by_role("link", name=f"退回 {projects[1].name}").click()
    dialog = page.locator("dialog#give-back")
    expect(dialog).to_contain_text(projects[1].name)
    dialog.locator("textarea").fill("请写到部位")
    dialog.get_by_role("button", name="退回").click()
    expect(page.locator("#says")).to_contain_text("已退回")
    other.refresh_from_db()
    assert (other.status, other.return_reason) == (ReportStatus.RETURNED, "请写到部位")
