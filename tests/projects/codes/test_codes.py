"""Several national codes of a project: each with a state, the shown one in step, found and matched by any."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.refusals import Stale, Wrong
from organization.units.models import Unit
from projects.choices import CodeState
from projects.codes.services import write_code
from projects.codes.shape import said_of
from projects.page.pages import whole_history
from projects.registry import services as registry
from projects.registry.models import Project, ProjectCode
from projects.registry.services import OnFileAlready
from tests.support.factories import NOW, make_project, unit_of
from tests.support.people import People

pytestmark = [pytest.mark.requirement("P01")]
OLD, NEW = "2401-220523-04-01-123456", "2506-220523-04-01-654321"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OLD, ""),
        ("24012205230401123456", ""),  # the same without hyphens
        ("2401－220523－04－01－123456", ""),
        ("2401-220500-04-01-123456", ""),  # its city
        ("2401-220000-04-01-123456", ""),
        ("2401-000000-04-01-123456", ""),  # the centre
        ("2401-220524-04-01-123456", "220524"),  # its neighbour
        ("2413-220523-04-01-123456", "13"),
        ("2400-220523-04-01-123456", "00"),
        ("2017-220523-48-03-012345", "2021年以前"),  # a year of four digits
        ("2401-220523-04-01-12345", "19"),
        ("HN2016A-00123", "2021年以前"),
        ("发改备〔2019〕12号", "文号"),
        ("  ", ""),
    ],
)
def test_the_shape_of_a_code_in_words(text: str, said: str) -> None:
    found = said_of(text, "220523")
    assert said in found
    assert bool(found) == bool(said)


@pytest.mark.django_db
class TestSeveralCodes:
    @pytest.fixture
    def project(self, county: Unit, people: People) -> Project:
        unit = unit_of(county, "xicheng")
        return registry.register(
            county=county, by=people.office, now=NOW, name="管网", lead_unit=unit, code=OLD, total_investment=9_000_000
        )

    def states(self, project: Project) -> list[tuple[str, str, bool]]:
        return list(ProjectCode.objects.filter(project=project).order_by("pk").values_list("text", "state", "shown"))

    def test_what_is_typed_once_keeps_the_rows_in_step(self, project: Project, people: People) -> None:
        told: dict[str, Any] = {"by": people.office, "now": NOW}
        assert self.states(project) == [(OLD, "valid", True)]
        registry.edit(project, code=NEW, **told)
        assert self.states(project) == [(OLD, "replaced", False), (NEW, "valid", True)]
        assert Project.objects.get(pk=project.pk).other_codes == OLD
        registry.edit(project, code=OLD, **told)  # back again: no third row
        assert self.states(project) == [(OLD, "valid", True), (NEW, "replaced", False)]
        registry.edit(project, code="", **told)
        assert self.states(project) == [(OLD, "invalid", False), (NEW, "replaced", False)]

    def test_a_code_of_before_rows_is_kept_as_replaced(self, county: Unit, people: People) -> None:
        bare = make_project(county, code=OLD)
        registry.edit(bare, code=NEW, by=people.office, now=NOW)
        assert sorted(self.states(bare)) == [(OLD, "replaced", False), (NEW, "valid", True)]

    def test_beside_the_shown_one(self, project: Project, people: People) -> None:
        told: dict[str, Any] = {"by": people.office, "now": NOW}
        second = write_code(project, text=NEW, since=date(2026, 3, 1), note="分期", **told)
        assert self.states(project) == [(OLD, "valid", True), (NEW, "valid", False)]
        assert Project.objects.get(pk=project.pk).code == OLD
        first = ProjectCode.objects.get(text=OLD)
        write_code(project, first, text=OLD, state=CodeState.INVALID, **told)  # the other one takes its place
        fresh = Project.objects.get(pk=project.pk)
        assert (fresh.code, fresh.other_codes) == (NEW, OLD)
        write_code(project, second, text=NEW, state=CodeState.REPLACED, **told)
        assert Project.objects.get(pk=project.pk).code == ""
        said = [record.text for record in whole_history(fresh)]
        assert f"代码 {NEW}：已被替换" in said
        assert f"代码 {NEW} 建档：有效" in said

    def test_what_can_t_be_is_said(self, project: Project, people: People) -> None:
        told: dict[str, Any] = {"by": people.office, "now": NOW}
        for wrong, field in (
            ({"text": " "}, "text"),
            ({"text": OLD.replace("-", "")}, "text"),  # the same code once more
            ({"text": NEW, "state": "invalid", "shown": True}, "shown"),
            ({"text": NEW, "since": date(2030, 1, 1)}, "since"),
        ):
            with pytest.raises(Wrong) as refused:
                write_code(project, **wrong, **told)
            assert list(refused.value.fields) == [field]
        with pytest.raises(Stale):
            write_code(project, text=NEW, version=project.version + 7, **told)

    def test_the_like_of_a_project_is_seen_by_any_code(self, project: Project, county: Unit, people: People) -> None:
        told: dict[str, Any] = {"by": people.office, "now": NOW}
        registry.edit(project, code=NEW, **told)
        facts = {"county": county, "name": "另一条路", "lead_unit": unit_of(county, "dongguan"), **told}
        with pytest.raises(OnFileAlready) as asked:
            registry.register(code=OLD.replace("-", ""), **facts)  # a replaced one, written otherwise
        assert asked.value.twins == [project]
        other = registry.register(code=OLD, reason="打包项目的子项目", **facts)
        with pytest.raises(OnFileAlready):
            write_code(other, text=NEW, **told)
        write_code(other, text=NEW, reason="同一打包项目", **told)
        found = Project.objects.filter(county=county).search(OLD)
        assert set(found) == {project, other}

    def test_the_pages(self, project: Project, people: People, client: Client) -> None:
        client.force_login(people.officer)
        address = f"/projects/{project.pk}/codes/"
        page = client.post(f"{address}new/", {"version": project.version, "text": "2413-9", "state": "replaced"})
        assert page.status_code == 303  # odd, and stored
        shown = client.get(address).content.decode()
        assert "2413-9" in shown
        assert "2021年以前" in shown
        page = client.post(f"{address}new/", {"version": project.version, "text": NEW, "state": "valid"})
        assert page.status_code == 422  # somebody had changed it meanwhile
        assert NEW in page.content.decode()
        listed = client.get("/projects/?q=2413-9").content.decode()
        assert project.name in listed
