from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.web.forms import DateField, ManyField, offer
from organization.people.models import Post
from organization.portfolios.models import Portfolio
from organization.portfolios.rules import sectors_of
from organization.units.models import ROOTS, Unit, UnitKind

NOT_OFFERED = (*ROOTS, UnitKind.LEADERS, UnitKind.OFFICE)


class PortfolioForm(forms.Form):
    """What a leader's post answers for from a day on, and why. `looked` is what the person has seen the effects of."""

    version = version_field()
    looked = forms.CharField(required=False, widget=forms.HiddenInput)
    sectors = forms.MultipleChoiceField(label=_("Sectors"), required=False, widget=forms.CheckboxSelectMultiple)
    units = ManyField(Unit.objects.none(), label=_("Units"), required=False, widget=forms.CheckboxSelectMultiple)
    alone = forms.BooleanField(
        label=_("Nobody else has them from then on"),
        required=False,
        help_text=_("What another leader has of it until then, passes over on that day"),
    )
    on = DateField(
        label=_("From which day"),
        help_text=_("Until the day before everything is as it was; sponsorships by portfolio follow on that day"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example the number of the document that divides the work"),
    )

    def __init__(self, *args: Any, post: Post, row: Portfolio | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county = post.unit.county_id
        own, mine = list(row.sectors if row else ()), list(row.its_units if row else ())
        on_file = [
            code
            for codes in Portfolio.objects.filter(post__unit__county=county).values_list("sectors", flat=True)
            for code in codes
        ]
        names = sectors_of(post.unit.county or post.unit)
        fields: dict[str, Any] = self.fields
        fields["sectors"].choices = list({**names, **{code: names.get(code, code) for code in on_file}}.items())
        if not fields["sectors"].choices:
            del self.fields["sectors"]
        offered = Unit.objects.filter(county=county, active=True).exclude(kind__in=NOT_OFFERED)
        offer(self, "units", offered | Unit.objects.filter(pk__in=[unit.pk for unit in mine]))
        self.initial.update(sectors=own, units=[unit.pk for unit in mine])

    @property
    def facts(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "looked")}
        return {"sectors": [], **found, "units": list(found["units"])}

    @property
    def sign(self) -> str:
        """Of what was typed: the effects that were shown are those of this and of nothing else."""
        facts = self.facts
        typed = (
            sorted(facts["sectors"]),
            sorted(one.pk for one in facts["units"]),
            facts["alone"],
            facts["on"],
            facts["reason"],
        )
        return sha256(repr(typed).encode()).hexdigest()[:16]
