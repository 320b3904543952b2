from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.days.periods import Period
from core.models import StoredFile
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import ReportStatus, State
from projects.models import MonthlyReport, Project, ReportingMonth

HANDED_IN = (ReportStatus.SUBMITTED, ReportStatus.APPROVED, ReportStatus.ACCEPTED)


class RoundQuerySet(models.QuerySet["Round"]):
    def still_open(self, county: Unit | int) -> RoundQuerySet:
        """Those of *county* into which something may come: neither closed itself nor of a month that is."""
        closed = ReportingMonth.objects.filter(
            county=models.OuterRef("county"), month=models.OuterRef("period"), closed_at__isnull=False
        )
        return self.filter(~models.Exists(closed), county=county, closed_at=None)


class Round(models.Model):
    """A reporting round of a county: a month's, a week's, or one that the calendar calls for a day; opened by itself,
    with one row per project due."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("Monthly report")
        WEEKLY = "weekly", _("Weekly report")
        CALLED = "called", _("Report on a day")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    period = models.CharField(_("period"), max_length=12)  # 2024-05, 2024-W21, 2024-05-15
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # The code of the list of the year whose projects alone are asked, as it stood on the day of opening.
    listed = models.CharField(_("list"), max_length=20, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["county", "kind", "period"], name="round_once")]


class RoundReminder(models.Model):
    """That a reminder of a round was given out, from when rounds had reminders of their own: kept, written no more."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="reminders", db_index=False)
    code = models.CharField(max_length=8)  # open, or working days from the due day: -2, +0, +1
    recorded_at = models.DateTimeField()
    notices = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="round_reminder_once")]


class Chase(models.Model):
    """That the office asked a unit for what it still owed in a round (催报): by whom, when, for how many projects."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="chases", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    projects = models.PositiveIntegerField()
    text = models.TextField(blank=True)  # as it was sent

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["round", "unit", "at"])]


class RoundPicture(models.Model):
    """The text for a chat group as a picture, as a worker drew it; `stamp` says of which text."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="picture")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    stamp = models.CharField(max_length=64)


class Extension(models.Model):
    """That a unit asked, before the day, for more days in a round, and what the office answered: a new moment, or
    no."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="extensions", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    until = models.DateField(_("asked until"))
    why = models.CharField(_("why"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    given = models.DateTimeField(_("due at"), null=True, blank=True)
    answer = models.CharField(_("why not"), max_length=300, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["round", "unit"])]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"], condition=models.Q(answered_at=None), name="extension_asked_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.unit)


#: Of a row that is no month's: nobody has written it, or the office has given it back.
NOT_WRITTEN = models.Q(submitted_at__isnull=True) | ~models.Q(returned="")


class RoundRowQuerySet(models.QuerySet["RoundRow"]):
    def asked(self) -> RoundRowQuerySet:
        """Those that have to report: all but those that fell out while the round was open."""
        return self.filter(out="")

    def missing(self) -> RoundRowQuerySet:
        """Rows that are still owed."""
        return self.asked().unanswered()

    def unanswered(self) -> RoundRowQuerySet:
        """Rows without a report. A month's row asks the reports themselves: a returned one is owed again."""
        reports = MonthlyReport.objects.filter(
            county=models.OuterRef("round__county"), month=models.OuterRef("round__period"), status__in=HANDED_IN
        )
        handed_in = models.Exists(reports.filter(project=models.OuterRef("project")))
        weekly = ~models.Q(round__kind=Round.Kind.MONTHLY)
        return self.filter((weekly & NOT_WRITTEN) | (~weekly & ~handed_in))

    def missing_in(self, opened: Round) -> RoundRowQuerySet:
        """The rows of one round that are still owed: its month's reports are read together, not one for each row."""
        return self.asked().unanswered_in(opened)

    def unanswered_in(self, opened: Round) -> RoundRowQuerySet:
        rows = self.filter(round=opened)
        if opened.kind != Round.Kind.MONTHLY:
            return rows.filter(NOT_WRITTEN)
        period = Period.parse(opened.period)
        handed_in = MonthlyReport.objects.of_county(opened.county_id, period, *HANDED_IN)
        return rows.filter(~models.Exists(handed_in.filter(project=models.OuterRef("project"))))


class Out(models.TextChoices):
    """Why a row that nobody had answered fell out of an open round: the state of the project, that it was over, or
    that the office doesn't need it this time."""

    SUSPENDED = State.SUSPENDED.value, State.SUSPENDED.label
    WITHDRAWN = State.WITHDRAWN.value, State.WITHDRAWN.label
    MERGED = State.MERGED.value, State.MERGED.label
    SPLIT = State.SPLIT.value, State.SPLIT.label
    COMPLETED = "completed", _("completed before")
    PACKAGE = "package", _("became a package")
    SPARED = "spared", _("not needed this time")


class RoundRow(models.Model):
    """One project that a unit has to report on in a round. Not reported is a row, never an absence.

    Rows are written when the round opens; later ones come by a press (`since`, `added_by`). Once the round is closed
    they stay as they are. A monthly row is answered by its MonthlyReport; another one by `note` itself.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="rows", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, related_name="round_rows")
    since = models.DateTimeField(_("asked since"), null=True, blank=True)  # null: from the round's opening on
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    out = models.CharField(_("why it is not asked any more"), max_length=10, choices=Out, blank=True)
    out_at = models.DateTimeField(null=True, blank=True)
    report = models.ForeignKey(MonthlyReport, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(_("what happened this week"), blank=True)
    problem = models.TextField(_("problems"), blank=True)
    # What the month's running row said when it was handed in: whole yuan of the month so far, of the year so far.
    works = models.BigIntegerField(_("works done in the month"), null=True, blank=True)
    total = models.BigIntegerField(_("works done in the year so far"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)  # the first time: on time or late
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    left_out = models.CharField(_("why it is left out"), max_length=300, blank=True)  # by the office, month by month
    left_out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    left_out_at = models.DateTimeField(null=True, blank=True)
    spared = models.CharField(_("why it is not needed this time"), max_length=300, blank=True)  # by the office
    spared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    returned = models.CharField(_("reason of the return"), max_length=300, blank=True)  # until it is written anew
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    before: str  # last week's note, where the page has looked it up

    objects = RoundRowQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "project", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "project"], name="round_row_once")]
        indexes = [models.Index(fields=["round", "submitted_at"])]
