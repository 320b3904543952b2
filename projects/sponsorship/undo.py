from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from core.undo import Undo
from organization.people.models import User
from projects.sponsorship import services
from projects.sponsorship.models import Visit
from projects.sponsorship.permissions import can_withdraw_visit


def _withdraw(visit: Visit, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.withdraw_visit(visit, by=by, now=now, reason=reason or _("entered by mistake"), version=version)


UNDO = (
    Undo(
        "visit_entered",
        find=lambda user: Visit.objects.visible_to(user).select_related("project", "post"),
        can=can_withdraw_visit,
        do=_withdraw,
        page=lambda visit: reverse("projects:project_sponsorship", args=[visit.project_id]),
    ),
)
