"""The editor beside the page: its pictures, who edits, how it is made, what changed between two moments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.refusals import NotAllowed, Refused, Wrong
from core.web import asked
from core.web.htmx import go, wants_part
from dispatch.bulletins import permissions
from dispatch.bulletins.editor import pictures, structure
from dispatch.bulletins.editor import services as editing
from dispatch.bulletins.editor.models import Moment
from dispatch.bulletins.editor.pages import as_generated, columns_of, layout
from dispatch.bulletins.editor.sitting import called, others, sitting_of
from dispatch.bulletins.editor.versions import compared, parts_of
from dispatch.bulletins.letter import generated, is_broken, letter, words_of
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.views import show
from organization.requests import SignedIn


def visible(request: SignedIn, pk: int) -> Bulletin:
    """The bulletin, if the person may see it and it is of what its kind is of."""
    rows = Bulletin.objects.visible_to(request.user).select_related("county", "pages", "pdf")
    bulletin = get_object_or_404(rows, pk=pk)
    if is_broken(bulletin):
        raise Http404
    return bulletin


@require_http_methods(["GET", "POST"])
def pages(request: SignedIn, pk: int) -> HttpResponse:
    """POST has the pages drawn; GET is how far they are, asked each second by htmx, and the new ones once they are
    there."""
    bulletin, now = visible(request, pk), timezone.now()
    if request.method == "POST":
        pictures.request_pages(bulletin, now=now)
    if not wants_part(request):
        return go(request, "dispatch:bulletin", pk=pk)
    seen = pictures.seen(bulletin, now=now)
    have = request.GET.get("have", "")[: pictures.SHORT]
    context = {"bulletin": bulletin, "pages": seen, "have": have}
    return render(request, "dispatch/bulletins/editor/pages.html", context)


@require_GET
def picture(request: SignedIn, pk: int, stamp: str, number: int) -> HttpResponse:
    """One page as it prints; its address says what it is of, and leads to the newer one once that is kept instead:
    between a page and its pictures somebody may have saved."""
    bulletin = visible(request, pk)
    png = pictures.picture(bulletin, stamp, number)
    if png is None and (newer := pictures.kept_of(bulletin)) not in ("", stamp):
        return redirect("dispatch:bulletin_picture", pk, newer, number)
    if png is None:
        raise Http404
    return HttpResponse(png, content_type="image/png")


@require_POST
def keep_turn(request: SignedIn, pk: int) -> HttpResponse:
    """The page says each minute that somebody edits, and learns who does if it is somebody else."""
    bulletin, now = visible(request, pk), timezone.now()
    try:
        mine = editing.keep_turn(bulletin, by=request.user, now=now)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.why) from refusal
    if not wants_part(request):
        return go(request, "dispatch:bulletin", pk=pk)
    other = None if mine else sitting_of(bulletin, now=now)
    context = {"bulletin": bulletin, "turn": True, "other": other, "who": called(other.by) if other else ""}
    return render(request, "dispatch/bulletins/editor/turn.html", context)


@require_http_methods(["GET", "POST"])
def take_over(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more, then edits instead of who did."""
    bulletin, now = visible(request, pk), timezone.now()
    if not (answer := permissions.can_edit_bulletin(request.user, bulletin)):
        raise PermissionDenied(answer.why)
    other = others(bulletin, request.user, now=now)
    if request.method == "GET":
        context = {"bulletin": bulletin, "version": asked.seen(request), "other": other}
        return render(request, "dispatch/bulletins/editor/take_over.html", context)
    try:
        editing.take_over(bulletin, by=request.user, now=now, version=asked.seen(request))
    except Refused as refusal:
        messages.error(request, refusal.why)
    else:
        messages.success(request, _("You edit it now; who did before reads so at the next save"))
    return go(request, "dispatch:bulletin", pk=pk)


@require_POST
def reshape(request: SignedIn, pk: int) -> HttpResponse:
    """All that was typed into the list of parts, and the button that was pressed: one change."""
    bulletin = visible(request, pk)
    if not (answer := permissions.can_edit_bulletin(request.user, bulletin)):
        raise PermissionDenied(answer.why)
    now, version = timezone.now(), asked.seen(request)
    try:
        shape = _pressed(_typed(bulletin.shape, bulletin, request.POST), bulletin, request.POST)
        bulletin = editing.reshape_bulletin(bulletin, shape, by=request.user, now=now, version=version)
    except Refused as refusal:
        messages.error(request, refusal.why)
        bulletin = visible(request, pk)
        told = {"layout": layout(bulletin, request.POST), "open": True}  # what was typed comes back with the page
        return show(request, bulletin, status=422 if isinstance(refusal, Wrong) else 409, **told)
    pictures.request_pages(bulletin, now=now)
    messages.success(request, _("Saved"))
    return HttpResponse(status=303, headers={"Location": f"{reverse('dispatch:bulletin', args=[pk])}#layout"})


def _typed(shape: structure.Shape, bulletin: Bulletin, post: Mapping[str, str]) -> structure.Shape:
    """*shape* with the title, the address and the headings that the form has."""
    usual = generated(bulletin).as_json()
    for name in structure.FRAME:
        if (text := post.get(name)) is None:
            continue
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        value: Any = lines if name == "title_lines" else " ".join(lines)
        if name == "title_lines" and not value:
            value = usual[name]
        shape = structure.framed(shape, name, value, usual[name])
    names = {block["key"]: block.get("heading") or block.get("title", "") for block in bulletin.draft}
    for key, heading in ((one["key"], one["heading"]) for one in shape.get("own", ())):
        names[key] = heading
    for key, heading in names.items():
        if (text := post.get(f"heading:{key}")) is not None:
            shape = structure.named(shape, key, text.strip(), heading)
    return _typed_heads(shape, bulletin, post)


def _typed_heads(shape: structure.Shape, bulletin: Bulletin, post: Mapping[str, str]) -> structure.Shape:
    """*shape* with what the form has over the columns of tables."""
    wording = words_of(bulletin)
    known = columns_of(wording)
    for table, usual in structure.tables_of(wording).items():
        begin = f"column:{table}:"
        heads = {name.removeprefix(begin): " ".join(post[name].split()) for name in post if name.startswith(begin)}
        if heads and bulletin.corrects_id is None:  # a correction has no tables
            shape = structure.headed(shape, table, heads, known[table], usual)
    return shape


def _pressed(shape: structure.Shape, bulletin: Bulletin, post: Mapping[str, str]) -> structure.Shape:
    """*shape* after the button: `what:key`, for a column `what:table:column`."""
    what, _colon, about = post.get("do", "").partition(":")
    match what:
        case "up" | "down":
            return structure.moved(shape, bulletin.content, about, -1 if what == "up" else 1)
        case "out" | "in":
            return structure.left_out(shape, about, what == "out")
        case "add":
            return structure.added(shape, post.get("after", ""), post.get("new", "").strip())
        case "column-left" | "column-right" | "column-out" | "column-in":
            table, _colon, column = about.partition(":")
            return _columns(
                shape, bulletin, table, what.removeprefix("column-"), column or post.get(f"more:{table}", "")
            )
    return shape


def _columns(shape: structure.Shape, bulletin: Bulletin, table: str, what: str, column: str) -> structure.Shape:
    wording = words_of(bulletin)
    known = columns_of(wording).get(table, {})
    if column not in known or bulletin.corrects_id is not None:
        return shape
    generated = structure.tables_of(wording)[table]
    chosen = [dict(one) for one in shape.get("columns", {}).get(table, generated)]
    at = next((place for place, one in enumerate(chosen) if one["key"] == column), None)
    if what == "in" and at is None:
        chosen.append(dict(known[column]))
    elif what == "out" and at is not None:
        del chosen[at]
    elif (
        at is not None and what in ("left", "right") and 0 <= (to := at + (1 if what == "right" else -1)) < len(chosen)
    ):
        chosen[at], chosen[to] = chosen[to], chosen[at]
    return structure.with_columns(shape, table, chosen, generated)


@require_GET
def changes(request: SignedIn, pk: int) -> HttpResponse:
    """What differs between two moments, marked; and every change with its reason."""
    bulletin = visible(request, pk)
    moments = list(bulletin.moments.select_related("by"))
    chosen = request.GET.get("from", "draft"), request.GET.get("to", "now")
    old, new = (_said(bulletin, moments, key) for key in chosen)
    edits = bulletin.edits.select_related("by")[:200]
    context = {"bulletin": bulletin, "moments": moments, "from": chosen[0], "to": chosen[1]}
    context |= {"parts": compared(old, new), "edits": edits}
    return render(request, "dispatch/bulletins/changes.html", context)


def _said(bulletin: Bulletin, moments: list[Moment], key: str) -> list[dict[str, Any]]:
    """What the bulletin said at the moment *key*: as it was generated, at one that was kept, now."""
    if key == "draft":
        return parts_of(as_generated(bulletin), generated(bulletin).as_json())
    kept = next((moment.parts for moment in moments if str(moment.pk) == key), None)
    return kept if kept is not None else parts_of(bulletin.content, letter(bulletin).as_json())
