"""The whole calendar of a county: what its rules do, and what subjects above bring in their own terms. Reads nothing
but what it is given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.called import called
from core.days.office import Days
from core.days.periods import Kind, Period
from dispatch.calendar.recurrence import Act, acts
from dispatch.calendar.rules import CalendarRule, CalendarRules, Party
from organization.people.models import Role
from organization.profiles.rules import Rules
from organization.units.models import Unit, UnitKind

DOES = ("round", "hand_on", "draft", "meeting", "inspection", "lot", "task")


def does_label(does: str) -> str:
    return {
        "round": _("opens a round"),
        "hand_on": _("sends on what was gathered"),
        "draft": _("drafts a bulletin"),
        "meeting": _("calls a meeting"),
        "inspection": _("sends out an inspection"),
        "lot": _("draws a spot check by lot"),
        "task": _("reminds of a task"),
    }[does]


def between(rules: Rules, first: date, last: date, days: Days) -> list[Act]:
    """Every act from *first* to *last*, by day; on one day those of sections first."""
    brought = [act for one in called() if one.acts for act in one.acts(rules, first, last, days)]
    own = acts(rules[CalendarRules].rule, first, last, days)
    return sorted([*brought, *own], key=lambda act: (act.day, act.by_rule is not None))


def of_year(rules: Rules, year: int, days: Days) -> list[Act]:
    whole = Period(year, Kind.YEAR)
    return between(rules, whole.first, whole.last, days)


def scope_in_words(rule: CalendarRule, labels: dict[str, str]) -> str:
    """Which projects it is about, or nothing for all; *labels* of sizes, lists and stages by code."""
    codes = [*rule.stages, rule.size, rule.list]
    return _(", ").join(labels.get(code, code) for code in codes if code)


def party_in_words(party: Party, units: dict[str, Unit]) -> str:
    """Who is meant: a post, a unit, the holders of a role, a place."""
    if party.place:
        return {
            "lead_units": _("lead units"),
            "sponsors": _("sponsoring leaders"),
            "owners": _("units that deal with problems"),
        }[party.place]
    found = units.get(party.unit)
    unit = str(found) if found else party.unit
    if found and party.post and found.kind == UnitKind.LEADERS:
        unit = ""  # “县长” says it
    what = party.post or (str(Role(party.role).label) if party.role else "")
    return " ".join(word for word in (unit, what) if word)


def parties_in_words(parties: Iterable[Party], units: dict[str, Unit]) -> str:
    return _(", ").join(party_in_words(party, units) for party in parties)


def for_in_words(act: Act, units: dict[str, Unit]) -> str:
    """Who answers and who is told, in words."""
    rule = act.by_rule
    if rule is None:
        return _("lead units") if act.does == "round" else str(Role.OFFICE.label)
    return parties_in_words(dict.fromkeys([*rule.answers, *rule.to]), units) or str(Role.OFFICE.label)


def units_of_rules(county: Unit, rules: Rules) -> dict[str, Unit]:
    """The units that rules name, by code; one query."""
    codes = {party.unit for rule in rules[CalendarRules].rule for party in (*rule.answers, *rule.to) if party.unit}
    return {unit.code: unit for unit in Unit.objects.filter(county=county, code__in=codes)} if codes else {}


def as_data(act: Act, units: dict[str, Unit]) -> dict[str, Any]:
    """A line as a machine reads it (`manage.py calendar --format json`)."""
    return {
        "date": act.day.isoformat(),
        "rule": act.rule,
        "kind": act.does,
        "title": str(act.label),
        "due": act.due.isoformat() if act.due else None,
        "for": for_in_words(act, units),
    }
