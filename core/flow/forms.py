"""What people type when a record moves: the day, the reason, and unseen the version that their page showed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.ladder import Ladder
from core.web.forms import DateField, ReasonForm, need


def version_field() -> forms.IntegerField:
    """The version that the page showed; what is sent without one has been seen by nobody and isn't taken."""
    unseen = gettext_lazy("The page didn't say what you had seen. Open it anew")
    return forms.IntegerField(
        min_value=0, widget=forms.HiddenInput, error_messages={"required": unseen, "invalid": unseen}
    )


class StepForm(forms.Form):
    """One step on: the day it happened, and what the page showed: stage and version."""

    expect = forms.CharField(max_length=12, widget=forms.HiddenInput)
    version = version_field()
    on = DateField(label=gettext_lazy("Happened on"))


class AsideForm(ReasonForm):
    """A step aside, or taken up again: when and why."""

    version = version_field()
    on = DateField(label=gettext_lazy("Happened on"))
    field_order = ["on", "reason"]


def say_needs(form: forms.BaseForm, ladder: Ladder, stage: str) -> None:
    """The labels say which fields are needed now and which before the next step."""
    coming = ladder.next(stage)
    for name in form.fields:
        match ladder.needs(name, stage):
            case "now":
                need(form, name, _("required now"), now=True)
            case "next" if coming:
                need(form, name, _("before “%(stage)s”") % {"stage": coming.label})
