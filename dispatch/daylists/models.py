from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.models import StoredFile
from dispatch.rounds.models import Round
from organization.units.models import Unit


class Kind(models.TextChoices):
    """The lists by which a county dispatches (清单调度)."""

    CONSTRUCTION = "construction", pgettext_lazy("list", "Under construction")
    PROBLEMS = "problems", pgettext_lazy("list", "Problems to coordinate")
    PLANNED = "planned", pgettext_lazy("list", "Planned projects")
    ENTRY = "entry", pgettext_lazy("list", "Entry into statistics")
    COMPLETION = "completion", pgettext_lazy("list", "Completion")


class DayList(models.Model):
    """A list as it stood on the day on which its round ended: the words and figures of the page, and the Excel file,
    both as they were then. Nothing of it is ever counted again."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="lists", db_index=False)
    kind = models.CharField(_("list"), max_length=12, choices=Kind)
    on = models.DateField(_("as of"))
    title = models.CharField(_("title"), max_length=120)
    columns = models.JSONField(default=list)  # [[heading, format, unit], …]
    rows = models.JSONField(default=list)  # amounts in whole yuan, days as 2026-06-10
    count = models.PositiveIntegerField(_("rows"), default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()  # of the round, when it was frozen: a week closed once more has another list
    at = models.DateTimeField(_("frozen at"))

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["round", "kind"], name="day_list_once")]
        indexes = [models.Index(fields=["county", "on"])]

    def __str__(self) -> str:
        return self.title

    @property
    def called(self) -> str:
        """Its name in the reader's language; `title` is that of the file."""
        return named(self.kind, self.on)


def named(kind: str, on: date) -> str:
    return gettext("%(list)s list, %(day)s") % {"list": Kind(kind).label, "day": figures.day(on)}
