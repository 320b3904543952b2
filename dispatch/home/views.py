"""The first page after signing in, by role: what is to be done, or what is red and why, or who owes what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.indicators import pace
from core.navigation import menu_of
from core.web import asked
from core.web.htmx import go, page_or_part, wants_part
from dispatch.home import pages as shown
from dispatch.home.brief import WEEK, leaders_of, projects_of
from dispatch.home.brief import brief as brief_of
from dispatch.home.counts import items_of
from dispatch.home.models import Look
from dispatch.home.news import Asked, news
from dispatch.home.permissions import can_open_brief
from dispatch.home.reds import red_projects
from dispatch.home.services import KEPT, note_look
from dispatch.instructions import pages as instructions
from dispatch.instructions.permissions import may_ask
from dispatch.standings.scope import EVERY
from organization.people.models import User
from organization.permissions import UNIT_ROLES, sees_whole_county, units_of
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from organization.units.models import Unit
from projects.models import MonthlyReport, Project
from projects.registry.months.pages import changes_of
from projects.reports.months import latest_period
from projects.rules import LightRules


@require_GET
def home(request: SignedIn) -> HttpResponse:
    """The home page of the person's role."""
    user = request.user
    now = timezone.now()
    context: dict[str, Any] = {"now": now, "today": timezone.localdate(now)}
    if (county := user.county) is None:
        return render(request, "dispatch/home/none.html", context)
    items = items_of(user, now)
    context |= {"todo": shown.to_do(items, now), "period": latest_period(county, context["today"])}
    if menu_of(user.role_codes) == "leader":
        return render(request, "dispatch/home/leader.html", context | _leader(user, county, context))
    if user.is_office_of(county):
        return render(request, "dispatch/home/office.html", context | _office(county, context))
    return render(request, "dispatch/home/officer.html", context | _officer(user, county, context))


def _officer(user: User, county: Unit, context: dict[str, Any]) -> dict[str, Any]:
    """Who fills in, and everybody who is neither leader nor office."""
    period, rules = context["period"], rules_of(county)
    units = units_of(user, *UNIT_ROLES, county=county)
    where = EVERY
    if units:
        where = shown.led_by(county, units, period)
    elif not sees_whole_county(user, county):
        where = Q(project__in=Project.objects.visible_to(user).values("pk"))
    return {
        "todo": shown.with_mends(context["todo"], context["today"]),
        "fills": bool(units),
        "whole_county": sees_whole_county(user, county),
        "rounds": shown.open_rounds(county, units) if units else [],
        **shown.numbers_of(county, period, where),
        "investment": shown.investment_of(county, period, where),
        "investment_query": urlencode([("period", str(period)), *(("unit", unit.code) for unit in units)]),
        "lights": shown.light_counts(county, period, rules[LightRules], where),
        "done": shown.just_done(user) if units else [],
        "squads": shown.squads_of(user, period, rules[LightRules], context["today"]),
    }


def _leader(user: User, county: Unit, context: dict[str, Any]) -> dict[str, Any]:
    period, rules = context["period"], rules_of(county)
    sponsored, portfolio = shown.of_leader(user, county, context["today"])
    mine = Q(project__in=sponsored | portfolio)
    return {
        "answers": bool(sponsored | portfolio),
        **shown.numbers_of_leader(county, period, sponsored, portfolio),
        "whose": "answers" if portfolio else "sponsor",
        "red": red_projects(
            county, period, rules[LightRules], mine, sponsored=sponsored, portfolio=portfolio, causes=True
        ),
        "squads": shown.squads_of(user, period, rules[LightRules], context["today"]),
        "waiting": instructions.waiting_for(user, county, context["today"]),
        "asks": may_ask(user, county),
        **_county(county, context),
    }


def _office(county: Unit, context: dict[str, Any]) -> dict[str, Any]:
    silent = instructions.silent_units(county, context["today"])
    rounds, climbing = shown.open_rounds(county), shown.climbing(county, context["today"])
    chase = shown.to_chase(rounds, context["now"])
    return {
        "rounds": rounds,
        "waiting": MonthlyReport.objects.waiting(county).count(),
        "chase": chase,
        "late_elsewhere": len(climbing) + (len(chase.owing) if chase else 0),
        "silent": silent,
        "silent_count": sum(one.count for one in silent),
        "climbing": climbing,
        "imports": shown.unfinished_imports(county),
        "bulletins": shown.draft_bulletins(county),
        **_county(county, context),
    }


def _county(county: Unit, context: dict[str, Any]) -> dict[str, Any]:
    """The county in one look."""
    period, rules = context["period"], rules_of(county)
    survey, investment, earlier = shown.county_of(county, period)
    return {
        "month_changes": changes_of(county, period),
        "investment": investment,
        "investment_query": urlencode({"period": str(period)}),
        "earlier": earlier,
        "lights": shown.light_counts(county, period, rules[LightRules], changes=True),
        "standing": shown.unit_rates(survey),
    }


@require_GET
def reds(request: SignedIn) -> HttpResponse:
    """The red projects that the person may see, with what holds each up and who owes an answer; a part of a leader's
    home page."""
    user, county, now = request.user, county_of(request), timezone.now()
    period = latest_period(county, timezone.localdate(now))
    where = EVERY if sees_whole_county(user, county) else Q(project__in=Project.objects.visible_to(user).values("pk"))
    part = wants_part(request)
    found = red_projects(county, period, rules_of(county)[LightRules], where, 8 if part else 40, causes=True)
    context = {"now": now, "period": period, "red": found, "pace": pace(period)}
    context |= {"asks": part and may_ask(user, county)}
    return page_or_part(request, "dispatch/home/reds.html", "dispatch/home/_reds.html", context)


@require_GET
def since(request: SignedIn) -> HttpResponse:
    """What changed since the person said so for the last time, else in the last week; `days` asks for another time."""
    user, county, now = request.user, county_of(request), timezone.now()
    look, days = Look.objects.filter(person=user).first(), asked.number(request.GET.get("days"), 1, KEPT)
    begin = now - timedelta(days=days) if days else look.at if look else now - WEEK
    projects = projects_of(user, county, timezone.localdate(now))[0]
    every = request.GET.get("all", "")
    groups, morning = news(Asked(user, county, projects, begin, now, every=every))
    context = {"now": now, "since": begin, "looked": look is not None and not days, "groups": groups, "days": days}
    context |= {"morning": morning, "number": sum(group.count for group in groups)}
    context |= {"group": next((group for group in groups if group.key == every), None)}
    part, sheet = "dispatch/home/_since.html", "dispatch/home/_since_sheet.html"
    return page_or_part(request, "dispatch/home/since.html", part, context, sheet=sheet)


@require_POST
def seen(request: SignedIn) -> HttpResponse:
    """The person has seen what changed up to the moment that the page showed."""
    now = timezone.now()
    note_look(request.user, at=asked.moment(request.POST.get("at")) or now, now=now)
    messages.success(request, _("Noted: from now on what changes later stands there"))
    return go(request, "dispatch:since")


@require_GET
def briefs(request: SignedIn) -> HttpResponse:
    """A leader's own page before a meeting; the office chooses whose."""
    user, county = request.user, county_of(request)
    if answer := can_open_brief(user, user):
        return redirect("dispatch:brief", user.pk)
    if not user.is_office_of(county):
        raise PermissionDenied(answer.why)
    return render(request, "dispatch/home/briefs.html", {"leaders": leaders_of(county)})


@require_GET
def brief(request: SignedIn, pk: int) -> HttpResponse:
    """One sheet before a meeting, for the eye, the phone and the printer."""
    county, now = county_of(request), timezone.now()
    leader = get_object_or_404(User.objects.filter(posts__unit__county=county, is_active=True).distinct(), pk=pk)
    if not (answer := can_open_brief(request.user, leader)):
        raise PermissionDenied(answer.why)
    sheet = brief_of(leader, county, now=now, on=timezone.localdate(now))
    return render(request, "dispatch/home/brief.html", {"now": now, "sheet": sheet, "own": leader == request.user})
