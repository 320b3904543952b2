"""Forms of campaigns and their tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.forms import DateField, ManyField, offer, read_day
from dispatch.campaigns.models import Campaign, Phase, Task
from dispatch.campaigns.permissions import may_do_part
from dispatch.campaigns.progress import WHOLE
from dispatch.campaigns.rules import NAMES
from dispatch.campaigns.scope import projects_of
from organization.people.models import Post, Role
from organization.squads.models import Squad
from organization.units.models import ROOTS, Unit
from projects.models import Project, Roster

LINE = re.compile(r"(.+?)[\s,，:：]+(\d{4}\S+?)\s*(?:至|到|to|~|—|–|\s-\s|\s)\s*(\d{4}\S+)")


def text(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 3, error: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": error} if error else None,
    )


class PhasesField(forms.CharField):
    """Phases as lines: name, first day, last day."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=4000, **more)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{phase.name} {phase.first:%Y-%m-%d} 至 {phase.last:%Y-%m-%d}" for phase in value)
        return value

    def clean(self, value: Any) -> list[Phase]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return [self._phase(line) for line in lines]

    @staticmethod
    def _phase(line: str) -> Phase:
        if not (found := LINE.fullmatch(line)):
            said = _("“%(line)s”: write the name, the first and the last day, such as 大会战 2026-10-11 至 2026-12-25")
            raise ValidationError(said % {"line": line[:60]})
        name, *days = found.groups()
        try:
            first, last = (read_day(day) for day in days)
        except ValueError as error:
            raise ValidationError(f"“{line[:60]}”：{error}") from error
        if len(name) > NAMES:
            raise ValidationError(_("“%(name)s” is too long: at most %(n)s characters") % {"name": name, "n": NAMES})
        return Phase(name.strip(), first or date.max, last or date.max)


class CampaignForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the campaign"),
        max_length=80,
        error_messages={"required": gettext_lazy("Give the campaign a name")},
    )
    first_on = DateField(label=gettext_lazy("First day"))
    last_on = DateField(label=gettext_lazy("Last day"))
    purpose = text(gettext_lazy("What it is to reach"), required=False)
    document = forms.CharField(
        label=gettext_lazy("Document"), required=False, max_length=120, help_text=gettext_lazy("Its name and number")
    )
    phases = PhasesField(
        label=gettext_lazy("Phases"),
        help_text=gettext_lazy("One a line: name, first day, last day. What is due in its days belongs to a phase."),
    )
    lead = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Leading unit"), required=False)
    squad = forms.ModelChoiceField(Squad.objects.none(), label=gettext_lazy("Squad"), required=False)
    listed = forms.ChoiceField(
        label=gettext_lazy("List of projects that it is about"),
        required=False,
        help_text=gettext_lazy("Empty: all projects"),
    )

    def __init__(self, *args: Any, county: Unit, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "lead", Unit.objects.filter(county=county, active=True).exclude(kind__in=ROOTS))
        offer(self, "squad", Squad.objects.filter(unit__county=county, active=True).select_related("unit"))
        rosters = {one.code: str(one) for one in Roster.objects.of(county, year)}
        if (standing := self.initial.get("listed")) and standing not in rosters:
            rosters[standing] = standing
        offer(self, "listed", [("", "—"), *rosters.items()])


class TaskForm(forms.Form):
    """A task as the office gives it."""

    title = forms.CharField(
        label=gettext_lazy("Task"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write what is to be done")},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Responsible unit"),
        error_messages={"required": gettext_lazy("Say which unit is responsible")},
    )
    due_on = DateField(label=gettext_lazy("Due on"), error_messages={"required": gettext_lazy("Say by which day")})
    kind = forms.CharField(label=gettext_lazy("Line of work"), required=False, max_length=NAMES)
    target = forms.DecimalField(
        label=gettext_lazy("Target"), required=False, max_digits=14, decimal_places=2,
        help_text=gettext_lazy("A number, where there is one"),
    )  # fmt: skip
    measure = forms.CharField(
        label=gettext_lazy("Counted in"), required=False, max_length=12, help_text=gettext_lazy("Such as 个, 万元, 亩")
    )
    leader = forms.ModelChoiceField(Post.objects.none(), label=gettext_lazy("Responsible leader"), required=False)
    helpers = ManyField(
        Unit.objects.none(),
        label=gettext_lazy("Helping units"),
        required=False,
        help_text=gettext_lazy("The responsible unit may give them parts of it"),
    )
    project = forms.ModelChoiceField(Project.objects.none(), label=gettext_lazy("Project"), required=False)
    detail = text(gettext_lazy("What is to be done"), required=False)

    def __init__(self, *args: Any, campaign: Campaign, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county = campaign.county
        units = Unit.objects.filter(county=county, active=True).exclude(kind__in=ROOTS).order_by("position", "pk")
        offer(self, "unit", units)
        offer(self, "helpers", units)
        leads = Q(role__in=(Role.LEADER, Role.UNIT_HEAD))
        posts = Post.objects.filter(leads, unit__county=county, active=True).select_related("unit")
        offer(self, "leader", posts.order_by("unit__position", "position", "pk"))
        offer(self, "project", projects_of(campaign, on, standing=self.initial.get("project")))


class ChangeForm(TaskForm):
    reason = text(
        gettext_lazy("Reason"),
        required=False,
        rows=2,
        help_text=gettext_lazy("Needed where its unit or its day is another one"),
    )


def doers(task: Task, on: date) -> list[tuple[str, Any]]:
    """Who can do a part of *task*, as choices: its persons, then units."""
    units, posts = may_do_part(task, on)
    found: list[tuple[str, Any]] = [("", _("choose one"))]
    if posts:
        found.append((str(_("Persons")), [(f"post:{post.pk}", str(post)) for post in posts]))
    if units:
        found.append((str(_("Units")), [(f"unit:{unit.pk}", str(unit)) for unit in units]))
    return found


class PartForm(forms.Form):
    """A part of a task: what, who, by when, how much."""

    title = forms.CharField(
        label=gettext_lazy("Part"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write what is to be done")},
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Who does it"),
        error_messages={
            "required": gettext_lazy("Choose who does this part: a person, a unit below, or one that helps")
        },
    )
    due_on = DateField(label=gettext_lazy("Due on"), error_messages={"required": gettext_lazy("Say by which day")})
    target = forms.DecimalField(label=gettext_lazy("Target"), required=False, max_digits=14, decimal_places=2)

    def __init__(self, *args: Any, task: Task, on: date, choices: Iterable[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task, self.on = task, on
        offer(self, "who", list(choices) if choices is not None else doers(task, on))
        self.initial.setdefault("due_on", task.due_on)
        if task.measure:
            self.fields["target"].unit = task.measure  # type: ignore[attr-defined]  # what a field says of its unit

    def facts(self) -> dict[str, Any]:
        """What the service is told; the choices hold what there is."""
        said = dict(self.cleaned_data)
        kind, _colon, pk = said.pop("who").partition(":")
        model: Any = Post if kind == "post" else Unit
        said[kind] = model.objects.get(pk=pk)
        said["measure"] = self.task.measure if said["target"] is not None else ""
        return said


class ReportForm(forms.Form):
    """How a task stands: in words, with a number or in percent, as it is counted."""

    number = forms.DecimalField(label=gettext_lazy("Reached so far"), required=False, max_digits=14, decimal_places=2)
    percent = forms.IntegerField(
        label=gettext_lazy("How far in percent"), required=False, min_value=0, max_value=WHOLE
    )
    text = text(
        gettext_lazy("How it stands"),
        help_text=gettext_lazy("What was done since the last time, what comes next"),
        error=gettext_lazy("Write it in words"),
    )

    def __init__(self, *args: Any, task: Task, from_parts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if task.target is None or from_parts:
            del self.fields["number"]
        else:
            self.fields["number"].unit = task.measure  # type: ignore[attr-defined]  # what a field says of its unit
            self.initial.setdefault("number", bare(task.reached))
        if task.target is not None or from_parts:
            del self.fields["percent"]
        else:
            self.fields["percent"].unit = "%"  # type: ignore[attr-defined]  # what a field says of its unit
            self.initial.setdefault("percent", task.percent)


class FinishForm(ReportForm):
    text = text(
        gettext_lazy("Result"),
        help_text=gettext_lazy("What was done, what came of it"),
        error=gettext_lazy("Write the result in words"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("percent", None)


class NoteForm(forms.Form):
    note = text(gettext_lazy("Note"), required=False, rows=2)


class ReturnForm(forms.Form):
    reason = text(gettext_lazy("What is missing"), rows=2, error=gettext_lazy("Write the reason"))
    due_on = DateField(label=gettext_lazy("New day"), required=False, help_text=gettext_lazy("Empty: its day stays"))


class ReasonForm(forms.Form):
    reason = text(gettext_lazy("Reason"), rows=2, error=gettext_lazy("Write the reason"))


class UntilForm(ReasonForm):
    until = DateField(label=gettext_lazy("Until which day"))
    field_order = ("until", "reason")


class MoreForm(forms.Form):
    """Whether the days that were asked for are given."""

    granted = forms.TypedChoiceField(
        label=gettext_lazy("Answer"),
        choices=(("yes", gettext_lazy("Give the days asked for")), ("no", gettext_lazy("Refuse"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = text(gettext_lazy("Note"), required=False, rows=2)


class EndForm(forms.Form):
    summary = text(
        gettext_lazy("What came of it"),
        error=gettext_lazy("Write what came of it: that stays with the campaign"),
    )


class TableForm(forms.Form):
    """A table of tasks: pasted, or a file whose rows come into the box."""

    table = forms.CharField(
        label=gettext_lazy("Table of tasks"),
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Copied from Excel with its head: 序号, 任务, 责任单位, 责任领导, 完成时限; "
            "also 配合单位, 类别, 目标, 计量单位, 要求"
        ),
    )
    file = forms.FileField(label=gettext_lazy("Or a file"), required=False, help_text=gettext_lazy("Excel or CSV"))


def bare(number: Decimal | None) -> Decimal | int | None:
    """21 for 21.00, as people type it."""
    return int(number) if number is not None and number == int(number) else number


def initial_of(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in ("name", "first_on", "last_on", "purpose", "document", "lead",
            "squad", "listed")} | {"phases": campaign.stretches}  # fmt: skip


def initial_of_task(task: Task) -> dict[str, Any]:
    names = ("title", "unit", "due_on", "kind", "target", "measure", "leader", "project", "detail")
    facts = {name: getattr(task, name) for name in names} | {"helpers": list(task.helpers.all())}
    return facts | {"target": bare(task.target)}
