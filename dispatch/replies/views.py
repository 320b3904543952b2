"""Replies to bulletins: asked for, given, accepted; the part on the bulletin's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.refusals import Refused, done, onto
from core.web import asked
from core.web.htmx import go, page_or_part
from dispatch.bulletins.models import Bulletin
from dispatch.replies import forms, permissions
from dispatch.replies import services as replies
from dispatch.replies.models import Reply
from organization.people.models import User
from organization.permissions import Answer
from organization.requests import SignedIn


class Action(NamedTuple):
    """A step that the page of a reply offers."""

    code: str
    may: Callable[[User, Reply], Answer]
    form: type[Form]
    do: Callable[..., Reply]
    label: Any
    done: Any


ACTIONS = (
    Action("answer", permissions.can_answer_reply, forms.ReplyForm, replies.answer_reply,
           gettext_lazy("Reply"), gettext_lazy("The reply is with the office")),
    Action("accept", permissions.can_settle_reply, forms.NoForm, replies.accept_reply,
           gettext_lazy("Settled"), gettext_lazy("Settled")),
    Action("again", permissions.can_settle_reply, forms.AgainForm, replies.ask_again,
           gettext_lazy("Ask again"), gettext_lazy("Asked again, with a new day; the unit is told")),
    Action("withdraw", permissions.can_withdraw_reply, forms.ReasonLineForm, replies.withdraw_reply,
           gettext_lazy("Take it back"), gettext_lazy("Nothing is asked any more")),
)  # fmt: skip


def _bulletin(request: SignedIn, pk: int) -> Bulletin:
    rows = Bulletin.objects.visible_to(request.user).listed().select_related("county")
    return get_object_or_404(rows, pk=pk)


@require_GET
def of_bulletin(request: SignedIn, pk: int) -> HttpResponse:
    """What a bulletin asks of units: the part on its page, and the page of it."""
    bulletin = _bulletin(request, pk)
    rows = Reply.objects.visible_to(request.user).filter(bulletin=bulletin).select_related("unit", "answered_by")
    today = timezone.localdate()
    context = {
        "bulletin": bulletin,
        "rows": [(row, row.is_late(today)) for row in rows],
        "may_ask": permissions.can_ask_replies(request.user, bulletin),
    }
    return page_or_part(request, "dispatch/replies/list.html", "dispatch/replies/_list.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """Asks units for a reply to a bulletin."""
    bulletin = _bulletin(request, pk)
    if not (answer := permissions.can_ask_replies(request.user, bulletin)):
        raise PermissionDenied(answer.why)
    form, now = forms.AskForm(request.POST or None, county=bulletin.county), timezone.now()

    def act() -> list[Reply]:
        return replies.ask_replies(bulletin, by=request.user, now=now, **form.cleaned_data)

    if made := done(form, act):
        messages.success(request, _("%(n)s units are asked") % {"n": len(made)})
        return go(request, "dispatch:bulletin", pk=pk)
    context = {"bulletin": bulletin, "form": form}
    return render(request, "dispatch/replies/ask.html", context, status=422 if form.errors else 200)


def _reply(request: SignedIn, pk: int) -> Reply:
    rows = Reply.objects.visible_to(request.user).select_related(
        "unit", "bulletin", "county", "asked_by", "answered_by", "file"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _reply(request, pk))


def _page(request: SignedIn, reply: Reply, bound: tuple[str, Form] | None = None, status: int = 200) -> HttpResponse:
    """One reply; *bound* is the form that was refused."""
    offered = [
        {"action": one, "form": bound[1] if bound and bound[0] == one.code else one.form(prefix=one.code)}
        for one in ACTIONS
        if one.may(request.user, reply)
    ]
    context = {
        "reply": reply,
        "late": reply.is_late(timezone.localdate()),
        "offered": offered,
        "opened": bound[0] if bound else "",
    }
    return render(request, "dispatch/replies/page.html", context, status=status)


@require_GET
def file(request: SignedIn, pk: int) -> FileResponse:
    """The file of a reply, always as a download."""
    kept = _reply(request, pk).file
    if kept is None:
        raise Http404
    return FileResponse(kept.content.open(), content_type=kept.kind, filename=kept.name, as_attachment=True)


@require_POST
def act(request: SignedIn, pk: int, action: str) -> HttpResponse:
    """One of ACTIONS."""
    reply = _reply(request, pk)
    chosen = next((one for one in ACTIONS if one.code == action), None)
    if chosen is None:
        raise Http404
    if not (answer := chosen.may(request.user, reply)):
        raise PermissionDenied(answer.why)
    form = chosen.form(request.POST, request.FILES, prefix=chosen.code)
    if not form.is_valid():
        return _page(request, reply, (action, form), status=422)
    try:
        facts = form.cleaned_data | {"version": asked.seen(request)}
        chosen.do(reply, by=request.user, now=timezone.now(), **facts)
    except Refused as refusal:
        status = onto(form, refusal)
        return _page(request, _reply(request, pk), (action, form), status=status)
    messages.success(request, str(chosen.done))
    return go(request, "dispatch:reply", pk=pk)
