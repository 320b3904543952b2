"""What people are told of the turn of the year: asked for figures, sent back, asked again, agreed, in force."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import Role, User
from organization.units.models import Unit
from projects.turn.models import GOES_ON


def _units(fact: Fact) -> list[User]:
    """Who works for a unit whose projects go on."""
    lines = fact.about.lines.filter(becomes__in=GOES_ON).order_by()
    units = Unit.objects.filter(pk__in=lines.values("project__lead_unit")).select_related("parent")
    return _others(fact, (person for unit in units for person in recipients.of_unit(unit)))


def _and_leaders(fact: Fact) -> list[User]:
    return _others(fact, [*_units(fact), *recipients.holders(fact.about.county, Role.LEADER)])


def _others(fact: Fact, people: Iterable[User]) -> list[User]:
    return list({one.pk: one for one in people if one != fact.by}.values())


def _asked(fact: Fact) -> str:
    return _("Fill in amount, target, measures and days of your projects, then send them back to the office.")


def _of_turn(fact: Fact) -> str:
    return reverse("projects:plans", args=[fact.about.year])


TOLD = (
    Told(
        "turn_sent",
        people=_units,
        subject=gettext_lazy("Figures for the plans of %(year)s, by %(day)s"),
        words=lambda fact: {"year": fact.about.year, "day": figures.day(fact.about.fill_by)},
        body=_asked,
        link=_of_turn,
        county=lambda fact: fact.about.county,
    ),
    Told(
        "turn_answered",
        people=lambda fact: _others(fact, recipients.office(fact.about.turn.county)),
        subject=gettext_lazy("%(unit)s has sent back its figures of %(year)s"),
        words=lambda fact: {"unit": fact.about.unit, "year": fact.about.turn.year},
        link=lambda fact: reverse("projects:turn", args=[fact.about.turn.year]),
        county=lambda fact: fact.about.turn.county,
    ),
    Told(
        "turn_again",
        people=lambda fact: _others(fact, recipients.of_unit(fact.about.unit)),
        subject=gettext_lazy("Your figures of %(year)s are asked for again, by %(day)s"),
        words=lambda fact: {"year": fact.about.turn.year, "day": figures.day(fact.about.turn.fill_by)},
        link=lambda fact: reverse("projects:plans", args=[fact.about.turn.year]),
        county=lambda fact: fact.about.turn.county,
    ),
    Told(
        "turn_agreed",
        people=_units,
        subject=gettext_lazy("The plans of %(year)s are agreed"),
        words=lambda fact: {"year": fact.about.year},
        link=_of_turn,
        county=lambda fact: fact.about.county,
    ),
    Told(
        "turn_in_force",
        people=_and_leaders,
        subject=gettext_lazy("The plans of %(year)s are in force from %(day)s on"),
        words=lambda fact: {"year": fact.about.year, "day": figures.day(fact.about.in_force_on)},
        link=lambda fact: f"{reverse('projects:fixed')}?year={fact.about.year}",
        county=lambda fact: fact.about.county,
    ),
)
