"""The page of a project and its forms: what blocks it, where it is mended, and that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.choices import ApprovalKind, Stage, State
from projects.models import Approval, Project
from projects.registry import services as registry
from tests.support.factories import WAN, make_project, make_report, unit_of
from tests.support.shown import send

pytestmark = [pytest.mark.requirement("P01", "P02"), pytest.mark.django_db]


def html(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def url(name: str, project: Project, *args: object) -> str:
    return reverse(f"projects:{name}", args=[project.pk, *args])


@pytest.fixture
def project(county, people) -> Project:
    return make_project(county, stage=Stage.PREWORK, plan=1200 * WAN, sponsor="县领导01")


# the page -----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_blocks_it_and_where_that_is_mended(project, people, sign_in):
    page = html(sign_in(people.officer), url("page", project))
    assert "施工许可证没有取得" in page
    assert f"{url('approval', project)}?kind=construction" in page
    assert url("move", project, "started") in page
    assert "县领导01" in page


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("name", ["office", "officer", "leader", "statistics", "reader"])
def test_every_stage_has_a_page_for_everybody(county, people, sign_in, stage, name):
    page = html(sign_in(getattr(people, name)), url("page", make_project(county, stage=stage, plan=WAN)))
    assert page.count('aria-current="step"') == 1


@pytest.mark.requirement("P02")
def test_a_planned_project_with_an_approval_is_listed_and_offered_the_step(county, people, sign_in):
    project, other = make_project(county), make_project(county)
    Approval.objects.create(project=project, kind=ApprovalKind.FILING, obtained_on=date(2026, 1, 15))
    client = sign_in(people.officer)
    page = html(client, url("page", project))
    assert page.index('id="odd"') < page.index(url("move", project, "reserve"))
    assert 'id="odd"' not in html(client, url("page", other))
    listed = html(client, "/projects/?odd=approved")
    assert (url("page", project) in listed, url("page", other) in listed) == (True, False)
    assert "?odd=approved" in html(client, "/projects/")


@pytest.mark.parametrize("state", [State.SUSPENDED, State.WITHDRAWN, State.MERGED, State.SPLIT])
def test_what_is_not_pursued_says_so_and_why(county, people, sign_in, state):
    project = make_project(county, state=state, state_reason="资金链断裂")
    assert "资金链断裂" in html(sign_in(people.office), url("page", project))


def test_a_reader_is_offered_nothing_to_change(project, people, sign_in):
    page = html(sign_in(people.reader), url("page", project))
    for name in ("edit", "approval", "suspend", "withdraw", "back", "sponsors"):
        assert url(name, project) not in page


def test_an_exception_stays_visible(project, people, sign_in):
    client = sign_in(people.office)
    sent = {"on": "2026-05-01", "expect": "prework", "waive": ["construction"], "reason": "先开基础，随后补齐"}
    assert send(client, url("move", project, "started"), sent).status_code == 303
    page = html(client, url("page", project))
    assert "例外 1" in page
    assert "先开基础，随后补齐" in page


def test_another_units_project_is_not_found(project, people, sign_in):
    client = sign_in(people.other_officer)
    for name in ("page", "edit", "history", "approval", "suspend"):
        assert client.get(url(name, project)).status_code == 404


def test_a_project_with_sixty_reports_costs_no_more_queries_than_with_one(county, people, sign_in):
    project = make_project(county, stage=Stage.STARTED, plan=1200 * WAN, sponsor="县领导01")
    client = sign_in(people.office)
    make_report(project, "2026-05", works=WAN)
    html(client, url("page", project))

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            html(client, url("page", project))
        return len(found)

    few = count()
    for year in range(2021, 2026):
        for month in range(1, 13):
            make_report(project, f"{year}-{month:02}", works=WAN)
    for kind in (ApprovalKind.SITE, ApprovalKind.TENDER):
        Approval.objects.create(project=project, kind=kind, obtained_on=date(2026, 1, 1))
    assert count() == few <= 21


def test_the_four_figures_are_those_of_the_last_accepted_report(county, people, sign_in):
    project = make_project(county, stage=Stage.STARTED, plan=1200 * WAN)
    month = timezone.localdate().replace(day=1)
    make_report(project, f"{month.year}-01", works=345 * WAN, funds_ytd=678 * WAN)
    page = html(sign_in(people.office), url("page", project))
    for figure in ("345", "678", "未填"):
        assert figure in page


# forms --------------------------------------------------------------------------------------------------------------


def filled(client, address: str) -> dict[str, object]:
    """What the form at *address* would send as it stands."""
    form = client.get(address).context["form"]
    sent: dict[str, object] = {}
    for field in form:
        value = field.value()
        if isinstance(value, list):
            sent[field.html_name] = [getattr(item, "pk", item) for item in value]
        elif value not in (None, ""):
            sent[field.html_name] = field.field.widget.format_value(value)
            if isinstance(sent[field.html_name], list):
                sent[field.html_name] = value
    return sent


def test_an_officer_puts_a_project_on_file(county, people, sign_in):
    client = sign_in(people.officer)
    sent = {"name": "粮食烘干中心", "lead_unit": unit_of(county, "xicheng").pk, "total_investment": "1.2亿"}
    answer = client.post("/projects/new/", sent)
    project = Project.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, url("page", project))
    assert project.total_investment == 120_000_000


@pytest.mark.requirement("P01")
def test_what_seems_to_be_on_file_is_shown_beside_the_form_and_stored_with_a_reason_only(county, people, sign_in):
    kept = make_project(county, name="粮食烘干中心", code="2601-1")
    hidden = make_project(county, name="东关水厂", lead_unit="dongguan", code="2601-1", stage=Stage.RESERVE)
    client = sign_in(people.officer)
    unit = unit_of(county, "xicheng").pk
    sent = {"name": "粮食烘干中心", "lead_unit": unit, "code": "2601-1", "total_investment": "499.9"}
    assert 'name="reason"' not in html(client, "/projects/new/")
    answer = client.post("/projects/new/", sent)
    page = answer.content.decode()
    assert (answer.status_code, Project.objects.count()) == (422, 2)
    assert f'<a href="{url("page", kept)}">' in page
    assert url("page", hidden) not in page  # another unit's: named, with unit and stage, but no way there
    for words in ("东关水厂", "东关乡·储备", "西城镇·谋划", 'name="reason"'):
        assert words in page
    assert re.search(r'class="say amber".{0,200}500', page, re.DOTALL)  # too small for the registry
    seen = re.findall(r'name="seen" value="(\d+)"', page)
    again = sent | {"reason": "二期，另行备案", "seen": seen}
    assert client.post("/projects/new/", again).status_code == 303
    assert client.post("/projects/new/", again).status_code == 422  # pressed twice
    assert Project.objects.latest("pk").history.get().history_change_reason == "二期，另行备案"
    assert Project.objects.count() == 3


@pytest.mark.requirement("P01")
def test_an_edit_that_makes_a_second_of_one_project_shows_the_first(county, people, sign_in):
    kept, other = make_project(county, name="甲", code="2601-1"), make_project(county, name="乙", code="2601-2")
    client = sign_in(people.officer)
    sent = filled(client, url("edit", other)) | {"code": "2601-1"}
    answer = client.post(url("edit", other), sent)
    assert (answer.status_code, url("page", kept) in answer.content.decode()) == (422, True)
    assert client.post(url("edit", other), sent | {"reason": "同一打捆项目"}).status_code == 303


@pytest.mark.requirement("P01")
@pytest.mark.parametrize(("total", "says"), [(4_999_999, True), (5_000_000, False), (None, False)])
def test_the_form_says_that_a_project_is_too_small_for_the_registry(county, people, sign_in, total, says):
    client = sign_in(people.officer)
    form = client.get(url("edit", make_project(county, total_investment=total))).context["form"]
    assert form.below_floor == says


def test_what_was_typed_is_not_lost_and_the_error_stands_at_its_field(county, people, sign_in):
    client = sign_in(people.officer)
    sent = {"name": "长" * 300, "lead_unit": unit_of(county, "xicheng").pk, "total_investment": "很多", "site": "城东"}
    answer = client.post("/projects/new/", sent)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "total_investment"}
    page = answer.content.decode()
    for typed in ("长" * 300, "很多", "城东"):
        assert typed in page
    assert not Project.objects.exists()


def test_the_form_says_what_is_needed_now_and_at_the_next_stage(project, people, sign_in):
    page = html(sign_in(people.officer), url("edit", project))
    assert "本阶段必填" in page
    assert "开工前填" in page
    assert 'value="20,000"' in page  # in 万元


def test_a_form_sent_as_it_stands_changes_nothing(project, people, sign_in):
    client = sign_in(people.officer)
    registry.edit(
        project, by=people.officer, now=timezone.now(), cooperating_units=[unit_of(project.county, "gongxin")]
    )
    before = project.history.count()
    assert client.post(url("edit", project), filled(client, url("edit", project))).status_code == 303
    assert project.history.count() == before


def test_a_day_on_file_asks_for_its_reason_in_the_form(project, people, sign_in):
    client = sign_in(people.officer)
    sent = filled(client, url("edit", project)) | {"planned_start": "2026.9.1"}
    answer = client.post(url("edit", project), sent)
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert client.post(url("edit", project), sent | {"reason": "征迁推迟"}).status_code == 303
    project.refresh_from_db()
    assert project.planned_start == date(2026, 9, 1)


def test_what_the_stage_needs_is_not_emptied(project, people, sign_in):
    client = sign_in(people.officer)
    sent = filled(client, url("edit", project)) | {"planned_start": "", "reason": "不知道"}
    answer = client.post(url("edit", project), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["planned_start"])


def test_two_who_edit_at_once_see_each_other_and_lose_nothing(project, people, sign_in):
    client = sign_in(people.officer)
    sent = filled(client, url("edit", project)) | {"remark": "我写的备注"}
    registry.edit(project, by=people.office, now=timezone.now(), site="城北", total_investment=30_000 * WAN)
    answer = client.post(url("edit", project), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert people.office.name in page
    assert "20,000" in page
    assert "30,000" in page
    assert "我写的备注" in page
    again = filled_from(answer)
    assert client.post(url("edit", project), again).status_code == 303
    project.refresh_from_db()
    assert (project.site, project.total_investment, project.remark) == ("城北", 30_000 * WAN, "我写的备注")


def filled_from(answer) -> dict[str, object]:
    data = answer.context["form"].data
    return {key: data.getlist(key) if key == "cooperating_units" else data[key] for key in data}


@pytest.mark.requirement("P05")
def test_a_plan_is_set_by_month_and_changed_with_a_reason(project, people, sign_in):
    client = sign_in(people.officer)
    months = {f"m{month}": "100" for month in range(1, 13)}
    address = url("plan", project, 2026)
    assert send(client, address, {"investment": "1300", **months, "reason": "x"}).status_code == 422
    assert send(client, address, {"investment": "1,200", **months}).status_code == 303
    assert send(client, address, {"investment": "1000"}).status_code == 422
    assert send(client, address, {"investment": "1000", "reason": "资金未到位"}).status_code == 303
    plan = project.plans.get()
    assert (plan.investment, plan.months, plan.change_reason) == (1000 * WAN, [], "资金未到位")
    assert "资金未到位" in html(client, url("page", project))


def test_an_approval_is_registered_and_opens_the_gate(project, people, sign_in):
    client = sign_in(people.officer)
    sent = {"kind": "construction", "document_number": "施字1号", "obtained_on": "2026年5月1日"}
    assert send(client, url("approval", project), sent).status_code == 303
    page = html(client, url("page", project))
    assert "施字1号" in page
    assert "还差 1 项" in page
    assert "还缺：实质性开工时间" in page
    approval = project.approvals.get(kind="construction")
    assert send(client, url("approval_remove", project, approval.pk), {"reason": "登记有误"}).status_code == 303
    assert not project.approvals.filter(kind="construction").exists()


def test_the_office_sets_the_sponsors(project, people, sign_in):
    client = sign_in(people.office)
    form = client.get(url("sponsors", project)).context["form"]
    one, two = form.fields["first"].queryset
    send(client, url("sponsors", project), {"first": two.pk, "others": [one.pk]})
    assert [sponsor.post for sponsor in project.sponsors.all()] == [two, one]
    assert sign_in(people.officer).get(url("sponsors", project)).status_code == 403


# steps --------------------------------------------------------------------------------------------------------------


def test_a_step_that_is_blocked_shows_all_that_blocks_it(county, people, sign_in):
    project = make_project(county, total_investment=None)
    answer = send(sign_in(people.officer), url("move", project, "reserve"), {"on": "2026-05-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("总投资没有填", "还没有取得一项前期手续"):
        assert words in page
    project.refresh_from_db()
    assert project.stage == Stage.PLANNED


def test_a_step_from_an_old_page_is_told_so(project, people, sign_in):
    client = sign_in(people.office)
    answer = send(client, url("move", project, "started"), {"on": "2026-05-01", "expect": "reserve", "reason": "快"})
    assert answer.status_code == 409
    assert "快" in answer.content.decode()


def test_the_day_of_the_start_is_typed_once(project, people, sign_in):
    client = sign_in(people.officer)
    Approval.objects.create(project=project, kind=ApprovalKind.CONSTRUCTION, obtained_on=date(2026, 2, 1))
    send(client, url("move", project, "started"), {"on": "2026-05-06", "expect": "prework"})
    project.refresh_from_db()
    assert (project.stage, project.started_on) == (Stage.STARTED, date(2026, 5, 6))


@pytest.mark.parametrize(
    ("name", "sent", "state", "stage"),
    [
        ("suspend", {"reason": "资金不到位"}, State.SUSPENDED, Stage.PREWORK),
        ("withdraw", {"reason": "投资方退出"}, State.WITHDRAWN, Stage.PREWORK),
        ("back", {"to": "reserve", "reason": "误转"}, State.ACTIVE, Stage.RESERVE),
    ],
)
def test_steps_back_and_aside_need_a_reason(project, people, sign_in, name, sent, state, stage):
    client = sign_in(people.office)
    told = {"on": "2026-05-01", "expect": "prework"}
    assert send(client, url(name, project), {**told, **sent, "reason": ""}).status_code == 422
    assert send(client, url(name, project), {**told, **sent}).status_code == 303
    project.refresh_from_db()
    assert (project.state, project.stage) == (state, stage)


def test_a_suspended_project_is_taken_up_again(county, people, sign_in):
    project = make_project(county, state=State.SUSPENDED, state_reason="资金")
    assert send(sign_in(people.unit_head), url("resume", project), {"on": "2026-05-01"}).status_code == 303
    project.refresh_from_db()
    assert project.state == State.ACTIVE


@pytest.mark.parametrize("name", ["back", "withdraw", "suspend", "sponsors"])
def test_an_officer_gets_a_sentence_instead_of_the_offices_steps(project, people, sign_in, name):
    assert "指挥部办公室" in html(sign_in(people.officer), url(name, project), status=403)


def test_a_step_is_asked_in_a_dialog_or_on_its_own_page(project, people, sign_in):
    client = sign_in(people.office)
    part = client.get(url("suspend", project), headers={"HX-Request": "true"}).content.decode()
    whole = html(client, url("suspend", project))
    for text in (part, whole):
        assert 'name="reason"' in text
        assert "暂停这个项目？" in text
    assert "<html" not in part
    assert f'action="{url("suspend", project)}"' in part


def test_no_step_by_a_link(project, people, sign_in):
    client = sign_in(people.office)
    for name in ("suspend", "withdraw", "back", "resume"):
        client.get(url(name, project))
    project.refresh_from_db()
    assert (project.state, project.stage) == (State.ACTIVE, Stage.PREWORK)
