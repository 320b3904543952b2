"""Who stands where, the figures of a month, what is frozen when they are published, and the command."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.days.periods import Period
from core.indicators import GapAs
from core.refusals import NeedsReason, NotAllowed, Refused, Stale
from dispatch.home.pages import county_of
from dispatch.models import Problem, RankingSnapshot
from dispatch.standings.figures import figures, group_from_json, standing
from dispatch.standings.ranking import Row, ranks_by_month
from dispatch.standings.services import correct_ranking, published, withdraw_ranking
from dispatch.standings.trend import trend_of
from organization.people.models import Post, Role, User
from organization.profiles.loader import build
from organization.profiles.models import CountyProfile
from organization.profiles.rules import default_rules, rules_of
from organization.units.models import Unit
from projects.choices import Stage
from projects.models import MonthlyReport
from projects.rules import LightRules
from tests.projects.lifecycle.test_lifecycle import in_threads, meeting_place
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.months import publish_ranking
from tests.support.people import People, make_county, make_people
from tests.support.times import with_sections

MAY = Period.month(2026, 5)
APRIL = Period.month(2026, 4)
pytestmark = pytest.mark.django_db


def contest(county: Unit, rates: dict[str, tuple[int, int]], month: str = "2026-05") -> None:
    """One started project per unit with (done, plan) in 万元."""
    for unit, (done, plan) in rates.items():
        project = make_project(county, lead_unit=unit, name=f"{unit}的项目", plan=plan * WAN, stage=Stage.STARTED)
        make_report(project, month, works=done * WAN)


def ranked(county: Unit, **how: Any) -> list[tuple[int | None, str]]:
    return [(row.rank, row.name) for row in standing(county, MAY, **how).rows]


@pytest.mark.requirement("D12")
def test_groups_of_the_profile_are_ranked_among_themselves(county: Unit) -> None:
    contest(county, {"xicheng": (50, 100), "dongguan": (60, 100), "gongxin": (10, 100), "zhujian": (20, 100)})
    assert ranked(county, group="township") == [(1, "东关乡"), (2, "西城镇"), (None, "开发区")]
    assert ranked(county, group="department")[:2] == [(1, "县住建局"), (2, "县工信局")]
    assert ranked(county, by="township") == ranked(county, group="township")


@pytest.mark.requirement("D12")
def test_equal_as_displayed_is_a_tie_and_the_next_rank_is_left_out(county: Unit) -> None:
    contest(county, {"xicheng": (5004, 10000), "dongguan": (5001, 10000), "kaifaqu": (4000, 10000)})
    assert ranked(county, group="township") == [(1, "西城镇"), (1, "东关乡"), (3, "开发区")]


def test_no_task_stands_at_the_end_and_nothing_done_does_not(county: Unit) -> None:
    contest(county, {"dongguan": (0, 100)})
    rows = standing(county, MAY, group="township").rows
    assert [(row.rank, row.name) for row in rows] == [(1, "东关乡"), (None, "西城镇"), (None, "开发区")]
    assert rows[0].indicators["investment_rate"].value == 0
    assert rows[1].indicators["investment_rate"].value is None


@pytest.mark.requirement("D12")
def test_only_who_has_no_project_at_all_is_named_as_having_none() -> None:
    assert Row(None, 1, "西城镇", 0, {}, None).idle
    assert not Row(None, 1, "西城镇", 1, {}, None).idle  # a project, and nothing due of it yet


def test_a_leader_is_measured_by_the_projects_of_the_own_county(county: Unit, people: People) -> None:
    post = people.leader.current_posts[0]
    for where in (county, make_county("linxian", "邻县")):
        if where != county:
            make_people(where, prefix="linxian_")
        make_project(where, name="水厂", plan=100 * WAN, stage=Stage.STARTED, sponsor=post)
    assert sum(row.projects for row in standing(county, MAY, by="leader").rows) == 1


def test_a_figure_has_quotient_pace_and_gap(county: Unit) -> None:
    contest(county, {"xicheng": (30, 100)})
    figure = standing(county, MAY, group="township").rows[0].indicators["investment_rate"]
    assert (figure.numerator, figure.denominator) == (30 * WAN, 100 * WAN)
    assert figure.value == 30
    assert figure.pace == Fraction(500, 12)
    assert figure.gap == 30 - Fraction(500, 12)


def test_movement_is_against_the_month_before_and_none_in_january(county: Unit) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (20, 100)}, "2026-04")
    make_report(unit_of(county, "dongguan").led_projects.get(), "2026-05", works=50 * WAN)
    rows = standing(county, MAY, group="township").rows
    assert [(row.name, row.movement) for row in rows[:2]] == [("东关乡", 1), ("西城镇", -1)]
    assert [row.movement for row in standing(county, Period.month(2026, 1), group="township").rows] == [None] * 3


def test_from_a_month_in_which_nothing_was_done_nobody_moved(county: Unit) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100)})
    assert [row.movement for row in standing(county, MAY, group="township").rows] == [None, None, None]


def test_a_unit_below_counts_for_the_one_above(county: Unit) -> None:
    station = Unit(
        code="zhan", name="住建局质监站", short_name="质监站", kind="other", parent=unit_of(county, "zhujian")
    )
    station.save()
    project = make_project(county, lead_unit=station, plan=100 * WAN)
    make_report(project, "2026-05", works=40 * WAN)
    rows = {row.name: row for row in standing(county, MAY, group="department").rows}
    assert rows["县住建局"].indicators["investment_rate"].value == 40
    assert "质监站" not in rows


@pytest.mark.requirement("D12")
def test_leaders_are_shown_and_not_ranked(county: Unit, people: People) -> None:
    project = make_project(county, plan=100 * WAN, sponsor="县领导01")
    make_report(project, "2026-05", works=40 * WAN)
    ranking = standing(county, MAY, by="leader")
    assert not ranking.ranked
    assert [(row.rank, row.name, row.indicators["investment_rate"].value) for row in ranking.rows] == [
        (None, "县领导01", 40)
    ]
    assert ranking.rows[0].unit_id == Post.objects.get(title="县领导01").pk


def test_another_county_is_another_ranking(county: Unit) -> None:
    other = make_county("linxian", "邻县")
    contest(other, {"xicheng": (99, 100)})
    assert ranked(county, group="township")[0][0] is None


@pytest.mark.parametrize("ties", ["competition", "dense", "strict"])
def test_the_county_chooses_how_ties_are_ranked(county: Unit, ties: str) -> None:
    data = CountyProfile.objects.filter(county=county).values_list("data", flat=True).first()
    if data is None:
        from organization.profiles.loader import read

        data = read("default")
    data["ranking"]["ties"] = ties
    rules = build(data, key="test", version=3)
    contest(county, {"xicheng": (5004, 10000), "dongguan": (5001, 10000), "kaifaqu": (4000, 10000)})
    expected = {"competition": [1, 1, 3], "dense": [1, 1, 2], "strict": [1, 2, 3]}[ties]
    assert [row.rank for row in standing(county, MAY, group="township", rules=rules).rows] == expected


@pytest.mark.parametrize("units", [2, 8])
def test_the_number_of_queries_does_not_grow_with_units(
    county: Unit, units: int, django_assert_num_queries: Any
) -> None:
    for number in range(units):
        unit = Unit(
            code=f"xiang{number}", name=f"乡{number}", short_name=f"乡{number}", kind="township", parent=county
        )
        unit.save()
        contest(county, {unit.code: (number, 100)})
    rules_of(county)
    with django_assert_num_queries(4):  # profile, units, both months at once, what was published of the earlier
        standing(county, MAY)


# figures ------------------------------------------------------------------------------------------------------------


def test_figures_are_plain_json_and_agree_with_the_standing(county: Unit, people: People) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100), "gongxin": (10, 100)})
    late = make_project(county, name="应开未开项目", planned_start=date(2026, 3, 1), plan=10 * WAN)
    Problem.objects.create(
        county=county, project=late, key="k", title="缺土地", category="land", raised_on=date(2026, 5, 3),
        due_on=date(2026, 5, 10), owner_unit=unit_of(county, "zhujian"),
    )  # fmt: skip
    found = json.loads(json.dumps(figures(county, MAY, NOW)))
    assert found["period"] == "2026-05"
    assert (found["year"], found["months"], found["pace"]) == (2026, 5, "41.66666667")
    assert found["totals"]["done"] == 100 * WAN
    assert found["totals"]["plan"] == 310 * WAN
    assert found["totals"]["rate"] == "32.25806452"
    assert found["totals"]["gap"] == "-9.40860215"
    assert (found["totals"]["started"], found["totals"]["due_to_start"]) == (3, 4)
    assert found["totals"]["start_rate"] == "75.00000000"
    assert (found["totals"]["entered"], found["totals"]["due_to_enter"]) == (0, 3)
    assert found["previous"] is None, "nobody had reported anything by then"
    towns = found["groups"][0]
    assert (towns["key"], [row["rank"] for row in towns["rows"]]) == ("township", [1, 2, None])
    assert towns["rows"][0]["start_rate"] == {"numerator": 1, "denominator": 1, "value": "100.00000000"}
    assert [item["name"] for item in found["lists"]["behind"]] == ["gongxin的项目"]  # 30 of 41.7 is slow
    assert [item["name"] for item in found["lists"]["start_overdue"]] == ["应开未开项目"]
    assert len(found["lists"]["not_entered"]) == 3
    assert all(item["reason"] for items in found["lists"].values() for item in items)
    assert found["problems"] == {"open": 1, "overdue": 1, "closed_in_month": 0, "raised_in_month": 1}


def test_nothing_is_overdue_before_its_day_in_a_month_that_still_runs(county: Unit) -> None:
    project = make_project(county, name="项目", plan=10 * WAN)
    Problem.objects.create(
        county=county, project=project, key="k", title="缺土地", category="land", raised_on=date(2026, 5, 3),
        due_on=date(2026, 5, 20), owner_unit=unit_of(county, "zhujian"),
    )  # fmt: skip
    for day, overdue in ((20, 0), (21, 1)):
        now = datetime(2026, 5, day, 9, 0, tzinfo=NOW.tzinfo)
        assert figures(county, MAY, now)["problems"]["overdue"] == overdue


@pytest.mark.requirement("D12", "D15")
def test_who_is_in_statistics_is_not_on_the_list_of_those_who_are_not(county: Unit) -> None:
    for name, stage in (("已入统", Stage.ENTERED), ("未入统", Stage.STARTED)):
        make_project(county, name=name, plan=1_000 * WAN, stage=stage)
    make_project(county, name="刚开工", plan=1_000 * WAN, stage=Stage.STARTED, started_on=date(2026, 5, 1))
    listed = figures(county, MAY, NOW)["lists"]["not_entered"]
    assert [item["name"] for item in listed] == ["未入统"]
    assert "82" in listed[0]["reason"]  # days from 10 March to the end of May


def test_january_has_no_month_before(county: Unit) -> None:
    assert figures(county, Period.month(2026, 1), NOW)["previous"] is None


def test_figures_of_an_empty_county_have_no_rates(county: Unit) -> None:
    totals = figures(county, MAY, NOW)["totals"]
    assert (totals["rate"], totals["gap"], totals["start_rate"], totals["plan"]) == (None, None, None, 0)


# publishing ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D12")
def test_published_figures_stay_whatever_happens_afterwards(county: Unit, people: People) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100)})
    snapshot = publish_ranking(county, MAY, by=people.office, now=NOW)
    MonthlyReport.objects.update(works=90 * WAN, works_ytd=90 * WAN)
    again = publish_ranking(county, MAY, by=people.office, now=NOW)
    assert again.pk == snapshot.pk
    kept = group_from_json(again.data, again.data["groups"][0], again.data["decimals"])
    assert [(row.rank, row.name, row.indicators["investment_rate"].display) for row in kept.rows[:2]] == [
        (1, "东关乡", 60),
        (2, "西城镇", 30),
    ]
    assert standing(county, MAY, group="township").rows[0].indicators["investment_rate"].display == 90


def test_movement_and_last_month_are_taken_from_what_was_published(county: Unit, people: People) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100)}, "2026-04")
    publish_ranking(county, APRIL, by=people.office, now=NOW)
    for report in MonthlyReport.objects.filter(project__lead_unit__code="xicheng"):  # a late correction of April
        report.works = report.works_ytd = 90 * WAN
        report.save()
    moved = {row.name: row.movement for row in standing(county, MAY, group="township").rows}
    assert (moved["西城镇"], moved["东关乡"]) == (1, -1)
    data = figures(county, MAY, NOW)
    assert (data["previous"]["done"], data["totals"]["done"]) == (90 * WAN, 150 * WAN)
    trend = ranks_by_month(county, [APRIL, MAY], "township", rules_of(county), "investment_rate")
    first = unit_of(county, "dongguan").pk
    assert [ranks[first] for ranks in trend.values()] == [1, 2]
    _survey, _now, earlier = county_of(county, MAY)
    assert earlier is not None
    assert earlier.done == 90 * WAN


def test_each_county_has_a_ranking_of_its_own_for_each_month(county: Unit, people: People) -> None:
    places = [(place, month) for place in (county, make_county(code="other")) for month in (APRIL, MAY)]
    made = [publish_ranking(place, month, by=None, now=NOW) for place, month in places]
    assert [(row.county, row.period) for row in made] == [(place, str(month)) for place, month in places]
    assert published(county, Period.month(2026, 3)) is None


@pytest.mark.requirement("D12")
def test_a_snapshot_keeps_the_rule_the_cut_off_and_every_input(county: Unit, people: People) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100)})
    snapshot = publish_ranking(county, MAY, by=people.office, now=NOW)
    assert snapshot.rule_version == rules_of(county).version
    assert (snapshot.cut_off, snapshot.published_by) == (NOW, people.office)
    assert snapshot.data["cut_off"] == NOW.isoformat()
    assert snapshot.data["rule"]
    inputs = {row["name"]: row for row in snapshot.data["inputs"]}
    assert inputs["xicheng的项目"]["adds"]["investment_rate"] == [30 * WAN, 100 * WAN]
    done = sum(row["adds"]["investment_rate"][0] for row in inputs.values())
    assert done == snapshot.data["totals"]["done"]


def test_a_snapshot_reads_back_as_it_was_counted(county: Unit, people: People) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100)}, "2026-04")
    live = standing(county, MAY, group="township")
    data = publish_ranking(county, MAY, by=people.office, now=NOW).data
    kept = group_from_json(data, data["groups"][0], data["decimals"])
    assert kept.rows == live.rows
    assert kept.totals.indicators["entry_rate"] == live.totals.indicators["entry_rate"]


def test_a_correction_is_a_note_beside_it(county: Unit, people: People) -> None:
    snapshot = publish_ranking(county, MAY, by=people.office, now=NOW)
    before = snapshot.data
    correct_ranking(snapshot, by=people.office, now=NOW, note="西城镇完成投资应为 3,000 万元", version=1)
    later = datetime(2026, 6, 12, tzinfo=UTC)
    correct_ranking(snapshot, by=people.office_head, now=later, note="排名未变", version=2)
    row = RankingSnapshot.objects.get()
    assert row.correction == "西城镇完成投资应为 3,000 万元\n排名未变"
    assert row.data == before
    with pytest.raises(NeedsReason):
        correct_ranking(snapshot, by=people.office, now=NOW, note="  ", version=3)


def test_only_the_office_publishes_and_corrects(county: Unit, people: People) -> None:
    for person in (people.officer, people.leader, people.statistics, people.reader, people.admin):
        with pytest.raises(NotAllowed):
            publish_ranking(county, MAY, by=person, now=NOW)
    snapshot = publish_ranking(county, MAY, by=None, now=NOW)
    with pytest.raises(NotAllowed):
        correct_ranking(snapshot, by=people.leader, now=NOW, note="改", version=1)


def test_who_published_withdraws_with_a_reason_and_the_month_is_published_anew(county: Unit, people: People) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100)}, "2026-04")
    first = publish_ranking(county, APRIL, by=people.office, now=NOW)
    for person, reason, expected in (
        (people.office_head, "四月报送未完", NotAllowed),  # another one of the office
        (people.leader, "四月报送未完", NotAllowed),
        (people.office, "  ", NeedsReason),
    ):
        with pytest.raises(expected):
            withdraw_ranking(first, by=person, now=NOW, reason=reason, version=1)
    with pytest.raises(Stale):
        withdraw_ranking(first, by=people.office, now=NOW, reason="四月报送未完", version=7)
    gone = withdraw_ranking(first, by=people.office, now=NOW, reason="四月报送未完", version=1)
    assert (gone.withdrawn_by, gone.withdrawn_why, gone.data) == (people.office, "四月报送未完", first.data)
    assert published(county, APRIL) is None
    for report in MonthlyReport.objects.filter(project__lead_unit__code="xicheng"):
        report.works = report.works_ytd = 90 * WAN
        report.save()
    assert {row.name: row.movement for row in standing(county, MAY, group="township").rows}["西城镇"] == 0
    again = publish_ranking(county, APRIL, by=people.office, now=NOW)
    assert (again.pk != first.pk, again.data["totals"]["done"]) == (True, 150 * WAN)
    trend = trend_of(county, standing(county, MAY, group="township"), rules_of(county))
    assert trend is not None
    assert {row[0]: row[4] for row in trend.rows}["西城镇"] == "1"  # by the one that stands
    with pytest.raises(Stale):  # a page of the one withdrawn doesn't reach the new one
        correct_ranking(again, by=people.office, now=NOW, note="改", version=first.version)
    with pytest.raises(NotAllowed):
        withdraw_ranking(gone, by=people.office, now=NOW, reason="又一次", version=2)


@pytest.mark.parametrize("left", ["the county", "the office", "the service"])
def test_what_somebody_published_who_left_is_withdrawn_by_the_office(county: Unit, people: People, left: str) -> None:
    snapshot = publish_ranking(county, MAY, by=people.office, now=NOW)
    posts = Post.objects.filter(holder=people.office)
    if left == "the county":
        posts.update(holder=None)
    elif left == "the office":
        posts.update(unit=unit_of(county, "xicheng"), role=Role.OFFICER)
    else:
        User.objects.filter(pk=people.office.pk).update(is_active=False)
    snapshot = RankingSnapshot.objects.get(pk=snapshot.pk)
    if left != "the service":  # who is out of service doesn't sign in
        with pytest.raises(NotAllowed):
            withdraw_ranking(snapshot, by=snapshot.published_by, now=NOW, reason="有误", version=1)
    assert withdraw_ranking(snapshot, by=people.office_head, now=NOW, reason="有误", version=1).withdrawn_at == NOW


def test_a_month_to_come_is_not_published(county: Unit, people: People) -> None:
    with pytest.raises(Refused, match="7月"):
        publish_ranking(county, Period.month(2026, 7), by=people.office, now=NOW)


# the command --------------------------------------------------------------------------------------------------------


def run(*args: str) -> str:
    out = StringIO()
    call_command("ranking", *args, stdout=out)
    return out.getvalue()


@pytest.mark.requirement("D12")
def test_the_command_prints_what_outside_checks_read(county: Unit) -> None:
    contest(county, {"xicheng": (1, 3), "dongguan": (60, 100)})
    rows = json.loads(run("2026-05", "--by", "township", "--format", "json"))
    assert [(row["rank"], row["name"], row["score"]) for row in rows] == [
        (1, "东关乡", "60.00000000"),
        (2, "西城镇", "33.33333333"),
        (None, "开发区", None),
    ]
    assert rows[1]["indicators"]["investment_rate"] == {
        "numerator": WAN,
        "denominator": 3 * WAN,
        "value": "33.33333333",
        "pace": "41.66666667",
        "gap": "-8.33333333",
    }
    assert rows[1]["indicators"]["start_rate"] == {"numerator": 1, "denominator": 1, "value": "100.00000000"}
    assert set(rows[1]["indicators"]) == {
        "investment_rate", "start_rate", "resumption_rate", "entry_rate", "completion_rate", "approval_rate",
        "checklist_rate", "joint_review_rate", "permit_days", "production_days", "milestone_rate",
    }  # fmt: skip


def test_the_command_ranks_by_another_indicator(county: Unit) -> None:
    contest(county, {"xicheng": (1, 3), "dongguan": (60, 100)})
    make_project(county, lead_unit="dongguan", name="应开未开", planned_start=date(2026, 2, 1))
    rows = json.loads(run("2026-05", "--by", "township", "--format", "json", "--contest", "start_rate"))
    assert [(row["rank"], row["name"], row["score"]) for row in rows[:2]] == [
        (1, "西城镇", "100.00000000"),
        (2, "东关乡", "50.00000000"),
    ]


def test_the_command_prints_a_table_and_csv(county: Unit) -> None:
    contest(county, {"xicheng": (1, 3)})
    table = run("2026-05")
    assert "西城镇" in table
    assert "33.3% (10,000/30,000)" in table
    profile = CountyProfile.objects.create(
        county=county, key="own", digest="two decimals", data={"ranking": {"decimals": 2}}, loaded_at=NOW
    )
    assert "33.33% (10,000/30,000)" in run("2026-05")  # as many decimals as the county ranks by
    profile.delete()
    head, first, *_rest = run("2026-05", "--format", "csv").splitlines()
    assert head.startswith(
        "rank,name,score,investment_rate.numerator,investment_rate.denominator,investment_rate.value"
    )
    assert first.startswith("1,西城镇,33.33333333,10000,30000,33.33333333,41.66666667,-8.33333333")


@pytest.mark.parametrize(
    "args", [["2026-W05"], ["never"], ["2026-05", "--contest", "none"], ["2026-05", "--county", "x"]]
)
def test_the_command_says_what_to_do(county: Unit, args: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        run(*args)
    assert len(str(error.value)) > 10


def test_several_counties_need_a_code(county: Unit) -> None:
    make_county("linxian", "邻县")
    with pytest.raises(CommandError, match="linxian"):
        run("2026-05")
    assert run("2026-05", "--county", "linxian")


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_publish_once(tmp_path: Path) -> None:
    county = make_county()
    office = make_people(county).office
    contest(county, {"xicheng": (30, 100)})
    barrier = threading.Barrier(2)

    def go() -> int:
        barrier.wait(10)
        return publish_ranking(county, MAY, by=office, now=NOW).pk

    with meeting_place(tmp_path):
        one, other = in_threads(go, go)
        assert one == other
        assert in_threads(RankingSnapshot.objects.count) == [1]


@pytest.mark.django_db
@pytest.mark.parametrize(("months", "group"), [([MAY], "gone"), ([], "township")])
def test_a_group_that_is_gone_and_no_months_at_all_have_no_ranks(
    county: Unit, months: list[Period], group: str
) -> None:
    found = ranks_by_month(county, months, group, rules_of(county), "investment_rate")
    assert found == {str(month): {} for month in months}


@pytest.mark.django_db
def test_a_month_in_which_nobody_had_done_anything_ranks_nobody(county: Unit) -> None:
    contest(county, {"xicheng": (0, 100), "dongguan": (0, 50)})
    assert ranks_by_month(county, [MAY], "township", rules_of(county), "investment_rate") == {"2026-05": {}}


@pytest.mark.requirement("D12")
def test_json_gaps_and_ranks_do_not_hang_on_how_a_gap_is_printed(
    county: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest(county, {"xicheng": (3996, 10_000), "dongguan": (3328, 10_000)}, "2026-04")
    told: dict[str, str] = {}
    tables: dict[str, str] = {}
    hows: tuple[GapAs, ...] = ("printed", "exact")
    for how in hows:
        rules = with_sections(default_rules(), LightRules(gap=how))
        monkeypatch.setattr("dispatch.standings.figures.rules_of", lambda _county, rules=rules: rules)
        told[how] = run("2026-04", "--by", "township", "--format", "json")
        tables[how] = run("2026-04", "--by", "township")
    assert told["printed"] == told["exact"]
    gaps = [row["indicators"]["investment_rate"].get("gap") for row in json.loads(told["exact"])]
    assert gaps == ["6.62666667", "-0.05333333", None]
    assert ("+6.7" in tables["printed"], "+6.6" in tables["exact"]) == (True, True)
    assert ("−0.1" in tables["printed"], "−0.1" in tables["exact"]) == (False, True)
