"""The registry as a ledger of its own: what goes out here comes in again without a difference.

The headings are words that `projects.ledger` knows, so the file can be corrected in Excel and imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO, Any

from django.utils import translation

from core.coded import labels
from core.days.periods import Period
from core.tables.writing import Format, TableColumn, write_table
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import State
from projects.classes import LIST_OF, ClassRules
from projects.ledger.on_file import mark_of
from projects.plans.models import AnnualPlan
from projects.registry.models import Project, ProjectQuerySet
from projects.reports.models import MonthlyReport

CHUNK = 2_000  # projects whose plans, reports and people are fetched together
WORDS = {  # the codes in words that the reader turns back into them
    "level": {"province": "省重点", "city": "市重点", "county": "县重点"},
    "stage": {"planned": "谋划", "reserve": "储备", "prework": "前期准备", "started": "开工", "entered": "入统",
              "completed": "竣工"},
}  # fmt: skip
WAN, SHEET = "万元", "项目台账"


def write_registry(
    projects: ProjectQuerySet, period: Period, *, title: str = "", to: IO[bytes] | None = None
) -> IO[bytes]:
    """*projects* with the plan of the period's year and what was done to its end, as .xlsx, row by row.

    Drafts and what isn't accepted yet don't go out. Four queries per 2,000 projects.
    """
    columns = registry_columns(period)
    return write_table(columns, registry_rows(projects, period), title=title, sheet=title or SHEET, to=to)


def registry_columns(period: Period) -> list[TableColumn]:
    """The columns, headed by words that the ledger reader understands."""
    month, year = period.last.month, period.year
    head = f"1-{month}月" if month > 1 else "1月"
    texts = ("项目名称", "项目代码", "层次", "项目分类", "所属行业", "产业集群", "建设性质", "投资类型", "建设单位",
             "责任单位", "主管部门", "配合单位", "手续代办单位", "包联领导", "建设地点", "建设内容",
             "所属打包项目")  # fmt: skip
    quarters = [
        column
        for name in "一二三四"
        for column in (
            TableColumn(f"{name}季度工作内容及形象进度"),
            TableColumn(f"{name}季度计划投资", Format.WAN, WAN, total=True),
        )
    ]
    return [
        TableColumn("序号", Format.NUMBER),
        *(TableColumn(text) for text in texts),
        TableColumn("总投资", Format.WAN, WAN, total=True),
        TableColumn("起始年", Format.YEAR),
        TableColumn("竣工年", Format.YEAR),
        *(TableColumn(text, Format.DATE) for text in ("计划开工时间", "计划竣工时间", "实际开工时间", "实际竣工时间")),
        TableColumn("建设阶段"),
        TableColumn("在册"),
        TableColumn(f"{year}年计划投资", Format.WAN, WAN, total=True),
        TableColumn("年度建设任务"),
        *quarters,
        TableColumn(f"{year}年{head}累计完成投资", Format.WAN, WAN, total=True),
        TableColumn(f"{month}月进展情况"),
        TableColumn("存在问题"),
        TableColumn("备注"),
        TableColumn("系统识别码"),
    ]


def registry_rows(projects: ProjectQuerySet, period: Period) -> Iterator[tuple[Any, ...]]:
    """The cells of `registry_columns`, project by project."""
    classes: dict[str, dict[str, str]] = {}
    keys_to = ("county", "lead_unit", "competent_unit", "agent_unit", "package")
    related = projects.select_related(*keys_to).prefetch_related("cooperating_units", "sponsors__post")
    found = related.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        keys = [project.pk for project in chunk]
        classes = classes or _labels(chunk[0].county)
        of_year = AnnualPlan.objects.in_force(period.last).filter(project__in=keys, year=period.year)
        plans = {plan.project_id: plan for plan in of_year}
        month = period.months()[-1]
        reports = MonthlyReport.objects.counted().filter(project__in=keys, month=month)
        by_project = {report.project_id: report for report in reports}
        for project in chunk:
            yield _cells(project, plans.get(project.pk), by_project.get(project.pk), classes)


def _cells(
    project: Project, plan: AnnualPlan | None, report: MonthlyReport | None, classes: Mapping[str, Mapping[str, str]]
) -> tuple[Any, ...]:
    quarters = plan.quarters if plan else {}
    told = [quarters.get(str(number), {}) for number in range(1, 5)]
    return (
        project.number,
        project.name,
        project.code,
        _word("level", project.level),
        project.category,
        *(classes[field].get(getattr(project, field), getattr(project, field)) for field in LIST_OF),
        project.owner,
        project.lead_unit.name if project.lead_unit_id != project.county_id else "",
        project.competent_unit.name if project.competent_unit else "",
        "、".join(unit.name for unit in project.cooperating_units.all()),
        project.agent_unit.name if project.agent_unit else "",
        "、".join(sponsor.post.title for sponsor in project.sponsors.all()),
        project.site,
        project.scope,
        project.package.name if project.is_part and project.package else "",
        project.total_investment,
        project.start_year,
        project.end_year,
        project.planned_start,
        project.planned_completion,
        project.started_on,
        project.completed_on,
        _word("stage", project.stage),
        "否" if project.state == State.WITHDRAWN else "是",
        plan.investment if plan else None,
        plan.target if plan else "",
        *(cell for quarter in told for cell in (quarter.get("text", ""), quarter.get("investment"))),
        report.works_ytd if report else None,
        report.progress if report else "",
        report.problem if report else "",
        project.remark,
        mark_of(project.county_id, project.pk, project.created_at),
    )


def _labels(county: Unit) -> dict[str, dict[str, str]]:
    """The Chinese of the county's classes by field: a ledger is Chinese, whoever asks for it."""
    classes = rules_of(county)[ClassRules]
    with translation.override("zh-hans"):
        return {field: {code: str(said) for code, said in labels(classes.of(field)).items()} for field in LIST_OF}


def _word(table: str, code: str) -> str:
    return WORDS[table].get(code, "")
