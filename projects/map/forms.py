from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.geo.systems import System


class PlaceForm(forms.Form):
    """Where a project lies: two numbers and the system that they are of."""

    version = version_field()
    system = forms.ChoiceField(label=_("system of coordinates"), choices=System)
    first = forms.DecimalField(
        label=_("longitude, or X in metres"),
        max_digits=15,
        decimal_places=7,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Write the first number, or click on the map")},
    )
    second = forms.DecimalField(
        label=_("latitude, or Y in metres"),
        max_digits=15,
        decimal_places=7,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Write the second number, or click on the map")},
    )
    meridian = forms.DecimalField(
        label=_("central meridian"),
        required=False,
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Only for metres whose Y has no zone's number in front"),
    )


class OutlineForm(forms.Form):
    """The county's outline as a file."""

    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_("A Polygon or MultiPolygon in degrees, 2 MB at most"),
        error_messages={"required": _("Choose a file"), "empty": _("The file is empty")},
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
    system = forms.ChoiceField(
        label=_("system of coordinates"),
        choices=[choice for choice in System.choices if choice[0] != System.GRID],
        initial=System.CGCS2000,
    )

    def content(self) -> tuple[bytes, str]:
        file: Any = self.cleaned_data["file"]
        return file.read(), file.name
