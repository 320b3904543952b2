from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address, get_failure_limit
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organization.people.models import User


class SignInForm(AuthenticationForm):
    """Says how many tries are left before the account is locked."""

    def get_invalid_login_error(self) -> ValidationError:
        words = _("The account or the password is not right.")
        if settings.AXES_ENABLED and (left := self._tries_left()) is not None:
            words += ngettext(
                "After %(left)s more wrong try the account is locked for 15 minutes.",
                "After %(left)s more wrong tries the account is locked for 15 minutes.",
                left,
            ) % {"left": left}
        return ValidationError(words, code="invalid_login")

    def _tries_left(self) -> int | None:
        failures = AccessAttempt.objects.filter(
            username=self.cleaned_data.get("username"), ip_address=get_client_ip_address(self.request)
        ).values_list("failures_since_start", flat=True)
        allowed: int = get_failure_limit(self.request, self.cleaned_data)
        return max(allowed - max(failures, default=0), 0)


class ChangePasswordForm(PasswordChangeForm):
    """Django's own, in our words."""

    error_messages = {
        "password_incorrect": gettext_lazy("The present password is not right."),
        "password_mismatch": gettext_lazy("The two new passwords differ."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = gettext_lazy("Not filled in yet")


class AccountForm(forms.Form):
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

    def clean_username(self) -> Any:
        name = self.cleaned_data["username"].lower()
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("The account “%(name)s” exists already.") % {"name": name})
        return name
