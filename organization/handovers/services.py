"""Posts that change hands, names and units, and end: planned for a day, carried out on its morning, once.

All refuse as `core.refusals` says. What hangs on a post (sponsored projects, reminders, rights) follows it to whoever
holds it; what was signed or approved stays under who did it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.affected import hand_on
from core.noted import note
from core.records.history import keep, newest_version
from core.refusals import Stale, Wrong, require
from core.told import tell
from organization.handovers.checks import check
from organization.handovers.models import Kind, PostChange
from organization.handovers.permissions import can_change_post
from organization.handovers.words import in_words
from organization.people import recipients
from organization.people import services as people
from organization.people.models import Post, Role, User
from organization.people.names import folded
from organization.units.models import Unit


def seen_of(post: Post) -> int:
    """What a page has seen of *post*: the number of its newest row of history."""
    return newest_version(Post, id=post.pk)


@transaction.atomic
def plan_change(
    post: Post,
    *,
    kind: str,
    on: date,
    by: User,
    now: datetime,
    reason: str,
    to_user: User | None = None,
    leaves: bool = False,
    new_username: str = "",
    new_email: str = "",
    new_title: str = "",
    new_title_en: str = "",
    new_unit: Unit | None = None,
    into: Post | None = None,
    version: int | None = None,
) -> PostChange:
    """Puts a change of *post* on file, which holds from the day *on*; one of today or earlier is carried out at once.

    *version* is what the page had shown (`seen_of`). Wrong with a sentence by field; for who manages accounts.
    """
    county = post.unit.county or post.unit
    require(can_change_post(by, kind, county, opens=to_user is None))
    fresh = _locked(post, county)
    if version is not None and version != seen_of(fresh):
        raise Stale(fresh)
    change = PostChange(
        county=county,
        post=fresh,
        kind=kind,
        on=on,
        to_user=to_user if kind == Kind.HANDOVER else None,
        leaves=leaves and to_user is not None,
        new_username=folded(new_username),
        new_email=new_email,
        new_title=new_title.strip(),
        new_title_en=new_title_en.strip(),
        new_unit=new_unit if kind == Kind.MOVE else None,
        into=into if kind == Kind.CLOSE else None,
        reason=reason.strip()[:300],
        planned_by=by,
        planned_at=now,
    )
    check(change, now=now)
    if PostChange.objects.planned().filter(post=fresh, kind=kind).exists():
        raise Wrong({"kind": _("Such a change is planned already: withdraw that one first")})
    change.save()
    if on <= timezone.localdate(now):
        return carry_out(change, now=now, by=by)
    tell("post_change_planned", change, by=by, now=now, to=_people(change))
    return change


@transaction.atomic
def carry_out(change: PostChange, *, now: datetime, by: User | None = None) -> PostChange:
    """Does what is planned, once: of two at the same moment the second finds it done. *by* is nobody where the day
    has come by itself. Wrong if it can't be done as things stand by now."""
    post = _locked(change.post, change.county)
    fresh = PostChange.objects.select_for_update().get(pk=change.pk)
    if not fresh.planned:
        return fresh
    fresh.post = post
    check(fresh, now=now)
    fresh.old_title, fresh.old_unit, fresh.old_holder = post.title, post.unit, post.holder
    told = _people(fresh)
    _act(fresh, by=by, now=now)
    fresh.done_at = now
    fresh.save()
    detail = {"reason": fresh.reason, "planned_by": fresh.planned_by and fresh.planned_by.username}
    note("post_changed", post, by=by, now=now, words=in_words(fresh), detail=detail)
    tell("post_changed", fresh, by=by, now=now, to=told)
    return fresh


def carry_out_due(county: Unit, *, now: datetime) -> int:
    """Carries out all that holds by now in *county*, in the order of their days; how many.

    One that can't be done any more is withdrawn with the reason, and the administrators are told.
    """
    return people.carry_out_all(
        PostChange.objects.filter(county=county).select_related("post"),
        act=lambda change: carry_out(change, now=now),
        give_up=lambda change, why: _give_up(change, why, now),
        now=now,
    )


def keep_valid(county: Unit, *, now: datetime) -> int:
    """Posts whose first day has come are valid, those whose last day is over aren't any more, and nobody holds them;
    how many changed."""
    today = timezone.localdate(now)
    posts = Post.objects.filter(unit__county=county, unit__active=True, ended=False)
    begun = posts.filter(active=False, since__lte=today).exclude(until__lt=today)
    over = posts.filter(active=True, until__lt=today)
    changed = [*begun, *over]
    reason = _("By the days that the county's file says")
    for post in changed:
        if post.active and post.until:
            people.vacate(post, now=now, on=post.until + timedelta(days=1), reason=reason)
        post.active = not post.active
        keep(post, by=None, now=now, reason=reason, fields=["active"])
    return len(changed)


@transaction.atomic
def withdraw(change: PostChange, *, by: User, now: datetime) -> PostChange:
    """Takes a planned change back before its day; twice changes nothing. Stale for one that is carried out."""
    opens = change.to_user_id is None
    require(can_change_post(by, change.kind, change.county_id, opens=opens))
    fresh = PostChange.objects.select_for_update().get(pk=change.pk)
    if fresh.done_at:
        raise Stale(fresh, _("It is carried out by now"))
    if fresh.planned:
        people.take_off_plan(fresh, by=by, now=now)
        tell("post_change_withdrawn", fresh, by=by, now=now, to=_people(fresh))
    return fresh


@transaction.atomic
def plan_again(change: PostChange, *, by: User, now: datetime) -> PostChange:
    """A plan that was withdrawn stands again, while its day is to come and no other of its kind stands there."""
    require(can_change_post(by, change.kind, change.county_id, opens=change.to_user_id is None))
    fresh = PostChange.objects.select_for_update().get(pk=change.pk)
    if PostChange.objects.planned().filter(post=fresh.post_id, kind=fresh.kind).exists():
        raise Wrong({"kind": _("Such a change is planned already: withdraw that one first")})
    return people.put_back_on_plan(fresh, now=now)


# the acts -----------------------------------------------------------------------------------------------------------


def _act(change: PostChange, *, by: User | None, now: datetime) -> None:
    post, reason = change.post, change.reason
    match change.kind:
        case Kind.HANDOVER:
            _hand_over(change, by, now)
        case Kind.VACATE:
            people.vacate(post, now=now, by=by, on=change.on, reason=reason)
        case Kind.RENAME:
            people.remember(post, change.on)
            post.title, post.title_en = change.new_title, change.new_title_en
            keep(post, by=by, now=now, reason=reason, fields=["title", "title_en", "former_titles"])
        case Kind.MOVE if change.new_unit:
            people.remember(post, change.on)
            post.unit = change.new_unit
            keep(post, by=by, now=now, reason=reason, fields=["unit", "former_titles"])
        case _:
            _close(change, by, now)


def _hand_over(change: PostChange, by: User | None, now: datetime) -> None:
    post, user = change.post, change.to_user
    given: dict[str, Any] = {"now": now, "by": by, "on": change.on}
    if user is None:
        before = post.holder
        if before:
            people.vacate(post, **given, reason=change.reason)
        people.open_account(post, username=change.new_username, password=None, email=change.new_email, **given)
        return
    others = list(user.posts.filter(active=True, unit__county=change.county).exclude(pk=post.pk))
    leaving = others if change.leaves else []
    people.appoint(user, post, **given, reason=change.reason, leaving=leaving)
    for other in leaving:
        people.vacate(other, **given, reason=change.reason)


def _close(change: PostChange, by: User | None, now: datetime) -> None:
    post, into = change.post, change.into
    if into is not None:
        reason = _("; ").join([_("%(post)s is closed") % {"post": post.title}, change.reason])
        hand_on(post, into, by=by, now=now, reason=reason)
        until = (change.on - timedelta(days=1)).isoformat()
        names = [{"title": post.title, "unit": post.unit.code, "until": until}, *post.former_titles]
        into.former_titles = [*into.former_titles, *(one | {"took": post.pk} for one in names)]
        keep(into, by=by, now=now, reason=reason, fields=["former_titles"])
    people.end_post(post, on=change.on, now=now, by=by, reason=change.reason)
    for other in PostChange.objects.planned().filter(post=post).exclude(pk=change.pk):
        _give_up(other, _("%(post)s is closed") % {"post": post.title}, now)


# helpers ------------------------------------------------------------------------------------------------------------


def _locked(post: Post, county: Unit) -> Post:
    """*post* as it is now, under the lock of its county: changes of posts of one county follow each other."""
    Unit.objects.select_for_update(no_key=True).get(pk=county.pk)
    return Post.objects.select_related("unit", "holder").get(pk=post.pk)


def _people(change: PostChange) -> list[User]:
    """Those who hold the post, take it over or take over from it, the administrators and the command office."""
    county = change.county
    concerned: Iterable[User | None] = [
        change.post.holder,
        change.to_user,
        change.into.holder if change.into else None,
        *recipients.holders(county, Role.ADMIN, Role.OFFICE),
    ]
    found = {user.pk: user for user in concerned if user and user.is_active and user != change.planned_by}
    return list(found.values())


def _give_up(change: PostChange, why: str, now: datetime) -> None:
    people.take_off_plan(change, by=None, now=now, why=why)
    admins = recipients.holders(change.county, Role.ADMIN, Role.OFFICE)
    tell("post_change_failed", change, by=None, now=now, why=why, to=admins)
