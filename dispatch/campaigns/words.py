"""What happened to a task, as a sentence; amounts of its measure. Pure."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from core.amounts import figures
from dispatch.campaigns.models import Task, TaskStep

Kind = TaskStep.Kind


def amount(number: Decimal | None, measure: str) -> str:
    """12.50 个 → “12.5 个”; a dash for none."""
    if number is None:
        return figures.NONE
    return f"{figures.trimmed(number, 2)} {measure}".strip()


def progress(task: Task) -> str:
    """How far it is: “8 of 10 个”, or in percent where it has no target."""
    if task.target is None:
        return f"{task.percent}%"
    said = {"reached": figures.trimmed(task.reached or Decimal(0), 2), "target": amount(task.target, task.measure)}
    return _("%(reached)s of %(target)s") % said


def in_words(step: TaskStep, task: Task) -> str:
    """What *step* did to *task*."""
    said = {"who": task.whose, "due": figures.day(step.due_on, step.on)}
    match step.kind:
        case Kind.GIVEN | Kind.SPLIT:
            return _("Given to %(who)s, due %(due)s") % said
        case Kind.CHANGED:
            return _("Changed: %(who)s, due %(due)s") % said
        case Kind.REPORTED | Kind.DONE if step.number is not None:
            reached = amount(step.number, task.measure)
            kind = step.get_kind_display()
            return _("%(kind)s: %(reached)s reached") % {"kind": kind, "reached": reached}
        case Kind.REPORTED if step.percent is not None:
            return _("Progress: %(percent)s%%") % {"percent": step.percent}
        case Kind.RETURNED:
            return _("Not done yet, given back, due %(due)s") % said
        case Kind.ASKED:
            return _("More days asked for, until %(due)s") % said
        case Kind.EXTENDED:
            return _("More days given, due %(due)s") % said
    return str(step.get_kind_display())
