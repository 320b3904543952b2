from projects.entries.models import EntryProposal, EntryRecord
from projects.ledger.models import ColumnMemory, LedgerImport, LedgerPast, LedgerRow
from projects.plans.models import AnnualPlan
from projects.registry.models import STARTED_STAGES, Approval, Project, ProjectQuerySet, Sponsor, StageChange
from projects.registry.months.models import (
    Fact,
    FormerFact,
    MonthChange,
    ProjectMonth,
    ProjectMonthQuerySet,
    ReportingMonth,
)
from projects.reports.models import MonthlyReport, MonthlyReportQuerySet
from projects.signboards.models import Signboard
from projects.sponsorship.models import LeaderReport, Member, Visit
from projects.supervision.models import SupervisionNote

__all__ = [
    "STARTED_STAGES",
    "AnnualPlan",
    "Approval",
    "ColumnMemory",
    "EntryProposal",
    "EntryRecord",
    "Fact",
    "FormerFact",
    "LeaderReport",
    "LedgerImport",
    "LedgerPast",
    "LedgerRow",
    "Member",
    "MonthChange",
    "MonthlyReport",
    "MonthlyReportQuerySet",
    "Project",
    "ProjectMonth",
    "ProjectMonthQuerySet",
    "ProjectQuerySet",
    "ReportingMonth",
    "Signboard",
    "Sponsor",
    "StageChange",
    "SupervisionNote",
    "Visit",
]
