"""A task of a campaign is done, confirmed, given back or taken off: whoever was asked before isn't asked any more."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from dispatch.campaigns.models import TaskStep

Kind = TaskStep.Kind


def _after(matters: Sequence[Matter], kinds: Sequence[Kind]) -> Words:
    """The newest step of *kinds* that stands and was taken since the one that was told (the third word of the key)."""
    told = {
        Kind.DONE: _("%(who)s stated that it is done, %(when)s"),
        Kind.CONFIRMED: _("%(who)s confirmed it, %(when)s"),
        Kind.RETURNED: _("%(who)s gave it back, %(when)s"),
        Kind.DROPPED: _("%(who)s took it off, %(when)s"),
        Kind.EXTENDED: _("%(who)s gave more days, %(when)s"),
        Kind.REFUSED: _("%(who)s gave no more days, %(when)s"),
    }
    asked = {one.about for one in matters}
    found = TaskStep.objects.filter(task__in=asked, kind__in=kinds, withdrawn=False).select_related("by")
    newest = {step.task_id: step for step in found.order_by("pk")}
    there = set(TaskStep.objects.filter(task__in=asked).order_by().values_list("task", flat=True))
    words = {}
    for one in matters:
        if one.about not in there:
            words[one] = _("It was taken back")
        step = newest.get(one.about)
        if step and step.pk > one.word(2):
            said = {"who": step.by or _("The system"), "when": one.when(step.at)}
            words[one] = told[Kind(step.kind)] % said
    return words


SETTLES = (
    Settled(
        ("campaign_task_given", "campaign_task_changed", "campaign_task_returned"),
        lambda matters: _after(matters, (Kind.DONE, Kind.CONFIRMED, Kind.DROPPED)),
    ),
    Settled(("campaign_task_done",), lambda matters: _after(matters, (Kind.CONFIRMED, Kind.RETURNED))),
    Settled(
        ("campaign_more_asked",),
        lambda matters: _after(matters, (Kind.EXTENDED, Kind.REFUSED, Kind.DONE, Kind.DROPPED)),
    ),
)
