"""A slip (提示单、督办单、联系单、报告单) with its number: frozen when issued; answered or withdrawn afterwards."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import StoredFile
from dispatch.numbers.models import PaperNumber
from dispatch.problems.models import Problem
from organization.people.models import Post, User
from organization.permissions import sees_whole_county, units_of
from organization.units.models import Unit
from projects.models import Project


class SlipQuerySet(models.QuerySet["Slip"]):
    def visible_to(self, user: User) -> SlipQuerySet:
        """The county's, or those addressed to own units or posts, or on projects that the person sees."""
        if user.county is None:
            return self.none()
        scope = self.filter(county=user.county)
        if sees_whole_county(user, user.county):
            return scope
        own = Unit.objects.below(units_of(user, county=user.county)).values("pk")
        posts = [post.pk for post in user.current_posts]
        projects = Project.objects.visible_to(user).order_by().values("pk")
        return scope.filter(Q(unit__in=own) | Q(post__in=posts) | Q(project__in=projects))

    def owed(self) -> SlipQuerySet:
        """An answer is asked for, and none is there."""
        return self.filter(status=Slip.Status.OPEN)


class Slip(models.Model):
    """A slip to a unit, or to a leader (*post*): on a problem, or on what the unit is late with (*items*, the keys of
    what was due). What is printed stands in *facts* since it was issued, whatever becomes of the problem, the unit or
    the county's wording; *file* is the PDF that a worker made of them once.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Waits for the answer")
        SENT = "sent", _("Issued, no answer asked for")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn by the issuer")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    entry = models.OneToOneField(PaperNumber, models.PROTECT, related_name="slip", verbose_name=_("number"))
    kind = models.CharField(_("kind"), max_length=20)  # code from the profile
    problem = models.ForeignKey(
        Problem, models.SET_NULL, null=True, blank=True, related_name="slips", verbose_name=_("problem")
    )
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="slips", verbose_name=_("project")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("addressed to"))
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="slips", verbose_name=_("addressed to the leader")
    )
    title = models.CharField(_("what it is about"), max_length=200)
    due_on = models.DateField(_("answer due on"), null=True, blank=True)
    on = models.DateField(_("issued on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("issued by"))
    at = models.DateTimeField()
    items = models.JSONField(default=list)
    facts = models.JSONField()  # what is printed: `form.Facts`
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_index=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_index=False)  # of the answer
    reason = models.CharField(_("why it is withdrawn"), max_length=300, blank=True)
    closed_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SlipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["county", "status", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="open") | Q(due_on__isnull=False), name="slip_that_waits_has_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry.text} {self.title}"

    @property
    def to(self) -> str:
        """Who it is addressed to."""
        return self.post.in_full if self.post else str(self.unit)

    def is_late(self, on: date) -> bool:
        return self.status == self.Status.OPEN and self.due_on is not None and self.due_on < on
