from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.people.models import User
from organization.units.models import Unit


class RankingSnapshot(models.Model):
    """A published ranking: the rule, the cut-off, every input and every result, frozen (design 3)."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    contest = models.SlugField(max_length=40, default="monthly")
    period = models.CharField(_("period"), max_length=12)
    rule_version = models.PositiveIntegerField(_("rule version"))
    cut_off = models.DateTimeField(_("cut-off"))
    data = models.JSONField()
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    correction = models.TextField(_("correction note"), blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    unfinished = models.CharField(_("why before the month was finished"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-period"]
        constraints = [models.UniqueConstraint(fields=["county", "contest", "period"], name="ranking_published_once")]
