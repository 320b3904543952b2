"""Who gives an approval puts it on file: at his desk, where the county's file says so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.due import due_items
from core.refusals import NeedsReason, NotAllowed
from organization.changes import services as changes
from organization.people.models import Post, Role
from projects.approvals.services import draw_up_all
from projects.choices import Stage
from projects.models import Approval, Project
from projects.registry import services as registry
from projects.registry.permissions import authorities, can_record_approval
from tests.support.factories import NOW, make_project, unit_of, with_authority

pytestmark = [pytest.mark.requirement("P02"), pytest.mark.django_db]
ON = date(2026, 6, 1)


@pytest.fixture
def project(county, people) -> Project:
    return make_project(county, stage=Stage.PREWORK, planned_start=date(2026, 6, 5))


def record(project: Project, by: Any, kind: str = "site", **more: Any) -> Approval:
    return registry.record_approval(project, kind=kind, obtained_on=ON, by=by, now=NOW, **more)


@pytest.mark.parametrize(
    ("authority", "kind", "who"),
    [
        ({}, "site", {"office", "office_head", "officer", "unit_head"}),  # as the units do it
        ({"site": "zhujian"}, "site", {"office", "office_head", "approver"}),
        ({"site": "zhujian"}, "tender", {"office", "office_head", "officer", "unit_head"}),
        ({"site": "gongxin"}, "site", {"office", "office_head", "officer", "unit_head"}),  # nobody approves there
    ],
)
def test_who_puts_an_approval_on_file(county, people, project, authority, kind, who) -> None:
    if authority:
        with_authority(county, **authority)
    may = {name for name, person in people.all().items() if can_record_approval(person, project, kind)}
    assert may == who
    for name in people.all().keys() - who:
        with pytest.raises(NotAllowed):
            record(project, getattr(people, name), kind)


def test_who_may_not_reads_who_does(county, people, project) -> None:
    with_authority(county, site="zhujian")
    assert unit_of(county, "zhujian").short_name in can_record_approval(people.officer, project, "site").why


def test_without_a_holder_of_the_post_the_unit_gives_nothing_here(county, people) -> None:
    with_authority(county, site="zhujian", tender="zhujian")
    assert set(authorities(county)) == {"site", "tender"}
    Post.objects.filter(role=Role.APPROVER).update(holder=None)
    assert authorities(county) == {}


def test_a_unit_that_was_merged_gives_it_where_it_is_now(county, people) -> None:
    with_authority(county, site="zhujian")
    into = unit_of(county, "gongxin")
    changes.plan_change(
        unit_of(county, "zhujian"), kind="merge", into=into, on=ON, by=people.admin, now=NOW, reason="机构改革"
    )
    assert authorities(county) == {"site": into}


def test_the_office_says_why_it_does_it_instead(county, people, project) -> None:
    with_authority(county, site="zhujian")
    with pytest.raises(NeedsReason):
        record(project, people.office)
    made = record(project, people.office, reason="审批岗出差，按文件补录")
    assert made.history.latest().history_change_reason == "审批岗出差，按文件补录"
    corrected = record(project, people.approver, document_number="3号")
    assert corrected.pk == made.pk
    with pytest.raises(NotAllowed):
        registry.remove_approval(made, by=people.officer, now=NOW, reason="误")
    registry.remove_approval(made, by=people.approver, now=NOW, reason="误")


@pytest.mark.parametrize(("days", "due"), [(-10, True), (30, True), (31, False)])
def test_a_start_that_is_near_makes_it_due_to_the_approver_alone(county, people, days, due) -> None:
    with_authority(county, site="zhujian")
    start = timezone.localdate(NOW) + timedelta(days=days)
    make_project(county, stage=Stage.PREWORK, planned_start=start)
    make_project(county, name="开工了", stage=Stage.STARTED)
    draw_up_all(county, now=NOW)
    key = f"approvals:{unit_of(county, 'zhujian').pk}"

    def has(person: Any) -> bool:
        return key in {item.key for item in due_items(county, NOW, person=person)}

    assert {name for name, person in people.all().items() if has(person)} == ({"approver"} if due else set())
    if due:
        (item,) = (item for item in due_items(county, NOW) if item.key == key)
        assert (item.count, timezone.localdate(item.due_at)) == (1, start)


def test_the_approver_works_at_the_desk_and_on_the_page(county, people, project, sign_in) -> None:
    with_authority(county, site="zhujian")
    client = sign_in(people.approver)
    where = f"/projects/{project.pk}/approvals/?kind=site"
    form = client.get(where).content.decode()
    assert '<option value="site" selected>' in form
    assert '<option value="tender"' not in form, "only what the own unit gives"
    sent = {"kind": "site", "obtained_on": "2026-06-01", "document_number": "3号", "version": "0"}
    answer = client.post(f"{where}&desk=1", sent)
    assert answer["Location"] == "/projects/approvals/"
    assert Approval.objects.get(project=project, kind="site").document_number == "3号"
    assert client.get(f"/projects/{project.pk}/approvals/?kind=tender").status_code == 403
    client = sign_in(people.officer)
    assert client.get(where).status_code == 403
    shown = client.get(f"/projects/{project.pk}/").content.decode()
    assert "?kind=site" not in shown
    assert "?kind=filing" in shown
    assert "由县住建局办理并登记" in shown
