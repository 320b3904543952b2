"""What can't be done to a post, in words: asked before a change is shown, planned and carried out."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from core.affected import affected
from core.refusals import Wrong
from organization.handovers.models import Kind, PostChange
from organization.people.models import Post, User
from organization.permissions import can_hold
from organization.units.models import Unit


def check(change: PostChange, *, now: datetime) -> None:
    """Wrong with a sentence by field if *change* can't be carried out as things stand."""
    post, wrong = change.post, dict[str, str]()
    if not post.active:
        raise Wrong({"kind": _("%(post)s is closed, or not there yet") % {"post": post}})
    if post.since and change.on <= post.since:
        wrong["on"] = _("The post is there since %(day)s: write a later day") % {"day": post.since}
    if not change.reason.strip():
        wrong["reason"] = _("Write why: it stays with the post")
    match change.kind:
        case Kind.HANDOVER:
            wrong |= _handover(change)
        case Kind.VACATE if post.holder is None:
            wrong["kind"] = _("Nobody holds it")
        case Kind.RENAME:
            wrong |= _rename(change)
        case Kind.MOVE:
            wrong |= _move(change)
        case Kind.CLOSE:
            wrong |= _into(change, change.into) if change.into else _alone(post, now)
    if change.kind in (Kind.HANDOVER, Kind.VACATE, Kind.CLOSE) and (held := _held_since(post)) and change.on < held:
        wrong["on"] = _("%(person)s holds it since %(day)s: write that day or a later one") % {
            "person": post.holder,
            "day": held,
        }
    if wrong:
        raise Wrong(wrong)


def _held_since(post: Post) -> date | None:
    held = post.holdings.filter(until=None).first()
    return held.since if held else None


def _handover(change: PostChange) -> dict[str, str]:
    post, user, account = change.post, change.to_user, change.new_username
    if user is None and not account:
        return {"to_user": _("Say who takes it over, or write the account that is opened for that person")}
    if user is None:
        return {"new_username": said} if (said := _account(change)) else {}
    said = ""
    if account:
        said = _("Either somebody who has an account, or a new account: not both")
    elif user == post.holder:
        said = _("%(person)s holds it already") % {"person": user}
    elif not of_county(user, change.county):
        said = _("%(person)s is another county's") % {"person": user}
    elif not user.is_active and user.posts.filter(active=True).exists():
        said = _("The account of %(person)s is switched off") % {"person": user}
    else:
        others = user.posts.filter(active=True, unit__county=change.county) if change.leaves else ()
        said = can_hold(user, post, others).why
    return {"to_user": said} if said else {}


def _account(change: PostChange) -> str:
    same = {"new_username__iexact": change.new_username}
    planned = PostChange.objects.planned().filter(**same).exclude(pk=change.pk)
    if User.objects.filter(username__iexact=change.new_username).exists() or planned.exists():
        return _("The account “%(name)s” exists already.") % {"name": change.new_username}
    return ""


def of_county(user: User, county: Unit) -> bool:
    """Whether *user* holds a post of *county*, or held one and has no other now."""
    held = user.posts.filter(active=True)
    if held.exists():
        return held.filter(unit__county=county).exists()
    return user.holdings.filter(post__unit__county=county).exists()


def _rename(change: PostChange) -> dict[str, str]:
    post, title = change.post, change.new_title
    if not title:
        return {"new_title": _("Write the new title")}
    if title == post.title:
        return {"new_title": _("It is called so already")}
    if said := _called(post.unit, title, post):
        return {"new_title": said}
    return {}


def _called(unit: Unit, title: str, post: Post) -> str:
    """Why *post* can't be called *title* in *unit*."""
    for other in Post.objects.filter(unit=unit).exclude(pk=post.pk):
        if other.title == title and (other.active or other.role == post.role):
            return _("%(unit)s has a post “%(title)s”") % {"unit": unit, "title": title}
        if other.active and other.called(title):
            return _("“%(title)s” was the title of %(post)s: whoever writes it means that one") % {
                "title": title,
                "post": other,
            }
    return ""


def _move(change: PostChange) -> dict[str, str]:
    post, unit = change.post, change.new_unit
    if unit is None:
        return {"new_unit": _("Say which unit it belongs to from then on")}
    said = ""
    if unit == post.unit:
        said = _("It belongs to it already")
    elif unit.county_id != change.county_id:
        said = _("%(unit)s is another county's") % {"unit": unit.name}
    elif unit.is_county:
        said = _("The whole place has no posts: name a unit")
    elif not unit.active:
        said = _("%(unit)s isn't there any more") % {"unit": unit.name}
    else:
        said = _called(unit, post.title, post)
    return {"new_unit": said} if said else {}


def _into(change: PostChange, into: Post) -> dict[str, str]:
    post, said = change.post, ""
    ending = PostChange.objects.planned().filter(post=into, kind=Kind.CLOSE, on__lte=change.on)
    if into == post:
        said = _("A post can't take over from itself")
    elif into.unit.county_id != change.county_id:
        said = _("%(post)s is another county's") % {"post": into}
    elif not into.active:
        said = _("%(post)s is closed, or not there yet") % {"post": into}
    elif into.role != post.role:
        said = _("%(post)s has another role: what hangs on this one needs a post of the same") % {"post": into}
    elif ending.exists():
        said = _("%(post)s is to be closed by then itself") % {"post": into}
    return {"into": said} if said else {}


def _alone(post: Post, now: datetime) -> dict[str, str]:
    """A post ends without a successor only if nothing hangs on it."""
    things = [f"{one.label} {one.number}" for one in affected(post, now)]
    if not things:
        return {}
    said = _("This hangs on it: %(things)s. Say which post does it from then on")
    return {"into": said % {"things": _(", ").join(things)}}
