"""What people type about leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.forms import StepForm, say_needs, version_field
from core.records.fields import label_of
from core.web.forms import DateField, Folding, WanField, offer_codes
from investment.leads.gates import LADDER
from investment.leads.models import Lead, LeadStage
from investment.leads.permissions import FOLLOWING
from investment.leads.rules import InvestmentRules
from organization.people.models import Role, User
from organization.permissions import units_of
from organization.profiles.rules import rules_of
from organization.units.models import ROOTS, Unit
from projects.classes import ClassRules


def label(name: str) -> Any:
    return label_of(Lead, name)


class LeadForm(Folding, forms.Form):
    """All facts of a lead; the labels say which are needed now and which before the next step."""

    first = ("investment",)
    version = version_field()
    name = forms.CharField(label=label("name"), max_length=200)
    investor = forms.CharField(label=label("investor"), max_length=200)
    origin = forms.CharField(label=label("origin"), max_length=100, required=False)
    mode = forms.CharField(label=label("mode"), max_length=12)
    sector = forms.CharField(label=label("sector"), max_length=60, required=False)
    squad = forms.ModelChoiceField(Unit.objects.none(), label=label("squad"))
    found_on = DateField(label=label("found_on"))
    investment = WanField(label=label("investment"), required=False)
    contact = forms.CharField(label=label("contact"), max_length=100, required=False)
    intent_on = DateField(label=label("intent_on"), required=False)
    framework_on = DateField(label=label("framework_on"), required=False)
    argued_on = DateField(label=label("argued_on"), required=False)
    signed_on = DateField(label=label("signed_on"), required=False)
    landing_unit = forms.ModelChoiceField(Unit.objects.none(), label=label("landing_unit"), required=False)
    remark = forms.CharField(
        label=label("remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, user: User, lead: Lead | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields
        choices["squad"].queryset = squads_for(user)
        choices["landing_unit"].queryset = Unit.objects.reporting().filter(county=user.county)
        choices["landing_unit"].empty_label = _("not decided yet")
        rules = rules_of(user.county)
        offer_codes(self, "mode", rules[InvestmentRules].modes, lead.mode if lead else "")
        offer_codes(self, "sector", rules[ClassRules].sectors, lead.sector if lead else "")
        if lead is None:
            del self.fields["version"]
        say_needs(self, LADDER, lead.stage if lead else LeadStage.LEAD)

    @classmethod
    def initial_of(cls, lead: Lead) -> dict[str, Any]:
        return {name: getattr(lead, name) for name in cls.base_fields}

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def squads_for(user: User) -> Any:
    """The squads and units for which *user* may put a lead on file."""
    units = Unit.objects.filter(county=user.county, active=True).exclude(kind__in=ROOTS)
    if user.holds(Role.OFFICE, Role.INVESTMENT, at=user.county):
        return units
    return units.filter(pk__in=[unit.pk for unit in units_of(user, *FOLLOWING, county=user.county)])


class LandForm(StepForm):
    """Onto the registry; the reason is asked for once the registry seems to have the project."""

    reason = forms.CharField(label=gettext_lazy("Why it is another project"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" not in self.data:
            del self.fields["reason"]
