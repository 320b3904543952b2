"""What supervision (督查) has seen and says to those who work on a project."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.people.models import User
from projects.registry.models import Project


class SupervisionNoteQuerySet(models.QuerySet["SupervisionNote"]):
    def visible_to(self, user: User) -> SupervisionNoteQuerySet:
        return self.filter(project__in=Project.objects.visible_to(user))

    def owed(self) -> SupervisionNoteQuerySet:
        """An answer is wanted and none has come."""
        return self.filter(answer_by__isnull=False, answered_at__isnull=True)


class SupervisionNote(models.Model):
    """A note of supervision on a project, and its answer, which may be wanted by a day."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="supervision_notes", verbose_name=_("project"))
    text = models.TextField(_("what was seen"))
    on = models.DateField(_("seen on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    noted_at = models.DateTimeField()
    answer_by = models.DateField(_("answer wanted by"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SupervisionNoteQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(
                fields=["project"],
                condition=Q(answer_by__isnull=False, answered_at__isnull=True),
                name="supervision_owed",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""), name="supervision_answer_has_words"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
