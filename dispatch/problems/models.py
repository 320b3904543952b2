from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import StoredFile
from dispatch.problems.rules import Level, ProblemRules
from investment.leads.models import Lead
from organization.people.models import Post, User
from organization.permissions import sees_whole_county, units_of
from organization.profiles.rules import rules_of
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.models import MonthlyReport, Project, Visit


def rung_posts(level: Level, county: Unit) -> list[Post]:
    """The posts that a rung of the ladder names: that of its unit, or of every unit that has one of that title, or
    had it before the post was called otherwise."""
    posts = Post.objects.filter(unit__county=county, active=True)
    at = Unit.objects.filter(county=county).standing_for(level.unit) if level.unit else ()
    return posts.named(level.post, unit=level.unit, at=at)


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, user: User) -> ProblemQuerySet:
        """The county's problems, or those that own units raised, own or have in their projects, or came up to them,
        and those of the projects of the squads that the person belongs to."""
        if user.county is None:
            return self.none()
        scope = self.filter(county=user.county)
        if sees_whole_county(user, user.county):
            return scope
        units = units_of(user, county=user.county)
        mine = Q(raised_by=user) | Q(raised_unit__in=units)
        own = Unit.objects.below(units).values("pk")  # looked up once, and no unit joined to each problem
        mine |= Q(owner_unit__in=own) | Q(project__lead_unit__in=own)
        squads = Squad.objects.active().filter(unit__county=user.county).of_posts(user.current_posts)
        mine |= Q(project__in=Project.objects.filter(county=user.county).of_squads(squads).values("pk"))
        for number, level in enumerate(rules_of(user.county)[ProblemRules].ladder):
            if level.post and any(post.called(level.post) for post in user.current_posts):
                named = rung_posts(level, user.county)
                if len({post.unit_id for post in named}) == 1 and any(post.holder_id == user.pk for post in named):
                    mine |= Q(level__gte=number)
        return scope.filter(mine, project__county=user.county)  # twice, so that projects are joined by index

    def open(self) -> ProblemQuerySet:
        return self.exclude(status=Problem.Status.CLOSED)

    def unplaced(self) -> ProblemQuerySet:
        """Those of which nobody has said yet at which level and by which unit they are to be solved."""
        return self.filter(status=Problem.Status.OPEN, placed_on=None)

    def waiting(self, on: date) -> ProblemQuerySet:
        """Those that wait on the day *on*, with a reason: their clock stands still."""
        return self.filter(status=Problem.Status.OPEN, waits_until__gte=on)

    def with_answerer(self) -> models.QuerySet[Any]:
        """Adds `answered_by`, who reported the result that stands there (`problems.permissions` asks it of each)."""
        answers = ProblemStep.objects.filter(problem=OuterRef("pk"), kind=ProblemStep.Kind.ANSWERED)
        last = Subquery(answers.order_by("-pk").values("by")[:1])
        found: models.QuerySet[Any] = self.annotate(answered_by=Case(When(status=Problem.Status.ANSWERED, then=last)))
        return found


class Problem(models.Model):
    """A problem on a project with an owner and a day by which a result is due (D06).

    `level` counts the steps climbed on the county's ladder (profile `problems.ladder`), from 0.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Being handled")
        ANSWERED = "answered", _("Result reported")
        CLOSED = "closed", _("Closed")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="problems", verbose_name=_("project"))
    report = models.ForeignKey(MonthlyReport, models.SET_NULL, null=True, blank=True, related_name="problems")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, blank=True, related_name="problems")
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, blank=True, related_name="problems")
    key = models.CharField(max_length=120, unique=True)  # one per source: report:17, or a random one for a form
    title = models.CharField(_("problem"), max_length=200)
    detail = models.TextField(_("details and what is asked for"), blank=True)
    category = models.CharField(_("category"), max_length=20)  # code from the profile
    source = models.CharField(_("how it came to light"), max_length=20, blank=True)  # code from the profile
    guessed = models.BooleanField(_("category proposed from its words"), default=False)  # until somebody chooses
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    raised_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("raised by"))
    raised_on = models.DateField(_("raised on"))
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="owned_problems", verbose_name=_("owner"))
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    due_on = models.DateField(_("result due on"))
    placed_on = models.DateField(_("placed on"), null=True, blank=True)  # without: the office has yet to place it
    waits_until = models.DateField(_("waits until"), null=True, blank=True)
    asked_until = models.DateField(_("more days asked for, until"), null=True, blank=True)  # not answered yet
    report_due = models.DateField(_("report to the leader due on"), null=True, blank=True)  # since a consultation
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="doubles", verbose_name=_("merged into")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    result = models.TextField(_("result"), blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProblemQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["county", "status", "due_on"])]

    def __str__(self) -> str:
        return self.title


class ProblemStep(models.Model):
    """What was done with a problem, as evidence; a climb to a level happens once a day: handed back down, it can climb
    again."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("Raised")
        ASSIGNED = "assigned", _("Assigned")
        NOTED = "noted", _("Progress noted")
        ANSWERED = "answered", _("Result reported")
        REJECTED = "rejected", _("Result not accepted")
        ESCALATED = "escalated", _("Raised to the next level")
        CLOSED = "closed", _("Closed")
        PLACED = "placed", _("Placed")
        HANDED_UP = "handed_up", _("Handed up")
        HANDED_DOWN = "handed_dwn", _("Handed back down")
        WAITING = "waiting", _("Waits, with a reason")
        ASKED = "asked", _("More days asked for")
        EXTENDED = "extended", _("More days given")
        REFUSED = "refused", _("More days refused")
        MERGED = "merged", _("Merged with its double")
        REOPENED = "reopened", _("Opened again")
        CONSULTED = "consulted", _("Consultation held")
        REPORTED = "reported", _("Reported to the leader of its level")
        LATE = "late", _("No report to the leader in time")
        SLIP = "slip", _("Slip issued")

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    level = models.PositiveSmallIntegerField()
    on = models.DateField()
    typed_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: the system
    note = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    files = models.ManyToManyField(StoredFile, related_name="+")  # proof: photos and papers that came with it

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "level", "on"], condition=Q(kind="escalated"), name="climb_to_a_level_once"
            )
        ]


class Consultation(models.Model):
    """A consultation (会商) on a problem at the level where it lay: who led it, who was there, what was said, what was
    decided; and the report on that to the level's leader, which is due after the county's working days."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="consultations")
    level = models.PositiveSmallIntegerField()
    led_by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False, verbose_name=_("led by"))
    on = models.DateField(_("held on"))
    present = models.TextField(_("who was present"))
    opinions = models.TextField(_("opinions"), blank=True)
    result = models.TextField(_("result"))
    report_due = models.DateField(_("report due on"))
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    report = models.TextField(_("report"), blank=True)
    late_on = models.DateField(null=True, blank=True)  # people were told that the report is late
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.problem} {self.on}"
