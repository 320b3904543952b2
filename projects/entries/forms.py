from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.web.forms import DateField
from projects.lifecycle.forms import MoveForm


class ProposeForm(MoveForm):
    """Since when it should be in the statistics, and what the statistics side ought to know."""

    statistics_start_on = DateField(label=_("start for statistics on"), required=False)
    field_order = ("on", "statistics_start_on", "waive", "reason")


class AnswerForm(forms.Form):
    """The day from which it is in the statistics, as the statistics side sees it."""

    version = version_field()
    on = DateField(label=_("in statistics since"))


class DayForm(forms.Form):
    """Another day than the one on file, and why."""

    version = version_field()
    entered_on = DateField(label=_("in statistics since"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write why the day changes: it stays in the history")},
    )


class ReturnForm(forms.Form):
    version = version_field()
    reason = forms.CharField(
        label=_("What is missing"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what is missing: who proposed it has to know")},
    )
