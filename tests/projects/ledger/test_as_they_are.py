"""Ledgers of kinds that were once read wrongly: each comes out as a careful person reads it, and once only."""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from core.days.periods import Period
from organization.units.models import Unit
from projects.ledger import services as imports
from projects.ledger.export import write_registry
from projects.ledger.services import Looked, Options
from projects.models import AnnualPlan, MonthlyReport, Project
from tests.support.factories import NOW
from tests.support.paths import DATA

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P18")]
WAN = 10_000
FILES = {  # file: (year, month)
    "A01_1904": (2024, "2024-06"), "A03_hidden_rows": (2024, "2024-06"), "A30_two_years": (2024, "2024-06"),
    "A31_same_mangled_code": (2024, "2024-06"), "A32_month_0": (2024, "2024-06"), "A34b_two_level_amount": (2024, "2024-06"),
    "A35_huge": (2024, "2024-06"), "A36_totals": (2024, "2024-06"), "A40_gap": (2024, "2024-04"),
    "T1b_dianzhong_name": (2019, "2019-02"), "T3_xixiangtang_2023_05": (2023, "2023-05"),
    "T4b_guangzhou_template_words": (2014, "2014-09"), "T8_pinxun_export_2024": (2024, "2024-08"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


def come_in(county: Unit, name: str) -> Looked:
    year, period = FILES[name]
    content = (DATA / "ledgers" / f"{name}.xlsx").read_bytes()
    told = Options(year=year, period=period, create_units=True)
    return imports.store(content, f"{name}.xlsx", county=county, options=told, by=None, now=NOW)[1]


FACTS = ("code", "owner", "sector", "stage", "started_on")


def on_file(project: Project, name: str) -> dict[str, object]:
    """What the registry holds of *project* of the file *name*'s year and month, amounts in 10k yuan."""
    year, period = FILES[name]
    plan = AnnualPlan.objects.filter(project=project, year=year).first()
    report = MonthlyReport.objects.filter(project=project, month=period).first()
    amounts = {
        "total": project.total_investment,
        "plan": plan.investment if plan else None,
        "works": report.works if report else None,
        "to date": report.works_ytd if report else None,
    }
    found: dict[str, object] = {key: None if yuan is None else yuan / WAN for key, yuan in amounts.items()}
    found |= {key: str(getattr(project, key) or "") for key in FACTS}
    return found | {"progress": report.progress if report else ""}


RIGHT: dict[str, list[dict[str, object]]] = {  # what must stand on file, project by project in the order of the ledger
    "A01_1904": [{"started_on": "2024-03-01", "to date": 100}] * 2,
    "A03_hidden_rows": [{"total": 1000, "plan": 500, "to date": 100}] * 6,
    "A30_two_years": [{"plan": 4000, "to date": 1500, "works": None}, {"plan": 6000, "to date": 2500, "works": None}],
    "A31_same_mangled_code": [{"code": "", "plan": 500}, {"code": "", "plan": 700}],
    "A32_month_0": [{"works": 30, "to date": 100}],
    "A34b_two_level_amount": [{"plan": 500, "to date": 100, "progress": "基础完成"}, {"plan": 600, "to date": 240, "progress": "主体完成"}],
    "A35_huge": [{"total": 86_000_000}, {"total": 11_000_000}],
    "A36_totals": [{"total": 1000, "plan": 500, "to date": 100}, {"total": 2000, "plan": 600, "to date": 200}],
    "A40_gap": [{"plan": 10000, "to date": 3004}, {"plan": 10000, "to date": 3996}, {"plan": 10000, "to date": 3328}],
    "T1b_dianzhong_name": [
        {"started_on": "2017-11-30", "stage": "started", "works": 36.76, "to date": 152.08, "total": 9787, "plan": 1662.61, "progress": "始发井基坑开挖累计完成9776m³，占比51%"},
        {"started_on": "2018-08-20", "stage": "started", "works": 265.21, "to date": 813.09, "total": 6085.51, "plan": 2348.47, "progress": "累计完成毛路开挖9.695公里，占84.90%"},
        {"started_on": "2019-01-07", "stage": "started", "works": 23.41, "to date": 223.41, "total": 7250, "plan": 160, "progress": "龙庆1#支洞毛路开挖完成1.5公里"},
    ],
    "T3_xixiangtang_2023_05": [
        {"works": 1830.5, "to date": 9120.75}, {"works": 0, "to date": 0},
        {"works": 410, "to date": 2210, "stage": "completed"}, {"works": 0, "to date": 0, "stage": "reserve"},
    ],
    "T4b_guangzhou_template_words": [
        {"to date": 9800, "plan": 15000, "sector": "公共设施管理业", "stage": "started"},
        {"to date": 450, "plan": 3000, "sector": "专用设备制造业", "stage": "prework"},
        {"to date": 2100.35, "plan": 2100.35, "sector": "水的生产", "stage": "completed"},
    ],
    "T8_pinxun_export_2024": [
        {"total": 8600, "code": "2408-510000-04-01-100001", "owner": "城投公司", "plan": 3000, "to date": 1260, "stage": "started", "progress": "主体施工"},
        {"total": 21000, "code": "2408-510000-04-01-100002", "owner": "水务公司", "plan": 2000, "to date": 0, "stage": "prework"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_ledger_is_read_right_and_the_second_time_changes_nothing(county: Unit, name: str) -> None:
    first = come_in(county, name)
    assert (first.count("created"), first.count("rejected")) == (len(RIGHT[name]), 0)
    projects = list(Project.objects.filter(county=county).order_by("number"))
    for right, project in zip(RIGHT[name], projects, strict=True):
        found = on_file(project, name)
        assert {key: found[key] for key in right} == right
    for _again in range(2):
        looked = come_in(county, name)
        assert [row.changes for row in looked.rows if row.outcome != "unchanged"] == []
    year, period = FILES[name]
    file = write_registry(Project.objects.filter(county=county), Period.parse(period), title="项目清单")
    looked = imports.look(file.read(), "项目清单.xlsx", county=county, options=Options(year=year, period=period))
    assert [row.changes for row in looked.rows if row.outcome != "unchanged"] == []


SAID = {  # file: words that must be said, and where
    "A01_1904": "G4 开工时间 43890 is 2024-03-01", "A03_hidden_rows": "3 rows are hidden or filtered away in the sheet (5–7)",
    "A30_two_years": "2023年计划投资(万元) of 2023 left out holds 8,000", "A31_same_mangled_code": "B3 B4 2.20405E+20 not taken",
    "A35_huge": "D3 D4 More than 10,000,000 10k yuan", "A36_totals": "Row 6 skipped", "T8_pinxun_export_2024": "累计到位-合计 holds 5,600",
    "T1b_dianzhong_name": "本旬实际完成投资 holds 115.83", "T3_xixiangtang_2023_05": "is a stage",
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_the_command_says_what_a_person_should_know(county: Unit, name: str) -> None:
    year, period = FILES[name]
    out = StringIO()
    file = str(DATA / "ledgers" / f"{name}.xlsx")
    call_command(
        "import_ledger",
        file,
        f"--year={year}",
        f"--period={period}",
        "--create-units",
        "--check",
        "--json=-",
        stdout=out,
    )
    found = json.loads(out.getvalue())
    told = " ".join([*found["notes"], *(f"{p['cell']} {p['column']} {p['message']}" for p in found["problems"])])
    assert [word for word in SAID[name].split() if word not in told] == []
    printed = StringIO()
    call_command(
        "import_ledger", file, f"--year={year}", f"--period={period}", "--create-units", "--check", stdout=printed
    )
    assert [header for header in found["left_out"] if header not in printed.getvalue()] == []
