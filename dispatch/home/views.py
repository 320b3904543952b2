"""The first page after signing in, by role: what is to be done, or what is red and why, or who owes what."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.navigation import menu_of
from dispatch.home import pages as shown
from dispatch.home.counts import items_of
from dispatch.instructions import pages as instructions
from dispatch.instructions.permissions import may_ask
from dispatch.standings.ranking import EVERY
from organization.people.models import User
from organization.permissions import UNIT_ROLES, sees_whole_county, units_of
from organization.profiles.rules import rules_of
from organization.requests import SignedIn
from organization.units.models import Unit
from projects.models import Project
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
        "todo": shown.with_mends(context["todo"]),
        "fills": bool(units),
        "whole_county": sees_whole_county(user, county),
        "rounds": shown.open_rounds(county, units) if units else [],
        "projects": shown.rows_of(county, period, where).count(),
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
        "red": shown.red_projects(county, period, rules[LightRules], mine, sponsored=sponsored, portfolio=portfolio),
        "squads": shown.squads_of(user, period, rules[LightRules], context["today"]),
        "waiting": instructions.waiting_for(user, county, context["today"]),
        "asks": may_ask(user, county),
        **_county(county, context),
    }


def _office(county: Unit, context: dict[str, Any]) -> dict[str, Any]:
    silent = instructions.silent_units(county, context["today"])
    return {
        "rounds": shown.open_rounds(county),
        "silent": silent,
        "silent_count": sum(one.count for one in silent),
        "climbing": shown.climbing(county, context["today"]),
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
