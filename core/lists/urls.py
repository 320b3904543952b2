"""The addresses of lists: `*paths(SPEC, "problems/list/")` in an app's urls is all that a list needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods

from core.lists import views
from core.lists.spec import ListSpec


def paths(spec: ListSpec, at: str = "") -> list[Any]:
    """The page of the list at *at*, its files at `export.xlsx` and `export.csv` below; where rows can be chosen, acts
    on them at `act/…/`."""

    @require_GET
    def index(request: HttpRequest) -> HttpResponseBase:
        return views.show(request, spec)

    @require_GET
    def export(request: HttpRequest, kind: str) -> HttpResponseBase:
        return views.export(request, spec, kind)

    @require_http_methods(["GET", "POST"])
    def act(request: HttpRequest, act: str) -> HttpResponseBase:
        return views.act(request, spec, act)

    def name(url: str) -> str:
        return url.rpartition(":")[2]

    found: list[URLPattern] = [
        path(at, index, name=name(spec.url)),
        path(f"{at}export.<slug:kind>", export, name=name(spec.export_url)),
    ]
    if spec.selects:
        found.append(path(f"{at}act/<slug:act>/", act, name=name(spec.act_url)))
    return found


app_name = "lists"
urlpatterns = [
    path("<slug:key>/views/save/", views.view_save, name="view_save"),
    path("views/<key:pk>/delete/", views.view_delete, name="view_delete"),
]
