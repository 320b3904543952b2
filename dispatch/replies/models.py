"""What a bulletin asks of a unit by a day, and what the unit replies."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import StoredFile
from dispatch.bulletins.models import Bulletin
from organization.people.models import Role, User
from organization.permissions import sees_whole_county, units_of
from organization.units.models import Unit


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, user: User) -> ReplyQuerySet:
        """Of bulletins that one may see: all for who sees the whole county, else those of one's own units."""
        scope = self.filter(bulletin__in=Bulletin.objects.visible_to(user).order_by().values("pk"))
        if user.county is None or sees_whole_county(user, user.county):
            return scope
        return scope.filter(unit__in=Unit.objects.below(units_of(user, *Role.values, county=user.county)))

    def in_force(self) -> ReplyQuerySet:
        """Of bulletins that are published: a draft asks nobody yet, and what was withdrawn nobody any more."""
        return self.filter(bulletin__status=Bulletin.Status.PUBLISHED)

    def standing(self) -> ReplyQuerySet:
        """Neither settled nor taken back."""
        return self.filter(status__in=(Reply.Status.OPEN, Reply.Status.ANSWERED))


class Reply(models.Model):
    """One line asked of one unit; it is due from when the bulletin is published. `said` is what is still missing,
    where the office asked again."""

    class Status(models.TextChoices):
        OPEN = "open", _("Waits for the reply")
        ANSWERED = "answered", _("Replied, to be accepted")
        ACCEPTED = "accepted", _("Settled")
        WITHDRAWN = "withdrawn", _("Taken back by the office")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="replies")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    text = models.CharField(_("what is asked"), max_length=300)
    due_on = models.DateField(_("reply due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField(_("reply"), blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    said = models.CharField(_("what is still missing"), max_length=300, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    closed_on = models.DateField(_("settled on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReplyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "unit__position", "pk"]
        indexes = [models.Index(fields=["county", "status"])]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reply_to_something")]

    def __str__(self) -> str:
        return self.text

    def is_late(self, on: date) -> bool:
        return self.status == self.Status.OPEN and self.due_on < on
