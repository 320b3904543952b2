from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from organization.accounts.pages import Candidate
from organization.accounts.services import Wanted
from organization.people.forms import ContactForm
from organization.people.models import User
from organization.people.names import folded


class OpenForm(forms.Form):
    """A line for each candidate: whether, under which name to sign in, who it is. Only ticked lines are looked at."""

    def __init__(self, data: Any = None, *, of: Sequence[Candidate], ticked: frozenset[int]) -> None:
        super().__init__(data)
        self.of = of
        for one in of:
            told = {"who": f"{one.unit} {one.title}"}
            fields = {
                "pick": forms.BooleanField(label=_("Open for %(who)s") % told, required=False,
                                           initial=one.unit.pk in ticked),
                "username": forms.CharField(label=_("Account of %(who)s") % told, required=False, max_length=60,
                                            initial=one.username,
                                            validators=User._meta.get_field("username").validators),
                "name": forms.CharField(label=_("Name of %(who)s") % told, required=False, max_length=60),
                "phone": forms.CharField(label=_("Phone of %(who)s") % told, required=False, max_length=30,
                                         validators=ContactForm.base_fields["phone"].validators,
                                         widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})),
            }  # fmt: skip
            for name, field in fields.items():
                field.widget.attrs["aria-label"] = str(field.label)
                self.fields[f"{name}_{one.key}"] = field

    def lines(self) -> list[dict[str, Any]]:
        """The candidates, each with its fields."""
        names = ("pick", "username", "name", "phone")
        return [{"of": one, **{name: self[f"{name}_{one.key}"] for name in names}} for one in self.of]

    def full_clean(self) -> None:
        """Of a line that isn't ticked nothing is refused."""
        super().full_clean()
        if self.is_bound:
            picked = {one.key for one in self._picked()}
            for name in [name for name in self.errors if name != "__all__" and name.partition("_")[2] not in picked]:
                del self.errors[name]

    def _picked(self) -> list[Candidate]:
        return [one for one in self.of if self.cleaned_data.get(f"pick_{one.key}")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        picked = self._picked()
        if not picked:
            raise ValidationError(_("Tick those that get an account"))
        names = {one.key: folded(data.get(f"username_{one.key}") or "") for one in picked}
        often = Counter(names.values())
        on_file = {name.lower() for name in User.objects.values_list("username", flat=True)}
        for one in picked:
            name, field = names[one.key], f"username_{one.key}"
            if field in self.errors:
                continue
            if not name:
                self.add_error(field, _("Write a name to sign in with"))
            elif often[name] > 1:
                self.add_error(field, _("“%(name)s” stands here twice") % {"name": name})
            elif name in on_file:
                self.add_error(field, _("The account “%(name)s” exists already.") % {"name": name})
        return data

    def wanted(self) -> list[Wanted]:
        data = self.cleaned_data
        return [
            Wanted(
                folded(data[f"username_{one.key}"]), one.post, None if one.post else one.unit,
                data[f"name_{one.key}"], data[f"phone_{one.key}"],
            )
            for one in self._picked()
        ]  # fmt: skip
