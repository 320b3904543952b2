"""Absences (外出、出差、学习、休假): who holds a post is away for some days, and another post does its work."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.people.models import Post, User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def crossing(self, since: date, until: date | None) -> AbsenceQuerySet:
        """Those that hold on a day from *since* to *until* (None: whenever), while that person has the post."""
        gone = Q(until=None) | Q(until__gte=since)
        back = Q(back_on=None) | (Q(back_on__gt=since) & Q(back_on__gt=F("since")))
        begun = Q() if until is None else Q(since__lte=until)
        return self.filter(gone, back, begun, post__active=True, post__holder=F("person"))

    def on(self, day: date) -> AbsenceQuerySet:
        """Those that hold on *day*."""
        return self.crossing(day, day)

    def whole(self) -> AbsenceQuerySet:
        """With all that is said of one."""
        return self.select_related("post__unit__county", "post__holder", "person", "deputy__unit", "deputy__holder")


class Absence(models.Model):
    """The person who holds `post` is away from `since` to `until`, both included; without `until` nobody knows how
    long. Whoever holds `deputy` does meanwhile what waits for the post.

    `back_on` is the first day of who comes back earlier; not after `since`, it never held. It ends too with the
    person's holding of the post: who takes over isn't away.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="absences", verbose_name=_("title of the post"))
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("held by"))
    since = models.DateField(_("first day away"))
    until = models.DateField(_("last day away"), null=True, blank=True)
    deputy = models.ForeignKey(Post, models.PROTECT, related_name="deputises", verbose_name=_("deputy"))
    reason = models.CharField(_("reason"), max_length=300)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    back_on = models.DateField(_("back on"), null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return self.post.in_full


def absence_on(post: Post, day: date) -> Absence | None:
    """Who holds *post* is away on *day*."""
    return post.absences.on(day).whole().first()
