"""Projects and sponsorships pass on when a unit, a leader's post or its portfolio goes to another one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.records.history import keep, remove
from core.told import tell
from organization.people.models import Post, User
from organization.portfolios.models import Coverage
from organization.units.models import Unit
from projects.choices import State
from projects.registry.models import Project, Sponsor
from projects.registry.months.services import follow
from projects.registry.services import _day, _set_units, lock

UNITS = ("lead_unit", "agent_unit", "competent_unit", "location")


def successors(project: Project) -> dict[str, Unit]:
    """By field, who does the work of the units of *project* that went while it lay aside and nothing was handed on."""
    units = {name: getattr(project, name) for name in UNITS}
    return {name: unit.standing for name, unit in units.items() if unit is not None and unit != unit.standing}


@transaction.atomic
def hand_on(unit: Unit, to: Unit, *, by: User | None, on: date, now: datetime, reason: str) -> int:
    """All projects that *unit* leads, helps with, handles the approvals of, is competent for or has on its ground go
    to *to*, since *unit* goes; how many. Those withdrawn, merged or split up stay its own, and so does what was
    reported and ranked. Who is told, is told of the units, not of each project."""
    lock(unit.county or unit)
    theirs = (
        Q(lead_unit=unit)
        | Q(agent_unit=unit)
        | Q(competent_unit=unit)
        | Q(location=unit)
        | Q(pk__in=unit.cooperating_projects.values("pk"))
    )
    rows = list(Project.objects.select_for_update().kept().filter(theirs).order_by("pk"))
    helping = set(Project.cooperating_units.through.objects.filter(unit=unit).values_list("project", flat=True))
    for project in rows:
        changed = [name for name in UNITS if getattr(project, f"{name}_id") == unit.pk]
        for name in changed:
            setattr(project, name, to)
        project.version += 1
        if project.pk in helping:
            units = [one for one in project.cooperating_units.all() if one != unit]
            _set_units(project, list({*units, to} - {project.lead_unit}))
        keep(project, by=by, now=now, reason=reason, fields=[*changed, "version"])
    follow(rows, on=on, now=now, by=by, reason=reason)
    return len(rows)


@transaction.atomic
def hand_on_sponsored(post: Post, to: Post, *, by: User | None, now: datetime, reason: str) -> int:
    """What *post* sponsors is sponsored by the post *to*, at the same place, since *post* goes; how many."""
    projects = Project.objects.select_for_update().filter(sponsors__post=post).order_by("pk")
    list(projects.values_list("pk", flat=True))  # locked
    sponsors = list(Sponsor.objects.filter(post=post).select_related("project").order_by("pk"))
    for sponsor in sponsors:
        if Sponsor.objects.filter(project=sponsor.project_id, post=to).exists():
            remove(sponsor, by=by, now=now, reason=reason)
        else:
            sponsor.post, sponsor.since = to, Sponsor.first_day(sponsor.project, now)
            keep(sponsor, by=by, now=now, reason=reason, fields=["post", "since"])
    return len(sponsors)


@transaction.atomic
def follow_portfolios(county: Unit, *, now: datetime) -> int:
    """Sponsors by portfolio whose post doesn't answer for their active project today give way to the post that does;
    how many. Those set by hand stay, and so do those of a project that nobody answers for. Again does nothing."""
    today = Coverage(county, _day(now))
    found = Sponsor.objects.filter(project__county=county, project__state=State.ACTIVE, by_portfolio=True)
    goes = {one.pk: one.project_id for one in found.select_related("project__lead_unit") if _successor(one, today)}
    list(Project.objects.select_for_update().filter(pk__in=goes.values()).order_by("pk").values_list("pk"))  # locked
    came: dict[Post, list[str]] = {}
    moved = 0
    for sponsor in found.filter(pk__in=goes).select_related("project__lead_unit"):
        if post := _successor(sponsor, today):
            _pass_on(sponsor, post, now)
            came.setdefault(post, []).append(sponsor.project.name)
            moved += 1
    for post, names in came.items():
        to = [post.holder] if post.holder and post.holder.is_active else []
        tell("sponsorships_came", post, by=None, now=now, why="\n".join(dict.fromkeys(names)), to=to)
    return moved


def _successor(sponsor: Sponsor, today: Coverage) -> Post | None:
    """The post that answers for the project of *sponsor* where the sponsor's own doesn't; None: it stays."""
    leaders = today.leaders(sector=sponsor.project.sector, unit=sponsor.project.lead_unit)
    return leaders[0] if leaders and sponsor.post_id not in {post.pk for post in leaders} else None


def _pass_on(sponsor: Sponsor, to: Post, now: datetime) -> None:
    """The sponsorship is *to*'s, at the same place; one that *to* has already is enough."""
    reason = _("The portfolio passed to %(post)s") % {"post": to}
    if Sponsor.objects.filter(project=sponsor.project_id, post=to).exists():
        remove(sponsor, by=None, now=now, reason=reason)
        return
    sponsor.post, sponsor.since = to, Sponsor.first_day(sponsor.project, now)
    keep(sponsor, by=None, now=now, reason=reason, fields=["post", "since"])
