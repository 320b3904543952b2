"""A named drive (百日攻坚、攻坚年) with its days, phases and tasks; tasks are split, and each keeps its road."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import StoredFile
from organization.people.models import Post, User
from organization.permissions import sees_whole_county, units_of
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.models import Project


class Phase(NamedTuple):
    """A stretch of a campaign: what is due in its days belongs to it."""

    name: str
    first: date
    last: date

    def holds(self, on: date) -> bool:
        return self.first <= on <= self.last


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> CampaignQuerySet:
        """The county's campaigns; of their tasks everybody sees the own ones (`TaskQuerySet.visible_to`)."""
        return self.filter(county=user.county) if user.county else self.none()

    def going(self) -> CampaignQuerySet:
        """Those that nobody has ended."""
        return self.filter(closed_on=None)


class Campaign(models.Model):
    """A campaign of a county. `code` is that of the county's document that it was opened from; `listed` that of the
    list of the year that it is about. `phases` are [name, first day, last day], one after the other."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=20, blank=True)
    name = models.CharField(_("name of the campaign"), max_length=80)
    purpose = models.TextField(_("what it is to reach"), blank=True)
    document = models.CharField(_("document"), max_length=120, blank=True)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    squad = models.ForeignKey(
        Squad, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("squad")
    )
    lead = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="led_campaigns", verbose_name=_("leading unit")
    )
    listed = models.CharField(_("list"), max_length=20, blank=True)
    phases = models.JSONField(_("phases"), default=list, blank=True)
    closed_on = models.DateField(_("ended on"), null=True, blank=True)
    summary = models.TextField(_("what came of it"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CampaignQuerySet.as_manager()
    history = HistoricalRecords(no_db_index=["county"])

    class Meta:
        ordering = ["-first_on", "-pk"]
        indexes = [models.Index(fields=["county", "first_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="campaign_ends_after_it_begins"),
            models.UniqueConstraint(fields=["county", "name", "first_on"], name="campaign_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stretches(self) -> list[Phase]:
        return [Phase(name, date.fromisoformat(first), date.fromisoformat(last)) for name, first, last in self.phases]

    def phase_of(self, on: date) -> Phase | None:
        """The phase that the day *on* lies in."""
        return next((phase for phase in self.stretches if phase.holds(on)), None)


class Status(models.TextChoices):
    OPEN = "open", _("In progress")
    DONE = "done", _("Done, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    DROPPED = "dropped", _("Taken off")


REACHED = (Status.DONE, Status.CONFIRMED)


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> TaskQuerySet:
        """The county's tasks, or those of own units, those that they help with or have given on, and the person's."""
        if user.county is None:
            return self.none()
        scope = self.filter(county=user.county)
        if sees_whole_county(user, user.county):
            return scope
        own = Unit.objects.below(units_of(user, county=user.county)).values("pk")
        posts = [post.pk for post in user.current_posts]
        squads = Squad.objects.active().filter(unit__county=user.county).of_posts(user.current_posts).values("pk")
        mine = Q(unit__in=own) | Q(parent__unit__in=own) | Q(parent__parent__unit__in=own)
        mine |= Q(pk__in=Task.helpers.through.objects.filter(unit__in=own).values("task"))
        mine |= Q(leader__in=posts) | Q(post__in=posts) | Q(campaign__squad__in=squads)
        return scope.filter(mine)

    def standing(self) -> TaskQuerySet:
        """Those that count: nobody has taken them off."""
        return self.exclude(status=Status.DROPPED)

    def given(self) -> TaskQuerySet:
        """The office's own tasks, not the parts that units made of them."""
        return self.filter(parent=None)

    def late(self, on: date) -> TaskQuerySet:
        """Not stated as done, and the day has passed."""
        return self.filter(status=Status.OPEN, due_on__lt=on)

    def whole(self) -> TaskQuerySet:
        """With all that says what it is and whose."""
        return self.select_related(
            "campaign", "county", "unit", "leader__unit", "post__unit", "project", "parent__unit"
        )


class Task(models.Model):
    """What a unit has to do in a campaign by a day; a part of it has a `parent` and is of one of its persons (`post`),
    of a unit below it, or of one that helps.

    `reached` (in `measure`) and `percent` are read from its parts where they have numbers, else as its unit stated
    them last: written with each step (`services.follow`), and no part of its history.
    """

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tasks", verbose_name=_("campaign"))
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts")
    position = models.PositiveIntegerField(_("number"), default=0)
    kind = models.CharField(_("line of work"), max_length=40, blank=True)
    title = models.CharField(_("task"), max_length=120)
    detail = models.TextField(_("what is to be done"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="campaign_tasks", verbose_name=_("responsible unit"))
    helpers = models.ManyToManyField(Unit, related_name="helped_tasks", blank=True, verbose_name=_("helping units"))
    leader = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible leader")
    )
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="campaign_tasks", verbose_name=_("done by")
    )
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="campaign_tasks", verbose_name=_("project")
    )
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2, null=True, blank=True)
    measure = models.CharField(_("counted in"), max_length=12, blank=True)
    due_on = models.DateField(_("due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    asked_until = models.DateField(_("more days asked for, until"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    reached = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, editable=False)
    percent = models.PositiveSmallIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TaskQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[helpers], excluded_fields=["reached", "percent"], no_db_index=["county"])

    class Meta:
        ordering = ["campaign", "position", "pk"]
        indexes = [models.Index(fields=["county", "status", "due_on"])]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="campaign_task_is_no_part_of_itself"),
            models.CheckConstraint(condition=Q(target=None) | Q(target__gt=0), name="campaign_target_above_zero"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def whose(self) -> str:
        """The unit, with the post where it is one person's."""
        return self.post.in_full if self.post else str(self.unit)

    def is_late(self, on: date) -> bool:
        return self.status == Status.OPEN and self.due_on < on

    def above(self) -> Iterator[Task]:
        """What it is a part of, upwards."""
        here = self.parent
        while here is not None:
            yield here
            here = here.parent


class TaskStep(models.Model):
    """What was done with a task, as evidence: nothing is overwritten, and what was taken back stays and says so."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("Given")
        SPLIT = "split", _("Made a part of it")
        CHANGED = "changed", _("Changed")
        REPORTED = "reported", _("Progress")
        DONE = "done", _("Stated as done")
        CONFIRMED = "confirmed", _("Confirmed")
        RETURNED = "returned", _("Not done yet, given back")
        ASKED = "asked", _("More days asked for")
        EXTENDED = "extended", _("More days given")
        REFUSED = "refused", _("More days refused")
        DROPPED = "dropped", _("Taken off")
        MOVED = "moved", _("Handed on")
        BACK = "back", _("Taken back")

    task = models.ForeignKey(Task, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)  # null: the system
    text = models.TextField(blank=True)
    number = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)
    before = models.BigIntegerField(null=True, blank=True)  # the row of history that stood before it

    class Meta:
        ordering = ["-pk"]


class TaskSheet(models.Model):
    """The table of a campaign's tasks (任务分解表) as a worker set it, of the whole or of one unit's (its
    责任清单); `stamp` says of what."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="sheets", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    stamp = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="task_sheet_once_a_unit"),
            models.UniqueConstraint(fields=["campaign"], condition=Q(unit=None), name="task_sheet_once"),
        ]
