"""What happens to accounts and posts."""

from __future__ import annotations

from datetime import datetime

import axes.utils
from django.db import transaction
from django.utils.crypto import get_random_string

from core.affected import hand_on
from core.records.history import keep
from core.told import tell
from organization.people import passwords
from organization.people.models import Post, Role, User
from organization.units.models import Unit


@transaction.atomic
def open_account(
    post: Post,
    *,
    username: str,
    password: str | None,
    now: datetime,
    by: User | None = None,
    must_change: bool = True,
    demo: bool = False,
    email: str = "",
) -> User:
    """An account for the holder of *post*, who signs in with *username*; without a password it can't sign in yet.

    The person is told, but for one of the demonstration.
    """
    user = User(username=username, name=post.title, email=email, must_change_password=must_change, is_demo=demo)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    _give(post, user)
    if not demo:
        tell("account_opened", user, by=by, now=now)
    return user


def first_password() -> str:
    """A password to tell once: four groups without letters that are misread."""
    groups = [
        get_random_string(4, "abcdefghjkmnpqrstuvwxyz"),
        get_random_string(4, "ABCDEFGHJKLMNPQRSTUVWXYZ"),
    ]
    return "-".join([*groups, get_random_string(4, "23456789")])


@transaction.atomic
def appoint(user: User, post: Post, *, now: datetime, by: User | None = None) -> None:
    """*user* holds *post* from now on; both who gets it and who held it are told."""
    before = post.holder
    if before == user:
        return
    _give(post, user)
    if before:
        tell("post_taken", post, by=by, now=now, to=[before])
    tell("post_given", post, by=by, now=now, to=[user])


def _give(post: Post, user: User | None) -> None:
    post.holder = user
    post.save(update_fields=["holder"])


def post_for(unit: Unit, title: str, role: Role) -> Post:
    """The post of that title and role in *unit*, made if the unit doesn't have it."""
    post, _made = Post.objects.get_or_create(unit=unit, title=title, role=role)
    return post


def password_changed(user: User, *, old_hash: str, now: datetime) -> None:
    """After *user* chose a new password: remember the old one's hash, and let them work."""
    user.recent_passwords = [old_hash, *user.recent_passwords][: passwords.KEPT]
    user.must_change_password = False
    user.password_changed_at = now
    user.save(update_fields=["recent_passwords", "must_change_password", "password_changed_at"])


@transaction.atomic
def reset_password(user: User, *, password: str, now: datetime, by: User | None = None) -> None:
    """Set a first password that has to be changed at the next sign-in; ends all sessions of *user* and a lock-out. The
    person is told that it happened."""
    axes.utils.reset(username=user.username)
    user.set_password(password)
    user.must_change_password = True
    user.session_salt = get_random_string(16)
    user.save()
    tell("password_reset", user, by=by, now=now)


def sign_out_everywhere(user: User) -> None:
    """End all sessions of *user*, on every device."""
    user.session_salt = get_random_string(16)
    user.save(update_fields=["session_salt"])


@transaction.atomic
def vacate(post: Post, *, now: datetime, by: User | None = None) -> None:
    """The holder gives *post* up and is told; whoever holds no post any more can't sign in."""
    user = post.holder
    _give(post, None)
    if user:
        tell("post_taken", post, by=by, now=now, to=[user])  # first: nobody writes to who can't sign in
    if user and not user.posts.filter(active=True).exists():
        user.is_active = False
        user.session_salt = get_random_string(16)
        user.save(update_fields=["is_active", "session_salt"])


@transaction.atomic
def move_posts(unit: Unit, to: Unit, *, now: datetime, by: User | None = None, reason: str = "") -> int:
    """The posts of *unit*, which goes, are posts of *to*, with their holders; how many.

    A post that *to* has already is one with it: what hangs on it goes over, and its holder too where that one is
    vacant. Where both are held nobody loses a right: the post comes over beside the other one, with the name of the
    unit that it came from. A vacant one that *to* has already ends.
    """
    posts = list(Post.objects.select_for_update().filter(unit=unit, active=True).order_by("position", "pk"))
    for post in posts:
        same = Post.objects.filter(unit=to, title=post.title, role=post.role).first()
        if same is not None and same.active and same.holder and post.holder and same.holder != post.holder:
            post.title = f"{post.title[: 57 - len(unit.short_name)]}（{unit.short_name}）"
            same = None
        if same is None:
            post.unit = to
            keep(post, by=by, now=now, reason=reason, fields=["unit", "title"])
            continue
        hand_on(post, same, by=by, now=now, reason=reason)
        holder, post.holder, post.active = post.holder, None, False
        keep(post, by=by, now=now, reason=reason, fields=["holder", "active"])
        same.holder, same.active = same.holder or holder, True
        keep(same, by=by, now=now, reason=reason, fields=["holder", "active"])
    return len(posts)


@transaction.atomic
def end_posts(unit: Unit, *, now: datetime, by: User | None = None, reason: str = "") -> int:
    """The posts of *unit*, which goes, end; whoever held one is told, and can't sign in without another. How many."""
    posts = list(Post.objects.select_for_update().filter(unit=unit, active=True).order_by("position", "pk"))
    for post in posts:
        vacate(post, now=now, by=by)
        post.active = False
        keep(post, by=by, now=now, reason=reason, fields=["active"])
    return len(posts)
