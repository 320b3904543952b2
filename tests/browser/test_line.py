"""The whole line once: a county's own ledger goes in, a bulletin in the official layout comes out.

Nothing is pretended: the web is gunicorn, the queue a real worker with beat on the broker of files, each a process of
its own; the people are browsers. Only the clock is set, to the morning of 2 July 2026, when June is to be reported.
"""

from __future__ import annotations

import io
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, expect

from paper.pdf import pdf_available
from tests.browser.conftest import SIZES, sideways
from tests.support.factories import WAN, count, make_project, make_report
from tests.support.people import PASSWORD
from tests.support.processes import Elsewhere, kill

pdfplumber = pytest.importorskip("pdfplumber", reason="reads PDFs back: script/bootstrap test installs pdfplumber")
MORNING = datetime(2026, 7, 2, 1, 0, tzinfo=UTC)  # Thursday, nine in the morning in the county
PATIENCE = 45  # seconds for what a worker does by itself
MONTH = "2026-06"
AVAILABLE, WHY = pdf_available(settings.DOC_FONT_DIR)

# name, total, plan of the year, done by the end of May, done in June; in 万元
XICHENG = (
    ("粮食烘干中心", 12_000, 10_200, 3_060, 1_800),
    ("纤维素产业园", 38_000, 20_000, 6_000, 3_500),
    ("体育公园", 6_500, 6_000, 1_800, 1_050.5),
    ("供水管网改造", 9_000, 8_000, 2_400, 1_400),
    ("老旧小区改造", 15_000, 12_000, 3_600, 2_100),
    ("花炮文化博物馆", 7_000, 5_000, 1_500, 0),
)
DONGGUAN = (("冷链物流园", 6_000, 2_400), ("标准厂房二期", 4_000, 1_600))  # on file since 10 June; name, plan, done
LAST = XICHENG[-1][0]
# 18,360 of 61,200 done by the end of May; 28,210.5 with June's 9,850.5
BEFORE, AFTER, RIVAL = "30.0", "46.1", "40.0"
ADDED = "各单位要对照年度计划逐项倒排工期。"
ORDER = "七月十日前，西城镇办结花炮文化博物馆的用地手续。"


def ledger() -> bytes:
    """As an office keeps it: title, unit, two rows of header, group, total, note, dates and names as people write."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows: list[list[Any]] = [
        ["2026年西城镇重点项目投资完成情况表（截至5月底）"],
        ["单位：万元"],
        ["序号", "项目名称", "责任单位", "包联领导", "开工时间", "总投资", "2026年投资", None, "是否开工", "形象进度"],
        [None, None, None, None, None, None, "计划投资", "1-5月累计完成投资", None, None],
        ["一、在建项目（6个）"],
    ]
    started = ("2026.3", "2026年3月", "2026-02", datetime(2026, 3, 9), "2025年9月", "2026.4")
    for number, ((name, total, plan, done, _june), on) in enumerate(zip(XICHENG, started, strict=True), start=1):
        rows.append([number, f" {name}\n", "西城镇", "县领导01", on, total, plan, done, "是", "基础施工"])
    rows[6][5] = "3.8亿"  # in a column of 万元
    rows += [["合计", None, None, None, None, 87_500, 61_200, 18_360], [], ["注：本表不含储备项目。"]]
    for row in rows:
        sheet.append(row)
    for column in "ABCDEFIJ":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("A1:J1")
    sheet.merge_cells("G3:H3")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class House:
    """Web and worker on what the test has put into the database."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.outside = Elsewhere(
            folder,
            DJANGO_SETTINGS_MODULE="tests.support.line_settings",
            CLOCK_AHEAD=str((MORNING - datetime.now(UTC)).total_seconds()),
            DOC_FONT_DIR=str(settings.DOC_FONT_DIR),
            SITE_URL=self.url,
        )
        self.log = folder / "log"
        self.processes: list[subprocess.Popen[bytes]] = []

    def open(self) -> None:
        self._start("gunicorn", "config.wsgi", f"--bind=127.0.0.1:{self.port}", "--threads=8", "--no-control-socket")
        self.wait_until(lambda: "the web answers", self._answers)

    def start_worker(self) -> None:
        beat = f"--schedule={self.outside.folder}/beat"
        self._start("celery", "--app=jobs.celery", "worker", "--beat", beat, "--concurrency=2", "--loglevel=INFO")

    def _start(self, *command: str) -> None:
        log = self.log.open("ab")
        self.processes.append(self.outside.start("-m", *command, stdout=log, stderr=subprocess.STDOUT))

    def _answers(self) -> bool:
        with socket.socket() as reach:
            return reach.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_until(self, what: Callable[[], str], reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert all(process.poll() is None for process in self.processes), f"ended by itself:\n{self.tail}"
            assert time.monotonic() < end, f"not within {PATIENCE} s: {what()}\n{self.tail}"
            time.sleep(0.2)

    @property
    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def close(self) -> None:
        for process in self.processes:
            kill(process)


@pytest.fixture
def house(county, people, tmp_path: Path) -> Iterator[House]:
    for name, plan, done in DONGGUAN:
        project = make_project(county, lead_unit="dongguan", name=name, stage="started", plan=plan * WAN)
        make_report(project, "2026-05", works=done * WAN)
        count([project])  # another process reads it
    made = House(tmp_path)
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture
def home(house: House) -> str:
    return house.url


@pytest.fixture
def desk(browser: Browser, home: str, watch: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """`desk("office")` is that person's browser, signed in by its own form; `size="phone"` is one to touch."""
    contexts = []

    def sit(who: str, size: str = "desk", *, console: bool = True) -> Page:
        width, height = SIZES[size]
        phone: dict[str, Any] = (
            {"has_touch": True, "is_mobile": True, "device_scale_factor": 2} if size == "phone" else {}
        )
        context = browser.new_context(
            base_url=home,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            accept_downloads=True,
            **phone,
        )
        contexts.append(watch(context, console=console))
        page = context.new_page()
        page.goto("/")
        page.get_by_label("账号").fill(who)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page).to_have_url(f"{home}/")
        return page

    yield sit
    for context in contexts:
        context.close()


def reload_until(page: Page, wanted: Callable[[], Locator], house: House) -> Locator:
    """Look again now and then, as one does who waits for the worker."""

    def there() -> bool:
        page.reload()
        return wanted().count() > 0

    if not wanted().count():
        house.wait_until(lambda: f"{wanted()} on {page.url}: {page.locator('main').inner_text()}", there)
    return wanted().first


def rate_of(page: Page, unit: str) -> str:
    """The investment rate of *unit* on the ranking that *page* shows, in percent."""
    page.goto(f"/dispatch/rankings/{MONTH}/")
    row = page.locator("table.rank tbody tr", has_text=unit)
    return row.locator("a.open").first.inner_text()


def order_of(page: Page) -> list[str]:
    """The ranked units, first to last."""
    names = page.locator("table.rank tbody tr", has=page.locator("a.open")).locator("td b").all_inner_texts()
    return [name for name in names if name in {"西城镇", "东关乡"}]


def text_of(download: Download) -> str:
    with pdfplumber.open(download.path()) as pdf:
        return re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))


@pytest.mark.slow
@pytest.mark.xdist_group("worker")
@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("P18", "P09", "D03", "D12", "D15")
def test_a_ledger_goes_in_and_a_bulletin_comes_out(house: House, desk: Callable[..., Page], tmp_path: Path):
    rows = house.outside.rows

    # The office brings its ledger in: it looks first, then stores.
    office = desk("office")
    office.goto("/projects/import/")
    file = tmp_path / "台账.xlsx"
    file.write_bytes(ledger())
    office.locator("input[type=file]").set_input_files(file)
    office.get_by_role("button", name="先看看").click()
    expect(office.locator("h1")).to_contain_text("6 行")
    assert rows("select count(*) from projects_project") == [(2,)], "looking stores nothing"
    office.get_by_role("button", name="存入 6 行").click()
    expect(office.locator("h1")).to_contain_text("新建 6 个")
    stored = "select count(*), sum(total_investment) from projects_project where source_row_id is not null"
    assert rows(stored) == [(6, 87_500 * WAN)]
    assert rate_of(office, "西城镇") == BEFORE
    assert order_of(office) == ["东关乡", "西城镇"]

    # June's round opens by itself: the beat of the worker.
    house.start_worker()
    officer = desk("officer", "phone")
    fill = reload_until(officer, lambda: officer.get_by_role("link", name="填报 6 个项目"), house)
    assert sideways(officer) <= 0

    # The officer fills the cards on a phone and hands them in.
    fill.tap()
    expect(officer).to_have_url(f"{house.url}/projects/reports/{MONTH}/")
    assert sideways(officer) <= 0
    for name, _total, _plan, _done, june in XICHENG:
        card = officer.locator("tr[data-row]", has_text=name)
        if not june:
            card.get_by_role("button", name="没有变化").tap()
            continue
        card.locator("[data-col=works]").fill(str(june))
        card.locator("[data-col=progress]").fill("主体封顶")
        expect(card.locator("[data-status]")).to_contain_text("已保存")
    expect(officer.locator("tr[data-row]", has_text=LAST).locator("[data-status]")).to_contain_text("没有变化")
    officer.get_by_role("button", name="上报填好的").tap()
    expect(officer.locator("#says")).to_contain_text("已上报 6 个项目")
    assert rate_of(office, "西城镇") == BEFORE, "what is handed in doesn't count before it is accepted"

    # The sponsoring leader approves, the office accepts and closes the month.
    leader = desk("leader", "phone")
    leader.goto(f"/projects/review/{MONTH}/")
    leader.get_by_role("button", name="签批没有疑问的 6 个").tap()
    expect(leader.locator("h1")).to_contain_text("0 个等您签批")
    office.goto(f"/projects/review/{MONTH}/")
    office.get_by_role("button", name="接收没有疑问的 6 个").click()
    expect(office.locator("h1")).to_contain_text("0 个待审核")
    assert rate_of(office, "西城镇") == AFTER, "the ranking moves"
    assert rate_of(office, "东关乡") == RIVAL
    assert order_of(office) == ["西城镇", "东关乡"]
    office.goto(f"/projects/review/{MONTH}/")
    office.get_by_role("link", name="6月关账").click()
    office.get_by_role("button", name="6月关账").click()
    expect(office.locator("#says")).to_contain_text("6月已关账")

    # Two projects have said nothing: the office leaves them out with a reason, which finishes the month.
    office.goto("/dispatch/rounds/")
    office.get_by_role("link", name="6月月报").click()
    office.get_by_label("不报的原因").fill("六月停工，没有进度")
    office.get_by_role("button", name="2 个按不报处理").click()
    expect(office.locator("#says")).to_contain_text("2 个")

    # The worker drafts the bulletin; the office edits it, writes what comes next and sends it for sign-off.
    office.goto("/dispatch/bulletins/")
    reload_until(office, lambda: office.locator("th a.name"), house).click()
    expect(office.locator("#b-units")).to_contain_text(AFTER)
    for key, words in (("overview", ADDED), ("next", ORDER)):
        block = office.locator(f"#b-{key}")
        if block.locator("details:not([open])").count():
            block.locator("summary").click()
        text = block.locator("textarea[name=text]")
        text.fill(text.input_value() + words)
        block.get_by_role("button", name="保存", exact=True).click()
        expect(block.locator(".saved")).to_be_visible()
    office.get_by_role("link", name="送签").click()
    dialog = office.locator("dialog[open]")
    signers = dialog.locator("select[name=signer]")
    signers.select_option(label=signers.locator("option", has_text="办公室主任").first.inner_text())
    dialog.get_by_role("button", name="送签").click()
    expect(office.locator("#says")).not_to_be_empty()
    expect(office.get_by_role("link", name="签发", exact=True)).to_have_count(0)

    # Somebody else signs; the PDF is made by the worker and says what the ranking says.
    head = desk("office_head")
    head.goto(office.url)
    head.get_by_role("link", name="签发", exact=True).click()
    head.get_by_role("button", name="签发", exact=True).click()
    expect(head.locator(".ph")).to_contain_text("〔2026〕1号")
    if not AVAILABLE:
        pytest.skip(f"the line went up to the PDF, which can't be made here: {WHY}")
    link = head.get_by_role("link", name="下载 PDF")
    expect(link).to_be_visible(timeout=PATIENCE * 1000)
    with head.expect_download() as coming:
        link.click()
    printed = text_of(coming.value)
    assert "〔2026〕1号" in printed
    assert ADDED in printed
    assert ORDER in printed
    assert re.search(rf"西城镇[^；。]*{AFTER}", printed)
    assert f"西城镇661,20028,210.5{AFTER}−3.9" in printed, "the row of the ranking's table"

    # What a worker did, a worker did.
    assert rows("select count(*) from jobs_jobrun where status = 'failed'") == [(0,)], house.tail
    kept = rows("select status, number from dispatch_bulletin")
    assert kept == [("published", 1)]
