"""What pages show of projects: those that seem to be the one that somebody writes; the one that a page is of. Reads
only."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.refusals import Refused
from core.web.once import once
from organization.people.models import User
from projects.registry.models import Project


def like_it(user: User, refusal: Refused) -> list[dict[str, Any]]:
    """The projects on file because of which *refusal* asks for a reason, with a link where *user* may see one."""
    twins: list[Project] = getattr(refusal, "twins", [])
    visible = Project.objects.visible_to(user).filter(pk__in=[twin.pk for twin in twins])
    seen = set(visible.values_list("pk", flat=True))
    return [
        {"project": twin, "href": reverse("projects:page", args=[twin.pk]) if twin.pk in seen else ""}
        for twin in twins
    ]


def of_this_page(pk: int) -> Project | None:
    """The project that is shown with all that apps bring to its page: read by the first of them who asks."""
    return once(("project", pk), lambda: Project.objects.filter(pk=pk).select_related("county", "lead_unit").first())
