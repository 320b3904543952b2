from projects.models.imports import ColumnMemory, LedgerImport, LedgerRow
from projects.models.project import Approval, Project, ProjectQuerySet, Sponsor, StageChange
from projects.models.report import AnnualPlan, MonthlyReport, MonthlyReportQuerySet, ReportingMonth

__all__ = [
    "AnnualPlan",
    "Approval",
    "ColumnMemory",
    "LedgerImport",
    "LedgerRow",
    "MonthlyReport",
    "MonthlyReportQuerySet",
    "Project",
    "ProjectQuerySet",
    "ReportingMonth",
    "Sponsor",
    "StageChange",
]
