"""Units: a tree with the county (or a city above several) at its root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.expressions import Combinable


class UnitKind(models.TextChoices):
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    OFFICE = "office", _("Command office")
    LEADERS = "leaders", _("Leadership")
    DEPARTMENT = "department", _("Department")
    TOWNSHIP = "township", _("Township")
    ZONE = "zone", _("Development zone")
    SQUAD = "squad", _("Squad")
    OTHER = "other", _("Other unit")


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


class UnitQuerySet(models.QuerySet["Unit"]):
    def within(self, unit: Unit) -> UnitQuerySet:
        """*unit* and all units below it."""
        return self.filter(path__startswith=unit.path)

    def below(self, places: Iterable[Placed]) -> UnitQuerySet:
        """*places* and all units below them."""
        found = Q(pk__in=[])
        for place in places:
            found |= Q(path__startswith=place.path)
        return self.filter(found)

    def reporting(self) -> UnitQuerySet:
        """The units that have projects to report on and can be ranked."""
        return self.filter(active=True, kind__in=REPORTING)


class Unit(models.Model):
    """A node of the tree with the county (or a city above counties) at the root.

    `path` is the codes from the root, `huinan/caishiju/`, so that a subtree is one prefix; `county` is the
    nearest county upwards, the node itself included.
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

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"
        if self.kind == UnitKind.COUNTY:
            super().save(*args, **kwargs)
            if self.county_id != self.pk:
                self.county = self
                super().save(update_fields=["county"])
            return
        self.county_id = self.parent.county_id if self.parent else None
        super().save(*args, **kwargs)
