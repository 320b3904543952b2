"""The checklist of a project: drawn up, added to, changed, left out, argued, obtained."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.flow import services as flow
from core.models import StoredFile
from core.records import bulk
from core.records.history import differing, keep
from core.refusals import NeedsReason, NotAllowed, Wrong, require, unseen
from core.told import tell
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.approvals import checks
from projects.approvals.models import LEFT_OUT, OBTAINED, ApprovalItem, Argument, ItemState, Warned, ending
from projects.approvals.pages import standing_of
from projects.approvals.permissions import can_change_item, can_draw_up, can_set_item
from projects.choices import Stage
from projects.procedures import track_of
from projects.registry import services as registry
from projects.registry.models import Approval, Project
from projects.rules import ApprovalRules

FACTS = ("leader", "handler", "measures", "deadline", "level", "authority", "joint_on")
OF_STATE = ("state", "why", "tolerated_until", "merged_into", "left_out_on")


@transaction.atomic
def draw_up(
    project: Project, *, by: User | None, now: datetime, track: str = "", version: int | None = None
) -> list[ApprovalItem]:
    """Put on *project*'s checklist what its track needs and isn't on it; answers what came. Without *track* it is the
    one that the kind of investment takes. *by* is None for the heartbeat."""
    fresh = flow.locked(project, version=version)
    if by is not None:
        require(can_draw_up(by, fresh))
    rules = rules_of(fresh.county)[ApprovalRules]
    found = next((one for one in rules.tracks if one.code == track), None)
    if track and found is None:
        raise Wrong({"track": _("The county's file has no such track")})
    if found := found or track_of(rules.tracks, fresh.investment_kind):
        return _put(fresh, found.steps, found.code, rules, by=by, now=now)
    return []


def draw_up_all(county: Unit, *, now: datetime) -> int:
    """Draw up the checklists of the projects under way whose preparations have begun and that have none; how many."""
    projects = Project.objects.filter(county=county, approval_items=None).active()
    found = list(projects.exclude(stage__in=(Stage.PLANNED, Stage.COMPLETED)).order_by("pk"))
    return sum(bool(draw_up(project, by=None, now=now)) for project in found)


@transaction.atomic
def add_item(
    project: Project, *, kind: str, by: User, now: datetime, reason: str, version: int | None = None
) -> ApprovalItem:
    """Put one more approval on the checklist, with a reason."""
    fresh = flow.locked(project, version=version)
    require(can_draw_up(by, fresh))
    rules = rules_of(fresh.county)[ApprovalRules]
    if kind not in rules.by_code:
        raise Wrong({"kind": _("The county's catalogue has no such approval")})
    flow.reasoned(reason)
    last = fresh.approval_items.order_by("-pk").first()
    track = last.track if last else getattr(track_of(rules.tracks, fresh.investment_kind), "code", "")
    if made := _put(fresh, [kind], track, rules, by=by, now=now, reason=reason.strip()):
        return made[0]
    raise Wrong({"kind": _("It stands on the checklist already")})


def _put(
    project: Project,
    kinds: Iterable[str],
    track: str,
    rules: ApprovalRules,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
) -> list[ApprovalItem]:
    there = set(project.approval_items.values_list("kind", flat=True))
    since = timezone.localdate(now)
    if not there and project.counts_from:
        since = min(since, project.counts_from)
    by_code = rules.by_code
    made = [
        ApprovalItem(
            project=project,
            kind=kind,
            track=track,
            level=by_code[kind].level if kind in by_code else "county",
            joint=kind in by_code and by_code[kind].joint,
            deadline=deadline(project, rules),
            needed_from=since,
        )
        for kind in kinds
        if kind not in there
    ]
    bulk.insert(made, by=by, now=now, reason=reason)
    return made


def deadline(project: Project, rules: ApprovalRules) -> date | None:
    """By when a project's approvals are to be there: before the planned start, and by the county's day of that year
    at the latest, unless the start is later than that."""
    start = project.planned_start
    if start is None or not rules.obtain_by:
        return start
    all_by = date.fromisoformat(f"{start.year}-{rules.obtain_by}")
    return min(start, all_by)


@transaction.atomic
def change_item(
    item: ApprovalItem, *, by: User, now: datetime, version: int | None = None, reason: str = "", **changes: Any
) -> ApprovalItem:
    """Say who sees to *item*, by when, with what measures, where it is given, when it was reviewed jointly (FACTS).
    A deadline that was on file changes with a reason. Equal values write nothing."""
    if unknown := set(changes) - set(FACTS):
        raise TypeError(f"no facts of an item: {sorted(unknown)}")
    fresh = _locked(item, version)
    require(can_change_item(by, fresh))
    changed = differing(fresh, changes)
    if not changed:
        return fresh
    if "deadline" in changed and fresh.deadline is not None and not reason.strip():
        raise NeedsReason(_("Write why the deadline changes: days on file change with a reason only"))
    if (day := changed.get("joint_on")) and day > timezone.localdate(now):
        raise Wrong({"joint_on": _("The day lies in the future: write the day on which it happened")})
    for name, value in changed.items():
        setattr(fresh, name, value)
    return _bump(fresh, changed, by=by, now=now, reason=reason)


@transaction.atomic
def set_item(
    item: ApprovalItem,
    *,
    state: str,
    by: User,
    on: date,
    now: datetime,
    version: int | None = None,
    reason: str = "",
    until: date | None = None,
    into: str = "",
) -> ApprovalItem:
    """Say how *item* stands since *on*: not needed, merged (*into* another one), missing papers tolerated (*until* a
    day), refused, submitted again, or simply to be obtained. All but the last two want a reason."""
    fresh = _locked(item, version)
    require(can_set_item(by, fresh, state))
    flow.happened(on, now)
    if state not in ItemState.values or state == ItemState.ARGUED:
        raise Wrong({"state": _("Choose one of the states")})
    if _document(fresh):
        raise NotAllowed(_("The document is on file. Take it off the file first if it isn't valid"))
    if state == ItemState.RESUBMITTED and fresh.state not in (ItemState.REFUSED, ItemState.ARGUED, state):
        raise Wrong({"state": _("Only what was refused is submitted again")})
    if state not in (ItemState.OPEN, ItemState.RESUBMITTED):
        flow.reasoned(reason)
    new: dict[str, Any] = {"state": state, "why": reason.strip()[:300], "tolerated_until": None}
    new |= {"merged_into": "", "left_out_on": None}
    if state == ItemState.TOLERATED:
        if until is None or until < on:
            raise Wrong({"until": _("Write until when the missing papers are tolerated")})
        new["tolerated_until"] = until
    if state == ItemState.MERGED:
        others = fresh.project.approval_items.exclude(pk=fresh.pk).values_list("kind", flat=True)
        if into not in others:
            raise Wrong({"into": _("Say which approval of the checklist it is merged into")})
        new["merged_into"] = into
    if state in LEFT_OUT:
        new["left_out_on"] = fresh.left_out_on or max(on, fresh.needed_from)
    if state == ItemState.REFUSED and fresh.state != state:
        tell("approval_item_refused", fresh, by=by, now=now, why=reason.strip())
    changed = differing(fresh, new)
    if not changed:
        return fresh
    for name, value in changed.items():
        setattr(fresh, name, value)
    return _bump(fresh, changed, by=by, now=now, reason=reason)


@transaction.atomic
def argue(
    item: ApprovalItem, *, level: str, by: User, on: date, now: datetime, version: int | None = None
) -> Argument:
    """Send *item* up to be argued at *level*: the next round. While one is out there is no other."""
    fresh = _locked(item, version)
    require(can_change_item(by, fresh))
    flow.happened(on, now)
    if fresh.state in LEFT_OUT or _document(fresh):
        raise NotAllowed(_("What isn't needed or is obtained isn't argued"))
    rounds = list(fresh.arguments.all())
    if rounds and rounds[-1].answered_on is None:
        raise NotAllowed(_("The last round has no answer yet"))
    if rounds and rounds[-1].answered_on and on < rounds[-1].answered_on:
        raise Wrong({"on": _("This day is before the answer to the last round")})
    made = Argument(item=fresh, number=len(rounds) + 1, level=level, sent_on=on)
    keep(made, by=by, now=now)
    fresh.state, fresh.why, fresh.tolerated_until = ItemState.ARGUED, "", None
    _bump(fresh, OF_STATE, by=by, now=now)
    return made


@transaction.atomic
def answer_argument(
    item: ApprovalItem,
    *,
    passed: bool,
    feedback: str,
    by: User,
    on: date,
    now: datetime,
    version: int | None = None,
) -> Argument:
    """What came back from the round that is out: passed, or not, with the feedback that the papers follow."""
    fresh = _locked(item, version)
    require(can_change_item(by, fresh))
    flow.happened(on, now)
    round_ = fresh.arguments.filter(answered_on=None).first()
    if round_ is None:
        raise NotAllowed(_("No round is out"))
    if on < round_.sent_on:
        raise Wrong({"on": _("This day is before the round was sent")})
    if not passed and not feedback.strip():
        raise Wrong({"feedback": _("Write what has to become better")})
    round_.passed, round_.feedback, round_.answered_on = passed, feedback.strip()[:500], on
    keep(round_, by=by, now=now)
    fresh.state, fresh.why = (ItemState.OPEN, "") if passed else (ItemState.REFUSED, round_.feedback[:300])
    _bump(fresh, OF_STATE, by=by, now=now, reason=round_.feedback)
    if not passed:
        tell("approval_item_refused", fresh, by=by, now=now, why=round_.feedback)
    return round_


@transaction.atomic
def obtain(
    project: Project,
    *,
    kind: str,
    obtained_on: date,
    by: User,
    now: datetime,
    document_number: str = "",
    valid_until: date | None = None,
    file: StoredFile | None = None,
    version: int | None = None,
    seen: int | None = None,
    reason: str = "",
) -> tuple[Approval, list[str]]:
    """Put the document of an approval on file, and say so on the checklist; answers which approvals were to come
    before it. Where the law forbids that, it wants a reason, which is kept. *seen* is the version of the item."""
    fresh = flow.locked(project)
    item = fresh.approval_items.select_for_update().filter(kind=kind).first()
    if item is not None:
        unseen(item, seen)
    rules = rules_of(fresh.county)[ApprovalRules]
    standing = standing_of(fresh)
    on = timezone.localdate(now)
    waits = checks.waits_for(rules.catalogue, kind, standing, fresh.started_on, on) if item else []
    procedure = rules.by_code.get(kind)
    forbidden = checks.against_law(procedure, waits)
    if forbidden and procedure and not reason.strip():
        names = _(", ").join(rules.name(code) for code in forbidden)
        said = {"names": names, "law": procedure.law_says}
        raise NeedsReason(_("%(names)s comes first by law (%(law)s). If it is so, write why.") % said)
    facts: dict[str, Any] = {"document_number": document_number, "valid_until": valid_until, "file": file}
    made = registry.record_approval(
        fresh, kind=kind, obtained_on=obtained_on, by=by, now=now, version=version, reason=reason, **facts
    )
    if item is not None:
        item.state, item.why, item.tolerated_until = ItemState.OPEN, reason.strip()[:300] if forbidden else "", None
        item.left_out_on, item.merged_into = None, ""
        _bump(item, OF_STATE, by=by, now=now, reason=reason)
    return made, waits


@transaction.atomic
def warn(county: Unit, marks: Iterable[int], *, now: datetime) -> int:
    """Tell the ends of validities that are near, each of *marks* (days before it) once; how many warnings."""
    on, marks = timezone.localdate(now), tuple(marks)
    found = list(ending(county, on + timedelta(days=max(marks, default=0))).filter(valid_until__gte=on))
    told: dict[tuple[int, date], set[int]] = {}
    for pk, end, days in Warned.objects.filter(approval__in=found).values_list("approval", "until", "days"):
        told.setdefault((pk, end), set()).add(days)
    warned = 0
    for approval in found:
        until = approval.valid_until
        if until is None or not (reached := checks.to_warn(until, marks, told.get((approval.pk, until), ()), on)):
            continue
        rows = [Warned(approval=approval, until=until, days=days) for days in reached]
        Warned.objects.bulk_create(rows, ignore_conflicts=True)
        tell("approval_ending", approval, by=None, now=now)
        warned += 1
    return warned


@transaction.atomic
def work_item(
    item: ApprovalItem,
    *,
    state: str,
    day: date | None,
    text: str,
    by: User,
    now: datetime,
    version: int | None = None,
) -> ApprovalItem:
    """A row of the desk: obtained on *day* under the number *text*, tolerated until *day*, or as *state* says with the
    reason *text*. The command office, which does it instead of who gives it, says why on the project's page."""
    if state == OBTAINED:
        if day is None:
            raise Wrong({"day": _("Write the day on the document")})
        obtain(item.project, kind=item.kind, obtained_on=day, document_number=text, by=by, now=now, seen=version)
        return ApprovalItem.objects.get(pk=item.pk)
    today = timezone.localdate(now)
    return set_item(item, state=state, by=by, on=today, now=now, version=version, reason=text, until=day)


def _locked(item: ApprovalItem, version: int | None) -> ApprovalItem:
    """*item* as it is now, held with its project, so that a checklist is worked on by one at a time."""
    flow.locked(Project(pk=item.project_id))
    fresh = ApprovalItem.objects.select_for_update(of=("self",)).select_related("project").get(pk=item.pk)
    unseen(fresh, version)
    return fresh


def _bump(item: ApprovalItem, changed: Iterable[str], *, by: User, now: datetime, reason: str = "") -> ApprovalItem:
    """Saves the fields *changed* as the next version, with history."""
    item.version += 1
    keep(item, by=by, now=now, reason=reason.strip(), fields=[*changed, "version"])
    return item


def _document(item: ApprovalItem) -> bool:
    return Approval.objects.filter(project=item.project_id, kind=item.kind).exists()
