"""Keeps the months' rows in step with the facts: called by every service that changes one, in its transaction.

Nothing else writes `ProjectMonth`, `FormerFact` and `MonthChange`. The caller holds the projects' rows locked, so that
of two changes at once the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.collect import gather
from core.days.periods import Period
from core.flow import services as flow
from core.records import columnar
from core.records.columnar import Among
from core.refusals import NeedsReason, Refused, Stale, require
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.registry import permissions
from projects.registry.models import Project
from projects.registry.months import nodes
from projects.registry.months.models import Drafting, Fact, FormerFact, MonthChange, ProjectMonth, ReportingMonth
from projects.registry.months.rows import COLUMN, HOLDS, Known, Measures, Row, first_open, noted, rows_of
from projects.rules import MonthlyRules, current_period

P = TypeVar("P")
AHEAD = timedelta(days=92)  # before a year ends its rows of the next are there: no page waits for the turn of the year
AT_ONCE = 1_400  # projects whose rows are made together
LONGEST = 300  # characters of a reason
OF_EDITS = (
    Fact.LEAD_UNIT, Fact.COMPETENT_UNIT, Fact.STAGE, Fact.STATE, Fact.PACKAGE, Fact.TOTAL,
    Fact.PLANNED_START, Fact.PLANNED_COMPLETION,
)  # fmt: skip
OF_DAYS = (Fact.STARTED, Fact.ENTERED, Fact.COMPLETED)
COLUMNS = tuple(dict.fromkeys(COLUMN[fact] for fact in (*OF_EDITS, *OF_DAYS)))


def horizon(now: datetime) -> Period:
    """The last month that has rows: this year's December, the next one's from October on."""
    return Period.month((timezone.localdate(now) + AHEAD).year, 12)


def closed_months(county: int) -> frozenset[str]:
    closed = ReportingMonth.objects.filter(county=county, closed_at__isnull=False)
    return frozenset(closed.values_list("month", flat=True))


def first_day(county: int, on: date, *earlier: date | None, closed: frozenset[str] | None = None) -> date:
    """The day from which a project counts that comes on file *on*: that of its earliest fact of the year (*earlier*),
    but in no closed month."""
    begins = date(on.year, 1, 1)
    day = min([on, *(max(one, begins) for one in earlier if one is not None)])
    return first_open(day, closed_months(county) if closed is None else closed)


@dataclass
class _Step:
    """What one project's change comes to: former facts to write and to drop, and the month from which rows change."""

    since: Period | None = None
    moved: bool = False  # somebody else leads it, it is pursued no more or again, or it is completed
    new: list[FormerFact] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def from_month(self, day: date) -> None:
        month = Period.of(day)
        self.since = month if self.since is None else min(self.since, month)


@transaction.atomic
def follow(
    projects: Iterable[Project | int],
    *,
    on: date,
    now: datetime,
    by: User | None,
    reason: str = "",
    since: Period | Mapping[int, Period] | None = None,
    fresh: Collection[int] = frozenset(),
) -> None:
    """Brings the rows of *projects* in step with what was just written.

    *on* is the day from which changed facts hold; *since* the first month whose accepted reports changed, of all
    or by project. A fact dated into a closed month counts from the first month that isn't. Nothing changed writes
    nothing. *fresh* are those (by key) that came on file in this transaction, with no report but since *since*: what
    they can't have isn't looked up.
    """
    pks = sorted({one if isinstance(one, int) else one.pk for one in projects})
    if not pks:
        return
    until = horizon(now)
    reported = since if isinstance(since, Mapping) else dict.fromkeys(pks, since)
    first = min([Period.month(timezone.localdate(now).year - 1, 1), *filter(None, reported.values())])
    older = [pk for pk in pks if pk not in fresh]
    known = _known(pks, first, older, [pk for pk in pks if pk not in fresh or pk in reported])
    old = _rows_on_file(older, first)
    closed = {county: closed_months(county) for county in {one.county for one in known.values()}}
    steps = {}
    for pk, one in known.items():
        there = old.get(pk, {})
        step = steps[pk] = _Step()
        if not there:
            step.from_month(_begin(one, on, closed[one.county], reported.get(pk)))
            continue
        newest = Period.parse(max(there))
        if newest < until:
            step.from_month(newest.next().first)
        if (month := reported.get(pk)) is not None:
            _begin(one, on, frozenset(), month)
            step.from_month(month.first)
        _follow_facts(one, there, step, on=on, closed=closed[one.county], now=now, by=by, reason=reason)
        if one.nodes or one.frozen:  # the days of a schedule are no facts of the project: each open month is looked at
            step.from_month(first_open(Period.parse(min(there)).first, closed[one.county]))
    FormerFact.objects.filter(pk__in=[pk for step in steps.values() for pk in step.gone]).delete()
    FormerFact.objects.bulk_create([one for step in steps.values() for one in step.new])
    _write(known, old, {pk: step.since for pk, step in steps.items() if step.since}, until, now, by, reason, fresh)
    if moved := [pk for pk, step in steps.items() if step.moved]:
        for demand in gather("demands"):
            demand.follow(moved, now=now)


@transaction.atomic
def count_from(pks: Iterable[int], period: Period, *, by: User | None, now: datetime) -> None:
    """Projects (keys) count from the month *period* on that began to count later, but in no closed month."""
    scope = Project.objects.select_for_update().filter(pk__in=list(pks)).order_by("pk")
    later: dict[int, list[int]] = {}
    for pk, county, day in scope.values_list("pk", "county_id", "counts_from"):
        if day is not None and day > period.first:
            later.setdefault(county, []).append(pk)
    for county, mine in later.items():
        begins = first_open(period.first, closed_months(county))
        earlier = Project.objects.filter(pk__in=mine, counts_from__gt=begins).order_by("pk")
        moved = list(earlier.values_list("pk", flat=True))
        Project.objects.filter(pk__in=moved).update(counts_from=begins)
        month = Period.of(begins)
        known, old = _known(moved, month), _rows_on_file(moved, month)
        _write(known, old, dict.fromkeys(moved, month), horizon(now), now, by, "")


def _begin(known: Known, on: date, closed: frozenset[str], reported: Period | None) -> date:
    """The day from which the project counts, written with it if that isn't known yet or a report of before came."""
    day = known.counts_from or first_day(known.county, on, closed=closed)
    if reported is not None:
        day = min(day, reported.first)
    if day != known.counts_from:
        known.counts_from = day
        Project.objects.filter(pk=known.project).update(counts_from=day)
    return day


def _follow_facts(
    known: Known,
    there: dict[str, Row],
    step: _Step,
    *,
    on: date,
    closed: frozenset[str],
    now: datetime,
    by: User | None,
    reason: str,
) -> None:
    newest = there[max(there)]
    begins = known.counts_from or on
    for fact in OF_EDITS:
        old, new = getattr(newest, COLUMN[fact]), known.now(fact)
        if old != new:
            step.moved |= fact in (Fact.LEAD_UNIT, Fact.STATE, Fact.PACKAGE)
            # Nothing said before is true from the beginning; to have been in no package was said.
            first = old is None and (fact, 0) not in known.former and fact != Fact.PACKAGE
            _change(known, step, fact, 0, old, begins if first else on, first, closed, now, by, reason)
    for fact in OF_DAYS:
        old, new = getattr(newest, COLUMN[fact]), known.now(fact)
        if old != new:
            step.moved |= fact == Fact.COMPLETED
            day = max(begins, min(one for one in (old, new) if one is not None))
            _change(known, step, fact, 0, old, day, True, closed, now, by, reason)
    for year in sorted({int(month[:4]) for month in there}):
        lasts = {Period.parse(month).last: month for month in there if month.startswith(f"{year}-")}
        shown = max((day for day in lasts if not known.is_draft(day)), default=None)
        if shown is None or (old := there[lasts[shown]].plan) == known.plans.get(year):
            continue  # of what is a draft in all of them nothing changes
        first = old is None and (Fact.PLAN.value, year) not in known.former
        day = max(begins, date(year, 1, 1)) if first else min(on, date(year, 12, 1))
        if shown < max(lasts):  # the months before it became a draft again keep what they say
            first, day = False, Period.of(shown).next().first
        _change(known, step, Fact.PLAN, year, old, day, first, closed, now, by, reason)


def _change(
    known: Known,
    step: _Step,
    fact: str,
    year: int,
    old: Any,
    day: date,
    retroactive: bool,
    closed: frozenset[str],
    now: datetime,
    by: User | None,
    reason: str,
) -> None:
    """*retroactive*: what is now holds for the months before *day* as well, unless that lies in a closed month."""
    counts = first_open(day, closed)
    before = known.former.get((fact, year), [])
    step.from_month(counts)
    if counts == day and retroactive and not before:
        return
    new = FormerFact(
        project_id=known.project, fact=fact, year=year, on=day, until=counts, at=now, by=by,
        reason=reason.strip()[:LONGEST],
    )  # fmt: skip
    setattr(new, HOLDS.get(fact, "day_was"), old)
    after = known.former[fact, year] = noted(before, new, known.now(fact, year))
    step.gone += [one.pk for one in before if one not in after]
    step.new += [one for one in after if one.pk is None]


# reading and writing ------------------------------------------------------------------------------------------------


def _known(
    pks: Sequence[int], first: Period, changed: Sequence[int] | None = None, reported: Sequence[int] | None = None
) -> dict[int, Known]:
    """All that the rows of the projects *pks* from the year of *first* on are made of. A few queries: only
    *changed* of them can have former facts, and *reported* reports, if these are given."""
    plans: Any = Project._meta.get_field("plans").related_model
    reports: Any = Project._meta.get_field("reports").related_model
    rows = Project.objects.filter(Among("pk", pks)).values("pk", "county", "counts_from", *COLUMNS)
    known = {row["pk"]: Known(row["pk"], row["county"], row, row["counts_from"]) for row in rows.order_by("pk")}
    for former in FormerFact.objects.filter(Among("project", pks if changed is None else changed)).order_by("pk"):
        known[former.project_id].former.setdefault((former.fact, former.year), []).append(former)
    of_plans = plans.objects.filter(Among("project", pks), year__gte=first.year)
    for pk, year, amount in of_plans.order_by().values_list("project", "year", "investment"):
        known[pk].plans[year] = amount
    drafted: dict[int, dict[int, list[Drafting]]] = {}
    for span in Drafting.objects.filter(county__in={one.county for one in known.values()}, year__gte=first.year):
        drafted.setdefault(span.county_id, {}).setdefault(span.year, []).append(span)
    for one in known.values() if drafted else ():
        one.drafted = drafted.get(one.county, {})
    nodes.bring(known, pks if changed is None else changed, first)
    accepted = reports.objects.filter(
        Among("project", pks if reported is None else reported),
        month__gte=f"{first.year}-01",
        status=ReportStatus.ACCEPTED,
    )
    measures = ("works_ytd", "statistics_ytd", "funds_ytd", "paid_ytd")
    for pk, month, *amounts in accepted.order_by().values_list("project", "month", *measures):
        known[pk].reports[month] = Measures(*amounts)
    return known


def _rows_on_file(pks: Sequence[int], first: Period) -> dict[int, dict[str, Row]]:
    rows = ProjectMonth.objects.filter(Among("project", pks), month__gte=f"{first.year}-01").order_by()
    found: dict[int, dict[str, Row]] = {}
    for values in rows.values_list(*Row._fields):
        row = Row(*values)
        found.setdefault(row.project_id, {})[row.month] = row
    return found


def _write(
    known: dict[int, Known],
    old: dict[int, dict[str, Row]],
    since: dict[int, Period],
    until: Period,
    now: datetime,
    by: User | None,
    reason: str,
    fresh: Collection[int] = frozenset(),
) -> None:
    """Writes the rows that differ from those on file, and notes what that changes of months that are over."""
    changed, new = list[Row](), list[Row]()
    for pk, month in since.items():
        there = old.get(pk, {})
        rows = rows_of(known[pk], month, Period.parse(max([str(until), *there])))
        if pk in fresh:
            new += rows
        else:
            changed += [row for row in rows if there.get(row.month) != row]
    _upsert(new, over=False)
    _upsert(changed)
    current = str(Period.of(timezone.localdate(now)))  # of a month to come nobody has read anything
    pairs = [(old.get(row.project_id, {}).get(row.month), row) for row in (*new, *changed) if row.month <= current]
    _note([*_come_into_closed(pairs), *((a, b) for a, b in pairs if a is not None)], now, by, reason)


def _come_into_closed(pairs: Iterable[tuple[Row | None, Row]]) -> Iterator[tuple[None, Row]]:
    """The new rows of months that are closed: a report of an open month before them brought the project there."""
    new = [row for old, row in pairs if old is None]
    closed = {county: closed_months(county) for county in sorted({row.county_id for row in new})}
    yield from ((None, row) for row in new if row.month in closed[row.county_id])


def _upsert(rows: Sequence[Row], *, over: bool = True) -> None:
    """Writes *rows* over those on file, in one statement (`core.records.columnar`); where there can be none, it isn't
    *over* any: to look for one is a quarter of the work."""
    if not rows:
        return
    kinds = columnar.kinds_of(ProjectMonth._meta.concrete_fields)
    written = columnar.source(dict(zip(Row._fields, zip(*rows, strict=True), strict=True)), kinds)
    table, version, *names = map(connection.ops.quote_name, (ProjectMonth._meta.db_table, "version", *Row._fields))
    sets = [*(f"{name} = excluded.{name}" for name in names), f"{version} = {table}.{version} + 1"]
    conflict = f" ON CONFLICT (project_id, month) DO UPDATE SET {', '.join(sets)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}, {version}) "  # noqa: S608
            f"SELECT {', '.join(written.values)}, 1 FROM {written.of} WHERE true{conflict if over else ''}",
            written.params,
        )


def _parts(rows: Sequence[P]) -> Iterator[Sequence[P]]:
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _note(pairs: Sequence[tuple[Row | None, Row]], now: datetime, by: User | None, reason: str) -> None:
    """Notes what changed, or came, in months before the one that is being reported on, and in closed ones."""
    on = timezone.localdate(now)
    over: dict[int, tuple[str, frozenset[str]]] = {}
    noted = []
    for old, new in pairs:
        if new.county_id not in over:
            rules = rules_of(Unit.objects.get(pk=new.county_id))[MonthlyRules]
            over[new.county_id] = str(current_period(on, rules)), closed_months(new.county_id)
        reporting, closed = over[new.county_id]
        if new.month < reporting or new.month in closed:
            noted.append(
                MonthChange(
                    county_id=new.county_id,
                    project_id=new.project_id,
                    month=new.month,
                    fields=_differing(old, new),
                    done=(new.done or 0) - ((old and old.done) or 0),
                    plan=(new.plan or 0) - ((old and old.plan) or 0),
                    at=now,
                    by=by,
                    reason=reason.strip()[:LONGEST],
                )
            )
    MonthChange.objects.bulk_create(noted)


def _differing(old: Row | None, new: Row) -> dict[str, list[Any]]:
    pairs = zip(Row._fields, old or [None] * len(new), new, strict=True)
    return {name: [_said(a), _said(b)] for name, a, b in pairs if a != b}


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def extend(county: Unit, *, now: datetime) -> int:
    """Makes the rows up to the horizon for projects of *county* that nothing was written of for long; how many."""
    there = ProjectMonth.objects.filter(county=county, month=str(horizon(now))).values("project")
    behind = Project.objects.filter(county=county).exclude(pk__in=there)
    pks = list(behind.select_for_update().order_by("pk").values_list("pk", flat=True))
    follow(pks, on=timezone.localdate(now), now=now, by=None)
    return len(pks)


# all of them --------------------------------------------------------------------------------------------------------


def fill(county: Unit | None = None, *, now: datetime, since: Period | None = None) -> int:
    """Makes all rows anew from the facts, of one county or of all, by the thousand; how many projects it was."""
    scope = Project.objects.all() if county is None else Project.objects.filter(county=county)
    pks = list(scope.order_by("pk").values_list("pk", flat=True))
    until = horizon(now)
    for part in _parts(pks):
        with transaction.atomic():
            for one in _known(part, since or Period.month(1949, 1)).values():
                first = since or Period.of(one.counts_from or timezone.localdate(now))
                _upsert(list(rows_of(one, first, until)))
    return len(pks)


def forget(pks: Sequence[int], *, at: datetime, now: datetime) -> None:
    """Takes back the changes of facts of projects that were typed *at* a moment, whose facts are already as before:
    their rows are made anew, those before the day from which they count go."""
    FormerFact.objects.filter(project__in=pks, at=at).delete()
    MonthChange.objects.filter(project__in=pks, at=at).delete()
    for part in _parts(list(pks)):
        for one in _known(part, Period.month(1949, 1)).values():
            first = Period.of(one.counts_from or timezone.localdate(now))
            rows = ProjectMonth.objects.filter(project=one.project)
            rows.filter(month__lt=str(first)).delete()
            newest = rows.order_by("-month").values_list("month", flat=True).first()
            until = max(horizon(now), Period.parse(newest) if newest else first)
            _upsert(list(rows_of(one, first, until)))


def former(pks: Iterable[int], fact: Fact) -> list[FormerFact]:
    """The changes of *fact* of projects, before it changes once more; for `dropped`."""
    return list(FormerFact.objects.filter(project__in=list(pks), fact=fact).order_by("pk"))


def dropped(before: Iterable[FormerFact]) -> dict[int, list[dict[str, Any]]]:
    """By project, those of *before* that `follow` dropped since, as plain values: a fact that is again what it was."""
    known = {one.pk: one for one in before}
    there = set(FormerFact.objects.filter(pk__in=known).values_list("pk", flat=True))
    names = [field.attname for field in FormerFact._meta.concrete_fields if not field.primary_key]
    found: dict[int, list[dict[str, Any]]] = {}
    for pk, one in known.items():
        if pk not in there:
            found.setdefault(one.project_id, []).append({name: _said(getattr(one, name)) for name in names})
    return found


def bring_back(pks: Sequence[int], *, at: datetime, dropped: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """As `forget`, with the changes that were *dropped* by what was typed *at* that moment."""
    FormerFact.objects.bulk_create([FormerFact(**values) for values in dropped])
    forget(pks, at=at, now=now)


@dataclass(frozen=True)
class Difference:
    """A row that isn't what its facts say: `on_file` None is missing, `recomputed` None is one too many."""

    project: int
    month: str
    on_file: Row | None
    recomputed: Row | None


def check(*, now: datetime, county: Unit | None = None) -> Iterator[Difference]:
    """Recomputes all rows and yields where those on file differ."""
    scope = Project.objects.all() if county is None else Project.objects.filter(county=county)
    for part in _parts(list(scope.order_by("pk").values_list("pk", flat=True))):
        known, old = _known(part, Period.month(1949, 1)), _rows_on_file(part, Period.month(1949, 1))
        for pk, one in known.items():
            there = old.get(pk, {})
            until = max([horizon(now), *(Period.parse(month) for month in there)])
            if str(until) not in there:
                until = max(
                    Period.of(timezone.localdate(now)), *(Period.parse(month) for month in there or ["1949-01"])
                )
            first = Period.of(one.counts_from) if one.counts_from else until
            new = {row.month: row for row in rows_of(one, first, until)}
            for month in sorted({*new, *there}):
                if new.get(month) != there.get(month):
                    yield Difference(pk, month, there.get(month), new.get(month))


@transaction.atomic
def correct(
    project: Project, since: Period, *, by: User, now: datetime, reason: str, version: int | None = None
) -> list[FormerFact]:
    """The office lets facts that were dated into closed months count there after all, from *since* on, with a reason;
    those that now do. *version* is what the page had shown (`seen_of`). Raises NotAllowed, Stale, NeedsReason."""
    fresh = flow.locked(project)
    require(permissions.can_correct_months(by, fresh))
    late = waiting(fresh)
    if version is not None and version != seen_of(late):
        raise Stale(fresh, _("Meanwhile something else was changed or corrected. Look at it once more."))
    if not reason.strip():
        raise NeedsReason(_("Write why closed months are corrected: the reason stands beside their figures"))
    late = [one for one in late if one.until > since.first]
    for one in late:
        one.until, one.reason = max(one.on, since.first), reason.strip()[:LONGEST]
        one.save()
    if late:
        first = min(Period.of(one.until) for one in late)
        known, old = _known([fresh.pk], first), _rows_on_file([fresh.pk], first)
        _write(known, old, {fresh.pk: first}, horizon(now), now, by, reason)
    return late


def waiting(project: Project) -> list[FormerFact]:
    """The changes of *project* that were dated into closed months and don't count there, as they were typed."""
    found = FormerFact.objects.filter(project=project, until__gt=F("on")).order_by("pk")
    return list(found.select_related("unit_was", "by"))


def seen_of(late: Iterable[FormerFact]) -> int:
    """What a page has seen of the changes that wait: the number of the newest, 0 if there was none."""
    return max((one.pk for one in late), default=0)


def demand_lived(county: Unit, period: Period) -> None:
    """Raises Refused for a period before the first month that *county* has projects of."""
    first = Project.objects.filter(county=county).aggregate(first=Min("counts_from"))["first"]
    if first is not None and period.last < first:
        said = {"period": figures.month(str(period)), "first": figures.month(first)}
        raise Refused(_("%(period)s lies before the first month with projects on file, %(first)s.") % said)
