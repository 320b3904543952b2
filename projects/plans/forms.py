from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.flow.forms import version_field
from core.web.forms import DateField, WanField
from projects.plans.models import AnnualPlan
from projects.plans.rules import FIXED
from projects.plans.services import OTHERS


class PlanForm(forms.Form):
    """The plan of a year: money, by month if it is known, and what is to be built."""

    version = version_field()
    investment = WanField(label=gettext_lazy("planned investment of the year"))
    target = forms.CharField(
        label=gettext_lazy("progress target"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What is to be built by the end of the year"),
    )
    measures = forms.CharField(
        label=gettext_lazy("measures"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    team = forms.CharField(label=gettext_lazy("working team"), required=False, max_length=200)
    responsible = forms.CharField(label=gettext_lazy("responsible person's post"), required=False, max_length=60)
    starts_on = DateField(label=gettext_lazy("start fixed for"), required=False)
    resumes_on = DateField(label=gettext_lazy("resumption fixed for"), required=False)
    completes_on = DateField(label=gettext_lazy("completion fixed for"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed when the amount of the year changes; earlier amounts stay in the history"),
    )

    def __init__(self, *args: Any, plan: AnnualPlan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        kept = list(plan.months) if plan and plan.months else [None] * 12
        for month in range(1, 13):
            self.fields[f"m{month}"] = WanField(
                label=figures.month(date(2000, month, 1), date(2000, 1, 1)), required=False, initial=kept[month - 1]
            )
        if plan:
            self.initial.update({name: getattr(plan, name) for name in FIXED})
        else:
            del self.fields["reason"]

    def month_fields(self) -> list[forms.BoundField]:
        return [self[f"m{month}"] for month in range(1, 13)]

    def fixed_fields(self) -> list[forms.BoundField]:
        """How, who and by when."""
        return [self[name] for name in OTHERS]

    def facts(self) -> dict[str, Any]:
        """What the service takes. No month filled in: there is no plan by month."""
        months = [self.cleaned_data[f"m{month}"] for month in range(1, 13)]
        told: dict[str, Any] = {name: self.cleaned_data.get(name, "") for name in ("target", "reason")}
        told["version"] = self.cleaned_data["version"]
        told["fixed"] = {name: self.cleaned_data[name] for name in OTHERS if self.add_prefix(name) in self.data}
        return {"investment": self.cleaned_data["investment"], "months": months if any(months) else [], **told}


class RowForm(forms.Form):
    """One project's line of the year's grid."""

    version = version_field()
    investment = WanField(label=gettext_lazy("planned investment of the year"), required=False)
    target = forms.CharField(required=False, max_length=2000)
    responsible = forms.CharField(required=False, max_length=60)
    measures = forms.CharField(required=False, max_length=2000)
    starts_on = DateField(required=False)
    resumes_on = DateField(required=False)
    completes_on = DateField(required=False)
