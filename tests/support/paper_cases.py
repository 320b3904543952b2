"""Documents as offices send them, short and long, plain and nasty: what the page is measured on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from paper.document import Annex, Cell, Chart, Column, Document, Heading, Imprint, Table, plain
from tests.support.paper_sample import LONG, RANKING, sample, wide_table

MADE = datetime(2026, 11, 11, 1, 30, tzinfo=UTC)
VERIFY = "https://county.example/verify/7Kq2vXw9"
OFFICE = "某某县项目建设集中攻坚行动专班办公室"
FORTY = "某某自治县沿江生态修复和城乡供水一体化及配套管网改造提升工程（二期）建设协调指挥部"
PLAIN = "项目攻坚" * 60  # no marks: 26 characters, then 28 a line
DRAWING = (
    '<svg viewBox="0 0 150 60"><title>各单位完成率</title>'
    + "".join(
        f'<rect x="20" y="{4 + 14 * at}" width="{width}" height="9" fill="#555"/>'
        for at, width in enumerate((110, 90, 64, 31))
    )
    + "</svg>"
)


def units(count: int, name: str = "乡镇", rank: str = "") -> Table:
    """A ranking of *count* units with two columns that say nothing."""
    labels = (
        *("名次", "单位", "项目数", "年计划", "完成投资", "完成率"),
        *("与序时进度差（百分点）", "开工率", "入统率", "位次变化"),
    )
    aligns = ["center", "left", *["right"] * 7, "center"]
    rows = [
        (
            str(at),
            f"{name}{at}",
            "12",
            f"{at * 12345:,}",
            f"{at * 6789:,}",
            "55.0",
            "+1.7" if at % 2 else "−12.3",
            "—",
            "—",
        )
        for at in range(1, count + 1)
    ]
    cells = tuple(tuple(Cell(text) for text in (*row, rank or f"↑{at % 3}")) for at, row in enumerate(rows))
    columns = tuple(Column(label, 1, align) for label, align in zip(labels, aligns, strict=True))  # type: ignore[arg-type]
    total = tuple(Cell(text) for text in ("", "全县合计", "12", "1,234,567", "987,654", "55.0", "−1.7", "—", "—", ""))
    return Table(
        "表1 乡镇、开发区投资完成情况", columns, (*cells, total), "单位：个、万元、%", strong=frozenset({count})
    )


def late(count: int, name: str = "") -> Table:
    """A list of projects that ought to have begun."""
    columns = tuple(map(Column, ("序号", "项目名称", "责任单位", "计划开工时间", "情况")))
    rows = tuple(
        tuple(
            map(
                Cell,
                (str(at), name or f"第{at}号供热管网改造工程", "县住房和城乡建设局", "2026年3月1日", f"超期{at}天"),
            )
        )
        for at in range(1, count + 1)
    )
    return Table("", columns, rows, note="注：计算到10月31日。")


def official(*, paragraphs: int = 3, annexes: tuple[Annex, ...] = ()) -> Document:
    return Document(
        masthead="重点项目建设情况通报",
        number="某项专办〔2026〕10号",
        title="关于2026年1—10月全县重点项目建设情况的通报",
        addressee="各乡镇人民政府，开发区管委会，县直有关单位：",
        blocks=(Heading(1, "一、总体情况"), plain(PLAIN), *(plain(LONG) for _ in range(paragraphs))),
        attachments=tuple(annex.title for annex in annexes),
        signature=OFFICE,
        date="2026年11月11日",
        annexes=annexes,
        imprint=Imprint("县委办公室，县人大常委会办公室，县政府办公室，县政协办公室", OFFICE, "2026年11月11日"),
        made=MADE,
    )


def long() -> Document:
    """Forty pages, six annexes."""
    annexes = tuple(
        Annex(f"附件{at}", title, (table,), wide)
        for at, (title, table, wide) in enumerate(
            (
                ("进度滞后项目清单", late(40), False),
                ("未按期开工项目清单", late(57), False),
                ("应入统未入统项目清单", wide_table(40), True),
                ("各单位完成情况", units(60), False),
                ("一行的清单", late(1), False),
                ("全县重点项目进展情况表", wide_table(260), True),
            ),
            start=1,
        )
    )
    charts = tuple(Chart(f"图{at} 完成率", DRAWING, 150, 60) for at in range(1, 7))
    text = official(paragraphs=13, annexes=annexes)
    return replace(text, blocks=(*text.blocks, units(9), plain(LONG), *charts, plain("特此通报。")), verify=VERIFY)


def nasty() -> Document:
    return replace(
        official(paragraphs=0, annexes=(Annex("附件", FORTY + "未开工项目清单", (late(23, FORTY),)),)),
        title=f"{FORTY}关于2026年1—10月重点项目建设情况及下一步工作打算的通报",
        signature=FORTY,
        blocks=(
            Heading(1, "一、2026年1—10月总体情况"),
            plain("（一）倒排工期抓推进。䶮㼆𬭚喆堃镕等同志负责，增长+12.3%，低于−4.5个百分点。" + LONG),
            plain(
                "详见县政府门户网站重点项目专栏，网址为https://www.example.gov.cn/projects/2026/list?month=10，请登录查看。"
                * 3
            ),
            units(5, FORTY),
            plain("表后正文。" * 40),
        ),
    )


def briefing() -> Document:
    return replace(
        official(paragraphs=4),
        head="briefing",
        masthead="项目建设工作简报",
        number="第10期（总第34期）",
        issuer=OFFICE,
        title="全县重点项目1—10月完成投资44.99亿元",
        addressee="",
    )


def letter() -> Document:
    text = official(paragraphs=2)
    return replace(
        text, head="letter", masthead="某某县重点项目建设指挥部办公室", title="关于协调用地有关事项的函", verify=VERIFY
    )


def joint() -> Document:
    return replace(
        official(paragraphs=1),
        masthead="某某县项目建设指挥部文件",
        signature="某某县项目建设指挥部",
        joint=("某某县发展和改革局", "某某县统计局"),
        annotation="此件公开发布",
    )


CASES: dict[str, Callable[[], Document]] = {
    "short": lambda: official(paragraphs=0),
    "medium": lambda: replace(sample(), made=MADE, verify=VERIFY),
    "long": long,
    "nasty": nasty,
    "nothing": lambda: official(paragraphs=0, annexes=(Annex("附件", "未开工项目清单", (late(0),)),)),
    "one project": lambda: official(paragraphs=1, annexes=(Annex("附件", "未开工项目清单", (late(1),)),)),
    "tiny county": lambda: replace(official(), blocks=(plain(PLAIN), units(2), plain(LONG), RANKING, plain(LONG))),
    "briefing": briefing,
    "letter": letter,
    "joint": joint,
    "draft": lambda: replace(
        official(), number="某项专办〔2026〕\u3000号", date="2026年\u3000月\u3000日", mark="送审稿", sealed=False
    ),
    "corrected": lambda: replace(official(paragraphs=6), stamped="已更正"),
}
