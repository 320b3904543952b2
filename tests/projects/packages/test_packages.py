"""Packages and sub-projects (打包项目): one level, dated, taken back; both counts wherever projects are counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.days.periods import Period
from core.models import Done
from core.refusals import NeedsReason, NotAllowed, Refused, Stale
from dispatch.home.pages import light_counts
from organization.units.models import Unit
from projects.choices import Stage, State
from projects.lifecycle import services as lifecycle
from projects.many.rows import versions
from projects.milestones import services as milestones
from projects.models import Listed, Project, ProjectMonth, Roster, Sponsor
from projects.packages.gates import not_a_part
from projects.packages.services import put_in, take_back_packing, take_out
from projects.plans.services import set_plan
from projects.registry.months import services as months
from projects.registry.months.counts import count_of
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.reports.months import owed
from projects.rules import LightRules
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.people import People, make_county
from tests.support.plugins.chance import dear

pytestmark = [pytest.mark.django_db, pytest.mark.by_services, pytest.mark.requirement("P01")]
MAY, JUNE = Period.month(2026, 5), Period.month(2026, 6)


def make_world(county: Unit, people: People) -> SimpleNamespace:
    """Two projects that become parts, one that stays alone, one that can be a package; May is reported."""
    first = make_project(county, name="老旧小区一标段", stage=Stage.STARTED, plan=1_000 * WAN)
    second = make_project(county, name="老旧小区二标段", stage=Stage.STARTED, plan=500 * WAN, lead_unit="dongguan")
    alone = make_project(county, name="粮库", stage=Stage.ENTERED, plan=900 * WAN)
    package = make_project(county, name="老旧小区改造（打包）")
    for project in (first, second, alone):
        make_report(project, "2026-05", works=100 * WAN)
    months.fill(county, now=NOW)
    every = [first, second, alone, package]
    return SimpleNamespace(
        county=county, people=people, first=first, second=second, alone=alone, package=package, every=every
    )


@pytest.fixture
def world(county: Unit, people: People) -> SimpleNamespace:
    return make_world(county, people)


def pack(world: Any, *projects: Project, into: Project | None = None, now: Any = NOW, who: Any = None) -> Done:
    version = versions([one.pk for one in projects or (world.first, world.second)])
    by = who or world.people.office
    return put_in(world.county, package=into or world.package, version=version, by=by, now=now, reason="统一打包")


def unpack(world: Any, *projects: Project, now: Any = NOW, reason: str = "单列") -> Done:
    version = versions([one.pk for one in projects])
    return take_out(world.county, version=version, by=world.people.office, now=now, reason=reason)


def figures(county: Unit) -> list[tuple[Any, ...]]:
    rows = ProjectMonth.objects.filter(county=county).order_by("project", "month")
    names = [field.attname for field in ProjectMonth._meta.concrete_fields if field.name not in ("id", "version")]
    return list(rows.values_list(*names))


def counted(world: Any, period: Period) -> tuple[int, int]:
    return count_of(ProjectMonth.objects.of(world.county, period).counted())


def facts(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def test_the_parts_are_counted_from_the_day_on_and_months_before_stay(world: SimpleNamespace) -> None:
    pack(world)
    assert facts(world.package).is_package
    assert facts(world.first).is_part
    assert (counted(world, MAY), counted(world, JUNE)) == ((4, 4), (3, 2))
    assert not list(months.check(now=NOW))
    sums = ProjectMonth.objects.of(world.county, JUNE).counted()
    assert sum(row.plan or 0 for row in sums) == 2_400 * WAN
    assert not owed(world.county, JUNE).filter(pk=world.package.pk).exists()


def test_a_package_ends_with_its_last_part_and_a_month_that_is_closed_does_not_move(world: SimpleNamespace) -> None:
    pack(world)
    later = NOW + timedelta(days=31)
    unpack(world, world.first, now=later)
    assert facts(world.package).is_package
    close_month(world.county, JUNE, by=world.people.office, now=later)
    unpack(world, world.second, now=later)
    assert not facts(world.package).is_package
    assert [counted(world, JUNE), counted(world, JUNE.next())] == [(3, 2), (4, 4)]
    assert not list(months.check(now=later))


def test_what_cannot_be_is_refused_in_words_and_writes_nothing(world: SimpleNamespace) -> None:
    people, other = world.people, make_project(world.county, name="另一打包")
    elsewhere = make_project(make_county("linxian"), name="邻县项目")
    gone = make_project(world.county, name="旧厂", state=State.WITHDRAWN, state_reason="停办")
    with pytest.raises(NotAllowed):
        pack(world, who=people.officer)
    pack(world)
    before = figures(world.county)
    for act, why in (
        (lambda: pack(world, world.alone, into=world.first), "本身是子项目"),
        (lambda: pack(world, world.package, into=other), "本身是打包项目"),
        (lambda: pack(world, world.package, into=world.package), "本身是打包项目"),
        (lambda: pack(world, other, into=other), "不能归入自己"),
        (lambda: pack(world, other, into=world.alone), "本年已有计划或报表"),
        (lambda: pack(world, other, into=gone), "已不再推进"),
        (lambda: pack(world, world.first), "已在这个打包项目中"),
        (lambda: unpack(world, world.alone), "不属于任何打包项目"),
    ):
        with pytest.raises(Refused, match=why):
            act()
    told = {"by": people.office, "now": NOW}
    package = facts(world.package)
    verbs: list[tuple[Callable[[], Any], str]] = [
        (lambda: set_plan(package, 2026, investment=WAN, **told), "本身不安排计划"),
        (lambda: reports.save(package, MAY, works=1, **told), "本身不填报"),
        (lambda: lifecycle.withdraw(package, on=NOW.date(), reason="停", **told), "下有子项目"),
        (lambda: lifecycle.suspend(package, on=NOW.date(), reason="停", **told), "下有子项目"),
    ]
    for verb, why in verbs:
        with pytest.raises(Refused) as found:
            verb()
        assert re.search(why, f"{found.value.why} {getattr(found.value, 'fields', '')}{vars(found.value)}")
    with pytest.raises(NeedsReason):
        unpack(world, world.first, reason=" ")
    with pytest.raises(Stale):
        take_out(world.county, version={world.first.pk: 99}, by=people.office, now=NOW, reason="单列")
    with pytest.raises(Stale):
        pack(world, elsewhere)
    assert figures(world.county) == before


@pytest.mark.parametrize("how", ["in", "out", "moved"])
def test_an_act_is_taken_back_with_its_months(world: SimpleNamespace, how: str) -> None:
    other = make_project(world.county, name="另一打包")
    months.fill(world.county, now=NOW)
    if how != "in":
        pack(world)
    before, later = figures(world.county), NOW + timedelta(hours=1)
    if how == "in":
        done = pack(world, now=later)
    elif how == "out":
        done = unpack(world, world.first, world.second, now=later)
    else:
        done = pack(world, world.first, world.second, into=other, now=later)
    assert figures(world.county) != before
    take_back_packing(done, by=world.people.office, now=later + timedelta(hours=1), reason="")
    assert figures(world.county) == before
    assert not list(months.check(now=later))
    with pytest.raises(Refused):
        take_back_packing(done, by=world.people.office, now=later + timedelta(hours=2), reason="")


def test_of_one_act_what_was_changed_since_stays_and_is_named(world: SimpleNamespace) -> None:
    done = pack(world)
    unpack(world, world.first, now=NOW + timedelta(hours=1))
    said = take_back_packing(done, by=world.people.office, now=NOW + timedelta(hours=2), reason="")
    assert "老旧小区一标段" in said
    assert "老旧小区二标段" not in said
    assert not facts(world.second).package_id
    done.refresh_from_db()
    assert {row["name"]: bool(row["left"]) for row in done.rows} == {"老旧小区一标段": True, "老旧小区二标段": False}


def test_what_is_another_countys_is_no_part() -> None:
    assert "其他县" in not_a_part(Project(pk=1, county_id=1), Project(pk=2, county_id=2))
    assert not not_a_part(Project(pk=1, county_id=1), Project(pk=2, county_id=1))


STEP = st.tuples(st.integers(0, 40), st.integers(0, 3), st.sampled_from([None, 0, 1, 2, 3]))


def test_menu_map_wall_lists_and_lights_say_both_counts(
    world: SimpleNamespace, sign_in: Any, monkeypatch: Any
) -> None:
    """Three projects, of which two are parts of one package."""
    office = world.people.office
    make_report(world.alone, "2026-06", works=WAN)
    months.fill(world.county, now=NOW)
    pack(world)
    roster = Roster.objects.create(county=world.county, year=2026, code="key", name="重点")
    for one in (world.first, world.second):
        told: dict[str, Any] = {"entered_on": date(2026, 6, 1), "entered_by": office, "entered_why": "年初"}
        Listed.objects.create(roster=roster, project=one, **told)
        milestones.add(one, label="交地", planned_on=date(2026, 7, 1), by=office, now=NOW)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=31))
    client = sign_in(office)

    def said(page: str) -> list[str]:
        menu, page = 'title="3（打包项目按一个计为 2 个）"', client.get(page).content.decode()
        assert menu in page
        return re.findall(r"（打包项目按一个计为 (\d+) 个）", page.replace(menu, ""))

    found = {page: said(page) for page in (
        "/projects/map/?month=2026-06", "/projects/schedule/?month=2026-06", "/projects/lists/?year=2026",
        f"/projects/lists/{roster.pk}/",
    )}  # fmt: skip
    # of a list: as it stands, at the end of June and July, and of who came in June
    assert list(found.values()) == [["2"], ["1"], ["1"], ["1", "1", "1", "1"]]
    for one in (world.first, world.second, world.alone):
        Sponsor.objects.create(project=one, post=world.people.leader.current_posts[0])
    mine = sign_in(world.people.leader).get("/projects/sponsorship/mine/").content.decode()
    assert "（打包项目按一个计为 2 个）" in mine.partition("<main")[2]
    lights = light_counts(world.county, JUNE, LightRules())
    assert {one.key: (one.count, one.both) for one in lights} == {"behind": (3, "（打包项目按一个计为 2 个）")}


@dear
@given(steps=st.lists(STEP, min_size=2, max_size=5), close=st.integers(0, 8))
def test_both_counts_agree_with_a_plain_recount_of_every_month(
    steps: list[tuple[int, int, int | None]], close: int, county: Unit, people: People
) -> None:
    with transaction.atomic():
        replay(steps, close, county, people)
        transaction.set_rollback(True)  # the next example finds the county as this one did


def replay(steps: list[tuple[int, int, int | None]], close: int, county: Unit, people: People) -> None:
    """Beside the rows a plain list is kept of who was in which package at each month's end; closed months of it don't
    change."""
    every = [make_project(county, name=f"项目{n}", counts_from=date(2026, 1, 1)) for n in range(4)]
    months.fill(county, now=NOW)
    world = SimpleNamespace(county=county, people=people)
    inside: dict[int, int | None] = dict.fromkeys(range(4))
    ends = [Period.month(2026, number) for number in range(6, 13)]
    plain = {str(month): dict(inside) for month in ends}
    now, closed = NOW, NOW.date()
    for n, (days, one, into) in enumerate(steps):
        now += timedelta(days=min(days, 25), hours=1)
        if now.year > 2026:
            break
        if n == close:
            month = Period.of(now.date())
            close_month(county, month, by=people.office, now=now, reason="提前")
            closed = month.next().first
        try:
            if into is None:
                unpack(world, every[one], now=now)
            else:
                pack(world, every[one], into=every[into], now=now)
        except Refused:
            continue
        inside[one] = into
        since = max(closed, now.date())
        for month in ends:
            if month.last >= since:
                plain[str(month)] = dict(inside)
    for month in ends:
        there = plain[str(month)]
        heads = {package for package in there.values() if package is not None}
        leaves = [n for n in range(4) if n not in heads]
        groups = {there[n] if there[n] is not None else n for n in leaves}
        assert counted(world, month) == (len(leaves), len(groups)), month
    assert not list(months.check(now=now))
