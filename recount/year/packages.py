"""What the office does with packages in a year: the edits of `edits.py` that are about them."""

from __future__ import annotations

from typing import Any

from projects.many.rows import versions
from projects.models import Project
from projects.packages.services import put_in, take_out
from projects.registry import services as registry
from recount.year.desk import Desk


def packed(desk: Desk) -> str:
    """A package is put on file, and two projects of different units go into it."""
    package = registry.register(
        county=desk.play.county, by=desk.office, now=desk.now, name="背街小巷改造打包项目", lead_unit=desk.leading()[0]
    )
    found: dict[int, Project] = {}
    for one in desk.projects(lambda one: one.plans.filter(year=desk.year).exists(), package=None):
        found.setdefault(one.lead_unit_id, one)
    parts = [*found.values()][:2]
    told: dict[str, Any] = {"by": desk.office, "now": desk.now, "reason": "统一打包"}
    put_in(desk.play.county, package=package, version=versions([one.pk for one in parts]), **told)
    desk.play.touched.update([package.pk, *(one.pk for one in parts)])
    return f"{package}: {', '.join(map(str, parts))}"


def unpacked(desk: Desk) -> str:
    """One of them goes on alone."""
    one = next(desk.projects(lambda one: one.is_part))
    told: dict[str, Any] = {"by": desk.office, "now": desk.now, "reason": "单列实施"}
    take_out(desk.play.county, version=versions([one.pk]), **told)
    desk.play.touched.update([one.pk])
    return str(one)
