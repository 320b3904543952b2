from projects.approvals.models import ApprovalItem, Argument, Warned
from projects.contacts.models import ProjectContact
from projects.effort.models import Effort
from projects.entries.models import EntryProposal, EntryRecord
from projects.gathering.models import GatheredFile
from projects.ledger.models import ColumnMemory, LedgerImport, LedgerPast, LedgerRow
from projects.map.models import Outline, Place
from projects.milestones.models import Milestone, MilestoneLate, Schedule
from projects.photos.models import Photo, PhotoQuerySet
from projects.plans.models import AnnualPlan
from projects.platform.models import PlatformImport
from projects.registry.models import (
    STARTED_STAGES,
    Approval,
    Project,
    ProjectCode,
    ProjectQuerySet,
    Sponsor,
    StageChange,
)
from projects.registry.months.models import (
    Drafting,
    Fact,
    FormerFact,
    MonthChange,
    ProjectMonth,
    ProjectMonthQuerySet,
    ReportingMonth,
)
from projects.reports.models import MonthlyReport, MonthlyReportQuerySet
from projects.resumptions.models import Resumption
from projects.rosters.models import Listed, Roster
from projects.signboards.models import Signboard
from projects.sponsorship.models import LeaderReport, Member, Visit
from projects.supervision.models import SupervisionNote
from projects.turn.models import TurnAnswer, TurnLine, TurnOfYear

__all__ = [
    "STARTED_STAGES",
    "AnnualPlan",
    "Approval",
    "ApprovalItem",
    "Argument",
    "ColumnMemory",
    "Drafting",
    "Effort",
    "EntryProposal",
    "EntryRecord",
    "Fact",
    "FormerFact",
    "GatheredFile",
    "LeaderReport",
    "LedgerImport",
    "LedgerPast",
    "LedgerRow",
    "Listed",
    "Member",
    "Milestone",
    "MilestoneLate",
    "MonthChange",
    "MonthlyReport",
    "MonthlyReportQuerySet",
    "Outline",
    "Photo",
    "PhotoQuerySet",
    "Place",
    "PlatformImport",
    "Project",
    "ProjectCode",
    "ProjectContact",
    "ProjectMonth",
    "ProjectMonthQuerySet",
    "ProjectQuerySet",
    "ReportingMonth",
    "Resumption",
    "Roster",
    "Schedule",
    "Signboard",
    "Sponsor",
    "StageChange",
    "SupervisionNote",
    "TurnAnswer",
    "TurnLine",
    "TurnOfYear",
    "Visit",
    "Warned",
]
