from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.records.files import largest_upload
from core.web.forms import Files, FilesField
from projects.gathering.services import MOST


class DropForm(forms.Form):
    """The files as they came by chat, or an archive of them."""

    file = FilesField(
        label=gettext_lazy("Forms that came back"), widget=Files(attrs={"accept": ".xlsx,.xls,.csv,.zip"}),
        help_text=gettext_lazy("All at once, as they came: .xlsx, .xls, .csv, or one .zip of them"),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )  # fmt: skip

    def clean_file(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["file"]
        if len(files) > MOST:
            said = {"count": len(files), "limit": MOST}
            raise ValidationError(_("%(count)s files are too many at once: at most %(limit)s") % said)
        if sum(file.size for file in files) > (limit := largest_upload()):
            raise ValidationError(_("The file is too large: at most %(limit)s MB") % {"limit": limit // 2**20})
        return files
