from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.web.forms import DateField
from organization.changes.models import Kind, UnitChange
from organization.units.models import ROOTS, Unit

FIELDS = {  # of each kind, between the day and the reason
    Kind.RENAME: ("new_name", "new_short_name"),
    Kind.MOVE: ("new_parent",),
    Kind.MERGE: ("into",),
    Kind.CLOSE: ("into",),
}


class ChangeForm(forms.Form):
    """What is done to a unit, from which day, and why. `looked` is what the person has seen the effects of."""

    version = version_field()
    looked = forms.CharField(required=False, widget=forms.HiddenInput)
    new_name = forms.CharField(label=gettext_lazy("New name"), max_length=100)
    new_short_name = forms.CharField(
        label=gettext_lazy("New short name"), max_length=100, required=False, help_text=gettext_lazy("Empty: the name")
    )
    new_parent = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Below which unit"))
    into = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Merged into"))
    on = DateField(
        label=gettext_lazy("From which day"),
        help_text=gettext_lazy("Today or earlier: at once. Later: by itself, on the morning of that day"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For example the number of the document"),
    )

    def __init__(self, *args: Any, unit: Unit, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = FIELDS[Kind(kind)]
        for name in ("new_name", "new_short_name", "new_parent", "into"):
            if name not in own:
                del self.fields[name]
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

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "looked")}

    @property
    def sign(self) -> str:
        """Of what was typed: the effects that were shown are those of this and of nothing else."""
        typed = [(name, str(getattr(value, "pk", value))) for name, value in sorted(self.facts.items())]
        return sha256(repr(typed).encode()).hexdigest()[:16]

    def change(self) -> UnitChange:
        """What would be put on file, not stored."""
        facts = self.facts
        if "new_name" in facts:
            facts["new_short_name"] = facts["new_short_name"] or facts["new_name"]
        return UnitChange(county=self.unit.county or self.unit, unit=self.unit, kind=self.kind, **facts)
