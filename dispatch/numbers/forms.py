"""Forms of the register of issued papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.web.forms import DateField
from dispatch.numbers.models import Disclosure
from dispatch.numbers.register import next_of, words_of
from dispatch.numbers.rules import FURTHEST
from organization.units.models import Unit


class EnterForm(forms.Form):
    """A paper that wasn't made here: the next number of the office's own word stands there already."""

    word = forms.ChoiceField(label=_("Document word"))
    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=FURTHEST,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), format_lazy(_("Choose 1 to {n}"), n=FURTHEST)
        ),
    )
    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Write the title of the paper")}
    )
    on = DateField(label=_("Day of the paper"))
    joint = forms.CharField(label=_("Issued with"), max_length=300, required=False)
    disclosure = forms.ChoiceField(label=_("Disclosure"), choices=[("", "—"), *Disclosure.choices], required=False)
    copies = forms.IntegerField(label=_("Copies printed"), min_value=1, max_value=FURTHEST, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Needed where the number was left out and is filled now."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, county: Unit, on: date, **more: Any) -> None:
        words = words_of(county)
        super().__init__(data, initial={"number": next_of(county, words[0], on.year), "on": on}, **more)
        field: Any = self.fields["word"]
        field.choices = [(word, word) for word in words]
