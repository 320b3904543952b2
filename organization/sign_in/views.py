from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organization.people import services
from organization.people.models import User
from organization.requests import SignedIn
from organization.sign_in.forms import ChangePasswordForm, SignInForm


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True


class ChangePassword(PasswordChangeView):
    form_class = ChangePasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        old_hash = User.objects.values_list("password", flat=True).get(pk=form.user.pk)
        answer = super().form_valid(form)
        services.password_changed(form.user, old_hash=old_hash, now=timezone.now())
        return answer


@require_http_methods(["GET", "POST"])
def account(request: SignedIn) -> HttpResponse:
    """My own account: posts held, password, and signing out on all devices."""
    if request.method == "POST":
        services.sign_out_everywhere(request.user)
        update_session_auth_hash(request, request.user)  # this device stays
        messages.success(request, _("You are signed out on all other devices."))
        return redirect("account")
    return render(request, "organization/sign_in/account.html")
