"""Many projects read at once: what a page has seen of them, who sponsors them, what stands in an act's way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from core.amounts.cells import tight
from organization.people.models import Post
from organization.units.models import Unit
from projects.choices import State
from projects.registry.models import Project, Sponsor

Sponsors = dict[int, list[Sponsor]]
PURSUED = (State.ACTIVE, State.SUSPENDED)


def versions(pks: Iterable[int]) -> dict[int, int]:
    """What a page has seen of projects."""
    return dict(Project.objects.filter(pk__in=list(pks)).values_list("pk", "version"))


def stamps(pks: Iterable[int]) -> dict[int, int]:
    """What a page has seen of projects' sponsors, as `newest_version` says of one: 0 where there is none."""
    wanted = list(pks)
    there = Sponsor.objects.filter(project__in=wanted).values("project")
    history: Any = Sponsor.history
    newest = history.filter(project__in=there).order_by().values("project").annotate(newest=Max("history_id"))
    found = dict(newest.values_list("project", "newest"))
    return {pk: found.get(pk, 0) for pk in wanted}


def sponsors_of(pks: Iterable[int]) -> Sponsors:
    found: Sponsors = {}
    rows = Sponsor.objects.filter(project__in=list(pks)).select_related("post")
    for sponsor in rows.order_by("position", "pk"):
        found.setdefault(sponsor.project_id, []).append(sponsor)
    return found


def with_leader(sponsors: Sequence[Sponsor], leader: Post) -> list[Post]:
    """The sponsors' posts once *leader* stands first: in the place of who did, the others behind as they were."""
    return [leader, *(sponsor.post for sponsor in sponsors[1:] if sponsor.post_id != leader.pk)]


def posts_said(posts: Iterable[Post]) -> str:
    return _(", ").join(map(str, posts)) or _("nobody")


def again_on_file(projects: Iterable[Project], unit: Unit) -> set[int]:
    """Those of *projects* whose like *unit* leads already: on file once."""
    there = {tight(name): pk for pk, name in Project.objects.filter(lead_unit=unit).values_list("pk", "name")}
    return {one.pk for one in projects if there.get(tight(one.name), one.pk) != one.pk}


def aside(project: Project) -> str:
    """Why nothing is done to a project that nobody pursues any more."""
    return "" if project.state in PURSUED else _("The project is not being pursued any more")
