from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.web.forms import ReasonForm
from organization.people.models import User
from organization.units.models import Unit
from projects.packages.rows import meant
from projects.registry.models import Project


class PackageForm(forms.Form):
    """Which package: by its number in the registry or its name."""

    package = forms.CharField(
        label=_("package"),
        max_length=200,
        help_text=_("Number in the registry or full name; it is put on file first, as a project without a plan"),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, county: Unit, user: User, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county

    def clean_package(self) -> Project:
        if (found := meant(self.county, self.cleaned_data["package"])) is None:
            raise forms.ValidationError(_("No project on file has this number or name"))
        return found


class PutInForm(PackageForm):
    """The same for one project."""

    version = version_field()


class OutForm(ReasonForm):
    def __init__(self, *args: Any, county: Unit, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["rows"] = 2


class TakeOutForm(ReasonForm):
    version = version_field()
