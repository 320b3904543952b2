from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.amounts.cells import tight
from core.flow.models import Change, Record
from core.models import StoredFile
from core.records.order import last
from organization.people.models import Post, User
from organization.permissions import UNIT_ROLES, sees_whole_county, units_of
from organization.portfolios.models import Coverage, Portfolio
from organization.squads.models import Squad
from organization.units.models import Unit, UnitKind, within
from projects.choices import ApprovalKind, ChangeKind, CodeState, Level, Stage, State
from projects.classes import ClassRules
from projects.rules import kind_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from organization.profiles.rules import Rules


STALE = _(
    "Meanwhile the project was changed; it is now in the stage “%(stage)s”. Look at it once more."
)  # to who was slower
DASHES = str.maketrans("", "", "-—–－‐")
STARTED_STAGES = (Stage.STARTED, Stage.ENTERED, Stage.COMPLETED)


def code_key(text: str) -> str:
    """What two writings of one national code have in common: no blanks, no hyphens, capitals."""
    return tight(text).translate(DASHES).upper()


def answered_for(rows: Iterable[Portfolio], beside: Iterable[Portfolio]) -> Q:
    """The condition that one of *rows* answers for a project: by the lead unit, else by the sector where no portfolio
    names the unit; *beside* are the county's other portfolios of that day. As `leaders_of` says of one project."""
    mine = list(rows)
    by_unit = within("lead_unit", [unit for row in mine for unit in row.its_units])
    named = within("lead_unit", [unit for row in (*mine, *beside) for unit in row.its_units])
    return by_unit | (Q(sector__in={code for row in mine for code in row.sectors}) & ~named)


def sponsored_beside(post: Post, covered: Q) -> Q:
    """The condition that *post* sponsors a project because somebody set it by hand, though it isn't *covered*."""
    return Q(pk__in=Sponsor.objects.filter(post=post, by_portfolio=False).values("project")) & ~covered


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> ProjectQuerySet:
        """The projects that *user* may see: the county's, or those that own units lead, help with or supervise, and
        those of the squads that the person belongs to (`organization.squads.models.BELONGING`) on their days."""
        county = user.county
        if county is None:
            return self.none()
        scope = self.filter(county=county)
        if sees_whole_county(user, county):
            return scope
        units = units_of(user, county=county)
        ended = Squad.objects.filter(unit__in=units, active=False).values_list("unit", flat=True)
        if UnitKind.SQUAD in {unit.kind for unit in units} and (gone := set(ended)):
            units = [unit for unit in units if unit.pk not in gone]
        squads = Squad.objects.active().filter(unit__county=county).of_posts(user.current_posts)
        # Asked first: units below a SELECT would have the rows of all counties read and hashed.
        of_squads = list(squads.order_by().values_list("unit", flat=True))
        mine = within("lead_unit", units) | Q(lead_unit__in=of_squads)
        helping = [*(unit.pk for unit in units), *of_squads]
        # Subqueries and no joins: a join would need DISTINCT, which makes every count and sum of a list dearer.
        cooperating = Project.cooperating_units.through.objects.filter(unit__in=helping).values("project")
        sponsored = Sponsor.objects.filter(post__holder=user).values("project")
        competent = Unit.objects.below(units).values("pk")
        return scope.filter(mine | Q(pk__in=cooperating) | Q(pk__in=sponsored) | Q(competent_unit__in=competent))

    def of_squads(self, squads: QuerySet[Squad]) -> ProjectQuerySet:
        """The projects that one of *squads* leads or cooperates in: assigned to it on the project's own form."""
        units = list(squads.order_by().values_list("unit", flat=True))  # asked first, as in `visible_to`
        helped = Project.cooperating_units.through.objects.filter(unit__in=units).values("project")
        return self.filter(Q(lead_unit__in=units) | Q(pk__in=helped))

    def editable_by(self, user: User) -> ProjectQuerySet:
        """The projects whose facts and reports *user* fills in: own unit's, or all for the office."""
        county = user.county
        if county is None:
            return self.none()
        if user.is_office_of(county):
            return self.filter(county=county)
        return self.filter(within("lead_unit", units_of(user, *UNIT_ROLES, county=county)), county=county)

    def active(self) -> ProjectQuerySet:
        return self.filter(state=State.ACTIVE)

    def led_by(self, unit: Unit) -> ProjectQuerySet:
        """The projects of *unit* and the units below it."""
        return self.filter(within("lead_unit", [unit]))

    def competent_of(self, unit: Unit) -> ProjectQuerySet:
        """The projects whose competent department is *unit* or below it: each counts there once, whoever leads it."""
        return self.filter(competent_unit__in=Unit.objects.within(unit).values("pk"))

    def flagged(self, rules: Rules, flag: str) -> ProjectQuerySet:
        """Those that count as *flag* (`industrial`, `private` …) by the classes of *rules*. KeyError for no flag."""
        found = Q()
        for field, codes in rules[ClassRules].flagged(flag).items():
            found |= Q(**{f"{field}__in": codes})
        return self.filter(found)

    def sponsored_by(self, user: User) -> ProjectQuerySet:
        return self.filter(pk__in=Sponsor.objects.filter(post__holder=user).values("project"))

    def in_portfolio_of(self, user: User, on: date) -> ProjectQuerySet:
        """The projects that *user*'s posts answer for by their portfolios on the day *on*."""
        if user.county is None:
            return self.none()
        rows = Coverage(user.county, on).rows
        mine = [row for row in rows if row.post.holder_id == user.pk]
        if not mine:
            return self.none()
        return self.filter(answered_for(mine, rows), county=user.county)

    def kept(self) -> ProjectQuerySet:
        """Those that somebody answers for: under way, finished or suspended, not withdrawn, merged or split up."""
        return self.filter(state__in=[State.ACTIVE, State.SUSPENDED])

    def packages(self) -> ProjectQuerySet:
        """Those that are a name for their parts."""
        return self.filter(package=F("pk"))

    def parts_of(self, package: Project) -> ProjectQuerySet:
        """The sub-projects of *package* as they are today, whatever became of them."""
        return self.filter(package=package).exclude(pk=package.pk)

    def started(self) -> ProjectQuerySet:
        return self.filter(stage__in=STARTED_STAGES)

    def not_started(self) -> ProjectQuerySet:
        return self.exclude(stage__in=STARTED_STAGES)

    def due_to_start(self, on: date) -> ProjectQuerySet:
        """Those whose planned start has come by *on*, started or not."""
        return self.filter(planned_start__lte=on)

    def completed_never_entered(self) -> ProjectQuerySet:
        """The odd ones: completed, yet never in statistics."""
        return self.filter(completed_on__isnull=False, entered_on__isnull=True)

    def entry_confirmed(self) -> ProjectQuerySet:
        """Those whose entry into the statistics the statistics side has confirmed, whatever it came by."""
        return self.filter(entry_record__confirmed_at__isnull=False)

    def planned_with_approval(self) -> ProjectQuerySet:
        """The odd ones: still being planned, though an approval was obtained (P02: they are in reserve by then)."""
        approved = Approval.objects.filter(project=OuterRef("pk"))
        return self.filter(Exists(approved), stage=Stage.PLANNED, state=State.ACTIVE)

    def twins_of(self, project: Project) -> list[Project]:
        """The others in its county that may be *project* itself: with a national code that either
        has or had, or its name and lead unit."""
        same, coded = Q(lead_unit=project.lead_unit_id), frozenset[int]()
        if code := tight(project.code):
            coded = self.coded(project.county_id, [project.code])
            same |= Q(code__iexact=code) | Q(code__iexact=project.code.strip()) | Q(pk__in=coded)
        name = tight(project.name)
        near = self.filter(same, county=project.county_id).exclude(pk=project.pk).select_related("lead_unit")
        return [
            other
            for other in near.order_by(last("number"), "pk")
            if (code and tight(other.code).casefold() == code.casefold())
            or other.pk in coded
            or (other.lead_unit_id == project.lead_unit_id and tight(other.name) == name)
        ]

    @staticmethod
    def coded(county: int, texts: Iterable[str]) -> frozenset[int]:
        """The projects of *county* that have or had one of the codes *texts*, in whatever state it is."""
        keys = [code_key(text) for text in texts]
        found = ProjectCode.objects.filter(key__in=keys, project__county=county)
        return frozenset(found.values_list("project", flat=True))

    def search(self, text: str) -> ProjectQuerySet:
        """By name, any of its codes, unit or the initials of the name's pinyin."""
        return self.filter(self.matching(text))

    @staticmethod
    def matching(text: str, of: str = "") -> Q:
        """The condition of `search`; every word must be found somewhere. Nothing asked matches everything. *of* leads
        from a row with a lead unit of its own to the project: `project__`."""
        found = Q()
        for word in text.split():
            one = (
                Q(**{f"{of}name__icontains": word})
                | Q(**{f"{of}code__icontains": word})
                | Q(**{f"{of}other_codes__icontains": word})
                | Q(lead_unit__name__icontains=word)
                | Q(lead_unit__short_name__icontains=word)
            )
            if word.isascii():
                one |= Q(**{f"{of}initials__contains": word.lower()})
            found &= one
        return found


#: Keys that nobody looks history up by: it is asked for by the project.
UNASKED = ["county", "lead_unit", "agent_unit", "competent_unit", "location", "merged_into", "package", "source_row"]


class Project(Record):
    """An investment project of 500 10k yuan and more, on file once (P01). Amounts are whole yuan."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("county"), db_index=False)
    number = models.PositiveIntegerField(_("number in the registry"), null=True, blank=True)
    name = models.CharField(_("project name"), max_length=200)
    initials = models.CharField(max_length=200, blank=True, editable=False)  # of the name's pinyin, for search
    code = models.CharField(_("national project code"), max_length=40, blank=True)
    other_codes = models.TextField(_("other codes"), blank=True, editable=False)  # as `registry.codes` keeps them
    owner = models.CharField(_("builder"), max_length=200, blank=True, help_text=_("The legal person that builds"))
    investor = models.CharField(_("investor"), max_length=200, blank=True)
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="led_projects", verbose_name=_("lead unit"))
    cooperating_units = models.ManyToManyField(
        Unit, related_name="cooperating_projects", blank=True, verbose_name=_("cooperating units")
    )
    agent_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that handles approvals")
    )
    competent_unit = models.ForeignKey(  # 主管部门: beside the lead unit, which may be the township
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("competent department")
    )
    responsible = models.CharField(_("responsible person's post"), max_length=60, blank=True)
    location = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("township or park")
    )
    site = models.CharField(_("site"), max_length=200, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=10, decimal_places=7, null=True, blank=True)
    # Codes of the county's classes where these know them, else what was said (`core.coded`).
    sector = models.CharField(_("sector"), max_length=60, blank=True)
    cluster = models.CharField(_("cluster"), max_length=60, blank=True)
    category = models.CharField(_("class"), max_length=60, blank=True)  # as the county's own ledger classes it
    level = models.CharField(_("level"), max_length=10, choices=Level, blank=True)
    investment_kind = models.CharField(_("investment kind"), max_length=12, blank=True)
    nature = models.CharField(_("nature"), max_length=12, blank=True)
    scope = models.TextField(_("content and scale"), blank=True)
    total_investment = models.BigIntegerField(_("total investment"), null=True, blank=True)
    start_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_completion = models.DateField(_("planned completion"), null=True, blank=True)

    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.PLANNED)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    state_reason = models.CharField(_("reason of the state"), max_length=300, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    # 打包项目: the package that it is a part of; a package's own is itself, so that none can be in another one.
    package = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="packed", verbose_name=_("package"),
        db_index=False,
    )  # fmt: skip
    # Facts, kept whatever the stage: three starts are three dates; entry and completion come in either order.
    ceremony_on = models.DateField(_("ceremony on"), null=True, blank=True)
    started_on = models.DateField(_("substantial start on"), null=True, blank=True)
    statistics_start_on = models.DateField(_("start for statistics on"), null=True, blank=True)
    entered_on = models.DateField(_("in statistics since"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)

    remark = models.CharField(_("remark"), max_length=500, blank=True)
    source_row = models.ForeignKey(
        "projects.LedgerRow", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ledger row")
    )
    created_at = models.DateTimeField(_("typed at"), null=True, editable=False)
    counts_from = models.DateField(_("counts from"), null=True, editable=False)  # no month before has a row of it

    objects = ProjectQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[cooperating_units], no_db_index=UNASKED)

    class Meta:
        ordering = [last("number"), "pk"]
        indexes = [
            models.Index(fields=["county", "state", "stage"]),
            models.Index(fields=["county", "lead_unit"]),
            models.Index(fields=["county", "number"]),
            models.Index(fields=["county", "version"]),  # for `core.records.marks`
            models.Index(fields=["package"], condition=Q(package__isnull=False), name="project_package"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_investment__isnull=True) | Q(total_investment__gte=0),
                name="project_total_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ACTIVE) | ~Q(state_reason=""), name="project_state_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_package(self) -> bool:
        """Whether it is a name for its parts, which have the reports and the figures."""
        return self.pk is not None and self.package_id == self.pk

    @property
    def is_part(self) -> bool:
        return self.package_id is not None and self.package_id != self.pk

    @property
    def approval_kinds(self) -> frozenset[str]:
        """The kinds of approvals obtained; prefetch `approvals` where it is asked more than once."""
        return frozenset(approval.kind for approval in self.approvals.all())

    @property
    def planned_years(self) -> frozenset[int]:
        """The years that have an annual plan with an amount, which is no draft; prefetch `plans`."""
        found = frozenset(plan.year for plan in self.plans.all() if plan.investment is not None)
        return found - self.drafted_years if found else found

    @property
    def drafted_years(self) -> frozenset[int]:
        """The years whose plans are drafts only in its county: nobody has put them in force on any day. No query where
        `plans` were prefetched `with_drafts`."""
        plans: Any = self.plans.all()
        if all(hasattr(plan, "draft") for plan in plans):
            return frozenset(plan.year for plan in plans if plan.draft)
        drafting: Any = apps.get_model("projects", "Drafting")
        return frozenset(span.year for span in drafting.of_county(self.county_id) if span.until is None)


class Sponsor(models.Model):
    """A leader's post that answers for a project (包保、包联); the first is the one who approves reports."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="sponsors", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="sponsored", verbose_name=_("sponsoring leader"))
    position = models.PositiveSmallIntegerField(default=0)
    by_portfolio = models.BooleanField(_("by portfolio"), default=False)  # passes on with it; set by hand: stays
    since = models.DateField(_("sponsors it since"), null=True, blank=True)  # none: as long as the project counts

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "post"], name="sponsor_once")]

    @staticmethod
    def first_day(project: Project, now: datetime) -> date | None:
        """The first day of who comes to *project* now; None on the day on which it came on file: then nobody was there
        before."""
        made, today = project.created_at, timezone.localdate(now)
        return None if made is not None and timezone.localdate(made) >= today else today


class Approval(models.Model):
    """A document obtained before the works may start (前期手续): what, its number, when."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="approvals", db_index=False)
    kind = models.CharField(_("procedure"), max_length=20, choices=ApprovalKind)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    obtained_on = models.DateField(_("obtained on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)  # unless works have begun by then
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["obtained_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="approval_once")]

    @property
    def called(self) -> str:
        """What people call it, one of the county's own too."""
        return kind_name(self.project.county, self.kind)


class ProjectCode(models.Model):
    """A national code that a project has or had: several where it was coded anew, split or coded wrongly (GB/T
    40058-2021, 7.2–7.7). The one that is shown is the project's `code`; `registry.codes` keeps the two in step."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="codes", db_index=False)
    text = models.CharField(_("national project code"), max_length=40)
    key = models.CharField(max_length=40, db_index=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=CodeState, default=CodeState.VALID)
    shown = models.BooleanField(_("shown"), default=False)
    since = models.DateField(_("since"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-shown", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="project_code_once"),
            models.CheckConstraint(
                condition=Q(shown=False) | Q(state=CodeState.VALID), name="project_code_shown_valid"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class StageChange(Change):
    """A step of the lifecycle."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="stage_changes", db_index=False)
    kind = models.CharField(max_length=10, choices=ChangeKind)
    old = models.CharField(max_length=10, choices=Stage, blank=True)
    new = models.CharField(max_length=10, choices=Stage)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)

    class Meta(Change.Meta):
        indexes = [models.Index(fields=["project", "on"])]


def names_of(sponsors: Iterable[Sponsor]) -> list[str]:
    return [str(sponsor.post) for sponsor in sponsors]
