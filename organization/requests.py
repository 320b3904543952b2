"""Who looks at the registry."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from organization.people.models import User


def person(request: HttpRequest) -> User:
    """Who is signed in, with a county: nobody else has projects."""
    user = request.user
    if not isinstance(user, User) or user.county is None:
        raise PermissionDenied(_("Your account belongs to no county yet"))
    return user
