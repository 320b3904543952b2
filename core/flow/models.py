"""The tables of a record that moves through gates: the record, and the dated rows of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

ADVANCED, CREATED, RESUMED, SENT_BACK = "advanced", "created", "resumed", "sent_back"
LONGEST = 300  # characters of a reason that a row of a step keeps


class Record(models.Model):
    """A record with a `stage`, a `state` beside it (choices of its own) and the version that a page has seen."""

    if TYPE_CHECKING:
        stage: Any
        state: Any

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Change(models.Model):
    """A step of a record: when it happened, when it was typed, by whom, why, and what the gates saw.

    The kind of record adds the foreign key to itself, and the choices of its stages and states.
    """

    kind = models.CharField(max_length=10, default=ADVANCED)  # created, advanced, sent_back, resumed, or the new state
    old = models.CharField(max_length=12, blank=True)
    new = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default="active")
    on = models.DateField(_("happened on"))
    typed_at = models.DateTimeField(_("typed at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=LONGEST, blank=True)
    waived = models.JSONField(default=list)  # codes of gates passed by exception
    gates = models.JSONField(default=list)  # [{"code", "met"}] as they stood

    class Meta:
        abstract = True
        ordering = ["-on", "-pk"]


def changes_of(record: models.Model) -> models.Manager[Change]:
    """The dated rows of *record*, whatever name they have there."""
    for relation in record._meta.related_objects:
        if issubclass(relation.related_model, Change):
            rows: models.Manager[Change] = getattr(record, str(relation.get_accessor_name()))
            return rows
    raise TypeError(f"{type(record).__name__} has no table of steps")
