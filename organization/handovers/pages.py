"""The page of a post, and what happens to it before it is done."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.affected import Hanging, affected
from core.amounts import figures
from organization.handovers.models import Kind, PostChange
from organization.handovers.words import in_words
from organization.people.models import Post
from organization.people.pages import Part, Preview, line, moment_of_it, of_leaving, others_of, unattended

WITH = ("post__unit", "to_user", "new_unit", "into__unit", "old_unit", "planned_by", "withdrawn_by")


def page(post: Post, now: datetime) -> dict[str, Any]:
    """What the page of *post* shows: who held it in time, what was done to it, what is planned, what hangs on it."""
    rows = [(row, line(row, in_words(row))) for row in post.changes.select_related(*WITH)]
    return {
        "post": post,
        "holdings": list(post.holdings.select_related("user", "given_by")),
        "planned": [said for row, said in rows if row.planned],
        "history": [said for row, said in rows if not row.planned],
        "hanging": affected(post, now),
        "due": affected(post.holder, now) if post.holder else [],
        "others": others_of(post.holder, post) if post.holder else [],
        "former": [_former(one) for one in reversed(post.former_titles) if "took" not in one],
        "took": list(dict.fromkeys(one["title"] for one in post.former_titles if "took" in one)),
    }


def _former(one: dict[str, str]) -> str:
    day = figures.day(date.fromisoformat(one["until"]))
    return _("%(name)s (up to %(day)s)") % {"name": one["title"], "day": day}


def preview(change: PostChange, now: datetime) -> Preview:
    """What *change*, which isn't stored, would do."""
    post, today = change.post, timezone.localdate(now)
    title = _("From %(day)s on: %(what)s") % {"day": figures.day(change.on, today), "what": in_words(change)}
    hanging, sentences, parts = affected(post, now), [moment_of_it(change.on > today)], []
    match change.kind:
        case Kind.HANDOVER:
            sentences += [*of_leaving(post), *_of_coming(change)]
            person = change.to_user.name if change.to_user else change.new_username
            parts.append(Part(_("This goes to %(into)s") % {"into": person}, hanging))
            if change.leaves and change.to_user:
                left = _in_all(others_of(change.to_user, post), now)
                parts.append(Part(_("Of the posts given up, nobody sees to this until somebody holds them"), left))
        case Kind.VACATE:
            sentences += of_leaving(post)
            parts.append(Part(_("Until somebody else holds the post, nobody sees to this"), unattended(post, now)))
        case Kind.RENAME:
            sentences += [
                _("Pages, lists and new papers say “%(name)s”.") % {"name": change.new_title},
                _("Ladder, ledgers and the county's file that say “%(name)s” still mean this post.")
                % {"name": post.title},
            ]
        case Kind.MOVE:
            sentences += _of_moving(change)
        case Kind.CLOSE:
            sentences += of_leaving(post)
            if change.into:
                said = _("Ladder and ledgers that say “%(name)s” mean %(into)s from then on.")
                sentences.append(said % {"name": post.title, "into": change.into.in_full})
                parts.append(Part(_("This goes to %(into)s") % {"into": change.into.in_full}, hanging))
    if change.kind in (Kind.RENAME, Kind.MOVE):
        parts.append(Part(_("This stays"), hanging))
    sentences.append(_("What was signed, approved and reported stays under who did it."))
    return Preview(title, sentences, [part for part in parts if part.things])


def _in_all(posts: list[Post], now: datetime) -> list[Hanging]:
    """What hangs on *posts*, each kind once."""
    found = Counter[Any]()
    for post in posts:
        found.update({one.label: one.number for one in affected(post, now)})
    return [Hanging(label, number) for label, number in found.items()]


def _of_coming(change: PostChange) -> list[str]:
    user = change.to_user
    if user is None:
        said = _("The account %(account)s is opened on that day; its first password is set on this page then.")
        return [said % {"account": change.new_username}]
    said = _("%(person)s sees, fills in and approves what belongs to this post, and gets its reminders.")
    sentences = [said % {"person": user.name}]
    if change.leaves and (others := others_of(user, change.post)):
        given = _(", ").join(other.in_full for other in others)
        sentences.append(_("%(person)s gives up: %(posts)s.") % {"person": user.name, "posts": given})
    return sentences


def _of_moving(change: PostChange) -> list[str]:
    unit = change.new_unit.name if change.new_unit else ""
    return [
        _("Whoever holds it works for %(unit)s: its projects instead of those of %(before)s.")
        % {"unit": unit, "before": change.post.unit.name},
        _("The post keeps its title, its holder and what hangs on it."),
    ]
