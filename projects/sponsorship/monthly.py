"""The secretary's report to a leader on a month, composed of the month's facts. Reads; what was sent stands in its
row.

As JSON: what was sent is kept and shown for ever as it was, in the county's language of that day.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.office import calendar
from core.days.periods import Period
from core.days.workdays import add_workdays
from core.indicators import pace, percent
from organization.people.models import Post
from organization.profiles.rules import rules_of
from projects.registry.months.models import ProjectMonth
from projects.reports.models import MonthlyReport
from projects.sponsorship.gaps import standings
from projects.sponsorship.models import LeaderReport, Side, Visit, called
from projects.sponsorship.pages import sponsored
from projects.sponsorship.rules import SponsorshipRules


def due_on(period: Period, rules: SponsorshipRules) -> date | None:
    """By when the report on *period* is owed; None where the county asks for none."""
    return add_workdays(period.last, rules.report_workday, calendar()) if rules.report_workday else None


def facts(post: Post, period: Period, on: date) -> dict[str, Any]:
    """The facts of the month *period* for the leader *post*: sums, and a line for each project, the reds first."""
    county = post.unit.county
    rules = rules_of(county)[SponsorshipRules]
    found = sponsored([post], period, on)
    pks = [one.project.pk for one in found]
    reports = {one.project_id: one for one in MonthlyReport.objects.filter(project__in=pks).as_of(period)}
    before = {
        row.project_id: row.done or 0
        for row in ProjectMonth.objects.of(county, period.previous()).filter(project__in=pks)  # type: ignore[arg-type]  # it has a county
    }
    visits = (
        Visit.objects.counted().filter(project__in=pks, on__range=(period.first, period.last)).order_by("on", "pk")
    )
    seen: dict[int, list[Visit]] = {}
    for visit in visits:
        seen.setdefault(visit.project_id, []).append(visit)
    end = min(on, period.last + timedelta(days=1))
    stands = standings([one.project for one in found], rules, end, calendar(), first=_first(rules, period))
    rows: list[dict[str, Any]] = []
    for one in found:
        row, report = one.row, reports.get(one.project.pk)
        done, plan = (row.done, row.plan) if row else (None, None)
        earlier = before.get(one.project.pk, 0) if period.number > 1 else 0
        missed = [due for due in stands[one.project.pk].owed if due.missed and due.period.last in period]
        own = seen.get(one.project.pk, [])
        rows.append(
            {
                "pk": one.project.pk,
                "name": one.project.name,
                "unit": one.project.lead_unit.short_name,
                "stage": str(one.stage or one.project.get_stage_display()),
                "light": one.light.label if one.light else "",
                "colour": one.light.colour if one.light else "grey",
                "reason": one.light.reason if one.light else "",
                "month": max((done or 0) - earlier, 0),
                "done": done,
                "plan": plan,
                "rate": figures.pct(percent(done or 0, plan)) if plan else figures.NONE,
                "said": _line(report.progress) if report else "",
                "trouble": _line(report.problem) if report else "",
                "leader": sum(visit.side == Side.LEADER for visit in own),
                "head": sum(visit.side == Side.HEAD for visit in own),
                "settled": [f"{figures.day(visit.on, on)} {_line(visit.settled)}" for visit in own if visit.settled],
                "missed": [str(due.duty.label) for due in missed],
            }
        )
    rows.sort(key=lambda row: row["colour"] != "red")
    planned = [row for row in rows if row["plan"]]
    done = sum(row["done"] or 0 for row in planned)
    plan = sum(row["plan"] for row in planned)
    return {
        "leader": called(post),
        "county": county.short_name if county else "",
        "month": str(period),
        "on": f"{on:%Y-%m-%d}",
        "count": len(rows),
        "red": sum(row["colour"] == "red" for row in rows),
        "done": sum(row["done"] or 0 for row in rows),
        "added": sum(row["month"] for row in rows),
        "plan": plan,
        "rate": figures.pct(percent(done, plan)) if plan else figures.NONE,
        "pace": figures.pct(pace(period)),
        "leader_visits": sum(row["leader"] for row in rows),
        "head_visits": sum(row["head"] for row in rows),
        "missed": sum(len(row["missed"]) for row in rows),
        "rows": rows,
    }


def _first(rules: SponsorshipRules, period: Period) -> date:
    """The first day of the earliest period that ends within the month."""
    return min([Period.of(period.first, duty.cycle).first for duty in rules.duties], default=period.first)


def _line(text: str) -> str:
    return text.strip().split("\n")[0][:200]


def shown(report: LeaderReport, post: Post, period: Period, on: date) -> dict[str, Any]:
    """What the report says: as it was sent, else as the facts are now."""
    return report.facts if report.sent_at else facts(post, period, on)


def stamp(report: LeaderReport, said: dict[str, Any]) -> str:
    """What a paper of the report is of."""
    sent = report.sent_at.isoformat() if report.sent_at else ""
    return hashlib.sha256(json.dumps([said, report.remark, sent], sort_keys=True).encode()).hexdigest()


def sentence(said: dict[str, Any]) -> str:
    """The sums in one sentence."""
    return _(
        "%(count)s projects, %(red)s of them red. Works of the month %(added)s 10k yuan, of the year %(done)s 10k "
        "yuan; %(rate)s of the annual plan, by the pace %(pace)s. The leader was on site %(leader)s times, heads of "
        "units %(head)s times."
    ) % {
        "count": said["count"],
        "red": said["red"],
        "added": figures.wan(said["added"]),
        "done": figures.wan(said["done"]),
        "rate": said["rate"],
        "pace": said["pace"],
        "leader": said["leader_visits"],
        "head": said["head_visits"],
    }
