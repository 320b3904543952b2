"""What the checklist of a project and the desk of approvals show, and who puts which approval on file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from core.indicators import Quotient
from organization.people.models import User
from organization.profiles.rules import Rules, rules_of
from organization.units.models import Unit
from projects.approvals import checks
from projects.approvals.checks import Standing
from projects.approvals.models import EXPIRED, LEFT_OUT, OBTAINED, SHOWN, ApprovalItem, Argument, ItemState
from projects.approvals.permissions import can_change_item
from projects.choices import ApprovalKind, Stage
from projects.procedures import Track, waves
from projects.registry.models import Approval, Project, ProjectQuerySet
from projects.registry.permissions import authorities, can_record_approval
from projects.rules import ApprovalRules

TONES = {
    OBTAINED: "green",
    EXPIRED: "red",
    ItemState.REFUSED: "red",
    ItemState.TOLERATED: "amber",
    ItemState.ARGUED: "amber",
    ItemState.RESUBMITTED: "ac",
}


@dataclass(frozen=True)
class Rights:
    """Who puts what on file for one project: the kinds that the person may, the units that give some of them."""

    kinds: list[str]
    given: Mapping[str, Unit]
    why_not: str
    known: Mapping[str, str]  # all there are, by name

    @property
    def named(self) -> list[tuple[str, str]]:
        return [(kind, self.known[kind]) for kind in self.kinds]

    @property
    def said(self) -> list[tuple[str, str]]:
        """By unit, the names of what it gives and puts on file itself."""
        found: dict[str, list[str]] = {}
        for kind, name in self.known.items():
            if kind in self.given:
                found.setdefault(str(self.given[kind]), []).append(name)
        return [(unit, "、".join(labels)) for unit, labels in found.items()]


def rights(user: User, project: Project, rules: Rules | None = None) -> Rights:
    given = authorities(project.county, rules)
    standard: dict[str, str] = {kind.value: str(kind.label) for kind in ApprovalKind}
    catalogue = (rules or rules_of(project.county))[ApprovalRules].catalogue
    known = standard | {one.code: str(one.name) for one in catalogue if one.code not in standard}
    answers = {kind: can_record_approval(user, project, kind, given) for kind in known}
    refusals = [answer.why for answer in answers.values() if not answer]
    may = [kind for kind, answer in answers.items() if answer]
    return Rights(may, given, refusals[0] if refusals else "", known)


def lacking(projects: ProjectQuerySet, kinds: Iterable[str]) -> ProjectQuerySet:
    """Those of *projects* that are under way and lack one of *kinds* that their checklist has, whose start was planned
    first first."""
    open_ = ApprovalItem.objects.outstanding().filter(kind__in=list(kinds)).values("project")
    found = projects.active().exclude(stage=Stage.COMPLETED).filter(pk__in=open_)
    return found.order_by(F("planned_start").asc(nulls_last=True), "pk")


# the checklist ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """An item of a checklist as its page shows it."""

    item: ApprovalItem
    name: str
    state: str  # of SHOWN
    unit: str  # who gives it
    approval: Approval | None
    waits: list[str]  # names of what comes first and isn't there
    late: int  # days since the deadline
    left: int | None  # days until the validity ends, once that is near
    merged_into: str
    rounds: list[Argument]
    may_change: bool
    may_obtain: bool
    days: int

    @property
    def label(self) -> Any:
        return SHOWN[self.state]

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    @property
    def early(self) -> bool:
        """Obtained, though something was to come before it."""
        return self.state == OBTAINED and bool(self.waits)

    @property
    def can_start(self) -> bool:
        """Nothing stands before it, and it isn't there yet."""
        return self.state not in (OBTAINED, *LEFT_OUT) and not self.waits


@dataclass(frozen=True)
class Checklist:
    waves: list[list[Line]]  # what stands in one wave runs side by side
    left_out: list[Line]
    beside: list[tuple[str, Approval]]  # documents on file that the checklist doesn't ask for
    track: Track | None

    @property
    def needed(self) -> list[Line]:
        return [line for wave in self.waves for line in wave]

    @property
    def open(self) -> list[Line]:
        """What isn't there, or isn't valid any more: all that the project's page has room for."""
        return [line for line in self.needed if line.state != OBTAINED]

    @property
    def rate(self) -> Quotient:
        return Quotient(sum(line.state == OBTAINED for line in self.needed), len(self.needed))

    @property
    def now(self) -> list[Line]:
        """What can start now."""
        return [line for line in self.needed if line.can_start]

    @property
    def joint(self) -> Quotient:
        """Reviewed jointly, of those that are for joint review."""
        found = [line for line in self.needed if line.item.joint]
        return Quotient(sum(line.item.joint_on is not None for line in found), len(found))

    @property
    def empty(self) -> bool:
        return not self.waves and not self.left_out


def standing_of(project: Project, items: Iterable[ApprovalItem] | None = None) -> dict[str, Standing]:
    """How each item of *project* stands, by its kind."""
    documents = {one.kind: one for one in project.approvals.all()}
    return {
        item.kind: Standing(
            item.state,
            item.tolerated_until,
            documents[item.kind].obtained_on if item.kind in documents else None,
            documents[item.kind].valid_until if item.kind in documents else None,
        )
        for item in (project.approval_items.all() if items is None else items)
    }


def checklist(user: User, project: Project, on: date) -> Checklist:
    """The checklist of *project* on the day *on*. Five queries."""
    rules = rules_of(project.county)[ApprovalRules]
    items = list(project.approval_items.prefetch_related("arguments"))
    for item in items:
        item.project = project
    documents = {one.kind: one for one in project.approvals.all()}
    standing = standing_of(project, items)
    given = authorities(project.county)
    lines = {}
    for item in items:
        one = standing[item.kind]
        state = checks.shown(one, project.started_on, on)
        waits = checks.waits_for(rules.catalogue, item.kind, standing, project.started_on, on)
        procedure = rules.by_code.get(item.kind)
        lines[item.kind] = Line(
            item=item,
            name=rules.name(item.kind),
            state=state,
            unit=item.authority or str(given.get(item.kind, "")),
            approval=documents.get(item.kind),
            waits=[rules.name(code) for code in waits],
            late=max((on - item.deadline).days, 0) if item.deadline and one.obtained_on is None else 0,
            left=_left(one, project, rules, on),
            merged_into=rules.name(item.merged_into) if item.merged_into else "",
            rounds=list(item.arguments.all()),
            may_change=can_change_item(user, item, given).ok,
            may_obtain=can_record_approval(user, project, item.kind, given).ok,
            days=procedure.days if procedure else 0,
        )
    needed = [kind for kind, line in lines.items() if line.state not in LEFT_OUT]
    return Checklist(
        waves=[[lines[kind] for kind in wave] for wave in waves(rules.catalogue, needed)],
        left_out=[line for line in lines.values() if line.state in LEFT_OUT],
        beside=[(rules.name(kind), one) for kind, one in documents.items() if kind not in lines],
        track=next((one for one in rules.tracks if items and one.code == items[0].track), None),
    )


def _left(one: Standing, project: Project, rules: ApprovalRules, on: date) -> int | None:
    """Days until the validity ends, where that is near and works haven't begun."""
    if one.valid_until is None or project.started_on is not None or one.obtained_on is None:
        return None
    left = (one.valid_until - on).days
    return left if 0 <= left <= max(rules.warn_days, default=0) else None


def waits_in_words(project: Project, codes: Iterable[str]) -> str:
    """The approvals *codes* by their names, in one text."""
    rules = rules_of(project.county)[ApprovalRules]
    return str(_(", ")).join(rules.name(code) for code in codes)
