"""The page of a project, its forms, its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.amounts.figures import NONE
from core.days.periods import Period
from core.panels import panels
from core.records.fields import field_of
from core.records.history import newest_version
from core.refusals import Refused, Stale, done, onto
from core.web import asked
from core.web.htmx import go
from core.web.once import once
from organization.permissions import Answer
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of, person
from projects.approvals.pages import rights, waits_in_words
from projects.approvals.services import obtain
from projects.choices import Stage
from projects.classes import ClassRules, class_names, in_words, size_of
from projects.lifecycle import gates as lifecycle
from projects.lifecycle.forms import ReasonedStepForm
from projects.lifecycle.pages import ahead, of_page, steps
from projects.page import history as records
from projects.page import pages as page
from projects.page.forms import FIELDS, ApprovalForm, CorrectMonthsForm, ProjectForm, SponsorsForm
from projects.plans.forms import PlanForm
from projects.plans.models import AnnualPlan
from projects.plans.services import set_plan
from projects.registry import permissions
from projects.registry import services as registry
from projects.registry.models import Approval, Project, Sponsor
from projects.registry.months import pages as months
from projects.registry.months import services as corrections
from projects.registry.months.models import ProjectMonth
from projects.registry.pages import like_it
from projects.reports import permissions as report_permissions
from projects.reports.months import latest_period
from projects.rules import MonthlyRules, StepRules, current_period

YEARS = range(2000, 2100)


def project_or_404(request: SignedIn, pk: int) -> Project:
    """The project if the person may see it."""
    return get_object_or_404(of_page(Project.objects.visible_to(person(request))), pk=pk)


def require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def see(request: SignedIn, project: Project) -> HttpResponse:
    return go(request, "projects:page", project.pk)


def moved_on(row: ProjectMonth | None, project: Project) -> bool:
    """Whether the light, which is of *row*'s month, stands beside a stage that is another one by now."""
    return row is not None and (row.stage, row.state) != (project.stage, project.state)


@require_GET
def show(request: SignedIn, pk: int) -> HttpResponse:
    """Everything about a project on one page."""
    project = once(("project", pk), lambda: project_or_404(request, pk))  # as `of_this_page` has it for the panels
    user, on, rules = person(request), timezone.localdate(), rules_of(project.county)
    named = page.month_of(request.GET.get("period"), on)
    period = named or latest_period(project.county, on)
    row, period = months.as_it_stood(project, period, on)
    reports = list(project.reports.all()[: page.REPORTS])
    late = corrections.waiting(project)
    may_edit, early = permissions.can_edit_project(user, project).ok, rules[StepRules].early_days
    reporting = current_period(on, rules[MonthlyRules])
    money = page.money(project, row, page.of_year(reports, project, period), period, rules, on=on)
    red, buttons = money.light.colour == "red", panels("projects:page", pk, person=user, on=on, place="button")
    context = {
        "project": project,
        "words": in_words(rules[ClassRules], project),
        "size": size_of(project.total_investment, rules[ClassRules].tiers),
        "steps": steps(project, on),
        "ahead": (coming := ahead(project, on, early, may_edit=may_edit)),
        "met": sum(gate.met(project) for gate in lifecycle.gates(project, coming.stage)) if coming else 0,
        "money": money,
        "then": row if named or moved_on(row, project) else None,
        "named": named,
        "before": page.before(project, period),
        "month_changes": months.changes_of(project.county, period, project=project),
        "planned_start": page.planned_start(row, project),
        "late": months.late_of(project, late),
        "may_correct": bool(late) and permissions.can_correct_months(user, project).ok,
        "reports": reports,
        "recording": rights(user, project, rules),
        "plans": project.plans.all(),
        "history": page.latest(project, rules),
        "may_edit": may_edit,
        "may_sponsor": permissions.can_set_sponsors(user, project).ok,
        "leaders": page.leaders(project, on),
        "odd": lifecycle.oddities(project),
        "deeds": page.deeds(user, project, on, early),
        "report_url": reverse("projects:report", args=[pk, str(reporting)])
        if report_permissions.can_fill_report(user, project) and lifecycle.is_pursued(project)
        else "",
        "reporting": reporting,
        "year": on.year,
        "buttons": buttons,
        "beside_red": [button for button in buttons if button.red] if red and not named else [],
        "parts": panels("projects:page", pk, person=user, on=on),
    }
    return render(request, "projects/page/page.html", context)


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    user = person(request)
    require(permissions.can_register(user, user.county))
    context: dict[str, Any] = {}
    form = ProjectForm(request.POST or None, instance=Project(county=user.county), user=user)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in (*FIELDS, "reason") if name in form.cleaned_data}
        seen = page.shown_as_like_it(request.POST)
        try:
            project = registry.register(county=county_of(request), by=user, now=timezone.now(), seen=seen, **facts)
        except Refused as error:
            onto(form, error)
            context["twins"] = like_it(user, error)
        else:
            messages.success(request, _("“%(name)s” is on file as No. %(n)s") % {"name": project, "n": project.number})
            return see(request, project)
    return render(request, "projects/page/edit.html", context | {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    project = project_or_404(request, pk)
    user = person(request)
    require(permissions.can_edit_project(user, project))
    context: dict[str, Any] = {"project": project}
    form = ProjectForm(request.POST or None, instance=_as_seen(project, request.POST.get("version")), user=user)
    if request.method == "POST" and form.is_valid():
        reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
        try:
            registry.edit(project, by=user, now=timezone.now(), version=version, reason=reason, **form.changes())
        except Stale as error:
            context |= {"conflict": error, "theirs": _in_words(error), "form": _again(form, error.record, user)}
            return render(request, "projects/page/edit.html", context, status=409)
        except Refused as error:
            onto(form, error)
            context["twins"] = like_it(user, error)
        else:
            messages.success(request, _("Saved"))
            return see(request, project)
    return render(request, "projects/page/edit.html", context | {"form": form}, status=422 if form.errors else 200)


def _as_seen(project: Project, version: str | None) -> Project:
    """The project as the person's page showed it, so that only own changes are written."""
    if not (shown := asked.version(version)) or shown == project.version:
        return project
    seen = project.history.filter(version=shown).order_by("-history_id").first()
    return seen.instance if seen else project


def _again(form: ProjectForm, fresh: Project, user: Any) -> ProjectForm:
    """The form once more: what the person changed stays, the rest is as it is now."""
    posted: Any = form.data  # a QueryDict
    data = posted.copy()
    now = ProjectForm(instance=fresh, user=user)
    for name in FIELDS:
        if name not in form.changed_data:
            data.pop(name, None)
            value = now[name].value()
            if isinstance(value, list):
                data.setlist(name, [getattr(item, "pk", item) for item in value])
            elif value is not None:
                data[name] = now.fields[name].widget.format_value(value) or ""
    data["version"] = str(fresh.version)
    return ProjectForm(data, instance=fresh, user=user)


def _in_words(error: Stale) -> list[records.Change]:
    """What the others changed, with labels."""
    found = []
    codes = class_names(rules_of(error.record.county)[ClassRules])
    for name, (was, now) in error.theirs.items():
        field = field_of(Project, name)
        plain = [value if value is None or not hasattr(value, "pk") else str(value) for value in (was, now)]
        texts = [
            value if isinstance(value, str) and field.is_relation else records.shown(field, value, codes)
            for value in plain
        ]
        found.append(records.Change(str(field.verbose_name), texts[0] or NONE, texts[1] or NONE))
    return found


@require_http_methods(["GET", "POST"])
def plan(request: SignedIn, pk: int, year: int) -> HttpResponse:
    """The plan of a year: money, months, target; a change asks for its reason."""
    if year not in YEARS:
        raise Http404
    project = project_or_404(request, pk)
    user = person(request)
    require(permissions.can_edit_project(user, project))
    kept = next((plan for plan in project.plans.all() if plan.year == year), None)
    seen = {"version": newest_version(AnnualPlan, project=project.pk, year=year)}
    form = PlanForm(request.POST or None, plan=kept, initial=seen)
    if done(form, lambda: set_plan(project, year, by=user, now=timezone.now(), **form.facts())):
        messages.success(request, _("The plan of %(year)s is saved") % {"year": year})
        return see(request, project)
    context = {"form": form, "project": project, "year": year}
    return render(request, "projects/plans/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def approval(request: SignedIn, pk: int) -> HttpResponse:
    """Register an approval that was obtained, or correct it."""
    project = project_or_404(request, pk)
    user = person(request)
    may = rights(user, project)
    kind = request.GET.get("kind", "")
    require(Answer(bool(may.kinds) and (kind in may.kinds or kind not in may.known), may.why_not))
    kept = next((approval for approval in project.approvals.all() if approval.kind == kind), None)
    initial: dict[str, Any] = {"kind": kind}
    initial["version"] = newest_version(Approval, project=project.pk, kind=kind)
    if kept:
        initial |= {name: getattr(kept, name) for name in ("document_number", "obtained_on", "valid_until")}
    asks = bool(may.given) and user.is_office_of(project.county_id)
    form = ApprovalForm(request.POST or None, initial=initial, kinds=may.named, asks=asks)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        if facts["kind"] != kind:
            facts["version"] = 0  # the page didn't show this one: it mustn't be on file
        if made := done(form, lambda: obtain(project, by=user, now=timezone.now(), **facts)):
            said = {"kind": may.known[facts["kind"]]}
            messages.success(request, _("Registered: %(kind)s") % said)
            if names := waits_in_words(project, made[1]):
                messages.warning(request, _("It was obtained before: %(names)s. Is the day right?") % {"names": names})
            return go(request, "projects:approvals") if "desk" in request.GET else see(request, project)
    context = {"form": form, "project": project, "kept": kept}
    return render(request, "projects/page/approval.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def approval_remove(request: SignedIn, pk: int, approval_pk: int) -> HttpResponse:
    """Take an approval off the file, with a reason."""
    project = project_or_404(request, pk)
    user = person(request)
    kept = get_object_or_404(Approval, pk=approval_pk, project=project)
    require(permissions.can_record_approval(user, project, kept.kind))
    form = ReasonedStepForm(request.POST or None, initial={"version": newest_version(Approval, id=kept.pk)})
    del form.fields["on"]
    if form.is_valid():
        reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
        try:
            registry.remove_approval(kept, by=user, now=timezone.now(), reason=reason, version=version)
        except Refused as error:
            onto(form, error)
        else:
            messages.success(request, _("Taken off the file: %(kind)s") % {"kind": kept.called})
            return see(request, project)
    title = _("Take “%(kind)s” off the file?") % {"kind": kept.called}
    context = {"form": form, "project": project, "title": title, "submit": _("Take it off"), "danger": True}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def sponsors(request: SignedIn, pk: int) -> HttpResponse:
    project = project_or_404(request, pk)
    user = person(request)
    require(permissions.can_set_sponsors(user, project))
    seen = {"version": newest_version(Sponsor, project=project.pk)}
    on = timezone.localdate()
    form = SponsorsForm(request.POST or None, county=project.county, project=project, on=on, initial=seen)
    if form.is_valid():
        told = {"version": form.cleaned_data["version"], "by_portfolio": form.by_portfolio()}
        try:
            registry.set_sponsors(project, form.posts(), by=user, now=timezone.now(), **told)
        except Refused as error:
            onto(form, error)
        else:
            messages.success(request, _("The sponsors are saved"))
            return see(request, project)
    context = {"form": form, "project": project}
    return render(request, "projects/page/sponsors.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def correct_months(request: SignedIn, pk: int) -> HttpResponse:
    """Let what was dated into closed months count there after all, with a reason."""
    project = project_or_404(request, pk)
    user = person(request)
    require(permissions.can_correct_months(user, project))
    late = corrections.waiting(project)
    seen = {"version": corrections.seen_of(late)}
    form = CorrectMonthsForm(request.POST or None, months=page.months_to_correct(late), initial=seen)

    def act() -> bool:
        told = {name: form.cleaned_data[name] for name in ("reason", "version")}
        corrections.correct(project, Period.parse(form.cleaned_data["since"]), by=user, now=timezone.now(), **told)
        return True

    if done(form, act):
        messages.success(request, _("The closed months are corrected"))
        return see(request, project)
    context = {"form": form, "project": project, "late": months.late_of(project, late)}
    return render(request, "projects/page/correct_months.html", context, status=422 if form.errors else 200)


@require_GET
def history(request: SignedIn, pk: int) -> HttpResponse:
    """Who changed what, when, from what to what, why."""
    project = project_or_404(request, pk)
    shown = Paginator(page.whole_history(project), 50).get_page(request.GET.get("page"))
    return render(request, "projects/page/history.html", {"project": project, "page_obj": shown, "stages": Stage})
