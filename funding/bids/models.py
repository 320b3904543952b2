"""Bids for money from above (F02). Amounts are whole yuan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from core.flow.models import Change, Record
from organization.people.models import User
from organization.permissions import sees_whole_county, units_of
from organization.units.models import Unit, within
from projects.models import Project


class Channel(models.TextChoices):
    """Where the money comes from (HN tasks 11–17, LX), as the default profile has it; a county may name others."""

    CENTRAL_BUDGET = "central_budget", _("Central budget")
    TREASURY_BOND = "treasury_bond", _("Ultra-long special treasury bonds")
    SPECIAL_BOND = "special_bond", _("Local government special bonds")
    PROVINCE_BUDGET = "province_budget", _("Provincial budget")
    EOD = "eod", _("EOD")
    PPP = "ppp", _("PPP concession")
    DEPARTMENT = "department", _("Departmental special funds")
    POLICY_BANK = "policy_bank", _("Policy financial tools")


class BidStage(models.TextChoices):
    PLANNED = "planned", _("Being planned")
    PROPOSAL = "proposal", _("Proposal")
    FEASIBILITY = "feasibility", _("Feasibility study")
    SUBMITTED = "submitted", pgettext_lazy("bid", "Applied")
    SELECTED = "selected", pgettext_lazy("bid", "Selected")
    ISSUED = "issued", _("Funds issued")
    PAID = "paid", pgettext_lazy("bid", "Paid out")


class BidState(models.TextChoices):
    ACTIVE = "active", _("Under way")
    SENT_BACK = "sent_back", _("Sent back")
    FAILED = "failed", pgettext_lazy("bid", "Failed")


class BidQuerySet(models.QuerySet["Bid"]):
    def visible_to(self, user: User) -> BidQuerySet:
        """The county's bids for those who see the whole county, else those of own units."""
        if user.county is None:
            return self.none()
        scope = self.filter(county=user.county)
        if sees_whole_county(user, user.county):
            return scope
        return scope.filter(within("unit", units_of(user, county=user.county)))

    def unfinished(self) -> BidQuerySet:
        """Those that aren't paid out."""
        return self.exclude(stage=BidStage.PAID)


class Bid(Record):
    """One application for money, in one channel, by one unit; often for a project on file."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="bids", verbose_name=_("applying unit"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="bids", verbose_name=_("project")
    )
    name = models.CharField(_("name of the bid"), max_length=200)
    channel = models.CharField(_("channel"), max_length=20)  # a code of the county's channels
    direction = models.CharField(_("direction of the money"), max_length=100, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    stage = models.CharField(_("stage"), max_length=12, choices=BidStage, default=BidStage.PLANNED)
    state = models.CharField(_("state"), max_length=10, choices=BidState, default=BidState.ACTIVE)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    asked = models.BigIntegerField(_("amount asked"), null=True, blank=True)
    approved = models.BigIntegerField(_("amount approved"), null=True, blank=True)
    received = models.BigIntegerField(_("amount received"), null=True, blank=True)
    paid = models.BigIntegerField(_("amount paid out"), null=True, blank=True)
    proposal_on = models.DateField(_("proposal finished on"), null=True, blank=True)
    feasibility_approved_on = models.DateField(_("feasibility study approved on"), null=True, blank=True)
    feasibility_number = models.CharField(_("approval number of the study"), max_length=100, blank=True)
    submitted_on = models.DateField(_("applied on"), null=True, blank=True)
    selected_on = models.DateField(_("selected on"), null=True, blank=True)
    issued_on = models.DateField(_("funds issued on"), null=True, blank=True)
    issue_number = models.CharField(_("number of the funding notice"), max_length=100, blank=True)
    deadline = models.DateField(_("deadline of the application"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    objects = BidQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return self.name


class BidChange(Change):
    """A step of a bid."""

    bid = models.ForeignKey(Bid, models.CASCADE, related_name="changes")
    old = models.CharField(max_length=12, choices=BidStage, blank=True)
    new = models.CharField(max_length=12, choices=BidStage)
    state = models.CharField(max_length=10, choices=BidState, default=BidState.ACTIVE)
