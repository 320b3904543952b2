import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from organization.people.models import Post, User
from organization.permissions import sees_whole_county
from projects.models import Project
from tests.support.factories import make_project, unit_of


def test_a_person_has_the_roles_of_the_posts_held(people):
    assert people.office.is_office_of(people.office.county)
    assert people.officer.role_codes == {"officer"}
    assert people.officer.unit.code == "xicheng"
    assert people.officer.county.code == "shifan"


def test_an_officer_sees_own_projects_and_the_leader_sees_all(county, people):
    mine = make_project(county, lead_unit="xicheng")
    theirs = make_project(county, lead_unit="dongguan", name="邻乡的项目")
    assert set(Project.objects.visible_to(people.officer)) == {mine}
    assert set(Project.objects.visible_to(people.leader)) == {mine, theirs}
    assert sees_whole_county(people.leader, county)


def test_nobody_without_a_post_sees_anything(county):
    make_project(county)
    stranger = User.objects.create(username="nobody", name="无岗位")
    assert not Project.objects.visible_to(stranger).exists()


def test_the_first_account_of_a_county_is_opened_from_the_command_line(county, capsys, client):
    unit = unit_of(county, "zhihuibu")
    Post.objects.create(unit=unit, title="系统管理岗", role="admin")
    call_command("people", open=["zhihuibu", "系统管理岗"])
    account, password = re.match(r"(\S+)\s.*：(\S+) ", capsys.readouterr().out).groups()
    assert client.login(username=account, password=password)
    assert client.get("/organization/people/").status_code == 302  # a password of one's own comes first
    call_command("people", open=["zhihuibu", "系统管理岗"])
    assert not client.login(username=account, password=password)  # a new first password, the same account
    assert User.objects.filter(username=account).count() == 1


def test_an_account_is_opened_for_a_post_that_there_is(county):
    with pytest.raises(CommandError, match="没有"):
        call_command("people", open=["zhihuibu", "没有的岗位"])
