"""Loading a county's profile: its rules, units and posts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from core.collect import gather
from core.noted import note
from organization.people.models import ADMINISTRATION, Post, User
from organization.profiles import loader as profiles
from organization.profiles.models import CountyProfile
from organization.profiles.rules import AccountRules, CountyRules
from organization.units.models import Unit, UnitKind


@dataclass
class Loaded:
    """What loading a profile did: sentences are made from these by the command."""

    county: Unit
    created: bool = False
    changed_sections: list[str] = field(default_factory=list)
    changes: list[tuple[Any, list[str]]] = field(default_factory=list)  # (label with %s, names)
    notices: list[tuple[Any, list[str]]] = field(default_factory=list)  # the same, of what should be looked at

    @property
    def anything(self) -> bool:
        return bool(self.created or self.changed_sections or self.changes)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """The data as JSON keeps it (times become text)."""
    plain: dict[str, Any] = json.loads(
        json.dumps(data, default=lambda v: v.isoformat() if isinstance(v, time) else str(v))
    )
    return plain


class SameRegion(profiles.ProfileError):
    """The file is of a region that has a county from another file; nothing was written."""

    def __init__(self, county: Unit, file: str) -> None:
        self.county = county
        said = _("%(county)s, loaded from “%(file)s”, has that region code: update it, or make a second county?")
        super().__init__([said % {"county": county.name, "file": file}])


@transaction.atomic
def load_profile(name: str, *, now: datetime, clash: Literal["", "replace", "as_well"] = "") -> Loaded:
    """Load or update the county profile *name* (or file): its rules, units and posts.

    What the profile loads belongs to its county's unit. Nothing is deleted; loading twice changes nothing. Where
    another file made a county of the same region, *clash* says whether that one is meant (`replace`) or a second
    one (`as_well`). Raises ProfileError; SameRegion if *clash* doesn't say.
    """
    key = profiles.path_of(name).stem
    known = CountyProfile.objects.filter(key=key).select_related("county").first()
    county = known.county if known else Unit.objects.counties().filter(code=key).first()
    data = _plain(profiles.read(name, _titles(county)))
    built = profiles.build(data, key=key, version=1)  # fails before anything is written
    rules = built[CountyRules]
    if county is None and (other := _same_region(rules.region_code)) is not None and clash != "as_well":
        if clash != "replace":
            raise SameRegion(other.county, other.key)
        county = other.county
    done = Loaded(county=county or Unit(code=key))
    done.created = county is None
    county = done.county
    if (county.name, county.short_name, county.kind) != (rules.name, rules.short_name, rules.kind):
        county.name, county.short_name, county.kind = rules.name, rules.short_name, UnitKind(rules.kind)
        county.save()
    _keep_apart(county, built[AccountRules].three_admins)
    _store_rules(county, key, data, now, done)
    for load in sorted(gather("loads"), key=lambda load: load.order):
        if names := load.store(county, data, now):
            (done.notices if load.notice else done.changes).append((load.label, names))
    if done.anything:
        changes = {str(label): names for label, names in done.changes}
        detail = {"file": key, "sections": done.changed_sections, **changes}
        note("profile_loaded", county, by=None, now=now, detail=detail)
    return done


def _keep_apart(county: Unit, apart: bool) -> None:
    """Whether *county* keeps its three administrators apart. ProfileError as long as somebody is two of them."""
    if county.three_admins == apart:
        return
    held = Post.objects.filter(unit__county=county, active=True, role__in=ADMINISTRATION).exclude(holder=None)
    roles: dict[User, set[str]] = {}
    for post in held.select_related("holder").order_by("position", "pk"):
        if post.holder:
            roles.setdefault(post.holder, set()).add(post.role)
    if apart and (double := [user.username for user, parts in roles.items() if len(parts) > 1]):
        said = _("three_admins: these accounts are two of the three administrators: %(names)s; vacate one post first")
        raise profiles.ProfileError([said % {"names": ", ".join(double)}])
    county.three_admins = apart
    county.save()


def _titles(county: Unit | None) -> list[str]:
    """The titles of the posts that *county* has, and those that they had; none before it is there."""
    if county is None:
        return []
    posts = Post.objects.filter(unit__county=county, active=True)
    return [title for post in posts for title in (post.title, *(one["title"] for one in post.former_titles))]


def _same_region(code: str) -> CountyProfile | None:
    if not code:
        return None
    found = CountyProfile.objects.select_related("county").order_by("pk")
    return next((row for row in found if row.data.get("county", {}).get("region_code") == code), None)


def _store_rules(county: Unit, key: str, data: dict[str, Any], now: datetime, done: Loaded) -> None:
    digest = profiles.digest(data)
    row = CountyProfile.objects.filter(county=county).first()
    if row and row.digest == digest:
        return
    old = row.data if row else {}
    done.changed_sections = sorted(k for k in {*old, *data} if old and old.get(k) != data.get(k))
    row = row or CountyProfile(county=county, version=0)
    row.key, row.data, row.digest, row.loaded_at = key, data, digest, now
    row.version += 1
    row.save()
