"""复工: that the works of a continued project went on again after the winter, a dated fact of each year (P02)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from projects.plans.models import AnnualPlan
from projects.registry.models import Project, ProjectQuerySet


class Resumption(models.Model):
    """The first day of works of a year on a project that had started before that year."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="resumptions", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    resumed_on = models.DateField(_("resumed on"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["project", "year"], name="resumption_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year}"


def continued(county: int, year: int) -> ProjectQuerySet:
    """The projects of *county* that go on in *year*: started before it, not completed before it, with a plan for it.
    What is put aside isn't asked for."""
    first = date(year, 1, 1)
    found = Project.objects.filter(county=county, started_on__lt=first).active().exclude(completed_on__lt=first)
    # By a subquery: a join with the plans would multiply rows.
    in_force = AnnualPlan.objects.in_force(date(year, 12, 31))
    planned = in_force.filter(project__county=county, year=year, investment__gt=0)
    return found.filter(pk__in=planned.order_by().values("project"))


def resumed(county: int, year: int) -> ProjectQuerySet:
    """Those of *county* whose resumption of *year* is on file."""
    rows = Resumption.objects.filter(year=year, project__county=county)
    return Project.objects.filter(county=county, pk__in=rows.order_by().values("project"))


def not_resumed(county: int, year: int) -> ProjectQuerySet:
    """Those that go on in *year* and whose resumption isn't on file."""
    return continued(county, year).exclude(pk__in=resumed(county, year).order_by().values("pk"))
