"""What people type about squads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.records.fields import label_of
from core.web.forms import DateField, ManyField, offer
from organization.people.models import Post, Role
from organization.squads.models import Squad
from organization.squads.services import FACTS
from organization.units.models import ROOTS, Unit, UnitKind

LEADING = (Role.LEADER, Role.OFFICE, Role.UNIT_HEAD)
NO_MEMBERS = (*ROOTS, UnitKind.LEADERS, UnitKind.SQUAD)


class LinesField(forms.CharField):
    """Sentences, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class PostsField(ManyField):
    """Posts, with their units where the title alone doesn't say whose it is."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj) if obj.role == Role.LEADER else f"{obj.unit.short_name} {obj}"


class SquadForm(forms.Form):
    """All facts of a squad; its name is asked for when it is formed."""

    version = version_field()
    name = forms.CharField(
        label=_("name"),
        max_length=100,
        help_text=_("A squad of the county's file that has no page yet gets one by its name"),
    )
    heads = PostsField(Post.objects.none(), label=_("heads"), required=False)
    lead = forms.ModelChoiceField(Unit.objects.none(), label=label_of(Squad, "lead"), required=False)
    members = ManyField(
        Unit.objects.none(), label=_("member units"), required=False, widget=forms.CheckboxSelectMultiple
    )
    duties = LinesField(label=label_of(Squad, "duties"), required=False, help_text=_("One duty a line"))
    since = DateField(label=label_of(Squad, "since"), required=False)
    until = DateField(
        label=label_of(Squad, "until"), required=False, help_text=_("Empty as long as nobody knows when it ends")
    )

    def __init__(self, *args: Any, county: Unit, squad: Squad | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name" if squad else "version"]
        heads = Q(role__in=LEADING) | Q(headed_squads=squad) if squad else Q(role__in=LEADING)
        posts = Post.objects.filter(heads, unit__county=county, active=True).select_related("unit").distinct()
        offer(self, "heads", posts.order_by("unit__position", "position", "pk"))
        units = Unit.objects.filter(county=county, active=True).exclude(kind__in=NO_MEMBERS)
        for name in ("lead", "members"):
            offer(self, name, units)

    @classmethod
    def initial_of(cls, squad: Squad) -> dict[str, Any]:
        several = {name: [one.pk for one in getattr(squad, name).all()] for name in ("heads", "members")}
        return {name: getattr(squad, name) for name in ("version", "lead", "duties", "since", "until")} | several

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}


class EndForm(forms.Form):
    """The last day of a squad, and why."""

    version = version_field()
    on = DateField(label=_("last day"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)
