"""Forms of what is done with a problem between raised and answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.web.forms import DateField, offer
from dispatch.problems.forms import AssignForm, _text
from dispatch.problems.models import Problem
from dispatch.problems.rules import ProblemRules
from organization.people.models import Post, Role, User
from organization.profiles.rules import Rules, rules_of


class PlaceForm(AssignForm):
    """At which level, by which unit; as the county's rule proposes it."""

    level = forms.TypedChoiceField(label=_("Level that has to solve it"), coerce=int)
    field_order = ("category", "level", "owner_unit", "note")

    def __init__(self, *args: Any, user: User, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, user=user, rules=rules, **kwargs)
        standing = self.initial.get("level", 0)
        rungs = enumerate(rules[ProblemRules].ladder)
        offer(self, "level", [(str(n), level.label) for n, level in rungs if n >= standing] or [("0", "—")])


class ConsultForm(forms.Form):
    """Who led it, when, who was there, what was said, what came of it."""

    led_by = forms.ModelChoiceField(
        Post.objects.none(), label=_("Led by"), error_messages={"required": _("Choose who led it")}
    )
    held_on = DateField(label=_("Held on"))
    present = _text(_("Who was present"), rows=2, error=_("Write who was present: units and posts"))
    opinions = _text(_("Opinions"), required=False, rows=3)
    result = _text(_("What was decided"), rows=2, error=_("Write what was decided, who does it by when"))

    def __init__(self, *args: Any, user: User, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = Q(role=Role.LEADER) | Q(role=Role.UNIT_HEAD, unit=problem.owner_unit_id)
        posts = Post.objects.filter(leads, unit__county=problem.county_id, active=True).select_related("unit")
        offer(self, "led_by", posts.order_by("unit__position", "position", "pk"))


class ReportUpForm(forms.Form):
    text = _text(
        _("Report to the leader"), help_text=_("How what was decided stands now"), error=_("Write the report")
    )


class ReasonForm(forms.Form):
    reason = _text(_("Reason"), rows=2, error=_("Write the reason"))


class HandUpForm(forms.Form):
    reason = _text(
        _("Reason"),
        rows=2,
        help_text=_("What is beyond this level, and what the next one is asked to decide"),
        error=_("Write the reason"),
    )


class HandDownForm(forms.Form):
    """To which lower level, and why."""

    level = forms.TypedChoiceField(label=_("Level that has to solve it"), coerce=int)
    reason = _text(
        _("Reason"),
        rows=2,
        help_text=_("Why the lower level can solve it, and what it is to do"),
        error=_("Write the reason"),
    )

    def __init__(self, *args: Any, user: User, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rungs = list(enumerate(rules_of(problem.county)[ProblemRules].ladder))[: problem.level]
        offer(self, "level", [(str(n), level.label) for n, level in reversed(rungs)])


class UntilForm(forms.Form):
    until = DateField(label=_("Until which day"))
    reason = _text(_("Reason"), rows=2, error=_("Write the reason"))


class MoreForm(forms.Form):
    """Whether the days that were asked for are given."""

    granted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=(("yes", _("Give the days asked for")), ("no", _("Refuse"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = _text(_("Note"), required=False, rows=2)


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Problem.objects.none(),
        label=_("Its double, which goes on"),
        help_text=_("Open problems of the same project or category"),
    )
    reason = _text(_("Reason"), required=False, rows=2)

    def __init__(self, *args: Any, user: User, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        like = Q(project=problem.project_id) | Q(category=problem.category)
        found = Problem.objects.visible_to(user).open().filter(like).exclude(pk=problem.pk)
        offer(self, "into", found.select_related("project").order_by("project_id", "pk"))
