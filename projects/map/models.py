"""The county's outline, and a project's place as it was given."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.geo.systems import System
from core.models import StoredFile
from organization.people.models import User
from organization.units.models import Unit
from projects.registry.models import Project


class Outline(models.Model):
    """The line around a county; the newest is drawn, those before it stay."""

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+", verbose_name=_("county"))
    rings = models.JSONField()  # [[[longitude, latitude], …], …] in degrees of CGCS2000, closed
    system = models.CharField(_("system of coordinates"), max_length=10, choices=System, default=System.CGCS2000)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]


class Place(models.Model):
    """The two numbers by which a project's place was said, and their system; the project keeps the degrees."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="place")
    system = models.CharField(_("system of coordinates"), max_length=10, choices=System)
    first = models.DecimalField(_("longitude, or X in metres"), max_digits=15, decimal_places=7)
    second = models.DecimalField(_("latitude, or Y in metres"), max_digits=15, decimal_places=7)
    meridian = models.DecimalField(_("central meridian"), max_digits=5, decimal_places=1, null=True, blank=True)
