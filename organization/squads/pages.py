"""What the page of a squad shows beside what other apps bring: its people, and its history in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.records.fields import label_of
from organization.people.models import Post, User
from organization.squads.models import Squad, members_of
from organization.units.models import UnitKind


@dataclass(frozen=True)
class Person:
    """Who belongs to it: the person, and where, for those who aren't the county's leaders."""

    user: User
    posts: str


@dataclass(frozen=True)
class Line:
    """An act on the squad: who, when, why, and what changed from what to what."""

    at: datetime
    text: str
    who: str
    why: str
    changes: list[str] = field(default_factory=list)


def people_of(squad: Squad, on: date) -> list[Person]:
    """Those who belong to it on the day *on*, with the posts that they hold. One query more than `members_of`."""
    users = members_of(squad, on)
    posts: dict[int, list[str]] = {}
    held = Post.objects.filter(holder__in=users, active=True, unit__county=squad.unit.county_id)
    for post in held.exclude(unit__kind=UnitKind.LEADERS).select_related("unit").order_by("position", "pk"):
        posts.setdefault(post.holder_id or 0, []).append(f"{post.unit.short_name} {post}")
    return [Person(user, _(", ").join(posts.get(user.pk, []))) for user in users]


def history_of(squad: Squad) -> list[Line]:
    """The newest first; what the heartbeat did on the day is said as well."""
    rows = list(squad.history.select_related("history_user", "lead").order_by("history_date", "history_id"))
    members, heads = _read(rows, "members", "unit"), _read(rows, "heads", "post")
    lines, was = [], None
    for row in rows:
        now = _facts(row, members.get(row.pk, []), heads.get(row.pk, []))
        if was is None:
            lines.append(_line(row, _("Squad formed"), []))
        elif changes := list(_differing(was, now)):
            lines.append(_line(row, _("Squad changed"), changes))
        elif was["active"] != now["active"]:
            lines.append(_line(row, _("It works from today on") if now["active"] else _("Its last day is over"), []))
        was = now
    return lines[::-1]


def _line(row: Any, text: str, changes: list[str]) -> Line:
    return Line(row.history_date, text, str(row.history_user or ""), row.history_change_reason or "", changes)


def _read(rows: list[Any], name: str, what: str) -> dict[int, list[str]]:
    """What *rows* of history list under *name*, by row; one query for all of them."""
    found: dict[int, list[str]] = {}
    if not rows:
        return found
    for one in getattr(rows[0], name).model.objects.filter(history__in=rows).select_related(what).order_by("pk"):
        found.setdefault(one.history_id, []).append(str(getattr(one, what)))
    return found


def _facts(row: Any, members: list[str], heads: list[str]) -> dict[str, Any]:
    """What a row of history says, as people read it."""
    on = timezone.localdate(row.history_date)
    return {
        "lead": str(row.lead) if row.lead_id else "",
        "members": _(", ").join(members),
        "heads": _(", ").join(heads),
        "duties": _("; ").join(row.duties),
        "since": figures.day(row.since, on) if row.since else "",
        "until": figures.day(row.until, on) if row.until else "",
        "active": row.active,
    }


def _differing(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name in ("heads", "lead", "members", "duties", "since", "until"):
        if was[name] != now[name]:
            label = label_of(Squad, name) if name not in ("heads", "members") else _several(name)
            said = {"label": label, "was": was[name] or figures.NONE, "now": now[name] or figures.NONE}
            yield _("%(label)s: from %(was)s to %(now)s") % said


def _several(name: str) -> Any:
    return getattr(Squad, name).field.verbose_name
