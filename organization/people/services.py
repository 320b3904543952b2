"""What happens to accounts and posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import axes.utils
from axes.models import AccessAttempt, AccessLog
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from core.affected import hand_on
from core.noted import note
from core.records.history import keep
from core.refusals import Refused, require
from core.told import tell
from organization.people import passwords, recipients
from organization.people.models import SIGNS, Holding, PlannedQuerySet, Post, Role, Row, Session, User
from organization.people.names import folded
from organization.permissions import can_give_posts, can_hold
from organization.units.models import Unit

REST = timedelta(hours=24)
LOG_DAYS = 190  # 等级保护: logs stay six months at least


def set_contact(user: User, *, name: str, phone: str, now: datetime) -> None:
    """*user* says how to be called and where to be telephoned."""
    user.name, user.phone = name.strip(), phone.strip()
    keep(user, by=user, now=now, fields=["name", "phone"])


@transaction.atomic
def open_account(
    post: Post,
    *,
    username: str,
    password: str | None,
    now: datetime,
    by: User | None = None,
    hashed: str | None = None,
    must_change: bool = True,
    demo: bool = False,
    name: str = "",
    phone: str = "",
    email: str = "",
    on: date | None = None,
) -> User:
    """An account for the holder of *post*, who signs in with *username*; without a password it can't sign in yet.
    Without a *name* it is called after the post. *hashed* is what a password was made into before, where many accounts
    are opened in one transaction.

    The person is told, but for one of the demonstration.
    """
    user = User(
        username=folded(username), name=name.strip() or post.title, email=email, phone=phone.strip(),
        must_change_password=must_change, is_demo=demo,
    )  # fmt: skip
    if hashed is not None:
        user.password = hashed
    elif password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    _give(post, user, now=now, by=by, on=on)
    note("account_opened", user, by=by, now=now, words=f"{user.username} · {post.in_full}")
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
def appoint(
    user: User,
    post: Post,
    *,
    now: datetime,
    by: User | None = None,
    on: date | None = None,
    reason: str = "",
    leaving: Iterable[Post] = (),
) -> None:
    """*user* holds *post* from now on, on paper from the day *on*; both who gets it and who held it are told.

    Whoever held it and holds no post any more can't sign in; who had none and gets this one can again. NotAllowed for
    a post that goes with none of those held, but for those that are given up with it, *leaving*.
    """
    before = post.holder
    if before == user:
        return
    require(can_hold(user, post, leaving))
    _give(post, user, now=now, by=by, on=on, reason=reason)
    if before:
        tell("post_taken", post, by=by, now=now, to=[before])
        _out_without_a_post(before, by=by, now=now)
    if not user.is_active:
        user.is_active = True
        keep(user, by=by, now=now, reason=reason, fields=["is_active"])
        note("account_reopened", user, by=by, now=now, words=user.username)
    tell("post_given", post, by=by, now=now, to=[user])


def _give(
    post: Post,
    user: User | None,
    *,
    now: datetime,
    by: User | None,
    on: date | None = None,
    reason: str = "",
    had: bool = False,
) -> None:
    """The one place that says who holds a post, in the post and in what is known of its holders in time.

    *had*: another post, which was joined with this one, gave the same right.
    """
    day = on or timezone.localdate(now)
    before, post.holder = post.holder, user
    keep(post, by=by, now=now, reason=reason, fields=["holder"])
    held = Holding.objects.filter(post=post, until=None).first()
    if held is None and before:
        held = Holding(post=post, user=before)
    if held:
        held.until = max(day - timedelta(days=1), held.since or date.min)
        held.save()
        _note_of("post_taken", post, held.user, now=now, by=by, on=day, reason=reason)
    if user:
        Holding.objects.create(post=post, user=user, since=day, given_by=by)
        _note_of("post_given", post, user, now=now, by=by, on=day, reason=reason)
        if post.role in SIGNS and not had and not signing(user).exclude(pk=post.pk).exists():
            rest(user, now=now, by=by)


def signing(user: User) -> models.QuerySet[Post]:
    """The posts by which *user* signs."""
    return user.posts.filter(active=True, role__in=SIGNS)


def rest(user: User, *, now: datetime, by: User | None) -> None:
    """*user*, who signs, can't for a day: by a new password, a new second factor, a first post that signs somebody may
    have become two persons. They and the leaders of the county are told. Inside the transaction of who changes it.

    Accounts of a demonstration have no one behind them.
    """
    if user.is_demo:
        return
    user.sign_rests_until = now + REST
    keep(user, by=by, now=now, fields=["sign_rests_until"])
    leaders = {one for post in signing(user).select_related("unit__county") for one in _leaders(post)}
    tell("sign_rests", user, by=by, now=now, to=[user, *(leaders - {user, by})])


def _leaders(post: Post) -> list[User]:
    return recipients.holders(post.unit.county, Role.LEADER) if post.unit.county else []


def _note_of(key: str, post: Post, user: User, *, now: datetime, by: User | None, on: date, reason: str) -> None:
    detail = {"account": user.username, "role": post.role, "on": on, "reason": reason}
    note(key, post, by=by, now=now, words=f"{post.in_full} · {user.name}", detail=detail)


def _out_without_a_post(user: User, *, by: User | None, now: datetime) -> None:
    if not user.posts.filter(active=True).exists():
        user.is_active = False
        user.session_salt = get_random_string(16)
        keep(user, by=by, now=now, fields=["is_active", "session_salt"])
        user.sessions.all().delete()
        note("account_closed", user, by=by, now=now, words=user.username)


@transaction.atomic
def close_demonstration(*, now: datetime) -> int:
    """Switches the accounts of the demonstration off, whose password everybody knows; how many."""
    people = list(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))
    for user in people:
        user.is_active = False
        user.save(update_fields=["is_active"])
        note("account_closed", user, by=None, now=now, words=user.username)
    return len(people)


def post_for(unit: Unit, title: str, role: Role) -> Post:
    """The post of that title and role in *unit*, made if the unit doesn't have it."""
    post, _made = Post.objects.get_or_create(unit=unit, title=title, role=role)
    return post


def password_changed(user: User, *, old_hash: str, now: datetime, here: str | None = None) -> None:
    """*user* chose a new password: remember the old one's hash, let them work, *here* and on no other device."""
    user.recent_passwords = [old_hash, *user.recent_passwords][: passwords.KEPT]
    user.must_change_password = False
    user.password_changed_at = now
    user.save(update_fields=["recent_passwords", "must_change_password", "password_changed_at"])
    user.sessions.exclude(session_key=here).delete()
    note("password_changed", user, by=user, now=now)


@transaction.atomic
def reset_password(user: User, *, password: str, now: datetime, by: User | None = None) -> None:
    """Set a first password that has to be changed at the next sign-in; ends all sessions of *user* and a lock-out. The
    person is told that it happened."""
    axes.utils.reset(username=folded(user.username))
    user.set_password(password)
    user.must_change_password = True
    user.session_salt = get_random_string(16)
    user.save()
    user.sessions.all().delete()
    if signing(user).exists():
        rest(user, now=now, by=by)
    note("password_reset", user, by=by, now=now, words=user.username)
    tell("password_reset", user, by=by, now=now)


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User, now: datetime, but: str | None = None) -> None:
    """End all sessions of *user*, on every device; *but* is the key of the one that stays, if its hash is renewed."""
    user.session_salt = get_random_string(16)
    user.save(update_fields=["session_salt"])
    user.sessions.exclude(session_key=but).delete()
    note("signed_out_everywhere", user, by=by, now=now)


def end_device(user: User, handle: str) -> bool:
    """End the one session of *user* that a page calls *handle*; whether there was one."""
    found = [one.pk for one in user.sessions.all() if one.handle == handle]
    user.sessions.filter(pk__in=found).delete()
    return bool(found)


def tidy(*, now: datetime) -> dict[str, int]:
    """Forget sessions that are over, wrong passwords of yesterday, sign-ins older than LOG_DAYS; how many of each."""
    gone = {
        "sessions": Session.objects.filter(expire_date__lt=now),
        "attempts": AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=1)),
        "sign_ins": AccessLog.objects.filter(attempt_time__lt=now - timedelta(days=LOG_DAYS)),
    }
    return {name: rows.delete()[0] for name, rows in gone.items()}


@transaction.atomic
def vacate(post: Post, *, now: datetime, by: User | None = None, on: date | None = None, reason: str = "") -> None:
    """The holder gives *post* up, on paper from the day *on*, and is told; whoever holds no post any more can't sign
    in."""
    user = post.holder
    if user is None:
        return
    _give(post, None, now=now, by=by, on=on, reason=reason)
    tell("post_taken", post, by=by, now=now, to=[user])  # first: nobody writes to who can't sign in
    _out_without_a_post(user, by=by, now=now)


@transaction.atomic
def give_back(post: Post, *, by: User, now: datetime, reason: str = "") -> User:
    """Who held *post* the last holds it again, by the same account: it can sign in as before, and nothing of its
    history is another's. Refused if somebody holds it by now, or nobody ever did."""
    require(can_give_posts(by, post.unit.county_id))
    post = Post.objects.select_for_update(of=("self",)).select_related("unit__county").get(pk=post.pk)
    if post.holder_id or not post.active:
        raise Refused(_("Somebody holds the post by now, or it is closed."))
    held = post.holdings.select_related("user").first()
    if held is None:
        raise Refused(_("Nobody has held it yet."))
    appoint(held.user, post, by=by, now=now, reason=reason)
    return held.user


@transaction.atomic
def end_post(post: Post, *, on: date, now: datetime, by: User | None = None, reason: str = "") -> None:
    """*post* is there no more from the day *on*: its holder gives it up."""
    vacate(post, now=now, by=by, on=on, reason=reason)
    post.active, post.until, post.ended = False, on - timedelta(days=1), True
    keep(post, by=by, now=now, reason=reason, fields=["active", "until", "ended"])


def remember(post: Post, on: date) -> None:
    """What *post* was called, and where, up to the day before *on*; inside the transaction of who changes it."""
    until = (on - timedelta(days=1)).isoformat()
    post.former_titles = [*post.former_titles, {"title": post.title, "unit": post.unit.code, "until": until}]


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
        remember(post, timezone.localdate(now))
        if same is not None and same.active and same.holder and post.holder and same.holder != post.holder:
            name = unit.short_name[:40]
            post.title = f"{post.title[: 58 - len(name)]}（{name}）"
            same = None
        if same is None:
            post.unit = to
            keep(post, by=by, now=now, reason=reason, fields=["unit", "title", "former_titles"])
            continue
        hand_on(post, same, by=by, now=now, reason=reason)
        holder = post.holder
        _give(post, None, now=now, by=by, reason=reason)
        post.active, post.ended = False, True
        keep(post, by=by, now=now, reason=reason, fields=["active", "ended"])
        if same.ended or not same.active:
            same.until = None  # what it was given back for has no last day
        same.active, same.ended = True, False
        same.former_titles = [*same.former_titles, *(one | {"took": post.pk} for one in post.former_titles)]
        keep(same, by=by, now=now, reason=reason, fields=["active", "ended", "until", "former_titles"])
        if holder and not same.holder:
            _give(same, holder, now=now, by=by, reason=reason, had=True)
    return len(posts)


@transaction.atomic
def end_posts(unit: Unit, *, on: date, now: datetime, by: User | None = None, reason: str = "") -> int:
    """The posts of *unit*, which goes, are there no more from the day *on*; whoever held one is told, and can't sign
    in without another. How many."""
    posts = list(Post.objects.select_for_update().filter(unit=unit, active=True).order_by("position", "pk"))
    for post in posts:
        end_post(post, on=on, now=now, by=by, reason=reason)
    return len(posts)


# what is planned for a day -------------------------------------------------------------------------------------------


def carry_out_all(
    rows: PlannedQuerySet[Row], *, act: Callable[[Row], Row], give_up: Callable[[Row, str], None], now: datetime
) -> int:
    """Carries out all of *rows* that hold by now, in the order of their days; how many. What can't be done any more
    is given up with the reason."""
    done = 0
    for row in rows.planned().filter(on__lte=timezone.localdate(now)).order_by("on", "pk"):
        try:
            with transaction.atomic():
                done += act(row).done_at == now
        except Refused as refusal:
            give_up(row, refusal.why)
    return done


def put_back_on_plan(change: Row, *, now: datetime) -> Row:
    """*change*, which somebody withdrew, is planned again. Refused if its day has come meanwhile. Inside the
    transaction of who has locked it and asked for the right."""
    if change.withdrawn_at is None or change.done_at or change.on <= timezone.localdate(now):
        raise Refused(_("Its day has come, or it is done: plan it anew."))
    change.withdrawn_at, change.withdrawn_by, change.withdrawn_why = None, None, ""
    change.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    return change


def take_off_plan(change: Row, *, by: User | None, now: datetime, why: str = "") -> Row:
    """*change*, which is planned, isn't done: withdrawn, or by itself (*by* nobody) since it can't be."""
    change.withdrawn_at, change.withdrawn_by, change.withdrawn_why = now, by, why[:300]
    change.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    return change
