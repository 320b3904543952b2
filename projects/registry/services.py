"""The writers of a project's facts: on file, changed, planned, approved, sponsored. Money is whole yuan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import coded
from core.flow import services as flow
from core.models import StoredFile
from core.records import bulk
from core.records.fields import field_of, label_of
from core.records.history import differing, keep, newest_version, remove, tidy
from core.refusals import NeedsReason, NotAllowed, Stale, Wrong, require
from core.told import tell
from organization.people.models import Post, Role, User
from organization.permissions import works_for
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import ChangeKind, Stage
from projects.classes import LIST_OF, ClassRules
from projects.procedures import months_after
from projects.registry import permissions
from projects.registry.codes import arrange
from projects.registry.models import STALE, Approval, Project, Sponsor
from projects.registry.months.nodes import scheduled
from projects.registry.months.services import first_day, follow
from projects.registry.places import as_place
from projects.rules import ApprovalRules

# What a person may type of a project. Stage and state have a door of their own (`services.lifecycle`).
FIRST_DAY = date(2000, 1, 1)  # no document of a project on file is older
FACTS = (
    "number",
    "name",
    "code",
    "owner",
    "investor",
    "lead_unit",
    "agent_unit",
    "competent_unit",
    "responsible",
    "location",
    "site",
    "longitude",
    "latitude",
    "sector",
    "cluster",
    "category",
    "level",
    "investment_kind",
    "nature",
    "scope",
    "total_investment",
    "start_year",
    "end_year",
    "planned_start",
    "planned_completion",
    "ceremony_on",
    "started_on",
    "statistics_start_on",
    "entered_on",
    "completed_on",
    "remark",
)


# Days that were once on file change with a reason only (design 3): what happened, and what was promised.
FIRST_DAYS = (
    "planned_start",
    "planned_completion",
    "ceremony_on",
    "started_on",
    "statistics_start_on",
    "entered_on",
    "completed_on",
)


HAPPENED = ("ceremony_on", "started_on", "statistics_start_on", "entered_on", "completed_on")


# By these a project is known; what is like another one on file in them is asked about.
IDENTITY = frozenset({"code", "name", "lead_unit"})


class OnFileAlready(NeedsReason):
    """The registry seems to have the project (P01: on file once): `twins` are those like it."""

    def __init__(self, twins: Sequence[Project]) -> None:
        why = _("The registry seems to have this project already. If it is another one, write why.")
        super().__init__(why, ["reason"])
        self.twins = list(twins)


def lock(county: Unit) -> None:
    """Serve those who put projects on file in *county* in turn, until the transaction ends: of two at the same moment
    the second sees what the first has put there, and takes the next number. Before any project's row is locked."""
    Unit.objects.select_for_update(no_key=True).get(pk=county.pk)


def initials_of(name: str) -> str:
    """The first letters of the name's pinyin, small: 粮食烘干中心 → lshgzx; letters and digits stay."""
    from pypinyin.seg.simpleseg import seg  # 60 ms and 5 MB: only where a name is written

    return "".join([_letters(word) for word in seg(as_place(name))]).lower()[:200]


@lru_cache(maxsize=5_000)
def _letters(word: str) -> str:
    """Of one word of the dictionary, or what stands between: a ledger's thousand names are made of a few hundred."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))


@transaction.atomic
def register(
    *,
    county: Unit,
    by: User,
    now: datetime,
    stage: str = Stage.PLANNED,
    on: date | None = None,
    cooperating_units: Iterable[Unit] = (),
    reason: str = "",
    seen: Iterable[int] | None = None,
    origin: str = "",
    **facts: Any,
) -> Project:
    """Put a project on file, with the next number of the county's registry if none is given.

    *stage* other than planned is for projects that are further when they are first put on file: the office's.
    NotAllowed, or Wrong with a sentence per field. *on* is the day from which it counts (default: that of *now*).
    OnFileAlready if the registry has its like, unless *reason* says why it is another one; with *seen* (ids that the
    person was shown) the reason counts for those only. *origin* says where it comes from; history keeps both.
    """
    require(permissions.can_register(by, county))
    _known(facts)
    lock(county)
    project = Project(county=county, stage=stage, created_at=now, **in_codes(facts, county))
    tidy(project)
    if not permissions.can_edit_project(by, project):
        raise Wrong({"lead_unit": _("You put projects of your own unit on file; others are the command office's")})
    if stage != Stage.PLANNED and not by.is_office_of(county):
        raise NotAllowed(_("Only the command office puts a project on file at a later stage"))
    _sound(project, now)
    _once(project, reason, seen)
    reason = _("; ").join(filter(None, [origin, reason.strip()]))
    project.initials = initials_of(project.name)
    if project.number is None:
        project.number = (Project.objects.filter(county=county).aggregate(last=Max("number"))["last"] or 0) + 1
    since = on or _day(now)
    project.counts_from = first_day(county.pk, since, *(getattr(project, name) for name in HAPPENED))
    codes = arrange([project], {})
    keep(project, by=by, now=now, reason=reason)
    codes.write(by=by, now=now, reason=reason)
    if units := list(cooperating_units):
        project.cooperating_units.set(units)
    flow.tell(project, ChangeKind.CREATED, "", by=by, on=since, now=now, reason=reason)
    follow([project], on=since, now=now, by=by, reason=reason)
    return project


@transaction.atomic
def edit(
    project: Project, *, by: User, now: datetime, version: int | None = None, reason: str = "", **changes: Any
) -> Project:
    """Change facts of *project* (those of FACTS, and `cooperating_units`); writes only what differs.

    *version* is what the form had seen: Stale with what the others changed meanwhile. NeedsReason if a day that was on
    file changes and *reason* is empty, OnFileAlready if it becomes like another project. Wrong with a sentence per
    field. Equal values write nothing.
    """
    units = changes.pop("cooperating_units", None)
    _known(changes)
    if not IDENTITY.isdisjoint(changes):
        lock(project.county)
    fresh = flow.locked(project)
    require(permissions.can_edit_facts(by, fresh, [*changes, *(["cooperating_units"] if units is not None else [])]))
    if version is not None and fresh.version != version:
        raise _stale(fresh, version)
    changes = differing(fresh, in_codes(changes, fresh.county))
    changed = list(changes)
    new_units = units is not None and set(fresh.cooperating_units.all()) != set(units)
    if not changed and not new_units:
        return fresh
    if "lead_unit" in changed and not (may := permissions.can_change_lead_unit(by, fresh)):
        raise Wrong({"lead_unit": may.why})
    if "entered_on" in changed and not (may := permissions.can_change_entry_day(by, fresh)):
        raise Wrong({"entered_on": may.why})
    moved = [name for name in changed if name in FIRST_DAYS and getattr(fresh, name) is not None]
    if moved and not reason.strip():
        names = _(", ").join(str(label_of(Project, name)) for name in moved)
        raise NeedsReason(
            _("Write why %(names)s changes: days on file change with a reason only") % {"names": names}, moved
        )
    was = {fresh.pk: fresh.code}
    for name in changed:
        setattr(fresh, name, changes[name])
    _sound(fresh, now, changed)
    if not IDENTITY.isdisjoint(changed):
        _once(fresh, reason)
    if "name" in changed:
        fresh.initials = initials_of(fresh.name)
        changed.append("initials")
    if "code" in changed:
        arrange([fresh], was).write(by=by, now=now, reason=reason.strip())
        changed.append("other_codes")
    fresh.version += 1
    if new_units:
        _set_units(fresh, list(units or ()))
    keep(fresh, by=by, now=now, reason=reason.strip(), fields=[*changed, "version"])
    follow([fresh], on=_day(now), now=now, by=by, reason=reason)
    if "lead_unit" in changed:
        tell("project_handed", fresh, by=by, now=now, why=reason.strip())
    return fresh


@transaction.atomic
def record_approval(
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
    reason: str = "",
) -> Approval:
    """Put an obtained approval on file, or correct the one of the same kind. A file already there stays. *version* is
    that of the approval (`_unseen`). Where a unit gives it, its approver does, and others say why (`reason`). Without
    *valid_until* it holds as long as the county's catalogue says."""
    flow.locked(project)
    require(permissions.can_record_approval(by, project, kind))
    _instead(project, kind, by, reason)
    _unseen(project, version, Approval, kind=kind)
    if obtained_on > _day(now):
        raise Wrong({"obtained_on": _("The day lies in the future: write the day on the document")})
    if obtained_on < FIRST_DAY:
        raise Wrong({"obtained_on": _("A day before the year 2000 can't be")})
    if len(document_number.strip()) > (most := Approval._meta.get_field("document_number").max_length or 0):
        raise Wrong({"document_number": _("At most %(n)s characters") % {"n": most}})
    approval = Approval.objects.filter(project=project, kind=kind).first() or Approval(project=project, kind=kind)
    file = file or approval.file
    if valid_until is None:
        valid_until = (
            approval.valid_until if approval.obtained_on == obtained_on else _holds(project, kind, obtained_on)
        )
    if valid_until and valid_until < obtained_on:
        raise Wrong({"valid_until": _("This day is before the day on the document")})
    new = (document_number.strip(), obtained_on, valid_until, file)
    if approval.pk and (approval.document_number, approval.obtained_on, approval.valid_until, approval.file) == new:
        return approval
    approval.document_number, approval.obtained_on, approval.valid_until, approval.file = new
    keep(approval, by=by, now=now, reason=reason.strip())
    _follow_schedule(project, by=by, now=now)
    tell("approval_recorded", approval, by=by, now=now)
    return approval


def _holds(project: Project, kind: str, obtained_on: date) -> date | None:
    """Until when an approval of *kind* holds by the county's catalogue; None for always."""
    procedure = rules_of(project.county)[ApprovalRules].by_code.get(kind)
    return months_after(obtained_on, procedure.valid_months) if procedure and procedure.valid_months else None


@transaction.atomic
def remove_approval(approval: Approval, *, by: User, now: datetime, reason: str, version: int | None = None) -> None:
    """Take an approval off the file (revoked, or a slip), with a reason; the history keeps it."""
    flow.locked(approval.project)
    require(permissions.can_record_approval(by, approval.project, approval.kind))
    _unseen(approval.project, version, Approval, id=approval.pk)
    flow.reasoned(reason)
    remove(approval, by=by, now=now, reason=f"{approval.called}: {reason.strip()}")
    _follow_schedule(approval.project, by=by, now=now)


def _follow_schedule(project: Project, *, by: User, now: datetime) -> None:
    """An approval may end a milestone, which a month's row shows."""
    if scheduled(project):
        follow([project], on=_day(now), now=now, by=by)


@transaction.atomic
def set_sponsors(
    project: Project,
    posts: Sequence[Post],
    *,
    by: User,
    now: datetime,
    reason: str = "",
    version: int | None = None,
    by_portfolio: Iterable[Post] = (),
) -> list[Sponsor]:
    """Say which leaders' posts answer for *project*, the first of them approves its reports. *version* is that of the
    sponsors (`_unseen`). Those *by_portfolio* pass on with the portfolio, all others stay until somebody changes them.
    The same posts in the same order write nothing."""
    flow.locked(project)
    require(permissions.can_set_sponsors(by, project))
    _unseen(project, version, Sponsor)
    wanted = {post.pk: position for position, post in enumerate(dict.fromkeys(posts))}
    follow = {post.pk for post in by_portfolio}
    if [(pk, pk in follow) for pk in wanted] == list(project.sponsors.values_list("post", "by_portfolio")):
        return list(project.sponsors.select_related("post"))
    for sponsor in project.sponsors.all():
        position = wanted.pop(sponsor.post_id, None)
        if position is None:
            remove(sponsor, by=by, now=now, reason=reason)
        elif (sponsor.position, sponsor.by_portfolio) != (position, sponsor.post_id in follow):
            sponsor.position, sponsor.by_portfolio = position, sponsor.post_id in follow
            keep(sponsor, by=by, now=now, reason=reason, fields=["position", "by_portfolio"])
    for pk, position in wanted.items():
        made = Sponsor(project=project, post_id=pk, position=position, by_portfolio=pk in follow)
        made.since = Sponsor.first_day(project, now)
        keep(made, by=by, now=now, reason=reason)
    new = [post.holder for post in posts if post.pk in wanted and post.holder and post.holder != by]
    if new:
        tell("project_sponsored", project, by=by, now=now, why=reason.strip(), to=new)
    return list(project.sponsors.select_related("post"))


def in_codes(facts: Mapping[str, Any], county: Unit) -> dict[str, Any]:
    """*facts* with the county's codes for what people wrote of its classes; what no class is called stays as it is."""
    written = [field for field in LIST_OF if facts.get(field)]
    if not written:
        return dict(facts)
    classes = rules_of(county)[ClassRules]
    return {**facts, **{field: coded.coded(classes.of(field), facts[field]) for field in written}}


@transaction.atomic
def classify(county: Unit, *, now: datetime, by: User | None = None) -> list[str]:
    """Texts of the county's projects become codes where its classes know them; the rest stays as it was said. Answers
    what became what, with how many; a second time nothing."""
    lock(county)
    return recode(Project.objects.filter(county=county), ("sector", "cluster"), by=by, now=now)


@transaction.atomic
def recode(found: QuerySet[Any], fields: Sequence[str], *, now: datetime, by: User | None = None) -> list[str]:
    """The same for *fields* of *found*: records of one county that have a version and a history."""
    first = found.select_related("county").first()
    if first is None:
        return []
    classes, done = rules_of(first.county)[ClassRules], Counter[tuple[str, str]]()
    changed = []
    for record in found.filter(_unlisted(classes, fields)).select_for_update(of=("self",)).order_by("pk"):
        codes = {field: coded.match(classes.of(field), getattr(record, field)) for field in fields}
        new = {field: code for field, code in codes.items() if code and code != getattr(record, field)}
        for field, code in new.items():
            done[getattr(record, field), coded.label_of(classes.of(field), code)] += 1
            setattr(record, field, code)
        if new:
            record.version += 1
            changed.append(record)
    bulk.update(changed, (*fields, "version"), by=by, now=now, reason=_("Classed by the county's list"))
    return [f"{old} → {label} ({n})" for (old, label), n in done.items()]


def unclassed(found: QuerySet[Any], county: Unit, *fields: str) -> list[str]:
    """What stands in *fields* of *found* and isn't in the county's class lists, with how often."""
    classes, said = rules_of(county)[ClassRules], Counter[str]()
    for field in fields:
        values = found.filter(_unlisted(classes, [field])).order_by().values_list(field, flat=True)
        said.update(values)
    return [f"{text} ({n})" for text, n in said.most_common()]


def _unlisted(classes: ClassRules, fields: Iterable[str]) -> Q:
    """The condition that one of *fields* is filled in with what no class of its list has."""
    found = Q(pk__in=[])
    for field in fields:
        if entries := classes.of(field):  # a county without such a list says what it likes
            found |= ~Q(**{f"{field}__in": ["", *coded.labels(entries)]})
    return found


def _instead(project: Project, kind: str, by: User, reason: str) -> None:
    """The command office says why it puts on file what a unit of the county gives."""
    unit = permissions.authorities(project.county).get(kind)
    if unit is not None and not works_for(by, unit, Role.APPROVER) and not reason.strip():
        raise NeedsReason(_("Write why you put it on file instead of %(unit)s, which gives it") % {"unit": unit})


def _day(now: datetime) -> date:
    return timezone.localdate(now)


def _known(facts: Mapping[str, Any]) -> None:
    if unknown := [name for name in facts if name not in FACTS]:
        raise TypeError(f"not a fact of a project: {', '.join(unknown)}")


def _once(project: Project, reason: str, seen: Iterable[int] | None = None) -> None:
    twins = Project.objects.twins_of(project)
    unseen = seen is not None and not {twin.pk for twin in twins} <= set(seen)
    if twins and (unseen or not reason.strip()):
        raise OnFileAlready(twins)


def _sound(project: Project, now: datetime, changed: Iterable[str] | None = None) -> None:
    """What can't be, as a sentence by field; old facts that nobody touches don't keep anyone from mending another."""
    wrong: dict[str, str] = {}
    touched = set(FACTS if changed is None else changed)
    if not project.name.strip():
        wrong["name"] = _("A project needs a name")
    if len(project.name) > 200:
        wrong["name"] = _("The name has %(n)s characters; at most 200 are kept") % {"n": len(project.name)}
    if project.total_investment is not None and project.total_investment < 0:
        wrong["total_investment"] = _("An amount can't be below zero")
    if "lead_unit" in touched and project.lead_unit.county_id != project.county_id:
        wrong["lead_unit"] = _("This unit is another county's")
    for name in HAPPENED:
        day = getattr(project, name)
        if name in touched and day and day > _day(now):
            wrong[name] = _("The day lies in the future: write the day on which it happened")
    for first, then, said in (
        ("started_on", "completed_on", _("It can't be completed before it started")),
        ("planned_start", "planned_completion", _("It can't be planned to be completed before it starts")),
        ("start_year", "end_year", _("The last year can't be before the first")),
    ):
        one, two = getattr(project, first), getattr(project, then)
        if {first, then} & touched and one and two and two < one:
            wrong.setdefault(then, said)
    if (
        "competent_unit" in touched
        and project.competent_unit
        and project.competent_unit.county_id != project.county_id
    ):
        wrong["competent_unit"] = _("This unit is another county's")
    same = Project.objects.filter(county_id=project.county_id, number=project.number).exclude(pk=project.pk)
    if "number" in touched and project.number is not None and same.exists():
        wrong["number"] = _("The number %(n)s is taken by another project") % {"n": project.number}
    if wrong:
        raise Wrong(wrong)


def _set_units(project: Project, units: list[Unit]) -> None:
    # simple-history writes its own row when the relation changes; the row of the save that follows says the same.
    marked: Any = project
    marked.skip_history_when_saving = True
    project.cooperating_units.set(units)
    del marked.skip_history_when_saving


def _unseen(project: Project, version: int | None, model: Any, **which: Any) -> None:
    """Stale if what stands beside the project (a plan, an approval, its sponsors) isn't what the page had shown: the
    number of its newest row of history, 0 for nothing."""
    if version is not None and version != newest_version(model, project=project.pk, **which):
        raise Stale(project)


def _stale(fresh: Project, version: int) -> Stale:
    """What the others changed since *version*: {field: (was, is)}, and who was last."""
    history = fresh.history.order_by("-history_id")
    seen = history.filter(version=version).first()
    latest = history.select_related("history_user").first()
    theirs = {}
    if seen is not None:
        for name in (*FACTS, "stage", "state"):
            attname = field_of(Project, name).attname
            if getattr(seen, attname) != getattr(fresh, attname):
                theirs[name] = (getattr(seen, name), getattr(fresh, name))
    who = str(latest.history_user or "") if latest else ""
    return Stale(fresh, str(STALE) % {"stage": fresh.get_stage_display()}, theirs=theirs, who=who)
