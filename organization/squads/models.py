"""Squads (专班、工作组): a unit of that kind with heads, a lead unit, members and duties, from one day to another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.people.models import Post, Role, User
from organization.permissions import UNIT_ROLES
from organization.units.models import Unit

if TYPE_CHECKING:
    from collections.abc import Collection

#: Who belongs to a squad, the one place that says so: by where a post stands to it, and with which roles (None: any).
#: Its heads; whoever holds a post in the squad's own unit; of the lead unit its squad members, its officer and its
#: head; of the other members' units their squad members only: a finance bureau doesn't sit in as a whole.
BELONGING: dict[str, Collection[str] | None] = {
    "heads": None,
    "unit": None,
    "lead": (Role.SQUAD, *UNIT_ROLES),
    "members": (Role.SQUAD,),
}


class SquadQuerySet(models.QuerySet["Squad"]):
    def of(self, county: Unit | int | None, *, on: date) -> SquadQuerySet:
        """The squads of *county* that work on the day *on*."""
        return self.filter(within_days(on), unit__county=county)

    def of_posts(self, posts: Iterable[Post]) -> SquadQuerySet:
        """The squads that the holders of *posts* belong to (`BELONGING`), whatever the day."""
        posts, found = list(posts), Q(pk__in=[])
        for place, roles in BELONGING.items():
            here = [post for post in posts if roles is None or post.role in roles]
            found |= Q(**{f"{place}__in": [post.pk if place == "heads" else post.unit_id for post in here]})
        return self.filter(pk__in=Squad.objects.filter(found).values("pk"))

    def of_user(self, user: User, *, on: date) -> SquadQuerySet:
        """The squads of the person's county that *user* belongs to on the day *on*."""
        return self.of(user.county, on=on).of_posts(user.current_posts)

    def active(self) -> SquadQuerySet:
        """Those that work today, as the heartbeat keeps it: for rights, which ask no clock."""
        return self.filter(active=True)

    def whole(self) -> SquadQuerySet:
        """With all that a page shows of a squad."""
        return self.select_related("unit", "unit__county", "lead").prefetch_related("members", "heads__unit")


class Squad(models.Model):
    """What a unit of kind squad is beside its name. `until` is its last day; duties are sentences.

    `active` says whether today lies between its days: written by the services, and by the heartbeat on the day.
    """

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="squad", verbose_name=_("squad"))
    lead = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="led_squads", verbose_name=_("leading unit")
    )
    members = models.ManyToManyField(Unit, related_name="squads", blank=True, verbose_name=_("member units"))
    heads = models.ManyToManyField(Post, related_name="headed_squads", blank=True, verbose_name=_("heads"))
    duties = models.JSONField(_("duties"), default=list, blank=True)
    since = models.DateField(_("works since"), null=True, blank=True)
    until = models.DateField(_("last day"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True, editable=False)
    filed = models.JSONField(default=dict, blank=True, editable=False)  # what the county's file said of it last
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SquadQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[members, heads], excluded_fields=["filed"])

    class Meta:
        ordering = ["unit__position", "pk"]

    def __str__(self) -> str:
        return str(self.unit)

    def works(self, on: date) -> bool:
        """Whether *on* lies between its days, the last one included."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


def within_days(on: date) -> Q:
    """The condition that a squad works on the day *on*."""
    return (Q(since=None) | Q(since__lte=on)) & (Q(until=None) | Q(until__gte=on))


def members_of(squad: Squad, on: date) -> list[User]:
    """Who belongs to *squad* on the day *on* (`BELONGING`), each person once; nobody before and after its days."""
    if not squad.works(on):
        return []
    places = {
        "heads": Q(pk__in=squad.heads.values("pk")),
        "unit": Q(unit=squad.unit_id),
        "lead": Q(unit=squad.lead_id),
        "members": Q(unit__in=squad.members.values("pk")),
    }
    found = Q(pk__in=[])
    for place, roles in BELONGING.items():
        found |= places[place] if roles is None else places[place] & Q(role__in=roles)
    posts = Post.objects.filter(found, active=True, holder__is_active=True).select_related("holder")
    return list({post.holder_id: post.holder for post in posts.order_by("position", "pk") if post.holder}.values())
