"""Where a project lies, and how the county's outline runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from core.geo import outlines, systems
from core.records.files import store
from core.refusals import require
from organization.people.models import User
from organization.units.models import Unit
from projects.map.models import Outline, Place
from projects.map.permissions import can_draw_outline
from projects.photos.models import Photo
from projects.photos.services import judge_anew
from projects.registry import services as registry
from projects.registry.models import Project


@transaction.atomic
def place_project(
    project: Project,
    *,
    system: str,
    first: Decimal,
    second: Decimal,
    meridian: Decimal | None = None,
    by: User,
    now: datetime,
    version: int | None = None,
) -> Project:
    """Puts the project where the two numbers of *system* say (`core.geo.systems.read`), and keeps them as given.

    Refused with a sentence where they can't be a place of China; Stale as `registry.edit`.
    """
    point = systems.read(system, float(first), float(second), None if meridian is None else float(meridian))
    longitude, latitude = (Decimal(str(round(value, 7))) for value in point)
    project = registry.edit(project, by=by, now=now, version=version, longitude=longitude, latitude=latitude)
    given = {"system": system, "first": first, "second": second, "meridian": meridian}
    Place.objects.update_or_create(project=project, defaults=given)
    judge_anew(Photo.objects.there().filter(project=project), now=now)
    return project


@transaction.atomic
def draw_outline(county: Unit, content: bytes, name: str, *, system: str, by: User, now: datetime) -> Outline:
    """The county's outline from a file of GeoJSON, which is kept. Refused with what is wrong with it."""
    require(can_draw_outline(by, county))
    rings = outlines.read(content, system)
    return _add(county, rings, system=system, by=by, now=now, file=store(content, name, by=by, now=now))


@transaction.atomic
def restore_outline(outline: Outline, *, by: User, now: datetime) -> Outline:
    """An outline of before counts again."""
    require(can_draw_outline(by, outline.county))
    return Outline.objects.create(
        county=outline.county, rings=outline.rings, system=outline.system, file=outline.file, by=by, at=now
    )


def sketch_outline(county: Unit, rings: Sequence[outlines.Ring], *, now: datetime) -> Outline:
    """That of a demonstration: drawn, from no file."""
    return _add(county, rings, system=systems.System.CGCS2000, by=None, now=now, file=None)


def _add(county: Unit, rings: Sequence[outlines.Ring], *, now: datetime, **told: object) -> Outline:
    return Outline.objects.create(
        county=county, rings=[[list(point) for point in ring] for ring in rings], at=now, **told
    )
