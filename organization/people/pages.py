"""What pages show of changes that are planned for a day, and what hangs on a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.affected import Hanging, affected
from organization.people.models import Planned, Post


@dataclass(frozen=True)
class Line:
    """A change in words."""

    change: Planned
    text: str
    who: str
    state: str = ""  # withdrawn, or why it couldn't be


@dataclass(frozen=True)
class Part:
    """Things under a heading: what goes to whom, what stays."""

    heading: str
    things: list[Hanging]


@dataclass(frozen=True)
class Preview:
    """What a change does, before it is done."""

    title: str
    sentences: list[str]
    parts: list[Part]


def line(row: Planned, text: str) -> Line:
    state = ""
    if row.withdrawn_at:
        taken = _("taken back") if row.done_at else _("withdrawn")
        by_itself = _("couldn't be done: %(why)s") % {"why": row.withdrawn_why}
        state = taken if row.withdrawn_by else by_itself
    return Line(row, text, str(row.planned_by or ""), state)


def moment_of_it(later: bool) -> str:
    """When a planned change is done."""
    if later:
        return _("It is done by itself on the morning of that day; until then it can be withdrawn.")
    return _("It is done at once.")


def unattended(post: Post, now: datetime) -> list[Hanging]:
    """What nobody sees to once the holder of *post* is gone: what hangs on the post, on its holder, and on the unit
    where nobody else works."""
    things: list[Any] = [post, *([post.holder] if post.holder else [])]
    if not post.unit.posts.filter(active=True).exclude(holder=None).exclude(pk=post.pk).exists():
        things.append(post.unit)
    return [one for thing in things for one in affected(thing, now)]
