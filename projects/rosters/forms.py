"""What is asked of a list, and of projects that are put on one or taken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.models import SavedView
from core.web.forms import DateField, ReasonForm, offer
from organization.people.models import User
from organization.units.models import Unit
from projects.rosters.models import Roster
from projects.rosters.queries import LONGEST


class RosterForm(forms.Form):
    """A list of the year. What keeps it is chosen when it is made and stays: by hand, by the filter that the list of
    projects was left with, or by that of a saved view."""

    name = forms.CharField(label=_("name of the list"), max_length=60)
    note = forms.CharField(
        label=_("what it is for"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    keeps = forms.ChoiceField(
        label=_("kept"),
        help_text=_("By a rule it has exactly the projects that the filter finds, in every month"),
    )
    rule = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("why the rule is another one"), max_length=300, required=False,
        help_text=_("Only where the rule changes: it stays with the list"),
    )  # fmt: skip
    version = version_field()

    def __init__(self, *args: Any, views: Sequence[SavedView] = (), roster: Roster | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.views = {f"view-{one.pk}": one for one in views}
        rule = self.data.get("rule") if self.is_bound else self.initial.get("rule")
        by_filter = [("rule", _("by the filter below"))] if rule else []
        by_view = [(key, one.name) for key, one in self.views.items()]
        hand = [("hand", _("by hand"))]
        if roster is not None:  # a list stays what it is
            hand, by_view = ([], by_view) if roster.by_rule else (hand, [])
            by_filter = by_filter if roster.by_rule else []
        else:
            del self.fields["reason"], self.fields["version"]
        views_said = [(_("by the filter of a saved view"), by_view)] if by_view else []
        offer(self, "keeps", [*by_filter, *hand, *views_said])
        if roster is not None and not roster.by_rule:
            del self.fields["reason"], self.fields["keeps"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = data.pop("keeps", "hand")
        if chosen in self.views:
            data["rule"] = as_rule(self.views[chosen].query)
        elif chosen == "hand":
            data["rule"] = ""
        if data.get("version", 0) is None:
            del data["version"]
        return data


def as_rule(query: str) -> str:
    """*query* of a saved view without what is no filter: columns and order."""
    asked = QueryDict(query.removeprefix("?"))
    aside = {"sort", "col", "view", "page", "period"}
    return urlencode([(key, value) for key in asked if key not in aside for value in asked.getlist(key)])


class CloseForm(ReasonForm):
    version = version_field()


class RosterField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic to the stubs only
    """Lists by name; those of another year than *this* one say which."""

    this = 0

    def label_from_instance(self, obj: Roster) -> str:
        return str(obj) if obj.year == self.this else f"{obj.year} {obj}"


class StayForm(ReasonForm):
    """Of which list, from which day, and why."""

    roster = RosterField(label=_("list"), queryset=Roster.objects.none())
    document = forms.CharField(
        label=_("document number"), max_length=100,
        help_text=_("Of the paper that decides it, or its title where it has no number"),
    )  # fmt: skip
    on = DateField(label=_("from the day"))
    field_order = ("roster", "document", "on", "reason")

    def __init__(self, *args: Any, county: Unit, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate(now)
        self.fields["reason"].widget.attrs["rows"] = 2
        self.fields["on"].initial = today
        field: Any = self.fields["roster"]
        field.this = today.year
        years = (today.year, today.year - 1)  # a day of December is written in January
        open_ones = Roster.objects.filter(county=county, year__in=years).by_hand()
        offer(self, "roster", open_ones.order_by("-year", "position", "pk"))
