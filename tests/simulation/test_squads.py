"""The demonstration of a county with squads shows them at work."""

from __future__ import annotations

from core.records.history import newest_version
from organization.people.models import Role
from projects.models import Project
from simulation import squads
from tests.support.factories import NOW, make_project
from tests.support.squads import make_squad


def test_each_squad_has_somebody_in_it_and_projects_of_its_units_first(county, people):
    made = [make_project(county, name=f"工程{n}", lead_unit=("gongxin", "dongguan")[n % 2]) for n in range(12)]
    squad, empty = make_squad(county, people), make_squad(county, people, "空班", lead="tongji", members=[])
    squads.staff(county)
    squads.staff(county)
    assert [post.role for post in squad.unit.posts.all()] == [Role.SQUAD]
    squads.assign(county, made, by=people.office, now=NOW, seed=1)
    own = Project.objects.filter(cooperating_units=squad.unit)
    assert (own.count(), own.filter(lead_unit=squad.lead).count()) == (squads.MOST, squads.MOST - 2)
    assert Project.objects.filter(cooperating_units=empty.unit).count() == 2


def test_a_county_without_squads_lives_as_before(county, people):
    project = make_project(county)
    before = newest_version(Project, pk=project.pk)
    squads.assign(county, [project], by=people.office, now=NOW, seed=1)
    assert newest_version(Project, pk=project.pk) == before
