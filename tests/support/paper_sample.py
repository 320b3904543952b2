"""A document with everything in it, for the tests of the paper."""

from decimal import Decimal
from typing import Any

from paper.document import Annex, Cell, Column, Document, Heading, Imprint, Paragraph, Run, Table, plain

TEXT = (
    "1—6月，全区108个重点项目完成投资77.8亿元，占年计划231.2亿元的33.7%，低于序时进度16.3个百分点，"
    "差距比5月缩小0.6个百分点。已开工69个，应开未开17个。"
)
LONG = (
    "各责任单位要对照年初确定的目标任务，按照“一个项目、一名领导、一个专班、一抓到底”的要求，逐项排出时间表、路线图，"
    "倒排工期、挂图作战。对列入滞后名单的项目，牵头领导要每周到现场调度一次，协调解决用地、资金、征拆等问题，确保三季度末"
    "赶上序时进度；对应开未开项目，要在7月底前办结施工许可（含临时用地批复），依法依规尽快形成实物工作量。区发改局要会同"
    "区统计局，按照《关于加强固定资产投资项目入库纳统工作的通知》（区政办发〔2024〕12号）要求，开展“回头看”，做到应统尽统。"
)
UNITS = [
    ("大川镇", 1, 8000, 4500, "56.3"),
    ("东城开发区", 45, 921540, 415338, "45.1"),
    ("五堰街办", 7, 313122, 140590, "44.9"),
    ("武当路街办", 10, 158464, 35701, "22.5"),
    ("二堰街办", 14, 426011, 83100, "19.5"),
    ("茅塔乡", 3, 18776, 3200, "17.0"),
    ("赛管局", 1, 10000, 800, "8.0"),
]
RANKING = Table(
    title="6月重点项目投资完成情况",
    unit="单位：个、万元、%",
    columns=(
        Column("名次", 0.6, "center"),
        Column("单位", 1.5),
        Column("项目数", 0.8, "right"),
        Column("年计划", 1.2, "right"),
        Column("完成", 1.2, "right"),
        Column("完成率", 0.9, "right"),
    ),
    rows=tuple(
        (
            Cell(str(rank), rank),
            Cell(name),
            Cell(str(count), count),
            Cell(f"{plan:,}", plan, "#,##0"),
            Cell(f"{done:,}", done, "#,##0"),
            Cell(rate, Decimal(rate), "0.0"),
        )
        for rank, (name, count, plan, done, rate) in enumerate(UNITS, start=1)
    ),
    note="注：完成率按本年累计完成投资与年度计划之比计算。",
)


def wide_table(rows: int) -> Table:
    labels = (
        "序号",
        "项目名称",
        "责任单位",
        "总投资",
        "年计划",
        "1—6月\n完成",
        "完成率",
        "形象进度",
        "滞后原因",
    )
    shares = (0.5, 2.4, 1.2, 1, 1, 1, 0.8, 2.4, 2)
    aligns: tuple[Any, ...] = ("center", "left", "left", "right", "right", "right", "right", "left", "left")
    return Table(
        title="",
        unit="单位：万元、%",
        columns=tuple(Column(*one) for one in zip(labels, shares, aligns, strict=True)),
        rows=tuple(
            (
                Cell(str(n), n),
                Cell(f"第{n}号基础设施改造提升项目"),
                Cell("城关镇"),
                Cell(f"{n * 12345:,}", n * 12345, "#,##0"),
                Cell(f"{n * 2345:,}", n * 2345, "#,##0"),
                Cell(f"{n * 345:,}", n * 345, "#,##0"),
                Cell("14.7", Decimal("14.7"), "0.0"),
                Cell("主体工程完成六成，附属工程未开工"),
                Cell("征地拆迁未完成" if n % 2 else "=1+1"),
            )
            for n in range(1, rows + 1)
        ),
    )


def sample(*, paragraphs: int = 8, annex_rows: int = 40, masthead: str = "重点项目建设情况通报") -> Document:
    return Document(
        masthead=masthead,
        number="〔2024〕第6期",
        title="关于2024年1—6月全区重点项目建设情况的通报",
        addressee="各乡镇人民政府、街道办事处，开发区管委会，区直有关单位：",
        blocks=(
            Heading(1, "一、总体情况"),
            plain(TEXT),
            Heading(1, "二、责任单位进展"),
            Heading(2, "（一）排名情况"),
            plain("大川镇完成率56.3%，居街办乡镇第一；东城开发区45.1%、五堰街办44.9%接近序时。"),
            RANKING,
            Paragraph((Run("（二）存在问题。", "kai"), Run(LONG))),
            Heading(1, "三、下步要求"),
            *(plain(LONG) for _ in range(paragraphs)),
        ),
        attachments=("2024年6月滞后和应开未开项目清单", "2024年6月未入统项目清单"),
        signature="区项目攻坚指挥部办公室",
        date="2024年7月5日",
        annexes=(
            Annex("附件1", "2024年6月滞后和应开未开项目清单", (wide_table(annex_rows),), wide=True),
            Annex("附件2", "2024年6月未入统项目清单", (RANKING,)),
        ),
        imprint=Imprint(
            copies="区委办公室，区人大常委会办公室，区政府办公室，区政协办公室，区纪委监委，区委组织部，区委督查室",
            printer="区项目攻坚指挥部办公室",
            printed="2024年7月5日",
        ),
    )
