"""Sponsorship: a project's team and visits, a leader's own page, what is reported to a leader."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.amounts import figures
from core.days.periods import Period
from core.panels import panels
from core.refusals import done
from core.undo import say
from core.web.htmx import give, go, page_or_part, wants_part
from organization.people.models import Post, Role, User
from organization.permissions import Answer
from organization.requests import SignedIn, county_of, person
from projects.registry.models import Project
from projects.sponsorship import monthly, pages, papers, permissions, services
from projects.sponsorship.forms import DismissForm, MemberForm, RemarkForm, VisitForm, WithdrawForm
from projects.sponsorship.models import LeaderReport, Member, Visit, called


def _require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def _project(request: SignedIn, pk: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(person(request)).select_related("lead_unit", "county"), pk=pk)


def _form(request: SignedIn, form: Any, **context: Any) -> HttpResponse:
    told = {"form": form, **context}
    return render(request, "projects/sponsorship/form.html", told, status=422 if form.errors else 200)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """Team, visits and what is owed: a part of the project's page, or a page of its own with all visits."""
    project, user, part = _project(request, pk), person(request), wants_part(request)
    on = timezone.localdate()
    context = pages.of_project(project, user, on, whole=not part)
    context["visits"] = [
        (visit, *more, panels("projects:visit", visit.pk, person=user, on=on, place="button") if visit.stands else [])
        for visit, *more in context["visits"]
    ]
    return page_or_part(request, "projects/sponsorship/of_project.html", "projects/sponsorship/part.html", context)


@require_http_methods(["GET", "POST"])
def visit_new(request: SignedIn, pk: int) -> HttpResponse:
    """Enter a visit: the own one, or for those who went."""
    project, user, now = _project(request, pk), person(request), timezone.now()
    _require(permissions.can_enter_visit(user, project))
    offered, today = permissions.visitors(user, project), timezone.localdate(now)
    form = VisitForm(request.POST or None, request.FILES or None, visitors=offered, initial={"on": today})
    act = partial(services.record_visit, project, by=user, now=now)
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("The visit is entered"))
        return go(request, "projects:page", pk)
    title, submit = _("Enter a visit"), _("Enter it")
    return _form(request, form, project=project, title=title, submit=submit, files=True)


def _visit(request: SignedIn, pk: int) -> Visit:
    rows = Visit.objects.visible_to(person(request)).select_related("project", "post__unit")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def visit_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    visit, user, now = _visit(request, pk), person(request), timezone.now()
    _require(permissions.can_withdraw_visit(user, visit))
    form = WithdrawForm(request.POST or None, initial={"version": visit.version})
    act = partial(services.withdraw_visit, visit, by=user, now=now)
    if gone := done(form, lambda: act(**form.cleaned_data)):
        say(request, lambda: _("The visit is withdrawn and counts no more"), "visit_withdrawn", gone, now=now)
        return go(request, "projects:project_sponsorship", visit.project_id)
    note = f"{figures.day(visit.on)} · {visit.who} · {visit.get_kind_display()}"
    title, submit = _("Withdraw a visit"), _("Withdraw it")
    return _form(request, form, project=visit.project, title=title, submit=submit, note=note, danger=True)


@require_GET
def visit_photo(request: SignedIn, pk: int, photo_pk: int) -> HttpResponseBase:
    """A photo of a visit, for who sees the project."""
    photo = get_object_or_404(_visit(request, pk).photos, pk=photo_pk)
    response = FileResponse(photo.content.open(), content_type=photo.kind, filename=photo.name)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@require_http_methods(["GET", "POST"])
def member_new(request: SignedIn, pk: int) -> HttpResponse:
    """Somebody has a part in the team from a day on."""
    project, user, now = _project(request, pk), person(request), timezone.now()
    _require(permissions.can_set_team(user, project))
    start = {"on": timezone.localdate(now), "part": request.GET.get("part", "")}
    form = MemberForm(request.POST or None, project=project, initial=start)
    act = partial(services.appoint, project, by=user, now=now)
    if member := done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("%(who)s belongs to the team") % {"who": member})
        return go(request, "projects:project_sponsorship", pk)
    return _form(request, form, project=project, title=_("Who belongs to the team"), submit=_("Save"))


@require_http_methods(["GET", "POST"])
def member_end(request: SignedIn, pk: int) -> HttpResponse:
    """Somebody's last day in the team."""
    rows = Member.objects.filter(project__in=Project.objects.visible_to(person(request)))
    member = get_object_or_404(rows.select_related("project__lead_unit", "post__unit"), pk=pk)
    user, now = person(request), timezone.now()
    _require(permissions.can_set_team(user, member.project))
    form = DismissForm(request.POST or None, initial={"version": member.version, "on": timezone.localdate(now)})
    act = partial(services.dismiss, member, by=user, now=now)
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("%(who)s leaves the team") % {"who": member})
        return go(request, "projects:project_sponsorship", member.project_id)
    note, title = f"{member.get_part_display()} · {member}", _("Leaves the team")
    return _form(request, form, project=member.project, title=title, submit=_("Save"), note=note)


# a leader's own page, and what is reported to a leader --------------------------------------------------------------


@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """A leader's sponsored projects: reds first, what is asked, what was said and what became of it."""
    user, county, now = person(request), county_of(request), timezone.now()
    if not user.holds(Role.LEADER, at=county):
        raise PermissionDenied(_("This page is a leader's own"))
    on = timezone.localdate(now)
    context = pages.mine(user, county, now, on)
    context["parts"] = panels("projects:sponsored", person=user, on=on)
    return render(request, "projects/sponsorship/mine.html", context | {"now": now})


def _leaders(user: User, county: Any) -> list[Post]:
    """The leaders whose reports the person may see."""
    if user.holds(Role.OFFICE, Role.SUPERVISION, at=county):
        posts = Post.objects.filter(unit__county=county, role=Role.LEADER, active=True, sponsored__isnull=False)
        return list(posts.select_related("unit").order_by("unit__position", "position", "pk").distinct())
    own = [post for post in user.current_posts if post.role == Role.LEADER and post.unit.county_id == county.pk]
    return list({post.pk: post for post in [*own, *permissions.leaders_of_secretary(user)]}.values())


@require_GET
def reports(request: SignedIn) -> HttpResponse:
    """The reports to leaders on the last month: which are sent."""
    user, county, on = person(request), county_of(request), timezone.localdate()
    period = Period.of(on).previous()
    posts = _leaders(user, county)
    known = {one.post_id: one for one in LeaderReport.objects.filter(post__in=posts, month=str(period))}
    context = {"period": period, "reports": [(post, known.get(post.pk)) for post in posts]}
    return render(request, "projects/sponsorship/reports.html", context)


def _post(request: SignedIn, pk: int) -> Post:
    rows = Post.objects.filter(unit__county=county_of(request), role=Role.LEADER)
    return get_object_or_404(rows.select_related("unit__county", "holder"), pk=pk)


@require_http_methods(["GET", "POST"])
def report(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    """What is reported to a leader on a month; the secretary writes a remark and sends it."""
    post, user, now, on = _post(request, pk), person(request), timezone.now(), timezone.localdate()
    _require(permissions.can_see_report(user, post))
    if month.first > on:
        raise Http404
    row = services.report_of(post, month)
    may = permissions.can_send_report(user, row)
    said = monthly.shown(row, post, month, on)
    form = RemarkForm(request.POST or None, initial={"remark": row.remark, "version": row.version}) if may else None
    if request.method == "POST":
        _require(may)
        if form and (sent := done(form, lambda: _write(request, post, month, form.cleaned_data, on))):
            messages.success(request, _("It is with the leader") if sent.sent_at else _("Saved"))
            return redirect("projects:leader_report", pk, month)
    context: dict[str, Any] = {"post": post, "leader": called(post), "month": month, "report": row}
    context |= {"said": said, "form": form, "on": on}
    context |= {"sentence": monthly.sentence(said), "may_write": permissions.can_write_report(user, post).ok}
    context |= _paper(row, post, month, now)
    return render(request, "projects/sponsorship/report.html", context, status=422 if form and form.errors else 200)


def _write(request: SignedIn, post: Post, month: Period, told: dict[str, Any], on: Any) -> LeaderReport:
    now = timezone.now()
    if "send" in request.POST:
        row = services.report_of(post, month)
        facts = papers.own(row, post, month, on)
        return services.send_report(post, month, facts=facts, by=request.user, now=now, **told)
    return services.write_remark(post, month, by=request.user, now=now, **told)


@require_http_methods(["GET", "POST"])
def report_recall(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    """Take back what was sent, to send it anew."""
    post, user = _post(request, pk), person(request)
    _require(permissions.can_write_report(user, post))
    row = get_object_or_404(LeaderReport, post=post, month=str(month))
    form = WithdrawForm(request.POST or None, initial={"version": row.version})
    act = partial(services.recall_report, row, by=user, now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("It can be written and sent anew"))
        return redirect("projects:leader_report", pk, month)
    back = reverse("projects:leader_report", args=[pk, month])
    return _form(request, form, title=_("Take the report back"), submit=_("Take it back"), back=back, danger=True)


def _paper(row: LeaderReport, post: Post, month: Period, now: Any) -> dict[str, Any]:
    said = papers.own(row, post, month, timezone.localdate(now))
    return {
        "state": papers.state_of(row, said, now=now),
        "ask": reverse("projects:leader_report_paper", args=[post.pk, month]),
        "file": reverse("projects:leader_report_file", args=[post.pk, month]),
        "back": reverse("projects:leader_report", args=[post.pk, month]),
        "key": "report",
        "name": "PDF",
    }


@require_http_methods(["GET", "POST"])
def report_paper(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    """POST asks a worker for the PDF; GET is how far it is."""
    post, now = _post(request, pk), timezone.now()
    _require(permissions.can_see_report(person(request), post))
    row = services.report_of(post, month)
    if request.method == "POST":
        papers.request_paper(row, papers.own(row, post, month, timezone.localdate(now)), now=now)
    if not wants_part(request):
        return redirect("projects:leader_report", pk, month)
    context = _paper(row, post, month, now)
    context["then"] = request.method == "POST" or "then" in request.GET
    response = render(request, "projects/_paper.html", context)
    return give(response, context["file"]) if context["then"] and context["state"].kind == "ready" else response


@require_GET
def report_file(request: SignedIn, pk: int, month: Period) -> HttpResponseBase:
    """The PDF of the report."""
    post = _post(request, pk)
    _require(permissions.can_see_report(person(request), post))
    row = services.report_of(post, month)
    if (file := papers.paper_of(row, papers.own(row, post, month, timezone.localdate()))) is None:
        messages.warning(request, _("The PDF has to be made first"))
        return redirect("projects:leader_report", pk, month)
    name = _("%(leader)s: sponsored projects in %(month)s") % {
        "leader": called(post),
        "month": figures.month(month.first),
    }
    return FileResponse(
        file.content.open(), content_type=file.kind, filename=f"{name}.pdf", as_attachment="inline" not in request.GET
    )
