"""Forms of leaders' instructions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.forms import DateField, offer
from dispatch.instructions.models import Kind
from dispatch.instructions.rules import LONGEST, InstructionRules
from organization.people.models import Post, Role
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.lights import Light


def _text(label: Any, *, required: bool = True, error: Any = "", help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": error} if error else None,
    )


def _workdays() -> forms.IntegerField:
    said = format_lazy(gettext_lazy("Choose 1 to {n} working days"), n=LONGEST)
    return forms.IntegerField(
        label=gettext_lazy("Answer due in how many working days"),
        min_value=1,
        max_value=LONGEST,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
    )


class InstructForm(forms.Form):
    """One line of a leader, about the project or its red light, and in how many working days an answer is due."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.INQUIRY
    )
    light = forms.ChoiceField(label=gettext_lazy("On what"), required=False, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("In one line"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write what you ask or instruct, in one line")},
    )
    workdays = _workdays()
    post = forms.ModelChoiceField(
        Post.objects.none(),
        label=gettext_lazy("Leader who gave it"),
        error_messages={"required": gettext_lazy("Choose the leader who gave it")},
    )
    on = DateField(label=gettext_lazy("Given on"), help_text=gettext_lazy("The day on which the leader gave it"))

    def __init__(
        self, *args: Any, county: Unit, red: Light | None, asked: str, office: bool, on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(workdays=rules_of(county)[InstructionRules].answer_workdays, on=on)
        if red is None:
            del self.fields["light"]
        else:
            offer(self, "light", [(red.code, _("Red light: %(light)s") % {"light": f"{red.label}，{red.reason}"}),
                                  ("", _("The whole project"))])  # fmt: skip
            self.initial["light"] = red.code if asked == red.code else ""
        if office:
            leaders = Post.objects.filter(unit__county=county, role=Role.LEADER, active=True)
            offer(self, "post", leaders.order_by("unit__position", "position", "pk"))
        else:
            del self.fields["post"], self.fields["on"]


class AnswerForm(forms.Form):
    text = _text(
        gettext_lazy("Answer"),
        error=gettext_lazy("Write the answer: how it stands, what is done by when"),
        help_text=gettext_lazy("How it stands, what is done by whom and by when"),
    )


class AgainForm(forms.Form):
    text = _text(
        gettext_lazy("What is still asked"), error=gettext_lazy("Write what is still missing: the unit has to know")
    )
    workdays = _workdays()


class WordForm(forms.Form):
    text = _text(gettext_lazy("A word along"), required=False)
