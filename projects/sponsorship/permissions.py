from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from organization.people.models import Post, Role, User
from organization.permissions import YES, Answer, works_for
from organization.units.models import Unit
from projects.choices import State
from projects.registry.models import Project
from projects.sponsorship.models import LeaderReport, Member, Part, Side, Visit

FOLLOWS = (Role.OFFICE, Role.SUPERVISION, Role.LEADER, Role.OFFICER, Role.UNIT_HEAD)


def is_secretary(user: User, project: Project) -> bool:
    """Whether *user* holds a post that is the secretary of *project* now."""
    posts = [post.pk for post in user.current_posts]
    return bool(posts) and project.members.filter(part=Part.SECRETARY, until=None, post__in=posts).exists()


def leaders_of_secretary(user: User) -> list[Post]:
    """The leaders to whom *user* reports: those who sponsor a project whose secretary the person is."""
    posts = [post.pk for post in user.current_posts]
    if not posts:
        return []
    mine = Member.objects.filter(part=Part.SECRETARY, until=None, post__in=posts).values("project")
    kept = Project.objects.kept().filter(pk__in=mine).values("pk")
    found = Post.objects.filter(sponsored__project__in=kept, active=True).select_related("unit", "holder")
    return list(found.order_by("unit__position", "position", "pk").distinct())


def can_see_gaps(user: User, county: Unit | int) -> Answer:
    """The list of who was where and who owes a visit: those who go, who work on projects, and who look after it."""
    if user.holds(*FOLLOWS, at=county):
        return YES
    return Answer(False, _("Visits are for leaders, units, supervision and the command office"))


def can_set_team(user: User, project: Project) -> Answer:
    """Say who belongs to the team: the office and who works for the lead unit."""
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit):
        return YES
    return Answer(False, _("Only the lead unit and the command office say who belongs to the team"))


def visitors(user: User, project: Project) -> list[tuple[Post, Side]]:
    """Whose visits to *project* the person may enter: the own ones as its leader or as head of the lead unit; the
    office and the project's secretary for all of them."""
    if project.state not in (State.ACTIVE, State.SUSPENDED):
        return []
    leaders = [one.post for one in project.sponsors.select_related("post__unit", "post__holder")]
    heads = list(
        Post.objects.filter(unit=project.lead_unit_id, role=Role.UNIT_HEAD, active=True)
        .select_related("unit", "holder")
        .order_by("position", "pk")
    )
    every = [*((post, Side.LEADER) for post in leaders), *((post, Side.HEAD) for post in heads)]
    if user.is_office_of(project.county_id) or is_secretary(user, project):
        return every
    return [(post, side) for post, side in every if post.holder_id == user.pk]


def can_enter_visit(user: User, project: Project) -> Answer:
    if visitors(user, project):
        return YES
    return Answer(
        False, _("Only the project's leader, the head of its lead unit, its secretary and the office enter visits")
    )


def can_withdraw_visit(user: User, visit: Visit) -> Answer:
    """Who entered it, whose it is, and the office."""
    if visit.withdrawn_at is not None:
        return Answer(False, _("It has been withdrawn"))
    if visit.by_id == user.pk or visit.post in user.current_posts or user.is_office_of(visit.project.county_id):
        return YES
    return Answer(False, _("Only who entered it, whose visit it is and the command office withdraw it"))


def can_restore_visit(user: User, visit: Visit) -> Answer:
    """Let a withdrawn visit count again: who withdrew it, and the office."""
    if visit.withdrawn_at is None:
        return Answer(False, _("It counts"))
    if visit.withdrawn_by_id == user.pk or user.is_office_of(visit.project.county_id):
        return YES
    return Answer(False, _("Only who withdrew it and the command office bring it back"))


def can_see_report(user: User, post: Post) -> Answer:
    """What is reported to a leader: the leader, who reports, the office, supervision."""
    if post in user.current_posts or user.holds(Role.SUPERVISION, at=post.unit.county_id):
        return YES
    return can_write_report(user, post)


def can_write_report(user: User, post: Post) -> Answer:
    if user.is_office_of(post.unit.county_id) or _has(leaders_of_secretary(user), post):
        return YES
    return Answer(
        False, _("Only the secretaries of the leader's projects and the command office report to the leader")
    )


def can_send_report(user: User, report: LeaderReport) -> Answer:
    if report.sent_at is not None:
        return Answer(False, _("It is sent"))
    return can_write_report(user, report.post)


def _has(posts: Iterable[Post], post: Post) -> bool:
    return post.pk in {one.pk for one in posts}
