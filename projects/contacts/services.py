"""The builder's contacts: written, taken off, looked at. The log keeps who did it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.flow import services as flow
from core.noted import note
from core.refusals import Stale, Wrong, require
from organization.people.models import User
from projects.contacts.models import ProjectContact
from projects.contacts.permissions import can_see_contacts
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project


@transaction.atomic
def write_contact(
    project: Project,
    place: int | None = None,
    *,
    post: str = "",
    name: str = "",
    telephone: str = "",
    note: str = "",
    by: User,
    now: datetime,
    version: int | None = None,
) -> ProjectContact | None:
    """Put a contact of the builder on file, beside the others or in the place of the one with the key *place*. With
    nothing written the one in that place is taken off: it is gone. *version* is the project's."""
    fresh = flow.locked(project, version=version)
    require(can_edit_project(by, fresh))
    there = ProjectContact.objects.filter(project=fresh, pk=place).first() if place else None
    if place and there is None:
        raise Stale(fresh)
    facts = {"post": post.strip(), "name": name.strip(), "telephone": telephone.strip(), "note": note.strip()}
    if there and not any(facts.values()):
        there.delete()
        kept = None
    else:
        if wrong := {
            field: _("Write it: by this the contact is known") for field in ("post", "telephone") if not facts[field]
        }:
            raise Wrong(wrong)
        kept = there or ProjectContact(project=fresh)
        for field, value in facts.items():
            setattr(kept, field, value)
        kept.by, kept.at = by, now
        kept.save()
    flow.bump(fresh, [], by=by, now=now)
    _written(fresh, by, now)
    return kept


@transaction.atomic
def look_at_contacts(project: Project, *, by: User, now: datetime, version: int | None = None) -> list[ProjectContact]:
    """The contacts in full, for whom needs them; that he looked stands in the log."""
    require(can_see_contacts(by, project))
    note("contact_seen", project, by=by, now=now)
    return list(ProjectContact.objects.filter(project=project))


def _written(project: Project, by: User, now: datetime) -> None:
    note("contact_written", project, by=by, now=now)
