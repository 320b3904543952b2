"""Two who put projects on file in the same moment: on file once, and no number twice. On both databases."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from projects.ledger import services as imports
from projects.models import Project
from projects.registry import services as registry
from projects.registry.services import OnFileAlready
from tests.projects.reports.test_races import at_once
from tests.support.factories import NOW, unit_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P01")]


@pytest.fixture(autouse=True)
def _real_database(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    database: Any = connection
    if database.vendor == "sqlite" and database.is_in_memory_db():
        pytest.skip("one connection only: runs with DATABASE_URL set to a server")


def test_of_two_clicks_one_puts_the_project_on_file_and_the_other_is_shown_it(county, people):
    def click():
        told: dict[str, Any] = {"name": "粮食烘干中心", "lead_unit": unit_of(county, "xicheng"), "seen": []}
        return registry.register(county=county, by=people.office, now=NOW, **told)

    results = at_once(click, click, click)
    assert sorted(type(result).__name__ for result in results) == ["OnFileAlready", "OnFileAlready", "Project"]
    shown = [result.twins for result in results if isinstance(result, OnFileAlready)]
    assert shown == [[Project.objects.get()]] * 2


def test_an_import_and_two_people_take_three_numbers_and_store_one_project_once(county, people):
    def put(name):
        told = {"name": name, "lead_unit": unit_of(county, "xicheng")}
        return lambda: registry.register(county=county, by=people.office, now=NOW, **told)

    def bring():
        content = "序号,项目名称,责任单位\n1,水厂,西城镇\n2,粮库,西城镇\n".encode()
        return imports.store(content, "台账.csv", county=county, options=imports.Options(), by=None, now=NOW)

    results = at_once(bring, put("水厂"), put("学校"))
    assert all(isinstance(result, (Project, tuple, OnFileAlready)) for result in results), results
    assert sorted(Project.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert sorted(Project.objects.values_list("name", flat=True)) == sorted(["水厂", "粮库", "学校"])
