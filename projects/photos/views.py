"""Photos of a project's month: looked at, added one by one or several at once, removed and brought back."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import exports
from core.days.periods import Period
from core.pictures.reading import NotNow, PictureError, check_size
from core.records import pieces
from core.records.files import largest_upload
from core.refusals import NotAllowed, Refused, done, tell
from core.web import asked
from core.web.forms import ReasonForm
from core.web.htmx import go, page_or_part
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, person
from projects.photos import pages, permissions
from projects.photos import services as photos
from projects.photos.exports import open_sheet
from projects.photos.forms import MOST, PhotosForm
from projects.photos.models import Photo
from projects.registry.models import Project
from projects.rules import MonthlyRules, current_period

PIECE = 512 * 2**10  # bytes that the page sends at once
SIZES = ("thumb", "shown", "original")


def _project(request: SignedIn, pk: int) -> Project:
    visible = Project.objects.visible_to(person(request)).select_related("lead_unit", "county")
    return get_object_or_404(visible, pk=pk)


def _photo(request: SignedIn, pk: int) -> Photo:
    visible = Photo.objects.visible_to(person(request)).select_related("project__lead_unit", "project__county")
    return get_object_or_404(visible, pk=pk)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The newest of a project: a part of its page, or a page of its own without JavaScript."""
    project, on = _project(request, pk), timezone.localdate()
    context = {"project": project, "photos": pages.latest_of(project, on), "on": on}
    context["period"] = current_period(on, rules_of(project.county)[MonthlyRules])
    return page_or_part(request, "projects/photos/of_project.html", "projects/photos/_latest.html", context)


@require_http_methods(["GET", "POST"])
def of_month(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    """A project's photos of a month beside those of the month before. POST: one photo, or several."""
    if month.first > timezone.localdate():
        raise Http404
    project = _project(request, pk)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not (may := permissions.can_add_photo(request.user, project)):
            return _answer({"why": may.why}, 403) if _asks_for_json(request) else _forbidden(may.why)
        if _asks_for_json(request):
            return _add_one(request, project, month, form)
        if form.is_valid() and _add_all(request, project, month, form):
            return go(request, "projects:photos", pk=pk, month=month)
    context = _context(request, project, month, form)
    return render(request, "projects/photos/month.html", context, status=422 if form.errors else 200)


def _forbidden(why: str) -> HttpResponse:
    raise PermissionDenied(why)


def _context(request: SignedIn, project: Project, month: Period, form: PhotosForm) -> dict[str, Any]:
    on = timezone.localdate()
    following = month.next()
    return {
        "project": project,
        "period": month,
        "previous": month.previous(),
        "following": following if following.first <= on else None,
        "month": pages.month_of(project, month, user=request.user, on=on),
        "form": form,
        "most": MOST,
        "piece": PIECE,
        "megabytes": largest_upload() // 2**20,
    }


# adding -------------------------------------------------------------------------------------------------------------


def _asks_for_json(request: SignedIn) -> bool:
    return request.headers.get("Accept") == "application/json"


def _answer(told: dict[str, Any], status: int) -> JsonResponse:
    response = JsonResponse(told, status=status)
    if status == 503:
        response["Retry-After"] = "5"
    return response


def _add_one(request: SignedIn, project: Project, month: Period, form: PhotosForm) -> JsonResponse:
    """As the page sends them by itself: 200 with what is odd about it, 422 with why not, 503 to send it again."""
    if not form.is_valid():
        return _answer({"why": " ".join(str(error) for errors in form.errors.values() for error in errors)}, 422)
    file, *more = form.cleaned_data["photo"]
    if more:
        return _answer({"why": _("One photo at a time")}, 422)
    token = request.POST.get("piece", "")
    try:
        photo = _finished(project, token, request.user.pk) if token else None
        if token and photo is None:
            file, there = _piece(request, token, file)
            if file is None:
                return _answer({"have": there}, 200)
        photo = photo or _add(request, project, month, file, form, timezone.now())
        if token:
            pieces.finish(token, request.user.pk, photo.pk)
    except NotNow as refused:
        return _answer({"why": refused.why}, 503)
    except Refused as refused:
        if pieces.TOKEN.fullmatch(token):
            pieces.drop(token, request.user.pk)
        return _answer({"why": refused.why}, 403 if isinstance(refused, NotAllowed) else 422)
    odd = [one.text for one in pages.odd(photo, timezone.localdate())]
    return _answer({"photo": photo.pk, "odd": odd}, 200)


def _finished(project: Project, token: str, person: int) -> Photo | None:
    """The photo that came of it already: the answer to its last piece was lost."""
    key = pieces.finished(token, person)
    return None if key is None else Photo.objects.there().filter(pk=key, project=project).first()


def _piece(request: SignedIn, token: str, file: Any) -> tuple[Any, int]:
    """The whole file, once its last piece is there; and how many bytes of it are."""
    limit = largest_upload()
    of = asked.number(request.POST.get("of"), 1) or 1
    at = asked.number(request.POST.get("at"), 0)
    check_size(of, limit)
    there = pieces.add(token, request.user.pk, file.read(), at=-1 if at is None else at, of=of)
    if there < of:
        return None, there
    content = pieces.whole(token, request.user.pk)
    said = request.POST.get("sum", "")
    if said and said != hashlib.sha256(content).hexdigest():
        pieces.drop(token, request.user.pk)
        return None, 0  # from its beginning
    return SimpleUploadedFile(file.name, content), there


def _add(request: SignedIn, project: Project, month: Period, file: Any, form: PhotosForm, now: datetime) -> Photo:
    check_size(file.size, largest_upload())
    caption = form.cleaned_data["caption"]
    return photos.add_photo(
        project, month, content=file.read(), name=file.name, by=request.user, now=now, caption=caption
    )


def _add_all(request: SignedIn, project: Project, month: Period, form: PhotosForm) -> bool:
    """Every photo of a plain form: those that can be kept are, of each other the form says why. Whether all went."""
    added = 0
    for file in form.cleaned_data["photo"]:
        try:
            _add(request, project, month, file, form, timezone.now())
            added += 1
        except PictureError as refused:
            form.add_error("photo", f"{file.name}: {refused.why}" if file.name not in refused.why else refused.why)
        except Refused as refused:
            form.add_error("photo", refused.why)
    if added:
        text = ngettext("%(n)s photo is added.", "%(n)s photos are added.", added)
        messages.success(request, text % {"n": added})
    return not form.errors


# one photo ----------------------------------------------------------------------------------------------------------


@require_GET
def picture(request: SignedIn, pk: int, size: str) -> HttpResponseBase:
    """The photo itself: two small copies to look at, the original to be kept. Asked for its rights each time."""
    if size not in SIZES:
        raise Http404
    photo = _photo(request, pk)
    etag = f'"{photo.sha256[:32]}-{size}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        file = getattr(photo, size)
        whole = size == "original"
        response = FileResponse(
            file.content.open("rb"), content_type=file.kind, filename=file.name, as_attachment=whole
        )
    response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_http_methods(["GET", "POST"])
def remove(request: SignedIn, pk: int) -> HttpResponse:
    photo = _photo(request, pk)
    if not (may := permissions.can_remove_photo(request.user, photo)):
        raise PermissionDenied(may.why)
    form = ReasonForm(request.POST or None)
    version = asked.seen(request) if request.method == "POST" else photo.version
    if done(form, lambda: photos.remove_photo(photo, by=request.user, now=timezone.now(), version=version,
                                              reason=form.cleaned_data["reason"])):  # fmt: skip
        messages.success(request, _("The photo is removed. It can be brought back below."))
        return go(request, "projects:photos", pk=photo.project_id, month=photo.month)
    context = {
        "photo": pages.shown(photo, timezone.localdate()),
        "project": photo.project,
        "period": Period.parse(photo.month),
        "form": form,
        "version": version,
    }
    return render(request, "projects/photos/remove.html", context, status=422 if form.errors else 200)


@require_POST
def restore(request: SignedIn, pk: int) -> HttpResponse:
    photo = _photo(request, pk)
    try:
        photos.restore_photo(photo, by=request.user, now=timezone.now(), version=asked.seen(request))
        messages.success(request, _("The photo is there again."))
    except Refused as refused:
        tell(request, refused)
    return go(request, "projects:photos", pk=photo.project_id, month=photo.month)


# of the county ------------------------------------------------------------------------------------------------------


@require_GET
def sheet(request: SignedIn, month: Period) -> HttpResponseBase:
    """The month's photos on sheets of A4, which a worker makes."""
    query = request.GET.copy()
    query["month"] = str(month)
    return exports.answer(request, open_sheet(request.user, query, timezone.now()), now=timezone.now())
