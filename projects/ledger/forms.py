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
from core.web.asked import keys
from core.web.forms import Files, FilesField
from organization.units.models import Unit
from projects.ledger.models import LedgerImport
from projects.ledger.reading.decisions import (
    COUNTY,
    KINDS,
    MAKE,
    key_in_form,
    kind_to_make,
    known_as,
    made,
    pk_of,
    unit_key,
)
from projects.ledger.reading.fields import FIELDS
from projects.ledger.services import PREVIEW, Options, column_choices, options_of

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


class DecideForm(HowForm):
    """What is decided of an import that was looked at: year, month, sheet, what each column is and each unit that
    nobody knows, which rows are taken. The button that was pressed says what becomes of the ticked units."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    do = forms.ChoiceField(required=False, choices=[(MAKE, ""), (COUNTY, "")], widget=forms.HiddenInput)
    field_order = ("sheet", "year", "period", "create_units")

    def __init__(self, data: Any = None, *, ledger: LedgerImport) -> None:
        self.read_with = options = options_of(ledger)
        super().__init__(
            data,
            initial={"year": options.year, "period": options.period, "create_units": options.create_units,
                     "sheet": ledger.sheet},
        )  # fmt: skip
        result = ledger.result
        self.sheets = result.get("sheets", [])
        self.sheet_read = ledger.sheet
        sheet: Any = self.fields["sheet"]
        sheet.choices = [(name, name) for name in self.sheets]
        self.headers = [*result.get("columns", {}), *result.get("left_out", [])]
        self.was = result.get("columns", {})
        choices = column_choices()
        for position, header in enumerate(self.headers):
            self.fields[f"column{position}"] = forms.ChoiceField(
                label=header, required=False, choices=choices, initial=self.was.get(header, "")
            )
        self.asked_units = result.get("asked", [])
        self.on_file = list(Unit.objects.filter(county=ledger.county, active=True)) if self.asked_units else []
        for one in self.asked_units:
            self._ask(one, key_in_form(one["name"]))

    def _ask(self, one: dict[str, Any], key: str) -> None:
        """The three fields of a unit that nobody knows."""
        decision, name = one["decision"], one["name"]
        known = next((unit.name for unit in self.on_file if unit.pk == pk_of(decision)), "")
        told = {"name": name}
        self.fields[f"pick_{key}"] = forms.BooleanField(label=name, required=False, initial=not decision)
        self.fields[f"kind_{key}"] = forms.ChoiceField(
            label=_("What “%(name)s” is") % told, required=False, choices=[(kind.value, kind.label) for kind in KINDS],
            initial=kind_to_make(decision) or one["kind"],
        )  # fmt: skip
        self.fields[f"is_{key}"] = forms.CharField(
            label=_("The unit on file that “%(name)s” is") % told, required=False, max_length=100, initial=known,
            widget=forms.TextInput(attrs={"list": "units-on-file", "autocomplete": "off"}),
        )  # fmt: skip
        for field in (self.fields[f"kind_{key}"], self.fields[f"is_{key}"]):
            field.widget.attrs["aria-label"] = str(field.label)

    def columns(self) -> list[Any]:
        """The selects of the columns that the table of rows doesn't show."""
        heads = {head for head in self.shown_as.values() if head is not None}
        return [self[f"column{n}"] for n, header in enumerate(self.headers) if header not in heads]

    @property
    def shown_as(self) -> dict[str, str | None]:
        """{field: the header that it is read from} of the fields that the table of rows shows."""
        read = {code: header for header, code in reversed(self.was.items())}
        return {code: read.get(code) for code in PREVIEW}

    def head(self, code: str) -> Any:
        """The select of the column that the table of rows shows as *code*."""
        position = self.headers.index(self.shown_as[code])
        field = self.fields[f"column{position}"]
        field.widget.attrs["aria-label"] = _("What “%(name)s” is") % {"name": FIELDS[code].label}
        return self[f"column{position}"]

    def how(self) -> list[Any]:
        return [self[name] for name in self.field_order if name != "sheet" or len(self.sheets) > 1]

    def units(self) -> list[dict[str, Any]]:
        """The units that nobody knows, each with its fields and what was decided of it."""
        found = []
        for one in self.asked_units:
            key = key_in_form(one["name"])
            known = next((unit.name for unit in self.on_file if unit.pk == pk_of(one["decision"])), "")
            found.append(one | {"pick": self[f"pick_{key}"], "kind_field": self[f"kind_{key}"], "known": known,
                                "is_field": self[f"is_{key}"], "makes": kind_to_make(one["decision"])})  # fmt: skip
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        named = {unit_key(name): unit for unit in self.on_file for name in (*unit.aliases, unit.short_name, unit.name)}
        self.decided = dict(self.read_with.units)
        for one in self.asked_units:
            key = key_in_form(one["name"])
            typed = data.get(f"is_{key}", "")
            if data.get("do") and data.get(f"pick_{key}") and typed == self.fields[f"is_{key}"].initial:
                typed = ""  # what was decided before; now the button decides
            unit = named.get(unit_key(typed)) if typed else None
            if typed and unit is None:
                said = _("No unit on file is called “%(name)s”: choose one of the list") % {"name": typed}
                self.add_error(f"is_{key}", said)
            decision = known_as(unit.pk) if unit else self._without_a_name(one, key, data)
            if decision != one["decision"] or one["name"] in self.decided:
                self.decided[one["name"]] = decision
        return data

    def _without_a_name(self, one: dict[str, Any], key: str, data: dict[str, Any]) -> str:
        """What becomes of a unit that isn't said to be one on file: as the button says, if it is ticked."""
        kind, do, was = data.get(f"kind_{key}") or one["kind"], data.get("do"), one["decision"]
        if do and data.get(f"pick_{key}"):
            return made(kind) if do == MAKE else COUNTY
        if kind_to_make(was):
            return made(kind)
        return was if was == COUNTY else ""

    @property
    def out(self) -> set[int]:
        """The rows that are not taken: as the page's boxes say, those that it didn't show as before."""
        out = set(self.read_with.out)
        if not self.is_bound:
            return out
        sent: Any = self.data
        shown, taken = set(keys(sent.getlist("shown"))), set(keys(sent.getlist("take")))
        return (out - shown) | (shown - taken)

    def asked(self) -> Options:
        """The options as typed; of the columns only those that were changed, now or before."""
        mapping = dict(self.read_with.mapping)
        for position, header in enumerate(self.headers):
            field = self.cleaned_data[f"column{position}"]
            if field != self.was.get(header, ""):
                mapping[header] = field
        sheet = self.cleaned_data["sheet"] if len(self.sheets) > 1 else ""
        out = self.out if sheet in ("", self.sheet_read) else set()  # rows of another sheet are other rows
        units = {name: decision for name, decision in self.decided.items() if decision}
        return self.options(mapping=mapping, sheet=sheet, units=units, out=sorted(out))
