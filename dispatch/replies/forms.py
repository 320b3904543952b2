from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.records.files import kind_of, largest_upload
from core.web.forms import DateField, ManyField
from organization.units.models import Unit

OFFICE = "application/vnd.openxmlformats-officedocument."
#: What a reply's file may be; OFD is a ZIP by its content.
KINDS = {
    *("application/pdf", "image/jpeg", "image/png", "application/zip", "application/msword"),
    *("application/vnd.ms-excel", f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"),
}


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
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, picture, Word or Excel"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.doc,.docx,.xls,.xlsx,.ofd"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> tuple[str, bytes] | None:
        """Its name and content; what it is says the content, not the name."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > (limit := largest_upload()):
            raise ValidationError(gettext("The file is too large: at most %(limit)s MB") % {"limit": limit // 2**20})
        content: bytes = file.read()
        if kind_of(content) not in KINDS:
            raise ValidationError(gettext("Send a PDF, a picture, Word or Excel"))
        return file.name, content


class AgainForm(forms.Form):
    text = forms.CharField(label=_("What is still missing"), max_length=300, required=False)
    due_on = DateField(label=_("Reply due on"))


class ReasonLineForm(forms.Form):
    text = forms.CharField(label=_("Why nothing is asked any more"), max_length=300, required=False)


class NoForm(forms.Form):
    """A button alone."""
