"""Photos of a project's month: the original as it came in, and what was found on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import StoredFile
from organization.people.models import User
from organization.units.models import Unit
from projects.registry.models import Project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.days.periods import Period


class Day(models.TextChoices):
    """What is odd about the day on which a photo was taken; nothing is odd where it doesn't say one."""

    FINE = "", _("nothing")
    OUTSIDE = "outside", _("Not taken in this month")
    CLOCK = "clock", _("The clock of the phone was not set")


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: User) -> PhotoQuerySet:
        """Those of the projects that *user* sees."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def there(self) -> PhotoQuerySet:
        """Those that nobody has removed."""
        return self.filter(removed_at=None)

    def of_months(self, county: Unit | int, *months: Period) -> PhotoQuerySet:
        return self.filter(county=county, month__in=[str(month) for month in months])

    def of_projects(self, projects: Iterable[int]) -> PhotoQuerySet:
        return self.filter(project__in=list(projects))


class Photo(models.Model):
    """A photo of a project, of the month that it is to show (P09).

    `original` is what was sent, byte for byte; pages show `shown` and `thumb`, which carry neither place nor time.
    What is odd about it was found when it came in (`projects.photos.rules.flags`): it is shown to whoever decides on
    the report, and never refused. `bits`: see `core.pictures.reading.apart`. `metres` are those to the site.
    """

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="photos", db_index=False)
    month = models.CharField(_("month"), max_length=7)  # 2024-05
    original = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_index=False)
    shown = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_index=False)
    thumb = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64)
    bits = models.BigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=10, decimal_places=7, null=True, blank=True)
    caption = models.CharField(_("what it shows"), max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"), db_index=False)
    at = models.DateTimeField(_("added at"))
    twin = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    odd_day = models.CharField(_("day"), max_length=7, choices=Day, blank=True)
    metres = models.PositiveIntegerField(_("metres from the site"), null=True, blank=True)
    far = models.BooleanField(default=False)
    flagged = models.BooleanField(default=False)  # any of the three
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    removed_why = models.CharField(_("why it was removed"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PhotoQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["county", "original", "shown", "thumb", "bits", "twin"], no_db_index=["by", "removed_by"]
    )

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["county", "month", "project"], name="photo_of_a_month"),
            models.Index(fields=["project", "month"], name="photo_of_a_project"),
            models.Index(
                fields=["county"], condition=Q(flagged=True, removed_at__isnull=True), name="photo_to_look_at"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month", "sha256"], condition=Q(removed_at__isnull=True), name="photo_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | ~Q(removed_why=""), name="photo_removed_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.month
