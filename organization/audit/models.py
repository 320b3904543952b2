"""The log of who did what, and its seals. Rows are appended; nothing changes them, and only `tidy` takes them away."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models

from organization.people.models import User
from organization.units.models import Unit


class Unchangeable(Exception):
    """Somebody tried to change the log."""


def _refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise Unchangeable("the log is only appended to (docs/decisions/0014-audit.md)")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    update = delete = bulk_update = update_or_create = _refuse

    def take_away(self) -> int:
        """Rows after their term; for `services.tidy` alone."""
        return int(self._raw_delete(self.db))


class AppendOnly(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs | {"force_insert": True})

    delete = _refuse


class AuditEntryQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: User) -> AuditEntryQuerySet:
        """The entries of the person's county; where it is the only one here, those that belong to none as well, such
        as sign-ins under names that nobody has."""
        if user.county is None:
            return self.none()
        alone = not Unit.objects.counties().exclude(pk=user.county.pk).exists()
        mine = models.Q(county=user.county.pk)
        return self.filter(mine | models.Q(county=None) if alone else mine)


class AuditEntry(AppendOnly):
    """One act: when, which, by whom (as called then), from where, about what.

    No keys to other tables: a row stays as it was whatever becomes of what it names. `moment` is that of the act,
    the order of the log is that of `pk`. `done` is false for what was refused, failed or was rolled back.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    moment = models.DateTimeField()
    county = models.PositiveBigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    done = models.BooleanField(default=True)
    user = models.PositiveBigIntegerField(null=True)
    account = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=60, blank=True)
    post = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=120, blank=True)
    about_kind = models.CharField(max_length=60, blank=True)
    about = models.PositiveBigIntegerField(null=True)
    words = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["county", "-moment", "-id"], name="audit_of_county")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class AuditWaiting(models.Model):
    """An entry on its way into the log: written in the transaction of its act, moved in order once that is done."""

    key = models.UUIDField(unique=True)
    entry = models.JSONField()  # the fields of AuditEntry


class AuditSeal(AppendOnly):
    """Holds the rows after the seal before, up to `last`, as [pk, SHA-256] each, and that seal's `digest`.

    The seal of number 0 has no rows: it begins the chain, and its lock gives the log its order. Seals stay when their
    rows are taken away.
    """

    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField()
    last = models.PositiveBigIntegerField()
    rows = models.JSONField(default=list)
    before = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"
