"""Slips: issued, one with its answer and its PDF, the parts on pages of projects and problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.refusals import Refused, done, onto
from core.web import asked
from core.web.htmx import give, go, page_or_part, wants_part
from dispatch.bulletins.papers import Paper, state_by
from dispatch.problems.models import Problem
from dispatch.slips import drafts, forms, permissions
from dispatch.slips import services as slips
from dispatch.slips.form import Facts
from dispatch.slips.models import Slip, SlipQuerySet
from dispatch.slips.rules import SlipKind, SlipRules
from jobs.asked import State, state_of
from jobs.models import JobRun
from organization.people.models import User
from organization.permissions import Answer
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from organization.units.models import Unit
from projects.models import Project

PDF = Paper("slip", slips.JOB, "PDF", inline=True)


class Action(NamedTuple):
    """A step that the page of a slip offers."""

    code: str
    may: Callable[[User, Slip], Answer]
    form: type[Form]
    do: Callable[..., Slip]
    label: Any
    done: Any


ACTIONS = (
    Action("answer", permissions.can_answer_slip, forms.AnswerForm, slips.answer_slip,
           gettext_lazy("Answer"), gettext_lazy("The answer is with who issued it")),
    Action("withdraw", permissions.can_withdraw_slip, forms.WithdrawForm, slips.withdraw_slip,
           gettext_lazy("Withdraw the slip"), gettext_lazy("Withdrawn; its number stays used")),
)  # fmt: skip


class _About(NamedTuple):
    """What a new slip is about: a problem, or what a unit is late with; else neither."""

    problem: Problem | None
    unit: Unit | None
    items: list[Any]

    @property
    def back(self) -> str:
        if self.problem is not None:
            return reverse("dispatch:problem", args=[self.problem.pk])
        return reverse("dispatch:slips_overdue") if self.unit else reverse("dispatch:slips")


def _about(request: SignedIn, county: Unit, now: Any) -> _About:
    if "problem" in request.GET:
        rows = Problem.objects.visible_to(request.user).select_related("project", "owner_unit", "county")
        return _About(get_object_or_404(rows, pk=asked.key(request.GET["problem"])), None, [])
    if "late" in request.GET:
        unit = get_object_or_404(Unit.objects.filter(county=county), code=request.GET["late"])
        return _About(None, unit, drafts.printed_items(county, unit, now=now))
    return _About(None, None, [])


def _kinds(county: Unit, about: _About) -> list[SlipKind]:
    found = rules_of(county)[SlipRules].kinds
    return [one for one in found if one.overdue or not about.unit]


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Issue a slip: `?problem=` on a problem, `?late=` for what a unit (by code) is late with; `?kind=` which."""
    county, now = county_of(request), timezone.now()
    if not (answer := permissions.can_issue_slip(request.user, county)):
        raise PermissionDenied(answer.why)
    about = _about(request, county, now)
    if about.problem is not None and about.problem.status == Problem.Status.CLOSED:
        raise PermissionDenied(_("This problem is closed."))
    kinds = _kinds(county, about)
    kind = next((one for one in kinds if one.code == request.GET.get("kind")), next(iter(kinds), None))
    if kind is None:
        raise Http404
    form = forms.IssueForm(request.POST or None, county=county, initial=_initial(kind, about, now))

    def act() -> Slip:
        return slips.issue_slip(
            county, kind=kind.code, problem=about.problem, items=[item.key for item in about.items],
            by=request.user, now=now, **form.cleaned_data,
        )  # fmt: skip

    if made := done(form, act):
        messages.success(
            request, _("%(slip)s is issued; %(unit)s is told") % {"slip": made.entry.text, "unit": made.to}
        )
        return go(request, "dispatch:slip", made.pk)
    context = {"form": form, "kinds": kinds, "kind": kind, "about": about}
    return render(request, "dispatch/slips/new.html", context, status=422 if form.errors else 200)


def _initial(kind: SlipKind, about: _About, now: Any) -> dict[str, Any]:
    if about.problem is not None:
        return drafts.initial_of(drafts.of_problem(kind, about.problem, now=now))
    if about.unit is not None:
        return drafts.initial_of(drafts.of_overdue(kind, about.unit, about.items, now=now))
    return {}


@require_GET
def overdue(request: SignedIn) -> HttpResponse:
    """What each unit is late with, from where a slip is issued."""
    county = county_of(request)
    if not (answer := permissions.can_issue_slip(request.user, county)):
        raise PermissionDenied(answer.why)
    return render(request, "dispatch/slips/overdue.html", {"rows": drafts.owing(county, now=timezone.now())})


def _visible(request: SignedIn, pk: int) -> Slip:
    rows = Slip.objects.visible_to(request.user).select_related(
        "entry", "unit", "post__unit", "county", "problem", "project", "by", "answered_by", "paper", "file"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: SignedIn, slip: Slip, bound: tuple[str, Form] | None = None, status: int = 200) -> HttpResponse:
    """One slip; *bound* is the form that was refused."""
    now = timezone.now()
    offered = [
        {"action": one, "form": bound[1] if bound and bound[0] == one.code else one.form(prefix=one.code)}
        for one in ACTIONS
        if one.may(request.user, slip)
    ]
    seen = slip.problem_id and Problem.objects.visible_to(request.user).filter(pk=slip.problem_id).exists()
    context = {
        "slip": slip,
        "facts": Facts.from_json(slip.facts),
        "kind": rules_of(slip.county)[SlipRules].labels.get(slip.kind, slip.kind),
        "late": slip.is_late(timezone.localdate(now)),
        "offered": offered,
        "opened": bound[0] if bound else "",
        "sees_problem": seen,
        "paper": PDF,
        "state": _state(slip, now),
    }
    return render(request, "dispatch/slips/page.html", context, status=status)


def _state(slip: Slip, now: Any) -> State:
    run = JobRun.objects.filter(job=slips.JOB, about=f"slip:{slip.pk}").first()
    if slip.file_id is not None:
        return state_by(run, True, "", now=now)
    return state_of(run, now=now) if run else State("none")


@require_POST
def act(request: SignedIn, pk: int, action: str) -> HttpResponse:
    """One of ACTIONS."""
    slip = _visible(request, pk)
    chosen = next((one for one in ACTIONS if one.code == action), None)
    if chosen is None:
        raise Http404
    if not (answer := chosen.may(request.user, slip)):
        raise PermissionDenied(answer.why)
    form = chosen.form(request.POST, request.FILES, prefix=chosen.code)
    if not form.is_valid():
        return _page(request, slip, (action, form), status=422)
    try:
        facts = form.cleaned_data | {"version": asked.seen(request)}
        chosen.do(slip, by=request.user, now=timezone.now(), **facts)
    except Refused as refusal:
        status = onto(form, refusal)
        return _page(request, _visible(request, pk), (action, form), status=status)
    messages.success(request, str(chosen.done))
    return go(request, "dispatch:slip", pk=pk)


@require_http_methods(["GET", "POST"])
def pdf(request: SignedIn, pk: int) -> HttpResponse:
    """How far the PDF is; POST asks a worker for it where it isn't there yet."""
    slip, now = _visible(request, pk), timezone.now()
    if request.method == "POST":
        slips.request_file(slip, now=now)
    if not wants_part(request):
        return go(request, "dispatch:slip", pk=pk)
    state, then = _state(slip, now), request.method == "POST" or "then" in request.GET
    context = {"slip": slip, "paper": PDF, "state": state, "then": then}
    response = render(request, "dispatch/slips/paper.html", context)
    ready = then and state.kind == "ready"
    return give(response, reverse("dispatch:slip_file", args=[pk])) if ready else response


@require_GET
def file(request: SignedIn, pk: int) -> FileResponse | HttpResponse:
    """The PDF, the same bytes each time."""
    slip = _visible(request, pk)
    if slip.file is None:
        messages.warning(request, _("The %(paper)s has to be made first") % {"paper": PDF.name})
        return go(request, "dispatch:slip", pk=pk)
    name, shown = f"{slip.entry.text} {slip.title}.pdf", "inline" in request.GET
    return FileResponse(slip.file.content.open(), content_type=slip.file.kind, filename=name, as_attachment=not shown)


@require_GET
def answer_file(request: SignedIn, pk: int) -> FileResponse:
    """The paper that came with the answer, always as a download."""
    kept = _visible(request, pk).paper
    if kept is None:
        raise Http404
    return FileResponse(kept.content.open(), content_type=kept.kind, filename=kept.name, as_attachment=True)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The slips on one project: a part of its page, or a page of its own."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    return _part(request, Slip.objects.visible_to(request.user).filter(project=project), {"project": project})


@require_GET
def of_problem(request: SignedIn, pk: int) -> HttpResponse:
    """The slips on one problem."""
    problem = get_object_or_404(Problem.objects.visible_to(request.user), pk=pk)
    return _part(request, Slip.objects.visible_to(request.user).filter(problem=problem), {"problem": problem})


def _part(request: SignedIn, found: SlipQuerySet, about: dict[str, Any]) -> HttpResponse:
    today = timezone.localdate()
    rows = [(one, one.is_late(today)) for one in found.select_related("entry", "unit", "post__unit")[:20]]
    context = about | {"rows": rows}
    return page_or_part(request, "dispatch/slips/of_one.html", "dispatch/slips/_part.html", context)
