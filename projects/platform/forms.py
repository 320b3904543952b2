from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.records.files import largest_upload


class ExportForm(forms.Form):
    """The platform's export."""

    file = forms.FileField(
        label=gettext_lazy("Export of the approval platform"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        help_text=gettext_lazy(
            "Excel (.xlsx, .xls) or .csv with the columns 项目代码, 审批事项, 办理状态, 批复文号, 批复时间 or the like"
        ),
        error_messages={"empty": gettext_lazy("The file is empty. Choose the platform's export.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > (limit := largest_upload()):
            raise ValidationError(_("The file is too large: at most %(limit)s MB") % {"limit": limit // 2**20})
        return file
