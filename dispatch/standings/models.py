from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.people.models import User
from organization.units.models import Unit


class Withdrawable(models.Model):
    """What was published and can be withdrawn by who signed it: it stays readable, marked, and counts no more."""

    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)

    class Meta:
        abstract = True


class RankingSnapshotQuerySet(models.QuerySet["RankingSnapshot"]):
    def standing(self) -> RankingSnapshotQuerySet:
        """Without those withdrawn: a month has one at most."""
        return self.filter(withdrawn_at=None)


class RankingSnapshot(Withdrawable):
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

    objects = RankingSnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "contest", "period"], condition=Q(withdrawn_at=None), name="ranking_published_once"
            )
        ]
