"""A bulletin of fifteen pages with six charts as PDF: time against WeasyPrint on the same HTML, most memory."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

from django.conf import settings

from bench.run import Result, compare
from paper.document import Annex, Cell, Chart, Column, Document, Heading, Imprint, Table, plain

PAGES = 15
TEXT = (
    "各责任单位要对照年初确定的目标任务，逐项排出时间表、路线图，倒排工期、挂图作战。对低于序时进度30个百分点以上的项目，"
    "牵头领导每周到现场调度一次，协调解决用地、资金、征拆等问题；对应开未开项目，要在7月底前办结施工许可（含临时用地批复），"
    "依法依规尽快形成实物工作量。1—10月累计完成投资44.99亿元，占年度计划的78.60%，低于序时进度4.73个百分点。"
)
DRAWING = '<svg viewBox="0 0 150 55"><title>各单位完成率</title>{}</svg>'


def document() -> Document:
    """As long as the aim says: text with charts, a table, two annexes that list projects."""
    bars = "".join(
        f'<rect x="30" y="{4 + 5 * at}" width="{110 - 8 * at}" height="4" fill="#555"/>'
        f'<text x="28" y="{7 + 5 * at}" font-size="3" text-anchor="end">乡镇{at}</text>'
        for at in range(10)
    )
    chart = Chart("各单位投资完成率", DRAWING.format(bars), 150, 55)
    columns = tuple(
        map(Column, ("序号", "项目名称", "责任单位", "总投资", "年计划", "完成投资", "形象进度", "滞后原因"))
    )
    rows = tuple(
        tuple(
            Cell(text, href="https://county.example/projects/1/" if text.endswith("项目") else "")
            for text in (
                *(str(at), f"第{at}号基础设施改造提升项目", "县住房和城乡建设局", f"{at * 12345:,}", f"{at * 2345:,}"),
                *(f"{at * 345:,}", "主体工程完成六成，附属工程未开工", "征地拆迁未完成"),
            )
        )
        for at in range(1, 49)
    )
    table = Table("", columns, rows, "单位：万元")
    return Document(
        masthead="重点项目建设情况通报",
        number="某项专办〔2026〕10号",
        title="关于2026年1—10月全县重点项目建设情况的通报",
        addressee="各乡镇人民政府，开发区管委会，县直有关单位：",
        blocks=(Heading(1, "一、总体情况"), *(block for _ in range(6) for block in (plain(TEXT), chart))),
        attachments=("进度滞后项目清单", "全县重点项目进展情况表"),
        signature="某某县项目建设集中攻坚行动专班办公室",
        date="2026年11月11日",
        annexes=(
            Annex("附件1", "进度滞后项目清单", (table,)),
            Annex("附件2", "全县重点项目进展情况表", (table,), True),
        ),
        imprint=Imprint("县委办公室，县政府办公室", "某某县项目建设集中攻坚行动专班办公室", "2026年11月11日"),
        verify="https://county.example/verify/7Kq2vXw9",
        made=datetime(2026, 11, 11, tzinfo=UTC),
    )


def measure(rounds: int) -> list[Result]:
    from weasyprint import HTML

    from paper.fonts import find_fonts
    from paper.html import print_html, sheets
    from paper.pdf import VARIANT, only_fonts, write_pdf

    fonts, whole = find_fonts(settings.DOC_FONT_DIR), document()
    html, fetcher = print_html(whole, fonts), only_fonts(fonts)
    pages = len(sheets(whole, fonts))
    assert abs(pages - PAGES) <= 1, pages
    time = compare(
        f"PDF: {pages} pages with 6 charts",
        lambda: write_pdf(whole, settings.DOC_FONT_DIR),
        lambda: HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant=VARIANT),
        aim=1.15,
        rounds=2 if rounds < 5 else 5,
        note=f"{len(html) // 1024} KB of HTML",
    )
    peak = _peak()
    return [time, Result(f"PDF: most memory for {pages} pages", peak, 400, peak / 400, 1.0, unit="MiB")]


def _peak() -> float:
    """The most memory of a process that makes the document and nothing else, MiB."""
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings; from bench.paper import document; from paper.pdf import write_pdf\n"
        "write_pdf(document(), settings.DOC_FONT_DIR)\n"
        "print(int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1024)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(found.stdout.strip().splitlines()[-1])
