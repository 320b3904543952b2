from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import DateField, ManyField, PaperField
from organization.units.models import Unit


class AskForm(forms.Form):
    """What is asked of which units, by which day."""

    units = ManyField(
        Unit.objects.none(),
        label=_("Who is to reply"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who is to reply")},
    )
    text = forms.CharField(
        label=_("What is asked, in one line"),
        max_length=300,
        error_messages={"required": _("Write what is asked, in one line")},
    )
    due_on = DateField(label=_("Reply due on"))

    def __init__(self, data: Any, *, county: Unit, **more: Any) -> None:
        super().__init__(data, **more)
        field: Any = self.fields["units"]
        field.queryset = (
            Unit.objects.filter(county=county, active=True).exclude(pk=county.pk).order_by("position", "pk")
        )


class ReplyForm(forms.Form):
    """The reply, and the paper that goes with it: kept as it came, never opened, given back as a download."""

    text = forms.CharField(label=_("Reply"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = PaperField()


class AgainForm(forms.Form):
    text = forms.CharField(label=_("What is still missing"), max_length=300, required=False)
    due_on = DateField(label=_("Reply due on"))


class ReasonLineForm(forms.Form):
    text = forms.CharField(label=_("Why nothing is asked any more"), max_length=300, required=False)


class NoForm(forms.Form):
    """A button alone."""
