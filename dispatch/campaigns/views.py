"""Campaigns: opened, looked at, changed, ended; their tasks given, split, reported on, confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
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

from core import undo
from core.days.office import local_day
from core.refusals import Refused, done, onto
from core.tables.reading import TableError, read_grids
from core.web import asked
from core.web.htmx import give as hand_over
from core.web.htmx import go, page_or_part, wants_part
from dispatch.bulletins.papers import Paper
from dispatch.campaigns import forms, pages, permissions, services
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.handling import services as handling
from dispatch.campaigns.handling.writing import is_read_from_parts
from dispatch.campaigns.models import Campaign, Phase, Task
from dispatch.campaigns.rules import CampaignRules, Offered, day_of
from dispatch.campaigns.scope import roster_of
from dispatch.campaigns.sheet import services as sheets
from dispatch.campaigns.sheet.document import title_of
from dispatch.campaigns.table import reading
from organization.people.models import User
from organization.permissions import Answer
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.models import Project

PAPER = Paper("tasks", sheets.JOB, gettext_lazy("Table of tasks"), inline=True)
SHOWN = 20  # wrong cells that are listed at once


def _demand(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def _campaign(request: SignedIn, pk: int) -> Campaign:
    found = Campaign.objects.visible_to(request.user).select_related("county", "lead", "squad__unit")
    return get_object_or_404(found, pk=pk)


# a campaign ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Open a campaign: of the county's document by `?offered=` (in the year `?year=`), or another one."""
    county, now = county_of(request), timezone.now()
    _demand(permissions.can_manage_campaigns(request.user, county))
    known = {one.code: one for one in rules_of(county)[CampaignRules].offered}
    year = asked.number(request.GET.get("year"), 2000, 2100) or timezone.localdate(now).year
    offered = known.get(request.POST.get("offered") or request.GET.get("offered", ""))
    form = forms.CampaignForm(
        request.POST or None, county=county, year=year, initial=_offered(offered, county, year) if offered else {}
    )
    made = done(form, lambda: services.open_campaign(county, by=request.user, now=now, offered=offered,
                                                     **form.cleaned_data))  # fmt: skip
    if made is not None:
        undo.say(request, lambda: _("The campaign is open"), "campaign", made, now=now)
        return go(request, "dispatch:campaign", made.pk)
    context = {"form": form, "offered": offered, "known": known.values(), "year": year}
    return render(request, "dispatch/campaigns/form.html", context, status=422 if form.errors else 200)


def _offered(offered: Offered, county: Unit, year: int) -> dict[str, Any]:
    """The form's first values: as the document has them."""
    return {
        "name": offered.name,
        "purpose": offered.purpose,
        "document": offered.document,
        "first_on": day_of(offered.first, year),
        "last_on": day_of(offered.last, year),
        "phases": [Phase(one.name, day_of(one.first, year), day_of(one.last, year)) for one in offered.phases],
        "lead": Unit.objects.filter(county=county).standing_for(offered.lead).first() if offered.lead else None,
        "squad": Squad.objects.filter(unit__county=county, unit__code=offered.squad).first(),
    }


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    campaign = _campaign(request, pk)
    on = timezone.localdate()
    mine = permissions.can_change_campaign(request.user, campaign)
    context = {
        "campaign": campaign,
        "of": pages.standing(campaign, request.user, on),
        "on": on,
        "roster": roster_of(campaign),
        "may_change": mine,
        "may_reopen": campaign.closed_on and permissions.can_reopen_campaign(request.user, campaign),
    }
    return render(request, "dispatch/campaigns/page.html", context)


@require_http_methods(["GET", "POST"])
def change(request: SignedIn, pk: int) -> HttpResponse:
    campaign = _campaign(request, pk)
    _demand(permissions.can_change_campaign(request.user, campaign))
    form = forms.CampaignForm(
        request.POST or None,
        county=campaign.county,
        year=campaign.first_on.year,
        initial=forms.initial_of(campaign),
    )
    return _changed(request, campaign, form, services.change_campaign, _("Changed"), _("Change the campaign"))


@require_http_methods(["GET", "POST"])
def end(request: SignedIn, pk: int) -> HttpResponse:
    campaign = _campaign(request, pk)
    _demand(permissions.can_change_campaign(request.user, campaign))
    form = forms.EndForm(request.POST or None)
    return _changed(request, campaign, form, services.end_campaign, _("The campaign is ended"), _("End the campaign"))


def _changed(
    request: SignedIn, campaign: Campaign, form: Form, verb: Callable[..., Campaign], said: str, title: str
) -> HttpResponse:
    now = timezone.now()
    facts = {"by": request.user, "now": now, "version": asked.seen(request)}
    after = done(form, lambda: verb(campaign, **facts, **form.cleaned_data))
    if after is not None:
        undo.say(request, said, "campaign", after, now=now)
        return go(request, "dispatch:campaign", campaign.pk)
    context = {"form": form, "campaign": campaign, "title": title}
    return render(request, "dispatch/campaigns/change.html", context, status=422 if form.errors else 200)


# tasks --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def give(request: SignedIn, pk: int) -> HttpResponse:
    """The office gives one task."""
    campaign, now = _campaign(request, pk), timezone.now()
    _demand(permissions.can_change_campaign(request.user, campaign))
    form = forms.TaskForm(
        request.POST or None, campaign=campaign, on=local_day(now), initial={"due_on": campaign.last_on}
    )
    made = done(form, lambda: giving.give_task(campaign, by=request.user, now=now, **form.cleaned_data))
    if made is not None:
        undo.say(request, lambda: _("Given; %(unit)s is told") % {"unit": made.unit}, "campaign_task", made, now=now)
        return (
            go(request, "dispatch:campaign_give", pk)
            if "more" in request.POST
            else go(request, "dispatch:campaign_task", made.pk)
        )
    context = {"form": form, "campaign": campaign, "title": _("Give a task"), "more": True}
    return render(request, "dispatch/campaigns/change.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def table(request: SignedIn, pk: int) -> HttpResponse:
    """A table of tasks, pasted or from a file: all of it or nothing; what can't be read stays in the box."""
    campaign, now = _campaign(request, pk), timezone.now()
    _demand(permissions.can_change_campaign(request.user, campaign))
    form, troubles, more = forms.TableForm(request.POST or None, request.FILES or None), [], 0
    if request.method == "POST" and form.is_valid():
        rows, text = _table(form)
        found = reading.read(rows, campaign) if text else reading.Found()
        troubles = list(found.troubles)
        if found.tasks and not troubles:
            tasks = [facts for _row, facts in found.tasks]
            try:
                made = giving.give_tasks(campaign, tasks, by=request.user, now=now, version=asked.seen(request))
            except Refused as refusal:
                troubles.append(reading.Trouble(0, "", refusal.why))
            else:
                said = _("%(n)s tasks given; their units are told. It can be taken back under “what I did”")
                messages.success(request, said % {"n": len(made)})
                return go(request, "dispatch:campaign", pk)
        form = forms.TableForm(initial={"table": text}) if text else form
        troubles, more = troubles[:SHOWN], max(len(troubles) - SHOWN, 0)
    wrong = bool(troubles or form.errors)
    context = {"form": form, "campaign": campaign, "troubles": troubles, "more": more}
    return render(request, "dispatch/campaigns/table.html", context, status=422 if wrong else 200)


def _table(form: forms.TableForm) -> tuple[list[list[Any]], str]:
    """The rows of the file's first sheet that has some, or of what was pasted, and their text for the box; none of
    both, and the form says why, if they can't be read."""
    file, pasted = form.cleaned_data["file"], form.cleaned_data["table"]
    name, content = (file.name, file.read()) if file else ("table.txt", pasted.encode())
    field = "file" if file else "table"
    if not file and not pasted.strip():
        form.add_error("table", _("Paste the table here, or choose a file"))
        return [], ""
    try:
        grids = read_grids(content, name)
    except TableError as error:
        form.add_error(field, str(error))
        return [], ""
    grid = next((grid for grid in grids if not grid.hidden and grid.rows), None)
    if grid is None:
        form.add_error(field, _("No sheet of it has rows"))
        return [], ""
    return grid.rows, reading.as_text(grid.rows) if file else pasted


@require_GET
def ours(request: SignedIn) -> HttpResponse:
    """The own unit's list: its tasks with their parts, split and reported on in place."""
    county_of(request)
    return _ours(request)


def _ours(request: SignedIn, bound: Form | None = None, pk: int = 0, status: int = 200) -> HttpResponse:
    on, user = timezone.localdate(), request.user
    found = pages.own(user, permissions.own_tasks(user), on)
    lists = [(campaign, [_line(one, user, on, bound, pk, 0) for one in tasks]) for campaign, tasks in found]
    return render(request, "dispatch/campaigns/ours.html", {"lists": lists, "on": on}, status=status)


class Line(NamedTuple):
    """A task on the unit's list: the form that splits it if the person may, and its parts."""

    own: pages.Own
    form: Form | None
    opened: bool
    deep: int
    parts: list[Any]


def _line(one: pages.Own, user: User, on: date, bound: Form | None, pk: int, deep: int) -> Line:
    form: Form | None = None
    if bound is not None and one.task.pk == pk:
        form = bound
    elif permissions.can_split(user, one.task):
        form = forms.PartForm(task=one.task, on=on, prefix=f"t{one.task.pk}")
        if len(form.fields["who"].choices) == 1:  # type: ignore[attr-defined]  # nobody to give it to
            form = None
    parts = [_line(part, user, on, bound, pk, deep + 1) for part in one.parts]
    return Line(one, form, form is not None and form is bound, deep, parts)


@require_POST
def split(request: SignedIn, pk: int) -> HttpResponse:
    """A part of a task; one comes out at the task in the own list."""
    whole, now, on = _task(request, pk), timezone.now(), timezone.localdate()
    _demand(permissions.can_split(request.user, whole))
    form = forms.PartForm(request.POST, task=whole, on=on, prefix=f"t{pk}")
    facts: dict[str, Any] = {"by": request.user, "now": now, "version": asked.seen(request)}
    made = done(form, lambda: giving.split_task(whole, **facts, **form.facts()))
    if made is None:
        fresh = _task(request, pk)
        form.task = fresh
        return _ours(request, form, pk, 422) if _is_own(request.user, fresh) else _page(request, fresh, part=form)
    undo.say(request, lambda: _("Part given: %(who)s") % {"who": made.whose}, "campaign_task", made, now=now)
    if _is_own(request.user, whole):
        return go(request, f"{reverse('dispatch:campaign_ours')}#t{pk}")
    return go(request, "dispatch:campaign_task", pk)


def _is_own(user: User, task: Task) -> bool:
    return Task.objects.filter(permissions.own_tasks(user), pk=task.pk).exists()


class Action(NamedTuple):
    """A step that the page of a task offers: who may, its form, what it does, the word on its button."""

    code: str
    may: Callable[[User, Task], Answer]
    form: type[Form]
    do: Callable[..., Any]
    label: Any
    done: Any


def _may_ask(user: User, task: Task) -> Answer:
    return permissions.can_ask_more(user, task, on=timezone.localdate())


ACTIONS = (
    Action("confirm", permissions.can_confirm, forms.NoteForm, handling.confirm_task,
           gettext_lazy("Confirm that it is done"), gettext_lazy("Confirmed")),
    Action("return", permissions.can_confirm, forms.ReturnForm, handling.return_task,
           gettext_lazy("Not done yet: give it back"), gettext_lazy("Given back, with what is missing")),
    Action("answer", permissions.can_answer_more, forms.MoreForm, handling.answer_more_days,
           gettext_lazy("Answer who asks for more days"), gettext_lazy("Answered; the unit is told")),
    Action("report", permissions.can_report, forms.ReportForm, handling.report_task,
           gettext_lazy("Say how it stands"), gettext_lazy("Written down")),
    Action("finish", permissions.can_report, forms.FinishForm, handling.finish_task,
           gettext_lazy("State that it is done"), gettext_lazy("Stated; who gave it is asked to confirm")),
    Action("more", _may_ask, forms.UntilForm, handling.ask_more_days,
           gettext_lazy("Ask for more days"), gettext_lazy("Asked: who gave it answers")),
    Action("change", permissions.can_change_task, forms.ChangeForm, giving.change_task,
           gettext_lazy("Change the task"), gettext_lazy("Changed; the unit is told")),
    Action("drop", permissions.can_change_task, forms.ReasonForm, giving.drop_task,
           gettext_lazy("Take the task off"), gettext_lazy("Taken off; the unit is told")),
)  # fmt: skip


def _task(request: SignedIn, pk: int) -> Task:
    return get_object_or_404(Task.objects.visible_to(request.user).whole(), pk=pk)


def _form(action: Action, task: Task, data: Any = None) -> Form:
    if issubclass(action.form, forms.ReportForm):
        return action.form(data, prefix=action.code, task=task, from_parts=is_read_from_parts(task))
    if issubclass(action.form, forms.ChangeForm):
        initial = forms.initial_of_task(task) if data is None else None
        on = timezone.localdate()
        return action.form(data, prefix=action.code, campaign=task.campaign, on=on, initial=initial)
    return action.form(data, prefix=action.code)


@require_GET
def task(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _task(request, pk))


def _page(
    request: SignedIn,
    found: Task,
    bound: tuple[str, Form] | None = None,
    part: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one task; *bound* is the form that was refused, *part* the one that splits it."""
    on, user = timezone.localdate(), request.user
    offered = [
        {"action": one, "form": bound[1] if bound and bound[0] == one.code else _form(one, found)}
        for one in ACTIONS
        if one.may(user, found)
    ]
    form = part
    if form is None and permissions.can_split(user, found):
        form = forms.PartForm(task=found, on=on, prefix=f"t{found.pk}")
    sees = set(
        Task.objects.visible_to(user).filter(pk__in=[one.pk for one in found.above()]).values_list("pk", flat=True)
    )
    context = {
        "task": found,
        "one": pages.with_parts(found, on),
        "road": pages.road(found),
        "phase": found.campaign.phase_of(found.due_on),
        "helpers": list(found.helpers.all()),
        "above": [(one, one.pk in sees) for one in found.above()],
        "from_parts": is_read_from_parts(found),
        "offered": offered,
        "opened": bound[0] if bound else "",
        "form": form,
        "part_refused": part is not None,
        "on": on,
    }
    status = 422 if part is not None and status == 200 else status
    return render(request, "dispatch/campaigns/task.html", context, status=status)


@require_POST
def act(request: SignedIn, pk: int, action: str) -> HttpResponse:
    """One of ACTIONS."""
    found, now = _task(request, pk), timezone.now()
    chosen = next((one for one in ACTIONS if one.code == action), None)
    if chosen is None:
        raise Http404
    _demand(chosen.may(request.user, found))
    form = _form(chosen, found, request.POST)
    if not form.is_valid():
        return _page(request, found, (action, form), status=422)
    facts = {"by": request.user, "now": now, "version": asked.seen(request)} | form.cleaned_data
    try:
        after = chosen.do(found, **facts)
    except Refused as refusal:
        return _page(request, _task(request, pk), (action, form), status=onto(form, refusal))
    undo.say(request, lambda: str(chosen.done), "campaign_task", after, now=now)
    return go(request, "dispatch:campaign_task", pk)


# the paper ----------------------------------------------------------------------------------------------------------


def _unit(campaign: Campaign, pk: int) -> Unit | None:
    """The unit whose list is wanted, one that has tasks; None (0 in the address): the whole table."""
    if not pk:
        return None
    return get_object_or_404(Unit.objects.filter(pk__in=campaign.tasks.order_by().values("unit")), pk=pk)


def _may_print(request: SignedIn, campaign: Campaign, unit: Unit | None) -> None:
    visible = Task.objects.visible_to(request.user).filter(campaign=campaign)
    if unit is not None:
        visible = visible.filter(unit=unit)
        if visible.exists():
            return
    elif visible.given().count() == campaign.tasks.filter(parent=None).count():
        return
    raise PermissionDenied(_("You see a part of its tasks only: print your own unit's list."))


@require_http_methods(["GET", "POST"])
def sheet(request: SignedIn, pk: int, unit: int) -> HttpResponse:
    """The printed table; POST asks a worker for its PDF, which is given to who pressed the button as soon as it is
    there."""
    campaign, now = _campaign(request, pk), timezone.now()
    of = _unit(campaign, unit)
    _may_print(request, campaign, of)
    if request.method == "POST":
        sheets.request_sheet(campaign, of, now=now)
        if not wants_part(request):
            return go(request, "dispatch:campaign_sheet", pk, unit)
    state = sheets.sheet_state(campaign, of, now=now)
    context = {
        "campaign": campaign,
        "paper": PAPER,
        "state": state,
        "unit": unit,
        "title": title_of(campaign, of),
    }
    if not wants_part(request):
        return render(request, "dispatch/campaigns/sheet.html", context)
    then = request.method == "POST" or "then" in request.GET
    response = render(request, "dispatch/campaigns/_paper.html", {**context, "then": then})
    file = reverse("dispatch:campaign_sheet_file", args=[pk, unit])
    return hand_over(response, file) if then and state.kind == "ready" else response


@require_GET
def sheet_file(request: SignedIn, pk: int, unit: int) -> HttpResponse | FileResponse:
    """The table as a PDF."""
    campaign = _campaign(request, pk)
    of = _unit(campaign, unit)
    _may_print(request, campaign, of)
    if (file := sheets.kept_sheet(campaign, of)) is None:
        messages.warning(request, _("The %(paper)s has to be made first") % {"paper": PAPER.name})
        return go(request, "dispatch:campaign_sheet", pk, unit)
    shown = "inline" in request.GET
    name = f"{title_of(campaign, of)}.pdf"
    return FileResponse(file.content.open(), content_type=file.kind, filename=name, as_attachment=not shown)


# on other pages -----------------------------------------------------------------------------------------------------


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The tasks that are about a project: a part of its page, or a page of its own."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    context = {"project": project, "tasks": pages.of_project(request.user, pk, timezone.now())}
    return page_or_part(request, "dispatch/campaigns/of_project.html", "dispatch/campaigns/_of_project.html", context)


@require_GET
def of_squad(request: SignedIn, pk: int) -> HttpResponse:
    """The campaigns that a squad carries: a part of its page, or a page of its own."""
    squad = get_object_or_404(Squad.objects.filter(unit__county=county_of(request)).select_related("unit"), pk=pk)
    on = timezone.localdate()
    found = Campaign.objects.visible_to(request.user).filter(squad=squad).select_related("county")
    context = {"squad": squad, "campaigns": [pages.standing(one, request.user, on) for one in found[:5]], "on": on}
    return page_or_part(request, "dispatch/campaigns/of_squad.html", "dispatch/campaigns/_of_squad.html", context)
