"""Named lists of a year (清单、项目库): kept by hand, with the days of entry and exit, or by a saved rule."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.shapes import said
from organization.people.models import User
from organization.units.models import Unit
from projects.registry.models import Project


class RosterQuerySet(models.QuerySet["Roster"]):
    def of(self, county: Unit | int, year: int) -> RosterQuerySet:
        return self.filter(county=county, year=year)

    def by_hand(self) -> RosterQuerySet:
        """Those that people put projects on, as long as they are open."""
        return self.filter(rule="", closed_at=None)


class Roster(models.Model):
    """A list of a county's projects in one year. With a `rule` (a query of the list of projects) it has exactly those
    that the query finds, as of whatever month is asked for; without one it has those that were put on it."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    code = models.CharField(max_length=20)
    name = models.CharField(_("name of the list"), max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    rule = models.CharField(_("rule"), max_length=500, blank=True)
    note = models.CharField(_("what it is for"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_why = models.CharField(_("why it was closed"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RosterQuerySet.as_manager()
    history = HistoricalRecords(no_db_index=["county"])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["county", "year", "code"], name="roster_once_a_year")]

    def __str__(self) -> str:
        return said(self.name, self.name_en)

    @property
    def by_rule(self) -> bool:
        return bool(self.rule)


class ListedQuerySet(models.QuerySet["Listed"]):
    def on(self, day: date) -> ListedQuerySet:
        """The stays that hold on *day*: the day of entry is one, that of exit none any more."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day), entered_on__lte=day)


class Listed(models.Model):
    """A project's stay on a list that is kept by hand: since when, by whom, why; until when, by whom, why."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="stays", verbose_name=_("list"))
    project = models.ForeignKey(Project, models.CASCADE, related_name="stays", verbose_name=_("project"))
    entered_on = models.DateField(_("on the list since"))
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("put on by"))
    entered_by_paper = models.CharField(_("paper that put it on"), max_length=100, blank=True)
    entered_why = models.CharField(_("why it was put on"), max_length=500)
    left_on = models.DateField(_("taken off on"), null=True, blank=True)
    left_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    left_by_paper = models.CharField(_("paper that took it off"), max_length=100, blank=True)
    left_why = models.CharField(_("why it was taken off"), max_length=500, blank=True)

    objects = ListedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["entered_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "project"], condition=Q(left_on=None), name="listed_once"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("entered_on")), name="listed_before_left"
            ),
        ]

    @property
    def entry(self) -> str:
        """The paper and the reason of the entry: `政发〔2026〕3号, key works of the county`."""
        return _("; ").join(filter(None, (self.entered_by_paper, self.entered_why)))

    @property
    def exit(self) -> str:
        return _("; ").join(filter(None, (self.left_by_paper, self.left_why)))

    def __str__(self) -> str:
        return str(self.project)
