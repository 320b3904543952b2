"""Structures of real bulletins are profiles of one thing: which sections, in which order, cut by what."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from core.lists.filters import Filter
from dispatch.bulletins.document import document_of, letter_of
from dispatch.prose import cuts
from dispatch.prose.blocks import build
from organization.profiles.loader import ProfileError, read
from paper.document import Heading
from projects.list.filters import FILTERS
from tests.support import any_county as one
from tests.support.paths import DATA

pytestmark = pytest.mark.requirement("D15")
WAN = one.WAN
HEADINGS = {
    # 闽清 2024-07: 综述, then province, city, county, then lagging projects by command post
    str(DATA / "bulletin_by_level_and_post.toml"): ("本期综述 省重点项目 市重点项目 县重点项目 各指挥部滞后项目"),
    # 武进 2017: total, by type and industry, by area, started, not started, next steps
    str(DATA / "bulletin_by_type_and_sector.toml"): ("总体进展 分类进展 分属地进展 已开工项目 未开工项目 下一步工作"),
    "default": (
        "总体情况 分类进展情况 各责任单位进展情况 入库纳统情况 问题协调办理情况 存在的主要问题 下一步工作要求"
    ),
    "lanxian": (
        "总体情况 各主管部门推进情况 新（续）建项目进展情况 分投资规模进展情况 入库纳统情况 各责任单位进展情况 "
        "问题协调办理情况 存在的主要问题 下一步工作要求"
    ),
    "dancheng": (
        "总体情况 处级领导分包项目进展情况 各责任单位进展情况 问题协调办理情况 存在的主要问题 下一步工作要求"
    ),
    "qinshui": (
        "总体情况 分级进展情况 各责任单位进展情况 入库纳统情况 问题协调办理情况 各工作专班项目推进情况 存在的主要问题 "
        "下一步工作要求"
    ),
    "gongjian_county": (
        "总体情况 县领导分包项目进展情况 各责任单位进展情况 问题协调办理情况 存在的主要问题 下一步工作要求"
    ),  # all are started in the county of this test: by stage it would say the whole again
    "gongjian_services": (
        "总体情况 分领域进展情况 各责任单位进展情况 入库纳统情况 问题协调办理情况 存在的主要问题 下一步工作要求"
    ),
    "gongjian_town": "总体情况 各责任单位进展情况 问题协调办理情况 存在的主要问题 下一步工作要求",
}


def county() -> list[dict[str, Any]]:
    """Twenty-four projects that have everything a bulletin can be cut by; each third is late."""
    turn = {key: itertools.cycle(codes) for key, codes in (
        ("level", one.LEVELS), ("nature", one.NATURES), ("sector", one.SECTORS), ("squad", one.SQUADS),
        ("competent", one.DEPARTMENTS), ("post", one.LEADERS), ("unit_id", range(1, 12)))}  # fmt: skip
    rows: list[dict[str, Any]] = []
    for pk in range(1, 25):
        done = 500 if pk % 3 else 6_000
        rows.append({
            "pk": pk, **{key: next(codes) for key, codes in turn.items()}, "plan": 10_000 * WAN, "done": done * WAN,
            "own": 100 * WAN, "total": (5_000 if pk % 2 else 50_000) * WAN, "start": (pk % 2, 1), "entry": (0, pk % 2),
            "cause": "用地手续未办结",
        })  # fmt: skip
    return rows


def link(name: str, **about: Any) -> str:
    return f"/{name}/?{about}"


def built(profile: str, **more: Any) -> list[dict[str, Any]]:
    wording = read(profile)["bulletin"]["monthly"] | {"office": "县专班"} | more
    figures = one.figures_of(county(), 6, previous=0)
    figures["facts"]["since"] = "2026-01-01"  # works began in January: a bulletin of the half
    return build(figures, wording, county="示范县", link=link)


@pytest.mark.parametrize("profile", HEADINGS)
def test_a_structure_is_what_a_profile_says(profile: str) -> None:
    wording = read(profile)["bulletin"]["monthly"]
    blocks = built(profile)
    letter = letter_of(
        wording, masthead="通报", office="专班", word="专", title=["通报"], year=2026, number=1, on=None
    )
    heads = [part.text.partition("、")[2] for part in document_of(blocks, letter).blocks if isinstance(part, Heading)]
    assert heads == HEADINGS[profile].split()
    for block in blocks:
        for runs in block.get("paragraphs", ()):
            assert all(run["href"] for run in runs if "key" in run and ".late." not in run["key"]), runs


def test_every_field_that_a_list_divides_projects_by_is_a_cut() -> None:
    """What the list asks beside these isn't of a class of its own: several of one project, or figures."""
    others = {
        "sponsor",
        "portfolio",
        "squad",
        "unit",
        "size",
        "state",
        "plan",
        "year_plan",
        "approval",
        "counted",
        "package",
    }
    filters: dict[str, Filter] = {one.key: one for one in FILTERS}
    assert {cut.filter for cut in cuts.FIELDS.values()} <= filters.keys() | {"list"}  # the year's lists narrow it
    asked = {one.key for one in FILTERS if not one.hidden}
    assert asked - {cut.filter for cut in cuts.FIELDS.values()} == others


@pytest.mark.parametrize("by", ["competent", "squad", "size"])
def test_a_cut_adds_up_to_the_county_and_each_class_opens_its_projects(by: str) -> None:
    sections = [
        {
            "key": "cut",
            "heading": "分",
            "tables": [by],
            "charts": [by],
            "source": "field",
            "by": by,
            "text": ["[{every}]。"],
            "lists": {"every": {"from": "every", "item": "{name}{projects}个"}},
        }
    ]
    (table,) = [block for block in built("default", section=sections) if block["key"] == f"classes.{by}"]
    at = {column["key"]: n for n, column in enumerate(table["columns"])}
    counts = [int(row[at["projects"]]["value"]) for row in table["rows"]]
    assert counts[-1] == sum(counts[:-1]) == 24
    for row in table["rows"][:-1]:
        assert f"'{cuts.FIELDS[by].filter}'" in row[at["name"]]["href"]


def test_a_chart_is_there_where_a_profile_wants_it_and_is_drawn_from_its_rows() -> None:
    assert not [block for block in built("default") if "chart" in block], "papers of offices seldom have one"
    charts = [block for block in built("lanxian") if "chart" in block]
    assert [block["key"] for block in charts] == ["chart.competent", "chart.units.town", "chart.units.office"]
    table = next(block for block in built("lanxian") if block["key"] == "ranking.town")
    at = {column["key"]: n for n, column in enumerate(table["columns"])}
    rates = {row[at["name"]]["text"]: row[at["rate"]]["text"] for row in table["rows"]}
    drawn = {row[0]["text"]: row[3]["text"] for row in charts[1]["rows"]}
    assert drawn
    assert drawn == {name: rates[name] for name in drawn}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ('order = ["overview", "nowhere"]', "nowhere"),
        ('annexes = ["behind", "all"]', "all"),
        ('[[bulletin.monthly.more]]\nkey = "a"\nheading = "甲"', "text"),
        ('[[bulletin.monthly.more]]\nkey = "a"\nheading = "甲"\ncharts = ["nobody"]', "nobody"),
        ('[[bulletin.monthly.more]]\nkey = "a"\nheading = "甲"\nsource = "field"\ntext = ["甲"]', "by"),
    ],
)
def test_a_structure_that_cannot_be_is_said(tmp_path: Any, said: str, wrong: str) -> None:
    file = tmp_path / "county.toml"
    file.write_text(f"[bulletin.monthly]\n{said}\n", encoding="utf-8")
    with pytest.raises(ProfileError, match=wrong):
        read(str(file))
