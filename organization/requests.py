"""Who looks at a page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from organization.people.models import User
from organization.units.models import Unit


class SignedIn(HttpRequest):
    """A request as every page gets it: LoginRequiredMiddleware lets nobody in who isn't signed in.

    A word for the type checker only; nothing is ever made of this class.
    """

    user: User
    asked_for: str  # the query of what is given out, where it isn't the address's own; the log is told


def county_of(request: SignedIn) -> Unit:
    """The county whose pages are shown; refuses who belongs to none."""
    if (county := request.user.county) is None:
        raise PermissionDenied(_("Your account belongs to no county yet"))
    return county


def person(request: SignedIn) -> User:
    """Who is signed in, with a county: nobody else has projects."""
    county_of(request)
    return request.user
