"""The factories of the tests make what a county could have on file."""

from __future__ import annotations

import pytest

from projects.choices import Stage
from projects.models import Project
from tests.support.factories import make_project

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P01")]


@pytest.mark.parametrize("key", [("number",), ("code",), ("name", "lead_unit")])
def test_no_two_projects_of_the_factory_share_a_natural_key(county, key):
    for _n in range(3):
        make_project(county, stage=Stage.PREWORK)
    assert Project.objects.values(*key).distinct().count() == 3
