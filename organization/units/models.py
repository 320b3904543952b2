"""Units: a tree with the county or town (or a city above several) at its root, valid from one day to another."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.expressions import Combinable


class UnitKind(models.TextChoices):
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWN = "town", _("Town")
    OFFICE = "office", _("Command office")
    LEADERS = "leaders", _("Leadership")
    DEPARTMENT = "department", _("Department")
    TOWNSHIP = "township", _("Township")
    ZONE = "zone", _("Development zone")
    SQUAD = "squad", _("Squad")
    OTHER = "other", _("Other unit")


#: The kinds that are no working unit: what stands at the root, and the leadership.
ROOTS = (UnitKind.CITY, UnitKind.COUNTY, UnitKind.TOWN)
#: The kinds that have projects to report on; each stands in one group of a county's ranking.
REPORTING = (UnitKind.TOWNSHIP, UnitKind.ZONE, UnitKind.DEPARTMENT, UnitKind.OTHER)


class Placed(Protocol):
    """What has a place in the tree."""

    @property
    def path(self) -> str: ...


def within(field: str, places: Iterable[Unit | str | Combinable]) -> Q:
    """The condition that the unit at *field* is one of *places* (units, or their paths) or below one."""
    found = Q(pk__in=[])
    for place in places:
        found |= Q(**{f"{field}__path__startswith": place.path if isinstance(place, Unit) else place})
    return found


def is_within(path: str, places: Iterable[Placed]) -> bool:
    """Whether the unit with *path* is one of *places* or below one."""
    return any(path.startswith(place.path) for place in places)


MERGES = 3  # of a unit that was merged into another one, and that again, which are followed from a code


class UnitQuerySet(models.QuerySet["Unit"]):
    def within(self, unit: Unit) -> UnitQuerySet:
        """*unit* and all units below it."""
        return self.filter(path__startswith=unit.path)

    def counties(self) -> UnitQuerySet:
        """The units that are counties of their own: counties, and towns that stand at the root."""
        return self.filter(county=F("pk"))

    def below(self, places: Iterable[Placed]) -> UnitQuerySet:
        """*places* and all units below them."""
        found = Q(pk__in=[])
        for place in places:
            found |= Q(path__startswith=place.path)
        return self.filter(found)

    def reporting(self) -> UnitQuerySet:
        """The units that have projects to report on and can be ranked."""
        return self.filter(active=True, kind__in=REPORTING)

    def valid(self, on: date) -> UnitQuerySet:
        """The units that there are on the day *on*, past or to come."""
        begun, ended = Q(since=None) | Q(since__lte=on), Q(until__gte=on) | Q(until=None, active=True)
        return self.filter(begun, ended)

    def standing_for(self, code: str) -> UnitQuerySet:
        """The unit of the *code* that a county's file names: where it was merged, the one that it was merged into."""
        whole = Q(code=code, merged_into=None)
        for steps in range(1, MERGES + 1):
            whole |= Q(**{f"{'__'.join(['merged_from'] * steps)}__code": code}, merged_into=None)
        return self.filter(pk__in=Unit.objects.filter(whole).order_by().values("pk"))


class Unit(models.Model):
    """A node of the tree with the county or town (or a city above counties) at the root.

    `path` is the codes from the root, `huinan/caishiju/`, so that a subtree is one prefix; `county` is the
    nearest county upwards, the node itself included; a town at the root is a county of its own. `since` and `until`
    are the first and the last day; `active` says whether it is valid now, and the heartbeat keeps it so. `former`
    keeps what it was called and where it stood before a change on the page, oldest first, each up to the day `until`.
    """

    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=100)  # as long as the name: never cut
    kind = models.CharField(_("kind of unit"), max_length=12, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, unique=True, editable=False)
    county = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    aliases = models.JSONField(_("other ways to write the name"), default=list, blank=True)
    position = models.PositiveIntegerField(_("position in lists"), default=0)
    active = models.BooleanField(_("active"), default=True)
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("last day"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name=_("merged into")
    )
    three_admins = models.BooleanField(default=False, editable=False)  # of a county: its profile keeps them apart
    former = models.JSONField(default=list, blank=True, editable=False)  # [{"until", "name", "short_name", "parent"}]

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"
        if self.kind == UnitKind.COUNTY or (self.parent is None and self.kind != UnitKind.CITY):
            super().save(*args, **kwargs)
            if self.county_id != self.pk:
                self.county = self
                super().save(update_fields=["county"])
            return
        self.county_id = self.parent.county_id if self.parent else None
        super().save(*args, **kwargs)

    @property
    def is_county(self) -> bool:
        return self.pk is not None and self.county_id == self.pk

    @property
    def standing(self) -> Unit:
        """The unit that stands for it now: itself, or the one that it was merged into."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found

    def valid_on(self, day: date) -> bool:
        """Whether there is this unit on *day*; `UnitQuerySet.valid` asks the same."""
        begun = self.since is None or self.since <= day
        return begun and (self.active if self.until is None else self.until >= day)

    def stood_on(self, day: date) -> str | None:
        """The code of the unit that it stood below on *day*; None for where it stands now."""
        return next((str(one["parent"]) for one in self.former if day <= date.fromisoformat(one["until"])), None)

    def called_on(self, day: date) -> str:
        """Its short name on *day*."""
        names = (str(one["short_name"]) for one in self.former if day <= date.fromisoformat(one["until"]))
        return next(names, self.short_name)
