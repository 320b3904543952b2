"""Addresses for the tests of the frame: the component page, and a view of each kind."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from core.web.htmx import go, page_or_part
from organization.sign_in import account_urls
from tests.support.components import components


@login_not_required
def two_ways(request: HttpRequest) -> HttpResponse:
    return page_or_part(request, "errors/404.html", "core/brand.html", {})


def says(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已上报 6 个项目")
    messages.error(request, "“西城镇”没有办成")
    return HttpResponse("part")


def moves(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已保存")
    return go(request, "home")


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("只有西城镇能填这个项目的月报。")


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("", components, name="home"),
    path("two-ways/", two_ways),
    path("says/", says),
    path("moves/", moves),
    path("refuses/", refuses),
    path("breaks/", breaks),
    path("organization/", include("organization.urls")),
    *account_urls.urlpatterns,
]
