from __future__ import annotations

from django.urls import reverse

from core.undo import Undo
from projects.sponsorship import services
from projects.sponsorship.models import Visit
from projects.sponsorship.permissions import can_restore_visit

UNDO = (
    Undo(
        "visit_withdrawn",
        find=lambda user: Visit.objects.visible_to(user).select_related("project", "post"),
        can=can_restore_visit,
        do=services.restore_visit,
        page=lambda visit: reverse("projects:project_sponsorship", args=[visit.project_id]),
    ),
)
