"""Moments in the county, short to write, and rules that stay as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from organization.rules import RoundRules, Rules, default_rules


def at(text: str) -> datetime:
    """`at("2026-06-05 08:00")`, the county's time."""
    return timezone.make_aware(datetime.fromisoformat(text), timezone.get_default_timezone())


# The rules of these tests, whatever the default profile says: open on the 25th, due on the 5th; Monday to Friday.
MONTHLY = RoundRules(open_day=25, due_day=5)
WEEKLY = RoundRules(open_day=1, due_day=5, remind=(0, 1))


def fixed_rules() -> Rules:
    default = default_rules()
    return replace(default, monthly=MONTHLY, weekly=WEEKLY, problems=replace(default.problems, due_workdays=5))
