from organization.permissions import is_office, sees_whole_county
from projects.models import Project
from tests.factories import make_project


def test_a_person_has_the_roles_of_the_posts_held(people):
    assert is_office(people.office)
    assert people.officer.role_codes == {"officer"}
    assert people.officer.unit.code == "xicheng"
    assert people.officer.county.code == "shifan"


def test_an_officer_sees_own_projects_and_the_leader_sees_all(county, people):
    mine = make_project(county, lead_unit="xicheng")
    theirs = make_project(county, lead_unit="dongguan", name="邻乡的项目")
    assert set(Project.objects.visible_to(people.officer)) == {mine}
    assert set(Project.objects.visible_to(people.leader)) == {mine, theirs}
    assert sees_whole_county(people.leader)


def test_nobody_without_a_post_sees_anything(county):
    from organization.models import User

    make_project(county)
    stranger = User.objects.create(username="nobody", name="无岗位")
    assert not Project.objects.visible_to(stranger).exists()
