"""Whom to call at the builder: kept apart from the project's facts, since it is of a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.people.models import User
from projects.registry.models import Project


class ProjectContact(models.Model):
    """A person of the builder, with a telephone. Without history: what is taken off is gone. Who wrote and who looked
    stands in the log. On no list, in no file, in no search."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="contacts")
    post = models.CharField(_("post"), max_length=60)
    name = models.CharField(_("name"), max_length=40, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.post
