"""How many wrong passwords are too many: of one name at one address, of one name anywhere, of one address.

django-axes writes the failures down and forgets them after AXES_COOLOFF_TIME; here stands what is counted together.
"""

from __future__ import annotations

from ipaddress import IPv6Network, ip_network
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.web.peers import plain
from organization.people.names import folded

# One name from anywhere: four addresses that each use up their five tries.
OF_A_NAME = 20
# One address: a whole county may come through one (NAT). Of 200 people in the quarter before the deadline one in ten
# mistypes twice: 40 failures, of which each takes back its own when it gets in. Who tries names one after the other
# has 60 guesses in a quarter of an hour.
OF_AN_ADDRESS = 60


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name as the account is looked up by."""
    given = (credentials or {}).get("username") or request.POST.get("username") or ""
    return folded(str(given))[:255]


def counted_address(request: HttpRequest) -> str | None:
    """Of IPv6 the /64: one machine has all of it to itself."""
    address = plain(request.META.get("REMOTE_ADDR", ""))
    network = ip_network(f"{address}/64", strict=False) if ":" in address else None
    return str(network.network_address) if isinstance(network, IPv6Network) else address or None


class Locks(AxesDatabaseHandler):  # type: ignore[misc]  # axes says no types
    """The worst of three counts, in the measure of the first: so many fifths of what is allowed."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        name, address = get_client_username(request, credentials), request.axes_ip_address  # type: ignore[attr-defined]  # kept on it
        by_name, by_address = Q(username=name), Q(ip_address=address)
        recent = AccessAttempt.objects.filter(by_name | by_address, attempt_time__gte=get_cool_off_threshold(request))
        found = {
            key: count or 0
            for key, count in recent.aggregate(
                both=Sum("failures_since_start", filter=by_name & by_address),
                name=Sum("failures_since_start", filter=by_name),
                address=Sum("failures_since_start", filter=by_address),
            ).items()
        }
        allowed: int = get_failure_limit(request, credentials)
        of_address = found["address"] * allowed // OF_AN_ADDRESS
        of_name = max(found["both"], found["name"] * allowed // OF_A_NAME)
        request.locked_by_address = of_address >= allowed > of_name  # type: ignore[attr-defined]  # kept on it
        return max(of_name, of_address)


def tries_left(request: HttpRequest, credentials: dict[str, Any]) -> int:
    """Before this name is locked at this address."""
    failures = AccessAttempt.objects.filter(
        username=counted_name(request, credentials), ip_address=counted_address(request)
    ).aggregate(n=Sum("failures_since_start"))["n"]
    allowed: int = get_failure_limit(request, credentials)
    return max(allowed - (failures or 0), 0)


def locked(request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page for who is locked out."""
    context = {"whole_address": getattr(request, "locked_by_address", False)}
    return render(request, "registration/locked.html", context, status=settings.AXES_HTTP_RESPONSE_CODE)
