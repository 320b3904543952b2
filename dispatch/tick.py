"""One heartbeat of the office: open what is to be opened, remind, collect, escalate, close, draft.

It asks “due and not yet recorded”, never “due today”: a night without power loses nothing, and of two ticks at once
each act is done by one, since each act has a record that can exist only once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.periods import Period
from dispatch import recipients
from dispatch.models import Bulletin
from dispatch.rounds import Days
from dispatch.rules import BulletinRules
from dispatch.services import problems, rounds
from dispatch.services.notices import Draft, calendar, notify_all
from organization.models import Unit, UnitKind
from organization.rules import Rules, rules_of

log = logging.getLogger("dispatch.tick")


@dataclass
class Ticked:
    """What a tick did, and where it failed: {"opened": 1, …}, ["shifan: remind: …"]."""

    done: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def tick(now: datetime) -> Ticked:
    """Do all that is due up to *now* in every county. Doing it again does nothing.

    A step that fails takes back its own writes only; other steps and counties go on; it is tried again next time.
    """
    result = Ticked()
    days = calendar()
    with translation.override(settings.LANGUAGE_CODE):
        for county in Unit.objects.filter(kind=UnitKind.COUNTY, active=True):
            rules = rules_of(county)
            for name, step in STEPS:
                try:
                    with transaction.atomic():
                        count = step(county, now, rules, days)
                except Exception as error:
                    log.exception("tick: %s: %s", county.code, name)
                    result.failures.append(f"{county.code}: {name}: {error}")
                else:
                    result.done[name] = result.done.get(name, 0) + count
    return result


def _open(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return len(rounds.open_due(county, now=now, rules=rules, days=days))


def _keep(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return rounds.keep_in_step(county, now=now)


def _remind(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return rounds.remind_due(county, now=now, rules=rules, days=days)


def _collect(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return problems.collect(county, now=now)


def _escalate(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return problems.escalate_due(county, now=now, days=days)


def _close(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return rounds.close_due(county, now=now, rules=rules, days=days)


def _draft(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    """The bulletin of each month whose reports are in, unless there is one; the office is told."""
    if not rules[BulletinRules].get("monthly"):
        return 0  # a county without wording for it writes its own
    there = set(Bulletin.objects.filter(county=county, kind="monthly").values_list("period", flat=True))
    due = rounds.drafts_due(county, now=now, rules=rules, days=days)
    missing = [opened for opened in due if opened.period not in there]
    if missing:
        from dispatch.services.bulletins import draft_bulletin  # with what makes papers: only when it is needed
    for opened in missing:
        draft_bulletin(county, "monthly", Period.parse(opened.period), now=now)
        subject = _("The bulletin is drafted: %(report)s") % {"report": rounds.title(opened)}
        link = reverse("dispatch:bulletins")
        notify_all(
            (
                Draft(
                    person, "bulletin_drafted", f"bulletin:{opened.pk}:{person.pk}", subject, "", link, False, county
                )
                for person in recipients.office(county)
            ),
            now=now,
            days=days,
        )
    return len(missing)


STEPS: tuple[tuple[str, Callable[[Unit, datetime, Rules, Days], int]], ...] = (
    ("opened", _open),
    ("kept", _keep),
    ("reminded", _remind),
    ("collected", _collect),
    ("escalated", _escalate),
    ("closed", _close),
    ("drafted", _draft),
)
