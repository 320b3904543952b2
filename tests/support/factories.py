"""Things on file for tests, made directly: what services do is tested where they are tested."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Max, Q
from pypinyin import Style, lazy_pinyin

from core.days.periods import Period
from organization.people.models import Post, Role
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from organization.units.models import Unit
from projects.choices import ApprovalKind, ReportStatus, Stage
from projects.milestones import services as services_of_milestones
from projects.models import AnnualPlan, Approval, Milestone, MonthlyReport, Project, Sponsor
from projects.registry.months import services
from projects.registry.months.rows import rows_of

WAN = 10_000  # yuan
NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)  # 10 June 2026, ten in the morning there


def unit_of(county: Unit, code: str) -> Unit:
    return Unit.objects.get(county=county, code=code)


def make_project(
    county: Unit,
    *,
    lead_unit: Unit | str = "xicheng",
    name: str = "",
    plan: int | None = None,
    year: int = 2026,
    stage: str = Stage.PLANNED,
    sponsor: Post | str | None = None,
    **facts: Any,
) -> Project:
    """A project with what its *stage* needs; *plan* (yuan) gives it a plan for *year*; *sponsor* a leader's title.

    No two have one number, one code, or one name and lead unit, unless a test gives them.
    """
    if isinstance(lead_unit, str):
        lead_unit = unit_of(county, lead_unit)
    last = Project.objects.aggregate(pk=Max("pk", default=0), number=Max("number", default=0, filter=Q(county=county)))
    if not name:
        name = "粮食烘干中心"
        if Project.objects.filter(county=county, lead_unit=lead_unit, name=name).exists():
            name += f"{last['pk'] + 1}号"
    order = list(Stage)
    reached = order.index(Stage(stage))
    defaults: dict[str, Any] = {
        "created_at": NOW,
        "counts_from": date(year - 1, 1, 1),
        "total_investment": 20_000 * WAN,
        "number": last["number"] + 1,
        "initials": "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower(),
    }
    if reached >= order.index(Stage.PREWORK):
        defaults |= {"code": f"2601-220523-04-01-{last['pk'] + 1:06}", "planned_start": date(year, 3, 1)}
    if reached >= order.index(Stage.STARTED):
        defaults |= {"started_on": date(year, 3, 10)}
    if reached >= order.index(Stage.ENTERED):
        defaults |= {"entered_on": date(year, 4, 10)}
    if reached >= order.index(Stage.COMPLETED):
        defaults |= {"completed_on": date(year, 5, 20)}
    project = Project.objects.create(county=county, lead_unit=lead_unit, name=name, stage=stage, **(defaults | facts))
    if reached >= order.index(Stage.RESERVE):
        Approval.objects.create(project=project, kind=ApprovalKind.FILING, obtained_on=date(year, 1, 15))
    if reached >= order.index(Stage.STARTED):
        Approval.objects.create(project=project, kind=ApprovalKind.CONSTRUCTION, obtained_on=date(year, 2, 20))
    if plan is not None:
        AnnualPlan.objects.create(project=project, year=year, investment=plan)
    count([project], year)
    if sponsor is not None:
        if isinstance(sponsor, str):
            sponsor = Post.objects.get(unit__county=county, title=sponsor, role=Role.LEADER)
        Sponsor.objects.create(project=project, post=sponsor)
    return project


def make_schedule(
    project: Project, by: Any, *, target: date = date(2027, 6, 30), template: str = "start"
) -> Milestone:
    """A schedule laid backwards from *target*; its milestone that no paper ends."""
    services_of_milestones.lay_out(project, target=target, template=template, by=by, now=NOW)
    found: Milestone = Milestone.objects.filter(project=project, fact="").select_related("project").get()
    return found


def count(projects: Iterable[Project], year: int = 2026) -> None:
    """The months' rows of *projects* for the year before *year*, that and the next, as their facts are now."""
    known = services._known([project.pk for project in projects], Period.month(year - 1, 1))
    months = (Period.month(year - 1, 1), Period.month(year + 1, 12))
    services._upsert([row for one in known.values() for row in rows_of(one, *months)])


def with_authority(county: Unit, **authority: str) -> None:
    """The county's profile names the units that give approvals: kind=code."""
    data = {"approvals": {"authority": authority}}
    CountyProfile.objects.update_or_create(
        county=county, defaults={"key": "test", "data": data, "digest": digest(data), "loaded_at": NOW}
    )


def make_report(
    project: Project, month: str, *, works: int = 0, status: str = ReportStatus.ACCEPTED, **facts: Any
) -> MonthlyReport:
    """A report of *month* whose year to date follows on the newest earlier report of the year."""
    earlier = project.reports.filter(month__gte=f"{month[:4]}-01", month__lt=month).order_by("-month").first()
    before = (earlier.works_ytd or 0) if earlier else 0
    if status != ReportStatus.DRAFT:
        facts.setdefault("submitted_at", NOW)
    return MonthlyReport.objects.create(
        county_id=project.county_id,
        project=project,
        month=month,
        works=works,
        works_before=before,
        works_ytd=before + works,
        status=status,
        **{"progress": "主体施工", **facts},
    )
