from projects.entries.models import EntryProposal, EntryRecord
from projects.ledger.models import ColumnMemory, LedgerImport, LedgerPast, LedgerRow
from projects.map.models import Outline, Place
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
from projects.supervision.models import SupervisionNote
from projects.turn.models import TurnLine, TurnOfYear

__all__ = [
    "STARTED_STAGES",
    "AnnualPlan",
    "Approval",
    "ColumnMemory",
    "EntryProposal",
    "EntryRecord",
    "Fact",
    "FormerFact",
    "LedgerImport",
    "LedgerPast",
    "LedgerRow",
    "MonthChange",
    "MonthlyReport",
    "MonthlyReportQuerySet",
    "Outline",
    "Place",
    "Project",
    "ProjectMonth",
    "ProjectMonthQuerySet",
    "ProjectQuerySet",
    "ReportingMonth",
    "Sponsor",
    "StageChange",
    "SupervisionNote",
    "TurnLine",
    "TurnOfYear",
]
