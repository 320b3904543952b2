"""A ledger on its way in: choose the file, look, store."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import exports, undo
from core.refusals import NotAllowed
from core.web.htmx import go
from core.web.twice import by_itself
from organization.requests import SignedIn, county_of
from projects.ledger import LedgerError, taking_back
from projects.ledger import pages as import_page
from projects.ledger import past as pasts
from projects.ledger import services as imports
from projects.ledger.exports import open_problems, open_registry
from projects.ledger.forms import DecideForm, UploadForm
from projects.ledger.models import LedgerImport, LedgerPast
from projects.ledger.permissions import can_import

SHOWN = 30  # earlier imports that are listed
LISTED = 500  # projects that the page of taking back lists


def office_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """403 with the sentence for whoever may not import."""

    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        answer = can_import(user, user.county)
        if not answer or user.county is None:
            raise PermissionDenied(answer.why or _("Your account belongs to no county yet"))
        return view(request, *args, **kwargs)

    return guarded


def _ledger(request: SignedIn, pk: int) -> LedgerImport:
    return get_object_or_404(LedgerImport.objects.select_related("file", "by"), pk=pk, county=county_of(request))


@require_http_methods(["GET", "POST"])
@office_only
def index(request: SignedIn) -> HttpResponse:
    user, county = request.user, county_of(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        first, *more = form.cleaned_data["file"]
        if more:
            files = [(file.name, file.read()) for file in (first, *more)]
            found = pasts.preview(files, county=county, options=form.options(), by=user, now=timezone.now())
            return go(request, "projects:import_past", pk=found.pk)
        try:
            ledger = imports.preview(
                first.read(), first.name, county=county, options=form.options(), by=user, now=timezone.now()
            )
            return go(request, "projects:import", pk=ledger.pk)
        except LedgerError as error:
            form.add_error("file", str(error))
    earlier = LedgerImport.objects.filter(county=county).select_related("file", "by").defer("result")[:SHOWN]
    together = LedgerPast.objects.filter(county=county).select_related("by").prefetch_related("files")
    together = together.defer("result")[:SHOWN]
    context = {"form": form, "earlier": earlier, "together": together}
    context["on_file"] = open_registry(request.user, request.GET, timezone.now()).rows()
    return render(request, "projects/ledger/imports.html", context, status=422 if form.errors else 200)


@by_itself
@require_http_methods(["GET", "POST"])
@office_only
def page(request: SignedIn, pk: int) -> HttpResponse:
    """What was found in the file. A POST reads it again as was decided: year, month, sheet, columns, units, rows."""
    user = request.user
    ledger = _ledger(request, pk)
    form = DecideForm(request.POST or None, ledger=ledger)
    if request.method == "POST" and form.is_valid():
        try:
            imports.look_again(ledger, options=form.asked(), by=user, now=timezone.now())
            return go(request, request.get_full_path())  # where one was in the table
        except LedgerError as error:
            form.add_error(None, str(error))
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.why) from refusal
    context = _page(request, ledger, form)
    return render(request, "projects/ledger/import.html", context, status=422 if form.errors else 200)


def _page(request: SignedIn, ledger: LedgerImport, form: DecideForm) -> dict[str, Any]:
    result = ledger.result
    rows = result.get("preview", [])
    every, stored = "all" in request.GET, ledger.status == LedgerImport.Status.STORED
    shown = import_page.rows_to_show(rows, every=every)
    rows_page = Paginator(shown, import_page.AT_ONCE).get_page(request.GET.get("page"))
    heads = import_page.heads(form, changeable=not stored)
    made = import_page.made(ledger) if stored else []
    return {
        "ledger": ledger,
        "form": form,
        "result": result,
        "stored": stored,
        "to_store": result["created"] + result["updated"],
        "counts": import_page.counts(result),
        "doubtful": import_page.doubtful(rows),
        "out": import_page.out_said(result),
        "other_year": "" if stored else import_page.other_year(ledger, timezone.localdate()),
        "mapped": import_page.mapped(ledger),
        "made": made,
        "accounts": f"{reverse('organization:open_accounts')}?{urlencode({'unit': made}, doseq=True)}",
        "units": [] if stored else form.units(),
        "undecided": sum(not one["decision"] for one in result.get("asked", ())),
        "groups": import_page.groups(result["problems"]),
        "heads": heads,
        "rows": import_page.lines(rows_page, heads, form.out),
        "rows_page": rows_page,
        "every": every,
    }


@require_GET
@office_only
def past(request: SignedIn, pk: int) -> HttpResponse:
    """What was found in ledgers of past months that were chosen together, before and after they are stored."""
    ledgers = get_object_or_404(LedgerPast.objects.select_related("by"), pk=pk, county=county_of(request))
    return render(request, "projects/ledger/import_past.html", import_page.past(ledgers))


@by_itself
@require_POST
@office_only
def save_past(request: SignedIn, pk: int) -> HttpResponse:
    """Stores ledgers of past months that were looked at. Twice stores once."""
    ledgers = get_object_or_404(LedgerPast.objects.select_related("county"), pk=pk, county=county_of(request))
    pasts.store(ledgers, by=request.user, now=timezone.now())
    return go(request, "projects:import_past", pk=pk)


@require_GET
@office_only
def registry(request: SignedIn) -> HttpResponseBase:
    """The whole registry as a ledger up to the newest reported month: to be corrected in Excel and imported again."""
    now = timezone.now()
    return exports.answer(request, open_registry(request.user, request.GET, now), now=now)


@by_itself
@require_POST
@office_only
def save(request: SignedIn, pk: int) -> HttpResponse:
    """Stores what was looked at. Twice stores once."""
    user = request.user
    ledger = _ledger(request, pk)
    try:
        stored = imports.store_preview(ledger, by=user, now=timezone.now())
        if stored.status == LedgerImport.Status.STORED:
            undo.say(request, lambda: _("The ledger is stored"), "ledger_stored", stored, now=timezone.now())
        else:
            messages.warning(
                request, _("The registry has changed since you looked. Nothing is stored yet: look again.")
            )
    except LedgerError as error:
        messages.error(request, str(error))
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.why) from refusal
    return go(request, "projects:import", pk=ledger.pk)


@by_itself
@require_http_methods(["GET", "POST"])
@office_only
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    """What of a stored ledger goes and what stays, and why; a POST takes back what can go."""
    ledger = _ledger(request, pk)
    if ledger.status != LedgerImport.Status.STORED:
        return go(request, "projects:import", pk=pk)
    if request.method == "POST":
        try:
            done = taking_back.take_back(ledger, by=request.user, now=timezone.now(), reason=_("Taken back"))
            text = ngettext("%(n)s project taken back", "%(n)s projects taken back", len(done.goes))
            messages.success(request, text % {"n": len(done.goes)})
        except NotAllowed as refusal:
            messages.error(request, refusal.why)
        return go(request, "projects:import_take_back", pk=pk)
    context = {"ledger": ledger, "parts": taking_back.parts_of(ledger), "shown": LISTED}
    context["before"] = len(ledger.result.get(taking_back.TAKEN_BACK, ()))
    return render(request, "projects/ledger/take_back.html", context)


@require_GET
@office_only
def original(request: SignedIn, pk: int) -> FileResponse:
    """The file as it came in."""
    ledger = _ledger(request, pk)
    return FileResponse(ledger.file.content.open("rb"), as_attachment=True, filename=ledger.file.name)


@require_GET
@office_only
def problems(request: SignedIn, pk: int) -> HttpResponseBase:
    """The problems as a table, to be mended in Excel."""
    now, ledger = timezone.now(), _ledger(request, pk)
    query = QueryDict(f"ledger={ledger.pk}")
    return exports.answer(request, open_problems(request.user, query, now), now=now)
