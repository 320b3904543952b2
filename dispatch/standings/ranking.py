"""How units stand: counted once for all groups of a county, in one grouped query beside the month before.

Units are ranked by the profile's indicator; those without a task stand at the end, unranked. Reads, never writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from core.days.periods import Kind, Period
from core.indicators import (
    Indicator,
    Quotient,
    declared,
    ranks,
    totals,
)  # fmt: skip
from core.records.prepared import prepared
from dispatch.standings.published import Published, published_of
from dispatch.standings.rules import RankingRules
from dispatch.standings.scope import EVERY, Where, at, both, name_of, where_of
from dispatch.standings.tally import NO_TASK, NOTHING, Figure, Tally
from organization.people.models import Post
from organization.profiles.rules import Rules, rules_of
from organization.units.models import REPORTING, Unit, UnitKind
from organization.units.tree import RANKED, homes_on, paths_on, units_of_tree
from projects.indicators import PLANNED
from projects.models import ProjectMonth
from projects.registry.months.counts import Packages, as_one, packages_in
from projects.rules import LightRules

By = Literal["unit", "township", "department", "squad", "leader"]
BY: tuple[By, ...] = ("township", "department", "unit", "squad", "leader")
LEADERS = "leaders"


@dataclass(frozen=True)
class Row:
    """One unit (or leader's post) with its rank among its group; `movement` is ranks gained since last month."""

    rank: int | None
    unit_id: int
    name: str
    projects: int
    indicators: Mapping[str, Figure]
    movement: int | None = None
    done: int = 0  # works of the year so far, those of projects without a plan too
    as_one: int | None = None  # how many the projects are with a package as one; None: as many

    @property
    def both(self) -> str:
        """That in words, behind the number of projects."""
        return "" if self.as_one is None else as_one(self.as_one)

    @property
    def items(self) -> list[tuple[Indicator, Figure]]:
        return [(declared()[key], figure) for key, figure in self.indicators.items()]

    @property
    def plan(self) -> int | None:
        """The year's plan in yuan; None where the county doesn't look at investment."""
        figure = self.indicators.get("investment_rate")
        return figure.denominator if figure else None

    @property
    def idle(self) -> bool:
        return not self.projects and all(figure.value is None for figure in self.indicators.values())

    @property
    def fall(self) -> int:
        """How many ranks were lost."""
        return max(0, -(self.movement or 0))


@dataclass(frozen=True)
class Ranking:
    """A group's units in order, with the county's totals and the rules it was made by."""

    period: Period
    key: str
    label: str
    order_by: str
    indicators: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: Row
    rule_version: int
    rule: str
    ranked: bool = True
    lang: str = ""  # of label and rule, where that isn't the page's: it was published before English was kept

    @property
    def indicator(self) -> Indicator:
        """What decides the ranks."""
        return declared()[self.order_by]

    @property
    def leading(self) -> list[tuple[Row, Figure]]:
        """Those with a rank, each with the figure that gave it."""
        return [(row, row.indicators[self.order_by]) for row in self.rows if row.rank is not None]

    @property
    def busy(self) -> tuple[Row, ...]:
        """Those with a task in anything: what a page lists."""
        return tuple(row for row in self.rows if not row.idle)

    @property
    def idle(self) -> tuple[Row, ...]:
        """Those with no project and no task at all: named in one line, not ranked."""
        return tuple(row for row in self.rows if row.idle)


# counting -----------------------------------------------------------------------------------------------------------


def counted_period(period: Period) -> Period:
    """*period*, if figures can be counted for it: one that ends with a month. ValueError with a sentence else."""
    if period.kind in (Kind.DAY, Kind.WEEK, Kind.TENDAYS):
        raise ValueError(_("Rankings are made by the month: write 2024-05, 2024-Q2, 2024-H1 or 2024"))
    return period


def before(period: Period) -> Period | None:
    """The month before the end of *period*; None in January, when the year to date begins anew."""
    month = Period.of(period.last)
    return month.previous() if month.number > 1 else None


def tallies(
    county: Unit, periods: Sequence[Period], keys: Sequence[str], by: str = "lead_unit", where: Where = EVERY
) -> dict[Period, dict[int, Tally]]:
    """One query for all *periods*: what each unit (or what else *by* names) of *county* has done and had to do, by its
    rows at the end of each period, those that meet *where*."""
    asked = (county.pk, tuple(periods), tuple(keys), by)
    rows = _rows(*asked) if where is EVERY else _query(*asked, where)
    return _tallied(rows, periods, keys)


def _query(
    county: int, periods: Sequence[Period], keys: Sequence[str], by: str, where: Where = EVERY
) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of: the month that the period ends with, what *by* names, projects with a plan, their total investment,
    works of all projects, the number and total investment of all, the packages of both, two sums for each key."""
    sums = [f"{key}_{part}" for key in keys for part in "nd"]
    queries = [
        totals(
            [declared()[key] for key in keys],
            ProjectMonth.objects.of(county, period).counted().filter(at(where, period)),
            period,
            "month",
            by,
            planned=Count("pk", filter=PLANNED),
            total=Sum("total_investment", filter=PLANNED),
            works=Sum("done"),
            every=Count("pk"),
            worth=Sum("total_investment"),
            packed=Packages(filter=PLANNED),
            every_packed=Packages(),
        ).values_list("month", by, "planned", "total", "works", "every", "worth", "packed", "every_packed", *sums)
        for period in periods
    ]
    return queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]


_rows = prepared(_query)


def _tallied(
    rows: Iterable[Sequence[Any]], periods: Sequence[Period], keys: Sequence[str]
) -> dict[Period, dict[int, Tally]]:
    found: dict[Period, dict[int, Tally]] = {period: {} for period in periods}
    ends = {period.months()[-1]: period for period in periods}
    for month, unit, planned, total, works, every, worth, packed, every_packed, *sums in rows:
        pairs = (Quotient(int(n or 0), int(d or 0)) for n, d in zip(sums[::2], sums[1::2], strict=True))
        found[ends[month]][unit] = Tally(
            planned,
            int(total or 0),
            int(works or 0),
            (every, int(worth or 0)),
            dict(zip(keys, pairs, strict=True)),
            packages_in(packed),
            packages_in(every_packed),
        )
    return {period: _without_plans(tally) for period, tally in found.items()}


def _another(tally: Tally) -> int | None:
    return None if tally.as_one == tally.projects else tally.as_one


def _without_plans(tally: dict[int, Tally]) -> dict[int, Tally]:
    """Where nothing has a plan for the year, a county speaks of all its projects."""
    if any(one.projects for one in tally.values()):
        return tally
    return {
        key: replace(one, projects=one.every[0], total_investment=one.every[1], packed=one.every_packed)
        for key, one in tally.items()
    }


@dataclass(frozen=True)
class Member:
    """Who can stand in a ranking: a unit or a leader's post; `path` gathers the units below it.

    One that doesn't report by its kind, or no more, stands there only while it has projects.
    """

    pk: int
    name: str
    position: int
    kind: str = ""
    path: str = ""
    reports: bool = True


@dataclass(frozen=True)
class Survey:
    """A county's figures at the end of a month, counted once for all groups.

    `keys` are all rates that were counted, the county's own first and in its order.
    """

    county: Unit
    period: Period
    rules: Rules
    keys: tuple[str, ...]
    members: tuple[Member, ...]
    now: Mapping[int, Tally]
    earlier: Mapping[int, Tally] | None  # a month before; None in January
    published: Published | None = None  # what was published of the month before: movement is from there

    @cached_property
    def total(self) -> Tally:
        return sum(self.now.values(), Tally())

    @cached_property
    def total_before(self) -> Tally | None:
        return None if self.earlier is None else sum(self.earlier.values(), Tally())

    def ranking(self, key: str, label: str, kinds: Sequence[str], order_by: str = "", ranked: bool = True) -> Ranking:
        order_by = order_by or self.rules[RankingRules].order_by
        members = [member for member in self.members if self._stands(member, kinds)]
        done = self.total_before.quotients.get(order_by, Quotient()).numerator if self.total_before else 0
        old: Mapping[int, int | None] = {}
        if ranked and self.published is not None:
            old = self.published.ranks(key, order_by)
        if self.earlier is not None and ranked and done and not old:  # nobody moved from a month of nothing
            old = self._ranks(members, self.earlier, order_by)
        new = self._ranks(members, self.now, order_by) if ranked else {}
        rows = [self._row(member, new.get(member.pk), old.get(member.pk)) for member in members]
        if ranked:  # best first; no task at the end; equal ones as the county lists its units
            rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
        return Ranking(
            self.period,
            key,
            label,
            order_by,
            self.keys,
            tuple(rows),
            self._whole,
            self.rules.version,
            rule_in_words(self.rules[RankingRules], order_by, name_of(self.county, self.period, self.rules)),
            ranked,
        )

    def groups(self) -> list[Ranking]:
        """The groups of the profile, each ranked among itself."""
        return [self.ranking(group.key, group.label, group.kinds) for group in self.rules[RankingRules].groups]

    def _stands(self, member: Member, kinds: Sequence[str]) -> bool:
        """Whether *member* stands among *kinds*. What leads projects and is of no group's kind is an other unit:
        each project of the county's sum stands in exactly one group."""
        if member.reports and member.kind in kinds:
            return True
        if not self.now.get(member.pk, NOTHING).anything:
            return False
        named = {kind for group in self.rules[RankingRules].groups for kind in group.kinds}
        kind = member.kind if member.kind in (*named, *REPORTING) else UnitKind.OTHER
        return kind in kinds

    @cached_property
    def _whole(self) -> Row:
        """The county's sum, the same under each group."""
        return Row(
            None,
            self.county.pk,
            self.county.short_name,
            self.total.projects,
            self._figures(self.total),
            None,
            self.total.done,
            _another(self.total),
        )

    def _row(self, member: Member, rank: int | None, before: int | None) -> Row:
        tally = self.now.get(member.pk, NOTHING)
        moved = _movement(before, rank)
        said = (rank, member.pk, member.name, tally.projects, self._figures(tally), moved, tally.done)
        return Row(*said, _another(tally))

    def _figures(self, tally: Tally) -> dict[str, Figure]:
        places, how = self.rules[RankingRules].decimals, self.rules[LightRules].gap
        return {
            key: Figure.of(declared()[key], tally.quotients.get(key, NO_TASK), self.period, places, how)
            for key in self.keys
        }

    def _ranks(self, members: Sequence[Member], tally: Mapping[int, Tally], order_by: str) -> dict[int, int | None]:
        rules = self.rules[RankingRules]
        indicator = declared()[order_by]
        done: list[Any] = [tally.get(member.pk, NOTHING).quotients.get(order_by, NO_TASK) for member in members]
        if indicator.measured_in != "percent":
            done = [indicator.measure.value(*quotient) for quotient in done]
        found = ranks(done, rules.ties, rules.decimals, indicator.direction)
        return {member.pk: rank for member, rank in zip(members, found, strict=True)}


def _movement(old: int | None, new: int | None) -> int | None:
    return None if old is None or new is None else old - new


def survey(
    county: Unit, period: Period, *, rules: Rules | None = None, keys: Iterable[str] = (), told: bool = True
) -> Survey:
    """Counts *county* at the end of *period*: three queries (units; this month with last month; what was published of
    that, unless the caller knows that nothing was *told*)."""
    rules = rules or rules_of(county)
    wanted = tuple(dict.fromkeys([*rules[RankingRules].columns, *keys]))
    members, home = _units(county, period.last)
    past = before(counted_period(period))
    found = tallies(county, [period, past] if past else [period], wanted, where=where_of(county, rules))
    now = _gathered(found[period], home)
    if past is None:
        return Survey(county, period, rules, wanted, members, now, None)
    published = published_of(county, [past]).get(str(past)) if told else None
    return Survey(county, period, rules, wanted, members, now, _gathered(found[past], home), published)


def ranks_by_month(
    county: Unit, months: Sequence[Period], group: str, rules: Rules, order_by: str
) -> dict[str, dict[int, int | None]]:
    """The ranks of *group* at the end of each of *months*, {"2024-05": {unit: rank}}: as published, else counted now.

    No month has ranks of a group that the county no longer has.
    """
    chosen = next((one for one in rules[RankingRules].groups if one.key == group), None)
    if not months or chosen is None:
        return {str(month): {} for month in months}
    units = units_of_tree(county)
    found = tallies(county, months, [order_by], where=where_of(county, rules))
    told = published_of(county, months)
    result: dict[str, dict[int, int | None]] = {}
    for month in months:
        if str(month) in told and (old := told[str(month)].ranks(group, order_by)):
            result[str(month)] = old
            continue
        members, home = _standing(units, month.last)
        tally = _gathered(found[month], home)
        if not any(one.quotients[order_by].numerator for one in tally.values()):
            result[str(month)] = {}  # a month in which nobody had done anything ranks nobody
            continue
        ranking = Survey(county, month, rules, (order_by,), members, tally, None).ranking(
            group, chosen.label, chosen.kinds, order_by
        )
        result[str(month)] = {row.unit_id: row.rank for row in ranking.rows}
    return result


def survey_of_leaders(county: Unit, period: Period, *, rules: Rules | None = None, keys: Iterable[str] = ()) -> Survey:
    """The same by sponsoring leader; a project with two sponsors counts for both, so there is no sum of them."""
    rules = rules or rules_of(county)
    wanted = tuple(dict.fromkeys([*rules[RankingRules].columns, *keys]))
    posts = Post.objects.filter(unit__county=county, sponsored__isnull=False, active=True).distinct()
    members = tuple(
        Member(post.pk, str(post), number, LEADERS)
        for number, post in enumerate(posts.order_by("unit__position", "position", "pk"))
    )
    counted = counted_period(period)
    sponsored = both(Q(project__sponsors__isnull=False), county, counted, rules)
    found = tallies(county, [counted], wanted, "project__sponsors__post", sponsored)
    return Survey(county, period, rules, wanted, members, found[period], None)


def _units(county: Unit, on: date) -> tuple[tuple[Member, ...], dict[int, int]]:
    return _standing(units_of_tree(county), on)


def _standing(units: Sequence[Unit], on: date) -> tuple[tuple[Member, ...], dict[int, int]]:
    """The units that can be ranked as on the day *on*, with the names and places of that day, and for every
    unit below the county which of them gathers it (`organization.units.tree`)."""
    paths, home = paths_on(units, on), homes_on(units, on)
    members = (
        Member(
            unit.pk,
            unit.called_on(on),
            unit.position,
            unit.kind,
            paths[unit.pk],
            unit.valid_on(on) and unit.kind in RANKED,
        )
        for unit in units
        if home[unit.pk] == unit.pk
    )
    return tuple(sorted(members, key=lambda m: (m.position, m.pk))), home


def gathered_units(county: Unit, on: date) -> dict[str, list[int]]:
    """For each unit that can be ranked, as text, the units whose projects count for it."""
    found: dict[str, list[int]] = {}
    for pk, above in homes_on(units_of_tree(county), on).items():
        found.setdefault(str(above), []).append(pk)
    return found


def _gathered(tally: Mapping[int, Tally], home: Mapping[int, int]) -> dict[int, Tally]:
    found: dict[int, Tally] = {}
    for unit, one in tally.items():
        place = home.get(unit, unit)
        found[place] = found[place] + one if place in found else one
    return found


def rule_in_words(rules: RankingRules, order_by: str = "", listed: str = "") -> str:
    """How ranks are given, and of the projects of which list, as it stands under the table and in the bulletin."""
    indicator = declared()[order_by or rules.order_by]
    label = indicator.label
    first = _("Ranked by %(indicator)s: sum over sum, rounded half up to %(places)s decimals. ") % {
        "indicator": label,
        "places": rules.decimals,
    }
    second = {
        "competition": _("Units that show the same rate share a rank and the next rank is left out. "),
        "dense": _("Units that show the same rate share a rank and the next rank follows on. "),
        "strict": _("There are no ties: the exact value decides. "),
    }[rules.ties]
    third = _("Units without a task stand at the end and are not ranked.")
    fewer = "" if indicator.direction > 0 else _("The fewer, the better. ")
    only = _(" Only the projects on “%(list)s” count.") % {"list": listed} if listed else ""
    return f"{first}{fewer}{second}{third}{only}"
