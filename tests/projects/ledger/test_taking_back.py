"""An import is taken back whole: nothing of it is left, and what it changed is as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.forms import model_to_dict
from django.utils import translation

from core.days.periods import Period
from core.refusals import NotAllowed
from organization.units.models import Unit
from projects.choices import Stage
from projects.ledger import services as imports
from projects.ledger.services import Options
from projects.ledger.taking_back import parts_of, take_back
from projects.models import AnnualPlan, LedgerImport, MonthlyReport, Project, ProjectMonth, Sponsor, StageChange
from projects.registry import services as registry
from projects.registry.months.models import FormerFact
from projects.registry.months.services import check
from projects.reports.closing import close_month
from tests.support.factories import NOW, count, make_project, make_report, unit_of
from tests.support.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P18")]
WAN = 10_000
LATER = NOW + timedelta(minutes=5)
LEDGER = (
    "2026年台账（截至5月）\n项目名称,责任单位,配合单位,包联领导,总投资（万元）,年度计划投资（万元）,4月完成投资（万元）,累计完成投资（万元）,建设阶段\n"
    "老项目,东关乡,县工信局,县领导02,2000,200,15,80,开工\n新项目,西城镇,县工信局,县领导02,1000,100,5,40,开工\n"
).encode()
TABLES: tuple[Any, ...] = (Project, AnnualPlan, MonthlyReport, Sponsor, StageChange, ProjectMonth, FormerFact)


@pytest.fixture(autouse=True)
def in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def old(county: Unit, people: People) -> Project:
    project = make_project(
        county, name="老项目", stage=Stage.PREWORK, plan=100 * WAN, sponsor=people.leader.current_posts[0]
    )
    project.cooperating_units.set([unit_of(county, "zhujian")])
    make_report(project, "2026-03", works=10 * WAN)
    registry.edit(project, by=people.office, now=NOW - timedelta(days=1), remark="先前")
    count([project])
    return project


@pytest.fixture
def ledger(county: Unit, people: People, old: Project) -> LedgerImport:
    options = Options(create_units=True)
    return imports.preview(LEDGER, "台账.csv", county=county, options=options, by=people.office, now=NOW)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the tables that an import writes, but for versions."""
    found: dict[str, list[dict[str, Any]]] = {}
    for model in TABLES:
        rows = [model_to_dict(row) | {"pk": row.pk} for row in model.objects.order_by("pk")]
        if model is ProjectMonth:
            rows = sorted(({**row, "pk": 0, "id": 0} for row in rows), key=lambda row: (row["project"], row["month"]))
        found[model.__name__] = [{key: value for key, value in row.items() if key != "version"} for row in rows]
    through: Any = Project.cooperating_units.through
    found["cooperating"] = list(through.objects.order_by("project").values("project", "unit"))
    return found


def test_taken_back_all_is_as_it_was_and_it_can_be_stored_again(ledger: LedgerImport, people: People) -> None:
    before = everything()
    imports.store_preview(ledger, by=people.office, now=LATER)
    stored = everything()
    assert stored != before
    for _twice in range(2):
        take_back(ledger, by=people.office, now=LATER + timedelta(minutes=1))
    assert everything() == before
    assert list(check(now=LATER)) == []
    ledger.refresh_from_db()
    assert ledger.status == LedgerImport.Status.PREVIEW
    imports.store_preview(ledger, by=people.office, now=LATER + timedelta(minutes=2))
    assert Project.objects.get(name="老项目").total_investment == 2000 * WAN
    assert Project.objects.get(name="新项目").reports.count() == 2


@pytest.mark.parametrize(("who", "other"), [("老项目", "新项目"), ("新项目", "老项目")])
def test_what_somebody_worked_on_stays_with_the_reason_and_the_rest_goes(
    ledger: LedgerImport, people: People, who: str, other: str
) -> None:
    before = everything()
    imports.store_preview(ledger, by=people.office, now=LATER)
    ledger.refresh_from_db()
    project = Project.objects.get(name=who)
    registry.edit(project, by=people.office, now=LATER + timedelta(minutes=1), remark="另记")
    parts = parts_of(ledger)
    assert [(part.name, part.row) for part in parts.goes] == [(other, 3 if other == "老项目" else 4)]
    assert [part.name for part in parts.stays] == [who]
    assert "综合岗 worked on it" in parts.stays[0].why
    untouched = [row for row in everything()["Project"] if row["name"] == who]
    take_back(ledger, by=people.office, now=LATER + timedelta(minutes=2))
    after = everything()
    assert [row for row in after["Project"] if row["name"] == who] == untouched
    assert [row for row in after["Project"] if row["name"] == other] == [
        row for row in before["Project"] if row["name"] == other
    ]
    ledger.refresh_from_db()
    assert (ledger.status, len(parts_of(ledger).goes)) == (LedgerImport.Status.STORED, 0)


def test_all_or_nothing_where_it_is_asked_so(ledger: LedgerImport, people: People) -> None:
    imports.store_preview(ledger, by=people.office, now=LATER)
    registry.edit(
        Project.objects.get(name="老项目"), by=people.office, now=LATER + timedelta(minutes=1), remark="另记"
    )
    stored = everything()
    with pytest.raises(NotAllowed, match="“老项目” for one: 综合岗 worked on it"):
        take_back(ledger, by=people.office, now=LATER + timedelta(minutes=2), whole=True)
    assert everything() == stored


def test_what_stayed_goes_once_nothing_hangs_on_it(ledger: LedgerImport, people: People) -> None:
    before = everything()
    imports.store_preview(ledger, by=people.office, now=LATER)
    beside = make_report(Project.objects.get(name="新项目"), "2026-06", works=1)
    take_back(ledger, by=people.office, now=LATER)
    assert [row["name"] for row in everything()["Project"]] == ["老项目", "新项目"]
    beside.delete()
    ledger.refresh_from_db()
    take_back(ledger, by=people.office, now=LATER)
    assert everything() == before
    ledger.refresh_from_db()
    assert ledger.status == LedgerImport.Status.PREVIEW
    imports.store_preview(ledger, by=people.office, now=LATER + timedelta(minutes=2))
    assert Project.objects.get(name="新项目").reports.count() == 2


def test_the_page_says_what_goes_and_what_stays_and_takes_back_what_can_go(
    ledger: LedgerImport, people: People, sign_in: Any
) -> None:
    imports.store_preview(ledger, by=people.office, now=LATER)
    registry.edit(
        Project.objects.get(name="老项目"), by=people.office, now=LATER + timedelta(minutes=1), remark="另记"
    )
    client, address = sign_in(people.office), f"/projects/import/{ledger.pk}/take-back/"
    refused = client.post(f"/undo/ledger_stored/{ledger.pk}/", {})
    assert refused["Location"] == address
    client.post(address)
    assert not Project.objects.filter(name="新项目").exists()
    assert Project.objects.get(name="老项目").remark == "另记"


def test_a_report_beside_a_new_project_is_not_taken_back_with_it(ledger: LedgerImport, people: People) -> None:
    imports.store_preview(ledger, by=people.office, now=LATER)
    make_report(Project.objects.get(name="新项目"), "2026-06", works=1)
    with pytest.raises(NotAllowed, match="新项目"):
        take_back(ledger, by=people.office, now=LATER, whole=True)


def test_nothing_is_taken_back_of_a_month_that_was_closed_since(
    county: Unit, ledger: LedgerImport, people: People
) -> None:
    imports.store_preview(ledger, by=people.office, now=LATER)
    close_month(county, Period.month(2026, 5), by=people.office, now=LATER + timedelta(minutes=1))
    stored = everything()
    with pytest.raises(NotAllowed, match="closed since"):
        take_back(ledger, by=people.office, now=LATER + timedelta(minutes=2))
    assert everything() == stored


def test_only_the_office_takes_back(ledger: LedgerImport, people: People) -> None:
    imports.store_preview(ledger, by=people.office, now=LATER)
    with pytest.raises(NotAllowed):
        take_back(ledger, by=people.officer, now=LATER)
