"""What changed since somebody looked: in words, in the own scope, told by each morning's red projects."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.home.services import KEPT, keep_reds, note_look
from dispatch.models import Look, RedDay
from dispatch.problems import services as problems
from projects.lifecycle import services as lifecycle
from projects.models import MonthlyReport
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

pytestmark = pytest.mark.django_db
LAST = NOW - timedelta(days=3)
ADDRESS = "/dispatch/since/"


@pytest.fixture(autouse=True)
def _tenth_of_june():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def started(county, name, works, **more):
    project = make_project(county, name=name, plan=10_000 * WAN, stage="started", **more)
    make_report(project, "2026-05", works=works * WAN)
    return project


def groups(client, **query):
    return {group.key: group for group in client.get(ADDRESS, query).context["groups"]}


def names(group):
    return [line.about for line in group.lines]


def test_what_turned_red_and_what_is_not_red_any_more(county, people, sign_in):
    turned, was = started(county, "变红的", 1), started(county, "赶上的", 9_000)
    still = started(county, "一直红的", 1)
    RedDay.objects.create(county=county, on=LAST.date(), reds=[was.pk, still.pk])
    note_look(people.office, at=LAST, now=LAST)
    found = groups(sign_in(people.office))
    assert names(found["red"]) == ["变红的"]
    assert "低于序时" in found["red"].lines[0].text
    assert names(found["out"]) == ["赶上的"]
    assert f"/{turned.pk}/" in found["red"].lines[0].url


def test_stages_problems_and_reports_are_told_in_words(county, people, sign_in):
    project = started(county, "粮库", 4_000)
    given = {"by": people.office, "now": NOW - timedelta(hours=1)}
    lifecycle.suspend(started(county, "管网", 4_000), **given, on=NOW.date(), reason="资金")
    raised = problems.raise_problem(
        project, title="缺水", owner_unit=unit_of(county, "zhujian"), on=NOW.date(), **given
    )
    MonthlyReport.objects.filter(project=project).update(accepted_at=NOW - timedelta(hours=2))
    MonthlyReport.objects.exclude(project=project).update(accepted_at=NOW - timedelta(days=30))
    found = groups(sign_in(people.office))
    assert [(line.about, line.text) for line in found["reports"].lines] == [("粮库", "办公室接收5月月报")]
    assert "管网" in names(found["steps"])
    assert any("暂停" in line.text for line in found["steps"].lines)
    assert found["raised"].lines[0].text == "缺水（县住建局）"
    problems.close(raised, by=people.office, on=NOW.date(), now=NOW, note="通水")
    assert names(groups(sign_in(people.office))["closed"]) == ["粮库"]


def test_what_was_before_the_last_look_is_not_told_again(county, people, sign_in):
    started(county, "粮库", 4_000)
    MonthlyReport.objects.update(accepted_at=LAST)
    client = sign_in(people.office)
    page = client.get(ADDRESS)
    assert "reports" in {group.key for group in page.context["groups"]}
    assert client.post("/dispatch/since/seen/", {"at": page.context["now"].isoformat()}).status_code == 303
    assert Look.objects.get().at == NOW
    assert not groups(client)
    assert "reports" in groups(client, days=7)


@pytest.mark.parametrize("at", ["", "gestern", "2026-06-10", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_whatever_comes_as_the_moment_nobody_looks_into_the_future(people, sign_in, at):
    assert sign_in(people.office).post("/dispatch/since/seen/", {"at": at}).status_code == 303
    assert NOW - timedelta(days=KEPT) <= Look.objects.get().at <= NOW


def test_a_page_that_is_read_notes_no_look(people, sign_in):
    client = sign_in(people.leader)
    for address in (ADDRESS, "/", "/dispatch/reds/"):
        assert client.get(address).status_code == 200
    assert not Look.objects.exists()


def test_a_leader_hears_of_the_own_projects_and_a_unit_of_its_own(county, people, sign_in):
    started(county, "自己的", 4_000, sponsor="县领导01")
    started(county, "别人的", 4_000, sponsor="县领导02")
    started(county, "东关的", 4_000, lead_unit="dongguan")
    MonthlyReport.objects.update(accepted_at=NOW - timedelta(hours=1))
    assert names(groups(sign_in(people.leader))["reports"]) == ["自己的"]
    assert set(names(groups(sign_in(people.officer))["reports"])) == {"自己的", "别人的"}
    assert len(names(groups(sign_in(people.office))["reports"])) == 3


def test_what_is_too_much_is_counted_and_can_be_opened(county, people, sign_in):
    for number in range(11):
        started(county, f"项目{number}", 4_000)
    MonthlyReport.objects.update(accepted_at=NOW - timedelta(hours=1))
    client = sign_in(people.office)
    group = groups(client)["reports"]
    assert (group.count, len(group.lines), group.more) == (11, 8, 3)
    assert "余3项" in client.get(ADDRESS).text
    assert len(groups(client, all="reports")["reports"].lines) == 11


def test_the_number_of_queries_does_not_grow(county, people, sign_in):
    client = sign_in(people.office)

    def asked() -> int:
        with CaptureQueriesContext(connection) as log:
            client.get(ADDRESS)
        return len(log)

    def more(numbers) -> None:
        for number in numbers:
            project = started(county, f"项目{number}", 1)
            problems.raise_problem(
                project, title="缺水", owner_unit=project.lead_unit, by=people.office, on=NOW.date(), now=NOW
            )
        MonthlyReport.objects.update(accepted_at=NOW - timedelta(hours=1))

    RedDay.objects.create(county=county, on=LAST.date(), reds=[])
    more(range(2))
    asked()
    few = asked()
    more(range(2, 6))
    assert asked() == few


# each morning --------------------------------------------------------------------------------------------------------


def test_the_red_projects_of_a_morning_are_kept_once(county):
    red = started(county, "滞后的", 1)
    started(county, "正常的", 9_000)
    RedDay.objects.create(county=county, on=NOW.date() - timedelta(days=KEPT + 1), reds=[])
    assert keep_reds(county, now=NOW) == 1
    assert list(RedDay.objects.values_list("on", "reds")) == [(NOW.date(), [red.pk])]
    make_report(red, "2026-06", works=9_999 * WAN)
    assert keep_reds(county, now=NOW + timedelta(hours=3)) == 0
    assert RedDay.objects.get().reds == [red.pk]


def test_a_look_never_goes_back(people):
    note_look(people.office, at=NOW, now=NOW)
    assert note_look(people.office, at=LAST, now=NOW).at == NOW
