"""The team of a project, visits, what is reported to a leader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings as house
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.flow import services as flow
from core.pictures.reading import PictureError
from core.records.history import keep
from core.refusals import NotAllowed, Wrong, require, unseen
from core.told import tell
from organization.people.models import Post, User
from projects.photos.models import Photo
from projects.photos.services import add_photo
from projects.registry.models import Project
from projects.registry.months.services import closed_months
from projects.sponsorship.models import Kind, LeaderReport, Member, Part, Side, Visit, called
from projects.sponsorship.permissions import (
    can_enter_visit,
    can_restore_visit,
    can_send_report,
    can_set_team,
    can_withdraw_visit,
    can_write_report,
    visitors,
)

FIRST = date(2000, 1, 1)  # nobody was at a site of this county's before
MOST_PHOTOS = 20
PICTURES = ("image/jpeg", "image/png", "image/webp")  # what every browser shows
SEVERAL = frozenset({Part.COOPERATING})  # parts that more than one may have at a time


# the team -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def appoint(
    project: Project,
    *,
    part: str,
    by: User,
    on: date,
    now: datetime,
    post: Post | None = None,
    title: str = "",
    telephone: str = "",
    reason: str = "",
) -> Member:
    """From *on* the *post*, or who is called *title*, has the *part* in the team. Who had it goes on the day before,
    where one alone may have it."""
    Project.objects.select_for_update().get(pk=project.pk)
    require(can_set_team(by, project))
    title = title.strip()
    if post is None and not title:
        raise Wrong({"title": _("Choose a post, or write the title of who it is")})
    if post is not None and post.unit.county_id != project.county_id:
        raise NotAllowed(_("This post belongs to another county"))
    standing = list(project.members.filter(part=part, until=None).select_related("post__unit"))
    same = [one for one in standing if (one.post_id, one.title) == (post.pk if post else None, "" if post else title)]
    for old in same if part in SEVERAL else standing:
        if old.since >= on:
            said = _("%(who)s has it since %(day)s: choose a later day")
            raise Wrong({"on": said % {"who": old, "day": old.since}})
        old.until = on - timedelta(days=1)
        _step(old, by=by, now=now, reason=reason)
    member = Member(
        project=project,
        part=part,
        post=post,
        title="" if post else title,
        telephone=telephone.strip(),
        since=on,
        reason=reason.strip()[:300],
    )
    keep(member, by=by, now=now, reason=reason)
    return member


@transaction.atomic
def dismiss(member: Member, *, by: User, on: date, now: datetime, reason: str, version: int | None = None) -> Member:
    """*on* is the member's last day in the team."""
    fresh = Member.objects.select_for_update().get(pk=member.pk)
    unseen(fresh, version)
    require(can_set_team(by, fresh.project))
    if fresh.until is not None:
        raise NotAllowed(_("This person has left the team already"))
    if on < fresh.since:
        raise Wrong({"on": _("The last day lies before the first")})
    flow.reasoned(reason)
    fresh.until, fresh.reason = on, reason.strip()[:300]
    _step(fresh, by=by, now=now, reason=reason)
    return fresh


@transaction.atomic
def hand_on(post: Post, to: Post, *, by: User | None, now: datetime, reason: str = "") -> None:
    """*post* goes: what it is in teams *to* is from now on."""
    today = timezone.localdate(now)
    for old in Member.objects.select_for_update().filter(post=post, until=None):
        old.until = max(today - timedelta(days=1), old.since)
        _step(old, by=by, now=now, reason=reason)
        fresh = Member(project_id=old.project_id, part=old.part, post=to, telephone=old.telephone, since=today)
        fresh.reason = reason.strip()[:300]
        keep(fresh, by=by, now=now, reason=reason)


def _step(record: Any, *, by: User | None, now: datetime, reason: str = "") -> None:
    record.version += 1
    keep(record, by=by, now=now, reason=reason)


# visits -------------------------------------------------------------------------------------------------------------


def _added(
    project: Project, photos: Sequence[tuple[str, bytes]], caption: str, *, on: date, by: User, now: datetime
) -> list[Photo]:
    """The photos (name, content) of a visit on the day *on* as the project's own, of that month; where it is closed,
    of the one that runs. Wrong for too many, and says which can't be kept and why."""
    if len(photos) > MOST_PHOTOS:
        said = {"count": len(photos), "limit": MOST_PHOTOS}
        raise Wrong({"photos": _("%(count)s photos are too many: at most %(limit)s") % said})
    month = Period.of(on)
    if photos and str(month) in closed_months(project.county_id):
        month = Period.of(timezone.localdate(now))
    told: dict[str, Any] = {"by": by, "now": now, "caption": caption, "may": can_enter_visit(by, project)}
    found, wrong = [], []
    for name, content in photos:
        try:
            found.append(add_photo(project, month, content=content, name=name, **told))
        except PictureError as refused:
            wrong.append(refused.why if name in refused.why else f"{name[:60]}: {refused.why}")
    if wrong:
        raise Wrong({"photos": "; ".join(wrong)})
    return found


def record_visit(
    project: Project,
    *,
    post: Post,
    kind: str,
    by: User,
    on: date,
    now: datetime,
    place: str = "",
    settled: str = "",
    photos: Sequence[tuple[str, bytes]] = (),
) -> Visit:
    """*post* was at *project* on the day *on*. The lead unit is told what was settled there.

    The photos are (name, content). They are looked at behind the fence and become the project's before the
    transaction, once all else is in order: what can't be kept is said, and what could be isn't asked for again."""
    require(can_enter_visit(by, project))
    _sound(project, post, kind, settled, by=by, on=on, now=now)
    with translation.override(house.LANGUAGE_CODE):
        caption = f"{Kind(kind).label} · {called(post)}"
    added = _added(project, photos, caption, on=on, by=by, now=now)
    return _visited(project, post=post, kind=kind, by=by, on=on, now=now, place=place, settled=settled, added=added)


def _sound(project: Project, post: Post, kind: str, settled: str, *, by: User, on: date, now: datetime) -> Side:
    """As what *post* was there. Refuses what a visit can't be."""
    sides = {one.pk: side for one, side in visitors(by, project)}
    if post.pk not in sides:
        raise NotAllowed(_("Whose visit it is isn't yours to enter"))
    flow.happened(on, now)
    if on < FIRST:
        raise Wrong({"on": _("A day before the year 2000 can't be")})
    if kind == Kind.STUDY and not settled.strip():
        raise Wrong({"settled": _("Write what was settled")})
    return sides[post.pk]


@transaction.atomic
def _visited(
    project: Project,
    *,
    post: Post,
    kind: str,
    by: User,
    on: date,
    now: datetime,
    place: str,
    settled: str,
    added: Sequence[Photo],
) -> Visit:
    side = _sound(project, post, kind, settled, by=by, on=on, now=now)
    visit = Visit(
        project=project,
        post=post,
        side=side,
        kind=kind,
        on=on,
        place=place.strip(),
        settled=settled.strip(),
        by=by,
        at=now,
    )
    keep(visit, by=by, now=now)
    visit.pictures.set(added)
    if visit.settled:
        tell("visit_settled", visit, by=by, now=now, why=visit.settled)
    return visit


@transaction.atomic
def withdraw_visit(visit: Visit, *, by: User, now: datetime, reason: str, version: int | None = None) -> Visit:
    """It wasn't so, or was entered twice: it counts no more and stays with the reason."""
    fresh = Visit.objects.select_for_update().get(pk=visit.pk)
    unseen(fresh, version)
    require(can_withdraw_visit(by, fresh))
    flow.reasoned(reason)
    fresh.withdrawn_at, fresh.withdrawn_by, fresh.withdrawn_why = now, by, reason.strip()[:300]
    _step(fresh, by=by, now=now, reason=reason)
    return fresh


@transaction.atomic
def restore_visit(visit: Visit, *, by: User, now: datetime, reason: str = "", version: int | None = None) -> Visit:
    """A visit that was withdrawn counts again."""
    fresh = Visit.objects.select_for_update().get(pk=visit.pk)
    unseen(fresh, version)
    require(can_restore_visit(by, fresh))
    fresh.withdrawn_at, fresh.withdrawn_by, fresh.withdrawn_why = None, None, ""
    _step(fresh, by=by, now=now, reason=reason)
    return fresh


# what is reported to a leader ---------------------------------------------------------------------------------------


def report_of(post: Post, period: Period) -> LeaderReport:
    """The report to *post* on the month *period*; not stored yet if nobody wrote or sent it."""
    found = LeaderReport.objects.filter(post=post, month=str(period)).select_related("post__unit", "sent_by").first()
    return found or LeaderReport(post=post, month=str(period), version=0)


@transaction.atomic
def write_remark(
    post: Post, period: Period, *, remark: str, by: User, now: datetime, version: int | None = None
) -> LeaderReport:
    """What the secretary adds to the facts."""
    report = _opened(post, period, version)
    require(can_send_report(by, report))
    require(can_write_report(by, post))
    report.remark = remark.strip()
    _step(report, by=by, now=now)
    return report


@transaction.atomic
def send_report(
    post: Post,
    period: Period,
    *,
    facts: dict[str, Any],
    by: User,
    now: datetime,
    remark: str | None = None,
    version: int | None = None,
) -> LeaderReport:
    """The leader is told; from now on the report says for ever the *facts* that were sent."""
    report = _opened(post, period, version)
    require(can_send_report(by, report))
    if remark is not None:
        report.remark = remark.strip()
    report.facts, report.sent_at, report.sent_by = facts, now, by
    _step(report, by=by, now=now)
    tell("leader_report", report, by=by, now=now, why=report.remark)
    return report


@transaction.atomic
def recall_report(
    report: LeaderReport, *, by: User, now: datetime, reason: str, version: int | None = None
) -> LeaderReport:
    """A report that was sent is one to be sent again: its facts are counted anew."""
    fresh = LeaderReport.objects.select_for_update().get(pk=report.pk)
    unseen(fresh, version)
    require(can_write_report(by, fresh.post))
    if fresh.sent_at is None:
        raise NotAllowed(_("It has not been sent"))
    flow.reasoned(reason)
    fresh.facts, fresh.sent_at, fresh.sent_by = {}, None, None
    _step(fresh, by=by, now=now, reason=reason)
    return fresh


def _opened(post: Post, period: Period, version: int | None) -> LeaderReport:
    """The row, locked; made if there is none. One that nobody wrote in has the version 0."""
    Post.objects.select_for_update().get(pk=post.pk)
    row = LeaderReport.objects.select_for_update().filter(post=post, month=str(period)).first()
    found = row or LeaderReport(post=post, month=str(period), version=0)
    unseen(found, version)
    return found
