"""What is asked once for many projects: the value, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import ReasonForm, offer
from organization.people.models import Post, Role, User
from organization.units.models import ROOTS, Unit, UnitKind

NOT_LEADING = (*ROOTS, UnitKind.LEADERS, UnitKind.OFFICE, UnitKind.SQUAD)


class WithdrawForm(ReasonForm):
    def __init__(self, *args: Any, county: Unit, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["rows"] = 2
        self.choose(county)

    def choose(self, county: Unit) -> None:
        """What can be chosen in *county*."""


class HandOverForm(WithdrawForm):
    unit = forms.ModelChoiceField(label=_("lead unit"), queryset=Unit.objects.none())
    field_order = ("unit", "reason")

    def choose(self, county: Unit) -> None:
        offer(self, "unit", Unit.objects.filter(county=county, active=True).exclude(kind__in=NOT_LEADING))


class LeaderForm(WithdrawForm):
    leader = forms.ModelChoiceField(
        label=_("sponsoring leader who approves the reports"),
        queryset=Post.objects.none(),
        help_text=_("Stands in the place of who stood first; other sponsoring leaders stay"),
    )
    field_order = ("leader", "reason")

    def choose(self, county: Unit) -> None:
        leaders = Post.objects.filter(unit__county=county, role=Role.LEADER, active=True)
        offer(self, "leader", leaders.order_by("position", "pk"))
