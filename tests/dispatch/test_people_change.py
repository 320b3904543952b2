"""A leader leaves and a deputy takes over on the 15th, an officer moves, a unit is merged: all in one county, and each
thing is as it should be: what is to do follows, what was signed and published stays."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from core.affected import affected
from core.days.periods import Period
from core.due import due_items
from core.refusals import NotAllowed
from dispatch.bulletins.files import document
from dispatch.problems import services as problems
from dispatch.problems.permissions import can_answer
from jobs.heartbeat import tick
from organization.changes import services as changes
from organization.handovers import services as handovers
from organization.people.models import Post, holder_on
from outbox.models import Notice
from projects.choices import ReportStatus
from projects.models import MonthlyReport, Project, Sponsor
from projects.reports import services as reports
from tests.support.factories import NOW, make_report, unit_of
from tests.support.months import publish_ranking

pytestmark = pytest.mark.django_db
FIFTEENTH = date(2026, 6, 15)
DAY = timedelta(days=1)


def again(row):
    return type(row).objects.get(pk=row.pk)


def due(person, now, kind):
    """How many things of *kind* stand on the list of *person*, who asks anew."""
    person = again(person)
    found = due_items(person.county, now, person=person) if person.county else []
    return sum(item.count or 1 for item in found if item.kind == kind)


def to_paper(bulletin):
    bulletin = again(bulletin)
    return bulletin.figures, document(bulletin)


def test_people_and_units_change_and_each_thing_is_as_it_should_be(county, people, ledger, signed):
    dryer, road, school = ledger
    leader, deputy = people.leader, people.other_leader
    first, second = Post.objects.get(title="县领导01"), Post.objects.get(title="县领导02")
    for project, post in ((dryer, first), (road, second)):
        Sponsor.objects.create(project=project, post=post)
    may = MonthlyReport.objects.get(project=dryer, month="2026-05")
    MonthlyReport.objects.filter(pk=may.pk).update(approved_by=leader, approved_at=NOW)
    waits = make_report(dryer, "2026-06", works=1_000_000, status=ReportStatus.SUBMITTED)
    problem = problems.raise_problem(
        dryer, title="临时用电", owner_unit=dryer.lead_unit, by=people.officer, on=NOW.date(), now=NOW
    )
    ranking = publish_ranking(county, Period.month(2026, 5), by=people.office, now=NOW)
    published = json.dumps(ranking.data, sort_keys=True)
    paper, signer = to_paper(signed), signed.signed_by
    july = NOW + timedelta(days=22)  # the month of June is to be approved by then

    # planned on the 10th: a leader leaves, the deputy takes over on the 15th
    plan = {"kind": "handover", "on": FIFTEENTH, "by": people.admin, "now": NOW, "reason": "县委〔2026〕9号"}
    handovers.plan_change(first, to_user=deputy, **plan)
    assert (due(leader, july, "report_approve"), due(deputy, july, "report_approve")) == (1, 0)
    tick(NOW + 4 * DAY)
    assert again(first).holder == leader

    morning = NOW + 5 * DAY
    for moment in (morning, morning + timedelta(hours=1)):
        assert not tick(moment).failures
    assert again(first).holder == deputy
    assert (due(leader, july, "report_approve"), due(deputy, july, "report_approve")) == (0, 1)
    with pytest.raises(NotAllowed):
        reports.approve(again(waits), by=again(leader), now=morning)
    reports.approve(again(waits), by=again(deputy), now=morning)
    assert (again(waits).approved_by, again(may).approved_by) == (deputy, leader)
    assert not again(leader).is_active
    assert [holder_on(first, FIFTEENTH - DAY), holder_on(first, FIFTEENTH)] == [leader, deputy]
    assert {p.name for p in Project.objects.sponsored_by(deputy)} == {dryer.name, road.name}
    assert Notice.objects.filter(person=leader, kind="post_taken").count() == 1

    # an officer moves: the other township's post, and no more the own one
    there = Post.objects.get(unit__code="dongguan", title="项目专员")
    here = Post.objects.get(unit__code="xicheng", title="项目专员")
    assert can_answer(again(people.officer), problem)
    handovers.plan_change(
        there, to_user=people.officer, leaves=True, kind="handover", on=FIFTEENTH, by=people.office, now=morning,
        reason="轮岗",
    )  # fmt: skip
    officer = again(people.officer)
    assert list(Project.objects.editable_by(officer)) == [road]
    assert not can_answer(officer, again(problem))
    assert (again(here).holder, problem.raised_by) == (None, people.officer)
    with pytest.raises(NotAllowed):
        reports.save(dryer, Period.month(2026, 6), by=officer, now=morning, works=1)

    # a unit is merged on the 20th: the township with its head goes into the other one
    changes.plan_change(
        unit_of(county, "xicheng"), kind="merge", into=unit_of(county, "dongguan"), on=date(2026, 6, 20),
        by=people.admin, now=morning, reason="并镇",
    )  # fmt: skip
    for moment in (NOW + 10 * DAY, NOW + 11 * DAY):
        assert not tick(moment).failures
    into = unit_of(county, "dongguan")
    assert {p.lead_unit for p in Project.objects.filter(pk__in=[dryer.pk, road.pk])} == {into}
    assert set(Project.objects.editable_by(again(people.officer))) == {dryer, road}
    assert again(problem).owner_unit == into
    assert can_answer(again(people.officer), again(problem))
    assert not affected(unit_of(county, "xicheng"), july)
    assert Sponsor.objects.get(project=dryer).post == first
    assert again(people.unit_head).unit == into

    # what was signed, ranked and published is what it was
    assert json.dumps(again(ranking).data, sort_keys=True) == published
    assert to_paper(signed) == paper
    assert (again(may).approved_by, again(may).status) == (leader, ReportStatus.ACCEPTED)
    assert again(signed).signed_by == signer
    assert again(leader).name == "县领导01"
    assert again(school).lead_unit == unit_of(county, "zhujian")
