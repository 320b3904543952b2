"""What pages show of photos: a month of a project beside the month before, counts of many projects. Reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.photos.models import Day, Photo
from projects.photos.permissions import can_add_photo, can_remove_photo
from projects.photos.rules import PhotoRules
from projects.registry.models import STARTED_STAGES, Project
from projects.registry.months.models import ReportingMonth

LATEST = 6  # on the project's page


class Odd(NamedTuple):
    """What is odd about a photo, in words, and where that leads."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Shown:
    """A photo on a page."""

    photo: Photo
    odd: tuple[Odd, ...]
    said: str
    may_remove: bool = False

    @property
    def alt(self) -> str:
        """For who can't see it."""
        return self.photo.caption or _("Photo of %(project)s") % {"project": self.photo.project}


@dataclass(frozen=True)
class Month:
    """A project's month beside the one before. `lacking`: how many more the county asks for; `why_not`: why *user*
    can't add any."""

    project: Project
    period: Period
    photos: tuple[Shown, ...]
    before: tuple[Shown, ...]
    removed: tuple[Shown, ...]
    why_not: str
    lacking: int

    @property
    def odd(self) -> int:
        return sum(bool(one.odd) for one in self.photos)


class Tally(NamedTuple):
    """How many photos a project has of a month, and how many of them are odd."""

    photos: int
    odd: int


def month_of(project: Project, period: Period, *, user: User, on: date) -> Month:
    """Three queries."""
    before = period.previous()
    found = list(_read(Photo.objects.filter(project=project, month__in=[str(period), str(before)])))
    for photo in found:
        photo.project = project
    months = ReportingMonth.objects.filter(county=project.county_id, month=str(period), closed_at__isnull=False)
    closed = months.exists()
    may = can_add_photo(user, project)
    why_not = "" if may else may.why
    if may and closed:
        why_not = _("The month is closed: its photos stay as they are.")
    mine = [photo for photo in found if photo.month == str(period)]
    there = tuple(shown(photo, on, user=None if closed else user) for photo in mine if photo.removed_at is None)
    asked = rules_of(project.county)[PhotoRules].asked if project.stage in STARTED_STAGES else 0
    return Month(
        project,
        period,
        there,
        tuple(shown(p, on) for p in found if p.month == str(before) and p.removed_at is None),
        tuple(shown(p, on, user=None if closed else user) for p in mine if p.removed_at is not None),
        why_not,
        max(0, asked - len(there)),
    )


def latest_of(project: Project, on: date) -> list[Shown]:
    """The newest of a project, of whatever month: one query."""
    found = list(_read(Photo.objects.there().filter(project=project)).order_by("-month", "-at", "-pk")[:LATEST])
    for photo in found:
        photo.project = project
    return [shown(photo, on) for photo in found]


def _read(photos: Any) -> Any:
    return photos.select_related("by", "removed_by", "twin__project")


def shown(photo: Photo, on: date, user: User | None = None) -> Shown:
    """*photo* as a page of the day *on* shows it to *user*, who may remove it or not."""
    may = user is not None and bool(can_remove_photo(user, photo))
    return Shown(photo, tuple(odd(photo, on, user)), taken(photo, on), may)


def odd(photo: Photo, on: date, user: User | None = None) -> Iterable[Odd]:
    """What is odd about it, one sentence each."""
    if twin := photo.twin:
        month = figures.month(twin.month, on)
        said = {"project": twin.project, "month": month}
        text = (
            _("Looks like another photo of this month")
            if (twin.project_id, twin.month) == (photo.project_id, photo.month)
            else _("Looks like a photo of %(month)s") % said
            if twin.project_id == photo.project_id
            else _("Looks like a photo of “%(project)s”, %(month)s") % said
        )
        yield Odd(text, f"{reverse('projects:photos', args=[twin.project_id, twin.month])}#p{twin.pk}")
    if photo.odd_day == Day.CLOCK and photo.taken_at:
        year = {"year": timezone.localtime(photo.taken_at).year}
        yield Odd(_("Says that it was taken in %(year)s: the clock of the phone was not set") % year)
    elif photo.odd_day == Day.OUTSIDE and photo.taken_at:
        said = {"day": figures.day(photo.taken_at, on), "month": figures.month(photo.month, on)}
        yield Odd(_("Taken on %(day)s, not in %(month)s") % said)
    if photo.far and photo.metres is not None:
        yield Odd(_("Taken %(far)s from the site") % {"far": distance(photo.metres)})


def taken(photo: Photo, on: date) -> str:
    """When it was taken and how far from the site, or that it doesn't say so."""
    unknown = _("doesn't say when it was taken")
    when = figures.moment(photo.taken_at) if photo.taken_at else unknown
    if photo.metres is not None:
        return _("%(when)s, %(far)s from the site") % {"when": when, "far": distance(photo.metres)}
    if photo.longitude is None:
        return _("%(when)s; doesn't say where") % {"when": when}
    return _("%(when)s; the project's place isn't on file") % {"when": when}


def distance(metres: int) -> str:
    """850 m, 12.3 km."""
    if metres < 1000:
        return _("%(n)s m") % {"n": metres}
    return _("%(n)s km") % {"n": f"{metres / 1000:,.1f}"}


def tallies(county: Unit | int, period: Period, projects: Iterable[int]) -> dict[int, Tally]:
    """Of those of *projects* that have any: one query."""
    found = Photo.objects.there().of_months(county, period).of_projects(projects).order_by()
    counts = found.values_list("project").annotate(n=Count("pk"), odd=Count("pk", filter=Q(flagged=True)))
    return {project: Tally(n, strange) for project, n, strange in counts}
