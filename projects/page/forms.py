"""The registry's forms: they read what people type; what may be is decided by the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.flow.forms import version_field
from core.web.forms import DateField, Fold, Folding, ManyField, WanField, need, offer, offer_codes
from organization.people.models import Post, Role, User
from organization.permissions import works_for
from organization.portfolios.models import leaders_of
from organization.profiles.rules import CountyRules, rules_of
from organization.units.models import ROOTS, Unit, UnitKind
from projects.choices import FLOOR, Stage
from projects.classes import LIST_OF, ClassRules
from projects.codes.shape import said_of
from projects.lifecycle import gates as lifecycle
from projects.registry import permissions
from projects.registry.models import Project

# The form's parts, in the order in which people think of a project.
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("What it is"),
        ("name", "number", "code", "nature", "investment_kind", "level", "category", "sector", "cluster", "scope"),
    ),
    (gettext_lazy("Money and years"), ("total_investment", "start_year", "end_year")),
    (
        gettext_lazy("Who answers for it"),
        ("lead_unit", "competent_unit", "responsible", "cooperating_units", "agent_unit", "owner", "investor"),
    ),
    (gettext_lazy("Where"), ("location", "site", "longitude", "latitude")),
    (
        gettext_lazy("Days"),
        (
            "planned_start",
            "planned_completion",
            "ceremony_on",
            "started_on",
            "statistics_start_on",
            "entered_on",
            "completed_on",
        ),
    ),
    (gettext_lazy("Remark"), ("remark",)),
)


FIELDS = tuple(name for _label, names in SECTIONS for name in names)


class ProjectForm(Folding, forms.ModelForm):  # type: ignore[type-arg]  # generic to the stubs only
    """Facts of a project; labels say what is needed now and what at the next stage, from the gates."""

    total_investment = WanField(
        label=gettext_lazy("total investment"),
        required=False,
        help_text=format_lazy(
            gettext_lazy("As approved; else as estimated. The registry is of projects of {limit} (10k yuan) and more"),
            limit=figures.wan(FLOOR),
        ),
    )
    planned_start = DateField(label=gettext_lazy("planned start"), required=False)
    planned_completion = DateField(label=gettext_lazy("planned completion"), required=False)
    ceremony_on = DateField(label=gettext_lazy("ceremony on"), required=False)
    started_on = DateField(
        label=gettext_lazy("substantial start on"),
        required=False,
        help_text=gettext_lazy("Piling or foundation; levelling the site doesn't count"),
    )
    statistics_start_on = DateField(label=gettext_lazy("start for statistics on"), required=False)
    entered_on = DateField(label=gettext_lazy("in statistics since"), required=False)
    completed_on = DateField(label=gettext_lazy("completed on"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Needed when a day changes that is already on file, and when another project on file is like this one"
        ),
    )
    version = version_field()
    floor = FLOOR

    class Meta:
        model = Project
        fields = FIELDS
        field_classes = {"cooperating_units": ManyField}
        widgets = {
            "scope": forms.Textarea(attrs={"rows": 3}),
            "remark": forms.Textarea(attrs={"rows": 2}),
            "cooperating_units": forms.CheckboxSelectMultiple,
            "number": forms.TextInput(attrs={"inputmode": "numeric"}),
            "start_year": forms.TextInput(attrs={"inputmode": "numeric"}),
            "end_year": forms.TextInput(attrs={"inputmode": "numeric"}),
            "longitude": forms.TextInput(attrs={"inputmode": "decimal"}),
            "latitude": forms.TextInput(attrs={"inputmode": "decimal"}),
        }

    def __init__(self, *args: Any, user: User, units: QuerySet[Unit] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project: Project = self.instance
        self.is_new = project.pk is None
        self.stage = project.stage
        county_units = units if units is not None else Unit.objects.filter(county=user.county, active=True)
        found = list(county_units)
        self._choose(user, found)
        rules = rules_of(project.county)
        classes, self.region = rules[ClassRules], rules[CountyRules].region_code
        for name in LIST_OF:
            offer_codes(self, name, classes.of(name), getattr(project, name))
        for name in FIELDS:
            when = lifecycle.needs(name, self.stage)
            if when == "now":
                need(self, name, _("needed in this stage"), now=True)
            elif when == "next":
                following = lifecycle.next_stage(project)
                need(self, name, _("before “%(stage)s”") % {"stage": Stage(following).label if following else ""})
        for name in ("name", "lead_unit"):
            need(self, name, _("required now"), now=True)
        if self.is_new and "reason" not in self.data:
            del self.fields["reason"]  # asked for once the registry seems to have the project
        if self.is_new:
            del self.fields["version"]
        else:
            self.fields["version"].initial = project.version

    def _choose(self, user: User, found: list[Unit]) -> None:
        """Units to choose from, out of one list that was read once."""
        working = [unit for unit in found if unit.kind not in (*ROOTS, UnitKind.LEADERS)]
        lead: Iterable[Unit] = [unit for unit in working if unit.kind not in (UnitKind.OFFICE, UnitKind.SQUAD)]
        own = self.instance.lead_unit_id if not self.is_new else None
        if self.is_new and not user.is_office_of(user.county):
            lead = [unit for unit in lead if works_for(user, unit)]
        elif not self.is_new and not permissions.can_change_lead_unit(user, self.instance):
            self.fields["lead_unit"].disabled = True
            self.fields["lead_unit"].help_text = _("The command office hands a project to another unit")
        places = [unit for unit in working if unit.kind in (UnitKind.TOWNSHIP, UnitKind.ZONE)]
        _options(self.fields["lead_unit"], lead, empty=self.is_new, blank=_("choose one"), keep=own)
        _options(self.fields["agent_unit"], working)
        competent = [unit for unit in working if unit.kind not in (UnitKind.TOWNSHIP, UnitKind.SQUAD)]
        _options(self.fields["competent_unit"], competent, keep=self.instance.competent_unit_id)
        _options(self.fields["location"], places)
        offer(self, "cooperating_units", [(unit.pk, unit.short_name) for unit in working])
        if self.is_new and len(options := list(lead)) == 1:
            self.initial.setdefault("lead_unit", options[0].pk)

    def folds(self) -> list[Fold]:
        """What doesn't stand above, in the form's parts."""
        above = {field.name for field in self.above()}
        left = ([self[name] for name in names if name not in above] for _label, names in SECTIONS)
        return [Fold(fields, str(label)) for (label, _names), fields in zip(SECTIONS, left, strict=True) if fields]

    @property
    def below_floor(self) -> bool:
        """Whether what stands in the form is too small for the registry: it may be stored, and the form says so."""
        typed = self["total_investment"].value()
        try:
            yuan = self.fields["total_investment"].to_python(typed)
        except forms.ValidationError:
            return False
        return yuan is not None and yuan < FLOOR

    @property
    def odd_code(self) -> str:
        """What is to be said of the code that stands in the form: it is stored all the same."""
        return said_of(str(self["code"].value() or ""), self.region)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in FIELDS:
            had = self.initial.get(name)
            if name in cleaned and cleaned[name] in (None, "") and had and lifecycle.needs(name, self.stage) == "now":
                self.add_error(
                    name,
                    _("A project in the stage “%(stage)s” needs it: change it, don't empty it")
                    % {"stage": Stage(self.stage).label},
                )
        return cleaned

    def _post_clean(self) -> None:
        """The service says what may be; the instance must stay as it is on file."""

    def changes(self) -> dict[str, Any]:
        """What the person changed, and nothing else."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in FIELDS}


def _options(
    field: Any, units: Iterable[Unit], *, empty: bool = True, blank: str = "—", keep: int | None = None
) -> None:
    choices: list[tuple[Any, str]] = [("", blank)] if empty else []
    choices += [(unit.pk, unit.short_name) for unit in units]
    if keep and keep not in [pk for pk, _name in choices]:
        choices += [(unit.pk, unit.short_name) for unit in Unit.objects.filter(pk=keep)]
    field.choices = choices


class ApprovalForm(forms.Form):
    version = version_field()
    kind = forms.ChoiceField(label=gettext_lazy("procedure"))
    document_number = forms.CharField(label=gettext_lazy("document number"), required=False, max_length=100)
    obtained_on = DateField(label=gettext_lazy("obtained on"), help_text=gettext_lazy("The day on the document"))
    valid_until = DateField(
        label=gettext_lazy("valid until"),
        required=False,
        help_text=gettext_lazy("Left empty, it holds as long as the catalogue says"),
    )
    reason = forms.CharField(label=gettext_lazy("Why not the unit that gives it"), required=False, max_length=300)

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, str]], asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(kinds)
        offer(self, "kind", named if len(named) == 1 else [("", _("choose one")), *named])
        if not asks:
            del self.fields["reason"]


class CorrectMonthsForm(forms.Form):
    """From which closed month on what waits is to count, and why."""

    version = version_field()
    since = forms.ChoiceField(label=gettext_lazy("counts from this month on"))
    reason = forms.CharField(
        label=gettext_lazy("Reason of the correction"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands beside the figures of each month that changes"),
    )

    def __init__(self, *args: Any, months: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "since", list(months))


class SponsorsForm(forms.Form):
    """The leaders' posts that answer for a project; the first approves its reports."""

    version = version_field()
    first = forms.ModelChoiceField(
        label=gettext_lazy("sponsoring leader who approves the reports"), queryset=Post.objects.none(), required=False
    )
    others = ManyField(
        label=gettext_lazy("other sponsoring leaders"),
        queryset=Post.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    follows = forms.BooleanField(
        label=gettext_lazy("By portfolio"),
        required=False,
        help_text=gettext_lazy("Passes on when another leader answers for the unit or sector; otherwise it stays"),
    )

    def __init__(self, *args: Any, county: Unit, project: Project, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sponsors = list(project.sponsors.select_related("post"))
        self.leaders = leaders_of(county, sector=project.sector, unit=project.lead_unit, on=on)
        self.following = [sponsor.post for sponsor in sponsors if sponsor.by_portfolio]
        now = [sponsor.post for sponsor in sponsors] or self.leaders[:1]
        if not self.leaders and not self.following:
            del self.fields["follows"]
        elif self.leaders:
            names = _(", ").join(str(post) for post in self.leaders)
            said = _("%(posts)s answers for it by portfolio: passes on when another leader does; otherwise it stays")
            self.fields["follows"].help_text = said % {"posts": names}
        self.initial["follows"] = bool(self.following) or (not sponsors and bool(self.leaders))
        posts = Post.objects.filter(unit__county=county, role=Role.LEADER, active=True).order_by("position", "pk")
        for name in ("first", "others"):
            offer(self, name, posts)
        self.initial.update(first=now[0].pk if now else None, others=[post.pk for post in now[1:]])

    def posts(self) -> list[Post]:
        first = self.cleaned_data["first"]
        return ([first] if first else []) + [post for post in self.cleaned_data["others"] if post != first]

    def by_portfolio(self) -> list[Post]:
        """Those of the chosen that pass on with the portfolio."""
        if not self.cleaned_data.get("follows"):
            return []
        return [post for post in self.posts() if post in self.leaders or post in self.following]
