"""Tasks of campaigns in the history of the project that they are about."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.happened import Happened
from dispatch.campaigns.models import TaskStep
from dispatch.campaigns.words import in_words
from projects.models import Project
from projects.page.history import Record


def _records(project: Project) -> Iterator[Record]:
    """Each step of its tasks. One query."""
    steps = TaskStep.objects.filter(task__project=project, withdrawn=False).order_by("pk")
    for step in steps.select_related("by", "task__campaign", "task__unit", "task__post__unit"):
        said = {
            "campaign": step.task.campaign,
            "task": step.task.title,
            "what": in_words(step, step.task),
        }
        yield Record(
            step.at,
            _("%(campaign)s, “%(task)s”: %(what)s") % said,
            str(step.by or ""),
            step.text,
            step.on,
            key=step.kind in (TaskStep.Kind.GIVEN, TaskStep.Kind.CONFIRMED),
            order=step.pk,
        )


HISTORY = (Happened("campaigns", _records),)
