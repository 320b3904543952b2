"""A squad has heads, a lead unit, members, duties and days; who belongs to it sees its projects, and no others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.affected import affected
from core.collect import gather
from core.lists.filters import Asked
from core.lists.spec import all_lists
from core.refusals import NotAllowed, Refused, Stale, Wrong
from dispatch.models import Problem
from dispatch.problems import services as problems
from jobs.steps import steps
from organization.changes import services as changes
from organization.people.models import Post, Role, User
from organization.profiles import loader as profiles
from organization.profiles.services import load_profile
from organization.squads import services as squads
from organization.squads.forms import SquadForm
from organization.squads.models import Squad, members_of
from organization.squads.pages import history_of
from organization.units.models import Unit, UnitKind
from projects.models import Project
from projects.registry import services as registry
from tests.support.factories import WAN, make_project, make_report, unit_of
from tests.support.people import People, make_county
from tests.support.shown import send
from tests.support.squads import make_squad

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 10)
DAY = timedelta(days=1)


@pytest.fixture
def squad(county: Unit, people: People) -> Squad:
    return make_squad(county, people)


@pytest.fixture
def project(county: Unit, people: People, squad: Squad, now) -> Project:
    """Of a township that isn't in the squad; the office ticked the squad among the cooperating units."""
    made = make_project(county, name="粮库", lead_unit="dongguan", stage="started", plan=9_000 * WAN)
    make_report(made, "2026-05", works=100 * WAN, progress="基坑积水")
    return registry.edit(made, by=people.office, now=now, cooperating_units=[squad.unit])


def hold(unit: Unit, title: str, role: Role) -> User:
    """Somebody new who holds that post."""
    user = User.objects.create(username=f"{unit.code}-{title}", name=title)
    Post.objects.create(unit=unit, title=title, role=role, holder=user)
    return user


# who belongs ---


WHO = [  # where the post is, its role, whether its holder belongs to the squad
    ("unit", Role.SQUAD, True),
    ("unit", Role.READER, True),  # whoever holds a post of the squad's own
    ("gongxin", Role.SQUAD, True),  # the lead unit's
    ("gongxin", Role.OFFICER, True),
    ("gongxin", Role.UNIT_HEAD, True),
    ("gongxin", Role.INVESTMENT, False),
    ("zhujian", Role.SQUAD, True),  # a member's
    ("zhujian", Role.OFFICER, False),  # not the whole bureau
    ("zhujian", Role.UNIT_HEAD, False),
    ("xicheng", Role.SQUAD, False),  # of another squad, or of none
]


@pytest.mark.requirement("D02")
@pytest.mark.parametrize(("place", "role", "belongs"), WHO)
def test_who_belongs_sees_its_projects_and_their_problems(county, people, squad, project, now, place, role, belongs):
    other = make_project(county, name="别的项目", lead_unit="dongguan")
    for one in (project, other):
        problems.raise_problem(one, title="缺水", by=people.office, on=ON, now=now, owner_unit=one.lead_unit)
    user = hold(squad.unit if place == "unit" else unit_of(county, place), "新岗", role)
    sees = {project} if belongs else set()
    assert (user in members_of(squad, ON)) is belongs
    assert set(Squad.objects.of_user(user, on=ON)) == ({squad} if belongs else set())
    if role != Role.READER:  # a reader sees the county
        assert set(Project.objects.visible_to(user)) == sees
        assert {problem.project for problem in Problem.objects.visible_to(user)} == sees


def test_its_heads_belong_to_it_whatever_their_unit(people, squad):
    assert people.other_leader in members_of(squad, ON)
    assert people.leader not in members_of(squad, ON)


def test_the_posts_of_another_county_belong_to_nothing_here(people, squad):
    there = make_county("linxian", "邻县")
    assert hold(unit_of(there, "gongxin"), "专班", Role.SQUAD) not in members_of(squad, ON)
    assert not Squad.objects.of(there, on=ON).exists()


def test_what_the_squad_leads_is_its_own_as_well(county, people, squad):
    made = make_project(county, name="专班牵头的", lead_unit=squad.unit)
    assert made in Project.objects.visible_to(people.squad)


def test_seeing_is_not_writing(county, people, project, sign_in):
    client = sign_in(people.squad)
    page = client.get(reverse("projects:page", args=[project.pk])).content.decode()
    assert reverse("organization:squad", args=[project.cooperating_units.get().squad.pk]) in page
    assert client.get(reverse("projects:edit", args=[project.pk])).status_code == 403
    assert project not in Project.objects.editable_by(people.squad)


# days ---


def tick(county: Unit, now: Any) -> int:
    (step,) = [step for step in steps() if step.key == "squads"]
    return step.run(county, now, None, None)


@pytest.mark.parametrize(
    ("since", "until", "before", "days_on", "after"),
    [
        (None, None, True, 1, True),
        (None, ON, True, 0, True),  # the last day is a day of it
        (None, ON, True, 1, False),
        (ON + DAY, None, False, 0, False),
        (ON + DAY, None, False, 1, True),
        (ON - DAY, ON + DAY, True, 1, True),
        (ON - DAY, ON + DAY, True, 2, False),
    ],
)
def test_rights_follow_its_days(county, people, squad, project, now, since, until, before, days_on, after):
    own = hold(squad.unit, "专班内勤", Role.SQUAD)
    squads.change_squad(squad, since=since, until=until, by=people.office, now=now)

    def seen() -> list[bool]:
        return [project in Project.objects.visible_to(User.objects.get(pk=one.pk)) for one in (people.squad, own)]

    assert seen() == [before] * 2
    then = now + days_on * DAY
    assert tick(county, then) == (before != after)
    assert seen() == [after] * 2
    assert tick(county, then) == 0
    squad.refresh_from_db()
    assert bool(members_of(squad, then.date())) is Squad.objects.of(county, on=then.date()).exists() is after


def test_an_ended_squad_works_again_without_its_last_day(people, squad, now):
    squads.end_squad(squad, on=ON - DAY, by=people.office, now=now)
    with pytest.raises(NotAllowed):
        squads.end_squad(squad, on=ON, by=people.office, now=now)
    assert squads.change_squad(squad, until=None, by=people.office, now=now).active


# what happens to one ---


def test_an_act_is_one_line_of_history_in_words(county, people, squad, now, django_assert_num_queries):
    later = now + DAY
    told = {"members": [unit_of(county, "tongji")], "heads": people.leader.current_posts, "duties": ["周调度", " "]}
    squads.change_squad(squad, by=people.office, now=later, reason="分工调整", **told)
    squads.change_squad(squad, by=people.office, now=later, **told)  # nothing differs
    squads.end_squad(squad, on=date(2026, 6, 30), by=people.admin, now=later + DAY)
    with django_assert_num_queries(3):
        last, changed, formed = history_of(squad)
    assert (formed.text, formed.at, formed.who) == ("组建专班", now, "综合岗")
    assert changed.changes == [
        "负责人由 县领导02 改为 县领导01",
        "成员单位由 县住建局 改为 县统计局",
        "工作职责由 每周调度重点项目 改为 周调度",
    ]
    assert (changed.why, last.who, last.changes) == ("分工调整", "管理员", ["终止日由 — 改为 6月30日"])
    assert squad.history.filter(history_date=later).count() == 1
    with pytest.raises(Stale):
        squads.change_squad(squad, duties=[], by=people.office, now=later, version=1)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("until", {"since": ON, "until": ON - DAY}),
    ("lead", {"lead": "itself"}),
    ("lead", {"lead": "elsewhere"}),
    ("members", {"members": ["itself"]}),
    ("members", {"members": ["elsewhere"]}),
    ("heads", {"heads": ["elsewhere"]}),
]


@pytest.mark.parametrize(("field", "facts"), WRONG)
def test_what_cannot_be_is_refused_with_its_field(people, squad, now, field, facts):
    there = unit_of(make_county("linxian", "邻县"), "gongxin")
    hold(there, "局长", Role.UNIT_HEAD)
    if field == "heads":
        facts = {"heads": list(there.posts.all())}
    else:
        units = {"itself": squad.unit, "elsewhere": there}
        facts = {
            name: [units[one] for one in told] if isinstance(told, list) else units.get(told, told)
            for name, told in facts.items()
        }
    with pytest.raises(Wrong) as refused:
        squads.change_squad(squad, by=people.office, now=now, **facts)
    assert list(refused.value.fields) == [field]
    assert squad.history.count() == 1


def test_only_the_office_and_the_administrator_form_change_and_end_them(county, people, squad, now):
    acts = (
        lambda by: squads.form_squad(county, name=f"{by}的专班", by=by, now=now),
        lambda by: squads.change_squad(squad, duties=[str(by)], by=by, now=now),
        lambda by: squads.end_squad(squad, on=ON, by=by, now=now),
    )
    may = set()
    for act in acts:
        for name, user in people.all().items():
            try:
                act(user)
            except Refused:
                continue
            may.add(name)
    assert may == {"office", "office_head", "admin"}


def test_a_unit_of_the_kind_gets_its_squad_and_any_other_name_a_new_unit(county, people, now):
    waiting = Unit(code="zhaoshang", name="招商引资专班", short_name="招商专班", kind=UnitKind.SQUAD, parent=county)
    waiting.save()
    assert squads.form_squad(county, name="招商引资专班", by=people.office, now=now).unit == waiting
    made = squads.form_squad(county, name="征迁专班", by=people.office, now=now).unit
    assert (made.kind, made.parent, made.history.get().history_user) == (UnitKind.SQUAD, county, people.office)
    for name in ("招商引资专班", "西城镇", " "):
        with pytest.raises(Wrong):
            squads.form_squad(county, name=name, by=people.office, now=now)


@pytest.mark.parametrize("place", ["gongxin", "zhujian"])
def test_who_takes_a_units_place_takes_it_in_its_squads(county, people, squad, now, place):
    unit, to = unit_of(county, place), unit_of(county, "tongji")
    hanging = {str(one.label): one.number for one in affected(unit, now)}
    assert hanging == ({"该单位牵头的专班": 1} if place == "gongxin" else {"该单位参加的专班": 1})
    for kind in gather("affected"):
        if kind.of == "unit" and kind.hand_on and kind.hand_on.__module__ == "organization.squads.affected":
            kind.hand_on(unit, to, people.office, now, "")
    squad.refresh_from_db()
    assert (squad.lead, list(squad.members.all())) == (
        (to, [unit_of(county, "zhujian")]) if place == "gongxin" else (unit_of(county, "gongxin"), [to])
    )
    assert not affected(unit, now)


def test_a_squad_ends_with_its_unit_and_keeps_it_from_closing_alone(county, people, squad, project, now):
    said = {"on": ON, "by": people.admin, "now": now, "reason": "机构改革"}
    with pytest.raises(Wrong) as refused:
        changes.plan_change(squad.unit, kind="close", **said)
    assert "1" in refused.value.fields["into"]
    changes.plan_change(squad.unit, kind="merge", into=unit_of(county, "gongxin"), **said)
    squad.refresh_from_db()
    assert (squad.active, squad.until) == (False, timezone.localdate(now) - DAY)
    assert not members_of(squad, timezone.localdate(now))
    assert squad.unit.pk not in [one.pk for one in project.cooperating_units.all()]


def test_a_unit_that_is_merged_into_the_squad_neither_leads_nor_joins_it(county, people, squad, now):
    squads.replace_unit(unit_of(county, "gongxin"), squad.unit, by=people.office, now=now)
    squads.replace_unit(unit_of(county, "zhujian"), squad.unit, by=people.office, now=now)
    squad.refresh_from_db()
    assert (squad.lead, list(squad.members.all())) == (None, [])


def test_a_town_at_the_root_is_no_member(county):
    town = make_county("zhen", "某镇")
    town.kind = UnitKind.TOWN
    town.save()
    fields: Any = SquadForm(county=town).fields
    assert not [name for name in ("lead", "members") if town in fields[name].queryset]


def test_who_takes_a_post_heads_its_squads(people, squad, now):
    (post,), (to,) = people.other_leader.current_posts, people.leader.current_posts
    (kind,) = [one for one in gather("affected") if one.of == "post" and one.count(post, now) and one.hand_on]
    kind.hand_on(post, to, people.office, now, "")
    assert list(squad.heads.all()) == [to]
    assert (kind.count(post, now), kind.count(to, now)) == (0, 1)
    squads.end_squad(squad, on=ON - DAY, by=people.office, now=now)
    assert kind.count(to, now) == 0  # it is over: nothing hangs on it any more


# the county's file ---


FILE = """
[county]
name = "青禾县"
short_name = "青禾县"

[[unit]]
code = "lingdao"
name = "县领导"
kind = "leaders"

[[unit]]
code = "fagai"
name = "县发展和改革局"
kind = "department"

[[unit]]
code = "zhaoshang"
name = "招商引资专班"
kind = "squad"

[[post]]
unit = "lingdao"
title = {zh = "县领导03", en = "County leader 03"}
role = "leader"

[[squad]]
unit = "zhaoshang"
heads = [{unit = "lingdao", post = "县领导03"}]
lead = "fagai"
members = ["fagai"]
duties = ["周调度", "月通报"]
since = 2026-03-01
source = "000 三（四）"
"""


@pytest.fixture
def write(tmp_path):
    def put(text: str, name: str = "qinghe.toml") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return put


def test_a_file_brings_its_squads_and_the_second_time_nothing(write, now):
    first = load_profile(write(FILE), now=now)
    assert ["招商引资专班"] in [names for _label, names in first.changes]
    squad = Squad.objects.get()
    assert (squad.lead.code, squad.duties, squad.since, squad.until) == (
        "fagai", ["周调度", "月通报"], date(2026, 3, 1), None,
    )  # fmt: skip
    assert [str(post) for post in squad.heads.all()] == ["县领导03"]
    assert not load_profile(write(FILE), now=now).anything
    assert squad.history.count() == 1


def test_what_the_office_changed_stays_until_the_file_says_something_else(write, now):
    county = load_profile(write(FILE), now=now).county
    office = hold(Unit.objects.get(code="fagai"), "综合岗", Role.OFFICE)
    squad = Squad.objects.get()
    squads.change_squad(squad, duties=["周调度"], by=office, now=now)
    assert not load_profile(write(FILE), now=now).anything
    moved = FILE.replace("source", "until = 2026-12-31\nsource")
    assert [names for _label, names in load_profile(write(moved), now=now).changes] == [["招商引资专班"]]
    squad.refresh_from_db()
    assert (squad.duties, squad.until) == (["周调度", "月通报"], date(2026, 12, 31))
    assert not load_profile(write(moved), now=now).anything
    assert Squad.objects.of(county, on=date(2026, 12, 31)).exists()


def test_what_the_file_names_is_what_does_its_work_now(write, now):
    two = """
[[unit]]
code = "caizheng"
name = "县财政局"
kind = "department"

[[post]]
unit = "lingdao"
title = "县领导04"
role = "leader"
"""
    county = load_profile(write(FILE + two), now=now).county
    into, post = Unit.objects.get(code="caizheng"), Post.objects.get(title="县领导03")
    post.active, post.ended = False, True
    post.save()
    other = Post.objects.get(title="县领导04")
    other.former_titles = [{"title": "县领导03", "unit": "lingdao", "until": "2026-01-01", "took": post.pk}]
    other.save()
    Unit.objects.filter(code="fagai").update(active=False, merged_into=into)
    load_profile(write(FILE.replace('duties = ["周调度", ', "duties = [") + two), now=now)
    squad = Squad.objects.get()
    assert county == squad.unit.county
    assert (squad.duties, squad.lead, list(squad.members.all())) == (["月通报"], into, [into])
    assert list(squad.heads.all()) == [other]


BROKEN = [  # what stands in the file, what is wrong instead, its line, the words that help
    ('unit = "zhaoshang"', 'unit = "zhaosang"', 26, "zhaoshang"),
    ('unit = "zhaoshang"', 'unit = "fagai"', 26, "squad"),
    ("heads = [{unit", "heads = [{unti", 27, "unit"),
    ('post = "县领导03"', 'post = "县领导04"', 27, "县领导03"),
    ('heads = [{unit = "lingdao"', 'heads = [{unit = "lingda"', 27, "lingdao"),
    ('lead = "fagai"', 'lead = "fagaiwei"', 28, "fagai"),
    ('members = ["fagai"]', 'members = ["fagai", "caizheng"]', 29, "caizheng"),
    ('duties = ["周调度", "月通报"]', 'duties = "周调度"', 30, "列表"),
    ("since = 2026-03-01", 'since = "三月"', 31, "2024-03-01"),
    ("since = 2026-03-01", "since = 2026-03-01T08:00:00", 31, "2024-03-01"),
    ("since = 2026-03-01", "since = 2026-03-01\nuntil = 2026-02-01", 32, "最后一天"),
    ('source = "000 三（四）"', '[[squad]]\nunit = "zhaoshang"', 33, "重复"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), BROKEN)
def test_a_wrong_file_says_line_and_what_was_expected(write, right, wrong, line, said):
    assert right in FILE
    head, tail = FILE.strip().split("[[squad]]")
    with pytest.raises(profiles.ProfileError) as error:
        profiles.read(write(f"{head}[[squad]]{tail.replace(right, wrong)}"))
    assert len(error.value.problems) <= 2  # a word that isn't known also lacks where it should stand
    assert any(f"第 {line} 行" in problem and said in problem for problem in error.value.problems)


# pages ---


def test_the_office_forms_changes_and_ends_a_squad_on_its_pages(county, people, sign_in):
    client = sign_in(people.office)
    typed = {"name": "征迁专班", "lead": unit_of(county, "zhujian").pk, "duties": "周调度\r\n\r\n月通报"}
    typed |= {"heads": [people.leader.current_posts[0].pk], "members": [unit_of(county, "gongxin").pk]}
    answer = send(client, reverse("organization:squad_new"), typed)
    squad = Squad.objects.get()
    address = reverse("organization:squad", args=[squad.pk])
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert (squad.duties, str(squad.lead)) == (["周调度", "月通报"], "县住建局")
    page = client.get(address).content.decode()
    for word in (
        "征迁专班",
        "县领导01",
        "县工信局",
        "月通报",
        "组建专班",
        reverse("projects:of_squad", args=[squad.pk]),
    ):
        assert word in page
    edit = reverse("organization:squad_edit", args=[squad.pk])
    form = client.get(edit).content.decode()
    assert "周调度\n月通报" in form
    assert send(client, edit, typed | {"until": "2020-01-01", "since": "2020-02-01"}).status_code == 422
    assert send(client, edit, typed | {"duties": ""}).status_code == 303
    assert send(client, reverse("organization:squad_end", args=[squad.pk]), {"on": "2020-01-01"}).status_code == 303
    squad.refresh_from_db()
    assert (squad.active, squad.duties, squad.version) == (False, [], 3)
    assert "已结束" in client.get(address).content.decode()


def test_its_page_shows_of_its_projects_those_that_the_reader_may_see(county, people, squad, project, sign_in):
    parts = [reverse(name, args=[squad.pk]) for name in ("projects:of_squad", "dispatch:squad_problems")]
    problems.raise_problem(
        project, title="缺水", by=people.office, on=ON, now=project.created_at, owner_unit=project.lead_unit
    )
    for who, sees in (("squad", True), ("office", True), ("other_officer", True), ("officer", False)):
        client = sign_in(getattr(people, who))
        listed, stuck = (client.get(part, headers={"HX-Request": "true"}).content.decode() for part in parts)
        assert ("粮库" in listed, "缺水" in stuck) == (sees, sees), who
        assert ("还有 1 个" in listed) is not sees
    page = sign_in(people.squad).get(f"{reverse('projects:list')}?squad=mine").content.decode()
    assert "粮库" in page


def test_the_list_counts_the_projects_that_it_leads_or_helps_with(county, people, squad, project, now):
    make_project(county, name="专班牵头的", lead_unit=squad.unit)
    gone = make_project(county, name="不建了的", state="withdrawn", state_reason="不建了")
    gone.cooperating_units.add(squad.unit)
    make_squad(county, people, "空班")
    spec = all_lists()["squads"]
    rows = spec.scope(Asked(people.officer, county, now)).values_list("unit__name", "projects", "member_units")
    assert set(rows) == {("招商专班", 2, 1), ("空班", 0, 1)}


@pytest.mark.parametrize("who", ["squad", "other_leader"])
def test_at_home_who_belongs_to_it_finds_its_projects_and_what_is_red(people, squad, project, sign_in, who):
    home = sign_in(getattr(people, who)).get("/").content.decode()
    for word in ("招商专班", "专班项目 1 个", "粮库", "基坑积水"):
        assert word in home
    assert "招商专班" not in sign_in(people.officer).get("/").content.decode()


def test_a_project_can_be_given_to_a_squad_on_its_own_form(people, squad, sign_in):
    page = sign_in(people.officer).get(reverse("projects:new")).content.decode()
    assert f'name="cooperating_units" value="{squad.unit_id}"' in page


def test_the_list_of_projects_forgets_its_counts_when_a_squad_changes(people, squad, project, sign_in, now):
    """Counts are kept as long as nothing was written: who left a squad must not find its projects counted."""
    client, address = sign_in(people.squad), reverse("projects:list")
    assert client.get(address).context["listing"].count == 1
    squads.change_squad(squad, lead=None, by=people.office, now=now)
    assert client.get(address).context["listing"].count == 0
