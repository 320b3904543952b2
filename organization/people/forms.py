from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.web.forms import DateField
from organization.people.models import User
from organization.people.names import folded


class ContactForm(forms.Form):
    """How somebody is called and reached."""

    name = forms.CharField(
        label=gettext_lazy("Name shown"), max_length=60, help_text=gettext_lazy("As colleagues know you")
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        required=False,
        validators=[RegexValidator(r"^[0-9+()（） -]*$", gettext_lazy("Digits, spaces, + and - only"))],
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("The office calls here when a report is missing"),
    )


class AccountForm(ContactForm):
    """The account of a post's holder."""

    username = forms.CharField(
        label=gettext_lazy("Account"),
        max_length=60,
        help_text=gettext_lazy("Letters, digits, - and _; for example xicheng-01"),
        validators=User._meta.get_field("username").validators,
    )
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        required=False,
        help_text=gettext_lazy("Reminders go there as well"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Left empty: the name of the post")
        self.order_fields(["username", "name", "phone", "email"])

    def clean_username(self) -> Any:
        name = folded(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("The account “%(name)s” exists already.") % {"name": name})
        return name


class PlanForm(forms.Form):
    """A change of a unit or a post: from which day, and why. `looked` is what the person has seen the effects of."""

    version = version_field()
    looked = forms.CharField(required=False, widget=forms.HiddenInput)
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

    def __init__(self, *args: Any, own: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ["version", "looked", *own, "on", "reason"]
        for name in set(self.fields) - set(names):
            del self.fields[name]
        self.order_fields(names)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "looked")}

    @property
    def sign(self) -> str:
        """Of what was typed: the effects that were shown are those of this and of nothing else."""
        typed = [(name, str(getattr(value, "pk", value))) for name, value in sorted(self.facts.items())]
        return sha256(repr(typed).encode()).hexdigest()[:16]
