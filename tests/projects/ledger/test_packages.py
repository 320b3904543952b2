"""所属打包项目 in a ledger: it comes in and goes out; what can't be is a sentence at its cell, and nothing of the row
is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.days.periods import Period
from organization.units.models import Unit
from projects.choices import State
from projects.ledger import services as imports
from projects.ledger.export import write_registry
from projects.ledger.services import Looked, Options
from projects.ledger.taking_back import take_back
from projects.many.rows import versions
from projects.models import LedgerImport, Project, ProjectMonth
from projects.packages.services import put_in
from projects.registry.months import services as months
from tests.support.factories import NOW, WAN, make_project
from tests.support.people import People, make_county

pytestmark = [pytest.mark.django_db, pytest.mark.by_services, pytest.mark.requirement("P01")]
HEAD = "序号,项目名称,责任单位,总投资（万元）,2026年计划投资（万元）,所属打包项目"


@pytest.fixture
def on_file(county: Unit, people: People, settings: Any, tmp_path: Any) -> dict[str, Project]:
    """A package of one part, one that can be one, one with a plan, one that is given up, another county's."""
    settings.MEDIA_ROOT = tmp_path
    found = {name: make_project(county, name=name) for name in ("小区改造", "一标段", "空名", "同名", "单列")}
    make_project(county, name="同名", lead_unit="dongguan")
    make_project(county, name="有计划", plan=WAN)
    make_project(county, name="旧厂", state=State.WITHDRAWN, state_reason="停办")
    make_project(make_county("linxian"), name="邻县项目")
    months.fill(county, now=NOW)
    told: dict[str, Any] = {"version": versions([found["一标段"].pk]), "by": people.office}
    put_in(county, package=found["小区改造"], now=NOW - timedelta(days=1), **told)
    return found


def come_in(county: Unit, *rows: str) -> Looked:
    text = "\n".join([HEAD, *rows]).encode()
    told: dict[str, Any] = {"county": county, "by": None, "now": NOW, "options": Options(year=2026)}
    return imports.store(text, "台账.csv", **told)[1]


def packed(county: Unit) -> dict[str, str]:
    """What is in which package."""
    rows = Project.objects.filter(county=county).exclude(package=None).order_by("pk")
    return {one.name: one.package.name for one in rows.select_related("package") if one.package}


CASES = [  # the row, its package, what is said
    ("单列", "单列", "不能归入自己"),
    ("小区改造", "空名", "本身是打包项目"),
    ("单列", "一标段", "本身是子项目"),
    ("单列", "没有的项目", "都没有叫“没有的项目”的项目"),
    ("单列", "邻县项目", "其他县"),
    ("单列", "有计划", "本年已有计划或报表"),
    ("单列", "旧厂", "都没有叫“旧厂”的项目"),
    ("单列", "同名", "有 2 个项目叫“同名”"),
    ("新项目", "新项目", "不能归入自己"),
]


@pytest.mark.parametrize(("name", "package", "said"), CASES)
def test_what_cannot_be_is_said_at_the_cell_and_nothing_of_the_row_is_stored(
    county: Unit, on_file: dict[str, Project], name: str, package: str, said: str
) -> None:
    before = list(Project.objects.order_by("pk").values())
    looked = come_in(county, f"1,{name},西城镇,777,,{package}")
    [row] = looked.rows
    assert row.outcome == "rejected"
    [problem] = [one for one in row.problems if one.field == "package"]
    assert (problem.cell, problem.severity) == ("F2", "error")
    assert said in problem.message
    assert list(Project.objects.order_by("pk").values()) == before
    assert not list(months.check(now=NOW))


def test_a_chain_within_the_ledger_is_refused_on_both_rows_and_the_rest_is_stored(
    county: Unit, on_file: dict[str, Project]
) -> None:
    looked = come_in(
        county,
        "1,总包,西城镇,1,,",
        "2,分包,西城镇,1,,总包",
        "3,标段,西城镇,1,,分包",
        "4,花钱,西城镇,1,5,",
        "5,某段,西城镇,1,,花钱",
    )
    assert [row.outcome for row in looked.rows] == ["created", "rejected", "rejected", "created", "rejected"]
    assert packed(county) == {"小区改造": "小区改造", "一标段": "小区改造"}


def test_parts_come_in_with_their_package_and_go_back_whole(
    county: Unit, people: People, on_file: dict[str, Project]
) -> None:
    counted: list[Any] = list(ProjectMonth.objects.filter(project__in=on_file.values()).order_by("pk").values())
    before = packed(county)
    rows = (
        "1,新包,西城镇,9000,,",
        "2,二标段,西城镇,300,80,新包",
        "3,单列,西城镇,400,,小区改造",
        "4,一标段,西城镇,1,,空名",
    )
    text = "\n".join([HEAD, *rows]).encode()
    told: dict[str, Any] = {"county": county, "by": people.office, "now": NOW}
    imports.store(text, "台账.csv", options=Options(year=2026), **told)
    now = {
        "新包": "新包",
        "二标段": "新包",
        "单列": "小区改造",
        "小区改造": "小区改造",
        "一标段": "空名",
        "空名": "空名",
    }
    assert packed(county) == now
    assert not list(months.check(now=NOW))
    assert ProjectMonth.objects.of(county, Period.month(2026, 6)).filter(packs=True).count() == 3
    looked = imports.look(text, "台账.csv", county=county, options=Options(year=2026))
    assert {row.outcome for row in looked.rows} == {"unchanged"}
    out = write_registry(Project.objects.filter(county=county), Period.month(2026, 5))
    again = imports.look(out.read(), "台账.xlsx", county=county, options=Options())
    assert [(row.outcome, row.changes) for row in again.rows if row.outcome != "unchanged"] == []
    take_back(LedgerImport.objects.get(), by=people.office, now=NOW + timedelta(hours=1), reason="传错")
    kept: list[Any] = list(ProjectMonth.objects.filter(project__in=on_file.values()).order_by("pk").values())
    assert packed(county) == before
    names = [name for name in kept[0] if name not in ("version",)]
    assert [[row[name] for name in names] for row in kept] == [[row[name] for name in names] for row in counted]
    assert not list(months.check(now=NOW))
