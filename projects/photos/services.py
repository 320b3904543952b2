"""Photos: added one by one, removed with a reason, brought back."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.geo.systems import Degrees
from core.pictures.papers import check_paper
from core.pictures.reading import Picture, check_size, read_picture
from core.records import bulk, files
from core.records.history import keep
from core.refusals import NeedsReason, Refused, require, unseen
from organization.people.models import User
from organization.permissions import Answer
from organization.profiles.models import CountyProfile
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.photos.models import Photo, PhotoQuerySet
from projects.photos.permissions import can_add_photo, can_remove_photo
from projects.photos.rules import PhotoRules, flags, place_of
from projects.registry.models import Project
from projects.registry.months.services import closed_months

JPEG = "image/jpeg"
LONGEST = 100  # characters of a caption
FOUND = ("odd_day", "metres", "far", "flagged")  # what hangs on the project's place, the month and the rules


def add_photo(
    project: Project,
    period: Period,
    *,
    content: bytes,
    name: str,
    by: User,
    now: datetime,
    caption: str = "",
    may: Answer | None = None,
) -> Photo:
    """Keep the photo *content* for the month *period*; the one that is there already if it was sent before. *may* is
    what another subject's rule says of who brings one with it, such as with a visit.

    It is looked at behind the fence before any transaction begins. PictureError says what isn't a photo; what is odd
    about one that is, is noted and refused by nobody.
    """
    require(can_add_photo(by, project) if may is None else may)
    _open(project, period, now)
    check_size(len(content), files.largest_upload())
    digest = hashlib.sha256(content).hexdigest()
    if known := _known(project, period, digest):
        return known
    check_paper(content, PurePath(name).name)
    picture = read_picture(content, PurePath(name).name)
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)  # of the same picture at once the second sees the first
        if known := _known(project, period, digest):
            return known
        photo = _made(project, period, picture, digest, now)
        photo.by, photo.at, photo.caption = by, now, caption.strip()[:LONGEST]
        photo.original = files.store(content, name, by=by, now=now)
        photo.shown = files.keep(picture.shown, f"{digest[:20]}-l.jpg", JPEG, now=now)
        photo.thumb = files.keep(picture.thumb, f"{digest[:20]}-s.jpg", JPEG, now=now)
        keep(photo, by=by, now=now)
    return photo


def _open(project: Project, period: Period, now: datetime) -> None:
    """Refused where the month hasn't begun or is closed."""
    if period.first > timezone.localdate(now):
        raise Refused(_("This month has not begun."))
    if str(period) in closed_months(project.county_id):
        month = figures.month(period.first, timezone.localdate(now))
        said = _("%(month)s is closed: its photos stay as they are. Ask the command office to reopen the month.")
        raise Refused(said % {"month": month})


def _known(project: Project, period: Period, digest: str) -> Photo | None:
    return Photo.objects.there().filter(project=project, month=str(period), sha256=digest).first()


def _made(project: Project, period: Period, picture: Picture, digest: str, now: datetime) -> Photo:
    place = None
    if picture.longitude is not None and picture.latitude is not None:
        place = Degrees(picture.longitude, picture.latitude)
    found = flags(
        picture.bits,
        timezone.localdate(picture.taken_at) if picture.taken_at else None,
        place,
        site=place_of(project),
        period=period,
        others=Photo.objects.there().filter(county=project.county_id).order_by().values_list("pk", "bits").iterator(),
        rules=rules_of(project.county)[PhotoRules],
    )
    return Photo(
        county_id=project.county_id,
        project=project,
        month=str(period),
        sha256=digest,
        bits=picture.bits,
        width=picture.width,
        height=picture.height,
        taken_at=picture.taken_at,
        longitude=place and f"{place.longitude:.7f}",
        latitude=place and f"{place.latitude:.7f}",
        twin_id=found.twin,
        odd_day=found.day,
        metres=found.metres,
        far=found.far,
        flagged=bool(found),
    )


@transaction.atomic
def remove_photo(photo: Photo, *, by: User, now: datetime, reason: str, version: int | None = None) -> Photo:
    """The photo is shown and counted no more; its files stay, and so does *reason*."""
    fresh = _locked(photo)
    require(can_remove_photo(by, fresh))
    unseen(fresh, version)
    _open(fresh.project, Period.parse(fresh.month), now)
    if fresh.removed_at:
        raise Refused(_("The photo is removed already."))
    if not reason.strip():
        raise NeedsReason
    fresh.removed_at, fresh.removed_by, fresh.removed_why = now, by, reason.strip()[:300]
    return _kept(fresh, by, now, reason)


@transaction.atomic
def restore_photo(photo: Photo, *, by: User, now: datetime, version: int | None = None) -> Photo:
    """A removed photo is there again."""
    fresh = _locked(photo)
    require(can_remove_photo(by, fresh))
    unseen(fresh, version)
    period = Period.parse(fresh.month)
    _open(fresh.project, period, now)
    if fresh.removed_at is None:
        raise Refused(_("The photo is there."))
    if _known(fresh.project, period, fresh.sha256):
        raise Refused(_("The same photo was added again meanwhile."))
    fresh.removed_at, fresh.removed_by, fresh.removed_why = None, None, ""
    return _kept(fresh, by, now, "")


@transaction.atomic
def judge_anew(photos: PhotoQuerySet, *, now: datetime) -> int:
    """What is odd about *photos* by the place that their projects have now and the rules of now, after one of these
    was put right; answers how many changed. Of what a photo looks like nothing changes."""
    stale = []
    for photo in photos.select_related("project__county").order_by("pk").iterator(chunk_size=500):
        taken = timezone.localdate(photo.taken_at) if photo.taken_at else None
        found = flags(
            photo.bits, taken, place_of(photo), site=place_of(photo.project), period=Period.parse(photo.month),
            others=(), rules=rules_of(photo.project.county)[PhotoRules],
        )._replace(twin=photo.twin_id)  # fmt: skip
        kept = {"odd_day": found.day, "metres": found.metres, "far": found.far, "flagged": bool(found)}
        if any(getattr(photo, name) != value for name, value in kept.items()):
            for name, value in kept.items():
                setattr(photo, name, value)
            stale.append(photo)
    bulk.update(stale, FOUND, now=now)
    return len(stale)


def judge_touched(county: Unit, *, now: datetime) -> int:
    """As `judge_anew`, of the projects that were touched since yesterday, by a form, a ledger or an act taken back; of
    the whole county where its rules came yesterday or today."""
    since = now - timedelta(days=1)
    photos = Photo.objects.there().filter(county=county)
    if not CountyProfile.objects.filter(county=county, loaded_at__gte=since).exists():
        touched = Project.history.filter(county=county, history_date__gte=since).order_by().values("id")
        photos = photos.filter(project__in=touched)
    return judge_anew(photos, now=now)


def _locked(photo: Photo) -> Photo:
    return Photo.objects.select_for_update(of=("self",)).select_related("project__lead_unit").get(pk=photo.pk)


def _kept(photo: Photo, by: User, now: datetime, reason: str) -> Photo:
    photo.version += 1
    keep(photo, by=by, now=now, reason=reason.strip())
    return photo
