"""Forms of the ledger of problems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import PapersField, offer, offer_codes
from dispatch.problems.rules import ProblemRules
from organization.people.models import User
from organization.profiles.rules import Rules
from organization.units.models import REPORTING, Unit, UnitKind
from projects.models import Project


def _text(
    label: Any, *, required: bool = True, help_text: Any = "", error: Any = "", rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": error} if error else None,
    )


def choices(rules: ProblemRules) -> list[tuple[Any, Any]]:
    """The categories as a select has them: those that belong to a head stand under it."""
    found: list[tuple[Any, Any]] = []
    for head, inside in rules.grouped:
        found += [(head, inside)] if head else inside
    return found


class ProblemForm(forms.Form):
    """What is wrong on which project, of what kind, and who should solve it."""

    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"))
    title = forms.CharField(
        label=_("Problem"),
        max_length=200,
        help_text=_("In one sentence: what is stuck, and where"),
        error_messages={"required": _("Say in one sentence what is stuck")},
    )
    detail = _text(_("Details, and what you ask for"), required=False)
    category = forms.ChoiceField(
        label=_("Category"),
        required=False,
        help_text=_("Left empty, it is proposed from the words; you look before it is raised"),
    )
    proposed_category = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("How it came to light"), required=False)
    owner_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit that has to solve it"),
        required=False,
        help_text=_("Left empty, it is proposed by the category; the office can change it"),
    )

    def __init__(self, *args: Any, user: User, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.rules = user, rules
        offer(self, "project", Project.objects.visible_to(user).active())
        offer(self, "category", [("", _("from the words")), *choices(rules[ProblemRules])])
        offer_codes(self, "source", rules[ProblemRules].sources)
        offer(self, "owner_unit", owners(user))

    def proposed(self, category: str, owner: Unit) -> ProblemForm:
        """The form once more with what is proposed chosen, for the person to look at."""
        posted: Any = self.data  # a QueryDict
        data = posted.copy()
        data["category"] = category
        data["owner_unit"] = data.get("owner_unit") or str(owner.pk)
        data["proposed_category"] = category
        return type(self)(data, user=self.user, rules=self.rules)


def owners(user: User) -> Any:
    """The units that can be asked for a result: those with projects, and the command office."""
    return Unit.objects.filter(county=user.county, active=True, kind__in=(*REPORTING, UnitKind.OFFICE))


class NoteForm(forms.Form):
    text = _text(_("What was done"), error=_("Write what was done"))
    proof = PapersField()


class AnswerForm(forms.Form):
    result = _text(
        _("Result"),
        help_text=_("What is solved now, since when, and by which paper or on which site one can see it"),
        error=_("Write what came of it"),
    )
    proof = PapersField(label=_("Proof"), help_text=_("Photos or papers that show it: PDF, picture, Word or Excel"))


class RejectForm(forms.Form):
    reason = _text(_("What is still missing"), error=_("Write what is still missing: the owner has to know"))


class CloseForm(forms.Form):
    note = _text(
        _("What came of it"),
        required=False,
        rows=2,
        help_text=_("Needed where no result has been reported: what is solved now, and by which one can see it"),
    )
    proof = PapersField(label=_("Proof"), help_text=_("Photos or papers that show it: PDF, picture, Word or Excel"))


class AssignForm(forms.Form):
    category = forms.ChoiceField(label=_("Category"), required=False)
    owner_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit that has to solve it"))
    note = _text(_("Instruction"), required=False, rows=2)

    def __init__(self, *args: Any, user: User, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels, standing = rules[ProblemRules].labels, self.initial.get("category", "")
        kept = [] if standing in labels else [(standing, standing or "—")]  # else the browser chooses the first
        offer(self, "category", [*kept, *choices(rules[ProblemRules])])
        offer(self, "owner_unit", owners(user))
