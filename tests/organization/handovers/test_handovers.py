"""Posts change hands, names and units, and end: refused in words, done once, and what was signed stays."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from core.affected import affected
from core.refusals import NotAllowed, Stale, Wrong
from dispatch.problems.models import rung_posts
from dispatch.problems.rules import Level
from jobs.heartbeat import tick
from organization.changes import services as changes
from organization.handovers import services as handovers
from organization.handovers.forms import PostChangeForm
from organization.handovers.models import Kind, PostChange
from organization.people import services as accounts
from organization.people.models import Holding, Post, Role, User, holder_on
from organization.profiles.services import load_profile
from outbox.models import Notice
from projects.ledger.services import _on_file
from projects.models import Project, Sponsor
from tests.support.factories import NOW, make_project, unit_of
from tests.support.people import make_county, make_people

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
FIFTEENTH = date(2026, 6, 15)
APRIL, LONG_AGO = date(2026, 4, 1), date(2020, 1, 1)


def plan(post: Post, kind: str, by: User, *, now: datetime = NOW, on: date = TODAY, reason="分工调整", **more: Any):
    return handovers.plan_change(post, kind=kind, on=on, by=by, now=now, reason=reason, **more)


def again(row):
    return type(row).objects.get(pk=row.pk)


def post_of(user: User) -> Post:
    return Post.objects.get(holder=user)


def titled(title: str) -> Post:
    return Post.objects.get(title=title)


# refused ------------------------------------------------------------------------------------------------------------

CLOSED = "关了的岗"
REFUSED: dict[str, tuple[str, Kind, dict[str, Any], str, str]] = {  # the post, what is tried, the field, its words
    "to nobody": ("县领导01", Kind.HANDOVER, {}, "to_user", "接任"),
    "to who holds it": ("县领导01", Kind.HANDOVER, {"to_user": "leader"}, "to_user", "已"),
    "to another county's": ("县领导01", Kind.HANDOVER, {"to_user": "foreign_leader"}, "to_user", "另一个县"),
    "to a switched off account": ("县领导01", Kind.HANDOVER, {"to_user": "reader"}, "to_user", "停用"),
    "to both": ("县领导01", Kind.HANDOVER, {"to_user": "squad", "new_username": "xin"}, "to_user", "不能"),
    "to an account there is": ("县领导01", Kind.HANDOVER, {"new_username": "Officer"}, "new_username", "officer"),
    "before who holds it": ("县领导02", Kind.HANDOVER, {"to_user": "squad", "on": APRIL}, "on", "2026-05-01"),
    "of a closed post": (CLOSED, Kind.HANDOVER, {"to_user": "squad"}, "kind", "撤销"),
    "vacant already": ("空岗", Kind.VACATE, {}, "kind", "没有人"),
    "without a title": ("县领导01", Kind.RENAME, {"new_title": " "}, "new_title", "新名称"),
    "as it is called": ("县领导01", Kind.RENAME, {"new_title": "县领导01"}, "new_title", "已"),
    "as another of the unit": ("县领导01", Kind.RENAME, {"new_title": "县领导02"}, "new_title", "县领导02"),
    "as another was called": ("县领导01", Kind.RENAME, {"new_title": "老县长"}, "new_title", "县领导02"),
    "moved nowhere": ("综合岗", Kind.MOVE, {}, "new_unit", "哪个单位"),
    "moved where it is": ("综合岗", Kind.MOVE, {"new_unit": "zhihuibu"}, "new_unit", "已"),
    "moved to the whole place": ("综合岗", Kind.MOVE, {"new_unit": "shifan"}, "new_unit", "单位"),
    "moved to another county": ("综合岗", Kind.MOVE, {"new_unit": "other"}, "new_unit", "另一个县"),
    "moved where one is called so": ("镇长", Kind.MOVE, {"new_unit": "dongguan"}, "new_unit", "镇长"),
    "closed with projects": ("县领导01", Kind.CLOSE, {}, "into", "包联的项目 1"),
    "closed with a suspended one": ("县领导02", Kind.CLOSE, {}, "into", "包联的项目 1"),
    "closed into itself": ("县领导01", Kind.CLOSE, {"into": "县领导01"}, "into", "自己"),
    "closed into another role": ("县领导01", Kind.CLOSE, {"into": "综合岗"}, "into", "角色"),
    "closed into a closed one": ("县领导01", Kind.CLOSE, {"into": CLOSED}, "into", "撤销"),
    "closed into another county's": ("县领导01", Kind.CLOSE, {"into": "foreign_leader"}, "into", "另一个县"),
    "without a reason": ("县领导01", Kind.RENAME, {"new_title": "县长", "reason": " "}, "reason", "理由"),
    "before it was there": ("县领导01", Kind.RENAME, {"new_title": "县长", "on": LONG_AGO}, "on", "2020-05-01"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_and_in_which_words(county, people, case):
    foreign = make_people(make_county("other", "另县"), "foreign_")
    leader, second = post_of(people.leader), post_of(people.other_leader)
    leader.since = date(2020, 5, 1)
    leader.save()
    second.former_titles = [{"title": "老县长", "unit": "lingdao", "until": "2024-01-01"}]
    second.save()
    Holding.objects.create(post=second, user=people.other_leader, since=date(2026, 5, 1))
    User.objects.filter(pk=people.reader.pk).update(is_active=False)
    Post.objects.create(unit=leader.unit, title=CLOSED, role=Role.LEADER, active=False)
    Post.objects.create(unit=leader.unit, title="空岗", role=Role.LEADER)
    Post.objects.create(unit=unit_of(county, "dongguan"), title="镇长", role=Role.UNIT_HEAD)
    make_project(county, sponsor="县领导01")
    make_project(county, sponsor="县领导02", name="停建", state="suspended", state_reason="资金")
    title, kind, given, field, words = REFUSED[case]
    found: dict[str, Any] = {}
    for key, value in given.items():
        match key, value:
            case "to_user", _:
                found[key] = User.objects.get(username=value)
            case "new_unit", "other":
                found[key] = foreign.officer.unit
            case "new_unit", "shifan":
                found[key] = county
            case "new_unit", _:
                found[key] = unit_of(county, value)
            case "into", "foreign_leader":
                found[key] = post_of(foreign.leader)
            case "into", _:
                found[key] = Post.objects.get(title=value, unit__county=county)
            case _:
                found[key] = value
    post = Post.objects.filter(title=title, unit__county=county).order_by("pk").first()
    before = Post.history.count()
    with pytest.raises(Wrong) as refused:
        plan(post, kind, people.admin, **found)
    assert words in refused.value.fields[field]
    assert (PostChange.objects.count(), Post.history.count()) == (0, before)


def test_a_stale_page_a_second_plan_and_who_may_not_are_refused(people):
    post = titled("县领导01")
    for person in (people.officer, people.leader, people.supervision):
        with pytest.raises(NotAllowed):
            plan(post, Kind.RENAME, person, new_title="县长")
    seen = handovers.seen_of(post)
    plan(post, Kind.RENAME, people.office, new_title="县长", version=seen)
    with pytest.raises(Stale):
        plan(post, Kind.RENAME, people.admin, new_title="书记", version=seen)
    plan(post, Kind.RENAME, people.admin, new_title="书记", on=FIFTEENTH)
    with pytest.raises(Wrong):
        plan(post, Kind.RENAME, people.admin, new_title="主任", on=FIFTEENTH)


# done ---------------------------------------------------------------------------------------------------------------


def test_handed_over_on_the_fifteenth_by_the_heartbeat_once(county, people):
    post = titled("县领导01")
    project = make_project(county, sponsor="县领导01")
    change = plan(post, Kind.HANDOVER, people.admin, on=FIFTEENTH, to_user=people.other_leader)
    told = {notice.person for notice in Notice.objects.filter(kind="post_change_planned")}
    assert {people.leader, people.other_leader, people.office} <= told
    assert people.admin not in told
    tick(NOW + timedelta(days=4))
    assert again(post).holder == people.leader
    late = NOW + timedelta(days=7)  # the server slept on the 15th and 16th
    for morning in (late, late + timedelta(hours=1)):
        assert not tick(morning).failures
    assert again(post).holder == people.other_leader
    assert (again(change).done_at, again(change).old_holder) == (late, people.leader)
    assert handovers.carry_out(change, now=late + timedelta(days=1)).done_at == late  # whoever comes second
    assert [(h.user, h.since, h.until) for h in post.holdings.all()] == [
        (people.other_leader, FIFTEENTH, None),
        (people.leader, None, date(2026, 6, 14)),
    ]
    days = (date(2026, 6, 14), FIFTEENTH, date(2027, 1, 1))
    assert [holder_on(post, day) for day in days] == [people.leader, people.other_leader, people.other_leader]
    assert Project.objects.sponsored_by(people.other_leader).get() == project
    assert not again(people.leader).is_active
    assert {p.title for p in again(people.other_leader).current_posts} == {"县领导01", "县领导02"}
    assert Notice.objects.filter(kind="post_given").count() == Notice.objects.filter(kind="post_taken").count() == 1


def test_an_officer_moves_and_does_not_edit_the_old_units_projects_any_more(county, people):
    old = make_project(county, name="老", lead_unit="xicheng")
    new = make_project(county, name="新", lead_unit="dongguan")
    there = post_of(people.other_officer)
    plan(there, Kind.HANDOVER, people.office, to_user=people.officer, leaves=True)
    officer = again(people.officer)
    assert list(Project.objects.editable_by(officer)) == [new]
    assert old not in Project.objects.visible_to(officer)
    assert Post.objects.get(unit__code="xicheng", title="项目专员").holder is None
    assert not again(people.other_officer).is_active
    # who left comes back: the same account
    vacant = Post.objects.get(unit__code="xicheng", title="项目专员")
    plan(vacant, Kind.HANDOVER, people.office, to_user=people.other_officer)
    assert again(people.other_officer).is_active


def test_two_who_change_places_on_one_day_both_keep_an_account(people):
    one, other = titled("县领导01"), titled("县领导02")
    plan(one, Kind.HANDOVER, people.admin, on=FIFTEENTH, to_user=people.other_leader, leaves=True)
    plan(other, Kind.HANDOVER, people.admin, on=FIFTEENTH, to_user=people.leader)
    assert not tick(NOW + timedelta(days=5)).failures
    assert (again(one).holder, again(other).holder) == (people.other_leader, people.leader)
    assert again(people.leader).is_active


def test_a_new_account_is_opened_on_the_day(people):
    post = titled("县领导01")
    plan(post, Kind.HANDOVER, people.admin, on=FIFTEENTH, new_username="Lingdao-New", new_email="new@county.example")
    assert not User.objects.filter(username="lingdao-new").exists()
    tick(NOW + timedelta(days=5))
    holder = again(post).holder
    assert (holder.username, holder.email, holder.has_usable_password()) == (
        "lingdao-new",
        "new@county.example",
        False,
    )
    assert not again(people.leader).is_active
    body = Notice.objects.filter(kind="post_changed", person=people.office).get().body
    assert "lingdao-new" in body


def test_withdrawn_it_is_not_done_and_one_that_cannot_be_any_more_is_given_up(people):
    post = titled("县领导01")
    change = plan(post, Kind.HANDOVER, people.admin, on=FIFTEENTH, to_user=people.other_leader)
    handovers.withdraw(change, by=people.office, now=NOW)
    assert Notice.objects.filter(kind="post_change_withdrawn", person=people.leader).exists()
    with pytest.raises(NotAllowed):
        handovers.withdraw(change, by=people.officer, now=NOW)
    change = plan(post, Kind.HANDOVER, people.admin, on=FIFTEENTH, to_user=people.other_leader)
    accounts.appoint(people.other_leader, post, now=NOW)
    assert not tick(NOW + timedelta(days=6)).failures
    assert again(change).withdrawn_why
    assert Notice.objects.filter(kind="post_change_failed", person=people.admin).count() == 1
    done = plan(post, Kind.VACATE, people.admin)
    assert again(post).holder is None
    with pytest.raises(Stale):
        handovers.withdraw(done, by=people.admin, now=NOW)


def test_renamed_and_moved_the_ladder_finds_it_by_the_old_title(county, people):
    post, office = titled("县领导01"), titled("综合岗")
    plan(post, Kind.RENAME, people.admin, new_title="常务副县长")
    plan(office, Kind.MOVE, people.admin, new_unit=unit_of(county, "gongxin"))
    assert rung_posts(Level("a", "", post="县领导01"), county) == [post]
    assert rung_posts(Level("a", "", post="县领导01", unit="lingdao"), county) == [post]
    assert rung_posts(Level("a", "", post="常务副县长"), county) == [post]
    assert rung_posts(Level("a", "", post="综合岗", unit="zhihuibu"), county) == [office]
    assert rung_posts(Level("a", "", post="综合岗", unit="gongxin"), county) == [office]
    assert not rung_posts(Level("a", "", post="综合岗", unit="lingdao"), county)
    heir = Post.objects.create(unit=post.unit, title="县领导01", role=Role.LEADER)  # the title is given anew
    assert rung_posts(Level("a", "", post="县领导01", unit="lingdao"), county) == [heir]
    assert rung_posts(Level("a", "", post="县领导01"), county) == [heir]


def test_a_ledger_means_the_post_that_is_called_so_then_the_one_that_was(county, people):
    first, second = titled("县领导01"), titled("县领导02")
    plan(first, Kind.HANDOVER, people.admin, to_user=people.other_leader)  # an account named as his own post
    plan(first, Kind.RENAME, people.admin, new_title="常务副县长")
    ledger: Any = SimpleNamespace(rows=[], year=2026, month=None)
    on_file = _on_file(county, ledger)
    meant = {title: on_file.post(title, make=False) for title in ("县领导01", "县领导02", "常务副县长")}
    assert meant == {"县领导01": first, "县领导02": second, "常务副县长": first}


def test_closed_what_it_sponsors_and_its_rung_go_to_the_other_post(county, people):
    post, into = titled("县领导01"), titled("县领导02")
    project = make_project(county, sponsor="县领导01")
    rename = plan(post, Kind.RENAME, people.admin, on=date(2026, 7, 1), new_title="县长")
    plan(post, Kind.CLOSE, people.admin, on=FIFTEENTH, into=into)
    tick(NOW + timedelta(days=5))
    post = again(post)
    assert (post.active, post.until, post.holder) == (False, date(2026, 6, 14), None)
    assert [sponsor.post for sponsor in Sponsor.objects.filter(project=project)] == [into]
    assert rung_posts(Level("a", "", post="县领导01", unit="lingdao"), county) == [into]
    assert not affected(post, NOW)
    assert again(rename).withdrawn_at
    assert not again(people.leader).is_active
    posts = Post.objects.filter(unit__county=county)
    assert post in posts.valid(date(2026, 6, 14))
    assert post not in posts.valid(FIFTEENTH)
    assert not post.valid_on(FIFTEENTH)


# the file -----------------------------------------------------------------------------------------------------------

FILE = """
[county]
name = "青禾县"
short_name = "青禾县"
[[unit]]
code = "fu"
name = "县政府"
kind = "leaders"
[[unit]]
code = "ban"
name = "县政府办"
kind = "office"
[[unit]]
code = "ju"
name = "县水务局"
kind = "department"
[[post]]
unit = "fu"
title = "县领导01"
role = "leader"
[[post]]
unit = "fu"
title = "县领导02"
role = "leader"
[[post]]
unit = "ju"
title = "项目专员"
role = "officer"
[[post]]
unit = "ban"
title = "管理员"
role = "admin"
[problems]
due_workdays = 5
[[problems.ladder]]
code = "county"
label = "县政府"
post = "县领导01"
"""


def test_a_file_makes_no_post_anew_that_was_changed_on_its_page(tmp_path, now):
    path = tmp_path / "qinghe.toml"
    file = FILE.replace('title = "县领导02"', 'title = "县领导02"\nuntil = 2027-12-31')
    path.write_text(file, encoding="utf-8")
    county = load_profile(str(path), now=NOW).county
    posts = {post.title: post for post in Post.objects.filter(unit__county=county)}
    admin = accounts.open_account(posts["管理员"], username="qh", password=None, now=NOW)
    plan(posts["县领导01"], Kind.RENAME, admin, new_title="县长")
    plan(posts["县领导02"], Kind.CLOSE, admin)
    plan(posts["管理员"], Kind.MOVE, admin, new_unit=unit_of(county, "fu"))
    ju, into = unit_of(county, "ju"), unit_of(county, "ban")
    changes.plan_change(ju, kind="merge", into=into, on=TODAY, by=admin, now=NOW, reason="机构改革")
    before = list(Post.objects.filter(unit__county=county).order_by("pk").values())
    done = load_profile(str(path), now=NOW)
    assert not done.anything
    assert list(Post.objects.filter(unit__county=county).order_by("pk").values()) == before
    assert done.notices[1][1] == ["县政府 县长", "县政府 县领导02", "县政府办 项目专员", "县政府 管理员"]
    # the ladder may say the old title, also where the file has the new one
    path.write_text(file.replace('title = "县领导01"', 'title = "县长"'), encoding="utf-8")
    load_profile(str(path), now=NOW)
    assert Post.objects.filter(unit__county=county).count() == 4


def test_days_of_the_file_hold_when_they_come(tmp_path, now):
    path = tmp_path / "qinghe.toml"
    text = FILE.replace('title = "县领导02"', 'title = "县领导02"\nsince = 2026-06-12\nuntil = 2026-06-20')
    path.write_text(text, encoding="utf-8")
    county = load_profile(str(path), now=NOW).county
    post = Post.objects.get(unit__county=county, title="县领导02")
    assert not post.active
    tick(NOW + timedelta(days=2))
    assert again(post).active
    user = accounts.open_account(again(post), username="qh", password=None, now=NOW + timedelta(days=2))
    assert not load_profile(str(path), now=NOW + timedelta(days=12)).anything
    tick(NOW + timedelta(days=12))
    assert (again(post).active, again(post).holder, again(user).is_active) == (False, None, False)
    assert holder_on(post, date(2026, 6, 20)) == user
    assert holder_on(post, date(2026, 6, 21)) is None
    assert not load_profile(str(path), now=NOW + timedelta(days=12)).anything


# the page ------------------------------------------------------------------------------------------------------------


def test_what_happens_is_shown_before_it_is_done(county, people, sign_in):
    client, post = sign_in(people.office), titled("县领导01")
    make_project(county, sponsor="县领导01")
    address = f"/organization/people/{post.pk}/change/handover/"
    seen = {"version": str(handovers.seen_of(post)), "to_user": str(people.officer.pk), "leaves": "on"}
    typed = seen | {"on": "2026-06-01", "reason": "任职\r\n县委〔2026〕9号"}
    page = client.post(address, typed).content.decode()
    for words in (
        "项目专员接任县领导01",
        "不能再登录",
        "该岗位包联的项目",
        "项目专员不再任：西城镇 项目专员",
        "立即办理",
    ):
        assert words in page
    looked = re.findall(r'name="looked" value="(\w+)"', page)[0]
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert sent["leaves"] == "True"
    assert client.post(address, typed | {"looked": looked, "on": "2026-06-02"}).status_code == 200
    assert client.post(address, typed | {"looked": looked, "leaves": ""}).status_code == 200
    assert again(post).holder == people.leader
    accounts.vacate(post, now=NOW)  # somebody was faster
    assert client.post(address, typed | {"looked": looked}).status_code == 409
    assert again(post).holder is None
    typed |= {"version": str(handovers.seen_of(post)), "looked": looked}
    done = client.post(address, typed)
    assert done["Location"] == f"/organization/people/{post.pk}/"
    assert again(post).holder == people.officer
    said = client.get(done["Location"]).content.decode()
    for words in ("历任", "6月1日", "项目专员接任县领导01，不再任其他岗位", "县委〔2026〕9号"):
        assert words in said


def test_no_account_is_opened_for_a_closed_post(people, sign_in):
    post = Post.objects.create(unit=titled("镇长").unit, title="空岗", role=Role.OFFICER, active=False, ended=True)
    assert sign_in(people.admin).get(f"/organization/people/{post.pk}/account/").status_code == 404


def test_posts_of_another_county_are_not_read_in_the_form(county, people):
    there = unit_of(make_county("other", "另县"), "dongguan")
    Post.objects.create(unit=there, title="外县岗", role=Role.OFFICER, holder=people.officer)
    form = str(PostChangeForm(post=titled("县领导01"), kind=Kind.HANDOVER))
    assert ("西城镇 项目专员" in form, "外县岗" in form) == (True, False)


def test_a_refusal_stands_at_its_field_and_a_plan_is_withdrawn_from_the_page(county, people, sign_in):
    client, post = sign_in(people.admin), titled("县领导01")
    make_project(county, sponsor="县领导01")
    typed = {"version": str(handovers.seen_of(post)), "on": "2027-06-01", "reason": "撤"}
    page = client.post(f"/organization/people/{post.pk}/change/close/", typed)
    assert (page.status_code, "名下还有" in page.content.decode()) == (422, True)
    assert client.get(f"/organization/people/{post.pk}/change/merge/").status_code == 404
    change = plan(post, Kind.RENAME, people.admin, new_title="县长", on=date(2027, 1, 1))
    address = f"/organization/people/planned/{change.pk}/withdraw/"
    assert address in client.get(f"/organization/people/{post.pk}/").content.decode()
    client.post(address)
    assert again(change).withdrawn_by == people.admin
    page = client.get(f"/organization/people/{post.pk}/").content.decode()
    assert "已撤回" in page
    assert address not in page
    assert f"/organization/people/{post.pk}/" in client.get("/organization/people/").content.decode()


@pytest.mark.parametrize("kind", Kind.values)
def test_each_act_can_be_looked_at(county, people, sign_in, kind):
    client, post = sign_in(people.admin), titled("综合岗")
    typed = {
        "version": str(handovers.seen_of(post)),
        "on": "2027-06-01",
        "reason": "分工",
        "new_username": "xin-01",
        "new_title": "综合科长",
        "new_unit": str(unit_of(county, "gongxin").pk),
        "into": str(titled("办公室主任").pk),
    }
    page = client.post(f"/organization/people/{post.pk}/change/{kind}/", typed).content.decode()
    words = {
        "handover": "账号 xin-01 当日开通",
        "vacate": "不能再登录",
        "rename": "综合科长",
        "move": "改为负责县工业和信息化局的项目",
        "close": "即指指挥部办公室 办公室主任",
    }
    assert words[kind] in page
    assert 'name="looked" value="' in page
