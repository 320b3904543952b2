from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db.models import Count

from jobs.heartbeat import tick
from jobs.services import JobFailed, job
from outbox.digest import Delivered, deliver
from outbox.models import Delivery, GroupMessage, Notice
from outbox.robots.services import deliver_groups


def run_delivery(name: str, *, now: datetime) -> Delivered:
    """Send what is due. A tick goes first: after a night without power the morning's mail holds all of it."""
    with job(name, now=now) as run:
        ticked = tick(now)
        delivered = deliver(now=now)
        delivered.groups, delivered.untaken = deliver_groups(now=now)
        run.result = {key: count for key, count in asdict(delivered).items() if count}
        if ticked.failures:
            raise JobFailed("\n".join(ticked.failures))
    return delivered


def deliveries_by_status(county_id: int) -> dict[str, int]:
    """How many messages of a county stand where."""
    rows = Delivery.objects.filter(notice__county=county_id).values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows.order_by()}


def groups_by_status(county_id: int) -> dict[str, int]:
    """How many messages to a county's groups stand where."""
    rows = GroupMessage.objects.filter(county=county_id).order_by().values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows}


def unread(user_id: int) -> int:
    return Notice.objects.filter(person=user_id).unread().count()
