"""Sponsorships follow the portfolios of leaders: a writer of its own, which the heartbeat asks each time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.records.history import keep, remove
from core.told import tell
from organization.people.models import Post
from organization.portfolios.models import Coverage
from organization.units.models import Unit
from projects.choices import State
from projects.registry.models import Project, Sponsor


@transaction.atomic
def follow_portfolios(county: Unit, *, now: datetime) -> int:
    """Sponsors by portfolio whose post doesn't answer for their active project today give way to the post that does;
    how many. Those set by hand stay, and so do those of a project that nobody answers for. Again does nothing."""
    today = Coverage(county, timezone.localdate(now))
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
    sponsor.post = to
    keep(sponsor, by=None, now=now, reason=reason, fields=["post"])
