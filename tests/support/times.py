"""Moments in the county, short to write, and rules that stay as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from dispatch.problems.rules import ProblemRules
from dispatch.rounds.rules import WeeklyRules
from organization.profiles.rules import Rules, default_rules
from projects.rules import MonthlyRules


def at(text: str) -> datetime:
    """`at("2026-06-05 08:00")`, the county's time."""
    return timezone.make_aware(datetime.fromisoformat(text), timezone.get_default_timezone())


# The rules of these tests, whatever the default profile says: open on the 25th, due on the 5th; Monday to Friday.
MONTHLY = MonthlyRules(open_day=25, due_day=5)
WEEKLY = WeeklyRules(open_day=1, due_day=5)


def fixed_rules() -> Rules:
    default = default_rules()
    return with_sections(default, MONTHLY, WEEKLY, replace(default[ProblemRules], due_workdays=5))


def with_sections(rules: Rules, *sections: Any) -> Rules:
    """*rules* with these sections in place of theirs."""
    return replace(rules, sections={**rules.sections, **{type(section): section for section in sections}})
