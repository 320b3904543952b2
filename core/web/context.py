"""What the base page needs. All of it is lazy: a part rendered for htmx pays nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core import banners, navigation


class House:
    """The frame around a page: navigation, county, who is signed in."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def user(self) -> Any:
        return getattr(self.request, "user", None)

    @property
    def county(self) -> str:
        """The short name of the county, or nothing before anybody has signed in."""
        return str(getattr(self.user, "county", None) or "")

    @property
    def unit(self) -> str:
        return str(getattr(self.user, "unit", None) or "")

    @property
    def post(self) -> str:
        return str(getattr(self.user, "main_post", None) or "")

    def banners(self) -> list[str]:
        """What is said on every page of the county while it is so."""
        county = getattr(self.user, "county", None)
        return banners.said(county, timezone.localdate()) if county is not None else []

    def menu(self) -> dict[str, Any]:
        found = self.request.resolver_match
        lines = navigation.lines_for(self.user, found.view_name if found else "", self.request.path)
        return {"groups": navigation.groups(lines), "phone": navigation.phone_bar(lines)}


def house(request: HttpRequest) -> dict[str, Any]:
    """`house` in every template."""
    return {"house": SimpleLazyObject(lambda: House(request))}
