"""The pages of rounds, problems, notices and jobs: who gets in, what they say, and that plain forms do the work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.days.workdays import add_workdays
from core.due import due_items
from dispatch.models import Problem, Round, RoundRow
from dispatch.problems import permissions
from dispatch.problems import services as problems
from jobs import services as jobs
from jobs.models import JobRun
from outbox import services as notices
from outbox.digest import deliver
from outbox.models import Delivery, Notice
from projects.choices import Stage
from tests.support.factories import make_project, unit_of
from tests.support.times import at


@pytest.fixture
def project(county):
    return make_project(county, name="粮库扩建", stage=Stage.STARTED, created_at=at("2026-01-01 09:00"))


@pytest.fixture
def problem(project, people, county):
    now = timezone.now()
    return problems.raise_problem(
        project,
        title="用地没有批下来",
        detail="卡在第二批次",
        category="land",
        owner_unit=unit_of(county, "zhujian"),
        by=people.officer,
        on=timezone.localdate(now),
        now=now,
    )


@pytest.fixture
def week(county, project):
    now = timezone.now()
    opened = Round.objects.create(
        county=county, kind="weekly", period="2026-W23", opened_at=now, due_at=now + timedelta(days=2)
    )
    RoundRow.objects.create(round=opened, unit=project.lead_unit, project=project)
    return opened


@pytest.fixture
def month(county, project):
    now = timezone.now()
    opened = Round.objects.create(
        county=county, kind="monthly", period="2026-05", opened_at=now, due_at=now - timedelta(days=1)
    )
    RoundRow.objects.create(round=opened, unit=project.lead_unit, project=project)
    return opened


# rights ---------------------------------------------------------------------------------------------------------


def test_a_problem_is_there_for_those_whom_it_concerns_and_nobody_else(sign_in, people, problem):
    url = reverse("dispatch:problem", args=[problem.pk])
    for name in ("officer", "unit_head", "office", "leader", "approver", "finance"):
        assert sign_in(getattr(people, name)).get(url).status_code == 200, name
    assert sign_in(people.other_officer).get(url).status_code == 404


def test_who_may_not_is_told_why(sign_in, people, problem):
    url = reverse("dispatch:problem_act", args=[problem.pk, "close"])
    answer = sign_in(people.approver).post(url, {"close-note": "好了"})
    assert answer.status_code == 403
    assert permissions.can_close(people.approver, problem).why in answer.content.decode()
    problem.refresh_from_db()
    assert problem.status == "open"


@pytest.mark.parametrize(("name", "args"), [("jobs:page", []), ("outbox:list", [])])
def test_jobs_and_outbox_are_for_the_office_and_administrators(sign_in, people, name, args):
    may = {
        who for who, person in people.all().items() if sign_in(person).get(reverse(name, args=args)).status_code == 200
    }
    assert may == {"office", "office_head", "admin"}


def test_jobs_that_never_ran_are_not_said_to_run(sign_in, people):
    text = sign_in(people.office).get(reverse("jobs:page")).content.decode()
    assert "自动任务还没有运行过" in text
    JobRun.objects.create(job="bulletin_pdf", status="done", created_at=timezone.now())
    text = sign_in(people.office).get(reverse("jobs:page")).content.decode()
    assert "通报的 PDF" in text
    assert "bulletin_pdf" not in text


def test_a_notice_is_its_persons_alone(sign_in, people):
    notices.notify(people.officer, kind="x", key="k", subject="事由", link="/dispatch/problems/", now=timezone.now())
    url = reverse("outbox:notice", args=[Notice.objects.get().pk])
    assert sign_in(people.office).get(url).status_code == 404
    assert Notice.objects.get().read_at is None
    assert sign_in(people.officer).get(url)["Location"] == "/dispatch/problems/"
    assert Notice.objects.get().read_at is not None


def test_only_the_unit_or_the_office_fills_in_a_week(sign_in, people, week):
    url = reverse("dispatch:week", args=[week.period])
    may = {who for who, person in people.all().items() if sign_in(person).get(url).status_code == 200}
    assert may == {"officer", "unit_head", "office", "office_head"}


def test_only_the_office_closes_a_week(sign_in, people, week):
    url = reverse("dispatch:round_close", args=[week.pk])
    assert sign_in(people.officer).post(url).status_code == 403
    assert sign_in(people.office).post(url).status_code == 303
    week.refresh_from_db()
    assert week.closed_at


def test_another_countys_things_are_not_there(sign_in, people, week, month, problem):
    from tests.support.people import make_county, make_people

    stranger = make_people(make_county("linxian", "邻县"), "l_").office
    client = sign_in(stranger)
    for url in (
        reverse("dispatch:round", args=[month.pk]),
        reverse("dispatch:week", args=[week.period]),
        reverse("dispatch:problem", args=[problem.pk]),
        reverse("dispatch:project_problems", args=[problem.project_id]),
    ):
        assert client.get(url).status_code == 404, url


# the line -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D06")
def test_a_problem_goes_from_raised_to_closed_by_plain_forms(sign_in, people, project, county):
    form = {
        "project": project.pk,
        "title": "临时用电没有接通",
        "detail": "请供电公司增容",
        "category": "utilities",
        "owner_unit": unit_of(county, "zhujian").pk,
    }
    answer = sign_in(people.officer).post(reverse("dispatch:problem_new"), form)
    problem = Problem.objects.get()
    assert answer["Location"] == reverse("dispatch:problem", args=[problem.pk])

    def act(person, action, **data):
        data = {f"{action}-{name}": value for name, value in data.items()}
        problem.refresh_from_db()
        url = reverse("dispatch:problem_act", args=[problem.pk, action])
        return sign_in(person).post(url, {**data, "version": problem.version})

    assert act(people.approver, "answer", result="").status_code == 422
    assert act(people.approver, "answer", result="已送电").status_code == 303
    assert act(people.officer, "reject", reason="只有 100 千伏安").status_code == 303
    assert act(people.approver, "answer", result="增到 400 千伏安").status_code == 303
    assert act(people.officer, "close").status_code == 303
    problem.refresh_from_db()
    assert problem.status == "closed"
    page = sign_in(people.officer).get(reverse("dispatch:problem", args=[problem.pk])).content.decode()
    for said in ("已送电", "只有 100 千伏安", "增到 400 千伏安"):
        assert said in page


def test_a_form_without_what_is_needed_says_so_and_keeps_what_was_typed(sign_in, people, project):
    answer = sign_in(people.officer).post(
        reverse("dispatch:problem_new"),
        {"project": project.pk, "title": "", "detail": "很长的说明", "category": "land"},
    )
    assert answer.status_code == 422
    assert "很长的说明" in answer.content.decode()


def test_an_old_page_changes_nothing(sign_in, people, problem):
    url = reverse("dispatch:problem_act", args=[problem.pk, "answer"])
    old = problem.version
    sign_in(people.office).post(
        reverse("dispatch:problem_act", args=[problem.pk, "assign"]),
        {"assign-owner_unit": unit_of(problem.county, "gongxin").pk, "version": old},
    )
    answer = sign_in(people.office).post(url, {"answer-result": "办结", "version": old})
    assert answer.status_code == 409
    assert "办结" in answer.content.decode()


def test_the_board_has_a_lane_for_each_rung_and_the_list_keeps_its_filter(sign_in, people, problem):
    client = sign_in(people.office)
    page = client.get(reverse("dispatch:problems")).content.decode()
    assert page.count('class="lane"') == 3
    assert "用地没有批下来" in page
    found = client.get(reverse("dispatch:problem_list"), {"category": "money"}).content.decode()
    assert "用地没有批下来" not in found
    found = client.get(reverse("dispatch:problem_list"), {"q": "粮库"}).content.decode()
    assert "用地没有批下来" in found


def test_the_board_asks_as_many_questions_for_40_problems_as_for_4(
    sign_in, people, project, django_assert_max_num_queries
):
    now = timezone.now()

    def more(n):
        for _one in range(n):
            problems.raise_problem(project, title="征迁", by=people.officer, on=timezone.localdate(now), now=now)

    more(4)
    client = sign_in(people.office)
    client.get(reverse("dispatch:problems"))
    with django_assert_max_num_queries(34) as few:
        client.get(reverse("dispatch:problems"))
    more(36)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("dispatch:problems"))


def test_a_projects_page_gets_its_problems_as_a_part(sign_in, people, problem):
    client, url = sign_in(people.officer), reverse("dispatch:project_problems", args=[problem.project_id])
    text = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "用地没有批下来" in text
    assert "<html" not in text
    assert "<html" in client.get(url).content.decode(), "without a script it is a page of its own"
    assert f"{reverse('dispatch:problem_new')}?project={problem.project_id}" in text


@pytest.mark.requirement("D03")
def test_a_week_is_filled_in_by_one_plain_form(sign_in, people, week, project):
    row = week.rows.get()
    url = reverse("dispatch:week", args=[week.period])
    client = sign_in(people.officer)
    answer = client.post(url, {f"note_{row.pk}": "", f"problem_{row.pk}": "缺水泥"})
    assert answer.status_code == 422
    assert "缺水泥" in answer.content.decode()
    sent = {f"note_{row.pk}": "主体封顶", f"problem_{row.pk}": "缺水泥", f"version_{row.pk}": row.version}
    assert client.post(url, sent).status_code == 303
    row.refresh_from_db()
    assert (row.note, row.problem, row.submitted_by) == ("主体封顶", "缺水泥", people.officer)
    assert not week.rows.missing().exists()
    assert "主体封顶" in client.get(url).content.decode()


@pytest.mark.parametrize("which", ["all", "row"])
def test_last_weeks_words_are_taken_over_to_be_looked_at_and_stored_only_when_handed_in(
    sign_in, people, county, week, project, which
):
    before = Round.objects.create(
        county=county, kind="weekly", period="2026-W22", opened_at=week.opened_at - timedelta(days=7),
        due_at=week.due_at - timedelta(days=7),
    )  # fmt: skip
    RoundRow.objects.create(round=before, unit=project.lead_unit, project=project, note="浇筑二层")
    row, url = week.rows.get(), reverse("dispatch:week", args=[week.period])
    officer = sign_in(people.officer)
    assert "照上周" in officer.get(url).content.decode()
    sent = {f"note_{row.pk}": "", f"problem_{row.pk}": "缺钢筋", f"version_{row.pk}": row.version}
    answer = officer.post(url, sent | {"same": "all" if which == "all" else str(row.pk)})
    page = answer.content.decode()
    assert (answer.status_code, ">浇筑二层</textarea>" in page, ">缺钢筋</textarea>" in page) == (200, True, True)
    assert "还没有上报" in page
    row.refresh_from_db()
    assert row.note == ""
    kept = officer.post(url, sent | {f"note_{row.pk}": "三层", "same": "all"}).content.decode()
    assert ">三层</textarea>" in kept  # what is written stays
    assert "上周没有可照抄的内容" in kept


def test_a_closed_week_takes_nothing(sign_in, people, week):
    row = week.rows.get()
    week.closed_at = timezone.now()
    week.save()
    sign_in(people.officer).post(reverse("dispatch:week", args=[week.period]), {f"note_{row.pk}": "晚了"})
    row.refresh_from_db()
    assert row.note == ""


def test_the_round_says_who_has_not_reported(sign_in, people, month):
    page = sign_in(people.office).get(reverse("dispatch:round", args=[month.pk])).content.decode()
    assert "粮库扩建" in page
    assert "西城镇" in page
    assert sign_in(people.office).get(reverse("dispatch:rounds")).status_code == 200


def test_each_count_of_a_round_opens_the_units_projects(sign_in, people, month, project):
    """On the page, and as a sheet where a phone asks; from the review by the month, too."""
    unit, asks = project.lead_unit_id, {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "over"}
    page, office = reverse("dispatch:round", args=[month.pk]), sign_in(people.office)
    assert office.get(page).content.decode().count(f'href="?unit={unit}#of" data-sheet') == 2  # nobody was late
    assert 'id="of"' in office.get(f"{page}?unit={unit}").content.decode()
    of_month = reverse("dispatch:round_of_month", args=[month.period])
    for where in (page, of_month):
        sheet = office.get(f"{where}?unit={unit}", follow=True, **asks).content.decode()
        assert 'id="over-t"' in sheet
        assert "粮库扩建" in sheet
        assert "<html" not in sheet
    assert "粮库扩建" not in office.get(f"{page}?unit=999999", **asks).content.decode()


def test_the_jobs_page_says_what_ran_and_what_waits(sign_in, people, problem, project):
    with jobs.job("tick", now=timezone.now() - timedelta(hours=3)) as run:
        run.result = {"opened": 2}
    Problem.objects.filter(pk=problem.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    page = sign_in(people.office).get(reverse("jobs:page")).content.decode()
    assert "light red" in page, "nothing for three hours"
    assert "用地没有批下来" in page
    client = sign_in(people.office)
    deliver(now=at("2027-01-05 09:00"))
    delivery = Delivery.objects.filter(status="sent").first()
    assert client.post(reverse("outbox:again", args=[delivery.pk])).status_code == 303
    delivery.refresh_from_db()
    assert delivery.status == "waiting"
    assert client.get(reverse("outbox:list")).status_code == 200


def test_notices_are_read_by_looking_or_all_at_once(sign_in, people):
    for n in range(3):
        notices.notify(people.officer, kind="x", key=f"k{n}", subject=f"事由{n}", now=timezone.now())
    client = sign_in(people.officer)
    assert "事由2" in client.get(reverse("outbox:notices")).content.decode()
    assert client.post(reverse("outbox:read")).status_code == 303
    assert not Notice.objects.filter(read_at=None).exists()


# due ------------------------------------------------------------------------------------------------------------


def test_each_has_on_the_list_what_is_theirs_to_do(people, county, problem, week):
    now = timezone.now()

    def kinds(person):
        return {item.kind for item in due_items(county, now, person=person)} - {"report_fill"}

    assert kinds(people.officer) == {"week_fill"}
    assert kinds(people.approver) == {"problem_answer"}
    problems.answer(problem, result="批了", by=people.approver, on=timezone.localdate(now), now=now)
    assert kinds(people.officer) == {"week_fill", "problem_confirm"}
    assert kinds(people.approver) == set()
    assert {"week_fill", "problem_confirm"} <= {item.kind for item in due_items(county, now)}


def test_a_leader_has_on_the_list_what_climbed_to_the_leaders_level(sign_in, people, county, problem):
    now = timezone.now()
    Problem.objects.filter(pk=problem.pk).update(level=2, due_on=add_workdays(date.today(), 3))
    assert [item.kind for item in due_items(county, now, person=people.leader)] == ["problem_level"]
    ledger = f"{reverse('dispatch:problem_list')}?decides=me"  # what the figure of that to-do opens
    assert problem.title in sign_in(people.leader).get(ledger).content.decode()
    assert problem.title not in sign_in(people.officer).get(ledger).content.decode()
