"""Who is told. Holders of posts, active, each person once."""

from __future__ import annotations

from datetime import date

from dispatch.problems.models import Problem, rung_posts
from dispatch.problems.rules import Level, ProblemRules
from organization.people.models import Post, Role, User
from organization.people.recipients import _people, holders, of_unit
from organization.portfolios.models import leaders_of
from organization.profiles.rules import rules_of
from organization.units.models import is_within


def of_level(level: Level, problem: Problem, on: date) -> list[User]:
    """Those who answer at a rung of the ladder: one post, the owner unit, or holders of a role.

    A title that several units have means the owner's own, or of the nearest unit above it; without such a post its
    heads. For a leaders' rung without a post those are the leaders who sponsor the project, if it has any; else those
    who answer by portfolio for the owner unit or the project's sector on the day *on*; else all leaders.
    """
    if level.post:
        return _at_post(level, problem) or of_unit(problem.owner_unit, Role.UNIT_HEAD)
    if level.role == "owner":
        return of_unit(problem.owner_unit, Role.UNIT_HEAD)
    if level.role == Role.LEADER:
        sponsors = _people(Post.objects.filter(sponsored__project=problem.project))
        if sponsors:
            return sponsors
        posts = leaders_of(problem.county, sector=problem.project.sector, unit=problem.owner_unit, on=on)
        if found := _people(Post.objects.filter(pk__in=[post.pk for post in posts])):
            return found
    return holders(problem.county, level.role)


def rung(problem: Problem) -> Level | None:
    """The rung of the county's ladder that *problem* has reached."""
    ladder = rules_of(problem.county)[ProblemRules].ladder
    return ladder[min(problem.level, len(ladder) - 1)] if ladder else None


def level_name(problem: Problem) -> str:
    """The label of the rung the problem stands on."""
    level = rung(problem)
    return str(level.label) if level else ""


def holds_rung(person: User, problem: Problem) -> bool:
    """Whether *person* holds the post that the rung of *problem* names: the only one asked there by title."""
    level = rung(problem)
    if level is None or not any(post.called(level.post) for post in person.current_posts):
        return False
    return person in _at_post(level, problem)


def _at_post(level: Level, problem: Problem) -> list[User]:
    posts = rung_posts(level, problem.county)
    if len({post.unit_id for post in posts}) > 1:
        above = [post.unit for post in posts if is_within(problem.owner_unit.path, [post.unit])]
        nearest = max(above, key=lambda unit: len(unit.path), default=None)
        posts = [post for post in posts if post.unit == nearest]
    return list({post.holder_id: post.holder for post in posts if post.holder and post.holder.is_active}.values())
