"""Of which package a ledger's rows are parts (所属打包项目): held against what is on file and the ledger itself.

Reads. A row whose package can't be one is rejected with a sentence at its cell: nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from core.amounts.cells import tight
from organization.units.models import Unit
from projects.ledger.planning.planner import Planned, Planner
from projects.packages.gates import not_a_package, not_a_part
from projects.packages.rows import own_figures
from projects.registry.models import Project

LABEL = "package"


def pack(planner: Planner, rows: Sequence[Planned], on: date) -> None:
    """Says of each of *rows* into which package it goes. Ledgers of the past put nothing into one. No query where the
    ledger names no package."""
    named = [one for one in rows if one.row.values.get(LABEL) and one.outcome != "rejected"]
    if not named or planner.past is not None or planner.ledger.kind != "projects":
        return
    targets = _targets(planner, rows, {str(one.row.values[LABEL]) for one in named})
    said = {one.row.number: targets[str(one.row.values[LABEL])] for one in named}
    owns = {id(one.project): one for one in rows if one.outcome != "rejected"}
    figures: dict[int, bool] = {}
    wrong: dict[int, str] = {}
    for one in named:
        target = said[one.row.number]
        if isinstance(target, str):
            wrong[one.row.number] = target
        elif one.project.package_id is None or one.project.package_id != target.pk:
            wrong[one.row.number] = _why_not(one, target, owns.get(id(target)), said, figures, on)
    while True:  # who is refused is no package for others
        for one in named:
            if (why := wrong.get(one.row.number)) and one.outcome != "rejected":
                planner.say(one, LABEL, one.row.values[LABEL], why, "error")
                one.outcome = "rejected"
        lost = {id(one.project) for one in rows if one.outcome == "rejected" and one.project is not None
                and one.project.pk is None}  # fmt: skip
        more = [one for one in named if one.outcome != "rejected" and id(said[one.row.number]) in lost]
        if not more:
            break
        why = _("The row of this package isn't stored, so nothing can be put into it")
        wrong |= {one.row.number: why for one in more}
    for one in named:
        target = said[one.row.number]
        if one.outcome == "rejected" or isinstance(target, str) or one.project.package_id == (target.pk or 0):
            continue
        one.package = target
        if not one.new:
            one.changes[str(_("package"))] = (str(one.project.package or ""), target.name)
            one.outcome = "updated"


def _why_not(
    one: Planned,
    target: Project,
    row: Planned | None,
    said: Mapping[int, Project | str],
    figures: dict[int, bool],
    on: date,
) -> str:
    """Why the project of *one* can't be put into *target*, whose own row is *row*; nothing if it can."""
    if one.project is not target and any(found is one.project for found in said.values()):
        return _("It is a package itself: a package isn't put into another one")
    if why := not_a_part(one.project, target):
        return why
    if row is not None and row.row.number in said:
        return _("%(name)s is a sub-project itself: a package isn't put into another one") % {"name": target}
    if target.pk and target.pk not in figures:
        figures[target.pk] = own_figures(target, on)
    has = figures.get(target.pk or 0, False) or (row is not None and bool(row.plan.get("investment") or row.reports))
    return not_a_package(target, has)


def _targets(planner: Planner, rows: Sequence[Planned], texts: set[str]) -> dict[str, Project | str]:
    """The project that each of *texts*, a name or a number of the registry, means; or why none does."""
    here: dict[str, list[Project]] = {}
    for one in rows:
        if one.outcome != "rejected" and one.new:
            here.setdefault(tight(one.project.name), []).append(one.project)
    wanted = {tight(text) for text in texts}
    county: Unit = planner.on_file.county
    listed = Project.objects.filter(county=county).kept().order_by("pk").values_list("pk", "number", "name", "package")
    by_name: dict[str, list[int]] = {}
    by_number: dict[str, int] = {}
    packs = set()
    for pk, number, name, package in listed:
        if (key := tight(name)) in wanted:
            by_name.setdefault(key, []).append(pk)
        if number is not None:
            by_number[str(number)] = pk
        if package == pk:
            packs.add(pk)
    pks = {pk for same in by_name.values() for pk in same} | {by_number[text] for text in wanted & by_number.keys()}
    known = {**Project.objects.select_related("county", "package").in_bulk(pks), **planner.on_file.projects}
    found: dict[str, Project | str] = {}
    for text in texts:
        key = tight(text)
        same = [known[pk] for pk in by_name.get(key, ())] + here.get(key, [])
        if not same and key in by_number:
            same = [known[by_number[key]]]
        if len(same) > 1:
            same = [one for one in same if one.pk in packs] or same
        found[text] = same[0] if len(same) == 1 else _none(text, len(same), county)
    return found


def _none(text: str, same: int, county: Unit) -> str:
    if same:
        said = _("%(n)s projects are called “%(name)s”: write the number in the registry of the one that is meant")
        return said % {"n": same, "name": text}
    if Project.objects.filter(name=text).exclude(county=county).exists():
        return _("“%(name)s” is another county's project: a package is of one county") % {"name": text}
    said = _("No project is called “%(name)s”, here or on file: put the package on file first, or give it a row")
    return said % {"name": text}
