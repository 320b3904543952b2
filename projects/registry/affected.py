"""Projects that hang on a unit or a post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from organization.people.models import Post, User
from organization.portfolios.models import Coverage, Portfolio
from organization.units.models import Unit
from projects.choices import State
from projects.registry import succession
from projects.registry.models import Project, ProjectQuerySet, Sponsor, answered_for, sponsored_beside


def _led(unit: Unit, now: datetime) -> int:
    return Project.objects.kept().filter(lead_unit=unit).count()


def _each(pks: Iterable[int]) -> Mapping[int, int]:
    rows = Project.objects.kept().filter(lead_unit__in=pks).order_by().values("lead_unit")
    return dict(rows.annotate(n=Count("pk")).values_list("lead_unit", "n"))


def _cooperating(unit: Unit, now: datetime) -> int:
    return Project.objects.kept().filter(cooperating_units=unit).count()


def _handling(unit: Unit, now: datetime) -> int:
    return Project.objects.kept().filter(agent_unit=unit).count()


def _placed(unit: Unit, now: datetime) -> int:
    return Project.objects.kept().filter(location=unit).count()


def _plans(unit: Unit, now: datetime) -> int:
    year = timezone.localdate(now).year
    return Project.objects.kept().filter(lead_unit=unit, plans__year=year).count()


def _competent(unit: Unit, now: datetime) -> int:
    return Project.objects.kept().filter(competent_unit=unit).count()


def _sponsored(post: Post, now: datetime) -> int:
    return Project.objects.kept().filter(sponsors__post=post).count()


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    on = unit.until + timedelta(days=1) if unit.until else timezone.localdate(now)
    succession.hand_on(unit, to, by=by, on=on, now=now, reason=reason)


def _hand_on_post(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    succession.hand_on_sponsored(post, to, by=by, now=now, reason=reason)


def _covered(row: Portfolio, now: datetime) -> Q:
    """What *row* answers for, beside all other posts' portfolios of today or of its first day."""
    today = timezone.localdate(now)
    others = Coverage(row.post.unit.county_id or 0, max(row.since or today, today)).rows
    return answered_for([row], [one for one in others if one.post_id != row.post_id])


def _answered_for(row: Portfolio, now: datetime) -> ProjectQuerySet:
    return Project.objects.active().filter(_covered(row, now), county=row.post.unit.county_id)


def _in_portfolio(row: Portfolio, now: datetime) -> int:
    return _answered_for(row, now).count()


def _unsponsored(row: Portfolio, now: datetime) -> int:
    return _answered_for(row, now).filter(sponsors=None).count()


def _coming(row: Portfolio, now: datetime) -> int:
    sponsors = Sponsor.objects.filter(by_portfolio=True, project__in=_answered_for(row, now).values("pk"))
    return sponsors.exclude(post=row.post_id).count()


def _leaving(row: Portfolio, now: datetime) -> int:
    sponsors = Sponsor.objects.filter(by_portfolio=True, post=row.post_id, project__state=State.ACTIVE)
    return sponsors.exclude(project__in=_answered_for(row, now).values("pk")).count()


def _by_hand(row: Portfolio, now: datetime) -> int:
    return Project.objects.active().filter(sponsored_beside(row.post, _covered(row, now))).count()


AFFECTED = (
    Affected("unit", _("Projects that the unit leads"), _led, _hand_on, each=_each),
    Affected("unit", _("Projects that the unit helps with"), _cooperating, stays="handed on with those that it leads"),
    Affected("unit", _("Projects whose approvals it handles"), _handling, stays="handed on with those that it leads"),
    Affected("unit", _("Projects on its ground"), _placed, stays="handed on with those that it leads"),
    Affected(
        "unit",
        _("Projects that the unit is the competent department of"),
        _competent,
        stays="handed on with those that it leads",
    ),
    Affected("unit", _("Plans of this year that go with its projects"), _plans, stays="a plan is the project's"),
    Affected("post", _("Projects that the post sponsors"), _sponsored, _hand_on_post),
    Affected("portfolio", _("Projects of the portfolio"), _in_portfolio, stays="counted anew each day"),
    Affected("portfolio", _("… without a sponsor yet"), _unsponsored, stays="set on the project's page"),
    Affected("portfolio", _("Sponsorships by portfolio that come"), _coming, stays="they follow by the heartbeat"),
    Affected("portfolio", _("Sponsorships by portfolio that leave"), _leaving, stays="they follow by the heartbeat"),
    Affected("portfolio", _("Sponsorships set by hand beside it, which stay"), _by_hand, stays="set by hand"),
)
