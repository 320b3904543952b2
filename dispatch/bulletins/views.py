"""Bulletins: the list, the editor with the page as it prints, sign-off, and the papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Min
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.away import aside
from core.days.periods import Period
from core.panels import panels
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong, onto, tell
from core.web import asked
from core.web.forms import ReasonForm
from core.web.htmx import give, go, wants_part
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import papers, permissions
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.editor import pictures
from dispatch.bulletins.editor.pages import layout
from dispatch.bulletins.editor.progress import drafting
from dispatch.bulletins.editor.sitting import Conflict, editing_now
from dispatch.bulletins.editor.structure import printed
from dispatch.bulletins.forms import RedirectForm, SendForm, SignerForm
from dispatch.bulletins.letter import is_broken, kinds_of, period_for, snippet
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.pages import addressees, sections_of, seen
from dispatch.bulletins.permissions import signer_name
from dispatch.prose.wording import text_of
from dispatch.rounds.models import Round
from dispatch.rounds.months import MonthState, month_state, month_states
from organization.people.models import User
from organization.permissions import Answer, can_sign
from organization.requests import SignedIn, county_of
from projects.registry.months.pages import changes_of

MONTHLY = "monthly"
MONTHS = 12  # how far back a bulletin can be asked for on the list


@require_GET
def index(request: SignedIn) -> HttpResponse:
    """All bulletins that one may see, newest first; the office asks for the draft of a month."""
    return _list(request)


def _list(
    request: SignedIn, *, chosen: str = "", why: str = "", kind: str = MONTHLY, status: int = 200
) -> HttpResponse:
    county, now = request.user.county, timezone.now()
    if county is None:
        raise Http404
    visible = Bulletin.objects.visible_to(request.user).listed().with_corrections()
    if wanted := request.GET.get("q", "").strip()[:60]:
        visible = visible.saying(wanted)
    rows = Paginator(visible, 24).get_page(request.GET.get("page"))
    texts = dict(Bulletin.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "text")) if wanted else {}
    may_draft, to = permissions.can_draft_bulletin(request.user, county), addressees(county, rows)
    context = {
        "now": now,
        "page": rows,
        "q": wanted,
        "rows": [(row, snippet(texts.get(row.pk, ""), wanted) if wanted else None, to.get(row.pk)) for row in rows],
        "may_draft": may_draft,
        "months": _months(county, now) if may_draft else [],
        "kinds": kinds_of(county) if may_draft else [],
        "kind": kind,
        "drafting": drafting(county, now=now) if may_draft else None,
        "chosen": chosen,
        "why": why,
    }
    return render(request, "dispatch/bulletins/list.html", context, status=status)


def _months(county: Any, now: Any) -> list[MonthState]:
    """What a paper can be asked for of; those without a monthly bulletin come first, of them what is over."""
    there = set(Bulletin.objects.standing().filter(county=county, kind="monthly").values_list("period", flat=True))
    first = Round.objects.filter(county=county, kind="monthly").aggregate(first=Min("period"))["first"] or ""
    period, months = Period.of(timezone.localdate(now)), []
    for _n in range(MONTHS):
        if str(period) >= first:
            months.append(period)
        period = period.previous()
    states = month_states(county, months, now=now)
    # the month that is over comes first: bulletins are written in the month after
    return sorted((states[month] for month in months), key=lambda state: (str(state.period) in there, not state.over))


@require_POST
def draft(request: SignedIn) -> HttpResponse:
    _allowed(permissions.can_draft_bulletin(request.user, request.user.county))
    county, asked_for, reason = county_of(request), request.POST.get("period", ""), request.POST.get("unfinished", "")
    kind = request.POST.get("kind") or MONTHLY
    try:
        papers.request_draft(
            county,
            kind,
            period_for(county, kind, Period.parse(asked_for)),
            by=request.user,
            now=timezone.now(),
            unfinished=reason,
        )
    except (ValueError, Refused) as refusal:
        messages.error(request, str(refusal))
        return _list(request, chosen=asked_for, why=reason[:300], kind=kind, status=422)
    return go(request, "dispatch:bulletins")


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    """The editor of a draft; what waits or is published is the same page without forms. A draft of no month, as older
    versions let one ask for, can only be deleted."""
    bulletin = _visible(request, pk, whatever=True)
    if is_broken(bulletin):
        context = {"bulletin": bulletin, "may_delete": permissions.can_edit_bulletin(request.user, bulletin)}
        return render(request, "dispatch/bulletins/broken.html", context)
    _opened(request, bulletin)
    return show(request, bulletin)


def show(request: SignedIn, bulletin: Bulletin, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "dispatch/bulletins/page.html", {**_context(request, bulletin), **more}, status=status)


def _context(request: SignedIn, bulletin: Bulletin) -> dict[str, Any]:
    now, user = timezone.now(), request.user
    published = bulletin.status in (Bulletin.Status.PUBLISHED, Bulletin.Status.WITHDRAWN)
    signs = can_sign(user, now=now)
    may_edit, other = editing_now(user, bulletin, now=now)
    may_sign = permissions.can_sign_bulletin(user, bulletin, on=timezone.localdate(now))
    may_withdraw = permissions.can_withdraw_bulletin(user, bulletin)
    there, state = printed(bulletin.content), None if published else _state(bulletin, now)
    return {
        "now": now,
        "bulletin": bulletin,
        "sections": sections_of(there),
        "doc": bulletin_files.document(bulletin),
        "pages": pictures.seen(bulletin, now=now),
        "seen": seen(bulletin),
        "state": state,
        "may_edit": may_edit,
        "other": other,
        "layout": layout(bulletin) if may_edit else None,
        "signer": signer_name(bulletin.signer) if bulletin.signer else "",
        "signer_away": permissions.signer_away(bulletin, on=timezone.localdate(now)),
        "in_place": permissions.signs_in_place_of(user, bulletin),
        "send": _send_form(request, bulletin, state) if may_edit else None,
        "may_recall": permissions.can_recall_bulletin(user, bulletin),
        "may_sign": may_sign and signs,
        "may_withdraw": may_withdraw and signs,
        "rests": signs.why if not signs and (may_sign or may_withdraw) else "",
        "may_correct": permissions.can_correct_bulletin(user, bulletin),
        "cut_off": datetime.fromisoformat(cut_off) if (cut_off := bulletin.figures.get("cut_off")) else None,
        "papers": papers.paper_states(bulletin, now=now),
        "month_changes": [] if bulletin.corrects_id else changes_of(bulletin.county, Period.parse(bulletin.period)),
        "may_refresh": permissions.can_refresh_bulletin(user, bulletin),
        "corrections": bulletin_files.corrections_of(bulletin) if published else [],
        "parts": panels("dispatch:bulletin", bulletin.pk, person=user, on=timezone.localdate(now)),
        "sees_sheet": (office := permissions.can_see_drafts(user, bulletin.county)),
        "read_by": bulletin.readings.count() if office and bulletin.published_at else None,
    }


def _state(bulletin: Bulletin, now: datetime) -> MonthState | None:
    """How far the month is; a correction has none of its own."""
    if bulletin.corrects_id is not None:
        return None
    return month_state(bulletin.county, Period.parse(bulletin.period), now=now)


@require_POST
def edit(request: SignedIn, pk: int, key: str) -> HttpResponse:
    """One block, saved by itself. A conflict shows both texts and loses neither."""
    bulletin = _visible(request, pk)
    _allowed(permissions.can_edit_bulletin(request.user, bulletin))
    stamp: dict[str, Any] = {"by": request.user, "now": timezone.now(), "version": asked.seen(request)}
    try:
        if figure := request.POST.get("back"):
            bulletin = bulletins.put_back(bulletin, key, figure, **stamp)
        else:
            text = request.POST.get("text")
            text = _text_now(bulletin, key) if text is None else text[:20_000]
            reasons = {
                name.removeprefix("reason:"): str(value)
                for name, value in request.POST.items()
                if name.startswith("reason:")
            }
            bulletin = bulletins.edit_block(bulletin, key, text, reasons=reasons, **stamp)
    except Conflict as conflict:
        return _block_page(request, _visible(request, pk), key, conflict=conflict)
    except Refused as refusal:
        raise Http404(refusal.why) from refusal
    return _block_page(request, bulletin, key)


def _text_now(bulletin: Bulletin, key: str) -> str:
    """The text of a block, where the form is about the reasons only."""
    return next((text_of(one["paragraphs"]) for one in bulletin.content if one["key"] == key), "")


def _block_page(request: SignedIn, bulletin: Bulletin, key: str, *, conflict: Conflict | None = None) -> HttpResponse:
    if conflict is None:
        pictures.request_pages(bulletin, now=timezone.now())
    context = _context(request, bulletin)
    for section in context["sections"]:
        if section["key"] == key:
            context["section"] = section
            if conflict is not None:
                section |= {"conflict": conflict, "text": conflict.mine, "open": True}
    status = 409 if conflict is not None else 200
    if wants_part(request):
        return render(request, "dispatch/bulletins/saved.html", context, status=status)
    if conflict is not None:
        return render(request, "dispatch/bulletins/page.html", context, status=status)
    messages.success(request, _("Saved"))
    return HttpResponse(status=303, headers={"Location": f"{_address(bulletin)}#b-{key}"})


def _address(bulletin: Bulletin) -> str:
    return reverse("dispatch:bulletin", kwargs={"pk": bulletin.pk})


@require_POST
def restore(request: SignedIn, pk: int, key: str) -> HttpResponse:
    bulletin = _visible(request, pk)
    _allowed(permissions.can_edit_bulletin(request.user, bulletin))
    try:
        bulletin = bulletins.restore_block(
            bulletin, key, by=request.user, now=timezone.now(), version=asked.seen(request)
        )
    except Conflict as conflict:
        return _block_page(request, _visible(request, pk), key, conflict=conflict)
    except Refused as refusal:
        raise Http404(refusal.why) from refusal
    return _block_page(request, bulletin, key)


def _step(request: SignedIn, pk: int, do: Callable[..., Bulletin], done: str, **more: Any) -> HttpResponse:
    """One step of the bulletin that the page showed: do it and say so, or say why not beside what it is now."""
    bulletin = _visible(request, pk)
    try:
        do(bulletin, by=request.user, now=timezone.now(), version=asked.seen(request), **more)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.why) from refusal
    except Refused as refusal:
        messages.error(request, refusal.why)
        if isinstance(refusal, Stale):
            return show(request, _visible(request, pk), status=409)
    else:
        messages.success(request, done)
    return go(request, "dispatch:bulletin", pk=pk)


def _may_sign(user: User, bulletin: Bulletin) -> Answer:
    return permissions.can_sign_bulletin(user, bulletin, on=timezone.localdate(timezone.now()))


def _ask(request: SignedIn, pk: int, may: Callable[..., Any], template: str) -> HttpResponse:
    """The page that asks once more before a step; *version* is what the person saw before."""
    bulletin = _visible(request, pk)
    _allowed(may(request.user, bulletin))
    context = {
        "bulletin": bulletin,
        "version": asked.seen(request),
        "state": _state(bulletin, timezone.now()),
        "in_place": permissions.signs_in_place_of(request.user, bulletin),
    }
    return render(request, template, context)


@require_POST
def refresh(request: SignedIn, pk: int) -> HttpResponse:
    done = _("The newest figures are in; text changed by hand kept its words")
    return _step(request, pk, bulletins.refresh_bulletin, done)


@require_http_methods(["GET", "POST"])
def submit(request: SignedIn, pk: int) -> HttpResponse:
    """Asks who signs, and of a month that isn't finished why it goes out; the sentence after it takes it back."""
    bulletin = _visible(request, pk)
    _allowed(permissions.can_draft_bulletin(request.user, bulletin.county))
    form = _send_form(request, bulletin, _state(bulletin, timezone.now()), request.POST or None)
    return _chosen(request, bulletin, form, "submit", permissions.can_edit_bulletin, bulletins.submit_bulletin)


@require_POST
def recall(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, pk, bulletins.recall_bulletin, _("Taken back: it is a draft again"))


@require_http_methods(["GET", "POST"])
def redirect(request: SignedIn, pk: int) -> HttpResponse:
    """Asks who signs instead, and why."""
    bulletin = _visible(request, pk)
    _allowed(permissions.can_draft_bulletin(request.user, bulletin.county))
    today = timezone.localdate(timezone.now())
    form = RedirectForm(request.POST or None, bulletin=bulletin, by=request.user, on=today)
    return _chosen(request, bulletin, form, "redirect", permissions.can_recall_bulletin, bulletins.redirect_bulletin)


def _sent_to(bulletin: Bulletin, now: datetime) -> str:
    who = signer_name(bulletin.signer) if bulletin.signer else ""
    said = _("Sent to %(who)s to sign, who is told") % {"who": who}
    return _("; ").join([said, *permissions.signer_away(bulletin, on=timezone.localdate(now))])


def _send_form(request: SignedIn, bulletin: Bulletin, state: MonthState | None, data: Any = None) -> SendForm:
    ready = state is None or state.ready
    return SendForm(data, bulletin=bulletin, by=request.user, ready=ready, on=timezone.localdate())


def _chosen(
    request: SignedIn, bulletin: Bulletin, form: SignerForm, name: str, may: Callable[..., Any], do: Callable[..., Any]
) -> HttpResponse:
    """The page that asks for a signer; sent, the bulletin goes there. What it refuses with stands on the form, and
    somebody else's change beside the bulletin as it is now."""
    asking, version, now = request.method == "GET", asked.seen(request), timezone.now()
    if asking:
        _allowed(may(request.user, bulletin))
    elif form.is_valid():
        try:
            row = do(bulletin, by=request.user, now=now, version=version, **form.cleaned_data)
        except (NeedsReason, Wrong) as refusal:
            onto(form, refusal)
        except Refused as refusal:
            tell(request, refusal)
            typed = {"send": form} if name == "submit" else {}
            status = 409 if isinstance(refusal, Stale) else 422
            return show(request, _visible(request, bulletin.pk), status=status, **typed)
        else:
            if name == "submit":
                undo.say(request, lambda: _sent_to(row, now), "bulletin_submitted", row, now=now)
            else:
                messages.success(request, _sent_to(row, now))
            return go(request, "dispatch:bulletin", pk=bulletin.pk)
    state = _state(bulletin, timezone.now())
    signer = signer_name(bulletin.signer) if bulletin.signer else ""
    context = {"bulletin": bulletin, "form": form, "version": version, "state": state, "signer": signer}
    return render(request, f"dispatch/bulletins/{name}.html", context, status=200 if asking else 422)


@require_http_methods(["GET", "POST"])
def sign(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more: what is signed is numbered, published and frozen."""
    if request.method == "GET":
        return _ask(request, pk, _may_sign, "dispatch/bulletins/sign.html")
    done = _("Signed, numbered and published; text and figures are frozen")
    unfinished = request.POST.get("unfinished", "")
    response = _step(request, pk, bulletins.sign_bulletin, done, unfinished=unfinished)
    bulletin = _visible(request, pk)
    if bulletin.status == Bulletin.Status.PUBLISHED and response.status_code != 409:
        papers.request_papers(bulletin, now=timezone.now())
    return response


@require_http_methods(["GET", "POST"])
def give_back(request: SignedIn, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("Given back to the office")
        return _step(request, pk, bulletins.give_back, done, reason=form.cleaned_data["reason"])
    bulletin = _visible(request, pk)
    _allowed(_may_sign(request.user, bulletin))
    context = {"bulletin": bulletin, "form": form, "version": asked.seen(request)}
    return render(request, "dispatch/bulletins/return.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why, then takes back what was published."""
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = _("Why it is withdrawn")
    if request.method == "POST" and form.is_valid():
        done = _("Withdrawn; it stays readable and keeps its number")
        return _step(request, pk, bulletins.withdraw_bulletin, done, reason=form.cleaned_data["reason"])
    bulletin = _visible(request, pk)
    _allowed(permissions.can_withdraw_bulletin(request.user, bulletin))
    context = {"bulletin": bulletin, "form": form, "version": asked.seen(request)}
    return render(request, "dispatch/bulletins/withdraw.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def delete(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more, then deletes a draft; what is said of it offers to take that back."""
    bulletin = _visible(request, pk, whatever=True)
    _allowed(permissions.can_edit_bulletin(request.user, bulletin))
    if request.method == "GET":
        context = {"bulletin": bulletin, "version": asked.seen(request)}
        return render(request, "dispatch/bulletins/delete.html", context)
    try:
        bulletins.delete_draft(bulletin, by=request.user, now=timezone.now(), version=asked.seen(request))
    except Refused as refusal:
        tell(request, refusal)
        return go(request, "dispatch:bulletin", pk=pk)
    undo.say(
        request,
        lambda: _("The draft is deleted"),
        "draft_deleted",
        _visible(request, pk, whatever=True),
        now=timezone.now(),
    )
    return go(request, "dispatch:bulletins")


@require_http_methods(["GET", "POST"])
def paper(request: SignedIn, pk: int, suffix: str) -> HttpResponse:
    """POST asks a worker for a paper; GET is how far it is, asked every two seconds by htmx. Who pressed the button
    (`then`) is given it as soon as it is there."""
    bulletin, now = _visible(request, pk), timezone.now()
    if (wanted := papers.PAPERS.get(suffix)) is None:
        raise Http404
    if request.method == "POST":
        papers.request_paper(bulletin, wanted, now=now)
    if not wants_part(request):
        return go(request, "dispatch:bulletin", pk=pk)
    state, then = papers.paper_state(bulletin, wanted, now=now), request.method == "POST" or "then" in request.GET
    context = {"bulletin": bulletin, "paper": wanted, "state": state, "then": then}
    response = render(request, "dispatch/bulletins/paper.html", context)
    return give(response, _file(bulletin, suffix)) if then and state.kind == "ready" else response


@require_GET
def download(request: SignedIn, pk: int, suffix: str) -> HttpResponse | FileResponse:
    """A paper of the bulletin, for those who may see it."""
    bulletin = _visible(request, pk)
    name, wanted = bulletin_files.download_name(bulletin, suffix), papers.PAPERS.get(suffix)
    if wanted is not None:
        if (file := papers.paper_of(bulletin, wanted)) is None:
            messages.warning(request, _("The %(paper)s has to be made first") % {"paper": wanted.name})
            return go(request, "dispatch:bulletin", pk=pk)
        _opened(request, bulletin)
        shown = wanted.inline and "inline" in request.GET
        return FileResponse(file.content.open(), content_type=file.kind, filename=name, as_attachment=not shown)
    if suffix != "json":
        raise Http404
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(bulletin_files.as_json(bulletin), content_type=bulletin_files.TYPES[suffix], headers=headers)


def _opened(request: SignedIn, bulletin: Bulletin) -> None:
    """Who opens what is published has read it; the page comes without where nothing can be written."""
    if bulletin.published_at is not None:
        with aside("who has read a bulletin"):
            bulletins.mark_read(bulletin, by=request.user, now=timezone.now())


def _file(bulletin: Bulletin, suffix: str) -> str:
    return reverse("dispatch:bulletin_file", kwargs={"pk": bulletin.pk, "suffix": suffix})


def _visible(request: SignedIn, pk: int, *, whatever: bool = False) -> Bulletin:
    """The bulletin, if the person may see it; *whatever*: a broken draft as well."""
    bulletins_of = Bulletin.objects.visible_to(request.user).select_related(
        *("county", "signed_by", "submitted_by", "withdrawn_by", "signer__holder", "signed_for"),
        *("entry", "corrects__entry", "pages"),
    )
    bulletin = get_object_or_404(bulletins_of, pk=pk)
    if not whatever and is_broken(bulletin):
        raise Http404
    return bulletin


def _allowed(answer: Any) -> None:
    if not answer:
        raise PermissionDenied(answer.why)
