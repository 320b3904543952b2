"""What people are told of campaigns: who has a task, who says whether it is done, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import User


def _once_each(people: Iterable[User], fact: Fact) -> list[User]:
    return list({person.pk: person for person in people if person != fact.by}.values())


def _doers(fact: Fact) -> list[User]:
    """The person whose part it is, else the unit's; not who did it himself."""
    task = fact.about
    if task.post is not None and task.post.holder is not None and task.post.holder.is_active:
        return _once_each([task.post.holder], fact)
    return _once_each(recipients.of_unit(task.unit), fact)


def _givers(fact: Fact) -> list[User]:
    """Who says whether it is done: the office, of a part the unit whose task it is a part of."""
    task = fact.about
    return _once_each(recipients.of_unit(task.parent.unit) if task.parent else recipients.office(task.county), fact)


def _units(fact: Fact) -> list[User]:
    return _once_each([person for unit in dict.fromkeys(fact.to) for person in recipients.of_unit(unit)], fact)


def _words(fact: Fact) -> dict[str, Any]:
    task = fact.about
    asked = figures.day(task.asked_until, task.due_on) if task.asked_until else ""
    return {
        "task": task.title,
        "campaign": task.campaign.name,
        "who": task.whose,
        "due": figures.day(task.due_on, figures.local(fact.now)),
        "asked": asked,
    }


def _told(key: str, people: Callable[[Fact], Iterable[User]], subject: Any) -> Told:
    """Each step of a task is told once."""

    def step(fact: Fact) -> str:
        newest = fact.about.steps.order_by("-pk").values_list("pk", flat=True).first()
        return f"{key}:{fact.about.pk}:{newest}"

    return Told(
        key,
        people,
        subject,
        words=_words,
        link=lambda fact: reverse("dispatch:campaign_task", args=[fact.about.pk]),
        county=lambda fact: fact.about.county,
        once=step,
    )


TOLD = (
    Told(
        "campaign_tasks_given",
        _units,
        gettext_lazy("%(campaign)s (%(first)s to %(last)s): your unit has tasks in it"),
        words=lambda fact: {
            "campaign": fact.about.name,
            "first": figures.day(fact.about.first_on),
            "last": figures.day(fact.about.last_on),
        },
        link=lambda fact: reverse("dispatch:campaign_ours"),
        county=lambda fact: fact.about.county,
    ),
    _told("campaign_task_given", _doers, gettext_lazy("%(campaign)s, due by %(due)s: %(task)s")),
    _told("campaign_task_changed", _doers, gettext_lazy("%(campaign)s, the task was changed: %(task)s")),
    _told("campaign_task_done", _givers, gettext_lazy("%(who)s states that it is done, please confirm: %(task)s")),
    _told("campaign_task_confirmed", _doers, gettext_lazy("Confirmed as done: %(task)s")),
    _told("campaign_task_returned", _doers, gettext_lazy("Not done yet, due by %(due)s: %(task)s")),
    _told("campaign_more_asked", _givers, gettext_lazy("%(who)s asks for more days, until %(asked)s: %(task)s")),
    _told("campaign_more_answered", _doers, gettext_lazy("Your asking was answered, due by %(due)s: %(task)s")),
)
