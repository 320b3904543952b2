"""The office asks for what is missing: a unit or all, never twice in an hour, and a text for the chat group."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core.refusals import NotAllowed, Refused
from dispatch.models import Chase, Round, RoundRow
from dispatch.rounds import chasing
from dispatch.rounds import services as rounds
from organization.people.models import User
from outbox.models import Notice
from tests.support.factories import NOW, make_project

HOUR = timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P09")]


@pytest.fixture
def opened(county, people):
    made = Round.objects.create(
        county=county, kind="weekly", period="2026-W23", opened_at=NOW, due_at=NOW + timedelta(hours=8)
    )
    for name, unit in (("粮库扩建", "xicheng"), ("供水管网", "xicheng"), ("标准厂房", "dongguan")):
        project = make_project(county, name=name, lead_unit=unit, stage="started")
        RoundRow.objects.create(round=made, unit=project.lead_unit, project=project)
    return made


def units(opened):
    return [unit.pk for unit in rounds.owed(opened)]


def names(found):
    return [unit.short_name for unit in found]


def test_who_owes_is_asked_once_an_hour_and_the_row_says_by_whom(opened, people):
    done = rounds.chase(opened, units(opened)[:1], by=people.office, now=NOW)
    assert (names(done.told), names(done.lately), names(done.nobody)) == (["西城镇"], [], [])
    done = rounds.chase(opened, units(opened), by=people.office_head, now=NOW + HOUR - timedelta(seconds=1))
    assert (names(done.told), names(done.lately)) == (["东关乡"], ["西城镇"])
    done = rounds.chase(opened, units(opened), by=people.office, now=NOW + HOUR)
    assert (names(done.told), names(done.lately)) == (["西城镇"], ["东关乡"])
    told = Notice.objects.filter(kind="report_chased").values_list("person__username", "subject", "body")
    assert sorted({(person, body) for person, _subject, body in told}) == [
        ("officer", "粮库扩建、供水管网"), ("other_officer", "标准厂房"),
    ]  # fmt: skip
    assert all("周报" in subject and "还差" in subject for _person, subject, _body in told)
    assert list(Chase.objects.values_list("by__username", "projects")) == [
        ("office", 2), ("office_head", 1), ("office", 2),
    ]  # fmt: skip


def test_nobody_to_ask_nothing_owed_closed_or_not_the_office(opened, people):
    every = units(opened)
    User.objects.filter(username="other_officer").update(is_active=False)
    RoundRow.objects.filter(unit=every[0]).update(submitted_at=NOW)
    done = rounds.chase(opened, every, by=people.office, now=NOW)
    assert (done.told, names(done.nobody)) == ([], ["东关乡"])
    with pytest.raises(NotAllowed):
        rounds.chase(opened, every, by=people.officer, now=NOW)
    Round.objects.update(closed_at=NOW)  # after the page was made
    with pytest.raises(Refused):
        rounds.chase(opened, every, by=people.office, now=NOW)
    assert not Chase.objects.exists()


def test_units_are_asked_from_the_list_of_projects_for_those_that_were_chosen(opened, people, sign_in):
    rows = {row.project.name: row for row in opened.rows.select_related("project")}
    RoundRow.objects.filter(pk=rows["标准厂房"].pk).update(submitted_at=NOW)
    sent = {"round": opened.pk, "row": [rows[name].project_id for name in ("粮库扩建", "标准厂房")]}
    with time_machine.travel(NOW, tick=False):
        client = sign_in(people.office)
        page = client.post("/projects/act/chase/", sent).content.decode()
        assert "催西城镇：项目专员" in page
        assert "已经报了" in page
        seen = re.findall(r'name="row" value="([\d:]+)"', page)
        looked = re.findall(r'name="looked" value="(\w+)"', page)
        client.post("/projects/act/chase/", sent | {"row": seen, "looked": looked})
        notice = Notice.objects.get(kind="report_chased", person=people.officer)
        assert notice.body == "粮库扩建"
        assert not Notice.objects.filter(person=people.other_officer).exists()
        again = client.post("/projects/act/chase/", sent).content.decode()
        assert "该单位一小时内刚催过" in again
        assert "looked" not in again
    assert sign_in(people.officer).get(f"/projects/act/chase/?row={seen[0][:1]}").status_code == 403


@pytest.mark.parametrize(("after", "said"), [(timedelta(), "截止，还有2个单位的3个项目"), (HOUR * 9, "已于")])
def test_the_text_for_the_group_names_units_projects_and_the_deadline(opened, county, after, said):
    text = chasing.group_text(opened, rounds.owed(opened), office="项目办", now=NOW + after)
    assert said in text
    assert "1. 西城镇（2个）：粮库扩建、供水管网\n2. 东关乡（1个）：标准厂房\n" in text
    assert text.endswith("谢谢！\n项目办")


def test_the_office_asks_from_the_page_others_only_read(opened, people, sign_in):
    page = reverse("dispatch:round", args=[opened.pk])
    User.objects.filter(username="officer").update(phone="0454-555 0101")
    with time_machine.travel(NOW, tick=False):
        office = sign_in(people.office)
        shown = office.get(page).content.decode()
        assert 'href="tel:04545550101"' in shown
        assert "2 个单位一起催" in shown
        sent = office.post(reverse("dispatch:round_chase", args=[opened.pk]), {"unit": [*units(opened), "x"]})
        shown = office.get(sent["Location"]).content.decode()
        assert "已催报：西城镇、东关乡" in shown
        assert shown.count("disabled") == 3
        assert str(people.office) in shown
        shown = sign_in(people.officer).get(page).content.decode()
    assert "催报" not in shown
    assert "tel:" not in shown


@pytest.mark.parametrize(("phone", "status"), [("0454-555 0101", 302), ("", 302), ("打我", 422), ("1" * 31, 422)])
def test_everybody_keeps_name_and_number_on_the_account_page(people, sign_in, phone, status):
    client = sign_in(people.officer)
    answer = client.post(reverse("account"), {"name": "老周", "phone": phone})
    assert answer.status_code == status
    kept = User.objects.get(pk=people.officer.pk)
    assert (kept.name, kept.phone) == (("老周", phone) if status == 302 else ("项目专员", ""))
    assert (phone in answer.content.decode()) or status == 302
