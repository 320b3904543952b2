"""The desk of an authority: its approvals of all projects, worked on in place; the rates that open."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.days.periods import Period
from core.due import due_items
from core.indicators import declared, totals
from core.lists.listing import Listing
from organization.people.models import Post, Role
from projects.approvals import figures
from projects.approvals import services as approvals
from projects.approvals.lists import ITEMS
from projects.approvals.models import ApprovalItem
from projects.choices import Stage
from projects.models import Approval, Project, ProjectMonth
from tests.support.factories import NOW, count, make_project, unit_of, with_authority

pytestmark = [pytest.mark.requirement("P04"), pytest.mark.django_db]
ON = timezone.localdate(NOW)
DESK = "/projects/approvals/"


@pytest.fixture
def projects(county, people) -> list[Project]:
    with_authority(county, site="zhujian", construction="zhujian", environment="gongxin")
    found = []
    for n, day in enumerate((date(2026, 6, 12), date(2026, 5, 1), date(2026, 9, 1))):
        one = make_project(
            county,
            name=f"厂{n}",
            stage=Stage.PREWORK,
            planned_start=day,
            investment_kind="enterprise",
            started_on=None,
        )
        one.approvals.all().delete()
        found.append(one)
    approvals.draw_up_all(county, now=NOW)
    return found


def rows_of(html: str) -> dict[str, str]:
    """The fields of the desk's form as a browser sends them."""
    found = dict(re.findall(r'<input[^>]*name="(i-[^"]+)"[^>]*value="([^"]*)"', html))
    for name, options in re.findall(r'<select[^>]*name="(i-[^"]+)"[^>]*>(.*?)</select>', html):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_the_desk_shows_own_kinds_of_all_projects_and_the_office_all(projects, people, sign_in) -> None:
    shown = sign_in(people.approver).get(DESK).content.decode()
    assert all(one.name in shown for one in projects)
    kinds = {item.kind for item in ApprovalItem.objects.filter(pk__in=re.findall(r'data-row="(\d+)"', shown))}
    assert kinds == {"site", "construction"}
    assert sign_in(people.office).get(f"{DESK}?kind=energy").content.decode().count("厂") >= 3
    assert sign_in(people.officer).get(DESK).status_code == 403


def test_rows_are_worked_on_without_javascript_and_what_is_refused_is_not_lost(projects, people, sign_in) -> None:
    client = sign_in(people.approver)
    typed = rows_of(client.get(DESK).content.decode())
    site, other = (ApprovalItem.objects.get(project=one, kind="site") for one in projects[:2])
    typed |= {f"i-{site.pk}-state": "obtained", f"i-{site.pk}-day": "2026-06-01", f"i-{site.pk}-text": "3号"}
    typed |= {f"i-{other.pk}-state": "refused"}  # without a reason
    answer = client.post(f"{DESK}work/", typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    again = rows_of(html)
    assert again[f"i-{other.pk}-state"] == "refused"
    assert f"i-{site.pk}-state" not in again
    assert Approval.objects.get(project=projects[0]).document_number == "3号"
    assert ApprovalItem.objects.filter(state="refused").count() == 0
    again[f"i-{other.pk}-text"] = "缺材料"
    assert client.post(f"{DESK}work/", again).status_code == 303
    assert ApprovalItem.objects.get(pk=other.pk).why == "缺材料"


def test_what_no_document_can_say_is_a_sentence_in_the_row(projects, people, sign_in) -> None:
    client = sign_in(people.approver)
    typed = rows_of(client.get(DESK).content.decode())
    pk = ApprovalItem.objects.get(project=projects[0], kind="site").pk
    for day, text, why in (("1999-12-31", "3号", "早于 2000 年"), ("2026-06-01", "号" * 101, "100")):
        more = {f"i-{pk}-state": "obtained", f"i-{pk}-day": day, f"i-{pk}-text": text}
        answer = client.post(f"{DESK}work/", typed | more)
        html = answer.content.decode()
        assert (answer.status_code, why in html, text in html) == (422, True, True)
    assert not Approval.objects.filter(project=projects[0], kind="site").exists()
    answer = client.post(f"{DESK}work/", typed | {**more, f"i-{pk}-day": "2000-01-01", f"i-{pk}-text": "号" * 100})
    assert answer.status_code == 303


def test_of_two_clerks_the_slower_one_reads_what_the_other_wrote(projects, people, sign_in) -> None:
    client = sign_in(people.approver)
    html = client.get(DESK).content.decode()
    one = ApprovalItem.objects.get(project=projects[0], kind="site")
    seen = {name: value for name, value in rows_of(html).items() if name.startswith(f"i-{one.pk}-")}
    approvals.set_item(one, state="refused", by=people.office, on=ON, now=NOW, reason="退件")

    def send(**more: Any) -> dict[str, Any]:
        body = seen | {f"i-{one.pk}-{name}": value for name, value in more.items()}
        answer = client.post(f"{DESK}work/", body, HTTP_ACCEPT="application/json")
        return dict(json.loads(answer.content)["rows"][str(one.pk)])

    found = send(state="tolerated", day="2099-06-30", text="缺图纸")
    assert not found["ok"]
    assert "退件" in found["said"]
    assert ApprovalItem.objects.get(pk=one.pk).state == "refused"
    found = send(state="tolerated", day="2099-06-30", text="缺图纸", version=str(found["version"]))
    assert found["ok"]
    assert ApprovalItem.objects.get(pk=one.pk).tolerated_until == date(2099, 6, 30)
    assert not send(state="obtained", day="", version=str(found["version"]))["ok"]
    energy = ApprovalItem.objects.get(project=projects[0], kind="energy")  # of another desk
    body = {f"i-{energy.pk}-state": "refused", f"i-{energy.pk}-version": "1", f"i-{energy.pk}-was": ""}
    answer = client.post(f"{DESK}work/", body, HTTP_ACCEPT="application/json")
    assert not json.loads(answer.content)["rows"][str(energy.pk)]["ok"]


def test_two_thousand_items_cost_no_more_queries_than_three(projects, people, sign_in) -> None:
    client = sign_in(people.approver)
    client.get(DESK)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(DESK).status_code == 200
        own = [one["sql"] for one in found if "approval" in one["sql"]]
        assert len(own) <= 10, own
        return len(found)

    few = queries()
    made = Project.objects.bulk_create(
        Project(county=projects[0].county, lead_unit=projects[0].lead_unit, name=f"批{n}", stage=Stage.PREWORK)
        for n in range(1000)
    )
    ApprovalItem.objects.bulk_create(
        ApprovalItem(project=one, kind=kind, track="file", needed_from=ON)
        for one in made
        for kind in ("site", "construction")
    )
    assert queries() <= few


def test_deadlines_and_ends_of_validity_are_due_to_whose_they_are(county, people, projects) -> None:
    unit, other = unit_of(county, "zhujian"), unit_of(county, "gongxin")
    ends = ON + timedelta(days=20)
    approvals.obtain(projects[2], kind="site", obtained_on=ON, valid_until=ends, by=people.approver, now=NOW)

    def keys(person: Any) -> dict[str, int]:
        found = due_items(county, NOW, person=person)
        return {item.key: item.count for item in found if item.kind.startswith("approval_")}

    document = projects[2].approvals.get()
    desk = {f"approvals:{unit.pk}": 2, f"approval_deadlines:{unit.pk}": 4}
    lead = {f"approval_ending:{document.pk}": 1}
    assert keys(people.approver) == desk
    assert keys(people.officer) == lead
    assert keys(None) == desk | lead
    assert other.pk


def test_rates_leave_out_what_is_not_needed_and_open(county, people, projects, sign_in) -> None:
    one, two, _three = projects
    for kind, day in (("filing", date(2026, 3, 1)), ("construction", date(2026, 4, 10))):
        Approval.objects.create(project=one, kind=kind, obtained_on=day)
    Project.objects.filter(pk=one.pk).update(completed_on=date(2026, 6, 9))
    site = two.approval_items.get(kind="site")
    approvals.set_item(site, state="not_needed", by=people.approver, on=ON, now=NOW, reason="不新增用地")
    joint = one.approval_items.get(kind="environment")
    approvals.change_item(joint, by=people.office, now=NOW, joint_on=ON)
    found = figures.rates(county, 2026)
    assert found.whole.quotient == (2, 3 * 8 - 1)
    assert {rate.label: tuple(rate.quotient) for rate in found.units} == {
        "住建局": (1, 5),
        "工信局": (0, 3),
    } or found.units
    assert found.projects == (0, 3)
    assert (found.days.whole.to_permit, found.days.whole.to_completion) == ([40], [100])
    assert found.joint.numerator == 1
    assert found.whole.share == Fraction(200, 23)
    client = sign_in(people.office)
    html = client.get(f"{DESK}rates/?year=2026").content.decode()
    for rate in (found.whole, *found.kinds, *found.units, *found.leads):
        assert f"?{rate.query}".replace("&", "&amp;") in html
        for query, many in (("needed", rate.quotient.denominator), ("obtained", rate.quotient.numerator)):
            asked = QueryDict(f"{rate.query}&state={query}")
            assert Listing(ITEMS, people.office, asked, now=NOW).count == many
    assert figures.rates(county, 2026, ["site"]).whole.quotient == (0, 2)
    # the same as an indicator, this month and one that is over
    count([*projects])
    for month, done in ((6, 2), (3, 1)):
        period = Period.month(2026, month)
        indicator = declared()["checklist_rate"]
        row = totals([indicator], ProjectMonth.objects.of(county, period).counted(), period, "county").get()
        assert row["checklist_rate_n"] == done
        assert row["checklist_rate_d"] == (23 if month == 6 else 24)
    assert declared()["joint_review_rate"].key


def test_the_guide_says_order_papers_days_and_who_gives_it(county, people, projects, sign_in) -> None:
    html = sign_in(people.reader).get(f"{DESK}guide/").content.decode()
    for said in (
        "file",
        "approve",
        "verify",
        unit_of(county, "zhujian").short_name,
        "建筑法第八条",
        "施工图审查合格书",
    ):
        assert said in html


def test_days_from_the_filing_by_unit_department_and_authority_the_quickest_first(county, projects, people) -> None:
    slow, quick, early = projects
    department = unit_of(county, "gongxin")
    Post.objects.create(unit=department, title="环评审批岗", role=Role.APPROVER, holder=people.approver)
    Project.objects.filter(pk__in=[slow.pk, quick.pk]).update(competent_unit=department)
    Project.objects.filter(pk=quick.pk).update(lead_unit=unit_of(county, "dongguan"), completed_on=date(2026, 6, 9))
    facts = (
        (slow, "filing", date(2026, 1, 1)), (slow, "construction", date(2026, 2, 10)),
        (quick, "filing", date(2026, 3, 1)), (quick, "construction", date(2026, 3, 21)),
        (quick, "environment", date(2026, 3, 4)),
        (early, "filing", date(2026, 3, 1)), (early, "construction", date(2026, 2, 1)),  # before the filing: in none
    )  # fmt: skip
    for project, kind, day in facts:
        Approval.objects.create(project=project, kind=kind, obtained_on=day)
    found = figures.rates(county, 2026).days
    assert found.whole.mean_to_permit == 30
    assert [one.to_permit for one in found.leads] == [[20], [40]]
    assert found.leads[0].mean_to_completion == 100
    assert [(one.label, one.mean_to_permit) for one in found.departments] == [(department.short_name, 30)]
    assert [(one.label, one.mean_to_permit, len(one.to_permit)) for one in found.givers] == [
        (department.short_name, 3, 1),
        (unit_of(county, "zhujian").short_name, 30, 2),
    ]
