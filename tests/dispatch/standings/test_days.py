"""Rates in days (岚县 手续办理效率、立项到投产效率): fewer is better; “37.5 天” wherever the figure stands."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from core.days.periods import Period
from core.indicators import declared
from dispatch.bulletins.facts import figures_now
from dispatch.bulletins.services import draft_bulletin
from dispatch.prose.values import in_measure
from dispatch.standings import workbook
from dispatch.standings.pages import opened, page_of
from organization.profiles import loader as profiles
from organization.profiles.models import CountyProfile
from organization.profiles.rules import rules_of
from projects.choices import Stage
from projects.models import Approval, ProjectMonth
from tests.support.factories import NOW, WAN, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D12")]
MAY = Period.month(2026, 5)
PAGE = "/dispatch/rankings/2026-05/"


@pytest.fixture
def days(county: Any) -> None:
    """Two of one unit that took 36 and 39 days to the permit, one of another that took 50; some that don't count."""
    data = profiles.read("default")
    data["ranking"] |= {"indicators": ["permit_days", "production_days", "start_rate"], "order_by": "permit_days"}
    data = json.loads(json.dumps(data, default=str))
    CountyProfile.objects.create(county=county, key="own", version=1, data=data, digest="days", loaded_at=NOW)

    def project(name: str, unit: str, permit: date | None, **more: Any) -> Any:
        one = make_project(county, name=name, lead_unit=unit, stage=Stage.PREWORK, plan=WAN, **more)
        if permit:
            Approval.objects.create(project=one, kind="construction", obtained_on=permit)
        return one

    project("甲", "dongguan", date(2026, 2, 20))  # 36
    project("乙", "dongguan", date(2026, 2, 23))  # 39
    project("丙", "xicheng", date(2026, 3, 6))  # 50
    project("丁", "xicheng", date(2026, 6, 1))  # behind the month
    project("戊", "xicheng", None)
    early = project("己", "xicheng", date(2026, 1, 10))  # before it was filed
    Approval.objects.filter(project=early, kind="filing").update(obtained_on=date(2026, 2, 1))
    bare = project("庚", "xicheng", date(2026, 2, 1))
    Approval.objects.filter(project=bare, kind="filing").delete()
    make_project(county, name="辛", lead_unit="xicheng", stage=Stage.COMPLETED, plan=WAN)  # 20 May: 125 days


def test_they_are_counted_as_of_the_month_and_fewer_days_rank_first(county: Any, days: None) -> None:
    rows = ProjectMonth.objects.of(county, MAY).counted()
    key = "permit_days"
    found = {row.project.name: row.permit_days_n for row in declared()[key].measured(rows, MAY)}
    assert found == {"甲": 36, "乙": 39, "丙": 50, "辛": 36}
    april = declared()["production_days"].measured(rows, Period.month(2026, 4))
    assert april.count() == 0
    page = page_of(county, MAY, rules_of(county), group="township")
    assert page is not None
    said = {row.name: (row.rank, row.indicators[key].said) for row, _figure in page.ranking.leading}
    assert said == {"东关乡": (1, "37.5 天"), "西城镇": (2, "43.0 天")}
    assert "天数少的在前" in page.ranking.rule


def test_page_drawer_file_command_and_papers_print_days(
    county: Any, people: Any, days: None, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client = sign_in(people.office)
    unit = make_project(county, name="壬", lead_unit="dongguan").lead_unit
    shown = client.get(f"{PAGE}?group=township").content.decode()
    assert "天，总天数/项目数" in shown
    drawer = client.get(f"{PAGE}?group=township&unit={unit.pk}&figure=permit_days").content.decode()
    assert "37.5 天" in drawer
    assert "75 天 ÷ 2 个项目" in drawer
    assert drawer.index("乙</a>") < drawer.index("甲</a>")  # the longest first
    page = page_of(county, MAY, rules_of(county), group="township")
    assert page is not None
    book = load_workbook(workbook.groups(page)[0])
    cells = {str(cell.value): cell for row in book.active.iter_rows() for cell in row}
    assert "前期手续办理用时（天）" in cells
    assert (cells["37.5"].number_format, "%" in cells["37.5"].number_format) == ("0.0", False)
    behind = opened(page, county, unit.pk, "permit_days", people.office, rules_of(county))
    assert behind is not None
    assert [(line.name, line.numerator) for line in behind.lines] == [("乙", 39), ("甲", 36)]
    out = StringIO()
    call_command("ranking", "2026-05", "--county", county.code, stdout=out)
    assert "37.5 天 (75/2)" in out.getvalue()
    assert "37.5 天" in client.get("/").content.decode()
    assert in_measure("k", "permit_days", (75, 2), 1).text == "37.5天"
    assert in_measure("k", "start_rate", (1, 2), 1).text == "50.0%"
    figures, _ranking = figures_now(county, MAY, NOW)
    [row] = [row for group in figures["groups"] for row in group["rows"] if row["name"] == "东关乡"]
    assert row["permit_days"]["value"] == "37.50000000"
    made = draft_bulletin(county, "monthly", MAY, by=people.office, now=NOW, unfinished="试")
    tables = [one for one in made.draft if "前期手续办理用时（天）" in str(one.get("columns"))]
    assert any({"text": "37.5", "value": "37.5", "format": "0.0"} in row for row in tables[0]["rows"])


def test_lanxian_ranks_by_them() -> None:
    assert {"permit_days", "production_days"} <= set(profiles.read("lanxian")["ranking"]["indicators"])
