"""What can be a package and what can be a part of one: a package has no figures of its own, and one level is all."""

from __future__ import annotations

from django.utils.translation import gettext as _

from projects.choices import State
from projects.registry.models import Project

PURSUED = (State.ACTIVE, State.SUSPENDED)


def not_a_package(package: Project, figures: bool) -> str:
    """Why *package* can't have parts; nothing if it can. *figures*: whether it has a plan or a report of the year."""
    if package.is_part:
        return _("%(name)s is a sub-project itself: a package isn't put into another one") % {"name": package}
    if package.state not in PURSUED:
        return _("%(name)s is not being pursued any more: it can't be a package") % {"name": package}
    if figures and not package.is_package:
        said = _("%(name)s has a plan or reports of this year. A package has none of its own: put one on file for it")
        return said % {"name": package}
    return ""


def not_a_part(project: Project, package: Project | None) -> str:
    """Why *project* can't be put into *package* (None: not known yet); nothing if it can."""
    if project.is_package:
        return _("It is a package itself: a package isn't put into another one")
    if package is None:
        return ""
    if project is package or (project.pk is not None and project.pk == package.pk):
        return _("A package isn't put into itself")
    if project.county_id != package.county_id:
        return _("This project is another county's")
    there = package.pk is not None and project.package_id == package.pk
    return _("It is in this package already") if there else ""
