from organization.people.models import Post, Role, User, UserManager
from organization.profiles.models import CountyProfile
from organization.units.models import REPORTING, Unit, UnitKind, UnitQuerySet

__all__ = [
    "REPORTING",
    "CountyProfile",
    "Post",
    "Role",
    "Unit",
    "UnitKind",
    "UnitQuerySet",
    "User",
    "UserManager",
]
