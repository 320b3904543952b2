from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.web.forms import DateField


def _text(label: object, error: object) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]  # lazy text
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": error},  # type: ignore[dict-item]  # lazy text
    )


class NoteForm(forms.Form):
    text = _text(_("what was seen"), _("Write what was seen"))
    on = DateField(label=_("seen on"))
    answer_by = DateField(
        label=_("answer wanted by"), required=False, help_text=_("Left empty, the note wants no answer")
    )


class AnswerForm(forms.Form):
    version = version_field()
    text = _text(_("Answer"), _("Write what was done"))
