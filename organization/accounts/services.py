"""Accounts of many posts opened in one go, and the slips with their first passwords, kept for an hour."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import progress
from core.refusals import Refused, require
from organization.accounts.models import AccountSlips
from organization.people.models import Post, Role, User
from organization.people.services import first_password, open_account, post_for
from organization.permissions import can_manage_people, kept_apart
from organization.sign_in.secrets import opened, sealed
from organization.units.models import Unit

KEPT = timedelta(hours=1)


@dataclass(frozen=True)
class Wanted:
    """An account to open: for *post*, or for the officer of *unit*, which has no post yet."""

    username: str
    post: Post | None = None
    unit: Unit | None = None
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Slip:
    """What one person is handed: where to sign in, with what."""

    unit: str
    post: str
    username: str
    password: str


@dataclass(frozen=True)
class Slips:
    """The slips of one press, who for and until when they can be seen; `key` is that of the paper made of them."""

    county: str
    site: str
    slips: tuple[Slip, ...]
    key: str
    until: datetime


def open_accounts(
    county: Unit, wanted: Sequence[Wanted], *, by: User, now: datetime, site: str
) -> AccountSlips | None:
    """Opens all accounts of *wanted* or none; the slips for who opens them, with the address *site* on them.

    Where the three administrators are kept apart the accounts have no password yet, and there are no slips: the
    security administrator gives each its first one. Refused where a post has a holder by now. Takes its time for the
    passwords before anything is locked, so never inside a transaction.
    """
    require(can_manage_people(by, county))
    apart = kept_apart(by, county)
    passwords = [None if apart else first_password() for _one in wanted]
    hashes = []
    for n, password in enumerate(passwords, 1):
        progress.step(n, len(passwords), gettext_noop("making first passwords"))
        hashes.append(password and make_password(password))
    with transaction.atomic():
        posts = _vacant(county, wanted)
        slips = []
        for one, post, password, hashed in zip(wanted, posts, passwords, hashes, strict=True):
            open_account(
                post,
                username=one.username,
                password=None,
                hashed=hashed,
                name=one.name,
                phone=one.phone,
                by=by,
                now=now,
            )
            slips.append(Slip(post.unit.name, post.title, one.username, password or ""))
        return None if apart else _keep(county, slips, by=by, now=now, site=site)


def _vacant(county: Unit, wanted: Sequence[Wanted]) -> list[Post]:
    """The posts that are to be held, locked; Refused if one of them has a holder by now or isn't there any more."""
    units = Unit.objects.select_for_update().filter(county=county, pk__in=[one.unit.pk for one in wanted if one.unit])
    list(units.order_by("pk"))
    mine = [post_for(one.unit, str(Role.OFFICER.label), Role.OFFICER).pk for one in wanted if one.unit]
    keys = [one.post.pk for one in wanted if one.post] + mine
    locked = Post.objects.select_for_update(of=("self",)).select_related("unit", "unit__county", "holder")
    found = {post.pk: post for post in locked.filter(pk__in=keys, unit__county=county).order_by("pk")}
    officers = iter(mine)
    posts = [found[one.post.pk if one.post else next(officers)] for one in wanted]
    if taken := [post.in_full for post in posts if post.holder_id or not post.active]:
        raise Refused(_("Somebody holds these posts by now: %(posts)s. Look again.") % {"posts": "、".join(taken)})
    return posts


def _keep(county: Unit, slips: Sequence[Slip], *, by: User, now: datetime, site: str) -> AccountSlips:
    held = {"county": county.name, "site": site, "slips": [asdict(slip) for slip in slips],
            "key": Fernet.generate_key().decode()}  # fmt: skip
    return AccountSlips.objects.create(county=county, by=by, at=now, sealed=sealed(json.dumps(held)))


def slips_of(row: AccountSlips, *, by: User, now: datetime) -> Slips | None:
    """What is handed over by *row*; None for anybody else, and when its hour is over."""
    if row.by_id != by.pk or now >= row.at + KEPT:
        return None
    try:
        held = json.loads(opened(row.sealed))
    except InvalidToken:  # of another SECRETS_KEY
        return None
    slips = tuple(Slip(**slip) for slip in held["slips"])
    return Slips(held["county"], held["site"], slips, held["key"], row.at + KEPT)


def forget_slips(county: Unit, *, now: datetime) -> int:
    """Throws away what was kept for its hour; how many accounts' slips."""
    return AccountSlips.objects.filter(county=county, at__lte=now - KEPT).delete()[0]
