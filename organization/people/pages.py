"""What pages show of changes that are planned for a day, and what hangs on a post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.affected import Hanging, affected
from core.settled import Matter, Words
from organization.people.models import SIGNS, Planned, Post, User


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


def others_of(user: User, post: Post) -> list[Post]:
    """The posts of its county that *user* holds besides *post*."""
    held = user.posts.filter(active=True, unit__county=post.unit.county_id).exclude(pk=post.pk)
    return list(held.select_related("unit").order_by("position", "pk"))


def of_leaving(post: Post) -> list[str]:
    """What the holder of *post* loses with it: the rights, and without another post the sign-in."""
    person = post.holder
    if person is None:
        return []
    said = {"person": person.name, "account": person.username}
    if others := others_of(person, post):
        said["posts"] = _(", ").join(other.in_full for other in others)
        return [_("%(person)s loses the rights of this post that day and keeps: %(posts)s.") % said]
    return [
        _("%(person)s (account %(account)s) loses the rights of this post that day and, holding no other, can't sign "
          "in any more.") % said,
        _("The account stays, with all that was done by it: it can be given back as it is, or with another post."),
    ]  # fmt: skip


def of_reset(person: User, now: datetime, *, password: bool = True) -> list[str]:
    """What follows of a new password (or of a second factor that is set back) of *person*."""
    devices = person.sessions.filter(expire_date__gt=now).count()
    first = (
        _("The next page shows a first password, once: tell it to the person. It has to be changed at the sign-in.")
        if password
        else _("The second factor is gone: %(person)s sets another one up at the next sign-in.")
        % {"person": person.name}
    )
    ends = ngettext(
        "%(n)s device is signed in now and is signed out by it; what is typed there and not saved is lost.",
        "%(n)s devices are signed in now and are signed out by it; what is typed there and not saved is lost.",
        devices,
    )
    rests = (
        _("The right to sign rests for a day.") if person.posts.filter(active=True, role__in=SIGNS).exists() else ""
    )
    told = _("%(person)s is told that it happened, and by whom. It can't be taken back.") % {"person": person.name}
    return [one for one in (first, ends % {"n": devices}, rests, told) if one]


def last_holder(post: Post) -> User | None:
    """Who held *post*, which is vacant, the last."""
    held = post.holdings.select_related("user").first() if post.holder_id is None else None
    return held.user if held else None


def unattended(post: Post, now: datetime) -> list[Hanging]:
    """What nobody sees to once the holder of *post* is gone: what hangs on the post, on its holder, and on the unit
    where nobody else works."""
    things: list[Any] = [post, *([post.holder] if post.holder else [])]
    if not post.unit.posts.filter(active=True).exclude(holder=None).exclude(pk=post.pk).exists():
        things.append(post.unit)
    return [one for thing in things for one in affected(thing, now)]


def settled_by(model: Any, matters: Sequence[Matter]) -> Words:
    """Of the planned changes of *model* that people were told of: what was done on its day, or withdrawn before."""
    found = model.objects.exclude(done_at=None, withdrawn_at=None).in_bulk([one.about for one in matters])
    words = {}
    for one in matters:
        if row := found.get(one.about):
            said = _("Withdrawn, %(when)s") if row.withdrawn_at else _("Carried out, %(when)s")
            words[one] = said % {"when": one.when(row.withdrawn_at or row.done_at)}
    return words
