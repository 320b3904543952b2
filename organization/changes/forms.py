from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.changes.models import Kind, UnitChange
from organization.people.forms import PlanForm
from organization.units.models import ROOTS, Unit

FIELDS = {  # of each kind, between the day and the reason
    Kind.RENAME: ("new_name", "new_short_name"),
    Kind.MOVE: ("new_parent",),
    Kind.MERGE: ("into",),
    Kind.CLOSE: ("into",),
}


class ChangeForm(PlanForm):
    """What is done to a unit, from which day, and why."""

    new_name = forms.CharField(label=gettext_lazy("New name"), max_length=100)
    new_short_name = forms.CharField(
        label=gettext_lazy("New short name"), max_length=100, required=False, help_text=gettext_lazy("Empty: the name")
    )
    new_parent = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Below which unit"))
    into = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Merged into"))

    def __init__(self, *args: Any, unit: Unit, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, own=FIELDS[Kind(kind)], **kwargs)
        below = Unit.objects.within(unit).values("pk")
        others = Unit.objects.filter(county=unit.county_id, active=True).exclude(pk__in=below)
        fields: dict[str, Any] = self.fields
        if kind == Kind.MOVE:
            fields["new_parent"].queryset = others
        if kind in (Kind.MERGE, Kind.CLOSE):
            fields["into"].queryset = others.exclude(kind__in=ROOTS)
        if kind == Kind.CLOSE:
            fields["into"].required = False
            fields["into"].label = _("Who does its work from then on")
            fields["into"].empty_label = _("nobody: nothing hangs on it")
        self.unit, self.kind = unit, Kind(kind)

    def change(self) -> UnitChange:
        """What would be put on file, not stored."""
        facts = self.facts
        if "new_name" in facts:
            facts["new_short_name"] = facts["new_short_name"] or facts["new_name"]
        return UnitChange(county=self.unit.county or self.unit, unit=self.unit, kind=self.kind, **facts)
