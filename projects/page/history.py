"""The history of a project in the officer's words: what changed from what to what, who, when, why (P17).

Pure over rows that were read before; names of units and posts come in as a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from projects.approvals.models import ApprovalItem
from projects.choices import ChangeKind, CodeState, Stage
from projects.lifecycle import gates as lifecycle
from projects.plans.models import AnnualPlan
from projects.registry.models import Approval, Project, ProjectCode, StageChange
from projects.registry.months import words
from projects.registry.months.models import FormerFact, MonthChange
from projects.reports.history import was_taken_back
from projects.reports.models import MonthlyReport
from projects.resumptions.models import Resumption

MONEY = {
    "total_investment",
    "investment",
    "works",
    "works_ytd",
    "statistics_ytd",
    "funds_ytd",
    "paid_ytd",
}
# What has a place of its own, follows from something else, or says nothing to people.
SILENT = {
    "id",
    "version",
    "initials",
    "other_codes",
    "key",
    "county",
    "created_at",
    "source_row",
    "stage",
    "state",
    "state_reason",
    "merged_into",
    "project",
    "year",
    "month",
    "works_before",
    "stated",
    "status",
    "source",
    "change_reason",
    "unchanged",
    "submitted_at",
    "submitted_by",
    "approved_at",
    "approved_by",
    "accepted_at",
    "accepted_by",
    "updated_at",
    "updated_by",
    "return_reason",
    "position",
    "quarters",
    "file",
}
LONG = 60  # characters of a text that a line of the history shows

Names = Mapping[tuple[str, Any], str]  # of units and posts by id, of codes of the county by field


@dataclass(frozen=True)
class Change:
    """One field: its name for people, what it was, what it is."""

    label: str
    was: str
    now: str

    def __str__(self) -> str:
        said = {"label": self.label, "was": self.was, "now": self.now}
        if self.was == figures.NONE:
            return _("%(label)s: %(now)s") % said
        return _("%(label)s: from %(was)s to %(now)s") % said


@dataclass(frozen=True)
class Record:
    """One line of the history. `on` is the day it happened where that isn't the day it was typed."""

    at: datetime
    text: str
    who: str = ""
    why: str = ""
    on: date | None = None
    key: bool = False
    changes: list[Change] = field(default_factory=list)
    order: int = 0

    @property
    def other_day(self) -> date | None:
        return self.on if self.on and self.on != timezone.localdate(self.at) else None


def shown(model_field: models.Field[Any, Any], value: Any, names: Names, on: date | None = None) -> str:
    """A stored value as people read it; days without the year if it is that of *on*."""
    if value is None or value == "" or value == []:
        return figures.NONE
    if model_field.name in MONEY:
        return _("%(n)s 10k yuan") % {"n": figures.wan(value)}
    if isinstance(model_field, models.ForeignKey):
        return names.get((str(model_field.related_model._meta.model_name), value), str(value))
    if isinstance(value, str) and (label := names.get((model_field.name, value))):
        return label
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return figures.day(value, on)
    if model_field.name == "months":
        return " ".join(figures.wan(month) for month in value)
    text = str(value)
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def changes(model: type[models.Model], was: Any, now: Any, names: Names) -> list[Change]:
    """The fields that differ between two rows of history; of a first row (*was* is None) those that are filled in."""
    found = []
    on = timezone.localdate(now.history_date)
    for model_field in model._meta.concrete_fields:
        if model_field.name in SILENT:
            continue
        old = getattr(was, model_field.attname) if was is not None else None
        new = getattr(now, model_field.attname)
        if old != new and not (old in (None, "", []) and new in (None, "", [])):
            label = str(model_field.verbose_name)
            found.append(Change(label, shown(model_field, old, names, on), shown(model_field, new, names, on)))
    return found


def pairs(rows: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Each row of history with the one before it of the same object; rows from the newest to the oldest."""
    later: dict[int, Any] = {}
    for row in rows:
        if row.id in later:
            yield later[row.id], row
        later[row.id] = row
    for row in later.values():
        yield row, None


def _who(row: Any) -> str:
    return str(row.history_user or "")


def of_project(rows: Sequence[Any], names: Names) -> list[Record]:
    """Of the project's own facts; that it was put on file, the first step of the lifecycle says."""
    found = []
    for now, was in pairs(rows):
        if was is None:
            continue
        differing = changes(Project, was, now, names)
        if differing:
            found.append(_record(now, _("Facts changed"), differing))
    return found


def of_plans(rows: Sequence[Any], names: Names) -> list[Record]:
    """Of the annual plans: every amount that ever stood there (P05)."""
    found = []
    for now, was in pairs(rows):
        said = {"year": now.year}
        text = _("Plan of %(year)s set") % said if was is None else _("Plan of %(year)s changed") % said
        if differing := changes(AnnualPlan, was, now, names):
            found.append(_record(now, text, differing, why=now.change_reason or now.history_change_reason or ""))
    return found


def of_resumptions(rows: Sequence[Any], names: Names) -> list[Record]:
    found = []
    for now, was in pairs(rows):
        said, gone = {"year": now.year}, now.history_type == "-"
        text = _("Resumption of %(year)s taken off the file") if gone else _("Resumption of %(year)s on file")
        if gone or (differing := changes(Resumption, was, now, names)):
            found.append(_record(now, text % said, [] if gone or was is None else differing, on=now.resumed_on))
    return found


def of_codes(rows: Sequence[Any], names: Names) -> list[Record]:
    """Of the codes: each with its state. What the project shows is a fact of it."""
    found = []
    for now, was in pairs(rows):
        said = {"code": now.text, "state": CodeState(now.state).label}
        if was is None:
            found.append(_record(now, _("Code %(code)s on file: %(state)s") % said, []))
        elif now.history_type != "-" and (differing := changes(ProjectCode, was, now, names)):
            found.append(_record(now, _("Code %(code)s: %(state)s") % said, differing))
    return found


def of_approvals(rows: Sequence[Any], names: Names) -> list[Record]:
    found = []
    for now, was in pairs(rows):
        kind = {"kind": names.get(("approval", now.kind), now.kind)}
        if now.history_type == "-":
            found.append(_record(now, _("Taken off the file: %(kind)s") % kind, []))
        elif was is None:
            said = _("Obtained: %(kind)s") % kind
            found.append(_record(now, said, [], why=now.document_number, on=now.obtained_on))
        elif differing := changes(Approval, was, now, names):
            found.append(_record(now, _("Corrected: %(kind)s") % kind, differing))
    return found


def of_items(rows: Sequence[Any], rounds: Sequence[Any], names: Names) -> list[Record]:
    """Of the checklist of approvals: drawn up (one line), how each item stood, what was changed, rounds argued."""
    found, drawn = [], set()
    for now, was in pairs(rows):
        kind = {"kind": names.get(("approval", now.kind), now.kind)}
        if was is None:
            if now.history_change_reason:
                found.append(_record(now, _("Put on the checklist: %(kind)s") % kind, []))
            elif now.history_date not in drawn:
                drawn.add(now.history_date)
                found.append(_record(now, _("The checklist of approvals was drawn up"), []))
        elif was.state != now.state:
            said = kind | {"state": now.get_state_display()}
            found.append(_record(now, _("%(kind)s: %(state)s") % said, [], why=now.why))
        elif differing := changes(ApprovalItem, was, now, names):
            found.append(_record(now, _("Checklist changed: %(kind)s") % kind, differing))
    for now, was in pairs(rounds):
        said = {"kind": names.get(("item", now.item_id), ""), "n": now.number, "level": now.get_level_display()}
        if was is None:
            found.append(_record(now, _("%(kind)s: round %(n)s argued at: %(level)s") % said, [], on=now.sent_on))
        elif now.answered_on and not was.answered_on:
            text = _("%(kind)s: round %(n)s passed") if now.passed else _("%(kind)s: round %(n)s didn't pass")
            found.append(_record(now, text % said, [], why=now.feedback, on=now.answered_on))
    return found


def of_entries(rows: Sequence[Any]) -> list[Record]:
    """Of the proposals for the statistics: proposed, answered, taken back."""
    found = []
    for now, was in pairs(rows):
        if was is not None and was.status == now.status:
            continue
        text = {
            "waiting": _("Proposed for the statistics") if was is None else _("The proposal waits again"),
            "confirmed": _("The proposal for the statistics is confirmed"),
            "returned": _("The proposal for the statistics is returned"),
            "withdrawn": _("The proposal for the statistics is taken back"),
        }[now.status]
        why = now.reason if now.status == "returned" else now.note if was is None else ""
        found.append(_record(now, text, [], why=why, on=now.on if was is None else None))
    return found


def of_entry_records(rows: Sequence[Any]) -> list[Record]:
    """Of where an entry comes from: by ledger, and when the statistics side confirmed that."""
    found = []
    for now, was in pairs(rows):
        if was is None and now.source == "ledger":
            found.append(_record(now, _("The entry into the statistics came by ledger"), []))
        if now.confirmed_at and (now.source == "ledger" or was is None) and not (was and was.confirmed_at):
            found.append(_record(now, _("The statistics side confirmed the entry"), []))
    return found


def of_supervision(rows: Sequence[Any]) -> list[Record]:
    """Of the notes of supervision: what was seen on which day, by when an answer was wanted, what it was."""
    found = []
    for now, was in pairs(rows):
        if was is None:
            text = _("Supervision wrote a note")
            if now.answer_by:
                day = figures.day(now.answer_by, timezone.localdate(now.history_date))
                text = _("Supervision wrote a note and wants an answer by %(day)s") % {"day": day}
            found.append(_record(now, text, [], why=now.text, on=now.on))
        elif now.answered_at and not was.answered_at:
            found.append(_record(now, _("The note of supervision is answered"), [], why=now.answer))
    return found


def of_photos(rows: Sequence[Any]) -> list[Record]:
    """Of the photos of its months: how many somebody added that day, which were removed and why, which came back."""
    found: list[Record] = []
    added: dict[tuple[Any, date, str], list[Any]] = {}
    for now, was in pairs(rows):
        on = timezone.localdate(now.history_date)
        month = {"month": figures.month(now.month, on)}
        if was is None:
            added.setdefault((now.history_user_id, on, now.month), []).append(now)
        elif now.removed_at and not was.removed_at:
            found.append(_record(now, _("A photo of %(month)s is removed") % month, [], why=now.removed_why))
        elif was.removed_at and not now.removed_at:
            found.append(_record(now, _("A photo of %(month)s is brought back") % month, [], why=""))
    for (_who_added, on, of), several in added.items():
        n = len(several)
        text = ngettext("%(n)s photo of %(month)s added", "%(n)s photos of %(month)s added", n)
        said = {"n": n, "month": figures.month(of, on)}
        found.append(_record(max(several, key=lambda row: row.history_id), text % said, [], why=""))
    return found


def of_sponsors(rows: Sequence[Any], names: Names) -> list[Record]:
    found = []
    for now, was in pairs(rows):
        post = {"post": names.get(("post", now.post_id), "")}
        if now.history_type == "-":
            found.append(_record(now, _("No longer sponsored by %(post)s") % post, []))
        elif was is None:
            said = _("Sponsored by %(post)s, by portfolio") if now.by_portfolio else _("Sponsored by %(post)s")
            found.append(_record(now, said % post, []))
        elif was.post_id != now.post_id:
            post["old"] = names.get(("post", was.post_id), "")
            found.append(_record(now, _("The sponsorship of %(old)s passes to %(post)s") % post, []))
        elif was.by_portfolio != now.by_portfolio:
            said = (
                _("%(post)s sponsors it by portfolio from now on")
                if now.by_portfolio
                else _("%(post)s sponsors it by hand from now on, whoever has the portfolio")
            )
            found.append(_record(now, said % post, []))
    return found


def of_reports(rows: Sequence[Any], names: Names) -> list[Record]:
    """Of the monthly reports: figures and where they stand."""
    found = []
    for now, was in pairs(rows):
        month = {"month": figures.month(now.month, timezone.localdate(now.history_date))}
        differing = changes(MonthlyReport, was, now, names)
        if was is None or was.status != now.status:
            told = {
                "draft": _("Report of %(month)s begun"),
                "submitted": _("Report of %(month)s handed in"),
                "approved": _("Report of %(month)s approved by the sponsor"),
                "accepted": _("Report of %(month)s accepted"),
                "returned": _("Report of %(month)s given back"),
            }[now.status]
            if was_taken_back(was, now):
                told = _("Report of %(month)s taken back by the unit")
            why = now.return_reason if now.status == "returned" else now.history_change_reason or ""
            found.append(_record(now, told % month, differing, why=why))
        elif differing:
            found.append(_record(now, _("Report of %(month)s changed") % month, differing))
    return found


def of_steps(steps: Iterable[StageChange]) -> list[Record]:
    """The steps of the lifecycle, exceptions included."""
    found = []
    for step in steps:
        stage = {"stage": Stage(step.new).label}
        text = {
            ChangeKind.CREATED: _("Put on file in the stage “%(stage)s”"),
            ChangeKind.ADVANCED: _("Moved on into “%(stage)s”"),
            ChangeKind.SENT_BACK: _("Moved back to “%(stage)s”"),
        }.get(ChangeKind(step.kind), str(ChangeKind(step.kind).label)) % stage
        if step.waived:
            gates = _(", ").join(str(lifecycle.BY_CODE[c].label) for c in step.waived if c in lifecycle.BY_CODE)
            text = _("%(text)s by exception: %(gates)s") % {"text": text, "gates": gates}
        found.append(Record(step.typed_at, text, str(step.by or ""), step.reason, step.on, key=True, order=step.pk))
    return found


def of_late(changes: Iterable[FormerFact], lines: Sequence[str]) -> list[Record]:
    """Of changes that were dated into closed months: from when they count, as *lines* say of each."""
    return [
        Record(one.at, line, str(one.by or ""), one.reason, order=one.pk)
        for one, line in zip(changes, lines, strict=True)
    ]


def of_months(rows: Iterable[MonthChange], names: words.Names) -> list[Record]:
    """Of what changed figures of months that were over: which months, and what of the last of them."""
    found = []
    for at, acts in groupby(rows, key=lambda row: row.at):
        changed = list(acts)
        on = timezone.localdate(at)
        said = {"months": _(", ").join(figures.month(row.month, on) for row in changed)}
        last = changed[-1]
        differing = [
            Change(str(label), *(words.shown(name, value, names, on) for value in last.fields[name]))
            for name, label in words.LABELS.items()
            if name in last.fields
        ]
        text = _("Figures of %(months)s corrected") % said
        found.append(Record(at, text, str(last.by or ""), last.reason, changes=differing, order=last.pk))
    return found


def _record(row: Any, text: str, differing: list[Change], *, why: str | None = None, on: date | None = None) -> Record:
    reason = row.history_change_reason or "" if why is None else why
    return Record(row.history_date, text, _who(row), reason, on, changes=differing, order=row.history_id)


def merged(*lists: Iterable[Record]) -> list[Record]:
    """All records, the newest first."""
    return sorted((record for records in lists for record in records), key=lambda r: (r.at, r.order), reverse=True)


def wanted_names(rows: Iterable[Any]) -> dict[str, set[int]]:
    """Which units, posts and packages rows of history name."""
    found: dict[str, set[int]] = {"unit": set(), "post": set(), "project": set()}
    for row in rows:
        for name in ("lead_unit_id", "agent_unit_id", "competent_unit_id", "location_id"):
            if value := getattr(row, name, None):
                found["unit"].add(value)
        if value := getattr(row, "post_id", None):
            found["post"].add(value)
        if value := getattr(row, "package_id", None):
            found["project"].add(value)
    return found
