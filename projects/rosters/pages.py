"""What the pages of lists show: how many projects and how much money, and how a list moved over its year. Reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any
from zlib import crc32

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.indicators import percent
from core.lists.listing import Listing
from core.records.order import last
from organization.people.models import User
from organization.permissions import sees_whole_county
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.list.asked import Asked
from projects.list.lists import PROJECTS
from projects.registry.models import Project
from projects.registry.months.counts import Both, as_one, of_packages
from projects.registry.months.models import ProjectMonth
from projects.reports.months import latest_period
from projects.rosters.models import Listed, Roster
from projects.rosters.queries import LISTED, tiers_of, wrong_with
from projects.rosters.scope import Taken, asked_of, rosters_of, taken

FIRST = 50  # projects on the page of a list; the rest is in the list of projects
STAYS = 100  # the newest stays on the page; the file has all


@dataclass(frozen=True)
class Sums:
    """A list as it stands: how many projects, and the money of those that count."""

    projects: int = 0
    total: int = 0
    plan: int = 0
    done: int | None = None
    rate: Fraction | None = None
    both: str = ""  # how many the projects are with a package as one, in words


def sums_of(rows: Iterable[Taken]) -> Sums:
    rows = list(rows)
    counted = [row for row in rows if row.counts]
    known = [row.done for row in counted if row.done is not None]
    plan, rated = sum(row.plan for row in counted), sum(row.rated or 0 for row in counted)
    done = sum(known) if known else None
    both = of_packages(row.package for row in rows).said
    return Sums(len(rows), sum(row.total for row in counted), plan, done, percent(rated, plan), both)


def _moved(came: int, went: int) -> str:
    return " ".join(filter(None, (f"+{came}" if came else "", f"−{went}" if went else "")))


def _moved_as_one(each: str, came: int, went: int) -> str:
    """“（打包项目按一个计为 +1）”, where it is another movement than *each*."""
    one = _moved(came, went) or "0"
    return as_one(one) if one != (each or "0") else ""


@dataclass(frozen=True)
class Move:
    """A list in one month: who came, who went, how many there are at the end (today, in the month that runs). `one`
    are the same three counts with a package as one: it came with the first of its parts, and went with the last."""

    month: Period
    came: tuple[int, ...]
    went: tuple[int, ...]
    number: int
    href: str
    one: tuple[int, int, int] = (0, 0, 0)

    @property
    def said(self) -> str:
        """`+2 −1`; nothing where nothing moved."""
        return _moved(len(self.came), len(self.went))

    @property
    def both(self) -> str:
        """How many there are at the end with a package as one, in words."""
        return Both(self.number, self.one[2]).said

    @property
    def came_both(self) -> str:
        return Both(len(self.came), self.one[0]).said

    @property
    def went_both(self) -> str:
        return Both(len(self.went), self.one[1]).said

    @property
    def said_one(self) -> str:
        return _moved(self.one[0], self.one[1]) or "0"

    @property
    def said_both(self) -> str:
        """Who came and went, with a package as one, in words."""
        return _moved_as_one(self.said, self.one[0], self.one[1])


@dataclass(frozen=True)
class Line:
    """A list among those of its year."""

    roster: Roster
    sums: Sums
    moves: tuple[Move, ...]
    href: str  # the list of projects under it

    @property
    def came(self) -> int:
        return sum(len(move.came) for move in self.moves)

    @property
    def went(self) -> int:
        return sum(len(move.went) for move in self.moves)

    @property
    def moved(self) -> str:
        return _moved(self.came, self.went) or "0"

    @property
    def moved_both(self) -> str:
        ones = [move.one for move in self.moves]
        return _moved_as_one(self.moved, sum(one[0] for one in ones), sum(one[1] for one in ones))


class Look:
    """One person's look at the lists of a year. The figures are as of the month whose reports count, as on the list of
    projects; of a year that is over, as of its end."""

    def __init__(self, user: User, county: Unit, year: int, now: datetime) -> None:
        self.user, self.county, self.year, self.on = user, county, year, timezone.localdate(now)
        self.rules = rules_of(county)
        self.rosters = rosters_of(county, year)

    @cached_property
    def months(self) -> list[Period]:
        """The months of the year that have begun and have rows."""
        begun = [Period.month(self.year, n) for n in range(1, 13)]
        rows = ProjectMonth.objects.filter(county=self.county, month__in=[str(one) for one in begun])
        there = set(rows.order_by().values_list("month", flat=True).distinct())
        return [one for one in begun if one.first <= self.on and str(one) in there]

    @cached_property
    def period(self) -> Period:
        """The month of the figures."""
        newest = latest_period(self.county, self.on)
        if newest.year == self.year:
            return newest
        return self.months[-1] if self.months else Period.month(self.year, 1)

    @cached_property
    def usual(self) -> bool:
        """Whether that is the month that the list of projects shows by itself."""
        return latest_period(self.county, self.on) == self.period

    def asked(self, period: Period, *, today: bool = False) -> Asked:
        found = asked_of(self.county, period, self.on, self.user, self.rules)
        return Asked(found.user, found.county, found.now, period, found.rules, "") if today else found

    def href(self, roster: Roster, period: Period | None = None) -> str:
        """The list of projects under *roster*: as of *period*, or as it shows it by itself."""
        query = {LISTED: roster.code}
        if period or not self.usual:
            query["period"] = str(period or self.period)
        return f"{reverse('projects:list')}?{_encoded(query)}"

    @cached_property
    def rows(self) -> list[Taken]:
        """The projects on any of the lists, by the figures of the month."""
        return taken(self.rosters, self.asked(self.period, today=self.usual)) if self.months else []

    def moves(self, rosters: Sequence[Roster], also: Q | None = None) -> dict[str, tuple[Move, ...]]:
        """How lists moved from month to month, by code: one query a month, whatever the number of lists."""
        before: dict[str, dict[int, int]] = {one.code: {} for one in rosters}
        found: dict[str, list[Move]] = {one.code: [] for one in rosters}
        for month in self.months:
            there = _by_code(taken(rosters, self.asked(month), also))
            for one in rosters:
                now, was = there.get(one.code, {}), before[one.code]
                came, went = (tuple(sorted(a.keys() - b.keys())) for a, b in ((now, was), (was, now)))
                ones = {*now.values()}, {*was.values()}
                folded = len(ones[0] - ones[1]), len(ones[1] - ones[0]), len(ones[0])
                found[one.code].append(Move(month, came, went, len(now), self.href(one, month), folded))
                before[one.code] = now
        return {code: tuple(moves) for code, moves in found.items()}

    def lines(self) -> list[Line]:
        """All lists of the year that are open, and closed ones that had projects."""
        moves = self.moves(self.rosters)
        found = []
        for one in self.rosters:
            sums = sums_of(row for row in self.rows if one.code in row.on)
            line = Line(one, sums, moves[one.code], self.href(one))
            if one.closed_at is None or line.came:
                found.append(line)
        return found


def _by_code(rows: Iterable[Taken]) -> dict[str, dict[int, int]]:
    """By list, the projects on it, each with what it counts as where a package counts as one: that, or itself."""
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        for code in row.on:
            found.setdefault(code, {})[row.project] = row.package or row.project
    return found


def _encoded(query: Mapping[str, str]) -> str:
    asked = QueryDict(mutable=True)
    asked.update(dict(query))
    return asked.urlencode()


def rule_in_words(rule: str, user: Any, now: datetime) -> str:
    """A rule as people read it: `Stage: started; In statistics: not yet`."""
    listing = Listing(PROJECTS, user, QueryDict(rule), now=now)
    chips = [chip for chip in [*listing.chips, *listing.more] if chip.said]
    parts = [_("%(label)s: %(said)s") % {"label": chip.label, "said": chip.said} for chip in chips]
    if listing.text:
        parts.append(_("“%(text)s” in name, code or unit") % {"text": listing.text})
    return _("; ").join(parts)


# one list -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """A month of a list in names: each project with its address."""

    move: Move
    came: tuple[tuple[str, str], ...]
    went: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """The page of one list."""

    roster: Roster
    look: Look
    sums: Sums
    rule: str  # in words
    rows: Sequence[ProjectMonth]
    moved: Sequence[Moved]
    stays: Sequence[Listed]
    more_stays: int

    @property
    def href(self) -> str:
        return self.look.href(self.roster)

    @property
    def more(self) -> int:
        return max(0, self.sums.projects - len(self.rows))


def page_of(roster: Roster, user: User, now: datetime, *, most: int | None = STAYS) -> Page:
    look = Look(user, roster.county, roster.year, now)
    there = taken([roster], look.asked(look.period, today=look.usual)) if look.months else []
    moves = look.moves([roster])[roster.code]
    names = _names(pk for move in moves for pk in (*move.came, *move.went))
    moved = [Moved(move, _named(move.came, names), _named(move.went, names)) for move in reversed(moves)]
    rows = ProjectMonth.objects.of(roster.county, look.period).filter(project__in=[row.project for row in there])
    rows = rows.select_related("project", "lead_unit").order_by(last("project__number"), "project_id")
    stays = _stays(roster, user)
    shown = list(stays[:most] if most else stays)
    more = max(0, stays.count() - len(shown)) if len(shown) == most else 0
    words = rule_in_words(roster.rule, user, now) if roster.by_rule else ""
    return Page(roster, look, sums_of(there), words, list(rows[:FIRST]), moved, shown, more)


def _stays(roster: Roster, user: User) -> Any:
    """Who stood on a list by hand, the newest first, as far as the person sees the projects."""
    stays = roster.stays.select_related("project", "entered_by", "left_by").order_by("-entered_on", "-pk")
    if sees_whole_county(user, roster.county):
        return stays
    return stays.filter(project__in=Project.objects.visible_to(user).order_by().values("pk"))


def _names(pks: Iterable[int]) -> dict[int, str]:
    return dict(Project.objects.filter(pk__in=set(pks)).values_list("pk", "name"))


def _named(pks: Iterable[int], names: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    return tuple((names[pk], reverse("projects:page", args=[pk])) for pk in pks)


# before a rule is saved ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What a rule finds, before it keeps a list: of how many, how many more and how many less than the list has."""

    rule: str
    words: str
    number: int
    of: int
    came: tuple[tuple[str, str], ...]
    went: tuple[tuple[str, str], ...]
    href: str
    month: Period
    sign: str = field(default="")
    one: int = 0  # the number, and of how many, with a package as one
    of_one: int = 0

    @property
    def dropped(self) -> int:
        return self.of - self.number


def preview(rule: str, user: User, county: Unit, now: datetime, roster: Roster | None = None) -> Preview | None:
    """None for what can't be a rule."""
    if wrong_with(rule, tiers_of(rules_of(county))):
        return None
    look = Look(user, county, roster.year if roster else timezone.localdate(now).year, now)
    probe = Roster(county=county, year=look.year, code="~", rule=rule)
    lists = [probe, *([roster] if roster else [])]
    there = _by_code(taken(lists, look.asked(look.period, today=look.usual)))
    taken_in = there.get("~", {})
    now_on, was_on = set(taken_in), set(there.get(roster.code, {})) if roster else set()
    every = Listing(PROJECTS, user, QueryDict("" if look.usual else f"period={look.period}"), now=now)
    (of, fewer), names = every.count_alone(), _names(now_on ^ was_on)
    return Preview(
        rule,
        rule_in_words(rule, user, now),
        len(now_on),
        of,
        _named(sorted(now_on - was_on), names),
        _named(sorted(was_on - now_on), names),
        f"{reverse('projects:list')}?{rule}" + ("" if look.usual else f"&period={look.period}"),
        look.period,
        f"{rule}|{len(now_on)}|{hash_of(now_on)}",
        len({*taken_in.values()}),
        of - fewer,
    )


def hash_of(pks: Iterable[int]) -> str:
    return str(crc32(",".join(map(str, sorted(pks))).encode()))


# the lists of one project -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfProject:
    """A list that a project is or was on: since and until when, and why, where it is kept by hand; by a rule the
    months at whose ends it was."""

    roster: Roster
    now: bool
    said: Sequence[str]


def of_project(project: Project, user: User, now: datetime) -> list[OfProject]:
    """The lists of this year, and those by hand of earlier ones, that *project* is or was on."""
    look = Look(user, project.county, timezone.localdate(now).year, now)
    ruled = [one for one in look.rosters if one.by_rule]
    moves = look.moves(ruled, Q(project=project)) if ruled else {}
    found = []
    for one in ruled:
        if any(move.came for move in moves[one.code]):
            on = bool(moves[one.code][-1].number)
            found.append(OfProject(one, on, [_spells(moves[one.code])]))
    stays: dict[Roster, list[Listed]] = {}
    mine = project.stays.select_related("roster", "entered_by", "left_by").order_by(
        "-roster__year", "entered_on", "pk"
    )
    for stay in mine:
        stays.setdefault(stay.roster, []).append(stay)
    hand = [
        OfProject(roster, any(_holds(one, look.on) for one in own), [in_words(one) for one in own])
        for roster, own in stays.items()
    ]
    return sorted([*hand, *found], key=lambda one: (not one.now, -one.roster.year, one.roster.position))


def _holds(stay: Listed, on: date) -> bool:
    return stay.entered_on <= on and (stay.left_on is None or stay.left_on > on)


def _spells(moves: Sequence[Move]) -> str:
    """`by its rule since February` or `from February to April`: the months at whose ends it was on the list."""
    return _(", ").join(_spell(*spell) for spell in _runs(moves))


def _runs(moves: Sequence[Move]) -> Iterator[tuple[Period, Period | None]]:
    begun: Period | None = None
    for move in moves:
        if move.came:
            begun = move.month
        elif move.went and begun:
            yield begun, move.month
            begun = None
    if begun:
        yield begun, None


def _spell(begun: Period, ended: Period | None) -> str:
    said = {"from": figures.month(str(begun)), "to": figures.month(str(ended)) if ended else ""}
    if ended:
        return _("by its rule since %(from)s, no more from %(to)s on") % said
    return _("by its rule since %(from)s") % said


def in_words(stay: Listed) -> str:
    """`put on 12 January: key works of the county; taken off 4 March: completed`."""
    said = _("put on %(day)s: %(why)s") % {"day": figures.day(stay.entered_on), "why": stay.entry}
    if stay.left_on:
        off = _("taken off %(day)s: %(why)s") % {"day": figures.day(stay.left_on), "why": stay.exit}
        return _("; ").join([said, off])
    return said
