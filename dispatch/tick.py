"""The steps of the heartbeat: open what is to be opened, remind, collect, escalate, close, draft."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.periods import Period
from core.tick import Step
from dispatch import recipients
from dispatch.models import Bulletin, Round
from dispatch.months import month_states
from dispatch.rounds import Days
from dispatch.rules import BulletinRules
from dispatch.services import problems, rounds
from dispatch.services.notices import Draft, notify_all
from organization.models import Unit
from organization.rules import Rules


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
    """The bulletin of each finished month that has a plan, unless there is one; the office is told."""
    if not rules[BulletinRules].of("monthly"):
        return 0  # a county without wording for it writes its own
    there = set(Bulletin.objects.filter(county=county, kind="monthly").values_list("period", flat=True))
    opened_ones = Round.objects.filter(county=county, kind=Round.Kind.MONTHLY).exclude(period__in=there)
    undrafted = {Period.parse(opened.period): opened for opened in opened_ones.select_related("county")}
    states = month_states(county, undrafted, now=now) if undrafted else {}
    missing = [opened for month, opened in undrafted.items() if states[month].ready]
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


STEPS = (
    Step("opened", 10, _open, gettext_lazy("%(n)s rounds opened")),
    Step("kept", 20, _keep, gettext_lazy("%(n)s lines of rounds brought up to date")),
    Step("reminded", 30, _remind, gettext_lazy("%(n)s reminders")),
    Step("collected", 40, _collect, gettext_lazy("%(n)s problems from reports")),
    Step("escalated", 50, _escalate, gettext_lazy("%(n)s problems climbed")),
    Step("closed", 60, _close, gettext_lazy("%(n)s rounds closed")),
    Step("drafted", 70, _draft, gettext_lazy("%(n)s bulletins drafted")),
)
