"""Lists of a year: made, changed, closed, opened again; projects put on lists by hand and taken off; all taken back.

What is done to many projects at once is one transaction, all of them or none; the list's row is held meanwhile, so
that of two people at once the second sees what the first did. *version* is there what the page had shown of each
project's stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.amounts import figures
from core.flow import services as flow
from core.models import Done
from core.records.history import keep, remove
from core.refusals import NeedsReason, Refused, Stale, Wrong, require, unseen
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.many.permissions import can_take_back
from projects.many.rows import PURSUED
from projects.registry.models import Project
from projects.rosters.models import Listed, Roster
from projects.rosters.permissions import can_keep_lists
from projects.rosters.queries import lists_in, names_lists, tiers_of, wrong_with

PUT, TAKEN, CLOSED = "roster_put", "roster_taken", "roster_closed"
MOST = 60  # lists of a year
NAMED = 10  # projects that a sentence names

Version = Mapping[int, int]


def stamps(pks: Iterable[int]) -> dict[int, int]:
    """What a page has seen of projects' stays on lists: the newest row of their history, 0 where there is none."""
    wanted = list(pks)
    history: Any = Listed.history
    newest = history.filter(project__in=wanted).order_by().values("project").annotate(newest=Max("history_id"))
    found = dict(newest.values_list("project", "newest"))
    return {pk: found.get(pk, 0) for pk in wanted}


# the lists ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_roster(
    county: Unit, *, year: int, name: str, by: User, now: datetime, rule: str = "", note: str = ""
) -> Roster:
    """A list of *year* of the office's own: by *rule*, or by hand. Raises NotAllowed, Wrong, Refused."""
    Unit.objects.select_for_update().get(pk=county.pk)
    require(can_keep_lists(by, county))
    there = list(Roster.objects.of(county, year))
    if len(there) >= MOST:
        raise Refused(_("A year has at most %(n)s lists: close one, or change one") % {"n": MOST})
    _sound(county, there, None, name, rule)
    known = {one.code for one in Roster.objects.filter(county=county)}
    code = next(code for n in range(1, len(known) + 2) if (code := f"own_{n}") not in known)
    made = Roster(
        county=county, year=year, code=code, name=name.strip(), rule=rule, note=note.strip(), position=len(there) + 1
    )
    keep(made, by=by, now=now)
    return made


@transaction.atomic
def change_roster(
    roster: Roster,
    *,
    name: str,
    by: User,
    now: datetime,
    rule: str = "",
    note: str = "",
    reason: str = "",
    version: int | None = None,
) -> Roster:
    """Another name, note or rule. A list stays by hand or by a rule; another rule needs a *reason*, since months that
    are over are read by it too (what was published is not). Raises NotAllowed, Stale, Wrong, NeedsReason, Refused."""
    fresh = _held(roster, by, version)
    _sound(fresh.county, Roster.objects.of(fresh.county_id, fresh.year), fresh, name, rule)
    if bool(rule) != fresh.by_rule:
        raise Refused(_("A list stays what it is, by hand or by a rule: make another one"))
    if rule != fresh.rule and not reason.strip():
        raise NeedsReason(_("Write why the rule is another one: it stays with the list"))
    if name.strip() != fresh.name:
        fresh.name_en = ""  # it said the old name
    fresh.name, fresh.rule, fresh.note = name.strip(), rule, note.strip()
    return _kept(fresh, by=by, now=now, reason=reason)


@transaction.atomic
def close_roster(roster: Roster, *, reason: str, by: User, now: datetime, version: int | None = None) -> Roster:
    """The list isn't offered any more and nobody is put on it; it stays readable. Raises NotAllowed, Stale,
    NeedsReason, Refused."""
    fresh = _held(roster, by, version)
    if not reason.strip():
        raise NeedsReason(_("Write why it is closed: it stays with the list"))
    fresh.closed_at, fresh.closed_by, fresh.closed_why = now, by, reason.strip()[:300]
    return _kept(fresh, by=by, now=now, reason=reason)


@transaction.atomic
def open_roster(roster: Roster, *, by: User, now: datetime, reason: str = "", version: int | None = None) -> Roster:
    """A closed list is offered again, as it was. Raises NotAllowed, Stale, Refused."""
    fresh = Roster.objects.select_for_update().get(pk=roster.pk)
    unseen(fresh, version)
    require(can_keep_lists(by, fresh.county_id))
    if fresh.closed_at is None:
        raise Refused(_("This list is open already"))
    fresh.closed_at, fresh.closed_by, fresh.closed_why = None, None, ""
    return _kept(fresh, by=by, now=now, reason=reason)


def _held(roster: Roster, by: User, version: int | None = None) -> Roster:
    """The list, locked and open."""
    fresh = Roster.objects.select_for_update().get(pk=roster.pk)
    unseen(fresh, version)
    require(can_keep_lists(by, fresh.county_id))
    if fresh.closed_at is not None:
        raise Refused(_("This list is closed"))
    return fresh


def _kept(roster: Roster, *, by: User, now: datetime, reason: str) -> Roster:
    roster.version += 1
    keep(roster, by=by, now=now, reason=reason.strip())
    return roster


def _sound(county: Unit, others: Iterable[Roster], own: Roster | None, name: str, rule: str) -> None:
    """Wrong where the name stands already, or the rule can't be one."""
    others = list(others)
    if not name.strip():
        raise Wrong({"name": _("Write what the list is called")})
    if any(one.name == name.strip() and one != own for one in others):
        raise Wrong({"name": _("This year has a list of that name already")})
    if not rule:
        return
    if why := wrong_with(rule, tiers_of(rules_of(county))):
        raise Wrong({"rule": why})
    if not names_lists(rule):
        return
    known = {one.code: one for one in others}
    for code in lists_in(rule):
        if code not in known:
            raise Wrong({"rule": _("This year has no list “%(code)s”") % {"code": code}})
        if known[code] == own or names_lists(known[code].rule):
            raise Wrong({"rule": _("“%(name)s” is itself made of lists: name those") % {"name": known[code]}})
    if own and any(own.code in lists_in(one.rule) for one in others):
        raise Wrong({"rule": _("Another list is made of this one: it can't be made of lists itself")})


# the projects on them -----------------------------------------------------------------------------------------------


@transaction.atomic
def put_on(
    county: Unit,
    *,
    roster: Roster,
    on: date,
    version: Version,
    by: User,
    now: datetime,
    reason: str,
    document: str = "",
) -> Done:
    """The projects of *version* stand on *roster* from *on* on, by the paper *document*. Raises NotAllowed, Stale,
    Wrong, Refused."""
    held = _demand(county, roster, on, by, now)
    projects = _locked(county, version)
    if idle := [one for one in projects if one.state not in PURSUED]:
        raise Refused(_("Not being pursued any more: %(names)s") % {"names": _names(idle)})
    last = _last_stays(held, version)
    rows = []
    for project in projects:
        if why := entry_refused(last.get(project.pk), on):
            raise Refused(f"{project.name}: {why}")
        made = Listed(roster=held, project=project, entered_on=on, entered_by=by, entered_why=reason.strip())
        made.entered_by_paper = document.strip()
        keep(made, by=by, now=now, reason=reason)
        rows.append(_row(project, "—", _on_since(held, on), made))

    def words() -> str:
        said = ngettext("%(n)s project put on “%(to)s”", "%(n)s projects put on “%(to)s”", len(rows))
        return said % {"n": len(rows), "to": held}

    return _remembered(PUT, rows, words, by=by, now=now)


@transaction.atomic
def take_off(
    county: Unit,
    *,
    roster: Roster,
    on: date,
    version: Version,
    by: User,
    now: datetime,
    reason: str,
    document: str = "",
) -> Done:
    """The projects of *version* stand on *roster* no more from *on* on, by the paper *document*; that they stood there
    stays. Raises NotAllowed, Stale, Wrong, Refused."""
    held = _demand(county, roster, on, by, now)
    projects = _locked(county, version)
    last = _last_stays(held, version)
    rows = []
    for project in projects:
        stay = last.get(project.pk)
        if stay is None or exit_refused(stay, on):
            raise Refused(f"{project.name}: {exit_refused(stay, on)}")
        stay.left_on, stay.left_by, stay.left_why = on, by, reason.strip()
        stay.left_by_paper = document.strip()
        keep(stay, by=by, now=now, reason=reason)
        will = _("taken off on %(day)s") % {"day": figures.day(on)}
        rows.append(_row(project, _on_since(held, stay.entered_on), will, stay))

    def words() -> str:
        said = ngettext("%(n)s project taken off “%(to)s”", "%(n)s projects taken off “%(to)s”", len(rows))
        return said % {"n": len(rows), "to": held}

    return _remembered(TAKEN, rows, words, by=by, now=now)


@transaction.atomic
def take_back(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """Each project of the act whose stays nobody changed since stands on the list as before the act, or doesn't, as
    before. The history keeps both. Raises NotAllowed, Refused."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back(by, done))
    rows = {row["pk"]: row for row in done.rows}
    lists = Listed.objects.filter(pk__in=[row["stay"] for row in rows.values()]).values("roster")
    list(Roster.objects.select_for_update().filter(pk__in=lists).order_by("pk"))
    stays = Listed.objects.select_for_update().in_bulk([row["stay"] for row in rows.values()])
    seen, n, left = stamps(rows), 0, []
    why = _("Taken back: %(what)s") % {"what": done.words}
    for pk, row in rows.items():
        stay = stays.get(row["stay"])
        row["left"] = "" if stay and seen[pk] == row["seen"] else _("Changed by somebody since")
        if row["left"] or stay is None:
            left.append(row["name"])
        elif done.key == PUT:
            remove(stay, by=by, now=now, reason=why)
            n += 1
        else:
            stay.left_on, stay.left_by, stay.left_why, stay.left_by_paper = None, None, "", ""
            keep(stay, by=by, now=now, reason=why)
            n += 1
    if not n:
        raise Refused(_("All of these projects were changed since: nothing can be taken back"))
    done.save(update_fields=["rows"])
    if left:
        said = _("Taken back for %(n)s projects; these were changed since and stay as they are: %(names)s")
        return said % {"n": n, "names": _(", ").join(left[:NAMED])}
    return ngettext("Taken back for %(n)s project", "Taken back for %(n)s projects", n) % {"n": n}


def entry_refused(last: Listed | None, on: date) -> str:
    """Why a project whose last stay on a list is *last* can't be put on it on *on*."""
    if last is None:
        return ""
    if last.left_on is None:
        return _("It stands on the list since %(day)s already") % {"day": figures.day(last.entered_on)}
    if on < last.left_on:
        return _("It stood on the list until %(day)s: the day can't be before that") % {
            "day": figures.day(last.left_on)
        }
    return ""


def exit_refused(last: Listed | None, on: date) -> str:
    """Why a project whose last stay on a list is *last* can't be taken off it on *on*."""
    if last is None or last.left_on is not None:
        return _("It isn't on this list")
    if on < last.entered_on:
        return _("It stands on the list since %(day)s: the day can't be before that") % {
            "day": figures.day(last.entered_on)
        }
    return ""


def _demand(county: Unit, roster: Roster, on: date, by: User, now: datetime) -> Roster:
    """The list, held, if projects can be put on it or taken off it on *on*."""
    held = _held(roster, by)
    if held.county_id != county.pk:
        raise Wrong({"roster": _("This list is another county's")})
    if held.by_rule:
        raise Wrong({"roster": _("This list is kept by its rule: nobody is put on it or taken off by hand")})
    flow.happened(on, now)
    if on.year != held.year:
        raise Wrong({"on": _("This is a list of %(year)s: write a day of that year") % {"year": held.year}})
    return held


def _locked(county: Unit, version: Version) -> list[Project]:
    """The projects, held in the order of their keys; Stale if a stay of one isn't what the page had shown."""
    projects = list(Project.objects.select_for_update().filter(county=county, pk__in=version).order_by("pk"))
    seen = stamps(version)
    changed = [one for one in projects if seen[one.pk] != version[one.pk]]
    if changed or len(projects) < len(version):
        said = _("Changed meanwhile: %(names)s. Nothing is done yet; look at them once more.")
        raise Stale(None, said % {"names": _names(changed)})
    return projects


def _last_stays(roster: Roster, pks: Iterable[int]) -> dict[int, Listed]:
    """The last stay of each of the projects *pks* on the list."""
    return {one.project_id: one for one in roster.stays.filter(project__in=list(pks)).order_by("entered_on", "pk")}


def _on_since(roster: Roster, on: date) -> str:
    return _("on “%(list)s” since %(day)s") % {"list": roster, "day": figures.day(on)}


def _row(project: Project, was: str, will: str, stay: Listed) -> dict[str, Any]:
    href = reverse("projects:page", args=[project.pk])
    return {"pk": project.pk, "name": project.name, "href": href, "was": was, "will": will, "stay": stay.pk}


def _remembered(key: str, rows: list[dict[str, Any]], words: undo.Said, *, by: User, now: datetime) -> Done:
    seen = stamps(row["pk"] for row in rows)
    for row in rows:
        row["seen"] = seen[row["pk"]]
    return undo.keep(key, by=by, now=now, words=words, rows=rows)


def _names(projects: Iterable[Project]) -> str:
    return _(", ").join(project.name for project in list(projects)[:NAMED])
