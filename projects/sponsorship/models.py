"""Sponsorship 包联 of a project: its team with days, visits to the site, the secretary's report of a month."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import StoredFile
from organization.people.models import Post, Role, User
from projects.photos.models import Photo
from projects.registry.models import Project


class Part(models.TextChoices):
    """What a member of the team is, beside the sponsoring leader (a `Sponsor`) and the head of the lead unit."""

    UNIT = "unit", _("Responsible person of the lead unit")
    BUILDER = "builder", _("Responsible person of the builder")
    COOPERATING = "cooperating", _("Responsible person of a cooperating unit")
    INSPECTOR = "inspector", _("Stationed discipline inspector")
    SECRETARY = "secretary", _("Project secretary")


class Side(models.TextChoices):
    """As what somebody goes to the site: whose duty the visit fulfils."""

    LEADER = "leader", _("Sponsoring leader")
    HEAD = "head", _("Head of the lead unit")


class Kind(models.TextChoices):
    VISIT = "visit", _("Visit on site")
    OFFICE = "office", _("Office hours on site")
    STUDY = "study", _("Study of how to go on")


def called(post: Post) -> str:
    """*post* as people call it: a leader by the title alone, others with their unit."""
    return str(post) if post.role == Role.LEADER else post.in_full


class MemberQuerySet(models.QuerySet["Member"]):
    def on(self, day: date) -> MemberQuerySet:
        """Those who belong to the team on *day*."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Member(models.Model):
    """Who has a part in a project's team from `since` to `until` (None: not over): a post on file, or, of the builder
    and others who have none here, a title that was typed. Never a person's name."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="members", verbose_name=_("project"))
    part = models.CharField(_("part in the team"), max_length=12, choices=Part)
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post on file")
    )
    title = models.CharField(_("or its title"), max_length=60, blank=True)
    telephone = models.CharField(_("telephone"), max_length=30, blank=True)
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MemberQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(post__isnull=False) | ~Q(title=""), name="member_is_somebody"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="member_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return called(self.post) if self.post else self.title

    @property
    def phone(self) -> str:
        """The telephone that was typed, else that of the account that holds the post."""
        holder = self.post.holder if self.post else None
        return self.telephone or (holder.phone if holder else "")


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> VisitQuerySet:
        return self.filter(project__in=Project.objects.visible_to(user))

    def counted(self) -> VisitQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Visit(models.Model):
    """A leader or the head of the lead unit was at the project: when, what for, what was settled, with photos."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="visits", verbose_name=_("project"), db_index=False
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("who went"))
    side = models.CharField(max_length=8, choices=Side)
    kind = models.CharField(_("what for"), max_length=8, choices=Kind)
    on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    settled = models.TextField(_("what was settled"), blank=True)
    # Pictures of the project, looked at and kept as those of a report; `photos` are files of before these were.
    pictures = models.ManyToManyField(Photo, related_name="visits", blank=True, verbose_name=_("photos"))
    photos = models.ManyToManyField(StoredFile, related_name="+", blank=True, verbose_name=_("photos"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    at = models.DateTimeField(_("entered at"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = VisitQuerySet.as_manager()
    history = HistoricalRecords()

    @property
    def stands(self) -> bool:
        """Whether it counts: it hasn't been withdrawn."""
        return self.withdrawn_at is None

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["project", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_why=""), name="visit_withdrawn_with_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.on}"

    @property
    def who(self) -> str:
        return called(self.post)


class LeaderReport(models.Model):
    """What the secretary reports to a leader on a month: a remark beside the facts, which stay as they were (`facts`)
    once it is sent. `pdf` is the paper of the stamp `stamp`."""

    post = models.ForeignKey(
        Post, models.PROTECT, related_name="+", verbose_name=_("sponsoring leader"), db_index=False
    )
    month = models.CharField(_("month"), max_length=7)  # 2026-05
    remark = models.TextField(_("remark"), blank=True)
    facts = models.JSONField(default=dict, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    stamp = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords(excluded_fields=["pdf", "stamp"])

    class Meta:
        ordering = ["-month", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "month"], name="leader_report_once")]

    def __str__(self) -> str:
        return f"{self.post} {self.month}"
