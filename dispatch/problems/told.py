"""What people are told about a problem: who has to act next, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.days.office import local_day
from core.told import Fact, Told
from dispatch.problems.permissions import is_own
from dispatch.problems.recipients import level_name, of_level, rung
from organization.people import recipients
from organization.people.models import User


def _owner(fact: Fact) -> list[User]:
    return recipients.of_unit(fact.about.owner_unit)


def _office(fact: Fact) -> list[User]:
    return recipients.office(fact.about.county)


def _raiser(fact: Fact) -> list[User]:
    """Who is asked to confirm the result: the office where nobody in particular raised it, or its owner alone."""
    if fact.about.raised_by and not is_own(fact.about):
        return [fact.about.raised_by]
    return [person for person in _office(fact) if person != fact.by]


def _others_at_owner(fact: Fact) -> list[User]:
    return [person for person in _owner(fact) if person != fact.by]


def _led(fact: Fact) -> list[User]:
    """The leader of its level, and who led the consultation; where the level is the owner itself, its heads."""
    level = rung(fact.about)
    people = list(of_level(level, fact.about, local_day(fact.now))) if level else []
    last = fact.about.consultations.select_related("led_by__holder").first()
    if last and last.led_by.holder and last.led_by.holder.is_active:
        people.append(last.led_by.holder)
    return list({person.pk: person for person in people if person != fact.by}.values())


def _late(fact: Fact) -> list[User]:
    return list({person.pk: person for person in [*_led(fact), *_owner(fact), *_office(fact)]}.values())


def _concerned(fact: Fact) -> list[User]:
    raiser = [fact.about.raised_by] if fact.about.raised_by else []
    return [person for person in [*_owner(fact), *raiser] if person != fact.by]


def _rung(fact: Fact) -> list[User]:
    level = rung(fact.about)
    return [*(of_level(level, fact.about, local_day(fact.now)) if level else ()), *_owner(fact)]


def _words(fact: Fact) -> dict[str, Any]:
    problem = fact.about
    due = figures.day(problem.due_on, problem.due_on)
    said = {"problem": problem.title, "project": problem.project.name, "due": due, "level": level_name(problem)}
    for name, day in (("waits", problem.waits_until), ("asked", problem.asked_until), ("report", problem.report_due)):
        said[name] = figures.day(day, day) if day else ""
    return said


def _body(fact: Fact) -> str:
    about = _("Project: %(project)s") % {"project": fact.about.project.name}
    return "\n".join(filter(None, [about, fact.why]))


def _told(key: str, people: Callable[[Fact], Iterable[User]], subject: Any) -> Told:
    """Each step of a problem is told once."""

    def step(fact: Fact) -> str:
        newest = fact.about.steps.order_by("-pk").values_list("pk", flat=True).first()
        return f"problem:{fact.about.pk}:{newest}:{key}"

    return Told(
        key,
        people,
        subject,
        words=_words,
        link=lambda fact: reverse("dispatch:problem", args=[fact.about.pk]),
        county=lambda fact: fact.about.county,
        body=_body,
        once=step,
    )


TOLD = (
    _told("problem_assigned", _owner, gettext_lazy("A result is due by %(due)s: %(problem)s")),
    _told("problem_collected", _office, gettext_lazy("New problem from a report, check its owner: %(problem)s")),
    _told("problem_answered", _raiser, gettext_lazy("A result was reported, please confirm: %(problem)s")),
    _told("problem_rejected", _owner, gettext_lazy("The result was not accepted, due again by %(due)s: %(problem)s")),
    _told("problem_escalated", _rung, gettext_lazy("Late and raised to %(level)s, due by %(due)s: %(problem)s")),
    _told("problem_unplaced", _office, gettext_lazy("To be placed at its level and unit: %(problem)s")),
    _told("problem_placed", _rung, gettext_lazy("Placed at %(level)s, due by %(due)s: %(problem)s")),
    _told("problem_handed_up", _rung, gettext_lazy("Handed up to %(level)s, due by %(due)s: %(problem)s")),
    _told("problem_handed_down", _rung, gettext_lazy("Handed back down to %(level)s, due by %(due)s: %(problem)s")),
    _told("problem_waits", _owner, gettext_lazy("Waits until %(waits)s, due by %(due)s: %(problem)s")),
    _told("problem_more_asked", _office, gettext_lazy("More days are asked for, until %(asked)s: %(problem)s")),
    _told("problem_more_answered", _owner, gettext_lazy("More days were answered, due by %(due)s: %(problem)s")),
    _told("problem_merged", _concerned, gettext_lazy("Merged with its double: %(problem)s")),
    _told("problem_reopened", _owner, gettext_lazy("Opened again, due by %(due)s: %(problem)s")),
    _told("problem_consulted", _owner, gettext_lazy("Consultation held, report due by %(report)s: %(problem)s")),
    _told("problem_reported", _led, gettext_lazy("Result of the consultation: %(problem)s")),
    _told("problem_report_late", _late, gettext_lazy("The report on the consultation is late: %(problem)s")),
    _told("problem_closed", _others_at_owner, gettext_lazy("Closed: %(problem)s")),
)
