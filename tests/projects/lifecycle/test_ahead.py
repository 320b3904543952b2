"""What a project's page says of the stage that comes next: all that is missing, and how far off it is planned."""

from __future__ import annotations

from datetime import date

import pytest

from organization.profiles.rules import rules_of
from projects.choices import Stage
from projects.lifecycle.gates import early
from projects.lifecycle.pages import ahead
from projects.page.pages import deeds
from projects.rules import StepRules
from tests.support.factories import WAN, make_project

ON = date(2026, 6, 10)
pytestmark = [pytest.mark.requirement("P02"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("stage", "missing", "asks"),
    [
        (Stage.PREWORK, 2, ["实质性开工时间"]),  # and the permit
        (Stage.STARTED, 1, ["入统日期"]),
        (Stage.ENTERED, 1, ["竣工时间"]),
    ],
)
def test_what_the_step_itself_asks_is_missing_until_it_is_known(county, stage, missing, asks):
    found = ahead(make_project(county, stage=stage, plan=WAN), ON, 60, may_edit=True)
    assert (found.missing, [str(name) for name in found.asks]) == (missing, asks)
    told = ahead(make_project(county, stage=stage, plan=WAN, completed_on=ON, entered_on=ON, started_on=ON),
                 ON, 60, may_edit=True)  # fmt: skip
    assert (told.missing, told.asks) == (missing - 1, [])


@pytest.mark.parametrize(
    ("planned", "left"),
    [(None, None), (date(2026, 5, 1), None), (date(2026, 8, 9), None), (date(2026, 8, 10), 61)],
)
def test_only_what_is_planned_beyond_the_countys_days_is_early(county, planned, left):
    project = make_project(county, stage=Stage.ENTERED, planned_completion=planned)
    assert early(project, Stage.COMPLETED, ON, rules_of(county)[StepRules].early_days) == left


def test_far_from_its_day_a_stage_is_a_distance_and_a_quiet_link(county, people):
    project = make_project(county, stage=Stage.STARTED, plan=WAN, planned_completion=date(2027, 6, 10))
    offered = {deed.label: deed.early for deed in deeds(people.office, project, ON, 60) if deed.name == "move"}
    assert offered == {"提请入统": "", "转入“竣工”": "计划2027年6月竣工，还有 365 天"}


def test_the_page_has_no_button_for_it(county, people, sign_in):
    project = make_project(county, stage=Stage.ENTERED, plan=WAN, planned_completion=date(2099, 12, 30))
    page = sign_in(people.office).get(f"/projects/{project.pk}/").content.decode()
    ready = page[page.index('id="ready"') :].split("</section>")[0]
    assert '<h2>计划<span class="nw">2099年12月</span>竣工' in ready
    assert "还缺：竣工时间" in ready
    (step,) = [part for part in ready.split("<a ")[1:] if f"/projects/{project.pk}/move/completed/" in part]
    assert "确已提前，现在办理" in step
    assert "btn" not in step
