"""Putting projects on file and changing them: what is refused, and that nothing is lost."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Any

import pytest
from pypinyin import Style, lazy_pinyin

from core.refusals import NeedsReason, NotAllowed, Stale, Wrong
from organization.people.models import Post
from projects.choices import ApprovalKind, Stage
from projects.models import Project
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.registry.places import as_place
from tests.support.factories import NOW, WAN, make_project, unit_of
from tests.support.paths import ROOT

pytestmark = pytest.mark.requirement("P01")


def put(county, by, **facts) -> Project:
    return registry.register(
        county=county, by=by, now=NOW, **{"name": "粮食烘干中心", "lead_unit": unit_of(county, "xicheng"), **facts}
    )


def test_a_project_is_put_on_file_with_number_initials_and_history(county, people):
    first = put(county, people.officer, total_investment=12_345_678)
    second = put(county, people.office, name="A区10kV线路", lead_unit=unit_of(county, "dongguan"))
    assert (first.number, second.number) == (1, 2)
    assert (first.initials, second.initials) == ("lshgzx", "aq10kvxl")
    assert first.total_investment == 12_345_678
    assert first.history.get().history_user == people.officer
    assert first.stage_changes.get().kind == "created"


def test_an_officer_puts_own_projects_on_file_only(county, people):
    with pytest.raises(Wrong) as refused:
        put(county, people.officer, lead_unit=unit_of(county, "dongguan"))
    assert "lead_unit" in refused.value.fields
    for name in ("leader", "reader", "statistics", "supervision"):
        with pytest.raises(NotAllowed):
            put(county, getattr(people, name))


def test_only_the_office_puts_a_project_on_file_at_a_later_stage(county, people):
    with pytest.raises(NotAllowed):
        put(county, people.officer, stage=Stage.STARTED)
    assert put(county, people.office, stage=Stage.STARTED, started_on=date(2026, 3, 1)).stage == Stage.STARTED


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 300}, "name"),
        ({"total_investment": -1}, "total_investment"),
        ({"started_on": date(2026, 6, 11)}, "started_on"),
        ({"started_on": date(2026, 5, 2), "completed_on": date(2026, 5, 1)}, "completed_on"),
        ({"planned_start": date(2026, 5, 2), "planned_completion": date(2026, 5, 1)}, "planned_completion"),
        ({"start_year": 2026, "end_year": 2025}, "end_year"),
        ({"number": 7}, "number"),
    ],
)
def test_what_cannot_be_is_said_by_field(county, people, facts, field):
    make_project(county, number=7)
    with pytest.raises(Wrong) as refused:
        put(county, people.office, **facts)
    assert list(refused.value.fields) == [field]
    assert Project.objects.count() == 1


def test_an_edit_writes_what_differs_and_nothing_else(county, people):
    project = make_project(county)
    registry.edit(project, by=people.officer, now=NOW, name=project.name, site="城东")
    assert Project.objects.get().version == 2
    registry.edit(project, by=people.officer, now=NOW, site="城东")
    assert Project.objects.get().version == 2
    assert project.history.count() == 2


def test_a_town_is_found_by_the_reading_of_its_name():
    assert registry.initials_of("朝阳镇粮食烘干中心") == "cyzlshgzx"


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("单县道路", "sxdl"), ("单城镇", "scz"), ("单位食堂", "dwst"), ("曾都区", "zdq"), ("曾家村", "zjc"),
        ("曾经", "cj"), ("仇庄村", "qzc"), ("仇集镇", "qjz"), ("菜单", "cd"), ("六安市", "las"), ("重庆路", "cql"),
    ],
)  # fmt: skip
def test_names_of_places_are_found_by_how_they_are_read(name: str, initials: str) -> None:
    assert registry.initials_of(name) == initials


def test_initials_word_by_word_are_those_of_the_whole_name() -> None:
    """Words are looked up once each: cut where the dictionary itself would cut."""
    words = "长春 银行 行 人参 参 重庆 重组 都 乐 六安 A区 5G （一期） 朝 长 及"
    for first, second, third in itertools.product(words.split(), repeat=3):
        name = first + second + third
        whole = "".join(lazy_pinyin(as_place(name), style=Style.FIRST_LETTER)).lower()
        assert registry.initials_of(name) == whole, name


def test_an_edit_keeps_the_search_by_initials_right(county, people):
    project = make_project(county)
    registry.edit(project, by=people.officer, now=NOW, name="污水处理厂")
    assert Project.objects.search("wscl").get() == project


def test_two_who_edit_the_same_project_do_not_overwrite_each_other(county, people):
    project = make_project(county, site="城西")
    registry.edit(project, by=people.office, now=NOW, version=1, site="城东")
    with pytest.raises(Stale) as refused:
        registry.edit(project, by=people.officer, now=NOW, version=1, remark="急")
    assert refused.value.theirs == {"site": ("城西", "城东")} or "site" in refused.value.theirs
    assert refused.value.who == people.office.name
    assert Project.objects.get().remark == ""


TWINS = [  # beside 粮食烘干中心 of 西城镇 with the code 2601-1: what is put on file, whether it seems the same
    ({"name": "粮食 烘干中心"}, True),
    ({"name": "污水处理厂", "code": " 2601-1"}, True),
    ({"name": "污水处理厂", "code": "２６０１-１", "lead_unit": "dongguan"}, True),
    ({"lead_unit": "dongguan"}, False),
    ({"name": "污水处理厂", "code": ""}, False),
]


@pytest.mark.parametrize(("facts", "same"), TWINS)
def test_a_project_is_on_file_once_unless_a_reason_says_that_it_is_another(county, people, facts, same):
    kept = make_project(county, name="粮食烘干中心", code="2601-1")
    if "lead_unit" in facts:
        facts = facts | {"lead_unit": unit_of(county, facts["lead_unit"])}
    if not same:
        assert put(county, people.office, **facts).pk
        return
    with pytest.raises(registry.OnFileAlready) as refused:
        put(county, people.office, **facts)
    assert (refused.value.twins, refused.value.fields, Project.objects.count()) == ([kept], ["reason"], 1)
    other = put(county, people.office, reason="二期，另行备案", **facts)
    assert other.history.get().history_change_reason == "二期，另行备案"
    assert other.stage_changes.get().reason == "二期，另行备案"


def test_a_reason_counts_for_those_that_were_shown_only(county, people):
    one = put(county, people.office)
    told = {"reason": "二期", "seen": [one.pk]}
    two = put(county, people.office, **told)
    with pytest.raises(registry.OnFileAlready) as refused:  # the second of two clicks
        put(county, people.office, **told)
    assert refused.value.twins == [one, two]


@pytest.mark.parametrize("change", [{"code": "2601-1"}, {"name": "粮食烘干中心"}])
def test_an_edit_makes_no_second_of_one_project_without_a_reason(county, people, change):
    make_project(county, name="粮食烘干中心", code="2601-1")
    other = make_project(county, name="污水处理厂", code="2601-2")
    with pytest.raises(registry.OnFileAlready):
        registry.edit(other, by=people.office, now=NOW, **change)
    registry.edit(other, by=people.office, now=NOW, reason="同一打捆项目", **change)
    registry.edit(other, by=people.office, now=NOW, site="城东")  # and nobody asks again about what is as it was
    assert other.history.count() == 3


def test_the_floor_of_the_registry_is_written_once():
    homes = [
        path
        for app in ("core", "organization", "projects", "funding", "investment", "dispatch")
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"\b5_?000_?000\b", path.read_text())
    ]
    assert homes == [ROOT / "projects" / "choices.py"]


@pytest.mark.requirement("P05")
@pytest.mark.parametrize("field", registry.FIRST_DAYS)
def test_days_on_file_change_with_a_reason_only(county, people, field):
    first: dict[str, Any] = {field: date(2026, 2, 1)}
    other: dict[str, Any] = {field: date(2026, 2, 2)}
    project = make_project(county, **first)
    with pytest.raises(NeedsReason) as refused:
        registry.edit(project, by=people.office, now=NOW, **other)
    assert refused.value.fields == [field]
    registry.edit(project, by=people.office, now=NOW, reason="笔误", **other)
    record = project.history.order_by("-history_id").first()
    assert (getattr(record, field), record.history_change_reason) == (date(2026, 2, 2), "笔误")


def test_a_project_is_handed_to_another_unit_by_the_office(county, people):
    project = make_project(county)
    with pytest.raises(Wrong):
        registry.edit(project, by=people.unit_head, now=NOW, lead_unit=unit_of(county, "dongguan"))
    registry.edit(project, by=people.office, now=NOW, lead_unit=unit_of(county, "dongguan"))
    assert Project.objects.get().lead_unit.code == "dongguan"


def test_cooperating_units_are_history_too(county, people):
    project = make_project(county)
    units = [unit_of(county, "zhujian"), unit_of(county, "gongxin")]
    registry.edit(project, by=people.officer, now=NOW, cooperating_units=units)
    latest = project.history.order_by("-history_id").first()
    assert {row.unit_id for row in latest.cooperating_units.all()} == {unit.pk for unit in units}
    assert project.history.count() == 2


def test_stage_and_state_are_not_edited(county, people):
    with pytest.raises(TypeError):
        registry.edit(make_project(county), by=people.office, now=NOW, stage=Stage.COMPLETED)


@pytest.mark.requirement("P05")
def test_a_plan_is_set_and_changed_with_a_reason(county, people):
    project = make_project(county)
    months = [100 * WAN] * 12
    plan = set_plan(project, 2026, investment=1200 * WAN, months=months, target="封顶", by=people.officer, now=NOW)
    assert (plan.investment, plan.months, plan.target) == (1200 * WAN, months, "封顶")
    with pytest.raises(NeedsReason):
        set_plan(project, 2026, investment=1100 * WAN, by=people.officer, now=NOW)
    set_plan(project, 2026, investment=1100 * WAN, reason="设计变更", by=people.officer, now=NOW)
    assert list(plan.history.order_by("history_id").values_list("investment", "change_reason")) == [
        (1200 * WAN, ""),
        (1100 * WAN, "设计变更"),
    ]


@pytest.mark.requirement("P05")
def test_the_months_of_a_plan_add_up(county, people):
    project = make_project(county)
    with pytest.raises(Wrong):
        set_plan(project, 2026, investment=1200, months=[100] * 11 + [99], by=people.officer, now=NOW)


def test_an_approval_is_recorded_once_and_corrected(county, people):
    project = make_project(county)
    day = date(2026, 4, 1)
    registry.record_approval(project, kind=ApprovalKind.SITE, obtained_on=day, by=people.officer, now=NOW)
    registry.record_approval(
        project, kind=ApprovalKind.SITE, obtained_on=day, document_number="选字1号", by=people.officer, now=NOW
    )
    assert project.approvals.get().document_number == "选字1号"
    with pytest.raises(Wrong):
        registry.record_approval(project, kind="site", obtained_on=date(2026, 6, 11), by=people.officer, now=NOW)
    with pytest.raises(NotAllowed):
        registry.record_approval(project, kind="site", obtained_on=day, by=people.other_officer, now=NOW)


def test_an_approval_is_taken_off_with_a_reason(county, people):
    approval = make_project(county, stage=Stage.RESERVE).approvals.get()
    with pytest.raises(NeedsReason):
        registry.remove_approval(approval, by=people.officer, now=NOW, reason="")
    pk = approval.pk
    registry.remove_approval(approval, by=people.officer, now=NOW, reason="已撤销")
    gone = type(approval).history.filter(id=pk).order_by("-history_id").first()
    assert (gone.history_type, gone.history_user) == ("-", people.officer)


def test_the_office_says_who_sponsors_and_in_which_order(county, people):
    project = make_project(county, sponsor="县领导01")
    one, two = Post.objects.filter(title__startswith="县领导0").order_by("title")
    with pytest.raises(NotAllowed):
        registry.set_sponsors(project, [two], by=people.unit_head, now=NOW)
    found = registry.set_sponsors(project, [two, one], by=people.office, now=NOW)
    assert [sponsor.post for sponsor in found] == [two, one]
    registry.set_sponsors(project, [two], by=people.office, now=NOW)
    assert [sponsor.post for sponsor in project.sponsors.all()] == [two]
    assert Project.objects.visible_to(people.other_leader).count() == 1
