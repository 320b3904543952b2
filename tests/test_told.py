"""What happens to people and their projects is told to them, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from core.told import tell, told
from organization.people import services as accounts
from organization.people.models import Post, Role
from outbox.models import Delivery, Notice
from projects.choices import ReportStatus
from projects.registry import services as registry
from projects.reports import services as reports
from tests.support.factories import NOW, make_project, make_report, unit_of

pytestmark = pytest.mark.django_db
# Told where the whole of it is tested: steps of problems, of bulletins.
ELSEWHERE = {f"problem_{what}" for what in ("assigned", "collected", "answered", "rejected", "escalated", "closed")}
ELSEWHERE |= {f"bulletin_{what}" for what in ("drafted", "signing", "returned", "published", "withdrawn")}


@pytest.fixture
def world(county, people) -> SimpleNamespace:
    project = make_project(county, name="粮库", sponsor=None)
    return SimpleNamespace(county=county, people=people, project=project, by=people.office, post=_vacant(county))


def _vacant(county: Any) -> Post:
    return Post.objects.create(unit=unit_of(county, "xicheng"), title="副镇长", role=Role.OFFICER)


def _open(world: Any) -> None:
    accounts.open_account(world.post, username="new", password="Mima-0001-x", by=world.by, now=NOW)


def _return(world: Any) -> None:
    report = make_report(world.project, "2026-05", works=1, progress="一层", status=ReportStatus.SUBMITTED)
    reports.give_back(report, by=world.by, now=NOW, reason="写清楚")


def _hand_over(world: Any) -> None:
    registry.edit(world.project, by=world.by, now=NOW, lead_unit=unit_of(world.county, "dongguan"))


def _sponsor(world: Any) -> None:
    registry.set_sponsors(world.project, [Post.objects.get(title="县领导01")], by=world.by, now=NOW)


Act = Callable[[Any], object]
CASES: dict[str, tuple[Act, set[str], str]] = {
    "account_opened": (_open, {"new"}, "new"),
    "password_reset": (
        lambda w: accounts.reset_password(w.people.officer, password="Mima-0001-x", by=w.by, now=NOW),
        {"officer"},
        "",
    ),
    "post_given": (lambda w: accounts.appoint(w.people.officer, w.post, by=w.by, now=NOW), {"officer"}, "副镇长"),
    "post_taken": (
        lambda w: accounts.vacate(w.people.officer.current_posts[0], by=w.by, now=NOW),
        {"officer"},
        "西城镇",
    ),
    "report_returned": (_return, {"officer"}, "粮库"),
    "project_handed": (_hand_over, {"other_officer"}, "粮库"),
    "project_sponsored": (_sponsor, {"leader"}, "粮库"),
}


def test_every_fact_is_tried() -> None:
    assert set(told()) == set(CASES) | ELSEWHERE


@pytest.mark.parametrize("key", CASES)
def test_who_it_concerns_is_told(world: Any, key: str) -> None:
    act, people, about = CASES[key]
    act(world)
    notices = Notice.objects.filter(kind=key).select_related("person")
    assert {notice.person.username for notice in notices} == people
    for notice in notices:
        assert about in notice.subject
        assert notice.link.startswith("/")
        assert notice.county == world.county
        assert "Mima-0001-x" not in notice.subject + notice.body, "a password is never in it"


def test_the_reason_goes_along(world: Any) -> None:
    _return(world)
    assert Notice.objects.get(kind="report_returned").body == "写清楚"


def test_the_holder_before_is_told_too(world: Any) -> None:
    accounts.appoint(world.people.other_officer, world.people.officer.current_posts[0], now=NOW)
    told_to = dict(Notice.objects.values_list("kind", "person__username"))
    assert told_to == {"post_given": "other_officer", "post_taken": "officer"}


def test_who_loses_the_last_post_still_gets_the_mail(world: Any) -> None:
    world.people.officer.email = "officer@example.org"
    world.people.officer.save()
    accounts.vacate(world.people.officer.current_posts[0], by=world.by, now=NOW)
    assert Delivery.objects.filter(notice__kind="post_taken").count() == 1


def test_what_did_not_happen_is_not_told(world: Any) -> None:
    with transaction.atomic():
        tell("password_reset", world.people.officer, by=None, now=NOW)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_a_fact_that_no_app_declares_is_an_error(world: Any) -> None:
    with pytest.raises(KeyError):
        tell("weather_changed", world.project, by=None, now=NOW)
