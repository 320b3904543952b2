"""A project's checklist: drawn up from its kind, worked on, argued, obtained in and out of order."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from outbox.models import Notice
from projects.approvals import pages
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem, Argument
from projects.choices import Stage
from projects.models import Approval, Project
from projects.page.pages import whole_history
from projects.registry import services as registry
from tests.support.factories import NOW, make_project, unit_of, with_authority

pytestmark = [pytest.mark.requirement("P04"), pytest.mark.django_db]
ON = timezone.localdate(NOW)
DAY = timedelta(days=1)


@pytest.fixture
def project(county, people) -> Project:
    with_authority(county, site="zhujian", construction="zhujian", works_planning="zhujian", environment="zhujian")
    found = make_project(
        county, stage=Stage.PREWORK, planned_start=date(2026, 9, 1), investment_kind="enterprise", started_on=None
    )
    found.approvals.all().delete()
    approvals.draw_up_all(county, now=NOW)
    return found


def item(project: Project, kind: str = "site") -> ApprovalItem:
    return project.approval_items.get(kind=kind)


def state_of(project: Project, kind: str, user: Any, on: date = ON) -> str:
    found = pages.checklist(user, project, on)
    return next(line.state for line in (*found.needed, *found.left_out) if line.item.kind == kind)


def set_(one: ApprovalItem, state: str, by: Any, **more: Any) -> ApprovalItem:
    facts: dict[str, Any] = {"on": ON, "now": NOW, "reason": "依据文件"} | more
    return approvals.set_item(one, state=state, by=by, **facts)


def test_the_heartbeat_draws_up_what_the_kind_of_project_needs_once(county, people, project) -> None:
    make_project(county, name="谋划", stage=Stage.PLANNED)
    public = make_project(county, name="公", stage=Stage.RESERVE, investment_kind="government")
    assert approvals.draw_up_all(county, now=NOW) == 1
    assert approvals.draw_up_all(county, now=NOW) == 0
    kinds = {one.name: set(one.approval_items.values_list("kind", flat=True)) for one in Project.objects.all()}
    assert "proposal" in kinds["公"]
    assert "proposal" not in kinds[project.name]
    assert "construction" in kinds[project.name]
    assert not kinds["谋划"]
    assert set(public.approval_items.values_list("track", flat=True)) == {"approve"}
    assert item(project).deadline == project.planned_start


def test_what_is_on_file_today_stands_there_as_obtained(county, people) -> None:
    old = make_project(county, stage=Stage.PREWORK, investment_kind="enterprise")
    Approval.objects.get_or_create(project=old, kind="filing", defaults={"obtained_on": ON})
    Approval.objects.get_or_create(project=old, kind="proposal", defaults={"obtained_on": ON})  # not on its track
    approvals.draw_up_all(county, now=NOW)
    found = pages.checklist(people.office, old, ON)
    assert [line.item.kind for line in found.needed if line.state == "obtained"] == ["filing"]
    assert [one.kind for _name, one in found.beside] == ["proposal"]
    assert old.approval_kinds == {"filing", "proposal"}


def test_the_county_s_day_is_the_deadline_where_it_comes_first(county, people) -> None:
    from projects.rules import ApprovalRules

    for start, day in ((date(2026, 9, 1), date(2026, 5, 31)), (date(2026, 3, 1), date(2026, 3, 1)), (None, None)):
        assert approvals.deadline(Project(planned_start=start), ApprovalRules(obtain_by="05-31")) == day


@pytest.mark.parametrize(
    ("state", "more", "refused"),
    [
        ("not_needed", {}, None),
        ("not_needed", {"reason": " "}, NeedsReason),
        ("merged", {"into": "filing"}, None),
        ("merged", {"into": "site"}, Wrong),  # into itself
        ("merged", {"into": "nonsense"}, Wrong),
        ("tolerated", {"until": ON + DAY}, None),
        ("tolerated", {}, Wrong),
        ("tolerated", {"until": ON - DAY}, Wrong),
        ("refused", {}, None),
        ("resubmitted", {}, Wrong),  # it wasn't refused
        ("argued", {}, Wrong),  # by a round only
        ("obtained", {}, Wrong),
        ("not_needed", {"on": ON + DAY}, Wrong),
        ("refused", {"version": 99}, Stale),
    ],
)
def test_how_an_item_stands_is_said_with_what_it_needs(people, project, state, more, refused) -> None:
    if refused:
        with pytest.raises(refused):
            set_(item(project), state, people.approver, **more)
        assert item(project).state == "open"
    else:
        made = set_(item(project), state, people.approver, **more)
        assert (made.state, made.why, made.version) == (state, "依据文件", 2)
        assert state_of(project, "site", people.office) == state
        assert (made.left_out_on is not None) == (state in ("not_needed", "merged"))
        again = set_(made, "open", people.approver, reason="")
        assert (again.state, again.why, again.tolerated_until, again.left_out_on) == ("open", "", None, None)


@pytest.mark.parametrize(
    ("state", "who"),
    [
        ("not_needed", {"approver", "office", "office_head"}),
        ("refused", {"approver", "office", "office_head"}),
        ("open", {"approver", "office", "office_head", "officer", "unit_head"}),
    ],
)
def test_who_says_how_an_item_stands(people, project, state, who) -> None:
    def may(person: Any) -> bool:
        try:
            set_(item(project), state, person)
        except NotAllowed:
            return False
        item(project).delete()
        approvals.add_item(project, kind="site", by=people.office, now=NOW, reason="重列")
        return True

    assert {name for name, person in people.all().items() if may(person)} == who


def test_a_refusal_is_told_and_submitted_again(people, project) -> None:
    refused = set_(item(project), "refused", people.approver, reason="缺勘测定界图")
    notice = Notice.objects.get(kind="approval_item_refused", person=people.officer)
    assert "缺勘测定界图" in notice.body
    assert set_(refused, "resubmitted", people.officer, reason="").state == "resubmitted"


def test_it_is_argued_in_rounds_until_it_passes(people, project) -> None:
    one, told = item(project, "energy"), {"by": people.officer, "now": NOW}
    approvals.argue(one, level="province", on=ON - 9 * DAY, **told)
    with pytest.raises(NotAllowed):  # one at a time
        approvals.argue(item(project, "energy"), level="province", on=ON, **told)
    with pytest.raises(Wrong):  # what didn't pass says what has to become better
        approvals.answer_argument(one, passed=False, feedback="", on=ON - 8 * DAY, **told)
    approvals.answer_argument(one, passed=False, feedback="补充能耗替代方案", on=ON - 8 * DAY, **told)
    assert (item(project, "energy").state, item(project, "energy").why) == ("refused", "补充能耗替代方案")
    with pytest.raises(Wrong):  # before the answer to the last one
        approvals.argue(item(project, "energy"), level="province", on=ON - 9 * DAY, **told)
    approvals.argue(item(project, "energy"), level="province", on=ON - 2 * DAY, **told)
    approvals.answer_argument(item(project, "energy"), passed=True, feedback="", on=ON, **told)
    assert list(Argument.objects.values_list("number", "passed")) == [(1, False), (2, True)]
    assert item(project, "energy").state == "open"
    said = [line.text for line in whole_history(project)]
    assert sum("第 1 轮" in text or "round 1" in text for text in said) == 2


def obtain(project: Project, kind: str, by: Any, **more: Any) -> tuple[Approval, list[str]]:
    return approvals.obtain(project, kind=kind, obtained_on=ON, by=by, now=NOW, **more)


def test_out_of_order_is_said_and_against_the_law_it_wants_a_reason(people, project) -> None:
    obtain(project, "filing", people.officer)
    assert obtain(project, "environment", people.approver)[1] == []
    assert obtain(project, "tender", people.officer)[1] == []
    set_(item(project, "energy"), "not_needed", people.office)
    made, waits = obtain(project, "works_planning", people.approver)
    assert waits == ["land_planning"]  # usual order: said, not refused
    made.delete()
    with pytest.raises(NeedsReason) as refused:
        obtain(project, "construction", people.approver)
    assert "八条" in refused.value.why or "article 8" in refused.value.why
    made, waits = obtain(project, "construction", people.approver, reason="先行开工试点，政府常务会议同意")
    assert waits == ["works_planning"]
    assert item(project, "construction").why.startswith("先行开工")
    assert made.valid_until == date(2026, 9, 10)  # three months, by the catalogue
    assert not item(project).version > 1


def test_an_obtained_item_keeps_nothing_of_what_stood_in_its_way(people, project) -> None:
    refused = set_(item(project), "refused", people.approver)
    with pytest.raises(Stale):
        obtain(project, "site", people.approver, seen=refused.version - 1)
    obtain(project, "site", people.approver, seen=refused.version)
    assert (item(project).state, item(project).why) == ("open", "")
    with pytest.raises(NotAllowed):  # the document is taken off first
        set_(item(project), "refused", people.approver)
    registry.remove_approval(project.approvals.get(), by=people.approver, now=NOW, reason="误")
    assert state_of(project, "site", people.office) == "open"


def test_validity_ends_unless_works_begin_and_each_warning_comes_once(county, people, project) -> None:
    made, _waits = obtain(project, "site", people.approver, valid_until=ON + 100 * DAY)
    marks = (90, 30, 7)

    def tick(days: int) -> int:
        return approvals.warn(county, marks, now=NOW + timedelta(days=days))

    assert [tick(n) for n in (0, 9, 10, 11, 40, 70, 70, 92, 93, 99, 100, 101)] == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert Notice.objects.filter(kind="approval_ending", person=people.officer).count() == 3
    assert state_of(project, "site", people.office, ON + 100 * DAY) == "obtained"
    assert state_of(project, "site", people.office, ON + 101 * DAY) == "expired"
    obtain(project, "site", people.approver, valid_until=ON + 160 * DAY, document_number="续 1 号")
    assert tick(100) == 1  # a new end has warnings of its own
    project.stage = Stage.STARTED
    project.save()
    assert approvals.warn(county, marks, now=NOW + timedelta(days=159)) == 0
    assert made.pk


def test_a_deadline_on_file_changes_with_a_reason_and_equal_facts_write_nothing(people, project) -> None:
    one, told = item(project), {"by": people.officer, "now": NOW}
    with pytest.raises(NeedsReason):
        approvals.change_item(one, deadline=date(2026, 8, 1), **told)
    changed = approvals.change_item(one, deadline=date(2026, 8, 1), reason="开工提前", handler="审批岗", **told)
    assert approvals.change_item(changed, handler="审批岗", **told).version == 2
    with pytest.raises(Refused):
        approvals.change_item(changed, handler="乙", version=1, **told)
    with pytest.raises(NotAllowed):
        approvals.change_item(changed, handler="乙", by=people.reader, now=NOW)


def test_the_page_of_an_item_takes_what_is_typed_and_leaving_out_can_be_taken_back(people, project, sign_in) -> None:
    client, one = sign_in(people.approver), item(project)
    shown = client.get(f"/projects/{project.pk}/checklist/").content.decode()
    assert f"/projects/approvals/item/{one.pk}/" in shown
    where = f"/projects/approvals/item/{one.pk}/"
    assert client.get(where).status_code == 200
    typed = {"version": "1", "state-state": "not_needed", "state-on": "2026-06-10", "state-reason": ""}
    answer = client.post(f"{where}state/", typed)
    assert answer.status_code == 422
    answer = client.post(f"{where}state/", typed | {"state-reason": "不新增用地", "version": "7"})
    assert answer.status_code == 409
    assert "不新增用地" in answer.content.decode()
    assert client.post(f"{where}state/", typed | {"state-reason": "不新增用地"}).status_code == 303
    assert "不新增用地" in client.get(f"/projects/{project.pk}/checklist/").content.decode()
    assert item(project).state == "not_needed"
    client.post(f"/undo/approval_item_left_out/{one.pk}/", {"version": "2"})
    assert item(project).state == "open"
    facts = {"version": "3", "facts-handler": "审批岗", "facts-level": "city", "facts-deadline": "2026-09-01"}
    assert client.post(f"{where}facts/", facts).status_code == 303
    assert (item(project).handler, item(project).level) == ("审批岗", "city")
    assert unit_of(project.county, "zhujian").short_name in shown


def test_a_county_adds_an_approval_of_its_own_and_it_goes_all_the_way(county, people, sign_in) -> None:
    flood = {"code": "flood", "label": "洪水影响评价审批", "after": ["filing"], "level": "city", "tracks": ["file"]}
    with_authority(county, flood="zhujian")
    profile = CountyProfile.objects.get(county=county)
    profile.data["approvals"]["added"] = [flood]
    profile.digest = digest(profile.data)
    profile.save()
    project = make_project(county, stage="prework", investment_kind="enterprise", planned_start=date(2026, 7, 1))
    approvals.draw_up(project, by=people.office, now=NOW)
    made = item(project, "flood")
    assert (made.level, made.track) == ("city", "file")
    client = sign_in(people.approver)
    assert "洪水影响评价审批" in client.get("/projects/approvals/").content.decode()
    address = f"{reverse('projects:approval', args=[project.pk])}?kind=flood"
    version = re.findall(r'name="version" value="(\d+)"', client.get(address).content.decode())[0]
    typed = {"version": version, "kind": "flood", "obtained_on": "2026-06-01", "document_number": "水1号"}
    assert client.post(address, typed).status_code == 303
    client = sign_in(people.office)
    for page in (f"{project.pk}/", f"{project.pk}/checklist/", f"{project.pk}/history/", "approvals/rates/?year=2026"):
        assert "洪水影响评价审批" in client.get(f"/projects/{page}").content.decode(), page
    document = Approval.objects.get(project=project, kind="flood")
    assert (document.called, document.document_number) == ("洪水影响评价审批", "水1号")
    registry.remove_approval(document, by=people.office, now=NOW, reason="重复")
