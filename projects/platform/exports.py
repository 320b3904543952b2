"""The comparison of an export as a file."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.exports import Export, Sheet
from core.tables.writing import write_table
from core.web.asked import key
from organization.people.models import User
from projects.platform.models import PlatformImport
from projects.platform.pages import difference_table
from projects.platform.permissions import can_compare
from projects.platform.services import look


def open_differences(user: User, query: QueryDict, now: datetime) -> Sheet:
    """Every row of one export beside what is on file. Raises PermissionDenied."""
    county = user.county
    if county is None or not (answer := can_compare(user, county)):
        raise PermissionDenied(answer.why if county else _("Your account belongs to no county yet"))
    mine = PlatformImport.objects.filter(county=county, pk=key(query.get("import")) or 0)
    found = mine.select_related("file", "county").first()
    if found is None:
        raise PermissionDenied(_("There is no such import"))
    title = _("Compared with %(file)s") % {"file": found.file.name.rsplit(".", 1)[0]}
    return Sheet(
        export=DIFFERENCES.key,
        query=f"import={found.pk}",
        name=f"{title}.xlsx",
        page=reverse("projects:platform_import", args=[found.pk]),
        rows=lambda: len(found.rows),
        content=lambda: write_table(*difference_table(look(found, user, timezone.localdate(now)).lines), title=title),
    )


DIFFERENCES = Export("platform_differences", open_differences)
EXPORTS = (DIFFERENCES,)
