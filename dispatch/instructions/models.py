"""What leaders ask about a project or a problem and what they instruct, and what the unit answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from dispatch.problems.models import Problem
from organization.people.models import Post, User
from organization.permissions import sees_whole_county
from organization.units.models import Unit
from projects.choices import State
from projects.models import Project

PURSUED = (State.ACTIVE, State.SUSPENDED)  # what was given up owes nothing any more


class Kind(models.TextChoices):
    INQUIRY = "inquiry", pgettext_lazy("of a leader", "Inquiry")
    INSTRUCTION = "instruction", pgettext_lazy("of a leader", "Instruction")


class Status(models.TextChoices):
    OPEN = "open", _("Waits for the answer")
    ANSWERED = "answered", _("Answered, to be accepted")
    ACCEPTED = "accepted", _("Settled")
    WITHDRAWN = "withdrawn", _("Taken back by the leader")


STANDING = (Status.OPEN, Status.ANSWERED)


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: User) -> InstructionQuerySet:
        """The county's, or those on projects and problems that the person sees."""
        if user.county is None:
            return self.none()
        scope = self.filter(county=user.county)
        if sees_whole_county(user, user.county):
            return scope
        projects, problems = Project.objects.visible_to(user), Problem.objects.visible_to(user)
        return scope.filter(Q(project__in=projects.values("pk")) | Q(problem__in=problems.order_by().values("pk")))

    def about(self, projects: Iterable[int]) -> InstructionQuerySet:
        """Those on *projects* (by pk) and on their problems."""
        wanted = list(projects)
        return self.filter(Q(project__in=wanted) | Q(problem__project__in=wanted))

    def standing(self) -> InstructionQuerySet:
        """Neither settled nor taken back."""
        return self.filter(status__in=STANDING)

    def owed(self) -> InstructionQuerySet:
        """The unit owes an answer."""
        return self.filter(Q(project__state__in=PURSUED) | Q(problem__project__state__in=PURSUED), status=Status.OPEN)

    def owed_by(self, unit: Unit) -> InstructionQuerySet:
        return self.owed().filter(Q(project__lead_unit=unit) | Q(problem__owner_unit=unit))

    def of(self, user: User) -> InstructionQuerySet:
        """Those of the leader's posts that the person holds."""
        return self.filter(post__in=[post.pk for post in user.current_posts])

    def with_subject(self) -> InstructionQuerySet:
        """With all that says what it is about and who owes the answer."""
        return self.select_related("project__lead_unit", "problem__project", "problem__owner_unit", "post__unit")

    def not_told_late(self) -> InstructionQuerySet:
        """Those of which nobody was told that the day on which they are due now has passed."""
        told = InstructionStep.objects.filter(
            instruction=OuterRef("pk"), kind=InstructionStep.Kind.LATE, due_on=OuterRef("due_on")
        )
        return self.filter(~Exists(told))


class Instruction(models.Model):
    """One line of a leader on a project, a red light of it, or a problem of the ledger; the unit that leads the
    project, or owns the problem, answers by a day, and again where the leader asks again.

    `unit` and `about` follow the project and the problem: who leads it now answers. `post` is the leader's, so that a
    successor finds what is open. `light` is the code of the red light it is about, `light_words` how it was that day.
    """

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="instructions", verbose_name=_("project")
    )
    problem = models.ForeignKey(
        Problem, models.CASCADE, null=True, blank=True, related_name="instructions", verbose_name=_("problem")
    )
    light = models.CharField(max_length=20, blank=True)
    light_words = models.CharField(_("red light"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.INQUIRY)
    text = models.CharField(_("what the leader wrote"), max_length=300)
    post = models.ForeignKey(Post, models.PROTECT, related_name="instructions", verbose_name=_("leader"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    by_office = models.BooleanField(_("entered by the office"), default=False)
    on = models.DateField(_("given on"))
    asked_on = models.DateField(_("asked on"))  # the newest time: the unit owes the answer since then
    due_on = models.DateField(_("answer due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField(_("answer"), blank=True)  # the newest
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)  # None: nobody ever answered
    closed_on = models.DateField(_("settled on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InstructionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["county", "status", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(project__isnull=False, problem__isnull=True)
                | Q(project__isnull=True, problem__isnull=False),
                name="instruction_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(light="") | Q(project__isnull=False), name="instruction_light_of_a_project"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def about(self) -> Project | Problem:
        """The project or the problem."""
        return self.project or self.problem  # type: ignore[return-value]  # the database keeps one of them

    @property
    def of_project(self) -> Project:
        """The project that it is about, or that its problem is of."""
        about = self.about
        return about if isinstance(about, Project) else about.project

    @property
    def unit(self) -> Unit:
        """Who owes the answer: the unit that leads the project, or owns the problem."""
        about = self.about
        return about.lead_unit if isinstance(about, Project) else about.owner_unit

    @property
    def title(self) -> str:
        """县领导01过问; what the office has typed says so."""
        said = {"leader": self.post.in_full, "kind": self.get_kind_display()}
        if self.by_office:
            return gettext("%(kind)s of %(leader)s (entered by the office)") % said
        return gettext("%(kind)s of %(leader)s") % said

    @property
    def is_pursued(self) -> bool:
        """Whether the project is still one that owes something."""
        return self.of_project.state in PURSUED

    def is_late(self, on: date) -> bool:
        return self.status == Status.OPEN and self.due_on < on


class InstructionStep(models.Model):
    """What was said in turn, as evidence; that a day has passed without an answer is told once."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("Written")
        ANSWERED = "answered", _("The unit answers")
        ASKED = "asked", _("Asked again")
        LATE = "late", _("No answer in time")
        ACCEPTED = "accepted", _("Answer accepted")
        WITHDRAWN = "withdrawn", _("Taken back by the leader")

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: by itself
    text = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)  # of what was asked

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instruction", "due_on"], condition=Q(kind="late"), name="late_once_a_due_day"
            )
        ]
