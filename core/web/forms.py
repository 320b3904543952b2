"""Fields that read what people write, and what a field says about itself: its unit, and whether it is
needed now.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator, MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.amounts.fields import read_wan
from core.coded import Coded, options
from core.days.periods import YEARS
from core.records.files import kind_of, largest_upload
from core.web import asked

# Django's own sentences speak of "this field" and of integers.
forms.Field.default_error_messages["required"] = gettext_lazy("Not filled in yet")
forms.ChoiceField.default_error_messages["required"] = gettext_lazy("Nothing is chosen yet")
forms.ModelChoiceField.default_error_messages["required"] = gettext_lazy("Nothing is chosen yet")
forms.IntegerField.default_error_messages["invalid"] = gettext_lazy("Write it in digits, such as 2026")
forms.DecimalField.default_error_messages["invalid"] = gettext_lazy("Write it in digits, such as 12.5")

MaxLengthValidator.message = gettext_lazy("At most %(limit_value)d characters; these are %(show_value)d")
MinValueValidator.message = gettext_lazy("Not less than %(limit_value)s")
MaxValueValidator.message = gettext_lazy("Not more than %(limit_value)s")
TOO_EXACT: dict[str, Any] = {
    "max_digits": gettext_lazy("At most %(max)s digits in all"),
    "max_decimal_places": gettext_lazy("At most %(max)s decimals"),
    "max_whole_digits": gettext_lazy("At most %(max)s digits before the point"),
}
DecimalValidator.messages.update(TOO_EXACT)

forms.BaseForm.use_required_attribute = False  # a browser would say it in its own words, in a bubble, one at a time


class WanInput(forms.TextInput):
    """A text field with a number keyboard: `type=number` eats pasted amounts and turns with the wheel."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Yuan as 万元; what was typed and could not be read stays as it was."""
        return figures.wan_exact(value) if isinstance(value, int) else value


class WanField(forms.Field):
    """Money typed in 万元, as whole yuan: `1,234.5`, full-width digits, `1.2亿`. Empty is None, which is not
    0.
    """

    widget = WanInput
    unit = gettext_lazy("10k yuan")

    def __init__(self, *, min_value: int | None = 0, max_value: int | None = None, **kwargs: Any) -> None:
        """*min_value* and *max_value* in yuan; money below zero must be allowed on purpose."""
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        try:
            return read_wan(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                _("%(value)s is less than %(limit)s"),
                code="min_value",
                params={"value": figures.wan(value), "limit": figures.wan(self.min_value)},
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                _("%(value)s is more than %(limit)s"),
                code="max_value",
                params={"value": figures.wan(value), "limit": figures.wan(self.max_value)},
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?|(\d{4})(\d{2})(\d{2})")


def read_day(text: str) -> date | None:
    """A day as people write it: 2024-6-1, 2024.6.1, 2024年6月1日, 20240601; else ValueError."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    if not tidy:
        return None
    found = _DAY.fullmatch(tidy)
    if not found:
        raise ValueError(_("“%(text)s” is not a day: write 2024-06-01") % {"text": tidy[:40]})
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(_("There is no such day: %(text)s") % {"text": tidy[:40]}) from error


class DayInput(forms.DateInput):
    """The browser's own calendar; what it could not show (a typed day that was no day) comes back as plain
    text.
    """

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if isinstance(value, str):
            try:
                value = read_day(value)
            except ValueError:
                context = super().get_context(name, None, attrs)
                context["widget"] |= {"type": "text", "value": value}
                return context
        return super().get_context(name, value, attrs)


class DateField(forms.DateField):
    """A day. The format is fixed, since the Chinese one leaves `type=date` empty; typed days are read in
    people's ways.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            found = read_day(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        if found is not None and found.year not in YEARS:
            years = {"first": YEARS[0], "last": YEARS[-1]}
            raise ValidationError(_("Expected a day from %(first)s to %(last)s") % years, code="invalid")
        return found


class ManyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic to the stubs only
    """Several rows; a key that no column holds is a choice that there isn't, not an error of the database."""

    def _check_values(self, value: Any) -> Any:
        for key in value:
            if isinstance(key, str) and key.isdecimal() and asked.key(key) is None:
                said = {"value": key[: asked.LONGEST]}
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params=said)
        return super()._check_values(value)  # type: ignore[misc]  # Django has it, the stubs do not


class ReasonForm(forms.Form):
    """A reason, for what cannot be done without one."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write why: it stays with the record")},
    )


def need(form: forms.BaseForm, name: str, when: Any, *, now: bool = False) -> None:
    """Say on the label of *name* when it is needed: `need(form, "permit_no", _("needed before entry"))`."""
    field: Any = form.fields[name]  # the template looks for both
    field.need, field.need_now = when, now


class Folding(forms.BaseForm):
    """A long form: what is required, needed now or next, or named in `first` stands above; the rest is folded, and
    opens by itself where something stands in it or is wrong."""

    first: ClassVar[tuple[str, ...]] = ()

    def above(self) -> list[forms.BoundField]:
        """What is needed now, then what is `first`, then what the next step needs."""
        ranks = {field.name: self._rank(field) for field in self.visible_fields()}
        return sorted((field for field in self.visible_fields() if ranks[field.name] < 3), key=lambda f: ranks[f.name])

    def _rank(self, field: forms.BoundField) -> int:
        if field.field.required or getattr(field.field, "need_now", False):
            return 0
        if field.name in self.first:
            return 1
        return 2 if getattr(field.field, "need", "") else 3

    def below(self) -> Fold:
        above = {field.name for field in self.above()}
        return Fold([field for field in self.visible_fields() if field.name not in above])


@dataclass(frozen=True)
class Fold:
    """Fields that are folded together, under a heading."""

    fields: list[forms.BoundField]
    heading: str = ""

    @property
    def open(self) -> bool:
        return any(field.errors or field.value() not in (None, "", []) for field in self.fields)

    @property
    def names(self) -> str:
        """What is in it, unless its heading says so."""
        return str(_(", ")).join(str(field.label) for field in self.fields if field.label != self.heading)


def offer(form: forms.BaseForm, name: str, choices: QuerySet[Any] | Iterable[tuple[Any, Any]]) -> None:
    """What the field *name* lets one choose from: rows of a table, or pairs of a value and its label."""
    field: Any = form.fields[name]
    if isinstance(choices, QuerySet):
        field.queryset = choices
    else:
        field.choices = list(choices)


def offer_codes(form: forms.BaseForm, name: str, entries: Iterable[Coded], standing: str = "") -> None:
    """Make the field *name* a choice of a county's list, with what stands there; where the county has no such list, a
    text stays a text."""
    field, entries = form.fields[name], tuple(entries)
    if not entries and not isinstance(field, forms.ChoiceField):
        return
    form.fields[name] = forms.ChoiceField(
        label=field.label,
        required=field.required,
        help_text=field.help_text,
        choices=options(entries, standing, blank=_("choose one") if field.required else "—"),
    )


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; each is looked at as one alone."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


OFFICE = "application/vnd.openxmlformats-officedocument."
#: What a paper that is sent along may be; OFD is a ZIP by its content.
PAPERS = {
    *("application/pdf", "image/jpeg", "image/png", "application/zip", "application/msword"),
    *("application/vnd.ms-excel", f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"),
}


class PaperField(forms.FileField):
    """A paper or a picture that goes with what is written, or none: kept as it came, never opened, given back as a
    download. Cleaned it is its name and content; what it is says the content, not the name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("File"))
        kwargs.setdefault("help_text", gettext_lazy("PDF, picture, Word or Excel"))
        accept = {"accept": ".pdf,.jpg,.jpeg,.png,.doc,.docx,.xls,.xlsx,.ofd"}
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs=accept))
        super().__init__(required=False, error_messages={"empty": gettext_lazy("The file is empty.")}, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return self._read(file) if file else None

    def _read(self, file: Any) -> tuple[str, bytes]:
        if file.size > (limit := largest_upload()):
            raise ValidationError(_("The file is too large: at most %(limit)s MB") % {"limit": limit // 2**20})
        content: bytes = file.read()
        if kind_of(content) not in PAPERS:
            raise ValidationError(_("Send a PDF, a picture, Word or Excel"))
        return file.name, content


class PapersField(PaperField):
    """Several of them or none: a list of names and contents, together as large as one may be."""

    MOST = 9

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Files"))
        super().__init__(**kwargs)
        self.widget = Files(attrs=self.widget.attrs)

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        files = data if isinstance(data, list | tuple) else [data]
        found = [read for file in files if file and (read := super(PapersField, self).clean(file, initial))]
        if len(found) > self.MOST:
            raise ValidationError(_("At most %(n)s files at once") % {"n": self.MOST})
        if sum(len(content) for _name, content in found) > (limit := largest_upload()):
            raise ValidationError(_("The file is too large: at most %(limit)s MB") % {"limit": limit // 2**20})
        return found
