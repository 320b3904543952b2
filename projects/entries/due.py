"""Who has to answer proposals for the statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from core.due import Due, DueItem
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import State
from projects.entries.models import EntryProposal
from projects.registry.permissions import can_confirm_entry


def _to_confirm(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    waiting = EntryProposal.objects.waiting().filter(project__county=county, project__state=State.ACTIVE)
    found = list(waiting.select_related("project", "proposed_by"))
    if not found or (person is not None and not can_confirm_entry(person, county)):
        return
    for proposal in found:
        yield DueItem(
            kind="entry_confirm",
            key=f"entry:{proposal.pk}",
            unit_id=proposal.project.lead_unit_id,
            title=_("Confirm the entry into the statistics"),
            about=proposal.project.name,
            why=_("proposed by %(who)s") % {"who": proposal.proposed_by},
            link=f"{reverse('projects:entries')}#p{proposal.pk}",
            action=_("Look"),
            project_id=proposal.project_id,
        )


DUE = (Due("entries", _to_confirm),)
