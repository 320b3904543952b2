"""The contact sheet of a month: all photos that a person sees, project by project, as a PDF that a worker makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.exports import Export, Sheet
from core.records.order import last
from core.web.asked import month
from organization.people.models import User
from projects.photos.models import Photo
from projects.photos.sheet import MOST, write_sheet


def open_sheet(user: User, query: QueryDict, now: datetime) -> Sheet:
    """The photos of `?month=`. Raises PermissionDenied."""
    county, period = user.county, month(query.get("month"))
    if county is None or period is None:
        raise PermissionDenied(_("Your account belongs to no county yet") if county is None else _("Choose a month"))
    photos = Photo.objects.visible_to(user).there().of_months(county, period)
    title = _("%(month)s site photos") % {"month": figures.month(period.first)}
    return Sheet(
        export=SHEET.key,
        query=f"month={period}",
        name=f"{county} {title}.pdf",
        page=reverse("projects:list"),
        rows=photos.count,
        content=lambda: _pieces(photos, f"{county} {title}", now),
        slow=True,
    )


def _pieces(photos: QuerySet[Photo], title: str, now: datetime) -> Iterator[bytes]:
    found = photos.select_related("project__lead_unit", "thumb", "twin__project").order_by(
        "project__lead_unit__position", "project__lead_unit", last("project__number"), "project_id", "at", "pk"
    )
    yield write_sheet(list(found[:MOST]), title, of=photos.count(), on=timezone.localdate(now))


SHEET = Export("photo_sheet", open_sheet)
EXPORTS = (SHEET,)
