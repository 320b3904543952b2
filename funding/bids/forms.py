"""What people type about bids for funds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from core.choices import NameField
from core.flow.forms import AsideForm, say_needs, version_field
from core.records.fields import label_of
from core.web.forms import DateField, Folding, WanField, offer, offer_codes
from funding.bids.gates import LADDER
from funding.bids.models import Bid, BidStage
from funding.bids.rules import FundingRules
from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, units_of
from organization.profiles.rules import rules_of
from organization.units.models import ROOTS, Unit, UnitKind
from projects.models import Project


def label(name: str) -> Any:
    return label_of(Bid, name)


class BidForm(Folding, forms.Form):
    """All facts of a bid; the labels say which are needed now and which before the next step."""

    first = ("project", "asked")
    version = version_field()
    name = forms.CharField(label=label("name"), max_length=200)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=label("unit"))
    channel = forms.CharField(label=label("channel"), max_length=20)
    year = forms.IntegerField(label=label("year"), min_value=2000, max_value=2100)
    direction = forms.CharField(label=label("direction"), max_length=100, required=False)
    project = NameField(
        label=label("project"), required=False, help_text=gettext_lazy("Its name in the registry, if it is on file")
    )
    deadline = DateField(label=label("deadline"), required=False)
    asked = WanField(label=label("asked"), required=False)
    approved = WanField(label=label("approved"), required=False)
    received = WanField(label=label("received"), required=False)
    paid = WanField(label=label("paid"), required=False)
    proposal_on = DateField(label=label("proposal_on"), required=False)
    feasibility_approved_on = DateField(label=label("feasibility_approved_on"), required=False)
    feasibility_number = forms.CharField(label=label("feasibility_number"), max_length=100, required=False)
    submitted_on = DateField(label=label("submitted_on"), required=False)
    selected_on = DateField(label=label("selected_on"), required=False)
    issued_on = DateField(label=label("issued_on"), required=False)
    issue_number = forms.CharField(label=label("issue_number"), max_length=100, required=False)
    remark = forms.CharField(
        label=label("remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, user: User, bid: Bid | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units_for(user))
        channels = rules_of(user.county)[FundingRules].channels
        offer_codes(self, "channel", channels, bid.channel if bid else "")
        seen = Q(pk__in=Project.objects.visible_to(user).values("pk"))
        if bid is not None:
            seen |= Q(pk=bid.project_id)
        named: Any = self.fields["project"]
        named.offer(Project.objects.filter(seen))
        if bid is None:
            del self.fields["version"]
        say_needs(self, LADDER, bid.stage if bid else BidStage.PLANNED)

    @classmethod
    def initial_of(cls, bid: Bid) -> dict[str, Any]:
        return {name: getattr(bid, name) for name in cls.base_fields}

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def units_for(user: User) -> Any:
    """The units for which *user* may put a bid on file."""
    units = Unit.objects.filter(county=user.county, active=True).exclude(kind__in=[*ROOTS, UnitKind.LEADERS])
    if user.holds(Role.OFFICE, Role.FINANCE, at=user.county):
        return units
    own = [unit.pk for unit in units_of(user, *UNIT_ROLES, county=user.county)]
    return units.filter(pk__in=own)


class SentBackForm(AsideForm):
    to = forms.ChoiceField(label=gettext_lazy("Sent back to"))
    field_order = ["on", "to", "reason"]

    def __init__(self, *args: Any, bid: Bid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reached = [*LADDER.earlier(bid.stage), bid.stage]
        offer(self, "to", [(s, BidStage(s).label) for s in reversed(reached)])
