"""Portfolios 分管领域: which sectors and units a leader's post answers for, from which day to which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.people.models import Post, Role, User
from organization.units.models import Unit, is_within


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def on(self, day: date) -> PortfolioQuerySet:
        """Those that hold on *day*, past or to come."""
        begun, ended = Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day)
        return self.filter(begun, ended, post__active=True, post__role=Role.LEADER)

    def of_county(self, county: Unit | int) -> PortfolioQuerySet:
        return self.filter(post__unit__county=county)


class Portfolio(models.Model):
    """What a leader's post answers for from `since` (None: as far back as is on file) to `until` (None: not over).

    A change from a day on is a row of its own, so that what held on a past day stays. `sectors` are codes of the
    county's classes. `proposed` are the units of a row that isn't stored.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="portfolios", verbose_name=_("leader's post"))
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    units = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name=_("units"))
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # null: the county's file
    at = models.DateTimeField(_("typed at"))

    proposed: Iterable[Unit] = ()
    objects = PortfolioQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[units])

    class Meta:
        ordering = ["post__position", "post", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "since"], name="portfolio_one_from_a_day"),
            models.UniqueConstraint(fields=["post"], condition=Q(until=None), name="portfolio_one_open"),
        ]

    def __str__(self) -> str:
        return str(self.post)

    @property
    def its_units(self) -> list[Unit]:
        """The units; those proposed if it isn't stored."""
        return list(self.units.all() if self.pk else self.proposed)


class Coverage:
    """Who answers for what in a county on one day. Two queries, however much is asked."""

    def __init__(self, county: Unit | int, on: date) -> None:
        found = Portfolio.objects.of_county(county).on(on).select_related("post__unit", "post__holder")
        self.rows = list(found.prefetch_related("units").order_by("post__unit__position", "post__position", "post"))

    def leaders(self, *, sector: str = "", unit: Unit | None = None) -> list[Post]:
        """The posts whose portfolio names *unit* or a unit above it, the nearest first; else those of the *sector*."""
        if unit is not None:
            found = [(len(own.path), row.post) for row in self.rows for own in row.units.all() if _over(own, unit)]
            if found:
                nearest = sorted(found, key=lambda one: -one[0])
                return list(dict.fromkeys(post for _length, post in nearest))
        return [row.post for row in self.rows if sector and sector in row.sectors]


def _over(own: Unit, unit: Unit) -> bool:
    return is_within(unit.path, [own])


def leaders_of(county: Unit | int, *, sector: str = "", unit: Unit | None = None, on: date) -> list[Post]:
    """The leaders' posts in *county* that answer for *unit*, else for *sector*, on the day *on*; the most special
    first. None where no portfolio says so."""
    return Coverage(county, on).leaders(sector=sector, unit=unit)
