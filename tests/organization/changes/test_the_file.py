"""A county's file is loaded after its units were changed on their pages, and takes nothing back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from jobs.heartbeat import tick
from organization.changes.models import Kind
from organization.people import services as accounts
from organization.people.models import Post, Role
from organization.profiles.services import load_profile
from organization.units.models import Unit
from tests.organization.changes.test_unit_changes import again, plan
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

FILE = """
[county]
name = "青禾县"
short_name = "青禾县"
[[unit]]
code = "caizheng"
name = "县财政局"
kind = "department"
[[unit]]
code = "a"
name = "甲镇"
kind = "township"
[[unit]]
code = "b"
name = "乙镇"
kind = "township"
[[unit]]
code = "zhan"
name = "粮站"
kind = "other"
parent = "a"
[[post]]
unit = "caizheng"
title = "管理员"
role = "admin"
[[post]]
unit = "a"
title = "镇长"
role = "unit_head"
"""


def test_a_file_takes_nothing_back_that_was_changed_on_the_page(tmp_path, capsys, people):
    path = tmp_path / "qinghe.toml"
    path.write_text(FILE, encoding="utf-8")
    county = load_profile(str(path), now=NOW).county
    post = Post.objects.get(unit__county=county, role=Role.ADMIN)
    post.holder = people.admin
    post.save()
    units = {unit.code: unit for unit in Unit.objects.filter(county=county)}
    plan(units["caizheng"], Kind.RENAME, people.admin, new_name="县财政和国资局")
    plan(units["zhan"], Kind.MOVE, people.admin, new_parent=units["b"])
    plan(units["a"], Kind.MERGE, people.admin, into=units["b"])
    before = {u.code: (u.name, u.path, u.active, u.until) for u in Unit.objects.filter(county=county)}
    done = load_profile(str(path), now=NOW)
    assert before == {u.code: (u.name, u.path, u.active, u.until) for u in Unit.objects.filter(county=county)}
    assert Post.objects.get(unit__county=county, title="镇长").unit == units["b"]
    assert not done.anything
    assert set(done.notices[0][1]) == {"县财政和国资局", "粮站", "甲镇"}
    call_command("load_profile", str(path))
    assert "县财政和国资局" in capsys.readouterr().out
    assert Unit.objects.filter(county=county).standing_for("a").get().code == "b"
    ends = FILE.replace('name = "甲镇"', 'name = "甲镇"\nuntil = 2030-01-01')
    path.write_text(ends, encoding="utf-8")
    load_profile(str(path), now=NOW)
    assert (again(units["a"]).active, again(units["a"]).until) == (False, date(2026, 6, 9))
    # what the file says anew is newer than the page
    path.write_text(FILE.replace("县财政局", "县财政金融局"), encoding="utf-8")
    load_profile(str(path), now=NOW)
    assert again(units["caizheng"]).name == "县财政金融局"
    assert "县财政局" in again(units["caizheng"]).aliases


def test_a_file_leaves_what_came_along_with_a_merger_and_moves_whole_branches(tmp_path, people):
    path = tmp_path / "qinghe.toml"
    path.write_text(FILE, encoding="utf-8")
    county = load_profile(str(path), now=NOW).county
    units = {unit.code: unit for unit in Unit.objects.filter(county=county)}
    post = Post.objects.get(unit__county=county, role=Role.ADMIN)
    accounts.appoint(people.admin, post, now=NOW)
    path.write_text(FILE.replace('name = "甲镇"', 'name = "甲镇"\nparent = "caizheng"'), encoding="utf-8")
    load_profile(str(path), now=NOW)
    assert again(units["zhan"]).path == "qinghe/caizheng/a/zhan/"
    plan(units["a"], Kind.MERGE, people.admin, into=units["b"])
    assert not load_profile(str(path), now=NOW).anything
    assert again(units["zhan"]).path == "qinghe/b/zhan/"
    more = '[[unit]]\ncode = "ting"\nname = "粮亭"\nkind = "other"\nparent = "a"\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    load_profile(str(path), now=NOW)
    assert Unit.objects.get(code="ting").path == "qinghe/b/ting/"


def test_days_of_the_file_hold_when_they_come(tmp_path, now):
    path = tmp_path / "qinghe.toml"
    days = FILE.replace('name = "甲镇"', 'name = "甲镇"\nsince = 2026-01-01\nuntil = 2026-06-12')
    path.write_text(days.replace('name = "乙镇"', 'name = "乙镇"\nsince = 2026-06-12'), encoding="utf-8")
    county = load_profile(str(path), now=NOW).county

    def active():
        return {u.code for u in Unit.objects.filter(county=county, active=True, code__in=["a", "b"])}

    assert active() == {"a"}
    tick(NOW + timedelta(days=2))
    assert active() == {"a", "b"}
    tick(NOW + timedelta(days=3))
    for hours in (0, 1):
        tick(NOW + timedelta(days=3, hours=hours))
        assert active() == {"b"}
    assert not load_profile(str(path), now=NOW + timedelta(days=3)).anything
