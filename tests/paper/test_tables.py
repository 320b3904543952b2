"""Widths by contents, heads broken at their sense, no empty columns, nothing cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.document import Cell, Column, Table
from paper.setting.titles import break_title, broken
from paper.tables import ACROSS, PAD, UPRIGHT, fitted, wide

NAME = "许白路沿线拆迁安置区及土地归集整理项目指挥部"


def table(labels: str, *rows: str) -> Table:
    """Columns and cells written with blanks between them."""
    return Table(
        "", tuple(map(Column, labels.split())), tuple(tuple(Cell(text) for text in row.split()) for row in rows)
    )


def widths(found: Table) -> dict[str, float]:
    return {column.label.replace("\n", ""): column.share - PAD for column in found.columns}


def test_columns_that_say_nothing_are_left_out_but_not_the_first_nor_those_of_a_table_without_rows():
    found = fitted(table("序号 单位 开工率 入统率 位次", "— 甲镇 — — ↑1", "— 乙镇 — 91.7 —"))
    assert list(widths(found)) == ["序号", "单位", "入统率", "位次"]
    assert [cell.text for cell in found.rows[1]] == ["—", "乙镇", "91.7", "—"]
    assert len(fitted(table("序号 单位 开工率")).columns) == 3


def test_a_zero_is_something_and_so_is_a_value_behind_a_dash():
    zero = table("单位 未开工", "甲镇 0")
    behind = Table("", zero.columns, ((Cell("甲镇"), Cell("—", 0)),))
    assert len(fitted(zero).columns) == len(fitted(behind).columns) == 2


@pytest.mark.parametrize("rows", [1, 57, 400])
def test_short_texts_and_figures_are_not_broken_and_long_ones_get_what_is_left(rows):
    found = fitted(
        table(
            "序号 项目名称 责任单位 计划开工时间 情况",
            *(f"{n} {NAME} 县住房和城乡建设局 2026年3月1日 超期121天" for n in range(rows)),
        )
    )
    width = widths(found)
    assert width["情况"] >= wide("超期121天") - 0.01
    assert width["序号"] >= wide(str(rows - 1)) - 0.01
    assert width["项目名称"] > width["责任单位"] > width["情况"]
    assert sum(column.share for column in found.columns) == pytest.approx(UPRIGHT, abs=0.05)
    assert all(row[1].text == NAME for row in found.rows)


def test_heads_are_broken_between_words_and_a_head_that_has_lines_keeps_them():
    labels = "名次 单位 项目数 年计划 累计完成投资 完成率 与序时进度差（百分点） 应开工 已开工 开工率"
    labels += " 应入统 已入统 入统率 位次变化"
    found = fitted(table(labels, f"1 {NAME} 12 235,680 123,456 101.0 −17.7 12 11 91.7 — — — ↑2"))
    heads = {column.label.replace("\n", ""): column.label for column in found.columns}
    assert heads["与序时进度差（百分点）"] == "与序时\n进度差\n（百分点）"
    assert heads["累计完成投资"] == "累计\n完成\n投资"
    assert all(wide(column.label) <= column.share + 0.01 for column in found.columns)
    own = Table("", (Column("本月完成\n位次"), Column("单位")), ((Cell("1"), Cell("甲镇")),))
    assert fitted(own).columns[0].label == "本月完成\n位次"


texts = st.text(alphabet="项目建设县乡镇12.5，。%A", min_size=1, max_size=60)


@given(st.lists(st.lists(texts, min_size=4, max_size=4), min_size=0, max_size=8), st.sampled_from([UPRIGHT, ACROSS]))
def test_no_text_is_lost_and_the_shares_fill_the_room(rows, room):
    labels = ("序号", "项目名称", "与序时进度差（百分点）", "情况")
    before = Table("", tuple(map(Column, labels)), tuple(tuple(map(Cell, row)) for row in rows))
    after = fitted(before, room)
    assert after.rows == before.rows
    assert [column.label.replace("\n", "") for column in after.columns] == list(labels)
    assert sum(column.share for column in after.columns) == pytest.approx(room, abs=0.1)
    assert all(column.share > 0 for column in after.columns)


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("关于全县重点项目建设情况的通报", 20, "关于全县重点项目建设情况的通报"),
        ("关于2024年1—6月全县重点项目建设情况的通报", 18, "关于2024年1—6月全县 重点项目建设情况的通报"),
        (
            "某某县项目建设集中攻坚行动专班办公室关于2026年1—10月全县重点项目建设情况的通报",
            20,
            "某某县项目建设集中攻坚行动专班办公室 关于2026年1—10月全县 重点项目建设情况的通报",
        ),
        (
            "甲乙丙丁自治区和某某地区某某自治县重点项目建设和营商环境攻坚指挥部办公室"
            "关于2026年上半年全县重点项目建设情况的通报",
            20,
            "甲乙丙丁自治区和某某地区某某自治县 重点项目建设和营商环境攻坚指挥部办公室 "
            "关于2026年上半年全县重点项目 建设情况的通报",
        ),
        ("1—10月完成投资", 4, "1—10月 完成投资"),
        ("投资完成率（%）", 4, "投资 完成率 （%）"),
    ],
)
def test_a_title_is_broken_at_its_sense(text, most, lines):
    assert broken(text, most, 4 if most > 10 else 2) == tuple(lines.split())


HAN = "关于重点项目建设情况的通报全县完成投资亿元占年计划低于序时进度个百分点开工入统问题销号逾期"


@given(st.text(alphabet=HAN + "、的和2024", min_size=1, max_size=120))
def test_breaking_a_title_loses_nothing_and_fits(text):
    lines = break_title(text)
    assert "".join(lines) == text
    assert all(sum(1.0 if char > "\u2000" else 0.5 for char in line) <= 20 for line in lines)
