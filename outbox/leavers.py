"""Who left isn't written to: what waits for them goes to who took over, else to the head of the unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from core.settled import settled
from organization.handovers.models import PostChange
from organization.people import recipients
from organization.people.models import Post, Role, User
from outbox.models import Delivery, Notice
from outbox.services import Draft, notify_all


class Heir(NamedTuple):
    """Who is told instead, and the post by which."""

    person: User
    post: Post
    took_over: bool


def hand_on(waiting: QuerySet[Delivery], *, now: datetime) -> int:
    """Mail to people who have no account any more isn't sent; who is told instead is said at each message. What only
    concerned the person (an account, a password) is nobody else's. How many messages."""
    rows = list(waiting.filter(notice__person__is_active=False).select_related("notice__person", "notice__county"))
    heirs: dict[int, list[Heir]] = {}
    for row in rows:
        notice = row.notice
        if notice.person_id not in heirs:
            heirs[notice.person_id] = heirs_of(notice.person)
        found = heirs[notice.person_id] if notice.kind in settled() else []
        notify_all((_draft(notice, one) for one in found), now=now, due_at=row.not_before)
        with translation.override(settings.LANGUAGE_CODE):
            said = (
                _("told to %(who)s instead") % {"who": _(", ").join(str(one.person) for one in found)} if found else ""
            )
        mine = Delivery.objects.filter(pk=row.pk, status=Delivery.Status.WAITING)
        mine.update(status=Delivery.Status.LEFT, error=said[:300])
    return len(rows)


def heirs_of(person: User) -> list[Heir]:
    """Who holds by now each post that *person* had; where nobody does, the head of its unit. Each once."""
    given = PostChange.objects.filter(old_holder=person).exclude(done_at=None).values_list("post", flat=True)
    posts = Post.objects.filter(pk__in=[*given, *person.posts.values_list("pk", flat=True)])
    found: dict[int, Heir] = {}
    for post in posts.select_related("unit__parent", "holder").order_by("position", "pk"):
        for one in _of_post(post):
            if one.person.pk != person.pk:
                found.setdefault(one.person.pk, one)
    return list(found.values())


def _of_post(post: Post) -> Iterable[Heir]:
    if post.active and post.holder is not None and post.holder.is_active:
        return [Heir(post.holder, post, True)]
    return [Heir(one, post, False) for one in recipients.of_unit(post.unit, Role.UNIT_HEAD)]


def _draft(notice: Notice, heir: Heir) -> Draft:
    """The same in the same words, and why it comes to them. The key goes on, so that it is settled as the first is."""

    def why(language: str) -> str:
        with translation.override(language):
            about = {"who": notice.person, "post": heir.post}
            if heir.took_over:
                return _("%(who)s has left; it comes to you, who hold the post “%(post)s” now.") % about
            return _("%(who)s has left and nobody holds the post “%(post)s”: it comes to you as the head.") % about

    body = "\n".join(filter(None, (why(settings.LANGUAGE_CODE), notice.body)))
    english = (
        (notice.subject_en, "\n".join(filter(None, (why("en"), notice.body_en)))) if notice.subject_en else ("", "")
    )
    key = f"{notice.key[:180]}:for{heir.person.pk}"
    return Draft(
        heir.person, notice.kind, key, notice.subject, body, notice.link, notice.urgent, notice.county, english
    )
