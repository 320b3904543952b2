"""Plans that were filled in together, to be taken back."""

from __future__ import annotations

from typing import Any

from core import undo
from core.models import Done
from core.records.history import newest_version
from organization.people.models import Post
from projects.models import AnnualPlan, MonthlyReport
from projects.plans.rules import as_it_was
from projects.plans.services import set_plan
from projects.turn import services as turns
from projects.turn.models import TurnAnswer, TurnOfYear
from tests.support.factories import NOW, WAN


def plans_filled(about: Any, year: int = 2026) -> Done:
    """The office changed the plan of the project of *about* in the year's grid."""
    office, project = about.people.office, about.project
    before = as_it_was(project.plans.filter(year=year).first())
    set_plan(project, year, investment=790 * WAN, by=office, now=NOW, reason="调整")
    seen = newest_version(AnnualPlan, project=project.pk, year=year)
    row = {"pk": project.pk, "year": year, "before": before, "seen": seen, "name": project.name}
    return undo.keep("plans_filled", by=office, now=NOW, words="已保存", rows=[row])


def prepared(about: Any, year: int = 2026) -> TurnOfYear:
    """The turn into *year*, prepared by the office; the project of *about* is to stop."""
    office = about.people.office
    turn = turns.prepare_turn(about.county, year, by=office, now=NOW)
    return turns.decide_lines(turn, {about.project.pk: ("stopped", "资金")}, by=office, now=NOW)


def sent_round(about: Any, year: int = 2026) -> TurnOfYear:
    turn = prepared(about, year)
    return turns.send_round(turn, fill_by=NOW.date(), by=about.people.office, now=NOW)


def asked_for(about: Any, year: int = 2026) -> TurnOfYear:
    """… and the project goes on: its unit owes its amount."""
    turn = prepared(about, year)
    turns.decide_lines(turn, {about.project.pk: ("continued", "")}, by=about.people.office, now=NOW)
    return turns.send_round(turn, fill_by=NOW.date(), by=about.people.office, now=NOW)


def sent_back(about: Any, year: int = 2026) -> TurnAnswer:
    """… and its unit has sent its figures back."""
    told: dict[str, Any] = {"by": about.people.officer, "now": NOW, "note": "待批"}
    return turns.answer_turn(asked_for(about, year), about.project.lead_unit, **told)


def to_sponsor(about: Any, year: int = 2026) -> Post:
    """The post of a leader who is to sponsor the project in the new year."""
    post: Post = about.people.leader.current_posts[0]
    decided = {about.project.pk: ("continued", "", post.pk)}
    turns.decide_lines(prepared(about, year), decided, by=about.people.office, now=NOW)
    return post


def agreed(about: Any, year: int = 2026) -> TurnOfYear:
    return turns.agree_turn(sent_round(about, year), reason="待补", by=about.people.office, now=NOW)


def in_force(about: Any, year: int = 2026) -> Done:
    """… and put in force, while nothing of the year was reported."""
    MonthlyReport.objects.filter(county=about.county).update(submitted_at=None)
    return turns.put_in_force(agreed(about, year), on=NOW.date(), by=about.people.office, now=NOW)
