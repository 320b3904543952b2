"""Attraction of investors 招商引资 (I01, I02). Amounts are whole yuan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from core.flow.models import Change, Record
from organization.people.models import Role, User
from organization.permissions import sees_whole_county, units_of
from organization.units.models import Unit, within
from projects.models import Project


class Mode(models.TextChoices):
    """The seven modes of Qinshui county (QS), which the default profile has; a county may name others."""

    CHAIN = "chain", _("Along the chain")
    SQUAD = "squad", _("By small squads")
    ENTERPRISE = "enterprise", _("Through enterprises")
    PLATFORM = "platform", _("By platforms")
    FUND = "fund", _("By funds")
    ENCLAVE = "enclave", _("By enclaves")
    CONTEST = "contest", _("By contests")


class LeadStage(models.TextChoices):
    LEAD = "lead", _("Lead")
    TALKS = "talks", _("In talks")
    INTENT = "intent", pgettext_lazy("lead", "Intent")
    ARGUED = "argued", _("Argued")
    SIGNED = "signed", pgettext_lazy("lead", "Signed")
    LANDED = "landed", _("Landed")


class LeadState(models.TextChoices):
    ACTIVE = "active", _("Being followed")
    LOST = "lost", pgettext_lazy("lead", "Lost")


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: User) -> LeadQuerySet:
        """The county's leads for those who see the whole county or attract investors, else own squads'."""
        if user.county is None:
            return self.none()
        scope = self.filter(county=user.county)
        if sees_whole_county(user, user.county) or user.holds(Role.INVESTMENT, at=user.county):
            return scope
        units = units_of(user, county=user.county)
        return scope.filter(within("squad", units) | within("landing_unit", units))

    def unlanded(self) -> LeadQuerySet:
        """Those that are no project yet."""
        return self.exclude(stage=LeadStage.LANDED)


class Lead(Record):
    """A possible investment, followed by a squad, until it is signed and becomes a project, or is lost."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(_("name of the project"), max_length=200)
    investor = models.CharField(_("investor"), max_length=200)
    origin = models.CharField(_("where the investor is from"), max_length=100, blank=True)
    mode = models.CharField(_("mode"), max_length=12)  # a code of the county's modes
    sector = models.CharField(_("sector"), max_length=60, blank=True)
    squad = models.ForeignKey(Unit, models.PROTECT, related_name="leads", verbose_name=_("squad or unit following it"))
    landing_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit where it lands")
    )
    investment = models.BigIntegerField(_("planned investment"), null=True, blank=True)
    contact = models.CharField(_("contact's post"), max_length=100, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=LeadStage, default=LeadStage.LEAD)
    state = models.CharField(_("state"), max_length=8, choices=LeadState, default=LeadState.ACTIVE)
    lost_reason = models.CharField(_("reason of the loss"), max_length=300, blank=True)
    found_on = models.DateField(_("found on"))
    argued_on = models.DateField(_("argued on"), null=True, blank=True)
    # Three signings are three dates; the formal one counts.
    intent_on = models.DateField(_("letter of intent on"), null=True, blank=True)
    framework_on = models.DateField(_("framework agreement on"), null=True, blank=True)
    signed_on = models.DateField(_("formal contract on"), null=True, blank=True)
    project = models.OneToOneField(
        Project, models.PROTECT, null=True, blank=True, related_name="lead", verbose_name=_("project on file")
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    objects = LeadQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-found_on", "-pk"]

    def __str__(self) -> str:
        return self.name


class LeadChange(Change):
    """A step of a lead."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="changes")
    old = models.CharField(max_length=10, choices=LeadStage, blank=True)
    new = models.CharField(max_length=10, choices=LeadStage)
    state = models.CharField(max_length=8, choices=LeadState, default=LeadState.ACTIVE)
