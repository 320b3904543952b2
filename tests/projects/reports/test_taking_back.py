"""A submitted report is its unit's again while nobody has acted on it: nothing of the submission is left."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.forms import model_to_dict
from hypothesis import given
from hypothesis import strategies as st

from core.days.periods import Period
from core.refusals import NotAllowed
from dispatch.models import Problem, Round, RoundRow
from dispatch.problems import services as problems
from dispatch.rounds import services as rounds
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport, ProjectMonth
from projects.page.history import of_reports
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.reports.history import changes_of
from projects.reports.services import Locked
from tests.support.factories import NOW, WAN, make_project, make_report

pytestmark = pytest.mark.django_db
MAY = Period.month(2026, 5)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def project(county, people):
    return make_project(county, stage=Stage.STARTED, plan=10_000 * WAN, sponsor="县领导01")


@pytest.fixture
def draft(project, people) -> MonthlyReport:
    return reports.save(project, MAY, by=people.officer, now=NOW, works=500 * WAN, progress="主体施工")


@pytest.fixture
def sent(draft, people) -> MonthlyReport:
    assert reports.submit([draft], by=people.officer, now=NOW).sent
    draft.refresh_from_db()
    return draft


def as_typed(do: str) -> dict[str, str]:
    """What the grid's form sends of all reports on file."""
    sent = {"do": do}
    for one in MonthlyReport.objects.all():
        own = f"r-{one.project_id}"
        sent |= {f"{own}-version": str(one.version), f"{own}-works": str(one.works // WAN)}
        sent |= {f"{own}-progress": one.progress}
    return sent


def everything(project) -> list:
    rows = [model_to_dict(one) for one in MonthlyReport.objects.filter(project=project).order_by("month")]
    return rows + list(ProjectMonth.objects.filter(project=project).order_by("month").values())


@given(works=st.lists(st.integers(0, 10**10), min_size=1, max_size=5), which=st.integers(0, 4))
def test_taken_back_every_figure_is_as_before(county, people, works, which):
    project = make_project(county, stage=Stage.STARTED, plan=10_000 * WAN)
    told = {"by": people.officer, "now": NOW}
    made = [
        reports.save(project, Period.month(2026, 1 + n), works=figure, progress="主体施工", explanation="补报", **told)
        for n, figure in enumerate(works)
    ]
    chosen, before = made[which % len(made)], everything(project)
    assert reports.submit([chosen], **told).sent
    assert everything(project) != before
    reports.take_back(chosen, **told)
    assert everything(project) == before


def test_one_that_had_come_back_is_again_what_came_back(sent, people):
    reports.give_back(sent, by=people.office, now=NOW, reason="写清楚")
    before = model_to_dict(MonthlyReport.objects.get())
    reports.submit([sent], by=people.officer, now=LATER)
    reports.take_back(sent, by=people.officer, now=LATER)
    assert model_to_dict(MonthlyReport.objects.get()) == before
    assert changes_of(sent)[0].sentences == ["责任单位已撤回"]


ACTED = {
    "approved": lambda report, people: reports.approve(report, by=people.leader, now=NOW),
    "accepted": lambda report, people: reports.accept(report, by=people.office, now=NOW, reason="会议急用"),
    "given back": lambda report, people: reports.give_back(report, by=people.office, now=NOW, reason="写清楚"),
    "closed": lambda report, people: close_month(report.project.county, MAY, by=people.office, now=NOW),
}


@pytest.mark.parametrize("act", ACTED)
def test_what_somebody_acted_on_stays(sent, people, act):
    ACTED[act](sent, people)
    before = MonthlyReport.objects.get().status
    with pytest.raises(Locked):
        reports.take_back(sent, by=people.officer, now=LATER)
    assert MonthlyReport.objects.get().status == before


def test_the_unit_takes_it_back_and_who_sent_it_for_the_unit(sent, draft, people):
    for who in (people.office, people.leader, people.other_officer):
        with pytest.raises(NotAllowed):
            reports.take_back(sent, by=who, now=LATER)
    reports.take_back(sent, by=people.unit_head, now=LATER)
    reports.submit([draft], by=people.office, now=LATER)
    assert reports.take_back(sent, by=people.office, now=LATER).status == ReportStatus.DRAFT


def test_the_history_says_so_in_words(sent, people):
    reports.take_back(sent, by=people.officer, now=LATER)
    assert changes_of(sent)[0].sentences == ["责任单位已撤回"]
    rows = list(MonthlyReport.history.order_by("-history_id"))
    assert of_reports(rows, {})[0].text == "5月月报已由责任单位撤回"


def test_its_line_of_the_round_is_owed_again_as_if_it_had_never_come(county, sent, people):
    may = Round.objects.create(county=county, kind="monthly", period="2026-05", opened_at=NOW, due_at=LATER)
    rounds.keep_in_step(county, now=LATER)
    row = RoundRow.objects.get()
    assert (row.submitted_at, row.report) == (NOW, sent)
    reports.take_back(sent, by=people.officer, now=LATER)
    rounds.keep_in_step(county, now=LATER)
    row.refresh_from_db()
    assert (row.submitted_at, row.submitted_by, row.report) == (None, None, None)
    assert RoundRow.objects.missing_in(may).count() == 1


def test_the_problem_that_stood_in_it_was_never_raised_unless_somebody_acted(county, draft, people):
    told = {"by": people.officer, "now": NOW}
    reports.save(draft.project, MAY, problem="缺水", **told)
    reports.submit([draft], **told)
    problems.collect(county, now=NOW)
    reports.take_back(draft, **told)
    problems.collect(county, now=LATER)
    assert not Problem.objects.exists()
    reports.save(draft.project, MAY, problem="缺电", **told)
    reports.submit([draft], **told)
    problems.collect(county, now=LATER)
    problems.note(Problem.objects.get(title="缺电"), text="在办", by=people.office, on=NOW.date(), now=LATER)
    reports.take_back(draft, **told)
    problems.collect(county, now=LATER)
    assert Problem.objects.get().title == "缺电"


def test_the_grid_takes_one_back_and_keeps_what_is_typed_beside_it(county, sent, people, sign_in):
    other = make_project(county, name="堤防", stage=Stage.STARTED, plan=100 * WAN)
    client, page = sign_in(people.officer), "/projects/reports/2026-05/"
    assert f'name="back" value="{sent.pk}:{sent.version}"' in client.get(page).content.decode()
    typed = {f"r-{other.pk}-version": "0", f"r-{other.pk}-works": "7", f"r-{other.pk}-progress": "清淤"}
    client.post(page, {"back": f"{sent.pk}:{sent.version}", **typed})
    sent.refresh_from_db()
    assert sent.status == ReportStatus.DRAFT
    assert other.reports.get().works == 7 * WAN


def submit_both(county, draft, client, page) -> str:
    """The address that the sentence after it takes both back by."""
    make_report(make_project(county, name="堤防", stage=Stage.STARTED), "2026-05", works=WAN, status="draft")
    said = client.get(client.post(page, as_typed("submit"))["Location"]).content.decode()
    assert not MonthlyReport.objects.filter(status="draft").exists()
    return re.findall(r'action="(/undo/reports_submitted/\d+/)"', said)[0]


def test_many_submitted_at_once_are_taken_back_at_once(county, draft, people, sign_in):
    client, page = sign_in(people.officer), "/projects/reports/2026-05/"
    url = submit_both(county, draft, client, page)
    assert client.post(url)["Location"].startswith(page)
    assert MonthlyReport.objects.filter(status="draft").count() == 2


def test_of_many_one_that_was_accepted_meanwhile_stays_with_a_sentence(county, draft, people, sign_in):
    client, page = sign_in(people.officer), "/projects/reports/2026-05/"
    url = submit_both(county, draft, client, page)
    other = MonthlyReport.objects.exclude(pk=draft.pk).get()
    reports.accept(other, by=people.office, now=NOW)
    assert "堤防: 已有人处理" in client.get(client.post(url)["Location"]).content.decode()
    assert set(MonthlyReport.objects.values_list("project__name", "status")) == {
        ("堤防", "accepted"), (draft.project.name, "draft"),
    }  # fmt: skip


def test_nobody_elses_are_taken_back_together(county, draft, people, sign_in):
    url = submit_both(county, draft, sign_in(people.officer), "/projects/reports/2026-05/")
    assert sign_in(people.unit_head).post(url).status_code == 404
