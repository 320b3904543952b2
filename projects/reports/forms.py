"""What people type into a monthly report: a row of the grid, or the whole report of one project."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import WanField, need
from projects.reports.months import PROGRESS_LENGTH
from projects.reports.services import REASON_LENGTH


class RowForm(forms.Form):
    """A row of the grid. Any part of it may be posted: what isn't there stays as it is."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    works = WanField(required=False, min_value=None)
    progress = forms.CharField(required=False, max_length=PROGRESS_LENGTH)
    problem = forms.CharField(required=False, max_length=PROGRESS_LENGTH)
    explanation = forms.CharField(required=False, max_length=REASON_LENGTH)
    unchanged = forms.BooleanField(required=False)

    def given(self) -> dict[str, Any]:
        """The values that were posted, cleaned."""
        names = ("works", "progress", "problem", "explanation", "unchanged")
        return {name: self.cleaned_data[name] for name in names if self.add_prefix(name) in self.data}


def _long(label: Any, rows: int, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=PROGRESS_LENGTH, widget=widget, **kwargs)


class ReportForm(forms.Form):
    """Everything about one project's month. Amounts in 万元; the other measures are of the year so far."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    works = WanField(label=_("Works done in the month"), required=False, min_value=None)
    progress = _long(_("Image progress"), 2)
    explanation = forms.CharField(label=_("Explanation of unusual figures"), required=False, max_length=REASON_LENGTH)
    funds_ytd = WanField(label=_("Funds in, January to this month"), required=False)
    paid_ytd = WanField(label=_("Paid out, January to this month"), required=False)
    statistics_ytd = WanField(label=_("Statistics investment, January to this month"), required=False)
    problem = _long(_("Problems"), 2, help_text=_("Goes into the list of problems when the report is submitted"))
    request = _long(_("Matters to be coordinated"), 2)

    def __init__(self, *args: Any, own_unit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        need(self, "works", _("needed to submit"), now=True)
        need(self, "progress", _("needed to submit"), now=True)
        if not own_unit:
            del self.fields["statistics_ytd"]
