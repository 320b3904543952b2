"""What is done to many projects at once: handed to another unit, given a sponsoring leader, withdrawn; and taken back.

Each is one transaction with one entry of history a project: all of them or none. *version* is what the page had shown
of each project. What each was before stays with the act (`core.models.Done`): while nobody changed the project since,
it can go back to exactly that, and so can the figures of its months.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core import progress, undo
from core.days.periods import Period
from core.flow import services as flow
from core.flow.models import RESUMED
from core.models import Done
from core.records import bulk
from core.records.history import keep, remove
from core.refusals import Refused, Stale, Wrong, require
from core.told import tell
from organization.people.models import Post, User
from organization.units.models import Unit
from projects.choices import ChangeKind, State
from projects.lifecycle.gates import WAY
from projects.lifecycle.permissions import can_withdraw
from projects.many.permissions import can_take_back
from projects.many.rows import again_on_file, aside, posts_said, sponsors_of, stamps, versions, with_leader
from projects.registry import permissions
from projects.registry.models import Project, Sponsor
from projects.registry.months import services as months
from projects.registry.months.models import Fact, ReportingMonth
from projects.registry.services import lock

HANDED, SPONSORED, GIVEN_UP = "projects_handed", "projects_sponsored", "projects_withdrawn"
NAMED = 10  # projects that a sentence names

Version = Mapping[int, int]
Seen = Callable[[Iterable[int]], dict[int, int]]
Row = dict[str, Any]


@transaction.atomic
def hand_over(county: Unit, *, unit: Unit, version: Version, by: User, now: datetime, reason: str) -> Done:
    """The projects of *version* are led by *unit* from today on. Raises NotAllowed, Stale, Wrong, Refused."""
    lock(county)
    projects = _locked(county, version, versions)
    if unit.county_id != county.pk or not unit.active:
        raise Wrong({"unit": _("This unit is another county's")})
    for project in projects:
        require(permissions.can_change_lead_unit(by, project))
    if twins := again_on_file(projects, unit):
        said = _("This unit has a project of this name already: %(names)s")
        raise Refused(said % {"names": _names([one for one in projects if one.pk in twins])})
    rows = [_row(one, one.lead_unit, unit, before=one.lead_unit_id) for one in projects]
    former = months.former(version, Fact.LEAD_UNIT)
    for project in projects:
        project.lead_unit = unit
    _write(projects, ["lead_unit"], by=by, now=now, reason=reason)
    months.follow(projects, on=timezone.localdate(now), now=now, by=by, reason=reason)
    tell("projects_handed", unit, by=by, now=now, why=_names(projects))

    def words() -> str:
        said = ngettext("%(n)s project handed to %(to)s", "%(n)s projects handed to %(to)s", len(projects))
        return said % {"n": len(rows), "to": unit}

    return _kept(HANDED, rows, words, versions, former, unit.pk, by=by, now=now)


@transaction.atomic
def give_leader(county: Unit, *, leader: Post, version: Version, by: User, now: datetime, reason: str) -> Done:
    """*leader* is the first sponsor of the projects of *version*, in the place of who was; other sponsors stay. Set by
    hand, it stays whoever has the portfolio. Raises NotAllowed, Stale."""
    projects = _locked(county, version, stamps)
    sponsors = sponsors_of(version)
    rows = []
    for n, project in enumerate(projects, 1):
        progress.step(n, len(projects), gettext_noop("one project after the other"))
        require(permissions.can_set_sponsors(by, project))
        there = sponsors.get(project.pk, [])
        wanted = with_leader(there, leader)
        before = [[one.post_id, one.by_portfolio] for one in there]
        rows.append(_row(project, posts_said(one.post for one in there), posts_said(wanted), before=before))
        portfolio = {one.post_id: one.by_portfolio for one in there}
        chosen = [(post.pk, portfolio.get(post.pk, False)) for post in wanted]
        _sponsor(project, there, chosen, by=by, now=now, reason=reason)
    _tell_holder("projects_sponsored", leader, projects, by=by, now=now)

    def words() -> str:
        said = ngettext(
            "%(to)s set as sponsoring leader of %(n)s project",
            "%(to)s set as sponsoring leader of %(n)s projects",
            len(rows),
        )
        return said % {"n": len(rows), "to": leader}

    return _kept(SPONSORED, rows, words, stamps, (), leader.pk, by=by, now=now)


@transaction.atomic
def withdraw(county: Unit, *, version: Version, by: User, now: datetime, reason: str) -> Done:
    """The projects of *version* are given up today; they stay on file with the reason. Raises NotAllowed, Stale."""
    projects = _locked(county, version, versions)
    rows = [
        _row(one, one.get_state_display(), State.WITHDRAWN.label, before=[one.state, one.state_reason])
        for one in projects
    ]
    former, on = months.former(version, Fact.STATE), timezone.localdate(now)
    told: dict[str, Any] = {"by": by, "on": on, "now": now, "reason": reason, "may": partial(can_withdraw, by)}
    changed = []
    for n, one in enumerate(projects, 1):
        progress.step(n, len(projects), gettext_noop("one project after the other"))
        aside_now = flow.put_aside(one, WAY, State.WITHDRAWN, version=one.version, since=(State.SUSPENDED,), **told)
        changed.append(aside_now[0])
    months.follow(changed, on=on, now=now, by=by, reason=reason)

    def words() -> str:
        said = ngettext("%(n)s project withdrawn", "%(n)s projects withdrawn", len(rows))
        return said % {"n": len(rows)}

    return _kept(GIVEN_UP, rows, words, versions, former, 0, by=by, now=now)


# taken back -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Way:
    """How one act goes back: what tells that a project was changed since, and who brings it back."""

    seen: Seen
    restore: Callable[..., None]
    month: bool = True  # figures of months hang on it


@transaction.atomic
def take_back(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """Each project of the act that nobody changed since is as it was before, its figures too; what came of it in
    words. The others are left as they are, and the act says why. Raises NotAllowed; Refused if none can go back, or if
    a month in which the act counts was closed since."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back(by, done))
    county, way = Unit.objects.get(pk=done.county or 0), WAYS[done.key]
    if way.month:
        lock(county)
        _demand_open(county, done)
    rows: dict[int, Row] = {row["pk"]: row for row in done.rows}
    there = list(Project.objects.select_for_update().filter(pk__in=rows).order_by("pk"))
    seen, back = way.seen(rows), []
    for project in there:
        row = rows[project.pk]
        row["left"] = "" if seen.get(project.pk) == row["seen"] else _("Changed by somebody since")
        if not row["left"]:
            back.append(project)
    if not back:
        raise Refused(_("All of these projects were changed since: nothing can be taken back"))
    why = _("Taken back: %(what)s") % {"what": done.words}
    way.restore(done, [(project, rows[project.pk]) for project in back], by=by, now=now, reason=why)
    done.save(update_fields=["rows"])
    if left := [project for project in there if rows[project.pk]["left"]]:
        said = _("Taken back for %(n)s projects; these were changed since and stay as they are: %(names)s")
        return said % {"n": len(back), "names": _names(left)}
    return ngettext("Taken back for %(n)s project", "Taken back for %(n)s projects", len(back)) % {"n": len(back)}


def _hand_back(done: Done, back: Sequence[tuple[Project, Row]], *, by: User, now: datetime, reason: str) -> None:
    gone = Unit.objects.filter(pk__in=[row["before"] for _project, row in back], active=False)
    if unit := gone.first():
        raise Refused(_("%(unit)s is no unit of the county any more") % {"unit": unit})
    for project, row in back:
        project.lead_unit_id = row["before"]
    projects = [project for project, _row in back]
    _write(projects, ["lead_unit"], by=by, now=now, reason=reason)
    _months_back(done, back, now)
    unit = Unit.objects.get(pk=back[0][1]["after"])
    tell("projects_handed_back", unit, by=by, now=now, why=_names(projects))


def _leader_back(done: Done, back: Sequence[tuple[Project, Row]], *, by: User, now: datetime, reason: str) -> None:
    sponsors = sponsors_of(project.pk for project, _row in back)
    for project, row in back:
        before = [(post, by_portfolio) for post, by_portfolio in row["before"]]
        _sponsor(project, sponsors.get(project.pk, []), before, by=by, now=now, reason=reason)
    leader = Post.objects.get(pk=back[0][1]["after"])
    _tell_holder("projects_sponsored_back", leader, [project for project, _row in back], by=by, now=now)


def _pursue_again(done: Done, back: Sequence[tuple[Project, Row]], *, by: User, now: datetime, reason: str) -> None:
    on = timezone.localdate(now)
    for n, (project, row) in enumerate(back, 1):
        progress.step(n, len(back), gettext_noop("one project after the other"))
        state, why = row["before"]
        kind = RESUMED if state == State.ACTIVE else ChangeKind.SUSPENDED
        changed = {"state": state, "state_reason": why}
        flow.step(project, kind, changed, by=by, on=on, now=now, reason=reason)
    _months_back(done, back, now)


WAYS = {
    HANDED: _Way(versions, _hand_back),
    SPONSORED: _Way(stamps, _leader_back, month=False),
    GIVEN_UP: _Way(versions, _pursue_again),
}


def _months_back(done: Done, back: Sequence[tuple[Project, Row]], now: datetime) -> None:
    dropped = [former for _project, row in back for former in row["dropped"]]
    months.bring_back([project.pk for project, _row in back], at=done.at, dropped=dropped, now=now)


def _demand_open(county: Unit, done: Done) -> None:
    """What was closed since is as it was closed."""
    month = str(Period.of(timezone.localdate(done.at)))
    closed = ReportingMonth.objects.filter(county=county, month__gte=month, closed_at__gt=done.at)
    if closed.exists():
        raise Refused(_("The month was closed since, with the figures of these projects: it can't be taken back"))


# what they are made of --------------------------------------------------------------------------------------------


def _locked(county: Unit, version: Version, seen_of: Seen) -> list[Project]:
    """The projects, held in the order of their keys; Stale if one isn't what the page had shown."""
    projects = list(Project.objects.select_for_update().filter(county=county, pk__in=version).order_by("pk"))
    prefetch_related_objects(projects, "lead_unit", "county")
    seen = seen_of(version)
    changed = [one for one in projects if seen[one.pk] != version[one.pk] or aside(one)]
    if changed or len(projects) < len(version):
        said = _("Changed meanwhile: %(names)s. Nothing is done yet; look at them once more.")
        raise Stale(None, said % {"names": _names(changed)})
    return projects


def _row(project: Project, was: Any, will: Any, *, before: Any) -> Row:
    href = reverse("projects:page", args=[project.pk])
    return {"pk": project.pk, "name": project.name, "href": href, "was": str(was), "will": str(will), "before": before}


def _kept(
    key: str,
    rows: list[Row],
    words: undo.Said,
    seen_of: Seen,
    former: Iterable[Any],
    after: int,
    *,
    by: User,
    now: datetime,
) -> Done:
    """The act with its rows: each with what tells whether somebody changes it, and what the months forgot by it."""
    seen, dropped = seen_of(row["pk"] for row in rows), months.dropped(former)
    for row in rows:
        row |= {"seen": seen[row["pk"]], "dropped": dropped.get(row["pk"], []), "after": after}
    return undo.keep(key, by=by, now=now, words=words, rows=rows)


def _write(projects: Sequence[Project], fields: Sequence[str], *, by: User | None, now: datetime, reason: str) -> None:
    for project in projects:
        project.version += 1
    bulk.update(projects, [*fields, "version"], by=by, now=now, reason=reason)


def _sponsor(
    project: Project, there: Sequence[Sponsor], wanted: Sequence[tuple[int, bool]], *, by: User, now: datetime,
    reason: str,
) -> None:  # fmt: skip
    """Makes the sponsors *there* those *wanted* (post, by portfolio), in order. Who goes gives the row to who comes:
    one entry of history says who followed whom."""
    told: dict[str, Any] = {"by": by, "now": now, "reason": reason}
    posts = [post for post, _by_portfolio in wanted]
    staying = {one.post_id: one for one in there if one.post_id in posts}
    leaving = [one for one in there if one.post_id not in posts]
    for position, (post, by_portfolio) in enumerate(wanted):
        row = staying.get(post) or (leaving.pop(0) if leaving else Sponsor(project=project))
        if row.pk and (row.post_id, row.position, row.by_portfolio) == (post, position, by_portfolio):
            continue
        if row.post_id != post:
            row.since = Sponsor.first_day(project, now)
        row.post_id, row.position, row.by_portfolio = post, position, by_portfolio
        keep(row, fields=["post", "position", "by_portfolio", "since"] if row.pk else None, **told)
    for one in leaving:
        remove(one, **told)


def _tell_holder(key: str, leader: Post, projects: Sequence[Project], *, by: User, now: datetime) -> None:
    if leader.holder and leader.holder.is_active and leader.holder != by:
        tell(key, leader, by=by, now=now, why=_names(projects), to=[leader.holder])


def _names(projects: Sequence[Project]) -> str:
    said = _(", ").join(project.name for project in projects[:NAMED])
    return said + _(" and %(n)s more") % {"n": len(projects) - NAMED} if projects[NAMED:] else said
