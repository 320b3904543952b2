"""Whatever a county is like, its bulletin reads as one: no empty clause, no cut tie, each figure the registry's."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.indicators import percent
from dispatch.prose.blocks import build
from dispatch.prose.wording import text_of
from organization.profiles.loader import read
from tests.support.any_county import figures_of, projects, size_of
from tests.support.paths import DATA
from tests.support.plugins.chance import many

pytestmark = pytest.mark.requirement("D15")
SHIPPED = ("default", "dancheng", "gongjian_county", "gongjian_services", "gongjian_town", "lanxian", "qinshui")
PROFILES = {
    **{name: read(name)["bulletin"]["monthly"] for name in SHIPPED},
    "by level and post": read(str(DATA / "bulletin_by_level_and_post.toml"))["bulletin"]["monthly"],
    "by type and sector": read(str(DATA / "bulletin_by_type_and_sector.toml"))["bulletin"]["monthly"],
}
WRONG = re.compile(
    r"[，；、：][，；、。：）]|。[，；、。]|（[，；、）]|^[，；、。：]|(?<!\d)0个|(?<!\d)0件|其中[。；]|^（[一二三四五六七八九十]+）[^。]*。$"
    r"|None|未统计，|为。|\{|\}|\[|\]"
)
#: What is no figure of a run: days, months, years, annexes, thresholds, the names of projects and units.
BARE = re.compile(r"\d{4}年|\d+月(\d+日)?|1—|附件\d|超过180天|第\d+镇|县第\d+局|\d+号路|0\d|县领导0\d")
FIELDS = {
    "level": "level",
    "nature": "nature",
    "sector": "sector",
    "squad": "squad",
    "competent": "competent",
    "leader": "post",
}


def link(name: str, **about: Any) -> str:
    return f"/{name}/"


def built(figures: Any, profile: str) -> list[dict[str, Any]]:
    return build(figures, PROFILES[profile], county="示范县", link=link)


def runs_of(blocks: Any) -> list[dict[str, Any]]:
    return [run for block in blocks for runs in block.get("paragraphs", ()) for run in runs]


counties = st.tuples(
    projects(), st.integers(1, 12), st.one_of(st.none(), st.just(0), st.integers(0, 10**10)), st.booleans()
)


def of_key(key: str, rows: list[dict[str, Any]], months: int) -> Fraction | int | None:
    """The figure *key* counted again from the projects; None for what is no sum or rate of them."""
    name, _dot, about = key.split("#")[0].partition(".")
    field, _dot, code = about.partition(".")
    if field in FIELDS:
        rows = [row for row in rows if row[FIELDS[field]] == code]
    elif field == "size":
        rows = [row for row in rows if size_of(row) == code]
    elif field == "unit" and code.isdigit():
        rows = [row for row in rows if row["unit_id"] == int(code)]
    elif field == "unit":
        return None
    elif field == "project":
        rows = [row for row in rows if row["pk"] == int(code)]
    elif about:
        return None
    planned = [row for row in rows if row["plan"]]
    plan, done = sum(row["plan"] for row in planned), sum(row["done"] or 0 for row in planned)
    rate = percent(done, plan)
    sums: dict[str, Any] = {
        "plan": plan,
        "done": sum(row["done"] or 0 for row in rows),
        "own": sum(row["own"] or 0 for row in rows if row["done"] is not None),
        "rate": rate,
        "gap": None if rate is None else abs(rate - Fraction(100 * months, 12)),
        "due_to_start": sum(row["start"][1] for row in rows),
        "started_some": sum(row["start"][0] for row in rows),
        "due_to_enter": sum(row["entry"][1] for row in rows),
        "entered_some": sum(row["entry"][0] for row in rows),
    }
    return sums.get(name)


@many
@given(counties, st.sampled_from(sorted(PROFILES)))
def test_two_hundred_counties_are_read(county, profile):
    rows, months, previous, silent = county
    figures = figures_of(rows, months, previous=previous, ledger=(0, 0, 0, 0) if silent else (3, 1, 2, 1))
    blocks = built(figures, profile)
    reads_well(blocks)
    is_counted_again(blocks, rows, months)
    has_one_sum(blocks, figures, rows, months)
    if profile == "default":
        cuts_no_tie(blocks, figures)


def reads_well(blocks: Any) -> None:
    """No empty clause, no mark twice, no nought that says nothing, and no number that has no key."""
    for runs in (runs for block in blocks for runs in block.get("paragraphs", ())):
        said = "".join(run["text"] for run in runs)
        assert not WRONG.search(said), said
        assert said.endswith(("。", "：")), said
        for run in (run for run in runs if "key" not in run):
            assert not re.search(r"\d", BARE.sub("", run["text"])), (run, said)


def is_counted_again(blocks: Any, rows: Any, months: int) -> None:
    """Each figure of the prose is what the projects give, to half of its last digit."""
    found = 0
    for run in runs_of(blocks):
        if "key" not in run or (again := of_key(run["key"], rows, months)) is None:
            continue
        assert re.search(r"\d", run["text"]), (run, "a figure that nobody knows is said")
        number = Decimal(re.sub(r"[^\d.]", "", run["text"]))
        unit = 10**8 if run["text"].endswith("亿元") else 10**4 if run["text"].endswith("万元") else 1
        places = 2 if "." in run["text"] else 0
        assert abs(Fraction(number) * unit - again) * 10**places <= Fraction(unit, 2), (run, again)
        found += 1
    assert found or not any(row["plan"] and row["done"] for row in rows)


def has_one_sum(blocks: Any, figures: Any, rows: Any, months: int) -> None:
    """What the text says of the county is the sum of each table, and of the projects."""
    told = any(row["done"] is not None for row in rows)
    for block in (block for block in blocks if block["key"].startswith(("classes.", "ranking."))):
        at = {column["key"]: n for n, column in enumerate(block["columns"])}
        last = block["rows"][-1]
        if last[at["name"]]["text"] != "全县合计" or (len(block["strong"]) > 1 and "plan" not in at):
            continue
        parts = [row for n, row in enumerate(block["rows"]) if n not in block["strong"]]
        for key in ("plan", "done"):
            if key in at and "value" in last[at[key]] and (told or key == "plan"):
                assert Decimal(last[at[key]]["value"]) * 10_000 == of_key(key, rows, months), block["key"]
        if block["key"].startswith("classes."):
            assert sum(Decimal(row[at["projects"]]["value"]) for row in parts) == figures["totals"]["projects"]


def cuts_no_tie(blocks: Any, figures: Any) -> None:
    """Of units with one rank all are named, or they are counted (等n个)."""
    (units,) = [block for block in blocks if block["key"] == "units"]
    for group in figures["groups"]:
        told = figures["recorded"]["units"]
        rank = {row["name"]: row["rank"] for row in group["rows"] if row["rank"] and row["unit_id"] in told}
        for line in text_of(units["paragraphs"]).split("\n"):
            front = line.split("完成率")[0]
            if f"）{group['label']}。" in line and "个单位" in front and front != line and "等" not in front:
                named = {name for name in rank if f"{name}（" in front}
                assert {rank[name] for name in named}.isdisjoint({rank[name] for name in {*rank} - named}), line
