"""A unit is renamed, moved, merged or closed: refused in words, done once, and what was before stays."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.affected import affected
from core.collect import gather
from core.days.periods import Period
from core.refusals import NotAllowed, Refused, Stale, Wrong
from dispatch.models import Problem, RankingSnapshot, Round, RoundRow
from dispatch.problems import services as problems
from dispatch.problems.models import rung_posts
from dispatch.problems.rules import Level
from dispatch.rounds import services as rounds
from dispatch.standings import services as rankings
from dispatch.standings.ranking import survey
from funding.models import Bid, Channel
from investment.models import Lead, Mode
from jobs.heartbeat import tick
from organization.changes import services as changes
from organization.changes.models import Kind, UnitChange
from organization.people import recipients
from organization.people import services as accounts
from organization.people.models import Post, Role
from organization.units.models import Unit, UnitKind
from outbox.models import Notice
from projects.ledger import services as imports
from projects.lifecycle import services as lifecycle
from projects.models import MonthlyReport, Project
from tests.support.factories import NOW, make_project, make_report, unit_of
from tests.support.people import make_county

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)


@pytest.fixture
def admin(people):
    return people.admin


def plan(
    unit: Unit, kind: str, by, *, now: datetime = NOW, on: date = TODAY, reason="机构改革", **more: Any
) -> UnitChange:
    return changes.plan_change(unit, kind=kind, on=on, by=by, now=now, reason=reason, **more)


def again(unit):
    return type(unit).objects.get(pk=unit.pk)


def newest(record):
    """The newest row of the history of *record*: what factories make has the date of today."""
    return record.history.order_by("-history_id").first()


# refused ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def below(county):
    """A station below a township."""
    station = Unit(
        code="zhan", name="西城站", short_name="西城站", kind=UnitKind.OTHER, parent=unit_of(county, "xicheng")
    )
    station.save()
    return station


REFUSED: dict[
    str, tuple[Kind, dict[str, Any], str, str]
] = {  # what is tried, the field that says it, words of the sentence
    "renamed without a name": (Kind.RENAME, {}, "new_name", "新名称"),
    "renamed as it is called": (Kind.RENAME, {"new_name": "西城镇"}, "new_name", "已"),
    "renamed as another unit": (Kind.RENAME, {"new_name": "东关乡"}, "new_name", "东关乡"),
    "renamed as another unit is short": (Kind.RENAME, {"new_name": "县住建局"}, "new_name", "县住房和城乡建设局"),
    "moved nowhere": (Kind.MOVE, {}, "new_parent", "之下"),
    "moved below itself": (Kind.MOVE, {"new_parent": "xicheng"}, "new_parent", "自己"),
    "moved below its own station": (Kind.MOVE, {"new_parent": "zhan"}, "new_parent", "自己"),
    "moved where it stands": (Kind.MOVE, {"new_parent": "shifan"}, "new_parent", "已"),
    "moved to another county": (Kind.MOVE, {"new_parent": "other"}, "new_parent", "另一"),
    "merged with nothing": (Kind.MERGE, {}, "into", "并入"),
    "merged into itself": (Kind.MERGE, {"into": "xicheng"}, "into", "自己"),
    "merged into its own station": (Kind.MERGE, {"into": "zhan"}, "into", "下级"),
    "merged into the county": (Kind.MERGE, {"into": "shifan"}, "into", "单位"),
    "merged into another county's": (Kind.MERGE, {"into": "other"}, "into", "另一"),
    "merged into one that is gone": (Kind.MERGE, {"into": "gone"}, "into", "不"),
    "closed with projects and stations": (Kind.CLOSE, {}, "into", "牵头的项目 1"),
    "without a reason": (Kind.RENAME, {"new_name": "新城镇", "reason": " "}, "reason", "理由"),
    "before it was there": (Kind.RENAME, {"new_name": "新城镇", "on": date(2020, 1, 1)}, "on", "2020-05-01"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_and_in_which_words(county, admin, below, case):
    unit = unit_of(county, "xicheng")
    unit.since = date(2020, 5, 1)
    unit.save()
    make_project(county)
    other = make_county("other", "另县")
    gone = Unit(
        code="gone", name="撤了的局", short_name="撤了的局", kind=UnitKind.DEPARTMENT, parent=county, active=False
    )
    gone.save()
    named = {"shifan": county, "other": unit_of(other, "dongguan"), "gone": gone, "zhan": below}
    kind, given, field, words = REFUSED[case]
    given = {k: named.get(v) or unit_of(county, v) if k in ("into", "new_parent") else v for k, v in given.items()}
    before = Unit.history.count()
    with pytest.raises(Wrong) as refused:
        plan(unit, kind, admin, **given)
    assert words in refused.value.fields[field]
    assert (UnitChange.objects.count(), Unit.history.count()) == (0, before)


def test_the_whole_place_a_stale_page_and_who_may_not_are_refused(county, people, admin):
    unit = unit_of(county, "xicheng")
    with pytest.raises(Wrong):
        plan(county, Kind.RENAME, admin, new_name="新县")
    for person in (people.office, people.officer, people.leader):
        with pytest.raises(NotAllowed):
            plan(unit, Kind.RENAME, person, new_name="新城镇")
    seen = changes.seen_of(unit)
    plan(unit, Kind.RENAME, admin, new_name="新城镇", version=seen)
    with pytest.raises(Stale):
        plan(unit, Kind.RENAME, admin, new_name="旧城镇", version=seen)
    plan(unit, Kind.RENAME, admin, new_name="甲镇", on=TODAY + timedelta(3))
    with pytest.raises(Wrong):  # the second plan of a kind
        plan(unit, Kind.RENAME, admin, new_name="乙镇", on=TODAY + timedelta(3))


# done ---------------------------------------------------------------------------------------------------------------


def test_renamed_it_is_found_by_both_names_and_a_past_month_knows_the_old_one(county, admin):
    unit = unit_of(county, "zhujian")
    plan(unit, Kind.RENAME, admin, new_name="县住房和城市建设局", new_short_name="县城建局")
    unit = again(unit)
    assert (unit.name, unit.short_name) == ("县住房和城市建设局", "县城建局")
    assert {"县住房和城乡建设局", "县住建局"} <= set(unit.aliases)
    assert newest(unit).history_user == admin

    def names(month):
        return {member.name for member in survey(county, Period.parse(month)).members}

    assert "县住建局" in names("2026-05")
    assert "县城建局" in names("2026-06")
    changes.take_back_rename(unit, by=admin, now=NOW, reason="弄错")
    unit = again(unit)
    assert (unit.name, unit.aliases, unit.former) == ("县住房和城乡建设局", [], [])
    with pytest.raises(NotAllowed):
        changes.take_back_rename(unit, by=admin, now=NOW, reason="再来")


def test_days_are_counted_from_the_first_to_the_last():
    unit = Unit(active=False, since=date(2026, 3, 1), until=date(2026, 6, 14), short_name="新", parent=None)
    unit.former = [{"until": "2026-04-30", "short_name": "旧", "name": "旧局", "parent": "x"}]
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 6, 14), date(2026, 6, 15)]
    assert [unit.valid_on(day) for day in days] == [False, True, True, False]
    assert [unit.called_on(day) for day in (date(2026, 4, 30), date(2026, 5, 1))] == ["旧", "新"]
    assert [unit.stood_on(day) for day in (date(2026, 4, 30), date(2026, 5, 1))] == ["x", None]


def test_moved_its_whole_branch_follows_and_a_past_month_gathers_as_then(county, admin, below):
    booth = Unit(code="ting", name="西城亭", short_name="西城亭", kind=UnitKind.OTHER, parent=below)
    booth.save()
    unit, place = unit_of(county, "xicheng"), unit_of(county, "kaifaqu")
    plan(unit, Kind.MOVE, admin, new_parent=place)
    assert again(unit).path == "shifan/kaifaqu/xicheng/"
    assert again(below).path == "shifan/kaifaqu/xicheng/zhan/"
    assert newest(below).path == "shifan/kaifaqu/xicheng/zhan/"
    assert again(booth).path == "shifan/kaifaqu/xicheng/zhan/ting/"
    ranked = {month: {m.name for m in survey(county, Period.parse(month)).members} for month in ("2026-05", "2026-06")}
    assert "西城镇" in ranked["2026-05"]
    assert "西城镇" not in ranked["2026-06"]
    assert "西城站" not in ranked["2026-05"]


@pytest.fixture
def busy(county, people):
    """Xicheng with one of everything; its own May is accepted and published."""
    unit, project = unit_of(county, "xicheng"), make_project(county, stage="started", plan=30_000_000)
    make_project(county, lead_unit="dongguan", name="渠道", agent_unit=unit, location=unit).cooperating_units.add(unit)
    make_project(county, name="停建", state="suspended", state_reason="资金")
    make_project(county, name="撤项", state="withdrawn", state_reason="重复")
    make_report(project, "2026-05", works=1_000_000)
    rankings.publish_ranking(
        county, Period.month(2026, 5), by=None, now=NOW, unfinished="试排",
        version=rankings.ranking_version(county, Period.month(2026, 5)),
    )  # fmt: skip
    opened = Round.objects.create(county=county, kind="weekly", period="2026-W24", opened_at=NOW, due_at=NOW)
    RoundRow.objects.create(round=opened, unit=unit, project=project)
    problems.raise_problem(
        project, title="临时用电", owner_unit=project.lead_unit, by=people.officer, on=TODAY, now=NOW
    )
    Bid.objects.create(county=county, unit=unit, name="水厂", channel=Channel.SPECIAL_BOND, year=2026)
    Lead.objects.create(
        county=county, name="纤维厂", investor="某公司", mode=Mode.CHAIN, squad=unit, found_on=date(2026, 3, 1)
    )
    return unit


def test_merged_on_the_fifteenth_by_the_heartbeat_once(county, people, admin, busy, below):
    into, on = unit_of(county, "dongguan"), date(2026, 6, 15)
    change = plan(busy, Kind.MERGE, admin, on=on, into=into)
    assert change.planned
    assert again(busy).active
    asked = {notice.person for notice in Notice.objects.filter(kind="unit_change_planned")}
    assert {people.officer, people.unit_head, people.other_officer, people.office} <= asked
    due = Problem.objects.get().due_on
    tick(NOW + timedelta(days=4))
    assert again(busy).active

    for morning in (NOW + timedelta(days=7), NOW + timedelta(days=7, hours=1)):  # the server slept on the 15th
        assert not tick(morning).failures

    unit = again(busy)
    assert (unit.active, unit.until, unit.merged_into) == (False, date(2026, 6, 14), into)
    assert again(change).done_at == NOW + timedelta(days=7)
    assert Project.objects.filter(lead_unit=busy).values_list("name", flat=True).get() == "撤项"
    assert {p.name for p in Project.objects.filter(lead_unit=into)} == {"粮食烘干中心", "停建", "渠道"}
    ditch = Project.objects.get(name="渠道")
    assert (ditch.agent_unit, ditch.location, list(ditch.cooperating_units.all())) == (into, into, [])
    problem = Problem.objects.get()
    assert (problem.owner_unit, problem.raised_unit, problem.due_on, problem.steps.count()) == (into, into, due, 2)
    assert [RoundRow.objects.get(round__period="2026-W24").unit, Bid.objects.get().unit, Lead.objects.get().squad] == [
        into
    ] * 3
    assert again(below).path == "shifan/dongguan/zhan/"
    assert not affected(unit, NOW)
    # two officers of one title: both keep their rights, there
    assert {p.unit for p in people.officer.posts.all()} == {into}
    assert people.officer.posts.get().title == "项目专员（西城镇）"
    assert people.other_officer.posts.get().title == "项目专员"
    assert Project.objects.editable_by(again(people.officer)).filter(lead_unit=into).count() == 3
    # what was signed and published stays
    assert MonthlyReport.objects.get().status == "accepted"
    rows = [r["name"] for g in RankingSnapshot.objects.get().data["groups"] for r in g["rows"]]
    assert "西城镇" in rows
    assert "西城镇" in {m.name for m in survey(county, Period.month(2026, 5)).members if m.reports}
    assert "西城镇" not in {m.name for m in survey(county, Period.month(2026, 6)).members if m.reports}
    assert Notice.objects.filter(kind="unit_changed").count() == len(asked)
    before = Unit.history.count()
    assert changes.carry_out(change, now=NOW + timedelta(days=8)).done_at == again(change).done_at  # the page is older
    assert Unit.history.count() == before
    assert newest(Project.objects.get(name="停建")).lead_unit == into


def test_a_post_that_the_receiver_has_vacant_is_one_with_it(county, people, admin):
    unit, into = unit_of(county, "xicheng"), unit_of(county, "dongguan")
    own = Post.objects.get(unit=into, title="项目专员")
    own.holder = None
    own.save()
    plan(unit, Kind.MERGE, admin, into=into)
    assert again(own).holder == people.officer
    assert people.officer.posts.filter(active=True).count() == 1
    assert people.unit_head.posts.get().unit == into


def test_a_post_that_the_receiver_closed_is_there_again_and_stays(county, people, admin):
    unit, into = unit_of(county, "xicheng"), unit_of(county, "dongguan")
    own, post = Post.objects.get(unit=into, title="项目专员"), Post.objects.get(unit=unit, title="项目专员")
    accounts.end_post(own, on=date(2026, 6, 1), now=NOW)
    post.former_titles = [{"title": "专管员", "unit": "xicheng", "until": "2025-01-01"}]
    post.save()
    plan(unit, Kind.MERGE, admin, into=into)
    assert not tick(NOW + timedelta(days=1)).failures
    assert again(own).holder == people.officer
    assert rung_posts(Level(code="town", label="镇", post="专管员", unit="xicheng"), county) == [own]


def test_a_long_name_beside_a_posts_title_is_cut(county, people, admin):
    unit = unit_of(county, "xicheng")
    Unit.objects.filter(pk=unit.pk).update(short_name="西" * 90)
    plan(unit, Kind.MERGE, admin, into=unit_of(county, "dongguan"))
    assert people.officer.posts.get().title == f"项目专员（{'西' * 40}）"


def test_what_a_leaders_post_sponsors_goes_with_it(county, people, admin):
    unit, into = unit_of(county, "lingdao"), unit_of(county, "zhihuibu")
    project = make_project(county, sponsor="县领导01")
    own = Post.objects.create(unit=into, title="县领导01", role=Role.LEADER)
    plan(unit, Kind.MERGE, admin, into=into)
    assert project.sponsors.get().post == own
    assert again(own).holder == people.leader


def test_a_code_and_a_ledger_that_name_a_merged_unit_mean_its_successor(county, people, admin):
    unit, into = unit_of(county, "xicheng"), unit_of(county, "dongguan")
    post = Post.objects.get(unit=unit, title="镇长")
    plan(unit, Kind.MERGE, admin, into=into)
    assert rung_posts(Level(code="town", label="镇", post="镇长", unit="xicheng"), county) == [post]
    ledger = imports.preview(
        "序号,项目名称,责任单位,总投资（万元）\n1,堤防加固,西城镇,3000\n".encode(), "台账.csv",
        county=county, options=imports.Options(), by=people.office, now=NOW,
    )  # fmt: skip
    imports.store_preview(ledger, by=people.office, now=NOW)
    assert Project.objects.get(name="堤防加固").lead_unit == into


def test_closed_when_nothing_hangs_on_it_its_people_lose_their_posts(county, people, admin):
    unit = unit_of(county, "dongguan")
    plan(unit, Kind.CLOSE, admin, now=NOW + timedelta(days=3))  # typed three days after it holds
    assert (again(unit).active, again(unit).until) == (False, date(2026, 6, 9))
    assert set(Post.objects.filter(unit=unit).values_list("until", flat=True)) == {date(2026, 6, 9)}
    officer = again(people.other_officer)
    assert not officer.is_active
    assert not Post.objects.filter(unit=unit, active=True).exists()
    assert list(Unit.objects.filter(county=county).valid(date(2026, 6, 9)).filter(pk=unit.pk)) == [unit]
    assert not Unit.objects.filter(county=county).valid(TODAY).filter(pk=unit.pk).exists()


def test_what_hangs_on_its_posts_keeps_a_unit_from_closing_alone(county, admin):
    make_project(county, sponsor="县领导01")
    with pytest.raises(Wrong) as refused:
        plan(unit_of(county, "lingdao"), Kind.CLOSE, admin)
    assert "包联的项目 1" in refused.value.fields["into"]


@pytest.mark.parametrize("sleeping", ["a bid sent back", "a suspended project"])
def test_what_is_only_put_aside_keeps_a_unit_from_closing_alone(county, admin, sleeping):
    unit = unit_of(county, "dongguan")
    if sleeping == "a bid sent back":
        Bid.objects.create(
            county=county, unit=unit, name="水厂", channel=Channel.SPECIAL_BOND, year=2026,
            state="sent_back", state_reason="缺件",
        )  # fmt: skip
    else:
        make_project(county, competent_unit=unit, state="suspended", state_reason="资金")
    with pytest.raises(Wrong):
        plan(unit, Kind.CLOSE, admin)


def test_closed_with_a_successor_its_work_goes_there(county, people, admin, busy):
    into = unit_of(county, "dongguan")
    plan(busy, Kind.CLOSE, admin, into=into)
    assert again(busy).merged_into == into
    assert Problem.objects.get().owner_unit == into


def test_what_was_withdrawn_is_taken_up_by_who_does_the_units_work(county, people, admin, busy):
    into = unit_of(county, "dongguan")
    plan(busy, Kind.MERGE, admin, into=into)
    project = Project.objects.get(name="撤项")
    lifecycle.resume(project, by=people.office, on=TODAY, now=NOW, reason="重新立项")
    assert again(project).lead_unit == newest(project).lead_unit == into


@pytest.mark.parametrize("returned", ["before", "after"])
def test_a_returned_report_is_asked_of_who_does_the_units_work(county, people, admin, returned):
    unit, project = unit_of(county, "xicheng"), make_project(county, stage="started", plan=30_000_000)
    report = make_report(project, "2026-05", works=1_000_000)
    opened = Round.objects.create(county=county, kind="monthly", period="2026-05", opened_at=NOW, due_at=NOW)
    RoundRow.objects.create(round=opened, unit=unit, project=project, report=report, submitted_at=NOW)
    acts = [
        lambda: MonthlyReport.objects.filter(pk=report.pk).update(status="returned"),
        lambda: plan(unit, Kind.MERGE, admin, into=unit_of(county, "kaifaqu")),
    ]
    for act in acts if returned == "before" else acts[::-1]:
        act()
    asked = {person for one in rounds.owed(opened) for person in recipients.of_unit(one, Role.OFFICER)}
    assert asked == {people.officer}


def test_a_planned_change_is_withdrawn_or_given_up_when_it_cannot_be_any_more(county, people, admin):
    unit, into = unit_of(county, "xicheng"), unit_of(county, "dongguan")
    change = plan(unit, Kind.MERGE, admin, on=date(2026, 6, 20), into=into)
    changes.withdraw(change, by=admin, now=NOW)
    with pytest.raises(NotAllowed):
        changes.withdraw(change, by=people.office, now=NOW)
    change = plan(unit, Kind.MERGE, admin, on=date(2026, 6, 20), into=into)
    plan(into, Kind.CLOSE, admin)
    assert not tick(NOW + timedelta(days=15)).failures
    assert again(unit).active
    assert "东关乡" in again(change).withdrawn_why
    assert Notice.objects.filter(kind="unit_change_failed", person=admin).count() == 1
    later = plan(unit, Kind.MOVE, admin, on=date(2026, 6, 20), new_parent=unit_of(county, "gongxin"))
    plan(unit, Kind.CLOSE, admin, on=date(2026, 6, 30), into=unit_of(county, "gongxin"))
    with pytest.raises(Wrong):  # into one that is to end by then itself
        plan(unit_of(county, "kaifaqu"), Kind.MERGE, admin, on=date(2026, 7, 1), into=unit)
    plan(unit, Kind.MERGE, admin, into=unit_of(county, "kaifaqu"))
    assert "西城镇" in again(later).withdrawn_why
    done = plan(unit_of(county, "gongxin"), Kind.RENAME, admin, new_name="新城镇")
    with pytest.raises(Stale):
        changes.withdraw(done, by=admin, now=NOW)


def test_every_kind_of_thing_is_handed_on_or_says_why_not():
    kinds = [kind for kind in gather("affected") if kind.of in ("unit", "post")]
    assert len(kinds) > 8
    assert not [str(kind.label) for kind in kinds if (kind.hand_on is None) == (kind.stays == "")]


def test_refusals_are_sentences(county, admin):
    with pytest.raises(Refused) as refused:
        plan(unit_of(county, "xicheng"), Kind.MERGE, admin)
    assert refused.value.why


# the page ------------------------------------------------------------------------------------------------------------


def test_what_happens_is_shown_before_it_is_done(county, people, busy, sign_in):
    client, into = sign_in(people.admin), unit_of(county, "dongguan")
    address = f"/organization/units/{busy.pk}/merge/"
    version = str(changes.seen_of(busy))
    typed = {"version": version, "into": str(into.pk), "on": "2026-06-01", "reason": "并镇\r\n县编〔2026〕3号"}
    page = client.post(address, typed).content.decode()
    for words in (
        "西城镇并入东关乡",
        "该单位牵头的项目",
        "该单位承办的在办问题",
        "已公布的排名",
        "2 个岗位",
        "立即办理",
    ):
        assert words in page
    looked = re.findall(r'name="looked" value="(\w+)"', page)[0]
    assert again(busy).active
    # another day than the one that was looked at is looked at anew
    assert client.post(address, typed | {"looked": looked, "on": "2026-06-02"}).status_code == 200
    assert again(busy).active
    # somebody changed the unit meanwhile
    renamed = again(busy)
    renamed.position = 77
    renamed.save()
    assert client.post(address, typed | {"looked": looked}).status_code == 409
    assert again(busy).active
    typed |= {"version": str(changes.seen_of(busy)), "looked": looked}
    done = client.post(address, typed)
    assert done["Location"] == f"/organization/units/{busy.pk}/"
    assert again(busy).merged_into == into
    said = client.get(done["Location"]).content.decode()
    assert "西城镇并入东关乡" in said
    assert "/merge/" not in said
    assert client.post(address, typed).status_code in (409, 422)


def test_a_refusal_stands_at_its_field_and_a_plan_is_withdrawn_from_the_page(county, people, sign_in):
    client, unit = sign_in(people.admin), unit_of(county, "xicheng")
    make_project(county)
    typed = {"version": str(changes.seen_of(unit)), "on": "2027-06-01", "reason": "撤"}
    page = client.post(f"/organization/units/{unit.pk}/close/", typed)
    assert page.status_code == 422
    assert "名下还有" in page.content.decode()
    change = plan(unit, Kind.RENAME, people.admin, new_name="新城镇", on=date(2027, 1, 1))
    page = client.get(f"/organization/units/{unit.pk}/").content.decode()
    assert f"/organization/units/planned/{change.pk}/withdraw/" in page
    client.post(f"/organization/units/planned/{change.pk}/withdraw/")
    assert again(change).withdrawn_by == people.admin
    client = sign_in(people.office)
    page = client.get(f"/organization/units/{unit.pk}/").content.decode()
    assert "已撤回" in page
    assert "/merge/" not in page
