"""What the desk of entries and a project's page show of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.records.order import last
from organization.people.models import Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import FLOOR, Stage
from projects.entries.models import EntryProposal, EntryRecord, is_entered, unconfirmed
from projects.registry.models import Project
from projects.registry.permissions import can_confirm_entry, confirming_role
from projects.rules import EntryRules

SHOWN = 50  # rows of each part of the desk


@dataclass(frozen=True)
class Hint:
    """A project that ought to be in the statistics (应统未统), and how long since it started."""

    project: Project
    days: int


def no_post(county: Unit) -> bool:
    """Whether the county's file names the statistics side and nobody holds such a post: then the office confirms."""
    return rules_of(county)[EntryRules].confirmed_by != confirming_role(county)


def desk(user: User, county: Unit, on: date) -> dict[str, Any]:
    """Proposals that wait, those answered last, entries that nobody confirmed, projects that ought to be proposed."""
    proposals = EntryProposal.objects.visible_to(user).select_related(
        "project__lead_unit", "proposed_by", "answered_by"
    )
    projects = Project.objects.visible_to(user).select_related("lead_unit")
    missing = due_and_not_proposed(projects, on)
    bare = unconfirmed(projects, county)
    return {
        "may": can_confirm_entry(user, county).ok,
        "no_post": no_post(county),
        "waiting": proposals.waiting()[:SHOWN],
        "waiting_count": proposals.waiting().count(),
        "answered": proposals.exclude(status=EntryProposal.Status.WAITING).order_by(last("-answered_at"), "-pk")[:10],
        "unconfirmed": bare.prefetch_related("entry_record")[:SHOWN],
        "unconfirmed_count": bare.count(),
        "missing": [
            Hint(project, (on - project.started_on).days) for project in missing[:SHOWN] if project.started_on
        ],
        "missing_count": missing.count(),
    }


def due_and_not_proposed(projects: Any, on: date) -> Any:
    """应统未统: started before this month, large enough, not in the statistics, and no proposal waits."""
    waiting = EntryProposal.objects.waiting().values("project")
    found = projects.active().filter(
        stage__in=(Stage.STARTED, Stage.COMPLETED),
        started_on__lt=on.replace(day=1),
        total_investment__gte=FLOOR,
        entered_on=None,
    )
    return found.exclude(pk__in=waiting).order_by(last("started_on"), "pk")


def of_project(project: Project) -> dict[str, Any]:
    """The proposals of one project, the newest first, and where its entry comes from."""
    proposals = list(
        project.entry_proposals.select_related("proposed_by", "answered_by").order_by("-proposed_at", "-pk")
    )
    record = EntryRecord.objects.filter(project=project).select_related("confirmed_by").first()
    waiting = next((one for one in proposals if one.status == EntryProposal.Status.WAITING), None)
    return {
        "proposals": proposals,
        "waiting": waiting,
        "record": record,
        "entered": is_entered(project),
        "bare": is_entered(project) and not (record and record.confirmed_at),
        "by_office": confirming_role(project.county) == Role.OFFICE,
    }
