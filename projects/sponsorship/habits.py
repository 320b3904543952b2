"""How leaders and heads go to the site in the replayed year: most in time, some not; and what secretaries report."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from core.days.office import calendar
from core.days.periods import Kind as Cycle
from core.days.periods import Period
from core.habits import Day, Habit, Scene
from organization.people.models import Post, Role
from organization.profiles.rules import rules_of
from projects.registry.models import Project, Sponsor
from projects.sponsorship import monthly, pages
from projects.sponsorship.gaps import standings
from projects.sponsorship.models import Kind, Member, Part, Side
from projects.sponsorship.rules import SponsorshipRules
from projects.sponsorship.services import appoint, record_visit, send_report

SETTLED = (
    "由牵头单位本周内把用地手续送审，下周一报进展",
    "供电部门十个工作日内完成线路迁改，牵头单位跟踪",
    "建设单位增加班组，月底前完成基础施工",
    "项目秘书每周报一次进度，遇到卡点当天报告",
    "环评、水保同步报批，审批部门提前介入",
)
REMARKS = ("各项目按计划推进，红灯项目请领导现场协调。", "用地、资金两类问题较多，建议召开一次专题会。", "")
PLACES = ("项目施工现场", "项目部会议室", "")
BUILDERS = ("项目经理", "总经理", "甲方代表")
PER_DAY = {Cycle.WEEK: 0.27, Cycle.MONTH: 0.09, Cycle.QUARTER: 0.026}  # chance on a working day, while it is owed


@dataclass
class Kept:
    teams: set[int] = field(default_factory=set)  # projects that have one
    month: str = ""  # that was reported


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    rules = rules_of(scene.county)[SponsorshipRules]
    if not rules.duties and not rules.report_workday:
        return
    rows = (
        Project.objects.filter(county=scene.county, completed_on=None).active().select_related("lead_unit", "county")
    )
    projects = list(rows.order_by("pk"))
    _teams(kept, scene, day, dice, projects)
    if rules.duties:
        _visits(scene, day, dice, projects, rules)
    if rules.report_workday:
        _report(kept, scene, day, dice, rules)


def _teams(kept: Kept, scene: Scene, day: Day, dice: Random, projects: list[Project]) -> None:
    """Each new project gets its team by the lead unit's officer."""
    inspectors = list(
        Post.objects.filter(unit__county=scene.county, role=Role.SUPERVISION, active=True).order_by("pk")
    )
    for project in projects:
        officer = scene.officers.get(project.lead_unit_id)
        if project.pk in kept.teams or officer is None:
            continue
        kept.teams.add(project.pk)
        told: dict[str, Any] = {"by": officer, "on": day.on, "now": day.now}
        own = next((post for post in officer.current_posts if post.unit_id == project.lead_unit_id), None)
        with scene.tries.step("appoint"):
            if own is not None:
                appoint(project, part=Part.SECRETARY, post=own, **told)
            if project.owner:
                appoint(project, part=Part.BUILDER, title=f"{project.owner[:40]}{dice.choice(BUILDERS)}", **told)
            if inspectors:
                appoint(project, part=Part.INSPECTOR, post=dice.choice(inspectors), **told)
            for unit in project.cooperating_units.all()[:2]:
                if heads := pages.heads_of([unit.pk]).get(unit.pk):
                    appoint(project, part=Part.COOPERATING, post=heads[0], **told)


def _visits(scene: Scene, day: Day, dice: Random, projects: list[Project], rules: SponsorshipRules) -> None:
    """What is owed today is done today now and then; the office enters some of it."""
    first = min(Period.of(day.on, duty.cycle).first for duty in rules.duties)
    stands = standings(projects, rules, day.on, calendar(), first=first)
    leaders = pages.first_sponsors(projects)
    heads = pages.heads_of({project.lead_unit_id for project in projects})
    for project in projects:
        for owed in stands[project.pk].owed:
            side: str = owed.duty.who
            post = (
                leaders.get(project.pk)
                if side == Side.LEADER
                else next(iter(heads.get(project.lead_unit_id, ())), None)
            )
            if not owed.open or dice.random() > PER_DAY[owed.duty.cycle] or post is None or post.holder is None:
                continue
            kind = Kind(dice.choice(owed.duty.kinds))
            says = kind == Kind.STUDY or dice.random() < 0.3
            with scene.tries.step("visit"):
                record_visit(
                    project,
                    post=post,
                    kind=kind,
                    by=scene.office if dice.random() < 0.3 else post.holder,
                    on=day.on,
                    now=day.now,
                    place=dice.choice(PLACES),
                    settled=dice.choice(SETTLED) if says else "",
                )


def _report(kept: Kept, scene: Scene, day: Day, dice: Random, rules: SponsorshipRules) -> None:
    """On the day before it is due the secretaries report on the last month, all but a few."""
    period = Period.of(day.on).previous()
    due = monthly.due_on(period, rules)
    if due is None or kept.month == str(period) or day.on < due or period.last < scene.start:
        return
    kept.month = str(period)
    rows = Member.objects.filter(part=Part.SECRETARY, until=None, project__county=scene.county).select_related("post")
    secretaries = {one.project_id: one.post for one in rows}
    sent: set[int] = set()
    for sponsor in Sponsor.objects.filter(project__in=secretaries).select_related("post__unit__county").order_by("pk"):
        post = secretaries[sponsor.project_id]
        if sponsor.post_id in sent or post is None or post.holder is None or dice.random() < 0.1:
            continue
        sent.add(sponsor.post_id)
        with scene.tries.step("report_to_leader"):
            facts = monthly.facts(sponsor.post, period, day.on)
            send_report(sponsor.post, period, facts=facts, by=post.holder, now=day.now, remark=dice.choice(REMARKS))


HABITS = (Habit("sponsorship", 31, begin, live),)
