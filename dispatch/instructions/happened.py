"""Leaders' instructions in the history of a project: who asked what, what was answered, what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.amounts import figures
from core.happened import Happened
from dispatch.instructions.models import Instruction, InstructionStep
from projects.models import Project
from projects.page.history import Record

Step = InstructionStep.Kind


def _records(project: Project) -> Iterator[Record]:
    """Each turn of what leaders wrote on the project and its problems. One query."""
    about = Instruction.objects.filter(county=project.county_id).about([project.pk])
    steps = InstructionStep.objects.filter(instruction__in=about.order_by().values("pk")).order_by("pk")
    for step in steps.select_related("by", "instruction__post__unit", "instruction__problem"):
        yield Record(
            step.at,
            _words(step),
            str(step.by or ""),
            step.text,
            step.on,
            key=step.kind == Step.GIVEN,
            order=step.pk,
        )


def _words(step: InstructionStep) -> str:
    one = step.instruction
    said = {"what": one.title, "on": one.light_words or (one.problem.title if one.problem else "")}
    said["due"] = figures.day(step.due_on, step.on) if step.due_on else ""
    match step.kind:
        case Step.GIVEN:
            if said["on"]:
                return _("%(what)s, on “%(on)s”, answer due by %(due)s") % said
            return _("%(what)s, answer due by %(due)s") % said
        case Step.ANSWERED:
            return _("%(what)s: the unit answers") % said
        case Step.ASKED:
            return _("%(what)s: asked again, answer due by %(due)s") % said
        case Step.LATE:
            return _("%(what)s: no answer by %(due)s") % said
        case Step.ACCEPTED:
            return _("%(what)s: settled") % said
    return _("%(what)s: taken back") % said


HISTORY = (Happened("instructions", _records),)
