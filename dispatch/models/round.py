from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models import Unit, User
from projects.models import MonthlyReport, Project


class Round(models.Model):
    """A reporting round of a county: a month's or a week's, opened by itself, with one row per project due."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("Monthly report")
        WEEKLY = "weekly", _("Weekly report")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    period = models.CharField(_("period"), max_length=12)  # 2024-05, 2024-W21
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        ordering = ["-due_at"]
        constraints = [models.UniqueConstraint(fields=["county", "kind", "period"], name="round_once")]


class RoundRow(models.Model):
    """One project that a unit has to report on in a round. Not reported is a row, never an absence.

    A monthly row is answered by its MonthlyReport; a weekly row by `note` itself.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="rows")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, related_name="round_rows")
    report = models.ForeignKey(MonthlyReport, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(_("what happened this week"), blank=True)
    problem = models.TextField(_("problems"), blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)  # the first time: on time or late
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["unit", "project"]
        constraints = [models.UniqueConstraint(fields=["round", "project"], name="round_row_once")]
        indexes = [models.Index(fields=["round", "submitted_at"])]
