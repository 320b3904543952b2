"""Rounds open by themselves, say so, and close. Every act has a row of its own that can exist only once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from core.days.office import Days, local_day
from core.days.periods import Kind, Period
from core.records.order import last
from core.refusals import NeedsReason, NotAllowed, Refused, require
from core.told import tell
from dispatch.rounds import calling
from dispatch.rounds.models import HANDED_IN, Chase, Out, Round, RoundRow
from dispatch.rounds.months import month_state
from dispatch.rounds.permissions import can_chase, can_close_round, can_enter
from dispatch.rounds.rules import WeeklyRules
from dispatch.rounds.scope import has_to_report, name_of
from dispatch.rounds.windows import CALLED, MONTHLY, WEEKLY, windows
from organization.people import recipients
from organization.people.models import Role, User
from organization.profiles.rules import Rules
from organization.units.models import Unit
from outbox.services import Draft, notify_all
from projects.choices import ReportStatus, State
from projects.models import MonthlyReport, Project, ReportingMonth
from projects.registry.models import ProjectQuerySet
from projects.registry.months.services import count_from, extend
from projects.reports.closing import lock_month
from projects.reports.months import NO_PACKAGE, completed_before

LISTED = 10  # projects named in a reminder
LEAD_UNIT = Subquery(Project.objects.filter(pk=OuterRef("project")).values("lead_unit")[:1])


def open_due(county: Unit, *, now: datetime, rules: Rules, days: Days) -> list[Round]:
    """Open each round that should be open by *now* and isn't on record. A county begins with its first project."""
    first = Project.objects.filter(county=county, created_at__isnull=False).order_by("created_at").first()
    if first is None or first.created_at is None:
        return []
    opened = []
    for kind in (MONTHLY, WEEKLY):
        own = calling.rules_for(kind, rules)
        if not own.enabled:
            continue
        last = Round.objects.filter(county=county, kind=kind).order_by("-due_at", "-period").first()
        after = Period.parse(last.period) if last else None
        for found in windows(kind, own, after=after, since=first.created_at, now=now, days=days):
            listed = own.list if isinstance(own, WeeklyRules) else ""
            made, new = open_round(county, kind, found.period, due_at=found.due_at, now=now, listed=listed)
            if new:
                _tell_open(made, now=now, due_at=found.opens_at, days=days)
                opened.append(made)
    for found in calling.waiting(county, since=first.created_at, now=now, rules=rules, days=days):
        made, new = open_round(county, CALLED, found.period, due_at=found.due_at, now=now)
        if new:
            _tell_open(made, now=now, due_at=found.opens_at, days=days)
            opened.append(made)
    return opened


def open_round(
    county: Unit, kind: str, period: Period, *, due_at: datetime, now: datetime, listed: str = ""
) -> tuple[Round, bool]:
    """The round of *period* with a row for each project that has to report, and whether it is new; opened twice it is
    the first one. *listed*: only those on that list of the year are asked, as it stands today; all where the year has
    no such list, since nobody is to be forgotten by a word."""
    told = {"opened_at": now, "due_at": due_at, "listed": listed if name_of(county, listed, local_day(now)) else ""}
    made, new = Round.objects.get_or_create(county=county, kind=kind, period=str(period), defaults=told)
    if new:
        extend(county, now=now)  # a list by a rule asks the rows of the month
        fill(made)
    return made, new


def fill(opened: Round) -> int:
    """As it opens, one row for each project that has to report and counted by then; how many. What comes on file later
    comes in by a press (`enter`)."""
    period = Period.parse(opened.period)
    owed = has_to_report(opened).filter(
        Q(created_at=None) | Q(created_at__lte=opened.due_at), Q(counts_from=None) | Q(counts_from__lte=period.last)
    )
    pairs = owed.order_by("pk").values_list("pk", "lead_unit")
    rows = [RoundRow(round=opened, project_id=project, unit_id=unit) for project, unit in pairs]
    RoundRow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def outside(opened: Round) -> ProjectQuerySet:
    """The projects that would have to report if the round opened now, and have no row in it."""
    known = RoundRow.objects.filter(round=opened).values("project")
    return has_to_report(opened).exclude(pk__in=known)


@transaction.atomic
def enter(opened: Round, projects: Iterable[int], *, by: User, now: datetime) -> int:
    """Those of *projects* (keys) that aren't in the open round report from it on; how many came in. Its month is one
    that they count in from now on. Twice is harmless.

    Raises Refused for a round or month that is closed, NotAllowed for who neither is the office nor works for the
    unit that leads a project.
    """
    period = Period.parse(opened.period)
    if opened.kind == MONTHLY:
        lock_month(opened.county, period)
    opened = Round.objects.select_for_update(of=("self",)).select_related("county").get(pk=opened.pk)
    if not Round.objects.still_open(opened.county_id).filter(pk=opened.pk).exists():
        raise Refused(_("It is closed: a project that comes later is asked from the next one on."))
    wanted = Project.objects.filter(county=opened.county_id, pk__in=list(projects))
    list(wanted.select_for_update().order_by("pk").values_list("pk", flat=True))
    found = list(outside(opened).filter(pk__in=wanted.values("pk")).select_related("lead_unit").order_by("pk"))
    for project in found:
        require(can_enter(by, project))
    rows = [RoundRow(round=opened, project=one, unit_id=one.lead_unit_id, since=now, added_by=by) for one in found]
    RoundRow.objects.bulk_create(rows, batch_size=500)
    count_from([one.pk for one in found], period, by=by, now=now)
    return len(rows)


def follow(projects: Iterable[int], *, now: datetime) -> int:
    """What nobody has answered yet in open rounds follows its project (keys): it is owed by who leads it, and not at
    all while it isn't pursued or if it was over before. Closed rounds stay. How many rows changed."""
    pks = list(projects)
    counties = sorted(set(Project.objects.filter(pk__in=pks).values_list("county_id", flat=True)))
    return sum(_follow(one, now, pks) for county in counties for one in Round.objects.still_open(county))


def _follow(opened: Round, now: datetime, projects: Iterable[int] | None = None) -> int:
    rows = RoundRow.objects.unanswered_in(opened).exclude(out=Out.SPARED)
    rows = rows if projects is None else rows.filter(project__in=projects)
    fallen = _fallen_out(Period.parse(opened.period))
    changed = rows.exclude(unit=F("project__lead_unit")).update(unit=LEAD_UNIT)
    return changed + rows.exclude(out=fallen).update(out=fallen, out_at=now)


def _fallen_out(period: Period) -> Subquery:
    """Why the project of a row has not to report in *period* any more, as `RoundRow.out` has it; nothing if it has."""
    why = Case(
        When(~Q(state=State.ACTIVE), then=F("state")),
        When(completed_before(period), then=Value(Out.COMPLETED.value)),
        When(~NO_PACKAGE, then=Value(Out.PACKAGE.value)),
        default=Value(""),
        output_field=CharField(),
    )
    return Subquery(Project.objects.filter(pk=OuterRef("project")).values(why=why)[:1])


def keep_in_step(county: Unit, *, now: datetime) -> int:
    """Open rounds follow the registry (`follow`), and a month's row takes note of its report and of when it was first
    handed in. How many rows changed."""
    changed = sum(_follow(one, now) for one in Round.objects.still_open(county))
    months = Round.objects.filter(county=county, kind=MONTHLY, closed_at=None)  # what was handed in before it closed
    return changed + sum(_take_note(one) for one in months)


def hand_on(unit: Unit, to: Unit, *, by: User | None, now: datetime) -> int:
    """The lines that *unit* still owes in open rounds are owed by *to*, since *unit* goes; what it reported stays its
    own. How many."""
    if unit.county is None:
        return 0
    opened = Round.objects.still_open(unit.county)
    rows = RoundRow.objects.filter(unit=unit, round__in=opened.values("pk")).unanswered().values_list("pk", flat=True)
    return RoundRow.objects.filter(pk__in=list(rows)).update(unit=to)


def _take_note(opened: Round) -> int:
    """What was taken back before anybody acted on it was never handed in."""
    back = MonthlyReport.objects.of_county(opened.county, Period.parse(opened.period)).filter(submitted_at=None)
    taken_back = RoundRow.objects.filter(round=opened, submitted_by__isnull=False, report__in=back)
    forgotten = taken_back.update(report=None, submitted_at=None, submitted_by=None)
    return forgotten + _take_note_of_new(opened)


def _take_note_of_new(opened: Round) -> int:
    reports = MonthlyReport.objects.of_county(opened.county, Period.parse(opened.period), *HANDED_IN)
    rows = {row.project_id: row for row in RoundRow.objects.filter(round=opened, submitted_at=None)}
    changed = []
    for report in reports.filter(project__in=list(rows)) if rows else ():
        row = rows[report.project_id]
        row.report, row.submitted_by_id = report, report.submitted_by_id
        row.submitted_at = report.submitted_at or report.accepted_at or opened.opened_at
        changed.append(row)
    RoundRow.objects.bulk_update(changed, ["report", "submitted_at", "submitted_by"], batch_size=500)
    return len(changed)


# asking -------------------------------------------------------------------------------------------------------------


def _tell_open(opened: Round, *, now: datetime, due_at: datetime, days: Days) -> None:
    """To the officers, once: it is open. What comes after is of `outbox.reminders`."""
    link = fill_link(opened)
    told: dict[int, tuple[User, list[str]]] = {}
    for unit, names in owed(opened).items():
        for person in recipients.of_unit(unit, Role.OFFICER):
            told.setdefault(person.pk, (person, []))[1].extend(names)
    drafts = [
        Draft(
            person,
            "report_open",
            f"round:{opened.pk}:open:{person.pk}",
            _subject(opened, len(names)),
            _listing(names),
            link,
            county=opened.county,
            english=_in_english(opened, names),
        )
        for person, names in told.values()
    ]
    notify_all(drafts, now=now, due_at=due_at, days=days)


def _in_english(opened: Round, names: Sequence[str]) -> tuple[str, str]:
    with translation.override("en"):
        return _subject(opened, len(names)), _listing(names)


def owed(opened: Round, projects: Collection[int] | None = None) -> dict[Unit, list[str]]:
    """The projects (or those of *projects*) that are still missing in the round, by name, for each unit that owes
    them, in the units' order."""
    owing: dict[Unit, list[str]] = {}
    rows = RoundRow.objects.missing_in(opened)
    if projects is not None:
        rows = rows.filter(project__in=list(projects))
    rows = rows.select_related("unit__parent", "unit__merged_into__parent", "project")
    for row in rows.order_by("unit__position", "unit", last("project__number"), "pk"):
        unit = row.unit.standing  # of one that was merged since and whose report was returned
        owing.setdefault(unit, []).append(row.project.name)
    return owing


def _subject(opened: Round, n: int) -> str:
    said = ngettext(
        "%(report)s is open: %(n)s project, due %(due)s", "%(report)s is open: %(n)s projects, due %(due)s", n
    )
    due = figures.moment(opened.due_at, local_day(opened.due_at))
    return said % {"report": title(opened), "due": due, "n": n}


def _listing(names: Sequence[str]) -> str:
    text = _(", ").join(names[:LISTED])
    if len(names) > LISTED:
        text += _(" and %(n)s more") % {"n": len(names) - LISTED}
    return text


AGAIN = timedelta(hours=1)  # nobody is chased twice within it


@dataclass(frozen=True)
class Chased:
    """What became of chasing some units: those that were told, those chased within the hour, those without anybody."""

    told: list[Unit]
    lately: list[Unit]
    nobody: list[Unit]


@transaction.atomic
def chase(
    opened: Round, units: Iterable[int], *, by: User, now: datetime, projects: Collection[int] | None = None
) -> Chased:
    """The people of each of *units* that still owes something in the round (of *projects*, if named) are asked for it,
    once an hour at most.

    Raises NotAllowed; Refused for a round that is closed.
    """
    require(can_chase(by, opened.county_id))
    # of two presses at once the second sees the first's rows, and a close meanwhile is seen by both
    Round.objects.select_for_update().get(pk=opened.pk)
    if not Round.objects.still_open(opened.county_id).filter(pk=opened.pk).exists():
        raise Refused(_("The round is closed: nothing is asked for any more."))
    lately = set(opened.chases.filter(at__gt=now - AGAIN).values_list("unit", flat=True))
    wanted, done = set(units), Chased([], [], [])
    for unit, names in owed(opened, projects).items():
        if unit.pk not in wanted:
            continue
        people = recipients.of_unit(unit, Role.OFFICER)
        where = done.lately if unit.pk in lately else done.told if people else done.nobody
        where.append(unit)
        if where is done.told:
            row = Chase(round=opened, unit=unit, by=by, at=now, projects=len(names), text=_listing(names))
            row.save()
            tell("report_chased", row, by=by, now=now, to=people)
    return done


def title(opened: Round) -> str:
    """“Report of May”, “weekly report, week 23”."""
    period = Period.parse(opened.period)
    if period.kind is Kind.WEEK:
        said = _("Weekly report %(first)s–%(last)s") % {
            "first": figures.day(period.first, period.first),
            "last": figures.day(period.last, period.first),
        }
    elif period.kind is Kind.DAY:
        said = _("Report of the day %(day)s") % {"day": figures.day(period.first, local_day(opened.due_at))}
    else:
        said = _("Report of %(month)s") % {"month": figures.month(opened.period, local_day(opened.due_at))}
    listed = name_of(opened.county_id, opened.listed, local_day(opened.opened_at))
    return _("%(title)s of “%(list)s”") % {"title": said, "list": listed} if listed else said


def fill_link(opened: Round) -> str:
    """Where it is filled in: the month's grid, or the week's form."""
    if opened.kind != MONTHLY:
        return reverse("dispatch:week", args=[opened.period])
    for name, arguments in (("projects:grid", [opened.period]), ("projects:month", [opened.period])):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return reverse("dispatch:round", args=[opened.pk])


# closing ------------------------------------------------------------------------------------------------------------


def close_due(county: Unit, *, now: datetime, rules: Rules, days: Days) -> int:
    """Close the week's rounds whose time is over, and the month's when the office has closed the month."""
    closed = 0
    months = dict(
        ReportingMonth.objects.filter(county=county, closed_at__isnull=False).values_list("month", "closed_at")
    )
    for opened in Round.objects.filter(county=county, closed_at=None):
        moment = months.get(opened.period)
        if opened.kind != MONTHLY:
            plan = calling.plan_of(opened, rules, days)
            moment = plan.closes_at if plan else opened.due_at
        if moment and moment <= now:
            closed += Round.objects.filter(pk=opened.pk, closed_at=None).update(closed_at=moment)
    return closed


@transaction.atomic
def leave_out(opened: Round, *, by: User, now: datetime, reason: str) -> int:
    """The rows of a closed month that were not accepted are passed over with a *reason*; how many.

    Raises NotAllowed, NeedsReason; Refused while the month is open: its reports can still come in.
    """
    if not (answer := can_close_round(by, opened.county_id)):
        raise NotAllowed(answer.why)
    if opened.kind != MONTHLY:
        raise Refused(_("Only reports of a month are left out; a week closes by itself."))
    state = month_state(opened.county, Period.parse(opened.period), now=now)
    if not state.closed:
        raise Refused(_("Close the month first: until then a report can still come in."))
    if not (reason := reason.strip()):
        raise NeedsReason(_("Write why they are left out."), ["reason"])
    accepted = MonthlyReport.objects.of_county(opened.county, Period.parse(opened.period), ReportStatus.ACCEPTED)
    here = Exists(accepted.filter(project=OuterRef("project")))
    rows = RoundRow.objects.asked().filter(~here, round=opened, left_out="")
    return rows.update(left_out=reason[:300], left_out_by=by, left_out_at=now)


def close(opened: Round, *, now: datetime) -> bool:
    """Close a round by hand; False if it was closed already."""
    return bool(Round.objects.filter(pk=opened.pk, closed_at=None).update(closed_at=now))


@transaction.atomic
def reopen(opened: Round, *, by: User, now: datetime) -> Round:
    """A week's round that was closed by hand is open again, as it was; it closes by itself when its time is over."""
    require(can_close_round(by, opened.county_id))
    fresh = Round.objects.select_for_update().get(pk=opened.pk)
    if fresh.kind == MONTHLY:
        raise Refused(_("The round of a month follows its month: reopen that."))
    fresh.closed_at = None
    fresh.save(update_fields=["closed_at"])
    return fresh


@transaction.atomic
def take_in(opened: Round, *, by: User, now: datetime) -> int:
    """The rows that were left out the last time are owed again, without a reason; how many."""
    require(can_close_round(by, opened.county_id))
    rows = RoundRow.objects.select_for_update().filter(round=opened).exclude(left_out="")
    newest = max((row.left_out_at for row in rows if row.left_out_at), default=None)
    rows = RoundRow.objects.filter(round=opened, left_out_at=newest).exclude(left_out="")
    return rows.update(left_out="", left_out_by=None, left_out_at=None)
