"""The team of a project, visits, what is reported to a leader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import filetype
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.flow import services as flow
from core.models import StoredFile
from core.records import files
from core.records.history import keep
from core.refusals import NotAllowed, Wrong, require, unseen
from core.told import tell
from organization.people.models import Post, User
from projects.registry.models import Project
from projects.sponsorship.models import Kind, LeaderReport, Member, Part, Visit
from projects.sponsorship.permissions import (
    can_enter_visit,
    can_restore_visit,
    can_send_report,
    can_set_team,
    can_withdraw_visit,
    can_write_report,
    visitors,
)

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


def check_photos(photos: Sequence[tuple[str, bytes]]) -> None:
    """Wrong for too many, and for what no browser shows as a picture. Nothing is opened: the first bytes say the
    kind."""
    if len(photos) > MOST_PHOTOS:
        said = {"count": len(photos), "limit": MOST_PHOTOS}
        raise Wrong({"photos": _("%(count)s photos are too many: at most %(limit)s") % said})
    for name, content in photos:
        guess = filetype.guess(content[:8192])
        if guess is None or guess.mime not in PICTURES:
            raise Wrong({"photos": _("“%(name)s” is no photo: choose JPEG, PNG or WebP") % {"name": name[:60]}})


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

    The photos are (name, content). They are stored before the transaction: what stays of a refusal is a file that
    nobody sees."""
    require(can_enter_visit(by, project))
    check_photos(photos)
    stored = [files.store(content, name, by=by, now=now) for name, content in photos]
    return _visited(project, post=post, kind=kind, by=by, on=on, now=now, place=place, settled=settled, stored=stored)


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
    stored: Sequence[StoredFile],
) -> Visit:
    sides = {one.pk: side for one, side in visitors(by, project)}
    if post.pk not in sides:
        raise NotAllowed(_("Whose visit it is isn't yours to enter"))
    flow.happened(on, now)
    if kind == Kind.STUDY and not settled.strip():
        raise Wrong({"settled": _("Write what was settled")})
    visit = Visit(
        project=project,
        post=post,
        side=sides[post.pk],
        kind=kind,
        on=on,
        place=place.strip(),
        settled=settled.strip(),
        by=by,
        at=now,
    )
    keep(visit, by=by, now=now)
    visit.photos.set(stored)
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
