"""Changes of units, done or to come: what a unit was called, where it stood, what it went into."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organization.people.models import Planned, PlannedQuerySet
from organization.units.models import Unit


class Kind(models.TextChoices):
    RENAME = "rename", pgettext_lazy("unit", "Rename")
    MOVE = "move", pgettext_lazy("unit", "Move")
    MERGE = "merge", pgettext_lazy("unit", "Merge")
    CLOSE = "close", pgettext_lazy("unit", "Close")


class UnitChange(Planned):
    """One change of a unit, which holds from the day `on`; carried out once, or withdrawn.

    What stood before it is kept beside it when it is carried out: `old_name`, `old_short_name`, `old_parent`.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    new_name = models.CharField(_("new name"), max_length=100, blank=True)
    new_short_name = models.CharField(_("new short name"), max_length=100, blank=True)
    new_parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new place, below")
    )
    into = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("its work goes to")
    )
    old_name = models.CharField(max_length=100, blank=True)
    old_short_name = models.CharField(max_length=100, blank=True)
    old_parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlannedQuerySet["UnitChange"].as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"], condition=Q(done_at=None, withdrawn_at=None), name="one_planned_of_a_kind"
            )
        ]
