"""A field for one record out of very many: typed, with a list that helps, instead of ten thousand options."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.records import order

OFFERED = 300  # names in the list that helps


class NameInput(forms.TextInput):
    """A text field with a <datalist> of names."""

    names: tuple[str, ...] = ()

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        attrs = {**(attrs or {}), "autocomplete": "off"}
        attrs["list"] = f"{attrs.get('id', name)}_names"
        field = super().render(name, value, attrs, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.names))
        return format_html('{}<datalist id="{}">{}</datalist>', field, attrs["list"], options)


LONGEST = 500  # characters of a name


class NameField(forms.CharField):
    """A record of *records* by its exact `name`, or by a part that only one name has; None if empty.

    Set `records` in the form's __init__, where the person is known.
    """

    widget = NameInput

    def __init__(self, *, records: QuerySet[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.records = records

    def offer(self, records: QuerySet[Any], names: QuerySet[Any] | None = None) -> None:
        """Look in *records*; help with the names of *names*."""
        self.records = records
        self.widget.names = tuple(
            (records if names is None else names).order_by(order.text("name")).values_list("name", flat=True)[:OFFERED]
        )

    def prepare_value(self, value: Any) -> Any:
        return value.name if hasattr(value, "name") else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text or self.records is None:
            return None
        if len(text) > LONGEST:  # no name is; SQLite refuses to look for one
            raise ValidationError(_("Nothing of the name “%(text)s” is on file"), params={"text": text[:40]})
        exact = list(self.records.filter(name=text)[:2])
        found = exact or list(self.records.filter(name__icontains=text)[:4])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Nothing of the name “%(text)s” is on file"), params={"text": text[:40]})
        names = "、".join(record.name for record in found)
        raise ValidationError(_("Several are called so: %(names)s. Write the whole name"), params={"names": names})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")
