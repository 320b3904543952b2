"""What locks what of campaigns and slips: lines of `tests/test_locks.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.db.models import Model

from dispatch.campaigns import services as campaigns
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.handling import services as tasks
from dispatch.campaigns.models import Campaign, Task
from dispatch.models import Problem, Slip
from dispatch.slips import services as slips
from organization.units.models import Unit
from tests.support.factories import NOW

ON = NOW.date()


def does(verb: Callable[..., Any], thing: Any, who: str = "office", **more: Any) -> Any:
    """An act of *who* on the task, or on what *thing* makes of it."""

    def ready(about: SimpleNamespace) -> Callable[[], Any]:
        row = getattr(about, thing) if isinstance(thing, str) else thing(about)
        return partial(verb, row, by=getattr(about.people, who), now=NOW, version=row.version, **more)

    return ready


def stated(about: SimpleNamespace) -> Task:
    return tasks.finish_task(about.task, text="完成", by=about.people.officer, now=NOW)


def handed(about: SimpleNamespace) -> Any:
    """A post that does a part of the task."""
    post = about.people.unit_head.current_posts[0]
    giving.split_task(about.task, title="核实", post=post, due_on=ON, by=about.people.officer, now=NOW)
    return post


OF_CAMPAIGNS: dict[str, Any] = {
    "a campaign opened": (Unit, lambda a: partial(
        campaigns.open_campaign, a.county, name="又一个", first_on=ON, last_on=ON, phases=[], by=a.people.office,
        now=NOW)),
    "a campaign changed": (Campaign, lambda a: partial(
        campaigns.change_campaign, a.task.campaign, name="百日会战", by=a.people.office, now=NOW)),
    "a campaign ended": (Campaign, lambda a: partial(
        campaigns.end_campaign, a.task.campaign, summary="完成", by=a.people.office, now=NOW)),
    "a campaign taken back": (Campaign, lambda a: partial(
        campaigns.take_back_campaign, a.task.campaign, by=a.people.office, now=NOW)),
    "a task given": (Campaign, lambda a: partial(
        giving.give_task, a.task.campaign, title="建台账", unit=a.project.lead_unit, due_on=ON, by=a.people.office,
        now=NOW)),
    "tasks given": (Campaign, lambda a: partial(
        giving.give_tasks, a.task.campaign, [{"title": "建台账", "unit": a.project.lead_unit, "due_on": ON}],
        by=a.people.office, now=NOW)),
    "a task split": (Task, lambda a: partial(
        giving.split_task, a.task, title="核实", post=a.people.unit_head.current_posts[0], due_on=ON,
        by=a.people.officer, now=NOW)),
    "a task changed": (Task, does(giving.change_task, "task", title="起底土地")),
    "a task taken off": (Task, does(giving.drop_task, "task", reason="并入")),
    "a task reported on": (Task, does(tasks.report_task, "task", "officer", text="在办", percent=5)),
    "a task done": (Task, does(tasks.finish_task, "task", "officer", text="完成")),
    "a task confirmed": (Task, does(tasks.confirm_task, stated, "office")),
    "a task given back": (Task, does(tasks.return_task, stated, "office", reason="未完")),
    "more days for a task": (Task, does(
        tasks.ask_more_days, "task", "officer", until=ON + timedelta(days=40), reason="下雨")),
    "more days for a task given": (Task, does(tasks.answer_more_days, lambda a: tasks.ask_more_days(
        a.task, until=ON + timedelta(days=40), reason="下雨", by=a.people.officer, now=NOW), "office", granted=True)),
    "an act on a task taken back": (Task, does(tasks.take_back_task, "task")),
    "a unit's tasks handed on": (Task, lambda a: partial(
        giving.hand_on, a.project.lead_unit, a.unit_change.unit, by=None, now=NOW, reason="并镇")),
    "a post's tasks handed on": (Task, lambda a: partial(
        giving.hand_on_post, handed(a), a.vacant, by=None, now=NOW, reason="分工")),
}  # fmt: skip

OF_SLIPS: dict[str, tuple[type[Model], Any]] = {
    "a slip on a problem": (
        Problem,
        lambda a: partial(
            slips.issue_slip,
            a.project.county,
            kind="hint",
            title="提",
            matter="滞",
            ask="办",
            post=a.leader,
            problem=a.problem,
            by=a.people.office,
            now=NOW,
        ),
    ),
    "a slip answered": (Slip, does(slips.answer_slip, "slip", "officer", text="已办")),
    "a slip withdrawn": (Slip, does(slips.withdraw_slip, "slip", reason="有误")),
    "slips handed": (Slip, lambda a: partial(slips.hand_on, a.slip.unit, a.leader.unit, by=None, now=NOW, reason="")),
}
