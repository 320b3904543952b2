"""What pages show of sponsorship: a project's team and visits, a leader's own page. Reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from core.days.office import calendar
from core.days.periods import Period
from core.due import due_items
from core.records.order import last
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.lights import Facts, Light, light
from projects.photos.models import Photo
from projects.photos.pages import Shown, shown
from projects.registry.models import Project, Sponsor
from projects.registry.months.counts import of_packages
from projects.registry.months.models import ProjectMonth
from projects.reports.months import latest_period
from projects.rules import LightRules
from projects.sponsorship.gaps import Standing, standings
from projects.sponsorship.models import LeaderReport, Member, Part, Side, Visit, called
from projects.sponsorship.permissions import can_set_team, can_withdraw_visit, visitors
from projects.sponsorship.rules import Owed, SponsorshipRules, asked_from

SHOWN = 3  # visits on the page of a project
SAID = 5  # of a leader's own
OWN = "sponsorship_visit"  # the kind of what is due here


@dataclass(frozen=True)
class Line:
    """A line of the team: what the part is, who has it, since when; *member* if it can be changed here."""

    label: str
    who: str
    phone: str = ""
    since: date | None = None
    member: Member | None = None


def team(project: Project, on: date) -> list[Line]:
    """The team on the day *on*: the sponsors, the lead unit's head, then the members by their parts. Three queries."""
    sponsors = list(project.sponsors.select_related("post__unit", "post__holder"))
    heads = heads_of([project.lead_unit_id]).get(project.lead_unit_id, [])
    members = project.members.on(on).select_related("post__unit", "post__holder")
    order = list(Part)
    return [
        *(Line(str(Side.LEADER.label), called(one.post), _phone(one.post), one.since) for one in sponsors),
        *(Line(str(Side.HEAD.label), post.in_full, _phone(post)) for post in heads[:1]),
        *(
            Line(str(Part(one.part).label), str(one), one.phone, one.since, one)
            for one in sorted(members, key=lambda one: (order.index(Part(one.part)), one.since, one.pk))
        ),
    ]


def heads_of(units: Iterable[int]) -> dict[int, list[Post]]:
    """The heads' posts of *units*, by unit."""
    found: dict[int, list[Post]] = {}
    posts = Post.objects.filter(unit__in=list(units), role=Role.UNIT_HEAD, active=True)
    for post in posts.select_related("unit", "holder").order_by("position", "pk"):
        found.setdefault(post.unit_id, []).append(post)
    return found


def _phone(post: Post) -> str:
    return post.holder.phone if post.holder else ""


def visits_of(projects: Any, on: date, limit: int | None = None) -> list[tuple[Visit, list[Shown]]]:
    """The visits to *projects* (a condition) with who went, who entered them and their photos as a page of the day
    *on* shows them, the newest first."""
    rows = Visit.objects.filter(projects).select_related("post__unit", "by", "withdrawn_by", "project")
    return with_pictures(rows[:limit] if limit else rows, on)


def with_pictures(rows: Any, on: date) -> list[tuple[Visit, list[Shown]]]:
    """*rows* of visits, each with its photos that nobody removed. Two queries more, and one for files of before."""
    there = Photo.objects.there().select_related("by", "project", "twin__project")
    found = rows.prefetch_related("photos", Prefetch("pictures", there))
    return [(visit, [shown(photo, on) for photo in visit.pictures.all()]) for visit in found]


def of_project(project: Project, user: User, on: date, *, whole: bool) -> dict[str, Any]:
    """The part of a project's page; *whole* is the page of its own."""
    rules = rules_of(project.county)[SponsorshipRules]
    standing = standings([project], rules, on, calendar())[project.pk]
    visits = visits_of(Q(project=project), on, None if whole else SHOWN)
    return {
        "project": project,
        "stage": rules.stage(project.stage),
        "team": team(project, on),
        "missing": [part.label for part in Part if part not in {one.part for one in project.members.on(on)}],
        "may_team": can_set_team(user, project).ok,
        "running": [one for side in Side for one in standing.running(side)],
        "missed": [(side.label, n) for side in Side if (n := standing.missed(side))],
        "last": [(side.label, standing.last[side]) for side in Side if side in standing.last],
        "visits": [(one, pictures, can_withdraw_visit(user, one).ok) for one, pictures in visits],
        "may_visit": bool(visitors(user, project)),
        "whole": whole,
    }


# a leader's own page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """One of a leader's projects: its light, how its visits stand, what was last said of it."""

    project: Project
    light: Light | None
    row: ProjectMonth | None
    stage: Any
    standing: Standing

    @property
    def red(self) -> bool:
        return self.light is not None and self.light.colour == "red"

    @property
    def owed(self) -> list[Owed]:
        return self.standing.open(Side.LEADER)

    @property
    def visited(self) -> date | None:
        return self.standing.last.get(Side.LEADER)

    @property
    def missed(self) -> int:
        return self.standing.missed(Side.LEADER)


def sponsored(posts: Sequence[Post], period: Period, on: date) -> list[Mine]:
    """The projects that *posts* sponsor, those with a red light first, then who owes a visit. Five queries."""
    if not posts:
        return []
    county = posts[0].unit.county
    rules = rules_of(county)
    mine = Sponsor.objects.filter(post__in=posts).values("project")
    projects = Project.objects.filter(county=county, pk__in=mine).kept().select_related("lead_unit")
    rows = {
        row.project_id: row
        for row in ProjectMonth.objects.of(county, period).filter(project__in=mine)  # type: ignore[arg-type]  # it has a county
    }
    found_projects = list(projects.order_by(last("number"), "pk"))
    standing = standings(found_projects, rules[SponsorshipRules], on, calendar())
    found = []
    for project in found_projects:
        row = rows.get(project.pk)
        colour = light(Facts.of(row), period, rules[LightRules]) if row else None
        stage = rules[SponsorshipRules].stage(project.stage)
        found.append(Mine(project, colour, row, stage, standing[project.pk]))
    return sorted(found, key=lambda one: (not one.red, not one.owed))


@dataclass(frozen=True)
class Task:
    """A duty of a leader's that runs: at how many projects it is done, where it is still owed, and by when."""

    label: Any
    due_on: date
    done: int
    owed: Sequence[Project]

    @property
    def count(self) -> int:
        return self.done + len(self.owed)


def tasks(found: Iterable[Mine], side: Side = Side.LEADER) -> list[Task]:
    """The duties that run, over all of *found*."""
    kept: dict[str, list[tuple[Owed, Project]]] = {}
    for one in found:
        for due in one.standing.running(side):
            kept.setdefault(due.duty.code, []).append((due, one.project))
    return [
        Task(
            rows[0][0].duty.label,
            rows[0][0].due_on,
            sum(due.done is not None for due, _project in rows),
            [project for due, project in rows if due.done is None],
        )
        for rows in kept.values()
    ]


def mine(user: User, county: Unit, now: datetime, on: date) -> dict[str, Any]:
    """A leader's page: the reds first, what is asked, what was said last time and what became of it."""
    posts = [post for post in user.current_posts if post.role == Role.LEADER and post.unit.county_id == county.pk]
    period = latest_period(county, on)
    found = sponsored(posts, period, on)
    items = [item for item in due_items(county, now, person=user) if item.kind != OWN]
    said = Visit.objects.filter(post__in=posts).counted().exclude(settled="")
    said = said.select_related("project__lead_unit", "post__unit")
    parts = [one.project for one in found if one.project.package_id != one.project.pk]
    return {
        "period": period,
        "projects": found,
        "both": of_packages(one.package_id for one in parts).said,
        "reds": [one for one in found if one.red],
        "tasks": tasks(found),
        "owing": [one for one in found if one.owed],
        "asked": items,
        "said": with_pictures(said[:SAID], on),
        "reports": list(LeaderReport.objects.filter(post__in=posts).exclude(sent_at=None)[:3]),
        "posts": posts,
    }


# who owes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Debt:
    """What one post owes of one duty in a period that runs: at which projects."""

    post: Post
    owed: Owed
    projects: Sequence[Project]


def debts(county: Unit, on: date, *, person: User | None = None) -> list[Debt]:
    """What posts of *county* owe on the day *on* and people are reminded of by now (`asked_from`): of all, or those
    that *person* holds. Leaders owe where they are the first sponsor, heads where their unit leads."""
    rules = rules_of(county)[SponsorshipRules]
    running = [duty for duty in rules.duties if asked_from(Period.of(on, duty.cycle)) <= on]
    if not running or (person is not None and not person.holds(Role.LEADER, Role.UNIT_HEAD, at=county)):
        return []
    projects = list(_of(county, person))
    standing = standings(projects, rules, on, calendar(), first=min(Period.of(on, one.cycle).first for one in running))
    leaders = first_sponsors(projects)
    heads = heads_of({project.lead_unit_id for project in projects})
    found: dict[tuple[int, str], tuple[Post, Owed, list[Project]]] = {}
    for project in projects:
        for side in Side:
            first = (
                leaders.get(project.pk)
                if side == Side.LEADER
                else next(iter(heads.get(project.lead_unit_id, [])), None)
            )
            if first is None or (person is not None and first.holder_id != person.pk):
                continue
            for one in standing[project.pk].open(side):
                if one.duty in running:
                    found.setdefault((first.pk, one.duty.code), (first, one, []))[2].append(project)
    return [Debt(post, one, rows) for post, one, rows in found.values()]


def _of(county: Unit, person: User | None) -> Any:
    """The projects under way, of *person* those that it can be about."""
    rows = Project.objects.filter(county=county, completed_on=None).active().select_related("lead_unit")
    if person is not None:
        posts = [post for post in person.current_posts if post.unit.county_id == county.pk]
        mine = Sponsor.objects.filter(post__in=posts).values("project")
        units = [post.unit_id for post in posts if post.role == Role.UNIT_HEAD]
        rows = rows.filter(Q(pk__in=mine) | Q(lead_unit__in=units))
    return rows.order_by(last("number"), "pk")


def first_sponsors(projects: Iterable[Project]) -> dict[int, Post]:
    rows = Sponsor.objects.filter(project__in=[one.pk for one in projects]).select_related(
        "post__unit", "post__holder"
    )
    found: dict[int, Post] = {}
    for one in rows.order_by("position", "pk"):
        found.setdefault(one.project_id, one.post)
    return found


def names(projects: Sequence[Project]) -> str:
    """The first three of *projects*, and how many there are."""
    said = str(_(", ")).join(project.name for project in projects[:3])
    more = len(projects) - 3
    return _("%(names)s and %(n)s more") % {"names": said, "n": more} if more > 0 else said
