"""The codes of the registry. Codes are stored and compared; labels are only shown."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FLOOR = 5_000_000  # yuan (500 万元): smaller projects are none of the registry's, nor of the statistics' (domain 4c)


class Stage(models.TextChoices):
    """The six stages, in order: 谋划 储备 前期 开工 入统 竣工 (QS, the client's card)."""

    PLANNED = "planned", pgettext_lazy("stage", "Planned")
    RESERVE = "reserve", pgettext_lazy("stage", "Reserve")
    PREWORK = "prework", pgettext_lazy("stage", "Pre-work")
    STARTED = "started", pgettext_lazy("stage", "Started")
    ENTERED = "entered", pgettext_lazy("stage", "In statistics")
    COMPLETED = "completed", pgettext_lazy("stage", "Completed")


class State(models.TextChoices):
    """Beside the stage: whether the project is being pursued at all."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged into another")
    SPLIT = "split", _("Split up")


class ChangeKind(models.TextChoices):
    CREATED = "created", _("Registered")
    ADVANCED = "advanced", _("Moved on")
    SENT_BACK = "sent_back", _("Moved back")
    SUSPENDED = "suspended", _("Suspended")
    RESUMED = "resumed", _("Resumed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged into another")
    SPLIT = "split", _("Split up")


class CodeState(models.TextChoices):
    """Of a national code: the platform gives another one for it, or says that it isn't in force any more."""

    VALID = "valid", pgettext_lazy("code", "Valid")
    REPLACED = "replaced", pgettext_lazy("code", "Replaced")
    INVALID = "invalid", pgettext_lazy("code", "Invalid")


class InvestmentKind(models.TextChoices):
    GOVERNMENT = "government", _("Government")
    ENTERPRISE = "enterprise", _("Enterprise")


class Nature(models.TextChoices):
    NEW = "new", _("New")
    CONTINUED = "continued", _("Continued")
    EXTENDED = "extended", _("Extended")
    REBUILT = "rebuilt", _("Rebuilt")


class Level(models.TextChoices):
    PROVINCE = "province", _("Provincial key project")
    CITY = "city", _("City key project")
    COUNTY = "county", _("County key project")


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved by the sponsor")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")


class ReportSource(models.TextChoices):
    PERSON = "person", _("Filled in")
    IMPORT = "import", _("Imported")


class ApprovalKind(models.TextChoices):
    """The eight procedures that Lan county takes stock of, and two that come before them (LX, domain 4b)."""

    PROPOSAL = "proposal", _("Project proposal")
    FEASIBILITY = "feasibility", _("Feasibility study approval")
    SITE = "site", _("Site selection")
    FILING = "filing", _("Approval or filing of the project")
    LAND_PLANNING = "land_planning", _("Land-use planning permit")
    WORKS_PLANNING = "works_planning", _("Works planning permit")
    ENVIRONMENT = "environment", _("Environmental assessment")
    ENERGY = "energy", _("Energy assessment")
    TENDER = "tender", _("Tender")
    CONSTRUCTION = "construction", _("Construction permit")
