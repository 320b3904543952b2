"""Long acts say how far they are while they run; who waits for one hears of his own only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_noop

from core import progress
from core.days.periods import Period
from core.web.middleware import Progress
from core.web.views import how_far
from dispatch.bulletins import papers
from dispatch.bulletins.services import draft_bulletin
from jobs import asked
from jobs.models import JobRun
from organization.accounts import services as accounts
from organization.accounts.pages import candidates
from organization.units.models import Unit
from projects.choices import Stage
from projects.ledger import services as imports
from projects.many import services as many
from projects.many.rows import versions
from tests.support.factories import NOW, WAN, make_project, make_report

pytestmark = pytest.mark.django_db
ACT = "/projects/import/1/store/"
LEDGER = "序号,项目名称,牵头单位,总投资(万元),2026年计划投资(万元)\n1,供水管网改造工程,西城街道,800,300\n".encode()
STORED = [1, 2, 3, 4, 5, 6, 7]


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    settings.VAR = settings.MEDIA_ROOT = tmp_path


def of(person, path: str, posts: bool = True):
    request = (RequestFactory().post if posts else RequestFactory().get)(path)
    request.user = person
    return request


def test_who_waits_is_told_the_step_of_his_own_act_in_his_language(people, tmp_path) -> None:
    told = []

    def answer(request):
        progress.step(2, 3, gettext_noop("reading the file"))
        for person, path in (
            (people.office, ACT),
            (people.admin, ACT),
            (people.office, "/other/"),
            (people.office, ""),
        ):
            asks = of(person, f"/progress/?of={path}", posts=False)
            told.append(how_far(asks))
        with translation.override("en"):
            told.append(how_far(of(people.office, f"/progress/?of={ACT}", posts=False)))
        return "answered"

    assert Progress(answer)(of(people.office, ACT)) == "answered"
    mine, *others, english = told
    assert json.loads(mine.content) == {"n": 2, "of": 3, "said": "进度 2/3：读取文件"}
    assert [one.status_code for one in others] == [204, 204, 204]
    assert json.loads(english.content)["said"] == "2 of 3: reading the file"
    assert list((tmp_path / "progress").iterdir()) == []  # answered: nothing is left


def test_a_disk_that_is_full_stops_no_act(people, settings, tmp_path) -> None:
    settings.VAR = tmp_path / "a file"
    settings.VAR.write_text("")

    def answer(request) -> Any:
        progress.step(1, 2, "x")
        return "answered"

    assert Progress(answer)(of(people.office, ACT)) == "answered"


def steps(act) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    with progress.told(lambda n, of, name: found.append((n, of))):
        act()
    return found


def test_an_import_says_each_step(county: Unit, people) -> None:
    kept = []
    options = imports.Options(year=2026)

    def look() -> None:
        kept.append(imports.preview(LEDGER, "台账.csv", county=county, options=options, by=people.office, now=NOW))

    assert steps(look) == [(1, 3), (2, 3), (3, 3)]
    assert steps(lambda: imports.store_preview(kept[0], by=people.office, now=NOW)) == [(n, 7) for n in STORED]


def test_accounts_and_projects_are_counted_one_by_one(county: Unit, people) -> None:
    Unit.objects.create(code="shuili", name="县水利局", short_name="县水利局", kind="department", parent=county)
    wanted = [accounts.Wanted(f"new{n}", post=one.post, unit=None if one.post else one.unit)
              for n, one in enumerate(candidates(county))]  # fmt: skip
    each = [(n, len(wanted)) for n in range(1, len(wanted) + 1)]
    opened = steps(lambda: accounts.open_accounts(county, wanted, by=people.office, now=NOW, site="https://x/"))
    assert opened == each != []
    projects = [make_project(county, name=f"第{n}标段", stage=Stage.STARTED).pk for n in range(3)]
    told = {"by": people.office, "now": NOW, "reason": "不再实施"}
    assert steps(lambda: many.withdraw(county, version=versions(projects), **told)) == [(1, 3), (2, 3), (3, 3)]


def test_the_row_of_a_draft_says_its_step_until_it_is_there(county: Unit, people, monkeypatch) -> None:
    make_report(make_project(county, plan=1_000 * WAN, stage=Stage.STARTED), "2026-05", works=10 * WAN)
    seen: list[Any] = []

    def looking(*args, **more):
        bulletin = draft_bulletin(*args, **more)
        run.refresh_from_db()
        seen.append(asked.state_of(run, now=NOW))
        return bulletin

    monkeypatch.setattr("dispatch.bulletins.services.draft_bulletin", looking)
    run = papers.request_draft(
        county, "monthly", Period.parse("2026-05"), by=people.office, now=NOW, unfinished="会议要用"
    )
    if run.status == JobRun.Status.WAITING:
        papers.make_draft(run.pk, now=NOW)
    run.refresh_from_db()
    assert [state.how_far for state in seen] == ["进度 3/3：保存初稿"]
    assert asked.state_of(run, now=NOW).kind == "ready"
    assert "step" not in run.result
