from organization.absences.models import Absence
from organization.accounts.models import AccountSlips
from organization.audit.models import AuditEntry, AuditSeal, AuditWaiting
from organization.changes.models import UnitChange
from organization.handovers.models import PostChange
from organization.people.models import Holding, Post, Role, Session, User, UserManager
from organization.portfolios.models import Portfolio
from organization.profiles.models import CountyProfile
from organization.sign_in.models import SecondFactor
from organization.squads.models import Squad
from organization.units.models import REPORTING, Unit, UnitKind, UnitQuerySet

__all__ = [
    "REPORTING",
    "Absence",
    "AccountSlips",
    "AuditEntry",
    "AuditSeal",
    "AuditWaiting",
    "CountyProfile",
    "Holding",
    "Portfolio",
    "Post",
    "PostChange",
    "Role",
    "SecondFactor",
    "Session",
    "Squad",
    "Unit",
    "UnitChange",
    "UnitKind",
    "UnitQuerySet",
    "User",
    "UserManager",
]
