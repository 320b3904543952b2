"""The text of a bulletin is the sum of its tables, and both are the registry."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum

from core.days.periods import Period
from dispatch.bulletins.services import draft_bulletin
from dispatch.standings.pages import opened, page_of
from dispatch.standings.ranking import survey
from dispatch.standings.rules import RankingRules
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind
from projects.models import AnnualPlan, MonthlyReport, Project
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]
MAY = Period.month(2026, 5)


@pytest.fixture
def leading(county: Unit) -> list[Unit]:
    """A unit of each kind, one below another, one that was closed: each leads a project, the last without a plan."""
    units = [county]
    for kind in (kind for kind in UnitKind if kind not in (UnitKind.COUNTY, UnitKind.CITY)):
        units.append(
            Unit(code=f"x{kind}", name=f"某{kind.label}", short_name=str(kind.label), kind=kind, parent=county)
        )
    station = {"code": "below", "name": "下属站", "short_name": "下属站", "kind": "other"}
    units.append(Unit(**station, parent=unit_of(county, "zhujian")))
    closed = {"code": "gone", "name": "撤并镇", "short_name": "撤并镇", "kind": "township", "active": False}
    units.append(Unit(**closed, parent=county))
    for number, unit in enumerate(units, start=1):
        unit.save()
        plan = None if unit.code == "gone" else 1000 * WAN
        project = make_project(county, lead_unit=unit, name=f"项目{number}", stage="entered", plan=plan)
        make_report(project, "2026-05", works=number * 10 * WAN)
    return units


def test_each_unit_that_leads_a_project_stands_in_exactly_one_group(county: Unit, leading: list[Unit]) -> None:
    stand = [row.unit_id for group in survey(county, MAY).groups() for row in group.rows]
    assert len(stand) == len(set(stand))
    below = leading.pop(-2)
    assert {unit.pk for unit in leading} <= set(stand)
    assert below.pk not in stand
    assert unit_of(county, "zhihuibu").pk not in stand  # an office without projects is not ranked


def test_a_unit_that_reports_no_more_stands_while_a_plan_of_its_is_on_file(county: Unit) -> None:
    gone = Unit.objects.create(code="gone", name="撤并镇", kind="township", parent=county, active=False)
    make_project(county, lead_unit=gone, plan=WAN)
    assert gone.pk in {row.unit_id for group in survey(county, MAY).groups() for row in group.rows}


def test_text_tables_and_registry_are_one_sum(county: Unit, leading: list[Unit]) -> None:
    bulletin = draft_bulletin(county, "monthly", MAY, now=NOW, unfinished="没有开轮次")
    tables = [block for block in bulletin.content if block["key"].startswith("ranking.")]
    heads = [column["label"] for column in tables[0]["columns"]]
    columns = [heads.index(label) for label in ("项目数", "年度计划", "累计完成")]

    def wan(cell: dict[str, Any]) -> int:
        return int(float(cell["value"]))

    sums = [sum(wan(table["rows"][0][at]) for table in tables) for at in columns]
    parts = [row for table in tables for n, row in enumerate(table["rows"]) if n not in table["strong"]]
    assert [sum(wan(row[at]) for row in parts) for at in columns] == sums
    assert [wan(tables[-1]["rows"][-1][at]) for at in columns] == sums, "the county's sum, once"
    projects = AnnualPlan.objects.filter(project__county=county).count()
    plan = AnnualPlan.objects.filter(project__county=county).aggregate(sum=Sum("investment"))["sum"]
    done = MonthlyReport.objects.filter(project__county=county).aggregate(sum=Sum("works_ytd"))["sum"]
    assert sums == [projects, plan // WAN, done // WAN]
    runs = [
        run for block in bulletin.content for runs in block.get("paragraphs", ()) for run in runs if run.get("key")
    ]
    said = {run["key"]: run["value"] for run in runs}
    assert [said["projects"], said["plan"], said["done"]] == [projects, plan, done]


def test_the_figure_of_a_unit_opens_the_projects_it_is_made_of(
    county: Unit, leading: list[Unit], people: People
) -> None:
    rules, seen = rules_of(county), []
    for group in rules[RankingRules].groups:
        page = page_of(county, MAY, rules, group=group.key)
        assert page is not None
        for row in page.ranking.busy:
            found = opened(page, county, row.unit_id, "investment_rate", people.office, rules)
            assert found is not None
            assert sum(line.numerator for line in found.lines) == row.indicators["investment_rate"].numerator
            seen += [line.pk for line in found.lines]
    assert sorted(seen) == sorted(Project.objects.filter(plans__investment__gt=0).values_list("pk", flat=True))
