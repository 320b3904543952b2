"""The county of the benchmarks: 20 units, 10,000 projects, twelve reports each, one project with sixty."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

from django.db import connection

from bench import months
from organization.people.models import Post, Role, User
from organization.units.models import Unit, UnitKind
from projects.choices import ApprovalKind, ReportStatus, Stage
from projects.models import AnnualPlan, Approval, MonthlyReport, Project, Sponsor

WAN = 10_000
YEAR = 2026
NOW = datetime(YEAR, 12, 20, 2, tzinfo=UTC)
UNITS, PROJECTS, LONG = 20, 10_000, 60


def make() -> Unit:
    """The county, made in bulk: what services do is measured where it is the subject."""
    random = Random(7)
    county = Unit(code="bench", name="基准县", short_name="基准县", kind=UnitKind.COUNTY)
    county.save()
    office = Unit(code="office", name="指挥部办公室", short_name="办公室", kind=UnitKind.OFFICE, parent=county)
    office.save()
    leaders = Unit(code="leaders", name="县领导", short_name="县领导", kind=UnitKind.LEADERS, parent=county)
    leaders.save()
    units = []
    for n in range(UNITS):
        kind = UnitKind.TOWNSHIP if n < 12 else UnitKind.DEPARTMENT
        unit = Unit(
            code=f"u{n:02}", name=f"第{n + 1}单位", short_name=f"单位{n + 1:02}", kind=kind, parent=county, position=n
        )
        unit.save()
        units.append(unit)
    user = User.objects.create(username="office", name="调度岗", email="office@county.example")
    Post.objects.create(unit=office, title="调度岗", role=Role.OFFICE, holder=user)
    posts = [Post.objects.create(unit=leaders, title=f"县领导{n:02}", role=Role.LEADER) for n in range(1, 21)]
    _projects(county, units, posts, random)
    months.fill(county, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return county


def _projects(county: Unit, units: list[Unit], posts: list[Post], random: Random) -> None:
    stages = list(Stage)
    projects = []
    for n in range(PROJECTS):
        stage = stages[min(n % 7, 5)]
        reached = stages.index(stage)
        projects.append(
            Project(
                county=county,
                number=n + 1,
                name=f"{random.choice('东西南北')}片区{n + 1}号产业园基础设施建设",
                initials=f"pq{n}",
                code=f"2601-220523-04-01-{n + 1:06}",
                lead_unit=units[n % UNITS],
                total_investment=random.randrange(500, 90_000) * WAN,
                stage=stage,
                nature="new",
                level=random.choice(["", "county", "city"]),
                investment_kind="government",
                planned_start=date(YEAR, 1 + n % 12, 1),
                planned_completion=date(YEAR + 1, 6, 30),
                started_on=date(YEAR, 2, 10) if reached >= 3 else None,
                entered_on=date(YEAR, 4, 10) if reached >= 4 else None,
                completed_on=date(YEAR, 9, 20) if reached >= 5 else None,
                created_at=NOW,
                counts_from=date(YEAR, 1, 1),
            )
        )
    Project.objects.bulk_create(projects, batch_size=500)
    AnnualPlan.objects.bulk_create(
        [AnnualPlan(project=p, year=YEAR, investment=(p.total_investment or 0) // 3) for p in projects],
        batch_size=1000,
    )
    Sponsor.objects.bulk_create(
        [Sponsor(project=p, post=posts[n % len(posts)]) for n, p in enumerate(projects)], batch_size=1000
    )
    Approval.objects.bulk_create(
        [Approval(project=p, kind=ApprovalKind.FILING, obtained_on=date(YEAR, 1, 5)) for p in projects],
        batch_size=1000,
    )
    for month in range(1, 13):  # month by month, as they come in life
        MonthlyReport.objects.bulk_create(
            [_report(p, f"{YEAR}-{month:02}", month, random) for p in projects], batch_size=500
        )
    long = projects[0]
    earlier = [(YEAR - 1 - n // 12, 12 - n % 12) for n in range(LONG - 12)]
    MonthlyReport.objects.bulk_create([_report(long, f"{year}-{month:02}", month, random) for year, month in earlier])


def _report(project: Project, month: str, number: int, random: Random) -> MonthlyReport:
    works = (project.total_investment or 0) // 3 // 14
    return MonthlyReport(
        county_id=project.county_id,
        project=project,
        month=month,
        works=works,
        works_before=works * (number - 1),
        works_ytd=works * number,
        progress="主体施工",
        status=ReportStatus.ACCEPTED,
        accepted_at=NOW,
        submitted_at=NOW,
    )
