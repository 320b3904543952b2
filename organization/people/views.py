from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import undo
from core.refusals import Refused, done, tell
from core.web.ask import ask
from organization.people import services
from organization.people.forms import AccountForm
from organization.people.models import Post, User
from organization.people.pages import last_holder, of_leaving, of_reset, unattended
from organization.permissions import (
    Answer,
    can_give_posts,
    can_manage_people,
    can_reset_password,
    can_see_people,
    kept_apart,
)
from organization.requests import SignedIn


def _posts(request: SignedIn, may: Callable[[User, Any], Answer] = can_see_people) -> QuerySet[Post]:
    """The posts of the person's county; refuses who *may* not."""
    if not (answer := may(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    return Post.objects.filter(unit__county=request.user.county).select_related("unit", "holder")


@require_http_methods(["GET", "POST"])
def open_account(request: SignedIn, pk: int) -> HttpResponse:
    """The account of a post's holder; where the administrators are kept apart another one gives the first password."""
    post = get_object_or_404(_posts(request, can_manage_people).filter(holder=None, active=True), pk=pk)
    form = AccountForm(request.POST or None, initial={"username": f"{post.unit.code}-{post.pk}"})
    apart = kept_apart(request.user, request.user.county)
    if request.method == "POST" and "back" in request.POST:
        return _give_back(request, post)
    if request.method == "POST" and form.is_valid():
        password = None if apart else services.first_password()
        told = {"password": password, "by": request.user, "now": timezone.now(), **form.cleaned_data}
        if user := done(form, lambda: services.open_account(post, **told)):
            shown = {"person": user, "password": password, "post": post}
            return render(request, "organization/people/first_password.html", shown)
    status = 422 if form.errors else 200
    context = {"form": form, "post": post, "apart": apart, "last": last_holder(post)}
    return render(request, "organization/people/open_account.html", context, status=status)


def _give_back(request: SignedIn, post: Post) -> HttpResponse:
    """The post to who held it the last, by the same account."""
    try:
        user = services.give_back(post, by=request.user, now=timezone.now())
        said = _("%(person)s holds the post again, by the account %(account)s.")
        messages.success(request, said % {"person": user.name, "account": user.username})
    except Refused as refusal:
        tell(request, refusal)
    return redirect("organization:post", post.pk)


@require_http_methods(["GET", "POST"])
def reset_password(request: SignedIn, pk: int) -> HttpResponse:
    """A new first password for the holder of a post, once it is asked whether that person is meant."""
    post = get_object_or_404(_posts(request), pk=pk)
    person = get_object_or_404(User, posts=post)
    if not (answer := can_reset_password(request.user, person)):
        raise PermissionDenied(answer.why)
    if request.method == "GET":
        title = _("Reset the password of %(person)s?") % {"person": person.name}
        return ask(
            request, title, of_reset(person, timezone.now()), _("Reset password"), _post(post), facts=_who(post)
        )
    password = services.first_password()
    services.reset_password(person, password=password, by=request.user, now=timezone.now())
    context = {"person": person, "password": password, "post": post}
    return render(request, "organization/people/first_password.html", context)


@require_http_methods(["GET", "POST"])
def vacate(request: SignedIn, pk: int) -> HttpResponse:
    """The holder gives the post up, after a look at what hangs on it; the account stays for history."""
    post = get_object_or_404(_posts(request, can_give_posts).exclude(holder=None), pk=pk)
    if request.method == "POST":
        services.vacate(post, by=request.user, now=timezone.now())
        vacant = Post.objects.select_related("unit__county").get(pk=pk)
        undo.say(
            request, lambda: _("%(post)s is vacant now.") % {"post": post}, "post_vacated", vacant, now=timezone.now()
        )
        return redirect("organization:people")
    context = {"post": post, "hanging": unattended(post, timezone.now()), "leaving": of_leaving(post)}
    return render(request, "organization/people/vacate.html", context)


def _post(post: Post) -> str:
    return reverse("organization:post", args=[post.pk])


def _who(post: Post) -> dict[str, Any]:
    account = post.holder.username if post.holder else ""
    return {_("Person's name"): post.holder, _("Account"): account, _("Post"): post.in_full}
