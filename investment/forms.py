"""What people type about leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, ReasonForm, WanField, need
from investment.models import Lead, LeadStage, Mode
from investment.permissions import FOLLOWING
from investment.pipeline import LADDER
from organization.models import Role, Unit, User
from organization.permissions import is_office, units_of


def label(name: str) -> Any:
    return Lead._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class LeadForm(forms.Form):
    """All facts of a lead; the labels say which are needed now and which before the next step."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=label("name"), max_length=200)
    investor = forms.CharField(label=label("investor"), max_length=200)
    origin = forms.CharField(label=label("origin"), max_length=100, required=False)
    mode = forms.ChoiceField(label=label("mode"), choices=Mode.choices)
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
        stage = lead.stage if lead else LeadStage.LEAD
        coming = LADDER.next(stage)
        for name in self.fields:
            match LADDER.needs(name, stage):
                case "now":
                    need(self, name, _("required now"), now=True)
                case "next" if coming:
                    need(self, name, _("before “%(stage)s”") % {"stage": LeadStage(coming).label})

    @classmethod
    def initial_of(cls, lead: Lead) -> dict[str, Any]:
        return {name: getattr(lead, name) for name in cls.base_fields}

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def squads_for(user: User) -> Any:
    """The squads and units for which *user* may put a lead on file."""
    units = Unit.objects.filter(county=user.county, active=True).exclude(kind="county")
    if is_office(user) or user.has_role(Role.INVESTMENT):
        return units
    return units.filter(pk__in=[unit.pk for unit in units_of(user, *FOLLOWING)])


class StepForm(forms.Form):
    """One step on: the day it happened, and the stage that the page showed."""

    expect = forms.ChoiceField(choices=LeadStage.choices, widget=forms.HiddenInput)
    on = DateField(label=gettext_lazy("Happened on"))


class AsideForm(ReasonForm):
    """Lost, or taken up again: when and why."""

    on = DateField(label=gettext_lazy("Happened on"))
    field_order = ["on", "reason"]
