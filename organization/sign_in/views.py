from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.refusals import Refused
from core.web.ask import ask
from organization.absences.pages import concerning
from organization.people import services as people
from organization.people.forms import ContactForm
from organization.people.models import Post, User
from organization.people.pages import of_reset
from organization.permissions import can_reset_second_factor
from organization.requests import SignedIn
from organization.sign_in import services
from organization.sign_in.forms import ChangePasswordForm, CodeForm, SignInForm
from organization.sign_in.locks import locked
from organization.sign_in.middleware import ENROL
from organization.sign_in.models import SecondFactor
from organization.sign_in.pages import in_fours, needs_second_factor, qr
from organization.sign_in.secrets import opened, sealed

HALF, ENROLLING = "half_signed_in", "enrolling"
HALF_SECONDS = 300


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """In at once, or half: who has a second factor is asked for it first."""
        user = form.get_user()
        if SecondFactor.objects.filter(user=user).exists():
            self.request.session.cycle_key()
            sign = user.get_session_auth_hash()
            half = {"user": user.pk, "sign": sign, "at": timezone.now().timestamp(), "next": self.get_success_url()}
            self.request.session[HALF] = half
            return redirect("sign_in_code")
        answer = super().form_valid(form)
        if needs_second_factor(user):
            self.request.session[ENROL] = True
        return answer


def _half_in(request: HttpRequest) -> User | None:
    """Who has said the right password a moment ago, and none was set since."""
    half = request.session.get(HALF, {})
    if not 0 <= timezone.now().timestamp() - half.get("at", 0) <= HALF_SECONDS:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return user if user and constant_time_compare(user.get_session_auth_hash(), half["sign"]) else None


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second half of signing in: the code of the moment, or a slip."""
    if (user := _half_in(request)) is None:
        return redirect("login")
    credentials = {"username": user.username}
    if settings.AXES_ENABLED and not AxesProxyHandler.is_allowed(request, credentials):
        return locked(request, None, credentials)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if services.take_code(user, code=form.cleaned_data["code"], now=timezone.now()):
            to = request.session.pop(HALF)["next"]
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect(to)
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        form.add_error("code", _("That code is not right, or was used already."))
    return render(request, "registration/code.html", {"form": form, "now": timezone.now()})


@require_http_methods(["GET", "POST"])
def second_factor(request: SignedIn) -> HttpResponse:
    """Sets a second factor up: shows the secret, takes a code of it, then shows the slips, once."""
    if SecondFactor.objects.filter(user=request.user).exists():
        return redirect("account")
    kept = request.session.setdefault(ENROLLING, sealed(services.new_secret()))
    secret, now = opened(kept), timezone.now()
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            slips = services.enrol(request.user, secret=secret, code=form.cleaned_data["code"].strip(), now=now)
        except Refused as refusal:
            form.add_error("code", refusal.why)
        else:
            for name in (ENROL, ENROLLING):
                request.session.pop(name, None)
            return render(request, "organization/sign_in/slips.html", {"slips": slips})
    issuer = str(request.user.county or request.get_host())
    drawn = qr(secret, account=request.user.username, issuer=issuer)
    context = {"form": form, "qr": drawn, "secret": in_fours(secret), "now": now}
    return render(request, "organization/sign_in/second_factor.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def reset_second_factor(request: SignedIn, pk: int) -> HttpResponse:
    """The holder of a post sets another one up, once it is asked whether that person is meant."""
    person = get_object_or_404(User, posts__in=Post.objects.filter(pk=pk, unit__county=request.user.county))
    if not (answer := can_reset_second_factor(request.user, person)):
        raise PermissionDenied(answer.why)
    if request.method == "GET":
        title = _("Set the second factor of %(person)s back?") % {"person": person.name}
        facts = {_("Person's name"): person, _("Account"): person.username}
        said, back = of_reset(person, timezone.now(), password=False), reverse("organization:post", args=[pk])
        return ask(request, title, said, _("Set back the second factor"), back, facts=facts)
    services.reset_second_factor(person, by=request.user, now=timezone.now())
    messages.success(request, _("%(person)s sets a second factor up at the next sign-in.") % {"person": person})
    return redirect("organization:people")


class ChangePassword(PasswordChangeView):
    form_class = ChangePasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        old_hash = User.objects.values_list("password", flat=True).get(pk=form.user.pk)
        answer = super().form_valid(form)
        here = self.request.session.session_key
        people.password_changed(form.user, old_hash=old_hash, now=timezone.now(), here=here)
        return answer


@require_http_methods(["GET", "POST"])
def account(request: SignedIn) -> HttpResponse:
    """My own account: posts held, password, devices; ending one session, or all others."""
    here = request.session.session_key
    if request.method == "POST" and (handle := request.POST.get("end")):
        if people.end_device(request.user, handle):
            messages.success(request, _("That device is signed out."))
        return redirect("account")
    if request.method == "POST" and "name" in request.POST:
        form = ContactForm(request.POST)
        if form.is_valid():
            people.set_contact(request.user, **form.cleaned_data, now=timezone.now())
            messages.success(request, _("Your name and number are kept."))
            return redirect("account")
        return _account(request, form, status=422)
    if request.method == "POST":
        people.sign_out_everywhere(request.user, by=request.user, now=timezone.now(), but=here)
        update_session_auth_hash(request, request.user)  # this device stays
        messages.success(request, _("You are signed out on all other devices."))
        return redirect("account")
    return _account(request, ContactForm(initial={"name": request.user.name, "phone": request.user.phone}))


def _account(request: SignedIn, form: ContactForm, *, status: int = 200) -> HttpResponse:
    here = request.session.session_key
    sessions = request.user.sessions.filter(expire_date__gt=timezone.now()).order_by("-seen_at", "pk")
    today = timezone.localdate(timezone.now())
    lines = concerning(request.user, request.user.current_posts, on=today)
    context = {"sessions": sessions, "here": here, "form": form, "lines": lines}
    return render(request, "organization/sign_in/account.html", context, status=status)
