"""The codes beside the one that is shown: put on file, corrected, replaced, said to be invalid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.flow import services as flow
from core.records.history import keep
from core.refusals import Wrong, require
from organization.people.models import User
from projects.choices import CodeState
from projects.registry.codes import others
from projects.registry.models import Project, ProjectCode, code_key
from projects.registry.permissions import can_edit_project
from projects.registry.services import OnFileAlready, lock


@transaction.atomic
def write_code(
    project: Project,
    code: ProjectCode | None = None,
    *,
    text: str,
    state: str = CodeState.VALID,
    shown: bool = False,
    since: date | None = None,
    note: str = "",
    by: User,
    now: datetime,
    version: int | None = None,
    reason: str = "",
) -> ProjectCode:
    """Put another code of *project* on file, or change *code*; *version* is the project's, as the page had shown it.

    Of the valid ones one is shown: *shown* says that it is this one, and the one that was shown stays valid. Where
    none is shown any more, the newest valid one is. Wrong with a sentence per field; OnFileAlready if another project
    has or had it, unless *reason* says why. Its shape is never a reason to refuse it.
    """
    lock(project.county)
    fresh = flow.locked(project, version=version)
    require(can_edit_project(by, fresh))
    mine = list(ProjectCode.objects.filter(project=fresh).order_by("pk"))
    row = next((one for one in mine if code and one.pk == code.pk), None) or ProjectCode(project=fresh)
    _sound(row, mine, text=text, state=state, shown=shown, since=since, now=now)
    if row.key != code_key(text) or row.pk is None:
        twins = Project.objects.coded(fresh.county_id, [text]) - {fresh.pk}
        if twins and not reason.strip():
            raise OnFileAlready(list(Project.objects.filter(pk__in=twins).select_related("lead_unit").order_by("pk")))
    row.text, row.key, row.state, row.since, row.note = text.strip(), code_key(text), state, since, note.strip()
    if row.pk is None:
        mine.append(row)
    valid = [one for one in mine if one.state == CodeState.VALID]
    first = row if shown else next((one for one in valid if one.shown), valid[-1] if valid else None)
    told: dict[str, Any] = {"by": by, "now": now, "reason": reason.strip()}
    for one in mine:
        was, one.shown = one.shown, one is first
        if one is row or one.shown != was:
            keep(one, **told)
    fresh.code, fresh.other_codes = first.text if first else "", others(mine)
    fresh.version += 1
    keep(fresh, fields=["code", "other_codes", "version"], **told)
    return row


def _sound(
    row: ProjectCode,
    mine: list[ProjectCode],
    *,
    text: str,
    state: str,
    shown: bool,
    since: date | None,
    now: datetime,
) -> None:
    wrong: dict[str, str] = {}
    if not code_key(text):
        wrong["text"] = _("Write the code")
    elif len(text.strip()) > 40:
        wrong["text"] = _("A code has at most 40 characters")
    elif any(one.key == code_key(text) and one is not row for one in mine):
        wrong["text"] = _("This code stands with the project already: change it there")
    if shown and state != CodeState.VALID:
        wrong["shown"] = _("Only a valid code can be the one that is shown")
    if since and since > timezone.localdate(now):
        wrong["since"] = _("The day lies in the future: write the day on which it happened")
    if wrong:
        raise Wrong(wrong)
