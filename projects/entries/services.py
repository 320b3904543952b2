"""The door into the statistics: proposed, confirmed, returned, taken back; an entry that came by ledger, confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.flow import services as flow
from core.flow.models import LONGEST
from core.records.history import keep
from core.refusals import Closed, NeedsReason, NotAllowed, Refused, Stale, Wrong, require, unseen
from core.told import tell
from organization.people.models import User
from projects.choices import Stage
from projects.entries.models import EntryProposal, EntryRecord, is_entered
from projects.entries.permissions import can_answer_entry, can_propose_entry, can_take_entry_back
from projects.lifecycle import services as lifecycle
from projects.lifecycle.gates import WAY, to_mend
from projects.lifecycle.permissions import can_waive
from projects.registry import services as registry
from projects.registry.models import Project
from projects.registry.permissions import can_confirm_entry

Status = EntryProposal.Status


@transaction.atomic
def propose_entry(
    project: Project,
    *,
    by: User,
    on: date,
    now: datetime,
    statistics_start_on: date | None = None,
    note: str = "",
    waive: Iterable[str] = (),
    version: int | None = None,
) -> EntryProposal:
    """Propose that *project* is in the statistics since *on*; Closed with all gates that block it. *waive* are passed
    by exception once it is confirmed, which is the office's and needs a *note*. Refused while another one waits."""
    fresh = flow.locked(project, WAY, version=version)
    require(can_propose_entry(by, fresh))
    flow.under_way(fresh, WAY)
    if Stage.ENTERED not in WAY.ladder.targets(fresh):
        raise NotAllowed(_("Only a project that has started, and isn't in the statistics yet, is proposed for them"))
    if before := EntryProposal.objects.waiting().filter(project=fresh).first():
        day = timezone.localdate(before.proposed_at)
        said = {"day": figures.day(day, timezone.localdate(now)), "who": before.proposed_by}
        raise Refused(_("It was proposed on %(day)s by %(who)s and waits for its answer") % said)
    flow.happened(on, now)
    if statistics_start_on and statistics_start_on > timezone.localdate(now):
        raise Wrong({"statistics_start_on": _("The day lies in the future: write the day on which it happened")})
    proposal = EntryProposal(
        project=fresh, on=on, statistics_start_on=statistics_start_on, note=note.strip()[:LONGEST],
        waived=_waived(fresh, by, note, waive), proposed_by=by, proposed_at=now,
    )  # fmt: skip
    keep(proposal, by=by, now=now)
    tell("entry_proposed", proposal, by=by, now=now, why=proposal.note)
    return proposal


def _waived(project: Project, by: User, note: str, waive: Iterable[str]) -> list[str]:
    """The closed gates that the office lets the project pass; Closed with the others."""
    wanted = frozenset(waive)
    closed = to_mend(project, Stage.ENTERED)
    if wanted:
        require(can_waive(by, project))
        if not note.strip():
            raise NeedsReason(_("An exception needs a reason: it stays visible"))
    if unpassed := [gate for gate in closed if gate.code not in wanted or not gate.waivable]:
        raise Closed(unpassed)
    return [gate.code for gate in closed]


@transaction.atomic
def confirm_entry(
    project: Project,
    *,
    by: User,
    on: date,
    now: datetime,
    reason: str = "",
    version: int | None = None,
    expect: str | None = None,
    waive: Iterable[str] = (),
) -> EntryRecord:
    """Put *project* into the statistics since *on*: proposed or not, by who confirms entries in its county."""
    fresh = flow.locked(project, WAY, version=version)
    proposal = _open(fresh)
    waived = list(proposal.waived) if proposal else []
    if not set(waive) <= set(waived):  # beside what the office let pass when it was proposed
        require(can_waive(by, fresh))
    if proposal and proposal.statistics_start_on and fresh.statistics_start_on is None:
        fresh.statistics_start_on = proposal.statistics_start_on
        flow.bump(fresh, ["statistics_start_on"], by=by, now=now)
    lifecycle.advance(
        fresh,
        to=Stage.ENTERED,
        by=by,
        on=on,
        now=now,
        expect=expect or project.stage,
        reason=reason or (proposal.note if proposal and waived else ""),
        waive={*waive, *waived},
        waiver=proposal.proposed_by if proposal and waived else None,
    )
    if proposal:
        _answer(proposal, Status.CONFIRMED, by=by, now=now)
    record = _confirm(fresh, EntryRecord.Source.CONFIRMED, by=by, now=now)
    tell("entry_confirmed", fresh, by=by, now=now, to=[proposal.proposed_by] if proposal else ())
    return record


def accept_proposal(
    proposal: EntryProposal, *, by: User, now: datetime, on: date | None = None, version: int | None = None
) -> EntryRecord:
    """Confirm what is proposed, since the day proposed or *on*."""
    with transaction.atomic():
        fresh = _locked(proposal, version)
        return confirm_entry(fresh.project, by=by, on=on or fresh.on, now=now)


@transaction.atomic
def return_proposal(
    proposal: EntryProposal, *, by: User, now: datetime, reason: str, version: int | None = None
) -> EntryProposal:
    """Give it back with a reason: who proposed it is told, and may propose it again."""
    fresh = _locked(proposal, version)
    require(can_answer_entry(by, fresh))
    flow.reasoned(reason)
    _answer(fresh, Status.RETURNED, by=by, now=now, reason=reason)
    tell("entry_returned", fresh, by=by, now=now, why=reason.strip())
    return fresh


@transaction.atomic
def reopen_proposal(proposal: EntryProposal, *, by: User, now: datetime, version: int | None = None) -> EntryProposal:
    """Take a return back: the proposal waits again, unless another one does or the project went on meanwhile."""
    fresh = _locked(proposal, version, Status.RETURNED)
    require(can_answer_entry(by, fresh))
    if _open(fresh.project) or Stage.ENTERED not in WAY.ladder.targets(fresh.project):
        raise Stale(fresh)
    fresh.answered_by = fresh.answered_at = None
    fresh.status, fresh.reason = Status.WAITING, ""
    fresh.version += 1
    keep(fresh, by=by, now=now)
    return fresh


@transaction.atomic
def withdraw_proposal(
    proposal: EntryProposal, *, by: User, now: datetime, version: int | None = None
) -> EntryProposal:
    """Take one's proposal back while it waits."""
    fresh = _locked(proposal, version)
    require(can_take_entry_back(by, fresh))
    _answer(fresh, Status.WITHDRAWN, by=by, now=now)
    return fresh


@transaction.atomic
def confirm_on_file(project: Project, *, by: User, now: datetime) -> EntryRecord:
    """Confirm an entry that is on file already, from a ledger or from before; a second click changes nothing."""
    fresh = flow.locked(project)
    require(can_confirm_entry(by, fresh.county))
    if not is_entered(fresh):
        raise NotAllowed(_("The project isn't in the statistics"))
    if proposal := _open(fresh):  # a ledger was faster than its answer
        _answer(proposal, Status.CONFIRMED, by=by, now=now)
    record = EntryRecord.objects.filter(project=fresh).first()
    if record and record.confirmed_at:
        return record
    return _confirm(fresh, EntryRecord.Source.LEDGER if record else EntryRecord.Source.CONFIRMED, by=by, now=now)


@transaction.atomic
def correct_day(
    project: Project, *, by: User, now: datetime, entered_on: date, reason: str, version: int | None = None
) -> Project:
    """Change the day since which *project* is in the statistics, or say it where a ledger didn't, with a reason: by
    who confirms entries."""
    fresh = flow.locked(project)
    require(can_confirm_entry(by, fresh.county))
    if not is_entered(fresh):
        raise NotAllowed(_("The project isn't in the statistics"))
    return registry.edit(fresh, by=by, now=now, version=version, reason=reason, entered_on=entered_on)


def _confirm(project: Project, source: str, *, by: User, now: datetime) -> EntryRecord:
    record = EntryRecord.objects.filter(project=project).first() or EntryRecord(county=project.county, project=project)
    record.source, record.confirmed_by, record.confirmed_at = source, by, now
    keep(record, by=by, now=now)
    return record


def _open(project: Project) -> EntryProposal | None:
    return EntryProposal.objects.select_for_update().waiting().filter(project=project).first()


def _locked(proposal: EntryProposal, version: int | None, status: str = Status.WAITING) -> EntryProposal:
    """The proposal as it is now, its project locked before it; Stale if it isn't what the page had shown."""
    project = flow.locked(proposal.project)
    fresh = EntryProposal.objects.select_for_update().get(pk=proposal.pk)
    fresh.project = project
    unseen(fresh, version)
    if fresh.status != status:
        raise Stale(fresh, _("This proposal is “%(status)s” by now") % {"status": fresh.get_status_display()})
    return fresh


def _answer(proposal: EntryProposal, status: str, *, by: User, now: datetime, reason: str = "") -> None:
    proposal.status, proposal.answered_by, proposal.answered_at = status, by, now
    proposal.reason = reason.strip()[:LONGEST]
    proposal.version += 1
    keep(proposal, by=by, now=now, reason=reason.strip())
