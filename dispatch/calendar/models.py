from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.shapes import said
from organization.people.models import User
from organization.units.models import Unit


class CalendarStart(models.Model):
    """From which day on a rule of a county's calendar is carried out: the first on which the heartbeat saw it."""

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    rule = models.CharField(max_length=20)
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "rule"], name="calendar_start_once")]


class CalendarActQuerySet(models.QuerySet["CalendarAct"]):
    def of(self, county: Unit | int | None) -> CalendarActQuerySet:
        return self.filter(county=county)

    def waiting(self, county: Unit | int) -> CalendarActQuerySet:
        """Those that somebody still has to do."""
        return self.filter(county=county, done_at=None)


class CalendarAct(models.Model):
    """An act of the calendar that was carried out: told to those named, with what was sent on or drawn, as it stood.

    `named_on` is the day that the rule names: by it an act is done once, however working days are moved afterwards.
    `rows` are frozen: of each project what was sent on, or that the lot drew.
    """

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=20)
    named_on = models.DateField()
    day = models.DateField(_("day"))
    does = models.CharField(_("what it does"), max_length=12)
    label = models.CharField(_("rule"), max_length=120)
    label_en = models.CharField(max_length=120, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    receivers = models.JSONField(default=list)  # [[key, name and post as they were], …]
    rows = models.JSONField(default=list)
    seed = models.CharField(max_length=80, blank=True)  # of the lot
    among = models.PositiveIntegerField(default=0)  # how many projects the lot was drawn among
    at = models.DateTimeField()
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    note = models.CharField(_("what came of it"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CalendarActQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["county", "rule", "named_on"], name="calendar_act_once")]
        indexes = [models.Index(fields=["county", "done_at"]), models.Index(fields=["county", "day"])]

    def __str__(self) -> str:
        return self.label

    @property
    def said(self) -> str:
        """What it is called, in the language of the page."""
        return said(self.label, self.label_en)


class CalendarAddress(models.Model):
    """The secret address of a person's calendar: whoever knows it reads what falls due for that person."""

    person = models.OneToOneField(User, models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
