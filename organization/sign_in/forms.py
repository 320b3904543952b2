from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organization.sign_in.locks import tries_left


class SignInForm(AuthenticationForm):
    """Says how many tries are left before the account is locked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].validators.append(MaxLengthValidator(self.username_field.max_length or 60))
        self.fields["password"].validators.append(MaxLengthValidator(128))

    def get_invalid_login_error(self) -> ValidationError:
        words = _("The account or the password is not right.")
        if settings.AXES_ENABLED and self.request is not None:
            left = tries_left(self.request, self.cleaned_data)
            words += ngettext(
                "After %(left)s more wrong try the account is locked for 15 minutes.",
                "After %(left)s more wrong tries the account is locked for 15 minutes.",
                left,
            ) % {"left": left}
        return ValidationError(words, code="invalid_login")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
        error_messages={"required": gettext_lazy("Not filled in yet")},
    )


class ChangePasswordForm(PasswordChangeForm):
    """Django's own, in our words. A wrong present password is counted as a wrong sign-in, and locks like one."""

    error_messages = {
        "password_incorrect": gettext_lazy("The present password is not right."),
        "password_mismatch": gettext_lazy("The two new passwords differ."),
    }

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        for field in self.fields.values():
            field.error_messages["required"] = gettext_lazy("Not filled in yet")
            field.validators.append(MaxLengthValidator(128))

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.username, password=old) is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old

    def validate_password_for_user(self, user: Any, *names: str) -> None:
        if "old_password" in self.cleaned_data:  # else six hashes for whoever guesses
            super().validate_password_for_user(user, *names)
