"""What a bulletin is cut by opens as the list of those projects: as many as the table counts."""

from __future__ import annotations

import html
import re

import pytest

from dispatch.bulletins import services as bulletins
from organization.units.models import Unit, UnitKind
from tests.dispatch.bulletins.test_kinds import profile
from tests.support.bulletin_steps import MAY, block
from tests.support.factories import WAN, make_project, make_report, unit_of
from tests.support.months import finish_month

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]
CUTS = ("competent", "squad", "size", "leader", "unit", "light", "stage", "level")


@pytest.fixture
def cut(county, people, now):
    """Four projects: two squads of which one helps in two, two departments, three sizes, two leaders."""
    squads = [
        Unit.objects.create(code=f"zhuanban{n}", name=f"第{n}专班", short_name=f"第{n}专班", kind=UnitKind.SQUAD,
                            parent=county, position=20 + n)
        for n in (1, 2)
    ]  # fmt: skip
    facts = (  # competent, squads that help, total investment, first sponsor, level, lead unit
        ("zhujian", squads, 3_000, "县领导01", "county", "xicheng"),
        ("zhujian", squads[1:], 6_000, "县领导01", "county", "dongguan"),
        ("gongxin", (), 20_000, "县领导02", "city", "dongguan"),
        (None, squads[:1], 200_000, "县领导02", "", "xicheng"),
    )
    for at, (competent, helping, total, leader, level, unit) in enumerate(facts, start=1):
        project = make_project(
            county, name=f"{at}号项目", plan=1_000 * WAN, total_investment=total * WAN, lead_unit=unit, sponsor=leader,
            level=level, stage="started" if at % 2 else "entered",
            competent_unit=unit_of(county, competent) if competent else None,
        )  # fmt: skip
        project.cooperating_units.set(helping)
        make_report(project, "2026-05", works=at * 100 * WAN)
    finish_month(county, "2026-05")
    words = {"heading": "分", "key": "cut", "tables": list(CUTS)}
    profile(county, monthly={"more": [words], "order": ["cut"]})
    return bulletins.draft_bulletin(county, "monthly", MAY, now=now)


def test_each_class_counts_what_its_list_shows(cut, people, sign_in):
    client = sign_in(people.office)
    names: dict[str, dict[str, int]] = {}
    for by in CUTS:
        table = block(cut, f"classes.{by}")
        at = {column["key"]: n for n, column in enumerate(table["columns"])}
        names[by] = {row[at["name"]]["text"]: int(row[at["projects"]]["value"]) for row in table["rows"][:-1]}
        assert sum(names[by].values()) == 4, by
        for row in table["rows"][:-1]:
            if row[at["name"]]["text"] == "其他":
                continue  # what has no class isn't asked for
            page = html.unescape(client.get(row[at["name"]]["href"]).text)
            found = re.search(r"合计\s*([\d,]+)\s*项", re.sub(r"<[^>]+>", " ", page))
            assert found, (by, row[at["name"]])
            assert found[1] == row[at["projects"]]["text"], (by, row[at["name"]])
    assert names["competent"] == {"县住建局": 2, "县工信局": 1, "其他": 1}
    assert names["squad"] == {"第1专班": 2, "第2专班": 1, "其他": 1}
    assert names["size"] == {"10亿元以上": 1, "1亿—5亿元": 1, "5000万—1亿元": 1, "5000万元以下": 1}
    assert names["leader"] == {"县领导01": 2, "县领导02": 2}
