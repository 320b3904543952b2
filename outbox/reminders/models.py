"""What was reminded of, and what a person doesn't want to be reminded of for a while."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.people.models import User
from organization.units.models import Unit


class Morning(models.Model):
    """That a county's reminders of a day were put together: once, however many workers ask."""

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "day"], name="reminders_once_a_day")]


class Reminded(models.Model):
    """That a step of a ladder was told of a thing that is due on a day: once for ever. Due on another day, the thing
    begins its ladder anew."""

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    item = models.CharField(max_length=100)  # `DueItem.key`
    due_on = models.DateField()
    who = models.CharField(max_length=6)
    offset = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "item", "due_on", "who", "offset"], name="reminded_once")
        ]


class Pause(models.Model):
    """What a person isn't reminded of as the one who has to do it: a kind of things, or one of them, up to a day; a
    kind without a day until it is taken up again. What is overdue is told to the head and the leader all the same."""

    person = models.ForeignKey(User, models.CASCADE, related_name="pauses", db_index=False)
    kind = models.CharField(max_length=30)
    item = models.CharField(max_length=100, blank=True, default="")
    said = models.CharField(max_length=200, blank=True, default="")  # the thing in words
    until = models.DateField(_("until"), null=True, blank=True)  # that morning one is reminded again
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "item"], name="one_pause_of_a_thing")]
