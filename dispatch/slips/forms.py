from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import DateField, PaperField, offer
from organization.people.models import Post, Role
from organization.units.models import Unit


def _text(label: Any, rows: int, error: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": error},
    )


class IssueForm(forms.Form):
    """What is printed: to whom, what is stuck, what is asked by when, who signs."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Addressed to"), required=False)
    post = forms.ModelChoiceField(
        Post.objects.none(), label=_("Or to the leader"), required=False, help_text=_("A report goes up to a leader")
    )
    title = forms.CharField(
        label=_("What it is about"),
        max_length=200,
        error_messages={"required": _("Write what it is about, in one line")},
    )
    matter = _text(_("The situation"), 6, _("Write it down: it is printed on the slip"))
    ask = _text(_("What is required"), 3, _("Write it down: it is printed on the slip"))
    due_on = DateField(label=_("Answer due on"), required=False, help_text=_("Left empty, no answer is asked for"))
    signed = forms.CharField(
        label=_("Who signs it"),
        max_length=60,
        required=False,
        help_text=_("The post; left empty, there is room for a pen"),
    )
    contact = forms.CharField(label=_("Contact and telephone"), max_length=60, required=False)

    def __init__(self, data: Any, *, county: Unit, **more: Any) -> None:
        super().__init__(data, **more)
        units = Unit.objects.filter(county=county, active=True).exclude(pk=county.pk)
        offer(self, "unit", units.order_by("position", "pk"))
        posts = Post.objects.filter(unit__county=county, role=Role.LEADER, active=True).select_related("unit")
        offer(self, "post", posts.order_by("unit__position", "position", "pk"))


class AnswerForm(forms.Form):
    """The answer, the paper that came back, and the day where the office enters it later."""

    text = _text(_("Answer"), 3, _("Write the answer: what was done, or by when it is"))
    file = PaperField()
    on = DateField(label=_("Came on"), required=False, help_text=_("Left empty: today"))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the slip is withdrawn"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Its number stays used; the addressee is told"),
        error_messages={"required": _("Write why the slip is withdrawn: its number stays used")},
    )
