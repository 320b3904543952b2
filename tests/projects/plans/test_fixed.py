"""The fixed ones of a year (四定): what is missing is a list, the grid takes last year over, nothing typed is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from core import undo
from core.due import due_items
from core.lists.listing import Listing
from core.models import Done
from core.refusals import NeedsReason, Wrong
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from projects.choices import Stage, State
from projects.models import AnnualPlan, Project, ProjectMonth
from projects.plans import pages
from projects.plans.lists import FIXED_ONES, of_year
from projects.plans.rules import FIXES, Facts, lacking, missing
from projects.plans.services import set_plan
from tests.support.factories import NOW, WAN, count, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P05")]
ALL = tuple(fix.key for fix in FIXES)
FULL: dict[str, Any] = {
    "investment": 5, "target": "封顶", "measures": "倒排工期", "team": "专班", "responsible": "专员",
    "starts_on": date(2026, 3, 1), "resumes_on": date(2026, 2, 20), "completes_on": date(2026, 12, 1),
}  # fmt: skip
# what of the project, what of the plan (None: there is none), what is missing of all that can be fixed
LACKS: list[tuple[dict[str, Any], dict[str, Any] | None, set[str]]] = [
    ({}, FULL, {"sponsor"}),
    ({"sponsor": "县领导01"}, FULL, set()),
    ({}, None, {"money", "target", "sponsor", "person", "measures", "team", "start", "nodes"}),
    ({"responsible": "主任", "planned_start": date(2026, 4, 1)}, None,
     {"money", "target", "sponsor", "measures", "team", "nodes"}),
    ({"started_on": date(2025, 6, 1)}, None,
     {"money", "target", "sponsor", "person", "measures", "team", "resumption", "nodes"}),
    ({"started_on": date(2025, 6, 1)}, FULL | {"resumes_on": None, "investment": 0}, {"sponsor", "resumption"}),
    ({"started_on": date(2026, 1, 1), "end_year": 2026}, FULL | {"completes_on": None, "starts_on": None},
     {"sponsor", "start", "completion"}),
    ({"end_year": 2027}, FULL | {"completes_on": None, "target": "", "investment": None},
     {"sponsor", "money", "target"}),
    ({"planned_completion": date(2026, 10, 1)}, FULL | {"completes_on": None}, {"sponsor"}),
    ({}, FULL | {"starts_on": None, "resumes_on": None, "completes_on": None, "team": "", "measures": ""},
     {"sponsor", "start", "nodes", "team", "measures"}),
]  # fmt: skip


def profiled(county: Any, **plans: Any) -> None:
    data = {"plans": plans}
    kept = {"key": "test", "data": data, "digest": digest(data), "loaded_at": NOW}
    CountyProfile.objects.update_or_create(county=county, defaults=kept)


def test_what_is_missing_is_the_same_in_words_and_in_the_database(county, people) -> None:
    for n, (own, plan, wanted) in enumerate(LACKS):
        project = make_project(county, name=f"项目{n}", **own)
        kept = AnnualPlan.objects.create(project=project, year=2026, **plan) if plan is not None else None
        AnnualPlan.objects.create(project=project, year=2025, **FULL)  # another year's says nothing
        facts = Facts.of(project, kept, 2026, sponsored=project.sponsors.exists())
        assert set(missing(facts, ALL)) == wanted, n
        found = {key for key in ALL if of_year(Project.objects, 2026).filter(lacking([key], 2026), pk=project.pk)}
        assert found == wanted, n


def test_the_list_says_it_by_unit_and_goes_by_the_countys_file(county, people) -> None:
    bare = make_project(county, name="甲", plan=WAN)
    full = make_project(county, name="乙", lead_unit="dongguan")
    AnnualPlan.objects.create(project=full, year=2026, **FULL)
    make_project(county, name="丙", state=State.WITHDRAWN, state_reason="撤")
    make_project(county, name="丁", stage=Stage.COMPLETED, completed_on=date(2025, 5, 1))
    profiled(county, fixed=["target", "measures"])

    def listed(query: str) -> list[str]:
        listing = Listing(FIXED_ONES, people.office, QueryDict(query), now=NOW)
        return [row["name"] for row in listing.rows()] if listing.count else []

    assert listed("") == ["甲", "乙"]
    assert listed("lacks=any") == listed("lacks=target") == ["甲"]
    assert listed("lacks=any&unit=dongguan") == []
    assert listed("lacks=any&year=2027") == ["甲", "乙"]
    fixed = pages.fixed_of(bare, NOW.date(), people.officer)[0]
    assert (len(fixed.missing), fixed.may_edit) == (2, True)


def test_a_unit_is_asked_from_the_day_on_that_the_file_names(county, people) -> None:
    make_project(county, plan=WAN)

    def kinds(now: Any, person: Any) -> list[int]:
        return [item.count for item in due_items(county, now, person=person) if item.kind == "plan_missing"]

    assert kinds(NOW, None) == []  # the file names no day
    profiled(county, fixed=["target"], asked_month=6, asked_day=10)
    assert kinds(NOW - timedelta(days=1), None) == []
    assert kinds(NOW, None) == kinds(NOW, people.officer) == [1]
    assert kinds(NOW, people.other_officer) == kinds(NOW, people.leader) == []


def test_a_change_stands_beside_the_plan_with_its_reason(county, people) -> None:
    project = make_project(county)
    told: dict[str, Any] = {"by": people.officer, "now": NOW}
    set_plan(project, 2026, investment=900 * WAN, target="封顶", fixed={"measures": "倒排工期"}, **told)
    set_plan(project, 2026, investment=900 * WAN, target="封顶", fixed={"team": "专班"}, **told)  # measures stay
    with pytest.raises(NeedsReason):
        set_plan(project, 2026, investment=800 * WAN, target="封顶", **told)
    with pytest.raises(Wrong, match="2026"):
        set_plan(project, 2026, investment=900 * WAN, fixed={"starts_on": date(2025, 12, 1)}, **told)
    set_plan(project, 2026, investment=800 * WAN, target="封顶", reason="资金", **told)
    plan = project.plans.get()
    assert (plan.investment, plan.measures, plan.team) == (800 * WAN, "倒排工期", "专班")
    newest, older = pages.fixed_of(project, NOW.date(), people.office)[0].changes
    assert (newest.was, newest.will, newest.why) == ("900万元", "800万元", "资金")
    assert older.will == "专班"


def sent(client: Any, address: str, **typed: str) -> dict[str, str]:
    """What the page would send, with *typed* by the field's name of its first row."""
    rows = client.get(address).context["rows"]
    data = {f"{row.prefix}-version": str(row.version) for row in rows}
    data |= {f"{row.prefix}-{cell.name}": cell.value for row in rows for cell in row.cells()}
    return data | {f"{rows[0].prefix}-{name}": value for name, value in typed.items()}


def test_the_grid_takes_last_year_over_and_can_be_taken_back(county, people, sign_in, monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    one, two = make_project(county, name="甲"), make_project(county, name="乙")
    last: dict[str, Any] = {"investment": 700 * WAN, "target": "封顶", "measures": "倒排", "team": "专班"}
    AnnualPlan.objects.create(project=one, year=2026, **last)
    set_plan(two, 2027, investment=WAN, target="主体", by=people.office, now=NOW)
    count([one])
    rows = list(ProjectMonth.objects.filter(month__lt="2027").order_by("pk").values())
    client, at = sign_in(people.officer), "/projects/plans/2027/"
    page = client.get(at)
    assert 'placeholder="700"' in page.content.decode()
    assert AnnualPlan.objects.filter(project=one, year=2027).count() == 0  # grey is no plan
    answer = client.post(at, sent(client, at, target="装修", starts_on="2027-03-01") | {"do": "over"})
    assert answer.status_code == 303
    plan = one.plans.get(year=2027)
    assert (plan.investment, plan.target, plan.team, plan.starts_on) == (700 * WAN, "装修", "专班", date(2027, 3, 1))
    assert AnnualPlan.history.filter(project=two, year=2027).count() == 1  # an equal row wrote nothing
    done = Done.objects.get(key="plans_filled")
    undo.undos()["plans_filled"].do(done, by=people.officer, now=NOW, reason="撤回", version=0)
    assert one.plans.filter(year=2027).count() == 0
    assert AnnualPlan.history.filter(project=one, year=2027).count() == 2
    assert (
        list(ProjectMonth.objects.filter(month__lt="2027").order_by("pk").values()) == rows
    )  # neither moved a figure of this year


def test_a_row_that_is_refused_leaves_the_others_stored_and_keeps_what_was_typed(county, people, sign_in) -> None:
    now = NOW
    one, two, three = (make_project(county, name=name) for name in "甲乙丙")
    year = timezone.localdate().year
    set_plan(two, year, investment=5 * WAN, by=people.office, now=now)
    client, at = sign_in(people.officer), f"/projects/plans/{year}/"
    data = sent(client, at, investment="八万")
    set_plan(two, year, investment=6 * WAN, reason="调整", by=people.office, now=now)  # somebody was faster
    data |= {f"r-{two.pk}-investment": "7", f"r-{three.pk}-investment": "3"}
    answer = client.post(at, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="八万"' in page
    assert 'value="7"' in page
    assert (one.plans.count(), two.plans.get().investment, three.plans.get().investment) == (0, 6 * WAN, 3 * WAN)
    stale = client.post(at, {key: value for key, value in data.items() if f"r-{two.pk}-" in key})
    assert stale.context["rows"][1].errors
    assert two.plans.get().investment == 6 * WAN


def test_another_units_plans_are_not_filled_in(county, people, sign_in) -> None:
    year = timezone.localdate().year
    client = sign_in(people.other_officer)
    assert client.get(f"/projects/plans/{year}/?unit={people.officer.unit.pk}").status_code == 403
    assert client.get(f"/projects/plans/{year + 2}/").status_code == 404
