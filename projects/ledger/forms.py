"""What the import page asks: which file, of which year and month, and what a column means."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.periods import Kind, Period
from core.records.files import largest_upload
from projects.ledger.models import LedgerImport
from projects.ledger.services import Options, column_choices, options_of

MOST = 36  # files that are read in one go: three years of months


class PeriodField(forms.CharField):
    """A month as `2020-05`; empty is allowed: the table may say it itself."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").strip()
        if not text:
            return ""
        try:
            period = Period.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if period.kind is not Kind.MONTH:
            raise ValidationError(_("Write a month, such as 2024-05"))
        return str(period)


class HowForm(forms.Form):
    """How to read the file: what its own title doesn't say, or says wrongly."""

    year = forms.IntegerField(
        label=gettext_lazy("Year of the plan"), required=False, min_value=1990, max_value=2100,
        help_text=gettext_lazy("Empty: as the table's title says"),
    )  # fmt: skip
    period = PeriodField(
        label=gettext_lazy("Figures up to the month"), required=False, max_length=7,
        help_text=gettext_lazy("2024-05; empty: as the table says"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "2024-05"}),
    )  # fmt: skip
    create_units = forms.BooleanField(
        label=gettext_lazy("Make units and leaders' posts that are not there yet"), required=False
    )

    def options(self, **more: Any) -> Options:
        data = self.cleaned_data
        return Options(year=data["year"], period=data["period"], create_units=data["create_units"], **more)


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; each is looked at as one alone."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class UploadForm(HowForm):
    file = FilesField(
        label=gettext_lazy("Ledger"), widget=Files(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        help_text=gettext_lazy(
            "Excel (.xlsx, .xls) or .csv, as it is: title, unit line, groups and totals may stay. "
            "Several at once are read as past months, oldest first"
        ),
        error_messages={"empty": gettext_lazy("The file is empty. Choose the file that holds the ledger.")},
    )  # fmt: skip
    field_order = ("file", "year", "period", "create_units")

    def clean_file(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["file"]
        if len(files) > MOST:
            said = {"count": len(files), "limit": MOST}
            raise ValidationError(_("%(count)s files are too many at once: at most %(limit)s") % said)
        if sum(file.size for file in files) > (limit := largest_upload()):
            raise ValidationError(_("The file is too large: at most %(limit)s MB") % {"limit": limit // 2**20})
        if len({file.name for file in files}) < len(files):
            raise ValidationError(_("Two of the files have one name. Give each its own"))
        return files


class ColumnsForm(HowForm):
    """The options of an import that was looked at: year, month, sheet, and one select for each column."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    field_order = ("sheet", "year", "period", "create_units")

    def __init__(self, data: Any = None, *, ledger: LedgerImport) -> None:
        options = options_of(ledger)
        super().__init__(
            data,
            initial={"year": options.year, "period": options.period, "create_units": options.create_units,
                     "sheet": ledger.sheet},
        )  # fmt: skip
        result = ledger.result
        self.sheets = result.get("sheets", [])
        sheet: Any = self.fields["sheet"]
        sheet.choices = [(name, name) for name in self.sheets]
        self.headers = [*result.get("columns", {}), *result.get("left_out", [])]
        self.was = result.get("columns", {})
        self.kept = dict(options.mapping)
        choices = column_choices()
        for position, header in enumerate(self.headers):
            self.fields[f"column{position}"] = forms.ChoiceField(
                label=header, required=False, choices=choices, initial=self.was.get(header, "")
            )

    def columns(self) -> list[Any]:
        return [self[f"column{position}"] for position in range(len(self.headers))]

    def how(self) -> list[Any]:
        return [self[name] for name in self.field_order if name != "sheet" or len(self.sheets) > 1]

    def asked(self) -> Options:
        """The options as typed; of the columns only those that were changed, now or before."""
        mapping = dict(self.kept)
        for position, header in enumerate(self.headers):
            field = self.cleaned_data[f"column{position}"]
            if field != self.was.get(header, ""):
                mapping[header] = field
        return self.options(mapping=mapping, sheet=self.cleaned_data["sheet"] if len(self.sheets) > 1 else "")
