"""One moment, one figure: whatever is done to projects, units, months and rankings, in whatever order, list, home,
ranking, drill-down, export and bulletin say the same of a month, and what was published doesn't move."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.days.periods import Period
from core.indicators import Quotient
from core.lists import files
from core.lists.listing import Listing
from core.refusals import Refused
from core.tables.writing import wan
from dispatch.bulletins.services import draft_bulletin
from dispatch.home import pages as home
from dispatch.home import reds
from dispatch.models import RankingSnapshot, Round, RoundRow
from dispatch.rounds import services as rounds
from dispatch.rounds.months import month_state
from dispatch.standings import services as rankings
from dispatch.standings.figures import behind_scenes, figures
from dispatch.standings.pages import Page, opened, page_of
from dispatch.standings.ranking import LEADERS, before, ranks_by_month, survey
from dispatch.standings.rules import RankingRules
from dispatch.standings.workbook import groups as workbook_of_groups
from dispatch.standings.workbook import projects as workbook_of_projects
from organization.people.models import Post
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind
from organization.units.tree import RANKED, homes_on, units_of_tree
from projects.choices import Stage, State
from projects.list.filters import LIGHTS
from projects.list.lists import PROJECTS
from projects.models import ProjectMonth, ReportingMonth
from projects.registry.months import services as months
from projects.reports.due import due_items
from projects.reports.months import open_periods, owed
from projects.review.pages import missing
from projects.rules import LightRules, MonthlyRules, current_period
from tests.support.acts import (
    ACTS,
    ALL,
    MAY,
    SHOWN,
    Act,
    close_a_month,
    correct,
    hand_on,
    plan,
    postpone,
    publish,
    rename,
    report,
)
from tests.support.closed import asked_in, corrected, differing, every_row, locked_months
from tests.support.factories import WAN, count, make_project, make_report, unit_of
from tests.support.people import People
from tests.support.plugins.chance import dear
from tests.support.squads import make_squad

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]
ASKED = datetime(2026, 3, 25, tzinfo=UTC)
BEGUN, OVER = date(2026, 4, 14), date(2026, 6, 2)  # the first act; by then the three months are over
KEYS = ("investment_rate", "start_rate", "entry_rate")
#: The list of projects without the counts on its tabs, which cost more than all else here.
LISTED = replace(PROJECTS, views=())
TOTALS = "col=number&col=name&col=plan&col=done&col=rate"


#: Typed today, they hold from today on: months that are over stay as they were, but for a fact's first value.
FROM_TODAY = (hand_on, rename, plan, postpone)
OFTEN = (report, plan, hand_on, close_a_month, publish)
STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from((*ACTS, *OFTEN)), st.integers(0, 30), st.integers(0, 30)),
    min_size=4,
    max_size=11,
)


@pytest.fixture
def at_work(county: Unit, people: People, settings: Any, tmp_path: Any) -> Unit:
    """A station below the housing bureau, a squad, eight projects of all kinds, reported on from January to March."""
    settings.MEDIA_ROOT = tmp_path
    station = Unit(
        code="zhan", name="住建站", short_name="住建站", kind=UnitKind.OTHER, parent=unit_of(county, "zhujian")
    )
    station.save()
    squad = make_squad(county, people)
    both: Any = {"started_on": date(2026, 2, 10), "total_investment": 900 * WAN}
    made = [
        make_project(county, name="堤防", stage=Stage.STARTED, plan=1_000 * WAN, sponsor="县领导01"),
        make_project(county, name="粮库", stage=Stage.PREWORK, plan=2_000 * WAN, sponsor="县领导01"),
        make_project(county, name="站房", lead_unit=station, stage=Stage.ENTERED, plan=700 * WAN),
        make_project(county, name="招商", lead_unit=squad.unit, stage=Stage.STARTED, plan=4_000 * WAN, **both),
        make_project(county, name="无计划", lead_unit="dongguan", stage=Stage.STARTED, sponsor="县领导02"),
        make_project(county, name="零计划", lead_unit="kaifaqu", stage=Stage.PLANNED, plan=0),
        make_project(county, name="完工", lead_unit="gongxin", stage=Stage.COMPLETED, plan=600 * WAN,
                     planned_completion=date(2026, 4, 30), started_on=date(2025, 3, 1), sponsor="县领导02"),
        make_project(county, name="停建", lead_unit="dongguan", stage=Stage.STARTED, plan=800 * WAN,
                     state=State.SUSPENDED, state_reason="资金", sponsor="县领导01"),
    ]  # fmt: skip
    for number, project in enumerate(made):
        for month in ("2026-01", "2026-03")[number % 2 :]:
            make_report(project, month, works=(number + 1) * 30 * WAN)
    count(made)
    for period in SHOWN:
        opened = Round.objects.create(county=county, kind="monthly", period=str(period), opened_at=ASKED, due_at=ASKED)
        rounds.fill(opened)
    return county


@dataclass
class Told:
    """What was published, as it was then: the rows of each figure's drawer by snapshot."""

    data: dict[int, Any] = field(default_factory=dict)
    drawers: dict[int, Any] = field(default_factory=dict)

    def keep(self, county: Unit, people: People) -> None:
        for snapshot in RankingSnapshot.objects.exclude(pk__in=self.data):
            self.data[snapshot.pk] = snapshot.data
            self.drawers[snapshot.pk] = dict(_of_snapshot(county, people, snapshot))


def _of_snapshot(county: Unit, people: People, snapshot: RankingSnapshot) -> Iterator[tuple[Any, Any]]:
    gone = snapshot.pk if snapshot.withdrawn_at else 0
    for page in pages(county, Period.parse(snapshot.period), gone=gone):
        yield (
            page.ranking.key,
            [(row.rank, row.name, row.projects, row.done, row.movement) for row in page.ranking.rows],
        )
        yield from drawers(page, county, people)


def pages(county: Unit, period: Period, **how: Any) -> Iterator[Page]:
    """The ranking's pages, a group each."""
    rules = rules_of(county)
    for group in rules[RankingRules].groups:
        page = page_of(county, period, rules, group=group.key, **how)
        assert page is not None
        yield page


def drawers(page: Page, county: Unit, people: People) -> Iterator[tuple[Any, Any]]:
    """What opens behind a figure of each row of *page*, of the rates in turn: the projects' parts add up to it."""
    for number, row in enumerate(page.ranking.busy, start=page.period.number):
        for key in [KEYS[number % len(KEYS)]]:
            figure = row.indicators[key]
            shown = opened(page, county, row.unit_id, key, people.office, rules_of(county))
            assert shown is not None
            lines = [(line.pk, line.numerator, line.denominator) for line in shown.lines]
            parts = (sum(line[1] for line in lines), sum(line[2] for line in lines))
            assert parts == (figure.numerator, figure.denominator), (str(page.period), row.name, key)
            assert not shown.hidden
            yield (page.ranking.key, row.unit_id, key), lines


def test_all_pages_say_the_same_of_a_month_after_all_that_can_be_done(at_work: Unit, people: People) -> None:
    assert {act for act, *_rest in ALL} == {*ACTS}
    assert replay(at_work, people, [(3, *step) for step in ALL]) == []


@dear
@given(steps=STEPS)
def test_all_pages_say_the_same_of_a_month_whatever_was_done(at_work: Unit, people: People, steps: Any) -> None:
    with transaction.atomic():
        replay(at_work, people, steps)
        transaction.set_rollback(True)  # the next example finds the county as this one did


def replay(county: Unit, people: People, steps: list[Any]) -> list[Refused]:
    """Does *steps*, compares what is said of each month; what was refused."""
    cache.clear()  # what is kept hangs on marks that only grow: the example before was taken back
    today, told, refused = BEGUN, Told(), []
    for days, act, which, n in steps:
        today = min(today + timedelta(days=days), date(2026, 7, 20))
        now = datetime.combine(today, time(2), UTC)
        before_it, rows_before, asked_before = stood(county), every_row(county), asked_in(county)
        closed, locked = closed_months(county), locked_months(county)
        try:
            with transaction.atomic():
                act(Act(county, people, now, which, n))
        except Refused as why:
            refused.append(why)
            continue
        rounds.keep_in_step(county, now=now)
        told.keep(county, people)
        after = stood(county)
        assert [asked_in(county)[month] for month in locked] == [asked_before[month] for month in locked], act.__name__
        assert set(differing(rows_before, every_row(county), locked)) <= corrected(county, now), act.__name__
        if act is not correct:
            assert [after[month] for month in closed] == [before_it[month] for month in closed], act.__name__
        if act in FROM_TODAY:
            assert list(moved(before_it, after, str(Period.of(today)))) == [], act.__name__
    now = datetime.combine(max(today, OVER), time(2), UTC)
    assert not list(months.check(now=now))
    for period in SHOWN:
        compare(Moment(county, people, period, now))
        compare_reporting(Moment(county, people, period, now))
    for snapshot in RankingSnapshot.objects.all():
        assert snapshot.data == told.data[snapshot.pk]
        assert dict(_of_snapshot(county, people, snapshot)) == told.drawers[snapshot.pk]
    return refused


def stood(county: Unit) -> dict[str, dict[int, tuple[Any, ...]]]:
    """How each project stood at the end of each of the months, as far as edits and steps decide it. (Works of an
    open month add up into a later one that is closed.)"""
    fields = ("lead_unit", "plan", "state", "planned_start", "first_start", "started_on", "completed_on", "over")
    found: dict[str, dict[int, tuple[Any, ...]]] = {str(month): {} for month in SHOWN}
    rows = ProjectMonth.objects.filter(county=county, month__in=found)
    for month, project, *facts in rows.values_list("month", "project", *fields):
        found[month][project] = tuple(facts)
    return found


def closed_months(county: Unit) -> list[str]:
    """Those that nothing may move any more: closed, or before one that is."""
    names = ReportingMonth.objects.filter(county=county, closed_at__isnull=False).values_list("month", flat=True)
    return [str(month) for month in SHOWN if str(month) <= max(names, default="")]


def moved(old: Any, new: Any, until: str) -> Iterator[Any]:
    """What stood in a month before that of *until* and doesn't any more. A first value holds from the beginning."""
    for month in old:
        for project, facts in old[month].items() if month < until else ():
            pairs = zip(facts, new[month][project], strict=True)
            yield from ((month, project, a, b) for a, b in pairs if a is not None and a != b)


# what is compared ---------------------------------------------------------------------------------------------------


@dataclass
class Moment:
    county: Unit
    people: People
    period: Period
    now: datetime

    @cached_property
    def rules(self) -> Any:
        return rules_of(self.county)

    @cached_property
    def survey(self) -> Any:
        return survey(self.county, self.period, keys=KEYS)

    def list(self, query: str = "", user: Any = None) -> Listing:
        asked = QueryDict(f"period={self.period}&{TOTALS}&{query}")
        found = Listing(LISTED, user or self.people.office, asked, now=self.now)
        assert found.asked.period == self.period
        return found

    def totals(self, query: str = "", user: Any = None) -> tuple[int, int, int]:
        """Works, works that have a plan, and the plans, in yuan."""
        totals = self.list(query, user).totals
        return totals["done"], totals["rated"], totals["plan"]


def of_home(investment: home.Investment) -> tuple[int, int, int]:
    assert investment.unplanned == investment.done - investment.quotient.numerator
    return (investment.done, *investment.quotient)


def compare(at: Moment) -> None:
    compare_county(at)
    compare_units(at)
    compare_leader(at)
    compare_ranking(at)
    compare_bulletin(at)
    if at.period == MAY:
        compare_files(at)


def compare_reporting(at: Moment) -> None:
    """Who must report on the month and hasn't: round, home, review, to-do list, and list of projects say the same."""
    opened = Round.objects.get(county=at.county, period=str(at.period))
    state, lines = month_state(at.county, at.period, now=at.now), missing(at.county, at.period)
    owing = sum(line.projects for line in lines)
    assert owing == state.due - state.handed_in == RoundRow.objects.missing_in(opened).count()
    assert owing == owed(at.county, at.period).count()
    if at.period in open_periods(at.county, at.now.date(), at.rules[MonthlyRules]):
        home_says = next(one for one in home.open_rounds(at.county) if one.round == opened)
        assert (home_says.missing, home_says.total) == (owing, state.due)
        assert {one.unit: one.missing for one in home_says.owing} == {one.unit: one.projects for one in lines}
        to_do = [item for item in due_items(at.county, at.now) if item.key.startswith(f"report_fill:{at.period}")]
        assert sum(item.count for item in to_do) == sum(line.projects - line.returned for line in lines)
    if at.period == current_period(at.now.date(), at.rules[MonthlyRules]):
        listed = Listing(LISTED, at.people.office, QueryDict("report=missing"), now=at.now)
        assert (listed.asked.period, listed.count) == (at.period, owing)


def compare_county(at: Moment) -> None:
    """List, home, ranking: the county's sums, its lights, last month."""
    found, investment, earlier = home.county_of(at.county, at.period)
    assert at.totals() == of_home(investment) == of_home(home.investment_of(at.county, at.period))
    assert (found.total.done, *found.total.quotients["investment_rate"]) == at.totals()
    assert at.list("counted=yes").count == at.list().totals["summed"] == found.total.every[0]
    rows = behind_scenes(at.county, at.period, KEYS, rules_of(at.county))
    assert len(rows) == found.total.every[0]
    for key in KEYS:
        parts = [Quotient(*row["adds"][key]) for row in rows]
        assert sum(parts, Quotient()) == at.survey.total.quotients[key]
    assert reds.rows_of(at.county, at.period).count() == at.list().count
    lights(at, "", Q())
    past = before(at.period)
    told = past and rankings.published(at.county, past)
    if told and earlier:
        totals = told.data["totals"]
        assert of_home(earlier) == (totals["done"], *totals["quotients"]["investment_rate"])
    elif past and earlier:
        assert of_home(earlier) == of_home(home.investment_of(at.county, past))


def lights(at: Moment, query: str, where: Q) -> None:
    rules = at.rules[LightRules]
    shown = {one.key: one.count for one in home.light_counts(at.county, at.period, rules, where)}
    rows = Counter(at.list(query).found("light").values_list("light", flat=True))
    assert {key: sum(rows[code] for code in codes) for key, (_label, codes) in LIGHTS.items()} == {
        key: shown.get(key, 0) for key in LIGHTS
    }
    assert reds.red_projects(at.county, at.period, rules, where).count == at.list(f"{query}&light=red").count


def compare_units(at: Moment) -> None:
    """Each unit with all below it: its home, the list; what is counted for it: the list, the ranking."""
    found = at.survey
    units = units_of_tree(at.county)
    homes = homes_on(units, at.period.last)
    leads = set(ProjectMonth.objects.of(at.county, at.period).values_list("lead_unit", flat=True))
    for unit in units:
        if unit.pk not in {*leads, *(homes[one] for one in leads)}:
            continue  # the others say nothing
        where = home.led_by(at.county, [unit], at.period)
        listed = at.list(f"unit={unit.code}").totals
        of_unit = listed["done"], listed["rated"], listed["plan"]
        assert of_home(home.investment_of(at.county, at.period, where)) == of_unit, unit.name
        assert reds.rows_of(at.county, at.period, where).count() == listed["n"]
        tally = found.now.get(unit.pk)
        counted = (tally.done, *tally.quotients["investment_rate"]) if tally else (0, 0, 0)
        assert at.totals(f"ranked={unit.pk}") == counted, unit.name
        if homes[unit.pk] == unit.pk and unit.valid_on(at.period.last) and unit.kind in RANKED:
            assert of_unit == counted, unit.name
    if at.period == MAY:
        lights(at, "unit=dongguan", home.led_by(at.county, [unit_of(at.county, "dongguan")], at.period))
    for person in (at.people.officer, at.people.squad):
        for own in home.squads_of(person, at.period, at.rules[LightRules], at.now.date()):
            assert own.number == at.list(f"squad={own.squad.pk}", person).count
            assert own.red.count == at.list(f"squad={own.squad.pk}&light=red", person).count


def compare_leader(at: Moment) -> None:
    """What a leader sponsors: home, list, the leaders' page and what opens there."""
    leader = at.people.leader
    sponsored, portfolio = home.of_leader(leader, at.county, at.now.date())
    where = Q(project__in=sponsored | portfolio)
    assert of_home(home.investment_of(at.county, at.period, where)) == at.totals("sponsor=mine", leader)
    assert reds.rows_of(at.county, at.period, where).count() == at.list("sponsor=mine", leader).count
    if at.period == MAY:
        lights(at, "sponsor=" + str(leader.current_posts[0].pk), where)
    page = page_of(at.county, at.period, at.rules, group=LEADERS)
    assert page is not None
    dict(drawers(page, at.county, at.people))
    for row in page.ranking.rows:
        post = Post.objects.get(pk=row.unit_id)
        assert at.totals(f"sponsor={post.pk}") == (row.done, *_parts(row, "investment_rate"))


def _parts(row: Any, key: str) -> tuple[int, int]:
    figure = row.indicators[key]
    return figure.numerator, figure.denominator


def compare_files(at: Moment) -> None:
    """xlsx and csv: the total is the page's, and the sum of the rows that count."""
    whole, counted = at.list(), at.list("counted=yes")
    sheet = [list(row) for row in load_workbook(files.xlsx(counted)).active.iter_rows(values_only=True)]
    lines = list(csv.reader("".join(files.csv_lines(counted)).removeprefix("\ufeff").splitlines()))
    done = [column.key for column in counted._in_file].index("done")
    amount = wan(whole.totals["done"])
    assert float(lines[1][done]) == pytest.approx(float(amount))
    assert sum(float(line[done] or 0) for line in lines[2:]) == pytest.approx(float(amount))
    below = [row[done] for row in sheet if isinstance(row[0], int)]
    assert sum(float(cell or 0) for cell in below) == pytest.approx(float(amount))
    assert len(below) == len(lines) - 2 == whole.totals["summed"]


def ranked(ranks: Mapping[int, int | None]) -> dict[int, int]:
    return {unit: rank for unit, rank in ranks.items() if rank is not None}


def compare_ranking(at: Moment) -> None:
    """The groups add up to the county; ranks, drawers, files; movement is from what was published."""
    found = at.survey
    live = list(pages(at.county, at.period, live=True))
    rows = [row for page in live for row in page.ranking.rows]
    assert len({row.unit_id for row in rows}) == len(rows)
    assert sum(row.done for row in rows) == found.total.done
    for key in KEYS:
        parts = [Quotient(*_parts(row, key)) for row in rows]
        assert sum(parts, Quotient()) == found.total.quotients[key]
    past = before(at.period)
    told = past and rankings.published(at.county, past)
    for page in live:
        inside = dict(drawers(page, at.county, at.people))
        ranking = page.ranking
        assert {pk for lines in inside.values() for pk, *_rest in lines} <= {
            row.project_id for row in ProjectMonth.objects.of(at.county, at.period).counted()
        }
        stands = ranks_by_month(at.county, [at.period], ranking.key, at.rules, ranking.order_by)[str(at.period)]
        if stands and not rankings.published(at.county, at.period):
            # A unit that had something last month only stands on the page without a rank, not in the line of ranks.
            assert ranked(stands) == ranked({row.unit_id: row.rank for row in ranking.rows})
        if told:
            kept = {row["unit_id"]: row["rank"] for group in told.data["groups"] for row in group["rows"]}
            for row in ranking.rows:
                old = kept.get(row.unit_id)
                if told.data["totals"]["done"]:
                    assert row.movement == (old - row.rank if old and row.rank else None)
        if at.period == MAY:
            compare_workbooks(at, page)
    shown = next(iter(pages(at.county, at.period)))
    assert shown.frozen == bool(rankings.published(at.county, at.period))


def compare_workbooks(at: Moment, page: Page) -> None:
    sheet = load_workbook(workbook_of_groups(page)[0]).active
    cells = {row[1]: row for row in sheet.iter_rows(values_only=True)}
    for row in page.ranking.rows:
        assert cells[row.name][2] == row.projects
        assert float(cells[row.name][3] or 0) == pytest.approx(_parts(row, "investment_rate")[0] / WAN)
    row = page.ranking.rows[0]
    shown = opened(page, at.county, row.unit_id, "investment_rate", at.people.office, at.rules)
    assert shown is not None
    inside = {
        one[0]: one[1]
        for one in load_workbook(workbook_of_projects(page, shown)[0]).active.iter_rows(values_only=True)
    }
    for line in shown.lines:
        assert float(inside[line.name] or 0) == pytest.approx(line.numerator / WAN)


def compare_bulletin(at: Moment) -> None:
    """What a bulletin of the month says: as published, else as the list says it now."""
    published = rankings.published(at.county, at.period)
    live = figures(at.county, at.period, at.now)
    told = published.data if published else live
    totals = live["totals"]
    assert (totals["done"], *totals["quotients"]["investment_rate"]) == at.totals()
    if at.list("counted=yes&plan=with").count:
        assert totals["projects"] == at.list("counted=yes&plan=with").count
    for key, light in (("behind", "behind"), ("start_overdue", "start")):
        assert len(live["lists"][key]) == at.list(f"light={light}").count
    with transaction.atomic():
        paper = draft_bulletin(at.county, "monthly", at.period, unfinished="会议急用", by=at.people.office, now=at.now)
        transaction.set_rollback(True)
    assert paper.figures["totals"] == told["totals"]
    said = {run["key"]: run["value"] for block in paper.content for line in block.get("paragraphs", ())
            for run in line if "key" in run}  # fmt: skip
    for key in ("done", "plan", "projects", "started", "due_to_start", "entered", "due_to_enter"):
        assert said.get(key, told["totals"][key]) == told["totals"][key], key
    tables = {block["key"]: block for block in paper.content if block["key"].startswith("ranking.")}
    for group in told["groups"]:
        if f"ranking.{group['key']}" in tables:
            table = tables[f"ranking.{group['key']}"]
            column = [one["label"] for one in table["columns"]].index("累计完成")
            assert float(table["rows"][0][column].get("value", 0)) == pytest.approx(
                sum(row["done"] for row in group["rows"]) / WAN
            ), group["key"]
